//! Rows of conversations of customers with members, of what was said in them, and of answers ready to be sent.

use guanxi_model::{
    conversation::{Answer, Conversation, Message, Side},
    id::{AnswerId, ConversationId, CorpId, LiveCodeId, MemberId, MessageId, PersonId},
};

use crate::{Result, Row, Tx, params};

/// Which conversations of a member are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Those that are not settled.
    Open,
    /// Those that are.
    Resolved,
}

/// A conversation in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The conversation.
    pub conversation: Conversation,
    /// The name that the customer gave.
    pub name: String,
    /// What the member calls him, or empty.
    pub remark: String,
}

/// A conversation in the list of a person, who may have some with several corps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own {
    /// With which corp.
    pub corp: CorpId,
    /// The conversation.
    pub conversation: Conversation,
}

macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "SELECT c.conversation_id, c.member_id, c.person_id, c.code_id, c.seq, c.opened_at_ms, c.promised_at_ms, ",
            "c.answered_at_ms, c.resolved_at_ms, c.last_at_ms, c.last_by, c.waits_since_ms, c.member_read_at_ms, ",
            "c.person_read_at_ms, c.handed_from ",
            $rest
        )
    };
}

const FIND: &str = columns!("FROM conversation c WHERE c.corp_id = $1 AND c.conversation_id = $2");
const FIND_BETWEEN: &str =
    columns!("FROM conversation c WHERE c.corp_id = $1 AND c.member_id = $2 AND c.person_id = $3");
const FIND_OF_PERSON: &str =
    columns!(", c.corp_id FROM conversation c WHERE c.person_id = $1 AND c.conversation_id = $2");
const LIST_OF_PERSON: &str = columns!(
    ", c.corp_id FROM conversation c WHERE c.person_id = $1
    ORDER BY c.last_at_ms DESC, c.conversation_id DESC LIMIT $2"
);
/// Of a member: who waits longest first, then what was last spoken in.
const LIST_OPEN: &str = columns!(
    ", p.name, ct.remark FROM conversation c JOIN person p ON p.person_id = c.person_id
    LEFT JOIN contact ct ON ct.scope = c.corp_id AND ct.owner_id = c.member_id AND ct.peer_id = c.person_id
    WHERE c.corp_id = $1 AND c.member_id = $2 AND c.resolved_at_ms IS NULL
    AND ($3 = '' OR lower(p.name) LIKE $3 ESCAPE '!' OR lower(ct.remark) LIKE $3 ESCAPE '!')
    ORDER BY CASE WHEN c.waits_since_ms IS NULL THEN 1 ELSE 0 END, c.waits_since_ms, c.last_at_ms DESC, c.conversation_id
    LIMIT $4 OFFSET $5"
);
const LIST_RESOLVED: &str = columns!(
    ", p.name, ct.remark FROM conversation c JOIN person p ON p.person_id = c.person_id
    LEFT JOIN contact ct ON ct.scope = c.corp_id AND ct.owner_id = c.member_id AND ct.peer_id = c.person_id
    WHERE c.corp_id = $1 AND c.member_id = $2 AND c.resolved_at_ms IS NOT NULL
    AND ($3 = '' OR lower(p.name) LIKE $3 ESCAPE '!' OR lower(ct.remark) LIKE $3 ESCAPE '!')
    ORDER BY c.resolved_at_ms DESC, c.conversation_id LIMIT $4 OFFSET $5"
);
/// Where an answer was promised, is not there, and is due before a moment.
const DUE: &str = columns!(
    ", c.corp_id FROM conversation c WHERE c.resolved_at_ms IS NULL AND c.answered_at_ms IS NULL
    AND c.promised_at_ms < $1 AND c.promised_at_ms > $2 AND c.handed_from IS NULL ORDER BY c.promised_at_ms LIMIT $3"
);
/// Where the answer did not come when it was promised, and nobody was told of that yet; of a customer who comes again the new promise
/// counts.
const MISSED: &str = columns!(
    ", c.corp_id FROM conversation c WHERE c.promised_at_ms > $1 AND c.promised_at_ms < $2 AND c.code_id IS NOT NULL
    AND (c.missed_at_ms IS NULL OR c.missed_at_ms < c.promised_at_ms)
    AND (c.answered_at_ms > c.promised_at_ms
        OR c.answered_at_ms IS NULL AND (c.resolved_at_ms IS NULL OR c.resolved_at_ms > c.promised_at_ms))
    ORDER BY c.promised_at_ms LIMIT $3"
);
const TOLD_MISSED: &str = "UPDATE conversation SET missed_at_ms = $3
    WHERE corp_id = $1 AND conversation_id = $2 AND (missed_at_ms IS NULL OR missed_at_ms < promised_at_ms)";
/// Where nobody waits and nobody has spoken since a moment.
const QUIET: &str = columns!(
    ", c.corp_id FROM conversation c WHERE c.resolved_at_ms IS NULL AND c.waits_since_ms IS NULL
    AND c.last_at_ms < $1 LIMIT $2"
);
/// How long customers of a member waited for the first answer, the latest conversations first.
const WAITS: &str = "SELECT answered_at_ms - opened_at_ms FROM conversation
    WHERE corp_id = $1 AND member_id = $2 AND answered_at_ms IS NOT NULL AND answered_at_ms >= $3
    ORDER BY opened_at_ms DESC LIMIT $4";
const INSERT: &str = "INSERT INTO conversation (corp_id, conversation_id, member_id, person_id, code_id, seq, opened_at_ms,
    promised_at_ms, answered_at_ms, resolved_at_ms, last_at_ms, last_by, waits_since_ms, member_read_at_ms, person_read_at_ms,
    handed_from) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
const UPDATE: &str = "UPDATE conversation SET member_id = $3, person_id = $4, code_id = $5, seq = $6, opened_at_ms = $7,
    promised_at_ms = $8, answered_at_ms = $9, resolved_at_ms = $10, last_at_ms = $11, last_by = $12, waits_since_ms = $13,
    member_read_at_ms = $14, person_read_at_ms = $15, handed_from = $16 WHERE corp_id = $1 AND conversation_id = $2";
const DELETE: &str = "DELETE FROM conversation WHERE corp_id = $1 AND conversation_id = $2";
const COUNT_OPEN: &str = "SELECT count(*) FROM conversation WHERE corp_id = $1 AND member_id = $2 AND resolved_at_ms IS NULL";
const COUNT_WAITING: &str = "SELECT count(*) FROM conversation WHERE corp_id = $1 AND member_id = $2 AND resolved_at_ms IS NULL AND waits_since_ms IS NOT NULL";

const INSERT_MESSAGE: &str = "INSERT INTO conversation_message (corp_id, conversation_id, message_id, written_by, member_id, body, at_ms)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const MESSAGES: &str = "SELECT message_id, written_by, member_id, body, at_ms FROM conversation_message
    WHERE corp_id = $1 AND conversation_id = $2 AND message_id < $3 ORDER BY message_id DESC LIMIT $4";
const LENGTH: &str = "SELECT CAST(length(body) AS BIGINT) FROM conversation_message
    WHERE corp_id = $1 AND conversation_id = $2 AND message_id = $3";
const MOVE_MESSAGES: &str = "UPDATE conversation_message SET conversation_id = $3 WHERE corp_id = $1 AND conversation_id = $2";

/// What a customer has said, and what was said to him in his own name; notes of the server, which begin with a control character, stay.
const FORGET: &str = "DELETE FROM conversation_message WHERE corp_id = $1 AND conversation_id = $2
    AND (written_by = 0 OR (written_by = 2 AND substr(body, 1, 1) <> $3))";

const ANSWERS: &str = "SELECT answer_id, member_id, title, body FROM canned_answer
    WHERE corp_id = $1 AND (member_id IS NULL OR member_id = $2) ORDER BY title, answer_id LIMIT $3";
const FIND_ANSWER: &str = "SELECT answer_id, member_id, title, body FROM canned_answer WHERE corp_id = $1 AND answer_id = $2";
const PUT_ANSWER: &str =
    "INSERT INTO canned_answer (corp_id, answer_id, member_id, title, body, made_at_ms) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (corp_id, answer_id) DO UPDATE SET title = excluded.title, body = excluded.body";
const DELETE_ANSWER: &str = "DELETE FROM canned_answer WHERE corp_id = $1 AND answer_id = $2";

/// All statements, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    FIND,
    FIND_BETWEEN,
    FIND_OF_PERSON,
    LIST_OF_PERSON,
    LIST_OPEN,
    LIST_RESOLVED,
    DUE,
    MISSED,
    TOLD_MISSED,
    QUIET,
    WAITS,
    INSERT,
    UPDATE,
    DELETE,
    COUNT_OPEN,
    COUNT_WAITING,
    INSERT_MESSAGE,
    MESSAGES,
    LENGTH,
    MOVE_MESSAGES,
    FORGET,
    ANSWERS,
    FIND_ANSWER,
    PUT_ANSWER,
    DELETE_ANSWER,
];

/// Columns of a conversation; what follows them begins here.
const WIDTH: usize = 15;

fn read(row: &Row<'_>) -> Result<Conversation> {
    let code: Option<LiveCodeId> = row.get(3)?;
    let seq: Option<i64> = row.get(4)?;
    Ok(Conversation {
        id: row.get(0)?,
        member: row.get(1)?,
        person: row.get(2)?,
        origin: code.zip(seq),
        opened_at_ms: row.get(5)?,
        promised_at_ms: row.get(6)?,
        answered_at_ms: row.get(7)?,
        resolved_at_ms: row.get(8)?,
        last_at_ms: row.get(9)?,
        last_by: Side::from_number(row.get(10)?),
        waits_since_ms: row.get(11)?,
        member_read_at_ms: row.get(12)?,
        person_read_at_ms: row.get(13)?,
        handed_from: row.get(14)?,
    })
}

fn read_own(row: &Row<'_>) -> Result<Own> {
    Ok(Own {
        corp: row.get(WIDTH)?,
        conversation: read(row)?,
    })
}

fn read_listed(row: &Row<'_>) -> Result<Listed> {
    Ok(Listed {
        conversation: read(row)?,
        name: row.get(WIDTH)?,
        remark: row.get::<Option<String>>(WIDTH + 1)?.unwrap_or_default(),
    })
}

/// Pattern that finds a text within another; empty for an empty one.
fn pattern(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let mut pattern = String::from("%");
    for c in text.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// The conversation of this number.
pub fn find(tx: &mut Tx<'_>, corp: CorpId, id: ConversationId) -> Result<Option<Conversation>> {
    tx.find(FIND, params![corp, id], read)
}

/// The one conversation of a member with a customer.
pub fn find_between(
    tx: &mut Tx<'_>,
    corp: CorpId,
    member: MemberId,
    person: PersonId,
) -> Result<Option<Conversation>> {
    tx.find(FIND_BETWEEN, params![corp, member, person], read)
}

/// A person's conversation of this number, with whichever corp.
pub fn find_of_person(
    tx: &mut Tx<'_>,
    person: PersonId,
    id: ConversationId,
) -> Result<Option<Own>> {
    tx.find(FIND_OF_PERSON, params![person, id], read_own)
}

/// Conversations of a person, the latest first.
pub fn list_of_person(tx: &mut Tx<'_>, person: PersonId, limit: i64) -> Result<Vec<Own>> {
    tx.list(LIST_OF_PERSON, params![person, limit], read_own)
}

/// Takes away what the customer of a conversation has said, and his welcome, which calls him by his name.
pub fn forget(tx: &mut Tx<'_>, corp: CorpId, id: ConversationId) -> Result<()> {
    tx.execute(FORGET, params![corp, id, "\u{1}"])?;
    Ok(())
}

/// Conversations of a member whose customer's name or remark holds a text: open ones by who waits longest, others by when they
/// were settled.
pub fn list(
    tx: &mut Tx<'_>,
    corp: CorpId,
    member: MemberId,
    which: Which,
    text: &str,
    (limit, offset): (i64, i64),
) -> Result<Vec<Listed>> {
    let sql = match which {
        Which::Open => LIST_OPEN,
        Which::Resolved => LIST_RESOLVED,
    };
    let pattern = pattern(text);
    let params = params![corp, member, pattern, limit, offset];
    tx.list(sql, params, read_listed)
}

/// Conversations whose answer was promised for the time after `after_ms` and before `before_ms`, is not there, and that were
/// not handed over; the most urgent first.
pub fn due(tx: &mut Tx<'_>, after_ms: i64, before_ms: i64, limit: i64) -> Result<Vec<Own>> {
    tx.list(DUE, params![before_ms, after_ms, limit], read_own)
}

/// Conversations whose answer was promised for the time after `after_ms` and before `before_ms` and did not come by then, of which
/// nobody was told yet.
pub fn missed(tx: &mut Tx<'_>, after_ms: i64, before_ms: i64, limit: i64) -> Result<Vec<Own>> {
    tx.list(MISSED, params![after_ms, before_ms, limit], read_own)
}

/// Notes that others were told; false if they were before.
pub fn told_missed(tx: &mut Tx<'_>, corp: CorpId, id: ConversationId, now_ms: i64) -> Result<bool> {
    Ok(tx.execute(TOLD_MISSED, params![corp, id, now_ms])? > 0)
}

/// How many characters something has that was said; None once it belongs to another conversation.
pub fn length(
    tx: &mut Tx<'_>,
    corp: CorpId,
    id: ConversationId,
    message: MessageId,
) -> Result<Option<i64>> {
    tx.find(LENGTH, params![corp, id, message], |row| row.get(0))
}

/// Open conversations in which nobody waits and nobody has spoken since.
pub fn quiet(tx: &mut Tx<'_>, since_ms: i64, limit: i64) -> Result<Vec<Own>> {
    tx.list(QUIET, params![since_ms, limit], read_own)
}

/// How long customers of a member waited for the first answer, in milliseconds, of the latest conversations answered since.
pub fn waits(
    tx: &mut Tx<'_>,
    corp: CorpId,
    member: MemberId,
    since_ms: i64,
    limit: i64,
) -> Result<Vec<i64>> {
    tx.list(WAITS, params![corp, member, since_ms, limit], |row| {
        row.get(0)
    })
}

/// How many conversations of a member are not settled.
pub fn count_open(tx: &mut Tx<'_>, corp: CorpId, member: MemberId) -> Result<u32> {
    let count: i64 = tx.get(COUNT_OPEN, params![corp, member], |row| row.get(0))?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// In how many of them the customer waits for an answer.
pub fn count_waiting(tx: &mut Tx<'_>, corp: CorpId, member: MemberId) -> Result<u32> {
    let count: i64 = tx.get(COUNT_WAITING, params![corp, member], |row| row.get(0))?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

fn put(tx: &mut Tx<'_>, sql: &'static str, corp: CorpId, one: &Conversation) -> Result<u64> {
    tx.execute(
        sql,
        params![
            corp,
            one.id,
            one.member,
            one.person,
            one.origin.map(|(code, _)| code),
            one.origin.map(|(_, seq)| seq),
            one.opened_at_ms,
            one.promised_at_ms,
            one.answered_at_ms,
            one.resolved_at_ms,
            one.last_at_ms,
            one.last_by.number(),
            one.waits_since_ms,
            one.member_read_at_ms,
            one.person_read_at_ms,
            one.handed_from,
        ],
    )
}

/// Writes a new conversation. A second one of the same pair is refused as unique on `conversation_by_member`.
pub fn insert(tx: &mut Tx<'_>, corp: CorpId, new: &Conversation) -> Result<()> {
    put(tx, INSERT, corp, new).map(drop)
}

/// Writes what has changed.
pub fn update(tx: &mut Tx<'_>, corp: CorpId, changed: &Conversation) -> Result<()> {
    put(tx, UPDATE, corp, changed).map(drop)
}

/// Puts one conversation's messages into another and forgets the first.
pub fn merge(
    tx: &mut Tx<'_>,
    corp: CorpId,
    from: ConversationId,
    into: ConversationId,
) -> Result<()> {
    tx.execute(MOVE_MESSAGES, params![corp, from, into])?;
    tx.execute(DELETE, params![corp, from])?;
    Ok(())
}

/// Writes what somebody said.
pub fn say(tx: &mut Tx<'_>, corp: CorpId, id: ConversationId, said: &Message) -> Result<()> {
    tx.execute(
        INSERT_MESSAGE,
        params![
            corp,
            id,
            said.id,
            said.by.number(),
            said.member,
            said.body,
            said.at_ms
        ],
    )?;
    Ok(())
}

/// What was said before a message, the latest first.
pub fn messages(
    tx: &mut Tx<'_>,
    corp: CorpId,
    id: ConversationId,
    before: MessageId,
    limit: i64,
) -> Result<Vec<Message>> {
    tx.list(MESSAGES, params![corp, id, before, limit], |row| {
        Ok(Message {
            id: row.get(0)?,
            by: Side::from_number(row.get(1)?),
            member: row.get(2)?,
            body: row.get(3)?,
            at_ms: row.get(4)?,
        })
    })
}

fn read_answer(row: &Row<'_>) -> Result<Answer> {
    Ok(Answer {
        id: row.get(0)?,
        member: row.get(1)?,
        title: row.get(2)?,
        body: row.get(3)?,
    })
}

/// Canned answers that a member may use, the company's and his own, by title.
pub fn answers(tx: &mut Tx<'_>, corp: CorpId, member: MemberId, limit: i64) -> Result<Vec<Answer>> {
    tx.list(ANSWERS, params![corp, member, limit], read_answer)
}

/// The canned answer of this number.
pub fn find_answer(tx: &mut Tx<'_>, corp: CorpId, id: AnswerId) -> Result<Option<Answer>> {
    tx.find(FIND_ANSWER, params![corp, id], read_answer)
}

/// Writes a canned answer, a new one or new words.
pub fn put_answer(tx: &mut Tx<'_>, corp: CorpId, answer: &Answer, now_ms: i64) -> Result<()> {
    tx.execute(
        PUT_ANSWER,
        params![
            corp,
            answer.id,
            answer.member,
            answer.title,
            answer.body,
            now_ms
        ],
    )?;
    Ok(())
}

/// Forgets a canned answer.
pub fn delete_answer(tx: &mut Tx<'_>, corp: CorpId, id: AnswerId) -> Result<bool> {
    Ok(tx.execute(DELETE_ANSWER, params![corp, id])? > 0)
}
