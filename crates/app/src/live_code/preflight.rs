//! What would go wrong with a plan that may be published: members who will receive nobody, and pools that will be empty for a while.

use std::collections::HashMap;

use guanxi_model::{
    corp::DAY_MS,
    id::{LiveCodeId, MemberId},
    live_code::plan::{Plan, check},
    member::Status,
    role::Right,
};
use guanxi_store::Tx;

use super::pool::{self, Stands};
use crate::{Cx, Me, Result};

/// Days ahead that are looked at.
const AHEAD_DAYS: i64 = 7;

/// Why a member of a plan will receive nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Trouble {
    /// He has left.
    Left,
    /// His account is disabled.
    Disabled,
    /// He has not signed in yet.
    NotActivated,
    /// His weight is 0 in all pools.
    NoShare,
    /// A cap of his is 0 in all pools.
    NoRoom,
    /// He is not on duty in the next week.
    OffDuty,
    /// The pool chooses by distance, and he has no place.
    NoPlace,
}

impl Trouble {
    /// Stable name, for keys of texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Disabled => "disabled",
            Self::NotActivated => "not_activated",
            Self::NoShare => "no_share",
            Self::NoRoom => "no_room",
            Self::OffDuty => "off_duty",
            Self::NoPlace => "no_place",
        }
    }
}

/// What would come of a plan.
#[derive(Debug, Clone, Default)]
pub struct Preflight {
    /// What is wrong, so that it cannot be published.
    pub wrong: Vec<check::Wrong>,
    /// Members behind the code.
    pub members: usize,
    /// Members who would receive nobody, by id.
    pub troubled: Vec<(MemberId, Trouble)>,
    /// Pools, by number, in which nobody at all would receive a customer in the next week.
    pub dead_pools: Vec<usize>,
    /// Members of each pool.
    pub sizes: Vec<usize>,
}

/// Looks at the draft of a code, or at its published plan if nothing is drafted.
pub fn look(tx: &mut Tx<'_>, cx: &Cx, me: &Me, id: LiveCodeId) -> Result<Preflight> {
    let plan = super::draft(tx, cx, me, id)?.plan;
    look_at(tx, cx, me, &plan)
}

/// Looks at a plan.
pub fn look_at(tx: &mut Tx<'_>, cx: &Cx, me: &Me, plan: &Plan) -> Result<Preflight> {
    me.require(Right::EditCodes)?;
    let mut found = Preflight {
        wrong: check::check(plan, cx.now()),
        ..Preflight::default()
    };
    found.wrong.extend(pool::check(tx, me, plan)?);
    let zone = me.corp.settings.zone();
    let mut members: HashMap<MemberId, Option<Trouble>> = HashMap::new();
    for (number, pool) in plan.pools.iter().enumerate() {
        let standing = pool::resolve(tx, &me.corp, pool)?;
        // Hours are looked at once for each entry, not for each member of a department.
        let by_entry: Vec<Option<Trouble>> = pool
            .entries
            .iter()
            .map(|entry| {
                let is_near = pool.strategy == guanxi_model::live_code::pool::Strategy::Nearest;
                let soon = || {
                    let hours = &entry.hours;
                    let is_on = hours.are_on(&zone, cx.now());
                    let next = hours.next_change(&zone, cx.now());
                    is_on || next.is_some_and(|at| at <= cx.now() + AHEAD_DAYS * DAY_MS)
                };
                if entry.weight == 0 {
                    Some(Trouble::NoShare)
                } else if entry.daily_cap == Some(0) || entry.lifetime_cap == Some(0) {
                    Some(Trouble::NoRoom)
                } else if !soon() {
                    Some(Trouble::OffDuty)
                } else if is_near && entry.points.is_empty() {
                    Some(Trouble::NoPlace)
                } else {
                    None
                }
            })
            .collect();
        let mut is_dead = true;
        for one in &standing {
            let trouble = of_account(one).or(by_entry[one.entry]);
            is_dead &= trouble.is_some_and(|trouble| trouble != Trouble::NoPlace);
            members
                .entry(one.member)
                .and_modify(|kept| *kept = kept.and(trouble))
                .or_insert(trouble);
        }
        if is_dead {
            found.dead_pools.push(number);
        }
        found.sizes.push(standing.len());
    }
    found.members = members.len();
    let troubled = members
        .into_iter()
        .filter_map(|(member, trouble)| Some((member, trouble?)));
    found.troubled = troubled.collect();
    found
        .troubled
        .sort_unstable_by_key(|(member, trouble)| (*trouble, *member));
    Ok(found)
}

const fn of_account(one: &Stands) -> Option<Trouble> {
    match one.status {
        Status::Active => None,
        Status::Left => Some(Trouble::Left),
        Status::Disabled => Some(Trouble::Disabled),
        Status::NotActivated => Some(Trouble::NotActivated),
    }
}
