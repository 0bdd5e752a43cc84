//! Disabling one member, marking him as left, and bringing him back, each behind a page that names the consequences.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use guanxi_app::{Error, member, role};
use guanxi_model::{id::MemberId, member::Change, role::Right};

use super::{act_name, named};
use crate::{
    auth::{Actor, Posted},
    console,
    error::{Failure, sentence},
    page::{Flash, Place, Shell},
    reply,
};

#[derive(Template)]
#[template(path = "member-state.html")]
struct Ask {
    shell: Shell,
    id: MemberId,
    name: String,
    act: &'static str,
    is_risk: bool,
    sessions: usize,
    roles: usize,
    /// Roles that were taken when he went, in words.
    taken: Vec<String>,
    /// Whether the actor may give them back.
    may_give: bool,
    /// Whether that is chosen.
    gives: bool,
    /// Why it was refused just now.
    refusal: String,
}

/// `GET /admin/people/{id}/disable`
pub async fn ask_disable(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    ask(&actor, named(id)?, Change::Disable, true, None).await
}

/// `GET /admin/people/{id}/leave`
pub async fn ask_leave(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    ask(&actor, named(id)?, Change::Leave, true, None).await
}

/// `GET /admin/people/{id}/reactivate`
pub async fn ask_reactivate(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    ask(&actor, named(id)?, Change::Reactivate, true, None).await
}

/// `POST /admin/people/{id}/disable`
pub async fn disable(id: Path<String>, posted: Posted) -> Result<Response, Failure> {
    change(posted, named(id)?, Change::Disable).await
}

/// `POST /admin/people/{id}/leave`
pub async fn leave(id: Path<String>, posted: Posted) -> Result<Response, Failure> {
    change(posted, named(id)?, Change::Leave).await
}

/// `POST /admin/people/{id}/reactivate`: also takes a disabling or a leaving back.
pub async fn reactivate(id: Path<String>, posted: Posted) -> Result<Response, Failure> {
    change(posted, named(id)?, Change::Reactivate).await
}

async fn ask(
    actor: &Actor,
    id: MemberId,
    change: Change,
    gives: bool,
    refused: Option<Error>,
) -> Result<Response, Failure> {
    let read = actor.read(move |tx, cx| {
        let frame = console::frame(tx, cx)?;
        let row = member::get(tx, &frame.me, id)?;
        let sessions = member::count_sessions(tx, cx, &frame.me, &row.member)?;
        let taken = match change {
            Change::Reactivate => role::taken(tx, &frame.me, id)?,
            Change::Disable | Change::Leave => Vec::new(),
        };
        Ok((frame, row, sessions, taken))
    });
    let (frame, row, sessions, taken) = read.await?;
    if !row.can_edit {
        let right = Right::EditPeople;
        return Err(Error::Forbidden { right }.into());
    }
    let roles = frame.me.corp.roles_of(id).0.len();
    let me = frame.me.clone();
    let zone = me.corp.settings.zone();
    let page = Ask {
        shell: frame.shell(actor, Place::People),
        id,
        name: row.member.profile.name,
        act: act_name(change),
        is_risk: change != Change::Reactivate,
        sessions,
        roles,
        taken: taken
            .iter()
            .map(|grant| super::role::words(actor.l, &me, grant))
            .collect(),
        may_give: me.roles().allow(Right::GrantRoles),
        gives,
        refusal: refused
            .as_ref()
            .map(|error| sentence(actor.l, error, &zone))
            .unwrap_or_default(),
    };
    let status = if refused.is_some() {
        StatusCode::CONFLICT
    } else {
        StatusCode::OK
    };
    Ok(reply::page_with(status, &page.shell, &page))
}

async fn change(
    Posted { actor, form }: Posted,
    id: MemberId,
    change: Change,
) -> Result<Response, Failure> {
    // An undo asks nothing: it brings back what was taken, as far as the actor may give it.
    let gives = form.is_on("roles") || !form.is_on("asked");
    let written = actor.write(move |tx, cx| -> guanxi_app::Result<String> {
        let me = cx.me(tx)?;
        let name = member::get(tx, &me, id)?.member.profile.name;
        if change == Change::Reactivate {
            let gives = gives && me.roles().allow(Right::GrantRoles);
            member::reactivate(tx, cx, id, gives)?;
        } else {
            member::change(tx, cx, id, change)?;
        }
        Ok(name)
    });
    let name = match written.await {
        Ok(name) => name,
        Err(error @ (Error::Conflict { .. } | Error::Invalid(_))) => {
            return ask(&actor, id, change, gives, Some(error)).await;
        }
        Err(error) => return Err(error.into()),
    };
    let here = format!("/admin/people/{id}");
    let text = actor
        .l
        .t1(&format!("people-did-{}", act_name(change)), "name", name);
    let flash = match change {
        Change::Reactivate => Flash::text(text),
        Change::Disable | Change::Leave => Flash::undo(text, format!("{here}/reactivate")),
    };
    Ok(reply::see_other_with(&here, &flash, &actor.secret))
}
