//! Rows of events: what happened, for live pages, for memories of other nodes and later for webhooks.
//!
//! A sequence number is taken before the commit, so on PostgreSQL a later number can appear first. Readers therefore go
//! by transaction: they take rows of all transactions older than the oldest one still open, and miss none.

use guanxi_model::id::EventId;

use crate::{Result, Row, Tx, params};

/// An event as stored.
#[derive(Debug, Clone)]
pub struct Event {
    /// Number, time-ordered.
    pub id: EventId,
    /// Owner: the corp, or a person.
    pub scope: u128,
    /// Noun and verb, for example `request.sent`.
    pub kind: String,
    /// JSON.
    pub body: String,
    /// When.
    pub at_ms: i64,
}

/// Where a reader of events stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cursor {
    xid: i64,
    seq: i64,
}

const INSERT: &str =
    "INSERT INTO event (event_id, scope, kind, body, at_ms) VALUES ($1, $2, $3, $4, $5)";
const END_SQLITE: &str = "SELECT 0, coalesce(max(seq), 0) FROM event";
const END_POSTGRES: &str =
    "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, 0::bigint";
const AFTER_SQLITE: &str = "SELECT event_id, scope, kind, body, at_ms, xid, seq FROM event
    WHERE $1 = 0 AND seq > $2 ORDER BY seq LIMIT $3";
const AFTER_POSTGRES: &str = "SELECT event_id, scope, kind, body, at_ms, xid, seq FROM event
    WHERE (xid, seq) > ($1, $2) AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
    ORDER BY xid, seq LIMIT $3";
const FORGET: &str = "DELETE FROM event WHERE seq < (SELECT min(seq) FROM event WHERE at_ms >= $1)";

/// Statements that both engines share, for the test that prepares each on both.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[INSERT, FORGET];

/// The same for statements of one engine.
#[cfg(test)]
pub(crate) const SQLITE: &[&str] = &[END_SQLITE, AFTER_SQLITE];
#[cfg(test)]
pub(crate) const POSTGRES: &[&str] = &[END_POSTGRES, AFTER_POSTGRES];

fn read(row: &Row<'_>) -> Result<Event> {
    Ok(Event {
        id: row.get(0)?,
        scope: row.get(1)?,
        kind: row.get(2)?,
        body: row.get(3)?,
        at_ms: row.get(4)?,
    })
}

/// Writes a new event.
pub fn insert(tx: &mut Tx<'_>, new: &Event) -> Result<()> {
    tx.post(
        INSERT,
        params![new.id, new.scope, new.kind, new.body, new.at_ms],
    )
}

/// The place behind all events that are certainly visible now.
pub fn end(tx: &mut Tx<'_>) -> Result<Cursor> {
    let sql = tx.dialect(END_SQLITE, END_POSTGRES);
    tx.get(sql, params![], |row| {
        Ok(Cursor {
            xid: row.get(0)?,
            seq: row.get(1)?,
        })
    })
}

/// Events behind the cursor, and the cursor behind them.
pub fn after(tx: &mut Tx<'_>, cursor: Cursor, limit: i64) -> Result<(Vec<Event>, Cursor)> {
    let mut next = cursor;
    let sql = tx.dialect(AFTER_SQLITE, AFTER_POSTGRES);
    let events = tx.list(sql, params![cursor.xid, cursor.seq, limit], |row| {
        next = Cursor {
            xid: row.get(5)?,
            seq: row.get(6)?,
        };
        read(row)
    })?;
    Ok((events, next))
}

/// Forgets events from before this moment; the last ones stay so that numbers go on.
pub fn forget(tx: &mut Tx<'_>, before_ms: i64) -> Result<u64> {
    tx.execute(FORGET, params![before_ms])
}
