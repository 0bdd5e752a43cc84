//! The desk of a corp: takes the scans that wait and decides them together, in the order of the corp's log.

use std::sync::Arc;

use guanxi_model::{
    id::{CorpId, LiveCodeId, MemberId, PersonId},
    live_code::{near::Point, receipt::Reason},
};

use crate::{Env, Error, Result};

/// A scan that waits for its choice.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// Which code.
    pub code: LiveCodeId,
    /// Whose code.
    pub corp: CorpId,
    /// Who scans: the same visitor has the same number.
    pub visitor: u128,
    /// Keys of what he chose on the page.
    pub path: Vec<String>,
    /// Where he is, if he has told.
    pub from: Option<Point>,
    /// Who he is, if that is known.
    pub person: Option<PersonId>,
    /// Shortened address from which he comes, or empty.
    pub address: String,
}

/// What a scan came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Somebody was chosen.
    Shown(Shown),
    /// Nobody may be chosen now.
    Nobody {
        /// Number of the scan in the log.
        seq: i64,
    },
}

/// Who was chosen, and for how long the place is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Number of the scan in the log.
    pub seq: i64,
    /// Whose card is shown.
    pub member: MemberId,
    /// Until when an add is accepted, in milliseconds since 1970.
    pub until_ms: i64,
    /// What led to the choice.
    pub reason: Reason,
    /// The visitor is a customer of this member's already.
    pub returning: bool,
}

/// Decides a scan. The answer is given when it is stored. A path that does not end at a pool is refused as field `path`; a code
/// that was never published is not found.
pub async fn scan(_env: &Arc<Env>, _ask: Ask) -> Result<Answer> {
    Err(Error::not_found("code"))
}
