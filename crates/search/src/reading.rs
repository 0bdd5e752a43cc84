//! The reading of a name for display: `Zēng Shīhán`, `Yùchí Gōng`, `Lǐ Xī'ān`, `Wáng Tom`.

use std::ops::Range;

use crate::surname;
use crate::text::{Units, folded};

/// A name's reading and where each unit stands in it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) text: String,
    pub(crate) units: Vec<Range<usize>>,
}

/// Gives a name in pinyin with tone marks, the surname read as a surname; empty for a name without Han characters.
pub fn reading_of(name: &str) -> String {
    read(name, &Units::of(name)).text
}

/// Reads a name; empty if it has no Han characters.
pub(crate) fn read(name: &str, units: &Units) -> Reading {
    let mut reading = Reading::default();
    if !units.has_readings() {
        return reading;
    }
    // A dot divides the parts of a name from another language, which has no Chinese surname.
    let mut surname_due = !name.contains(['·', '•', '・', '‧']);
    let mut at = 0;
    while at < units.len() {
        let group = han_group(units, at);
        if group.is_empty() {
            let origin = &units.get(at).origin;
            reading.open_word();
            reading.add(&name[origin.start as usize..origin.end as usize]);
            at += 1;
            continue;
        }
        let syllables = if surname_due {
            surname::display(&group)
        } else {
            surname::display_given(&group)
        };
        let surname = if surname_due {
            surname::length(&group)
        } else {
            0
        };
        surname_due = false;
        for (index, (syllable, han)) in syllables.iter().zip(&group).enumerate() {
            let opens = index == 0 || index == surname;
            if opens {
                reading.open_word();
            }
            reading.add_syllable(syllable, *han, opens);
        }
        at += group.len();
    }
    reading
}

/// Returns the Han characters that follow one another from a unit on.
fn han_group(units: &Units, from: usize) -> Vec<char> {
    let mut group = Vec::new();
    for at in from..units.len() {
        let joined = at == from || units.get(at - 1).origin.end == units.get(at).origin.start;
        match units.get(at).han {
            Some(c) if joined => group.push(c),
            _ => break,
        }
    }
    group
}

impl Reading {
    fn open_word(&mut self) {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
    }

    fn add(&mut self, text: &str) {
        let start = self.text.len();
        self.text.push_str(text);
        self.units.push(start..self.text.len());
    }

    fn add_syllable(&mut self, syllable: &str, han: char, capital: bool) {
        let mut letters = syllable.chars();
        match letters.next() {
            None => self.add(han.encode_utf8(&mut [0; 4])),
            Some(first) if capital => {
                let text: String = first.to_uppercase().chain(letters).collect();
                self.add(&text);
            }
            Some(_) => {
                // Without the apostrophe Xī'ān would read as xiān.
                if folded(syllable).starts_with(['a', 'e', 'o']) {
                    self.text.push('\'');
                }
                self.add(syllable);
            }
        }
    }
}
