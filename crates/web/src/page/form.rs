//! What a form or a list hands to its template: errors by field, and the way to the next page.

use crate::locale::Whole;

/// Sentences for the fields that need correction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Errors(Vec<(&'static str, String)>);

impl Errors {
    /// Notes what is wrong with a field, and what is right. The first sentence about a field counts.
    pub fn add(&mut self, field: &'static str, text: impl Into<String>) {
        if self.on(field).is_empty() {
            self.0.push((field, text.into()));
        }
    }

    /// Takes back what was noted about a field.
    pub fn remove(&mut self, field: &str) {
        self.0.retain(|(name, _)| *name != field);
    }

    /// Gives the sentence for a field, empty if it is fine.
    pub fn on(&self, field: &str) -> &str {
        self.0
            .iter()
            .find(|(name, _)| *name == field)
            .map_or("", |(_, text)| text)
    }

    /// Tells whether all fields are fine.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Counts the fields that need correction.
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

/// The part of a list on this page and the addresses of its neighbours.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pager {
    /// Number of the first row shown, from 1.
    pub from: u64,
    pub to: u64,
    /// Left out where counting would cost more than it tells.
    pub total: Option<u64>,
    pub previous: Option<String>,
    pub next: Option<String>,
}

/// Gives the share of a whole in percent, for meters: 0 to 100.
pub fn percent(value: impl Whole, max: impl Whole) -> i64 {
    let max = max.whole().max(1);
    value.whole().clamp(0, max) * 100 / max
}
