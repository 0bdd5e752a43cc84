//! Scans of a live code as its administrators look through them, and the receipt of one.

use guanxi_model::{id::LiveCodeId, role::Right};
use guanxi_store::{
    self as store, Tx,
    live_scan::{Scan, Which},
};
use serde_json::json;

use super::{
    desk::receipt::{self, Told},
    own,
};
use crate::{Cx, Error, Me, Result, audit};

/// Scans of a code in a stretch of time, the newest first, older than `before`.
pub fn list(
    tx: &mut Tx<'_>,
    me: &Me,
    id: LiveCodeId,
    which: Which,
    between: (i64, i64),
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Scan>> {
    me.require(Right::EditCodes)?;
    own(tx, me, id)?;
    let before = before.unwrap_or(i64::MAX);
    Ok(store::live_scan::list(
        tx, me.corp_id, id, which, between, before, limit,
    )?)
}

/// The receipt of a scan of this code.
pub fn find(tx: &mut Tx<'_>, me: &Me, id: LiveCodeId, seq: i64) -> Result<Told> {
    me.require(Right::EditCodes)?;
    own(tx, me, id)?;
    let told = receipt::find(tx, me.corp_id, seq)?;
    if told.code == id {
        Ok(told)
    } else {
        Err(Error::not_found("scan"))
    }
}

/// Records that scans leave as a file, which reading them cannot do.
pub fn announce_export(tx: &mut Tx<'_>, cx: &Cx, id: LiveCodeId, asked: &str) -> Result<()> {
    let me = cx.me_with(tx, Right::EditCodes)?;
    let name = own(tx, &me, id)?.name;
    let object = Some(("live_code", id.to_string()));
    let detail = json!({ "name": name, "query": asked });
    let action = "live_code.scans_exported";
    audit::record(tx, cx, me.corp_id, action, object, &detail)
}
