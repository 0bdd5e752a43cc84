//! Answers to requests: accept, decline, withdraw, and taking each back.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use guanxi_app::{
    Cx, Error, Result, contact,
    request::{self, Page},
};
use guanxi_model::{
    id::RequestId,
    request::{Request, State},
};
use guanxi_store::Tx;

use super::{Row, Side, Tab, conflict, rows};
use crate::{
    auth::{Actor, Form, Posted},
    console,
    error::Failure,
    page::{Errors, Flash, Place, Shell, encoded},
    reply,
};

/// Most requests that are accepted at once.
const MANY: i64 = 100;

/// Where an answer leads: to the page that it was given on.
fn back(actor: &Actor, form: &Form, otherwise: Tab) -> String {
    let query = Form::query(&actor.path);
    let given = form.find("back").or_else(|| query.find("back"));
    given
        .filter(|path| reply::is_local(path))
        .unwrap_or(otherwise.path())
        .to_owned()
}

/// Does something with one request; gives it back with the name of the other side.
async fn done(
    actor: &Actor,
    act: impl Fn(&mut Tx<'_>, &Cx) -> Result<Request> + Send + 'static,
) -> Result<(Request, String)> {
    actor
        .write(move |tx, cx| {
            let request = act(tx, cx)?;
            let (_, me) = cx.account()?;
            let other = if request.sender.member() == Some(me) {
                request.recipient
            } else {
                request.sender
            };
            let name = contact::name_of_party(tx, other)?;
            Ok((request, name))
        })
        .await
}

/// Leads back with a sentence and the way to undo it.
fn undoable(actor: &Actor, id: RequestId, key: &str, name: String, back: &str) -> Response {
    let undo = format!("/requests/{id}/undo?back={}", encoded(back));
    let flash = Flash::undo(actor.l.t1(key, "name", name), undo);
    reply::see_other_with(back, &flash, &actor.secret)
}

/// `POST /requests/{id}/accept`
pub async fn accept(Path(id): Path<RequestId>, posted: Posted) -> Result<Response, Failure> {
    answer(
        posted,
        id,
        Tab::Received,
        "request-accepted",
        request::accept,
    )
    .await
}

/// `POST /requests/{id}/withdraw`
pub async fn withdraw(Path(id): Path<RequestId>, posted: Posted) -> Result<Response, Failure> {
    answer(
        posted,
        id,
        Tab::Sent,
        "request-withdrawn",
        request::withdraw,
    )
    .await
}

/// Does what a row offers, from its part of the page.
async fn answer(
    Posted { actor, form }: Posted,
    id: RequestId,
    tab: Tab,
    key: &str,
    act: fn(&mut Tx<'_>, &Cx, RequestId) -> Result<Request>,
) -> Result<Response, Failure> {
    match done(&actor, move |tx, cx| act(tx, cx, id)).await {
        Ok((_, name)) => Ok(undoable(&actor, id, key, name, &back(&actor, &form, tab))),
        Err(error) => conflict(&actor, tab, id, error).await,
    }
}

/// `POST /requests/{id}/undo`
pub async fn undo(
    Path(id): Path<RequestId>,
    Posted { actor, form }: Posted,
) -> Result<Response, Failure> {
    let back = back(&actor, &form, Tab::Received);
    match done(&actor, move |tx, cx| request::undo(tx, cx, id)).await {
        Ok((_, name)) => {
            let flash = Flash::text(actor.l.t1("request-undone", "name", name));
            Ok(reply::see_other_with(&back, &flash, &actor.secret))
        }
        Err(error) => conflict(&actor, Tab::Settled, id, error).await,
    }
}

#[derive(Template)]
#[template(path = "request-decline.html")]
struct Decline {
    shell: Shell,
    row: Row,
    reason: String,
    cool_down_days: u32,
    back: String,
    errors: Errors,
}

/// `GET /requests/{id}/decline`: a reason may be given.
pub async fn ask_decline(Path(id): Path<RequestId>, actor: Actor) -> Result<Response, Failure> {
    let back = back(&actor, &Form::default(), Tab::Received);
    decline_page(
        &actor,
        id,
        StatusCode::OK,
        String::new(),
        back,
        Errors::default(),
    )
    .await
}

async fn decline_page(
    actor: &Actor,
    id: RequestId,
    status: StatusCode,
    reason: String,
    back: String,
    errors: Errors,
) -> Result<Response, Failure> {
    let (frame, row) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let request = request::find_received(tx, &frame.me, id)?;
            let row = rows::named(tx, cx, &frame.me, vec![request], Side::Received)?.pop();
            Ok((frame, row.ok_or(Error::not_found("request"))?))
        })
        .await?;
    if row.state != State::Pending {
        return Ok(reply::see_other(&back));
    }
    let cool_down_days = frame.me.corp.settings.cool_down_days;
    let page = Decline {
        shell: frame.shell(actor, Place::Requests),
        row,
        reason,
        cool_down_days,
        back,
        errors,
    };
    Ok(reply::page_with(status, &page.shell, &page))
}

/// `POST /requests/{id}/decline`
pub async fn decline(
    Path(id): Path<RequestId>,
    Posted { actor, form }: Posted,
) -> Result<Response, Failure> {
    let back = back(&actor, &form, Tab::Received);
    let reason = form.text("reason").to_owned();
    match done(&actor, move |tx, cx| request::decline(tx, cx, id, &reason)).await {
        Ok((_, name)) => Ok(undoable(&actor, id, "request-declined", name, &back)),
        Err(Error::Invalid(fields)) => {
            let mut errors = Errors::default();
            for field in &fields {
                errors.refuse("reason", actor.l, field);
            }
            let typed = form.text("reason").to_owned();
            decline_page(
                &actor,
                id,
                StatusCode::UNPROCESSABLE_ENTITY,
                typed,
                back,
                errors,
            )
            .await
        }
        Err(error) => conflict(&actor, Tab::Received, id, error).await,
    }
}

#[derive(Template)]
#[template(path = "requests-accept-all.html")]
struct AcceptAll {
    shell: Shell,
    rows: Vec<Row>,
}

/// `GET /requests/accept-all`: names those who would become contacts.
pub async fn ask_accept_all(actor: Actor) -> Result<Response, Failure> {
    let (frame, rows) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let waiting = request::list_received(
                tx,
                cx,
                &frame.me,
                Page {
                    before: None,
                    limit: MANY,
                },
            )?;
            let rows = rows::named(tx, cx, &frame.me, waiting, Side::Received)?;
            Ok((frame, rows))
        })
        .await?;
    if rows.is_empty() {
        return Ok(reply::see_other(Tab::Received.path()));
    }
    let page = AcceptAll {
        shell: frame.shell(&actor, Place::Requests),
        rows,
    };
    Ok(reply::page(&page.shell, &page))
}

/// `POST /requests/accept-all`: only those that the page has named.
pub async fn accept_all(Posted { actor, form }: Posted) -> Result<Response, Failure> {
    let mut ids: Vec<RequestId> = form.parse_all("id");
    ids.truncate(usize::try_from(MANY).unwrap_or_default());
    let (accepted, gone) = actor
        .write(move |tx, cx| request::accept_many(tx, cx, &ids))
        .await?;
    let mut text = actor.l.n("request-accepted-many", accepted).into_owned();
    if gone > 0 {
        text = format!("{text}{}", actor.l.n("request-accepted-gone", gone));
    }
    Ok(reply::see_other_with(
        Tab::Received.path(),
        &Flash::text(text),
        &actor.secret,
    ))
}
