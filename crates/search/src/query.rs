//! Question and answer of one search.

use std::ops::Range;

use crate::{Key, Scope};

/// Totals are counted up to here (or to `offset + limit`, if that is more).
pub const TOTAL_CAP: usize = 1000;

/// One question to the directory.
#[derive(Debug, Clone, Copy)]
pub struct Query<'a> {
    /// What the viewer typed; white space separates terms, which must all match.
    pub text: &'a str,
    pub scope: &'a Scope,
    /// Departments of the viewer, the main one first; people near them come first.
    pub near: &'a [i64],
    pub offset: usize,
    pub limit: usize,
    /// Only people of this department and those below it.
    pub department: Option<i64>,
    /// Whether mobile numbers may be matched.
    pub mobile_allowed: bool,
}

impl<'a> Query<'a> {
    /// Asks for the first 20 people, near to nobody, without mobile numbers.
    pub fn new(text: &'a str, scope: &'a Scope) -> Self {
        Self {
            text,
            scope,
            near: &[],
            offset: 0,
            limit: 20,
            department: None,
            mobile_allowed: false,
        }
    }
}

/// The visible people who match, best first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub hits: Vec<Hit>,
    pub total: Total,
    /// Nothing matched as typed; the hits are those for a likely typo.
    pub corrected: bool,
}

/// How many visible people match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Total {
    Exact(usize),
    /// Counting stopped here.
    AtLeast(usize),
}

/// One person found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    pub key: Key,
    /// The field of the term that matched worst; it decides the rank.
    pub field: Field,
    pub class: Class,
    pub proximity: Proximity,
    /// Matched byte ranges of the entry's name.
    pub name_marks: Vec<Range<usize>>,
    /// The name in pinyin with tone marks, the surname read as a surname: `Zēng Shīhán`. Empty for a name without Han characters.
    pub reading: String,
    /// Matched byte ranges of `reading`.
    pub reading_marks: Vec<Range<usize>>,
    /// Matched byte ranges of fields other than the name.
    pub marks: Vec<FieldMarks>,
}

/// Matched byte ranges of one field, as the caller stored it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldMarks {
    pub field: Field,
    /// The department whose name matched, if `field` is [`Field::Department`]; it may be an ancestor of the person's own.
    pub department: Option<i64>,
    pub ranges: Vec<Range<usize>>,
}

/// A field that can match, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    Name,
    Alias,
    Position,
    Department,
    Extension,
    EmployeeNo,
    Email,
    Mobile,
}

/// How a field matched, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// The whole field, in Han characters or in full pinyin.
    Exact,
    /// The beginning of the field.
    Prefix,
    /// Initials from the beginning of the name: `zs`, `zhs`, `z思`.
    Initials,
    /// From a later character or word on.
    Substring,
    /// One slip away from what was typed.
    Typo,
}

/// Where a person stands in the tree, seen from the viewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Proximity {
    /// In one of the viewer's departments.
    Department,
    /// Below the same ancestor, roots aside.
    Branch,
    Other,
}
