//! What one member sees, today or under rules that are only being thought of: the page, and the part of the rule's page.

use askama::Template;
use axum::response::Response;
use guanxi_app::visibility::{self, Difference, Preview, SeenDepartment, Trial};
use guanxi_model::{
    department::{DepartmentId, Tree},
    id::{MemberId, RuleId},
    visibility::Subject,
};

use super::{
    directory_of, names_of,
    picker::{self, Picker, Purpose},
    query, read,
    words::{Names, set_apart},
};
use crate::{
    auth::Actor,
    error::Failure,
    page::{Place, Shell},
    reply,
};

/// Most departments of a tree that a page shows.
const NODES_MAX: usize = 300;

/// The field that says who looks.
pub const VIEWER: Purpose = Purpose {
    name: "viewer",
    find: "find_viewer",
    key: "visibility-viewer",
    is_many: false,
    has_departments: false,
};

/// What a member sees, ready for a template.
#[derive(Debug, Clone)]
pub struct Seen {
    /// How many colleagues he sees, and in a trial how many today.
    pub says: String,
    /// Whether something is tried out.
    pub is_trial: bool,
    /// The tree that he sees.
    pub nodes: Vec<Node>,
    /// Departments that the page leaves out.
    pub more: usize,
    pub appears: Side,
    pub vanishes: Side,
}

/// A department in a tree that a template writes as nested lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    pub name: String,
    /// Colleagues whom he sees there.
    pub members: usize,
    /// Whether departments below it follow.
    pub opens: bool,
    /// Lists that end behind it.
    pub closes: usize,
}

/// One side of the difference.
#[derive(Debug, Clone, Default)]
pub struct Side {
    /// The first departments, without those below them.
    pub departments: String,
    /// Names and departments of the first people.
    pub people: Vec<(String, String)>,
    /// How many people in all.
    pub members: usize,
}

impl Side {
    fn new(names: &Names, difference: &Difference) -> Self {
        let tree = names.corp().tree();
        let is_below = |id: DepartmentId| {
            let mut all = difference.departments.iter();
            all.any(|above| *above != id && tree.contains(*above, id))
        };
        // What is below one that is named goes without saying.
        let tops = difference.departments.iter().filter(|id| !is_below(**id));
        let tops: Vec<Subject> = tops.copied().map(Subject::Department).collect();
        let people = difference.first.iter().map(|colleague| {
            let place = colleague.departments.first();
            let path = place.map(|id| names.path(*id)).unwrap_or_default();
            (colleague.name.clone(), path)
        });
        Self {
            departments: names.list(&tops),
            people: people.collect(),
            members: difference.members,
        }
    }

    /// People who are only counted.
    pub fn more(&self) -> usize {
        self.members - self.people.len()
    }

    /// Whether nothing differs on this side.
    pub fn is_empty(&self) -> bool {
        self.members == 0 && self.departments.is_empty()
    }
}

impl Seen {
    /// Puts a preview into words.
    pub fn new(names: &Names, viewer: MemberId, is_trial: bool, preview: &Preview) -> Self {
        let shown = preview.departments.len().min(NODES_MAX);
        let today = preview.total + preview.vanishes.members - preview.appears.members;
        let values = [
            ("viewer", set_apart(names.l, names.member(viewer)).into()),
            ("total", preview.total.into()),
            ("today", today.into()),
        ];
        let key = if is_trial {
            "visibility-seen-then"
        } else {
            "visibility-seen"
        };
        Self {
            says: names.l.with(key, &values).into_owned(),
            is_trial,
            nodes: nodes(names.corp().tree(), &preview.departments[..shown]),
            more: preview.departments.len() - shown,
            appears: Side::new(names, &preview.appears),
            vanishes: Side::new(names, &preview.vanishes),
        }
    }

    /// Whether he would see the same as today.
    pub fn is_same(&self) -> bool {
        self.appears.is_empty() && self.vanishes.is_empty()
    }
}

/// Nests departments that stand in the order of the tree; one whose parent is not shown hangs on the next above.
fn nodes(tree: &Tree, departments: &[SeenDepartment]) -> Vec<Node> {
    let mut above: Vec<DepartmentId> = Vec::new();
    let mut depths = Vec::with_capacity(departments.len() + 1);
    for department in departments {
        while above
            .last()
            .is_some_and(|last| !tree.contains(*last, department.id))
        {
            above.pop();
        }
        depths.push(above.len());
        above.push(department.id);
    }
    depths.push(0);
    departments
        .iter()
        .zip(depths.windows(2))
        .map(|(department, depths)| Node {
            name: tree
                .find(department.id)
                .map(|d| d.name.clone())
                .unwrap_or_default(),
            members: department.members,
            opens: depths[1] > depths[0],
            closes: depths[0].saturating_sub(depths[1]),
        })
        .collect()
}

#[derive(Template)]
#[template(path = "visibility-preview.html")]
struct Page {
    shell: Shell,
    viewer: Picker,
    rules: Vec<(RuleId, String)>,
    without: Option<RuleId>,
    grants: usize,
    seen: Option<Seen>,
}

/// `GET /admin/visibility/preview?viewer=&without=`
pub async fn page(actor: Actor) -> Result<Response, Failure> {
    let directory = directory_of(&actor).await?;
    let form = query(&actor);
    let without: Option<RuleId> = form.parse("without");
    let viewer = picker::member(&form, "viewer");
    let (frame, listing, without, preview) = actor
        .read(move |tx, cx| {
            let (frame, listing) = read(tx, cx)?;
            let without = without.filter(|id| listing.rules.iter().any(|rule| rule.id == *id));
            let trial = without.map_or(Trial::Today, Trial::Delete);
            let preview = viewer
                .map(|id| visibility::preview(tx, cx, &frame.me, id, trial))
                .transpose()?;
            Ok((frame, listing, without, preview))
        })
        .await?;
    let names = names_of(&actor, &frame, &directory, listing.names);
    let chosen: Vec<Subject> = viewer.map(Subject::Member).into_iter().collect();
    let seen = viewer.zip(preview.as_ref());
    let page = Page {
        viewer: Picker::new(&names, VIEWER, &chosen, form.text(VIEWER.find), ""),
        rules: listing
            .rules
            .iter()
            .map(|rule| (rule.id, names.rule(rule)))
            .collect(),
        seen: seen.map(|(id, preview)| Seen::new(&names, id, without.is_some(), preview)),
        without,
        grants: listing.grants.len(),
        shell: frame.shell(&actor, Place::Visibility),
    };
    Ok(reply::page(&page.shell, &page))
}

#[cfg(test)]
mod tests {
    use super::*;
    use guanxi_model::department::Department;

    #[test]
    fn a_tree_with_a_gap_still_closes_all_its_lists() {
        let department = |id, parent: Option<i64>| Department {
            id: DepartmentId(id),
            parent: parent.map(DepartmentId),
            name: format!("d{id}"),
            order: 0,
        };
        // 1 > 2 > 3 > 4, and 5 below 1; 3 is not shown.
        let all = [
            (1, None),
            (2, Some(1)),
            (3, Some(2)),
            (4, Some(3)),
            (5, Some(1)),
        ];
        let tree = Tree::new(all.map(|(id, parent)| department(id, parent)).to_vec());
        let shown = [1, 2, 4, 5].map(|id| SeenDepartment {
            id: DepartmentId(id),
            members: 1,
        });
        let mut shown = shown.to_vec();
        shown.sort_by_key(|seen| tree.place(seen.id));
        let nodes = nodes(&tree, &shown);
        let opened = nodes.iter().filter(|node| node.opens).count();
        let closed: usize = nodes.iter().map(|node| node.closes).sum();
        assert_eq!(opened, closed);
        assert_eq!(opened, 2);
    }
}
