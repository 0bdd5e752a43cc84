//! The scans of a code as a file.

use std::sync::Arc;

use axum::{extract::Path, response::Response};
use guanxi_app::qr_code;
use guanxi_model::id::ScanId;

use super::named;
use crate::{
    auth::Actor,
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
        ["at", "outcome", "visitor", "address"].map(|name| l.t(&format!("code-column-{name}"))),
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
                ]);
            }
            let next = scans.last().filter(|_| scans.len() == STEP);
            Ok((rows, next.map(|scan| Some(scan.id))))
        }
    };
    Ok(csv::download(&l.t("code-file"), head, None, step))
}
