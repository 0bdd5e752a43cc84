//! Who may receive a customer now, and why the others may not.

use std::collections::{BTreeMap, HashMap, HashSet};

use guanxi_model::{
    id::{LiveCodeId, MemberId},
    live_code::{plan::Entry, receipt::Filter},
    member::Status,
};
use guanxi_store::{self as store, Tx};

use super::{Days, Period, hour};
use crate::{
    Cx, Me, Result, corp,
    live_code::{self, Closed, pool},
};

/// Members behind codes, and who of them may receive somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Room {
    /// All of them.
    pub members: usize,
    /// Who may.
    pub free: usize,
    /// How many may not, by the first reason that stands against them.
    pub why: Vec<(Filter, usize)>,
    /// Each code that is open.
    pub codes: Vec<OfCode>,
}

/// What there is behind one code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfCode {
    /// Which.
    pub code: LiveCodeId,
    /// Members behind it.
    pub members: usize,
    /// Who of them has an active account.
    pub active: usize,
    /// Who of them may receive somebody.
    pub free: usize,
    /// Who of them is within his hours.
    pub on_duty: usize,
    /// Customers of today and the caps of the day, of all who have one and would be there; None where somebody has none.
    pub caps: Option<(i64, i64)>,
}

/// What stands against a member of a pool.
fn against(
    entry: &Entry,
    status: Status,
    is_on_duty: bool,
    is_resting: bool,
    used: i64,
) -> Option<Filter> {
    let is_full = entry.daily_cap.is_some_and(|cap| used >= i64::from(cap));
    let checks = [
        (status != Status::Active, Filter::Inactive),
        (!is_on_duty, Filter::OffDuty),
        (is_resting, Filter::SwitchedOff),
        (is_full, Filter::DailyCap),
        (entry.weight == 0, Filter::NoShare),
    ];
    checks
        .into_iter()
        .find_map(|(applies, filter)| applies.then_some(filter))
}

/// How it is now behind one code, or all that are open.
pub(super) fn now(tx: &mut Tx<'_>, cx: &Cx, me: &Me, code: Option<LiveCodeId>) -> Result<Room> {
    look(tx, cx, &me.corp, code)
}

/// The same, for a job.
pub fn look(
    tx: &mut Tx<'_>,
    cx: &Cx,
    corp: &corp::State,
    code: Option<LiveCodeId>,
) -> Result<Room> {
    let (zone, now_ms) = (corp.settings.zone(), cx.now());
    let today_ms = hour(Days::new(Period::Today, &zone, now_ms).from_ms);
    let used: HashMap<(LiveCodeId, MemberId), i64> =
        store::live_report::adds(tx, corp.id, today_ms)?
            .into_iter()
            .map(|(code, member, times)| ((code, member), times))
            .collect();
    let rests = store::live_report::rests(tx, corp.id, now_ms)?;
    let rests: HashSet<MemberId> = rests.into_iter().collect();
    let mut room = Room::default();
    let mut all: HashMap<MemberId, Option<Filter>> = HashMap::new();
    for row in store::live_code::list(tx, corp.id)? {
        if code.is_some_and(|code| code != row.id) || row.version == 0 {
            continue;
        }
        let met = live_code::find_by_id(tx, cx, corp.id, row.id)?;
        let (None::<Closed>, Some(plan)) = (met.closed, met.plan) else {
            continue;
        };
        let mut of_code: HashMap<MemberId, Option<Filter>> = HashMap::new();
        let (mut active, mut on_duty) = (HashSet::new(), HashSet::new());
        let (mut caps, mut is_bounded) = ((0, 0), true);
        for pool in &plan.pools {
            let are_on: Vec<bool> = pool
                .entries
                .iter()
                .map(|entry| entry.hours.are_on(&zone, now_ms))
                .collect();
            for one in pool::resolve(tx, corp, pool)? {
                let entry = &pool.entries[one.entry];
                let used = used.get(&(row.id, one.member)).copied().unwrap_or_default();
                let is_on = are_on[one.entry];
                let rests = rests.contains(&one.member);
                let filter = against(entry, one.status, is_on, rests, used);
                if one.status == Status::Active {
                    active.insert(one.member);
                }
                if is_on && one.status == Status::Active {
                    on_duty.insert(one.member);
                    match entry.daily_cap {
                        Some(cap) => {
                            caps = (caps.0 + used.min(cap.into()), caps.1 + i64::from(cap));
                        }
                        None => is_bounded = false,
                    }
                }
                of_code
                    .entry(one.member)
                    .and_modify(|kept| *kept = kept.and(filter))
                    .or_insert(filter);
            }
        }
        room.codes.push(OfCode {
            code: row.id,
            members: of_code.len(),
            active: active.len(),
            free: of_code.values().filter(|filter| filter.is_none()).count(),
            on_duty: on_duty.len(),
            caps: (is_bounded && caps.1 > 0).then_some(caps),
        });
        for (member, filter) in of_code {
            all.entry(member)
                .and_modify(|kept| *kept = kept.and(filter))
                .or_insert(filter);
        }
    }
    room.members = all.len();
    let mut why: BTreeMap<Filter, usize> = BTreeMap::new();
    for filter in all.into_values() {
        match filter {
            None => room.free += 1,
            Some(filter) => *why.entry(filter).or_default() += 1,
        }
    }
    room.why = why.into_iter().collect();
    Ok(room)
}
