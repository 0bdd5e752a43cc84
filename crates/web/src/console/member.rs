//! Administration of members: the list and its file, one member, many at once, and roles.

mod batch;
mod card;
mod export;
mod form;
mod list;
mod role;
mod state;

use axum::extract::Path;
use guanxi_app::{Error, Me};
use guanxi_model::{
    department::{DepartmentId, Tree},
    id::MemberId,
    member::{Change, Profile, Status},
};

pub use batch::{
    ask as batch, change_many as batch_change, file as batch_file, go_on as batch_go_on,
    page as batch_page, undo as batch_undo,
};
pub use card::page;
pub use export::file;
pub use form::{create, edit, new, update};
pub use list::list;
pub use role::{edit as roles, holders, holders_file, replace as replace_roles};
pub use state::{ask_disable, ask_leave, ask_reactivate, disable, leave, reactivate};

use crate::{error::Failure, locale::Locale};

/// The member that an address names.
fn named(Path(id): Path<String>) -> Result<MemberId, Failure> {
    id.parse().map_err(|_| Error::not_found("member").into())
}

/// Kind of the tag of a state; see `components.html`.
pub(super) const fn tag(status: Status) -> &'static str {
    match status {
        Status::Active => "ok",
        Status::NotActivated => "wait",
        Status::Disabled => "bad",
        Status::Left => "",
    }
}

/// Key of a state's name.
pub(super) fn status_key(status: Status) -> String {
    format!("people-status-{}", status.name())
}

/// Department names from below the root down, or the root's own.
pub(super) fn path(tree: &Tree, id: DepartmentId) -> String {
    let path = tree.path(id);
    let below_root = if path.len() > 1 {
        &path[1..]
    } else {
        &path[..]
    };
    let names: Vec<&str> = below_root.iter().map(|d| d.name.as_str()).collect();
    names.join(" / ")
}

/// The main department of a profile by its own name, and how many others there are.
fn main_department(tree: &Tree, profile: &Profile) -> (String, usize) {
    let main = profile.main_department().and_then(|id| tree.find(id));
    let name = main.map(|department| department.name.clone());
    (
        name.unwrap_or_default(),
        profile.places.len().saturating_sub(1),
    )
}

/// A department in a list to choose from, indented as it stands in the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub id: i64,
    pub label: String,
}

/// Departments to choose from.
pub(super) fn choices(tree: &Tree, ids: &[DepartmentId]) -> Vec<Choice> {
    let choice = |id: &DepartmentId| {
        let department = tree.find(*id)?;
        let indent = "\u{2003}".repeat(tree.depth(*id));
        let label = format!("{indent}{}", department.name);
        Some(Choice { id: id.0, label })
    };
    ids.iter().filter_map(choice).collect()
}

/// Name of an act on accounts, as in addresses and keys of texts.
const fn act_name(change: Change) -> &'static str {
    match change {
        Change::Disable => "disable",
        Change::Leave => "leave",
        Change::Reactivate => "reactivate",
    }
}

/// Roles of a member in words, such as "directory administrator: 西湖门店".
fn roles_of(l: Locale, me: &Me, id: MemberId) -> Vec<String> {
    let mut grants = me.corp.roles_of(id).0.clone();
    grants.sort_by_key(|grant| (grant.role, grant.department));
    let words = grants.iter().map(|grant| role::words(l, me, grant));
    words.collect()
}
