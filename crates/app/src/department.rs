//! Departments: building, moving, ordering and removing the nodes of a corp's tree.

use std::sync::Arc;

use guanxi_model::{
    department::{self, DEPTH_MAX, Department, DepartmentId, ROOT, Tree},
    id::{CorpId, MemberId},
    role::Right,
    visibility::{Kind, Subject},
};
use guanxi_store::{self as store, Tx};
use rustc_hash::FxHashSet;
use serde_json::json;

use crate::{Cx, Error, Me, Result, audit, corp, event::Part, member};

/// Most departments of one corp.
pub const DEPARTMENTS_MAX: usize = 20_000;

/// The tree as the actor may edit it: all of it, with the tops of what he may change.
#[derive(Debug, Clone)]
pub struct Editable {
    /// The whole tree.
    pub tree: Arc<Tree>,
    /// Departments that he may change with everything below them.
    pub tops: Vec<DepartmentId>,
}

impl Editable {
    /// Whether the actor may change this department.
    pub fn contains(&self, id: DepartmentId) -> bool {
        self.tops.iter().any(|top| self.tree.contains(*top, id))
    }
}

/// The tree, for one who may edit at least a part of it.
pub fn list(tx: &mut Tx<'_>, cx: &Cx) -> Result<Editable> {
    let me = cx.me_with_some(tx, Right::EditDepartments)?;
    let limits = me.roles().limits(Right::EditDepartments);
    let tops = if limits.is_empty() {
        vec![ROOT]
    } else {
        limits
    };
    let tree = Arc::clone(me.corp.tree());
    Ok(Editable { tree, tops })
}

/// A member who leads a department.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leader {
    /// What he leads.
    pub department: DepartmentId,
    /// Who.
    pub member: MemberId,
    /// His name.
    pub name: String,
}

/// Who leads these departments, for one who may edit at least a part of the tree.
pub fn leaders(tx: &mut Tx<'_>, cx: &Cx, departments: &[DepartmentId]) -> Result<Vec<Leader>> {
    let me = cx.me_with_some(tx, Right::EditDepartments)?;
    let mut leaders = Vec::new();
    for &department in departments {
        for member in me.corp.leaders_of(department) {
            let found = store::member::find(tx, me.corp_id, member)?;
            if let Some(found) = found.filter(|found| found.status.is_listed()) {
                let name = found.profile.name;
                leaders.push(Leader {
                    department,
                    member,
                    name,
                });
            }
        }
    }
    Ok(leaders)
}

/// Makes a department. Larger orders come first among siblings.
pub fn create(
    tx: &mut Tx<'_>,
    cx: &Cx,
    parent: DepartmentId,
    name: &str,
    order: i64,
) -> Result<DepartmentId> {
    let me = cx.me_with_some(tx, Right::EditDepartments)?;
    let name = department::name(name)?;
    may_edit(&me, parent)?;
    let tree = me.corp.tree();
    if tree.all().len() >= DEPARTMENTS_MAX {
        return Err(Error::Conflict {
            code: "department_limit",
        });
    }
    if tree.depth(parent) >= DEPTH_MAX {
        return Err(Error::invalid("parent", "department_too_deep"));
    }
    let new = Department {
        id: DepartmentId(store::corp::take_department_number(tx, me.corp_id)?),
        parent: Some(parent),
        name,
        order,
    };
    store::department::insert(tx, me.corp_id, &new).map_err(taken)?;
    let corp = me.corp_id;
    audit::record(
        tx,
        cx,
        corp,
        "department.created",
        Some(object(new.id)),
        &json!(new),
    )?;
    corp::touch_part(tx, cx, corp, Part::Departments)?;
    Ok(new.id)
}

/// Renames, moves and reorders a department. The root keeps its place, and its name is that of the corp.
pub fn update(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: DepartmentId,
    parent: DepartmentId,
    name: &str,
    order: i64,
) -> Result<()> {
    let me = cx.me_with_some(tx, Right::EditDepartments)?;
    let name = department::name(name)?;
    let old = find_below_root(&me, id)?;
    let new = Department {
        id,
        parent: Some(parent),
        name,
        order,
    };
    if new == old {
        return Ok(());
    }
    if new.parent != old.parent {
        // Whoever moves a department takes it away from the one above and gives it to another.
        for end in old.parent.into_iter().chain(new.parent) {
            may_edit(&me, end)?;
        }
        check_move(me.corp.tree(), id, parent)?;
    }
    store::department::update(tx, me.corp_id, &new).map_err(taken)?;
    let (before, after) = (json!(old), json!(new));
    let corp = me.corp_id;
    audit::change(
        tx,
        cx,
        corp,
        "department.updated",
        Some(object(id)),
        &before,
        &after,
    )?;
    corp::touch_part(tx, cx, corp, Part::Departments)
}

/// Which way a department goes among its siblings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Towards the beginning.
    Up,
    /// Towards the end.
    Down,
}

/// Lets a department change places with its neighbour; at the end of the row nothing happens.
pub fn shift(tx: &mut Tx<'_>, cx: &Cx, id: DepartmentId, direction: Direction) -> Result<()> {
    let me = cx.me_with_some(tx, Right::EditDepartments)?;
    let old = find_below_root(&me, id)?;
    let parent = old.parent.unwrap_or(ROOT);
    may_edit(&me, parent)?;
    let mut siblings: Vec<Department> = me.corp.tree().children(parent).cloned().collect();
    let at = siblings.iter().position(|sibling| sibling.id == id);
    let neighbour = at.and_then(|at| match direction {
        Direction::Up => at.checked_sub(1),
        Direction::Down => Some(at + 1).filter(|next| *next < siblings.len()),
    });
    let Some((at, neighbour)) = at.zip(neighbour) else {
        return Ok(());
    };
    siblings.swap(at, neighbour);
    // Siblings may share an order, so all are numbered anew, the first with the largest.
    for (order, sibling) in (1_i64..).zip(siblings.iter_mut().rev()) {
        if sibling.order != order {
            sibling.order = order;
            store::department::update(tx, me.corp_id, sibling)?;
        }
    }
    let ids: Vec<DepartmentId> = siblings.iter().map(|sibling| sibling.id).collect();
    let detail = json!({ "department": id, "order": ids });
    let corp = me.corp_id;
    audit::record(
        tx,
        cx,
        corp,
        "department.ordered",
        Some(object(parent)),
        &detail,
    )?;
    corp::touch_part(tx, cx, corp, Part::Departments)
}

/// Deletes an empty department that no rule and no role names. Those who left while they were in it are put into the one
/// above, so that they stay on record.
pub fn delete(tx: &mut Tx<'_>, cx: &Cx, id: DepartmentId) -> Result<()> {
    let me = cx.me_with_some(tx, Right::EditDepartments)?;
    let old = find_below_root(&me, id)?;
    let parent = old.parent.unwrap_or(ROOT);
    may_edit(&me, parent)?;
    let conflict = |code| Err(Error::Conflict { code });
    if me.corp.tree().subtree(id).len() > 1 {
        return conflict("department_has_children");
    }
    if store::member::count_in_department(tx, me.corp_id, id)? > 0 {
        return conflict("department_has_members");
    }
    if is_in_use(&me.corp, id, cx.now()) {
        return conflict("department_in_use");
    }
    store::member::places_of_left(tx, me.corp_id, id, parent)?;
    store::department::delete(tx, me.corp_id, id)?;
    let corp = me.corp_id;
    audit::record(
        tx,
        cx,
        corp,
        "department.deleted",
        Some(object(id)),
        &json!(old),
    )?;
    corp::touch_part(tx, cx, corp, Part::Departments)
}

/// What has to be moved away before a department can be deleted: members who have not left, and departments below it.
pub fn holds(tx: &mut Tx<'_>, cx: &Cx, id: DepartmentId) -> Result<(i64, usize)> {
    let me = cx.me_with_some(tx, Right::EditDepartments)?;
    if id == ROOT {
        may_edit(&me, id)?;
    } else {
        find_below_root(&me, id)?;
    }
    let members = store::member::count_in_department(tx, me.corp_id, id)?;
    Ok((members, me.corp.tree().subtree(id).len().saturating_sub(1)))
}

/// Makes many departments with the numbers that they have elsewhere, parents first or not. For an empty corp or a larger
/// one; also for the operator's commands, which name the corp.
pub fn import(tx: &mut Tx<'_>, cx: &Cx, corp: CorpId, rows: Vec<Department>) -> Result<()> {
    let state = member::importing(tx, cx, corp, Right::EditDepartments)?;
    let mut new = Vec::with_capacity(rows.len());
    for row in rows {
        let name = department::name(&row.name)?;
        let parent = Some(row.parent.unwrap_or(ROOT));
        if row.id <= ROOT || state.tree().find(row.id).is_some() {
            return Err(Error::invalid("department", "department_number_taken"));
        }
        let id = row.id;
        let order = row.order;
        new.push(Department {
            id,
            parent,
            name,
            order,
        });
    }
    let all = state.tree().all().iter().chain(&new).cloned().collect();
    check_whole(all, state.tree().all().len() + new.len())?;
    for department in &new {
        store::department::insert(tx, corp, department).map_err(taken)?;
    }
    if let Some(last) = new.iter().map(|department| department.id.0).max() {
        store::corp::leave_department_numbers(tx, corp, last)?;
    }
    let object = Some(("corp", corp.to_string()));
    let detail = json!({ "departments": new.len() });
    audit::record(tx, cx, corp, "department.imported", object, &detail)?;
    corp::touch_part(tx, cx, corp, Part::Departments)
}

fn check_whole(all: Vec<Department>, count: usize) -> Result<()> {
    if count > DEPARTMENTS_MAX {
        return Err(Error::Conflict {
            code: "department_limit",
        });
    }
    let ids: FxHashSet<DepartmentId> = all.iter().map(|department| department.id).collect();
    let tree = Tree::new(all);
    // What hangs on no root or in a circle is not in the tree, and a number that stands twice makes it too large or too small.
    if ids.len() != count || tree.all().len() != count {
        return Err(Error::invalid("parent", "unknown_department"));
    }
    if ids.into_iter().any(|id| tree.depth(id) > DEPTH_MAX) {
        return Err(Error::invalid("parent", "department_too_deep"));
    }
    Ok(())
}

/// The department has to exist and to be within the actor's reach.
fn may_edit(me: &Me, id: DepartmentId) -> Result<()> {
    let right = Right::EditDepartments;
    if me.corp.tree().find(id).is_none() {
        return Err(Error::not_found("department"));
    }
    if me.roles().allow_in(right, me.corp.tree(), id) {
        Ok(())
    } else {
        Err(Error::Forbidden { right })
    }
}

fn find_below_root(me: &Me, id: DepartmentId) -> Result<Department> {
    may_edit(me, id)?;
    let found = me.corp.tree().find(id).cloned();
    let found = found.ok_or(Error::not_found("department"))?;
    if found.parent.is_none() {
        return Err(Error::Conflict {
            code: "department_is_root",
        });
    }
    Ok(found)
}

/// A department goes neither below itself nor too deep.
fn check_move(tree: &Tree, id: DepartmentId, parent: DepartmentId) -> Result<()> {
    if tree.contains(id, parent) {
        return Err(Error::invalid("parent", "department_below_itself"));
    }
    let below = tree.subtree(id).map(|at| tree.depth(tree.all()[at].id));
    let height = below.max().unwrap_or(0).saturating_sub(tree.depth(id));
    if tree.depth(parent) + 1 + height > DEPTH_MAX {
        return Err(Error::invalid("parent", "department_too_deep"));
    }
    Ok(())
}

/// Whether a rule, a grant that still holds, or a role names the department.
fn is_in_use(corp: &corp::State, id: DepartmentId, now_ms: i64) -> bool {
    let subject = Subject::Department(id);
    let by_rule = corp.rules.iter().any(|rule| {
        let listed: &[Subject] = match &rule.kind {
            Kind::Hide => &[],
            Kind::Limit { listed, .. } => listed,
        };
        rule.subject == subject || rule.exceptions.contains(&subject) || listed.contains(&subject)
    });
    let by_grant = corp
        .grants
        .iter()
        .any(|grant| grant.is_live(now_ms) && [grant.viewer, grant.target].contains(&subject));
    let is_held = corp
        .all_roles()
        .any(|(_, roles)| roles.0.iter().any(|grant| grant.department == Some(id)));
    by_rule || by_grant || is_held
}

fn taken(error: store::Error) -> Error {
    if error.is_unique_on("department_name") {
        Error::invalid("name", "department_name_taken")
    } else {
        error.into()
    }
}

fn object(id: DepartmentId) -> (&'static str, String) {
    ("department", id.0.to_string())
}
