//! Cuts a term into pieces, one for each character or word of a name, to find where names in initials and mixed forms may stand.

use crate::han;
use crate::list::List;
use crate::prefix::PrefixIndex;
use crate::segment::Segment;

/// Cuts tried for one term; a term with more is looked for by what was tried.
const MAX_TRIES: usize = 256;

/// A term in letters: each Han character replaced by its usual reading.
#[derive(Debug)]
pub(crate) struct Spelt {
    text: String,
    /// For each byte: how long the reading of the Han character is that starts here, zero for letters.
    fixed: Vec<u8>,
    han: usize,
    chars: usize,
    /// The longest run of Han characters, and whether the term begins with it.
    run: (bool, String),
}

impl Spelt {
    pub(crate) fn new(term: &str) -> Self {
        let mut spelt = Self {
            text: String::with_capacity(term.len() + 8),
            fixed: Vec::with_capacity(term.len() + 8),
            han: 0,
            chars: 0,
            run: (false, String::new()),
        };
        for run in term.split(|c| !han::is_han(c)) {
            if run.len() > spelt.run.1.len() {
                spelt.run = (term.starts_with(run), run.to_owned());
            }
        }
        for c in term.chars() {
            let start = spelt.text.len();
            spelt.chars += 1;
            let reading = han::is_han(c).then(|| han::readings(c).first()).flatten();
            match reading {
                Some(reading) => spelt.text.push_str(reading),
                None => spelt.text.push(c),
            }
            spelt.fixed.resize(spelt.text.len(), 0);
            if han::is_han(c) {
                spelt.han += 1;
                spelt.fixed[start] = (spelt.text.len() - start) as u8;
            }
        }
        spelt
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Returns Han characters that every match holds in a row, and whether it begins with them.
    pub(crate) fn landmark(&self) -> Option<(bool, &str)> {
        (self.han > 0).then_some((self.run.0, &self.run.1))
    }

    /// Whether there are both Han characters and letters.
    pub(crate) fn is_mixed(&self) -> bool {
        self.han > 0 && self.han < self.chars
    }

    /// Whether the term may stand for several characters of which some are initials.
    pub(crate) fn is_splittable(&self) -> bool {
        self.chars > 1 && self.han < self.chars
    }

    fn first_char(&self, at: usize) -> usize {
        self.text[at..].chars().next().map_or(0, char::len_utf8)
    }
}

/// Returns sets of lists. Every name which the term matches with at least one initial is in all lists of a set; others may be too.
///
/// `spellings` and `initials` begin at the unit where the match begins, `later` at any later one.
pub(crate) fn candidates<'a>(
    segment: &Segment,
    spelt: &Spelt,
    spellings: &'a PrefixIndex,
    initials: &'a PrefixIndex,
    later: &'a PrefixIndex,
) -> Vec<Vec<List<'a>>> {
    if initials.is_empty() {
        return Vec::new();
    }
    let mut cutter = Cutter {
        segment,
        spelt,
        spellings,
        initials,
        later,
        letters: String::new(),
        tries: 0,
        cuts: Vec::new(),
    };
    cutter.cut(0, 0, 0);
    let mut cuts = cutter.cuts;
    cuts.sort_unstable();
    cuts.dedup();
    cuts.into_iter()
        .map(|cut| {
            let mut lists = vec![initials.prefix(&cut.initials)];
            lists.extend(cut.spelling.map(|text| spellings.prefix(&text)));
            lists.extend(cut.later.map(|text| later.prefix(&text)));
            lists
        })
        .collect()
}

/// What is known about a name if the term is cut in one way.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Cut {
    initials: String,
    spelling: Option<String>,
    later: Option<String>,
}

struct Cutter<'a> {
    segment: &'a Segment,
    spelt: &'a Spelt,
    spellings: &'a PrefixIndex,
    initials: &'a PrefixIndex,
    later: &'a PrefixIndex,
    /// First letters of the pieces so far.
    letters: String,
    tries: usize,
    cuts: Vec<Cut>,
}

impl Cutter<'_> {
    /// Goes on cutting at a byte. The pieces up to `whole` are whole syllables or words; `tail` is where the last initial ended, or zero.
    fn cut(&mut self, at: usize, whole: usize, tail: usize) {
        let text = &self.spelt.text[at..];
        let length = self.letters.len();
        let first = self.spelt.first_char(at);
        self.letters.push_str(&text[..first]);
        self.tries += 1;
        if self.initials_are_possible() {
            if self.tries > MAX_TRIES {
                self.keep(whole, None);
            } else {
                self.pieces(at, whole, tail);
            }
        }
        self.letters.truncate(length);
    }

    fn initials_are_possible(&self) -> bool {
        // One letter is no key of its own, but begins some.
        self.initials.count(&self.letters) > 0
    }

    fn pieces(&mut self, at: usize, whole: usize, tail: usize) {
        let spelt = self.spelt;
        let text = &spelt.text[at..];
        let so_far_whole = tail == 0;
        if spelt.fixed[at] > 0 {
            let end = at + usize::from(spelt.fixed[at]);
            if end == spelt.text.len() {
                if tail > 0 {
                    self.keep(whole, Some(tail));
                }
            } else {
                self.cut(end, if so_far_whole { end } else { whole }, tail);
            }
            return;
        }
        let letters = text
            .bytes()
            .enumerate()
            .position(|(index, _)| spelt.fixed[at + index] > 0)
            .unwrap_or(text.len());
        // The last piece may be any beginning.
        if tail > 0 && letters == text.len() {
            self.keep(whole, Some(tail));
        }
        let first = spelt.first_char(at);
        if first < text.len() {
            self.cut(at + first, whole, at + first);
        }
        if letters >= 2
            && text.len() > 2
            && matches!(text.as_bytes(), [b'z' | b'c' | b's', b'h', ..])
        {
            self.cut(at + 2, whole, at + 2);
        }
        for end in
            (first + 1..=letters.min(text.len() - 1)).filter(|end| text.is_char_boundary(*end))
        {
            if han::is_syllable(&text[..end]) || self.segment.knows_word(&text[..end]) {
                let end = at + end;
                self.cut(end, if so_far_whole { end } else { whole }, tail);
            }
        }
    }

    /// Keeps the present cut, unless a part of it is in no name. From `tail` on everything is whole, if the cut is complete.
    fn keep(&mut self, whole: usize, tail: Option<usize>) {
        let text = self.spelt.text.as_str();
        // Initials alone need no candidates: their list is exact.
        if self.spelt.han == 0 && self.letters == text {
            return;
        }
        let spelling = (whole > 0).then(|| &text[..whole + self.spelt.first_char(whole)]);
        let later = tail.map(|tail| &text[tail..]);
        if spelling.is_none_or(|text| self.spellings.count(text) > 0)
            && later.is_none_or(|text| self.later.count(text) > 0)
        {
            self.cuts.push(Cut {
                initials: self.letters.clone(),
                spelling: spelling.map(str::to_owned),
                later: later.map(str::to_owned),
            });
        }
    }
}
