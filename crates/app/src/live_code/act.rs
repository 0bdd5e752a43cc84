//! Acts on a live code that leave its plan as it is: a pause, deleting and taking that back, and a copy.

use guanxi_model::{id::LiveCodeId, live_code::plan::Plan, request::Refusal, role::Right};
use guanxi_store::{self as store, Tx, live_code::LiveCode};

use super::{
    UNDO_MS, create, draft, facts, own, published, record, tell_live,
    visit::{self, Note},
};
use crate::{Cx, Error, Me, Result};

/// Lets a code serve nobody for a while.
pub fn pause(tx: &mut Tx<'_>, cx: &Cx, id: LiveCodeId) -> Result<()> {
    let now = cx.now();
    alter(tx, cx, id, "live_code.paused", |row| {
        row.paused_at_ms.get_or_insert(now);
    })
}

/// Lets a paused code serve again.
pub fn resume(tx: &mut Tx<'_>, cx: &Cx, id: LiveCodeId) -> Result<()> {
    alter(tx, cx, id, "live_code.resumed", |row| {
        row.paused_at_ms = None;
    })
}

/// Deletes a code; printed ones say so from the commit on. It can be taken back for ten minutes.
pub fn delete(tx: &mut Tx<'_>, cx: &Cx, id: LiveCodeId) -> Result<()> {
    let now = cx.now();
    alter(tx, cx, id, "live_code.deleted", |row| {
        row.deleted_at_ms = Some(now);
    })?;
    let me = cx.me_with(tx, Right::EditCodes)?;
    visit::tell(tx, cx, me.corp_id, &Note::Deleted(id))
}

/// Takes a deletion back.
pub fn restore(tx: &mut Tx<'_>, cx: &Cx, id: LiveCodeId) -> Result<()> {
    let me = cx.me_with(tx, Right::EditCodes)?;
    let old = store::live_code::find(tx, me.corp_id, id)?.ok_or(Error::not_found("live_code"))?;
    let Some(deleted_at_ms) = old.deleted_at_ms else {
        return Ok(());
    };
    if cx.now() >= deleted_at_ms + UNDO_MS {
        return Err(Refusal::TooLateToUndo.into());
    }
    let row = LiveCode {
        deleted_at_ms: None,
        ..old.clone()
    };
    write(tx, cx, &me, "live_code.restored", &old, &row)?;
    tell_live(tx, cx, me.corp_id, &row)
}

/// Makes a code like another, as a draft: of its published plan, or of its draft while nothing is published.
pub fn duplicate(tx: &mut Tx<'_>, cx: &Cx, id: LiveCodeId, name: &str) -> Result<LiveCode> {
    let me = cx.me_with(tx, Right::EditCodes)?;
    let row = own(tx, &me, id)?;
    let plan = match published(tx, cx, me.corp_id, &row)? {
        Some(plan) => Plan::clone(&plan),
        None => draft(tx, cx, &me, id)?.plan,
    };
    create(tx, cx, name, Some(plan))
}

fn alter(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: LiveCodeId,
    action: &'static str,
    edit: impl FnOnce(&mut LiveCode),
) -> Result<()> {
    let me = cx.me_with(tx, Right::EditCodes)?;
    let old = own(tx, &me, id)?;
    let mut row = old.clone();
    edit(&mut row);
    if row == old {
        return Ok(());
    }
    write(tx, cx, &me, action, &old, &row)
}

fn write(
    tx: &mut Tx<'_>,
    cx: &Cx,
    me: &Me,
    action: &'static str,
    old: &LiveCode,
    row: &LiveCode,
) -> Result<()> {
    store::live_code::update(tx, me.corp_id, row)?;
    record(tx, cx, me, action, &facts(old), &facts(row), row)
}
