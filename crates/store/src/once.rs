//! Rows of what was made by a form, so that the same form sent twice makes it once.

use guanxi_model::id::{CorpId, MemberId, OnceId};

use crate::{Result, Tx, params};

const CLAIM: &str =
    "INSERT INTO once (corp_id, member_id, once_id, result, created_at_ms) VALUES ($1, $2, $3, '', $4)
    ON CONFLICT DO NOTHING";
const FIND: &str = "SELECT result FROM once WHERE corp_id = $1 AND member_id = $2 AND once_id = $3";
const KEEP: &str =
    "UPDATE once SET result = $4 WHERE corp_id = $1 AND member_id = $2 AND once_id = $3";
const FORGET: &str = "DELETE FROM once WHERE created_at_ms < $1";

/// All statements, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[CLAIM, FIND, KEEP, FORGET];

/// Whether this is the first time that the member sends it; a second sender waits here until the first has committed.
pub fn claim(
    tx: &mut Tx<'_>,
    corp: CorpId,
    member: MemberId,
    id: OnceId,
    now_ms: i64,
) -> Result<bool> {
    Ok(tx.execute(CLAIM, params![corp, member, id, now_ms])? == 1)
}

/// What it came to the first time, as JSON.
pub fn find(tx: &mut Tx<'_>, corp: CorpId, member: MemberId, id: OnceId) -> Result<Option<String>> {
    tx.find(FIND, params![corp, member, id], |row| row.get(0))
}

/// Keeps what it came to.
pub fn keep(
    tx: &mut Tx<'_>,
    corp: CorpId,
    member: MemberId,
    id: OnceId,
    result: &str,
) -> Result<()> {
    tx.execute(KEEP, params![corp, member, id, result])?;
    Ok(())
}

/// Forgets what was made before a time.
pub fn forget(tx: &mut Tx<'_>, before_ms: i64) -> Result<u64> {
    tx.execute(FORGET, params![before_ms])
}
