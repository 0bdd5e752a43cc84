//! Parts of pages that a signal asks to fetch again, and who may be told of each.

use std::collections::BTreeSet;

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
    /// For administrators: live codes and what happens to them.
    LiveCodes,
    /// For who reads the figures of live codes: scans and what came of them.
    Live,
    /// For who reads those figures: alerts of live codes.
    Alerts,
    /// The member's conversations with customers.
    Conversations,
    /// The person's conversations with companies.
    Talks,
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

/// Every topic, in the order of their numbers.
const ALL: [Topic; 18] = [
    Topic::Requests,
    Topic::Contacts,
    Topic::Asks,
    Topic::AdminAsks,
    Topic::People,
    Topic::Directory,
    Topic::Codes,
    Topic::LiveCodes,
    Topic::Live,
    Topic::Alerts,
    Topic::Conversations,
    Topic::Talks,
    Topic::Webhooks,
    Topic::Tokens,
    Topic::AdminTokens,
    Topic::SignedOut,
    Topic::All,
    Topic::Stopping,
];

impl Topic {
    /// A bit of its own.
    pub(super) const fn bit(self) -> u32 {
        1 << self as u32
    }

    /// The topics of these bits.
    pub(super) fn of_bits(bits: u32) -> BTreeSet<Self> {
        let topics = ALL.into_iter();
        topics.filter(|topic| bits & topic.bit() != 0).collect()
    }

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
            Self::LiveCodes => "live-codes",
            Self::Live => "live",
            Self::Alerts => "alerts",
            Self::Conversations => "conversations",
            Self::Talks => "talks",
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
            Self::LiveCodes => Some(Right::EditCodes),
            Self::Live | Self::Alerts => Some(Right::ReadLive),
            Self::Webhooks => Some(Right::EditWebhooks),
            Self::AdminTokens => Some(Right::EditTokens),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_is_found_by_its_bit() {
        for (number, topic) in ALL.into_iter().enumerate() {
            assert_eq!(topic.bit(), 1 << number, "{topic:?}");
            assert_eq!(Topic::of_bits(topic.bit()), BTreeSet::from([topic]));
        }
        assert_eq!(
            Topic::Stopping.bit(),
            1 << (ALL.len() - 1),
            "the last one is listed"
        );
    }
}
