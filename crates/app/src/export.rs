//! Lists that leave as files: who may take which, and the audit entry that says so. What is in them, the lists' own functions read.

use guanxi_model::role::Right;
use guanxi_store::Tx;
use serde_json::json;

use crate::{Cx, Me, Result, audit};

/// A list that somebody takes away as a file. Lists of members, contacts, customers and entries of the log announce themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// What the actor sees of the directory.
    Directory,
    /// Requests to him, or by him.
    Requests,
    /// Whom he has blocked.
    Blocks,
    /// His QR codes.
    Codes,
    /// All QR codes of the corp.
    AllCodes,
    /// All live codes of the corp.
    LiveCodes,
    /// Figures of live codes.
    LiveReport,
    /// Everybody with a role.
    Roles,
    /// The tree.
    Departments,
    /// Rules of visibility.
    Rules,
    /// Single permissions.
    Grants,
    /// Questions of members.
    Asks,
}

impl List {
    /// Noun and verb of the audit entry.
    const fn action(self) -> &'static str {
        match self {
            Self::Directory => "member.directory_exported",
            Self::Requests => "request.exported",
            Self::Blocks => "contact.blocks_exported",
            Self::Codes => "code.exported",
            Self::AllCodes => "code.all_exported",
            Self::LiveCodes => "live_code.exported",
            Self::LiveReport => "live_code.report_exported",
            Self::Roles => "role.exported",
            Self::Departments => "department.exported",
            Self::Rules => "visibility.rules_exported",
            Self::Grants => "visibility.grants_exported",
            Self::Asks => "find_ask.exported",
        }
    }

    fn require(self, me: &Me) -> Result<()> {
        match self {
            Self::Directory | Self::Requests | Self::Blocks | Self::Codes => Ok(()),
            Self::AllCodes | Self::LiveCodes => me.require(Right::EditCodes),
            Self::LiveReport => me.require(Right::ReadLive),
            Self::Roles => me.require(Right::GrantRoles),
            Self::Departments => me.require_some(Right::EditDepartments),
            Self::Rules | Self::Grants => me.require(Right::EditVisibility),
            Self::Asks => me.require(Right::AnswerAsks),
        }
    }
}

/// Records that an export begins, which the export itself cannot do, since it only reads; `filter` is what it is narrowed to.
pub fn announce(tx: &mut Tx<'_>, cx: &Cx, list: List, filter: &str) -> Result<Me> {
    let me = cx.me(tx)?;
    list.require(&me)?;
    let object = match list {
        List::Directory | List::Requests | List::Blocks | List::Codes => {
            ("member", me.member.id.to_string())
        }
        _ => ("corp", me.corp_id.to_string()),
    };
    let detail = json!({ "filter": filter });
    audit::record(tx, cx, me.corp_id, list.action(), Some(object), &detail)?;
    Ok(me)
}
