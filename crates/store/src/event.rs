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
const LAST_SQLITE: &str = "SELECT coalesce(max(seq), 0) + 1 FROM event";
const LAST_POSTGRES: &str = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint";
const WITHIN_SQLITE: &str = "SELECT event_id, scope, kind, body, at_ms, xid, seq FROM event
    WHERE $1 <= $2 AND seq > $3 AND seq < $2 ORDER BY seq LIMIT $4";
const WITHIN_POSTGRES: &str = "SELECT event_id, scope, kind, body, at_ms, xid, seq FROM event
    WHERE xid >= $1 AND xid < $2 AND seq > $3 ORDER BY seq LIMIT $4";
const FORGET: &str = "DELETE FROM event WHERE seq < (SELECT min(seq) FROM event WHERE at_ms >= $1)";

/// Statements that both engines share, for the test that prepares each on both.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[INSERT, FORGET];

/// The same for statements of one engine.
#[cfg(test)]
pub(crate) const SQLITE: &[&str] = &[END_SQLITE, AFTER_SQLITE, LAST_SQLITE, WITHIN_SQLITE];
#[cfg(test)]
pub(crate) const POSTGRES: &[&str] =
    &[END_POSTGRES, AFTER_POSTGRES, LAST_POSTGRES, WITHIN_POSTGRES];

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

/// A stretch of events of finished transactions. Events about one thing were written in the order of their numbers, because each
/// transaction held that thing until its commit; across stretches they are in order because a later one holds later transactions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Window {
    /// First transaction (PostgreSQL).
    pub low: i64,
    /// Transaction, or on SQLite the number, before which it ends.
    pub high: i64,
    /// Number of the last event read.
    pub seq: i64,
}

/// The stretch behind all events that are certainly visible now, still empty.
pub fn window_at_end(tx: &mut Tx<'_>) -> Result<Window> {
    next_window(tx, Window::default()).map(|window| Window {
        low: window.high,
        seq: match tx.engine() {
            crate::Engine::Sqlite => window.high - 1,
            crate::Engine::Postgres => 0,
        },
        ..window
    })
}

/// The stretch behind one that was read to its end; it holds what has been finished meanwhile.
pub fn next_window(tx: &mut Tx<'_>, read: Window) -> Result<Window> {
    let high = tx.get(tx.dialect(LAST_SQLITE, LAST_POSTGRES), params![], |row| {
        row.get(0)
    })?;
    Ok(Window {
        low: read.high.min(high),
        high,
        seq: match tx.engine() {
            crate::Engine::Sqlite => read.seq,
            crate::Engine::Postgres => 0,
        },
    })
}

/// Events of a stretch that have not been read, by number, and the stretch with these read.
pub fn within(tx: &mut Tx<'_>, window: Window, limit: i64) -> Result<(Vec<Event>, Window)> {
    let mut next = window;
    let sql = tx.dialect(WITHIN_SQLITE, WITHIN_POSTGRES);
    let parts = params![window.low, window.high, window.seq, limit];
    let events = tx.list(sql, parts, |row| {
        next.seq = row.get(6)?;
        read(row)
    })?;
    Ok((events, next))
}

/// Forgets events from before this moment; the last ones stay so that numbers go on.
pub fn forget(tx: &mut Tx<'_>, before_ms: i64) -> Result<u64> {
    tx.execute(FORGET, params![before_ms])
}
