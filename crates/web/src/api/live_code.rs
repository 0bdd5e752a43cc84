//! Live codes for programs: drafts, publishing, what was published, scans and why each led to whom it led.

use guanxi_app::{
    Error, Me, Result,
    live_code::{self as app, Closed, history, preflight, scan},
};
use guanxi_model::{
    id::LiveCodeId,
    live_code::{plan::Plan, receipt::Reason},
};
use guanxi_store::{
    Tx,
    live_code::Past,
    live_scan::{Scan, Which},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    answer::{Done, Item, Made, Page},
    call::Call,
    operation::ROOT,
    shape::{Empty, Id, ListQuery, Time, list_query, place, words},
};

words! {
    /// Why a code serves nobody.
    ClosedWord of Closed {
        /// Nothing has been published yet.
        Unpublished,
        /// An administrator has paused it.
        Paused,
        /// Its time is over.
        Expired,
        /// It was deleted.
        Deleted,
    }
}

/// A live code.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct LiveCodeView {
    /// Its number.
    id: Id,
    /// Name on the console.
    name: String,
    /// Group of codes that it is listed with, or empty.
    group: String,
    /// Channel tag, handed on with the customer.
    state: String,
    /// The address that it carries.
    url: String,
    /// Published version; 0 before the first.
    version: i64,
    /// Why it serves nobody now; null while it serves.
    closed: Option<ClosedWord>,
    /// When it was made.
    created_at: Time,
    /// The published plan; null before the first, and in lists.
    plan: Option<Value>,
}

fn json(plan: &Plan) -> Value {
    serde_json::to_value(plan).unwrap_or_default()
}

fn view<Q, B>(call: &Call<Q, B>, code: app::Code, has_plan: bool) -> LiveCodeView {
    let token = call.app.codes.token(code.row.slug);
    LiveCodeView {
        id: Id::of(code.row.id.as_u128()),
        url: format!("{}/c/{token}", call.app.public_url),
        name: code.row.name,
        group: code.row.group,
        state: code.row.state,
        version: code.row.version,
        closed: code.closed.map(ClosedWord::from),
        created_at: Time(code.row.created_at_ms),
        plan: code.plan.filter(|_| has_plan).map(|plan| json(&plan)),
    }
}

fn one<Q, B>(tx: &mut Tx<'_>, call: &Call<Q, B>, id: LiveCodeId) -> Result<LiveCodeView> {
    let me = call.cx.acting(tx)?;
    let known = app::get(tx, &call.cx, &me, id)?;
    Ok(view(call, known.code, true))
}

fn number<Q, B>(call: &Call<Q, B>) -> Result<LiveCodeId> {
    call.id("live_code")
}

/// `GET /admin/live-codes`
pub(crate) fn list(tx: &mut Tx<'_>, call: &Call) -> Result<Page<LiveCodeView>> {
    let me = call.cx.acting(tx)?;
    let codes = app::list(tx, &call.cx, &me)?;
    let views = codes.into_iter().map(|code| view(call, code, false));
    Ok(Page::whole(views.collect()))
}

/// `GET /admin/live-codes/{id}`
pub(crate) fn get(tx: &mut Tx<'_>, call: &Call) -> Result<Item<LiveCodeView>> {
    Ok(Item(one(tx, call, number(call)?)?))
}

/// A new code.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewLiveCode {
    /// Name on the console.
    #[schemars(length(min = 1, max = 32))]
    name: String,
    /// The plan that its draft begins with; without it an empty pool.
    #[serde(default)]
    plan: Option<Value>,
}

fn plan(value: &Value) -> Result<Plan> {
    Plan::deserialize(value).map_err(|_| Error::invalid("plan", "malformed"))
}

/// `POST /admin/live-codes`
pub(crate) fn create(
    tx: &mut Tx<'_>,
    call: &Call<Empty, NewLiveCode>,
) -> Result<Made<LiveCodeView>> {
    let plan = call.body.plan.as_ref().map(plan).transpose()?;
    let row = app::create(tx, &call.cx, &call.body.name, plan)?;
    made(tx, call, row.id)
}

fn made<Q, B>(tx: &mut Tx<'_>, call: &Call<Q, B>, id: LiveCodeId) -> Result<Made<LiveCodeView>> {
    Ok(Made {
        at: format!("{ROOT}/admin/live-codes/{id}"),
        item: one(tx, call, id)?,
    })
}

/// One thing that is wrong with a plan.
#[derive(Debug, Serialize, JsonSchema)]
struct WrongView {
    /// Where, for example `pools.0.entries.3.weight`.
    place: String,
    /// Stable code.
    code: String,
}

/// A member who would receive nobody.
#[derive(Debug, Serialize, JsonSchema)]
struct TroubledView {
    /// Number of the member.
    member: Id,
    /// Why: `left`, `disabled`, `not_activated`, `no_share`, `no_room`, `off_duty` or `no_place`.
    trouble: String,
}

/// What waits to be published, or what a draft would begin with, and what would come of it.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DraftView {
    /// Grows with each change; 0 while nothing is drafted.
    tag: i64,
    /// Version that was published when the draft was begun.
    based_on: i64,
    /// The plan.
    plan: Value,
    /// What keeps it from being published.
    wrong: Vec<WrongView>,
    /// Members behind the code.
    members: usize,
    /// Those who would receive nobody.
    troubled: Vec<TroubledView>,
    /// Pools, by their place, in which nobody would receive anybody in the next week.
    dead_pools: Vec<usize>,
}

fn drafted<Q, B>(tx: &mut Tx<'_>, call: &Call<Q, B>, id: LiveCodeId) -> Result<Item<DraftView>> {
    let me: Me = call.cx.acting(tx)?;
    let draft = app::draft(tx, &call.cx, &me, id)?;
    let ahead = preflight::look_at(tx, &call.cx, &me, &draft.plan)?;
    let wrong = ahead.wrong.into_iter();
    let troubled = ahead.troubled.into_iter();
    Ok(Item(DraftView {
        tag: draft.number,
        based_on: draft.based_on,
        plan: json(&draft.plan),
        wrong: wrong
            .map(|one| WrongView {
                place: one.place,
                code: one.code.to_owned(),
            })
            .collect(),
        members: ahead.members,
        troubled: troubled
            .map(|(member, trouble)| TroubledView {
                member: member.into(),
                trouble: trouble.name().to_owned(),
            })
            .collect(),
        dead_pools: ahead.dead_pools,
    }))
}

/// `GET /admin/live-codes/{id}/draft`
pub(crate) fn draft(tx: &mut Tx<'_>, call: &Call) -> Result<Item<DraftView>> {
    drafted(tx, call, number(call)?)
}

/// A plan to be kept as the draft.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewDraft {
    /// The plan, as GET of the draft or of a version gives it.
    plan: Value,
}

/// `PUT /admin/live-codes/{id}/draft`
pub(crate) fn save_draft(tx: &mut Tx<'_>, call: &Call<Empty, NewDraft>) -> Result<Item<DraftView>> {
    let id = number(call)?;
    let me = call.cx.acting(tx)?;
    let tag = app::draft(tx, &call.cx, &me, id)?.number;
    app::save_draft(tx, &call.cx, id, tag, plan(&call.body.plan)?)?;
    drafted(tx, call, id)
}

/// `DELETE /admin/live-codes/{id}/draft`
pub(crate) fn drop_draft(tx: &mut Tx<'_>, call: &Call) -> Result<Done> {
    let id = number(call)?;
    let me = call.cx.acting(tx)?;
    let tag = app::draft(tx, &call.cx, &me, id)?.number;
    app::drop_draft(tx, &call.cx, id, tag)?;
    Ok(Done)
}

/// What is published, and why.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Publication {
    /// Tag of the draft that is meant: another one is a conflict.
    tag: i64,
    /// For the history.
    #[serde(default)]
    #[schemars(length(max = 200))]
    note: String,
}

/// `POST /admin/live-codes/{id}/publish`
pub(crate) fn publish(
    tx: &mut Tx<'_>,
    call: &Call<Empty, Publication>,
) -> Result<Item<LiveCodeView>> {
    let id = number(call)?;
    app::publish(tx, &call.cx, id, call.body.tag, &call.body.note)?;
    Ok(Item(one(tx, call, id)?))
}

/// `POST /admin/live-codes/{id}/pause`
pub(crate) fn pause(tx: &mut Tx<'_>, call: &Call) -> Result<Item<LiveCodeView>> {
    let id = number(call)?;
    app::pause(tx, &call.cx, id)?;
    Ok(Item(one(tx, call, id)?))
}

/// `POST /admin/live-codes/{id}/resume`
pub(crate) fn resume(tx: &mut Tx<'_>, call: &Call) -> Result<Item<LiveCodeView>> {
    let id = number(call)?;
    app::resume(tx, &call.cx, id)?;
    Ok(Item(one(tx, call, id)?))
}

/// `DELETE /admin/live-codes/{id}`
pub(crate) fn delete(tx: &mut Tx<'_>, call: &Call) -> Result<Done> {
    app::delete(tx, &call.cx, number(call)?)?;
    Ok(Done)
}

/// `POST /admin/live-codes/{id}/restore`
pub(crate) fn restore(tx: &mut Tx<'_>, call: &Call) -> Result<Item<LiveCodeView>> {
    let id = number(call)?;
    app::restore(tx, &call.cx, id)?;
    Ok(Item(one(tx, call, id)?))
}

/// What a copy is called.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CopyTerms {
    /// Name on the console.
    #[schemars(length(min = 1, max = 32))]
    name: String,
}

/// `POST /admin/live-codes/{id}/duplicate`
pub(crate) fn duplicate(
    tx: &mut Tx<'_>,
    call: &Call<Empty, CopyTerms>,
) -> Result<Made<LiveCodeView>> {
    let row = app::duplicate(tx, &call.cx, number(call)?, &call.body.name)?;
    made(tx, call, row.id)
}

/// A version that was published.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct VersionView {
    /// Its number.
    version: i64,
    /// Why it was published, or empty.
    note: String,
    /// Number of the member or token that published it.
    made_by: Id,
    /// When.
    made_at: Time,
    /// The plan.
    plan: Value,
}

/// `GET /admin/live-codes/{id}/versions`
pub(crate) fn versions(tx: &mut Tx<'_>, call: &Call<ListQuery>) -> Result<Page<VersionView>> {
    let me = call.cx.acting(tx)?;
    let id = number(call)?;
    let before = place(call.query.cursor.as_ref())?;
    let limit = call.query.limit;
    let past = history::list(tx, &me, id, before, limit.ahead())?;
    let mut rows: Vec<(Past, Value)> = Vec::with_capacity(past.len());
    for one in past {
        let plan = history::get(tx, &me, id, one.number)?.plan;
        rows.push((one, json(&plan)));
    }
    Ok(Page::of(
        rows,
        limit.rows(),
        |(past, _)| past.number,
        |(past, plan)| VersionView {
            version: past.number,
            note: past.note,
            made_by: Id::of(past.made_by),
            made_at: Time(past.made_at_ms),
            plan,
        },
    ))
}

list_query! {
    /// Which scans.
    ScansQuery {
        /// Only those that led to this member.
        member: Id,
    }
}

/// A scan.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct LiveScanView {
    /// Its number in the company's log.
    seq: i64,
    /// Number of the member who was chosen; null for nobody.
    member: Option<Id>,
    /// Whether it became an add.
    added: bool,
    /// Until when the place was kept.
    kept_until: Option<Time>,
    /// When.
    at: Time,
}

/// `GET /admin/live-codes/{id}/scans`
pub(crate) fn scans(tx: &mut Tx<'_>, call: &Call<ScansQuery>) -> Result<Page<LiveScanView>> {
    let me = call.cx.acting(tx)?;
    let before = place(call.query.cursor.as_ref())?;
    let limit = call.query.limit;
    let which = call
        .query
        .member
        .map_or(Which::All, |id| Which::Of(id.into()));
    let always = (0, i64::MAX);
    let rows = scan::list(tx, &me, number(call)?, which, always, before, limit.ahead())?;
    Ok(Page::of(
        rows,
        limit.rows(),
        |scan: &Scan| scan.seq,
        |scan| LiveScanView {
            seq: scan.seq,
            member: scan.member.map(Id::from),
            added: scan.is_added,
            kept_until: scan.until_ms.map(Time),
            at: Time(scan.at_ms),
        },
    ))
}

/// Which scan.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReceiptQuery {
    /// Its number in the company's log.
    seq: i64,
}

/// A member who was left, with what spoke for him.
#[derive(Debug, Serialize, JsonSchema)]
struct CandidateView {
    /// Number of the member.
    member: Id,
    /// Turns owed, load in parts of the capacity, or metres.
    score: f64,
}

/// How many a filter removed.
#[derive(Debug, Serialize, JsonSchema)]
struct RemovedView {
    /// Name of the filter.
    filter: String,
    /// How many.
    count: u32,
}

/// What one pool said.
#[derive(Debug, Serialize, JsonSchema)]
struct AskedView {
    /// Its place among the pools of the plan.
    pool: usize,
    /// Number of the member who was chosen; null for nobody.
    chosen: Option<Id>,
    /// `held`, `returning`, `strategy` or `nobody`.
    reason: String,
    /// Chance of the choice.
    probability: f64,
    /// Members of the pool.
    seats: u32,
    /// What each filter removed, in their order.
    removed: Vec<RemovedView>,
    /// The first of those who were left, the best first.
    candidates: Vec<CandidateView>,
}

/// Why a scan led to whom it led.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ReceiptView {
    /// Its number in the company's log.
    seq: i64,
    /// Version of the plan.
    version: u32,
    /// When.
    at: Time,
    /// Keys of what was chosen on the page.
    path: Vec<String>,
    /// Until when the place was kept.
    kept_until: Option<Time>,
    /// The pools that were asked, in their order.
    pools: Vec<AskedView>,
}

const fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::Held => "held",
        Reason::Returning => "returning",
        Reason::Strategy => "strategy",
        Reason::Nobody => "nobody",
    }
}

/// `GET /admin/live-codes/{id}/receipt`
pub(crate) fn receipt(tx: &mut Tx<'_>, call: &Call<ReceiptQuery>) -> Result<Item<ReceiptView>> {
    let me = call.cx.acting(tx)?;
    let told = scan::find(tx, &me, number(call)?, call.query.seq)?;
    let pools = told.pools.into_iter().map(|asked| AskedView {
        pool: asked.pool,
        chosen: asked.chosen.map(Id::from),
        reason: reason(asked.reason).to_owned(),
        probability: asked.probability,
        seats: asked.seats,
        removed: asked
            .removed
            .iter()
            .map(|(filter, count)| RemovedView {
                filter: serde_json::to_value(filter)
                    .ok()
                    .and_then(|name| name.as_str().map(str::to_owned))
                    .unwrap_or_default(),
                count: *count,
            })
            .collect(),
        candidates: asked
            .candidates
            .into_iter()
            .map(|(member, score)| CandidateView {
                member: member.into(),
                score,
            })
            .collect(),
    });
    Ok(Item(ReceiptView {
        seq: told.seq,
        version: told.version,
        at: Time(told.at_ms),
        path: told.path,
        kept_until: told.until_ms.map(Time),
        pools: pools.collect(),
    }))
}
