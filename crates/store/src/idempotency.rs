//! Rows of answers to requests that a program may send twice, kept with what the request changed.

use guanxi_model::id::{CorpId, TokenId};

use crate::{Result, Tx, params};

/// A request that was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// Hash of what was asked for.
    pub request_hash: Vec<u8>,
    /// The answer, as JSON.
    pub answer: String,
}

const FIND: &str = "SELECT request_hash, answer FROM idempotency
    WHERE corp_id = $1 AND token_id = $2 AND idem_key = $3";
const CLAIM: &str =
    "INSERT INTO idempotency (corp_id, token_id, idem_key, request_hash, answer, created_at_ms)
    VALUES ($1, $2, $3, $4, '', $5) ON CONFLICT (corp_id, token_id, idem_key) DO NOTHING";
const ANSWER: &str = "UPDATE idempotency SET answer = $4
    WHERE corp_id = $1 AND token_id = $2 AND idem_key = $3";
const FORGET: &str = "DELETE FROM idempotency WHERE created_at_ms < $1";

/// All statements, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[FIND, CLAIM, ANSWER, FORGET];

/// Takes a key for this transaction, which waits for another that has just taken it; else says what was answered under it.
pub fn claim(
    tx: &mut Tx<'_>,
    (corp, token): (CorpId, TokenId),
    key: &str,
    request_hash: &[u8],
    now_ms: i64,
) -> Result<Option<Answered>> {
    if tx.execute(CLAIM, params![corp, token, key, request_hash, now_ms])? > 0 {
        return Ok(None);
    }
    tx.find(FIND, params![corp, token, key], |row| {
        Ok(Answered {
            request_hash: row.get(0)?,
            answer: row.get(1)?,
        })
    })
}

/// Writes the answer under a key that was taken.
pub fn answer(
    tx: &mut Tx<'_>,
    (corp, token): (CorpId, TokenId),
    key: &str,
    answer: &str,
) -> Result<()> {
    tx.execute(ANSWER, params![corp, token, key, answer])?;
    Ok(())
}

/// Forgets answers from before a time.
pub fn forget(tx: &mut Tx<'_>, before_ms: i64) -> Result<u64> {
    tx.execute(FORGET, params![before_ms])
}
