//! Signing in and out: number, one-time code, session cookie.

use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use guanxi_app::{
    Error,
    session::{self, Device, SignIn},
};
use guanxi_model::person::Phone;

use crate::{
    auth::{COOKIE, Form, Guest, GuestPosted, Posted},
    cookie,
    error::{Failure, field_sentence, sentence},
    page::{Errors, Gate, encoded},
    reply,
    state::DemoPerson,
};

/// Region of numbers without a country code, before it is known to which company somebody belongs.
const REGION: &str = "CN";

#[derive(Template)]
#[template(path = "sign-in.html")]
struct Number {
    gate: Gate,
    mobile: String,
    next: String,
    errors: Errors,
    demo: Vec<DemoPerson>,
}

#[derive(Template)]
#[template(path = "sign-in-code.html")]
struct Code {
    gate: Gate,
    mobile: String,
    masked: String,
    next: String,
    /// The code itself, in a demo.
    shown: Option<String>,
    keep: bool,
    errors: Errors,
}

fn gate(guest: &Guest) -> Gate {
    // A change of language leads back to a page that can be read, not to the address of a form.
    Gate { l: guest.l, theme: guest.theme, corp: String::new(), path: guest.path.clone() }
}

fn next_of(form: &Form) -> String {
    let next = form.text("next");
    if reply::is_local(next) { next.to_owned() } else { "/".to_owned() }
}

fn query(guest: &Guest) -> Form {
    Form::read(guest.path.split_once('?').map_or("", |(_, query)| query).as_bytes())
}

/// `GET /sign-in`
pub async fn number(guest: Guest) -> Response {
    let form = query(&guest);
    let next = next_of(&form);
    if guest.identity.is_some() {
        return reply::see_other(&next);
    }
    number_page(&guest, StatusCode::OK, form.text("mobile").to_owned(), next, Errors::default())
}

fn number_page(guest: &Guest, status: StatusCode, mobile: String, next: String, errors: Errors) -> Response {
    let page = Number { gate: gate(guest), mobile, next, errors, demo: guest.app.demo.clone() };
    reply::html(status, &page)
}

/// `POST /sign-in`: sends a code, or does as if, and goes on to the page for it.
pub async fn send_code(GuestPosted { guest, form }: GuestPosted) -> Result<Response, Failure> {
    let (typed, next) = (form.text("mobile").to_owned(), next_of(&form));
    let mobile = match Phone::parse(&typed, REGION) {
        Ok(mobile) => mobile,
        Err(invalid) => {
            let mut errors = Errors::default();
            errors.add("mobile", field_sentence(guest.l, &invalid));
            return Ok(number_page(&guest, StatusCode::UNPROCESSABLE_ENTITY, typed, next, errors));
        }
    };
    let cx = guest.cx.clone();
    let made = guest.app.env.store.write(move |tx| session::make_code(tx, &cx, mobile)).await;
    let sent = match made {
        Ok(sent) => sent,
        // A code is on its way already: the page for it says when another one can be asked for.
        Err(Error::OverLimit { code: "code_too_soon", .. }) => return Ok(to_code(mobile, &next, None)),
        Err(error @ Error::OverLimit { .. }) => {
            let mut errors = Errors::default();
            errors.add("mobile", sentence(guest.l, &error, &jiff::tz::TimeZone::UTC));
            return Ok(number_page(&guest, StatusCode::TOO_MANY_REQUESTS, typed, next, errors));
        }
        Err(error) => return Err(error.into()),
    };
    let mut shown = None;
    if let Some(message) = sent.message {
        shown = guest.app.env.sms.shows_codes().then(|| message.value.clone());
        deliver(&guest, message);
    }
    Ok(to_code(mobile, &next, shown))
}

/// Hands the message to the carrier beside the answer, so that a known number takes no longer than an unknown one.
fn deliver(guest: &Guest, message: guanxi_app::outside::Message) {
    let sms = std::sync::Arc::clone(&guest.app.env.sms);
    tokio::task::spawn_blocking(move || {
        if let Err(error) = sms.send(&message) {
            tracing::error!(%error, "a one-time code was not sent");
        }
    });
}

fn to_code(mobile: Phone, next: &str, shown: Option<String>) -> Response {
    let shown = shown.map(|code| format!("&shown={code}")).unwrap_or_default();
    reply::see_other(&format!("/sign-in/code?mobile={}&next={}{shown}", encoded(&mobile.to_string()), encoded(next)))
}

/// `GET /sign-in/code`
pub async fn code(guest: Guest) -> Response {
    let form = query(&guest);
    let Ok(mobile) = form.text("mobile").parse::<Phone>() else { return reply::see_other("/sign-in") };
    let shown = form.find("shown").filter(|_| guest.app.env.sms.shows_codes()).map(str::to_owned);
    code_page(&guest, StatusCode::OK, mobile, next_of(&form), shown, Errors::default())
}

fn code_page(
    guest: &Guest,
    status: StatusCode,
    mobile: Phone,
    next: String,
    shown: Option<String>,
    errors: Errors,
) -> Response {
    let page = Code {
        gate: gate(guest),
        mobile: mobile.to_string(),
        masked: mobile.masked(),
        next,
        shown,
        keep: true,
        errors,
    };
    reply::html(status, &page)
}

/// `POST /sign-in/code`
pub async fn try_code(GuestPosted { guest, form }: GuestPosted) -> Result<Response, Failure> {
    let Ok(mobile) = form.text("mobile").parse::<Phone>() else { return Ok(reply::see_other("/sign-in")) };
    let (value, next) = (form.text("code").to_owned(), next_of(&form));
    let device = Device { name: String::new(), keep: form.is_on("keep") };
    let cx = guest.cx.clone();
    let tried =
        guest.app.env.store.write(move |tx| session::sign_in(tx, &cx, mobile, &value, &device)).await?;
    let wrong = |text: String| {
        let mut errors = Errors::default();
        errors.add("code", text);
        code_page(&guest, StatusCode::UNPROCESSABLE_ENTITY, mobile, next.clone(), None, errors)
    };
    Ok(match tried {
        SignIn::Wrong { left } => wrong(guest.l.n("signin-wrong", left).into_owned()),
        SignIn::Over => wrong(guest.l.t("signin-over").into_owned()),
        SignIn::Done(done) => {
            let lifetime_ms = done.session.expires_at_ms - done.session.created_at_ms;
            let lifetime_s = if form.is_on("keep") { u64::try_from(lifetime_ms / 1000).unwrap_or_default() } else { 0 };
            let mut response = reply::see_other(&next);
            response.headers_mut().append(header::SET_COOKIE, session_cookie(&guest, &done.token, lifetime_s));
            response
        }
    })
}

fn session_cookie(guest: &Guest, token: &str, lifetime_s: u64) -> HeaderValue {
    let secure = guest.app.is_secure();
    if lifetime_s == 0 { cookie::until_closed(COOKIE, token, secure) } else { cookie::set(COOKIE, token, lifetime_s, secure) }
}

/// `POST /sign-out`
pub async fn out(Posted { actor, .. }: Posted) -> Result<Response, Failure> {
    let (cx, id) = (actor.cx.clone(), actor.identity.session.id);
    actor.app.env.store.write(move |tx| session::end(tx, &cx, id)).await?;
    let mut response = reply::see_other("/sign-in");
    response.headers_mut().append(header::SET_COOKIE, cookie::set(COOKIE, "", 0, actor.app.is_secure()));
    Ok(response)
}
