//! Rows of sessions and of the one-time codes that open them.

use guanxi_model::{
    id::{CorpId, MemberId, PersonId, SessionId},
    person::Phone,
};

use crate::{Result, Row, Tx, params};

/// A session as stored; the token itself is known to the browser alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Number.
    pub id: SessionId,
    /// Who signed in.
    pub person: PersonId,
    /// The account that he works with, if he has one.
    pub account: Option<(CorpId, MemberId)>,
    /// Browser and system in words.
    pub device: String,
    /// Shortened address.
    pub address: String,
    /// When it began.
    pub created_at_ms: i64,
    /// When it was last used, exact to some minutes.
    pub seen_at_ms: i64,
    /// When it ends by itself.
    pub expires_at_ms: i64,
}

/// A one-time code on its way.
#[derive(Debug, Clone)]
pub struct Code {
    /// Keyed hash of the code.
    pub hash: Vec<u8>,
    /// When it was sent.
    pub sent_at_ms: i64,
    /// When it ends to count.
    pub expires_at_ms: i64,
    /// Wrong tries so far.
    pub attempts: i64,
    /// Day of `sent_today`, as `yyyymmdd` in UTC.
    pub day: i64,
    /// Codes sent to this number on that day.
    pub sent_today: i64,
}

const FIND_BY_TOKEN: &str =
    "SELECT session_id, person_id, corp_id, member_id, device, address, created_at_ms, seen_at_ms,
    expires_at_ms FROM session WHERE token_hash = $1";
const IS_LIVE: &str = "SELECT 1 FROM session WHERE session_id = $1 AND expires_at_ms > $2";
const LIST: &str = "SELECT session_id, person_id, corp_id, member_id, device, address, created_at_ms, seen_at_ms,
    expires_at_ms FROM session WHERE person_id = $1 AND expires_at_ms > $2 ORDER BY seen_at_ms DESC, session_id";
const INSERT: &str =
    "INSERT INTO session (session_id, token_hash, person_id, corp_id, member_id, device, address,
    created_at_ms, seen_at_ms, expires_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const SEEN: &str = "UPDATE session SET seen_at_ms = $2 WHERE session_id = $1";
const SWITCH: &str = "UPDATE session SET corp_id = $2, member_id = $3 WHERE session_id = $1";
const END: &str = "DELETE FROM session WHERE session_id = $1 AND person_id = $2";
const END_OTHERS: &str =
    "DELETE FROM session WHERE person_id = $1 AND session_id <> $2 RETURNING session_id";
const END_OF_MEMBER: &str =
    "DELETE FROM session WHERE person_id = $1 AND member_id = $2 RETURNING session_id";
const END_EXPIRED: &str = "DELETE FROM session WHERE expires_at_ms <= $1";
const FIND_CODE: &str =
    "SELECT code_hash, sent_at_ms, expires_at_ms, attempts, day, sent_today FROM one_time_code
    WHERE mobile = $1";
const PUT_CODE: &str = "INSERT INTO one_time_code (mobile, code_hash, sent_at_ms, expires_at_ms, attempts, day, sent_today)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (mobile) DO UPDATE SET code_hash = excluded.code_hash,
    sent_at_ms = excluded.sent_at_ms, expires_at_ms = excluded.expires_at_ms, attempts = excluded.attempts,
    day = excluded.day, sent_today = excluded.sent_today";
const DELETE_CODES: &str = "DELETE FROM one_time_code WHERE expires_at_ms <= $1 AND day < $2";

/// All statements, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    FIND_BY_TOKEN,
    IS_LIVE,
    LIST,
    INSERT,
    SEEN,
    SWITCH,
    END,
    END_OTHERS,
    END_OF_MEMBER,
    END_EXPIRED,
    FIND_CODE,
    PUT_CODE,
    DELETE_CODES,
];

fn read(row: &Row<'_>) -> Result<Session> {
    let corp: Option<CorpId> = row.get(2)?;
    let member: Option<MemberId> = row.get(3)?;
    Ok(Session {
        id: row.get(0)?,
        person: row.get(1)?,
        account: corp.zip(member),
        device: row.get(4)?,
        address: row.get(5)?,
        created_at_ms: row.get(6)?,
        seen_at_ms: row.get(7)?,
        expires_at_ms: row.get(8)?,
    })
}

/// The session of a token, expired ones too.
pub fn find_by_token(tx: &mut Tx<'_>, token_hash: &[u8]) -> Result<Option<Session>> {
    tx.find(FIND_BY_TOKEN, params![token_hash], read)
}

/// Whether the session still lives.
pub fn is_live(tx: &mut Tx<'_>, id: SessionId, now_ms: i64) -> Result<bool> {
    Ok(tx.find(IS_LIVE, params![id, now_ms], |_| Ok(()))?.is_some())
}

/// Live sessions of a person, the last used first.
pub fn list(tx: &mut Tx<'_>, person: PersonId, now_ms: i64) -> Result<Vec<Session>> {
    tx.list(LIST, params![person, now_ms], read)
}

/// Writes a new session.
pub fn insert(tx: &mut Tx<'_>, token_hash: &[u8], new: &Session) -> Result<()> {
    let (corp, member) = new.account.unzip();
    tx.execute(
        INSERT,
        params![
            new.id,
            token_hash,
            new.person,
            corp,
            member,
            new.device,
            new.address,
            new.created_at_ms,
            new.seen_at_ms,
            new.expires_at_ms,
        ],
    )?;
    Ok(())
}

/// Writes when a session was last used.
pub fn seen(tx: &mut Tx<'_>, id: SessionId, now_ms: i64) -> Result<()> {
    tx.execute(SEEN, params![id, now_ms])?;
    Ok(())
}

/// Changes the account that a session works with.
pub fn switch(tx: &mut Tx<'_>, id: SessionId, corp: CorpId, member: MemberId) -> Result<()> {
    tx.execute(SWITCH, params![id, corp, member])?;
    Ok(())
}

/// Ends one session of a person; false if there was none.
pub fn end(tx: &mut Tx<'_>, person: PersonId, id: SessionId) -> Result<bool> {
    Ok(tx.execute(END, params![id, person])? > 0)
}

/// Ends all sessions of a person but one, and names them.
pub fn end_others(tx: &mut Tx<'_>, person: PersonId, keep: SessionId) -> Result<Vec<SessionId>> {
    tx.list(END_OTHERS, params![person, keep], |row| row.get(0))
}

/// Ends all sessions that work with an account, and names them.
pub fn end_of_member(
    tx: &mut Tx<'_>,
    person: PersonId,
    member: MemberId,
) -> Result<Vec<SessionId>> {
    tx.list(END_OF_MEMBER, params![person, member], |row| row.get(0))
}

/// Forgets sessions and codes that are over.
pub fn delete_expired(tx: &mut Tx<'_>, now_ms: i64, today: i64) -> Result<u64> {
    let sessions = tx.execute(END_EXPIRED, params![now_ms])?;
    Ok(sessions + tx.execute(DELETE_CODES, params![now_ms, today])?)
}

/// The code on its way to a number.
pub fn find_code(tx: &mut Tx<'_>, mobile: Phone) -> Result<Option<Code>> {
    tx.find(FIND_CODE, params![mobile.to_string()], |row| {
        Ok(Code {
            hash: row.get(0)?,
            sent_at_ms: row.get(1)?,
            expires_at_ms: row.get(2)?,
            attempts: row.get(3)?,
            day: row.get(4)?,
            sent_today: row.get(5)?,
        })
    })
}

/// Writes the code of a number, in place of an earlier one.
pub fn put_code(tx: &mut Tx<'_>, mobile: Phone, code: &Code) -> Result<()> {
    let Code {
        hash,
        sent_at_ms,
        expires_at_ms,
        attempts,
        day,
        sent_today,
    } = code;
    tx.execute(
        PUT_CODE,
        params![
            mobile.to_string(),
            hash,
            sent_at_ms,
            expires_at_ms,
            attempts,
            day,
            sent_today
        ],
    )?;
    Ok(())
}
