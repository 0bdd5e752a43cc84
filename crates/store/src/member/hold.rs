//! Keeping a member as he is until a transaction is through.

use guanxi_model::{
    id::{CorpId, MemberId},
    member::Status,
};

use crate::{Error, Result, Tx, params};

/// One row, which nobody changes until this transaction ends. SQLite has one writer, so reading is enough there.
const HOLD_SQLITE: &str = "SELECT status FROM member WHERE corp_id = $1 AND member_id = $2";
const HOLD_POSTGRES: &str =
    "SELECT status FROM member WHERE corp_id = $1 AND member_id = $2 FOR SHARE";

/// Statements of one engine alone.
#[cfg(test)]
pub(crate) const SQLITE: &[&str] = &[HOLD_SQLITE];
#[cfg(test)]
pub(crate) const POSTGRES: &[&str] = &[HOLD_POSTGRES];

/// The state of a member, which stays until this transaction ends: whoever disables him waits for it, and this one is tried anew
/// if he was disabled meanwhile. Without it PostgreSQL may commit a contact after the answer that he has left, since it keeps an
/// order of transactions but not that of their answers.
pub fn hold(tx: &mut Tx<'_>, corp: CorpId, id: MemberId) -> Result<Option<Status>> {
    let sql = tx.dialect(HOLD_SQLITE, HOLD_POSTGRES);
    tx.find(sql, params![corp, id], |row| {
        Status::from_number(row.get(0)?).ok_or(Error::Mismatch {
            column: 0,
            wanted: "a state of an account",
        })
    })
}
