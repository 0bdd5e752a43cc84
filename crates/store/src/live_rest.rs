//! Rows of members who have switched themselves off, and what a member sees of his own share: adds, and turns given or taken.

use guanxi_model::id::{CorpId, CreditId, LiveCodeId, MemberId};

use crate::{Result, Tx, params};

/// Somebody has switched himself off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rest {
    /// Until when; None until he switches himself on.
    pub until_ms: Option<i64>,
    /// Since when.
    pub made_at_ms: i64,
}

/// Turns given to a member or taken from him.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit {
    /// Number.
    pub id: CreditId,
    /// Of which code.
    pub code: LiveCodeId,
    /// How many; less than none where they were taken.
    pub turns: i64,
    /// Why.
    pub reason: String,
    /// When.
    pub made_at_ms: i64,
}

const FIND: &str =
    "SELECT until_ms, made_at_ms FROM live_rest WHERE corp_id = $1 AND member_id = $2
    AND (until_ms IS NULL OR until_ms > $3)";
const PUT: &str =
    "INSERT INTO live_rest (corp_id, member_id, until_ms, made_at_ms) VALUES ($1, $2, $3, $4)
    ON CONFLICT (corp_id, member_id) DO UPDATE SET until_ms = excluded.until_ms, made_at_ms = excluded.made_at_ms";
const DELETE: &str = "DELETE FROM live_rest WHERE corp_id = $1 AND member_id = $2";
const ADDS: &str = "SELECT code_id, count(*) FROM live_add
    WHERE corp_id = $1 AND member_id = $2 AND at_ms >= $3 GROUP BY code_id";
const CREDITS: &str = "SELECT credit_id, code_id, turns, reason, made_at_ms FROM live_credit
    WHERE corp_id = $1 AND member_id = $2 ORDER BY credit_id DESC LIMIT $3";

/// All statements, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[FIND, PUT, DELETE, ADDS, CREDITS];

/// Whether a member has switched himself off at a moment.
pub fn find(tx: &mut Tx<'_>, corp: CorpId, member: MemberId, now_ms: i64) -> Result<Option<Rest>> {
    tx.find(FIND, params![corp, member, now_ms], |row| {
        Ok(Rest {
            until_ms: row.get(0)?,
            made_at_ms: row.get(1)?,
        })
    })
}

/// Switches a member off.
pub fn put(tx: &mut Tx<'_>, corp: CorpId, member: MemberId, rest: Rest) -> Result<()> {
    tx.execute(PUT, params![corp, member, rest.until_ms, rest.made_at_ms])?;
    Ok(())
}

/// Switches a member on; false if he was not off.
pub fn delete(tx: &mut Tx<'_>, corp: CorpId, member: MemberId) -> Result<bool> {
    Ok(tx.execute(DELETE, params![corp, member])? > 0)
}

/// Customers who added a member since a moment, by code.
pub fn adds(
    tx: &mut Tx<'_>,
    corp: CorpId,
    member: MemberId,
    since_ms: i64,
) -> Result<Vec<(LiveCodeId, i64)>> {
    tx.list(ADDS, params![corp, member, since_ms], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}

/// Turns given to a member or taken from him, the latest first.
pub fn credits(tx: &mut Tx<'_>, corp: CorpId, member: MemberId, limit: i64) -> Result<Vec<Credit>> {
    tx.list(CREDITS, params![corp, member, limit], |row| {
        Ok(Credit {
            id: row.get(0)?,
            code: row.get(1)?,
            turns: row.get(2)?,
            reason: row.get(3)?,
            made_at_ms: row.get(4)?,
        })
    })
}
