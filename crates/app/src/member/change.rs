//! States and departments of members, one or many at once.
//!
//! Whoever is disabled or leaves is out in the same transaction: his sessions and tokens end, his roles are taken, and his pending
//! requests are settled, his own as withdrawn and those to him as expired. Contacts stay on record.

use guanxi_model::{
    department::DepartmentId,
    id::MemberId,
    member::{Change, Place, Status},
    party::Party,
    role::Right,
};
use guanxi_store::{self as store, Tx, member::Member};
use rustc_hash::FxHashSet;
use serde_json::json;

use super::{announce, find_editable, led, object, taken};
use crate::{Cx, Error, Me, Result, audit, corp, event::Part, request, role, session, token};

/// Most members of one bulk act.
pub const MANY_MAX: usize = 5000;

/// What a bulk act came to for one member.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
    /// Whom it concerned.
    pub member: MemberId,
    /// Why it did not happen, if it did not.
    pub outcome: Result<()>,
}

/// Disables a member, marks him as left, or brings him back. Doing it twice is answered alike.
///
/// The last owner stays (`last_owner`), and nobody does it to himself (`oneself`). Roles come back by [`reactivate`] alone. It is refused as `mobile_taken` or `email_taken` if somebody else has got the number meanwhile.
pub fn change(tx: &mut Tx<'_>, cx: &Cx, id: MemberId, change: Change) -> Result<()> {
    let me = cx.me_with_some(tx, Right::EditPeople)?;
    let mut work = Work::new(&me);
    work.change(tx, cx, id, change)?;
    work.finish(tx, cx)
}

/// Brings a member back, and with `roles` gives him back what was taken when he went, if the actor may give roles.
pub fn reactivate(tx: &mut Tx<'_>, cx: &Cx, id: MemberId, roles: bool) -> Result<()> {
    let me = cx.me_with_some(tx, Right::EditPeople)?;
    let mut work = Work::new(&me);
    work.reactivate(tx, cx, id, roles)?;
    work.finish(tx, cx)
}

/// The same for many, each with a result of its own.
///
/// Without `confirmed` it is refused as `bulk_guard` if more of the listed members would go than the corp's settings allow.
pub fn change_many(
    tx: &mut Tx<'_>,
    cx: &Cx,
    ids: &[MemberId],
    change: Change,
    confirmed: bool,
) -> Result<Vec<Changed>> {
    let me = cx.me_with_some(tx, Right::EditPeople)?;
    let ids = distinct(ids)?;
    if change != Change::Reactivate && !confirmed {
        guard(tx, &me, &ids)?;
    }
    let mut work = Work::new(&me);
    let results = each(tx, &ids, |tx, id| work.change(tx, cx, id, change))?;
    work.finish(tx, cx)?;
    Ok(results)
}

/// Moves members to a department: out of `from` alone, or out of all their departments. Who was elsewhere than in `from`
/// is refused as `not_in_department`.
pub fn move_many(
    tx: &mut Tx<'_>,
    cx: &Cx,
    ids: &[MemberId],
    from: Option<DepartmentId>,
    to: DepartmentId,
) -> Result<Vec<Changed>> {
    let me = cx.me_with_some(tx, Right::EditPeople)?;
    let ids = distinct(ids)?;
    check_target(&me, to)?;
    let mut work = Work::new(&me);
    let results = each(tx, &ids, |tx, id| work.relocate(tx, cx, id, from, to))?;
    work.finish(tx, cx)?;
    Ok(results)
}

/// A department that the actor may move members to.
pub(super) fn check_target(me: &Me, to: DepartmentId) -> Result<()> {
    if me.corp.tree().find(to).is_none() {
        return Err(Error::invalid("department", "unknown_department"));
    }
    let right = Right::EditPeople;
    if !me.roles().allow_in(right, me.corp.tree(), to) {
        return Err(Error::Forbidden { right });
    }
    Ok(())
}

pub(super) fn distinct(ids: &[MemberId]) -> Result<Vec<MemberId>> {
    let mut seen = FxHashSet::default();
    let ids: Vec<MemberId> = ids.iter().copied().filter(|id| seen.insert(*id)).collect();
    match ids.len() {
        0 => Err(Error::invalid("members", "required")),
        count if count > MANY_MAX => Err(Error::invalid("members", "too_many")),
        _ => Ok(ids),
    }
}

fn each(
    tx: &mut Tx<'_>,
    ids: &[MemberId],
    mut act: impl FnMut(&mut Tx<'_>, MemberId) -> Result<()>,
) -> Result<Vec<Changed>> {
    let mut results = Vec::with_capacity(ids.len());
    for &member in ids {
        match tx.attempt(|tx| act(tx, member)) {
            // These concern all of it, or are worth a retry of all of it.
            Err(error @ (Error::Busy(_) | Error::Internal(_) | Error::SignedOut)) => {
                return Err(error);
            }
            outcome => results.push(Changed { member, outcome }),
        }
    }
    Ok(results)
}

/// Refuses to let go of a larger share of the listed members than the corp has chosen.
pub(super) fn guard(tx: &mut Tx<'_>, me: &Me, ids: &[MemberId]) -> Result<()> {
    if ids.len() == 1 {
        return Ok(());
    }
    let mut going = 0;
    for id in ids {
        let member = store::member::find(tx, me.corp_id, *id)?;
        going += i64::from(member.is_some_and(|member| member.status.is_listed()));
    }
    let listed: i64 = store::member::count_by_status(tx, me.corp_id, None, "")?
        .into_iter()
        .filter(|(status, _)| status.is_listed())
        .map(|(_, count)| count)
        .sum();
    if going * 100 > listed * i64::from(me.corp.settings.bulk_guard_percent) {
        return Err(Error::Conflict { code: "bulk_guard" });
    }
    Ok(())
}

/// What one act on one or many members has come to so far.
pub(super) struct Work<'a> {
    me: &'a Me,
    owners: Vec<MemberId>,
    changed: Vec<MemberId>,
    concerns_corp: bool,
}

impl<'a> Work<'a> {
    pub(super) fn new(me: &'a Me) -> Self {
        Self {
            me,
            owners: role::owners(&me.corp),
            changed: Vec::new(),
            concerns_corp: false,
        }
    }

    /// Brings one back, with his roles if that is wished and the actor may give roles.
    pub(super) fn reactivate(
        &mut self,
        tx: &mut Tx<'_>,
        cx: &Cx,
        id: MemberId,
        roles: bool,
    ) -> Result<()> {
        self.change(tx, cx, id, Change::Reactivate)?;
        if roles {
            self.concerns_corp |= role::give_back(tx, cx, self.me, id)?;
        }
        Ok(())
    }

    pub(super) fn change(
        &mut self,
        tx: &mut Tx<'_>,
        cx: &Cx,
        id: MemberId,
        change: Change,
    ) -> Result<()> {
        let corp = self.me.corp_id;
        let member = find_editable(tx, self.me, id)?;
        let Some(status) = member.status.after(change, member.person.is_some()) else {
            return already(member.status, change);
        };
        if change != Change::Reactivate {
            if self.owners == [id] {
                return Err(Error::Conflict { code: "last_owner" });
            }
            if id == self.me.member.id {
                return Err(Error::Conflict { code: "oneself" });
            }
        }
        store::member::set_status(tx, corp, id, status, cx.now()).map_err(taken)?;
        let mut before = json!({ "status": member.status });
        let mut after = json!({ "status": status });
        let roles = &self.me.corp.roles_of(id).0;
        if change != Change::Reactivate {
            depart(tx, cx, self.me, &member)?;
            if !roles.is_empty() {
                before["roles"] = json!(roles);
                after["roles"] = json!([]);
            }
        }
        let action = match change {
            Change::Disable => "member.disabled",
            Change::Leave => "member.left",
            Change::Reactivate => "member.reactivated",
        };
        audit::change(tx, cx, corp, action, Some(object(id)), &before, &after)?;
        // Nothing below fails, so that a part which was rolled back leaves no trace here.
        self.changed.push(id);
        if change != Change::Reactivate {
            self.owners.retain(|owner| *owner != id);
            self.concerns_corp |= !roles.is_empty();
        }
        Ok(())
    }

    pub(super) fn relocate(
        &mut self,
        tx: &mut Tx<'_>,
        cx: &Cx,
        id: MemberId,
        from: Option<DepartmentId>,
        to: DepartmentId,
    ) -> Result<()> {
        let old = find_editable(tx, self.me, id)?.profile.places;
        let new = relocated(&old, from, to)?;
        self.replace_places(tx, cx, id, &old, &new)
    }

    /// Writes the places of a member whom the actor may change.
    pub(super) fn replace_places(
        &mut self,
        tx: &mut Tx<'_>,
        cx: &Cx,
        id: MemberId,
        old: &[Place],
        new: &[Place],
    ) -> Result<()> {
        let corp = self.me.corp_id;
        if new == old {
            return Ok(());
        }
        store::member::replace_places(tx, corp, id, new, cx.now())?;
        let (before, after) = (json!({ "places": old }), json!({ "places": new }));
        audit::change(
            tx,
            cx,
            corp,
            "member.moved",
            Some(object(id)),
            &before,
            &after,
        )?;
        self.changed.push(id);
        self.concerns_corp |= led(old) != led(new);
        Ok(())
    }

    pub(super) fn finish(self, tx: &mut Tx<'_>, cx: &Cx) -> Result<()> {
        announce(tx, cx, self.me.corp_id, &self.changed)?;
        if self.concerns_corp {
            corp::touch_part(tx, cx, self.me.corp_id, Part::Departments)?;
        }
        Ok(())
    }
}

/// The answer where a change makes no sense: fine if the member is there already.
fn already(status: Status, change: Change) -> Result<()> {
    match (change, status) {
        (Change::Disable, Status::Left) => Err(Error::Conflict {
            code: "member_left",
        }),
        _ => Ok(()),
    }
}

/// Puts somebody out: sessions, tokens, roles and pending requests.
fn depart(tx: &mut Tx<'_>, cx: &Cx, me: &Me, member: &Member) -> Result<()> {
    session::end_of_member(tx, cx, member)?;
    token::end_of_member(tx, cx, me.corp_id, member.id)?;
    store::role::take(tx, me.corp_id, member.id)?;
    let party = Party::Member {
        corp: me.corp_id,
        id: member.id,
    };
    request::end_of_party(tx, cx, party)
}

/// Places after a move; a place that the member has in `to` already stays as it is.
fn relocated(old: &[Place], from: Option<DepartmentId>, to: DepartmentId) -> Result<Vec<Place>> {
    let arrival = old
        .iter()
        .copied()
        .find(|place| place.department == to)
        .unwrap_or(Place {
            department: to,
            leads: false,
            order: 0,
        });
    let Some(from) = from else {
        return Ok(vec![arrival]);
    };
    let at = old.iter().position(|place| place.department == from);
    let at = at.ok_or(Error::Conflict {
        code: "not_in_department",
    })?;
    let mut new: Vec<Place> = old.to_vec();
    new[at] = arrival;
    let mut seen = FxHashSet::default();
    new.retain(|place| seen.insert(place.department));
    Ok(new)
}
