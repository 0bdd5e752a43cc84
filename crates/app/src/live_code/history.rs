//! What was published of a live code, when and why, and bringing an earlier version back as the draft.

use guanxi_model::{id::LiveCodeId, role::Right};
use guanxi_store::{
    self as store, Tx,
    live_code::{Past, Version},
};

use super::{own, save_draft};
use crate::{Cx, Error, Me, Result};

/// Versions of a code, the newest first, older than `before`.
pub fn list(
    tx: &mut Tx<'_>,
    me: &Me,
    id: LiveCodeId,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Past>> {
    me.require(Right::EditCodes)?;
    own(tx, me, id)?;
    let before = before.unwrap_or(i64::MAX);
    Ok(store::live_code::list_versions(
        tx, me.corp_id, id, before, limit,
    )?)
}

/// One version that was published.
pub fn get(tx: &mut Tx<'_>, me: &Me, id: LiveCodeId, version: i64) -> Result<Version> {
    me.require(Right::EditCodes)?;
    own(tx, me, id)?;
    store::live_code::find_version(tx, me.corp_id, id, version)?.ok_or(Error::not_found("version"))
}

/// Makes a version the draft, in place of what is drafted; `tag` is that of the draft which the actor saw, 0 for none.
pub fn bring_back(tx: &mut Tx<'_>, cx: &Cx, id: LiveCodeId, version: i64, tag: i64) -> Result<i64> {
    let me = cx.me_with(tx, Right::EditCodes)?;
    let version = get(tx, &me, id, version)?;
    save_draft(tx, cx, id, tag, version.plan)
}
