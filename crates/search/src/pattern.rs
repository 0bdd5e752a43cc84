//! How one term matches one text: the rules, character by character.
//!
//! The index structures only narrow down the candidates; what counts as a match is decided here and nowhere else.

use crate::query::{Class, Field};
use crate::term::Number;
use crate::text::{MAX_UNITS, Units};

/// The rank of a match: class first, then name before alias before the rest.
pub(crate) type Level = u8;

/// The level of a typo in the whole name; the levels behind it are typos too.
pub(crate) const TYPO: Level = 11;

/// How many levels there are.
pub(crate) const LEVELS: Level = 15;

/// Ranks a class of a field; a typo here is one in the whole name.
pub(crate) fn level(class: Class, field: Field) -> Level {
    let rest = match field {
        Field::Name => 0,
        Field::Alias => 1,
        _ => 2,
    };
    match class {
        Class::Exact => rest,
        Class::Prefix => 3 + rest,
        Class::Initials => 6 + rest.min(1),
        Class::Substring => 8 + rest,
        Class::Typo => TYPO + rest.min(1),
    }
}

/// Whether matches of a level are in the field, or in one of its kind.
pub(crate) fn is_about(level: Level, field: Field) -> bool {
    let kind = match level {
        0 | 3 | 6 | 8 | 11 | 13 => 0,
        1 | 4 | 7 | 9 | 12 | 14 => 1,
        _ => 2,
    };
    kind == (field as u8).min(2)
}

/// What a term consumed of one unit.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Step {
    /// Bytes of the form.
    pub(crate) bytes: u8,
    /// Which reading, or none if the text itself.
    pub(crate) reading: Option<u8>,
}

/// A match of a name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NameMatch {
    pub(crate) class: Class,
    /// The first matched unit.
    pub(crate) start: usize,
    /// One step for each matched unit.
    pub(crate) steps: [Step; MAX_UNITS],
    pub(crate) length: usize,
}

/// Matches a term with a name: Han characters, readings, first letters and words in any mixture.
///
/// The term is cut into pieces, one for each unit in a row. A piece is the whole unit, or its initial (one letter, or zh, ch, sh);
/// the last piece may be any beginning.
pub(crate) fn match_name(units: &Units, term: &str) -> Option<NameMatch> {
    (0..units.len()).find_map(|start| match_name_from(units, term, start))
}

/// Matches a term with the units from one on.
pub(crate) fn match_name_from(units: &Units, term: &str, start: usize) -> Option<NameMatch> {
    let mut search = Search {
        units,
        start,
        steps: [Step::default(); MAX_UNITS],
        best: None,
    };
    search.run(start, term, false);
    search.best
}

struct Search<'a> {
    units: &'a Units,
    start: usize,
    steps: [Step; MAX_UNITS],
    best: Option<NameMatch>,
}

impl Search<'_> {
    fn run(&mut self, at: usize, rest: &str, initials: bool) {
        if at == self.units.len() {
            return;
        }
        self.try_form(at, self.units.text(at), None, rest, initials);
        for (index, reading) in self.units.readings(at).iter().enumerate() {
            self.try_form(at, reading, Some(index as u8), rest, initials);
        }
    }

    fn try_form(&mut self, at: usize, form: &str, reading: Option<u8>, rest: &str, initials: bool) {
        let step = |search: &mut Self, bytes: usize| {
            search.steps[at - search.start] = Step {
                bytes: bytes.min(255) as u8,
                reading,
            };
        };
        if let Some(rest) = rest.strip_prefix(form) {
            step(self, form.len());
            if rest.is_empty() {
                self.found(at, true, initials);
            } else {
                self.run(at + 1, rest, initials);
            }
        } else if form.starts_with(rest) {
            step(self, rest.len());
            self.found(at, false, initials);
        }
        let first = form.chars().next().map_or(0, char::len_utf8);
        let double = matches!(form.as_bytes(), [b'z' | b'c' | b's', b'h', ..]);
        for bytes in std::iter::once(first).chain(double.then_some(2)) {
            if bytes < form.len()
                && bytes < rest.len()
                && rest.as_bytes()[..bytes] == form.as_bytes()[..bytes]
            {
                step(self, bytes);
                self.run(at + 1, &rest[bytes..], true);
            }
        }
    }

    fn found(&mut self, at: usize, whole_unit: bool, initials: bool) {
        let class = match (self.start, initials) {
            (0, false) if whole_unit && at + 1 == self.units.len() => Class::Exact,
            (0, false) => Class::Prefix,
            (0, true) => Class::Initials,
            _ => Class::Substring,
        };
        if self.best.is_none_or(|best| class < best.class) {
            self.best = Some(NameMatch {
                class,
                start: self.start,
                steps: self.steps,
                length: at + 1 - self.start,
            });
        }
    }
}

/// Matches a term with a plain text such as a position: from a Han character or the beginning of a word on.
pub(crate) fn match_plain(units: &Units, term: &str) -> Option<(Class, usize)> {
    let start = (0..units.len()).find(|start| units.from(*start).starts_with(term))?;
    let class = match start {
        0 if units.from(0).len() == term.len() => Class::Exact,
        0 => Class::Prefix,
        _ => Class::Substring,
    };
    Some((class, start))
}

/// Matches the beginning or the whole of a folded code: extension, employee number, e-mail address.
pub(crate) fn match_code(code: &str, term: &str) -> Option<Class> {
    match code.strip_prefix(term) {
        Some("") => Some(Class::Exact),
        Some(_) => Some(Class::Prefix),
        None => None,
    }
}

/// The country code that people leave out.
pub(crate) const HOME: &str = "86";

/// Matches the digits of an E.164 number: whole, without the country code, or at least four digits from its end.
pub(crate) fn match_mobile(mobile: &str, number: &Number) -> Option<Class> {
    let stored = mobile.trim_start_matches('+');
    let typed = number.digits.as_str();
    if stored == typed || !number.international && stored.strip_prefix(HOME) == Some(typed) {
        Some(Class::Exact)
    } else if !number.international && stored.ends_with(typed) {
        Some(Class::Substring)
    } else {
        None
    }
}
