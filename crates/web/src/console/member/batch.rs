//! One act on many members: the names and what will happen, then a result for each.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use guanxi_app::{
    Error,
    member::{self, Changed},
};
use guanxi_model::{
    department::DepartmentId,
    id::MemberId,
    member::{Change, Profile},
    role::Right,
};

use super::{Choice, act_name, choices, list::HERE, main_department};
use crate::{
    auth::{Actor, Form, Posted},
    console,
    error::{Failure, field_sentence, sentence},
    page::{Errors, Flash, Place, Shell},
    reply,
};

/// What can be done with many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Change(Change),
    Move,
}

impl Act {
    const ALL: [Self; 4] = [
        Self::Move,
        Self::Change(Change::Reactivate),
        Self::Change(Change::Disable),
        Self::Change(Change::Leave),
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Change(change) => act_name(change),
            Self::Move => "move",
        }
    }

    const fn lets_go(self) -> bool {
        matches!(self, Self::Change(Change::Disable | Change::Leave))
    }
}

/// What the form or the address asks for.
#[derive(Debug, Clone)]
struct Wish {
    act: Act,
    ids: Vec<MemberId>,
    /// The department that the list was narrowed to.
    department: Option<DepartmentId>,
    /// Where to, for a move.
    to: Option<DepartmentId>,
    /// Whether only `department` is left, not all.
    only: bool,
    /// Whether the number was confirmed after the guard has asked.
    confirmed: bool,
    back: String,
}

impl Wish {
    fn read(form: &Form) -> Result<Self, Failure> {
        let act = Act::ALL
            .into_iter()
            .find(|act| act.name() == form.text("act"));
        let back = form.text("back");
        let is_ours = reply::is_local(back) && back.starts_with(HERE);
        Ok(Self {
            act: act.ok_or(Failure::Status(StatusCode::BAD_REQUEST))?,
            ids: form.parse_all("member"),
            department: form.parse("department").map(DepartmentId),
            to: form.parse("to").map(DepartmentId),
            only: form.text("from") == "one",
            confirmed: form.is_on("confirmed"),
            back: if is_ours {
                back.to_owned()
            } else {
                HERE.to_owned()
            },
        })
    }
}

#[derive(Template)]
#[template(path = "member-batch.html")]
struct Ask {
    shell: Shell,
    wish: Wish,
    act: &'static str,
    people: Vec<Person>,
    /// Where members can be moved to.
    departments: Vec<Choice>,
    /// Name of the department that the list was narrowed to.
    from: String,
    errors: Errors,
    /// The guard has asked for a second confirmation.
    is_guarded: bool,
}

impl Ask {
    fn is_target(&self, choice: &Choice) -> bool {
        self.wish.to == Some(DepartmentId(choice.id))
    }
}

struct Person {
    id: MemberId,
    name: String,
    department: String,
    is_listed: bool,
}

#[derive(Template)]
#[template(path = "member-batch-done.html")]
struct Done {
    shell: Shell,
    act: &'static str,
    rows: Vec<Outcome>,
    changed: usize,
    failed: usize,
    /// Who can be brought back.
    undo: Vec<MemberId>,
    back: String,
}

struct Outcome {
    id: MemberId,
    name: String,
    /// Why it did not happen; empty if it did.
    refusal: String,
}

/// `GET /admin/people/batch?act=…&member=…&member=…`
pub async fn ask(actor: Actor) -> Result<Response, Failure> {
    let query = actor.path.split_once('?').map_or("", |(_, query)| query);
    let wish = Wish::read(&Form::read(query.as_bytes()))?;
    if wish.ids.is_empty() {
        return Ok(nobody(&actor, &wish));
    }
    question(&actor, wish, StatusCode::OK, Errors::default()).await
}

/// Back to the list, with a word about what is missing.
fn nobody(actor: &Actor, wish: &Wish) -> Response {
    let flash = Flash::text(actor.l.t("people-pick-first"));
    reply::see_other_with(&wish.back, &flash, &actor.secret)
}

async fn question(
    actor: &Actor,
    wish: Wish,
    status: StatusCode,
    errors: Errors,
) -> Result<Response, Failure> {
    let ids = wish.ids.clone();
    let read = actor.read(move |tx, cx| {
        let frame = console::frame(tx, cx)?;
        let mut rows = Vec::new();
        for id in ids.iter().take(member::MANY_MAX) {
            match member::get(tx, &frame.me, *id) {
                Ok(row) => rows.push(row),
                Err(Error::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok((frame, rows))
    });
    let (frame, rows) = read.await?;
    if rows.is_empty() {
        return Err(Error::not_found("member").into());
    }
    let me = frame.me.clone();
    if !me.roles().allow_somewhere(Right::EditPeople) {
        let right = Right::EditPeople;
        return Err(Error::Forbidden { right }.into());
    }
    let tree = me.corp.tree();
    let person = |row: member::Row| Person {
        id: row.member.id,
        department: main_department(tree, &row.member.profile).0,
        is_listed: row.member.status.is_listed(),
        name: row.member.profile.name,
    };
    let from = wish.department.and_then(|id| tree.find(id));
    let page = Ask {
        act: wish.act.name(),
        people: rows.into_iter().map(person).collect(),
        departments: choices(tree, &member::editable_departments(&me)),
        from: from
            .map(|department| department.name.clone())
            .unwrap_or_default(),
        errors,
        is_guarded: status == StatusCode::CONFLICT,
        wish,
        shell: frame.shell(actor, Place::People),
    };
    Ok(reply::page_with(status, &page.shell, &page))
}

/// `POST /admin/people/batch`
pub async fn change_many(Posted { actor, form }: Posted) -> Result<Response, Failure> {
    let wish = Wish::read(&form)?;
    if wish.ids.is_empty() {
        return Ok(nobody(&actor, &wish));
    }
    if wish.act == Act::Move && wish.to.is_none() {
        let mut errors = Errors::default();
        errors.add("to", actor.l.t("field-department-required"));
        return question(&actor, wish, StatusCode::UNPROCESSABLE_ENTITY, errors).await;
    }
    let wanted = wish.clone();
    let written = actor.write(move |tx, cx| match (wanted.act, wanted.to) {
        (Act::Change(change), _) => {
            member::change_many(tx, cx, &wanted.ids, change, wanted.confirmed)
        }
        (Act::Move, Some(to)) => {
            let from = wanted.department.filter(|_| wanted.only);
            member::move_many(tx, cx, &wanted.ids, from, to)
        }
        (Act::Move, None) => Err(Error::invalid("department", "required")),
    });
    match written.await {
        Ok(results) => done(&actor, wish, results).await,
        Err(Error::Conflict { code: "bulk_guard" }) => {
            question(&actor, wish, StatusCode::CONFLICT, Errors::default()).await
        }
        Err(Error::Invalid(fields)) => {
            let mut errors = Errors::default();
            for field in &fields {
                errors.add("to", field_sentence(actor.l, field));
            }
            question(&actor, wish, StatusCode::UNPROCESSABLE_ENTITY, errors).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn done(actor: &Actor, wish: Wish, results: Vec<Changed>) -> Result<Response, Failure> {
    let ids: Vec<MemberId> = results.iter().map(|result| result.member).collect();
    let read = actor.read(move |tx, cx| {
        let frame = console::frame(tx, cx)?;
        let mut names = Vec::with_capacity(ids.len());
        for id in &ids {
            // One who was moved out of the actor's reach is still named by what was sent.
            let found = member::get(tx, &frame.me, *id).map(|row| row.member.profile);
            names.push(found.unwrap_or_else(|_| Profile::default()).name);
        }
        Ok((frame, names))
    });
    let (frame, names) = read.await?;
    let zone = frame.me.corp.settings.zone();
    let mut undo = Vec::new();
    let mut rows = Vec::with_capacity(results.len());
    for (result, name) in results.into_iter().zip(names) {
        let refusal = match result.outcome {
            Ok(()) => String::new(),
            Err(error) => sentence(actor.l, &error, &zone),
        };
        if refusal.is_empty() && wish.act.lets_go() {
            undo.push(result.member);
        }
        rows.push(Outcome {
            id: result.member,
            name,
            refusal,
        });
    }
    // What needs a look stands first.
    rows.sort_by_key(|row| row.refusal.is_empty());
    let failed = rows.iter().filter(|row| !row.refusal.is_empty()).count();
    let page = Done {
        act: wish.act.name(),
        changed: rows.len() - failed,
        failed,
        rows,
        undo,
        back: wish.back,
        shell: frame.shell(actor, Place::People),
    };
    Ok(reply::page(&page.shell, &page))
}
