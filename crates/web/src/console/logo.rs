//! The logo of the company: the page on which it is set or taken off.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use data_encoding::BASE64;
use guanxi_app::logo;
use guanxi_model::{field::Invalid, role::Right};

use crate::{
    auth::{Actor, Posted},
    console,
    error::Failure,
    page::{Errors, Flash, Place, Shell},
    picture, reply,
    upload::Uploaded,
};

/// Address of the page; acts on the logo are below it.
const PATH: &str = "/admin/settings/logo";

#[derive(Template)]
#[template(path = "logo.html")]
struct Page {
    shell: Shell,
    corp: String,
    /// The logo as an address that holds it; empty where there is none.
    shown: String,
    in_codes: bool,
    errors: Errors,
}

/// A logo as an address that holds it.
pub(crate) fn inline(logo: Option<&Vec<u8>>) -> String {
    logo.map_or_else(String::new, |bytes| {
        format!("data:image/jpeg;base64,{}", BASE64.encode(bytes))
    })
}

/// `GET /admin/settings/logo`
pub async fn page(actor: Actor) -> Result<Response, Failure> {
    show(&actor, StatusCode::OK, Errors::default()).await
}

async fn show(actor: &Actor, status: StatusCode, errors: Errors) -> Result<Response, Failure> {
    let (frame, logo) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let logo = logo::find(tx, &frame.me)?;
            Ok((frame, logo))
        })
        .await?;
    let page = Page {
        corp: frame.me.corp.name.clone(),
        in_codes: frame.me.corp.settings.logo_in_codes,
        shell: frame.shell(actor, Place::Settings),
        shown: inline(logo.as_ref()),
        errors,
    };
    Ok(reply::page_with(status, &page.shell, &page))
}

/// `POST /admin/settings/logo`
pub async fn put(sent: Uploaded) -> Result<Response, Failure> {
    let Uploaded { actor, file, .. } = sent;
    // Nothing is decoded for one who may not show it.
    actor
        .read(|tx, cx| cx.me_with(tx, Right::EditSettings).map(drop))
        .await?;
    let code = if file.is_empty() {
        "required"
    } else {
        match picture::logo(file).await {
            Ok(made) => {
                actor
                    .write(move |tx, cx| logo::put(tx, cx, &made).map(drop))
                    .await?;
                return Ok(done(&actor, "logo-saved", None));
            }
            Err(why) => why.code(),
        }
    };
    let mut errors = Errors::default();
    errors.refuse("picture", actor.l, &Invalid::new("picture", code));
    show(&actor, StatusCode::UNPROCESSABLE_ENTITY, errors).await
}

/// `POST /admin/settings/logo/remove`
pub async fn remove(Posted { actor, .. }: Posted) -> Result<Response, Failure> {
    actor.write(logo::remove).await?;
    Ok(done(&actor, "logo-removed", Some("restore")))
}

/// `POST /admin/settings/logo/restore`
pub async fn restore(Posted { actor, .. }: Posted) -> Result<Response, Failure> {
    actor.write(logo::restore).await?;
    Ok(done(&actor, "logo-restored", None))
}

/// Back to the page, with a word about what was done and how to take it back.
fn done(actor: &Actor, key: &str, undo: Option<&str>) -> Response {
    let text = actor.l.t(key);
    let flash = match undo {
        Some(act) => Flash::undo(text, format!("{PATH}/{act}")),
        None => Flash::text(text),
    };
    reply::see_other_with(PATH, &flash, &actor.secret)
}
