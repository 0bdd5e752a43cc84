//! The receipt of a scan, with the names of seats as they were.

use guanxi_model::{
    id::{CorpId, LiveCodeId, MemberId},
    live_code::{
        board::{Entry, Seating},
        receipt::{Filter, Reason},
    },
};
use guanxi_store::{self as store, Tx};

use crate::{Error, Result};

/// A scan, as it is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// Its number.
    pub seq: i64,
    /// Of which code.
    pub code: LiveCodeId,
    /// Version of the plan.
    pub version: u32,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// Choices made on the page.
    pub path: Vec<String>,
    /// Until when the place was kept.
    pub until_ms: Option<i64>,
    /// The pools that were asked, in their order.
    pub pools: Vec<Asked>,
}

/// What one pool said.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// Its place among the pools of the plan.
    pub pool: usize,
    /// Who was chosen.
    pub chosen: Option<MemberId>,
    /// Why.
    pub reason: Reason,
    /// Chance of the choice.
    pub probability: f64,
    /// Seats of the pool.
    pub seats: u32,
    /// How many seats each filter removed.
    pub removed: Vec<(Filter, u32)>,
    /// The first of those that were left, with their scores.
    pub candidates: Vec<(MemberId, f64)>,
}

/// The receipt of a scan. The caller has checked the right.
pub fn find(tx: &mut Tx<'_>, corp: CorpId, seq: i64) -> Result<Told> {
    let none = Error::not_found("scan");
    let stored = store::live_log::find(tx, corp, seq)?.ok_or(none.clone())?;
    let (Entry::Scanned(scanned), Some(code)) = (&stored.logged.entry, stored.logged.code) else {
        return Err(none);
    };
    let sat = store::live_log::find_seating(tx, corp, code, seq)?;
    let seating = match sat.map(|sat| sat.logged.entry) {
        Some(Entry::Published { seating, .. }) => seating,
        _ => Seating::default(),
    };
    let asked = scanned.looked.iter().map(|looked| {
        let pool = looked.pool as usize;
        let member = |place: u32| Some(seating.pools.get(pool)?.get(place as usize)?.0);
        let receipt = &looked.receipt;
        let candidates = receipt.candidates.iter();
        Asked {
            pool,
            chosen: receipt.chosen.and_then(member),
            reason: receipt.reason,
            probability: receipt.probability,
            seats: receipt.seats,
            removed: receipt.removed.clone(),
            candidates: candidates
                .filter_map(|one| Some((member(one.place)?, one.score)))
                .collect(),
        }
    });
    Ok(Told {
        seq,
        code,
        version: scanned.version,
        at_ms: stored.logged.at_ms,
        path: scanned.path.clone(),
        until_ms: stored.until_ms,
        pools: asked.collect(),
    })
}
