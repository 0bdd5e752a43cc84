//! A plan of a search in one segment: sources of slots for each term, and how to go through them.

use std::ops::Range;

use crate::check::Checker;
use crate::list::{Cursor, List};
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
    /// Everything, for all terms.
    All,
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

impl<'a, 't> TermPlan<'a, 't> {
    pub(crate) fn new(term: &'t Term, mut sources: Vec<Source<'a>>) -> Self {
        sources.sort_by_key(|source| (source.level, source.check != Check::Sure));
        Self {
            term,
            sources,
            active: 0..0,
        }
    }
}

/// One way to read the query: terms that must all match.
#[derive(Debug)]
pub(crate) struct Plan<'a, 't> {
    pub(crate) terms: Vec<TermPlan<'a, 't>>,
    /// All terms, even if `terms` holds one that stands for them.
    pub(crate) all: Vec<&'t Term>,
    /// Whether department names count at present.
    departments: bool,
}

impl<'a, 't> Plan<'a, 't> {
    pub(crate) fn new(terms: Vec<TermPlan<'a, 't>>, all: Vec<&'t Term>) -> Self {
        Self {
            terms,
            all,
            departments: true,
        }
    }

    /// Turns to a level; false if nothing matches there that did not before.
    pub(crate) fn select(&mut self, level: Level) -> bool {
        self.departments = true;
        let only = self.terms.len() == 1;
        let mut new = false;
        for term in &mut self.terms {
            let before = term.sources.partition_point(|source| source.level < level);
            let end = term.sources.partition_point(|source| source.level <= level);
            new |= before < end;
            // With one term, what matched at a level before has been found there.
            term.active = if only { before } else { 0 }..end;
            if term.active.is_empty() {
                return false;
            }
        }
        new
    }

    /// Leaves out department names; false if nothing remains.
    pub(crate) fn leave_departments(&mut self) -> bool {
        self.departments = false;
        self.terms.iter().all(|term| {
            let mut sources = term.sources[term.active.clone()].iter();
            sources.any(|source| !source.department)
        })
    }

    /// Whether whatever is found matches.
    #[inline]
    pub(crate) fn is_sure(&self) -> bool {
        match self.terms.as_slice() {
            [term] => term.sources[term.active.clone()]
                .iter()
                .all(|source| source.check == Check::Sure),
            _ => false,
        }
    }

    /// Returns the first slot from a slot on that a source of every term holds.
    #[inline]
    pub(crate) fn seek(&mut self, from: Slot) -> Option<Slot> {
        let departments = self.departments;
        let only = self.terms.len() == 1;
        let mut at = from;
        loop {
            let start = at;
            for term in &mut self.terms {
                at = term.sources[term.active.clone()]
                    .iter_mut()
                    .filter(|source| departments || !source.department)
                    .filter_map(|source| source.seek(at))
                    .min()?;
            }
            if only || at == start {
                return Some(at);
            }
        }
    }

    /// Whether the slot just found really matches.
    pub(crate) fn passes(
        &self,
        checker: &mut Checker<'_>,
        level: Level,
        slot: Slot,
        doc: Doc,
    ) -> bool {
        self.terms.iter().all(|term| {
            term.sources[term.active.clone()]
                .iter()
                .filter(|source| (self.departments || !source.department) && source.is_at(slot))
                .any(|source| match source.check {
                    Check::Sure => true,
                    Check::All => {
                        checker.passes_all(&self.all, level, slot, doc, !self.departments)
                    }
                    check => checker.passes(check, level, term.term, doc),
                })
        })
    }
}
