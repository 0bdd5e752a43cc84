//! Rows of visitors who wait because nobody could be chosen at the scan of a live code.

use guanxi_model::id::{CorpId, LiveCodeId, MemberId, PersonId, WaitingId};

use crate::{Result, Row, Tx, params};

/// A visitor who waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Number; the earlier come first.
    pub id: WaitingId,
    /// At whose code.
    pub corp: CorpId,
    /// Which.
    pub code: LiveCodeId,
    /// Who.
    pub person: PersonId,
    /// Keys of the choices that he made on the page, joined by dots.
    pub path: String,
    /// What it is about, or empty.
    pub note: String,
    /// Since when.
    pub made_at_ms: i64,
}

macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "SELECT waiting_id, corp_id, code_id, person_id, path, note, made_at_ms FROM live_waiting ",
            $rest
        )
    };
}

const FIND_OPEN: &str =
    columns!("WHERE corp_id = $1 AND code_id = $2 AND person_id = $3 AND done_at_ms IS NULL");
const LIST_OPEN: &str =
    columns!("WHERE done_at_ms IS NULL AND waiting_id > $1 ORDER BY waiting_id LIMIT $2");
const INSERT: &str =
    "INSERT INTO live_waiting (corp_id, waiting_id, code_id, person_id, path, note, made_at_ms)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const DONE: &str = "UPDATE live_waiting SET done_at_ms = $3, member_id = $4
    WHERE corp_id = $1 AND waiting_id = $2 AND done_at_ms IS NULL";
/// Of a person who has himself deleted.
const FORGET: &str =
    "UPDATE live_waiting SET note = '', done_at_ms = COALESCE(done_at_ms, $2) WHERE person_id = $1";

/// All statements, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[FIND_OPEN, LIST_OPEN, INSERT, DONE, FORGET];

fn read(row: &Row<'_>) -> Result<Waiting> {
    Ok(Waiting {
        id: row.get(0)?,
        corp: row.get(1)?,
        code: row.get(2)?,
        person: row.get(3)?,
        path: row.get(4)?,
        note: row.get(5)?,
        made_at_ms: row.get(6)?,
    })
}

/// The place of a person in the queue of a code, while he waits.
pub fn find_open(
    tx: &mut Tx<'_>,
    corp: CorpId,
    code: LiveCodeId,
    person: PersonId,
) -> Result<Option<Waiting>> {
    tx.find(FIND_OPEN, params![corp, code, person], read)
}

/// Who waits, whoever's code it is, the longest first, after `after`.
pub fn list_open(tx: &mut Tx<'_>, after: WaitingId, limit: i64) -> Result<Vec<Waiting>> {
    tx.list(LIST_OPEN, params![after, limit], read)
}

/// Writes one who waits from now on.
pub fn insert(tx: &mut Tx<'_>, new: &Waiting) -> Result<()> {
    tx.execute(
        INSERT,
        params![
            new.corp,
            new.id,
            new.code,
            new.person,
            new.path,
            new.note,
            new.made_at_ms
        ],
    )?;
    Ok(())
}

/// Notes who has taken care of him; false if somebody has before.
pub fn done(
    tx: &mut Tx<'_>,
    corp: CorpId,
    id: WaitingId,
    now_ms: i64,
    member: Option<MemberId>,
) -> Result<bool> {
    Ok(tx.execute(DONE, params![corp, id, now_ms, member])? > 0)
}

/// Takes a person who has himself deleted out of every line, with what he wrote.
pub fn forget(tx: &mut Tx<'_>, person: PersonId, now_ms: i64) -> Result<()> {
    tx.execute(FORGET, params![person, now_ms])?;
    Ok(())
}
