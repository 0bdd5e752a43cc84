//! The directory of one company in memory: search by name, pinyin, initials and plain fields, inside what a viewer may see.
//!
//! The crate knows nothing of the application. The caller hands over departments and entries, keeps the index in step with
//! [`Index::upsert`] and [`Index::remove`], and asks with a [`Query`]. Whatever lies outside the query's [`Scope`] takes no part in
//! matching, so neither hits nor counts nor suggestions depend on it.

mod browse;
mod check;
mod entry;
mod explain;
mod gather;
mod han;
mod index;
mod list;
mod many;
mod near;
mod pattern;
mod plan;
mod prefix;
mod query;
mod reading;
mod record;
mod scope;
mod search;
mod segment;
mod sound;
mod split;
mod surname;
mod term;
mod text;
mod tree;
mod typo;
mod walk;

#[cfg(test)]
mod tests;

pub use browse::{Browse, Counts, Listed};
pub use entry::{Department, Entry, Key};
pub use index::Index;
pub use query::{Answer, Class, Field, FieldMarks, Hit, Proximity, Query, TOTAL_CAP, Total};
pub use reading::reading_of;
pub use scope::Scope;
pub use sound::Sound;
pub use surname::surname_of;
