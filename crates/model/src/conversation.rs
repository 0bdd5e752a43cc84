//! A conversation (会话) of a customer with a member: who waits for whom, when it was first answered, and whether a promise was kept.

use serde::{Deserialize, Serialize};

use crate::{
    field::{self, Invalid},
    id::{AnswerId, ConversationId, LiveCodeId, MemberId, MessageId, PersonId},
};

/// Longest message, in characters.
pub const MESSAGE_MAX: usize = 2000;
/// Longest title of a canned answer, in characters.
pub const TITLE_MAX: usize = 32;
/// Canned answers that a company, or one member, may keep.
pub const ANSWERS_MAX: usize = 100;
/// A conversation in which nobody waits and nobody spoke for this long counts as resolved, in milliseconds.
pub const QUIET_MS: i64 = 3 * crate::corp::DAY_MS;

/// Who wrote something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The customer.
    Customer,
    /// The member.
    Member,
    /// The server: a welcome, or a note on what happened.
    Server,
}

impl Side {
    /// Stored number.
    pub const fn number(self) -> i64 {
        self as i64
    }

    /// Reads the stored number; an unknown one is the server's.
    pub const fn from_number(number: i64) -> Self {
        match number {
            0 => Self::Customer,
            1 => Self::Member,
            _ => Self::Server,
        }
    }
}

/// A conversation as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// Number.
    pub id: ConversationId,
    /// The member who has it now.
    pub member: MemberId,
    /// The customer.
    pub person: PersonId,
    /// Live code and place in its log that led to it.
    pub origin: Option<(LiveCodeId, i64)>,
    /// When it began, the first time or again after it was resolved.
    pub opened_at_ms: i64,
    /// When an answer was promised.
    pub promised_at_ms: Option<i64>,
    /// When a member first answered.
    pub answered_at_ms: Option<i64>,
    /// When it was settled.
    pub resolved_at_ms: Option<i64>,
    /// When something was last said.
    pub last_at_ms: i64,
    /// Who said it.
    pub last_by: Side,
    /// Since when the customer waits for an answer.
    pub waits_since_ms: Option<i64>,
    /// Until when the member has read.
    pub member_read_at_ms: i64,
    /// Until when the customer has read.
    pub person_read_at_ms: i64,
    /// From whom it was handed over.
    pub handed_from: Option<MemberId>,
}

/// Something said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Number.
    pub id: MessageId,
    /// Which side wrote it.
    pub by: Side,
    /// Which member, or whom a note of the server is about.
    pub member: Option<MemberId>,
    /// What; a note of the server is a [`Note`] as text, or a welcome in words.
    pub body: String,
    /// When.
    pub at_ms: i64,
}

/// What the server notes in a conversation, in the language of whoever reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// The message names the member who has it from here on.
    HandedOver,
    /// As before, because the first one would have been late.
    Rerouted,
    /// It was settled.
    Resolved,
    /// The customer has himself deleted, and his words with him.
    Erased,
}

impl Note {
    /// As stored: a control character, which nobody can type, and a name.
    pub const fn text(self) -> &'static str {
        match self {
            Self::HandedOver => "\u{1}handed_over",
            Self::Rerouted => "\u{1}rerouted",
            Self::Resolved => "\u{1}resolved",
            Self::Erased => "\u{1}erased",
        }
    }

    /// Name, as in keys of texts.
    pub fn name(self) -> &'static str {
        self.text().trim_start_matches('\u{1}')
    }

    /// Reads what the server wrote; None for words.
    pub fn read(body: &str) -> Option<Self> {
        let all = [
            Self::HandedOver,
            Self::Rerouted,
            Self::Resolved,
            Self::Erased,
        ];
        all.into_iter().find(|note| note.text() == body)
    }
}

/// A text ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Number.
    pub id: AnswerId,
    /// Whose it is; None for the company's.
    pub member: Option<MemberId>,
    /// What it is called.
    pub title: String,
    /// What it says.
    pub body: String,
}

/// What became of a promised answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Promise {
    /// Answered in time.
    Kept,
    /// Answered too late.
    Broken,
}

impl Conversation {
    /// Begins a conversation; the customer waits from the first moment on.
    pub const fn new(
        id: ConversationId,
        member: MemberId,
        person: PersonId,
        origin: Option<(LiveCodeId, i64)>,
        promised_at_ms: Option<i64>,
        now_ms: i64,
    ) -> Self {
        Self {
            id,
            member,
            person,
            origin,
            opened_at_ms: now_ms,
            promised_at_ms,
            answered_at_ms: None,
            resolved_at_ms: None,
            last_at_ms: now_ms,
            last_by: Side::Server,
            waits_since_ms: Some(now_ms),
            member_read_at_ms: 0,
            person_read_at_ms: now_ms,
            handed_from: None,
        }
    }

    /// Whether it is not settled.
    pub const fn is_open(&self) -> bool {
        self.resolved_at_ms.is_none()
    }

    /// Whether the customer has said something that the member has not read.
    pub const fn is_unread(&self) -> bool {
        match self.waits_since_ms {
            Some(since) => {
                self.member_read_at_ms < since || self.member_read_at_ms < self.last_at_ms
            }
            None => false,
        }
    }

    /// Takes in that a side says something; what became of the promise, if this is the answer that was promised.
    pub fn say(&mut self, side: Side, now_ms: i64) -> Option<Promise> {
        self.last_at_ms = self.last_at_ms.max(now_ms);
        self.last_by = side;
        match side {
            Side::Server => None,
            Side::Customer => {
                self.reopen(now_ms);
                self.waits_since_ms.get_or_insert(now_ms);
                self.person_read_at_ms = self.person_read_at_ms.max(now_ms);
                None
            }
            Side::Member => {
                self.reopen(now_ms);
                self.waits_since_ms = None;
                self.member_read_at_ms = self.member_read_at_ms.max(now_ms);
                if self.answered_at_ms.is_some() {
                    return None;
                }
                self.answered_at_ms = Some(now_ms);
                self.promised_at_ms.map(|promised| {
                    if now_ms <= promised {
                        Promise::Kept
                    } else {
                        Promise::Broken
                    }
                })
            }
        }
    }

    /// Takes in that a side has read everything; whether that is news.
    pub fn read(&mut self, side: Side, now_ms: i64) -> bool {
        let read_at_ms = match side {
            Side::Customer => &mut self.person_read_at_ms,
            Side::Member => &mut self.member_read_at_ms,
            Side::Server => return false,
        };
        let is_news = *read_at_ms < self.last_at_ms;
        if is_news {
            *read_at_ms = now_ms.max(self.last_at_ms);
        }
        is_news
    }

    /// Settles it; whether that is news.
    pub fn resolve(&mut self, now_ms: i64) -> bool {
        let is_news = self.is_open();
        if is_news {
            self.resolved_at_ms = Some(now_ms);
            self.waits_since_ms = None;
        }
        is_news
    }

    /// Takes it up again; whether that is news.
    pub fn reopen(&mut self, now_ms: i64) -> bool {
        let is_news = !self.is_open();
        if is_news {
            self.resolved_at_ms = None;
            self.opened_at_ms = now_ms;
        }
        is_news
    }

    /// Begins anew for a customer who comes again by a code: what is promised now counts.
    pub fn come_again(
        &mut self,
        origin: Option<(LiveCodeId, i64)>,
        promised_at_ms: Option<i64>,
        now_ms: i64,
    ) -> bool {
        if !self.reopen(now_ms) {
            return false;
        }
        self.origin = origin.or(self.origin);
        self.promised_at_ms = promised_at_ms;
        self.answered_at_ms = None;
        self.waits_since_ms = Some(now_ms);
        true
    }

    /// Gives it to a colleague, who has read nothing yet.
    pub fn hand_over(&mut self, to: MemberId) {
        self.handed_from = Some(self.member);
        self.member = to;
        self.member_read_at_ms = 0;
    }
}

/// Checks what somebody says: 1 to 2000 characters, lines however a browser ends them.
pub fn message(value: &str) -> Result<String, Invalid> {
    field::text("text", &value.replace("\r\n", "\n"), 1, MESSAGE_MAX)
}

/// Checks title and text of a canned answer.
pub fn answer(title: &str, body: &str) -> Result<(String, String), Vec<Invalid>> {
    let title = field::line("title", title, 1, TITLE_MAX);
    let body = field::text("body", &body.replace("\r\n", "\n"), 1, MESSAGE_MAX);
    match (title, body) {
        (Ok(title), Ok(body)) => Ok((title, body)),
        (title, body) => Err(title.err().into_iter().chain(body.err()).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conversation() -> Conversation {
        Conversation::new(
            ConversationId::from_u128(1),
            MemberId::from_u128(2),
            PersonId::from_u128(3),
            None,
            Some(1500),
            1000,
        )
    }

    #[test]
    fn the_first_answer_keeps_or_breaks_the_promise() {
        let mut kept = conversation();
        assert_eq!(kept.say(Side::Server, 1000), None);
        assert_eq!(kept.say(Side::Customer, 1100), None);
        assert_eq!(kept.waits_since_ms, Some(1000));
        assert_eq!(kept.say(Side::Member, 1500), Some(Promise::Kept));
        assert_eq!(kept.waits_since_ms, None);
        assert_eq!(kept.say(Side::Member, 9000), None);
        let mut broken = conversation();
        assert_eq!(broken.say(Side::Member, 1501), Some(Promise::Broken));
    }

    #[test]
    fn who_speaks_opens_it_again() {
        let mut one = conversation();
        assert!(one.resolve(2000));
        assert!(!one.resolve(2001));
        assert_eq!(one.waits_since_ms, None);
        one.say(Side::Customer, 3000);
        assert_eq!((one.is_open(), one.waits_since_ms), (true, Some(3000)));
        assert!(one.is_unread());
        assert!(one.read(Side::Member, 3100));
        assert!(!one.is_unread());
        assert!(!one.read(Side::Member, 3200));
    }

    #[test]
    fn a_colleague_has_read_nothing() {
        let mut one = conversation();
        one.read(Side::Member, 1200);
        one.hand_over(MemberId::from_u128(9));
        assert_eq!(one.handed_from, Some(MemberId::from_u128(2)));
        assert!(one.is_unread());
    }

    #[test]
    fn lines_end_as_browsers_end_them() {
        assert_eq!(message("a\r\nb").as_deref(), Ok("a\nb"));
        assert_eq!(
            message("好".repeat(2000).as_str()).map(|t| t.chars().count()),
            Ok(2000)
        );
        assert_eq!(message(" \r\n ").unwrap_err().code, "required");
        assert_eq!(message(&"a".repeat(2001)).unwrap_err().code, "too_long");
    }
}
