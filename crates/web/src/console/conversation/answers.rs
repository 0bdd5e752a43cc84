//! Answers ready to be sent: listed, kept, changed and deleted; the company's by those who look after channels.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use guanxi_app::{Error, conversation};
use guanxi_model::{conversation::Answer, id::AnswerId, role::Right};

use crate::{
    auth::{Actor, Form, Posted},
    console,
    error::Failure,
    page::{Errors, Flash, Place, Shell},
    reply,
};

/// Address of the list.
const ANSWERS: &str = "/conversations/answers";

#[derive(Template)]
#[template(path = "canned-answers.html")]
struct Answers {
    shell: Shell,
    rows: Vec<Answer>,
    /// The one that is changed.
    edited: Option<AnswerId>,
    /// Whether the actor keeps those of the company too.
    is_keeper: bool,
    title: String,
    body: String,
    is_shared: bool,
    errors: Errors,
}

impl Answers {
    /// Whether the actor may change it.
    fn is_mine(&self, answer: &Answer) -> bool {
        answer.member.is_some() || self.is_keeper
    }

    fn action(&self) -> String {
        self.edited
            .map_or_else(|| ANSWERS.to_owned(), |id| format!("{ANSWERS}/{id}"))
    }
}

/// `GET /conversations/answers`
pub async fn answers(actor: Actor) -> Result<Response, Failure> {
    show(&actor, None, None, Errors::default()).await
}

/// `GET /conversations/answers/{id}`
pub async fn answer(Path(id): Path<String>, actor: Actor) -> Result<Response, Failure> {
    show(&actor, Some(number(&id)?), None, Errors::default()).await
}

fn number(text: &str) -> Result<AnswerId, Error> {
    text.parse().map_err(|_| Error::not_found("answer"))
}

async fn show(
    actor: &Actor,
    edited: Option<AnswerId>,
    typed: Option<&Form>,
    errors: Errors,
) -> Result<Response, Failure> {
    let (frame, rows) = actor
        .read(|tx, cx| {
            let frame = console::frame(tx, cx)?;
            let rows = conversation::answers(tx, &frame.me)?;
            Ok((frame, rows))
        })
        .await?;
    let is_keeper = frame.me.roles().allow(Right::EditCodes);
    let known = match edited {
        Some(id) => Some(
            rows.iter()
                .find(|row| row.id == id && (row.member.is_some() || is_keeper))
                .ok_or(Error::not_found("answer"))?,
        ),
        None => None,
    };
    let text = |field: &str, known: Option<&String>| {
        typed.map_or_else(
            || known.cloned().unwrap_or_default(),
            |form| form.text(field).to_owned(),
        )
    };
    let page = Answers {
        title: text("title", known.map(|known| &known.title)),
        body: text("body", known.map(|known| &known.body)),
        is_shared: typed.is_some_and(|form| form.is_on("shared")),
        shell: frame.shell(actor, Place::Conversations),
        rows,
        edited,
        is_keeper,
        errors,
    };
    let status = if page.errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    Ok(reply::page_with(status, &page.shell, &page))
}

/// `POST /conversations/answers`
pub async fn keep_answer(Posted { actor, form }: Posted) -> Result<Response, Failure> {
    let (title, body) = (form.text("title").to_owned(), form.text("body").to_owned());
    let is_shared = form.is_on("shared");
    let kept = actor
        .write_once(move |tx, cx| conversation::put_answer(tx, cx, &title, &body, is_shared))
        .await;
    done(&actor, None, &form, kept.map(drop)).await
}

/// `POST /conversations/answers/{id}`
pub async fn change_answer(
    Path(id): Path<String>,
    Posted { actor, form }: Posted,
) -> Result<Response, Failure> {
    let id = number(&id)?;
    let (title, body) = (form.text("title").to_owned(), form.text("body").to_owned());
    let kept = actor
        .write(move |tx, cx| conversation::edit_answer(tx, cx, id, &title, &body))
        .await;
    done(&actor, Some(id), &form, kept).await
}

async fn done(
    actor: &Actor,
    edited: Option<AnswerId>,
    form: &Form,
    kept: guanxi_app::Result<()>,
) -> Result<Response, Failure> {
    match kept {
        Ok(()) => {
            let flash = Flash::text(actor.l.t("answer-kept"));
            Ok(reply::see_other_with(ANSWERS, &flash, &actor.secret))
        }
        Err(Error::Invalid(fields)) => {
            let mut errors = Errors::default();
            for field in &fields {
                errors.refuse(field.field, actor.l, field);
            }
            show(actor, edited, Some(form), errors).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /conversations/answers/{id}/delete`
pub async fn delete_answer(
    Path(id): Path<String>,
    Posted { actor, .. }: Posted,
) -> Result<Response, Failure> {
    let id = number(&id)?;
    actor
        .write(move |tx, cx| conversation::delete_answer(tx, cx, id))
        .await?;
    let flash = Flash::text(actor.l.t("answer-deleted"));
    Ok(reply::see_other_with(ANSWERS, &flash, &actor.secret))
}
