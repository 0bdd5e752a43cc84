//! Steps of a visitor who wants to add the member he was shown: number, one-time code, and adding by one who is signed in.

use askama::Template;
use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::Response,
};
use guanxi_app::{
    Cx, Error, conversation,
    live_code::{
        Code,
        visit::{self, Added},
        waiting,
    },
    qr_code::flood::Step,
    session::{self, SignIn, SignedIn},
};
use guanxi_model::{
    id::ConversationId,
    person::Phone,
    request::{self as rules, Refusal},
};
use guanxi_store::Tx;

use super::{Visit, meet, told};
use crate::{
    auth::{Form, Guest, GuestPosted, Posted},
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
const KEPT_IN: &str = "live_visit";

/// `POST /c/{slug}/number`: sends a code to the visitor's number.
pub async fn number(
    Path(token): Path<String>,
    GuestPosted { guest, form }: GuestPosted,
) -> Result<Response, Failure> {
    let mut visit = match Visit::of(guest, token, &form) {
        Ok(visit) => visit,
        Err(refusal) => return refused(&refusal.0, refusal.1),
    };
    carry_browser(&mut visit, &form);
    let who = Who::of(&form);
    let mobile = match checked(&visit.guest, visit.l, &who) {
        Ok(mobile) => mobile,
        Err(errors) => return again(&visit, who, errors, StatusCode::UNPROCESSABLE_ENTITY).await,
    };
    if let Err(error) = visit.admit(Step::Add).await {
        return refused(&visit.guest, error);
    }
    // No message for a code that serves nobody.
    match visit.code().await {
        Ok(code) if code.closed.is_some() => return Ok(told::closed(&visit, &code, code.closed)),
        Ok(_) => {}
        Err(error) => return refused(&visit.guest, error),
    }
    let (cx, browser) = (visit.cx.clone(), visit.browser);
    let store = &visit.guest.app.env.store;
    let made = store
        .write(move |tx| session::make_visitor_code(tx, &cx, mobile, browser))
        .await;
    let (again_at_ms, message) = match made {
        Ok(sent) => (sent.again_at_ms, sent.message),
        Err(Error::OverLimit {
            code: "code_too_soon",
            retry_at_ms,
        }) => (retry_at_ms, None),
        Err(error @ Error::OverLimit { .. }) => {
            let mut errors = Errors::default();
            errors.add("mobile", over_limit(&visit.guest, &error));
            return again(&visit, who, errors, StatusCode::TOO_MANY_REQUESTS).await;
        }
        Err(error) => return refused(&visit.guest, error),
    };
    let pending = Pending::sent(&visit.guest, who, mobile, again_at_ms, message);
    let to = format!("/c/{}/code{}", visit.token, visit.to.query());
    let mut response = reply::see_other(&to);
    for value in [
        pending.cookie(&visit.guest, KEPT_IN),
        browser_cookie(&visit.guest, visit.browser),
    ] {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}

/// The page carries a number for a browser that keeps no cookie: who sends it once more, since no answer came, is the same.
fn carry_browser(visit: &mut Visit, form: &Form) {
    if browser(&visit.guest).is_none()
        && let Ok(number) = u128::from_str_radix(form.text("browser"), 16)
    {
        visit.browser = number;
    }
}

/// The card once more, with what was typed: the place is kept, so it is the same member's.
async fn again(
    visit: &Visit,
    who: Who,
    errors: Errors,
    status: StatusCode,
) -> Result<Response, Failure> {
    meet(visit, who, errors, "", status).await
}

#[derive(Template)]
#[template(path = "live-proof.html")]
struct CodePage {
    frame: Frame,
    token: String,
    to: String,
    at: String,
    who: Who,
    masked: String,
    shown: Option<String>,
    typed: String,
    wait_s: i64,
    back: String,
    errors: Errors,
}

/// `GET /c/{slug}/code`
pub async fn code(Path(token): Path<String>, guest: Guest) -> Result<Response, Failure> {
    let form = Form::query(&guest.path);
    let visit = match Visit::of(guest, token, &form) {
        Ok(visit) => visit,
        Err(refusal) => return refused(&refusal.0, refusal.1),
    };
    Ok(match Pending::find(&visit.guest, KEPT_IN) {
        Some(pending) => code_page(
            &visit,
            StatusCode::OK,
            pending,
            String::new(),
            Errors::default(),
        ),
        None => reply::see_other(&visit.path()),
    })
}

fn code_page(
    visit: &Visit,
    status: StatusCode,
    pending: Pending,
    typed: String,
    errors: Errors,
) -> Response {
    let page = CodePage {
        frame: Frame {
            back: format!("/c/{}/code{}", visit.token, visit.to.query()),
            ..visit.frame()
        },
        token: visit.token.clone(),
        to: visit.to.joined(),
        at: visit.to.place.clone(),
        back: visit.path(),
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
    answer(status, &page)
}

/// `POST /c/{slug}/code`: the right code opens a session and adds the member, both or neither.
pub async fn try_code(
    Path(token): Path<String>,
    GuestPosted { guest, form }: GuestPosted,
) -> Result<Response, Failure> {
    let visit = match Visit::of(guest, token, &form) {
        Ok(visit) => visit,
        Err(refusal) => return refused(&refusal.0, refusal.1),
    };
    let who = Who::of(&form);
    let mobile = match checked(&visit.guest, visit.l, &who) {
        Ok(mobile) => mobile,
        Err(errors) => return again(&visit, who, errors, StatusCode::UNPROCESSABLE_ENTITY).await,
    };
    let typed = form.text("code");
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
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
        code_page(&visit, status, pending, typed.to_owned(), errors)
    };
    let wrong = StatusCode::UNPROCESSABLE_ENTITY;
    if digits.len() != 6 {
        return Ok(refuse(wrong, visit.l.t("signin-digits").into_owned()));
    }
    let code = match visit.code().await {
        Ok(code) if code.closed.is_some() => return Ok(told::closed(&visit, &code, code.closed)),
        Ok(code) => code,
        Err(error) => return refused(&visit.guest, error),
    };
    match prove_and_add(&visit, &code, mobile, digits, &who).await {
        Ok((SignIn::Done(done), Some(came))) => Ok(finish(&visit, &code, came, Some(&done))),
        Ok((SignIn::Wrong { left }, _)) => {
            Ok(refuse(wrong, visit.l.n("signin-wrong", left).into_owned()))
        }
        Ok(_) => Ok(refuse(wrong, visit.l.t("signin-over").into_owned())),
        Err(error @ Error::OverLimit { .. }) => {
            let text = over_limit(&visit.guest, &error);
            Ok(refuse(StatusCode::TOO_MANY_REQUESTS, text))
        }
        Err(error) => refused(&visit.guest, error),
    }
}

/// What an add came to.
enum Came {
    /// The two talk now.
    Talk(ConversationId),
    /// The member is asked first.
    Asked,
    /// The place is not kept any more.
    Lapsed,
    /// He waits for somebody to be free.
    Waiting,
    /// A rule refuses.
    Refused(Refusal),
}

/// Adds the member of a scan, or puts the visitor into the queue where nobody was free.
fn carry_out(
    tx: &mut Tx<'_>,
    cx: &Cx,
    code: &Code,
    path: &str,
    visitor: u128,
    who: &Who,
) -> guanxi_app::Result<Came> {
    let (id, corp) = (code.row.id, code.corp.id);
    if who.seq == 0 {
        waiting::leave(tx, cx, corp, id, path, &who.message)?;
        return Ok(Came::Waiting);
    }
    Ok(
        match visit::add(tx, cx, id, corp, visitor, who.seq, &who.message)? {
            Added::Contacts(member) => {
                Came::Talk(conversation::begin(tx, cx, code, member, who.seq)?)
            }
            Added::Asked(_) => Came::Asked,
            Added::Lapsed => Came::Lapsed,
            Added::Refused(refusal) => Came::Refused(refusal),
        },
    )
}

async fn prove_and_add(
    visit: &Visit,
    code: &Code,
    mobile: Phone,
    value: String,
    who: &Who,
) -> guanxi_app::Result<(SignIn, Option<Came>)> {
    let device = device(&visit.guest);
    let (cx, who, code) = (visit.guest.cx.clone(), who.clone(), code.clone());
    let (browser, visitor, path) = (visit.browser, visit.device(), visit.to.joined());
    let store = &visit.guest.app.env.store;
    let proved = store.write(move |tx| -> guanxi_app::Result<_> {
        let tried = session::sign_in_visitor(tx, &cx, mobile, browser, &value, &device, &who.name)?;
        let SignIn::Done(done) = &tried else {
            return Ok((tried, None));
        };
        let cx = cx.by(proof::actor(done));
        let came = carry_out(tx, &cx, &code, &path, visitor, &who)?;
        Ok((tried, Some(came)))
    });
    proved.await
}

/// `POST /c/{slug}/add`: one tap of somebody who is signed in.
pub async fn add(
    Path(token): Path<String>,
    Posted { actor, form }: Posted,
) -> Result<Response, Failure> {
    let visit = match Visit::of(actor.into_guest(), token, &form) {
        Ok(visit) => visit,
        Err(refusal) => return refused(&refusal.0, refusal.1),
    };
    if let Err(error) = visit.admit(Step::Add).await {
        return refused(&visit.guest, error);
    }
    let who = Who::of(&form);
    if let Err(invalid) = rules::message(&who.message) {
        let mut errors = Errors::default();
        errors.add("message", field_sentence(visit.l, &invalid));
        return again(&visit, who, errors, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let code = match visit.code().await {
        Ok(code) if code.closed.is_some() => return Ok(told::closed(&visit, &code, code.closed)),
        Ok(code) => code,
        Err(error) => return refused(&visit.guest, error),
    };
    let (cx, path, visitor) = (visit.cx.clone(), visit.to.joined(), visit.visitor());
    let (of, store) = (code.clone(), &visit.guest.app.env.store);
    let came = store
        .write(move |tx| carry_out(tx, &cx, &of, &path, visitor, &who))
        .await;
    match came {
        Ok(came) => Ok(finish(&visit, &code, came, None)),
        Err(error) => refused(&visit.guest, error),
    }
}

/// Where adding leads: to the conversation, or to what else became of it.
fn finish(visit: &Visit, code: &Code, came: Came, session: Option<&SignedIn>) -> Response {
    let mut response = match came {
        Came::Talk(id) => reply::see_other(&format!("/person/talks/{id}")),
        Came::Asked => reply::see_other("/person"),
        Came::Waiting => reply::see_other(&visit.path()),
        Came::Lapsed => {
            let path = visit.path();
            let joint = if path.contains('?') { '&' } else { '?' };
            reply::see_other(&format!("{path}{joint}note=again"))
        }
        Came::Refused(refusal) => refusal_page(visit, code, refusal),
    };
    if let Some(done) = session {
        proof::open_session(&mut response, &visit.guest, done, KEPT_IN);
    }
    response
}

fn refusal_page(visit: &Visit, code: &Code, refusal: Refusal) -> Response {
    let error = Error::Refused(refusal);
    let page = Note {
        frame: visit.frame(),
        corp: code.corp.name.clone(),
        owner: code.corp.name.clone(),
        title: visit.l.t("visit-refused").into_owned(),
        text: sentence(visit.l, &error, &code.corp.settings.zone()),
        more: String::new(),
        next: String::new(),
        retry: visit.path(),
    };
    answer(Failure::App(error).status(), &page)
}
