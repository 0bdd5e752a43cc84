//! Making something once, however often its form is sent: a double click, a retry after a lost answer, "send again" in a browser.
//!
//! What a form came to is kept with the change itself, in one transaction, under a number that stands for the page as it was
//! shown and for what was typed into it. The same number again is answered with the first result; other words are another number.

use guanxi_model::{
    corp::DAY_MS,
    id::{CorpId, MemberId, OnceId},
};
use guanxi_store::{self as store, Tx};
use serde::{Serialize, de::DeserializeOwned};

use crate::{Cx, Error, Result, person};

/// How long results are kept, in milliseconds: no page is sent again later.
pub const KEPT_MS: i64 = 2 * DAY_MS;

/// Makes it, unless the actor has made it under this number; what is refused is kept by nobody and may be sent again.
pub fn first<T: Serialize + DeserializeOwned>(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: OnceId,
    make: impl FnOnce(&mut Tx<'_>) -> Result<T>,
) -> Result<T> {
    let (corp, member) = owner(tx, cx)?;
    let internal = |error: serde_json::Error| Error::Internal(error.to_string());
    if !store::once::claim(tx, corp, member, id, cx.now())? {
        let kept = store::once::find(tx, corp, member, id)?;
        return serde_json::from_str(&kept.unwrap_or_default()).map_err(internal);
    }
    let made = make(tx)?;
    let result = serde_json::to_string(&made).map_err(internal)?;
    store::once::keep(tx, corp, member, id, &result)?;
    Ok(made)
}

/// Under whose name it is kept: an account, or else a person, who belongs to no corp.
fn owner(tx: &mut Tx<'_>, cx: &Cx) -> Result<(CorpId, MemberId)> {
    if cx.account().is_ok() {
        let me = cx.me(tx)?;
        return Ok((me.corp_id, me.member.id));
    }
    let (person, _) = person::me(tx, cx)?;
    Ok((CorpId::from_u128(0), MemberId::from_u128(person.as_u128())))
}
