//! The home page: what waits for the member.

use askama::Template;
use axum::response::Response;
use guanxi_app::request;

use crate::{
    auth::Actor,
    console,
    error::Failure,
    page::{Place, Shell},
    reply,
};

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    shell: Shell,
    waiting: Vec<guanxi_model::request::Request>,
}

/// `GET /`
pub async fn page(actor: Actor) -> Result<Response, Failure> {
    let cx = actor.cx.clone();
    let (frame, waiting) = actor
        .app
        .env
        .store
        .read(move |tx| -> guanxi_app::Result<_> {
            let frame = console::frame(tx, &cx)?;
            let waiting = request::list_received(tx, &cx, request::Page { before: None, limit: 5 })?;
            Ok((frame, waiting))
        })
        .await?;
    let page = Home { shell: frame.shell(&actor, Place::Home), waiting };
    Ok(reply::page(&page.shell, &page))
}
