//! Who sits in the pools of a plan as the directory is now, and what is known of them.

use guanxi_model::{
    id::{CorpId, LiveCodeId, MemberId},
    live_code::{
        board::{Board, Entry, Seating},
        plan::Plan,
    },
};
use guanxi_store::{self as store, Tx};
use rustc_hash::FxHashSet;

use crate::{Result, corp, live_code::pool};

/// Who sits where.
pub(in crate::live_code) fn resolve(
    tx: &mut Tx<'_>,
    corp: &corp::State,
    plan: &Plan,
) -> Result<Seating> {
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
    let members = seating.pools.iter().flatten().map(|(member, _)| *member);
    let members: Vec<MemberId> = members.filter(|member| seen.insert(*member)).collect();
    stand(tx, corp, board, &members, now_ms)
}

/// Entries for those of whom the board knows something else than the house does, in their order.
pub(super) fn stand(
    tx: &mut Tx<'_>,
    corp: CorpId,
    board: &Board,
    members: &[MemberId],
    now_ms: i64,
) -> Result<Vec<Entry>> {
    if members.is_empty() {
        return Ok(Vec::new());
    }
    let known = store::live_log::staff(tx, corp, members, now_ms)?;
    let entries = known
        .into_iter()
        .filter(|(member, staff)| *staff != board.staff(*member))
        .map(|(member, staff)| Entry::Stands { member, staff });
    Ok(entries.collect())
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
