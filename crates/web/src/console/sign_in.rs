//! Signing in and out: number, one-time code, session cookie, company.

pub(crate) mod pending;

use std::sync::Arc;

use askama::Template;
use axum::{
    http::{StatusCode, header},
    response::Response,
};
use guanxi_app::{
    Error, demo,
    outside::Message,
    session::{self, CODE_PAUSE_MS, Device, SignIn},
};
use guanxi_model::person::Phone;
use pending::{PENDING, Pending, browser, browser_cookie, read_number};

use crate::{
    auth::{Actor, COOKIE, Form, Guest, GuestPosted, Posted},
    cookie, device,
    error::{Failure, field_sentence},
    locale::Arg,
    page::{Errors, Gate, encoded},
    reply,
};

#[derive(Template)]
#[template(path = "sign-in.html")]
struct NumberPage {
    gate: Gate,
    mobile: String,
    next: String,
    errors: Errors,
    /// Whether codes get anywhere.
    delivers: bool,
    demo: Vec<demo::Guest>,
}

#[derive(Template)]
#[template(path = "sign-in-code.html")]
struct CodePage {
    gate: Gate,
    masked: String,
    mobile: String,
    next: String,
    typed: String,
    /// The code itself, in a demo.
    shown: Option<String>,
    keep: bool,
    /// Seconds until another code may be asked for.
    wait_s: i64,
    errors: Errors,
}

#[derive(Template)]
#[template(path = "sign-in-company.html")]
struct CompanyPage {
    gate: Gate,
    csrf: String,
    next: String,
    accounts: Vec<super::profile::Account>,
}

/// The frame. A change of language leads back to a page that can be read, not to the address of a form.
fn gate(guest: &Guest, path: String) -> Gate {
    Gate {
        l: guest.l,
        theme: guest.theme,
        corp: String::new(),
        path,
    }
}

fn with_next(path: &str, next: &str) -> String {
    if next == "/" {
        path.to_owned()
    } else {
        format!("{path}?next={}", encoded(next))
    }
}

fn next_of(form: &Form) -> String {
    let next = form.text("next");
    if reply::is_local(next) {
        next.to_owned()
    } else {
        "/".to_owned()
    }
}

/// `GET /sign-in`
pub async fn number(guest: Guest) -> Response {
    let next = next_of(&Form::query(&guest.path));
    if guest.identity.is_some() {
        return reply::see_other(&next);
    }
    let mut response = number_page(
        &guest,
        StatusCode::OK,
        String::new(),
        next,
        Errors::default(),
    );
    let browser = browser(&guest).unwrap_or_else(|| guest.app.env.chance.number());
    response
        .headers_mut()
        .append(header::SET_COOKIE, browser_cookie(&guest, browser));
    response
}

fn number_page(
    guest: &Guest,
    status: StatusCode,
    mobile: String,
    next: String,
    errors: Errors,
) -> Response {
    let gate = gate(guest, with_next("/sign-in", &next));
    let page = NumberPage {
        gate,
        mobile,
        next,
        errors,
        delivers: guest.app.env.sms.delivers(),
        demo: guest.app.demo.clone(),
    };
    reply::html(status, &page)
}

/// `POST /sign-in`: sends a code, or does as if, and goes on to the page for it.
pub async fn send_code(GuestPosted { guest, form }: GuestPosted) -> Result<Response, Failure> {
    let (typed, next) = (form.text("mobile").to_owned(), next_of(&form));
    let refused = |status, text: String| {
        let mut errors = Errors::default();
        errors.add("mobile", text);
        Ok(number_page(
            &guest,
            status,
            typed.clone(),
            next.clone(),
            errors,
        ))
    };
    let mobile = match read_number(&guest, &typed) {
        Ok(mobile) => mobile,
        Err(invalid) => {
            return refused(
                StatusCode::UNPROCESSABLE_ENTITY,
                field_sentence(guest.l, &invalid),
            );
        }
    };
    let cx = guest.cx.clone();
    let browser = browser(&guest).unwrap_or_else(|| guest.app.env.chance.number());
    let made = guest
        .app
        .env
        .store
        .write(move |tx| session::make_code(tx, &cx, mobile, browser))
        .await;
    let pending = match made {
        Ok(sent) => {
            let shows_codes = guest.app.env.sms.shows_codes();
            let shown = sent
                .message
                .as_ref()
                .filter(|_| shows_codes)
                .map(|message| message.value.clone());
            if let Some(message) = sent.message {
                deliver(&guest, message);
            }
            Pending {
                mobile,
                again_at_ms: sent.again_at_ms,
                shown,
            }
        }
        // A code is on its way already: the page for it says when another one can be asked for.
        Err(Error::OverLimit {
            code: "code_too_soon",
            retry_at_ms,
        }) => Pending {
            mobile,
            again_at_ms: retry_at_ms,
            shown: None,
        },
        Err(Error::Conflict { code: "no_carrier" }) => {
            let text = guest.l.t("error-no_carrier").into_owned();
            return refused(StatusCode::SERVICE_UNAVAILABLE, text);
        }
        Err(error @ Error::OverLimit { .. }) => {
            return refused(StatusCode::TOO_MANY_REQUESTS, over_limit(&guest, &error));
        }
        Err(error) => return Err(error.into()),
    };
    let mut response = reply::see_other(&with_next("/sign-in/code", &next));
    response
        .headers_mut()
        .append(header::SET_COOKIE, pending.cookie(&guest));
    response
        .headers_mut()
        .append(header::SET_COOKIE, browser_cookie(&guest, browser));
    Ok(response)
}

/// The sentence for a limit. Nobody's time zone is known here, so it says how long, not until when.
pub(crate) fn over_limit(guest: &Guest, error: &Error) -> String {
    let until = match error {
        Error::OverLimit { retry_at_ms, .. } => guest
            .l
            .duration(whole_minutes(retry_at_ms - guest.cx.now())),
        _ => "".into(),
    };
    guest
        .l
        .with(
            &format!("signin-limit-{}", error.code()),
            &[("after", Arg::from(until))],
        )
        .into_owned()
}

const fn whole_minutes(ms: i64) -> i64 {
    const MINUTE_MS: i64 = 60_000;
    (ms + MINUTE_MS - 1) / MINUTE_MS * MINUTE_MS
}

/// Hands the message to the carrier beside the answer, so that a known number takes no longer than an unknown one.
pub(crate) fn deliver(guest: &Guest, message: Message) {
    let sms = Arc::clone(&guest.app.env.sms);
    tokio::task::spawn_blocking(move || {
        if let Err(error) = sms.send(&message) {
            tracing::error!(%error, "a one-time code was not sent");
        }
    });
}

/// `GET /sign-in/code`
pub async fn code(guest: Guest) -> Response {
    let next = next_of(&Form::query(&guest.path));
    let Some(pending) = Pending::find(&guest) else {
        return reply::see_other(&with_next("/sign-in", &next));
    };
    code_page(
        &guest,
        StatusCode::OK,
        &pending,
        Tried {
            next,
            keep: true,
            ..Tried::default()
        },
    )
}

/// What was tried on the code page, to show it again.
#[derive(Default)]
struct Tried {
    next: String,
    typed: String,
    keep: bool,
    errors: Errors,
}

fn code_page(guest: &Guest, status: StatusCode, pending: &Pending, tried: Tried) -> Response {
    let Tried {
        next,
        typed,
        keep,
        errors,
    } = tried;
    let wait_ms = (pending.again_at_ms - guest.cx.now()).clamp(0, CODE_PAUSE_MS);
    let page = CodePage {
        gate: gate(guest, with_next("/sign-in/code", &next)),
        masked: pending.mobile.masked(),
        mobile: pending.mobile.to_string(),
        next,
        typed: if typed.is_empty() {
            pending.shown.clone().unwrap_or_default()
        } else {
            typed
        },
        shown: pending.shown.clone(),
        keep,
        wait_s: if guest.app.env.sms.shows_codes() {
            0
        } else {
            (wait_ms + 999) / 1000
        },
        errors,
    };
    reply::html(status, &page)
}

/// `POST /sign-in/code`
pub async fn try_code(GuestPosted { guest, form }: GuestPosted) -> Result<Response, Failure> {
    let next = next_of(&form);
    let Ok(mobile) = form.text("mobile").parse::<Phone>() else {
        return Ok(reply::see_other("/sign-in"));
    };
    let pending = Pending::find(&guest)
        .filter(|pending| pending.mobile == mobile)
        .unwrap_or(Pending {
            mobile,
            again_at_ms: 0,
            shown: None,
        });
    let keep = form.is_on("keep");
    let refused = |status, text: String| {
        let mut errors = Errors::default();
        errors.add("code", text);
        let typed = form.text("code").to_owned();
        Ok(code_page(
            &guest,
            status,
            &pending,
            Tried {
                next: next.clone(),
                typed,
                keep,
                errors,
            },
        ))
    };
    let value: String = form
        .text("code")
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    if value.len() != 6 {
        return refused(
            StatusCode::UNPROCESSABLE_ENTITY,
            guest.l.t("signin-digits").into_owned(),
        );
    }
    let agent = guest
        .headers
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok());
    let device = Device {
        name: device::describe(agent.unwrap_or_default()),
        keep,
    };
    let cx = guest.cx.clone();
    // Nobody has asked for a code under a number that is new.
    let browser = browser(&guest).unwrap_or_else(|| guest.app.env.chance.number());
    let tried = guest
        .app
        .env
        .store
        .write(move |tx| -> guanxi_app::Result<_> {
            let tried = session::sign_in(tx, &cx, mobile, browser, &value, &device)?;
            let accounts = match &tried {
                SignIn::Done(done) => session::accounts(tx, done.session.person)?.len(),
                _ => 0,
            };
            Ok((tried, accounts))
        })
        .await;
    match tried {
        Ok((SignIn::Wrong { left }, _)) => refused(
            StatusCode::UNPROCESSABLE_ENTITY,
            guest.l.n("signin-wrong", left).into_owned(),
        ),
        Ok((SignIn::Over, _)) => refused(
            StatusCode::UNPROCESSABLE_ENTITY,
            guest.l.t("signin-over").into_owned(),
        ),
        Ok((SignIn::Done(done), accounts)) => Ok(signed_in(&guest, &done, keep, accounts, &next)),
        Err(error @ Error::OverLimit { .. }) => {
            refused(StatusCode::TOO_MANY_REQUESTS, over_limit(&guest, &error))
        }
        Err(error) => Err(error.into()),
    }
}

fn signed_in(
    guest: &Guest,
    done: &session::SignedIn,
    keep: bool,
    accounts: usize,
    next: &str,
) -> Response {
    let kept_ms = done.session.expires_at_ms - done.session.created_at_ms;
    let lifetime_s = u64::try_from(kept_ms / 1000).unwrap_or_default();
    let secure = guest.app.is_secure();
    let token = if keep {
        cookie::set(COOKIE, &done.token, lifetime_s, secure)
    } else {
        cookie::until_closed(COOKIE, &done.token, secure)
    };
    let mut response = match accounts {
        0 | 1 => reply::see_other(next),
        _ => reply::see_other(&with_next("/sign-in/company", next)),
    };
    response.headers_mut().append(header::SET_COOKIE, token);
    response
        .headers_mut()
        .append(header::SET_COOKIE, cookie::set(PENDING, "", 0, secure));
    response
}

/// `GET /sign-in/company`: with which of several accounts to work.
pub async fn company(actor: Actor) -> Result<Response, Failure> {
    let next = next_of(&Form::query(&actor.path));
    let accounts = actor.read(super::profile::accounts).await?;
    if accounts.len() < 2 {
        return Ok(reply::see_other(&next));
    }
    let gate = Gate {
        l: actor.l,
        theme: actor.theme,
        corp: String::new(),
        path: with_next("/sign-in/company", &next),
    };
    Ok(reply::html(
        StatusCode::OK,
        &CompanyPage {
            gate,
            csrf: actor.csrf(),
            next,
            accounts,
        },
    ))
}

/// `POST /sign-out`
pub async fn out(Posted { actor, .. }: Posted) -> Result<Response, Failure> {
    let id = actor.identity.session.id;
    actor.write(move |tx, cx| session::end(tx, cx, id)).await?;
    Ok(forgotten(&actor))
}

/// The way to the sign-in page without a session.
pub fn forgotten(actor: &Actor) -> Response {
    let mut response = reply::see_other("/sign-in");
    response.headers_mut().append(
        header::SET_COOKIE,
        cookie::set(COOKIE, "", 0, actor.app.is_secure()),
    );
    response
}
