//! What one viewer sees, ready to be asked many times.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::{Target, places::Places};
use crate::{
    department::{DepartmentId, Tree},
    id::MemberId,
};

/// What one viewer sees at one time.
#[derive(Debug, Clone)]
pub struct Scope {
    tree: Arc<Tree>,
    /// Departments that rule 5 does not hide.
    open: Places,
    /// Departments whose members are visible but for `minus`: open and inside the limits, or `over`.
    visible: Places,
    /// Departments of grants and of rule 3, which win over `minus`.
    over: Places,
    /// `visible` and the viewer's own.
    known: Places,
    /// Himself and members granted by name, who win over everything.
    plus: FxHashSet<MemberId>,
    /// Members listed by name in a limit, for whom it is enough that one department is open.
    by_name: FxHashSet<MemberId>,
    /// Members whom rule 4 hides.
    minus: FxHashSet<MemberId>,
}

/// What the rules of a policy come to for one viewer.
pub(super) struct Parts {
    pub(super) open: Places,
    /// None where no limit binds the viewer.
    pub(super) inside: Option<Places>,
    pub(super) over: Places,
    pub(super) own: Places,
    pub(super) plus: FxHashSet<MemberId>,
    pub(super) by_name: FxHashSet<MemberId>,
    pub(super) minus: FxHashSet<MemberId>,
}

/// A scope in the form of the search index: a member is visible if `plus` has him, or else if `minus` does not have
/// him and one of his departments is among `departments`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// Departments whose members are visible, in the order of the tree.
    pub departments: Vec<DepartmentId>,
    /// Members who are visible whatever their departments.
    pub plus: FxHashSet<MemberId>,
    /// Members who are not visible in spite of their departments.
    pub minus: FxHashSet<MemberId>,
    /// Whether that is every member of every department, so that nothing need be checked.
    pub is_everything: bool,
}

impl Scope {
    pub(super) fn new(tree: Arc<Tree>, parts: Parts) -> Self {
        let Parts {
            open,
            inside,
            over,
            own,
            plus,
            by_name,
            minus,
        } = parts;
        let seen = inside.map_or_else(|| open.clone(), |inside| inside.intersection(&open));
        let visible = seen.union(&over);
        let known = own.union(&visible);
        Self {
            tree,
            open,
            visible,
            over,
            known,
            plus,
            by_name,
            minus,
        }
    }

    /// Whether the viewer may see the member; status is for the caller to filter.
    pub fn sees(&self, target: &Target<'_>) -> bool {
        if self.plus.contains(&target.id) {
            return true;
        }
        let any_in = |places: &Places| {
            target.departments.iter().any(|&id| {
                self.tree
                    .place(id)
                    .is_some_and(|place| places.contains(place))
            })
        };
        if self.minus.contains(&target.id) {
            return any_in(&self.over);
        }
        any_in(&self.visible) || (self.by_name.contains(&target.id) && any_in(&self.open))
    }

    /// Whether rule 5 leaves the department at this place open.
    pub(super) fn is_open(&self, place: usize) -> bool {
        self.open.contains(place)
    }

    /// Whether the department's name may be shown, in the tree, in a path or on a card.
    pub fn sees_department(&self, id: DepartmentId) -> bool {
        self.tree
            .place(id)
            .is_some_and(|place| self.is_named(place, id))
    }

    /// Departments whose names may be shown, in the order of the tree.
    pub fn named(&self) -> impl Iterator<Item = DepartmentId> {
        let ids = self.tree.all().iter().map(|department| department.id);
        ids.enumerate()
            .filter(|&(place, id)| self.is_named(place, id))
            .map(|(_, id)| id)
    }

    fn is_named(&self, place: usize, id: DepartmentId) -> bool {
        self.known.contains(place)
            || (self.open.contains(place) && self.known.has_any(self.tree.subtree(id)))
    }

    /// Departments whose members are visible, in the order of the tree.
    pub fn departments(&self) -> impl Iterator<Item = DepartmentId> {
        self.visible.iter().map(|place| self.tree.all()[place].id)
    }

    /// Whether every member of every department is visible.
    pub fn is_everything(&self) -> bool {
        self.over.is_all() || (self.visible.is_all() && self.minus.is_empty())
    }

    /// Settles what depends on the departments of members whom the rules name, as the given look-up has them.
    pub fn reach<D: AsRef<[DepartmentId]>>(&self, departments_of: impl Fn(MemberId) -> D) -> Reach {
        let sees = |&id: &MemberId| {
            self.sees(&Target {
                id,
                departments: departments_of(id).as_ref(),
            })
        };
        let listed = self.by_name.iter().copied().filter(sees);
        let hidden = self.minus.iter().copied().filter(|id| !sees(id));
        Reach {
            departments: self.departments().collect(),
            plus: self.plus.iter().copied().chain(listed).collect(),
            minus: hidden.collect(),
            is_everything: self.is_everything(),
        }
    }
}
