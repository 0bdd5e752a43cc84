//! Pictures of members: set and taken off by themselves or by an administrator, seen by whoever may see the member.

use std::collections::HashMap;

use guanxi_model::{
    id::{AvatarId, MemberId},
    request::{Refusal, UNDO_MS},
};
use guanxi_store::{self as store, Tx, member::Member};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::{Cx, Error, Me, Result, audit, contact::pipeline, member};

/// Largest picture that is kept, in bytes; one of 128 pixels takes about 5,000.
pub const BYTES_MAX: usize = 64 * 1024;

/// Shows a picture for a member, the actor himself or one whom he may change. It comes small and square from the caller.
pub fn put(tx: &mut Tx<'_>, cx: &Cx, id: MemberId, picture: &[u8]) -> Result<AvatarId> {
    let me = cx.acting(tx)?;
    let old = changeable(tx, &me, id)?;
    if picture.is_empty() || picture.len() > BYTES_MAX {
        return Err(Error::invalid("picture", "picture_too_large"));
    }
    let hash = Sha256::digest(picture);
    let mut start = [0; 16];
    start.copy_from_slice(&hash[..16]);
    let new = AvatarId::from_u128(u128::from_be_bytes(start));
    if old.avatar == Some(new) {
        return Ok(new);
    }
    store::avatar::put(tx, me.corp_id, id, new, picture, cx.now())?;
    record(tx, cx, &me, &old, Some(new))?;
    Ok(new)
}

/// Takes a picture off; for ten minutes it can be had back. Doing it twice is answered alike.
pub fn remove(tx: &mut Tx<'_>, cx: &Cx, id: MemberId) -> Result<()> {
    let me = cx.acting(tx)?;
    let old = changeable(tx, &me, id)?;
    if old.avatar.is_none() {
        return Ok(());
    }
    store::avatar::remove(tx, me.corp_id, id, cx.now())?;
    record(tx, cx, &me, &old, None)
}

/// Shows a picture again that was taken off a moment ago.
pub fn restore(tx: &mut Tx<'_>, cx: &Cx, id: MemberId) -> Result<()> {
    let me = cx.acting(tx)?;
    let old = changeable(tx, &me, id)?;
    if old.avatar.is_some() {
        return Ok(());
    }
    let shown = store::avatar::restore(tx, me.corp_id, id, cx.now() - UNDO_MS)?;
    let shown = shown.ok_or(Error::Refused(Refusal::TooLateToUndo))?;
    record(tx, cx, &me, &old, Some(shown))
}

/// The member whose picture the actor may change: he himself, or one whom he administers.
pub fn changeable(tx: &mut Tx<'_>, me: &Me, id: MemberId) -> Result<Member> {
    // A token of the company's own is no member, whatever number is asked for.
    if id == me.member.id && me.own_roles.is_none() {
        Ok(me.member.clone())
    } else {
        member::find_editable(tx, me, id)
    }
}

/// The picture of a member, for those who may see him: whoever finds him in the directory, and administrators. Whether
/// somebody is hidden, has no picture or was never there is one answer.
pub fn get(tx: &mut Tx<'_>, cx: &Cx, id: MemberId) -> Result<(AvatarId, Vec<u8>)> {
    let me = cx.me(tx)?;
    if id != me.member.id {
        let seen = match pipeline::reachable(tx, cx, &me, id) {
            Err(Error::NotFound { .. }) => member::get(tx, &me, id).map(drop),
            reached => reached.map(drop),
        };
        match seen {
            Err(Error::Forbidden { .. }) => return Err(Error::not_found("member")),
            seen => seen?,
        }
    }
    store::avatar::find(tx, me.corp_id, id)?.ok_or(Error::not_found("member"))
}

/// Which pictures some members show, of whom the caller knows that the actor may see them.
pub fn among(tx: &mut Tx<'_>, me: &Me, ids: &[MemberId]) -> Result<HashMap<MemberId, AvatarId>> {
    let found = store::avatar::list_among(tx, me.corp_id, ids)?;
    Ok(found.into_iter().collect())
}

fn record(tx: &mut Tx<'_>, cx: &Cx, me: &Me, old: &Member, new: Option<AvatarId>) -> Result<()> {
    let object = Some(("member", old.id.to_string()));
    let (before, after) = (json!({ "avatar": old.avatar }), json!({ "avatar": new }));
    let action = match new {
        Some(_) => "member.pictured",
        None => "member.unpictured",
    };
    audit::change(tx, cx, me.corp_id, action, object, &before, &after)?;
    member::announce(tx, cx, me.corp_id, &[old.id])
}
