//! Rows of members' QR codes, and of every scan of them.

use guanxi_model::{
    id::{CodeId, CorpId, MemberId, PersonId, ScanId},
    qr_code::{Outcome, QrCode, Slug},
};

use crate::{Error, Result, Row, Tx, params};

macro_rules! columns {
    (and $more:literal; $rest:literal) => {
        concat!(
            "SELECT code_id, owner_id, slug, name, single_use, confirm, shown, handed_from, created_at_ms, expires_at_ms, ",
            "revoked_at_ms, used_at_ms, corp_id",
            $more,
            " FROM qr_code ",
            $rest
        )
    };
    ($rest:literal) => {
        columns!(and ""; $rest)
    };
}

const FIND: &str = columns!("WHERE corp_id = $1 AND code_id = $2");
const FIND_BY_SLUG: &str = columns!(
    and ", (SELECT version FROM corp WHERE corp.corp_id = qr_code.corp_id)"; "WHERE slug = $1"
);
const LIST_OF: &str = columns!(
    "WHERE corp_id = $1 AND owner_id = $2 AND code_id < $3 ORDER BY code_id DESC LIMIT $4"
);
const LIST: &str = columns!("WHERE corp_id = $1 AND code_id < $2 ORDER BY code_id DESC LIMIT $3");
const COUNT_OF: &str = "SELECT count(*) FROM qr_code WHERE corp_id = $1 AND owner_id = $2";
const INSERT: &str = "INSERT INTO qr_code (corp_id, code_id, owner_id, slug, name, single_use, confirm, shown, handed_from,
    created_at_ms, expires_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const UPDATE: &str =
    "UPDATE qr_code SET owner_id = $3, name = $4, single_use = $5, confirm = $6, shown = $7,
    handed_from = $8, expires_at_ms = $9, revoked_at_ms = $10, used_at_ms = $11
    WHERE corp_id = $1 AND code_id = $2";
const SCANNED: &str =
    "INSERT INTO scan (corp_id, code_id, scan_id, outcome, person_id, address, at_ms, times)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const USE: &str =
    "SELECT CAST(COALESCE(SUM(CASE WHEN outcome IN (1, 2) THEN 0 ELSE times END), 0) AS BIGINT),
    CAST(COALESCE(SUM(CASE WHEN outcome IN (1, 2) THEN 1 ELSE 0 END), 0) AS BIGINT), MAX(at_ms)
    FROM scan WHERE corp_id = $1 AND code_id = $2";
const SCANS: &str = "SELECT scan_id, outcome, person_id, address, at_ms, times FROM scan
    WHERE corp_id = $1 AND code_id = $2 AND scan_id < $3 ORDER BY scan_id DESC LIMIT $4";

const CODES_AFTER: &str =
    "SELECT code_id FROM qr_code WHERE corp_id = $1 AND code_id > $2 ORDER BY code_id LIMIT $3";
const FORGET_SCANS: &str = "DELETE FROM scan WHERE corp_id = $1 AND code_id = $2 AND scan_id IN (
    SELECT scan_id FROM scan WHERE corp_id = $1 AND code_id = $2 AND scan_id < $3 ORDER BY scan_id LIMIT $4)";

/// All statements, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    FIND,
    FIND_BY_SLUG,
    LIST_OF,
    LIST,
    COUNT_OF,
    INSERT,
    UPDATE,
    SCANNED,
    USE,
    SCANS,
    CODES_AFTER,
    FORGET_SCANS,
];

fn read(row: &Row<'_>) -> Result<QrCode> {
    let shown: String = row.get(6)?;
    Ok(QrCode {
        id: row.get(0)?,
        owner: row.get(1)?,
        slug: row.get(2)?,
        name: row.get(3)?,
        single_use: row.get(4)?,
        confirm: row.get(5)?,
        shown: crate::from_json(&shown)?,
        handed_from: row.get(7)?,
        created_at_ms: row.get(8)?,
        expires_at_ms: row.get(9)?,
        revoked_at_ms: row.get(10)?,
        used_at_ms: row.get(11)?,
    })
}

/// One code of a corp.
pub fn find(tx: &mut Tx<'_>, corp: CorpId, id: CodeId) -> Result<Option<QrCode>> {
    tx.find(FIND, params![corp, id], read)
}

/// The code that a token names, of whatever corp, with the version of that corp.
pub fn find_by_slug(tx: &mut Tx<'_>, slug: Slug) -> Result<Option<(CorpId, i64, QrCode)>> {
    tx.find(FIND_BY_SLUG, params![slug], |row| {
        Ok((row.get(12)?, row.get(13)?, read(row)?))
    })
}

/// Codes of a member, the newest first, older than `before`.
pub fn list_of(
    tx: &mut Tx<'_>,
    corp: CorpId,
    owner: MemberId,
    before: CodeId,
    limit: i64,
) -> Result<Vec<QrCode>> {
    tx.list(LIST_OF, params![corp, owner, before, limit], read)
}

/// Codes of a corp, the newest first, older than `before`.
pub fn list(tx: &mut Tx<'_>, corp: CorpId, before: CodeId, limit: i64) -> Result<Vec<QrCode>> {
    tx.list(LIST, params![corp, before, limit], read)
}

/// How many codes a member has made.
pub fn count_of(tx: &mut Tx<'_>, corp: CorpId, owner: MemberId) -> Result<i64> {
    tx.get(COUNT_OF, params![corp, owner], |row| row.get(0))
}

/// Writes a new code.
pub fn insert(tx: &mut Tx<'_>, corp: CorpId, new: &QrCode) -> Result<()> {
    let shown = crate::json(&new.shown)?;
    tx.execute(
        INSERT,
        params![
            corp,
            new.id,
            new.owner,
            new.slug,
            new.name,
            new.single_use,
            new.confirm,
            shown,
            new.handed_from,
            new.created_at_ms,
            new.expires_at_ms
        ],
    )?;
    Ok(())
}

/// Writes all that can change of a code.
pub fn update(tx: &mut Tx<'_>, corp: CorpId, code: &QrCode) -> Result<()> {
    let shown = crate::json(&code.shown)?;
    let changed = tx.execute(
        UPDATE,
        params![
            corp,
            code.id,
            code.owner,
            code.name,
            code.single_use,
            code.confirm,
            shown,
            code.handed_from,
            code.expires_at_ms,
            code.revoked_at_ms,
            code.used_at_ms
        ],
    )?;
    if changed == 1 {
        Ok(())
    } else {
        Err(Error::Missing)
    }
}

/// One scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    /// Number.
    pub id: ScanId,
    /// What it came to.
    pub outcome: Outcome,
    /// The visitor, if he was known.
    pub person: Option<PersonId>,
    /// Shortened address.
    pub address: String,
    /// When.
    pub at_ms: i64,
    /// How many like it this one stands for, itself included.
    pub times: i64,
}

/// Writes a scan.
pub fn scanned(tx: &mut Tx<'_>, corp: CorpId, code: CodeId, scan: &Scan) -> Result<()> {
    tx.post(
        SCANNED,
        params![
            corp,
            code,
            scan.id,
            scan.outcome.number(),
            scan.person,
            scan.address,
            scan.at_ms,
            scan.times
        ],
    )
}

/// How much a code was used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Use {
    /// Scans, refused ones too.
    pub scans: i64,
    /// Contacts and requests that came of them.
    pub adds: i64,
    /// The last scan.
    pub last_at_ms: Option<i64>,
}

/// Counts the scans of a code.
pub fn count_scans(tx: &mut Tx<'_>, corp: CorpId, code: CodeId) -> Result<Use> {
    tx.get(USE, params![corp, code], |row| {
        Ok(Use {
            scans: row.get(0)?,
            adds: row.get(1)?,
            last_at_ms: row.get(2)?,
        })
    })
}

/// Scans of a code, the newest first, older than `before`.
pub fn list_scans(
    tx: &mut Tx<'_>,
    corp: CorpId,
    code: CodeId,
    before: ScanId,
    limit: i64,
) -> Result<Vec<Scan>> {
    tx.list(SCANS, params![corp, code, before, limit], |row| {
        Ok(Scan {
            id: row.get(0)?,
            outcome: Outcome::from_number(row.get(1)?).ok_or(Error::Mismatch {
                column: 1,
                wanted: "an outcome",
            })?,
            person: row.get(2)?,
            address: row.get(3)?,
            at_ms: row.get(4)?,
            times: row.get(5)?,
        })
    })
}

/// Ids of codes behind one, in their order.
pub fn codes_after(
    tx: &mut Tx<'_>,
    corp: CorpId,
    after: CodeId,
    limit: i64,
) -> Result<Vec<CodeId>> {
    tx.list(CODES_AFTER, params![corp, after, limit], |row| row.get(0))
}

/// Forgets scans of a code from before another one, the oldest first; returns how many.
pub fn forget_scans(
    tx: &mut Tx<'_>,
    corp: CorpId,
    code: CodeId,
    before: ScanId,
    limit: i64,
) -> Result<i64> {
    Ok(tx.execute(FORGET_SCANS, params![corp, code, before, limit])? as i64)
}
