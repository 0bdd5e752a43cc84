//! The logo on the card of a code: a file of its own, so that the card does not wait for it.

use axum::{
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use guanxi_app::{Error, logo};
use guanxi_model::id::LogoId;

use crate::{
    auth::{Form, Guest},
    error::Failure,
    state::App,
};

/// `GET /q/{token}/logo.jpg?v=`: the logo of the company behind a code; with the number of the one that it shows it may be
/// kept for ever. It tells nothing of the code, dead or alive.
pub async fn file(
    State(app): State<App>,
    Path(token): Path<String>,
    guest: Guest,
) -> Result<Response, Failure> {
    let slug = app.codes.read(&token).ok_or(Error::not_found("code"))?;
    let asked: Option<LogoId> = Form::query(&guest.path).parse("v");
    let (cx, store) = (guest.cx.clone(), &app.env.store);
    let of = store.read(move |tx| logo::of_code(tx, &cx, slug)).await?;
    let bytes = of.picture.ok_or(Error::not_found("code"))?;
    let kept = if asked.is_some() && asked == of.corp.logo {
        "public, max-age=31536000, immutable"
    } else {
        "public, no-cache"
    };
    let kind = HeaderValue::from_static("image/jpeg");
    let kept = HeaderValue::from_static(kept);
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, kept)];
    Ok((headers, bytes).into_response())
}
