//! Rows of endpoints, and how far events have become messages for them.

pub mod delivery;

use guanxi_model::{
    id::{CorpId, HookId},
    webhook::{Choice, State, Terms, Webhook},
};

use crate::{Error, Result, Row, Tx, event, params};

macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "SELECT hook_id, url, description, events, secret, former_secret, former_until_ms, state, made_by, created_at_ms, ",
            "failing_since_ms, taken_at_ms, deleted_at_ms FROM webhook ",
            $rest
        )
    };
}

const FIND: &str = columns!("WHERE corp_id = $1 AND hook_id = $2");
const LIST: &str = columns!("WHERE corp_id = $1 AND deleted_at_ms IS NULL ORDER BY hook_id");
const INSERT: &str = "INSERT INTO webhook (corp_id, hook_id, url, description, events, secret, former_secret, former_until_ms,
    state, made_by, created_at_ms, failing_since_ms, taken_at_ms, deleted_at_ms)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
const UPDATE: &str =
    "UPDATE webhook SET url = $3, description = $4, events = $5, secret = $6, former_secret = $7,
    former_until_ms = $8, state = $9, failing_since_ms = $10, taken_at_ms = $11, deleted_at_ms = $12
    WHERE corp_id = $1 AND hook_id = $2";
const COUNT_OFF: &str =
    "SELECT count(*) FROM webhook WHERE corp_id = $1 AND deleted_at_ms IS NULL AND state = $2";
const ANY_COLLECTS: &str =
    "SELECT 1 FROM webhook WHERE deleted_at_ms IS NULL AND state IN ('on', 'paused') LIMIT 1";
const DELETED: &str = "SELECT corp_id, hook_id FROM webhook WHERE deleted_at_ms < $1 LIMIT $2";
const DELETE: &str = "DELETE FROM webhook WHERE corp_id = $1 AND hook_id = $2";
const WAITED_FOR: &str = "SELECT corp_id, hook_id FROM webhook w WHERE state = 'on' AND deleted_at_ms IS NULL AND EXISTS
    (SELECT 1 FROM webhook_delivery d WHERE d.corp_id = w.corp_id AND d.hook_id = w.hook_id AND d.standing = 0)";
const CURSOR: &str = "SELECT low, high, seq, place FROM webhook_cursor WHERE cursor_id = 1";
const ADVANCE: &str = "UPDATE webhook_cursor SET low = $1, high = $2, seq = $3, place = $4
    WHERE cursor_id = 1 AND low = $5 AND high = $6 AND seq = $7 AND place = $8";
const TAKE_PLACES: &str = "UPDATE webhook_cursor SET place = place + $1 WHERE cursor_id = 1";
const TOLD: &str = "SELECT told FROM webhook WHERE corp_id = $1 AND hook_id = $2";
const COUNT_TOLD: &str = "UPDATE webhook SET told = told + $3 WHERE corp_id = $1 AND hook_id = $2";

/// All statements, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    FIND,
    LIST,
    INSERT,
    UPDATE,
    COUNT_OFF,
    ANY_COLLECTS,
    DELETED,
    DELETE,
    WAITED_FOR,
    CURSOR,
    ADVANCE,
    TAKE_PLACES,
    TOLD,
    COUNT_TOLD,
];

fn read(row: &Row<'_>) -> Result<Webhook> {
    let events: String = row.get(3)?;
    let names: Vec<String> = crate::from_json(&events)?;
    let (former, until): (Option<Vec<u8>>, Option<i64>) = (row.get(5)?, row.get(6)?);
    let state: String = row.get(7)?;
    Ok(Webhook {
        id: row.get(0)?,
        terms: Terms {
            url: row.get(1)?,
            description: row.get(2)?,
            events: Choice::from_names(names.iter().map(String::as_str)),
        },
        secret: row.get(4)?,
        former: former.zip(until),
        state: State::from_name(&state).ok_or(Error::Mismatch {
            column: 7,
            wanted: "a state of an endpoint",
        })?,
        made_by: row.get(8)?,
        created_at_ms: row.get(9)?,
        failing_since_ms: row.get(10)?,
        taken_at_ms: row.get(11)?,
        deleted_at_ms: row.get(12)?,
    })
}

/// One endpoint of a corp, a deleted one too as long as that can be undone.
pub fn find(tx: &mut Tx<'_>, corp: CorpId, id: HookId) -> Result<Option<Webhook>> {
    tx.find(FIND, params![corp, id], read)
}

/// Endpoints of a corp, the oldest first, without deleted ones.
pub fn list(tx: &mut Tx<'_>, corp: CorpId) -> Result<Vec<Webhook>> {
    tx.list(LIST, params![corp], read)
}

/// Writes a new endpoint.
pub fn insert(tx: &mut Tx<'_>, corp: CorpId, new: &Webhook) -> Result<()> {
    let events = crate::json(&new.terms.events.names())?;
    let former = new.former.as_ref();
    tx.execute(
        INSERT,
        params![
            corp,
            new.id,
            new.terms.url,
            new.terms.description,
            events,
            new.secret,
            former.map(|(key, _)| key.as_slice()),
            former.map(|(_, until)| *until),
            new.state.name(),
            new.made_by,
            new.created_at_ms,
            new.failing_since_ms,
            new.taken_at_ms,
            new.deleted_at_ms
        ],
    )?;
    Ok(())
}

/// Writes all that can change of an endpoint.
pub fn update(tx: &mut Tx<'_>, corp: CorpId, hook: &Webhook) -> Result<()> {
    let events = crate::json(&hook.terms.events.names())?;
    let former = hook.former.as_ref();
    let changed = tx.execute(
        UPDATE,
        params![
            corp,
            hook.id,
            hook.terms.url,
            hook.terms.description,
            events,
            hook.secret,
            former.map(|(key, _)| key.as_slice()),
            former.map(|(_, until)| *until),
            hook.state.name(),
            hook.failing_since_ms,
            hook.taken_at_ms,
            hook.deleted_at_ms
        ],
    )?;
    if changed == 1 {
        Ok(())
    } else {
        Err(Error::Missing)
    }
}

/// How many endpoints of a corp are in this state.
pub fn count_in(tx: &mut Tx<'_>, corp: CorpId, state: State) -> Result<i64> {
    tx.get(COUNT_OFF, params![corp, state.name()], |row| row.get(0))
}

/// Whether what happens is kept for any endpoint of any corp.
pub fn any_collects(tx: &mut Tx<'_>) -> Result<bool> {
    Ok(tx
        .find(ANY_COLLECTS, params![], |row| row.get::<i64>(0))?
        .is_some())
}

/// Endpoints that were deleted before a moment.
pub fn deleted(tx: &mut Tx<'_>, before_ms: i64, limit: i64) -> Result<Vec<(CorpId, HookId)>> {
    tx.list(DELETED, params![before_ms, limit], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}

/// Removes an endpoint for good; its messages go first, see [`delivery::forget_hook`].
pub fn delete(tx: &mut Tx<'_>, corp: CorpId, id: HookId) -> Result<()> {
    tx.execute(DELETE, params![corp, id]).map(drop)
}

/// Endpoints for which messages wait now.
pub fn waited_for(tx: &mut Tx<'_>) -> Result<Vec<(CorpId, HookId)>> {
    tx.list(WAITED_FOR, params![], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// How far events have become messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The window of events being read.
    pub window: event::Window,
    /// The last place given out.
    pub place: i64,
}

/// Where the reader stands.
pub fn cursor(tx: &mut Tx<'_>) -> Result<Cursor> {
    tx.get(CURSOR, params![], |row| {
        Ok(Cursor {
            window: event::Window {
                low: row.get(0)?,
                high: row.get(1)?,
                seq: row.get(2)?,
            },
            place: row.get(3)?,
        })
    })
}

/// Moves the reader from one place to another; false if it no longer stands there.
pub fn advance(tx: &mut Tx<'_>, from: Cursor, to: Cursor) -> Result<bool> {
    let parts = params![
        to.window.low,
        to.window.high,
        to.window.seq,
        to.place,
        from.window.low,
        from.window.high,
        from.window.seq,
        from.place
    ];
    Ok(tx.execute(ADVANCE, parts)? == 1)
}

/// Takes so many places of the line and returns the one before them. Whoever took some before has committed then.
pub fn take_places(tx: &mut Tx<'_>, count: i64) -> Result<i64> {
    tx.execute(TAKE_PLACES, params![count])?;
    Ok(cursor(tx)?.place - count)
}

/// How many messages an endpoint was ever told. Its own number: that of the line would tell how busy other companies are.
pub fn told(tx: &mut Tx<'_>, corp: CorpId, id: HookId) -> Result<i64> {
    tx.get(TOLD, params![corp, id], |row| row.get(0))
}

/// Counts messages that an endpoint is told, in the transaction that takes their places.
pub fn count_told(tx: &mut Tx<'_>, corp: CorpId, id: HookId, count: i64) -> Result<()> {
    tx.post(COUNT_TOLD, params![corp, id, count])
}
