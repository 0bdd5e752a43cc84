//! Parts of pages that a signal asks to fetch again, and who may be told of each.

use guanxi_model::role::Right;

/// Part of a page that has to be fetched again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// Requests, received and sent, and their counts.
    Requests,
    /// Contacts.
    Contacts,
    /// What the member asked the administrators.
    Asks,
    /// For administrators: questions of members.
    AdminAsks,
    /// For administrators: members and departments.
    People,
    /// The directory, as each member sees it: some rule changed, and the signal says of nobody whom it concerns.
    Directory,
    /// The member's QR codes and their scans.
    Codes,
    /// For administrators: endpoints and their messages.
    Webhooks,
    /// The member's access tokens.
    Tokens,
    /// For administrators: access tokens of all.
    AdminTokens,
    /// The session is over: the page has to sign in again.
    SignedOut,
    /// Much may have changed while the node was cut off: fetch everything.
    All,
    /// The node stops: the page has to find another one.
    Stopping,
}

impl Topic {
    /// Stable name, as in `data-live`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::Contacts => "contacts",
            Self::Asks => "asks",
            Self::AdminAsks => "admin-asks",
            Self::People => "people",
            Self::Directory => "directory",
            Self::Codes => "codes",
            Self::Webhooks => "webhooks",
            Self::Tokens => "tokens",
            Self::AdminTokens => "admin-tokens",
            Self::SignedOut => "signed-out",
            Self::All => "all",
            Self::Stopping => "stopping",
        }
    }
}

impl Topic {
    /// The right without which nobody is told: that something has changed is news too.
    pub const fn right(self) -> Option<Right> {
        match self {
            Self::AdminAsks => Some(Right::AnswerAsks),
            Self::People => Some(Right::ReadPeople),
            Self::Webhooks => Some(Right::EditWebhooks),
            Self::AdminTokens => Some(Right::EditTokens),
            _ => None,
        }
    }
}
