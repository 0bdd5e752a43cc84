//! The logo of the company, for those who may change its settings.

use axum::response::Response;
use data_encoding::BASE64;
use guanxi_app::{Error, Result, logo};
use guanxi_model::role::Right;
use guanxi_store::Tx;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    answer::{Done, Jpeg, Reply as _},
    call::Call,
    problem::Fault,
    shape::Empty,
};
use crate::picture;

/// A logo to be shown.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewLogo {
    /// PNG, JPEG or WebP in base64, at least 48 pixels on its shorter side. It is brought to 256 pixels on white; the original
    /// is not kept. A body takes 256 KB at most; larger pictures are set in the console.
    #[schemars(
        length(min = 1, max = 260_000),
        regex(pattern = r"^[A-Za-z0-9+/]*={0,2}$")
    )]
    picture: String,
}

/// `GET /admin/logo`
pub(crate) fn get(tx: &mut Tx<'_>, call: &Call) -> Result<Jpeg> {
    let me = call.cx.me_with(tx, Right::EditSettings)?;
    logo::find(tx, &me)?
        .map(Jpeg)
        .ok_or(Error::not_found("logo"))
}

/// `PUT /admin/logo`
pub(crate) async fn put(call: Call<Empty, NewLogo>) -> Result<Response, Fault> {
    let store = &call.app.env.store;
    let cx = call.cx.clone();
    // Nothing is decoded for one who may not show it.
    let may = store.read(move |tx| cx.me_with(tx, Right::EditSettings).map(drop));
    may.await?;
    let refused = |code| Fault::from(Error::invalid("picture", code));
    let bytes = BASE64.decode(call.body.picture.as_bytes());
    let bytes = bytes.map_err(|_| refused("malformed"))?;
    let made = picture::logo(bytes).await;
    let made = made.map_err(|why| refused(why.code()))?;
    let cx = call.cx.clone();
    let put = store.write(move |tx| logo::put(tx, &cx, &made).map(drop));
    put.await?;
    Ok(Done.answer(&call.address)?.into_response())
}

/// `DELETE /admin/logo`
pub(crate) fn remove(tx: &mut Tx<'_>, call: &Call) -> Result<Done> {
    logo::remove(tx, &call.cx)?;
    Ok(Done)
}

/// `POST /admin/logo/restore`
pub(crate) fn restore(tx: &mut Tx<'_>, call: &Call) -> Result<Done> {
    logo::restore(tx, &call.cx)?;
    Ok(Done)
}
