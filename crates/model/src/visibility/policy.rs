//! The rules of one corp, with every subject already found in the tree.

use std::{ops::Range, sync::Arc};

use rustc_hash::FxHashSet;

use super::{Extent, Grant, Kind, Rule, Scope, Subject, Viewer, places::Places};
use crate::{
    department::{DepartmentId, Tree},
    id::{MemberId, RuleId},
};

/// All visibility rules of one corp at one time.
#[derive(Debug, Clone)]
pub struct Policy {
    pub(super) tree: Arc<Tree>,
    pub(super) hides: Vec<Hide>,
    pub(super) limits: Vec<Limit>,
    pub(super) grants: Vec<Leave>,
    leaders_see_below: bool,
}

/// A subject as found in the tree.
#[derive(Debug, Clone)]
pub(super) enum Cover {
    Places(Range<usize>),
    Member(MemberId),
}

#[derive(Debug, Clone)]
pub(super) struct Hide {
    pub(super) id: RuleId,
    pub(super) subject: Cover,
    pub(super) exceptions: Vec<Cover>,
}

#[derive(Debug, Clone)]
pub(super) struct Limit {
    pub(super) id: RuleId,
    pub(super) subject: Cover,
    pub(super) exceptions: Vec<Cover>,
    pub(super) extent: Extent,
    pub(super) listed: Vec<Cover>,
}

#[derive(Debug, Clone)]
pub(super) struct Leave {
    pub(super) grant: Grant,
    pub(super) viewer: Cover,
    pub(super) target: Cover,
}

/// A member with his departments as places in the tree.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    pub(super) id: MemberId,
    pub(super) places: Vec<usize>,
}

impl Standing {
    pub(super) fn new(tree: &Tree, id: MemberId, departments: &[DepartmentId]) -> Self {
        Self {
            id,
            places: departments
                .iter()
                .filter_map(|&department| tree.place(department))
                .collect(),
        }
    }

    pub(super) fn within(&self, run: &Range<usize>) -> bool {
        self.places.iter().any(|place| run.contains(place))
    }
}

impl Cover {
    fn new(tree: &Tree, subject: Subject) -> Self {
        match subject {
            Subject::Department(id) => Self::Places(tree.subtree(id)),
            Subject::Member(id) => Self::Member(id),
        }
    }

    pub(super) fn covers(&self, member: &Standing) -> bool {
        match self {
            Self::Places(run) => member.within(run),
            Self::Member(id) => *id == member.id,
        }
    }
}

pub(super) fn any_covers(subjects: &[Cover], member: &Standing) -> bool {
    subjects.iter().any(|subject| subject.covers(member))
}

impl Hide {
    /// Whether rule 5 lets the viewer in, as one who stands within the hidden subtree himself.
    pub(super) fn holds_inside(&self, viewer: &Standing) -> bool {
        matches!(&self.subject, Cover::Places(run) if viewer.within(run))
    }

    fn spares(&self, viewer: &Standing) -> bool {
        self.holds_inside(viewer) || any_covers(&self.exceptions, viewer)
    }
}

impl Limit {
    pub(super) fn binds(&self, viewer: &Standing) -> bool {
        self.subject.covers(viewer) && !any_covers(&self.exceptions, viewer)
    }

    /// Those of the viewer's departments whose subtrees the limit allows by itself, without the list.
    fn own<'a>(&'a self, viewer: &'a Standing) -> impl Iterator<Item = usize> + 'a {
        let counts = move |place: &&usize| match &self.subject {
            Cover::Places(run) => run.contains(place),
            Cover::Member(_) => true,
        };
        viewer
            .places
            .iter()
            .filter(move |place| self.extent == Extent::OwnDepartment && counts(place))
            .copied()
    }

    /// Adds what the limit allows.
    pub(super) fn allow(
        &self,
        tree: &Tree,
        viewer: &Standing,
        inside: &mut Places,
        by_name: &mut FxHashSet<MemberId>,
    ) {
        for place in self.own(viewer) {
            inside.insert(tree.subtree(tree.all()[place].id));
        }
        for listed in &self.listed {
            match listed {
                Cover::Places(run) => inside.insert(run.clone()),
                Cover::Member(id) => {
                    by_name.insert(*id);
                }
            }
        }
    }
}

impl Policy {
    /// Prepares the rules of a corp for its tree; to be made anew when either changes.
    pub fn new(
        tree: impl Into<Arc<Tree>>,
        rules: Vec<Rule>,
        grants: Vec<Grant>,
        leaders_see_below: bool,
    ) -> Self {
        let tree = tree.into();
        let find = |subject: &Subject| Cover::new(&tree, *subject);
        let find_all = |subjects: &[Subject]| subjects.iter().map(find).collect::<Vec<_>>();
        let (mut hides, mut limits) = (Vec::new(), Vec::new());
        for Rule {
            id,
            kind,
            subject,
            exceptions,
            ..
        } in rules
        {
            let (subject, exceptions) = (find(&subject), find_all(&exceptions));
            match kind {
                Kind::Hide => hides.push(Hide {
                    id,
                    subject,
                    exceptions,
                }),
                Kind::Limit { extent, listed } => {
                    limits.push(Limit {
                        id,
                        subject,
                        exceptions,
                        extent,
                        listed: find_all(&listed),
                    });
                }
            }
        }
        let grants = grants
            .into_iter()
            .map(|grant| Leave {
                viewer: find(&grant.viewer),
                target: find(&grant.target),
                grant,
            })
            .collect();
        Self {
            tree,
            hides,
            limits,
            grants,
            leaders_see_below,
        }
    }

    /// The tree for which the policy was made.
    pub fn tree(&self) -> &Arc<Tree> {
        &self.tree
    }

    /// Whom and what the viewer sees at the given time.
    pub fn scope(&self, viewer: &Viewer, now_ms: i64) -> Scope {
        let count = self.tree.all().len();
        let eyes = Standing::new(&self.tree, viewer.id, &viewer.departments);

        let mut open = Places::all(count);
        let mut minus = FxHashSet::default();
        for hide in self.hides.iter().filter(|hide| !hide.spares(&eyes)) {
            match &hide.subject {
                Cover::Places(run) => open.remove(run.clone()),
                Cover::Member(id) => {
                    minus.insert(*id);
                }
            }
        }

        let mut inside = None;
        let mut by_name = FxHashSet::default();
        for limit in self.limits.iter().filter(|limit| limit.binds(&eyes)) {
            let inside = inside.get_or_insert_with(|| Places::none(count));
            limit.allow(&self.tree, &eyes, inside, &mut by_name);
        }

        let mut over = Places::none(count);
        let mut plus = FxHashSet::from_iter([viewer.id]);
        for leave in self
            .grants
            .iter()
            .filter(|leave| leave.grant.is_live(now_ms) && leave.viewer.covers(&eyes))
        {
            match &leave.target {
                Cover::Places(run) => over.insert(run.clone()),
                Cover::Member(id) => {
                    plus.insert(*id);
                }
            }
        }
        for run in self.led(viewer) {
            over.insert(run);
        }

        let mut own = Places::none(count);
        eyes.places
            .iter()
            .for_each(|&place| own.insert(place..place + 1));
        Scope::new(
            self.tree.clone(),
            super::scope::Parts {
                open,
                inside,
                over,
                own,
                plus,
                by_name,
                minus,
            },
        )
    }

    /// Subtrees that rule 3 opens to the viewer.
    pub(super) fn led<'a>(&'a self, viewer: &'a Viewer) -> impl Iterator<Item = Range<usize>> + 'a {
        viewer
            .leads
            .iter()
            .filter(|_| self.leaders_see_below)
            .map(|&department| self.tree.subtree(department))
    }
}
