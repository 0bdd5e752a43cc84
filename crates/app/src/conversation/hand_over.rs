//! Handing a conversation over to a colleague, who becomes a contact of the customer's.

use guanxi_model::{
    conversation::{Conversation, Note, Side},
    id::{ConversationId, CorpId, MemberId},
    member::Status,
    party::Party,
    request::AddWay,
    role::Right,
};
use guanxi_store::{self as store, Tx};
use serde_json::json;

use super::{emit, put};
use crate::{
    Cx, Error, Result, audit,
    contact::pipeline::{self, Wish},
    corp,
    event::Talk,
};

/// Hands a conversation over to a colleague whom the actor sees: his own, or any for those who look after channels.
pub fn hand_over(tx: &mut Tx<'_>, cx: &Cx, id: ConversationId, to: MemberId) -> Result<()> {
    let me = cx.acting(tx)?;
    let one = store::conversation::find(tx, me.corp_id, id)?
        .filter(|one| one.member == me.member.id || me.roles().allow(Right::EditCodes))
        .ok_or(Error::not_found("conversation"))?;
    if one.member == to {
        return Ok(());
    }
    let colleague = if one.member == me.member.id {
        pipeline::reachable(tx, cx, &me, to)?
    } else {
        store::member::find(tx, me.corp_id, to)?.ok_or(Error::not_found("member"))?
    };
    if colleague.status != Status::Active {
        return Err(Error::invalid("to", "not_active"));
    }
    pass_on(tx, cx, me.corp_id, one, to, Note::HandedOver)
}

/// Gives a conversation to a member: both become contacts, and both sides are told in the thread. What the two had said before
/// becomes part of it.
pub fn pass_on(
    tx: &mut Tx<'_>,
    cx: &Cx,
    corp_id: CorpId,
    mut one: Conversation,
    to: MemberId,
    note: Note,
) -> Result<()> {
    let (from, person) = (one.member, one.person);
    let corp = corp::state(tx, &cx.env, corp_id)?;
    let wish = Wish {
        sender: Party::Person { id: person },
        recipient: Party::Member {
            corp: corp_id,
            id: to,
        },
        corp: &corp,
        message: String::new(),
        add_way: AddWay::LiveCode,
        code: None,
        at_once: true,
        limit: u32::MAX,
    };
    match wish.carry_out(tx, cx)? {
        pipeline::Outcome::Met(_) | pipeline::Outcome::AlreadyContacts => {}
        // Only one whom the colleague has blocked waits here.
        pipeline::Outcome::Asked(_) | pipeline::Outcome::StillPending(_) => {
            return Err(Error::invalid("to", "not_possible"));
        }
    }
    if let Some(known) = store::conversation::find_between(tx, corp_id, to, person)? {
        store::conversation::merge(tx, corp_id, known.id, one.id)?;
    }
    one.hand_over(to);
    one.reopen(cx.now());
    put(
        tx,
        cx,
        corp_id,
        &mut one,
        Side::Server,
        Some(to),
        note.text().to_owned(),
    )?;
    let object = Some(("conversation", one.id.to_string()));
    let detail = json!({ "from": from, "to": to, "person": person, "why": note.name() });
    audit::record(tx, cx, corp_id, "conversation.handed_over", object, &detail)?;
    emit(tx, cx, corp_id, &one, Talk::HandedOver)
}
