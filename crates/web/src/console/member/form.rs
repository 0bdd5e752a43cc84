//! The form of one member: a new one, or all fields of one who is there.

mod draft;

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use guanxi_app::{Cx, Error, member};
use guanxi_model::{id::MemberId, member::Profile, role::Right};
use guanxi_store::Tx;

use draft::Draft;

use super::{Choice, choices, named};
use crate::{
    auth::{Actor, Form, Posted},
    console,
    error::Failure,
    page::{Errors, Flash, Place, Shell},
    reply,
};

#[derive(Template)]
#[template(path = "member-edit.html")]
struct Edit {
    shell: Shell,
    /// None for a new member.
    id: Option<MemberId>,
    /// Name as stored.
    name: String,
    draft: Draft,
    departments: Vec<Choice>,
    errors: Errors,
    /// Has a person behind it, who has to sign in anew with another number.
    has_person: bool,
}

impl Edit {
    fn title(&self) -> String {
        let l = self.shell.l;
        if self.id.is_some() {
            l.t1("people-edit-of", "name", &self.name).into_owned()
        } else {
            l.t("people-new").into_owned()
        }
    }

    /// Where the way leads without saving.
    fn back(&self) -> String {
        self.id.map_or_else(
            || "/admin/people".to_owned(),
            |id| format!("/admin/people/{id}"),
        )
    }

    fn userid_hint(&self) -> &'static str {
        if self.id.is_some() {
            "people-userid-hint"
        } else {
            "people-userid-proposed"
        }
    }

    fn mobile_hint(&self) -> &'static str {
        if self.has_person {
            "people-mobile-person"
        } else {
            "people-mobile-hint"
        }
    }
}

/// What stands in the database: of the member whose form it is, and of the corp.
struct Before {
    frame: console::Frame,
    row: Option<member::Row>,
}

impl Before {
    fn region(&self) -> &str {
        &self.frame.me.corp.settings.region
    }
}

async fn before(actor: &Actor, id: Option<MemberId>) -> Result<Before, Failure> {
    let read = actor.read(move |tx, cx| {
        let frame = console::frame(tx, cx)?;
        let row = id.map(|id| member::get(tx, &frame.me, id)).transpose()?;
        Ok(Before { frame, row })
    });
    let before = read.await?;
    if before.row.as_ref().is_some_and(|row| !row.can_edit) {
        let right = Right::EditPeople;
        return Err(Error::Forbidden { right }.into());
    }
    Ok(before)
}

fn answer(
    actor: &Actor,
    before: Before,
    status: StatusCode,
    draft: Draft,
    errors: Errors,
) -> Response {
    let me = &before.frame.me;
    let departments = choices(me.corp.tree(), &member::editable_departments(me));
    let member = before.row.map(|row| row.member);
    let page = Edit {
        id: member.as_ref().map(|member| member.id),
        has_person: member
            .as_ref()
            .is_some_and(|member| member.person.is_some()),
        name: member.map(|member| member.profile.name).unwrap_or_default(),
        draft,
        departments,
        errors,
        shell: before.frame.shell(actor, Place::People),
    };
    reply::page_with(status, &page.shell, &page)
}

/// `GET /admin/people/new`; `?department=` names the first department.
pub async fn new(actor: Actor) -> Result<Response, Failure> {
    let query = actor.path.split_once('?').map_or("", |(_, query)| query);
    let department = Form::read(query.as_bytes()).parse("department");
    let before = before(&actor, None).await?;
    let draft = Draft::new(department);
    Ok(answer(
        &actor,
        before,
        StatusCode::OK,
        draft,
        Errors::default(),
    ))
}

/// `GET /admin/people/{id}/edit`
pub async fn edit(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let before = before(&actor, Some(named(id)?)).await?;
    let draft = before
        .row
        .as_ref()
        .map(|row| Draft::of(&row.member))
        .unwrap_or_default();
    Ok(answer(
        &actor,
        before,
        StatusCode::OK,
        draft,
        Errors::default(),
    ))
}

/// `POST /admin/people/new`
pub async fn create(posted: Posted) -> Result<Response, Failure> {
    keep(posted, None).await
}

/// `POST /admin/people/{id}/edit`
pub async fn update(id: Path<String>, posted: Posted) -> Result<Response, Failure> {
    let id = named(id)?;
    keep(posted, Some(id)).await
}

async fn keep(Posted { actor, form }: Posted, id: Option<MemberId>) -> Result<Response, Failure> {
    let before = before(&actor, id).await?;
    let mut draft = Draft::read(&form);
    if form.is_on("more") {
        // Room for one more department or field; nothing is checked or kept yet.
        draft.widen(form.text("more"));
        return Ok(answer(
            &actor,
            before,
            StatusCode::OK,
            draft,
            Errors::default(),
        ));
    }
    let is_proposed = id.is_none() && draft.userid.trim().is_empty();
    if is_proposed {
        draft.userid = propose(&actor, &draft.name).await?;
    }
    let refused = match draft.profile(actor.l, before.region()) {
        Ok(profile) => match write(&actor, id, draft.seen, profile).await {
            Ok(id) => return Ok(done(&actor, id, form.text("name"), before.row.is_none())),
            Err(Error::Invalid(fields)) => {
                let mut errors = Errors::default();
                for field in &fields {
                    errors.refuse(field.field, actor.l, field);
                }
                (StatusCode::UNPROCESSABLE_ENTITY, errors)
            }
            Err(Error::Conflict {
                code: "changed_meanwhile",
            }) => {
                let mut errors = Errors::default();
                errors.add("seen", actor.l.t("people-changed-meanwhile"));
                (StatusCode::CONFLICT, errors)
            }
            Err(error) => return Err(error.into()),
        },
        Err(errors) => (StatusCode::UNPROCESSABLE_ENTITY, errors),
    };
    let (status, mut errors) = refused;
    if is_proposed && !errors.on("name").is_empty() {
        // It comes from the name; to ask for both would contradict its hint.
        errors.remove("userid");
    }
    Ok(answer(&actor, before, status, draft, errors))
}

async fn propose(actor: &Actor, name: &str) -> Result<String, Failure> {
    let name = name.to_owned();
    let proposed = actor.read(move |tx, cx| member::propose_userid(tx, cx, &name));
    Ok(proposed.await?)
}

/// Writes, unless somebody else has changed the member since the form was opened.
async fn write(
    actor: &Actor,
    id: Option<MemberId>,
    seen: Option<i64>,
    profile: Profile,
) -> guanxi_app::Result<MemberId> {
    let is_new = id.is_none();
    let write = move |tx: &mut Tx<'_>, cx: &Cx| {
        let Some(id) = id else {
            return member::create(tx, cx, profile.clone());
        };
        let me = cx.me(tx)?;
        let now = member::get(tx, &me, id)?.member.updated_at_ms;
        if seen != Some(now) {
            return Err(Error::Conflict {
                code: "changed_meanwhile",
            });
        }
        member::update(tx, cx, id, profile.clone())?;
        Ok(id)
    };
    if is_new {
        actor.write_once(write).await
    } else {
        actor.write(write).await
    }
}

fn done(actor: &Actor, id: MemberId, name: &str, is_new: bool) -> Response {
    let key = if is_new {
        "people-created"
    } else {
        "people-saved"
    };
    let flash = Flash::text(actor.l.t1(key, "name", name.trim()));
    reply::see_other_with(&format!("/admin/people/{id}"), &flash, &actor.secret)
}
