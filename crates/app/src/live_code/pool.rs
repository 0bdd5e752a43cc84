//! Who stands in the pools of a plan: its members, and everybody of its departments as the directory is now.

use std::collections::{BTreeMap, BTreeSet};

use guanxi_model::{
    id::MemberId,
    live_code::plan::{MEMBERS_MAX, Plan, PoolPlan, Who, check::Wrong},
    member::Status,
};
use guanxi_store::{self as store, Tx};

use crate::{Me, Result, corp};

/// A member in a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stands {
    /// Who.
    pub member: MemberId,
    /// By which entry of the pool.
    pub entry: usize,
    /// State of his account; members who have left are named by entries of their own alone.
    pub status: Status,
}

/// Everybody of a pool, by number. A member meant by several entries takes the first one that names him, else the first department.
pub fn resolve(tx: &mut Tx<'_>, corp: &corp::State, pool: &PoolPlan) -> Result<Vec<Stands>> {
    let mut standing: BTreeMap<MemberId, Stands> = BTreeMap::new();
    let mut named = Vec::new();
    for (entry, one) in pool.entries.iter().enumerate() {
        if let Who::Member(member) = one.who {
            named.push((member, entry));
        }
    }
    let ids: Vec<MemberId> = named.iter().map(|(member, _)| *member).collect();
    let statuses = store::live_code::statuses(tx, corp.id, &ids)?;
    for (member, entry) in named {
        if let Some(status) = statuses.get(&member) {
            standing.entry(member).or_insert(Stands {
                member,
                entry,
                status: *status,
            });
        }
    }
    let tree = corp.tree();
    for (entry, one) in pool.entries.iter().enumerate() {
        let Who::Department(top) = one.who else {
            continue;
        };
        if tree.find(top).is_none() {
            continue;
        }
        for department in &tree.all()[tree.subtree(top)] {
            for (member, status) in store::live_code::members_in(tx, corp.id, department.id)? {
                standing.entry(member).or_insert(Stands {
                    member,
                    entry,
                    status,
                });
            }
        }
    }
    Ok(standing.into_values().collect())
}

/// What is wrong with the entries of a plan as the directory is now: whom nobody knows, and too many.
pub fn check(tx: &mut Tx<'_>, me: &Me, plan: &Plan) -> Result<Vec<Wrong>> {
    let mut wrong = Vec::new();
    let mut all = BTreeSet::new();
    for (number, pool) in plan.pools.iter().enumerate() {
        let standing = resolve(tx, &me.corp, pool)?;
        let known: BTreeSet<MemberId> = standing.iter().map(|one| one.member).collect();
        for (row, entry) in pool.entries.iter().enumerate() {
            let code = match entry.who {
                Who::Member(member) if !known.contains(&member) => "unknown_member",
                Who::Department(id) if me.corp.tree().find(id).is_none() => "unknown_department",
                _ => continue,
            };
            wrong.push(Wrong::new(
                format!("pools.{number}.entries.{row}.who"),
                code,
            ));
        }
        if standing.is_empty() && !pool.entries.is_empty() {
            wrong.push(Wrong::new(
                format!("pools.{number}.entries"),
                "nobody_there",
            ));
        }
        all.extend(known);
    }
    if all.len() > MEMBERS_MAX {
        wrong.push(Wrong::new("pools", "too_many_members"));
    }
    Ok(wrong)
}
