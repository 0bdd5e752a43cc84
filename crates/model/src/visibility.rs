//! Visibility scope (可见范围): which departments and members a viewer may see. One policy decides; everything asks it.
//!
//! 1. A member always sees himself.
//! 2. A live grant whose viewer covers the viewer and whose target covers the target lets him see it, whatever else.
//! 3. With `leaders_see_below`, a leader of a department sees every member of that department's subtree.
//! 4. Hide on a member: nobody sees him except viewers covered by the exceptions.
//! 5. Hide on a department: its subtree is not seen from outside. A member sees it who has a department of his own
//!    within it, and so do viewers covered by the exceptions.
//! 6. Limit on a department or member as viewer: who is covered by it, and by none of its exceptions, sees only
//!    - `OnlySelf`: nobody else;
//!    - `OwnDepartment`: the subtrees of those of his departments that lie within the rule's subject (for a member as
//!      subject: of all his departments);
//!    - `Listed`: the listed subjects.
//!
//!    Listed subjects add to any extent. A viewer covered by several limits sees what any of them allows.
//! 7. A target in several departments is visible if at least one of them is visible to the viewer, unless rule 4 hides
//!    him. A target listed by name in a limit is visible unless rule 4 hides him or rule 5 hides all his departments.
//!    A target in no department of the tree is seen by rules 1 and 2 by name only.
//! 8. Status (disabled, left) is not visibility; callers filter.
//! 9. The name of a department may be shown if its members are visible, if it is the viewer's own, or if it is an
//!    ancestor of such a one and rule 5 does not hide it. A hidden name appears nowhere, not in a path nor on a card.
//!
//! Rules 1 to 3 win over 4 to 6. A subject that is a department covers its whole subtree. A rule or a list that names
//! a department which is gone covers nobody there.

mod explain;
mod places;
mod policy;
mod scope;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use explain::{Explanation, Outcome, Step, Why};
pub use policy::Policy;
pub use scope::{Reach, Scope};

use crate::{
    department::DepartmentId,
    id::{MemberId, RuleId},
};

/// Whom a rule, an exception or a list names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// Everyone in the department or below it.
    Department(DepartmentId),
    /// One member.
    Member(MemberId),
}

/// How far somebody under a limit sees, before what is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    /// Nobody but himself.
    OnlySelf,
    /// His own departments and what is below them.
    OwnDepartment,
    /// Nothing but what is listed.
    Listed,
}

/// What a rule does to its subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The subject is not seen by others.
    Hide,
    /// The subject does not see others beyond an extent.
    Limit {
        /// How far he sees.
        extent: Extent,
        /// What he sees besides.
        listed: Vec<Subject>,
    },
}

/// One rule that an administrator set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Identifier.
    pub id: RuleId,
    /// What it does.
    pub kind: Kind,
    /// The hidden ones, or the viewers under a limit.
    pub subject: Subject,
    /// Viewers to whom the rule does not apply.
    pub exceptions: Vec<Subject>,
    /// The administrator's own words.
    pub note: String,
    /// When it was set, in milliseconds UTC.
    pub created_at_ms: i64,
    /// Who set it; None for the system.
    pub created_by: Option<MemberId>,
}

/// Leave for some viewers to see some targets in spite of all rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Identifier.
    pub id: RuleId,
    /// Who may see.
    pub viewer: Subject,
    /// Whom he may see.
    pub target: Subject,
    /// First millisecond at which it no longer holds; None for ever.
    pub expires_at_ms: Option<i64>,
}

impl Grant {
    /// Whether it holds at the given time.
    pub fn is_live(&self, now_ms: i64) -> bool {
        self.expires_at_ms.is_none_or(|end| now_ms < end)
    }
}

/// Who looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// The member.
    pub id: MemberId,
    /// Departments to which he belongs.
    pub departments: Vec<DepartmentId>,
    /// Departments that he leads.
    pub leads: Vec<DepartmentId>,
}

/// Who is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target<'a> {
    /// The member.
    pub id: MemberId,
    /// Departments to which he belongs.
    pub departments: &'a [DepartmentId],
}
