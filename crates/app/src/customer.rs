//! Customers (客户): persons outside a corp who are contacts of its members, and how the corp names them.

use data_encoding::HEXLOWER;
use guanxi_model::{
    field,
    id::{CodeId, CorpId, LiveCodeId, MemberId, PersonId},
    party::Party,
    request::{Refusal, UNDO_MS},
    role::Right,
};
use guanxi_store::{self as store, Tx, contact::Contact, customer::Customer};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

use crate::{
    Cx, Env, Error, Me, Result, audit,
    contact::{self, checked_tags, pipeline},
    event::{self, Event},
    request,
};

/// A customer of the acting member's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Who.
    pub person: PersonId,
    /// `external_userid`, by which integrators name him.
    pub external_id: String,
    /// The name that he gave; empty once he has had himself deleted.
    pub name: String,
    /// The member's side.
    pub contact: Contact,
    /// What the code is called by which he came, or empty.
    pub code: String,
}

/// A colleague who holds a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follower {
    /// His account.
    pub member: MemberId,
    /// His name.
    pub name: String,
    /// By which door they met, and since when.
    pub contact: Contact,
}

/// What the corp knows of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Who.
    pub person: PersonId,
    /// The name that he gave; empty once he has had himself deleted.
    pub name: String,
    /// `external_userid`, by which integrators name him.
    pub external_id: String,
    /// Name of the code by which he came first, or empty.
    pub code: String,
    /// When he first became a contact of somebody here.
    pub created_at_ms: i64,
    /// Who holds him now.
    pub followers: Vec<Follower>,
}

/// A customer of the acting member's as the corp knows him; of those who hold him too, only whom the actor may see.
pub fn known(tx: &mut Tx<'_>, cx: &Cx, me: &Me, id: PersonId) -> Result<Known> {
    find(tx, me, id)?;
    let customer = store::customer::find(tx, me.corp_id, id)?.ok_or(Error::not_found("contact"))?;
    let mut known = describe(tx, me.corp_id, customer)?;
    let mut seen = Vec::with_capacity(known.followers.len());
    for follower in known.followers {
        let is_seen = follower.member == me.member.id
            || match pipeline::reachable(tx, cx, me, follower.member) {
                Ok(_) => true,
                Err(Error::NotFound { .. }) => false,
                Err(error) => return Err(error),
            };
        if is_seen {
            seen.push(follower);
        }
    }
    known.followers = seen;
    Ok(known)
}

/// Customers of the corp for its administrators, the newest persons first, older than `before`: those whose name holds the text or
/// whom integrators name so.
pub fn page(
    tx: &mut Tx<'_>,
    me: &Me,
    text: &str,
    before: Option<PersonId>,
    limit: i64,
) -> Result<Vec<Known>> {
    me.require(Right::EditCodes)?;
    let before = before.unwrap_or(PersonId::from_u128(u128::MAX));
    store::customer::page(tx, me.corp_id, text, before, limit)?
        .into_iter()
        .map(|customer| describe(tx, me.corp_id, customer))
        .collect()
}

fn describe(tx: &mut Tx<'_>, corp: CorpId, customer: Customer) -> Result<Known> {
    let person = customer.person;
    let mut followers = Vec::new();
    for held in store::contact::list(tx, Party::Person { id: person })? {
        let Party::Member { corp: at, id } = held.peer else {
            continue;
        };
        if at == corp {
            followers.push(Follower {
                member: id,
                name: contact::name_of(tx, corp, id)?,
                contact: held,
            });
        }
    }
    let code = came_by(tx, corp, customer.code)?;
    Ok(Known {
        person,
        name: store::person::find(tx, person)?.map_or_else(String::new, |known| known.name),
        external_id: customer.external_id,
        code,
        created_at_ms: customer.created_at_ms,
        followers,
    })
}

/// Name of the code, of either kind, that a customer came by; empty where there was none.
fn came_by(tx: &mut Tx<'_>, corp: CorpId, code: Option<CodeId>) -> Result<String> {
    let Some(code) = code else {
        return Ok(String::new());
    };
    if let Some(code) = store::qr_code::find(tx, corp, code)? {
        return Ok(code.name);
    }
    let live = LiveCodeId::from_u128(code.as_u128());
    let live = store::live_code::find(tx, corp, live)?;
    Ok(live.map_or_else(String::new, |code| code.name))
}

/// Records that an administrator takes all customers away as a file.
pub fn announce_list_export(tx: &mut Tx<'_>, cx: &Cx) -> Result<()> {
    let me = cx.me(tx)?;
    me.require(Right::EditCodes)?;
    let object = Some(("corp", me.corp_id.to_string()));
    audit::record(
        tx,
        cx,
        me.corp_id,
        "customer.list_exported",
        object,
        &json!({}),
    )
}

/// How a corp's integrators name a person: two letters and 30 signs, the form that they know. Another corp has another name for
/// him, so that two corps cannot tell that they speak of the same person.
fn pseudonym(env: &Env, corp: CorpId, person: PersonId) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(&env.pepper).expect("a key of any length is accepted");
    mac.update(b"external_userid");
    mac.update(&corp.as_u128().to_be_bytes());
    mac.update(&person.as_u128().to_be_bytes());
    format!("wm{}", &HEXLOWER.encode(&mac.finalize().into_bytes())[..30])
}

/// `external_userid` of a person for a corp, whether he is its customer already or not.
pub fn external_id(tx: &mut Tx<'_>, env: &Env, corp: CorpId, person: PersonId) -> Result<String> {
    let customer = store::customer::find(tx, corp, person)?;
    Ok(customer.map_or_else(|| pseudonym(env, corp, person), |known| known.external_id))
}

/// The customer of the acting member's that integrators name so.
pub fn find_external(tx: &mut Tx<'_>, me: &Me, external_id: &str) -> Result<PersonId> {
    let found = store::customer::find_external(tx, me.corp_id, external_id)?;
    let person = found.ok_or(Error::not_found("contact"))?.person;
    // One who was removed a moment ago can still be brought back.
    store::contact::find(tx, me.party, Party::Person { id: person })?
        .map(|_| person)
        .ok_or(Error::not_found("contact"))
}

/// Makes a person a customer of the corp, unless he is one already.
pub(crate) fn meet(
    tx: &mut Tx<'_>,
    cx: &Cx,
    corp: CorpId,
    person: PersonId,
    code: Option<CodeId>,
) -> Result<()> {
    let customer = Customer {
        person,
        external_id: pseudonym(&cx.env, corp, person),
        code,
        created_at_ms: cx.now(),
    };
    Ok(store::customer::insert(tx, corp, &customer)?)
}

/// Customers of the acting member, in no order.
pub fn list(tx: &mut Tx<'_>, me: &Me) -> Result<Vec<Held>> {
    let contacts = store::customer::list_of(tx, me.party)?;
    let mut held = Vec::with_capacity(contacts.len());
    for contact in contacts {
        if let Party::Person { id } = contact.peer {
            held.push(named(tx, me, id, contact)?);
        }
    }
    Ok(held)
}

/// The name that a customer gave, and what a member calls him; empty where there is none.
pub(crate) fn names(
    tx: &mut Tx<'_>,
    corp: CorpId,
    member: MemberId,
    person: PersonId,
) -> Result<(String, String)> {
    let owner = Party::Member { corp, id: member };
    let contact = store::contact::find(tx, owner, Party::Person { id: person })?;
    let known = store::person::find(tx, person)?;
    Ok((
        known.map_or_else(String::new, |known| known.name),
        contact.map_or_else(String::new, |contact| contact.remark),
    ))
}

/// One customer of the acting member.
pub fn find(tx: &mut Tx<'_>, me: &Me, id: PersonId) -> Result<Held> {
    let contact = store::contact::find(tx, me.party, Party::Person { id })?
        .filter(|contact| contact.ended_at_ms.is_none())
        .ok_or(Error::not_found("contact"))?;
    named(tx, me, id, contact)
}

fn named(tx: &mut Tx<'_>, me: &Me, person: PersonId, contact: Contact) -> Result<Held> {
    let known = store::person::find(tx, person)?;
    let customer = store::customer::find(tx, me.corp_id, person)?;
    let came = customer.as_ref().and_then(|customer| customer.code);
    let code = came_by(tx, me.corp_id, came)?;
    Ok(Held {
        person,
        external_id: customer.map_or_else(String::new, |customer| customer.external_id),
        name: known.map_or_else(String::new, |known| known.name),
        contact,
        code,
    })
}

/// Writes the actor's remark, tags and star of a customer.
pub fn note(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: PersonId,
    remark: &str,
    tags: &[String],
    starred: bool,
) -> Result<()> {
    let me = cx.me(tx)?;
    let mut contact = find(tx, &me, id)?.contact;
    let facts = |contact: &Contact| json!({ "remark": contact.remark, "tags": contact.tags, "starred": contact.starred });
    let before = facts(&contact);
    contact.remark = field::line("remark", remark, 0, 32)?;
    contact.tags = checked_tags(tags)?;
    contact.starred = starred;
    store::contact::note(tx, &contact)?;
    let object = Some(("person", id.to_string()));
    let after = facts(&contact);
    audit::change(tx, cx, me.corp_id, "contact.noted", object, &before, &after)?;
    let noted = Event::ContactNoted { owner: me.party };
    event::emit(tx, cx, me.party.scope(), &noted)
}

/// Ends the contact with a customer, on both sides.
pub fn end(tx: &mut Tx<'_>, cx: &Cx, id: PersonId) -> Result<Held> {
    let me = cx.me(tx)?;
    let held = find(tx, &me, id)?;
    let (one, other) = (me.party, held.contact.peer);
    store::contact::end(tx, one, other, Some(cx.now()))?;
    record(tx, cx, &me, "contact.ended", id)?;
    event::emit(tx, cx, one.scope(), &Event::ContactEnded { one, other })?;
    Ok(held)
}

/// Takes an ending of the actor's back, within ten minutes.
pub fn restore(tx: &mut Tx<'_>, cx: &Cx, id: PersonId) -> Result<()> {
    let me = cx.me(tx)?;
    let (one, other) = (me.party, Party::Person { id });
    let contact = store::contact::find(tx, one, other)?.ok_or(Error::not_found("contact"))?;
    let Some(ended_at_ms) = contact.ended_at_ms else {
        return Ok(());
    };
    let object = format!("pair:{}", pair(&me, id));
    let last = store::audit::latest_actor(tx, me.corp_id, "contact.ended", &object)?;
    let was_mine = last == Some(store::audit::text(&cx.named()));
    let is_there = store::person::find(tx, id)?.is_some_and(|person| person.mobile.is_some());
    if cx.now() >= ended_at_ms + UNDO_MS || !was_mine || !is_there {
        return Err(Refusal::TooLateToUndo.into());
    }
    request::hold(tx, one)?;
    store::contact::end(tx, one, other, None)?;
    record(tx, cx, &me, "contact.restored", id)?;
    event::emit(tx, cx, one.scope(), &Event::ContactMade { one, other })
}

/// The pair as the audit log names it, the same from either side.
fn pair(me: &Me, person: PersonId) -> String {
    format!("{}-{person}", me.member.id)
}

fn record(tx: &mut Tx<'_>, cx: &Cx, me: &Me, action: &'static str, id: PersonId) -> Result<()> {
    let object = Some(("pair", pair(me, id)));
    let detail = json!({ "member": me.member.id, "peer": id, "person": id });
    audit::record(tx, cx, me.corp_id, action, object, &detail)
}

/// Records that the actor takes his customers away as a file.
pub fn announce_export(tx: &mut Tx<'_>, cx: &Cx) -> Result<()> {
    let me = cx.me(tx)?;
    let object = Some(("member", me.member.id.to_string()));
    audit::record(tx, cx, me.corp_id, "customer.exported", object, &json!({}))
}
