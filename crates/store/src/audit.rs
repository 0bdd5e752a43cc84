//! Rows of the audit log. An entry is written unsealed; the sealer gives it its place in the corp's chain right after.

use guanxi_model::{
    audit::{Entry, Hash, Head, Named, Sealed},
    id::{AuditId, CorpId},
};

pub use page::{Filter, page};

use crate::{Engine, Error, Param, Result, Row, ToParam, Tx, params};

/// An entry with its place in the chain, once it is sealed.
#[derive(Debug, Clone)]
pub struct Stored {
    /// What was recorded.
    pub entry: Entry,
    /// Place in the corp's chain, from 1.
    pub seq: Option<i64>,
    /// Hash over this entry and all before it.
    pub hash: Option<Hash>,
}

macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "SELECT corp_id, audit_id, at_ms, actor, action, object, address, detail, seq, hash FROM audit ",
            $rest
        )
    };
}

pub mod chain;
mod page;

const INSERT: &str =
    "INSERT INTO audit (corp_id, audit_id, at_ms, actor, action, object, address, detail)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const INSERT_SEALED: &str =
    "INSERT INTO audit (corp_id, audit_id, at_ms, actor, action, object, address, detail, seq, hash)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const TAKE_CHAIN_POSTGRES: &str = "SELECT pg_try_advisory_xact_lock($1)";
const WITH_UNSEALED: &str = "SELECT DISTINCT corp_id FROM audit WHERE seq IS NULL";
const UNSEALED: &str = columns!("WHERE corp_id = $1 AND seq IS NULL ORDER BY audit_id LIMIT $2");
const SEAL: &str = "UPDATE audit SET seq = $3, hash = $4 WHERE corp_id = $1 AND audit_id = $2";
const HEAD: &str = "SELECT seq, hash FROM audit_head WHERE corp_id = $1";
const LAST: &str = "SELECT max(seq) FROM audit WHERE corp_id = $1 AND seq IS NOT NULL";
const PUT_HEAD: &str = "INSERT INTO audit_head (corp_id, seq, hash) VALUES ($1, $2, $3)
    ON CONFLICT (corp_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash";
const FIND: &str = columns!("WHERE corp_id = $1 AND audit_id = $2");
const LATEST_ACTOR: &str =
    "SELECT actor FROM audit WHERE corp_id = $1 AND object = $2 AND action = $3
    ORDER BY audit_id DESC LIMIT 1";
const COUNT: &str = "SELECT count(*) FROM audit WHERE corp_id = $1";

/// All statements, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    INSERT,
    INSERT_SEALED,
    WITH_UNSEALED,
    UNSEALED,
    SEAL,
    HEAD,
    LAST,
    PUT_HEAD,
    FIND,
    LATEST_ACTOR,
    COUNT,
];

#[cfg(test)]
pub(crate) use page::STATEMENTS as PAGE_STATEMENTS;

/// Stored form of an actor or object: `kind:id`.
pub fn text(named: &Named) -> String {
    format!("{}:{}", named.kind, named.id)
}

fn named(text: &str) -> Option<Named> {
    text.split_once(':')
        .map(|(kind, id)| Named::new(kind.to_owned(), id))
}

fn hash(bytes: Vec<u8>) -> Result<Hash> {
    bytes.try_into().map(Hash).map_err(|_| Error::Mismatch {
        column: 9,
        wanted: "a hash of 32 bytes",
    })
}

fn read(row: &Row<'_>) -> Result<Stored> {
    Ok(Stored {
        entry: Entry {
            corp: row.get(0)?,
            id: row.get(1)?,
            at_ms: row.get(2)?,
            actor: named(&row.get::<String>(3)?).ok_or(Error::Mismatch {
                column: 3,
                wanted: "an actor",
            })?,
            action: row.get::<String>(4)?.into(),
            object: named(&row.get::<String>(5)?),
            from: Some(row.get::<String>(6)?).filter(|from| !from.is_empty()),
            detail: row.get(7)?,
        },
        seq: row.get(8)?,
        hash: row.get::<Option<Vec<u8>>>(9)?.map(hash).transpose()?,
    })
}

/// Takes a new entry to the log. SQLite, where all writers share one transaction, seals it right before the commit; on
/// PostgreSQL it is written unsealed, and the sealer follows.
pub fn append(tx: &mut Tx<'_>, new: Entry) -> Result<()> {
    match tx.engine() {
        Engine::Postgres => insert(tx, &new),
        Engine::Sqlite => tx.keep_entry(new),
    }
}

/// Writes entries of whatever corps at the ends of their chains, in the order in which they were taken.
pub(crate) fn append_sealed(tx: &mut Tx<'_>, mut entries: Vec<Entry>) -> Result<()> {
    entries.sort_by_key(|entry| entry.corp);
    let mut entries = entries.into_iter().peekable();
    while let Some(first) = entries.next() {
        let corp = first.corp;
        let mut end = head(tx, corp)?.unwrap_or_default();
        let last: Option<i64> = tx.get(LAST, params![corp], |row| row.get(0))?;
        if last.is_some_and(|last| last > end.seq) {
            // A chain that does not end where it should is the sealer's to report; nobody's work stops for it.
            insert(tx, &first)?;
            continue;
        }
        let (mut sealed, mut next) = (Vec::new(), Some(first));
        while let Some(entry) = next {
            let row = end.seal(entry);
            end = row.head();
            sealed.push(row);
            next = entries.next_if(|entry| entry.corp == corp);
        }
        insert_sealed(tx, &sealed)?;
        put_head(tx, corp, end)?;
    }
    Ok(())
}

/// Writes a new entry, not yet sealed.
pub fn insert(tx: &mut Tx<'_>, new: &Entry) -> Result<()> {
    let Entry {
        corp,
        id,
        at_ms,
        actor,
        action,
        object,
        from,
        detail,
    } = new;
    let (actor, object) = (text(actor), object.as_ref().map(text).unwrap_or_default());
    let from = from.as_deref().unwrap_or_default();
    tx.post(
        INSERT,
        params![
            corp,
            id,
            at_ms,
            actor,
            action.as_ref(),
            object,
            from,
            detail
        ],
    )
}

/// Writes many entries that have their place already, for example from an import; [`put_head`] belongs to it.
pub fn insert_sealed(tx: &mut Tx<'_>, sealed: &[Sealed]) -> Result<()> {
    let named: Vec<(String, String)> = sealed
        .iter()
        .map(|row| {
            let object = row.entry.object.as_ref().map(text).unwrap_or_default();
            (text(&row.entry.actor), object)
        })
        .collect();
    let rows = sealed.iter().zip(&named).map(|(row, (actor, object))| {
        let entry = &row.entry;
        [
            entry.corp.to_param(),
            entry.id.to_param(),
            Param::Int(entry.at_ms),
            Param::Text(actor),
            Param::Text(&entry.action),
            Param::Text(object),
            Param::Text(entry.from.as_deref().unwrap_or_default()),
            Param::Text(&entry.detail),
            Param::Int(row.seq),
            Param::Blob(&row.hash.0),
        ]
    });
    tx.execute_many(INSERT_SEALED, rows)?;
    Ok(())
}

/// Corps with entries that wait for the sealer.
pub fn corps_with_unsealed(tx: &mut Tx<'_>) -> Result<Vec<CorpId>> {
    tx.list(WITH_UNSEALED, params![], |row| row.get(0))
}

/// Takes the corp's chain for this transaction; false while another one has it. Two sealers that read the same entries
/// would only throw each other out, again and again under load. SQLite has one writer anyway.
pub fn take_chain(tx: &mut Tx<'_>, corp: CorpId) -> Result<bool> {
    match tx.engine() {
        Engine::Sqlite => Ok(true),
        Engine::Postgres => {
            let key = corp.as_u128() as i64;
            tx.get(TAKE_CHAIN_POSTGRES, params![key], |row| row.get(0))
        }
    }
}

/// Entries that wait for the sealer, in the order of their ids.
pub fn unsealed(tx: &mut Tx<'_>, corp: CorpId, limit: i64) -> Result<Vec<Entry>> {
    tx.list(UNSEALED, params![corp, limit], |row| {
        read(row).map(|stored| stored.entry)
    })
}

/// Gives entries their places in the chain.
pub fn seal(tx: &mut Tx<'_>, corp: CorpId, sealed: &[Sealed]) -> Result<()> {
    let rows = sealed.iter().map(|row| {
        [
            corp.to_param(),
            row.entry.id.to_param(),
            Param::Int(row.seq),
            Param::Blob(&row.hash.0),
        ]
    });
    tx.execute_many(SEAL, rows)?;
    Ok(())
}

/// Last place and hash of the corp's chain; None before the first entry.
pub fn head(tx: &mut Tx<'_>, corp: CorpId) -> Result<Option<Head>> {
    tx.find(HEAD, params![corp], |row| {
        Ok(Head {
            seq: row.get(0)?,
            hash: hash(row.get(1)?)?,
        })
    })
}

/// Writes the head of the chain.
pub fn put_head(tx: &mut Tx<'_>, corp: CorpId, head: Head) -> Result<()> {
    tx.execute(PUT_HEAD, params![corp, head.seq, head.hash.0.as_slice()])?;
    Ok(())
}

/// One entry.
pub fn find(tx: &mut Tx<'_>, corp: CorpId, id: AuditId) -> Result<Option<Stored>> {
    tx.find(FIND, params![corp, id], read)
}

/// Who last did this to this object, as [`text`] writes it.
pub fn latest_actor(
    tx: &mut Tx<'_>,
    corp: CorpId,
    action: &str,
    object: &str,
) -> Result<Option<String>> {
    tx.find(LATEST_ACTOR, params![corp, object, action], |row| {
        row.get(0)
    })
}

/// How many entries a corp has.
pub fn count(tx: &mut Tx<'_>, corp: CorpId) -> Result<i64> {
    tx.get(COUNT, params![corp], |row| row.get(0))
}
