//! Conversations (会话) of customers with members: they begin with an add, both sides speak, and a member settles them or hands them over.
//!
//! Only the two of them read one. Everything said is kept.

mod answer;
mod hand_over;
mod promise;
mod thread;
mod welcome;

use guanxi_model::{
    conversation::{self as rules, Conversation, Message, Note as Said, Side},
    id::{ConversationId, CorpId, LiveCodeId, MemberId, MessageId, PersonId},
    party::Party,
};
use guanxi_store::{self as store, Tx, conversation::Own};

pub use answer::{answers, delete_answer, edit_answer, put_answer};
pub use hand_over::{hand_over, pass_on};
pub use promise::{Duty, Offer, duty, offer, promised_wait};
pub use thread::{
    Page, Partner, Thread, find_by_code, list, list_own, own_thread, read, read_own, thread,
};

use crate::{
    Cx, Error, Me, Result,
    event::{self, Event, Talk},
    live_code::{
        Code,
        visit::{Note, tell},
    },
    person,
    throttle::Act,
};

/// Begins the conversation of a member with a person, or takes the one they have up again; the welcome is the first word of a new one.
#[expect(
    clippy::too_many_arguments,
    reason = "each is a fact of the add that leads here"
)]
pub fn open(
    tx: &mut Tx<'_>,
    cx: &Cx,
    corp: CorpId,
    member: MemberId,
    person: PersonId,
    origin: Option<(LiveCodeId, i64)>,
    promised_at_ms: Option<i64>,
    welcome: Option<String>,
) -> Result<ConversationId> {
    if let Some(mut one) = store::conversation::find_between(tx, corp, member, person)? {
        if one.come_again(origin, promised_at_ms, cx.now()) {
            store::conversation::update(tx, corp, &one)?;
            emit(tx, cx, corp, &one, Talk::Opened)?;
        }
        return Ok(one.id);
    }
    let id = cx.new_id(ConversationId::from_u128);
    let mut one = Conversation::new(id, member, person, origin, promised_at_ms, cx.now());
    store::conversation::insert(tx, corp, &one)?;
    if let Some(body) = welcome.filter(|text| !text.trim().is_empty()) {
        put(tx, cx, corp, &mut one, Side::Server, None, body)?;
    }
    emit(tx, cx, corp, &one, Talk::Opened)?;
    Ok(id)
}

/// Begins the conversation of the acting person with the member whom he has added by a code, unless they have one.
pub fn begin(
    tx: &mut Tx<'_>,
    cx: &Cx,
    code: &Code,
    member: MemberId,
    seq: i64,
) -> Result<ConversationId> {
    let (person, _) = person::me(tx, cx)?;
    begin_with(tx, cx, code, member, person, seq)
}

/// As [`begin`], for a person who does not act himself.
pub(crate) fn begin_with(
    tx: &mut Tx<'_>,
    cx: &Cx,
    code: &Code,
    member: MemberId,
    person: PersonId,
    seq: i64,
) -> Result<ConversationId> {
    let corp = &code.corp;
    let known = store::conversation::find_between(tx, corp.id, member, person)?;
    if let Some(known) = known.filter(Conversation::is_open) {
        return Ok(known.id);
    }
    let plan = code.plan.as_ref().ok_or(Error::not_found("live_code"))?;
    let promised_at_ms = offer(tx, cx, corp, plan, member, None)?.promised_at_ms;
    let welcome = welcome::text(tx, cx, corp, plan, member, person)?;
    let origin = Some((code.row.id, seq));
    open(
        tx,
        cx,
        corp.id,
        member,
        person,
        origin,
        promised_at_ms,
        welcome,
    )
}

/// Says something as the member who has the conversation.
pub fn say(tx: &mut Tx<'_>, cx: &Cx, id: ConversationId, text: &str) -> Result<MessageId> {
    let me = cx.me(tx)?;
    let mut one = mine(tx, &me, id)?;
    let body = rules::message(text)?;
    meet(tx, me.corp_id, &one)?;
    let by = Some(me.member.id);
    let said = put(tx, cx, me.corp_id, &mut one, Side::Member, by, body)?;
    emit(tx, cx, me.corp_id, &one, Talk::Answered(said))?;
    Ok(said)
}

/// Says something as the customer.
pub fn ask(tx: &mut Tx<'_>, cx: &Cx, id: ConversationId, text: &str) -> Result<MessageId> {
    let (
        me,
        Own {
            corp,
            conversation: mut one,
        },
    ) = theirs(tx, cx, id)?;
    let body = rules::message(text)?;
    meet(tx, corp, &one)?;
    let throttle = &cx.env.sessions.throttle;
    let who = format!("person {me}");
    throttle.check(Act::Say, &who, cx.now())?;
    let said = put(tx, cx, corp, &mut one, Side::Customer, None, body)?;
    throttle.count(Act::Say, &who, cx.now());
    emit(tx, cx, corp, &one, Talk::Asked(said))?;
    Ok(said)
}

/// Settles a conversation of the actor's.
pub fn resolve(tx: &mut Tx<'_>, cx: &Cx, id: ConversationId) -> Result<()> {
    let me = cx.me(tx)?;
    let one = mine(tx, &me, id)?;
    settle(tx, cx, me.corp_id, one)
}

/// Settles a conversation.
pub(crate) fn settle(tx: &mut Tx<'_>, cx: &Cx, corp: CorpId, mut one: Conversation) -> Result<()> {
    if !one.resolve(cx.now()) {
        return Ok(());
    }
    let note = Said::Resolved.text().to_owned();
    put(tx, cx, corp, &mut one, Side::Server, None, note)?;
    emit(tx, cx, corp, &one, Talk::Resolved)
}

/// Takes away what a person who has himself deleted has said, in the conversations of every company, and settles them. The members'
/// own words stay, with a note that says why they stand alone.
pub(crate) fn forget(tx: &mut Tx<'_>, cx: &Cx, person: PersonId) -> Result<()> {
    for own in store::conversation::list_of_person(tx, person, i64::MAX)? {
        let (corp, mut one) = (own.corp, own.conversation);
        store::conversation::forget(tx, corp, one.id)?;
        one.resolve(cx.now());
        let note = Said::Erased.text().to_owned();
        put(tx, cx, corp, &mut one, Side::Server, None, note)?;
        emit(tx, cx, corp, &one, Talk::Resolved)?;
    }
    Ok(store::live_waiting::forget(tx, person, cx.now())?)
}

/// Tells that the answer which was promised did not come in time, unless that was told before.
pub fn miss(tx: &mut Tx<'_>, cx: &Cx, corp: CorpId, one: &Conversation) -> Result<()> {
    if store::conversation::told_missed(tx, corp, one.id, cx.now())? {
        emit(tx, cx, corp, one, Talk::Missed)?;
    }
    Ok(())
}

/// Takes a settled conversation of the actor's up again.
pub fn reopen(tx: &mut Tx<'_>, cx: &Cx, id: ConversationId) -> Result<()> {
    let me = cx.me(tx)?;
    let mut one = mine(tx, &me, id)?;
    if !one.reopen(cx.now()) {
        return Ok(());
    }
    store::conversation::update(tx, me.corp_id, &one)?;
    emit(tx, cx, me.corp_id, &one, Talk::Reopened)
}

/// In how many conversations of the actor's the customer waits for an answer.
pub fn count_waiting(tx: &mut Tx<'_>, me: &Me) -> Result<u32> {
    let count = store::conversation::count_waiting(tx, me.corp_id, me.member.id)?;
    Ok(count)
}

/// A conversation that the actor has.
fn mine(tx: &mut Tx<'_>, me: &Me, id: ConversationId) -> Result<Conversation> {
    store::conversation::find(tx, me.corp_id, id)?
        .filter(|one| one.member == me.member.id)
        .ok_or(Error::not_found("conversation"))
}

/// A conversation of the acting person's, as a customer.
fn theirs(tx: &mut Tx<'_>, cx: &Cx, id: ConversationId) -> Result<(PersonId, Own)> {
    let (me, _) = person::me(tx, cx)?;
    let own = store::conversation::find_of_person(tx, me, id)?;
    Ok((me, own.ok_or(Error::not_found("conversation"))?))
}

/// Whether the two have parted: then nobody says anything more.
fn have_parted(tx: &mut Tx<'_>, corp: CorpId, one: &Conversation) -> Result<bool> {
    let member = Party::Member {
        corp,
        id: one.member,
    };
    let contact = store::contact::find(tx, member, Party::Person { id: one.person })?;
    Ok(contact.is_some_and(|contact| contact.ended_at_ms.is_some()))
}

/// Refuses where the two have parted.
fn meet(tx: &mut Tx<'_>, corp: CorpId, one: &Conversation) -> Result<()> {
    if have_parted(tx, corp, one)? {
        return Err(Error::Conflict {
            code: "conversation_over",
        });
    }
    Ok(())
}

/// Writes what is said, and what that makes of the conversation.
pub(crate) fn put(
    tx: &mut Tx<'_>,
    cx: &Cx,
    corp: CorpId,
    one: &mut Conversation,
    by: Side,
    member: Option<MemberId>,
    body: String,
) -> Result<MessageId> {
    let was_open = one.is_open();
    one.say(by, cx.now());
    if one.is_open() != was_open {
        tell(tx, cx, corp, &Note::Member(one.member))?;
    }
    let said = Message {
        id: cx.new_id(MessageId::from_u128),
        by,
        member,
        body,
        at_ms: cx.now(),
    };
    store::conversation::say(tx, corp, one.id, &said)?;
    store::conversation::update(tx, corp, one)?;
    Ok(said.id)
}

/// Writes the event; the pools of live codes hear where the open work of a member may have changed.
fn emit(tx: &mut Tx<'_>, cx: &Cx, corp: CorpId, one: &Conversation, change: Talk) -> Result<()> {
    let from = one.handed_from.filter(|_| change == Talk::HandedOver);
    if matches!(
        change,
        Talk::Opened | Talk::Resolved | Talk::Reopened | Talk::HandedOver
    ) {
        for member in [Some(one.member), from].into_iter().flatten() {
            tell(tx, cx, corp, &Note::Member(member))?;
        }
    }
    let changed = Event::ConversationChanged {
        corp,
        conversation: one.id,
        member: one.member,
        person: one.person,
        from,
        change,
    };
    event::emit(tx, cx, corp.as_u128(), &changed)
}
