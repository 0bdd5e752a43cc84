//! Contacts: the pipeline that makes them, and what their owners do with them.

pub mod batch;
pub mod peer;
pub mod pipeline;

use guanxi_model::{field, id::MemberId, party::Party};
use guanxi_store::{self as store, Tx, contact::Contact};
use serde_json::json;

pub use peer::{Known, Peer, find_known, known, name_of, name_of_party, peers, peers_of, recent};
pub use pipeline::{Ask, Outcome, Sent, ask, ask_many};

use crate::{
    Cx, Error, Me, Result, audit,
    event::{self, Event},
    request,
};

/// Most tags of one contact.
pub const TAGS_MAX: usize = 20;

/// How the actor stands with a colleague.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// They are contacts, and this is the actor's side.
    pub contact: Option<Contact>,
    /// A request of the actor's waits.
    pub sent: Option<guanxi_model::request::Request>,
    /// A request to the actor waits.
    pub received: Option<guanxi_model::request::Request>,
    /// The actor has blocked him.
    pub has_blocked: bool,
}

/// How the actor stands with each of some colleagues, for cards and search results.
pub fn standings(tx: &mut Tx<'_>, cx: &Cx, me: &Me, others: &[MemberId]) -> Result<Vec<Standing>> {
    let corp = me.corp_id;
    let parties = others.iter().map(|id| Party::Member { corp, id: *id });
    let parties: Vec<Party> = parties.collect();
    let mut standings = Vec::with_capacity(others.len());
    for some in parties.chunks(store::contact::AMONG_MAX) {
        let contacts = store::contact::list_among(tx, me.party, some)?;
        let sent = store::request::pending_to(tx, me.party, some, cx.now())?;
        let received = store::request::pending_from(tx, me.party, some, cx.now())?;
        let blocked = store::contact::blocked_among(tx, me.party, some)?;
        standings.extend(some.iter().map(|other| Standing {
            contact: contacts.iter().find(|c| c.peer == *other).cloned(),
            sent: sent.iter().find(|r| r.recipient == *other).cloned(),
            received: received.iter().find(|r| r.sender == *other).cloned(),
            has_blocked: blocked.contains(&other.id()),
        }));
    }
    Ok(standings)
}

/// Records that the actor takes his contacts away as a file, with the filter of his list.
pub fn announce_export(tx: &mut Tx<'_>, cx: &Cx, filter: &str) -> Result<()> {
    let me = cx.me(tx)?;
    let object = Some(("member", me.member.id.to_string()));
    let detail = json!({ "filter": filter });
    audit::record(tx, cx, me.corp_id, "contact.exported", object, &detail)
}

/// Writes the actor's remark, tags and star of a contact.
pub fn note(
    tx: &mut Tx<'_>,
    cx: &Cx,
    peer: MemberId,
    remark: &str,
    tags: &[String],
    starred: bool,
) -> Result<Contact> {
    let me = cx.me(tx)?;
    let mut contact = own(tx, &me, peer)?;
    let before =
        json!({ "remark": contact.remark, "tags": contact.tags, "starred": contact.starred });
    contact.remark = field::line("remark", remark, 0, 32)?;
    contact.tags = checked_tags(tags)?;
    contact.starred = starred;
    store::contact::note(tx, &contact)?;
    let after =
        json!({ "remark": contact.remark, "tags": contact.tags, "starred": contact.starred });
    let object = Some(("member", peer.to_string()));
    audit::change(tx, cx, me.corp_id, "contact.noted", object, &before, &after)?;
    event::emit(
        tx,
        cx,
        me.party.scope(),
        &Event::ContactNoted { owner: me.party },
    )?;
    Ok(contact)
}

/// Puts a contact to the top of the actor's list, or back.
pub fn star(tx: &mut Tx<'_>, cx: &Cx, peer: MemberId, starred: bool) -> Result<()> {
    let me = cx.me(tx)?;
    let contact = own(tx, &me, peer)?;
    note(tx, cx, peer, &contact.remark, &contact.tags, starred).map(drop)
}

/// Each tag once. What is too long to be kept is refused before anything is compared.
pub(crate) fn checked_tags(tags: &[String]) -> Result<Vec<String>> {
    if tags.len() > TAGS_MAX {
        return Err(Error::invalid("tags", "too_many"));
    }
    let mut kept: Vec<String> = Vec::new();
    for tag in tags {
        let tag = field::line("tags", tag, 0, 16)?;
        if !tag.is_empty() && !kept.contains(&tag) {
            kept.push(tag);
        }
    }
    Ok(kept)
}

/// Ends a contact, on both sides. Either side's remark and tags are kept, should they meet again.
pub fn end(tx: &mut Tx<'_>, cx: &Cx, peer: MemberId) -> Result<()> {
    let me = cx.me(tx)?;
    let contact = own(tx, &me, peer)?;
    store::contact::end(tx, me.party, contact.peer, Some(cx.now()))?;
    record_pair(tx, cx, &me, "contact.ended", peer)?;
    event::emit(
        tx,
        cx,
        me.party.scope(),
        &Event::ContactEnded {
            one: me.party,
            other: contact.peer,
        },
    )
}

/// Takes an ending of the actor's back, within ten minutes.
pub fn restore(tx: &mut Tx<'_>, cx: &Cx, peer: MemberId) -> Result<()> {
    let me = cx.me(tx)?;
    let other = Party::Member {
        corp: me.corp_id,
        id: peer,
    };
    let too_late = Error::Refused(guanxi_model::request::Refusal::TooLateToUndo);
    let contact = store::contact::find(tx, me.party, other)?.ok_or(Error::not_found("contact"))?;
    let Some(ended_at_ms) = contact.ended_at_ms else {
        return Ok(());
    };
    let was_mine =
        store::audit::latest_actor(tx, me.corp_id, "contact.ended", &pair_object(&me, peer))?
            == Some(store::audit::text(&cx.named()));
    if cx.now() >= ended_at_ms + guanxi_model::request::UNDO_MS || !was_mine {
        return Err(too_late);
    }
    if store::contact::has_blocked(tx, me.party, other)? {
        return Err(guanxi_model::request::Refusal::BlockedByYou.into());
    }
    let is_there =
        store::member::find(tx, me.corp_id, peer)?.is_some_and(|peer| peer.status.is_listed());
    if !is_there {
        return Err(too_late);
    }
    // One who has been blocked is answered as ever, and gets back what is his: the other side is not touched.
    let event = if store::contact::has_blocked(tx, other, me.party)? {
        store::contact::restore_own(tx, me.party, other)?;
        Event::ContactNoted { owner: me.party }
    } else {
        request::hold(tx, me.party)?;
        request::hold(tx, other)?;
        store::contact::end(tx, me.party, other, None)?;
        Event::ContactMade {
            one: me.party,
            other,
        }
    };
    record_pair(tx, cx, &me, "contact.restored", peer)?;
    event::emit(tx, cx, me.party.scope(), &event)
}

/// Blocks a colleague: his requests no longer reach the actor, and he is not told. A contact ends with it, one's own request
/// is withdrawn, and his is no longer shown.
pub fn block(tx: &mut Tx<'_>, cx: &Cx, other: MemberId) -> Result<()> {
    let me = cx.me(tx)?;
    let target = pipeline::reachable(tx, cx, &me, other)?;
    let other_party = Party::Member {
        corp: me.corp_id,
        id: target.id,
    };
    if other_party == me.party {
        return Err(guanxi_model::request::Refusal::Oneself.into());
    }
    store::contact::put_block(tx, me.party, other_party, cx.now())?;
    if store::contact::are_contacts(tx, me.party, other_party)? {
        store::contact::end(tx, me.party, other_party, Some(cx.now()))?;
        record_pair(tx, cx, &me, "contact.ended", other)?;
        event::emit(
            tx,
            cx,
            me.party.scope(),
            &Event::ContactEnded {
                one: me.party,
                other: other_party,
            },
        )?;
    }
    request::end_by_block(tx, cx, me.party, other_party)?;
    record_pair(tx, cx, &me, "contact.blocked", other)?;
    event::emit(
        tx,
        cx,
        me.party.scope(),
        &Event::ContactNoted { owner: me.party },
    )
}

/// Lifts a block. Requests that came meanwhile stay unseen.
pub fn unblock(tx: &mut Tx<'_>, cx: &Cx, other: MemberId) -> Result<()> {
    let me = cx.me(tx)?;
    if !lift(tx, cx, &me, other)? {
        // Lifted before is fine; somebody whom the actor cannot know of is not.
        pipeline::reachable(tx, cx, &me, other)?;
    }
    Ok(())
}

/// Lifts a block of the actor's list, whether he still sees the colleague or not.
pub fn lift_block(tx: &mut Tx<'_>, cx: &Cx, other: MemberId) -> Result<()> {
    let me = cx.me(tx)?;
    if lift(tx, cx, &me, other)? {
        Ok(())
    } else {
        Err(Error::not_found("block"))
    }
}

/// Takes a block away; false if there is none.
fn lift(tx: &mut Tx<'_>, cx: &Cx, me: &Me, other: MemberId) -> Result<bool> {
    let blocked = Party::Member {
        corp: me.corp_id,
        id: other,
    };
    if !store::contact::delete_block(tx, me.party, blocked)? {
        return Ok(false);
    }
    record_pair(tx, cx, me, "contact.unblocked", other)?;
    let noted = Event::ContactNoted { owner: me.party };
    event::emit(tx, cx, me.party.scope(), &noted)?;
    Ok(true)
}

/// Whom the actor has blocked and since when.
pub fn list_blocks(tx: &mut Tx<'_>, me: &Me) -> Result<Vec<(Party, i64)>> {
    Ok(store::contact::list_blocks(tx, me.party)?)
}

fn own(tx: &mut Tx<'_>, me: &Me, peer: MemberId) -> Result<Contact> {
    store::contact::find(
        tx,
        me.party,
        Party::Member {
            corp: me.corp_id,
            id: peer,
        },
    )?
    .filter(|contact| contact.ended_at_ms.is_none())
    .ok_or(Error::not_found("contact"))
}

/// The pair as the audit log names it, the same from either side.
fn pair_object(me: &Me, peer: MemberId) -> String {
    let (low, high) = if me.member.id < peer {
        (me.member.id, peer)
    } else {
        (peer, me.member.id)
    };
    format!("pair:{low}-{high}")
}

fn record_pair(
    tx: &mut Tx<'_>,
    cx: &Cx,
    me: &Me,
    action: &'static str,
    peer: MemberId,
) -> Result<()> {
    let object = pair_object(me, peer);
    let id = object.trim_start_matches("pair:").to_owned();
    audit::record(
        tx,
        cx,
        me.corp_id,
        action,
        Some(("pair", id)),
        &json!({ "member": me.member.id, "peer": peer }),
    )
}
