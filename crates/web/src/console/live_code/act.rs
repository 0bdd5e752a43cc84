//! Acts on a live code: making one, a pause, a copy, deleting and taking that back.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use guanxi_app::{Error, live_code};
use guanxi_model::id::LiveCodeId;

use super::named;
use crate::{
    auth::{Actor, Posted},
    console,
    error::Failure,
    page::{Errors, Flash, Place, Shell},
    reply,
};

fn path(id: LiveCodeId) -> String {
    format!("/admin/live-codes/{id}")
}

#[derive(Template)]
#[template(path = "live-code-new.html")]
struct New {
    shell: Shell,
    /// The code that is copied, with its name.
    of: Option<(LiveCodeId, String)>,
    name: String,
    errors: Errors,
}

impl New {
    fn action(&self) -> String {
        match &self.of {
            Some((id, _)) => format!("{}/duplicate", path(*id)),
            None => "/admin/live-codes/new".to_owned(),
        }
    }
}

async fn form(
    actor: &Actor,
    of: Option<(LiveCodeId, String)>,
    name: String,
    errors: Errors,
) -> Result<Response, Failure> {
    let frame = actor.read(console::frame).await?;
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let page = New {
        shell: frame.shell(actor, Place::LiveCodes),
        of,
        name,
        errors,
    };
    Ok(reply::page_with(status, &page.shell, &page))
}

/// `GET /admin/live-codes/new`
pub async fn new(actor: Actor) -> Result<Response, Failure> {
    form(&actor, None, String::new(), Errors::default()).await
}

/// `POST /admin/live-codes/new`
pub async fn create(Posted { actor, form: typed }: Posted) -> Result<Response, Failure> {
    make(actor, None, typed.text("name").to_owned()).await
}

/// `POST /admin/live-codes/{id}/duplicate`
pub async fn duplicate(
    id: Path<String>,
    Posted { actor, form: typed }: Posted,
) -> Result<Response, Failure> {
    let id = named(id)?;
    let row = actor
        .read(move |tx, cx| {
            let me = cx.me(tx)?;
            Ok(live_code::get(tx, cx, &me, id)?.code.row)
        })
        .await?;
    let name = match typed.text("name") {
        "" => actor
            .l
            .t1("live-copy-of", "name", row.name.as_str())
            .into_owned(),
        name => name.to_owned(),
    };
    let name = name.chars().take(32).collect();
    make(actor, Some((id, row.name)), name).await
}

async fn make(
    actor: Actor,
    of: Option<(LiveCodeId, String)>,
    name: String,
) -> Result<Response, Failure> {
    let (source, typed) = (of.as_ref().map(|(id, _)| *id), name.clone());
    let made = actor.write_once(move |tx, cx| {
        let made = match source {
            Some(id) => live_code::duplicate(tx, cx, id, &typed)?,
            None => live_code::create(tx, cx, &typed, None)?,
        };
        Ok(made.id)
    });
    match made.await {
        Ok(id) => Ok(reply::see_other_with(
            &format!("{}/draft", path(id)),
            &Flash::text(actor.l.t("live-made")),
            &actor.secret,
        )),
        Err(Error::Invalid(fields)) => {
            let mut errors = Errors::default();
            for field in &fields {
                errors.refuse(field.field, actor.l, field);
            }
            form(&actor, of, name, errors).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /admin/live-codes/{id}/pause`
pub async fn pause(id: Path<String>, Posted { actor, .. }: Posted) -> Result<Response, Failure> {
    let id = named(id)?;
    actor
        .write(move |tx, cx| live_code::pause(tx, cx, id))
        .await?;
    let flash = Flash::undo(actor.l.t("live-paused"), format!("{}/resume", path(id)));
    Ok(reply::see_other_with(&path(id), &flash, &actor.secret))
}

/// `POST /admin/live-codes/{id}/resume`
pub async fn resume(id: Path<String>, Posted { actor, .. }: Posted) -> Result<Response, Failure> {
    let id = named(id)?;
    actor
        .write(move |tx, cx| live_code::resume(tx, cx, id))
        .await?;
    let flash = Flash::text(actor.l.t("live-resumed"));
    Ok(reply::see_other_with(&path(id), &flash, &actor.secret))
}

#[derive(Template)]
#[template(path = "live-code-ask.html")]
struct Ask {
    shell: Shell,
    id: LiveCodeId,
    name: String,
}

impl Ask {
    fn path(&self, act: &str) -> String {
        format!("{}{act}", path(self.id))
    }
}

/// `GET /admin/live-codes/{id}/delete`
pub async fn ask_delete(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let id = named(id)?;
    let (frame, name) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let name = live_code::get(tx, cx, &frame.me, id)?.code.row.name;
            Ok((frame, name))
        })
        .await?;
    let page = Ask {
        shell: frame.shell(&actor, Place::LiveCodes),
        id,
        name,
    };
    Ok(reply::page(&page.shell, &page))
}

/// `POST /admin/live-codes/{id}/delete`
pub async fn delete(id: Path<String>, Posted { actor, .. }: Posted) -> Result<Response, Failure> {
    let id = named(id)?;
    actor
        .write(move |tx, cx| live_code::delete(tx, cx, id))
        .await?;
    let flash = Flash::undo(actor.l.t("live-deleted"), format!("{}/restore", path(id)));
    Ok(reply::see_other_with(
        "/admin/live-codes",
        &flash,
        &actor.secret,
    ))
}

/// `POST /admin/live-codes/{id}/restore`
pub async fn restore(id: Path<String>, Posted { actor, .. }: Posted) -> Result<Response, Failure> {
    let id = named(id)?;
    actor
        .write(move |tx, cx| live_code::restore(tx, cx, id))
        .await?;
    let flash = Flash::text(actor.l.t("live-restored"));
    Ok(reply::see_other_with(&path(id), &flash, &actor.secret))
}
