//! A visitor who proves a phone number: what he says of himself, kept in a cookie until his code is right, so that the page for the
//! code can be loaded again; and the session that follows.

use axum::{
    http::{HeaderValue, header},
    response::Response,
};
use guanxi_app::{
    Actor,
    outside::Message,
    session::{CODE_PAUSE_MS, Device, SignedIn, VISITOR_NAME_MAX},
};
use guanxi_model::{field, person::Phone, request as rules};

use crate::{
    auth::{COOKIE, Form, Guest},
    console::sign_in::{deliver, pending::read_number},
    cookie, device,
    error::field_sentence,
    locale::Locale,
    page::{Errors, encoded},
};

/// How long it is kept, in seconds: as long as a code counts, and a little more to ask for another.
const PENDING_S: u64 = 15 * 60;

/// What a visitor says of himself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Who {
    pub name: String,
    pub mobile: String,
    pub message: String,
    /// Number of the scan that keeps his place; 0 where nobody was free, and he leaves his number.
    pub seq: i64,
}

impl Who {
    pub(super) fn of(form: &Form) -> Self {
        let text = |name| form.text(name).trim().to_owned();
        Self {
            name: text("name"),
            mobile: text("mobile"),
            message: text("message"),
            seq: form.parse("seq").unwrap_or_default(),
        }
    }
}

/// A visit that has got as far as its code. What it says is shown to the one who sent it, and trusted for nothing.
#[derive(Debug, Clone)]
pub(super) struct Pending {
    pub who: Who,
    pub mobile: Phone,
    /// When another code may be asked for.
    pub again_at_ms: i64,
    /// The code itself, in a demo.
    pub shown: Option<String>,
}

impl Pending {
    /// What follows from a code that was made: it is on its way, and a demo shows it.
    pub(super) fn sent(
        guest: &Guest,
        who: Who,
        mobile: Phone,
        again_at_ms: i64,
        message: Option<Message>,
    ) -> Self {
        let shows_codes = guest.app.env.sms.shows_codes();
        let shown = message.as_ref().filter(|_| shows_codes);
        let shown = shown.map(|message| message.value.clone());
        if let Some(message) = message {
            deliver(guest, message);
        }
        Self {
            who,
            mobile,
            again_at_ms,
            shown,
        }
    }

    pub(super) fn find(guest: &Guest, kept_in: &str) -> Option<Self> {
        let form = Form::read(cookie::find(&guest.headers, kept_in)?.as_bytes());
        let who = Who::of(&form);
        let mobile = who.mobile.parse().ok()?;
        let is_code =
            |code: &&str| code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit());
        let shown = form.find("code").filter(is_code).map(str::to_owned);
        Some(Self {
            who,
            mobile,
            again_at_ms: form.parse("again").unwrap_or_default(),
            shown: shown.filter(|_| guest.app.env.sms.shows_codes()),
        })
    }

    pub(super) fn cookie(&self, guest: &Guest, kept_in: &str) -> HeaderValue {
        let value = format!(
            "name={}&mobile={}&message={}&seq={}&again={}&code={}",
            encoded(&self.who.name),
            encoded(&self.mobile.to_string()),
            encoded(&self.who.message),
            self.who.seq,
            self.again_at_ms,
            self.shown.as_deref().unwrap_or_default(),
        );
        cookie::set(kept_in, &value, PENDING_S, guest.app.is_secure())
    }

    /// Seconds until another code may be asked for; a demo, which shows it, lets nobody wait.
    pub(super) fn wait_s(&self, guest: &Guest) -> i64 {
        if guest.app.env.sms.shows_codes() {
            return 0;
        }
        let wait_ms = (self.again_at_ms - guest.cx.now()).clamp(0, CODE_PAUSE_MS);
        (wait_ms + 999) / 1000
    }
}

/// Checks what he says of himself; the number is the one that his code goes to.
pub(super) fn checked(guest: &Guest, l: Locale, who: &Who) -> Result<Phone, Errors> {
    let mut errors = Errors::default();
    let mut add = |invalid: &field::Invalid| errors.add(invalid.field, field_sentence(l, invalid));
    if let Err(invalid) = field::line("name", &who.name, 1, VISITOR_NAME_MAX) {
        add(&invalid);
    }
    if let Err(invalid) = rules::message(&who.message) {
        add(&invalid);
    }
    match read_number(guest, &who.mobile) {
        Ok(mobile) if errors.is_empty() => Ok(mobile),
        Ok(_) => Err(errors),
        Err(invalid) => {
            errors.add("mobile", field_sentence(l, &invalid));
            Err(errors)
        }
    }
}

/// The device that a visitor signs in on.
pub(super) fn device(guest: &Guest) -> Device {
    let agent = guest.headers.get(header::USER_AGENT);
    let agent = agent.and_then(|value| value.to_str().ok());
    Device {
        name: device::describe(agent.unwrap_or_default()),
        keep: true,
    }
}

/// Who acts in the session that a right code has opened.
pub(super) fn actor(done: &SignedIn) -> Actor {
    Actor::Person {
        person: done.session.person,
        session: done.session.id,
        account: done.session.account,
    }
}

/// Gives the browser its session, and has it forget what was pending.
pub(super) fn open_session(response: &mut Response, guest: &Guest, done: &SignedIn, kept_in: &str) {
    let kept_ms = done.session.expires_at_ms - done.session.created_at_ms;
    let lifetime_s = u64::try_from(kept_ms / 1000).unwrap_or_default();
    let secure = guest.app.is_secure();
    for value in [
        cookie::set(COOKIE, &done.token, lifetime_s, secure),
        cookie::set(kept_in, "", 0, secure),
    ] {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}
