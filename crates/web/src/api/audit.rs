//! The audit log: reading, exporting, its head, and checking it.

use std::sync::Arc;

use axum::response::{IntoResponse as _, Response};
use guanxi_app::{
    Cx, Error, Result,
    audit::{self, Outcome},
};
use guanxi_model::{
    audit::{FaultKind, Hash, Head, Sealed},
    id::AuditId,
    role::Right,
};
use guanxi_store::{
    Tx,
    audit::{Filter, Stored, text},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    answer::{Item, Page, Reply as _},
    call::Call,
    problem::Fault,
    shape::{Empty, Id, Time, list_query, place, words},
};
use crate::csv;

/// Rows of an export that are read at a time.
const ROWS: i64 = 1000;

/// An entry of the log.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AuditEntry {
    /// Its number.
    id: Id,
    /// Place in the company's chain, from 1; null until it is sealed.
    seq: Option<i64>,
    /// Hash over this entry and all before it, in hexadecimal digits.
    hash: Option<String>,
    /// When it was done.
    at: Time,
    /// Who did it: kind and number, such as `member:…` or `token:…`.
    actor: String,
    /// Noun and verb, such as `request.accepted`.
    action: String,
    /// To whom or what: kind and number.
    object: Option<String>,
    /// Network from which it was done, with the token if a program did it.
    from: Option<String>,
    /// Further facts, often as before and after.
    #[schemars(schema_with = "anything")]
    detail: Value,
}

fn anything(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "type": "object", "description": "Further facts, often as before and after." })
}

impl From<Stored> for AuditEntry {
    fn from(stored: Stored) -> Self {
        let entry = stored.entry;
        let detail: Value = serde_json::from_str(&entry.detail).unwrap_or_default();
        Self {
            id: entry.id.into(),
            seq: stored.seq,
            hash: stored.hash.map(|hash| hash.to_string()),
            at: Time(entry.at_ms),
            actor: text(&entry.actor),
            action: entry.action.to_string(),
            object: entry.object.as_ref().map(text),
            from: entry.from,
            detail: if detail.is_object() {
                detail
            } else {
                json!({ "value": detail })
            },
        }
    }
}

list_query! {
    /// Which entries.
    AuditQuery {
        /// An action, or all of a noun with the dot at its end, such as `request.`.
        action: String,
        /// Who exactly, as an entry has it: `member:…`.
        actor: String,
        /// What exactly, as an entry has it: `member:…`.
        object: String,
        /// Not before.
        from: Time,
        /// Before.
        until: Time,
    }
}

impl AuditQuery {
    fn filter(&self, limit: i64) -> Result<Filter> {
        let before: Option<AuditId> = place(self.cursor.as_ref())?;
        Ok(Filter {
            action: self.action.clone().unwrap_or_default(),
            actor: self.actor.clone().unwrap_or_default(),
            object: self.object.clone().unwrap_or_default(),
            from_ms: self.from.map_or(0, |time| time.0),
            until_ms: self.until.map_or(i64::MAX, |time| time.0),
            before: before.unwrap_or(AuditId::from_u128(u128::MAX)),
            limit,
        })
    }
}

/// `GET /admin/audit`
pub(crate) fn list(tx: &mut Tx<'_>, call: &Call<AuditQuery>) -> Result<Page<AuditEntry>> {
    let me = call.cx.acting(tx)?;
    let limit = call.query.limit;
    let rows = audit::page(tx, &me, &call.query.filter(limit.ahead())?)?;
    Ok(Page::of(
        rows,
        limit.rows(),
        |row| row.entry.id,
        AuditEntry::from,
    ))
}

/// `GET /admin/audit/{id}`
pub(crate) fn get(tx: &mut Tx<'_>, call: &Call) -> Result<Item<AuditEntry>> {
    let me = call.cx.acting(tx)?;
    Ok(Item(audit::find(tx, &me, call.id("audit")?)?.into()))
}

/// The newest sealed entry: whoever keeps it can prove later that the log up to it was not replaced.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct HeadView {
    /// Number of the entry; 0 for an empty log.
    seq: i64,
    /// Its hash, in hexadecimal digits.
    hash: String,
}

impl From<Head> for HeadView {
    fn from(head: Head) -> Self {
        Self {
            seq: head.seq,
            hash: head.hash.to_string(),
        }
    }
}

/// `GET /admin/audit/head`
pub(crate) fn head(tx: &mut Tx<'_>, call: &Call) -> Result<Item<HeadView>> {
    let me = call.cx.me_with(tx, Right::ReadAudit)?;
    Ok(Item(audit::head(tx, me.corp_id)?.into()))
}

words! {
    /// What is wrong with a log.
    FaultWord of FaultKind {
        /// An entry is not what was recorded.
        Altered,
        /// Entries were taken out.
        Missing,
        /// An entry stands in the wrong place.
        Reordered,
        /// An entry was put in later.
        Inserted,
    }
}

/// A head that was noted earlier.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct KnownHead {
    /// Number of the entry.
    #[schemars(range(min = 1))]
    seq: i64,
    /// Its hash, in hexadecimal digits.
    #[schemars(regex(pattern = r"^[0-9a-f]{64}$"))]
    hash: String,
}

/// Against what the log is checked.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Against {
    /// A head that was noted earlier, through which the log must pass.
    #[serde(default)]
    known: Option<KnownHead>,
}

/// What a check of the log came to.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Checked {
    /// Whether not one entry was altered.
    whole: bool,
    /// Where the log begins: everything up to here was removed by the company's rules; number 0 for nothing.
    base: HeadView,
    /// The head that was reached, if it is whole.
    head: Option<HeadView>,
    /// What is wrong, if it is not.
    fault: Option<FaultWord>,
    /// Number at which it stops being whole.
    fault_seq: Option<i64>,
    /// The entry that shows it, if there is one still.
    fault_entry: Option<Id>,
}

impl From<Outcome> for Checked {
    fn from(outcome: Outcome) -> Self {
        let (head, broken) = (outcome.found.ok(), outcome.found.err());
        Self {
            whole: head.is_some(),
            base: outcome.base.into(),
            head: head.map(HeadView::from),
            fault: broken.map(|broken| broken.kind.into()),
            fault_seq: broken.map(|broken| broken.seq),
            fault_entry: broken.and_then(|broken| broken.entry).map(Id::from),
        }
    }
}

/// `POST /admin/audit/verify`
pub(crate) async fn verify(call: Call<Empty, Against>) -> Result<Response, Fault> {
    let known = match &call.body.known {
        None => None,
        Some(known) => {
            let hash: Hash = known
                .hash
                .parse()
                .map_err(|_| Error::invalid("known", "malformed"))?;
            Some(Head {
                seq: known.seq,
                hash,
            })
        }
    };
    let (env, cx) = (Arc::clone(&call.app.env), call.cx.clone());
    let corp = env
        .store
        .read(move |tx| cx.me_with(tx, Right::ReadAudit).map(|me| me.corp_id))
        .await?;
    let _alone = env.checks.begin(corp)?;
    let outcome = audit::verify(&env, corp, known).await?;
    let (cx, told) = (call.cx.clone(), outcome);
    env.store
        .write(move |tx| audit::announce_check(tx, &cx, &told))
        .await?;
    let answer = Item(Checked::from(outcome)).answer(&call.address)?;
    Ok(answer.into_response())
}

/// `GET /admin/audit/export`: JSON lines with number and hash, so that another system can check the chain; read page by page
/// while it is sent.
pub(crate) async fn export(call: Call<AuditQuery>) -> Result<Response, Fault> {
    let filter = call.query.filter(ROWS)?;
    let (env, cx, wanted) = (Arc::clone(&call.app.env), call.cx.clone(), filter.clone());
    env.store
        .write(move |tx| audit::announce_export(tx, &cx, &wanted))
        .await?;
    let (app, cx) = (Arc::clone(&call.app), call.cx.clone());
    let file = csv::lines("audit.jsonl", filter, move |filter| {
        let (app, cx) = (Arc::clone(&app), cx.clone());
        async move { app.env.store.read(move |tx| lines(tx, &cx, &filter)).await }
    });
    Ok(file.into_response())
}

/// Some lines of an export, and where the next begin.
fn lines(tx: &mut Tx<'_>, cx: &Cx, filter: &Filter) -> Result<(Vec<u8>, Option<Filter>)> {
    let me = cx.acting(tx)?;
    let entries = audit::page(tx, &me, filter)?;
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
    let is_full = entries.len() as i64 == ROWS;
    let last = entries.last().filter(|_| is_full);
    let next = last.map(|last| Filter {
        before: last.entry.id,
        ..filter.clone()
    });
    Ok((text, next))
}

/// Media type of an export.
pub(crate) const LINES: &str = "application/jsonl";
