//! The world outside, behind traits: the clock, chance, and the carrier of text messages. Each has a real and a fake side.

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
