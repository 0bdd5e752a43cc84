//! What each member would have been due: the turns of each hour, shared by weight among those who were on duty in it.

use std::collections::HashMap;

use guanxi_model::{
    id::MemberId,
    live_code::{hours::Hours, plan::PoolPlan, pool::Strategy},
    member::Status,
};
use guanxi_store::{
    self as store, Tx,
    live_report::{Span, Turns},
};
use jiff::tz::TimeZone;

use crate::{
    Cx, Error, Me, Result,
    live_code::{self, pool},
};

/// Half an hour: the moment at which an hour is asked who was on duty.
const MIDDLE_MS: i64 = 1_800_000;

/// Turns that members were due in a span, by the plans and seats of today. Whoever stands only in pools that do not go by turns is
/// left out.
pub(super) fn due(
    tx: &mut Tx<'_>,
    cx: &Cx,
    me: &Me,
    span: &Span,
) -> Result<HashMap<MemberId, f64>> {
    let mut turns = store::live_report::turns(tx, span)?;
    turns.sort_unstable_by_key(|one| one.code);
    let mut due = HashMap::new();
    for of_code in turns.chunk_by(|one, next| one.code == next.code) {
        let code = match live_code::find_by_id(tx, cx, me.corp_id, of_code[0].code) {
            Ok(code) => code,
            Err(Error::NotFound { .. }) => continue,
            Err(error) => return Err(error),
        };
        let Some(plan) = code.plan else { continue };
        let mut by_pool: HashMap<usize, Vec<&Turns>> = HashMap::new();
        for one in of_code {
            let path: Vec<&str> = one.path.split('.').filter(|key| !key.is_empty()).collect();
            let pool = plan.route(&path).and_then(|route| route.first().copied());
            if let Some(pool) = pool {
                by_pool.entry(pool).or_default().push(one);
            }
        }
        for (number, turns) in by_pool {
            let Some(pool) = plan.pools.get(number) else {
                continue;
            };
            if !matches!(pool.strategy, Strategy::RoundRobin | Strategy::Weighted) {
                continue;
            }
            let zone = me.corp.settings.zone();
            let seats: Vec<(MemberId, usize)> = pool::resolve(tx, &me.corp, pool)?
                .into_iter()
                .filter(|one| one.status == Status::Active)
                .map(|one| (one.member, one.entry))
                .collect();
            let hours = turns.iter().map(|one| (one.hour_ms, one.times));
            share(pool, &zone, &seats, hours, &mut due);
        }
    }
    Ok(due)
}

/// Shares the turns of hours among seats, given as members with their entries.
fn share(
    pool: &PoolPlan,
    zone: &TimeZone,
    seats: &[(MemberId, usize)],
    turns: impl Iterator<Item = (i64, i64)>,
    due: &mut HashMap<MemberId, f64>,
) {
    let weight = |entry: usize| match pool.strategy {
        Strategy::Weighted => pool.entries[entry].weight,
        _ => pool.entries[entry].weight.min(1),
    };
    // Most entries keep one of few timetables, so each is asked once for an hour.
    let mut tables: Vec<(&Hours, f64, f64)> = Vec::new();
    let mut table_of = Vec::with_capacity(pool.entries.len());
    for entry in &pool.entries {
        let known = tables.iter().position(|(hours, ..)| **hours == entry.hours);
        table_of.push(known.unwrap_or(tables.len()));
        if known.is_none() {
            tables.push((&entry.hours, 0.0, 0.0));
        }
    }
    for (_, entry) in seats {
        tables[table_of[*entry]].1 += f64::from(weight(*entry));
    }
    for (hour_ms, times) in turns {
        let on: Vec<bool> = tables
            .iter()
            .map(|(hours, ..)| hours.are_on(zone, hour_ms + MIDDLE_MS))
            .collect();
        let there =
            |(table, is_on): (&(&Hours, f64, f64), &bool)| if *is_on { table.1 } else { 0.0 };
        let all: f64 = tables.iter().zip(&on).map(there).sum();
        if all > 0.0 {
            for ((_, _, each), _) in tables.iter_mut().zip(on).filter(|(_, is_on)| *is_on) {
                *each += times as f64 / all;
            }
        }
    }
    for (member, entry) in seats {
        let part = tables[table_of[*entry]].2 * f64::from(weight(*entry));
        *due.entry(*member).or_default() += part;
    }
}

#[cfg(test)]
mod tests {
    use guanxi_model::live_code::{
        hours::Stretch,
        plan::{Entry, Plan, Who},
    };

    use super::*;

    #[test]
    fn turns_are_due_by_weight_to_those_on_duty() {
        let ids = [1, 2, 3].map(MemberId::from_u128);
        let mut entries = ids.map(|id| Entry::of(Who::Member(id))).to_vec();
        entries[1].weight = 3;
        // From noon on.
        entries[2].hours.week = vec![
            vec![Stretch {
                from_min: 720,
                to_min: 1440,
            }];
            7
        ];
        let plan = Plan::simple("sale", Strategy::Weighted, entries);
        let seats = [(ids[0], 0), (ids[1], 1), (ids[2], 2)];
        let mut due = HashMap::new();
        let hours = [(10 * 3_600_000, 8), (13 * 3_600_000, 10)];
        share(
            &plan.pools[0],
            &TimeZone::UTC,
            &seats,
            hours.into_iter(),
            &mut due,
        );
        let due = ids.map(|id| (due[&id] * 10.0).round());
        let whole: Vec<i64> = due.iter().map(|due| due.round() as i64).collect();
        assert_eq!(whole, [40, 120, 20]);
    }
}
