//! Roles, and what each of them may do. Every check of a right in the application asks [`Roles::allow`].

use serde::{Deserialize, Serialize};

use crate::department::{DepartmentId, Tree};

/// A bundle of rights that a member holds besides being a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything, including handing out roles.
    Owner,
    /// People, departments and visibility; may be limited to a department.
    DirectoryAdmin,
    /// Channels and policies of contact requests.
    ChannelManager,
    /// Reads the audit log.
    Auditor,
}

impl Role {
    /// All roles, in the order in which pages list them.
    pub const ALL: [Self; 4] = [
        Self::Owner,
        Self::DirectoryAdmin,
        Self::ChannelManager,
        Self::Auditor,
    ];

    /// Stable name, as stored and as used in keys of texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::DirectoryAdmin => "directory_admin",
            Self::ChannelManager => "channel_manager",
            Self::Auditor => "auditor",
        }
    }

    /// Reads the stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    const fn has(self, right: Right) -> bool {
        match self {
            Self::Owner => true,
            Self::DirectoryAdmin => matches!(
                right,
                Right::ReadPeople
                    | Right::EditPeople
                    | Right::EditDepartments
                    | Right::EditVisibility
                    | Right::AnswerAsks
                    | Right::EditCodes
                    | Right::ReadLive
            ),
            Self::ChannelManager => matches!(
                right,
                Right::EditPolicies | Right::EditCodes | Right::ReadLive
            ),
            Self::Auditor => matches!(right, Right::ReadAudit | Right::ReadLive),
        }
    }
}

/// One thing that not every member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// See all members, hidden and left ones included, and export them.
    ReadPeople,
    /// Create, change, move, disable and bring back members.
    EditPeople,
    /// Create, rename, move and delete departments.
    EditDepartments,
    /// Change visibility rules and exceptions.
    EditVisibility,
    /// See and answer what members could not find.
    AnswerAsks,
    /// Change budgets, expiry, templates and switches of contact requests.
    EditPolicies,
    /// See, revoke and hand over the QR codes of all members, and see the customers who came.
    EditCodes,
    /// See what live codes bring: scans, contacts, waiting times and shares.
    ReadLive,
    /// Read and export the audit log.
    ReadAudit,
    /// Change the corp's name, language, time zone and region, and how long records are kept.
    EditSettings,
    /// Give and take roles.
    GrantRoles,
    /// Say where events of the corp are sent, and see what was sent.
    EditWebhooks,
    /// Make tokens for the company's programs, see and revoke those of all members.
    EditTokens,
}

impl Right {
    /// All rights; the coverage of rights in tests walks them.
    pub const ALL: [Self; 13] = [
        Self::ReadPeople,
        Self::EditPeople,
        Self::EditDepartments,
        Self::EditVisibility,
        Self::AnswerAsks,
        Self::EditPolicies,
        Self::EditCodes,
        Self::ReadLive,
        Self::ReadAudit,
        Self::EditSettings,
        Self::GrantRoles,
        Self::EditWebhooks,
        Self::EditTokens,
    ];

    /// Whether the right makes sense for a part of the tree only.
    const fn by_department(self) -> bool {
        matches!(
            self,
            Self::ReadPeople | Self::EditPeople | Self::EditDepartments
        )
    }
}

/// A role as given to a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleGrant {
    /// What he may do.
    pub role: Role,
    /// Where: this department and everything below, or everywhere.
    pub department: Option<DepartmentId>,
}

/// All roles of one member.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roles(pub Vec<RoleGrant>);

impl Roles {
    /// Whether the member has the right in the whole corp.
    pub fn allow(&self, right: Right) -> bool {
        self.0
            .iter()
            .any(|grant| grant.department.is_none() && grant.role.has(right))
    }

    /// Whether the member has the right for this department.
    pub fn allow_in(&self, right: Right, tree: &Tree, department: DepartmentId) -> bool {
        self.0.iter().any(|grant| {
            grant.role.has(right)
                && match grant.department {
                    None => true,
                    Some(top) => right.by_department() && tree.contains(top, department),
                }
        })
    }

    /// Whether the member has the right somewhere, which is what opens a page of administration.
    pub fn allow_somewhere(&self, right: Right) -> bool {
        self.allow(right)
            || (right.by_department()
                && self
                    .0
                    .iter()
                    .any(|grant| grant.department.is_some() && grant.role.has(right)))
    }

    /// Departments to which the right is limited; empty when it holds everywhere or nowhere.
    pub fn limits(&self, right: Right) -> Vec<DepartmentId> {
        if self.allow(right) || !right.by_department() {
            return Vec::new();
        }
        self.0
            .iter()
            .filter(|grant| grant.role.has(right))
            .filter_map(|grant| grant.department)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::department::{Department, ROOT};

    #[test]
    fn a_role_can_be_limited_to_a_department() {
        let node = |id, parent: Option<i64>| Department {
            id: DepartmentId(id),
            parent: parent.map(DepartmentId),
            name: String::new(),
            order: 0,
        };
        let tree = Tree::new(vec![node(1, None), node(2, Some(1)), node(3, Some(2))]);
        let roles = Roles(vec![RoleGrant {
            role: Role::DirectoryAdmin,
            department: Some(DepartmentId(2)),
        }]);
        assert!(roles.allow_in(Right::EditPeople, &tree, DepartmentId(3)));
        assert!(!roles.allow_in(Right::EditPeople, &tree, ROOT));
        assert!(!roles.allow(Right::EditPeople));
        assert!(roles.allow_somewhere(Right::EditPeople));
        assert!(
            !roles.allow_somewhere(Right::EditVisibility),
            "visibility concerns the whole corp"
        );
        assert_eq!(roles.limits(Right::EditPeople), [DepartmentId(2)]);
    }

    #[test]
    fn only_the_owner_hands_out_roles() {
        for role in Role::ALL {
            let roles = Roles(vec![RoleGrant {
                role,
                department: None,
            }]);
            assert_eq!(roles.allow(Right::GrantRoles), role == Role::Owner);
            assert_eq!(Role::from_name(role.name()), Some(role));
        }
    }
}
