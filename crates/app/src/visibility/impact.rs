//! How many people a rule concerns: those whom it hides or limits, and those whom it keeps from seeing.

use std::ops::Range;

use guanxi_model::{
    department::Tree,
    id::MemberId,
    role::Right,
    visibility::{Kind, Rule, Subject},
};
use guanxi_store::{self as store, Tx};

use super::{Draft, checked};
use crate::{Cx, Me, Result};

/// What a rule does, in numbers of listed members.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Impact {
    /// Members whom the subject covers.
    pub covered: usize,
    /// Under a hide those who do not see the subject because of it, under a limit those who are limited.
    pub bound: usize,
    /// The first of those who are bound.
    pub example: Option<MemberId>,
}

/// What each of the corp's rules does by itself, in their order.
pub fn impacts(tx: &mut Tx<'_>, me: &Me) -> Result<Vec<Impact>> {
    me.require(Right::EditVisibility)?;
    of_rules(tx, me, &me.corp.rules)
}

/// What a rule would do by itself.
pub fn impact(tx: &mut Tx<'_>, cx: &Cx, me: &Me, draft: Draft) -> Result<Impact> {
    me.require(Right::EditVisibility)?;
    let rule = checked(tx, cx, me, draft)?;
    let impacts = of_rules(tx, me, &[rule])?;
    Ok(impacts.first().copied().unwrap_or_default())
}

/// Counts in one pass over all listed members.
pub(crate) fn of_rules(tx: &mut Tx<'_>, me: &Me, rules: &[Rule]) -> Result<Vec<Impact>> {
    let tree = me.corp.tree();
    let mut counts: Vec<Count> = rules.iter().map(|rule| Count::new(tree, rule)).collect();
    if counts.is_empty() {
        return Ok(Vec::new());
    }
    store::member::for_each_place(tx, me.corp_id, |id, departments| -> Result<()> {
        let places: Vec<usize> = departments
            .iter()
            .filter_map(|id| tree.place(*id))
            .collect();
        for count in &mut counts {
            count.take(id, &places);
        }
        Ok(())
    })?;
    Ok(counts.into_iter().map(|count| count.impact).collect())
}

/// Whom a subject covers.
enum Cover {
    Places(Range<usize>),
    Member(MemberId),
}

impl Cover {
    fn new(tree: &Tree, subject: &Subject) -> Self {
        match subject {
            Subject::Department(id) => Self::Places(tree.subtree(*id)),
            Subject::Member(id) => Self::Member(*id),
        }
    }

    fn has(&self, id: MemberId, places: &[usize]) -> bool {
        match self {
            Self::Places(range) => places.iter().any(|place| range.contains(place)),
            Self::Member(member) => *member == id,
        }
    }
}

struct Count {
    is_hide: bool,
    subject: Cover,
    exceptions: Vec<Cover>,
    impact: Impact,
}

impl Count {
    fn new(tree: &Tree, rule: &Rule) -> Self {
        let exceptions = rule.exceptions.iter();
        Self {
            is_hide: rule.kind == Kind::Hide,
            subject: Cover::new(tree, &rule.subject),
            exceptions: exceptions
                .map(|subject| Cover::new(tree, subject))
                .collect(),
            impact: Impact::default(),
        }
    }

    fn take(&mut self, id: MemberId, places: &[usize]) {
        let is_covered = self.subject.has(id, places);
        self.impact.covered += usize::from(is_covered);
        // A hide stands between the covered and all others, a limit between the covered and whom they look for.
        let is_bound = is_covered != self.is_hide
            && !self.exceptions.iter().any(|cover| cover.has(id, places));
        if is_bound {
            self.impact.bound += 1;
            self.impact.example.get_or_insert(id);
        }
    }
}
