//! The chain of a corp's sealed entries: read in pages by whoever checks it, and shortened at its beginning by retention.

use guanxi_model::{
    audit::{Hash, Head, Sealed, verify_log},
    id::{AuditId, CorpId},
};

use super::{hash, read};
use crate::{Result, Row, Tx, params};

const STRETCH: &str =
    columns!("WHERE corp_id = $1 AND seq IS NOT NULL AND seq >= $2 ORDER BY seq LIMIT $3");
const FIRST: &str = "SELECT seq, hash, at_ms FROM audit WHERE corp_id = $1 AND seq IS NOT NULL AND seq > $2 ORDER BY seq LIMIT $3";
const BASE: &str = "SELECT seq, hash FROM audit_base WHERE corp_id = $1";
const PUT_BASE: &str = "INSERT INTO audit_base (corp_id, seq, hash) VALUES ($1, $2, $3)
    ON CONFLICT (corp_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash";
const REMOVE: &str = "DELETE FROM audit WHERE corp_id = $1 AND seq IS NOT NULL AND seq <= $2";

/// All statements, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[STRETCH, FIRST, BASE, PUT_BASE, REMOVE];

/// Rows read at once where the caller has no reason for another number.
pub const PAGE: i64 = 2000;

/// Some rows of a chain, and both its ends as of the same moment.
#[derive(Debug, Clone)]
pub struct Stretch {
    /// Where the chain begins: everything up to here was removed by retention.
    pub base: Head,
    /// Where the sealer says that it ends.
    pub head: Head,
    /// Rows in the order of their numbers.
    pub rows: Vec<Sealed>,
    /// Whether these are the last.
    pub is_last: bool,
}

/// Reads the rows behind a number, or from the very first.
pub fn stretch(tx: &mut Tx<'_>, corp: CorpId, after: Option<i64>, limit: i64) -> Result<Stretch> {
    let base = base(tx, corp)?;
    let head = super::head(tx, corp)?.unwrap_or_default();
    // From the last one on, lest a second row of the same number stay unseen.
    let from = after.unwrap_or(i64::MIN);
    let mut rows = tx.list(STRETCH, params![corp, from, limit + 1], |row| {
        sealed(row, corp)
    })?;
    let is_last = rows.len() as i64 <= limit;
    if after.is_some() && rows.first().map(|row| row.seq) == after {
        rows.remove(0);
    }
    Ok(Stretch {
        base,
        head,
        rows,
        is_last,
    })
}

/// A row as it is. What can no longer be read cannot be what was sealed, so it gets a hash that fits nothing.
fn sealed(row: &Row<'_>, corp: CorpId) -> Result<Sealed> {
    let seq = row.get(8)?;
    let object: Result<String> = row.get(5);
    let is_whole = object.is_ok_and(|text| text.is_empty() || text.contains(':'));
    if is_whole
        && let Ok(super::Stored {
            entry,
            hash: Some(hash),
            ..
        }) = read(row)
    {
        return Ok(Sealed { seq, hash, entry });
    }
    Ok(Sealed {
        seq,
        hash: Hash::default(),
        entry: guanxi_model::audit::Entry {
            corp,
            id: row.get(1).unwrap_or(AuditId::from_u128(0)),
            at_ms: row.get(2).unwrap_or_default(),
            actor: guanxi_model::audit::Named::new("unreadable", ""),
            action: "unreadable".into(),
            object: None,
            from: None,
            detail: String::new(),
        },
    })
}

/// Head of what retention has removed; that of an empty log where it has removed nothing.
pub fn base(tx: &mut Tx<'_>, corp: CorpId) -> Result<Head> {
    let found = tx.find(BASE, params![corp], |row| {
        Ok(Head {
            seq: row.get(0)?,
            hash: hash(row.get(1)?)?,
        })
    })?;
    Ok(found.unwrap_or_default())
}

/// What of a chain's beginning is older than a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Old {
    /// Its last entry.
    pub head: Head,
    /// When that was made.
    pub at_ms: i64,
    /// How many entries it has.
    pub count: i64,
}

/// The entries at the beginning of the chain that were made before a moment, at most so many; None if there are none.
pub fn old(tx: &mut Tx<'_>, corp: CorpId, before_ms: i64, limit: i64) -> Result<Option<Old>> {
    let base = base(tx, corp)?;
    let mut old: Option<Old> = None;
    let mut is_over = false;
    tx.for_each(FIRST, params![corp, base.seq, limit], |row| {
        let at_ms: i64 = row.get(2)?;
        is_over = is_over || at_ms >= before_ms;
        if !is_over {
            old = Some(Old {
                head: Head {
                    seq: row.get(0)?,
                    hash: hash(row.get(1)?)?,
                },
                at_ms,
                count: old.map_or(1, |old| old.count + 1),
            });
        }
        Ok::<_, crate::Error>(())
    })?;
    Ok(old)
}

/// Removes the beginning of the chain up to and with an entry; returns how many rows that were. The entry that signs it
/// off belongs into the same transaction.
pub fn remove(tx: &mut Tx<'_>, corp: CorpId, until: Head) -> Result<u64> {
    let removed = tx.execute(REMOVE, params![corp, until.seq])?;
    tx.execute(PUT_BASE, params![corp, until.seq, until.hash.0.as_slice()])?;
    Ok(removed)
}

/// Follows the chain from its base to its head within this transaction, in bounded memory.
pub fn verify(
    tx: &mut Tx<'_>,
    corp: CorpId,
) -> Result<std::result::Result<Head, guanxi_model::audit::Fault>> {
    let mut next = stretch(tx, corp, None, PAGE)?;
    let (base, head) = (next.base, next.head);
    let mut failure = None;
    let mut page = std::mem::take(&mut next.rows).into_iter();
    let mut last = None;
    let rows = std::iter::from_fn(|| {
        loop {
            if let Some(row) = page.next() {
                last = Some(row.seq);
                return Some(row);
            }
            if next.is_last {
                return None;
            }
            match stretch(tx, corp, last, PAGE) {
                Ok(mut more) => {
                    page = std::mem::take(&mut more.rows).into_iter();
                    next = more;
                }
                Err(error) => {
                    failure = Some(error);
                    return None;
                }
            }
        }
    });
    let verified = verify_log(base, rows, &[], || head);
    failure.map_or(Ok(verified), Err)
}
