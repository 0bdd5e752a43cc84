//! The audit log: recording what was done, sealing entries into the corp's chain, reading and verifying it.
//!
//! On PostgreSQL writers append unsealed entries and never wait for each other. The sealer follows right behind and gives each
//! entry its number and the hash over everything before it; only one node seals a corp at a time. On SQLite, which has one
//! writer, the entries of a commit are sealed in it.

pub mod retention;
mod verify;

use std::collections::HashMap;

use guanxi_model::{
    audit::{Entry, Head, Named, Sealed, change as difference},
    id::{AuditId, CorpId, MemberId},
    role::Right,
};
use guanxi_store::{self as store, Engine, Tx, audit::Stored};
use serde_json::{Value, json};

pub use verify::{Checking, Checks, Outcome, verify};

use crate::{Cx, Error, Me, Result};

/// Most entries sealed in one transaction.
pub const SEAL_BATCH: i64 = 1000;

/// Records an act in the same transaction. `object` is a noun and an id.
pub fn record(
    tx: &mut Tx<'_>,
    cx: &Cx,
    corp: CorpId,
    action: &'static str,
    object: Option<(&'static str, String)>,
    detail: &Value,
) -> Result<()> {
    write(tx, cx, corp, action, object, detail.to_string())
}

/// Records a change; only members that differ are kept, as before and after.
pub fn change(
    tx: &mut Tx<'_>,
    cx: &Cx,
    corp: CorpId,
    action: &'static str,
    object: Option<(&'static str, String)>,
    before: &Value,
    after: &Value,
) -> Result<()> {
    write(tx, cx, corp, action, object, difference(before, after))
}

fn write(
    tx: &mut Tx<'_>,
    cx: &Cx,
    corp: CorpId,
    action: &'static str,
    object: Option<(&'static str, String)>,
    detail: String,
) -> Result<()> {
    let entry = Entry {
        corp,
        id: cx.new_id(AuditId::from_u128),
        at_ms: cx.now(),
        actor: cx.named(),
        action: action.into(),
        object: object.map(|(kind, id)| Named::new(kind, id)),
        from: cx.origin(),
        detail,
    };
    store::audit::append(tx, entry)?;
    if tx.engine() == Engine::Postgres {
        cx.env.hub.unsealed(tx, corp);
    } else {
        tx.on_commit(|| metrics::counter!("guanxi_audit_sealed_total").increment(1));
    }
    Ok(())
}

/// Seals waiting entries of a corp; returns how many. Call again while it returns [`SEAL_BATCH`], and after a conflict:
/// another node is at it.
pub fn seal(tx: &mut Tx<'_>, corp: CorpId) -> Result<i64> {
    if !store::audit::take_chain(tx, corp)? {
        return Err(Error::Conflict {
            code: "sealing_elsewhere",
        });
    }
    let waiting = store::audit::unsealed(tx, corp, SEAL_BATCH)?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let count = waiting.len() as i64;
    let head = store::audit::head(tx, corp)?.unwrap_or_default();
    let (sealed, head) = chain(head, waiting);
    store::audit::seal(tx, corp, &sealed)?;
    store::audit::put_head(tx, corp, head)?;
    Ok(count)
}

/// Puts entries behind a head, one after another.
pub(crate) fn chain(mut head: Head, entries: Vec<Entry>) -> (Vec<Sealed>, Head) {
    let sealed = entries.into_iter().map(|entry| {
        let sealed = head.seal(entry);
        head = sealed.head();
        sealed
    });
    let sealed: Vec<Sealed> = sealed.collect();
    (sealed, head)
}

/// One page of the log, for those who may read it.
pub fn page(tx: &mut Tx<'_>, me: &Me, filter: &store::audit::Filter) -> Result<Vec<Stored>> {
    me.require(Right::ReadAudit)?;
    Ok(store::audit::page(tx, me.corp_id, filter)?)
}

/// One entry, for those who may read the log.
pub fn find(tx: &mut Tx<'_>, me: &Me, id: AuditId) -> Result<Stored> {
    me.require(Right::ReadAudit)?;
    store::audit::find(tx, me.corp_id, id)?.ok_or(Error::not_found("audit"))
}

/// Records that an export begins, which the export itself cannot do, since it only reads.
pub fn announce_export(tx: &mut Tx<'_>, cx: &Cx, filter: &store::audit::Filter) -> Result<()> {
    let me = cx.me_with(tx, Right::ReadAudit)?;
    let object = Some(("corp", me.corp_id.to_string()));
    let detail = json!({
        "action": filter.action, "actor": filter.actor, "object": filter.object,
        "from_ms": filter.from_ms, "until_ms": filter.until_ms,
    });
    record(tx, cx, me.corp_id, "audit.exported", object, &detail)
}

/// Records that the log was checked, and the outcome.
pub fn announce_check(tx: &mut Tx<'_>, cx: &Cx, outcome: &Outcome) -> Result<()> {
    let me = cx.me_with(tx, Right::ReadAudit)?;
    let object = Some(("corp", me.corp_id.to_string()));
    let detail = match outcome.found {
        Ok(head) => json!({ "whole": true, "seq": head.seq, "hash": head.hash }),
        Err(fault) => json!({
            "whole": false, "seq": fault.seq, "fault": fault.kind.name(), "entry": fault.entry,
        }),
    };
    record(tx, cx, me.corp_id, "audit.checked", object, &detail)
}

/// Members with exactly this account or name, left ones only by account; for the filter of the log.
pub fn people(tx: &mut Tx<'_>, cx: &Cx, text: &str, limit: i64) -> Result<Vec<(MemberId, String)>> {
    let me = cx.me_with(tx, Right::ReadAudit)?;
    if let Some(member) = store::member::find_by_userid(tx, me.corp_id, text)? {
        return Ok(vec![(member.id, member.profile.name)]);
    }
    Ok(store::member::list_named(tx, me.corp_id, text, limit)?)
}

/// Names of members by their ids as text, those who have left included. Unknown ids are left out.
pub fn names<'a>(
    tx: &mut Tx<'_>,
    cx: &Cx,
    corp: CorpId,
    ids: impl IntoIterator<Item = &'a str>,
) -> Result<HashMap<String, String>> {
    let directory = cx.env.directories.peek(corp);
    let mut names = HashMap::new();
    for text in ids {
        let Ok(id) = text.parse::<MemberId>() else {
            continue;
        };
        if names.contains_key(text) {
            continue;
        }
        let listed = directory.as_ref().and_then(|directory| directory.entry(id));
        let name = match listed {
            Some(entry) => Some(entry.name),
            None => store::member::find(tx, corp, id)?.map(|member| member.profile.name),
        };
        if let Some(name) = name {
            names.insert(text.to_owned(), name);
        }
    }
    Ok(names)
}

/// Head of what retention has removed from the beginning of the chain; number 0 where that is nothing.
pub fn base(tx: &mut Tx<'_>, corp: CorpId) -> Result<Head> {
    Ok(store::audit::chain::base(tx, corp)?)
}

/// Head of the corp's chain as written by the sealer.
pub fn head(tx: &mut Tx<'_>, corp: CorpId) -> Result<Head> {
    Ok(store::audit::head(tx, corp)?.unwrap_or_default())
}
