//! Pictures of members: seen by whoever sees the member, set and taken off by him or an administrator.

use axum::response::Response;
use data_encoding::BASE64;
use guanxi_app::{Error, Result, avatar};
use guanxi_model::id::MemberId;
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

/// A picture to be shown.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPicture {
    /// PNG, JPEG or WebP in base64, at least 48 pixels on its shorter side. The middle is cut to a square of 128 pixels; the
    /// original is not kept. A body takes 256 KB at most; larger pictures are set in the console.
    #[schemars(
        length(min = 1, max = 260_000),
        regex(pattern = r"^[A-Za-z0-9+/]*={0,2}$")
    )]
    picture: String,
}

async fn put(call: Call<Empty, NewPicture>, id: MemberId) -> Result<Response, Fault> {
    let store = &call.app.env.store;
    let cx = call.cx.clone();
    // Nobody's picture is decoded for one who may not show it.
    let may = store.read(move |tx| {
        let me = cx.acting(tx)?;
        avatar::changeable(tx, &me, id).map(drop)
    });
    may.await?;
    let refused = |code| Fault::from(Error::invalid("picture", code));
    let bytes = BASE64.decode(call.body.picture.as_bytes());
    let bytes = bytes.map_err(|_| refused("malformed"))?;
    let made = picture::square(bytes).await;
    let made = made.map_err(|why| refused(why.code()))?;
    let cx = call.cx.clone();
    let put = store.write(move |tx| avatar::put(tx, &cx, id, &made).map(drop));
    put.await?;
    Ok(Done.answer(&call.address)?.into_response())
}

/// `PUT /me/avatar`
pub(crate) async fn put_own(call: Call<Empty, NewPicture>) -> Result<Response, Fault> {
    let id = call.cx.account()?.1;
    put(call, id).await
}

/// `PUT /admin/members/{id}/avatar`
pub(crate) async fn put_any(call: Call<Empty, NewPicture>) -> Result<Response, Fault> {
    let id = call.id("member")?;
    put(call, id).await
}

/// `DELETE /me/avatar`
pub(crate) fn remove_own(tx: &mut Tx<'_>, call: &Call) -> Result<Done> {
    avatar::remove(tx, &call.cx, call.cx.account()?.1)?;
    Ok(Done)
}

/// `DELETE /admin/members/{id}/avatar`
pub(crate) fn remove_any(tx: &mut Tx<'_>, call: &Call) -> Result<Done> {
    avatar::remove(tx, &call.cx, call.id("member")?)?;
    Ok(Done)
}

/// `POST /me/avatar/restore`
pub(crate) fn restore_own(tx: &mut Tx<'_>, call: &Call) -> Result<Done> {
    avatar::restore(tx, &call.cx, call.cx.account()?.1)?;
    Ok(Done)
}

/// `POST /admin/members/{id}/avatar/restore`
pub(crate) fn restore_any(tx: &mut Tx<'_>, call: &Call) -> Result<Done> {
    avatar::restore(tx, &call.cx, call.id("member")?)?;
    Ok(Done)
}

/// `GET /directory/{id}/avatar`
pub(crate) fn get(tx: &mut Tx<'_>, call: &Call) -> Result<Jpeg> {
    let (_, picture) = avatar::get(tx, &call.cx, call.id("member")?)?;
    Ok(Jpeg(picture))
}
