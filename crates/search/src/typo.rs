//! Likely slips: one key wrong, missing, doubled or swapped; sounds that many speakers do not tell apart; one homophone.

use crate::han;
use crate::pattern::{self, Level, NameMatch, match_name_from};
use crate::prefix::Packed;
use crate::query::{Class, Field};
use crate::term::Term;
use crate::text::Units;

/// Shorter terms are not corrected: too much lies one slip away.
const SHORTEST: usize = 4;

/// Shorter slips stand for whole names only, not for the beginning of one.
const SHORTEST_BEGINNING: usize = 5;

/// Longer terms are not corrected either.
const LONGEST: usize = 24;

/// A term with more ways than this to be misheard is only corrected by keys.
const MISHEARD: usize = 128;

/// Room for a slip of the longest term.
const ROOM: usize = 32;

/// What a term of letters may have been meant to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Slip {
    /// The text as far as keys go; the order of slips is the order of keys.
    pub(crate) key: Packed,
    bytes: [u8; ROOM],
    length: u8,
}

impl Slip {
    /// Joins the parts, if they fit.
    fn new(parts: [&[u8]; 3]) -> Option<Self> {
        let mut slip = Self {
            key: Packed::new(&[]),
            bytes: [0; ROOM],
            length: 0,
        };
        for part in parts {
            let start = usize::from(slip.length);
            slip.bytes
                .get_mut(start..start + part.len())?
                .copy_from_slice(part);
            slip.length += part.len() as u8;
        }
        slip.key = Packed::new(&slip.bytes[..usize::from(slip.length)]);
        Some(slip)
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes[..usize::from(self.length)]).unwrap_or_default()
    }

    /// Whether it is long enough to stand for the beginning of a name.
    pub(crate) fn may_begin(&self) -> bool {
        usize::from(self.length) >= SHORTEST_BEGINNING
    }
}

/// Returns what a term of letters may have been meant to be, without itself, in order.
pub(crate) fn slips(term: &str) -> Vec<Slip> {
    let bytes = term.as_bytes();
    if !(SHORTEST..=LONGEST).contains(&bytes.len()) {
        return Vec::new();
    }
    let mut out = Vec::with_capacity(64 * bytes.len());
    for at in 0..=bytes.len() {
        let (before, after) = bytes.split_at(at);
        for letter in LETTERS {
            out.extend(Slip::new([before, letter, after]));
            if let Some((_, rest)) = after.split_first() {
                out.extend(Slip::new([before, letter, rest]));
            }
        }
        if let Some((_, rest)) = after.split_first() {
            out.extend(Slip::new([before, rest, &[]]));
        }
        if let [one, two, rest @ ..] = after {
            out.extend(Slip::new([before, &[*two, *one], rest]));
        }
    }
    let mut heard = Vec::new();
    misheard(bytes, &mut heard);
    out.extend(
        heard
            .iter()
            .filter_map(|heard| Slip::new([heard, &[], &[]])),
    );
    out.sort_unstable();
    out.dedup();
    out.retain(|slip| slip.text() != term);
    out
}

/// Adds every combination of sounds that are easily confused: z zh, c ch, s sh, n ng, l n, f h, f hu.
fn misheard(term: &[u8], out: &mut Vec<Vec<u8>>) {
    let mut sites: Vec<&[&[u8]]> = Vec::new();
    let mut at = 0;
    while at < term.len() {
        let (site, used): (&[&[u8]], usize) = match &term[at..] {
            [b'z', b'h', ..] => (&[b"z", b"zh"], 2),
            [b'c', b'h', ..] => (&[b"c", b"ch"], 2),
            [b's', b'h', ..] => (&[b"s", b"sh"], 2),
            [b'n', b'g', ..] => (&[b"n", b"ng"], 2),
            [b'z', ..] => (&[b"z", b"zh"], 1),
            [b'c', ..] => (&[b"c", b"ch"], 1),
            [b's', ..] => (&[b"s", b"sh"], 1),
            // No syllable ends in l, so a final n is never one.
            [b'n', next, ..] if is_vowel(*next) => (&[b"n", b"l", b"ng"], 1),
            [b'n', ..] => (&[b"n", b"ng"], 1),
            [b'l', ..] => (&[b"l", b"n"], 1),
            [b'h', b'u', next, ..] if is_vowel(*next) => (&[b"hu", b"f"], 2),
            [b'f', ..] => (&[b"f", b"h", b"hu"], 1),
            [b'h', ..] => (&[b"h", b"f"], 1),
            _ => (&[], 1),
        };
        let own: &[&[u8]] = &[&term[at..at + used]];
        // A letter that is never confused still needs its place in every combination.
        if site.is_empty() {
            sites.push(
                match LETTERS.get(usize::from(own[0][0].wrapping_sub(b'a'))) {
                    Some(letter) => std::slice::from_ref(letter),
                    None => return,
                },
            );
        } else {
            sites.push(site);
        }
        at += used;
    }
    if sites.iter().map(|site| site.len()).product::<usize>() > MISHEARD {
        return;
    }
    let mut heard = vec![Vec::new()];
    for site in sites {
        heard = heard
            .iter()
            .flat_map(|start: &Vec<u8>| {
                site.iter()
                    .map(move |sound| [start.as_slice(), sound].concat())
            })
            .collect();
    }
    out.append(&mut heard);
}

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u' | b'v')
}

const LETTERS: [&[u8]; 26] = [
    b"a", b"b", b"c", b"d", b"e", b"f", b"g", b"h", b"i", b"j", b"k", b"l", b"m", b"n", b"o", b"p",
    b"q", b"r", b"s", b"t", b"u", b"v", b"w", b"x", b"y", b"z",
];

/// Returns a term of Han characters with each neighbouring pair swapped.
pub(crate) fn swapped(term: &str) -> Vec<String> {
    let chars: Vec<char> = term.chars().collect();
    (1..chars.len())
        .filter(|at| chars[at - 1] != chars[*at])
        .map(|at| {
            let mut other = chars.clone();
            other.swap(at - 1, at);
            other.into_iter().collect()
        })
        .collect()
}

/// Where to find names with a homophone in place of one character of a term.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Homophone {
    /// How the names are spelt.
    pub(crate) spelling: String,
    /// Whether the homophone is the first character.
    pub(crate) is_first: bool,
    /// The characters in front of the homophone, or behind it if it is the first.
    pub(crate) written: String,
}

/// Returns all places to look for homophones of a term of Han characters.
pub(crate) fn homophones(term: &str) -> Vec<Homophone> {
    let chars: Vec<char> = term.chars().collect();
    if chars.len() < 2 {
        return Vec::new();
    }
    let usual = |c: &char| {
        let first = han::readings(*c).first();
        first.map_or_else(|| c.to_string(), |first| (*first).to_owned())
    };
    let mut out = Vec::new();
    for at in 0..chars.len() {
        let written = if at == 0 { &chars[1..] } else { &chars[..at] };
        for reading in han::readings(chars[at]) {
            let mut spelling: String = chars[..at].iter().map(usual).collect();
            spelling.push_str(reading);
            spelling.extend(chars[at + 1..].iter().map(usual));
            out.push(Homophone {
                spelling,
                is_first: at == 0,
                written: written.iter().collect(),
            });
        }
    }
    out
}

/// A match of a name after correction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Corrected {
    /// The first matched unit.
    start: usize,
    /// What was meant, as far as it can be matched by the rules.
    meant: String,
    /// Whether it is the whole name.
    whole: bool,
}

impl Corrected {
    pub(crate) fn level(&self, field: Field) -> Level {
        pattern::level(Class::Typo, field) + if self.whole { 0 } else { 2 }
    }

    /// Returns how the corrected term matches.
    pub(crate) fn matched(&self, units: &Units) -> Option<NameMatch> {
        match_name_from(units, &self.meant, self.start)
    }
}

/// Matches a term with a name after one correction.
pub(crate) fn match_term(units: &Units, term: &Term) -> Option<Corrected> {
    if term.is_letters() {
        match_slips(units, &term.slips)
    } else if term.is_han() {
        let swapped = match_swapped(units, &term.swapped);
        let homophone = match_homophone(units, &term.bare);
        match (swapped, homophone) {
            (Some(one), Some(other)) => Some(if one.whole >= other.whole { one } else { other }),
            (one, other) => one.or(other),
        }
    } else {
        None
    }
}

/// A name in which exactly one character of the term is a homophone.
fn match_homophone(units: &Units, term: &str) -> Option<Corrected> {
    let length = term.chars().count();
    if length < 2 || length > units.len() {
        return None;
    }
    let start = (0..=units.len() - length).find(|start| {
        let mut other = 0;
        term.chars().enumerate().all(|(index, c)| {
            let at = start + index;
            let same = units.get(at).han == Some(c);
            other += usize::from(!same);
            let sounds = |reading| han::readings(c).contains(reading);
            same || other == 1 && units.readings(at).iter().any(sounds)
        }) && other == 1
    })?;
    Some(Corrected {
        start,
        meant: (start..start + length).map(|at| units.text(at)).collect(),
        whole: start == 0 && length == units.len(),
    })
}

/// A name whose spelling is a slip, or begins with one, or of which the whole rest from a later unit on is one.
fn match_slips(units: &Units, slips: &[Slip]) -> Option<Corrected> {
    let mut best: Option<Corrected> = None;
    for start in 0..units.len() {
        units.spellings(start, false, &mut |spelt| {
            // Only the whole counts from a later unit on.
            let shortest = if start == 0 {
                SHORTEST_BEGINNING
            } else {
                spelt.len()
            };
            for end in (shortest..=spelt.len().min(ROOM))
                .chain((spelt.len() < shortest).then_some(spelt.len()))
            {
                let whole = end == spelt.len();
                if spelt.is_char_boundary(end) && find(slips, &spelt[..end]) {
                    keep(&mut best, start, &spelt[..end], whole && start == 0);
                }
            }
        });
    }
    best
}

/// Whether a text is among the slips, which are in order.
fn find(slips: &[Slip], text: &str) -> bool {
    let key = Packed::new(text.as_bytes());
    let from = slips.partition_point(|slip| slip.key < key);
    slips[from..]
        .iter()
        .take_while(|slip| slip.key == key)
        .any(|slip| slip.bytes[..usize::from(slip.length)] == *text.as_bytes())
}

/// A name that holds a swapped form as written.
fn match_swapped(units: &Units, forms: &[String]) -> Option<Corrected> {
    let mut best = None;
    for form in forms {
        for start in 0..units.len() {
            let rest = units.from(start);
            if rest.starts_with(form.as_str()) {
                keep(
                    &mut best,
                    start,
                    form,
                    start == 0 && rest.len() == form.len(),
                );
            }
        }
    }
    best
}

fn keep(best: &mut Option<Corrected>, start: usize, meant: &str, whole: bool) {
    if best.as_ref().is_none_or(|known| whole && !known.whole) {
        *best = Some(Corrected {
            start,
            meant: meant.to_owned(),
            whole,
        });
    }
}
