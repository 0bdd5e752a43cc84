//! A party (一方): either end of a contact, a member of a corp or a person on his own.

use serde::{Deserialize, Serialize};

use crate::id::{CorpId, MemberId, PersonId};

/// Either end of a contact or request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// An account in a corp.
    Member { corp: CorpId, id: MemberId },
    /// An individual without a corp.
    Person { id: PersonId },
}

impl Party {
    /// Owner that leads the keys of this party's rows: the corp, or the person himself.
    pub const fn scope(self) -> u128 {
        match self {
            Self::Member { corp, .. } => corp.as_u128(),
            Self::Person { id } => id.as_u128(),
        }
    }

    /// Number of the party itself.
    pub const fn id(self) -> u128 {
        match self {
            Self::Member { id, .. } => id.as_u128(),
            Self::Person { id } => id.as_u128(),
        }
    }

    /// Stored number of the kind: 1 member, 2 person.
    pub const fn kind(self) -> i64 {
        match self {
            Self::Member { .. } => 1,
            Self::Person { .. } => 2,
        }
    }

    /// Puts a stored party together again; None for an unknown kind.
    pub const fn from_parts(kind: i64, scope: u128, id: u128) -> Option<Self> {
        match kind {
            1 => Some(Self::Member {
                corp: CorpId::from_u128(scope),
                id: MemberId::from_u128(id),
            }),
            2 => Some(Self::Person {
                id: PersonId::from_u128(id),
            }),
            _ => None,
        }
    }

    /// The member's id, if the party is one.
    pub const fn member(self) -> Option<MemberId> {
        match self {
            Self::Member { id, .. } => Some(id),
            Self::Person { .. } => None,
        }
    }
}
