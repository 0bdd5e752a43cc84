//! Rows of contacts, one for each side, and of blocks and day budgets.

use guanxi_model::{id::RequestId, party::Party, request::AddWay};

use crate::{Error, Param, Result, Row, ToParam, Tx, params};

/// One side of a contact: what its owner sees and has noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Whose side this is.
    pub owner: Party,
    /// The other side.
    pub peer: Party,
    /// Door through which they met.
    pub add_way: AddWay,
    /// The owner's own name for the peer, or empty.
    pub remark: String,
    /// The owner's tags.
    pub tags: Vec<String>,
    /// Whether the owner keeps the peer at the top.
    pub starred: bool,
    /// Since when they are contacts.
    pub since_ms: i64,
    /// When the relation ended; None while it lasts.
    pub ended_at_ms: Option<i64>,
}

macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "SELECT scope, owner_id, peer_id, owner_kind, peer_kind, peer_scope, add_way, remark, tags, starred, ",
            "since_ms, ended_at_ms FROM contact ",
            $rest
        )
    };
}

const FIND: &str = columns!("WHERE scope = $1 AND owner_id = $2 AND peer_id = $3");
const LIST: &str =
    columns!("WHERE scope = $1 AND owner_id = $2 AND ended_at_ms IS NULL ORDER BY peer_id");
/// Parties that one statement asks about; the list in `AMONG` and its like has so many places.
pub const AMONG_MAX: usize = 25;
const AMONG: &str = columns!(
    "WHERE scope = $1 AND owner_id = $2 AND ended_at_ms IS NULL AND peer_id IN (
     $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
     $22, $23, $24, $25, $26, $27)"
);
const RECENT: &str = columns!(
    "WHERE scope = $1 AND owner_id = $2 AND ended_at_ms IS NULL ORDER BY since_ms DESC, peer_id LIMIT $3"
);
const COUNT: &str =
    "SELECT count(*) FROM contact WHERE scope = $1 AND owner_id = $2 AND ended_at_ms IS NULL";
const ARE: &str = "SELECT 1 FROM contact WHERE scope = $1 AND owner_id = $2 AND peer_id = $3 AND ended_at_ms IS NULL";
const PUT: &str = "INSERT INTO contact (scope, owner_id, peer_id, owner_kind, peer_kind, peer_scope, add_way, remark, tags,
    starred, since_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, '', '[]', false, $8)
    ON CONFLICT (scope, owner_id, peer_id) DO UPDATE SET add_way = excluded.add_way, since_ms = excluded.since_ms,
    ended_at_ms = NULL";
const INSERT: &str = "INSERT INTO contact (scope, owner_id, peer_id, owner_kind, peer_kind, peer_scope, add_way, remark,
    tags, starred, since_ms, ended_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
const NOTE: &str = "UPDATE contact SET remark = $4, tags = $5, starred = $6
    WHERE scope = $1 AND owner_id = $2 AND peer_id = $3";
const END: &str =
    "UPDATE contact SET ended_at_ms = $4 WHERE scope = $1 AND owner_id = $2 AND peer_id = $3";
const FIND_BLOCK: &str =
    "SELECT 1 FROM block WHERE scope = $1 AND owner_id = $2 AND blocked_id = $3";
const BLOCKED_AMONG: &str =
    "SELECT blocked_id FROM block WHERE scope = $1 AND owner_id = $2 AND blocked_id IN (
     $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
     $22, $23, $24, $25, $26, $27)";
const LIST_BLOCKS: &str = "SELECT blocked_kind, blocked_scope, blocked_id, since_ms FROM block
    WHERE scope = $1 AND owner_id = $2 ORDER BY since_ms DESC, blocked_id";
const PUT_BLOCK: &str =
    "INSERT INTO block (scope, owner_id, blocked_id, blocked_kind, blocked_scope, since_ms)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
const DELETE_BLOCK: &str =
    "DELETE FROM block WHERE scope = $1 AND owner_id = $2 AND blocked_id = $3";
const USED: &str =
    "SELECT used FROM budget WHERE scope = $1 AND owner_id = $2 AND kind = $3 AND day = $4";
const USE: &str = "INSERT INTO budget (scope, owner_id, kind, day, used) VALUES ($1, $2, $3, $4, 1)
    ON CONFLICT (scope, owner_id, kind, day) DO UPDATE SET used = budget.used + 1";
const TIES: &str = "SELECT
    EXISTS (SELECT 1 FROM contact WHERE scope = $1 AND owner_id = $2 AND peer_id = $4 AND ended_at_ms IS NULL),
    EXISTS (SELECT 1 FROM block WHERE scope = $1 AND owner_id = $2 AND blocked_id = $4),
    EXISTS (SELECT 1 FROM block WHERE scope = $3 AND owner_id = $4 AND blocked_id = $2),
    COALESCE((SELECT used FROM budget WHERE scope = $1 AND owner_id = $2 AND kind = $5 AND day = $6), 0),
    (SELECT request_id FROM contact_request WHERE scope = $3 AND recipient_id = $4 AND sender_id = $2
     ORDER BY request_id DESC LIMIT 1),
    (SELECT request_id FROM contact_request WHERE scope = $1 AND recipient_id = $2 AND sender_id = $4
     ORDER BY request_id DESC LIMIT 1)";
const IS_BLOCKED: &str =
    "SELECT EXISTS (SELECT 1 FROM block WHERE scope = $1 AND owner_id = $2 AND blocked_id = $4),
    EXISTS (SELECT 1 FROM block WHERE scope = $3 AND owner_id = $4 AND blocked_id = $2)";
const FORGET_BUDGETS: &str = "DELETE FROM budget WHERE day < $1";

/// All statements, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    FIND,
    LIST,
    AMONG,
    RECENT,
    COUNT,
    ARE,
    PUT,
    INSERT,
    NOTE,
    END,
    FIND_BLOCK,
    BLOCKED_AMONG,
    LIST_BLOCKS,
    PUT_BLOCK,
    DELETE_BLOCK,
    USED,
    USE,
    TIES,
    IS_BLOCKED,
    FORGET_BUDGETS,
];

fn party(kind: i64, scope: u128, id: u128) -> Result<Party> {
    Party::from_parts(kind, scope, id).ok_or(Error::Mismatch {
        column: 3,
        wanted: "a kind of party",
    })
}

fn read(row: &Row<'_>) -> Result<Contact> {
    let tags: String = row.get(8)?;
    Ok(Contact {
        owner: party(row.get(3)?, row.get(0)?, row.get(1)?)?,
        peer: party(row.get(4)?, row.get(5)?, row.get(2)?)?,
        add_way: AddWay::from_number(row.get(6)?),
        remark: row.get(7)?,
        tags: if tags == "[]" {
            Vec::new()
        } else {
            crate::from_json(&tags)?
        },
        starred: row.get(9)?,
        since_ms: row.get(10)?,
        ended_at_ms: row.get(11)?,
    })
}

/// One side of a contact, an ended one too.
pub fn find(tx: &mut Tx<'_>, owner: Party, peer: Party) -> Result<Option<Contact>> {
    tx.find(FIND, params![owner.scope(), owner.id(), peer.id()], read)
}

/// All contacts of a party that last.
pub fn list(tx: &mut Tx<'_>, owner: Party) -> Result<Vec<Contact>> {
    tx.list(LIST, params![owner.scope(), owner.id()], read)
}

/// Parameters of a statement about one party and up to [`AMONG_MAX`] others; places without one repeat the last.
pub(crate) fn among_params(owner: Party, others: &[Party]) -> Vec<Param<'static>> {
    let places = 0..AMONG_MAX;
    let others = places.filter_map(|at| others.get(at).or(others.last()));
    let mut params = vec![Param::Id(owner.scope()), Param::Id(owner.id())];
    params.extend(others.map(|other| Param::Id(other.id())));
    params
}

/// Contacts of a party among up to [`AMONG_MAX`] others.
pub fn list_among(tx: &mut Tx<'_>, owner: Party, others: &[Party]) -> Result<Vec<Contact>> {
    if others.is_empty() {
        return Ok(Vec::new());
    }
    tx.list(AMONG, &among_params(owner, others), read)
}

/// Ids of those whom a party has blocked among up to [`AMONG_MAX`] others.
pub fn blocked_among(tx: &mut Tx<'_>, owner: Party, others: &[Party]) -> Result<Vec<u128>> {
    if others.is_empty() {
        return Ok(Vec::new());
    }
    tx.list(BLOCKED_AMONG, &among_params(owner, others), |row| {
        row.get(0)
    })
}

/// Contacts of a party that last, those first whom it met last.
pub fn list_recent(tx: &mut Tx<'_>, owner: Party, limit: i64) -> Result<Vec<Contact>> {
    tx.list(RECENT, params![owner.scope(), owner.id(), limit], read)
}

/// How many contacts a party has.
pub fn count(tx: &mut Tx<'_>, owner: Party) -> Result<i64> {
    tx.get(COUNT, params![owner.scope(), owner.id()], |row| row.get(0))
}

/// Whether two parties are contacts now.
pub fn are_contacts(tx: &mut Tx<'_>, owner: Party, peer: Party) -> Result<bool> {
    Ok(tx
        .find(ARE, params![owner.scope(), owner.id(), peer.id()], |_| {
            Ok(())
        })?
        .is_some())
}

/// Writes both sides of a contact; what either side had noted before an ending comes back.
pub fn put(tx: &mut Tx<'_>, one: Party, other: Party, add_way: AddWay, now_ms: i64) -> Result<()> {
    let sides = [(one, other), (other, one)].map(|(owner, peer)| {
        [
            Param::Id(owner.scope()),
            Param::Id(owner.id()),
            Param::Id(peer.id()),
            Param::Int(owner.kind()),
            Param::Int(peer.kind()),
            Param::Id(peer.scope()),
            Param::Int(add_way.number()),
            Param::Int(now_ms),
        ]
    });
    sides.iter().try_for_each(|side| tx.post(PUT, side))
}

/// Writes many sides of contacts as they are, for example from an import; both sides of each belong together.
pub fn insert_many(tx: &mut Tx<'_>, sides: &[Contact]) -> Result<()> {
    let tags = sides.iter().map(|side| crate::json(&side.tags));
    let tags: Vec<String> = tags.collect::<Result<_>>()?;
    let rows = sides.iter().zip(&tags).map(|(side, tags)| {
        let (owner, peer) = (side.owner, side.peer);
        [
            Param::Id(owner.scope()),
            Param::Id(owner.id()),
            Param::Id(peer.id()),
            Param::Int(owner.kind()),
            Param::Int(peer.kind()),
            Param::Id(peer.scope()),
            Param::Int(side.add_way.number()),
            Param::Text(&side.remark),
            Param::Text(tags),
            Param::Bool(side.starred),
            Param::Int(side.since_ms),
            side.ended_at_ms.to_param(),
        ]
    });
    tx.execute_many(INSERT, rows)?;
    Ok(())
}

/// Writes the owner's remark, tags and star.
pub fn note(tx: &mut Tx<'_>, contact: &Contact) -> Result<()> {
    let (owner, peer) = (contact.owner, contact.peer);
    let tags = crate::json(&contact.tags)?;
    tx.execute(
        NOTE,
        params![
            owner.scope(),
            owner.id(),
            peer.id(),
            contact.remark,
            tags,
            contact.starred
        ],
    )?;
    Ok(())
}

/// Ends both sides of a contact, or with None takes the ending back.
pub fn end(tx: &mut Tx<'_>, one: Party, other: Party, ended_at_ms: Option<i64>) -> Result<()> {
    for (owner, peer) in [(one, other), (other, one)] {
        tx.execute(
            END,
            params![owner.scope(), owner.id(), peer.id(), ended_at_ms],
        )?;
    }
    Ok(())
}

/// Takes the ending of one side back.
pub fn restore_own(tx: &mut Tx<'_>, owner: Party, peer: Party) -> Result<()> {
    let lasts: Option<i64> = None;
    tx.execute(END, params![owner.scope(), owner.id(), peer.id(), lasts])?;
    Ok(())
}

/// Whether the owner has blocked the other.
pub fn has_blocked(tx: &mut Tx<'_>, owner: Party, other: Party) -> Result<bool> {
    Ok(tx
        .find(
            FIND_BLOCK,
            params![owner.scope(), owner.id(), other.id()],
            |_| Ok(()),
        )?
        .is_some())
}

/// Whether either of two has blocked the other.
pub fn is_blocked(tx: &mut Tx<'_>, one: Party, other: Party) -> Result<bool> {
    tx.get(
        IS_BLOCKED,
        params![one.scope(), one.id(), other.scope(), other.id()],
        |row| Ok(row.get(0)? || row.get(1)?),
    )
}

/// Whom the owner has blocked and since when, the latest first.
pub fn list_blocks(tx: &mut Tx<'_>, owner: Party) -> Result<Vec<(Party, i64)>> {
    tx.list(LIST_BLOCKS, params![owner.scope(), owner.id()], |row| {
        Ok((party(row.get(0)?, row.get(1)?, row.get(2)?)?, row.get(3)?))
    })
}

/// Writes a block; one that exists stays as it is.
pub fn put_block(tx: &mut Tx<'_>, owner: Party, other: Party, now_ms: i64) -> Result<()> {
    tx.execute(
        PUT_BLOCK,
        params![
            owner.scope(),
            owner.id(),
            other.id(),
            other.kind(),
            other.scope(),
            now_ms
        ],
    )?;
    Ok(())
}

/// Lifts a block; false if there was none.
pub fn delete_block(tx: &mut Tx<'_>, owner: Party, other: Party) -> Result<bool> {
    Ok(tx.execute(DELETE_BLOCK, params![owner.scope(), owner.id(), other.id()])? > 0)
}

/// What a party has used of a day's budget.
pub fn budget_used(tx: &mut Tx<'_>, owner: Party, kind: &str, day: i64) -> Result<i64> {
    Ok(tx
        .find(USED, params![owner.scope(), owner.id(), kind, day], |row| {
            row.get(0)
        })?
        .unwrap_or(0))
}

/// What stands between two parties, and what the first has used of a day's budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ties {
    /// They are contacts now.
    pub are_contacts: bool,
    /// The owner has blocked the other.
    pub blocks: bool,
    /// The other has blocked the owner.
    pub blocked: bool,
    /// Used of the owner's budget.
    pub used: i64,
    /// The latest request from the owner.
    pub outgoing: Option<RequestId>,
    /// The latest request to the owner.
    pub incoming: Option<RequestId>,
}

/// Reads all that decides about a request from the owner in one statement.
pub fn ties(tx: &mut Tx<'_>, owner: Party, other: Party, kind: &str, day: i64) -> Result<Ties> {
    let (one, two) = ([owner.scope(), owner.id()], [other.scope(), other.id()]);
    tx.get(
        TIES,
        params![one[0], one[1], two[0], two[1], kind, day],
        |row| {
            Ok(Ties {
                are_contacts: row.get(0)?,
                blocks: row.get(1)?,
                blocked: row.get(2)?,
                used: row.get(3)?,
                outgoing: row.get(4)?,
                incoming: row.get(5)?,
            })
        },
    )
}

/// Takes one from a day's budget.
pub fn budget_use(tx: &mut Tx<'_>, owner: Party, kind: &str, day: i64) -> Result<()> {
    tx.post(USE, params![owner.scope(), owner.id(), kind, day])
}

/// Forgets budgets of days before this one.
pub fn forget_budgets(tx: &mut Tx<'_>, before_day: i64) -> Result<u64> {
    tx.execute(FORGET_BUDGETS, params![before_day])
}
