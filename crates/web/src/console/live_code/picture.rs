//! A live code as a picture, and on paper.

use axum::{extract::Path, http::StatusCode, response::Response};
use guanxi_app::{live_code, logo};
use guanxi_store::live_code::LiveCode;

use super::{address, named, too_long};
use crate::{
    auth::{Actor, Form},
    code_image::{Brand, PNG_MAX, PNG_MIN},
    console::{self, code},
    error::Failure,
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
        brand: code::brand(&frame, logo.as_ref()),
        frame,
        row,
        logo,
    })
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

/// `GET /admin/live-codes/{id}/poster?size=&line=`
pub async fn poster(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let one = read(&actor, id).await?;
    let page = code::Poster::new(
        &actor,
        format!("/admin/live-codes/{}", one.row.id),
        &one.frame,
        one.logo.as_ref(),
        (one.row.name, one.row.group),
        one.brand.svg(&one.address).ok_or_else(too_long)?,
        one.row.slug,
    );
    Ok(reply::html(StatusCode::OK, &page))
}
