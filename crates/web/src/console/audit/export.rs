//! The audit log as a file, for a spreadsheet or for another system; written page by page while it is sent.

use std::sync::Arc;

use axum::response::Response;
use guanxi_app::{Result, audit};
use guanxi_model::{audit::Sealed, role::Right};
use guanxi_store::{Tx, audit::Stored};
use serde_json::json;

use super::{Asked, words};
use crate::{auth::Actor, csv, error::Failure, locale::machine_time};

/// Rows read at a time.
const ROWS: i64 = 1000;
const COLUMNS: [&str; 9] = [
    "seq", "at", "actor", "actor_id", "what", "action", "object", "from", "detail",
];

/// `GET /admin/audit/export.csv`
pub async fn csv_file(actor: Actor) -> Result<Response, Failure> {
    let mut head = csv::Rows::default();
    head.push(COLUMNS.map(|name| actor.l.t(&format!("audit-column-{name}"))));
    let (l, asked) = begin(&actor).await?;
    let name = file_name(&actor, "csv");
    let (app, cx) = (Arc::clone(&actor.app), actor.cx.clone());
    Ok(csv::download(&name, head, asked, move |asked| {
        let (app, cx) = (Arc::clone(&app), cx.clone());
        async move {
            let wanted = asked.clone();
            let read = move |tx: &mut Tx<'_>| -> Result<_> {
                let me = cx.me(tx)?;
                let tz = me.corp.settings.zone();
                let filter = wanted.resolve(tx, &cx, &me, ROWS)?.filter;
                let me = cx.me(tx)?;
                let entries = audit::page(tx, &me, &filter)?;
                let names = words::names(tx, &cx, &me, &entries)?;
                let mut rows = csv::Rows::default();
                for stored in &entries {
                    let entry = &stored.entry;
                    let object = entry.object.as_ref().map(guanxi_store::audit::text);
                    rows.push([
                        stored.seq.map(|seq| seq.to_string()).unwrap_or_default(),
                        machine_time(entry.at_ms, &tz),
                        names.actor(l, &entry.actor),
                        guanxi_store::audit::text(&entry.actor),
                        words::sentence(l, entry, &names),
                        entry.action.to_string(),
                        object.unwrap_or_default(),
                        entry.from.clone().unwrap_or_default(),
                        entry.detail.clone(),
                    ]);
                }
                Ok((rows, next(&entries, &wanted)))
            };
            app.env.store.read(read).await
        }
    }))
}

/// `GET /admin/audit/export.jsonl`: entries with number and hash, so that another system can check the chain.
pub async fn json_file(actor: Actor) -> Result<Response, Failure> {
    let (_, asked) = begin(&actor).await?;
    let name = file_name(&actor, "jsonl");
    let (app, cx) = (Arc::clone(&actor.app), actor.cx.clone());
    Ok(csv::lines(&name, asked, move |asked| {
        let (app, cx) = (Arc::clone(&app), cx.clone());
        async move {
            let wanted = asked.clone();
            let read = move |tx: &mut Tx<'_>| -> Result<_> {
                let me = cx.me(tx)?;
                let filter = wanted.resolve(tx, &cx, &me, ROWS)?.filter;
                let me = cx.me(tx)?;
                let entries = audit::page(tx, &me, &filter)?;
                let mut text = Vec::new();
                for Stored { entry, seq, hash } in &entries {
                    let line = match (seq, hash) {
                        (Some(seq), Some(hash)) => json!(Sealed {
                            seq: *seq,
                            hash: *hash,
                            entry: entry.clone()
                        }),
                        _ => json!({ "seq": null, "hash": null, "entry": entry }),
                    };
                    text.extend_from_slice(line.to_string().as_bytes());
                    text.push(b'\n');
                }
                Ok((text, next(&entries, &wanted)))
            };
            app.env.store.read(read).await
        }
    }))
}

/// Says no before anything is sent, and puts the export itself on record.
async fn begin(actor: &Actor) -> Result<(crate::locale::Locale, Asked), Failure> {
    let asked = Asked {
        before: None,
        ..Asked::read(actor)
    };
    let wanted = asked.clone();
    actor
        .write(move |tx, cx| {
            let me = cx.me_with(tx, Right::ReadAudit)?;
            let filter = wanted.resolve(tx, cx, &me, ROWS)?.filter;
            audit::announce_export(tx, cx, &filter)
        })
        .await?;
    Ok((actor.l, asked))
}

/// Where the next page begins; None behind the last.
fn next(entries: &[Stored], asked: &Asked) -> Option<Asked> {
    let is_full = entries.len() as i64 == ROWS;
    let last = entries.last().filter(|_| is_full)?;
    Some(Asked {
        before: Some(last.entry.id),
        ..asked.clone()
    })
}

fn file_name(actor: &Actor, ending: &str) -> String {
    let time = machine_time(actor.cx.now(), &jiff::tz::TimeZone::UTC);
    let day = time.split('T').next().unwrap_or_default();
    format!("{}-{day}.{ending}", actor.l.t("audit-file"))
}
