//! Rows of companies' logos. Which logo a company shows stands in its own row, so that a card needs no second look.

use guanxi_model::id::{CorpId, LogoId};

use crate::{Result, Tx, params};

const PUT: &str = "INSERT INTO corp_logo (corp_id, logo_id, picture, created_at_ms, removed_at_ms)
    VALUES ($1, $2, $3, $4, NULL) ON CONFLICT (corp_id) DO UPDATE SET
    logo_id = excluded.logo_id, picture = excluded.picture, created_at_ms = excluded.created_at_ms,
    removed_at_ms = NULL";
const SHOW: &str = "UPDATE corp SET logo_id = $2 WHERE corp_id = $1";
const FIND: &str = "SELECT logo_id, picture FROM corp_logo
    WHERE corp_id = $1 AND removed_at_ms IS NULL";
const REMOVE: &str = "UPDATE corp_logo SET removed_at_ms = $2
    WHERE corp_id = $1 AND removed_at_ms IS NULL";
const FIND_REMOVED: &str = "SELECT logo_id FROM corp_logo
    WHERE corp_id = $1 AND removed_at_ms > $2";
const RESTORE: &str = "UPDATE corp_logo SET removed_at_ms = NULL WHERE corp_id = $1";
const FORGET: &str = "DELETE FROM corp_logo WHERE removed_at_ms < $1";

/// All statements, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[PUT, SHOW, FIND, REMOVE, FIND_REMOVED, RESTORE, FORGET];

/// Writes the logo of a company and shows it.
pub fn put(tx: &mut Tx<'_>, corp: CorpId, id: LogoId, picture: &[u8], now_ms: i64) -> Result<()> {
    tx.execute(PUT, params![corp, id, picture, now_ms])?;
    show(tx, corp, Some(id))
}

fn show(tx: &mut Tx<'_>, corp: CorpId, id: Option<LogoId>) -> Result<()> {
    tx.execute(SHOW, params![corp, id])?;
    Ok(())
}

/// The logo of a company, should it have one.
pub fn find(tx: &mut Tx<'_>, corp: CorpId) -> Result<Option<(LogoId, Vec<u8>)>> {
    tx.find(FIND, params![corp], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Takes the logo of a company off; it is kept until [`forget`].
pub fn remove(tx: &mut Tx<'_>, corp: CorpId, now_ms: i64) -> Result<()> {
    tx.execute(REMOVE, params![corp, now_ms])?;
    show(tx, corp, None)
}

/// Shows a logo again that was taken off after a time; None if there is none such.
pub fn restore(tx: &mut Tx<'_>, corp: CorpId, after_ms: i64) -> Result<Option<LogoId>> {
    let found: Option<LogoId> = tx.find(FIND_REMOVED, params![corp, after_ms], |row| row.get(0))?;
    if found.is_some() {
        tx.execute(RESTORE, params![corp])?;
        show(tx, corp, found)?;
    }
    Ok(found)
}

/// Forgets logos that were taken off before a time.
pub fn forget(tx: &mut Tx<'_>, before_ms: i64) -> Result<u64> {
    tx.execute(FORGET, params![before_ms])
}
