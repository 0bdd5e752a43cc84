//! Figures of live codes over a stretch of time: what was scanned, what came of it, and how fast customers were answered.

use guanxi_model::id::{CorpId, LiveCodeId, MemberId, PersonId};

use crate::{Result, Row, Tx, params};

/// What figures are asked of: a corp, from one moment on and before another, and one code or all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Whose.
    pub corp: CorpId,
    /// Which code; None for all.
    pub code: Option<LiveCodeId>,
    /// First moment.
    pub from_ms: i64,
    /// First moment that is no more meant.
    pub before_ms: i64,
}

/// A statement for all codes and the same for one.
macro_rules! of_code {
    ($all:ident, $one:ident, $select:literal, $where:literal, $group:literal) => {
        const $all: &str = concat!($select, $where, $group);
        const $one: &str = concat!($select, $where, " AND code_id = $4", $group);
    };
}

of_code!(
    BY_HOUR,
    BY_HOUR_ONE,
    "SELECT hour_ms, outcome, CAST(SUM(times) AS BIGINT) FROM live_tally",
    " WHERE corp_id = $1 AND hour_ms >= $2 AND hour_ms < $3",
    " GROUP BY hour_ms, outcome"
);
of_code!(
    BY_CODE,
    BY_CODE_ONE,
    "SELECT code_id, outcome, CAST(SUM(times) AS BIGINT) FROM live_tally",
    " WHERE corp_id = $1 AND hour_ms >= $2 AND hour_ms < $3",
    " GROUP BY code_id, outcome"
);
of_code!(
    BY_MEMBER,
    BY_MEMBER_ONE,
    "SELECT member_id, outcome, CAST(SUM(times) AS BIGINT) FROM live_tally",
    " WHERE corp_id = $1 AND hour_ms >= $2 AND hour_ms < $3",
    " GROUP BY member_id, outcome"
);
of_code!(
    TURNS,
    TURNS_ONE,
    "SELECT code_id, path, hour_ms, CAST(SUM(times) AS BIGINT) FROM live_tally",
    " WHERE corp_id = $1 AND hour_ms >= $2 AND hour_ms < $3 AND outcome = 1",
    " GROUP BY code_id, path, hour_ms"
);
const SEATS: &str = "SELECT code_id, member_id, CAST(SUM(times) AS BIGINT) FROM live_tally
    WHERE corp_id = $1 AND hour_ms >= $2 AND outcome = 5 GROUP BY code_id, member_id";
/// First answers of conversations that live codes led to: how long they took, and how they stand to what was promised. The moment of
/// the question is asked for last, so that both forms count their places alike.
macro_rules! answers {
    ($of_code:literal, $now:literal) => {
        concat!(
            "SELECT code_id, member_id,
    CASE WHEN answered_at_ms IS NULL THEN 0
        WHEN answered_at_ms - opened_at_ms <= 60000 THEN 1
        WHEN answered_at_ms - opened_at_ms <= 120000 THEN 2
        WHEN answered_at_ms - opened_at_ms <= 180000 THEN 3
        WHEN answered_at_ms - opened_at_ms <= 300000 THEN 4
        WHEN answered_at_ms - opened_at_ms <= 600000 THEN 5
        WHEN answered_at_ms - opened_at_ms <= 1800000 THEN 6
        WHEN answered_at_ms - opened_at_ms <= 3600000 THEN 7
        ELSE 8 END AS bin,
    CASE WHEN promised_at_ms IS NULL THEN 0
        WHEN answered_at_ms <= promised_at_ms THEN 1
        WHEN answered_at_ms IS NOT NULL OR promised_at_ms < ",
            $now,
            " THEN 2
        ELSE 3 END AS kept,
    count(*) FROM conversation
    WHERE corp_id = $1 AND opened_at_ms >= $2 AND opened_at_ms < $3 AND code_id IS NOT NULL",
            $of_code,
            " GROUP BY code_id, member_id, bin, kept"
        )
    };
}
const ANSWERS: &str = answers!("", "$4");
const ANSWERS_ONE: &str = answers!(" AND code_id = $4", "$5");
/// Who waits for an answer since when.
const WAITING: &str = "SELECT count(*), MIN(waits_since_ms) FROM conversation
    WHERE corp_id = $1 AND waits_since_ms IS NOT NULL AND resolved_at_ms IS NULL AND code_id IS NOT NULL";
const WAITING_ONE: &str = "SELECT count(*), MIN(waits_since_ms) FROM conversation
    WHERE corp_id = $1 AND waits_since_ms IS NOT NULL AND resolved_at_ms IS NULL AND code_id = $2";
/// Who has left a number because nobody could be chosen.
const LINED_UP: &str =
    "SELECT count(*) FROM live_waiting WHERE corp_id = $1 AND done_at_ms IS NULL";
const LINED_UP_ONE: &str =
    "SELECT count(*) FROM live_waiting WHERE corp_id = $1 AND code_id = $2 AND done_at_ms IS NULL";
macro_rules! last {
    ($from:literal) => {
        concat!(
            "SELECT l.seq, l.code_id, l.at_ms, l.member_id, a.person_id, p.name, c.answered_at_ms - c.opened_at_ms,
    c.waits_since_ms, l.kind FROM ",
            $from,
            " l LEFT JOIN live_add a ON a.corp_id = $1 AND a.seq = l.seq
    LEFT JOIN person p ON p.person_id = a.person_id
    LEFT JOIN conversation c ON c.corp_id = $1 AND c.member_id = a.member_id AND c.person_id = a.person_id AND c.seq = l.seq
    WHERE l.kind = 1 ORDER BY l.seq DESC LIMIT $2"
        )
    };
}
/// Among the last entries of the log, so that it takes the same time however the log has grown.
const LAST: &str = last!("(SELECT * FROM live_log WHERE corp_id = $1 ORDER BY seq DESC LIMIT 400)");
const LAST_ONE: &str = last!(
    "(SELECT * FROM live_log WHERE corp_id = $1 AND code_id = $3 ORDER BY seq DESC LIMIT 400)"
);
const HEADS: &str = "SELECT corp_id, seq FROM live_head";
const RESTS: &str =
    "SELECT member_id FROM live_rest WHERE corp_id = $1 AND (until_ms IS NULL OR until_ms > $2)";

/// All statements, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    BY_HOUR,
    BY_HOUR_ONE,
    BY_CODE,
    BY_CODE_ONE,
    BY_MEMBER,
    BY_MEMBER_ONE,
    TURNS,
    TURNS_ONE,
    SEATS,
    ANSWERS,
    ANSWERS_ONE,
    WAITING,
    WAITING_ONE,
    LINED_UP,
    LINED_UP_ONE,
    LAST,
    LAST_ONE,
    HEADS,
    RESTS,
];

fn ask<T>(
    tx: &mut Tx<'_>,
    (all, one): (&'static str, &'static str),
    span: &Span,
    read: impl FnMut(&Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    match span.code {
        None => tx.list(all, params![span.corp, span.from_ms, span.before_ms], read),
        Some(code) => tx.list(
            one,
            params![span.corp, span.from_ms, span.before_ms, code],
            read,
        ),
    }
}

/// Hours with what happened in them, and how often.
pub fn by_hour(tx: &mut Tx<'_>, span: &Span) -> Result<Vec<(i64, i64, i64)>> {
    ask(tx, (BY_HOUR, BY_HOUR_ONE), span, |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })
}

/// Codes with what happened by them, and how often.
pub fn by_code(tx: &mut Tx<'_>, span: &Span) -> Result<Vec<(LiveCodeId, i64, i64)>> {
    ask(tx, (BY_CODE, BY_CODE_ONE), span, |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })
}

/// Members with what happened to them, and how often; zero for nobody.
pub fn by_member(tx: &mut Tx<'_>, span: &Span) -> Result<Vec<(MemberId, i64, i64)>> {
    ask(tx, (BY_MEMBER, BY_MEMBER_ONE), span, |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })
}

/// Turns that a strategy gave, by code, choices made on the page, and hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turns {
    /// By which code.
    pub code: LiveCodeId,
    /// Keys of the choices, joined by dots.
    pub path: String,
    /// When the hour began.
    pub hour_ms: i64,
    /// How many.
    pub times: i64,
}

/// Turns that strategies gave in a span.
pub fn turns(tx: &mut Tx<'_>, span: &Span) -> Result<Vec<Turns>> {
    ask(tx, (TURNS, TURNS_ONE), span, |row| {
        Ok(Turns {
            code: row.get(0)?,
            path: row.get(1)?,
            hour_ms: row.get(2)?,
            times: row.get(3)?,
        })
    })
}

/// How many customers each member got by each code from an hour on.
pub fn adds(
    tx: &mut Tx<'_>,
    corp: CorpId,
    from_ms: i64,
) -> Result<Vec<(LiveCodeId, MemberId, i64)>> {
    tx.list(SEATS, params![corp, from_ms], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })
}

/// First answers that took about as long and stand alike to what was promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answers {
    /// Which code had led to the conversation.
    pub code: LiveCodeId,
    /// Who has it.
    pub member: MemberId,
    /// 0 without an answer, 1 to 8 by how long it took: see [`BINS_MS`].
    pub bin: usize,
    /// 0 nothing was promised, 1 kept, 2 broken, 3 still open.
    pub kept: i64,
    /// How many.
    pub times: i64,
}

/// Where bins of answers end, in milliseconds; the last one has no end.
pub const BINS_MS: [i64; 7] = [
    60_000, 120_000, 180_000, 300_000, 600_000, 1_800_000, 3_600_000,
];

/// First answers of conversations that began in a span, as they stand at a moment.
pub fn answers(tx: &mut Tx<'_>, span: &Span, now_ms: i64) -> Result<Vec<Answers>> {
    let read = |row: &Row<'_>| {
        let bin: i64 = row.get(2)?;
        Ok(Answers {
            code: row.get(0)?,
            member: row.get(1)?,
            bin: usize::try_from(bin).unwrap_or_default(),
            kept: row.get(3)?,
            times: row.get(4)?,
        })
    };
    let (corp, from, before) = (span.corp, span.from_ms, span.before_ms);
    match span.code {
        None => tx.list(ANSWERS, params![corp, from, before, now_ms], read),
        Some(code) => tx.list(ANSWERS_ONE, params![corp, from, before, code, now_ms], read),
    }
}

/// How many customers wait for an answer, and since when the first of them does.
pub fn waiting(
    tx: &mut Tx<'_>,
    corp: CorpId,
    code: Option<LiveCodeId>,
) -> Result<(i64, Option<i64>)> {
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
    match code {
        None => tx.get(WAITING, params![corp], read),
        Some(code) => tx.get(WAITING_ONE, params![corp, code], read),
    }
}

/// How many have left a number because nobody could be chosen, and were not called yet.
pub fn lined_up(tx: &mut Tx<'_>, corp: CorpId, code: Option<LiveCodeId>) -> Result<i64> {
    match code {
        None => tx.get(LINED_UP, params![corp], |row| row.get(0)),
        Some(code) => tx.get(LINED_UP_ONE, params![corp, code], |row| row.get(0)),
    }
}

/// A scan of late.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Last {
    /// Its number in the log.
    pub seq: i64,
    /// Of which code.
    pub code: LiveCodeId,
    /// When.
    pub at_ms: i64,
    /// Who was chosen.
    pub member: Option<MemberId>,
    /// Who scanned, if he was added since, with his name.
    pub person: Option<(PersonId, String)>,
    /// How long he waited for the first answer, in milliseconds.
    pub answered_ms: Option<i64>,
    /// Since when he waits for an answer.
    pub waits_since_ms: Option<i64>,
}

/// The last scans, the latest first.
pub fn last(
    tx: &mut Tx<'_>,
    corp: CorpId,
    code: Option<LiveCodeId>,
    limit: i64,
) -> Result<Vec<Last>> {
    let read = |row: &Row<'_>| {
        let (person, name): (Option<PersonId>, Option<String>) = (row.get(4)?, row.get(5)?);
        Ok(Last {
            seq: row.get(0)?,
            code: row.get(1)?,
            at_ms: row.get(2)?,
            member: row.get(3)?,
            person: person.zip(name),
            answered_ms: row.get(6)?,
            waits_since_ms: row.get(7)?,
        })
    };
    match code {
        None => tx.list(LAST, params![corp, limit], read),
        Some(code) => tx.list(LAST_ONE, params![corp, limit, code], read),
    }
}

/// Corps that have a log, with the last number of each.
pub fn heads(tx: &mut Tx<'_>) -> Result<Vec<(CorpId, i64)>> {
    tx.list(HEADS, params![], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Members who have switched themselves off at a moment.
pub fn rests(tx: &mut Tx<'_>, corp: CorpId, now_ms: i64) -> Result<Vec<MemberId>> {
    tx.list(RESTS, params![corp, now_ms], |row| row.get(0))
}
