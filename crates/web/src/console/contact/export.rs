//! The list of contacts as a file.

use std::sync::Arc;

use axum::response::Response;
use guanxi_app::{
    Result,
    contact::{self, known},
};

use super::list::{Filter, Row, sorted};
use crate::{
    auth::{Actor, Form},
    csv::{self, Rows},
    error::Failure,
    locale::Locale,
};

/// Rows that are written at once.
const STEP: usize = 500;

/// `GET /contacts/export.csv`
pub async fn file(actor: Actor) -> Result<Response, Failure> {
    let filter = actor.path.split_once('?');
    let filter = filter.map_or_else(String::new, |(_, query)| query.to_owned());
    actor
        .write(move |tx, cx| contact::announce_export(tx, cx, &filter))
        .await?;
    let (all, tz) = actor
        .read(move |tx, cx| {
            let me = cx.me(tx)?;
            let all = known(tx, cx, &me)?;
            Ok((all, me.corp.settings.zone()))
        })
        .await?;
    let l = actor.l;
    let rows = Arc::new(sorted(all, &Filter::of(&Form::query(&actor.path))));
    let mut head = Rows::default();
    head.push(
        [
            "name",
            "remark",
            "tags",
            "starred",
            "department",
            "position",
            "extension",
            "email",
            "mobile",
            "since",
            "state",
        ]
        .map(|column| l.t(&format!("contact-column-{column}"))),
    );
    let step = move |from: usize| {
        let (rows, tz) = (Arc::clone(&rows), tz.clone());
        async move {
            let mut written = Rows::default();
            for row in rows.iter().skip(from).take(STEP) {
                written.push(cells(row, l, &tz));
            }
            Ok((written, (from + STEP < rows.len()).then_some(from + STEP)))
        }
    };
    Ok(csv::download(&l.t("contact-file"), head, 0, step))
}

fn cells(row: &Row, l: Locale, tz: &jiff::tz::TimeZone) -> [String; 11] {
    let (contact, peer) = (&row.known.contact, &row.known.peer);
    [
        peer.name.clone(),
        contact.remark.clone(),
        contact.tags.join(", "),
        if contact.starred {
            "★".to_owned()
        } else {
            String::new()
        },
        peer.department.clone(),
        peer.position.clone(),
        row.known.extension.clone(),
        row.known.email.clone().unwrap_or_default(),
        row.known
            .mobile
            .map(|mobile| mobile.to_string())
            .unwrap_or_default(),
        l.date_time(contact.since_ms, tz),
        l.t(&peer.status_key()).into_owned(),
    ]
}
