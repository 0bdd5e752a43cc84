//! Signing in by phone and one-time code, and the sessions that follow.
//!
//! A number that nobody has is answered like any other, in words and in work done: only the message is not sent.

mod code;
mod identity;

use std::collections::BTreeMap;

use guanxi_model::{
    corp::DAY_MS,
    field,
    id::{CorpId, MemberId, PersonId, SessionId},
    member::Status,
    person::Phone,
};
use guanxi_store::{self as store, Tx, person::Person, session::Session};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

pub use code::{
    CODE_ATTEMPTS, CODE_PAUSE_MS, CODE_TTL_MS, CODES_PER_DAY, CODES_PER_NUMBER, CodeSent,
    make_code, make_visitor_code,
};
pub use identity::{Identity, Sessions, authenticate};

use code::{code_hash, on_commit};

use crate::{
    Actor, Cx, Error, Result, audit,
    cx::Bearer,
    event::{self, Event},
    throttle::Act,
};

/// How long a session lasts on a device that stays signed in, in milliseconds.
pub const KEPT_MS: i64 = 30 * DAY_MS;
/// How long it lasts elsewhere.
pub const SHORT_MS: i64 = DAY_MS / 2;
/// Longest name that a visitor gives, in characters.
pub const VISITOR_NAME_MAX: usize = 20;

/// What a try to sign in came to. A wrong code is no error, since the try itself has to be written down.
#[derive(Debug, Clone)]
pub enum SignIn {
    /// Signed in.
    Done(SignedIn),
    /// Wrong code.
    Wrong {
        /// Tries that are left.
        left: i64,
    },
    /// The code is too old, was used, or was tried too often.
    Over,
}

/// A new session.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// For the cookie; stored nowhere.
    pub token: String,
    /// The session as stored.
    pub session: Session,
}

/// Where somebody signs in.
#[derive(Debug, Clone)]
pub struct Device {
    /// Browser and system in words.
    pub name: String,
    /// Whether the session lasts for 30 days instead of 12 hours.
    pub keep: bool,
}

/// Tries a code, which counts only in the browser that asked for it. The first success of a number makes its person, and activates its accounts.
pub fn sign_in(
    tx: &mut Tx<'_>,
    cx: &Cx,
    mobile: Phone,
    browser: u128,
    value: &str,
    device: &Device,
) -> Result<SignIn> {
    try_code(tx, cx, mobile, browser, value, device, None)
}

/// As [`sign_in`], for a visitor: one whom nobody knows becomes a person of this name. A visitor whose answer was lost sends the
/// same once more and is signed in anew; the session that never reached him ends.
pub fn sign_in_visitor(
    tx: &mut Tx<'_>,
    cx: &Cx,
    mobile: Phone,
    browser: u128,
    value: &str,
    device: &Device,
    name: &str,
) -> Result<SignIn> {
    let name = field::line("name", name, 1, VISITOR_NAME_MAX)?;
    try_code(tx, cx, mobile, browser, value, device, Some(&name))
}

fn try_code(
    tx: &mut Tx<'_>,
    cx: &Cx,
    mobile: Phone,
    browser: u128,
    value: &str,
    device: &Device,
    newcomer: Option<&str>,
) -> Result<SignIn> {
    cx.env
        .sessions
        .throttle
        .check(Act::Guess, &cx.address, cx.now())?;
    let Some(mut code) = store::session::find_code(tx, mobile, browser)? else {
        // Somebody else's code loses nothing by this try; the one who tries does.
        on_commit(tx, cx, |throttle, cx| {
            throttle.count(Act::Guess, &cx.address, cx.now());
        });
        return Ok(SignIn::Over);
    };
    let lost = code
        .used
        .filter(|(used_at_ms, _)| newcomer.is_some() && cx.now() < used_at_ms + CODE_TTL_MS);
    if code.attempts >= CODE_ATTEMPTS || (code.expires_at_ms <= cx.now() && lost.is_none()) {
        return Ok(SignIn::Over);
    }
    let is_right: bool = code_hash(cx, mobile, value.trim()).ct_eq(&code.hash).into();
    let person = if is_right {
        person_of(tx, cx, mobile, newcomer)?
    } else {
        None
    };
    let Some(person) = person else {
        code.attempts += 1;
        store::session::spend_code(tx, mobile, &code)?;
        on_commit(tx, cx, |throttle, cx| {
            throttle.count(Act::Guess, &cx.address, cx.now());
        });
        let left = CODE_ATTEMPTS - code.attempts;
        return Ok(if left > 0 {
            SignIn::Wrong { left }
        } else {
            SignIn::Over
        });
    };
    if let Some((_, session)) = lost {
        // Whoever has signed out is not let in by what his browser still remembers.
        if !store::session::end(tx, person.id, session)? {
            return Ok(SignIn::Over);
        }
        let sessions = vec![session];
        event::emit(
            tx,
            cx,
            person.id.as_u128(),
            &Event::SessionsEnded { sessions },
        )?;
    } else {
        on_commit(tx, cx, |throttle, cx| {
            throttle.give_back(Act::Code, &cx.address);
        });
    }
    let account = activate_accounts(tx, cx, &person)?;
    let done = open(tx, cx, &person, account, device)?;
    code.expires_at_ms = code.expires_at_ms.min(cx.now());
    let used_at_ms = lost.map_or(cx.now(), |(used_at_ms, _)| used_at_ms);
    code.used = Some((used_at_ms, done.session.id));
    store::session::spend_code(tx, mobile, &code)?;
    Ok(SignIn::Done(done))
}

/// The person of a number: known, or made now because an account has the number or a newcomer gave his name.
fn person_of(
    tx: &mut Tx<'_>,
    cx: &Cx,
    mobile: Phone,
    newcomer: Option<&str>,
) -> Result<Option<Person>> {
    if let Some(person) = store::person::find_by_mobile(tx, mobile)? {
        return Ok(Some(person));
    }
    let accounts = store::member::list_by_mobile(tx, mobile)?;
    let known = accounts
        .into_iter()
        .find(|(_, member)| member.status.is_listed())
        .map(|(_, member)| member.profile.name);
    let Some(name) = known.or_else(|| newcomer.map(str::to_owned)) else {
        return Ok(None);
    };
    let person = Person {
        id: cx.new_id(PersonId::from_u128),
        mobile: Some(mobile),
        name,
        language: None,
        theme: None,
        created_at_ms: cx.now(),
    };
    store::person::insert(tx, &person)?;
    Ok(Some(person))
}

/// Ties accounts with the proved number to the person; returns the account to begin with.
fn activate_accounts(
    tx: &mut Tx<'_>,
    cx: &Cx,
    person: &Person,
) -> Result<Option<(CorpId, MemberId)>> {
    let Some(mobile) = person.mobile else {
        return Ok(None);
    };
    for (corp, member) in store::member::list_by_mobile(tx, mobile)? {
        if member.status != Status::NotActivated {
            continue;
        }
        store::member::set_person(tx, corp, member.id, person.id, Status::Active, cx.now())?;
        let object = Some(("member", member.id.to_string()));
        audit::record(
            tx,
            cx,
            corp,
            "member.activated",
            object,
            &json!({ "person": person.id }),
        )?;
        crate::member::announce(tx, cx, corp, &[member.id])?;
    }
    Ok(accounts(tx, person.id)?
        .first()
        .map(|(corp, member)| (*corp, member.id)))
}

/// Accounts with which a person may work now.
pub fn accounts(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<(CorpId, store::member::Member)>> {
    let mut accounts = store::member::list_by_person(tx, person)?;
    accounts.retain(|(_, member)| member.status == Status::Active);
    Ok(accounts)
}

fn open(
    tx: &mut Tx<'_>,
    cx: &Cx,
    person: &Person,
    account: Option<(CorpId, MemberId)>,
    device: &Device,
) -> Result<SignedIn> {
    let chance = &cx.env.chance;
    let token = format!("{:032x}{:032x}", chance.number(), chance.number());
    let session = Session {
        id: cx.new_id(SessionId::from_u128),
        person: person.id,
        account,
        device: device.name.chars().take(80).collect(),
        address: cx.address.clone(),
        created_at_ms: cx.now(),
        seen_at_ms: cx.now(),
        expires_at_ms: cx.now() + if device.keep { KEPT_MS } else { SHORT_MS },
    };
    store::session::insert(tx, &token_hash(&token), &session)?;
    if let Some((corp, member)) = account {
        let by = cx.by(Actor::Person {
            person: person.id,
            session: session.id,
            account,
        });
        let object = Some(("member", member.to_string()));
        audit::record(
            tx,
            &by,
            corp,
            "session.opened",
            object,
            &json!({ "device": session.device }),
        )?;
    }
    Ok(SignedIn { token, session })
}

/// Hash under which a token is stored.
pub fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

fn person_and_session(cx: &Cx) -> Result<(PersonId, SessionId)> {
    match cx.actor {
        Actor::Person {
            person, session, ..
        } => Ok((person, session)),
        _ => Err(Error::SignedOut),
    }
}

/// The acting person; behind a token the one whose account it is.
fn person(cx: &Cx) -> Result<PersonId> {
    match cx.actor {
        Actor::Person { person, .. }
        | Actor::Token(Bearer {
            member: Some((_, Some(person))),
            ..
        }) => Ok(person),
        _ => Err(Error::SignedOut),
    }
}

/// The actor's live sessions, the last used first.
pub fn list(tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<Session>> {
    let person = person(cx)?;
    Ok(store::session::list(tx, person, cx.now())?)
}

/// Ends one of the actor's sessions, his own included.
pub fn end(tx: &mut Tx<'_>, cx: &Cx, id: SessionId) -> Result<()> {
    let person = person(cx)?;
    let mut sessions = store::session::list(tx, person, cx.now())?;
    sessions.retain(|session| session.id == id);
    if !store::session::end(tx, person, id)? {
        return Err(Error::not_found("session"));
    }
    ended(tx, cx, person, vec![id], &sessions)
}

/// Ends all of the actor's sessions but this one; returns how many.
pub fn end_others(tx: &mut Tx<'_>, cx: &Cx) -> Result<usize> {
    let (person, session) = person_and_session(cx)?;
    let mut sessions = store::session::list(tx, person, cx.now())?;
    sessions.retain(|other| other.id != session);
    let others = store::session::end_others(tx, person, session)?;
    let count = others.len();
    if count > 0 {
        ended(tx, cx, person, others, &sessions)?;
    }
    Ok(count)
}

/// Ends all sessions that work with an account that was disabled, left, or given another number.
pub fn end_of_member(tx: &mut Tx<'_>, cx: &Cx, member: &store::member::Member) -> Result<()> {
    let Some(person) = member.person else {
        return Ok(());
    };
    let sessions = store::session::end_of_member(tx, person, member.id)?;
    if sessions.is_empty() {
        return Ok(());
    }
    event::emit(tx, cx, person.as_u128(), &Event::SessionsEnded { sessions })
}

/// Records the end of sessions in the companies with which they worked, and tells of it.
fn ended(
    tx: &mut Tx<'_>,
    cx: &Cx,
    person: PersonId,
    ids: Vec<SessionId>,
    sessions: &[Session],
) -> Result<()> {
    let mut counts: BTreeMap<(CorpId, MemberId), usize> = BTreeMap::new();
    for account in sessions.iter().filter_map(|session| session.account) {
        *counts.entry(account).or_default() += 1;
    }
    for (account, count) in counts {
        record(
            tx,
            cx,
            account,
            "session.ended",
            &json!({ "sessions": count }),
        )?;
    }
    let sessions = ids;
    event::emit(tx, cx, person.as_u128(), &Event::SessionsEnded { sessions })
}

/// Records an act of the actor's in the company of one of his accounts, which need not be the one that he works with now.
fn record(
    tx: &mut Tx<'_>,
    cx: &Cx,
    account: (CorpId, MemberId),
    action: &'static str,
    detail: &Value,
) -> Result<()> {
    let actor = match cx.actor {
        Actor::Person {
            person, session, ..
        } => Actor::Person {
            person,
            session,
            account: Some(account),
        },
        // A token stays what it is: its act is told in the company of each account.
        Actor::Token(bearer) => Actor::Token(Bearer {
            member: bearer.member.map(|(_, person)| (account.1, person)),
            ..bearer
        }),
        _ => return Err(Error::SignedOut),
    };
    let by = cx.by(actor);
    let object = Some(("member", account.1.to_string()));
    audit::record(tx, &by, account.0, action, object, detail)
}

/// Lets the session work with another account of the same person.
pub fn switch(tx: &mut Tx<'_>, cx: &Cx, corp: CorpId) -> Result<()> {
    let (person, session) = person_and_session(cx)?;
    if !store::session::is_live(tx, session, cx.now())? {
        return Err(Error::SignedOut);
    }
    let account = accounts(tx, person)?
        .into_iter()
        .find(|(id, _)| *id == corp);
    let (corp, member) = account.ok_or(Error::not_found("corp"))?;
    store::session::switch(tx, session, corp, member.id)?;
    let sessions = store::session::list(tx, person, cx.now())?;
    let device = sessions.into_iter().find(|other| other.id == session);
    let detail = json!({ "device": device.map(|session| session.device) });
    record(tx, cx, (corp, member.id), "session.opened", &detail)?;
    // Copies of the session name the old account: all nodes read it again, open pages too.
    event::emit(
        tx,
        cx,
        person.as_u128(),
        &Event::SessionsEnded {
            sessions: vec![session],
        },
    )
}

/// Writes language and theme of the actor's pages.
pub fn set_display(
    tx: &mut Tx<'_>,
    cx: &Cx,
    language: Option<&str>,
    theme: Option<&str>,
) -> Result<()> {
    let person = person(cx)?;
    if let Actor::Person { session, .. } = cx.actor {
        if !store::session::is_live(tx, session, cx.now())? {
            return Err(Error::SignedOut);
        }
    } else {
        cx.me(tx)?;
    }
    store::person::set_display(tx, person, language, theme)?;
    event::emit(tx, cx, person.as_u128(), &Event::PersonChanged { person })
}
