//! Who may do what: everybody with a role, and the roles of one member.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use guanxi_app::{Error, Me, export, member, role};
use guanxi_model::{
    department::DepartmentId,
    id::MemberId,
    role::{Right, Role, RoleGrant, Roles},
};

use super::{Choice, choices, main_department, named};
use crate::{
    auth::{Actor, Form, Posted},
    console, csv,
    error::{Failure, sentence},
    locale::Locale,
    page::{Face, Flash, Pager, Place, Shell},
    reply,
};

/// A role in words, with the department that it is limited to.
pub(super) fn words(l: Locale, me: &Me, grant: &RoleGrant) -> String {
    let role = l.t(&key(grant.role));
    let department = grant.department.map(|id| me.corp.tree().find(id));
    match department {
        None => role.into_owned(),
        Some(found) => {
            let name = found.map_or("", |department| department.name.as_str());
            l.t2("people-role-in", "role", role, "department", name)
                .into_owned()
        }
    }
}

fn key(role: Role) -> String {
    format!("people-role-{}", role.name())
}

#[derive(Template)]
#[template(path = "role-list.html")]
struct Holders {
    shell: Shell,
    /// Holders in all.
    all: usize,
    rows: Vec<Holder>,
    pager: Pager,
}

struct Holder {
    id: MemberId,
    face: Face,
    name: String,
    department: String,
    roles: Vec<String>,
}

#[derive(Template)]
#[template(path = "member-roles.html")]
struct Edit {
    shell: Shell,
    id: MemberId,
    name: String,
    /// Roles in the whole corp: name and whether the member has it.
    whole: Vec<(Role, bool)>,
    /// Departments to which he is limited as an administrator of the directory.
    limited: Vec<Limit>,
    departments: Vec<Choice>,
    /// Roles that were taken when he went, in words.
    taken: Vec<String>,
    refusal: String,
}

/// A row of the form: a department, or room for one.
struct Limit(Option<DepartmentId>);

impl Limit {
    /// Whether this department is chosen in it.
    fn is(&self, choice: &Choice) -> bool {
        self.0 == Some(DepartmentId(choice.id))
    }
}

/// Rows of a page.
const LIMIT: usize = 50;

/// `GET /admin/people/roles?page=`
pub async fn holders(actor: Actor) -> Result<Response, Failure> {
    let read = actor.read(move |tx, cx| Ok((console::frame(tx, cx)?, role::list(tx, cx)?)));
    let (frame, mut holders) = read.await?;
    let (all, number) = (holders.len(), Form::query(&actor.path).parse("page"));
    let address = |number| format!("/admin/people/roles?page={number}");
    let pager = Pager::cut(&mut holders, number, LIMIT, address);
    let me = frame.me.clone();
    let row = |holder: role::Holder| Holder {
        id: holder.member.id,
        face: Face::of(&holder.member),
        department: main_department(me.corp.tree(), &holder.member.profile).0,
        name: holder.member.profile.name,
        roles: holder
            .roles
            .iter()
            .map(|grant| words(actor.l, &me, grant))
            .collect(),
    };
    let page = Holders {
        all,
        rows: holders.into_iter().map(row).collect(),
        pager,
        shell: frame.shell(&actor, Place::People),
    };
    Ok(reply::page(&page.shell, &page))
}

/// `GET /admin/people/roles/export.csv`
pub async fn holders_file(actor: Actor) -> Result<Response, Failure> {
    let (me, holders) = actor
        .write(|tx, cx| {
            let me = export::announce(tx, cx, export::List::Roles, "")?;
            Ok((me, role::list(tx, cx)?))
        })
        .await?;
    let l = actor.l;
    let mut head = csv::Rows::default();
    head.push(["name", "department", "roles"].map(|name| l.t(&format!("list-column-{name}"))));
    let mut rows = csv::Rows::default();
    for holder in &holders {
        let roles = holder.roles.iter().map(|grant| words(l, &me, grant));
        rows.push([
            holder.member.profile.name.clone(),
            main_department(me.corp.tree(), &holder.member.profile).0,
            roles.collect::<Vec<_>>().join("; "),
        ]);
    }
    Ok(csv::whole(&l.t("list-file-roles"), head, rows))
}

/// `GET /admin/people/{id}/roles`
pub async fn edit(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    form(&actor, named(id)?, None, StatusCode::OK, String::new()).await
}

/// The form with the roles as stored, or as sent.
async fn form(
    actor: &Actor,
    id: MemberId,
    sent: Option<Vec<RoleGrant>>,
    status: StatusCode,
    refusal: String,
) -> Result<Response, Failure> {
    let read = actor.read(move |tx, cx| {
        let frame = console::frame(tx, cx)?;
        let row = member::get(tx, &frame.me, id)?;
        let taken = role::taken(tx, &frame.me, id)?;
        Ok((frame, row, taken))
    });
    let (frame, row, taken) = read.await?;
    let taken = taken.iter().map(|grant| words(actor.l, &frame.me, grant));
    let taken = taken.collect();
    let corp = std::sync::Arc::clone(&frame.me.corp);
    let grants = sent.unwrap_or_else(|| corp.roles_of(id).0.clone());
    let has = |role| {
        grants
            .iter()
            .any(|g| g.role == role && g.department.is_none())
    };
    let limited = grants.iter().filter(|grant| grant.department.is_some());
    let all: Vec<DepartmentId> = corp.tree().all().iter().skip(1).map(|d| d.id).collect();
    let page = Edit {
        id,
        name: row.member.profile.name,
        whole: Role::ALL
            .into_iter()
            .map(|role| (role, has(role)))
            .collect(),
        // One row is empty, for one more.
        limited: limited
            .map(|grant| grant.department)
            .chain([None])
            .map(Limit)
            .collect(),
        departments: choices(corp.tree(), &all),
        taken,
        refusal,
        shell: frame.shell(actor, Place::People),
    };
    Ok(reply::page_with(status, &page.shell, &page))
}

fn sent(form: &Form) -> Vec<RoleGrant> {
    let whole = form.all("role").filter_map(Role::from_name);
    let whole = whole.map(|role| RoleGrant {
        role,
        department: None,
    });
    let limited: Vec<i64> = form.parse_all("department");
    let limited = limited.into_iter().map(|id| RoleGrant {
        role: Role::DirectoryAdmin,
        department: Some(DepartmentId(id)),
    });
    whole.chain(limited).collect()
}

/// `POST /admin/people/{id}/roles`
pub async fn replace(id: Path<String>, posted: Posted) -> Result<Response, Failure> {
    let (
        id,
        Posted {
            actor,
            form: fields,
        },
    ) = (named(id)?, posted);
    let roles = sent(&fields);
    if fields.is_on("more") {
        return form(&actor, id, Some(roles), StatusCode::OK, String::new()).await;
    }
    let wanted = roles.clone();
    let written = actor.write(move |tx, cx| {
        let me = cx.me(tx)?;
        let name = member::get(tx, &me, id)?.member.profile.name;
        role::replace(tx, cx, id, &wanted)?;
        Ok(name)
    });
    let name = match written.await {
        Ok(name) => name,
        Err(error @ (Error::Conflict { .. } | Error::Invalid(_))) => {
            let status = match error {
                Error::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
                _ => StatusCode::CONFLICT,
            };
            let refusal = sentence(actor.l, &error, &actor.zone());
            return form(&actor, id, Some(roles), status, refusal).await;
        }
        Err(error) => return Err(error.into()),
    };
    let flash = Flash::text(actor.l.t1("people-roles-saved", "name", name));
    let is_me = actor.cx.account().is_ok_and(|(_, me)| me == id);
    // Whoever gave his own rights away cannot look at the page of a member any more.
    let path = if is_me && !Roles(roles).allow_somewhere(Right::ReadPeople) {
        "/".to_owned()
    } else {
        format!("/admin/people/{id}")
    };
    Ok(reply::see_other_with(&path, &flash, &actor.secret))
}
