//! Nobody is free: the visitor leaves his number, and is told on his page as soon as somebody is.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use guanxi_app::live_code::{Code, waiting};

use super::{Visit, Who, refused, told};
use crate::{
    auth::{COOKIE, Posted},
    cookie, csrf,
    error::{Failure, field_sentence},
    page::Errors,
    public::{Frame, answer},
    reply,
};

#[derive(Template)]
#[template(path = "live-wait.html")]
struct Wait {
    frame: Frame,
    token: String,
    to: String,
    corp: String,
    is_stranger: bool,
    /// He has left his number before.
    is_waiting: bool,
    typed: Who,
    errors: Errors,
    csrf: String,
    browser: String,
}

pub(super) async fn show(
    visit: &Visit,
    code: &Code,
    typed: Who,
    errors: Errors,
    status: StatusCode,
) -> Result<Response, Failure> {
    let is_waiting = match visit.person() {
        Some(person) => {
            let (corp, id) = (code.corp.id, code.row.id);
            let store = &visit.guest.app.env.store;
            let waits = store.read(move |tx| waiting::is_waiting(tx, corp, id, person));
            waits.await?
        }
        None => false,
    };
    let token = cookie::find(&visit.guest.headers, COOKIE).unwrap_or_default();
    let secret = csrf::session_key(&visit.guest.app.env.pepper, token);
    let page = Wait {
        frame: visit.frame(),
        token: visit.token.clone(),
        to: visit.to.joined(),
        corp: code.corp.name.clone(),
        is_stranger: visit.guest.identity.is_none(),
        is_waiting,
        typed,
        errors,
        csrf: csrf::token(&secret, visit.guest.app.env.chance.number() as u64),
        browser: format!("{:032x}", visit.browser),
    };
    Ok(answer(status, &page))
}

/// `POST /c/{slug}/wait`: one who is signed in is put into the queue; a second time changes nothing.
pub async fn wait(
    Path(token): Path<String>,
    Posted { actor, form }: Posted,
) -> Result<Response, Failure> {
    let visit = match Visit::of(actor.into_guest(), token, &form) {
        Ok(visit) => visit,
        Err(refusal) => return refused(&refusal.0, refusal.1),
    };
    let who = Who::of(&form);
    let code = match visit.code().await {
        Ok(code) => code,
        Err(error) => return refused(&visit.guest, error),
    };
    if code.closed.is_some() {
        return Ok(told::closed(&visit, &code, code.closed));
    }
    if let Err(invalid) = guanxi_model::request::message(&who.message) {
        let mut errors = Errors::default();
        errors.add("message", field_sentence(visit.l, &invalid));
        return show(&visit, &code, who, errors, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let (cx, path) = (visit.cx.clone(), visit.to.joined());
    let store = &visit.guest.app.env.store;
    let (corp, id) = (code.corp.id, code.row.id);
    store
        .write(move |tx| waiting::leave(tx, &cx, corp, id, &path, &who.message))
        .await?;
    Ok(reply::see_other(&visit.path()))
}
