//! What a member does in a conversation: says something, takes a ready answer, settles it, takes it up again.

use axum::{extract::Path, http::StatusCode, response::Response};
use guanxi_app::{Error, conversation};
use guanxi_model::id::AnswerId;

use super::{number, show};
use crate::{
    auth::Posted,
    error::{Failure, sentence},
    page::{Errors, Flash},
    reply,
};

/// `POST /conversations/{id}/say`; with `use` a ready answer is put into the text instead.
pub async fn say(
    Path(id): Path<String>,
    Posted { actor, form }: Posted,
) -> Result<Response, Failure> {
    let id = number(&id)?;
    let text = form.text("text").to_owned();
    if let Some(chosen) = form.parse::<AnswerId>("use") {
        let answers = actor
            .read(|tx, cx| {
                let me = cx.me(tx)?;
                conversation::answers(tx, &me)
            })
            .await?;
        let chosen = answers.into_iter().find(|answer| answer.id == chosen);
        let chosen = chosen.map_or_else(String::new, |answer| answer.body);
        let text = [text.trim(), chosen.as_str()];
        let text: Vec<&str> = text.into_iter().filter(|text| !text.is_empty()).collect();
        let text = text.join("\n");
        return show(&actor, id, None, text, Errors::default(), StatusCode::OK).await;
    }
    let typed = text.clone();
    let said = actor
        .write_once(move |tx, cx| conversation::say(tx, cx, id, &typed))
        .await;
    let Err(error) = said else {
        return Ok(reply::see_other(&format!("/conversations/{id}")));
    };
    let mut errors = Errors::default();
    match &error {
        Error::Invalid(fields) => {
            for field in fields {
                errors.refuse("text", actor.l, field);
            }
        }
        Error::Conflict { .. } => errors.add("text", sentence(actor.l, &error, &actor.zone())),
        _ => return Err(error.into()),
    }
    let status = Failure::App(error).status();
    show(&actor, id, None, text, errors, status).await
}

/// `POST /conversations/{id}/resolve`
pub async fn resolve(
    Path(id): Path<String>,
    Posted { actor, .. }: Posted,
) -> Result<Response, Failure> {
    let id = number(&id)?;
    actor
        .write(move |tx, cx| conversation::resolve(tx, cx, id))
        .await?;
    let text = actor.l.t("talk-resolved");
    let flash = Flash::undo(text, format!("/conversations/{id}/reopen"));
    Ok(reply::see_other_with(
        "/conversations",
        &flash,
        &actor.secret,
    ))
}

/// `POST /conversations/{id}/reopen`
pub async fn reopen(
    Path(id): Path<String>,
    Posted { actor, .. }: Posted,
) -> Result<Response, Failure> {
    let id = number(&id)?;
    actor
        .write(move |tx, cx| conversation::reopen(tx, cx, id))
        .await?;
    Ok(reply::see_other(&format!("/conversations/{id}")))
}
