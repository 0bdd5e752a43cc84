//! Requests as a file: what waits, what was sent, what is settled.

use std::sync::Arc;

use axum::response::Response;
use guanxi_app::{
    export,
    request::{self, Page},
};
use guanxi_model::id::RequestId;

use super::{Row, Side, Tab, rows};
use crate::{
    auth::{Actor, Form},
    csv::{self, Rows},
    error::Failure,
    locale::Locale,
};

/// Rows that are read at once.
const STEP: i64 = 500;
const COLUMNS: [&str; 9] = [
    "name",
    "department",
    "position",
    "message",
    "way",
    "state",
    "reason",
    "sent_at",
    "decided_at",
];

/// `GET /requests/export.csv?tab=`
pub async fn file(actor: Actor) -> Result<Response, Failure> {
    let tab = Tab::named(Form::query(&actor.path).text("tab"));
    let tz = actor
        .write(move |tx, cx| {
            let me = export::announce(tx, cx, export::List::Requests, tab.word())?;
            Ok(me.corp.settings.zone())
        })
        .await?;
    let l = actor.l;
    let mut head = Rows::default();
    head.push(COLUMNS.map(|name| l.t(&format!("list-column-{name}"))));
    let actor = Arc::new(actor);
    let step = move |before: Option<RequestId>| {
        let (actor, tz) = (Arc::clone(&actor), tz.clone());
        async move {
            let read = actor.read(move |tx, cx| {
                let me = cx.me(tx)?;
                let page = Page {
                    before,
                    limit: STEP,
                };
                let (found, side) = match tab {
                    Tab::Received => (request::list_received(tx, cx, &me, page)?, Side::Received),
                    Tab::Sent => (request::list_sent(tx, &me, page)?, Side::Sent),
                    Tab::Settled => (request::list_settled(tx, cx, &me, page)?, Side::Received),
                };
                rows::named(tx, cx, &me, found, side)
            });
            let found = read.await?;
            let mut written = Rows::default();
            for row in &found {
                written.push(cells(l, row, tab, &tz));
            }
            let is_last = (found.len() as i64) < STEP;
            let next = found.last().filter(|_| !is_last);
            Ok((written, next.map(|row| Some(row.request.id))))
        }
    };
    let name = l.t(&format!("list-file-{}", tab.word()));
    Ok(csv::download(&name, head, None, step))
}

fn cells(l: Locale, row: &Row, tab: Tab, tz: &jiff::tz::TimeZone) -> [String; 9] {
    let request = &row.request;
    let decided = if row.is_pending() {
        String::new()
    } else {
        l.date_time(row.at_ms(), tz)
    };
    [
        row.peer.name.clone(),
        row.peer.department.clone(),
        row.peer.position.clone(),
        request.message.clone(),
        l.t(&row.way_key()).into_owned(),
        l.t(&row.state_key(tab == Tab::Sent)).into_owned(),
        request.reason.clone(),
        l.date_time(request.created_at_ms, tz),
        decided,
    ]
}
