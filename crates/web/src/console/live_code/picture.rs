//! A live code as a picture, and on paper.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use guanxi_app::{live_code, logo};
use guanxi_store::live_code::LiveCode;

use super::{address, named, too_long};
use crate::{
    auth::{Actor, Form},
    code_image::{Brand, PNG_MAX, PNG_MIN},
    console::{self, code, logo::inline},
    error::Failure,
    locale::Locale,
    page::Theme,
    reply,
};

/// Width of a PNG if none is asked for, in pixels.
const WIDTH: u32 = 512;

/// A code with the company as its picture shows it.
struct One {
    frame: console::Frame,
    row: LiveCode,
    address: String,
    brand: Brand,
    /// Its logo, whether or not codes show it.
    logo: Option<Vec<u8>>,
}

async fn read(actor: &Actor, id: Path<String>) -> Result<One, Failure> {
    let id = named(id)?;
    let (frame, row, logo) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let row = live_code::get(tx, cx, &frame.me, id)?.code.row;
            let logo = logo::find(tx, &frame.me)?;
            Ok((frame, row, logo))
        })
        .await?;
    Ok(One {
        address: address(actor, row.slug),
        brand: brand(&frame, logo.as_ref()),
        frame,
        row,
        logo,
    })
}

/// The company as its codes show it.
pub(super) fn brand(frame: &console::Frame, logo: Option<&Vec<u8>>) -> Brand {
    let corp = &frame.me.corp;
    Brand {
        name: corp.name.clone(),
        logo: logo.filter(|_| corp.settings.logo_in_codes).cloned(),
    }
}

/// `GET /admin/live-codes/{id}/code.svg`
pub async fn svg(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let one = read(&actor, id).await?;
    let picture = one.brand.svg_file(&one.address).ok_or_else(too_long)?;
    let name = format!("{}.svg", one.row.name);
    Ok(code::drawing("image/svg+xml", Some(name), picture))
}

/// `GET /admin/live-codes/{id}/code.png?width=`
pub async fn png(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let one = read(&actor, id).await?;
    let width = Form::query(&actor.path).parse("width").unwrap_or(WIDTH);
    let width = width.clamp(PNG_MIN, PNG_MAX);
    let picture = one.brand.png(&one.address, width).ok_or_else(too_long)?;
    let name = format!("{} {width}.png", one.row.name);
    Ok(code::drawing("image/png", Some(name), picture))
}

#[derive(Template)]
#[template(path = "code-poster.html")]
struct Poster {
    l: Locale,
    theme: Theme,
    here: String,
    back: String,
    corp: String,
    /// The logo as an address that holds it; empty where there is none.
    logo: String,
    name: String,
    post: String,
    /// Line above the code, as typed.
    line: String,
    is_a4: bool,
    svg: String,
    mark: String,
}

/// `GET /admin/live-codes/{id}/poster?size=&line=`
pub async fn poster(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let one = read(&actor, id).await?;
    let query = Form::query(&actor.path);
    let back = format!("/admin/live-codes/{}", one.row.id);
    let page = Poster {
        l: actor.l,
        theme: Theme::Light,
        here: format!("{back}/poster"),
        back,
        corp: one.frame.me.corp.name.clone(),
        logo: inline(one.logo.as_ref()),
        svg: one.brand.svg(&one.address).ok_or_else(too_long)?,
        name: one.row.name,
        post: one.row.group,
        line: query.text("line").trim().chars().take(40).collect(),
        is_a4: query.text("size") == "a4",
        mark: actor.app.codes.token(one.row.slug)[..6].to_uppercase(),
    };
    Ok(reply::html(StatusCode::OK, &page))
}
