//! Removing what a company's rule no longer keeps: old entries from the beginning of the chain, each time with a
//! checkpoint in the log itself, and old scans of QR codes.

use guanxi_model::{
    audit::{Checkpoint, TRIMMED},
    corp::Settings,
    id::{CodeId, CorpId, ScanId, time_ordered},
};
use guanxi_store::{self as store, Tx, audit::chain};
use serde_json::json;

use crate::{Cx, Error, Result};

/// Entries, and scans, removed in one transaction.
pub const BATCH: i64 = 1000;

/// Removes entries at the beginning of a corp's chain that its rule no longer keeps, at most [`BATCH`]; returns how
/// many. Call again while it returns that many. The day of the rule ends at the corp's midnight, so that a log is
/// shortened once a day.
pub fn trim(tx: &mut Tx<'_>, cx: &Cx, corp: CorpId) -> Result<i64> {
    let settings = settings(tx, corp)?;
    let Some(before_ms) = settings.kept_since(settings.audit_days, cx.now()) else {
        return Ok(0);
    };
    if chain::old(tx, corp, before_ms, 1)?.is_none() {
        return Ok(0);
    }
    // A sealer at work would lose against this, or this against it.
    if !store::audit::take_chain(tx, corp)? {
        return Err(Error::Conflict {
            code: "sealing_elsewhere",
        });
    }
    let Some(old) = chain::old(tx, corp, before_ms, BATCH)? else {
        return Ok(0);
    };
    chain::remove(tx, corp, old.head)?;
    let checkpoint = Checkpoint {
        seq: old.head.seq,
        hash: old.head.hash,
        removed: old.count,
        until_at_ms: old.at_ms,
        days: settings.audit_days,
    };
    let object = Some(("corp", corp.to_string()));
    super::record(tx, cx, corp, TRIMMED, object, &json!(checkpoint))?;
    // What stands on the checkpoint is proved by it from the commit on.
    while super::seal(tx, corp)? == super::SEAL_BATCH {}
    Ok(old.count)
}

/// Removes scans of some codes that the corp's rule no longer keeps. Returns the code to go on behind, None at the end.
pub fn forget_scans(
    tx: &mut Tx<'_>,
    cx: &Cx,
    corp: CorpId,
    after: CodeId,
) -> Result<Option<CodeId>> {
    let settings = settings(tx, corp)?;
    let Some(before_ms) = settings.kept_since(settings.scan_days, cx.now()) else {
        return Ok(None);
    };
    let before = ScanId::from_u128(time_ordered(before_ms.max(0), 0));
    let codes = store::qr_code::codes_after(tx, corp, after, BATCH)?;
    let mut left = BATCH;
    for &code in &codes {
        let removed = store::qr_code::forget_scans(tx, corp, code, before, left)?;
        left -= removed;
        if left <= 0 {
            // More of the same code may be left.
            return Ok(Some(CodeId::from_u128(code.as_u128() - 1)));
        }
    }
    let is_full = codes.len() as i64 == BATCH;
    Ok(codes.last().copied().filter(|_| is_full))
}

fn settings(tx: &mut Tx<'_>, corp: CorpId) -> Result<Settings> {
    let corp = store::corp::find(tx, corp)?.ok_or(Error::not_found("corp"))?;
    Ok(corp.settings)
}
