//! The receipt of a choice: why this seat, what was there to choose from, and what removed the others.

use serde::{Deserialize, Serialize};

use super::turn::Place;

/// Why a seat could not be chosen. The first that applies counts, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filter {
    /// The account is disabled or gone.
    Inactive,
    /// He may not have customers.
    NotPermitted,
    /// Out of his hours.
    OffDuty,
    /// He has switched himself off.
    SwitchedOff,
    /// The quota of the corp, or his own, is used up.
    Quota,
    /// His cap of the day is reached, by adds and by reservations that may become one.
    DailyCap,
    /// His cap for all time is reached.
    LifetimeCap,
    /// His weight is 0.
    NoShare,
    /// All that were left are farther away than the radius.
    TooFar,
    /// The visitor had him already and is to meet another.
    Excluded,
}

impl Filter {
    /// All, in their order.
    pub const ALL: [Self; 10] = [
        Self::Inactive,
        Self::NotPermitted,
        Self::OffDuty,
        Self::SwitchedOff,
        Self::Quota,
        Self::DailyCap,
        Self::LifetimeCap,
        Self::NoShare,
        Self::TooFar,
        Self::Excluded,
    ];
}

/// What led to a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The visitor holds a place already.
    Held,
    /// He is a customer of this member's.
    Returning,
    /// The strategy.
    Strategy,
    /// Nobody was left.
    Nobody,
}

/// A seat that might have been chosen, with what spoke for it: turns owed, load in parts of the capacity, or metres.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// Which.
    pub place: Place,
    /// Its score.
    pub score: f64,
}

/// Why this seat: what a decision was made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    /// The seat, if there was one.
    pub chosen: Option<Place>,
    /// What led to it.
    pub reason: Reason,
    /// Chance of this choice; 1 where the strategy leaves none.
    pub probability: f64,
    /// Seats of the pool.
    pub seats: u32,
    /// How many seats each filter removed, in the order of filters; only those that removed any.
    pub removed: Vec<(Filter, u32)>,
    /// The first of those that were left, best first.
    pub candidates: Vec<Candidate>,
}
