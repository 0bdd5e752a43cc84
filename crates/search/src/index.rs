//! The index as the caller sees it: one large segment, a few small ones with later changes, and the tree.

use std::ops::Range;
use std::sync::Arc;

use crate::segment::{Layout, Segment, Slot};
use crate::tree::Tree;
use crate::{Answer, Department, Entry, Key, Query};

/// A segment of changes is merged with its neighbours up to this size; beyond it the merge of the whole index has to do it.
const SMALL: usize = 4096;

/// So many changes at least make a merge worth while.
const WORTH_MERGING: usize = 8192;

/// The searchable directory of one company.
///
/// Reading takes `&self`. A clone is cheap and shares the large parts, so a background thread can work on one:
/// `let snapshot = index.clone();` under the lock, `let merged = snapshot.merged();` outside, `index.adopt(merged);` under the lock.
#[derive(Debug, Clone)]
pub struct Index {
    pub(crate) tree: Arc<Tree>,
    /// The largest first.
    pub(crate) parts: Vec<Part>,
    /// Keys changed since the index was built or merged.
    changed: Vec<Key>,
    /// For a merged index, how many changes of its origin it contains.
    contains: usize,
    people: usize,
}

/// A segment with what has changed about it.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) segment: Arc<Segment>,
    pub(crate) layout: Arc<Layout>,
    /// A bit for each person replaced or removed; empty if there are none.
    pub(crate) dead: Vec<u64>,
    dead_count: usize,
}

impl Part {
    fn new(segment: Segment, tree: &Tree) -> Self {
        Self {
            layout: Arc::new(Layout::new(&segment, tree)),
            segment: Arc::new(segment),
            dead: Vec::new(),
            dead_count: 0,
        }
    }

    fn len(&self) -> usize {
        self.segment.records.len() - self.dead_count
    }

    fn find(&self, key: Key) -> Option<u32> {
        let doc = self.segment.find(key)?;
        (!self.is_dead(doc)).then_some(doc)
    }

    pub(crate) fn is_dead(&self, doc: u32) -> bool {
        !self.dead.is_empty() && self.dead[doc as usize / 64] >> (doc % 64) & 1 == 1
    }

    /// Counts the slots in a range whose people are still here.
    pub(crate) fn alive(&self, slots: Range<Slot>) -> usize {
        if self.dead.is_empty() {
            slots.len()
        } else {
            slots
                .filter(|slot| !self.is_dead(self.segment.doc(*slot)))
                .count()
        }
    }

    fn bury(&mut self, doc: u32) {
        if self.dead.is_empty() {
            self.dead = vec![0; self.segment.records.len().div_ceil(64)];
        }
        self.dead[doc as usize / 64] |= 1 << (doc % 64);
        self.dead_count += 1;
    }

    fn entries(&self) -> impl Iterator<Item = Entry> {
        let segment = &*self.segment;
        (0..segment.records.len() as u32)
            .filter(|doc| !self.is_dead(*doc))
            .map(|doc| segment.record(doc).entry(segment.records.key(doc)))
    }
}

impl Index {
    /// Builds the index of a company; of several entries with the same key the last one counts.
    pub fn build(departments: Vec<Department>, entries: impl Iterator<Item = Entry>) -> Self {
        let tree = Tree::build(departments);
        let segment = Segment::build(&tree, entries);
        Self {
            people: segment.records.len(),
            parts: vec![Part::new(segment, &tree)],
            tree: Arc::new(tree),
            changed: Vec::new(),
            contains: 0,
        }
    }

    /// Finds the visible people who match, best first.
    pub fn search(&self, query: &Query<'_>) -> Answer {
        crate::search::search(self, query)
    }

    /// Adds the person or replaces the one with the same key.
    ///
    /// Costs some tens of microseconds on average; a few calls in a thousand merge small segments and take milliseconds.
    pub fn upsert(&mut self, entry: Entry) {
        self.changed.push(entry.key);
        self.bury(entry.key);
        self.people += 1;
        let mut small = 1;
        let mut first = self.parts.len();
        // Each small segment is more than twice as large as the next, so that there are few.
        while first > 1
            && self.parts[first - 1].len() <= 2 * small
            && small + self.parts[first - 1].len() <= SMALL
        {
            first -= 1;
            small += self.parts[first].len();
        }
        let old: Vec<Part> = self.parts.drain(first..).collect();
        let entries = old
            .iter()
            .flat_map(Part::entries)
            .chain(std::iter::once(entry));
        let segment = Segment::build(&self.tree, entries);
        self.parts.push(Part::new(segment, &self.tree));
    }

    /// Removes the person; returns whether there was one.
    pub fn remove(&mut self, key: Key) -> bool {
        self.changed.push(key);
        self.bury(key)
    }

    fn bury(&mut self, key: Key) -> bool {
        let found = self.parts.iter_mut().rev().find_map(|part| {
            let doc = part.find(key)?;
            part.bury(doc);
            Some(())
        });
        self.people -= usize::from(found.is_some());
        found.is_some()
    }

    /// Replaces the department tree; people keep their department ids.
    pub fn set_departments(&mut self, departments: Vec<Department>) {
        self.set_tree(Arc::new(Tree::build(departments)));
    }

    fn set_tree(&mut self, tree: Arc<Tree>) {
        for part in &mut self.parts {
            part.layout = Arc::new(Layout::new(&part.segment, &tree));
        }
        self.tree = tree;
    }

    /// Whether so much has changed since the last merge that it is time for another.
    pub fn needs_merge(&self) -> bool {
        let large = self.parts.first().map_or(0, Part::len);
        self.changed.len() > WORTH_MERGING.max(large / 32)
            || self.parts.iter().any(|part| !part.layout.in_order)
    }

    /// Builds the same index anew with all changes merged; takes seconds for a million people.
    #[must_use]
    pub fn merged(&self) -> Self {
        let segment = Segment::build(&self.tree, self.parts.iter().flat_map(Part::entries));
        Self {
            people: segment.records.len(),
            parts: vec![Part::new(segment, &self.tree)],
            tree: Arc::clone(&self.tree),
            changed: Vec::new(),
            contains: self.changed.len(),
        }
    }

    /// Takes over what [`Index::merged`] made from a clone of this index and repeats the changes made since the clone.
    pub fn adopt(&mut self, merged: Self) {
        let mut old = std::mem::replace(self, merged);
        if self.tree.number != old.tree.number {
            self.set_tree(Arc::clone(&old.tree));
        }
        let mut missed = old.changed.split_off(self.contains.min(old.changed.len()));
        self.contains = 0;
        missed.sort_unstable();
        missed.dedup();
        for key in missed {
            match old.get(key) {
                Some(entry) => self.upsert(entry),
                None => {
                    self.remove(key);
                }
            }
        }
    }

    /// Returns the person with this key.
    pub fn get(&self, key: Key) -> Option<Entry> {
        self.parts.iter().rev().find_map(|part| {
            let doc = part.find(key)?;
            Some(part.segment.record(doc).entry(key))
        })
    }

    /// Counts the people.
    pub fn len(&self) -> usize {
        self.people
    }

    /// Whether nobody is in the index.
    pub fn is_empty(&self) -> bool {
        self.people == 0
    }

    /// Estimates the memory in use, in bytes.
    pub fn heap_bytes(&self) -> usize {
        let parts: usize = self
            .parts
            .iter()
            .map(|part| {
                part.segment.heap_bytes() + part.layout.heap_bytes() + part.dead.capacity() * 8
            })
            .sum();
        parts + self.tree.heap_bytes() + self.changed.capacity() * size_of::<Key>()
    }
}
