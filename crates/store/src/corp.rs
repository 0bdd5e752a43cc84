//! Rows of corps, their settings and the version that tells nodes to read them again.

use guanxi_model::{
    corp::Settings,
    id::{CorpId, LogoId},
};

use crate::{Error, Result, Row, Tx, params};

/// A corp as stored.
#[derive(Debug, Clone)]
pub struct Corp {
    /// Number.
    pub id: CorpId,
    /// Public id, `ww` and 16 hexadecimal digits.
    pub corpid: String,
    /// Name.
    pub name: String,
    /// What it has chosen.
    pub settings: Settings,
    /// Grows with each change of settings, departments, rules or roles.
    pub version: i64,
    /// When it was made.
    pub created_at_ms: i64,
    /// The logo that it shows; written by [`crate::logo`] alone.
    pub logo: Option<LogoId>,
}

const INSERT: &str =
    "INSERT INTO corp (corp_id, corpid, name, settings, version, next_department_id, created_at_ms)
    VALUES ($1, $2, $3, $4, $5, 2, $6)";
const FIND: &str = "SELECT corp_id, corpid, name, settings, version, created_at_ms, logo_id FROM corp WHERE corp_id = $1";
const FIND_BY_CORPID: &str = "SELECT corp_id, corpid, name, settings, version, created_at_ms, logo_id FROM corp WHERE corpid = $1";
const LIST: &str = "SELECT corp_id, corpid, name, settings, version, created_at_ms, logo_id FROM corp ORDER BY corp_id";
const VERSION: &str = "SELECT version FROM corp WHERE corp_id = $1";
const UPDATE: &str = "UPDATE corp SET name = $2, settings = $3 WHERE corp_id = $1";
const TOUCH: &str = "UPDATE corp SET version = $2 WHERE corp_id = $1";
const TAKE_DEPARTMENT: &str = "UPDATE corp SET next_department_id = next_department_id + 1 WHERE corp_id = $1 RETURNING next_department_id - 1";
const LEAVE_DEPARTMENTS: &str =
    "UPDATE corp SET next_department_id = $2 + 1 WHERE corp_id = $1 AND next_department_id <= $2";

/// All statements, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    INSERT,
    FIND,
    FIND_BY_CORPID,
    LIST,
    VERSION,
    UPDATE,
    TOUCH,
    TAKE_DEPARTMENT,
    LEAVE_DEPARTMENTS,
];

fn read(row: &Row<'_>) -> Result<Corp> {
    let settings: String = row.get(3)?;
    Ok(Corp {
        id: row.get(0)?,
        corpid: row.get(1)?,
        name: row.get(2)?,
        settings: serde_json::from_str(&settings)
            .map_err(|e| Error::Internal(format!("settings of a corp do not read: {e}")))?,
        version: row.get(4)?,
        created_at_ms: row.get(5)?,
        logo: row.get(6)?,
    })
}

/// Writes a new corp.
pub fn insert(tx: &mut Tx<'_>, corp: &Corp) -> Result<()> {
    let settings = crate::json(&corp.settings)?;
    tx.execute(
        INSERT,
        params![
            corp.id,
            corp.corpid,
            corp.name,
            settings,
            corp.version,
            corp.created_at_ms
        ],
    )?;
    Ok(())
}

/// The corp, if it exists.
pub fn find(tx: &mut Tx<'_>, id: CorpId) -> Result<Option<Corp>> {
    tx.find(FIND, params![id], read)
}

/// The corp with this public id.
pub fn find_by_corpid(tx: &mut Tx<'_>, corpid: &str) -> Result<Option<Corp>> {
    tx.find(FIND_BY_CORPID, params![corpid], read)
}

/// All corps.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Corp>> {
    tx.list(LIST, params![], read)
}

/// The version alone, the cheapest question about a corp.
pub fn version(tx: &mut Tx<'_>, id: CorpId) -> Result<Option<i64>> {
    tx.find(VERSION, params![id], |row| row.get(0))
}

/// Writes name and settings; [`touch`] belongs to it.
pub fn update(tx: &mut Tx<'_>, id: CorpId, name: &str, settings: &Settings) -> Result<()> {
    let settings = crate::json(settings)?;
    tx.execute(UPDATE, params![id, name, &settings])?;
    Ok(())
}

/// Says that something which nodes keep in memory has changed.
pub fn touch(tx: &mut Tx<'_>, id: CorpId, version: i64) -> Result<()> {
    tx.execute(TOUCH, params![id, version])?;
    Ok(())
}

/// Takes the next number for a department.
pub fn take_department_number(tx: &mut Tx<'_>, id: CorpId) -> Result<i64> {
    tx.get(TAKE_DEPARTMENT, params![id], |row| row.get(0))
}

/// Lets the numbers of new departments begin behind one that was given elsewhere.
pub fn leave_department_numbers(tx: &mut Tx<'_>, id: CorpId, last: i64) -> Result<()> {
    tx.execute(LEAVE_DEPARTMENTS, params![id, last])?;
    Ok(())
}
