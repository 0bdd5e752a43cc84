//! Logos of companies: set and taken off by whoever edits the settings, seen by whoever meets one of its codes.

use guanxi_model::{
    id::{CorpId, LogoId},
    qr_code::Slug,
    request::{Refusal, UNDO_MS},
    role::Right,
};
use guanxi_store::{self as store, Tx};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::{Cx, Error, Me, Result, audit, corp};

/// Largest logo that is kept, in bytes; one of 256 pixels takes about 10,000.
pub const BYTES_MAX: usize = 96 * 1024;

/// Shows a logo for the company. It comes small and square from the caller.
pub fn put(tx: &mut Tx<'_>, cx: &Cx, picture: &[u8]) -> Result<LogoId> {
    let me = cx.me_with(tx, Right::EditSettings)?;
    if picture.is_empty() || picture.len() > BYTES_MAX {
        return Err(Error::invalid("picture", "picture_too_large"));
    }
    let hash = Sha256::digest(picture);
    let mut start = [0; 16];
    start.copy_from_slice(&hash[..16]);
    let new = LogoId::from_u128(u128::from_be_bytes(start));
    if me.corp.logo != Some(new) {
        store::logo::put(tx, me.corp_id, new, picture, cx.now())?;
        record(tx, cx, &me, Some(new))?;
    }
    Ok(new)
}

/// Takes the logo off; for ten minutes it can be had back. Doing it twice is answered alike.
pub fn remove(tx: &mut Tx<'_>, cx: &Cx) -> Result<()> {
    let me = cx.me_with(tx, Right::EditSettings)?;
    if me.corp.logo.is_none() {
        return Ok(());
    }
    store::logo::remove(tx, me.corp_id, cx.now())?;
    record(tx, cx, &me, None)
}

/// Shows a logo again that was taken off a moment ago.
pub fn restore(tx: &mut Tx<'_>, cx: &Cx) -> Result<()> {
    let me = cx.me_with(tx, Right::EditSettings)?;
    if me.corp.logo.is_some() {
        return Ok(());
    }
    let shown = store::logo::restore(tx, me.corp_id, cx.now() - UNDO_MS)?;
    let shown = shown.ok_or(Error::Refused(Refusal::TooLateToUndo))?;
    record(tx, cx, &me, Some(shown))
}

/// The logo of the actor's own company, should it have one; every member may see it.
pub fn find(tx: &mut Tx<'_>, me: &Me) -> Result<Option<Vec<u8>>> {
    of(tx, me.corp_id, me.corp.logo)
}

/// The logo that stands in the middle of the company's codes, should it want one there.
pub fn in_codes(tx: &mut Tx<'_>, corp: &corp::State) -> Result<Option<Vec<u8>>> {
    of(
        tx,
        corp.id,
        corp.logo.filter(|_| corp.settings.logo_in_codes),
    )
}

fn of(tx: &mut Tx<'_>, corp: CorpId, shown: Option<LogoId>) -> Result<Option<Vec<u8>>> {
    if shown.is_none() {
        return Ok(None);
    }
    let found = store::logo::find(tx, corp)?;
    Ok(found.map(|(_, picture)| picture))
}

/// What the picture of a code may show to anybody who has it: the company, and its logo.
pub fn of_code(tx: &mut Tx<'_>, cx: &Cx, slug: Slug) -> Result<Branded> {
    let (corp, version, _) =
        store::qr_code::find_by_slug(tx, slug)?.ok_or(Error::not_found("code"))?;
    let corp = corp::state_of(tx, &cx.env, corp, version)?;
    let picture = of(tx, corp.id, corp.logo)?;
    Ok(Branded { corp, picture })
}

/// A company with its logo.
#[derive(Debug, Clone)]
pub struct Branded {
    /// The company.
    pub corp: std::sync::Arc<corp::State>,
    /// The logo, should it have one.
    pub picture: Option<Vec<u8>>,
}

fn record(tx: &mut Tx<'_>, cx: &Cx, me: &Me, new: Option<LogoId>) -> Result<()> {
    let object = Some(("corp", me.corp_id.to_string()));
    let (before, after) = (json!({ "logo": me.corp.logo }), json!({ "logo": new }));
    let action = match new {
        Some(_) => "corp.pictured",
        None => "corp.unpictured",
    };
    audit::change(tx, cx, me.corp_id, action, object, &before, &after)?;
    corp::touch(tx, cx, me.corp_id)
}
