//! Questions of members as a file: those that wait, or those that were answered.

use std::sync::Arc;

use axum::response::Response;
use guanxi_app::{export, find_ask};
use guanxi_model::id::AskId;

use super::query;
use crate::{
    auth::Actor,
    csv::{self, Rows},
    error::Failure,
};

/// Rows that are read at once.
const STEP: i64 = 500;
const COLUMNS: [&str; 6] = [
    "asker",
    "query",
    "message",
    "asked_at",
    "answer",
    "answered_at",
];

/// `GET /admin/find-asks/export.csv?state=answered`
pub async fn file(actor: Actor) -> Result<Response, Failure> {
    let is_open = query(&actor).text("state") != "answered";
    let tz = actor
        .write(move |tx, cx| {
            let filter = if is_open { "open" } else { "answered" };
            let me = export::announce(tx, cx, export::List::Asks, filter)?;
            Ok(me.corp.settings.zone())
        })
        .await?;
    let l = actor.l;
    let mut head = Rows::default();
    head.push(COLUMNS.map(|name| l.t(&format!("list-column-{name}"))));
    let actor = Arc::new(actor);
    let step = move |before: Option<AskId>| {
        let (actor, tz) = (Arc::clone(&actor), tz.clone());
        async move {
            let read = actor.read(move |tx, cx| {
                let me = cx.me(tx)?;
                find_ask::list(tx, &me, is_open, before, STEP)
            });
            let found = read.await?;
            let mut rows = Rows::default();
            for find_ask::Asked { ask, asker } in &found {
                let answered_at = ask.answered_at_ms;
                rows.push([
                    asker.profile.name.clone(),
                    ask.query.clone(),
                    ask.message.clone(),
                    l.date_time(ask.created_at_ms, &tz),
                    ask.answer.clone(),
                    answered_at.map_or_else(String::new, |at_ms| l.date_time(at_ms, &tz)),
                ]);
            }
            let is_last = (found.len() as i64) < STEP;
            let next = found.last().filter(|_| !is_last);
            Ok((rows, next.map(|asked| Some(asked.ask.id))))
        }
    };
    Ok(csv::download(&l.t("list-file-asks"), head, None, step))
}
