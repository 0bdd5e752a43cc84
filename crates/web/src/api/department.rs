//! Departments, for those who administer them.

use guanxi_app::{
    Error, Result,
    department::{self, Direction, Editable},
};
use guanxi_model::department::{Department as Node, DepartmentId};
use guanxi_store::Tx;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    answer::{Done, Item, Made, Page},
    call::Call,
    directory::MemberRef,
    operation::ROOT,
    shape::{Empty, ListQuery, place, words},
};

/// A department.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Department {
    /// Its number.
    number: i64,
    /// Its name.
    name: String,
    /// Number of the department above it; null for the company itself.
    parent: Option<i64>,
    /// Place among its siblings: larger ones stand later.
    order: i64,
    /// Whether the caller may change it.
    can_edit: bool,
}

fn view(editable: &Editable, node: &Node) -> Department {
    Department {
        number: node.id.0,
        name: node.name.clone(),
        parent: node.parent.map(|id| id.0),
        order: node.order,
        can_edit: editable.contains(node.id),
    }
}

/// `GET /admin/departments`
pub(crate) fn list(tx: &mut Tx<'_>, call: &Call<ListQuery>) -> Result<Page<Department>> {
    let from = place(call.query.cursor.as_ref())?.unwrap_or(0);
    let editable = department::list(tx, &call.cx)?;
    let all = editable.tree.all().iter();
    let all = all.map(|node| view(&editable, node)).collect();
    Ok(Page::cut(all, from, call.query.limit.rows()))
}

/// A department with those who are in it.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DepartmentDetail {
    /// The department.
    department: Department,
    /// Who leads it.
    leaders: Vec<MemberRef>,
    /// Members directly in it.
    members: i64,
    /// Departments directly below it.
    children: usize,
}

fn detail<Q, B>(tx: &mut Tx<'_>, call: &Call<Q, B>, id: DepartmentId) -> Result<DepartmentDetail> {
    let editable = department::list(tx, &call.cx)?;
    let node = editable.tree.find(id).cloned();
    let node = node
        .filter(|node| editable.contains(node.id))
        .ok_or(Error::not_found("department"))?;
    let leaders = department::leaders(tx, &call.cx, &[id])?.into_iter();
    let (members, children) = department::holds(tx, &call.cx, id)?;
    Ok(DepartmentDetail {
        department: view(&editable, &node),
        leaders: leaders
            .map(|leader| MemberRef {
                id: leader.member.into(),
                name: leader.name,
            })
            .collect(),
        members,
        children,
    })
}

fn number<Q, B>(call: &Call<Q, B>) -> Result<DepartmentId> {
    call.id::<i64>("department").map(DepartmentId)
}

/// `GET /admin/departments/{number}`
pub(crate) fn get(tx: &mut Tx<'_>, call: &Call) -> Result<Item<DepartmentDetail>> {
    let id = number(call)?;
    Ok(Item(detail(tx, call, id)?))
}

/// What is wanted of a department.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DepartmentTerms {
    /// Its name, unlike those of its siblings.
    #[schemars(length(min = 1, max = 64))]
    name: String,
    /// Number of the department above it.
    #[schemars(range(min = 1))]
    parent: i64,
    /// Place among its siblings: larger ones stand later.
    #[serde(default)]
    #[schemars(range(min = 0, max = 4_294_967_295_i64))]
    order: i64,
}

impl DepartmentTerms {
    fn order(&self) -> Result<i64> {
        if (0..=i64::from(u32::MAX)).contains(&self.order) {
            Ok(self.order)
        } else {
            Err(Error::invalid("order", "out_of_range"))
        }
    }
}

/// `POST /admin/departments`
pub(crate) fn create(
    tx: &mut Tx<'_>,
    call: &Call<Empty, DepartmentTerms>,
) -> Result<Made<DepartmentDetail>> {
    let terms = &call.body;
    let parent = DepartmentId(terms.parent);
    let id = department::create(tx, &call.cx, parent, &terms.name, terms.order()?)?;
    Ok(Made {
        at: format!("{ROOT}/admin/departments/{}", id.0),
        item: detail(tx, call, id)?,
    })
}

/// `PUT /admin/departments/{number}`
pub(crate) fn replace(
    tx: &mut Tx<'_>,
    call: &Call<Empty, DepartmentTerms>,
) -> Result<Item<DepartmentDetail>> {
    let id = number(call)?;
    let terms = &call.body;
    let parent = DepartmentId(terms.parent);
    department::update(tx, &call.cx, id, parent, &terms.name, terms.order()?)?;
    Ok(Item(detail(tx, call, id)?))
}

/// `DELETE /admin/departments/{number}`
pub(crate) fn delete(tx: &mut Tx<'_>, call: &Call) -> Result<Done> {
    department::delete(tx, &call.cx, number(call)?)?;
    Ok(Done)
}

words! {
    /// Where to shift something.
    DirectionWord of Direction {
        /// Towards the beginning.
        Up,
        /// Towards the end.
        Down,
    }
}

/// Where a department shifts among its siblings.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shift {
    /// Up or down.
    direction: DirectionWord,
}

/// `POST /admin/departments/{number}/shift`
pub(crate) fn shift(tx: &mut Tx<'_>, call: &Call<Empty, Shift>) -> Result<Item<DepartmentDetail>> {
    let id = number(call)?;
    department::shift(tx, &call.cx, id, call.body.direction.into())?;
    Ok(Item(detail(tx, call, id)?))
}
