//! Entries of the log, as they are written and read again.

use serde::{Deserialize, Serialize};

use super::{Staff, Visit};
use crate::{
    id::{LiveCodeId, MemberId},
    live_code::{
        near::Point,
        receipt::{Reason, Receipt},
    },
};

/// Who sits where: for each pool of a plan its members in the order of their places, each with the entry of the pool by which he is
/// there; and the zone of the corp's days.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seating {
    /// IANA time zone.
    pub zone: String,
    /// Pools.
    pub pools: Vec<Vec<(MemberId, u32)>>,
}

/// A pool that was asked, and what it said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Looked {
    /// Its place among the pools of the plan.
    pub pool: u32,
    /// Its receipt.
    pub receipt: Receipt,
}

/// What a scan came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Who was chosen.
    pub member: Option<MemberId>,
    /// Until when the place is kept; None where none was needed.
    pub until_ms: Option<i64>,
    /// What led to the choice.
    pub reason: Reason,
    /// Version of the code.
    pub version: u32,
    /// The pools that were asked, in their order; the last one decided.
    pub looked: Vec<Looked>,
}

/// A scan with its choice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scanned {
    /// Who scanned; kept in a column of its own.
    #[serde(skip)]
    pub visitor: u128,
    /// What he chose on the page.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<String>,
    /// Where he was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Point>,
    /// Whose customer he was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub returning_to: Vec<MemberId>,
    /// Whom he was not to meet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<MemberId>,
    /// Version of the code.
    pub version: u32,
    /// Until when the place is kept; in a column of its own too.
    #[serde(skip)]
    pub until_ms: Option<i64>,
    /// The pools that were asked.
    pub looked: Vec<Looked>,
}

impl Scanned {
    /// The scan of a visit.
    pub fn new(visit: Visit, decision: &Decision) -> Self {
        Self {
            visitor: visit.visitor,
            path: visit.path,
            from: visit.from,
            returning_to: visit.returning_to,
            except: visit.except,
            version: decision.version,
            until_ms: decision.until_ms,
            looked: decision.looked.clone(),
        }
    }

    /// The visit again, to be decided otherwise.
    pub fn visit(&self) -> Visit {
        Visit {
            visitor: self.visitor,
            path: self.path.clone(),
            from: self.from,
            returning_to: self.returning_to.clone(),
            except: self.except.clone(),
        }
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// A scan was decided.
    Scanned(Box<Scanned>),
    /// A scan became an add.
    Added {
        /// Who scanned; kept in a column of its own.
        #[serde(skip)]
        visitor: u128,
        /// Whom he added.
        member: MemberId,
    },
    /// Turns were given or taken.
    Credit {
        /// To whom.
        member: MemberId,
        /// How many.
        turns: i32,
    },
    /// A version was published, or its seats follow the directory.
    Published {
        /// Which.
        version: u32,
        /// Who sits where.
        seating: Seating,
    },
    /// The code was deleted.
    Deleted,
    /// How a member stands, for all codes.
    Stands {
        /// Who.
        member: MemberId,
        /// What is known of him.
        staff: Staff,
    },
}

impl Entry {
    /// Stored number of its kind.
    pub const fn number(&self) -> i64 {
        match self {
            Self::Scanned(_) => 1,
            Self::Added { .. } => 2,
            Self::Credit { .. } => 3,
            Self::Published { .. } => 4,
            Self::Deleted => 5,
            Self::Stands { .. } => 6,
        }
    }

    /// Who scanned, where somebody did.
    pub fn visitor(&self) -> Option<u128> {
        match self {
            Self::Scanned(scanned) => Some(scanned.visitor),
            Self::Added { visitor, .. } => Some(*visitor),
            _ => None,
        }
    }

    /// The same, by a visitor that was kept elsewhere.
    #[must_use]
    pub fn by(mut self, by: u128) -> Self {
        match &mut self {
            Self::Scanned(scanned) => scanned.visitor = by,
            Self::Added { visitor, .. } => *visitor = by,
            _ => {}
        }
        self
    }
}

/// What is counted of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// A card was shown to a visitor who held no place.
    Shown,
    /// A visitor saw the card again whose place he holds.
    Again,
    /// A customer came back to his member.
    Returning,
    /// Nobody could be shown.
    Nobody,
    /// A visitor became a contact, or asked to.
    Added,
}

impl Outcome {
    /// All outcomes.
    pub const ALL: [Self; 5] = [
        Self::Shown,
        Self::Again,
        Self::Returning,
        Self::Nobody,
        Self::Added,
    ];

    /// Stored number.
    pub const fn number(self) -> i64 {
        self as i64 + 1
    }

    /// Reads the stored number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.number() == number)
    }
}

impl Entry {
    /// What is counted of it, if anything is.
    pub fn outcome(&self) -> Option<Outcome> {
        match self {
            Self::Scanned(scanned) => {
                let last = scanned.looked.last();
                Some(match last.map(|looked| looked.receipt.reason) {
                    Some(Reason::Strategy) => Outcome::Shown,
                    Some(Reason::Held) => Outcome::Again,
                    Some(Reason::Returning) => Outcome::Returning,
                    Some(Reason::Nobody) | None => Outcome::Nobody,
                })
            }
            Self::Added { .. } => Some(Outcome::Added),
            _ => None,
        }
    }
}

/// An entry at its place in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Logged {
    /// Which code it concerns; None for all codes of a member.
    pub code: Option<LiveCodeId>,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// What happened.
    pub entry: Entry,
}
