//! Several terms at once. If one is rare, each of its slots is looked at; if all are broad, bitmaps bound the cost however little they have
//! in common.

use std::ops::Range;

use crate::check::Checker;
use crate::list::{BLOCK_BITS, BLOCK_WORDS, List, fill, narrow, skip};
use crate::pattern::{LEVELS, Level};
use crate::plan::{Check, Plan, Source, TermPlan};
use crate::segment::Slot;
use crate::walk::Walk;

/// A term with no more slots than this is rare.
const RARE: usize = if cfg!(test) { 4 } else { 2048 };

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
    terms: Vec<Held>,
    /// Matches by level, and those that need a check.
    found: [[Option<Vec<u64>>; 2]; LEVELS as usize],
    words: usize,
}

/// What the sources of a term hold in the present block, up to the present level.
struct Held {
    sure: Bits,
    /// What needs a check.
    unsure: Bits,
    has_sure: bool,
    has_unsure: bool,
}

impl Held {
    fn new() -> Self {
        Self {
            sure: [0; BLOCK_WORDS],
            unsure: [0; BLOCK_WORDS],
            has_sure: false,
            has_unsure: false,
        }
    }

    fn clear(&mut self) {
        if self.has_sure {
            self.sure.fill(0);
        }
        if self.has_unsure {
            self.unsure.fill(0);
        }
        self.has_sure = false;
        self.has_unsure = false;
    }

    fn add(&mut self, source: &Source<'_>, block: usize) {
        if source.check == Check::Sure {
            self.has_sure = true;
            add_source(source, block, &mut self.sure);
        } else {
            self.has_unsure = true;
            add_source(source, block, &mut self.unsure);
        }
    }
}

impl Table {
    fn new(terms: usize, slots: Slot) -> Self {
        Self {
            terms: std::iter::repeat_with(Held::new).take(terms).collect(),
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
        self.terms.iter_mut().for_each(Held::clear);
        // What is still to be found.
        let mut open = allowed;
        for level in 0..LEVELS {
            let mut new = false;
            for (held, term) in self.terms.iter_mut().zip(&plan.terms) {
                let from = term.sources.partition_point(|source| source.level < level);
                let sources = term.sources[from..]
                    .iter()
                    .take_while(|source| source.level == level);
                for source in sources.filter(|source| departments || !source.department) {
                    new = true;
                    held.add(source, block);
                }
            }
            if new
                && self
                    .terms
                    .iter()
                    .all(|held| held.has_sure || held.has_unsure)
            {
                self.intersect(level, block, &mut open);
            }
        }
    }

    /// Keeps what all terms hold of what is still to be found.
    fn intersect(&mut self, level: Level, block: usize, open: &mut Bits) {
        let mut sure = *open;
        for held in &self.terms {
            narrow(&mut sure, &held.sure);
        }
        open.iter_mut()
            .zip(&sure)
            .for_each(|(open, sure)| *open &= !sure);
        self.keep(level, 0, block, &sure);
        if self.terms.iter().any(|held| held.has_unsure) {
            let mut unsure = *open;
            for held in &self.terms {
                let both = held.sure.iter().zip(&held.unsure);
                unsure
                    .iter_mut()
                    .zip(both)
                    .for_each(|(word, (one, other))| *word &= one | other);
            }
            self.keep(level, 1, block, &unsure);
        }
    }

    fn keep(&mut self, level: Level, kind: usize, block: usize, bits: &Bits) {
        if bits.iter().all(|word| *word == 0) {
            return;
        }
        let found = self.found[usize::from(level)][kind].get_or_insert_with(|| vec![0; self.words]);
        let from = block * BLOCK_WORDS;
        found[from..]
            .iter_mut()
            .zip(bits)
            .for_each(|(word, bits)| *word |= bits);
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
        narrow(&mut common, &other);
    }
    bits.iter_mut()
        .zip(&common)
        .for_each(|(word, common)| *word |= common);
}
