//! The index as the caller sees it.

use crate::{Answer, Department, Entry, Key, Query};

/// The searchable directory of one company.
///
/// Reading takes `&self`. A clone is cheap and shares the large parts, so a background thread can work on one:
/// `let snapshot = index.clone();` under the lock, `let merged = snapshot.merged();` outside, `index.adopt(merged);` under the lock.
#[derive(Debug, Clone)]
pub struct Index {}

impl Index {
    /// Builds the index of a company.
    pub fn build(departments: Vec<Department>, entries: impl Iterator<Item = Entry>) -> Self {
        unimplemented!("{:?} {:?}", departments, entries.count())
    }

    /// Finds the visible people who match, best first.
    pub fn search(&self, query: &Query<'_>) -> Answer {
        unimplemented!("{query:?}")
    }

    /// Adds the person or replaces the one with the same key.
    pub fn upsert(&mut self, entry: Entry) {
        unimplemented!("{entry:?}")
    }

    /// Removes the person; returns whether there was one.
    pub fn remove(&mut self, key: Key) -> bool {
        unimplemented!("{key}")
    }

    /// Replaces the department tree; people keep their department ids.
    pub fn set_departments(&mut self, departments: Vec<Department>) {
        unimplemented!("{departments:?}")
    }

    /// Whether so much has changed since the last merge that it is time for another.
    pub fn needs_merge(&self) -> bool {
        unimplemented!()
    }

    /// Builds the same index anew with all changes merged; takes seconds for a million people.
    #[must_use]
    pub fn merged(&self) -> Self {
        unimplemented!()
    }

    /// Takes over what [`Index::merged`] made from a clone of this index and repeats the changes made since the clone.
    pub fn adopt(&mut self, merged: Self) {
        unimplemented!("{merged:?}")
    }

    /// Returns the person with this key.
    pub fn get(&self, key: Key) -> Option<Entry> {
        unimplemented!("{key}")
    }

    /// Counts the people.
    pub fn len(&self) -> usize {
        unimplemented!()
    }

    /// Whether nobody is in the index.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Estimates the memory in use, in bytes.
    pub fn heap_bytes(&self) -> usize {
        unimplemented!()
    }
}
