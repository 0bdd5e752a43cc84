//! What the viewer typed, cut into terms.

use crate::text::{bare, folded};
use crate::typo::{self, Slip};

/// Characters of a query beyond this many are ignored.
const MAX_CHARS: usize = 64;

/// Terms beyond this many are ignored.
const MAX_TERMS: usize = 6;

/// The fewest digits that find a mobile number by its end.
const MIN_MOBILE_DIGITS: usize = 4;

/// One term; every term of a query must match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Term {
    /// Folded, punctuation kept: for e-mail addresses.
    pub(crate) raw: String,
    /// Folded, letters and digits only: for everything else.
    pub(crate) bare: String,
    /// Digits, if it may be a mobile number.
    pub(crate) number: Option<Number>,
    /// Names and aliases only, because the term is several terms joined.
    pub(crate) names_only: bool,
    /// Whether slips are forgiven.
    pub(crate) is_forgiven: bool,
    /// What letters may have been meant; empty until slips are forgiven.
    pub(crate) slips: Vec<Slip>,
    /// Han characters with two swapped; empty until slips are forgiven.
    pub(crate) swapped: Vec<String>,
}

/// Digits that may be a mobile number or the end of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Number {
    pub(crate) digits: String,
    /// Typed with `+` or `00`, so it is whole or nothing.
    pub(crate) international: bool,
}

impl Term {
    pub(crate) fn new(text: &str) -> Option<Self> {
        let bare = bare(text);
        let raw = folded(text);
        (!bare.is_empty()).then(|| Self {
            number: Number::parse(&raw),
            raw,
            bare,
            names_only: false,
            is_forgiven: false,
            slips: Vec::new(),
            swapped: Vec::new(),
        })
    }

    /// Works out what may have been meant.
    pub(crate) fn forgive(&mut self) {
        self.is_forgiven = true;
        if self.is_letters() {
            self.slips = typo::slips(&self.bare);
        } else if self.is_han() {
            self.swapped = typo::swapped(&self.bare);
        }
    }

    /// Whether the term is ASCII letters alone.
    pub(crate) fn is_letters(&self) -> bool {
        self.bare.bytes().all(|b| b.is_ascii_lowercase())
    }

    /// Whether the term is Han characters alone.
    pub(crate) fn is_han(&self) -> bool {
        self.bare.chars().all(crate::han::is_han)
    }
}

impl Number {
    fn parse(raw: &str) -> Option<Self> {
        let (international, rest) = match (raw.strip_prefix('+'), raw.strip_prefix("00")) {
            (Some(rest), _) | (None, Some(rest)) => (true, rest),
            (None, None) => (false, raw),
        };
        let mut digits = String::new();
        for c in rest.chars() {
            match c {
                '0'..='9' => digits.push(c),
                '-' | '(' | ')' | '.' => {}
                _ => return None,
            }
        }
        (digits.len() >= MIN_MOBILE_DIGITS).then_some(Self {
            digits,
            international,
        })
    }
}

/// The terms of a query, and all of them joined if there are several: `zeng shihan` is also `zengshihan`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Terms {
    pub(crate) each: Vec<Term>,
    pub(crate) joined: Option<Term>,
}

impl Terms {
    /// Works out what may have been meant. Of several terms only the longest may hold a slip, and all of them joined.
    pub(crate) fn forgive(&mut self) {
        let longest = self.each.iter_mut().max_by_key(|term| term.bare.len());
        longest
            .into_iter()
            .chain(&mut self.joined)
            .for_each(Term::forgive);
    }

    pub(crate) fn parse(text: &str) -> Self {
        let end = text
            .char_indices()
            .nth(MAX_CHARS)
            .map_or(text.len(), |(at, _)| at);
        let text = &text[..end];
        // A number written in groups is one term.
        if let Some(term) = phone(text) {
            return Self {
                each: vec![term],
                joined: None,
            };
        }
        let each: Vec<Term> = text
            .split_whitespace()
            .filter_map(Term::new)
            .take(MAX_TERMS)
            .collect();
        let joined = (each.len() > 1)
            .then(|| {
                Term::new(
                    &each
                        .iter()
                        .map(|term| term.bare.as_str())
                        .collect::<String>(),
                )
            })
            .flatten()
            .map(|term| Term {
                names_only: true,
                ..term
            });
        Self { each, joined }
    }
}

/// Reads a text of several groups as one phone number, if it can be nothing else.
fn phone(text: &str) -> Option<Term> {
    let text = folded(text);
    let text = text.trim();
    let spaced = text.contains(char::is_whitespace);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let only = text
        .chars()
        .all(|c| c.is_ascii_digit() || c.is_whitespace() || "+-().".contains(c));
    (spaced && only && digits >= 7)
        .then(|| Term::new(&text.split_whitespace().collect::<String>()))
        .flatten()
}
