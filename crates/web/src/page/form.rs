//! What a form or a list hands to its template: errors by field, and the way to the next page.

use guanxi_model::field::Invalid;

use crate::{
    error::field_sentence,
    locale::{Locale, Whole},
};

/// Sentences for the fields that need correction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Errors(Vec<Wrong>);

/// One field that needs correction.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wrong {
    field: &'static str,
    /// Stable code, or empty where the page itself found it.
    code: &'static str,
    text: String,
}

impl Errors {
    /// Notes what is wrong with a field, and what is right. The first sentence about a field counts.
    pub fn add(&mut self, field: &'static str, text: impl Into<String>) {
        self.put(field, "", text.into());
    }

    /// Notes what the application refuses, near the field of the form that it was typed into.
    pub fn refuse(&mut self, field: &'static str, l: Locale, invalid: &Invalid) {
        self.put(field, invalid.code, field_sentence(l, invalid));
    }

    fn put(&mut self, field: &'static str, code: &'static str, text: String) {
        if self.on(field).is_empty() {
            self.0.push(Wrong { field, code, text });
        }
    }

    /// Gives field and stable code of each refusal, for those who report one: `name:required`.
    pub fn codes(&self) -> String {
        let known = self.0.iter().filter(|wrong| !wrong.code.is_empty());
        let codes = known.map(|Wrong { field, code, .. }| format!("{field}:{code}"));
        codes.collect::<Vec<_>>().join(" ")
    }

    /// Takes back what was noted about a field.
    pub fn remove(&mut self, field: &str) {
        self.0.retain(|wrong| wrong.field != field);
    }

    /// Gives the sentence for a field, empty if it is fine.
    pub fn on(&self, field: &str) -> &str {
        self.0
            .iter()
            .find(|wrong| wrong.field == field)
            .map_or("", |wrong| &wrong.text)
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

impl Pager {
    /// Leaves of a list that is whole in memory what belongs on page `number`, counted from 1; `address` gives the address of a page.
    pub fn cut<T>(
        rows: &mut Vec<T>,
        number: Option<usize>,
        limit: usize,
        address: impl Fn(usize) -> String,
    ) -> Self {
        let found = rows.len();
        let number = number.unwrap_or(1).clamp(1, found.div_ceil(limit).max(1));
        let from = (number - 1) * limit;
        rows.truncate(from + limit);
        rows.drain(..from);
        Self {
            from: from as u64 + 1,
            to: (from + rows.len()) as u64,
            total: Some(found as u64),
            previous: (number > 1).then(|| address(number - 1)),
            next: (from + limit < found).then(|| address(number + 1)),
        }
    }
}

/// Gives the share of a whole in percent, for meters: 0 to 100.
pub fn percent(value: impl Whole, max: impl Whole) -> i64 {
    let max = max.whole().max(1);
    value.whole().clamp(0, max) * 100 / max
}
