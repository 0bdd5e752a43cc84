//! Walks the sources of a plan through a segment, best level and nearest department first, and stops as soon as enough is found.

use std::ops::Range;

use crate::check::Checker;
use crate::list::skip;
use crate::pattern::{LEVELS, Level, TYPO};
use crate::plan::{Ground, Plan};
use crate::record::Doc;
use crate::segment::{Slot, Visible};

/// A person found in a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) level: Level,
    pub(crate) tier: u8,
    pub(crate) slot: Slot,
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
}

impl Walk<'_> {
    /// Returns people in order, best first, up to `cap` or somewhat more.
    pub(crate) fn run(&self, plans: &mut [Plan<'_, '_>]) -> Vec<Found> {
        let mut state = State {
            checker: Checker::new(self.ground),
            seen: Seen::default(),
            found: Vec::new(),
        };
        for level in 0..if self.ground.typos { LEVELS } else { TYPO } {
            let start = state.found.len();
            let mut mixed = false;
            for plan in plans.iter_mut() {
                if plan.select(level) {
                    if self.visible.is_wide(self.ground.segment.slots()) {
                        plan.settle(self.ground.segment.slots());
                    }
                    mixed |= state.found.len() > start;
                    self.walk_tiers(level, plan, &mut state);
                }
            }
            if mixed {
                state.found[start..].sort_unstable_by_key(|found| (found.tier, found.slot));
            }
            if state.found.len() >= self.cap {
                break;
            }
        }
        state.found
    }

    fn walk_tiers(&self, level: Level, plan: &mut Plan<'_, '_>, state: &mut State<'_>) {
        // Each plan may fill the rest; together they are sorted and cut.
        let limit = state.found.len() + self.cap;
        for (tier, ranges) in self.tiers.iter().enumerate() {
            let found = Found {
                level,
                tier: tier as u8,
                slot: 0,
            };
            for range in ranges {
                self.scan(
                    found,
                    range.clone(),
                    &self.visible.slots,
                    plan,
                    state,
                    limit,
                );
            }
        }
        if self.singles && !self.visible.singles.is_empty() && plan.leave_departments() {
            let found = Found {
                level,
                tier: self.tiers.len() as u8,
                slot: 0,
            };
            let all = 0..self.ground.segment.slots();
            self.scan(found, all, &self.visible.singles, plan, state, limit);
        }
    }

    /// Finds the matches in one range of slots as far as they are in the allowed ranges.
    fn scan(
        &self,
        found: Found,
        range: Range<Slot>,
        allowed: &[Range<Slot>],
        plan: &mut Plan<'_, '_>,
        state: &mut State<'_>,
        limit: usize,
    ) {
        let mut next = allowed.partition_point(|allowed| allowed.end <= range.start);
        let mut at = range.start;
        while let Some(here) = allowed.get(next) {
            at = at.max(here.start);
            if at >= range.end {
                return;
            }
            let Some(slot) = plan.seek(at) else {
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
            self.consider(Found { slot, ..found }, plan, state);
            if state.found.len() >= limit {
                return;
            }
            at += 1;
            if at >= here.end {
                next += 1;
            }
        }
    }

    #[inline]
    fn consider(&self, found: Found, plan: &mut Plan<'_, '_>, state: &mut State<'_>) {
        let doc = self.ground.segment.doc(found.slot);
        let dead = !self.dead.is_empty() && self.dead[doc as usize / 64] >> (doc % 64) & 1 == 1;
        if dead {
            return;
        }
        let State {
            checker,
            seen,
            found: all,
        } = state;
        if plan.is_sure() {
            if seen.insert(doc) {
                all.push(found);
            }
        } else if !seen.contains(doc) && plan.passes(checker, found.level, found.slot, doc) {
            seen.insert(doc);
            all.push(found);
        }
    }
}

struct State<'a> {
    checker: Checker<'a>,
    seen: Seen,
    found: Vec<Found>,
}

/// A set of people.
#[derive(Debug, Default)]
struct Seen {
    cells: Vec<u32>,
    count: usize,
}

const EMPTY: u32 = u32::MAX;

impl Seen {
    #[inline]
    fn find(&self, doc: Doc) -> usize {
        let mask = self.cells.len() - 1;
        let mut at = doc.wrapping_mul(0x9e37_79b1) as usize >> 7 & mask;
        while self.cells[at] != EMPTY && self.cells[at] != doc {
            at = (at + 1) & mask;
        }
        at
    }

    #[inline]
    fn contains(&self, doc: Doc) -> bool {
        self.count > 0 && self.cells[self.find(doc)] == doc
    }

    /// Adds a person; false if there already.
    #[inline]
    fn insert(&mut self, doc: Doc) -> bool {
        if self.count * 2 >= self.cells.len() {
            self.grow();
        }
        let at = self.find(doc);
        let new = self.cells[at] == EMPTY;
        self.cells[at] = doc;
        self.count += usize::from(new);
        new
    }

    fn grow(&mut self) {
        let grown = vec![EMPTY; (self.cells.len() * 4).max(64)];
        for doc in std::mem::replace(&mut self.cells, grown) {
            if doc != EMPTY {
                let at = self.find(doc);
                self.cells[at] = doc;
            }
        }
    }
}
