//! What a visitor is told where there is no card, in his language.

use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use guanxi_app::Error;

use super::{Frame, answer};
use crate::{auth::Guest, error::Failure, locale::Locale, preference};

/// The language that the person chose, or else the one that the browser asks for.
pub(super) fn language(guest: &Guest) -> Locale {
    guest.identity.as_ref().map_or(guest.l, |who| {
        preference::locale(&guest.headers, who.person.language.as_deref())
    })
}

/// A page with a sentence in place of a card.
#[derive(Template)]
#[template(path = "public-note.html")]
pub(super) struct Note {
    pub frame: Frame,
    pub corp: String,
    pub owner: String,
    pub title: String,
    pub text: String,
    pub more: String,
    pub next: String,
    pub retry: String,
}

/// What is told where there is no card: the same page for a forged token and for one whose code is gone.
pub(super) fn refused(guest: &Guest, error: Error) -> Result<Response, Failure> {
    let l = language(guest);
    let (status, title, text, next, after_ms) = match error {
        Error::NotFound { .. } => (
            StatusCode::NOT_FOUND,
            l.t("visit-unknown"),
            l.t("visit-unknown-text"),
            l.t("visit-unknown-next"),
            0,
        ),
        Error::OverLimit { retry_at_ms, .. } => {
            let after_ms = (retry_at_ms - guest.cx.now()).max(1000);
            let after = l.duration((after_ms + 999) / 1000 * 1000);
            (
                StatusCode::TOO_MANY_REQUESTS,
                l.t("visit-slow"),
                l.t1("visit-slow-text", "after", after),
                "".into(),
                after_ms,
            )
        }
        error => return Err(error.into()),
    };
    let page = Note {
        frame: Frame {
            l,
            back: "/sign-in".into(),
        },
        corp: String::new(),
        owner: String::new(),
        title: title.into_owned(),
        text: text.into_owned(),
        more: String::new(),
        next: next.into_owned(),
        retry: String::new(),
    };
    let mut response = answer(status, &page);
    if after_ms > 0 {
        let seconds = HeaderValue::from((after_ms + 999) / 1000);
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    Ok(response)
}
