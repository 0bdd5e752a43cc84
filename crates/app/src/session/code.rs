//! One-time codes: made, paced, and hashed. Trying one is signing in.

use guanxi_model::{corp::DAY_MS, person::Phone};
use guanxi_store::{self as store, Tx, session::Code};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{
    Cx, Error, Result,
    outside::Message,
    throttle::{Act, Throttle},
};

/// How long a code counts, in milliseconds.
pub const CODE_TTL_MS: i64 = 5 * 60 * 1000;
/// Wrong tries that a code survives.
pub const CODE_ATTEMPTS: i64 = 5;
/// Time between two codes to one number, in milliseconds.
pub const CODE_PAUSE_MS: i64 = 60 * 1000;
/// Codes to one number that one network may ask for in one day (UTC), so that a stranger cannot use up what its owner needs.
pub const CODES_PER_DAY: i64 = 20;
/// Codes to one number in one day, from wherever.
pub const CODES_PER_NUMBER: i64 = 60;

/// A code that has to be sent, or nothing if nobody has the number.
#[derive(Debug, Clone)]
pub struct CodeSent {
    /// The message for the carrier, to be sent after the commit.
    pub message: Option<Message>,
    /// When the next code may be asked for.
    pub again_at_ms: i64,
}

/// Makes a one-time code for a number, good only in the browser that asked. The caller sends the message once the
/// transaction is through. A number that nobody has gets no message. Where no carrier is set up there are no codes.
pub fn make_code(tx: &mut Tx<'_>, cx: &Cx, mobile: Phone, browser: u128) -> Result<CodeSent> {
    let is_known = is_known(tx, mobile)?;
    make_code_for(tx, cx, mobile, browser, is_known)
}

/// As [`make_code`], for a visitor, whom nobody needs to know.
pub fn make_visitor_code(
    tx: &mut Tx<'_>,
    cx: &Cx,
    mobile: Phone,
    browser: u128,
) -> Result<CodeSent> {
    make_code_for(tx, cx, mobile, browser, true)
}

fn make_code_for(
    tx: &mut Tx<'_>,
    cx: &Cx,
    mobile: Phone,
    browser: u128,
    is_sent: bool,
) -> Result<CodeSent> {
    // The same for every number, before anything is asked about it.
    if !cx.env.sms.delivers() {
        return Err(Error::Conflict { code: "no_carrier" });
    }
    let now_ms = cx.now();
    let today = now_ms / DAY_MS;
    cx.env
        .sessions
        .throttle
        .check(Act::Code, &cx.address, now_ms)?;
    // Where codes are shown on the page no phone is bothered, and many try the same few people.
    if !cx.env.sms.shows_codes() {
        check_pace(tx, cx, mobile, browser)?;
    }
    let value = format!("{:06}", cx.env.chance.number() % 1_000_000);
    let code = Code {
        browser,
        address: cx.address.clone(),
        hash: code_hash(cx, mobile, &value),
        sent_at_ms: now_ms,
        expires_at_ms: now_ms + CODE_TTL_MS,
        attempts: 0,
        day: today,
        used: None,
    };
    store::session::insert_code(tx, mobile, &code)?;
    let message = Message {
        to: mobile,
        template: "sign_in_code",
        language: cx.language.clone(),
        value,
    };
    let message = is_sent.then_some(message);
    on_commit(tx, cx, |throttle, cx| {
        throttle.count(Act::Code, &cx.address, cx.now());
    });
    Ok(CodeSent {
        message,
        again_at_ms: now_ms + CODE_PAUSE_MS,
    })
}

/// Refuses a code right after another, and more in a day than a phone should bear.
fn check_pace(tx: &mut Tx<'_>, cx: &Cx, mobile: Phone, browser: u128) -> Result<()> {
    let (now_ms, today) = (cx.now(), cx.now() / DAY_MS);
    let over = |code, retry_at_ms| Err(Error::OverLimit { code, retry_at_ms });
    if let Some(last) = store::session::find_code(tx, mobile, browser)?
        && now_ms < last.sent_at_ms + CODE_PAUSE_MS
    {
        return over("code_too_soon", last.sent_at_ms + CODE_PAUSE_MS);
    }
    let sent = store::session::count_codes(tx, mobile, today, &cx.address)?;
    if sent.from_address >= CODES_PER_DAY || sent.to_number >= CODES_PER_NUMBER {
        return over("code_daily_limit", (today + 1) * DAY_MS);
    }
    Ok(())
}

/// Counts for the caller's address once the transaction is through.
pub(super) fn on_commit(
    tx: &mut Tx<'_>,
    cx: &Cx,
    count: impl FnOnce(&Throttle, &Cx) + Send + 'static,
) {
    let cx = cx.clone();
    tx.on_commit(move || count(&cx.env.sessions.throttle, &cx));
}

fn is_known(tx: &mut Tx<'_>, mobile: Phone) -> Result<bool> {
    let is_member = store::member::list_by_mobile(tx, mobile)?
        .iter()
        .any(|(_, member)| member.status.is_listed());
    Ok(store::person::find_by_mobile(tx, mobile)?.is_some() || is_member)
}

pub(super) fn code_hash(cx: &Cx, mobile: Phone, value: &str) -> Vec<u8> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(&cx.env.pepper).expect("a key of any length is accepted");
    mac.update(mobile.to_string().as_bytes());
    mac.update(b" ");
    mac.update(value.as_bytes());
    mac.finalize().into_bytes().to_vec()
}
