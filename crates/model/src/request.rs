//! A contact request (好友申请): its states, and the rules that decide what sending, accepting, declining do.
//!
//! The rule that decides an acceptance is [`Request::accept`]; the one that decides a new request is [`decide`].

mod add_way;

use serde::{Deserialize, Serialize};

pub use add_way::AddWay;

use crate::{
    corp::DAY_MS,
    field::{self, Invalid},
    id::{CodeId, RequestId},
    party::Party,
};

/// Longest verification message, in characters.
pub const MESSAGE_MAX: usize = 60;
/// Longest reason for a decline, in characters.
pub const REASON_MAX: usize = 60;
/// Most recipients of one batch.
pub const BATCH_MAX: usize = 200;
/// How long the side that decided may take it back, in milliseconds.
pub const UNDO_MS: i64 = 10 * 60 * 1000;

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Waits for the recipient.
    Pending,
    /// Became a contact.
    Accepted,
    /// Refused by the recipient.
    Declined,
    /// Nobody answered in time.
    Expired,
    /// Taken back by the sender.
    Withdrawn,
}

impl State {
    /// All states.
    pub const ALL: [Self; 5] = [
        Self::Pending,
        Self::Accepted,
        Self::Declined,
        Self::Expired,
        Self::Withdrawn,
    ];

    /// Stored number.
    pub const fn number(self) -> i64 {
        self as i64
    }

    /// Reads the stored number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.number() == number)
    }

    /// Stable name, as in keys of texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// A request as stored with its recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Number.
    pub id: RequestId,
    /// Who asks.
    pub sender: Party,
    /// Who is asked.
    pub recipient: Party,
    /// Door.
    pub add_way: AddWay,
    /// The QR code that was scanned, if one was.
    pub code: Option<CodeId>,
    /// Verification message, at most 60 characters.
    pub message: String,
    /// As last written; ask [`Request::state_at`], since expiry is written late.
    pub state: State,
    /// The recipient has blocked the sender: the sender sees a pending request, the recipient sees nothing.
    pub silenced: bool,
    /// When it was sent.
    pub created_at_ms: i64,
    /// When it expires unless it is answered.
    pub expires_at_ms: i64,
    /// When it left the pending state.
    pub decided_at_ms: Option<i64>,
    /// The recipient's reason for a decline, or empty.
    pub reason: String,
}

/// Why an act on a request or contact is refused. Each has a stable code and a sentence in every language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// One cannot be one's own contact.
    #[error("sender and recipient are the same")]
    Oneself,
    /// The sender has blocked the recipient and must lift that first.
    #[error("the sender has blocked the recipient")]
    BlockedByYou,
    /// The recipient declined a short time ago.
    #[error("the sender must wait after a decline")]
    CoolDown {
        /// When the sender may ask again.
        until_ms: i64,
    },
    /// The sender's requests of today are used up.
    #[error("the daily limit of requests is reached")]
    DailyLimit {
        /// Requests allowed in a day.
        limit: u32,
    },
    /// The request was decided before.
    #[error("the request is no longer pending")]
    NotPending {
        /// What became of it.
        state: State,
    },
    /// The time to take a decision back is over, or somebody acted on it since.
    #[error("the decision can no longer be taken back")]
    TooLateToUndo,
}

impl Refusal {
    /// Stable code, for interfaces and keys of texts.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Oneself => "request_oneself",
            Self::BlockedByYou => "request_blocked_by_you",
            Self::CoolDown { .. } => "request_cool_down",
            Self::DailyLimit { .. } => "request_daily_limit",
            Self::NotPending { .. } => "request_not_pending",
            Self::TooLateToUndo => "request_too_late_to_undo",
        }
    }
}

/// What the pipeline knows about two parties when one of them asks.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    /// Who asks.
    pub sender: Party,
    /// Who is asked.
    pub recipient: Party,
    /// They are contacts already.
    pub are_contacts: bool,
    /// The latest request from sender to recipient.
    pub outgoing: Option<&'a Request>,
    /// The latest request from recipient to sender.
    pub incoming: Option<&'a Request>,
    /// The recipient has blocked the sender.
    pub blocked: bool,
    /// The sender has blocked the recipient.
    pub blocks: bool,
    /// Requests that the sender has sent today.
    pub used_today: u32,
    /// Requests that he may send in a day.
    pub limit: u32,
    /// Days to wait after a decline.
    pub cool_down_days: u32,
    /// Now.
    pub now_ms: i64,
}

/// What sending comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Nothing to do: they are contacts.
    AlreadyContacts,
    /// Asked before and still waiting: the same request again.
    StillPending(RequestId),
    /// The other side has asked too: both are contacts at once.
    Meet(RequestId),
    /// Ask the recipient; `silenced` keeps it from a recipient who has blocked the sender.
    Ask { silenced: bool },
}

/// Decides what a new request comes to. Order matters: what exists is answered before anything is refused, a crossing
/// request costs no budget, and a block looks to the blocked exactly like waiting.
pub fn decide(facts: &Facts<'_>) -> Result<Decision, Refusal> {
    if facts.sender == facts.recipient {
        return Err(Refusal::Oneself);
    }
    if facts.are_contacts {
        return Ok(Decision::AlreadyContacts);
    }
    if facts.blocks {
        return Err(Refusal::BlockedByYou);
    }
    let pending = |request: Option<&Request>| {
        request
            .filter(|request| request.state_at(facts.now_ms) == State::Pending)
            .map(|request| request.id)
    };
    if let Some(id) = pending(facts.outgoing) {
        return Ok(Decision::StillPending(id));
    }
    if !facts.blocked
        && let Some(id) = pending(facts.incoming)
    {
        return Ok(Decision::Meet(id));
    }
    if let Some(declined) = facts
        .outgoing
        .filter(|request| request.state == State::Declined)
    {
        let until_ms =
            declined.decided_at_ms.unwrap_or(0) + i64::from(facts.cool_down_days) * DAY_MS;
        if facts.now_ms < until_ms {
            return Err(Refusal::CoolDown { until_ms });
        }
    }
    if facts.used_today >= facts.limit {
        return Err(Refusal::DailyLimit { limit: facts.limit });
    }
    Ok(Decision::Ask {
        silenced: facts.blocked,
    })
}

impl Request {
    /// The state at a moment: a pending request past its time has expired, whether or not that was written yet.
    pub fn state_at(&self, now_ms: i64) -> State {
        if self.state == State::Pending && now_ms >= self.expires_at_ms {
            State::Expired
        } else {
            self.state
        }
    }

    /// Decides an acceptance: only a request that is still pending, and that its recipient can see.
    pub fn accept(&mut self, now_ms: i64) -> Result<(), Refusal> {
        self.settle(State::Accepted, now_ms)
    }

    /// Decides a decline; the sender waits from now on.
    pub fn decline(&mut self, reason: String, now_ms: i64) -> Result<(), Refusal> {
        self.settle(State::Declined, now_ms)?;
        self.reason = reason;
        Ok(())
    }

    /// Decides a withdrawal by the sender.
    pub fn withdraw(&mut self, now_ms: i64) -> Result<(), Refusal> {
        self.settle(State::Withdrawn, now_ms)
    }

    /// Ends a request before its time because the recipient has gone; to the sender it has expired.
    pub fn lapse(&mut self, now_ms: i64) -> Result<(), Refusal> {
        self.settle(State::Expired, now_ms)
    }

    /// Writes an expiry that has come.
    pub fn expire(&mut self, now_ms: i64) -> bool {
        let due = self.state == State::Pending && now_ms >= self.expires_at_ms;
        if due {
            self.state = State::Expired;
            self.decided_at_ms = Some(self.expires_at_ms);
        }
        due
    }

    /// Takes a decision back within [`UNDO_MS`]: the request waits again.
    pub fn undo(&mut self, of: State, now_ms: i64) -> Result<(), Refusal> {
        let in_time = self.decided_at_ms.is_some_and(|at| now_ms < at + UNDO_MS)
            && now_ms < self.expires_at_ms;
        if self.state != of || of == State::Pending || of == State::Expired || !in_time {
            return Err(Refusal::TooLateToUndo);
        }
        self.state = State::Pending;
        self.decided_at_ms = None;
        self.reason.clear();
        Ok(())
    }

    fn settle(&mut self, state: State, now_ms: i64) -> Result<(), Refusal> {
        match self.state_at(now_ms) {
            State::Pending => {
                self.state = state;
                self.decided_at_ms = Some(now_ms);
                Ok(())
            }
            settled => Err(Refusal::NotPending { state: settled }),
        }
    }
}

/// Checks a verification message.
pub fn message(value: &str) -> Result<String, Invalid> {
    field::line("message", value, 0, MESSAGE_MAX)
}

/// Checks the reason for a decline.
pub fn reason(value: &str) -> Result<String, Invalid> {
    field::line("reason", value, 0, REASON_MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::id::{CorpId, MemberId};

    fn member(id: u128) -> Party {
        Party::Member {
            corp: CorpId::from_u128(1),
            id: MemberId::from_u128(id),
        }
    }

    fn request(state: State) -> Request {
        Request {
            id: RequestId::from_u128(7),
            sender: member(1),
            recipient: member(2),
            add_way: AddWay::Colleague,
            code: None,
            message: String::new(),
            state,
            silenced: false,
            created_at_ms: 0,
            expires_at_ms: 30 * DAY_MS,
            decided_at_ms: (state != State::Pending).then_some(1000),
            reason: String::new(),
        }
    }

    fn facts() -> Facts<'static> {
        Facts {
            sender: member(1),
            recipient: member(2),
            are_contacts: false,
            outgoing: None,
            incoming: None,
            blocked: false,
            blocks: false,
            used_today: 0,
            limit: 50,
            cool_down_days: 7,
            now_ms: 2000,
        }
    }

    #[test]
    fn asking_twice_returns_the_same_request_even_without_budget() {
        let pending = request(State::Pending);
        let facts = Facts {
            outgoing: Some(&pending),
            used_today: 50,
            ..facts()
        };
        assert_eq!(decide(&facts), Ok(Decision::StillPending(pending.id)));
    }

    #[test]
    fn crossing_requests_meet() {
        let theirs = Request {
            sender: member(2),
            recipient: member(1),
            ..request(State::Pending)
        };
        let facts = Facts {
            incoming: Some(&theirs),
            used_today: 50,
            ..facts()
        };
        assert_eq!(decide(&facts), Ok(Decision::Meet(theirs.id)));
    }

    #[test]
    fn a_block_is_silent_to_the_blocked() {
        let theirs = Request {
            sender: member(2),
            recipient: member(1),
            ..request(State::Pending)
        };
        let facts = Facts {
            blocked: true,
            incoming: Some(&theirs),
            ..facts()
        };
        assert_eq!(decide(&facts), Ok(Decision::Ask { silenced: true }));
    }

    #[test]
    fn after_a_decline_the_sender_waits() {
        let declined = request(State::Declined);
        let until_ms = 1000 + 7 * DAY_MS;
        let early = Facts {
            outgoing: Some(&declined),
            now_ms: until_ms - 1,
            ..facts()
        };
        assert_eq!(decide(&early), Err(Refusal::CoolDown { until_ms }));
        let late = Facts {
            outgoing: Some(&declined),
            now_ms: until_ms,
            ..facts()
        };
        assert_eq!(decide(&late), Ok(Decision::Ask { silenced: false }));
    }

    #[test]
    fn the_day_has_a_limit() {
        let facts = Facts {
            used_today: 50,
            ..facts()
        };
        assert_eq!(decide(&facts), Err(Refusal::DailyLimit { limit: 50 }));
    }

    #[test]
    fn a_decision_can_be_taken_back_for_ten_minutes() {
        let mut accepted = request(State::Accepted);
        assert_eq!(
            accepted.clone().undo(State::Accepted, 1000 + UNDO_MS),
            Err(Refusal::TooLateToUndo)
        );
        assert_eq!(
            accepted.clone().undo(State::Declined, 1001),
            Err(Refusal::TooLateToUndo)
        );
        assert_eq!(accepted.undo(State::Accepted, 1001), Ok(()));
        assert_eq!(accepted.state, State::Pending);
    }

    proptest! {
        /// Whatever is done in whatever order, a request is decided at most once unless it is taken back.
        #[test]
        fn a_request_is_decided_once(acts in prop::collection::vec((0_u8..5, 0_i64..40), 0..40)) {
            let mut request = request(State::Pending);
            let mut now_ms = 0;
            for (act, days) in acts {
                now_ms += days * DAY_MS / 4;
                let before = request.state_at(now_ms);
                let done = match act {
                    0 => request.accept(now_ms).is_ok(),
                    1 => request.decline(String::new(), now_ms).is_ok(),
                    2 => request.withdraw(now_ms).is_ok(),
                    3 => request.expire(now_ms),
                    _ => { let state = request.state; request.undo(state, now_ms).is_ok() }
                };
                match (act, done) {
                    (0..=2, true) => prop_assert_eq!(before, State::Pending),
                    (3, true) => prop_assert_eq!(request.state, State::Expired),
                    (4, true) => prop_assert_eq!(request.state, State::Pending),
                    _ => prop_assert_eq!(request.state_at(now_ms), before),
                }
            }
        }
    }
}
