//! Walks the sources of a plan through a segment, best level and nearest department first, and stops as soon as enough is found.

use std::ops::Range;

use crate::pattern::{LEVELS, Level, TYPO, match_code, match_name, match_plain};
use crate::plan::{Check, Ground, Source};
use crate::query::Field;
use crate::record::Doc;
use crate::segment::{Slot, Visible};
use crate::term::Term;
use crate::text::{Units, bare, folded};
use crate::typo;

/// A person found in a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) level: Level,
    pub(crate) tier: u8,
    pub(crate) slot: Slot,
}

/// One way to read the query: terms that must all match, each with its sources.
pub(crate) struct Plan<'a, 't> {
    pub(crate) terms: Vec<(&'t Term, Vec<Source<'a>>)>,
}

/// The slots of a segment by proximity, nearest first.
pub(crate) type Tiers = Vec<Vec<Range<Slot>>>;

/// A walk through one segment.
pub(crate) struct Walk<'a> {
    pub(crate) ground: Ground<'a>,
    pub(crate) visible: &'a Visible,
    pub(crate) tiers: &'a [Vec<Range<Slot>>],
    /// Whether people outside of visible departments take part.
    pub(crate) singles: bool,
    /// A bit for each person who is no longer here; empty if all are.
    pub(crate) dead: &'a [u64],
    /// How many to find at most.
    pub(crate) cap: usize,
    units: Units,
    seen: Seen,
    found: Vec<Found>,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(
        ground: Ground<'a>,
        visible: &'a Visible,
        tiers: &'a [Vec<Range<Slot>>],
        singles: bool,
        dead: &'a [u64],
        cap: usize,
    ) -> Self {
        Self {
            ground,
            visible,
            tiers,
            singles,
            dead,
            cap,
            units: Units::default(),
            seen: Seen::default(),
            found: Vec::new(),
        }
    }

    /// Returns up to `cap` people, best first.
    pub(crate) fn run(mut self, plans: &mut [Plan<'_, '_>]) -> Vec<Found> {
        for level in 0..if self.ground.typos { LEVELS } else { TYPO } {
            let start = self.found.len();
            let mut mixed = false;
            for plan in plans.iter_mut() {
                if plan.reaches(level) {
                    mixed |= self.found.len() > start;
                    self.walk_tiers(level, plan);
                }
            }
            if mixed {
                self.found[start..].sort_unstable_by_key(|found| (found.tier, found.slot));
            }
            if self.found.len() >= self.cap {
                break;
            }
        }
        self.found
    }

    fn walk_tiers(&mut self, level: Level, plan: &mut Plan<'_, '_>) {
        // Each plan may fill the rest; together they are sorted and cut.
        let tiers = self.tiers;
        let visible = self.visible;
        let limit = self.found.len() + self.cap;
        for (tier, ranges) in tiers.iter().enumerate() {
            for range in ranges {
                self.scan(
                    level,
                    tier as u8,
                    range.clone(),
                    &visible.slots,
                    plan,
                    true,
                    limit,
                );
            }
        }
        if self.singles && !visible.singles.is_empty() {
            let all = 0..self.ground.segment.slots();
            self.scan(
                level,
                tiers.len() as u8,
                all,
                &visible.singles,
                plan,
                false,
                limit,
            );
        }
    }

    /// Finds the matches in one range of slots as far as they are in the allowed ranges.
    #[expect(
        clippy::too_many_arguments,
        reason = "the inner loop of a search, called in two places"
    )]
    fn scan(
        &mut self,
        level: Level,
        tier: u8,
        range: Range<Slot>,
        allowed: &[Range<Slot>],
        plan: &mut Plan<'_, '_>,
        departments: bool,
        limit: usize,
    ) {
        let mut next = allowed.partition_point(|allowed| allowed.end <= range.start);
        let mut at = range.start;
        while let Some(here) = allowed.get(next) {
            at = at.max(here.start);
            if at >= range.end {
                return;
            }
            let Some(slot) = plan.seek(level, at, departments) else {
                return;
            };
            at = slot;
            if slot >= here.end {
                next += skip(&allowed[next..], slot);
                continue;
            }
            if slot >= range.end {
                return;
            }
            self.consider(level, tier, slot, plan, departments);
            if self.found.len() >= limit {
                return;
            }
            at += 1;
            if at >= here.end {
                next += 1;
            }
        }
    }

    fn consider(
        &mut self,
        level: Level,
        tier: u8,
        slot: Slot,
        plan: &Plan<'_, '_>,
        departments: bool,
    ) {
        let doc = self.ground.segment.doc(slot);
        let dead = !self.dead.is_empty() && self.dead[doc as usize / 64] >> (doc % 64) & 1 == 1;
        if dead || self.seen.contains(doc) {
            return;
        }
        let all = plan.terms.iter().all(|(term, sources)| {
            sources.iter().any(|source| {
                source.level <= level
                    && (departments || !source.department)
                    && source.cursor.is_at(slot)
                    && (source.check == Check::Sure || self.passes(source.check, level, term, doc))
            })
        });
        if all {
            self.seen.insert(doc);
            self.found.push(Found { level, tier, slot });
        }
    }

    fn passes(&mut self, check: Check, limit: Level, term: &Term, doc: Doc) -> bool {
        let record = self.ground.segment.record(doc);
        let level = match check {
            Check::Sure => return true,
            Check::Field(field) => {
                let class = match field {
                    Field::Name | Field::Alias => {
                        self.units.load(if field == Field::Name {
                            record.name()
                        } else {
                            record.alias()
                        });
                        match_name(&self.units, &term.bare).map(|found| found.class)
                    }
                    Field::Position => {
                        self.units.load(record.position());
                        match_plain(&self.units, &term.bare).map(|(class, _)| class)
                    }
                    Field::Extension => match_code(&bare(record.fields().extension), &term.bare),
                    Field::EmployeeNo => match_code(&bare(record.fields().employee_no), &term.bare),
                    Field::Email => match_code(&folded(record.fields().email), &term.raw),
                    Field::Department | Field::Mobile => None,
                };
                class.map(|class| crate::pattern::level(class, field))
            }
            Check::Typo(field) => {
                self.units.load(if field == Field::Name {
                    record.name()
                } else {
                    record.alias()
                });
                typo::match_term(&self.units, term).map(|found| found.level(field))
            }
        };
        level.is_some_and(|level| level <= limit)
    }
}

/// Returns how many ranges end at or before the slot.
fn skip(ranges: &[Range<Slot>], slot: Slot) -> usize {
    let mut step = 1;
    while step < ranges.len() && ranges[step].end <= slot {
        step *= 2;
    }
    let low = step / 2;
    let high = (step + 1).min(ranges.len());
    low + ranges[low..high].partition_point(|range| range.end <= slot)
}

impl Plan<'_, '_> {
    /// Whether something may match at this level and at none before it.
    fn reaches(&self, level: Level) -> bool {
        self.terms
            .iter()
            .any(|(_, sources)| sources.iter().any(|source| source.level == level))
            && self
                .terms
                .iter()
                .all(|(_, sources)| sources.iter().any(|source| source.level <= level))
    }

    /// Returns the first slot from a slot on that a source of every term holds.
    fn seek(&mut self, level: Level, from: Slot, departments: bool) -> Option<Slot> {
        // With one term, what matched at a level before has been found there.
        let only = self.terms.len() == 1;
        let mut at = from;
        loop {
            let start = at;
            for (_, sources) in &mut self.terms {
                let next = sources
                    .iter_mut()
                    .filter(|source| {
                        (if only {
                            source.level == level
                        } else {
                            source.level <= level
                        }) && (departments || !source.department)
                    })
                    .filter_map(|source| source.cursor.seek(&source.list, at))
                    .min()?;
                at = next;
            }
            if only || at == start {
                return Some(at);
            }
        }
    }
}

/// A set of people, made for few insertions and many questions.
#[derive(Debug, Default)]
struct Seen {
    cells: Vec<u32>,
    count: usize,
}

const EMPTY: u32 = u32::MAX;

impl Seen {
    fn find(&self, doc: Doc) -> usize {
        let mask = self.cells.len() - 1;
        let mut at = doc.wrapping_mul(0x9e37_79b1) as usize >> 7 & mask;
        while self.cells[at] != EMPTY && self.cells[at] != doc {
            at = (at + 1) & mask;
        }
        at
    }

    fn contains(&self, doc: Doc) -> bool {
        self.count > 0 && self.cells[self.find(doc)] == doc
    }

    fn insert(&mut self, doc: Doc) {
        if self.count * 2 >= self.cells.len() {
            let grown = vec![EMPTY; (self.cells.len() * 4).max(64)];
            for doc in std::mem::replace(&mut self.cells, grown) {
                if doc != EMPTY {
                    let at = self.find(doc);
                    self.cells[at] = doc;
                }
            }
        }
        let at = self.find(doc);
        self.cells[at] = doc;
        self.count += 1;
    }
}
