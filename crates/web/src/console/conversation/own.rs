//! The same conversation as the customer sees it, on a page of his own.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use guanxi_app::{Error, conversation};
use guanxi_model::{
    conversation::Side,
    id::{ConversationId, MessageId},
};
use jiff::tz::TimeZone;

use super::{Line, lines, number};
use crate::{
    auth::{Actor, Form, Posted},
    error::{Failure, sentence},
    page::{Errors, Face, Gate},
    reply,
};

#[derive(Template)]
#[template(path = "talk.html")]
struct Own {
    gate: Gate,
    csrf: String,
    id: ConversationId,
    name: String,
    position: String,
    face: Face,
    corp: String,
    tz: TimeZone,
    now_ms: i64,
    is_over: bool,
    /// The member is there to answer.
    is_served: bool,
    is_waiting: bool,
    promised_at_ms: Option<i64>,
    /// When the member is on duty again, while he is not.
    back_at_ms: Option<i64>,
    lines: Vec<Line>,
    earlier: Option<String>,
    text: String,
    errors: Errors,
}

/// `GET /person/talks/{id}?before=`
pub async fn own(Path(id): Path<String>, actor: Actor) -> Result<Response, Failure> {
    let id = number(&id)?;
    let before = Form::query(&actor.path).parse("before");
    show(
        &actor,
        id,
        before,
        String::new(),
        Errors::default(),
        StatusCode::OK,
    )
    .await
}

async fn show(
    actor: &Actor,
    id: ConversationId,
    before: Option<MessageId>,
    text: String,
    errors: Errors,
    status: StatusCode,
) -> Result<Response, Failure> {
    let (thread, duty) = actor
        .read(move |tx, cx| {
            let thread = conversation::own_thread(tx, cx, id, before)?;
            let duty = conversation::duty(tx, cx, &thread)?;
            Ok((thread, duty))
        })
        .await?;
    let one = &thread.conversation;
    if one.person_read_at_ms < one.last_at_ms && before.is_none() {
        actor
            .write(move |tx, cx| conversation::read_own(tx, cx, id))
            .await?;
    }
    let first = thread.messages.first().filter(|_| thread.has_more);
    let page = Own {
        gate: Gate {
            l: actor.l,
            theme: actor.theme,
            corp: thread.corp.name.clone(),
            path: format!("/person/talks/{id}"),
        },
        csrf: actor.csrf(),
        id,
        name: thread.member.profile.name.clone(),
        position: thread.member.profile.position.clone(),
        face: Face::of(&thread.member),
        corp: thread.corp.name.clone(),
        tz: thread.corp.settings.zone(),
        now_ms: actor.cx.now(),
        is_over: thread.is_over,
        is_served: thread.is_served(),
        is_waiting: one.waits_since_ms.is_some() && one.answered_at_ms.is_none(),
        promised_at_ms: one.promised_at_ms.filter(|at| *at > actor.cx.now()),
        back_at_ms: duty.back_at_ms,
        lines: lines(actor.l, &thread, Side::Customer),
        earlier: first.map(|said| format!("/person/talks/{id}?before={}", said.id)),
        text,
        errors,
    };
    Ok(reply::html(status, &page))
}

/// `POST /person/talks/{id}/say`
pub async fn say_own(
    Path(id): Path<String>,
    Posted { actor, form }: Posted,
) -> Result<Response, Failure> {
    let id = number(&id)?;
    let text = form.text("text").to_owned();
    let typed = text.clone();
    let said = actor
        .write_once(move |tx, cx| conversation::ask(tx, cx, id, &typed))
        .await;
    let Err(error) = said else {
        return Ok(reply::see_other(&format!("/person/talks/{id}#end")));
    };
    let mut errors = Errors::default();
    match &error {
        Error::Invalid(fields) => {
            for field in fields {
                errors.refuse("text", actor.l, field);
            }
        }
        Error::Conflict { .. } | Error::OverLimit { .. } => {
            errors.add("text", sentence(actor.l, &error, &actor.zone()));
        }
        _ => return Err(error.into()),
    }
    let status = Failure::App(error).status();
    show(&actor, id, None, text, errors, status).await
}
