//! Language and theme: in cookies, so that they hold before signing in too, and with the person once it is known who he is.

use axum::http::{HeaderMap, header};
use axum::response::Response;
use guanxi_app::{Error, session};

use crate::auth::{Form, GuestPosted};
use crate::error::Failure;
use crate::locale::Locale;
use crate::page::Theme;
use crate::{cookie, reply};

const YEAR_S: u64 = 365 * 24 * 60 * 60;

/// Gives the language for a request.
pub fn locale(headers: &HeaderMap, setting: Option<&str>) -> Locale {
    let accept = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    Locale::choose(setting, cookie::find(headers, "lang"), accept)
}

/// `POST /preference`: takes the forms of both switches.
pub async fn change(posted: GuestPosted) -> Result<Response, Failure> {
    match remember(&posted).await {
        // A session that is over leaves the cookies.
        Ok(()) | Err(Error::SignedOut) => Ok(answer(&posted.form)),
        Err(error) => Err(error.into()),
    }
}

fn choice(form: &Form) -> (Option<Locale>, Option<Theme>) {
    let language = form.find("lang").and_then(Locale::find);
    (language, form.find("theme").map(Theme::named))
}

/// Sets the cookies that a form chooses and leads back.
pub fn answer(form: &Form) -> Response {
    let (language, theme) = choice(form);
    let back = form.text("back");
    let mut response = reply::see_other(if reply::is_local(back) { back } else { "/" });
    if let Some(locale) = language {
        let value = cookie::set("lang", locale.tag(), YEAR_S, false);
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    if let Some(theme) = theme {
        let lifetime = if theme == Theme::System { 0 } else { YEAR_S };
        let value = cookie::set("theme", theme.word(), lifetime, false);
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// Writes the choice with the person, whatever device he uses next.
async fn remember(posted: &GuestPosted) -> Result<(), Error> {
    let (language, theme) = choice(&posted.form);
    let guest = &posted.guest;
    let Some(identity) = &guest.identity else {
        return Ok(());
    };
    let cx = guest.cx.by(identity.actor());
    let person = &identity.person;
    let language = language
        .map(|locale| locale.tag().to_owned())
        .or_else(|| person.language.clone());
    let theme = match theme {
        Some(Theme::System) => None,
        Some(theme) => Some(theme.word().to_owned()),
        None => person.theme.clone(),
    };
    let write = move |tx: &mut guanxi_store::Tx<'_>| {
        session::set_display(tx, &cx, language.as_deref(), theme.as_deref())
    };
    guest.app.env.store.write(write).await
}
