//! Live codes (活码) on the side of the corp: made, drafted, published, paused, deleted, and their history.
//!
//! A code is edited as a draft and goes live as a version; what a scan is served by is always a version, so that a receipt can name
//! it. Who stands in the pools of a plan is in [`pool`], and what would go wrong with it in [`preflight`].

mod act;
pub mod desk;
pub mod history;
pub mod own;
pub mod pool;
pub mod preflight;
pub mod scan;
pub mod visit;
pub mod waiting;
pub mod what_if;

pub use act::{delete, duplicate, pause, restore, resume};

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use guanxi_model::{
    audit::change as difference,
    field,
    id::{CorpId, LiveCodeId},
    live_code::{
        plan::{NAME_MAX, Plan, check},
        pool::Strategy,
    },
    qr_code::Slug,
    role::Right,
};
use guanxi_store::{
    self as store, Tx,
    live_code::{LiveCode, Version},
};
use serde_json::{Value, json};

use self::visit::Note;
use crate::{
    Cx, Error, Me, Result, audit, corp,
    event::{self, CodeTurn, Event},
};

/// Most codes of a corp.
pub const CODES_MAX: i64 = 2000;
/// How long a deletion can be taken back, in milliseconds.
pub const UNDO_MS: i64 = 10 * 60 * 1000;
/// Longest reason of a publication, in characters.
pub const NOTE_MAX: usize = 200;
/// Largest draft, in bytes of JSON.
const DRAFT_MAX: usize = 8 * 1024 * 1024;
/// Published plans that a node keeps in memory: those of a company with as many codes as it may have, and more.
const KEPT: usize = 2 * CODES_MAX as usize;

/// Why a code serves nobody now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// Nothing has been published yet.
    Unpublished,
    /// An administrator has paused it.
    Paused,
    /// Its time is over.
    Expired,
    /// It was deleted.
    Deleted,
}

impl Closed {
    /// Stable name, for keys of texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unpublished => "unpublished",
            Self::Paused => "paused",
            Self::Expired => "expired",
            Self::Deleted => "deleted",
        }
    }
}

/// A code as a visitor meets it.
#[derive(Debug, Clone)]
pub struct Code {
    /// The row.
    pub row: LiveCode,
    /// Whose it is.
    pub corp: Arc<corp::State>,
    /// The published plan.
    pub plan: Option<Arc<Plan>>,
    /// Why it serves nobody, if so.
    pub closed: Option<Closed>,
}

/// Published plans by code, with their version.
#[derive(Debug, Default)]
pub struct Plans(Mutex<HashMap<LiveCodeId, (i64, Arc<Plan>)>>);

impl Plans {
    fn peek(&self, code: LiveCodeId, version: i64) -> Option<Arc<Plan>> {
        let kept = self.0.lock().ok()?;
        let (of, plan) = kept.get(&code)?;
        (*of == version).then(|| Arc::clone(plan))
    }

    fn keep(&self, code: LiveCodeId, version: i64, plan: &Arc<Plan>) {
        if let Ok(mut kept) = self.0.lock() {
            if kept.len() >= KEPT {
                kept.clear();
            }
            kept.insert(code, (version, Arc::clone(plan)));
        }
    }
}

/// The code that an address names, for whoever stands before it; needs no right.
pub fn find(tx: &mut Tx<'_>, cx: &Cx, slug: Slug) -> Result<Code> {
    let (corp_id, version, row) =
        store::live_code::find_by_slug(tx, slug)?.ok_or(Error::not_found("live_code"))?;
    let corp = corp::state_of(tx, &cx.env, corp_id, version)?;
    met(tx, cx, corp, row)
}

/// A code by its number, as [`find`].
pub fn find_by_id(tx: &mut Tx<'_>, cx: &Cx, corp: CorpId, id: LiveCodeId) -> Result<Code> {
    let corp = corp::state(tx, &cx.env, corp)?;
    let row = store::live_code::find(tx, corp.id, id)?.ok_or(Error::not_found("live_code"))?;
    met(tx, cx, corp, row)
}

fn met(tx: &mut Tx<'_>, cx: &Cx, corp: Arc<corp::State>, row: LiveCode) -> Result<Code> {
    let plan = published(tx, cx, corp.id, &row)?;
    let closed = closed(&row, plan.as_deref(), cx.now());
    Ok(Code {
        row,
        corp,
        plan,
        closed,
    })
}

/// The plan that is live, from memory if this version was read before.
fn published(tx: &mut Tx<'_>, cx: &Cx, corp: CorpId, row: &LiveCode) -> Result<Option<Arc<Plan>>> {
    if row.version == 0 {
        return Ok(None);
    }
    if let Some(plan) = cx.env.plans.peek(row.id, row.version) {
        return Ok(Some(plan));
    }
    let version = store::live_code::find_version(tx, corp, row.id, row.version)?;
    let plan = Arc::new(version.ok_or(Error::not_found("version"))?.plan);
    // Kept after the commit alone: a transaction may have read what is never committed.
    let (env, kept, id, number) = (Arc::clone(&cx.env), Arc::clone(&plan), row.id, row.version);
    tx.on_commit(move || env.plans.keep(id, number, &kept));
    Ok(Some(plan))
}

/// Why a code serves nobody at a moment.
fn closed(row: &LiveCode, plan: Option<&Plan>, now_ms: i64) -> Option<Closed> {
    let Some(plan) = plan else {
        return Some(match row.deleted_at_ms {
            Some(_) => Closed::Deleted,
            None => Closed::Unpublished,
        });
    };
    if row.deleted_at_ms.is_some() {
        Some(Closed::Deleted)
    } else if row.paused_at_ms.is_some() {
        Some(Closed::Paused)
    } else if plan.expires_at_ms.is_some_and(|end| now_ms > end) {
        Some(Closed::Expired)
    } else {
        None
    }
}

/// What a company's administrators see of a code.
#[derive(Debug, Clone)]
pub struct Known {
    /// As a visitor meets it.
    pub code: Code,
    /// What waits to be published.
    pub draft: Option<Version>,
}

/// All codes of the company, the newest first.
pub fn list(tx: &mut Tx<'_>, cx: &Cx, me: &Me) -> Result<Vec<Code>> {
    me.require(Right::EditCodes)?;
    let rows = store::live_code::list(tx, me.corp_id)?;
    let met = |row| met(tx, cx, Arc::clone(&me.corp), row);
    rows.into_iter().map(met).collect()
}

/// A code for who administers it.
pub fn get(tx: &mut Tx<'_>, cx: &Cx, me: &Me, id: LiveCodeId) -> Result<Known> {
    me.require(Right::EditCodes)?;
    let row = own(tx, me, id)?;
    Ok(Known {
        draft: store::live_code::find_draft(tx, me.corp_id, id)?,
        code: met(tx, cx, Arc::clone(&me.corp), row)?,
    })
}

fn own(tx: &mut Tx<'_>, me: &Me, id: LiveCodeId) -> Result<LiveCode> {
    store::live_code::find(tx, me.corp_id, id)?
        .filter(|code| code.deleted_at_ms.is_none())
        .ok_or(Error::not_found("live_code"))
}

/// Makes a code with a draft: an empty pool unless a plan is given.
pub fn create(tx: &mut Tx<'_>, cx: &Cx, name: &str, plan: Option<Plan>) -> Result<LiveCode> {
    let me = cx.me_with(tx, Right::EditCodes)?;
    let name = field::line("name", name, 1, NAME_MAX)?;
    let mut plan = plan.unwrap_or_else(|| Plan::simple(&name, Strategy::RoundRobin, Vec::new()));
    plan.name.clone_from(&name);
    bounded(&plan)?;
    if store::live_code::count(tx, me.corp_id)? >= CODES_MAX {
        return Err(Error::Conflict {
            code: "too_many_live_codes",
        });
    }
    let mut slug = Slug::default();
    cx.env.chance.fill(&mut slug);
    let code = LiveCode {
        id: cx.new_id(LiveCodeId::from_u128),
        slug,
        name,
        group: plan.group.clone(),
        state: plan.state.clone(),
        version: 0,
        paused_at_ms: None,
        deleted_at_ms: None,
        made_by: me.member.id.as_u128(),
        created_at_ms: cx.now(),
    };
    store::live_code::insert(tx, me.corp_id, &code)?;
    let draft = written(cx, &me, plan, 1, 0);
    store::live_code::put_draft(tx, me.corp_id, code.id, None, &draft)?;
    let action = "live_code.created";
    record(tx, cx, &me, action, &Value::Null, &facts(&code), &code)?;
    Ok(code)
}

fn written(cx: &Cx, me: &Me, plan: Plan, number: i64, based_on: i64) -> Version {
    Version {
        number,
        plan,
        note: String::new(),
        based_on,
        made_by: me.member.id.as_u128(),
        made_at_ms: cx.now(),
    }
}

/// A draft may be unfinished, but not without bounds.
fn bounded(plan: &Plan) -> Result<()> {
    let size = serde_json::to_string(plan).map_err(|e| Error::Internal(e.to_string()))?;
    if size.len() > DRAFT_MAX {
        return Err(Error::invalid("plan", "too_large"));
    }
    Ok(())
}

/// The draft of a code, or what it would begin with: the published plan, under tag 0.
pub fn draft(tx: &mut Tx<'_>, cx: &Cx, me: &Me, id: LiveCodeId) -> Result<Version> {
    let known = get(tx, cx, me, id)?;
    if let Some(draft) = known.draft {
        return Ok(draft);
    }
    let row = known.code.row;
    store::live_code::find_version(tx, me.corp_id, id, row.version)?
        .map(|version| Version {
            number: 0,
            based_on: row.version,
            note: String::new(),
            ..version
        })
        .ok_or(Error::not_found("version"))
}

/// Keeps a draft; `tag` is that of the draft which the writer saw, 0 if there was none. Returns the new tag.
pub fn save_draft(tx: &mut Tx<'_>, cx: &Cx, id: LiveCodeId, tag: i64, plan: Plan) -> Result<i64> {
    let me = cx.me_with(tx, Right::EditCodes)?;
    let mut row = own(tx, &me, id)?;
    bounded(&plan)?;
    let old = store::live_code::find_draft(tx, me.corp_id, id)?;
    let seen = old.as_ref().map(|old| old.number);
    if seen.unwrap_or_default() != tag {
        return Err(Error::Conflict {
            code: "draft_changed",
        });
    }
    if old.as_ref().is_some_and(|old| old.plan == plan) {
        return Ok(tag);
    }
    let based_on = old.as_ref().map_or(row.version, |old| old.based_on);
    let draft = written(cx, &me, plan, tag + 1, based_on);
    if !store::live_code::put_draft(tx, me.corp_id, id, seen, &draft)? {
        return Err(Error::Conflict {
            code: "draft_changed",
        });
    }
    if row.version == 0 {
        named(&mut row, &draft.plan);
        store::live_code::update(tx, me.corp_id, &row)?;
    }
    let object = Some(("live_code", id.to_string()));
    let detail = json!({ "name": row.name, "tag": draft.number });
    audit::record(tx, cx, me.corp_id, "live_code.drafted", object, &detail)?;
    changed(tx, cx, me.corp_id, id)?;
    Ok(draft.number)
}

/// The columns by which lists find a code follow its plan.
fn named(row: &mut LiveCode, plan: &Plan) {
    row.name.clone_from(&plan.name);
    row.group.clone_from(&plan.group);
    row.state.clone_from(&plan.state);
}

/// Throws the draft away; the published plan is as it was.
pub fn drop_draft(tx: &mut Tx<'_>, cx: &Cx, id: LiveCodeId, tag: i64) -> Result<()> {
    let me = cx.me_with(tx, Right::EditCodes)?;
    let row = own(tx, &me, id)?;
    let Some(draft) = store::live_code::find_draft(tx, me.corp_id, id)? else {
        return Ok(());
    };
    if draft.number != tag {
        return Err(Error::Conflict {
            code: "draft_changed",
        });
    }
    if row.version == 0 {
        return Err(Error::Conflict {
            code: "only_a_draft",
        });
    }
    store::live_code::delete_draft(tx, me.corp_id, id)?;
    let object = Some(("live_code", id.to_string()));
    let detail = json!({ "name": row.name, "tag": tag });
    audit::record(
        tx,
        cx,
        me.corp_id,
        "live_code.draft_dropped",
        object,
        &detail,
    )?;
    changed(tx, cx, me.corp_id, id)
}

/// Makes the draft with this tag the plan that is live; returns the number of the version. Refused with all that is wrong with the
/// plan, and with a conflict if somebody has written or published meanwhile.
pub fn publish(tx: &mut Tx<'_>, cx: &Cx, id: LiveCodeId, tag: i64, note: &str) -> Result<i64> {
    let me = cx.me_with(tx, Right::EditCodes)?;
    let mut row = own(tx, &me, id)?;
    let note = field::line("note", note, 0, NOTE_MAX)?;
    let draft = store::live_code::find_draft(tx, me.corp_id, id)?.ok_or(Error::Conflict {
        code: "nothing_to_publish",
    })?;
    if draft.number != tag || draft.based_on != row.version {
        return Err(Error::Conflict {
            code: "draft_changed",
        });
    }
    let mut wrong = check::check(&draft.plan, cx.now());
    wrong.extend(pool::check(tx, &me, &draft.plan)?);
    if !wrong.is_empty() {
        return Err(Error::Plan(wrong));
    }
    let before = facts(&row);
    named(&mut row, &draft.plan);
    row.version += 1;
    let version = Version {
        number: row.version,
        note,
        ..written(cx, &me, draft.plan, row.version, row.version - 1)
    };
    store::live_code::insert_version(tx, me.corp_id, id, &version)?;
    store::live_code::update(tx, me.corp_id, &row)?;
    store::live_code::delete_draft(tx, me.corp_id, id)?;
    let mut after = facts(&row);
    after["note"] = json!(version.note);
    record(tx, cx, &me, "live_code.published", &before, &after, &row)?;
    tell_live(tx, cx, me.corp_id, &row)?;
    Ok(row.version)
}

/// Tells the pools of the version that is live.
fn tell_live(tx: &mut Tx<'_>, cx: &Cx, corp: CorpId, row: &LiveCode) -> Result<()> {
    let version = u32::try_from(row.version).unwrap_or_default();
    if version == 0 {
        return Ok(());
    }
    let code = row.id;
    visit::tell(tx, cx, corp, &Note::Published { code, version })
}

/// Records what differs; the entry names the code by what it is called now.
fn record(
    tx: &mut Tx<'_>,
    cx: &Cx,
    me: &Me,
    action: &'static str,
    before: &Value,
    after: &Value,
    code: &LiveCode,
) -> Result<()> {
    let mut detail: Value = serde_json::from_str(&difference(before, after)).unwrap_or_default();
    detail["name"] = json!(code.name);
    let object = Some(("live_code", code.id.to_string()));
    audit::record(tx, cx, me.corp_id, action, object, &detail)?;
    turned(tx, cx, me.corp_id, code.id, CodeTurn::of(action))
}

/// What the audit log keeps of a code; never the name in its address.
fn facts(code: &LiveCode) -> Value {
    json!({
        "name": code.name,
        "group": code.group,
        "state": code.state,
        "version": code.version,
        "paused": code.paused_at_ms.is_some(),
        "deleted": code.deleted_at_ms.is_some(),
    })
}

fn changed(tx: &mut Tx<'_>, cx: &Cx, corp: CorpId, code: LiveCodeId) -> Result<()> {
    turned(tx, cx, corp, code, CodeTurn::Drafted)
}

fn turned(tx: &mut Tx<'_>, cx: &Cx, corp: CorpId, code: LiveCodeId, turn: CodeTurn) -> Result<()> {
    let changed = Event::LiveCodeChanged { corp, code, turn };
    event::emit(tx, cx, corp.as_u128(), &changed)
}
