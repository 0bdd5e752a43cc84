//! The response time that is promised to a customer: from how fast the member has answered of late, how many conversations he has
//! open, and his hours.

use guanxi_model::{
    corp::DAY_MS,
    department::DepartmentId,
    id::{CorpId, MemberId},
    live_code::plan::{Entry, Plan, Who},
};
use guanxi_store::{self as store, Tx};

use super::Thread;
use crate::{Cx, Error, Result, corp, live_code};

/// Answers that the promise is worked out from, at most, and how old they may be.
const ANSWERS: i64 = 20;
const ANSWERS_MS: i64 = 14 * DAY_MS;
/// Fewer answers than this say nothing.
const ANSWERS_MIN: usize = 3;
/// What is promised for somebody of whom nothing is known yet, before his open conversations are counted.
const USUAL_MS: i64 = 5 * MINUTE_MS;
/// Shortest and longest promise, after the member has come on duty.
const BOUNDS_MS: (i64, i64) = (2 * MINUTE_MS, 8 * 60 * MINUTE_MS);
const MINUTE_MS: i64 = 60_000;

/// Whether a member is on duty.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Duty {
    /// When he is again, while he is not.
    pub back_at_ms: Option<i64>,
}

/// The entry by which a member stands in a plan: one that names him, or else a department of his.
fn entry_of<'a>(
    tx: &mut Tx<'_>,
    corp: &corp::State,
    plan: &'a Plan,
    member: MemberId,
) -> Result<Option<&'a Entry>> {
    let named = |entry: &&Entry| entry.who == Who::Member(member);
    let mut entries = plan.pools.iter().flat_map(|pool| &pool.entries);
    if let Some(own) = entries.find(named) {
        return Ok(Some(own));
    }
    let Some(known) = store::member::find(tx, corp.id, member)? else {
        return Ok(None);
    };
    let places = known.profile.places.iter();
    let places: Vec<DepartmentId> = places.map(|place| place.department).collect();
    Ok(live_code::own::entry_in(plan, corp, member, &places))
}

/// When a member is back whose hours have none now; None while they have, or where they never begin.
fn back_at(corp: &corp::State, entry: Option<&Entry>, now_ms: i64) -> Option<i64> {
    let (entry, zone) = (entry?, corp.settings.zone());
    if entry.hours.are_on(&zone, now_ms) {
        return None;
    }
    entry.hours.next_change(&zone, now_ms)
}

/// Whether the member of a conversation is on duty, by the code that led to it; without a code he always is.
pub fn duty(tx: &mut Tx<'_>, cx: &Cx, thread: &Thread) -> Result<Duty> {
    let Some((code, _)) = thread.conversation.origin else {
        return Ok(Duty::default());
    };
    let plan = match live_code::find_by_id(tx, cx, thread.corp.id, code) {
        Ok(code) => code.plan,
        Err(Error::NotFound { .. }) => None,
        Err(error) => return Err(error),
    };
    let Some(plan) = plan else {
        return Ok(Duty::default());
    };
    let entry = entry_of(tx, &thread.corp, &plan, thread.conversation.member)?;
    Ok(Duty {
        back_at_ms: back_at(&thread.corp, entry, cx.now()),
    })
}

/// How long a customer of this member may have to wait from when he is on duty, in milliseconds.
fn wait(tx: &mut Tx<'_>, cx: &Cx, corp: CorpId, member: MemberId, capacity: u32) -> Result<i64> {
    let since_ms = cx.now() - ANSWERS_MS;
    let waits = store::conversation::waits(tx, corp, member, since_ms, ANSWERS)?;
    let open = store::conversation::count_open(tx, corp, member)?;
    Ok(promised_wait(waits, open, capacity))
}

/// The wait that is promised: the median of the last answers, longer by as much as his hands are full, in whole minutes.
pub fn promised_wait(mut waits: Vec<i64>, open: u32, capacity: u32) -> i64 {
    waits.sort_unstable();
    let usual = if waits.len() < ANSWERS_MIN {
        USUAL_MS
    } else {
        waits[waits.len() / 2]
    };
    let load = i64::from(open) * 100 / i64::from(capacity.max(1));
    let (shortest, longest) = BOUNDS_MS;
    let wait = usual
        .saturating_mul(100 + load)
        .saturating_div(100)
        .clamp(shortest, longest);
    (wait + MINUTE_MS - 1) / MINUTE_MS * MINUTE_MS
}

/// What a member offers to a customer who adds him now by a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// When an answer is promised; None where the plan promises none.
    pub promised_at_ms: Option<i64>,
    /// Whether he is on duty.
    pub duty: Duty,
}

/// What a member offers by a plan. `place` is the pool and the entry by which he stands in it, where the caller knows them: of ten
/// thousand entries the right one is not looked for at each scan.
pub fn offer(
    tx: &mut Tx<'_>,
    cx: &Cx,
    corp: &corp::State,
    plan: &Plan,
    member: MemberId,
    place: Option<(usize, usize)>,
) -> Result<Offer> {
    let known = place.and_then(|(pool, entry)| plan.pools.get(pool)?.entries.get(entry));
    let entry = match known {
        Some(entry) => Some(entry),
        None => entry_of(tx, corp, plan, member)?,
    };
    let back_at_ms = back_at(corp, entry, cx.now());
    let promised_at_ms = if plan.promise {
        let capacity = entry.map_or(1, |entry| entry.capacity);
        let wait = wait(tx, cx, corp.id, member, capacity)?;
        Some(back_at_ms.unwrap_or(cx.now()) + wait)
    } else {
        None
    };
    Ok(Offer {
        promised_at_ms,
        duty: Duty { back_at_ms },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_grows_with_the_load() {
        let minutes = |n: i64| n * MINUTE_MS;
        assert_eq!(promised_wait(vec![], 0, 10), minutes(5));
        assert_eq!(promised_wait(vec![], 10, 10), minutes(10));
        let fast = vec![30_000, 40_000, 600_000];
        assert_eq!(promised_wait(fast, 0, 10), minutes(2));
        let slow = vec![minutes(9), minutes(11), minutes(10)];
        assert_eq!(promised_wait(slow.clone(), 0, 10), minutes(10));
        assert_eq!(promised_wait(slow, 5, 10), minutes(15));
        assert_eq!(promised_wait(vec![i64::MAX; 3], 9, 0), minutes(480));
    }
}
