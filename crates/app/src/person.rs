//! What a person (自然人) does without an account in a corp: sees and ends his contacts, withdraws his requests, takes his
//! data along, and has it deleted.

use std::collections::BTreeSet;

use data_encoding::BASE64;
use guanxi_model::{
    id::{CorpId, MemberId, PersonId, RequestId, SessionId},
    party::Party,
    person::FoundBy,
    request::{Request, State},
};
use guanxi_store::{self as store, Tx, contact::Contact};
use serde_json::{Value, json};

use crate::{
    Actor, Cx, Error, Result, audit, conversation, corp,
    event::{self, Event},
    request,
};

/// Requests that a page shows at most.
const REQUESTS_MAX: i64 = 100;

/// A member of some corp as a person sees him.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// His corp.
    pub corp: CorpId,
    /// Its name.
    pub corp_name: String,
    /// His account.
    pub id: MemberId,
    /// His name.
    pub name: String,
}

/// A contact of a person's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The person's side.
    pub contact: Contact,
    /// The other side.
    pub partner: Partner,
}

/// A request of a person's that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The request.
    pub request: Request,
    /// Who was asked.
    pub partner: Partner,
}

/// The acting person, his session checked in this transaction.
pub(crate) fn me(tx: &mut Tx<'_>, cx: &Cx) -> Result<(PersonId, SessionId)> {
    let Actor::Person {
        person, session, ..
    } = cx.actor
    else {
        return Err(Error::SignedOut);
    };
    if store::session::is_live(tx, session, cx.now())? {
        Ok((person, session))
    } else {
        Err(Error::SignedOut)
    }
}

fn partner(tx: &mut Tx<'_>, cx: &Cx, party: Party) -> Result<Option<Partner>> {
    let Party::Member { corp, id } = party else {
        return Ok(None);
    };
    let state = corp::state(tx, &cx.env, corp)?;
    let member = store::member::find(tx, corp, id)?;
    Ok(member.map(|member| Partner {
        corp,
        corp_name: state.name.clone(),
        id,
        name: member.profile.name,
    }))
}

/// Contacts of the acting person, the newest first.
pub fn contacts(tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<Held>> {
    let (id, _) = me(tx, cx)?;
    let mut contacts = store::contact::list(tx, Party::Person { id })?;
    contacts.sort_by_key(|contact| std::cmp::Reverse(contact.since_ms));
    let mut held = Vec::with_capacity(contacts.len());
    for contact in contacts {
        if let Some(partner) = partner(tx, cx, contact.peer)? {
            held.push(Held { contact, partner });
        }
    }
    Ok(held)
}

/// Requests of the acting person that wait, the newest first.
pub fn requests(tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<Asked>> {
    let (id, _) = me(tx, cx)?;
    let party = Party::Person { id };
    let mut asked = Vec::new();
    for request in store::request::sent_pending(tx, party, cx.now(), REQUESTS_MAX)? {
        if let Some(partner) = partner(tx, cx, request.recipient)? {
            asked.push(Asked { request, partner });
        }
    }
    Ok(asked)
}

/// Takes a request of the acting person's back.
pub fn withdraw(tx: &mut Tx<'_>, cx: &Cx, id: RequestId) -> Result<Request> {
    let (person, _) = me(tx, cx)?;
    let party = Party::Person { id: person };
    let mut request =
        store::request::find_sent(tx, party, id)?.ok_or(Error::not_found("request"))?;
    if request.state != State::Withdrawn {
        request.withdraw(cx.now())?;
        request::settle(tx, cx, &request, "request.withdrawn")?;
    }
    Ok(request)
}

/// A contact of the acting person's with this member.
pub fn find(tx: &mut Tx<'_>, cx: &Cx, peer: MemberId) -> Result<Held> {
    let mut held = contacts(tx, cx)?;
    held.retain(|held| held.partner.id == peer);
    held.pop().ok_or(Error::not_found("contact"))
}

/// Ends a contact of the acting person's, on both sides; returns whom with.
pub fn end(tx: &mut Tx<'_>, cx: &Cx, peer: MemberId) -> Result<Partner> {
    let (id, _) = me(tx, cx)?;
    let held = find(tx, cx, peer)?;
    part(tx, cx, id, &held.partner)?;
    Ok(held.partner)
}

fn part(tx: &mut Tx<'_>, cx: &Cx, person: PersonId, partner: &Partner) -> Result<()> {
    let Partner { corp, id, .. } = *partner;
    let (one, other) = (Party::Person { id: person }, Party::Member { corp, id });
    store::contact::end(tx, one, other, Some(cx.now()))?;
    let object = Some(("pair", format!("{id}-{person}")));
    let detail = json!({ "member": id, "peer": id, "person": person });
    audit::record(tx, cx, corp, "contact.ended", object, &detail)?;
    event::emit(tx, cx, one.scope(), &Event::ContactEnded { one, other })
}

/// Who may find the acting person by his number.
pub fn found_by(tx: &mut Tx<'_>, cx: &Cx) -> Result<FoundBy> {
    let (id, _) = me(tx, cx)?;
    Ok(store::person::found_by(tx, id)?)
}

/// Lets the acting person choose who may find him by his number.
pub fn set_found_by(tx: &mut Tx<'_>, cx: &Cx, choice: FoundBy) -> Result<()> {
    let (id, _) = me(tx, cx)?;
    if store::person::found_by(tx, id)? == choice {
        return Ok(());
    }
    store::person::set_found_by(tx, id, choice)?;
    // He belongs to no company, so the change stands in the log of each in which he is known.
    for corp in store::customer::list_corps(tx, id)? {
        let object = Some(("person", id.to_string()));
        let detail = json!({ "person": id, "found_by": choice });
        audit::record(tx, cx, corp, "person.found_by", object, &detail)?;
    }
    event::emit(tx, cx, id.as_u128(), &Event::PersonChanged { person: id })
}

/// All that is kept about the acting person, as one document.
pub fn export(tx: &mut Tx<'_>, cx: &Cx) -> Result<Value> {
    let (id, _) = me(tx, cx)?;
    let person = store::person::find(tx, id)?.ok_or(Error::not_found("person"))?;
    let party = Party::Person { id };
    let found_by = store::person::found_by(tx, id)?;
    let sessions = store::session::list(tx, id, cx.now())?;
    let sessions = sessions.iter().map(|session| {
        json!({ "device": session.device, "network": session.address, "created_at_ms": session.created_at_ms,
            "seen_at_ms": session.seen_at_ms, "expires_at_ms": session.expires_at_ms })
    });
    let sessions: Vec<Value> = sessions.collect();
    let mut customers = Vec::new();
    for corp_id in store::customer::list_corps(tx, id)? {
        if let Some(customer) = store::customer::find(tx, corp_id, id)? {
            let corp = corp::state(tx, &cx.env, corp_id)?;
            customers.push(
                json!({ "company": corp.name, "external_id": customer.external_id,
                "code": customer.code, "created_at_ms": customer.created_at_ms }),
            );
        }
    }
    let contacts = contacts(tx, cx)?;
    let contacts = contacts.iter().map(|held| {
        json!({ "company": held.partner.corp_name, "name": held.partner.name, "add_way": held.contact.add_way,
            "remark": held.contact.remark, "tags": held.contact.tags, "since_ms": held.contact.since_ms })
    });
    let contacts: Vec<Value> = contacts.collect();
    let newest = RequestId::from_u128(u128::MAX);
    let requests = store::request::sent(tx, party, newest, i64::from(u32::MAX))?;
    let requests = requests.iter().map(|request| {
        json!({ "id": request.id, "message": request.message, "add_way": request.add_way, "code": request.code,
            "state": request.state_at(cx.now()), "created_at_ms": request.created_at_ms,
            "decided_at_ms": request.decided_at_ms })
    });
    let requests: Vec<Value> = requests.collect();
    let mut accounts = Vec::new();
    for (corp_id, member) in store::member::list_by_person(tx, id)? {
        let corp = corp::state(tx, &cx.env, corp_id)?;
        let picture = store::avatar::find(tx, corp_id, member.id)?
            .map(|(_, bytes)| format!("data:image/jpeg;base64,{}", BASE64.encode(&bytes)));
        accounts.push(json!({ "company": corp.name, "name": member.profile.name,
            "userid": member.profile.userid, "picture": picture }));
    }
    Ok(json!({
        "accounts": accounts,
        "person": { "id": person.id, "name": person.name, "mobile": person.mobile.map(|mobile| mobile.to_string()),
            "found_by_number": found_by, "language": person.language, "theme": person.theme, "created_at_ms": person.created_at_ms },
        "sessions": sessions,
        "contacts": contacts,
        "requests": requests,
        "customers": customers,
    }))
}

/// Deletes the acting person: contacts end, requests are withdrawn, sessions are over, name and number are forgotten. Not
/// while he has an account in a corp, which the corp keeps.
pub fn delete(tx: &mut Tx<'_>, cx: &Cx) -> Result<()> {
    let (id, session) = me(tx, cx)?;
    let accounts = store::member::list_by_person(tx, id)?;
    if accounts.iter().any(|(_, member)| member.status.is_listed()) {
        return Err(Error::Conflict {
            code: "person_has_accounts",
        });
    }
    // The corp keeps an account that is over, but not the face.
    for (corp, member) in accounts {
        store::avatar::erase(tx, corp, member.id)?;
    }
    let asked = requests(tx, cx)?;
    let mut corps: BTreeSet<CorpId> = store::customer::list_corps(tx, id)?.into_iter().collect();
    corps.extend(asked.iter().map(|asked| asked.partner.corp));
    for held in contacts(tx, cx)? {
        part(tx, cx, id, &held.partner)?;
    }
    request::end_of_party(tx, cx, Party::Person { id })?;
    conversation::forget(tx, cx, id)?;
    for corp in corps {
        let object = Some(("person", id.to_string()));
        audit::record(
            tx,
            cx,
            corp,
            "person.deleted",
            object,
            &json!({ "person": id }),
        )?;
    }
    let mut ended = store::session::end_others(tx, id, session)?;
    store::session::end(tx, id, session)?;
    ended.push(session);
    store::person::erase(tx, id)?;
    event::emit(
        tx,
        cx,
        id.as_u128(),
        &Event::SessionsEnded { sessions: ended },
    )?;
    event::emit(tx, cx, id.as_u128(), &Event::PersonChanged { person: id })
}
