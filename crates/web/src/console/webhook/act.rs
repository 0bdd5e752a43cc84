//! Acts on an endpoint: a new secret, a pause, an example, sending again, deleting and taking that back.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use guanxi_app::webhook::{self, sign};
use guanxi_model::{id::HookId, webhook::Webhook};

use super::{Row, named};
use crate::{
    auth::{Actor, Posted},
    console,
    error::Failure,
    page::{Flash, Place, Shell},
    reply,
};

fn path(id: HookId) -> String {
    format!("/admin/webhooks/{id}")
}

/// Back to the endpoint, with a sentence.
fn back(actor: &Actor, id: HookId, key: &str) -> Response {
    let flash = Flash::text(actor.l.t(key));
    reply::see_other_with(&path(id), &flash, &actor.secret)
}

#[derive(Template)]
#[template(path = "webhook-secret.html")]
struct Secret {
    shell: Shell,
    hook: Webhook,
    text: String,
    is_new: bool,
}

/// The one page that shows a secret: the answer to the form that made it.
pub(super) async fn show_secret(
    actor: &Actor,
    hook: Webhook,
    is_new: bool,
) -> Result<Response, Failure> {
    let frame = actor.read(console::frame).await?;
    let page = Secret {
        shell: frame.shell(actor, Place::Webhooks),
        text: sign::secret_text(&hook.secret),
        hook,
        is_new,
    };
    Ok(reply::page_with(StatusCode::OK, &page.shell, &page))
}

#[derive(Template)]
#[template(path = "webhook-ask.html")]
struct Ask {
    shell: Shell,
    row: Row,
    /// `delete` or `rotate`.
    act: &'static str,
}

impl Ask {
    fn is_delete(&self) -> bool {
        self.act == "delete"
    }
}

async fn ask(actor: Actor, id: Path<String>, act: &'static str) -> Result<Response, Failure> {
    let id = named(id)?;
    let (frame, listed) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let listed = webhook::find(tx, &frame.me, id)?;
            Ok((frame, listed))
        })
        .await?;
    let page = Ask {
        shell: frame.shell(&actor, Place::Webhooks),
        row: Row { listed },
        act,
    };
    Ok(reply::page(&page.shell, &page))
}

/// `GET /admin/webhooks/{id}/rotate`
pub async fn ask_rotate(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    ask(actor, id, "rotate").await
}

/// `POST /admin/webhooks/{id}/rotate`
pub async fn rotate(id: Path<String>, Posted { actor, .. }: Posted) -> Result<Response, Failure> {
    let id = named(id)?;
    let hook = actor
        .write(move |tx, cx| webhook::rotate(tx, cx, id))
        .await?;
    show_secret(&actor, hook, false).await
}

/// `POST /admin/webhooks/{id}/pause`
pub async fn pause(id: Path<String>, Posted { actor, .. }: Posted) -> Result<Response, Failure> {
    let id = named(id)?;
    actor
        .write(move |tx, cx| webhook::pause(tx, cx, id))
        .await?;
    let flash = Flash::undo(actor.l.t("webhook-paused"), format!("{}/resume", path(id)));
    Ok(reply::see_other_with(&path(id), &flash, &actor.secret))
}

/// `POST /admin/webhooks/{id}/resume`
pub async fn resume(id: Path<String>, Posted { actor, .. }: Posted) -> Result<Response, Failure> {
    let id = named(id)?;
    actor
        .write(move |tx, cx| webhook::resume(tx, cx, id))
        .await?;
    Ok(back(&actor, id, "webhook-resumed"))
}

/// `POST /admin/webhooks/{id}/example`
pub async fn example(id: Path<String>, Posted { actor, .. }: Posted) -> Result<Response, Failure> {
    let id = named(id)?;
    let delivery = actor
        .write(move |tx, cx| webhook::send_example(tx, cx, id))
        .await?;
    let flash = Flash::text(actor.l.t("webhook-example-sent"));
    let path = format!("{}/message?id={delivery}", path(id));
    Ok(reply::see_other_with(&path, &flash, &actor.secret))
}

/// `POST /admin/webhooks/{id}/resend`
pub async fn resend_all(
    id: Path<String>,
    Posted { actor, .. }: Posted,
) -> Result<Response, Failure> {
    let id = named(id)?;
    let count = actor
        .write(move |tx, cx| webhook::send_all_again(tx, cx, id))
        .await?;
    let flash = Flash::text(actor.l.n("webhook-resent-all", count));
    Ok(reply::see_other_with(&path(id), &flash, &actor.secret))
}

/// `GET /admin/webhooks/{id}/delete`
pub async fn ask_delete(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    ask(actor, id, "delete").await
}

/// `POST /admin/webhooks/{id}/delete`
pub async fn delete(id: Path<String>, Posted { actor, .. }: Posted) -> Result<Response, Failure> {
    let id = named(id)?;
    actor
        .write(move |tx, cx| webhook::delete(tx, cx, id))
        .await?;
    let flash = Flash::undo(
        actor.l.t("webhook-deleted"),
        format!("{}/restore", path(id)),
    );
    Ok(reply::see_other_with(
        "/admin/webhooks",
        &flash,
        &actor.secret,
    ))
}

/// `POST /admin/webhooks/{id}/restore`
pub async fn restore(id: Path<String>, Posted { actor, .. }: Posted) -> Result<Response, Failure> {
    let id = named(id)?;
    actor
        .write(move |tx, cx| webhook::restore(tx, cx, id))
        .await?;
    Ok(back(&actor, id, "webhook-restored"))
}
