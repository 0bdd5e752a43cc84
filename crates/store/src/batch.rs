//! Rows of what came of requests that one member sent to many at once.

use guanxi_model::id::{BatchId, CorpId, MemberId};

use crate::{Result, Tx, params};

/// A batch as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Number, chosen before the batch was sent.
    pub id: BatchId,
    /// What the sender wrote to all.
    pub message: String,
    /// What came of it for each, as JSON.
    pub results: String,
    /// When it was sent.
    pub created_at_ms: i64,
}

const FIND: &str = "SELECT message, results, created_at_ms FROM request_batch
    WHERE corp_id = $1 AND member_id = $2 AND batch_id = $3";
const INSERT: &str =
    "INSERT INTO request_batch (corp_id, member_id, batch_id, message, results, created_at_ms)
    VALUES ($1, $2, $3, $4, $5, $6)";
const FORGET: &str = "DELETE FROM request_batch WHERE created_at_ms < $1";

/// All statements, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[FIND, INSERT, FORGET];

/// A batch of this sender.
pub fn find(tx: &mut Tx<'_>, corp: CorpId, sender: MemberId, id: BatchId) -> Result<Option<Batch>> {
    tx.find(FIND, params![corp, sender, id], |row| {
        Ok(Batch {
            id,
            message: row.get(0)?,
            results: row.get(1)?,
            created_at_ms: row.get(2)?,
        })
    })
}

/// Writes a batch.
pub fn insert(tx: &mut Tx<'_>, corp: CorpId, sender: MemberId, new: &Batch) -> Result<()> {
    let Batch {
        id,
        message,
        results,
        created_at_ms,
    } = new;
    tx.execute(
        INSERT,
        params![corp, sender, *id, *message, *results, *created_at_ms],
    )?;
    Ok(())
}

/// Forgets batches from before a time.
pub fn forget(tx: &mut Tx<'_>, before_ms: i64) -> Result<u64> {
    tx.execute(FORGET, params![before_ms])
}
