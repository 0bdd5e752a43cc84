//! Administration of departments: the tree, one department with what is below it, and every change of both.

mod change;
mod export;

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use guanxi_app::{
    Error,
    department::{self, Editable, Leader},
    directory,
};
use guanxi_model::{
    department::{Department, DepartmentId, ROOT},
    role::Right,
};
use guanxi_search::Counts;

pub use change::{ask_delete, create, delete, shift, update};
pub use export::file;

use super::member::{Choice, choices};
use crate::{
    auth::{Actor, Form},
    console,
    error::Failure,
    page::{Errors, Pager, Place, Shell},
    reply,
};

/// Address of the tree.
const HERE: &str = "/admin/departments";
/// Rows of a page.
const LIMIT: usize = 100;
/// Up to this many departments the whole tree stands beside; of a larger one only the way to the chosen one.
const WHOLE_TREE: usize = 400;

#[derive(Template)]
#[template(path = "departments.html")]
struct Tree {
    shell: Shell,
    id: DepartmentId,
    name: String,
    /// From the top to the one above.
    crumbs: Vec<Crumb>,
    nodes: Vec<Node>,
    children: Vec<Child>,
    /// Departments right below, on all pages.
    below: usize,
    pager: Pager,
    leaders: Vec<Leader>,
    count: usize,
    is_root: bool,
    /// Whether it can be moved among its siblings, to elsewhere, or away.
    can_place: bool,
    can_read_people: bool,
    targets: Vec<Choice>,
    typed: Typed,
    errors: Errors,
}

impl Tree {
    fn is_parent(&self, choice: &Choice) -> bool {
        self.typed.parent == Some(choice.id)
    }
}

/// A department on the way to the chosen one.
struct Crumb {
    id: DepartmentId,
    name: String,
    is_open: bool,
}

/// A department in the tree beside.
struct Node {
    id: DepartmentId,
    name: String,
    count: usize,
    is_here: bool,
    /// Whether departments below it follow.
    opens: bool,
    /// How many levels end behind it.
    closes: usize,
}

/// A department right below the chosen one.
struct Child {
    id: DepartmentId,
    name: String,
    count: usize,
    below: usize,
    leaders: Vec<Leader>,
}

/// What somebody has typed.
#[derive(Debug, Clone, Default)]
struct Typed {
    /// Name of a new department.
    new: String,
    name: String,
    parent: Option<i64>,
}

/// The department that an address names.
fn named(Path(id): Path<String>) -> Result<DepartmentId, Failure> {
    let id = id.parse().map(DepartmentId);
    id.map_err(|_| Error::not_found("department").into())
}

fn path_of(id: DepartmentId) -> String {
    format!("{HERE}/{}", id.0)
}

/// `GET /admin/departments`: the first department that the actor may change, for most the root.
pub async fn top(actor: Actor) -> Result<Response, Failure> {
    show(&actor, None, StatusCode::OK, None, Errors::default()).await
}

/// `GET /admin/departments/{id}`
pub async fn page(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let id = Some(named(id)?);
    show(&actor, id, StatusCode::OK, None, Errors::default()).await
}

async fn show(
    actor: &Actor,
    id: Option<DepartmentId>,
    status: StatusCode,
    typed: Option<Typed>,
    errors: Errors,
) -> Result<Response, Failure> {
    let read = actor.read(move |tx, cx| {
        let frame = console::frame(tx, cx)?;
        let editable = department::list(tx, cx)?;
        let id = id
            .or_else(|| editable.tops.first().copied())
            .unwrap_or(ROOT);
        if !editable.contains(id) {
            return Err(Error::not_found("department"));
        }
        let shown = editable.tree.children(id).map(|child| child.id);
        let shown: Vec<DepartmentId> = std::iter::once(id).chain(shown).collect();
        let leaders = department::leaders(tx, cx, &shown)?;
        Ok((frame, editable, id, leaders))
    });
    let (frame, editable, id, leaders) = read.await?;
    let (directory, _) = directory::open(&actor.app.env, frame.me.corp_id).await?;
    let counts = directory.counts_of_all();
    let tree = &editable.tree;
    let found = tree
        .find(id)
        .cloned()
        .ok_or(Error::not_found("department"))?;
    let crumb = |department: &&Department| Crumb {
        id: department.id,
        name: department.name.clone(),
        is_open: editable.contains(department.id),
    };
    let path = tree.path(id);
    let above = path.iter().take(path.len().saturating_sub(1));
    let mut shown: Vec<&Department> = tree.children(id).collect();
    let (below, number) = (shown.len(), Form::query(&actor.path).parse("page"));
    let pager = Pager::cut(&mut shown, number, LIMIT, |number| {
        format!("{}?page={number}", path_of(id))
    });
    let children = shown.into_iter().map(|child| Child {
        id: child.id,
        name: child.name.clone(),
        count: counts.below(child.id.0),
        below: tree.children(child.id).count(),
        leaders: led(&leaders, child.id),
    });
    let typed = typed.unwrap_or_else(|| Typed {
        name: found.name.clone(),
        parent: found.parent.map(|parent| parent.0),
        ..Typed::default()
    });
    let page = Tree {
        crumbs: above.map(crumb).collect(),
        nodes: nodes(&editable, &counts, id),
        children: children.collect(),
        below,
        pager,
        leaders: led(&leaders, id),
        count: if id == ROOT {
            counts.total()
        } else {
            counts.below(id.0)
        },
        is_root: found.parent.is_none(),
        can_place: found.parent.is_some_and(|parent| editable.contains(parent)),
        can_read_people: frame.me.roles().allow_somewhere(Right::ReadPeople),
        targets: choices(tree, &targets(&editable, id)),
        typed,
        errors,
        id,
        name: found.name,
        shell: frame.shell(actor, Place::Departments),
    };
    Ok(reply::page_with(status, &page.shell, &page))
}

fn led(leaders: &[Leader], id: DepartmentId) -> Vec<Leader> {
    leaders
        .iter()
        .filter(|leader| leader.department == id)
        .cloned()
        .collect()
}

/// Where a department can be moved: within the actor's reach, and not below itself.
fn targets(editable: &Editable, id: DepartmentId) -> Vec<DepartmentId> {
    let tree = &editable.tree;
    let all = tree.all().iter().map(|department| department.id);
    all.filter(|to| editable.contains(*to) && !tree.contains(id, *to))
        .collect()
}

/// The tree beside, depth first: what the actor may change.
fn nodes(editable: &Editable, counts: &Counts, here: DepartmentId) -> Vec<Node> {
    let tree = &editable.tree;
    let is_small = tree.all().len() <= WHOLE_TREE;
    let is_shown = |department: &&Department| {
        editable.contains(department.id)
            && (is_small
                || editable.tops.contains(&department.id)
                || department
                    .parent
                    .is_some_and(|parent| tree.contains(parent, here)))
    };
    let shown: Vec<&Department> = tree.all().iter().filter(is_shown).collect();
    // Tops of one who is limited may lie on different levels; each begins on the first.
    let top = |id| {
        editable
            .tops
            .iter()
            .filter(|top| tree.contains(**top, id))
            .map(|top| tree.depth(*top))
            .min()
    };
    let level = |department: &Department| {
        tree.depth(department.id) - top(department.id).unwrap_or_default()
    };
    let levels: Vec<usize> = shown.iter().map(|department| level(department)).collect();
    let node = |(at, department): (usize, &&Department)| {
        let next = levels.get(at + 1).copied().unwrap_or(0);
        Node {
            id: department.id,
            name: department.name.clone(),
            count: if department.id == ROOT {
                counts.total()
            } else {
                counts.below(department.id.0)
            },
            is_here: department.id == here,
            opens: next > levels[at],
            closes: levels[at].saturating_sub(next),
        }
    };
    shown.iter().enumerate().map(node).collect()
}
