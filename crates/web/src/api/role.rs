//! Roles: who holds which, and handing them out.

use guanxi_app::{Result, role};
use guanxi_model::{department::DepartmentId, id::MemberId, role as model};
use guanxi_store::Tx;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    answer::{Item, Page},
    call::Call,
    shape::{Empty, Id, ListQuery, place, words},
};

words! {
    /// A bundle of rights.
    RoleWord of model::Role {
        /// Everything, including handing out roles.
        Owner,
        /// People, departments and visibility; may be limited to a department.
        DirectoryAdmin,
        /// Policies of contact requests, and QR codes.
        ChannelManager,
        /// Reads the audit log.
        Auditor,
    }
}

/// A role as given to somebody.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub(crate) struct RoleGrant {
    /// Which.
    role: RoleWord,
    /// Number of the department to which it is limited, with all below; null for the whole company.
    department: Option<i64>,
}

impl From<model::RoleGrant> for RoleGrant {
    fn from(grant: model::RoleGrant) -> Self {
        Self {
            role: grant.role.into(),
            department: grant.department.map(|id| id.0),
        }
    }
}

/// A role to be given.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRoleGrant {
    /// Which.
    role: RoleWord,
    /// Number of the department to which it is limited, with all below.
    #[serde(default)]
    department: Option<i64>,
}

impl From<NewRoleGrant> for model::RoleGrant {
    fn from(grant: NewRoleGrant) -> Self {
        Self {
            role: grant.role.into(),
            department: grant.department.map(DepartmentId),
        }
    }
}

/// A member with roles.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Holder {
    /// Who.
    id: Id,
    /// His user ID.
    userid: String,
    /// His name.
    name: String,
    /// What he holds.
    roles: Vec<RoleGrant>,
}

fn views(grants: &[model::RoleGrant]) -> Vec<RoleGrant> {
    grants.iter().copied().map(RoleGrant::from).collect()
}

/// `GET /admin/roles`
pub(crate) fn list(tx: &mut Tx<'_>, call: &Call<ListQuery>) -> Result<Page<Holder>> {
    let from = place(call.query.cursor.as_ref())?.unwrap_or(0);
    let holders = role::list(tx, &call.cx)?.into_iter();
    let holders = holders.map(|holder| Holder {
        id: holder.member.id.into(),
        userid: holder.member.profile.userid,
        name: holder.member.profile.name,
        roles: views(&holder.roles),
    });
    Ok(Page::cut(holders.collect(), from, call.query.limit.rows()))
}

/// Roles of one member.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct MemberRoles {
    /// What he holds.
    roles: Vec<RoleGrant>,
}

/// `GET /admin/members/{id}/roles`
pub(crate) fn get(tx: &mut Tx<'_>, call: &Call) -> Result<Item<MemberRoles>> {
    let roles = role::find(tx, &call.cx, call.id("member")?)?;
    let roles = views(&roles);
    Ok(Item(MemberRoles { roles }))
}

/// All roles of a member.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Replace {
    /// What he holds from now on; empty takes all.
    #[schemars(length(max = 20))]
    roles: Vec<NewRoleGrant>,
}

/// `PUT /admin/members/{id}/roles`
pub(crate) fn replace(tx: &mut Tx<'_>, call: &Call<Empty, Replace>) -> Result<Item<MemberRoles>> {
    let id: MemberId = call.id("member")?;
    let grants: Vec<model::RoleGrant> = call.body.roles.iter().map(|g| (*g).into()).collect();
    role::replace(tx, &call.cx, id, &grants)?;
    let roles = views(&role::find(tx, &call.cx, id)?);
    Ok(Item(MemberRoles { roles }))
}
