//! The home page: what waits for the member, his day, and whom he has met of late.

use askama::Template;
use axum::response::Response;
use guanxi_app::{
    Result,
    contact::{
        Known,
        pipeline::{Budget, budget},
        recent,
    },
    request::{self, Page},
};

use super::request::{Row, Side, named, received};
use crate::{
    auth::{Actor, Form},
    console,
    error::Failure,
    page::{Place, Shell},
    reply,
};

/// Requests on the page; the rest are a page away.
const WAITING: usize = 5;
/// Contacts on the page.
const RECENT: usize = 5;

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    shell: Shell,
    rows: Vec<Row>,
    budget: Budget,
    recent: Vec<Known>,
    contacts: usize,
    /// Address that hides a settled row, but for its number.
    hide: String,
}

impl Home {
    /// Requests that wait but are not shown.
    fn more(&self) -> u64 {
        let shown = self.rows.iter().filter(|row| row.is_pending()).count();
        self.shell.counts.requests.saturating_sub(shown as u64)
    }
}

/// `GET /`
pub async fn page(actor: Actor) -> Result<Response, Failure> {
    let hidden = received::hidden(&Form::query(&actor.path));
    let hide = received::hide("/", &hidden);
    let (frame, rows, budget, (contacts, recent)) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let limit = i64::try_from(WAITING).unwrap_or_default();
            let mut waiting = request::list_received(
                tx,
                cx,
                &frame.me,
                Page {
                    before: None,
                    limit,
                },
            )?;
            received::add_gone(tx, cx, &frame.me, &mut waiting, None, &hidden, WAITING)?;
            let rows = named(tx, cx, &frame.me, waiting, Side::Received)?;
            let budget = budget(tx, cx, &frame.me)?;
            let recent = recent(tx, cx, &frame.me, RECENT)?;
            Ok((frame, rows, budget, recent))
        })
        .await?;
    let page = Home {
        shell: frame.shell(&actor, Place::Home),
        rows,
        budget,
        recent,
        contacts,
        hide,
    };
    Ok(reply::page(&page.shell, &page))
}
