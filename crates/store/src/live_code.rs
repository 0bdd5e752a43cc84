//! Rows of live codes: what is printed, the versions that were published, and the draft of the next one.

use std::collections::HashMap;

use guanxi_model::{
    department::DepartmentId,
    id::{CorpId, LiveCodeId, MemberId},
    live_code::plan::Plan,
    member::Status,
    qr_code::Slug,
};

use crate::{Error, Result, Row, Tx, params};

/// A code as stored, without its plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveCode {
    /// Number.
    pub id: LiveCodeId,
    /// The random name in its address.
    pub slug: Slug,
    /// Name of the published plan, or of the draft while nothing is published.
    pub name: String,
    /// Group that it is listed with.
    pub group: String,
    /// Channel tag.
    pub state: String,
    /// Published version; 0 before the first.
    pub version: i64,
    /// Since when it is paused.
    pub paused_at_ms: Option<i64>,
    /// When it was deleted.
    pub deleted_at_ms: Option<i64>,
    /// Who made it: a member, or a token.
    pub made_by: u128,
    /// When it was made.
    pub created_at_ms: i64,
}

/// What was published, or is to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// Its number; of a draft its tag, which grows with each change.
    pub number: i64,
    /// The plan.
    pub plan: Plan,
    /// Why it was published; empty in a draft.
    pub note: String,
    /// Version that was published when the draft was begun; of a version the one before it.
    pub based_on: i64,
    /// Who wrote it: a member, or a token.
    pub made_by: u128,
    /// When.
    pub made_at_ms: i64,
}

/// A version as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// Its number.
    pub number: i64,
    /// Why it was published.
    pub note: String,
    /// By whom: a member, or a token.
    pub made_by: u128,
    /// When.
    pub made_at_ms: i64,
}

macro_rules! columns {
    (and $more:literal; $rest:literal) => {
        concat!(
            "SELECT code_id, slug, name, folder, state, version, paused_at_ms, deleted_at_ms, created_by, created_at_ms, corp_id",
            $more,
            " FROM live_code ",
            $rest
        )
    };
    ($rest:literal) => {
        columns!(and ""; $rest)
    };
}

const FIND: &str = columns!("WHERE corp_id = $1 AND code_id = $2");
const FIND_BY_SLUG: &str = columns!(
    and ", (SELECT version FROM corp WHERE corp.corp_id = live_code.corp_id)"; "WHERE slug = $1"
);
const LIST: &str = columns!("WHERE corp_id = $1 AND deleted_at_ms IS NULL ORDER BY code_id DESC");
const COUNT: &str = "SELECT count(*) FROM live_code WHERE corp_id = $1 AND deleted_at_ms IS NULL";
const INSERT: &str = "INSERT INTO live_code (corp_id, code_id, slug, name, folder, state, version, paused_at_ms, deleted_at_ms,
    created_by, created_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const UPDATE: &str =
    "UPDATE live_code SET name = $3, folder = $4, state = $5, version = $6, paused_at_ms = $7,
    deleted_at_ms = $8 WHERE corp_id = $1 AND code_id = $2";
const FIND_VERSION: &str = "SELECT version, plan, note, version - 1, made_by, made_at_ms
    FROM live_code_version WHERE corp_id = $1 AND code_id = $2 AND version = $3";
const LIST_VERSIONS: &str = "SELECT version, note, made_by, made_at_ms FROM live_code_version
    WHERE corp_id = $1 AND code_id = $2 AND version < $3 ORDER BY version DESC LIMIT $4";
const INSERT_VERSION: &str =
    "INSERT INTO live_code_version (corp_id, code_id, version, plan, note, made_by, made_at_ms)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const FIND_DRAFT: &str = "SELECT tag, plan, '', based_on, made_by, made_at_ms FROM live_code_draft
    WHERE corp_id = $1 AND code_id = $2";
const TAGS: &str = "SELECT code_id, tag FROM live_code_draft WHERE corp_id = $1";
const INSERT_DRAFT: &str =
    "INSERT INTO live_code_draft (corp_id, code_id, plan, tag, based_on, made_by, made_at_ms)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const UPDATE_DRAFT: &str =
    "UPDATE live_code_draft SET plan = $3, tag = $4, based_on = $5, made_by = $6, made_at_ms = $7
    WHERE corp_id = $1 AND code_id = $2 AND tag = $8";
const DELETE_DRAFT: &str = "DELETE FROM live_code_draft WHERE corp_id = $1 AND code_id = $2";
const MEMBERS_IN: &str = "SELECT m.member_id, m.status FROM member_department d
    JOIN member m ON m.corp_id = d.corp_id AND m.member_id = d.member_id
    WHERE d.corp_id = $1 AND d.department_id = $2 AND m.status <> 5";
/// Of members whose ids a JSON array lists.
const STATUSES_SQLITE: &str = "SELECT member_id, status FROM member
    WHERE corp_id = $1 AND member_id IN (SELECT unhex(value) FROM json_each($2))";
const STATUSES_POSTGRES: &str = "SELECT member_id, status FROM member WHERE corp_id = $1
    AND member_id IN (SELECT CAST(value AS UUID) FROM json_array_elements_text(CAST(CAST($2 AS TEXT) AS JSON)))";

/// Statements of one engine, for the same test.
#[cfg(test)]
pub(crate) const SQLITE: &[&str] = &[STATUSES_SQLITE];
#[cfg(test)]
pub(crate) const POSTGRES: &[&str] = &[STATUSES_POSTGRES];

/// All statements, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    FIND,
    FIND_BY_SLUG,
    LIST,
    COUNT,
    INSERT,
    UPDATE,
    FIND_VERSION,
    LIST_VERSIONS,
    INSERT_VERSION,
    FIND_DRAFT,
    TAGS,
    INSERT_DRAFT,
    UPDATE_DRAFT,
    DELETE_DRAFT,
    MEMBERS_IN,
];

fn read(row: &Row<'_>) -> Result<LiveCode> {
    Ok(LiveCode {
        id: row.get(0)?,
        slug: row.get(1)?,
        name: row.get(2)?,
        group: row.get(3)?,
        state: row.get(4)?,
        version: row.get(5)?,
        paused_at_ms: row.get(6)?,
        deleted_at_ms: row.get(7)?,
        made_by: row.get(8)?,
        created_at_ms: row.get(9)?,
    })
}

fn read_version(row: &Row<'_>) -> Result<Version> {
    let plan: String = row.get(1)?;
    Ok(Version {
        number: row.get(0)?,
        plan: crate::from_json(&plan)?,
        note: row.get(2)?,
        based_on: row.get(3)?,
        made_by: row.get(4)?,
        made_at_ms: row.get(5)?,
    })
}

/// One code of a corp, a deleted one too.
pub fn find(tx: &mut Tx<'_>, corp: CorpId, id: LiveCodeId) -> Result<Option<LiveCode>> {
    tx.find(FIND, params![corp, id], read)
}

/// The code that an address names, of whatever corp, with the version of that corp.
pub fn find_by_slug(tx: &mut Tx<'_>, slug: Slug) -> Result<Option<(CorpId, i64, LiveCode)>> {
    tx.find(FIND_BY_SLUG, params![slug], |row| {
        Ok((row.get(10)?, row.get(11)?, read(row)?))
    })
}

/// Codes of a corp, the newest first, without deleted ones.
pub fn list(tx: &mut Tx<'_>, corp: CorpId) -> Result<Vec<LiveCode>> {
    tx.list(LIST, params![corp], read)
}

/// How many codes a corp has.
pub fn count(tx: &mut Tx<'_>, corp: CorpId) -> Result<i64> {
    tx.get(COUNT, params![corp], |row| row.get(0))
}

/// Writes a new code.
pub fn insert(tx: &mut Tx<'_>, corp: CorpId, new: &LiveCode) -> Result<()> {
    tx.execute(
        INSERT,
        params![
            corp,
            new.id,
            new.slug,
            new.name,
            new.group,
            new.state,
            new.version,
            new.paused_at_ms,
            new.deleted_at_ms,
            new.made_by,
            new.created_at_ms
        ],
    )?;
    Ok(())
}

/// Writes all that can change of a code.
pub fn update(tx: &mut Tx<'_>, corp: CorpId, code: &LiveCode) -> Result<()> {
    let changed = tx.execute(
        UPDATE,
        params![
            corp,
            code.id,
            code.name,
            code.group,
            code.state,
            code.version,
            code.paused_at_ms,
            code.deleted_at_ms
        ],
    )?;
    if changed == 1 {
        Ok(())
    } else {
        Err(Error::Missing)
    }
}

/// One version that was published.
pub fn find_version(
    tx: &mut Tx<'_>,
    corp: CorpId,
    code: LiveCodeId,
    version: i64,
) -> Result<Option<Version>> {
    tx.find(FIND_VERSION, params![corp, code, version], read_version)
}

/// Versions of a code, the newest first, older than `before`.
pub fn list_versions(
    tx: &mut Tx<'_>,
    corp: CorpId,
    code: LiveCodeId,
    before: i64,
    limit: i64,
) -> Result<Vec<Past>> {
    tx.list(LIST_VERSIONS, params![corp, code, before, limit], |row| {
        Ok(Past {
            number: row.get(0)?,
            note: row.get(1)?,
            made_by: row.get(2)?,
            made_at_ms: row.get(3)?,
        })
    })
}

/// Writes what is published.
pub fn insert_version(
    tx: &mut Tx<'_>,
    corp: CorpId,
    code: LiveCodeId,
    new: &Version,
) -> Result<()> {
    let plan = crate::json(&new.plan)?;
    tx.execute(
        INSERT_VERSION,
        params![
            corp,
            code,
            new.number,
            plan,
            new.note,
            new.made_by,
            new.made_at_ms
        ],
    )?;
    Ok(())
}

/// The draft of a code, if there is one.
pub fn find_draft(tx: &mut Tx<'_>, corp: CorpId, code: LiveCodeId) -> Result<Option<Version>> {
    tx.find(FIND_DRAFT, params![corp, code], read_version)
}

/// Codes of a corp that have a draft, with its tag.
pub fn tags(tx: &mut Tx<'_>, corp: CorpId) -> Result<Vec<(LiveCodeId, i64)>> {
    tx.list(TAGS, params![corp], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Writes the draft of a code; false if that which is there has another tag than `seen`, or there is none where one was seen,
/// or one where none was.
pub fn put_draft(
    tx: &mut Tx<'_>,
    corp: CorpId,
    code: LiveCodeId,
    seen: Option<i64>,
    draft: &Version,
) -> Result<bool> {
    let plan = crate::json(&draft.plan)?;
    let Some(seen) = seen else {
        if find_draft(tx, corp, code)?.is_some() {
            return Ok(false);
        }
        tx.execute(
            INSERT_DRAFT,
            params![
                corp,
                code,
                plan,
                draft.number,
                draft.based_on,
                draft.made_by,
                draft.made_at_ms
            ],
        )?;
        return Ok(true);
    };
    let changed = tx.execute(
        UPDATE_DRAFT,
        params![
            corp,
            code,
            plan,
            draft.number,
            draft.based_on,
            draft.made_by,
            draft.made_at_ms,
            seen
        ],
    )?;
    Ok(changed == 1)
}

/// Forgets the draft of a code.
pub fn delete_draft(tx: &mut Tx<'_>, corp: CorpId, code: LiveCodeId) -> Result<()> {
    tx.execute(DELETE_DRAFT, params![corp, code])?;
    Ok(())
}

fn read_status(row: &Row<'_>) -> Result<(MemberId, Status)> {
    let status = Status::from_number(row.get(1)?).ok_or(Error::Mismatch {
        column: 1,
        wanted: "a status",
    })?;
    Ok((row.get(0)?, status))
}

/// Members of one department, without what lies below it and without those who have left.
pub fn members_in(
    tx: &mut Tx<'_>,
    corp: CorpId,
    department: DepartmentId,
) -> Result<Vec<(MemberId, Status)>> {
    tx.list(MEMBERS_IN, params![corp, department.0], read_status)
}

/// States of these members; whoever does not exist is left out.
pub fn statuses(
    tx: &mut Tx<'_>,
    corp: CorpId,
    ids: &[MemberId],
) -> Result<HashMap<MemberId, Status>> {
    let ids = crate::json(ids)?;
    let sql = tx.dialect(STATUSES_SQLITE, STATUSES_POSTGRES);
    Ok(tx
        .list(sql, params![corp, ids], read_status)?
        .into_iter()
        .collect())
}
