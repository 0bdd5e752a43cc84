//! Rows of alerts of live codes: open ones, and what was.

use std::collections::HashMap;

use guanxi_model::{
    id::{AlertId, CorpId, LiveCodeId, MemberId},
    live_code::alert::{Alert, Kind},
};

use crate::{Error, Result, Row, Tx, params};

macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "SELECT alert_id, code_id, kind, count, whole, opened_at_ms, calm_since_ms, closed_at_ms, seen_by, seen_at_ms ",
            "FROM live_alert ",
            $rest
        )
    };
}

const FIND: &str = columns!("WHERE corp_id = $1 AND alert_id = $2");
const LIST_OPEN: &str =
    columns!("WHERE corp_id = $1 AND closed_at_ms IS NULL ORDER BY alert_id DESC");
const LIST_PAST: &str = columns!(
    "WHERE corp_id = $1 AND closed_at_ms IS NOT NULL AND alert_id < $2 ORDER BY alert_id DESC LIMIT $3"
);
const COUNT_NEW: &str = "SELECT count(*) FROM live_alert
    WHERE corp_id = $1 AND closed_at_ms IS NULL AND seen_at_ms IS NULL AND calm_since_ms IS NULL";
/// One that another node has opened meanwhile stays as it is.
const OPEN: &str =
    "INSERT INTO live_alert (corp_id, alert_id, code_id, kind, count, whole, opened_at_ms)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (corp_id, code_id, kind) WHERE closed_at_ms IS NULL DO NOTHING";
const CALM: &str = "UPDATE live_alert SET calm_since_ms = $3
    WHERE corp_id = $1 AND alert_id = $2 AND closed_at_ms IS NULL";
const CLOSE: &str = "UPDATE live_alert SET closed_at_ms = $3
    WHERE corp_id = $1 AND alert_id = $2 AND closed_at_ms IS NULL";
const SEEN: &str = "UPDATE live_alert SET seen_by = $3, seen_at_ms = $4
    WHERE corp_id = $1 AND alert_id = $2 AND seen_at_ms IS NULL";
const FORGET: &str = "DELETE FROM live_alert WHERE closed_at_ms < $1";
/// Who waits for an answer that was promised for before a moment.
const OVERDUE: &str = "SELECT code_id, count(*) FROM conversation
    WHERE corp_id = $1 AND waits_since_ms IS NOT NULL AND resolved_at_ms IS NULL AND answered_at_ms IS NULL
    AND promised_at_ms < $2 AND code_id IS NOT NULL GROUP BY code_id";
const LINED_UP: &str = "SELECT code_id, count(*) FROM live_waiting
    WHERE corp_id = $1 AND done_at_ms IS NULL GROUP BY code_id";

/// All statements, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    FIND, LIST_OPEN, LIST_PAST, COUNT_NEW, OPEN, CALM, CLOSE, SEEN, FORGET, OVERDUE, LINED_UP,
];

fn read(row: &Row<'_>) -> Result<Alert> {
    let kind: String = row.get(2)?;
    let (by, at): (Option<MemberId>, Option<i64>) = (row.get(8)?, row.get(9)?);
    Ok(Alert {
        id: row.get(0)?,
        code: row.get(1)?,
        kind: Kind::named(&kind).ok_or(Error::Mismatch {
            column: 2,
            wanted: "a kind of alerts",
        })?,
        count: row.get(3)?,
        whole: row.get(4)?,
        opened_at_ms: row.get(5)?,
        calm_since_ms: row.get(6)?,
        closed_at_ms: row.get(7)?,
        seen: by.zip(at),
    })
}

/// One alert.
pub fn find(tx: &mut Tx<'_>, corp: CorpId, id: AlertId) -> Result<Option<Alert>> {
    tx.find(FIND, params![corp, id], read)
}

/// All that are open, the newest first.
pub fn list_open(tx: &mut Tx<'_>, corp: CorpId) -> Result<Vec<Alert>> {
    tx.list(LIST_OPEN, params![corp], read)
}

/// Closed ones, the newest first, older than `before`.
pub fn list_past(tx: &mut Tx<'_>, corp: CorpId, before: AlertId, limit: i64) -> Result<Vec<Alert>> {
    tx.list(LIST_PAST, params![corp, before, limit], read)
}

/// How many are open that nobody has seen.
pub fn count_new(tx: &mut Tx<'_>, corp: CorpId) -> Result<i64> {
    tx.get(COUNT_NEW, params![corp], |row| row.get(0))
}

/// Opens one; false if one of the kind is open for the code.
pub fn open(tx: &mut Tx<'_>, corp: CorpId, new: &Alert) -> Result<bool> {
    let opened = tx.execute(
        OPEN,
        params![
            corp,
            new.id,
            new.code,
            new.kind.name(),
            new.count,
            new.whole,
            new.opened_at_ms
        ],
    )?;
    Ok(opened > 0)
}

/// Notes since when the reason is gone, or that it is back; false if it is closed.
pub fn calm(tx: &mut Tx<'_>, corp: CorpId, id: AlertId, since_ms: Option<i64>) -> Result<bool> {
    Ok(tx.execute(CALM, params![corp, id, since_ms])? > 0)
}

/// Closes one; false if it is closed.
pub fn close(tx: &mut Tx<'_>, corp: CorpId, id: AlertId, now_ms: i64) -> Result<bool> {
    Ok(tx.execute(CLOSE, params![corp, id, now_ms])? > 0)
}

/// Notes who has seen it; false if somebody has before.
pub fn seen(tx: &mut Tx<'_>, corp: CorpId, id: AlertId, by: MemberId, now_ms: i64) -> Result<bool> {
    Ok(tx.execute(SEEN, params![corp, id, by, now_ms])? > 0)
}

/// Forgets those that were closed before a moment.
pub fn forget(tx: &mut Tx<'_>, before_ms: i64) -> Result<u64> {
    tx.execute(FORGET, params![before_ms])
}

/// Customers of each code who wait for an answer that was promised for before a moment.
pub fn overdue(tx: &mut Tx<'_>, corp: CorpId, before_ms: i64) -> Result<HashMap<LiveCodeId, i64>> {
    let rows = tx.list(OVERDUE, params![corp, before_ms], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(rows.into_iter().collect())
}

/// Visitors of each code who have left a number.
pub fn lined_up(tx: &mut Tx<'_>, corp: CorpId) -> Result<HashMap<LiveCodeId, i64>> {
    let rows = tx.list(LINED_UP, params![corp], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(rows.into_iter().collect())
}
