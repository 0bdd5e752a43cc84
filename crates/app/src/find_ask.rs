//! "Cannot find a colleague": what the member may know about it, his question to the administrators, and their answer.
//!
//! What a member is told is worked out from people whom he sees, or would see if they were still there. Whether a hidden
//! person of that name exists changes neither the words nor a count, and the same questions go to the database.

mod diagnosis;
mod remedy;

use guanxi_model::{
    corp::DAY_MS,
    department::DepartmentId,
    field,
    id::{AskId, MemberId},
    member::Status,
    role::Right,
    visibility::{Grant, Subject},
};
use guanxi_search as search;
use guanxi_store::{self as store, Tx, find_ask::Ask, member::Member};
use serde_json::json;

pub use diagnosis::{Candidate, Diagnosis, Verdict, diagnose};
pub use remedy::{Widening, except_and_answer, widening};

use crate::{
    Cx, Error, Me, Result, audit,
    directory::{Directory, Found, Lens, Search},
    event::{self, Event},
    visibility,
};

/// Longest text that is asked about, in characters.
pub const QUERY_MAX: usize = 64;
/// Longest message to the administrators, in characters.
pub const MESSAGE_MAX: usize = 200;
/// Longest answer, in characters.
pub const ANSWER_MAX: usize = 500;
/// Open questions that one member may have.
pub const OPEN_MAX: i64 = 10;
/// Days for which an answer lets the member see somebody, unless the administrator says otherwise.
pub const GRANT_DAYS: u32 = 30;
/// People named in each class.
const SHOWN: usize = 5;
/// Disabled and left members of one name that are looked at.
const GONE_MAX: i64 = 50;

/// What a member may know about a colleague whom he cannot find.
///
/// Beyond these classes one thing holds for all texts alike: whoever is meant may be outside the company, or limited by
/// visibility, and the member cannot tell which.
#[derive(Debug, Clone)]
pub struct Classes {
    /// A likely typo: people whom he sees, one slip away.
    pub typos: Vec<Found>,
    /// Disabled or left, and visible to him under today's rules if they were not.
    pub gone: Vec<Known>,
    /// Found, but they have not signed in yet; a request waits for them.
    pub not_activated: Vec<Known>,
    /// How many people he sees at all, he himself included.
    pub colleagues: usize,
    /// His question about this text, if one is open.
    pub asked: Option<Ask>,
}

/// Somebody whom the member may know of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Who.
    pub id: MemberId,
    /// His name.
    pub name: String,
    /// Departments whose names the member may see.
    pub departments: Vec<DepartmentId>,
}

/// Classes for a text that a member typed.
pub fn classes(
    tx: &mut Tx<'_>,
    me: &Me,
    directory: &Directory,
    lens: &Lens,
    text: &str,
) -> Result<Classes> {
    let text = field::line("query", text, 1, QUERY_MAX)?;
    let results = directory.search(
        lens,
        &Search {
            text: &text,
            limit: SHOWN,
            ..Search::default()
        },
    );
    let gone = store::member::find_gone(tx, me.corp_id, &text.to_lowercase(), GONE_MAX)?;
    let gone = gone.iter().filter_map(|member| known(lens, member));
    let gone = gone.take(SHOWN).collect();
    let not_activated = not_activated(tx, me, lens, &results.found)?;
    Ok(Classes {
        typos: if results.corrected {
            results.found
        } else {
            Vec::new()
        },
        gone,
        not_activated,
        colleagues: directory.counts(lens).total(),
        asked: store::find_ask::find_open(tx, me.corp_id, me.member.id, &text)?,
    })
}

/// A member as the viewer may know him; None if he would not see him.
fn known(lens: &Lens, member: &Member) -> Option<Known> {
    let places = member.profile.places.iter();
    let mut departments: Vec<DepartmentId> = places.map(|place| place.department).collect();
    if !lens.sees(member.id, &departments) {
        return None;
    }
    departments.retain(|id| lens.scope.sees_department(*id));
    Some(Known {
        id: member.id,
        name: member.profile.name.clone(),
        departments,
    })
}

fn not_activated(tx: &mut Tx<'_>, me: &Me, lens: &Lens, found: &[Found]) -> Result<Vec<Known>> {
    let mut waiting = Vec::new();
    for found in found {
        if found.hit.class != search::Class::Exact {
            continue;
        }
        let member = store::member::find(tx, me.corp_id, found.id)?;
        let member = member.filter(|member| member.status == Status::NotActivated);
        waiting.extend(member.and_then(|member| known(lens, &member)));
    }
    Ok(waiting)
}

/// Asks the administrators. While the question is open, the same text is the same question.
pub fn ask(tx: &mut Tx<'_>, cx: &Cx, query: &str, message: &str) -> Result<AskId> {
    let me = cx.me(tx)?;
    let query = field::line("query", query, 1, QUERY_MAX)?;
    let message = field::text("message", message, 0, MESSAGE_MAX)?;
    if let Some(open) = store::find_ask::find_open(tx, me.corp_id, me.member.id, &query)? {
        return Ok(open.id);
    }
    if store::find_ask::count_open_of(tx, me.corp_id, me.member.id)? >= OPEN_MAX {
        return Err(Error::OverLimit {
            code: "ask_limit",
            retry_at_ms: cx.now() + DAY_MS,
        });
    }
    let new = Ask {
        id: cx.new_id(AskId::from_u128),
        member: me.member.id,
        query,
        message,
        is_open: true,
        answer: String::new(),
        answered_by: None,
        created_at_ms: cx.now(),
        answered_at_ms: None,
    };
    store::find_ask::insert(tx, me.corp_id, &new)?;
    let detail = json!({ "query": new.query });
    audit::record(
        tx,
        cx,
        me.corp_id,
        "find_ask.sent",
        Some(object(new.id)),
        &detail,
    )?;
    announce(tx, cx, &me, me.member.id)?;
    Ok(new.id)
}

/// The actor's own questions, the newest first.
pub fn list_own(tx: &mut Tx<'_>, me: &Me, limit: i64) -> Result<Vec<Ask>> {
    Ok(store::find_ask::list_of(
        tx,
        me.corp_id,
        me.member.id,
        limit,
    )?)
}

/// A question with the one who asks.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The question.
    pub ask: Ask,
    /// Who asks, with his departments.
    pub asker: Member,
}

/// Open or answered questions of the corp, the newest first; `before` is the last row of the page before.
pub fn list(
    tx: &mut Tx<'_>,
    me: &Me,
    is_open: bool,
    before: Option<AskId>,
    limit: i64,
) -> Result<Vec<Asked>> {
    me.require(Right::AnswerAsks)?;
    let before = before.unwrap_or(AskId::from_u128(u128::MAX));
    let mut rows = Vec::new();
    for ask in store::find_ask::list(tx, me.corp_id, is_open, before, limit)? {
        rows.push(with_asker(tx, me, ask)?);
    }
    Ok(rows)
}

/// One question, for those who answer.
pub fn get(tx: &mut Tx<'_>, me: &Me, id: AskId) -> Result<Asked> {
    me.require(Right::AnswerAsks)?;
    let ask = find(tx, me, id)?;
    with_asker(tx, me, ask)
}

/// How many questions wait for the administrators.
pub fn count_open(tx: &mut Tx<'_>, me: &Me) -> Result<i64> {
    me.require(Right::AnswerAsks)?;
    Ok(store::find_ask::count_open(tx, me.corp_id)?)
}

/// Answers a question; it is open no longer.
pub fn answer(tx: &mut Tx<'_>, cx: &Cx, id: AskId, text: &str) -> Result<()> {
    let me = cx.me_with(tx, Right::AnswerAsks)?;
    let text = field::text("answer", text, 1, ANSWER_MAX)?;
    close(tx, cx, &me, id, &text, None).map(drop)
}

/// Lets the one who asked see a member for some days, and answers him. The answer may be empty.
pub fn grant_and_answer(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: AskId,
    target: MemberId,
    days: Option<u32>,
    text: &str,
) -> Result<Grant> {
    let me = cx.me_with(tx, Right::AnswerAsks)?;
    let right = Right::EditVisibility;
    if !me.roles().allow(right) {
        return Err(Error::Forbidden { right });
    }
    let text = field::text("answer", text, 0, ANSWER_MAX)?;
    let asker = find(tx, &me, id)?.member;
    let (viewer, target) = (Subject::Member(asker), Subject::Member(target));
    let days = days.unwrap_or(GRANT_DAYS);
    let grant = visibility::grant(tx, cx, &me, viewer, target, Some(days))?;
    close(tx, cx, &me, id, &text, Some(&grant))?;
    Ok(grant)
}

fn find(tx: &mut Tx<'_>, me: &Me, id: AskId) -> Result<Ask> {
    store::find_ask::find(tx, me.corp_id, id)?.ok_or(Error::not_found("find_ask"))
}

fn with_asker(tx: &mut Tx<'_>, me: &Me, ask: Ask) -> Result<Asked> {
    let asker = store::member::find(tx, me.corp_id, ask.member)?;
    let asker = asker.ok_or(Error::not_found("member"))?;
    Ok(Asked { ask, asker })
}

fn close(
    tx: &mut Tx<'_>,
    cx: &Cx,
    me: &Me,
    id: AskId,
    text: &str,
    grant: Option<&Grant>,
) -> Result<()> {
    let ask = find(tx, me, id)?;
    if !store::find_ask::answer(tx, me.corp_id, id, text, me.member.id, cx.now())? {
        return Err(Error::Conflict {
            code: "ask_answered",
        });
    }
    let detail = json!({ "answer": text, "grant": grant.map(|grant| grant.id) });
    audit::record(
        tx,
        cx,
        me.corp_id,
        "find_ask.answered",
        Some(object(id)),
        &detail,
    )?;
    announce(tx, cx, me, ask.member)
}

fn announce(tx: &mut Tx<'_>, cx: &Cx, me: &Me, member: MemberId) -> Result<()> {
    let corp = me.corp_id;
    event::emit(tx, cx, corp.as_u128(), &Event::AskChanged { corp, member })
}

fn object(id: AskId) -> (&'static str, String) {
    ("find_ask", id.to_string())
}
