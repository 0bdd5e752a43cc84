//! Rows of scans of a live code, as its administrators look through them.

use guanxi_model::id::{CorpId, LiveCodeId, MemberId};

use crate::{Result, Tx, params};

/// A scan of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    /// Number in the log.
    pub seq: i64,
    /// When.
    pub at_ms: i64,
    /// Who was chosen; None where nobody could be.
    pub member: Option<MemberId>,
    /// Until when the place was kept.
    pub until_ms: Option<i64>,
    /// Whether it became an add.
    pub is_added: bool,
}

/// Which scans of a code are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// All.
    All,
    /// Those that led to a member.
    Of(MemberId),
    /// Those that became an add.
    Added,
    /// Those for which nobody could be chosen.
    Nobody,
}

macro_rules! scans {
    ($narrowed:literal) => {
        concat!(
            "SELECT l.seq, l.at_ms, l.member_id, l.until_ms, a.seq IS NOT NULL FROM live_log l
            LEFT JOIN live_add a ON a.corp_id = l.corp_id AND a.seq = l.seq
            WHERE l.corp_id = $1 AND l.code_id = $2 AND l.seq < $3 AND l.kind = 1 AND l.at_ms >= $4 AND l.at_ms < $5",
            $narrowed,
            " ORDER BY l.seq DESC LIMIT $6"
        )
    };
}

const ALL: &str = scans!("");
const OF: &str = scans!(" AND l.member_id = $7");
const ADDED: &str = scans!(" AND a.seq IS NOT NULL");
const NOBODY: &str = scans!(" AND l.member_id IS NULL");

/// All statements, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[ALL, OF, ADDED, NOBODY];

/// Scans of a code in a stretch of time, the newest first, older than `before`.
pub fn list(
    tx: &mut Tx<'_>,
    corp: CorpId,
    code: LiveCodeId,
    which: Which,
    (from_ms, until_ms): (i64, i64),
    before: i64,
    limit: i64,
) -> Result<Vec<Scan>> {
    let read = |row: &crate::Row<'_>| {
        Ok(Scan {
            seq: row.get(0)?,
            at_ms: row.get(1)?,
            member: row.get(2)?,
            until_ms: row.get(3)?,
            is_added: row.get(4)?,
        })
    };
    let sql = match which {
        Which::All => ALL,
        Which::Added => ADDED,
        Which::Nobody => NOBODY,
        Which::Of(member) => {
            let params = params![corp, code, before, from_ms, until_ms, limit, member];
            return tx.list(OF, params, read);
        }
    };
    let params = params![corp, code, before, from_ms, until_ms, limit];
    tx.list(sql, params, read)
}
