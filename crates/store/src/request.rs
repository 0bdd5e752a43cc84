//! Rows of contact requests. A request lives with its recipient and is listed for its sender.

use guanxi_model::{
    id::{CodeId, CorpId, MemberId, RequestId},
    party::Party,
    request::{AddWay, Request, State},
};

use crate::{Error, Param, Result, Row, ToParam, Tx, contact::among_params, params};

macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "SELECT scope, recipient_id, request_id, recipient_kind, sender_kind, sender_scope, sender_id, add_way, ",
            "message, state, silenced, created_at_ms, expires_at_ms, decided_at_ms, reason, code_id FROM contact_request ",
            $rest
        )
    };
}

const FIND: &str = columns!("WHERE scope = $1 AND recipient_id = $2 AND request_id = $3");
const FIND_SENT: &str = columns!("WHERE sender_scope = $1 AND sender_id = $2 AND request_id = $3");
/// In two steps, or else SQLite goes through all that the recipient was ever sent instead of the index of the pair.
const LATEST: &str = columns!(
    "WHERE scope = $1 AND recipient_id = $2 AND request_id = (SELECT request_id FROM contact_request
     WHERE scope = $1 AND recipient_id = $2 AND sender_id = $3 ORDER BY request_id DESC LIMIT 1)"
);
const RECEIVED: &str = columns!(
    "WHERE scope = $1 AND recipient_id = $2 AND request_id < $3 AND silenced = false AND state = 0
     AND expires_at_ms > $4 ORDER BY request_id DESC LIMIT $5"
);
const SETTLED: &str = columns!(
    "WHERE scope = $1 AND recipient_id = $2 AND request_id < $3 AND silenced = false
     AND (state <> 0 OR expires_at_ms <= $4) ORDER BY request_id DESC LIMIT $5"
);
const WITHDRAWN: &str = columns!(
    "WHERE scope = $1 AND recipient_id = $2 AND silenced = false AND state = 4 AND decided_at_ms > $3
     ORDER BY request_id DESC LIMIT $4"
);
const SENT: &str = columns!(
    "WHERE sender_scope = $1 AND sender_id = $2 AND request_id < $3 ORDER BY request_id DESC LIMIT $4"
);
const SENT_PENDING: &str = columns!(
    "WHERE sender_scope = $1 AND sender_id = $2 AND state = 0 AND expires_at_ms > $3 ORDER BY request_id DESC LIMIT $4"
);
const PENDING_TO: &str = columns!(
    "WHERE scope = $1 AND sender_id = $2 AND recipient_id IN (
     $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
     $22, $23, $24, $25, $26, $27)
     AND state = 0 AND expires_at_ms > $28"
);
const PENDING_FROM: &str = columns!(
    "WHERE scope = $1 AND recipient_id = $2 AND sender_id IN (
     $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
     $22, $23, $24, $25, $26, $27)
     AND state = 0 AND silenced = false AND expires_at_ms > $28"
);
const COUNT_WAITING: &str =
    "SELECT count(*) FROM contact_request WHERE scope = $1 AND recipient_id = $2 AND state = 0
    AND silenced = false AND expires_at_ms > $3";
const INSERT: &str = "INSERT INTO contact_request (scope, recipient_id, request_id, recipient_kind, sender_kind,
    sender_scope, sender_id, add_way, message, state, silenced, created_at_ms, expires_at_ms, decided_at_ms, reason,
    code_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
const SETTLE: &str =
    "UPDATE contact_request SET state = $4, decided_at_ms = $5, reason = $6, silenced = $7
    WHERE scope = $1 AND recipient_id = $2 AND request_id = $3";
const DUE: &str =
    columns!("WHERE state = 0 AND expires_at_ms <= $1 ORDER BY expires_at_ms LIMIT $2");
const TOUCHING: &str = columns!(
    "WHERE state = 0 AND ((scope = $1 AND recipient_id = $2) OR (sender_scope = $1 AND sender_id = $2))
     ORDER BY request_id"
);
const HOLDS_CODE: &str = "SELECT 1 FROM contact_request
    WHERE scope = $1 AND recipient_id = $2 AND code_id = $3 AND state IN (0, 1) AND silenced = false LIMIT 1";

/// All statements, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    FIND,
    FIND_SENT,
    LATEST,
    RECEIVED,
    SETTLED,
    WITHDRAWN,
    HOLDS_CODE,
    SENT,
    SENT_PENDING,
    PENDING_TO,
    PENDING_FROM,
    COUNT_WAITING,
    INSERT,
    SETTLE,
    DUE,
    TOUCHING,
];

fn read(row: &Row<'_>) -> Result<Request> {
    let party = |kind: i64, scope: u128, id: u128| {
        Party::from_parts(kind, scope, id).ok_or(Error::Mismatch {
            column: 3,
            wanted: "a kind of party",
        })
    };
    Ok(Request {
        recipient: party(row.get(3)?, row.get(0)?, row.get(1)?)?,
        id: row.get(2)?,
        sender: party(row.get(4)?, row.get(5)?, row.get(6)?)?,
        add_way: AddWay::from_number(row.get(7)?),
        code: row.get(15)?,
        message: row.get(8)?,
        state: State::from_number(row.get(9)?).ok_or(Error::Mismatch {
            column: 9,
            wanted: "a state",
        })?,
        silenced: row.get(10)?,
        created_at_ms: row.get(11)?,
        expires_at_ms: row.get(12)?,
        decided_at_ms: row.get(13)?,
        reason: row.get(14)?,
    })
}

/// A request that this party received, silenced ones too.
pub fn find(tx: &mut Tx<'_>, recipient: Party, id: RequestId) -> Result<Option<Request>> {
    tx.find(FIND, params![recipient.scope(), recipient.id(), id], read)
}

/// A request that this party sent.
pub fn find_sent(tx: &mut Tx<'_>, sender: Party, id: RequestId) -> Result<Option<Request>> {
    tx.find(FIND_SENT, params![sender.scope(), sender.id(), id], read)
}

/// The latest request between two parties in one direction.
pub fn latest(tx: &mut Tx<'_>, sender: Party, recipient: Party) -> Result<Option<Request>> {
    tx.find(
        LATEST,
        params![recipient.scope(), recipient.id(), sender.id()],
        read,
    )
}

/// Requests that wait for this party, the newest first, older than `before`.
pub fn received(
    tx: &mut Tx<'_>,
    owner: Party,
    before: RequestId,
    now_ms: i64,
    limit: i64,
) -> Result<Vec<Request>> {
    tx.list(
        RECEIVED,
        params![owner.scope(), owner.id(), before, now_ms, limit],
        read,
    )
}

/// Requests to this party that are settled, the newest first, older than `before`.
pub fn settled(
    tx: &mut Tx<'_>,
    owner: Party,
    before: RequestId,
    now_ms: i64,
    limit: i64,
) -> Result<Vec<Request>> {
    tx.list(
        SETTLED,
        params![owner.scope(), owner.id(), before, now_ms, limit],
        read,
    )
}

/// Requests to this party that their senders took back after a moment, the newest first.
pub fn withdrawn(tx: &mut Tx<'_>, owner: Party, after_ms: i64, limit: i64) -> Result<Vec<Request>> {
    tx.list(
        WITHDRAWN,
        params![owner.scope(), owner.id(), after_ms, limit],
        read,
    )
}

/// Requests that this party sent, the newest first, older than `before`.
pub fn sent(tx: &mut Tx<'_>, owner: Party, before: RequestId, limit: i64) -> Result<Vec<Request>> {
    tx.list(
        SENT,
        params![owner.scope(), owner.id(), before, limit],
        read,
    )
}

/// Requests that this party sent and that still wait.
pub fn sent_pending(
    tx: &mut Tx<'_>,
    owner: Party,
    now_ms: i64,
    limit: i64,
) -> Result<Vec<Request>> {
    tx.list(
        SENT_PENDING,
        params![owner.scope(), owner.id(), now_ms, limit],
        read,
    )
}

/// Requests of a member's that wait for some of up to [`AMONG_MAX`](crate::contact::AMONG_MAX) others of the same corp.
pub fn pending_to(
    tx: &mut Tx<'_>,
    sender: Party,
    others: &[Party],
    now_ms: i64,
) -> Result<Vec<Request>> {
    among(tx, PENDING_TO, sender, others, now_ms)
}

/// Requests to a member that wait, from some of up to [`AMONG_MAX`](crate::contact::AMONG_MAX) others; silenced ones are left out.
pub fn pending_from(
    tx: &mut Tx<'_>,
    recipient: Party,
    others: &[Party],
    now_ms: i64,
) -> Result<Vec<Request>> {
    among(tx, PENDING_FROM, recipient, others, now_ms)
}

fn among(
    tx: &mut Tx<'_>,
    sql: &'static str,
    owner: Party,
    others: &[Party],
    now_ms: i64,
) -> Result<Vec<Request>> {
    if others.is_empty() {
        return Ok(Vec::new());
    }
    let mut params = among_params(owner, others);
    params.push(Param::Int(now_ms));
    tx.list(sql, &params, read)
}

/// How many requests wait for this party.
pub fn count_waiting(tx: &mut Tx<'_>, owner: Party, now_ms: i64) -> Result<i64> {
    tx.get(
        COUNT_WAITING,
        params![owner.scope(), owner.id(), now_ms],
        |row| row.get(0),
    )
}

/// Writes a new request. A second pending one of the same pair is refused as unique on `contact_request_pending`.
pub fn insert(tx: &mut Tx<'_>, new: &Request) -> Result<()> {
    tx.post(INSERT, &insert_params(new))
}

/// Writes many requests, settled ones too, for example from an import.
pub fn insert_many(tx: &mut Tx<'_>, new: &[Request]) -> Result<()> {
    tx.execute_many(INSERT, new.iter().map(insert_params))?;
    Ok(())
}

fn insert_params(new: &Request) -> [Param<'_>; 16] {
    let Request {
        sender, recipient, ..
    } = new;
    [
        Param::Id(recipient.scope()),
        Param::Id(recipient.id()),
        new.id.to_param(),
        Param::Int(recipient.kind()),
        Param::Int(sender.kind()),
        Param::Id(sender.scope()),
        Param::Id(sender.id()),
        Param::Int(new.add_way.number()),
        Param::Text(&new.message),
        Param::Int(new.state.number()),
        Param::Bool(new.silenced),
        Param::Int(new.created_at_ms),
        Param::Int(new.expires_at_ms),
        new.decided_at_ms.to_param(),
        Param::Text(&new.reason),
        new.code.to_param(),
    ]
}

/// Writes what became of a request, and whether its recipient is kept from it.
pub fn settle(tx: &mut Tx<'_>, request: &Request) -> Result<()> {
    let recipient = request.recipient;
    let (state, decided_at_ms) = (request.state.number(), request.decided_at_ms);
    tx.post(
        SETTLE,
        params![
            recipient.scope(),
            recipient.id(),
            request.id,
            state,
            decided_at_ms,
            request.reason,
            request.silenced
        ],
    )
}

/// Pending requests whose time is over, of all owners.
pub fn due(tx: &mut Tx<'_>, now_ms: i64, limit: i64) -> Result<Vec<Request>> {
    tx.list(DUE, params![now_ms, limit], read)
}

/// Whether a request that came by this code waits for its owner or was accepted by him.
pub fn holds_code(tx: &mut Tx<'_>, corp: CorpId, owner: MemberId, code: CodeId) -> Result<bool> {
    let found = tx.find(HOLDS_CODE, params![corp, owner, code], |_| Ok(()))?;
    Ok(found.is_some())
}

/// Pending requests from or to a party.
pub fn touching(tx: &mut Tx<'_>, party: Party) -> Result<Vec<Request>> {
    tx.list(TOUCHING, params![party.scope(), party.id()], read)
}
