//! What a visitor does with a code: he scans it, and perhaps adds its owner. Every scan is on record, refused ones too.

use guanxi_model::{
    id::{CorpId, PersonId, ScanId},
    member::Status,
    party::Party,
    qr_code::{Dead, Outcome, QrCode, Slug},
    request::{self as rules, AddWay, Refusal},
};
use guanxi_store::{self as store, Tx, member::Member, qr_code::Scan};
use serde_json::json;

use super::Key;
use crate::{
    Actor, Cx, Env, Error, Result, audit,
    contact::pipeline::{self, Wish},
    corp,
    event::{self, Event},
    throttle::Act,
};

/// Contact requests that a person without a corp may send in a day.
pub(crate) const PERSON_REQUESTS_PER_DAY: u32 = 30;

/// Reads a token, and slows an address that tries many that were never made. No database takes part, so that a flood of
/// guesses costs next to nothing.
pub fn identify(env: &Env, key: &Key, token: &str, address: &str, now_ms: i64) -> Result<Slug> {
    let throttle = &env.sessions.throttle;
    throttle.check(Act::Token, address, now_ms)?;
    key.read(token).ok_or_else(|| {
        throttle.count(Act::Token, address, now_ms);
        Error::not_found("code")
    })
}

/// What a visitor sees of a code.
#[derive(Debug, Clone)]
pub struct Card {
    /// The corp.
    pub corp: std::sync::Arc<corp::State>,
    /// Whose card it is.
    pub owner: Member,
    /// The code.
    pub code: QrCode,
    /// Why it leads to nobody, if it does not.
    pub dead: Option<Dead>,
    /// How the visitor stands with the owner, if he is known.
    pub standing: Standing,
}

/// How a visitor stands with the owner of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nobody has signed in.
    Stranger,
    /// It is his own code.
    Oneself,
    /// Nothing is between them yet.
    Free,
    /// The owner was asked.
    Asked,
    /// They are contacts.
    Contacts,
}

/// Shows the card of a code and records the scan.
pub fn scan(tx: &mut Tx<'_>, cx: &Cx, slug: Slug) -> Result<Card> {
    let card = read(tx, cx, slug)?;
    let outcome = card.dead.map_or(Outcome::Shown, Outcome::Dead);
    record(tx, cx, card.corp.id, &card.code, outcome, 1)?;
    Ok(card)
}

/// The card of a code, without a scan.
pub fn read(tx: &mut Tx<'_>, cx: &Cx, slug: Slug) -> Result<Card> {
    let (corp_id, version, code) =
        store::qr_code::find_by_slug(tx, slug)?.ok_or(Error::not_found("code"))?;
    let corp = corp::state_of(tx, &cx.env, corp_id, version)?;
    let owner = store::member::find(tx, corp_id, code.owner)?.ok_or(Error::not_found("code"))?;
    let standing = standing(tx, cx, corp_id, &owner)?;
    let dead = code.check(owner.status, &corp.settings, cx.now()).err();
    // To the one visitor for whom it was, it is as before.
    let has_come = matches!(standing, Standing::Asked | Standing::Contacts);
    let dead = dead.filter(|dead| !(has_come && *dead == Dead::Used));
    Ok(Card {
        corp,
        owner,
        code,
        dead,
        standing,
    })
}

/// The visitor as a party: a colleague of the same corp, or else the person himself.
pub(crate) fn visitor(tx: &mut Tx<'_>, cx: &Cx, corp: CorpId) -> Result<Option<(Party, PersonId)>> {
    let Actor::Person {
        person,
        session,
        account,
    } = &cx.actor
    else {
        return Ok(None);
    };
    if !store::session::is_live(tx, *session, cx.now())? {
        return Ok(None);
    }
    if let Some((own, id)) = account
        && *own == corp
        && store::member::find(tx, corp, *id)?.is_some_and(|member| member.status == Status::Active)
    {
        return Ok(Some((Party::Member { corp, id: *id }, *person)));
    }
    Ok(Some((Party::Person { id: *person }, *person)))
}

fn standing(tx: &mut Tx<'_>, cx: &Cx, corp: CorpId, owner: &Member) -> Result<Standing> {
    let Some((visitor, person)) = visitor(tx, cx, corp)? else {
        return Ok(Standing::Stranger);
    };
    let other = Party::Member { corp, id: owner.id };
    if visitor == other || owner.person == Some(person) {
        return Ok(Standing::Oneself);
    }
    if store::contact::are_contacts(tx, visitor, other)? {
        return Ok(Standing::Contacts);
    }
    let sent = store::request::latest(tx, visitor, other)?;
    let is_pending = sent.is_some_and(|sent| sent.state_at(cx.now()) == rules::State::Pending);
    Ok(if is_pending {
        Standing::Asked
    } else {
        Standing::Free
    })
}

/// What adding came to. A refusal is no error, since the try itself is on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Added {
    /// They are contacts now, or were before.
    Contacts,
    /// The owner has been asked.
    Asked,
    /// The code leads to nobody.
    Dead(Dead),
    /// A rule refuses.
    Refused(Refusal),
}

/// Adds the owner of a code as a contact of the actor's, or asks him, through the one pipeline. The owner's state is read in this
/// transaction: from the commit on that disables him nobody is added.
pub fn add(tx: &mut Tx<'_>, cx: &Cx, slug: Slug, message: &str) -> Result<Added> {
    let message = rules::message(message)?;
    let card = read(tx, cx, slug)?;
    let corp_id = card.corp.id;
    let (visitor, person) = visitor(tx, cx, corp_id)?.ok_or(Error::SignedOut)?;
    if let Some(dead) = card.dead {
        record(tx, cx, corp_id, &card.code, Outcome::Dead(dead), 1)?;
        return Ok(Added::Dead(dead));
    }
    let (added, outcome) = if card.owner.person == Some(person) {
        (Added::Refused(Refusal::Oneself), Outcome::Refused)
    } else {
        ask(tx, cx, &card, visitor, message)?
    };
    record(tx, cx, corp_id, &card.code, outcome, 1)?;
    Ok(added)
}

fn ask(
    tx: &mut Tx<'_>,
    cx: &Cx,
    card: &Card,
    visitor: Party,
    message: String,
) -> Result<(Added, Outcome)> {
    let limit = match visitor {
        Party::Member { .. } => card.corp.settings.requests_per_day,
        Party::Person { .. } => PERSON_REQUESTS_PER_DAY,
    };
    let wish = Wish {
        sender: visitor,
        recipient: Party::Member {
            corp: card.corp.id,
            id: card.owner.id,
        },
        corp: &card.corp,
        message,
        add_way: AddWay::QrCode,
        code: Some(card.code.id),
        at_once: !card.code.confirm,
        limit,
    };
    match wish.carry_out(tx, cx) {
        Ok(pipeline::Outcome::Met(_)) => Ok((Added::Contacts, Outcome::Added)),
        Ok(pipeline::Outcome::Asked(_)) => Ok((Added::Asked, Outcome::Asked)),
        Ok(pipeline::Outcome::AlreadyContacts) => Ok((Added::Contacts, Outcome::Known)),
        Ok(pipeline::Outcome::StillPending(_)) => Ok((Added::Asked, Outcome::Known)),
        Err(Error::Refused(refusal)) => Ok((Added::Refused(refusal), Outcome::Refused)),
        Err(error) => Err(error),
    }
}

/// Writes a scan, or several that came to the same, with audit entry and event.
pub(super) fn record(
    tx: &mut Tx<'_>,
    cx: &Cx,
    corp: CorpId,
    code: &QrCode,
    outcome: Outcome,
    times: i64,
) -> Result<()> {
    let person = match cx.actor {
        Actor::Person { person, .. } => Some(person),
        _ => None,
    };
    let scan = Scan {
        id: cx.new_id(ScanId::from_u128),
        outcome,
        person,
        address: cx.address.clone(),
        at_ms: cx.now(),
        times,
    };
    store::qr_code::scanned(tx, corp, code.id, &scan)?;
    let object = Some(("code", code.id.to_string()));
    let mut detail = json!({ "outcome": outcome.name(), "owner": code.owner });
    if times > 1 {
        detail["times"] = json!(times);
    }
    audit::record(tx, cx, corp, "code.scanned", object, &detail)?;
    event::emit(
        tx,
        cx,
        corp.as_u128(),
        &Event::CodeScanned {
            corp,
            code: code.id,
            owner: code.owner,
            scan: Some(scan.id),
            outcome: Some(outcome.number()),
            person,
        },
    )
}
