//! What nodes share besides the product's nouns: secrets made once, and leases on jobs that one node does at a time.

use crate::{Result, Tx, params};

const FIND_SECRET: &str = "SELECT value FROM secret WHERE name = $1";
const INSERT_SECRET: &str =
    "INSERT INTO secret (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING";
const TAKE_LEASE: &str = "INSERT INTO lease (name, node, until_ms) VALUES ($1, $2, $3)
    ON CONFLICT (name) DO UPDATE SET node = excluded.node, until_ms = excluded.until_ms
    WHERE lease.node = excluded.node OR lease.until_ms <= $4";

const LEAVE_LEASE: &str = "DELETE FROM lease WHERE name = $1 AND node = $2";

/// All statements, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[FIND_SECRET, INSERT_SECRET, TAKE_LEASE, LEAVE_LEASE];

/// The shared secret of this name; the first node that asks writes its own proposal.
pub fn secret(tx: &mut Tx<'_>, name: &str, proposal: &[u8]) -> Result<Vec<u8>> {
    tx.execute(INSERT_SECRET, params![name, proposal])?;
    tx.get(FIND_SECRET, params![name], |row| row.get(0))
}

/// Takes or keeps a lease until a moment; false while another node holds it.
pub fn take_lease(
    tx: &mut Tx<'_>,
    name: &str,
    node: u128,
    now_ms: i64,
    until_ms: i64,
) -> Result<bool> {
    Ok(tx.execute(TAKE_LEASE, params![name, node, until_ms, now_ms])? > 0)
}

/// Gives a lease back before its end.
pub fn leave_lease(tx: &mut Tx<'_>, name: &str, node: u128) -> Result<()> {
    tx.execute(LEAVE_LEASE, params![name, node]).map(drop)
}
