//! Rows of sessions and of the one-time codes that open them.

use guanxi_model::{
    id::{CorpId, MemberId, PersonId, SessionId},
    person::Phone,
};

use crate::{Param, Result, Row, Tx, params};

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
    /// Number of the browser that asked for it.
    pub browser: u128,
    /// Network from which it was asked for.
    pub address: String,
    /// Keyed hash of the code.
    pub hash: Vec<u8>,
    /// When it was sent.
    pub sent_at_ms: i64,
    /// When it ends to count.
    pub expires_at_ms: i64,
    /// Wrong tries so far.
    pub attempts: i64,
    /// Day on which it was sent, counted from 1970 in UTC.
    pub day: i64,
    /// When it was used, if it was, and the session that it opened.
    pub used: Option<(i64, SessionId)>,
}

/// Codes that were sent to a number on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodesSent {
    /// All of them.
    pub to_number: i64,
    /// Those asked for from one network.
    pub from_address: i64,
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
    "SELECT browser, address, code_hash, sent_at_ms, expires_at_ms, attempts, day, used_at_ms, session_id FROM one_time_code
    WHERE mobile = $1 AND browser = $2 ORDER BY sent_at_ms DESC LIMIT 1";
const COUNT_CODES: &str =
    "SELECT count(*), count(CASE WHEN address = $3 THEN 1 END) FROM one_time_code
    WHERE mobile = $1 AND day = $2";
const INSERT_CODE: &str = "INSERT INTO one_time_code (mobile, sent_at_ms, browser, address, code_hash, expires_at_ms, attempts,
    day) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (mobile, sent_at_ms, browser) DO UPDATE
    SET code_hash = excluded.code_hash";
const SPEND_CODE: &str =
    "UPDATE one_time_code SET expires_at_ms = $4, attempts = $5, used_at_ms = $6, session_id = $7
    WHERE mobile = $1 AND sent_at_ms = $2 AND browser = $3";
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
    COUNT_CODES,
    INSERT_CODE,
    SPEND_CODE,
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

/// The last code that a browser has asked for, to a number.
pub fn find_code(tx: &mut Tx<'_>, mobile: Phone, browser: u128) -> Result<Option<Code>> {
    let browser = Param::Id(browser);
    tx.find(
        FIND_CODE,
        &[Param::Text(&mobile.to_string()), browser],
        |row| {
            Ok(Code {
                browser: row.get(0)?,
                address: row.get(1)?,
                hash: row.get(2)?,
                sent_at_ms: row.get(3)?,
                expires_at_ms: row.get(4)?,
                attempts: row.get(5)?,
                day: row.get(6)?,
                used: row
                    .get::<Option<i64>>(7)?
                    .zip(row.get::<Option<SessionId>>(8)?),
            })
        },
    )
}

/// How many codes were sent to a number on a day.
pub fn count_codes(tx: &mut Tx<'_>, mobile: Phone, day: i64, address: &str) -> Result<CodesSent> {
    tx.get(
        COUNT_CODES,
        params![mobile.to_string(), day, address],
        |row| {
            Ok(CodesSent {
                to_number: row.get(0)?,
                from_address: row.get(1)?,
            })
        },
    )
}

/// Writes a new code.
pub fn insert_code(tx: &mut Tx<'_>, mobile: Phone, code: &Code) -> Result<()> {
    tx.execute(
        INSERT_CODE,
        params![
            mobile.to_string(),
            code.sent_at_ms,
            code.browser,
            code.address,
            code.hash,
            code.expires_at_ms,
            code.attempts,
            code.day
        ],
    )?;
    Ok(())
}

/// Writes what a try has made of a code: its end, or one more wrong try.
pub fn spend_code(tx: &mut Tx<'_>, mobile: Phone, code: &Code) -> Result<()> {
    tx.execute(
        SPEND_CODE,
        params![
            mobile.to_string(),
            code.sent_at_ms,
            code.browser,
            code.expires_at_ms,
            code.attempts,
            code.used.map(|(at_ms, _)| at_ms),
            code.used.map(|(_, session)| session)
        ],
    )?;
    Ok(())
}
