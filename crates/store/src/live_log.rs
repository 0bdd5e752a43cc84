//! Rows of the log in which everything stands that happens to a corp's live codes: its head, the inbox in front of it, what is
//! counted of it, and snapshots.

use std::{collections::HashMap, fmt::Write as _};

use guanxi_model::{
    id::{CorpId, LiveCodeId, MemberId, PersonId},
    live_code::board::{Entry, Logged, Staff},
    live_code::pool::Standing,
    member::Status,
};

use crate::{Engine, Error, Result, Row, Tx, from_json, json, params};

const HEAD_SQLITE: &str = "SELECT seq, tallied FROM live_head WHERE corp_id = $1";
const HEAD_POSTGRES: &str = "SELECT seq, tallied FROM live_head WHERE corp_id = $1 FOR UPDATE";
const NEW_HEAD: &str = "INSERT INTO live_head (corp_id, seq, tallied) VALUES ($1, 0, 0)
    ON CONFLICT (corp_id) DO NOTHING";
const HAS_HEAD: &str = "SELECT 1 FROM live_head WHERE corp_id = $1";
const MOVE_HEAD: &str = "UPDATE live_head SET seq = $2, tallied = $3 WHERE corp_id = $1";
const CORPS: &str = "SELECT corp_id FROM live_head";
const PUT_IN: &str = "INSERT INTO live_inbox (corp_id, item_id, body) VALUES ($1, $2, $3)";
const TAKE_OUT: &str = "DELETE FROM live_inbox WHERE corp_id = $1 RETURNING item_id, body";
const APPEND_SQLITE: &str =
    "INSERT INTO live_log (corp_id, seq, code_id, kind, at_ms, visitor, member_id, until_ms, body)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
/// Rows as one JSON text, which is the cheapest way for many.
const APPEND_POSTGRES: &str =
    "INSERT INTO live_log (corp_id, seq, code_id, kind, at_ms, visitor, member_id, until_ms, body)
    SELECT $1, s, c, k, a, v, m, u, b::text FROM json_to_recordset($2::text::json)
    AS t(s bigint, c uuid, k bigint, a bigint, v uuid, m uuid, u bigint, b json)";
const READ: &str = "SELECT seq, code_id, at_ms, visitor, body, until_ms, member_id FROM live_log
    WHERE corp_id = $1 AND seq > $2 AND seq <= $3 ORDER BY seq LIMIT 5000";
/// Of one code, and of members for all codes.
const READ_CODE: &str = "SELECT seq, code_id, at_ms, visitor, body, until_ms FROM live_log
    WHERE corp_id = $1 AND seq > $2 AND (code_id = $3 OR code_id IS NULL) AND at_ms < $4 ORDER BY seq LIMIT 1000";
const NTH_LAST: &str = "SELECT seq FROM live_log WHERE corp_id = $1 AND code_id = $2
    ORDER BY seq DESC LIMIT 1 OFFSET $3";
const FIND_SCAN: &str = "SELECT code_id, visitor, member_id, until_ms, at_ms FROM live_log
    WHERE corp_id = $1 AND seq = $2 AND kind = 1";
const FIND: &str = "SELECT seq, code_id, at_ms, visitor, body, until_ms FROM live_log
    WHERE corp_id = $1 AND seq = $2";
const SEATING: &str = "SELECT seq, code_id, at_ms, visitor, body, until_ms FROM live_log
    WHERE corp_id = $1 AND code_id = $2 AND seq <= $3 AND kind = 4 ORDER BY seq DESC LIMIT 1";
const SNAPSHOT: &str = "SELECT seq, body FROM live_snapshot WHERE corp_id = $1";
const PUT_SNAPSHOT: &str = "INSERT INTO live_snapshot (corp_id, seq, body) VALUES ($1, $2, $3)
    ON CONFLICT (corp_id) DO UPDATE SET seq = excluded.seq, body = excluded.body
    WHERE live_snapshot.seq < excluded.seq";
const TALLY: &str =
    "INSERT INTO live_tally (corp_id, code_id, hour_ms, outcome, member_id, path, times)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (corp_id, code_id, hour_ms, outcome, member_id, path)
    DO UPDATE SET times = live_tally.times + excluded.times";
const TALLIES: &str = "SELECT code_id, hour_ms, outcome, member_id, path, times FROM live_tally
    WHERE corp_id = $1 AND hour_ms >= $2 AND hour_ms < $3 ORDER BY code_id, hour_ms, outcome";
macro_rules! staff {
    ($ids:literal) => {
        concat!(
            "SELECT m.member_id, m.status, EXISTS (SELECT 1 FROM live_rest r WHERE r.corp_id = m.corp_id
            AND r.member_id = m.member_id AND (r.until_ms IS NULL OR r.until_ms > $3)),
            (SELECT count(*) FROM conversation c WHERE c.corp_id = m.corp_id AND c.member_id = m.member_id
            AND c.resolved_at_ms IS NULL)
            FROM member m WHERE m.corp_id = $1 AND m.member_id IN (",
            $ids,
            ")"
        )
    };
}

/// Of members whose ids a JSON array lists.
const STAFF_SQLITE: &str = staff!("SELECT unhex(value) FROM json_each($2)");
const STAFF_POSTGRES: &str = staff!(
    "SELECT CAST(value AS UUID) FROM json_array_elements_text(CAST(CAST($2 AS TEXT) AS JSON))"
);
const RESTED: &str = "SELECT member_id FROM live_rest WHERE corp_id = $1 AND until_ms <= $2";
const NEW_ADD: &str =
    "INSERT INTO live_add (corp_id, seq, code_id, member_id, person_id, state, at_ms)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (corp_id, seq) DO NOTHING";
const FIND_ADD: &str = "SELECT seq, code_id FROM live_add
    WHERE corp_id = $1 AND person_id = $2 AND member_id = $3 ORDER BY seq DESC LIMIT 1";

/// All statements, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    NEW_HEAD,
    HAS_HEAD,
    MOVE_HEAD,
    CORPS,
    PUT_IN,
    TAKE_OUT,
    READ,
    READ_CODE,
    NTH_LAST,
    FIND_SCAN,
    FIND,
    SEATING,
    SNAPSHOT,
    PUT_SNAPSHOT,
    TALLY,
    TALLIES,
    RESTED,
    NEW_ADD,
    FIND_ADD,
];
/// Statements of one engine alone.
#[cfg(test)]
pub(crate) const SQLITE: &[&str] = &[HEAD_SQLITE, APPEND_SQLITE, STAFF_SQLITE];
#[cfg(test)]
pub(crate) const POSTGRES: &[&str] = &[HEAD_POSTGRES, APPEND_POSTGRES, STAFF_POSTGRES];

/// Last number of the log, and the last that is counted. Nobody else moves them until this transaction ends.
pub fn lock_head(tx: &mut Tx<'_>, corp: CorpId) -> Result<(i64, i64)> {
    let sql = tx.dialect(HEAD_SQLITE, HEAD_POSTGRES);
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
    if let Some(head) = tx.find(sql, params![corp], read)? {
        return Ok(head);
    }
    tx.execute(NEW_HEAD, params![corp])?;
    tx.get(sql, params![corp], read)
}

/// Begins the log of a corp, unless it has one.
pub fn begin(tx: &mut Tx<'_>, corp: CorpId) -> Result<()> {
    tx.execute(NEW_HEAD, params![corp])?;
    Ok(())
}

/// Whether a corp has a log.
pub fn has_begun(tx: &mut Tx<'_>, corp: CorpId) -> Result<bool> {
    Ok(tx.find(HAS_HEAD, params![corp], |_| Ok(()))?.is_some())
}

/// Corps that have a log.
pub fn corps(tx: &mut Tx<'_>) -> Result<Vec<CorpId>> {
    tx.list(CORPS, params![], |row| row.get(0))
}

/// Moves the head.
pub fn move_head(tx: &mut Tx<'_>, corp: CorpId, seq: i64, tallied: i64) -> Result<()> {
    tx.post(MOVE_HEAD, params![corp, seq, tallied])
}

/// Leaves a note that the next transaction of the log takes up.
pub fn put_in(tx: &mut Tx<'_>, corp: CorpId, item: u128, body: &str) -> Result<()> {
    tx.execute(PUT_IN, params![corp, item, body])?;
    Ok(())
}

/// Takes all notes out, in the order in which they were left.
pub fn take_out(tx: &mut Tx<'_>, corp: CorpId) -> Result<Vec<String>> {
    let mut notes: Vec<(u128, String)> = tx.list(TAKE_OUT, params![corp], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    notes.sort_unstable_by_key(|(item, _)| *item);
    Ok(notes.into_iter().map(|(_, body)| body).collect())
}

/// An entry on its way into the log.
#[derive(Debug)]
pub struct New<'a> {
    /// Its number.
    pub seq: i64,
    /// The entry.
    pub logged: &'a Logged,
    /// Who was chosen, or whom it concerns.
    pub member: Option<MemberId>,
    /// Until when a place is kept.
    pub until_ms: Option<i64>,
}

/// Writes entries in one statement.
pub fn append(tx: &mut Tx<'_>, corp: CorpId, rows: &[New<'_>]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    if tx.engine() == Engine::Sqlite {
        for row in rows {
            let body = json(&row.logged.entry)?;
            tx.execute(
                APPEND_SQLITE,
                params![
                    corp,
                    row.seq,
                    row.logged.code,
                    row.logged.entry.number(),
                    row.logged.at_ms,
                    row.logged.entry.visitor(),
                    row.member,
                    row.until_ms,
                    body
                ],
            )?;
        }
        return Ok(());
    }
    tx.post(APPEND_POSTGRES, params![corp, as_json(rows)?])
}

fn as_json(rows: &[New<'_>]) -> Result<String> {
    let mut text = String::with_capacity(rows.len() * 320);
    let unforeseen = |_| Error::Internal("a row does not turn into JSON".into());
    for row in rows {
        let entry = &row.logged.entry;
        text.push(if text.is_empty() { '[' } else { ',' });
        let (kind, at_ms) = (entry.number(), row.logged.at_ms);
        write!(text, "{{\"s\":{},\"k\":{kind},\"a\":{at_ms}", row.seq).map_err(unforeseen)?;
        if let Some(code) = row.logged.code {
            write!(text, ",\"c\":\"{code}\"").map_err(unforeseen)?;
        }
        if let Some(visitor) = entry.visitor() {
            write!(text, ",\"v\":\"{visitor:032x}\"").map_err(unforeseen)?;
        }
        if let Some(member) = row.member {
            write!(text, ",\"m\":\"{member}\"").map_err(unforeseen)?;
        }
        if let Some(until_ms) = row.until_ms {
            write!(text, ",\"u\":{until_ms}").map_err(unforeseen)?;
        }
        let body = json(entry)?;
        write!(text, ",\"b\":{body}}}").map_err(unforeseen)?;
    }
    text.push(']');
    Ok(text)
}

/// An entry as it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// Its number.
    pub seq: i64,
    /// The entry.
    pub logged: Logged,
    /// Until when a place was kept.
    pub until_ms: Option<i64>,
}

fn stored(row: &Row<'_>) -> Result<Stored> {
    let (visitor, body): (Option<u128>, String) = (row.get(3)?, row.get(4)?);
    let mut entry: Entry = from_json(&body)?;
    let until_ms = row.get(5)?;
    if let Entry::Scanned(scanned) = &mut entry {
        scanned.until_ms = until_ms;
    }
    Ok(Stored {
        seq: row.get(0)?,
        logged: Logged {
            code: row.get(1)?,
            at_ms: row.get(2)?,
            entry: match visitor {
                Some(visitor) => entry.by(visitor),
                None => entry,
            },
        },
        until_ms,
    })
}

/// Entries behind a number, up to and with another, at most 5,000.
pub fn read(tx: &mut Tx<'_>, corp: CorpId, after: i64, until: i64) -> Result<Vec<Stored>> {
    tx.list(READ, params![corp, after, until], stored)
}

/// Entries of a code and of members, behind a number and before a moment, at most 1,000.
pub fn read_code(
    tx: &mut Tx<'_>,
    corp: CorpId,
    code: LiveCodeId,
    after: i64,
    before_ms: i64,
) -> Result<Vec<Stored>> {
    tx.list(READ_CODE, params![corp, after, code, before_ms], stored)
}

/// Number of a code's last entry but so many, if it has that many.
pub fn nth_last(tx: &mut Tx<'_>, corp: CorpId, code: LiveCodeId, nth: i64) -> Result<Option<i64>> {
    tx.find(NTH_LAST, params![corp, code, nth], |row| row.get(0))
}

/// Entries behind a number, up to and with another, at most 5,000, with whom each concerned.
pub fn read_members(
    tx: &mut Tx<'_>,
    corp: CorpId,
    after: i64,
    until: i64,
) -> Result<Vec<(i64, Logged, Option<MemberId>)>> {
    tx.list(READ, params![corp, after, until], |row| {
        let member = row.get(6)?;
        let stored = stored(row)?;
        Ok((stored.seq, stored.logged, member))
    })
}

/// One entry.
pub fn find(tx: &mut Tx<'_>, corp: CorpId, seq: i64) -> Result<Option<Stored>> {
    tx.find(FIND, params![corp, seq], stored)
}

/// The last entry of a code, up to and with a number, that says who sits in its pools.
pub fn find_seating(
    tx: &mut Tx<'_>,
    corp: CorpId,
    code: LiveCodeId,
    until: i64,
) -> Result<Option<Stored>> {
    tx.find(SEATING, params![corp, code, until], stored)
}

/// A scan with its choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scan {
    /// Of which code.
    pub code: LiveCodeId,
    /// Who scanned.
    pub visitor: u128,
    /// Who was chosen.
    pub member: Option<MemberId>,
    /// Until when the place is kept.
    pub until_ms: Option<i64>,
    /// When it was scanned.
    pub at_ms: i64,
}

/// A scan by its number.
pub fn find_scan(tx: &mut Tx<'_>, corp: CorpId, seq: i64) -> Result<Option<Scan>> {
    tx.find(FIND_SCAN, params![corp, seq], |row| {
        Ok(Scan {
            code: row.get(0)?,
            visitor: row.get(1)?,
            member: row.get(2)?,
            until_ms: row.get(3)?,
            at_ms: row.get(4)?,
        })
    })
}

/// The last snapshot, with the number of the log that it stands for.
pub fn snapshot(tx: &mut Tx<'_>, corp: CorpId) -> Result<Option<(i64, Vec<u8>)>> {
    tx.find(SNAPSHOT, params![corp], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}

/// Keeps a snapshot in place of an older one.
pub fn put_snapshot(tx: &mut Tx<'_>, corp: CorpId, seq: i64, body: &[u8]) -> Result<()> {
    tx.post(PUT_SNAPSHOT, params![corp, seq, body])
}

/// How often something happened in an hour.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tally {
    /// With which code.
    pub code: LiveCodeId,
    /// When the hour began.
    pub hour_ms: i64,
    /// What: see [`guanxi_model::live_code::board::Outcome`].
    pub outcome: i64,
    /// With whom; zero for nobody.
    pub member: MemberId,
    /// Choices made on the page, joined by dots.
    pub path: String,
}

/// Adds counts up.
pub fn tally<'a>(
    tx: &mut Tx<'_>,
    corp: CorpId,
    counts: impl IntoIterator<Item = (&'a Tally, i64)>,
) -> Result<()> {
    let rows = counts.into_iter().map(|(tally, times)| {
        [
            corp.as_u128().into(),
            tally.code.as_u128().into(),
            crate::Param::Int(tally.hour_ms),
            crate::Param::Int(tally.outcome),
            tally.member.as_u128().into(),
            crate::Param::Text(&tally.path),
            crate::Param::Int(times),
        ]
    });
    tx.execute_many(TALLY, rows)?;
    Ok(())
}

/// Counts of a corp from an hour on and before another.
pub fn tallies(
    tx: &mut Tx<'_>,
    corp: CorpId,
    from_ms: i64,
    before_ms: i64,
) -> Result<Vec<(Tally, i64)>> {
    tx.list(TALLIES, params![corp, from_ms, before_ms], |row| {
        let tally = Tally {
            code: row.get(0)?,
            hour_ms: row.get(1)?,
            outcome: row.get(2)?,
            member: row.get(3)?,
            path: row.get(4)?,
        };
        Ok((tally, row.get(5)?))
    })
}

/// What the house knows of members at a moment, each in turn; one who is not there is not active.
pub fn staff(
    tx: &mut Tx<'_>,
    corp: CorpId,
    members: &[MemberId],
    now_ms: i64,
) -> Result<Vec<(MemberId, Staff)>> {
    let ids = crate::json(members)?;
    let sql = tx.dialect(STAFF_SQLITE, STAFF_POSTGRES);
    let found = tx.list(sql, params![corp, ids, now_ms], |row| {
        let open: i64 = row.get(3)?;
        let staff = Staff {
            standing: Standing {
                is_active: Status::from_number(row.get(1)?) == Some(Status::Active),
                is_switched_off: row.get(2)?,
                ..Standing::GOOD
            },
            open: u32::try_from(open).unwrap_or(u32::MAX),
        };
        Ok((row.get(0)?, staff))
    })?;
    let found: HashMap<MemberId, Staff> = found.into_iter().collect();
    let gone = Staff {
        standing: Standing {
            is_active: false,
            ..Standing::GOOD
        },
        open: 0,
    };
    let known = |member: &MemberId| (*member, found.get(member).copied().unwrap_or(gone));
    Ok(members.iter().map(known).collect())
}

/// Members whose switch-off has ended.
pub fn list_rested(tx: &mut Tx<'_>, corp: CorpId, now_ms: i64) -> Result<Vec<MemberId>> {
    tx.list(RESTED, params![corp, now_ms], |row| row.get(0))
}

/// Writes that a scan became an add; false if it had before.
pub fn insert_add(
    tx: &mut Tx<'_>,
    corp: CorpId,
    seq: i64,
    scan: &Scan,
    (member, person): (MemberId, PersonId),
    state: &str,
    now_ms: i64,
) -> Result<bool> {
    let changed = tx.execute(
        NEW_ADD,
        params![corp, seq, scan.code, member, person, state, now_ms],
    )?;
    Ok(changed > 0)
}

/// The last add between a person and a member: number of the scan, and the code.
pub fn find_add(
    tx: &mut Tx<'_>,
    corp: CorpId,
    person: PersonId,
    member: MemberId,
) -> Result<Option<(i64, LiveCodeId)>> {
    tx.find(FIND_ADD, params![corp, person, member], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}
