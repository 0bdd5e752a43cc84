//! Visitors who wait because nobody could be chosen: they leave their number and are served once somebody is free.

use guanxi_model::{
    id::{CorpId, LiveCodeId, PersonId, WaitingId},
    request as rules,
};
use guanxi_store::{self as store, Tx, live_waiting::Waiting};

use crate::{
    Cx, Result,
    event::{self, Event},
    person,
};

/// Puts the acting person into the queue of a code; who waits already keeps his turn.
pub fn leave(
    tx: &mut Tx<'_>,
    cx: &Cx,
    corp: CorpId,
    code: LiveCodeId,
    path: &str,
    note: &str,
) -> Result<WaitingId> {
    let (person, _) = person::me(tx, cx)?;
    let note = rules::message(note)?;
    if let Some(known) = store::live_waiting::find_open(tx, corp, code, person)? {
        return Ok(known.id);
    }
    let new = Waiting {
        id: cx.new_id(WaitingId::from_u128),
        corp,
        code,
        person,
        path: path.to_owned(),
        note,
        made_at_ms: cx.now(),
    };
    store::live_waiting::insert(tx, &new)?;
    let waits = Event::LiveCodeWaiting {
        corp,
        code,
        waiting: new.id,
        person,
    };
    event::emit(tx, cx, corp.as_u128(), &waits)?;
    Ok(new.id)
}

/// Whether a person waits at a code.
pub fn is_waiting(
    tx: &mut Tx<'_>,
    corp: CorpId,
    code: LiveCodeId,
    person: PersonId,
) -> Result<bool> {
    Ok(store::live_waiting::find_open(tx, corp, code, person)?.is_some())
}
