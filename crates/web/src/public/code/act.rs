//! Steps of a visitor who wants to become a contact: number, one-time code, and adding by one who is signed in.

use askama::Template;
use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::Response,
};
use guanxi_app::{
    Error,
    qr_code::{
        flood::Step,
        visit::{self, Added, Card, Standing},
    },
    session::{self, SignIn, SignedIn},
};
use guanxi_model::{
    person::Phone,
    request::{self as rules, Refusal},
};

use super::{Visit, card_page, dead_page};
use crate::{
    auth::{Guest, GuestPosted, Posted},
    console::sign_in::{
        over_limit,
        pending::{browser, browser_cookie},
    },
    error::{Failure, field_sentence, sentence},
    page::Errors,
    public::{
        Frame, answer,
        note::{Note, refused},
        proof::{self, Pending, Who, checked, device},
    },
    reply,
};

/// Cookie with what the visitor has typed.
const KEPT_IN: &str = "visit";

/// `POST /q/{token}/number`: sends a code to the visitor's number.
pub async fn number(
    Path(token): Path<String>,
    GuestPosted { guest, form }: GuestPosted,
) -> Result<Response, Failure> {
    let visit = match Visit::of(guest, token) {
        Ok(visit) => visit,
        Err(refusal) => return refused(&refusal.0, refusal.1),
    };
    let who = Who::of(&form);
    let mobile = match checked(&visit.guest, visit.l, &who) {
        Ok(mobile) => mobile,
        Err(errors) => return again(&visit, StatusCode::UNPROCESSABLE_ENTITY, who, errors).await,
    };
    if let Err(error) = visit.admit(Step::Add).await {
        return refused(&visit.guest, error);
    }
    // The page carries a number for a browser that has none: who sends it once more, since no answer came, is the same.
    let carried = || u128::from_str_radix(form.text("browser"), 16).ok();
    let browser = browser(&visit.guest)
        .or_else(carried)
        .unwrap_or_else(|| visit.guest.app.env.chance.number());
    let (cx, slug) = (visit.cx.clone(), visit.slug);
    let made = visit
        .guest
        .app
        .env
        .store
        .write(move |tx| -> guanxi_app::Result<_> {
            // No message for a code that leads to nobody.
            let card = visit::read(tx, &cx, slug)?;
            if card.dead.is_some() {
                return Ok(None);
            }
            session::make_visitor_code(tx, &cx, mobile, browser).map(Some)
        })
        .await;
    let (again_at_ms, message) = match made {
        Ok(Some(sent)) => (sent.again_at_ms, sent.message),
        Ok(None) => return again(&visit, StatusCode::OK, who, Errors::default()).await,
        Err(Error::OverLimit {
            code: "code_too_soon",
            retry_at_ms,
        }) => (retry_at_ms, None),
        Err(error @ Error::OverLimit { .. }) => {
            let mut errors = Errors::default();
            errors.add("mobile", over_limit(&visit.guest, &error));
            return again(&visit, StatusCode::TOO_MANY_REQUESTS, who, errors).await;
        }
        Err(error) => return refused(&visit.guest, error),
    };
    let pending = Pending::sent(&visit.guest, who, mobile, again_at_ms, message);
    let mut response = reply::see_other(&format!("/q/{}/code", visit.token));
    for value in [
        pending.cookie(&visit.guest, KEPT_IN),
        browser_cookie(&visit.guest, browser),
    ] {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}

/// The card once more, with what was typed.
async fn again(
    visit: &Visit,
    status: StatusCode,
    who: Who,
    errors: Errors,
) -> Result<Response, Failure> {
    match visit.read().await {
        Ok(card) => Ok(card_page(visit, &card, status, who, errors)),
        Err(error) => refused(&visit.guest, error),
    }
}

#[derive(Template)]
#[template(path = "public-code.html")]
struct CodePage {
    frame: Frame,
    token: String,
    owner: String,
    who: Who,
    masked: String,
    shown: Option<String>,
    typed: String,
    wait_s: i64,
    errors: Errors,
}

/// `GET /q/{token}/code`
pub async fn code(Path(token): Path<String>, guest: Guest) -> Result<Response, Failure> {
    let visit = match Visit::of(guest, token) {
        Ok(visit) => visit,
        Err(refusal) => return refused(&refusal.0, refusal.1),
    };
    let Some(pending) = Pending::find(&visit.guest, KEPT_IN) else {
        return Ok(reply::see_other(&format!("/q/{}", visit.token)));
    };
    code_page(
        &visit,
        StatusCode::OK,
        pending,
        String::new(),
        Errors::default(),
    )
    .await
}

async fn code_page(
    visit: &Visit,
    status: StatusCode,
    pending: Pending,
    typed: String,
    errors: Errors,
) -> Result<Response, Failure> {
    let card = match visit.read().await {
        Ok(card) => card,
        Err(error) => return refused(&visit.guest, error),
    };
    if let Some(dead) = card.dead {
        return Ok(dead_page(visit, &card, dead));
    }
    let page = CodePage {
        frame: Frame {
            back: format!("/q/{}/code", visit.token),
            ..visit.frame()
        },
        token: visit.token.clone(),
        owner: card.owner.profile.name.clone(),
        masked: pending.mobile.masked(),
        wait_s: pending.wait_s(&visit.guest),
        who: Who {
            mobile: pending.mobile.to_string(),
            ..pending.who
        },
        typed: if typed.is_empty() {
            pending.shown.clone().unwrap_or_default()
        } else {
            typed
        },
        shown: pending.shown,
        errors,
    };
    Ok(answer(status, &page))
}

/// `POST /q/{token}/code`: the right code opens a session and adds the owner, both or neither.
pub async fn try_code(
    Path(token): Path<String>,
    GuestPosted { guest, form }: GuestPosted,
) -> Result<Response, Failure> {
    let visit = match Visit::of(guest, token) {
        Ok(visit) => visit,
        Err(refusal) => return refused(&refusal.0, refusal.1),
    };
    let who = Who::of(&form);
    let mobile = match checked(&visit.guest, visit.l, &who) {
        Ok(mobile) => mobile,
        Err(errors) => return again(&visit, StatusCode::UNPROCESSABLE_ENTITY, who, errors).await,
    };
    let typed: String = form
        .text("code")
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    let refuse = |status: StatusCode, text: String| {
        let mut errors = Errors::default();
        errors.add("code", text);
        let pending =
            Pending::find(&visit.guest, KEPT_IN).filter(|pending| pending.mobile == mobile);
        let pending = pending.unwrap_or(Pending {
            who: who.clone(),
            mobile,
            again_at_ms: 0,
            shown: None,
        });
        code_page(
            &visit,
            status,
            pending,
            form.text("code").to_owned(),
            errors,
        )
    };
    if typed.len() != 6 {
        let text = visit.l.t("signin-digits").into_owned();
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, text).await;
    }
    match prove_and_add(&visit, mobile, typed, &who).await {
        Ok((SignIn::Done(done), Some(added))) => finish(&visit, added, Some(&done)).await,
        Ok((SignIn::Wrong { left }, _)) => {
            let text = visit.l.n("signin-wrong", left).into_owned();
            refuse(StatusCode::UNPROCESSABLE_ENTITY, text).await
        }
        Ok(_) => {
            let text = visit.l.t("signin-over").into_owned();
            refuse(StatusCode::UNPROCESSABLE_ENTITY, text).await
        }
        Err(error @ Error::OverLimit { .. }) => {
            refuse(
                StatusCode::TOO_MANY_REQUESTS,
                over_limit(&visit.guest, &error),
            )
            .await
        }
        Err(error) => refused(&visit.guest, error),
    }
}

async fn prove_and_add(
    visit: &Visit,
    mobile: Phone,
    value: String,
    who: &Who,
) -> guanxi_app::Result<(SignIn, Option<Added>)> {
    let device = device(&visit.guest);
    // Nobody has asked for a code under a number that is new.
    let browser = browser(&visit.guest).unwrap_or_else(|| visit.guest.app.env.chance.number());
    let (cx, slug, who) = (visit.guest.cx.clone(), visit.slug, who.clone());
    let store = &visit.guest.app.env.store;
    let proved = store.write(move |tx| -> guanxi_app::Result<_> {
        let tried = session::sign_in_visitor(tx, &cx, mobile, browser, &value, &device, &who.name)?;
        let SignIn::Done(done) = &tried else {
            return Ok((tried, None));
        };
        let cx = cx.by(proof::actor(done));
        let added = visit::add(tx, &cx, slug, &who.message)?;
        Ok((tried, Some(added)))
    });
    proved.await
}

/// `POST /q/{token}/add`: one tap of somebody who is signed in.
pub async fn add(
    Path(token): Path<String>,
    Posted { actor, form }: Posted,
) -> Result<Response, Failure> {
    let guest = actor.into_guest();
    let visit = match Visit::of(guest, token) {
        Ok(visit) => visit,
        Err(refusal) => return refused(&refusal.0, refusal.1),
    };
    if let Err(error) = visit.admit(Step::Add).await {
        return refused(&visit.guest, error);
    }
    let message = form.text("message").to_owned();
    if let Err(invalid) = rules::message(&message) {
        let mut errors = Errors::default();
        errors.add("message", field_sentence(visit.l, &invalid));
        let who = Who::of(&form);
        return again(&visit, StatusCode::UNPROCESSABLE_ENTITY, who, errors).await;
    }
    let (cx, slug) = (visit.cx.clone(), visit.slug);
    let store = &visit.guest.app.env.store;
    let added = store
        .write(move |tx| visit::add(tx, &cx, slug, &message))
        .await;
    match added {
        Ok(added) => finish(&visit, added, None).await,
        Err(error) => refused(&visit.guest, error),
    }
}

/// Where adding leads: to the page that says how both stand now, or to the reason why not.
async fn finish(
    visit: &Visit,
    added: Added,
    session: Option<&SignedIn>,
) -> Result<Response, Failure> {
    let mut response = match added {
        Added::Contacts | Added::Asked => reply::see_other(&format!("/q/{}/done", visit.token)),
        Added::Dead(dead) => match visit.read().await {
            Ok(card) => dead_page(visit, &card, dead),
            Err(error) => return refused(&visit.guest, error),
        },
        Added::Refused(refusal) => match visit.read().await {
            Ok(card) => refusal_page(visit, &card, refusal),
            Err(error) => return refused(&visit.guest, error),
        },
    };
    if let Some(done) = session {
        proof::open_session(&mut response, &visit.guest, done, KEPT_IN);
    }
    Ok(response)
}

fn refusal_page(visit: &Visit, card: &Card, refusal: Refusal) -> Response {
    let error = Error::Refused(refusal);
    let zone = card.corp.settings.zone();
    let failure = Failure::App(error.clone());
    let page = Note {
        frame: visit.frame(),
        corp: card.corp.name.clone(),
        owner: card.owner.profile.name.clone(),
        title: visit.l.t("visit-refused").into_owned(),
        text: sentence(visit.l, &error, &zone),
        more: String::new(),
        next: String::new(),
        retry: format!("/q/{}", visit.token),
    };
    answer(failure.status(), &page)
}

#[derive(Template)]
#[template(path = "public-done.html")]
struct Done {
    frame: Frame,
    token: String,
    corp: String,
    owner: String,
    is_contact: bool,
    /// The card can be saved; not once a code for one visitor is used.
    is_alive: bool,
}

/// `GET /q/{token}/done`: what became of it; no scan.
pub async fn done(Path(token): Path<String>, guest: Guest) -> Result<Response, Failure> {
    let visit = match Visit::of(guest, token) {
        Ok(visit) => visit,
        Err(refusal) => return refused(&refusal.0, refusal.1),
    };
    let card = match visit.read().await {
        Ok(card) => card,
        Err(error) => return refused(&visit.guest, error),
    };
    let is_contact = match card.standing {
        Standing::Contacts => true,
        Standing::Asked => false,
        _ => return Ok(reply::see_other(&format!("/q/{}", visit.token))),
    };
    let page = Done {
        frame: Frame {
            back: format!("/q/{}/done", visit.token),
            ..visit.frame()
        },
        token: visit.token.clone(),
        corp: card.corp.name.clone(),
        owner: card.owner.profile.name.clone(),
        is_contact,
        is_alive: card.dead.is_none(),
    };
    Ok(answer(StatusCode::OK, &page))
}
