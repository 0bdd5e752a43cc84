//! Rows of the log in which everything stands that happens to a corp's live codes, and of the inbox in front of it.

use guanxi_model::id::CorpId;

use crate::{Result, Tx, params};

const PUT_IN: &str = "INSERT INTO live_inbox (corp_id, item_id, body) VALUES ($1, $2, $3)";

/// All statements, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[PUT_IN];

/// Leaves a note that the next transaction of the log takes up.
pub fn put_in(tx: &mut Tx<'_>, corp: CorpId, item: u128, body: &str) -> Result<()> {
    tx.execute(PUT_IN, params![corp, item, body])?;
    Ok(())
}
