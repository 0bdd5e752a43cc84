//! Rows of what members asked the administrators because they could not find a colleague.

use guanxi_model::id::{AskId, CorpId, MemberId};

use crate::{Result, Row, Tx, params};

/// A question as stored.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Number.
    pub id: AskId,
    /// Who asks.
    pub member: MemberId,
    /// What he had typed into the search box.
    pub query: String,
    /// What he wrote to the administrators.
    pub message: String,
    /// Whether somebody answered.
    pub is_open: bool,
    /// The answer, or empty.
    pub answer: String,
    /// Who answered.
    pub answered_by: Option<MemberId>,
    /// When it was asked.
    pub created_at_ms: i64,
    /// When it was answered.
    pub answered_at_ms: Option<i64>,
}

macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "SELECT ask_id, member_id, query, message, state, answer, answered_by, created_at_ms, answered_at_ms ",
            "FROM find_ask ",
            $rest
        )
    };
}

const FIND: &str = columns!("WHERE corp_id = $1 AND ask_id = $2");
const FIND_OPEN: &str =
    columns!("WHERE corp_id = $1 AND member_id = $2 AND query = $3 AND state = 'open'");
const LIST: &str =
    columns!("WHERE corp_id = $1 AND state = $2 AND ask_id < $3 ORDER BY ask_id DESC LIMIT $4");
const LIST_OF: &str =
    columns!("WHERE corp_id = $1 AND member_id = $2 ORDER BY ask_id DESC LIMIT $3");
const COUNT_OPEN: &str = "SELECT count(*) FROM find_ask WHERE corp_id = $1 AND state = 'open'";
const COUNT_OPEN_OF: &str =
    "SELECT count(*) FROM find_ask WHERE corp_id = $1 AND member_id = $2 AND state = 'open'";
const INSERT: &str = "INSERT INTO find_ask (corp_id, ask_id, member_id, query, message, state, answer, created_at_ms)
    VALUES ($1, $2, $3, $4, $5, 'open', '', $6)";
const ANSWER: &str =
    "UPDATE find_ask SET state = 'answered', answer = $3, answered_by = $4, answered_at_ms = $5
    WHERE corp_id = $1 AND ask_id = $2 AND state = 'open'";

/// All statements, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    FIND,
    FIND_OPEN,
    LIST,
    LIST_OF,
    COUNT_OPEN,
    COUNT_OPEN_OF,
    INSERT,
    ANSWER,
];

fn read(row: &Row<'_>) -> Result<Ask> {
    Ok(Ask {
        id: row.get(0)?,
        member: row.get(1)?,
        query: row.get(2)?,
        message: row.get(3)?,
        is_open: row.get::<String>(4)? == "open",
        answer: row.get(5)?,
        answered_by: row.get(6)?,
        created_at_ms: row.get(7)?,
        answered_at_ms: row.get(8)?,
    })
}

/// The question, if it exists.
pub fn find(tx: &mut Tx<'_>, corp: CorpId, id: AskId) -> Result<Option<Ask>> {
    tx.find(FIND, params![corp, id], read)
}

/// The open question of a member about the same search.
pub fn find_open(
    tx: &mut Tx<'_>,
    corp: CorpId,
    member: MemberId,
    query: &str,
) -> Result<Option<Ask>> {
    tx.find(FIND_OPEN, params![corp, member, query], read)
}

/// Open or answered questions, the newest first, older than `before`.
pub fn list(
    tx: &mut Tx<'_>,
    corp: CorpId,
    is_open: bool,
    before: AskId,
    limit: i64,
) -> Result<Vec<Ask>> {
    let state = if is_open { "open" } else { "answered" };
    tx.list(LIST, params![corp, state, before, limit], read)
}

/// Questions of one member, the newest first.
pub fn list_of(tx: &mut Tx<'_>, corp: CorpId, member: MemberId, limit: i64) -> Result<Vec<Ask>> {
    tx.list(LIST_OF, params![corp, member, limit], read)
}

/// How many questions wait for the administrators.
pub fn count_open(tx: &mut Tx<'_>, corp: CorpId) -> Result<i64> {
    tx.get(COUNT_OPEN, params![corp], |row| row.get(0))
}

/// How many questions of a member wait.
pub fn count_open_of(tx: &mut Tx<'_>, corp: CorpId, member: MemberId) -> Result<i64> {
    tx.get(COUNT_OPEN_OF, params![corp, member], |row| row.get(0))
}

/// Writes a new question. A second open one of the same search is refused as unique on `find_ask_open`.
pub fn insert(tx: &mut Tx<'_>, corp: CorpId, new: &Ask) -> Result<()> {
    tx.execute(
        INSERT,
        params![
            corp,
            new.id,
            new.member,
            new.query,
            new.message,
            new.created_at_ms
        ],
    )?;
    Ok(())
}

/// Writes the answer of an open question; false if it was answered before.
pub fn answer(
    tx: &mut Tx<'_>,
    corp: CorpId,
    id: AskId,
    text: &str,
    by: MemberId,
    now_ms: i64,
) -> Result<bool> {
    Ok(tx.execute(ANSWER, params![corp, id, text, by, now_ms])? > 0)
}
