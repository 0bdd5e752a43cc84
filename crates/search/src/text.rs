//! Text as it is compared: folded, and cut into units (one Han character, or one word of anything else).

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use crate::han;

/// Units beyond this many are not searched.
pub(crate) const MAX_UNITS: usize = 24;

/// A name is spelt in at most this many ways; beyond it, later characters keep their usual reading only.
const MAX_SPELLINGS: usize = 16;

/// Calls back with the folded form of one character: NFKC, lower case, without diacritics.
#[inline]
pub(crate) fn fold(c: char, mut each: impl FnMut(char)) {
    if c.is_ascii() {
        each(c.to_ascii_lowercase());
    } else if ('\u{4e00}'..='\u{9fff}').contains(&c) {
        each(c);
    } else {
        std::iter::once(c)
            .nfkc()
            .flat_map(char::to_lowercase)
            .nfd()
            .filter(|c| !('\u{300}'..='\u{36f}').contains(c))
            .for_each(each);
    }
}

/// Folds a whole text.
pub(crate) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|c| fold(c, |f| out.push(f)));
    out
}

/// Folds a text and keeps letters and digits only.
pub(crate) fn bare(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|c| {
        fold(c, |f| {
            if f.is_alphanumeric() {
                out.push(f);
            }
        });
    });
    out
}

/// One Han character or one word.
#[derive(Debug, Clone)]
pub(crate) struct Unit {
    /// The character, if it is Han.
    pub(crate) han: Option<char>,
    /// How many of the character's readings count.
    readings: u8,
    /// Where the unit stands in the folded text.
    pub(crate) folded: Range<u32>,
    /// Where it stands in the original text.
    pub(crate) origin: Range<u32>,
}

/// A text cut into units; reused from text to text to save allocations.
#[derive(Debug, Default, Clone)]
pub(crate) struct Units {
    folded: String,
    list: Vec<Unit>,
    /// Origin of each folded byte that starts a character, for marks inside words.
    origins: Vec<Range<u32>>,
}

impl Units {
    /// Cuts another text.
    pub(crate) fn of(text: &str) -> Self {
        let mut units = Self {
            folded: String::with_capacity(text.len()),
            list: Vec::with_capacity(text.len().min(4)),
            origins: Vec::new(),
        };
        units.load(text);
        units
    }

    /// Replaces the content.
    pub(crate) fn load(&mut self, text: &str) {
        self.folded.clear();
        self.list.clear();
        self.origins.clear();
        let mut in_word = false;
        let mut spellings = 1;
        for (at, c) in text.char_indices() {
            let origin = at as u32..(at + c.len_utf8()) as u32;
            // A combining mark alone folds to nothing and does not end a word.
            let mut full = false;
            fold(c, |f| {
                full |= !self.push(f, origin.clone(), &mut in_word, &mut spellings);
            });
            if full {
                break;
            }
        }
    }

    /// Adds a folded character; false if there is no more room.
    #[inline]
    fn push(
        &mut self,
        f: char,
        origin: Range<u32>,
        in_word: &mut bool,
        spellings: &mut usize,
    ) -> bool {
        let start = self.folded.len() as u32;
        let end = start + f.len_utf8() as u32;
        if han::is_han(f) {
            if self.list.len() == MAX_UNITS {
                return false;
            }
            let known = han::readings(f).len();
            let readings = known
                .min(MAX_SPELLINGS / *spellings)
                .max(usize::from(known > 0));
            *spellings *= readings.max(1);
            *in_word = false;
            self.list.push(Unit {
                han: Some(f),
                readings: readings as u8,
                folded: start..end,
                origin,
            });
        } else if !f.is_alphanumeric() {
            *in_word = false;
            return true;
        } else if *in_word && let Some(word) = self.list.last_mut() {
            word.folded.end = end;
            word.origin.end = origin.end;
            self.origins.push(origin);
        } else {
            if self.list.len() == MAX_UNITS {
                return false;
            }
            *in_word = true;
            self.list.push(Unit {
                han: None,
                readings: 0,
                folded: start..end,
                origin: origin.clone(),
            });
            self.origins.push(origin);
        }
        self.folded.push(f);
        true
    }

    /// Counts the units.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// Returns one unit.
    #[inline]
    pub(crate) fn get(&self, index: usize) -> &Unit {
        &self.list[index]
    }

    /// The folded text from a unit on, without separators.
    #[inline]
    pub(crate) fn from(&self, index: usize) -> &str {
        self.list
            .get(index)
            .map_or("", |unit| &self.folded[unit.folded.start as usize..])
    }

    /// The folded text of one unit.
    #[inline]
    pub(crate) fn text(&self, index: usize) -> &str {
        let unit = &self.list[index];
        &self.folded[unit.folded.start as usize..unit.folded.end as usize]
    }

    /// The ways to spell a unit in letters: its readings, or the text itself if it has none.
    #[inline]
    pub(crate) fn readings(&self, index: usize) -> &'static [&'static str] {
        let unit = &self.list[index];
        unit.han
            .map_or(&[], |c| &han::readings(c)[..usize::from(unit.readings)])
    }

    /// Whether any unit can be spelt otherwise than it is written.
    pub(crate) fn has_readings(&self) -> bool {
        self.list.iter().any(|unit| unit.readings > 0)
    }

    /// Calls back with every way to spell the units from one on; `initials` takes the first letter of each only.
    pub(crate) fn spellings(&self, from: usize, initials: bool, each: &mut impl FnMut(&str)) {
        let mut text = String::with_capacity(24);
        self.spell(from, initials, &mut text, each);
    }

    fn spell(&self, at: usize, initials: bool, text: &mut String, each: &mut impl FnMut(&str)) {
        if at == self.list.len() {
            each(text);
            return;
        }
        let length = text.len();
        let readings = self.readings(at);
        let own = [self.text(at)];
        let forms: &[&str] = if readings.is_empty() { &own } else { readings };
        for (index, form) in forms.iter().enumerate() {
            let end = if initials {
                form.chars().next().map_or(0, char::len_utf8)
            } else {
                form.len()
            };
            // Readings that begin alike have the same initials.
            if initials
                && forms[..index]
                    .iter()
                    .any(|other| other.as_bytes()[0] == form.as_bytes()[0])
            {
                continue;
            }
            text.push_str(&form[..end]);
            self.spell(at + 1, initials, text, each);
            text.truncate(length);
        }
    }

    /// The spelling by usual readings, which orders people within a department.
    pub(crate) fn usual_spelling(&self) -> String {
        (0..self.len())
            .map(|at| self.readings(at).first().copied().unwrap_or(self.text(at)))
            .collect()
    }

    /// Where the first `bytes` folded bytes of a unit stand in the original text.
    pub(crate) fn origin_of(&self, index: usize, bytes: usize) -> Range<usize> {
        let unit = &self.list[index];
        if unit.han.is_some() || bytes >= self.text(index).len() {
            return unit.origin.start as usize..unit.origin.end as usize;
        }
        let chars = self.text(index)[..bytes].chars().count();
        let before: usize = self.list[..index]
            .iter()
            .filter(|unit| unit.han.is_none())
            .map(|unit| {
                self.folded[unit.folded.start as usize..unit.folded.end as usize]
                    .chars()
                    .count()
            })
            .sum();
        let end = self.origins[before + chars.max(1) - 1].end;
        unit.origin.start as usize..end as usize
    }
}
