//! Several terms at once. If one is rare, each of its slots is looked at; if all are broad, bitmaps bound the cost however little they have
//! in common.

use std::ops::Range;

use crate::check::Checker;
use crate::list::{BLOCK_BITS, BLOCK_WORDS, List, fill, skip};
use crate::pattern::{LEVELS, Level};
use crate::plan::{Check, Plan, Source, TermPlan};
use crate::segment::Slot;
use crate::walk::Walk;

/// A term with no more slots than this is rare.
const RARE: usize = 2048;

type Bits = [u64; BLOCK_WORDS];

/// Adds common sources to a plan of several terms.
pub(crate) fn combine<'a, 't>(walk: &Walk<'_>, mut plan: Plan<'a, 't>) -> Plan<'a, 't> {
    if plan.terms.len() < 2 {
        return plan;
    }
    let weight = |term: &TermPlan<'_, '_>| term.sources.iter().map(Source::weight).sum::<usize>();
    let rarest = plan
        .terms
        .iter()
        .map(weight)
        .enumerate()
        .min_by_key(|(_, weight)| *weight);
    let sources = match rarest {
        Some((number, weight)) if weight <= RARE => from_rarest(walk, &mut plan, number),
        _ => from_bitmaps(walk, &plan),
    };
    plan.with_common(sources)
}

/// Looks at each slot of the rarest term.
fn from_rarest<'a>(walk: &Walk<'_>, plan: &mut Plan<'_, '_>, rarest: usize) -> Vec<Source<'a>> {
    let slots = plan.terms[rarest].all_slots();
    let mut checker = Checker::new(walk.ground);
    let mut levels: [Vec<Slot>; LEVELS as usize] = Default::default();
    let mut add = |allowed: &[Range<Slot>], departments: bool| {
        let mut next = 0;
        for slot in &slots {
            next += skip(&allowed[next..], *slot);
            match allowed.get(next) {
                None => break,
                Some(range) if range.start > *slot => continue,
                Some(_) => {}
            }
            let doc = walk.ground.segment.doc(*slot);
            let mut level_of = |term: &mut TermPlan<'_, '_>| {
                term.level_at(*slot, doc, LEVELS, departments, &mut checker)
            };
            let worst = plan
                .terms
                .iter_mut()
                .map(&mut level_of)
                .try_fold(0, |worst, level| level.map(|level| level.max(worst)));
            if let Some(level) = worst {
                levels[usize::from(level)].push(*slot);
            }
        }
    };
    add(&walk.visible.slots, true);
    if walk.singles {
        add(&walk.visible.singles, false);
    }
    let found = levels
        .into_iter()
        .enumerate()
        .filter(|(_, slots)| !slots.is_empty());
    found
        .map(|(level, mut slots)| {
            slots.sort_unstable();
            Source::new(level as Level, List::Owned(slots), Check::Sure)
        })
        .collect()
}

fn from_bitmaps<'a>(walk: &Walk<'_>, plan: &Plan<'_, '_>) -> Vec<Source<'a>> {
    let slots = walk.ground.segment.slots();
    let mut table = Table::new(plan.terms.len(), slots);
    for block in 0..=(slots >> BLOCK_BITS) as usize {
        table.add_block(block, plan, &walk.visible.slots, true);
        if walk.singles {
            table.add_block(block, plan, &walk.visible.singles, false);
        }
    }
    table.sources()
}

struct Table {
    /// What sure sources of each term hold in the present block, up to the present level.
    sure: Vec<Bits>,
    /// The same of sources that need a check.
    unsure: Vec<Bits>,
    /// Matches by level, and those that need a check.
    found: [[Option<Vec<u64>>; 2]; LEVELS as usize],
    words: usize,
}

impl Table {
    fn new(terms: usize, slots: Slot) -> Self {
        Self {
            sure: vec![[0; BLOCK_WORDS]; terms],
            unsure: vec![[0; BLOCK_WORDS]; terms],
            found: std::array::from_fn(|_| [None, None]),
            words: (slots as usize).div_ceil(64),
        }
    }

    fn add_block(
        &mut self,
        block: usize,
        plan: &Plan<'_, '_>,
        allowed: &[Range<Slot>],
        departments: bool,
    ) {
        let Some(allowed) = allowed_bits(block, allowed) else {
            return;
        };
        self.sure
            .iter_mut()
            .chain(&mut self.unsure)
            .for_each(|bits| bits.fill(0));
        let mut known = [0; BLOCK_WORDS];
        for level in 0..LEVELS {
            let mut new = false;
            for (number, term) in plan.terms.iter().enumerate() {
                let from = term.sources.partition_point(|source| source.level < level);
                let sources = term.sources[from..]
                    .iter()
                    .take_while(|source| source.level == level);
                for source in sources.filter(|source| departments || !source.department) {
                    new = true;
                    let bits = if source.check == Check::Sure {
                        &mut self.sure
                    } else {
                        &mut self.unsure
                    };
                    add_source(source, block, &mut bits[number]);
                }
            }
            if new {
                self.intersect(level, block, &allowed, &mut known);
            }
        }
    }

    /// Keeps what all terms hold and what was not known before.
    fn intersect(&mut self, level: Level, block: usize, allowed: &Bits, known: &mut Bits) {
        let from = block * BLOCK_WORDS;
        let to = (from + BLOCK_WORDS).min(self.words);
        for index in from..to {
            let at = index - from;
            let mut sure = allowed[at] & !known[at];
            let mut any = sure;
            for (one, other) in self.sure.iter().zip(&self.unsure) {
                sure &= one[at];
                any &= one[at] | other[at];
            }
            for (kind, bits) in [(0, sure), (1, any & !sure)] {
                if bits != 0 {
                    self.found[usize::from(level)][kind]
                        .get_or_insert_with(|| vec![0; self.words])[index] |= bits;
                }
            }
            known[at] |= sure;
        }
    }

    fn sources<'a>(self) -> Vec<Source<'a>> {
        let mut out = Vec::new();
        for (level, found) in self.found.into_iter().enumerate() {
            for (bits, check) in found.into_iter().zip([Check::Sure, Check::Each]) {
                out.extend(bits.map(|bits| Source::new(level as Level, List::Bits(bits), check)));
            }
        }
        out
    }
}

/// Returns the allowed slots of a block; None if there are none.
fn allowed_bits(block: usize, allowed: &[Range<Slot>]) -> Option<Bits> {
    let start = (block as u32) << BLOCK_BITS;
    let end = start + (1 << BLOCK_BITS);
    let from = allowed.partition_point(|range| range.end <= start);
    let mut bits = None;
    for range in allowed[from..].iter().take_while(|range| range.start < end) {
        fill(
            bits.get_or_insert([0; BLOCK_WORDS]),
            range.start.max(start) - start..range.end.min(end) - start,
        );
    }
    bits
}

fn add_source(source: &Source<'_>, block: usize, bits: &mut Bits) {
    if source.also.is_empty() {
        source.list.add_to(block, bits);
        return;
    }
    let mut common = [0; BLOCK_WORDS];
    source.list.add_to(block, &mut common);
    for (list, _) in &source.also {
        let mut other = [0; BLOCK_WORDS];
        list.add_to(block, &mut other);
        common
            .iter_mut()
            .zip(&other)
            .for_each(|(word, other)| *word &= other);
    }
    bits.iter_mut()
        .zip(&common)
        .for_each(|(word, common)| *word |= common);
}
