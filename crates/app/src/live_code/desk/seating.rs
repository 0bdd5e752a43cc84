//! Who sits in the pools of a plan as the directory is now, and what is known of them.

use guanxi_model::{
    id::{CorpId, LiveCodeId, MemberId},
    live_code::{
        board::{Board, Entry, Seating, Staff},
        plan::Plan,
    },
};
use guanxi_store::{self as store, Tx};
use rustc_hash::FxHashSet;

use crate::{Result, corp, live_code::pool};

/// Who sits where.
pub(super) fn resolve(tx: &mut Tx<'_>, corp: &corp::State, plan: &Plan) -> Result<Seating> {
    let mut pools = Vec::with_capacity(plan.pools.len());
    for pool in &plan.pools {
        let standing = pool::resolve(tx, corp, pool)?;
        let seats = standing.iter().map(|one| (one.member, one.entry as u32));
        pools.push(seats.collect());
    }
    Ok(Seating {
        zone: corp.settings.time_zone.clone(),
        pools,
    })
}

/// Entries for everybody of a seating of whom the board knows something else than the house does.
pub(super) fn introduce(
    tx: &mut Tx<'_>,
    corp: CorpId,
    board: &Board,
    seating: &Seating,
    now_ms: i64,
) -> Result<Vec<Entry>> {
    let mut seen = FxHashSet::default();
    let mut entries = Vec::new();
    for (member, _) in seating.pools.iter().flatten() {
        if seen.insert(*member) {
            entries.extend(stands(tx, corp, board, *member, now_ms)?);
        }
    }
    Ok(entries)
}

/// An entry if the house knows something else of a member than the board does.
pub(super) fn stands(
    tx: &mut Tx<'_>,
    corp: CorpId,
    board: &Board,
    member: MemberId,
    now_ms: i64,
) -> Result<Option<Entry>> {
    let staff: Staff = store::live_log::staff(tx, corp, member, now_ms)?;
    Ok((staff != board.staff(member)).then_some(Entry::Stands { member, staff }))
}

/// Codes with departments in their pools, or all.
pub(super) fn following(board: &Board, all: bool) -> Vec<LiveCodeId> {
    let has_departments = |plan: &Plan| {
        let mut entries = plan.pools.iter().flat_map(|pool| &pool.entries);
        entries.any(|entry| matches!(entry.who, guanxi_model::live_code::plan::Who::Department(_)))
    };
    let mut codes: Vec<LiveCodeId> = board
        .lines()
        .filter(|(_, line)| all || has_departments(line.plan()))
        .map(|(code, _)| code)
        .collect();
    codes.sort_unstable();
    codes
}
