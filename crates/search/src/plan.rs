//! A plan of a search in one segment: sources of slots for each term, and how to go through them.

use std::ops::Range;

use crate::check::Checker;
use crate::list::{self, Cursor, List};
use crate::pattern::Level;
use crate::query::Field;
use crate::record::Doc;
use crate::scope::Scope;
use crate::segment::{Layout, Segment, Slot};
use crate::term::Term;
use crate::tree::Tree;

/// What a plan is made for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ground<'a> {
    pub(crate) segment: &'a Segment,
    pub(crate) layout: &'a Layout,
    pub(crate) tree: &'a Tree,
    pub(crate) scope: &'a Scope,
    pub(crate) mobile_allowed: bool,
    /// Whether slips are forgiven.
    pub(crate) typos: bool,
}

/// What is to be looked at before a slot of a source counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Check {
    /// Nothing: each slot matches.
    Sure,
    /// This field, by the rules.
    Field(Field),
    /// The name or alias, with a slip.
    Typo(Field),
    /// Everything, for each term.
    Each,
}

/// Lists whose common slots match a term at one level, or may do so.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    pub(crate) level: Level,
    pub(crate) list: List<'a>,
    cursor: Cursor,
    /// What the last seek through all lists was for and what it found.
    common: Option<(Slot, Option<Slot>)>,
    /// Further lists that hold every match.
    pub(crate) also: Vec<(List<'a>, Cursor)>,
    pub(crate) check: Check,
    /// The match is about the department of the slot, not about the person.
    pub(crate) department: bool,
}

impl<'a> Source<'a> {
    pub(crate) fn new(level: Level, list: List<'a>, check: Check) -> Self {
        Self {
            level,
            list,
            cursor: Cursor::new(),
            common: None,
            also: Vec::new(),
            check,
            department: false,
        }
    }

    /// Returns the first slot at or after the target.
    #[inline]
    fn seek(&mut self, target: Slot) -> Option<Slot> {
        if self.also.is_empty() {
            return self.cursor.seek(&self.list, target);
        }
        // Cursors may be far ahead of the target, and going back would cost the way again.
        match self.common {
            Some((asked, found))
                if asked <= target && found.is_none_or(|found| found >= target) =>
            {
                found
            }
            _ => {
                let found = self.seek_common(target);
                self.common = Some((target, found));
                found
            }
        }
    }

    fn seek_common(&mut self, target: Slot) -> Option<Slot> {
        let mut at = self.cursor.seek(&self.list, target)?;
        let mut agreed = 0;
        while agreed < self.also.len() {
            let (list, cursor) = &mut self.also[agreed];
            let next = cursor.seek(list, at)?;
            if next == at {
                agreed += 1;
            } else {
                at = self.cursor.seek(&self.list, next)?;
                agreed = 0;
            }
        }
        Some(at)
    }

    /// Works out the common slots, if that is quicker than to skip through the lists.
    fn settle(&mut self, slots: Slot) {
        if self.also.is_empty() || self.weight() < LONG {
            return;
        }
        let others = self.also.iter().map(|(list, _)| list);
        let lists: Vec<&List<'_>> = std::iter::once(&self.list).chain(others).collect();
        self.list = List::Owned(list::common(&lists, slots));
        self.cursor = Cursor::new();
        self.common = None;
        self.also.clear();
    }

    /// Whether the last seek found this slot.
    fn is_at(&self, slot: Slot) -> bool {
        match self.common {
            Some((_, found)) => found == Some(slot),
            None => self.cursor.is_at(slot),
        }
    }

    /// How many slots there are at most, roughly.
    pub(crate) fn weight(&self) -> usize {
        let others = self.also.iter().map(|(list, _)| list.weight());
        others.fold(self.list.weight(), usize::min)
    }
}

/// A term with its sources by level.
#[derive(Debug)]
pub(crate) struct TermPlan<'a, 't> {
    term: &'t Term,
    pub(crate) sources: Vec<Source<'a>>,
    /// The sources in use at present.
    active: Range<usize>,
}

/// Lists of which the shortest is longer than this are long.
const LONG: usize = if cfg!(test) { 4 } else { 1024 };

/// More short lists than this at one level are put together.
const MANY: usize = 4;

impl<'a, 't> TermPlan<'a, 't> {
    pub(crate) fn new(term: &'t Term, sources: Vec<Source<'a>>) -> Self {
        let mut sources = put_together(sources);
        sources.sort_by_key(|source| (source.level, source.check != Check::Sure));
        Self {
            term,
            sources,
            active: 0..0,
        }
    }

    /// Returns the slots of all sources.
    pub(crate) fn all_slots(&mut self) -> Vec<Slot> {
        let mut slots = Vec::new();
        for source in &mut self.sources {
            let mut from = 0;
            while let Some(slot) = source.seek(from) {
                slots.push(slot);
                from = slot + 1;
            }
        }
        slots.sort_unstable();
        slots.dedup();
        slots
    }

    /// Returns the best level at which the term matches a slot, up to a limit.
    pub(crate) fn level_at(
        &mut self,
        slot: Slot,
        doc: Doc,
        limit: Level,
        departments: bool,
        checker: &mut Checker<'_>,
    ) -> Option<Level> {
        for source in &mut self.sources {
            if source.level > limit {
                break;
            }
            if (departments || !source.department)
                && source.seek(slot) == Some(slot)
                && (source.check == Check::Sure
                    || checker.passes(source.check, source.level, self.term, doc))
            {
                return Some(source.level);
            }
        }
        None
    }
}

/// Joins short lists that say the same, so that a walk has few to look at.
fn put_together(mut sources: Vec<Source<'_>>) -> Vec<Source<'_>> {
    let is_short = |source: &Source<'_>| {
        source.check == Check::Sure
            && source.also.is_empty()
            && matches!(source.list, List::Slice(_) | List::Owned(_))
            && source.list.weight() <= LONG
    };
    if sources.iter().filter(|source| is_short(source)).count() <= MANY {
        return sources;
    }
    let mut by_level: Vec<(Level, Vec<u32>)> = Vec::new();
    sources.retain(|source| {
        let slots = match &source.list {
            List::Slice(slots) if is_short(source) => *slots,
            List::Owned(slots) if is_short(source) => slots.as_slice(),
            _ => return true,
        };
        match by_level
            .iter_mut()
            .find(|(level, _)| *level == source.level)
        {
            Some((_, all)) => all.extend_from_slice(slots),
            None => by_level.push((source.level, slots.to_vec())),
        }
        false
    });
    sources.extend(by_level.into_iter().map(|(level, mut slots)| {
        slots.sort_unstable();
        slots.dedup();
        Source::new(level, List::Owned(slots), Check::Sure)
    }));
    sources
}

/// One way to read the query: terms that must all match.
#[derive(Debug)]
pub(crate) struct Plan<'a, 't> {
    pub(crate) terms: Vec<TermPlan<'a, 't>>,
    /// What is found by one common source for all terms.
    common: Option<TermPlan<'a, 't>>,
    /// Whether department names count at present.
    departments: bool,
}

impl<'a, 't> Plan<'a, 't> {
    pub(crate) fn new(terms: Vec<TermPlan<'a, 't>>) -> Self {
        Self {
            terms,
            common: None,
            departments: true,
        }
    }

    /// Puts sources for all terms together in the place of those for each.
    pub(crate) fn with_common(mut self, sources: Vec<Source<'a>>) -> Self {
        if let Some(first) = self.terms.first() {
            self.common = Some(TermPlan::new(first.term, sources));
        }
        self
    }

    fn walked(&self) -> &TermPlan<'a, 't> {
        self.common.as_ref().unwrap_or(&self.terms[0])
    }

    /// Turns to a level; false if nothing matches there.
    pub(crate) fn select(&mut self, level: Level) -> bool {
        self.departments = true;
        let term = self.common.as_mut().unwrap_or(&mut self.terms[0]);
        // What matched at a level before has been found there.
        let start = term.sources.partition_point(|source| source.level < level);
        let end = term.sources.partition_point(|source| source.level <= level);
        term.active = start..end;
        start < end
    }

    /// Leaves out department names; false if nothing remains.
    pub(crate) fn leave_departments(&mut self) -> bool {
        self.departments = false;
        let term = self.walked();
        term.sources[term.active.clone()]
            .iter()
            .any(|source| !source.department)
    }

    /// Prepares for finding most of what there is at the level.
    pub(crate) fn settle(&mut self, slots: Slot) {
        let term = self.common.as_mut().unwrap_or(&mut self.terms[0]);
        for source in &mut term.sources[term.active.clone()] {
            source.settle(slots);
        }
    }

    /// Whether whatever is found matches.
    #[inline]
    pub(crate) fn is_sure(&self) -> bool {
        let term = self.walked();
        term.sources[term.active.clone()]
            .iter()
            .all(|source| source.check == Check::Sure)
    }

    /// Returns the first slot from a slot on that may match.
    #[inline]
    pub(crate) fn seek(&mut self, from: Slot) -> Option<Slot> {
        let departments = self.departments;
        let term = self.common.as_mut().unwrap_or(&mut self.terms[0]);
        term.sources[term.active.clone()]
            .iter_mut()
            .filter(|source| departments || !source.department)
            .filter_map(|source| source.seek(from))
            .min()
    }

    /// Whether the slot just found really matches.
    pub(crate) fn passes(
        &mut self,
        checker: &mut Checker<'_>,
        level: Level,
        slot: Slot,
        doc: Doc,
    ) -> bool {
        let departments = self.departments;
        let term = self.walked();
        let mut here = term.sources[term.active.clone()]
            .iter()
            .filter(|source| (departments || !source.department) && source.is_at(slot));
        if self.common.is_none() {
            let term = term.term;
            return here.any(|source| {
                source.check == Check::Sure || checker.passes(source.check, level, term, doc)
            });
        }
        here.any(|source| source.check == Check::Sure)
            || self.terms.iter_mut().all(|term| {
                term.level_at(slot, doc, level, departments, checker)
                    .is_some()
            })
    }
}
