//! What one member sees, today and under rules that are only being thought of, worked out by the policy that will decide.

use std::sync::Arc;

use guanxi_model::{
    department::{DepartmentId, Tree},
    id::{MemberId, RuleId},
    role::Right,
    visibility::{Policy, Scope, Target},
};
use guanxi_store::{self as store, Tx};

use super::{Draft, as_viewer, checked, find_member, find_rule};
use crate::{Cx, Error, Me, Result};

/// People whom a difference names; the others are only counted.
pub const DIFFERENCE_SHOWN: usize = 20;

/// What is tried out.
#[derive(Debug, Clone)]
pub enum Trial {
    /// Nothing: the rules as they are.
    Today,
    /// A rule that is new or changed.
    Put(Draft),
    /// The rules without this one.
    Delete(RuleId),
}

/// What a member would see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// Departments whose names he would see, in the order of the tree.
    pub departments: Vec<SeenDepartment>,
    /// Colleagues whom he would see; he himself does not count.
    pub total: usize,
    /// What would appear that he does not see today.
    pub appears: Difference,
    /// What would vanish that he sees today.
    pub vanishes: Difference,
}

/// A department that the member would see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenDepartment {
    /// Which.
    pub id: DepartmentId,
    /// Colleagues in it and below whom he would see, each counted once.
    pub members: usize,
}

/// One side of the difference.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// Departments.
    pub departments: Vec<DepartmentId>,
    /// The first people.
    pub first: Vec<Colleague>,
    /// How many people there are in all.
    pub members: usize,
}

/// Somebody in a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    /// Who.
    pub id: MemberId,
    /// His name.
    pub name: String,
    /// His departments, the main one first.
    pub departments: Vec<DepartmentId>,
}

/// Works out what a member would see, over all listed members.
pub fn preview(
    tx: &mut Tx<'_>,
    cx: &Cx,
    me: &Me,
    viewer: MemberId,
    trial: Trial,
) -> Result<Preview> {
    me.require(Right::EditVisibility)?;
    let viewer = find_member(tx, me.corp_id, viewer)?;
    let viewer = as_viewer(&me.corp, &viewer);
    let today = me.corp.policy.scope(&viewer, cx.now());
    let then = match policy(tx, cx, me, trial)? {
        Some(policy) => policy.scope(&viewer, cx.now()),
        None => today.clone(),
    };
    let mut counts = Counts::new(Arc::clone(me.corp.tree()), today, then);
    store::member::for_each_place(tx, me.corp_id, |id, departments| -> Result<()> {
        if id != viewer.id {
            counts.take(id, departments);
        }
        Ok(())
    })?;
    counts.finish(tx, me)
}

/// The policy under trial; None where it is today's.
fn policy(tx: &mut Tx<'_>, cx: &Cx, me: &Me, trial: Trial) -> Result<Option<Policy>> {
    let mut rules = me.corp.rules.clone();
    match trial {
        Trial::Today => return Ok(None),
        Trial::Put(draft) => {
            let rule = checked(tx, cx, me, draft)?;
            rules.retain(|other| other.id != rule.id);
            rules.push(rule);
        }
        Trial::Delete(id) => {
            find_rule(me, id).ok_or(Error::not_found("rule"))?;
            rules.retain(|rule| rule.id != id);
        }
    }
    Ok(Some(Policy::new(
        Arc::clone(me.corp.tree()),
        rules,
        me.corp.grants.clone(),
        me.corp.settings.leaders_see_below,
    )))
}

/// Sums over members, one after the other.
struct Counts {
    tree: Arc<Tree>,
    today: Scope,
    then: Scope,
    total: usize,
    /// Members of each department and below, by place in the tree.
    below: Vec<usize>,
    /// The member who was last counted in a department, so that each counts once.
    last: Vec<Option<MemberId>>,
    appears: Side,
    vanishes: Side,
}

#[derive(Default)]
struct Side {
    first: Vec<(MemberId, Vec<DepartmentId>)>,
    members: usize,
}

impl Side {
    fn take(&mut self, id: MemberId, departments: &[DepartmentId]) {
        self.members += 1;
        if self.first.len() < DIFFERENCE_SHOWN {
            self.first.push((id, departments.to_vec()));
        }
    }
}

impl Counts {
    fn new(tree: Arc<Tree>, today: Scope, then: Scope) -> Self {
        let count = tree.all().len();
        Self {
            tree,
            today,
            then,
            total: 0,
            below: vec![0; count],
            last: vec![None; count],
            appears: Side::default(),
            vanishes: Side::default(),
        }
    }

    fn take(&mut self, id: MemberId, departments: &[DepartmentId]) {
        let target = Target { id, departments };
        let (before, after) = (self.today.sees(&target), self.then.sees(&target));
        match (before, after) {
            (true, false) => self.vanishes.take(id, departments),
            (false, true) => self.appears.take(id, departments),
            _ => {}
        }
        if !after {
            return;
        }
        self.total += 1;
        for &department in departments {
            let mut next = Some(department);
            while let Some(place) = next.and_then(|id| self.tree.place(id)) {
                if self.last[place].replace(id) == Some(id) {
                    break;
                }
                self.below[place] += 1;
                next = self.tree.all()[place].parent;
            }
        }
    }

    fn finish(self, tx: &mut Tx<'_>, me: &Me) -> Result<Preview> {
        let named = |scope: &Scope, than: &Scope| -> Vec<DepartmentId> {
            scope
                .named()
                .filter(|id| !than.sees_department(*id))
                .collect()
        };
        let departments = self.then.named().map(|id| SeenDepartment {
            id,
            members: self.tree.place(id).map_or(0, |place| self.below[place]),
        });
        Ok(Preview {
            departments: departments.collect(),
            total: self.total,
            appears: difference(tx, me, self.appears, named(&self.then, &self.today))?,
            vanishes: difference(tx, me, self.vanishes, named(&self.today, &self.then))?,
        })
    }
}

fn difference(
    tx: &mut Tx<'_>,
    me: &Me,
    side: Side,
    departments: Vec<DepartmentId>,
) -> Result<Difference> {
    let mut first = Vec::with_capacity(side.first.len());
    for (id, departments) in side.first {
        let name = find_member(tx, me.corp_id, id)?.profile.name;
        first.push(Colleague {
            id,
            name,
            departments,
        });
    }
    Ok(Difference {
        departments,
        first,
        members: side.members,
    })
}
