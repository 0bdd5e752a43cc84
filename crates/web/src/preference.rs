//! Language and theme, kept in cookies so that they hold before signing in too.

use axum::Router;
use axum::extract::Form;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use serde::Deserialize;

use crate::locale::Locale;
use crate::page::Theme;
use crate::{cookie, csrf, reply};

const YEAR_S: u64 = 365 * 24 * 60 * 60;

/// Takes the forms of both switches.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/preference", post(change))
}

/// Gives the language for a request.
pub fn locale(headers: &HeaderMap, setting: Option<&str>) -> Locale {
    let accept = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    Locale::choose(setting, cookie::find(headers, "lang"), accept)
}

#[derive(Deserialize)]
struct Change {
    lang: Option<String>,
    theme: Option<String>,
    #[serde(default)]
    back: String,
}

async fn change(headers: HeaderMap, Form(change): Form<Change>) -> Response {
    if !csrf::is_from_here(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let back = if reply::is_local(&change.back) {
        &change.back
    } else {
        "/"
    };
    let mut response = reply::see_other(back);
    if let Some(locale) = change.lang.as_deref().and_then(Locale::find) {
        let value = cookie::set("lang", locale.tag(), YEAR_S, false);
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    if let Some(theme) = change.theme.as_deref().map(Theme::named) {
        let lifetime = if theme == Theme::System { 0 } else { YEAR_S };
        let value = cookie::set("theme", theme.word(), lifetime, false);
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}
