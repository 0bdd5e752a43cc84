//! Codes, and the scans of one, as files.

use std::sync::Arc;

use axum::{extract::Path, response::Response};
use guanxi_app::{export, qr_code};
use guanxi_model::id::{CodeId, ScanId};

use super::{Row, admin::wanted, named};
use crate::{
    auth::{Actor, Form},
    console,
    csv::{self, Rows},
    error::Failure,
};

/// Rows that are read at once.
const STEP: usize = 500;

/// `GET /codes/{id}/scans.csv`
pub async fn file(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let id = named(id)?;
    let l = actor.l;
    // The right is checked before the first byte is sent.
    let tz = actor
        .read(move |tx, cx| {
            let me = cx.me(tx)?;
            qr_code::find(tx, cx, &me, id)?;
            Ok(me.corp.settings.zone())
        })
        .await?;
    let mut head = Rows::default();
    head.push(
        ["at", "outcome", "visitor", "address", "times"]
            .map(|name| l.t(&format!("code-column-{name}"))),
    );
    let actor = Arc::new(actor);
    let step = move |before: Option<ScanId>| {
        let (actor, tz) = (Arc::clone(&actor), tz.clone());
        async move {
            let scans = actor
                .read(move |tx, cx| {
                    let frame = console::frame(tx, cx)?;
                    qr_code::list_scans(tx, &frame.me, id, before, STEP as i64)
                })
                .await?;
            let mut rows = Rows::default();
            for scan in &scans {
                let visitor = if scan.person.is_some() {
                    "code-visitor-known"
                } else {
                    "code-visitor-stranger"
                };
                rows.push([
                    l.date_time(scan.at_ms, &tz),
                    l.t(&format!("code-outcome-{}", scan.outcome.name()))
                        .into_owned(),
                    l.t(visitor).into_owned(),
                    scan.address.clone(),
                    scan.times.to_string(),
                ]);
            }
            let next = scans.last().filter(|_| scans.len() == STEP);
            Ok((rows, next.map(|scan| Some(scan.id))))
        }
    };
    Ok(csv::download(&l.t("code-file"), head, None, step))
}

const COLUMNS: [&str; 7] = [
    "code",
    "owner",
    "state",
    "until",
    "created_at",
    "scans",
    "adds",
];

/// `GET /codes/export.csv`
pub async fn own_file(actor: Actor) -> Result<Response, Failure> {
    codes(actor, None, "list-file-codes").await
}

/// `GET /admin/codes/export.csv?state=&owner=`
pub async fn all_file(actor: Actor) -> Result<Response, Failure> {
    let filter = wanted(&Form::query(&actor.path));
    codes(actor, Some(filter), "list-file-all-codes").await
}

/// Codes of the actor's, or with a filter those of all.
async fn codes(
    actor: Actor,
    filter: Option<qr_code::Filter>,
    name: &'static str,
) -> Result<Response, Failure> {
    let asked = actor.path.split_once('?');
    let asked = asked.map_or_else(String::new, |(_, query)| query.to_owned());
    let list = match filter {
        None => export::List::Codes,
        Some(_) => export::List::AllCodes,
    };
    let corp = actor
        .write(move |tx, cx| Ok(export::announce(tx, cx, list, &asked)?.corp))
        .await?;
    let l = actor.l;
    let mut head = Rows::default();
    head.push(COLUMNS.map(|name| l.t(&format!("list-column-{name}"))));
    let (actor, tz) = (Arc::new(actor), corp.settings.zone());
    let step = move |before: Option<CodeId>| {
        let (actor, corp, tz) = (Arc::clone(&actor), Arc::clone(&corp), tz.clone());
        async move {
            let read = actor.read(move |tx, cx| {
                let me = cx.me(tx)?;
                match &filter {
                    None => qr_code::list_own(tx, cx, &me, before, STEP as i64),
                    Some(filter) => qr_code::list_all(tx, cx, &me, filter, before, STEP as i64),
                }
            });
            let found = read.await?;
            let next = found.last().filter(|_| found.len() == STEP);
            let next = next.map(|listed| Some(listed.code.id));
            let mut rows = Rows::default();
            for listed in found {
                let row = Row::new(listed, &corp.settings);
                rows.push([
                    row.name(&l),
                    row.owner(),
                    row.state(&l),
                    row.expires_at_ms
                        .map_or_else(String::new, |at_ms| l.date_time(at_ms, &tz)),
                    l.date_time(row.listed.code.created_at_ms, &tz),
                    row.listed.counted.scans.to_string(),
                    row.listed.counted.adds.to_string(),
                ]);
            }
            Ok((rows, next))
        }
    };
    Ok(csv::download(&l.t(name), head, None, step))
}
