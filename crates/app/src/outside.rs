//! The world outside, behind traits: the clock, chance, the carrier of text messages, and endpoints of companies. Each has a
//! real and a fake side.

use std::{cell::RefCell, fmt::Debug, sync::Mutex};

use guanxi_model::person::Phone;

/// Tells the time.
pub trait Clock: Debug + Send + Sync {
    /// Milliseconds since 1970, UTC.
    fn now_ms(&self) -> i64;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the machine's clock"
    )]
    fn now_ms(&self) -> i64 {
        jiff::Timestamp::now().as_millisecond()
    }
}

/// Gives unpredictable numbers.
pub trait Chance: Debug + Send + Sync {
    /// Fills the bytes.
    fn fill(&self, bytes: &mut [u8]);

    /// 128 random bits.
    fn number(&self) -> u128 {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        u128::from_be_bytes(bytes)
    }
}

/// The system's generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemChance;

impl Chance for SystemChance {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that asks the system for chance"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        // Without chance there are no secrets: a server that cannot get any must not go on.
        getrandom::fill(bytes).expect("the system's random generator answers");
    }

    /// Asks the system for many at once: a request takes several, and each question is a call of the kernel.
    fn number(&self) -> u128 {
        NUMBERS.with_borrow_mut(|numbers| {
            if let Some(number) = numbers.pop() {
                return number;
            }
            let mut bytes = [[0; 16]; AHEAD];
            self.fill(bytes.as_flattened_mut());
            let [first, others @ ..] = bytes.map(u128::from_be_bytes);
            numbers.extend(others);
            first
        })
    }
}

/// Numbers that a thread asks for in one go.
const AHEAD: usize = 16;

thread_local! {
    /// Numbers that this thread has not given away yet; none is given twice.
    static NUMBERS: RefCell<Vec<u128>> = const { RefCell::new(Vec::new()) };
}

/// A text message on its way to a phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// To whom.
    pub to: Phone,
    /// What kind of message, for providers that send by template.
    pub template: &'static str,
    /// Language of the text.
    pub language: String,
    /// One-time code or link.
    pub value: String,
}

/// Carries text messages.
pub trait Sms: Debug + Send + Sync {
    /// Hands a message over; an error means that it was certainly not sent. Called outside any transaction.
    fn send(&self, message: &Message) -> Result<(), SmsError>;

    /// Whether there is anything that carries messages.
    fn delivers(&self) -> bool {
        true
    }

    /// Whether codes are shown on the page instead of being sent, for demos and development only.
    fn shows_codes(&self) -> bool {
        false
    }
}

/// The carrier did not take the message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the carrier did not take the message: {0}")]
pub struct SmsError(pub String);

/// Writes messages to the log instead of sending them, for development and demos.
#[derive(Debug, Clone, Copy, Default)]
pub struct LogSms {
    /// Show codes on the page as well: the demo's short cut.
    pub show_codes: bool,
}

impl Sms for LogSms {
    fn send(&self, message: &Message) -> Result<(), SmsError> {
        // The one message whose point is to be read in the log; the number stays masked.
        tracing::info!(
            to = message.to.masked(),
            template = message.template,
            value = message.value,
            "text message, written to the log instead of being sent"
        );
        Ok(())
    }

    fn shows_codes(&self) -> bool {
        self.show_codes
    }
}

/// Stands where no carrier is set up: codes are not even made.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoSms;

impl Sms for NoSms {
    fn send(&self, _: &Message) -> Result<(), SmsError> {
        Err(SmsError("none is set up".into()))
    }

    fn delivers(&self) -> bool {
        false
    }
}

/// Keeps messages for tests to read.
#[derive(Debug, Default)]
pub struct KeptSms {
    /// All messages, the oldest first.
    pub sent: Mutex<Vec<Message>>,
}

impl Sms for KeptSms {
    fn send(&self, message: &Message) -> Result<(), SmsError> {
        let mut sent = self.sent.lock().map_err(|_| SmsError("poisoned".into()))?;
        sent.push(message.clone());
        Ok(())
    }
}

/// A message on its way to an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Where to.
    pub url: String,
    /// Headers by name, the signature among them.
    pub headers: Vec<(&'static str, String)>,
    /// JSON.
    pub body: String,
}

/// What an endpoint answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answered {
    /// Status.
    pub status: u16,
    /// Beginning of the body, as it came.
    pub excerpt: Vec<u8>,
    /// How long it asks to be left alone, in milliseconds.
    pub retry_after_ms: Option<i64>,
}

/// Why an endpoint did not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoAnswer {
    /// Not in time.
    Timeout,
    /// Its name stands for nothing.
    UnknownHost,
    /// Its name stands for a private address.
    PrivateHost,
    /// Nobody listens there.
    Refused,
    /// Its certificate is not trusted.
    Certificate,
    /// The exchange broke off.
    Broken,
}

impl NoAnswer {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Timeout,
        Self::UnknownHost,
        Self::PrivateHost,
        Self::Refused,
        Self::Certificate,
        Self::Broken,
    ];

    /// Stable code, as stored and as used in keys of texts.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::UnknownHost => "unknown_host",
            Self::PrivateHost => "private_host",
            Self::Refused => "refused",
            Self::Certificate => "certificate",
            Self::Broken => "broken",
        }
    }
}

/// Posts messages to endpoints.
pub trait Post: Debug + Send + Sync {
    /// Posts a message and waits for the answer, for ten seconds at most. Called outside any transaction, on a thread that may wait.
    fn post(&self, message: &Outgoing) -> Result<Answered, NoAnswer>;

    /// Whether messages may go unencrypted and to private addresses.
    fn is_free(&self) -> bool {
        false
    }
}

/// Keeps messages to endpoints for tests to read, and answers as planned: 200 once the plan is through.
#[derive(Debug, Default)]
pub struct KeptPosts {
    /// All messages, the oldest first.
    pub sent: Mutex<Vec<Outgoing>>,
    /// Answers to come.
    pub plan: Mutex<std::collections::VecDeque<Result<Answered, NoAnswer>>>,
}

impl Post for KeptPosts {
    fn post(&self, message: &Outgoing) -> Result<Answered, NoAnswer> {
        let mut sent = self.sent.lock().map_err(|_| NoAnswer::Broken)?;
        sent.push(message.clone());
        let mut plan = self.plan.lock().map_err(|_| NoAnswer::Broken)?;
        plan.pop_front().unwrap_or(Ok(Answered {
            status: 200,
            ..Answered::default()
        }))
    }
}
