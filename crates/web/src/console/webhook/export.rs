//! The messages of an endpoint as a file, narrowed as the page is.

use std::sync::Arc;

use axum::{extract::Path, response::Response};
use guanxi_app::webhook;
use guanxi_model::id::DeliveryId;

use super::{filter, named, outcome};
use crate::{
    auth::{Actor, Form},
    csv::{self, Rows},
    error::Failure,
};

/// Rows that are read at once.
const STEP: usize = 500;

/// `GET /admin/webhooks/{id}/messages.csv`
pub async fn file(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let id = named(id)?;
    let l = actor.l;
    let filter = filter(&Form::query(&actor.path));
    // The right is checked before the first byte is sent.
    let tz = actor
        .read(move |tx, cx| {
            let me = cx.me(tx)?;
            webhook::find(tx, &me, id)?;
            Ok(me.corp.settings.zone())
        })
        .await?;
    let mut head = Rows::default();
    let names = [
        "id", "event", "at", "standing", "outcome", "latency", "failures",
    ];
    head.push(names.map(|name| l.t(&format!("webhook-column-{name}"))));
    let actor = Arc::new(actor);
    let step = move |before: Option<DeliveryId>| {
        let (actor, tz) = (Arc::clone(&actor), tz.clone());
        async move {
            let all = actor
                .read(move |tx, cx| {
                    let me = cx.me(tx)?;
                    webhook::list_deliveries(tx, &me, id, filter, before, STEP as i64)
                })
                .await?;
            let mut rows = Rows::default();
            for one in &all {
                let standing = format!("webhook-standing-{}", one.standing.name());
                rows.push([
                    webhook::deliver::message_id(one),
                    one.name.clone(),
                    l.date_time(one.since_ms, &tz),
                    l.t(&standing).into_owned(),
                    outcome(l, one.status, one.fault.as_ref()),
                    one.latency_ms.map(|ms| ms.to_string()).unwrap_or_default(),
                    one.failures.to_string(),
                ]);
            }
            let next = all.last().filter(|_| all.len() == STEP);
            Ok((rows, next.map(|one| Some(one.id))))
        }
    };
    Ok(csv::download(&l.t("webhook-file"), head, None, step))
}
