//! Roles: who holds which, and handing them out.

use guanxi_model::{
    id::MemberId,
    role::{Right, Role, RoleGrant},
};
use guanxi_store::{self as store, Tx, member::Member};
use serde_json::json;

use crate::{Cx, Error, Me, Result, audit, corp, event::Part};

/// Most roles of one member.
pub const PER_MEMBER_MAX: usize = 20;

/// A member with roles.
#[derive(Debug, Clone)]
pub struct Holder {
    /// Who, with his departments.
    pub member: Member,
    /// What he holds.
    pub roles: Vec<RoleGrant>,
}

/// Everybody with a role, owners first, then by userid.
pub fn list(tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<Holder>> {
    let me = cx.me_with(tx, Right::GrantRoles)?;
    let mut holders = Vec::new();
    for (id, roles) in me.corp.all_roles() {
        if let Some(member) = store::member::find(tx, me.corp_id, id)? {
            let mut roles = roles.0.clone();
            roles.sort_by_key(|grant| (grant.role, grant.department));
            holders.push(Holder { member, roles });
        }
    }
    holders.sort_by_cached_key(|holder| {
        let first = holder.roles.first().map(|grant| grant.role);
        (first, holder.member.profile.userid.to_ascii_lowercase())
    });
    Ok(holders)
}

/// Roles of one member, in order.
pub fn find(tx: &mut Tx<'_>, cx: &Cx, id: MemberId) -> Result<Vec<RoleGrant>> {
    let me = cx.me_with(tx, Right::GrantRoles)?;
    store::member::find(tx, me.corp_id, id)?.ok_or(Error::not_found("member"))?;
    let mut roles = me.corp.roles_of(id).0.clone();
    roles.sort_by_key(|grant| (grant.role, grant.department));
    Ok(roles)
}

/// Replaces the roles of a member; an empty list takes all. Only the directory can be limited to a department, and the last
/// owner stays one (`last_owner`).
pub fn replace(tx: &mut Tx<'_>, cx: &Cx, id: MemberId, roles: &[RoleGrant]) -> Result<()> {
    let me = cx.me_with(tx, Right::GrantRoles)?;
    let member = store::member::find(tx, me.corp_id, id)?.ok_or(Error::not_found("member"))?;
    let new = checked(&me.corp, roles)?;
    if !member.status.is_listed() && !new.is_empty() {
        return Err(Error::Conflict {
            code: "member_not_listed",
        });
    }
    let mut old = me.corp.roles_of(id).0.clone();
    old.sort_by_key(|grant| (grant.role, grant.department));
    if new == old {
        return Ok(());
    }
    if owners(&me.corp) == [id] && !new.iter().any(is_owner) {
        return Err(Error::Conflict { code: "last_owner" });
    }
    store::role::replace(tx, me.corp_id, id, &new)?;
    store::role::forget_taken(tx, me.corp_id, id)?;
    let object = Some(("member", id.to_string()));
    let (before, after) = (json!({ "roles": old }), json!({ "roles": new }));
    let action = "role.replaced";
    audit::change(tx, cx, me.corp_id, action, object, &before, &after)?;
    corp::touch_part(tx, cx, me.corp_id, Part::Roles)
}

/// Roles that were taken from a member when he was disabled or left, as far as they could be given back today.
pub fn taken(tx: &mut Tx<'_>, me: &Me, id: MemberId) -> Result<Vec<RoleGrant>> {
    me.require_some(Right::ReadPeople)?;
    let mut taken = store::role::taken(tx, me.corp_id, id)?;
    taken.retain(|grant| {
        let department = grant.department;
        department.is_none_or(|department| me.corp.tree().find(department).is_some())
    });
    taken.sort_by_key(|grant| (grant.role, grant.department));
    Ok(taken)
}

/// Gives a member who came back the roles that were taken from him, and those alone.
pub(crate) fn give_back(tx: &mut Tx<'_>, cx: &Cx, me: &Me, id: MemberId) -> Result<bool> {
    me.require(Right::GrantRoles)?;
    let new = taken(tx, me, id)?;
    if new.is_empty() {
        return Ok(false);
    }
    store::role::replace(tx, me.corp_id, id, &new)?;
    store::role::forget_taken(tx, me.corp_id, id)?;
    let object = Some(("member", id.to_string()));
    let (before, after) = (json!({ "roles": [] }), json!({ "roles": new }));
    let action = "role.replaced";
    audit::change(tx, cx, me.corp_id, action, object, &before, &after)?;
    Ok(true)
}

/// Owners of a corp.
pub(crate) fn owners(corp: &corp::State) -> Vec<MemberId> {
    corp.all_roles()
        .filter(|(_, roles)| roles.0.iter().any(is_owner))
        .map(|(id, _)| id)
        .collect()
}

fn is_owner(grant: &RoleGrant) -> bool {
    grant.role == Role::Owner && grant.department.is_none()
}

/// Each grant once, in order.
pub(crate) fn checked(corp: &corp::State, roles: &[RoleGrant]) -> Result<Vec<RoleGrant>> {
    if roles.len() > PER_MEMBER_MAX {
        return Err(Error::invalid("roles", "too_many"));
    }
    let mut grants = roles.to_vec();
    grants.sort_by_key(|grant| (grant.role, grant.department));
    grants.dedup();
    for grant in &grants {
        let Some(department) = grant.department else {
            continue;
        };
        if grant.role != Role::DirectoryAdmin {
            return Err(Error::invalid("department", "role_of_whole_corp"));
        }
        if corp.tree().find(department).is_none() {
            return Err(Error::invalid("department", "unknown_department"));
        }
    }
    Ok(grants)
}
