//! Rows of acts on many members and of what came of them.

use guanxi_model::id::{BulkId, CorpId, MemberId};

use crate::{Result, Tx, params};

/// An act as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bulk {
    /// Number, chosen before the act was sent.
    pub id: BulkId,
    /// Who acts.
    pub actor: MemberId,
    /// What is done, as JSON.
    pub deed: String,
    /// With whom, as JSON.
    pub members: String,
    /// How many they are.
    pub total: i64,
    /// How many have been gone through.
    pub taken: i64,
    /// The act that took it back.
    pub undone_by: Option<BulkId>,
    /// When it was sent.
    pub created_at_ms: i64,
    /// When it last came on.
    pub updated_at_ms: i64,
}

const FIND: &str =
    "SELECT member_id, deed, members, total, taken, undone_by, created_at_ms, updated_at_ms
    FROM bulk_act WHERE corp_id = $1 AND bulk_id = $2";
const INSERT: &str =
    "INSERT INTO bulk_act (corp_id, bulk_id, member_id, deed, members, total, taken, undone_by,
    created_at_ms, updated_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const ADVANCE: &str = "UPDATE bulk_act SET taken = $4, updated_at_ms = $5
    WHERE corp_id = $1 AND bulk_id = $2 AND taken = $3";
const UNDONE: &str = "UPDATE bulk_act SET undone_by = $3 WHERE corp_id = $1 AND bulk_id = $2";
const PUT_PART: &str =
    "INSERT INTO bulk_part (corp_id, bulk_id, first, results) VALUES ($1, $2, $3, $4)";
const PARTS: &str =
    "SELECT results FROM bulk_part WHERE corp_id = $1 AND bulk_id = $2 ORDER BY first";
const FORGET: &str = "DELETE FROM bulk_act WHERE created_at_ms < $1";

/// All statements, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[FIND, INSERT, ADVANCE, UNDONE, PUT_PART, PARTS, FORGET];

/// An act of the corp.
pub fn find(tx: &mut Tx<'_>, corp: CorpId, id: BulkId) -> Result<Option<Bulk>> {
    tx.find(FIND, params![corp, id], |row| {
        Ok(Bulk {
            id,
            actor: row.get(0)?,
            deed: row.get(1)?,
            members: row.get(2)?,
            total: row.get(3)?,
            taken: row.get(4)?,
            undone_by: row.get(5)?,
            created_at_ms: row.get(6)?,
            updated_at_ms: row.get(7)?,
        })
    })
}

/// Writes a new act.
pub fn insert(tx: &mut Tx<'_>, corp: CorpId, new: &Bulk) -> Result<()> {
    tx.execute(
        INSERT,
        params![
            corp,
            new.id,
            new.actor,
            new.deed,
            new.members,
            new.total,
            new.taken,
            new.undone_by,
            new.created_at_ms,
            new.updated_at_ms
        ],
    )?;
    Ok(())
}

/// Notes how far an act has come; false if somebody else has brought it on meanwhile.
pub fn advance(
    tx: &mut Tx<'_>,
    corp: CorpId,
    id: BulkId,
    from: i64,
    to: i64,
    now_ms: i64,
) -> Result<bool> {
    Ok(tx.execute(ADVANCE, params![corp, id, from, to, now_ms])? == 1)
}

/// Notes that an act was taken back by another.
pub fn set_undone(tx: &mut Tx<'_>, corp: CorpId, id: BulkId, by: BulkId) -> Result<()> {
    tx.execute(UNDONE, params![corp, id, by])?;
    Ok(())
}

/// Writes what a part came to, as JSON; `first` is the place of its first member.
pub fn put_part(
    tx: &mut Tx<'_>,
    corp: CorpId,
    id: BulkId,
    first: i64,
    results: &str,
) -> Result<()> {
    tx.execute(PUT_PART, params![corp, id, first, results])?;
    Ok(())
}

/// What the parts came to, in order.
pub fn parts(tx: &mut Tx<'_>, corp: CorpId, id: BulkId) -> Result<Vec<String>> {
    tx.list(PARTS, params![corp, id], |row| row.get(0))
}

/// Forgets acts from before a time.
pub fn forget(tx: &mut Tx<'_>, before_ms: i64) -> Result<u64> {
    tx.execute(FORGET, params![before_ms])
}
