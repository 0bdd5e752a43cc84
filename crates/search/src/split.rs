//! Cuts a term into pieces, one for each character or word of a name, to find where names in initials and mixed forms may stand.

use crate::han;
use crate::list::List;
use crate::prefix::{KEY_BYTES, PrefixIndex};
use crate::segment::{NameIndex, Segment};

/// Cuts tried for one term; a term with more is looked for by what was tried.
const MAX_TRIES: usize = 256;

/// A term in letters: each Han character replaced by its usual reading.
#[derive(Debug)]
pub(crate) struct Spelt {
    text: String,
    /// For each byte: how long the reading of the Han character is that starts here, zero for letters.
    fixed: Vec<u8>,
    /// Where in `text` each Han character starts, and the Han characters in a row from it on.
    runs: Vec<(usize, String)>,
    chars: usize,
}

impl Spelt {
    pub(crate) fn new(term: &str) -> Self {
        let mut spelt = Self {
            text: String::with_capacity(term.len() + 8),
            fixed: Vec::with_capacity(term.len() + 8),
            runs: Vec::new(),
            chars: 0,
        };
        for (at, c) in term.char_indices() {
            let start = spelt.text.len();
            spelt.chars += 1;
            if !han::is_han(c) {
                spelt.text.push(c);
                spelt.fixed.resize(spelt.text.len(), 0);
                continue;
            }
            match han::readings(c).first() {
                Some(reading) => spelt.text.push_str(reading),
                None => spelt.text.push(c),
            }
            spelt.fixed.resize(spelt.text.len(), 0);
            spelt.fixed[start] = (spelt.text.len() - start) as u8;
            let run = term[at..].chars().take_while(|c| han::is_han(*c)).collect();
            spelt.runs.push((start, run));
        }
        spelt
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Returns the Han characters that the term begins with, if it does.
    pub(crate) fn leading_run(&self) -> Option<&str> {
        self.runs
            .first()
            .filter(|(start, _)| *start == 0)
            .map(|(_, run)| run.as_str())
    }

    /// Returns the first Han characters in a row.
    pub(crate) fn first_run(&self) -> Option<&str> {
        self.runs.first().map(|(_, run)| run.as_str())
    }

    /// Whether the term is Han characters and then letters, and its spelling can be read in no other way.
    pub(crate) fn is_plain(&self) -> bool {
        let in_front = self
            .leading_run()
            .is_some_and(|run| run.chars().count() == self.runs.len());
        let run = self.leading_run().unwrap_or_default();
        in_front && self.text.len() < KEY_BYTES && run.chars().all(has_no_longer_reading)
    }

    /// Whether there are both Han characters and letters.
    pub(crate) fn is_mixed(&self) -> bool {
        !self.runs.is_empty() && self.runs.len() < self.chars
    }

    /// Whether the term may stand for several characters of which some are initials.
    pub(crate) fn is_splittable(&self) -> bool {
        self.chars > 1 && self.runs.len() < self.chars
    }

    fn first_char(&self, at: usize) -> usize {
        self.text[at..].chars().next().map_or(0, char::len_utf8)
    }

    /// Returns the Han characters in a row from a byte on.
    fn run_at(&self, at: usize) -> Option<&str> {
        let found = self.runs.iter().find(|(start, _)| *start == at);
        found.map(|(_, run)| run.as_str())
    }

    /// Whether there are letters only from a byte on.
    fn is_letters_from(&self, at: usize) -> bool {
        self.runs.last().is_none_or(|(start, _)| *start < at)
    }
}

/// Whether no reading of the character begins with another of its readings.
fn has_no_longer_reading(c: char) -> bool {
    let readings = han::readings(c);
    readings.iter().all(|one| {
        readings
            .iter()
            .all(|other| one == other || !one.starts_with(other))
    })
}

/// Lists whose common slots may match a term.
pub(crate) struct Candidates<'a> {
    pub(crate) lists: Vec<List<'a>>,
    /// Whether they do match.
    pub(crate) sure: bool,
}

/// Returns sets of lists; every name which the term matches from its first unit on, with at least one initial, is in all lists of a set.
pub(crate) fn from_first<'a>(
    segment: &Segment,
    spelt: &Spelt,
    names: &'a NameIndex,
) -> Vec<Candidates<'a>> {
    let at_unit = |unit: usize| match unit {
        0 => &names.lead,
        1 => &names.second,
        _ => &names.later,
    };
    let cuts = cuts(segment, spelt, &names.lead_initials);
    cuts.iter()
        .map(|cut| {
            let mut lists = vec![names.lead_initials.prefix(&cut.initials)];
            if let Some(text) = &cut.spelling {
                lists.push(names.lead.prefix(text));
            }
            let mut sure = false;
            if let Some(tail) = &cut.tail {
                lists.push(at_unit(tail.unit).prefix(&tail.text));
                // One initial, and all the rest by one key.
                sure = tail.unit == 1 && tail.is_whole && tail.text.len() < KEY_BYTES;
            }
            if let Some((unit, run)) = &cut.run {
                lists.push(at_unit(*unit).prefix(run));
            }
            Candidates { lists, sure }
        })
        .collect()
}

/// The same from a later unit on; these need a check.
pub(crate) fn from_later<'a>(
    segment: &Segment,
    spelt: &Spelt,
    names: &'a NameIndex,
) -> Vec<Candidates<'a>> {
    let mut out = Vec::new();
    for cut in cuts(segment, spelt, &names.inner_initials) {
        for index in [&names.second, &names.later] {
            let mut lists = vec![names.inner_initials.prefix(&cut.initials)];
            if let Some(tail) = &cut.tail {
                lists.push(names.later.prefix(&tail.text));
            }
            if let Some((unit, run)) = &cut.run {
                lists.push(if *unit == 0 { index } else { &names.later }.prefix(run));
            }
            if let Some(text) = &cut.spelling {
                lists.push(index.prefix(text));
            }
            out.push(Candidates { lists, sure: false });
            // Nothing in the set depends on where the match begins.
            if cut.spelling.is_none() && cut.run.as_ref().is_none_or(|(unit, _)| *unit > 0) {
                break;
            }
        }
    }
    out
}

/// What is known about a name if the term is cut in one way.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Cut {
    initials: String,
    /// What the spelling begins with.
    spelling: Option<String>,
    tail: Option<Tail>,
    /// Han characters, and the unit they begin at.
    run: Option<(usize, String)>,
}

/// The rest of a term behind the last initial.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Tail {
    unit: usize,
    text: String,
    /// Whether the text says all about the rest.
    is_whole: bool,
}

fn cuts(segment: &Segment, spelt: &Spelt, initials: &PrefixIndex) -> Vec<Cut> {
    let mut cutter = Cutter {
        segment,
        spelt,
        initials,
        letters: String::new(),
        run: None,
        tries: 0,
        cuts: Vec::new(),
    };
    if !initials.is_empty() {
        cutter.cut(At::default());
    }
    cutter.cuts.sort_unstable();
    cutter.cuts.dedup();
    cutter.cuts
}

struct Cutter<'a> {
    segment: &'a Segment,
    spelt: &'a Spelt,
    initials: &'a PrefixIndex,
    /// First letters of the pieces so far.
    letters: String,
    /// The first Han character and its unit.
    run: Option<(usize, usize)>,
    tries: usize,
    cuts: Vec<Cut>,
}

/// How far a term is cut.
#[derive(Debug, Clone, Copy, Default)]
struct At {
    byte: usize,
    unit: usize,
    /// The pieces up to this byte, the first at least, are whole syllables or words; or they are the letters of a double initial.
    whole: usize,
    /// Where the last initial ended, in bytes and units; zero if there is none.
    tail: (usize, usize),
}

impl At {
    /// Behind a whole piece.
    fn behind_whole(self, end: usize) -> Self {
        Self {
            byte: end,
            unit: self.unit + 1,
            whole: if self.tail.0 == 0 { end } else { self.whole },
            ..self
        }
    }

    /// Behind an initial.
    fn behind_initial(self, end: usize) -> Self {
        Self {
            byte: end,
            unit: self.unit + 1,
            tail: (end, self.unit + 1),
            ..self
        }
    }
}

impl Cutter<'_> {
    fn cut(&mut self, at: At) {
        let length = self.letters.len();
        let first = self.spelt.first_char(at.byte);
        self.letters
            .push_str(&self.spelt.text[at.byte..at.byte + first]);
        self.tries += 1;
        if self.initials.count(&self.letters) > 0 {
            if self.tries > MAX_TRIES {
                self.keep(at, false);
            } else {
                self.pieces(at, first);
            }
        }
        self.letters.truncate(length);
    }

    fn pieces(&mut self, at: At, first: usize) {
        let spelt = self.spelt;
        let text = &spelt.text[at.byte..];
        let fixed = usize::from(spelt.fixed[at.byte]);
        if fixed > 0 {
            let known = self.run;
            self.run = known.or(Some((at.unit, at.byte)));
            if fixed < text.len() {
                self.cut(at.behind_whole(at.byte + fixed));
            } else if at.tail.0 > 0 {
                self.keep(at, true);
            }
            self.run = known;
            return;
        }
        let fixed = &spelt.fixed[at.byte..];
        let letters = fixed
            .iter()
            .position(|fixed| *fixed > 0)
            .unwrap_or(text.len());
        // The last piece may be any beginning.
        if at.tail.0 > 0 && letters == text.len() {
            self.keep(at, true);
        }
        if first < text.len() {
            self.cut(at.behind_initial(at.byte + first));
        }
        if letters >= 2
            && text.len() > 2
            && matches!(text.as_bytes(), [b'z' | b'c' | b's', b'h', ..])
        {
            self.cut(at.behind_initial(at.byte + 2));
        }
        let ends = first + 1..=letters.min(text.len() - 1);
        for end in ends.filter(|end| text.is_char_boundary(*end)) {
            if han::is_syllable(&text[..end]) || self.segment.knows_word(&text[..end]) {
                self.cut(at.behind_whole(at.byte + end));
            }
        }
    }

    /// Keeps the present cut; `complete` if the whole term is cut.
    fn keep(&mut self, at: At, complete: bool) {
        let spelt = self.spelt;
        // Initials alone need no candidates: their list is exact.
        if complete && spelt.runs.is_empty() && self.letters == spelt.text {
            return;
        }
        let (tail, unit) = at.tail;
        let tail = complete.then(|| Tail {
            unit,
            is_whole: spelt.is_letters_from(tail)
                || spelt.run_at(tail).is_some_and(|_| self.is_han_from(tail)),
            text: self.tail_text(tail),
        });
        let spelling = match at.whole {
            // The initial of the first unit may be a double one.
            0 if at.tail.1 == 1 && at.tail.0 > 1 => Some(spelt.text[..at.tail.0].to_owned()),
            0 => None,
            whole => Some(spelt.text[..whole + spelt.first_char(whole)].to_owned()),
        };
        let run = self
            .run
            .and_then(|(unit, byte)| Some((unit, spelt.run_at(byte)?.to_owned())));
        self.cuts.push(Cut {
            initials: self.letters.clone(),
            spelling,
            tail,
            run,
        });
    }

    fn is_han_from(&self, byte: usize) -> bool {
        let runs = self.spelt.runs.iter().filter(|(start, _)| *start >= byte);
        let mut next = byte;
        for (start, _) in runs {
            if *start != next {
                return false;
            }
            next += usize::from(self.spelt.fixed[*start]);
        }
        next == self.spelt.text.len()
    }

    /// Han characters as such if there is nothing else, or else the spelling.
    fn tail_text(&self, byte: usize) -> String {
        let spelt = self.spelt;
        match spelt.run_at(byte) {
            Some(run) if self.is_han_from(byte) => run.to_owned(),
            _ => spelt.text[byte..].to_owned(),
        }
    }
}
