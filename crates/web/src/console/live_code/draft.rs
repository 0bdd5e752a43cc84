//! The draft of a live code: its parts as forms, what would go wrong with it, what differs from what is live, and publishing.

use std::{borrow::Borrow, collections::HashMap, sync::Arc};

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use guanxi_app::{
    Error, directory,
    live_code::{self, preflight, preflight::Preflight},
};
use guanxi_model::{
    id::{LiveCodeId, MemberId},
    live_code::plan::{Entry, Layer, Plan, PoolPlan, Who, check},
    role::Right,
};
use jiff::tz::TimeZone;

use super::{
    forms::rendered,
    named,
    part::{self, Part, strategy_name},
    words::{self, Beside, Difference, Names},
};
use crate::{
    auth::{Actor, Form, Posted},
    console,
    error::Failure,
    page::{Flash, Place, Shell},
    reply,
};

/// Members without prospects that the page names.
const TROUBLED: usize = 50;

/// What all forms of the editor have.
pub(super) struct Draft {
    pub(super) shell: Shell,
    pub(super) id: LiveCodeId,
    pub(super) tag: i64,
    /// Version that is live; 0 for none.
    pub(super) version: i64,
    pub(super) plan: Plan,
    pub(super) live: Option<Arc<Plan>>,
    pub(super) form: Form,
    pub(super) beside: Beside,
    /// What a second save would change of what somebody else has saved meanwhile.
    pub(super) conflict: Option<Vec<Difference>>,
    pub(super) names: Names,
    pub(super) ahead: Preflight,
    pub(super) zone: TimeZone,
}

impl Draft {
    pub(super) fn path(&self, act: &str) -> String {
        format!("/admin/live-codes/{}{act}", self.id)
    }

    /// A value as typed, or else as the plan has it.
    pub(super) fn val(&self, name: &str, or: impl ToString) -> String {
        let typed = self.form.find(name);
        typed.map_or_else(|| or.to_string(), str::to_owned)
    }

    pub(super) fn opt(&self, name: &str, or: &Option<u32>) -> String {
        self.val(
            name,
            or.map_or_else(String::new, |number| number.to_string()),
        )
    }

    pub(super) fn is_on(&self, name: &str, or: impl Borrow<bool>) -> bool {
        if self.form.find("_csrf").is_some() {
            self.form.is_on(name)
        } else {
            *or.borrow()
        }
    }

    pub(super) fn on(&self, place: &str) -> &str {
        self.beside.on(place)
    }

    /// The sentence for a place of the plan, or for the field that it was typed into.
    pub(super) fn at(&self, place: &str, field: &str) -> String {
        let typed = self.beside.on(field);
        let text = if typed.is_empty() {
            self.beside.on(place)
        } else {
            typed
        };
        text.to_owned()
    }

    pub(super) fn pool_name(&self, number: impl Borrow<usize>) -> String {
        words::pool_name(self.shell.l, &self.plan, *number.borrow())
    }

    pub(super) fn pool_size(&self, number: impl Borrow<usize>) -> usize {
        self.ahead
            .sizes
            .get(*number.borrow())
            .copied()
            .unwrap_or_default()
    }

    pub(super) fn hours_text(&self, entry: &Entry) -> String {
        words::hours_text(self.shell.l, &entry.hours)
    }

    pub(super) fn name(&self) -> String {
        if self.plan.name.is_empty() {
            self.shell.l.t("live-unnamed").into_owned()
        } else {
            self.plan.name.clone()
        }
    }
}

async fn load(actor: &Actor, id: LiveCodeId) -> Result<Draft, Failure> {
    let (corp, _) = actor.cx.account()?;
    let (directory, state) = directory::open(&actor.app.env, corp).await?;
    let known = Arc::clone(&directory);
    let (frame, code, draft, ahead, gone) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let found = live_code::get(tx, cx, &frame.me, id)?;
            let draft = live_code::draft(tx, cx, &frame.me, id)?;
            let ahead = preflight::look_at(tx, cx, &frame.me, &draft.plan)?;
            let mut gone: HashMap<MemberId, String> = HashMap::new();
            let entries = draft.plan.pools.iter().flat_map(|pool| &pool.entries);
            for entry in entries {
                if let Who::Member(member) = entry.who
                    && known.entry(member).is_none()
                    && let Some(name) = guanxi_store::member::name(tx, corp, member)?
                {
                    gone.insert(member, name);
                }
            }
            Ok((frame, found.code, draft, ahead, gone))
        })
        .await?;
    let l = actor.l;
    Ok(Draft {
        zone: frame.me.corp.settings.zone(),
        shell: frame.shell(actor, Place::LiveCodes),
        id,
        tag: draft.number,
        version: code.row.version,
        plan: draft.plan,
        live: code.plan,
        form: Form::default(),
        beside: Beside::new(l, &ahead.wrong),
        conflict: None,
        names: Names {
            l,
            corp: state,
            directory,
            gone,
        },
        ahead,
    })
}

#[derive(Template)]
#[template(path = "live-code-draft.html")]
struct Overview {
    shell: Shell,
    d: Draft,
    differences: Vec<Difference>,
    note: String,
    is_refused: bool,
}

impl Overview {
    fn trouble(&self, trouble: &preflight::Trouble) -> String {
        let key = format!("live-trouble-{}", trouble.name());
        self.shell.l.t(&key).into_owned()
    }

    fn troubled(&self) -> Vec<(String, String)> {
        let all = self.d.ahead.troubled.iter().take(TROUBLED);
        all.map(|(id, trouble)| (self.d.names.member(*id), self.trouble(trouble)))
            .collect()
    }

    fn more_troubled(&self) -> usize {
        self.d.ahead.troubled.len().saturating_sub(TROUBLED)
    }

    fn is_draft(&self) -> bool {
        self.d.tag > 0
    }

    fn strategy(&self, pool: &PoolPlan) -> String {
        let key = format!("live-strategy-{}", strategy_name(pool.strategy));
        self.shell.l.t(&key).into_owned()
    }

    fn wrong_in(&self, place: &str) -> usize {
        self.d.beside.below(place)
    }

    fn wrong_in_pool(&self, number: impl Borrow<usize>) -> usize {
        self.wrong_in(&format!("pools.{}", number.borrow()))
    }

    fn is_dead(&self, number: impl Borrow<usize>) -> bool {
        self.d.ahead.dead_pools.contains(number.borrow())
    }

    fn pool_path(&self, number: impl Borrow<usize>) -> String {
        self.d.path(&format!("/draft/pools/{}", number.borrow()))
    }

    /// Names, texts and marks are on one page.
    fn wrong_in_basics(&self) -> usize {
        let all = self.d.beside.all().len();
        all - self.wrong_in("pools") - self.wrong_in("entry")
    }

    fn layers(&self) -> String {
        let l = self.shell.l;
        match &self.d.plan.entry {
            Layer::Pool(pool) => l
                .t1("live-layers-none", "pool", self.d.pool_name(*pool))
                .into_owned(),
            Layer::Ask { choices, .. } => l.n("live-layers-some", choices.len()).into_owned(),
        }
    }
}

async fn overview(
    actor: &Actor,
    id: LiveCodeId,
    status: StatusCode,
    note: String,
    conflict: bool,
) -> Result<Response, Failure> {
    let mut d = load(actor, id).await?;
    let differences = match &d.live {
        Some(live) => words::differences(&d.names, live, &d.plan),
        None => Vec::new(),
    };
    if conflict {
        d.conflict = Some(Vec::new());
    }
    let page = Overview {
        shell: d.shell.clone(),
        is_refused: status == StatusCode::UNPROCESSABLE_ENTITY,
        d,
        differences,
        note,
    };
    Ok(reply::page_with(status, &page.shell, &page))
}

/// `GET /admin/live-codes/{id}/draft`
pub async fn page(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    overview(&actor, named(id)?, StatusCode::OK, String::new(), false).await
}

/// `POST /admin/live-codes/{id}/draft/publish`
pub async fn publish(
    id: Path<String>,
    Posted { actor, form }: Posted,
) -> Result<Response, Failure> {
    let id = named(id)?;
    let note = form.text("note").to_owned();
    let (tag, written) = (form.parse("tag").unwrap_or(-1), note.clone());
    let done = actor.write(move |tx, cx| live_code::publish(tx, cx, id, tag, &written));
    match done.await {
        Ok(version) => {
            let flash = Flash::text(actor.l.t1("live-published", "version", version));
            let path = format!("/admin/live-codes/{id}");
            Ok(reply::see_other_with(&path, &flash, &actor.secret))
        }
        Err(Error::Plan(_) | Error::Invalid(_)) => {
            overview(&actor, id, StatusCode::UNPROCESSABLE_ENTITY, note, false).await
        }
        Err(Error::Conflict {
            code: "draft_changed" | "nothing_to_publish",
        }) => overview(&actor, id, StatusCode::CONFLICT, note, true).await,
        Err(error) => Err(error.into()),
    }
}

/// `POST /admin/live-codes/{id}/draft/drop`
pub async fn drop_draft(
    id: Path<String>,
    Posted { actor, form }: Posted,
) -> Result<Response, Failure> {
    let id = named(id)?;
    let tag = form.parse("tag").unwrap_or(-1);
    actor
        .write(move |tx, cx| live_code::drop_draft(tx, cx, id, tag))
        .await?;
    let flash = Flash::text(actor.l.t("live-draft-dropped"));
    let path = format!("/admin/live-codes/{id}");
    Ok(reply::see_other_with(&path, &flash, &actor.secret))
}

async fn show(actor: &Actor, id: LiveCodeId, part: &Part) -> Result<Response, Failure> {
    let d = load(actor, id).await?;
    rendered(actor, part, d, StatusCode::OK)
}

/// Where a form leads to when it was saved.
fn after(id: LiveCodeId, part: &Part, plan: &Plan) -> String {
    let draft = format!("/admin/live-codes/{id}/draft");
    match part {
        Part::Basics | Part::DropPool(_) => draft,
        Part::NewPool => format!("{draft}/pools/{}", plan.pools.len().saturating_sub(1)),
        Part::Pool(pool) | Part::Add(pool) | Part::Entry(pool, _) => {
            format!("{draft}/pools/{pool}")
        }
        Part::Layer(path) => format!("{draft}/layers?at={}", path.join(".")),
    }
}

async fn save(
    id: LiveCodeId,
    part: Part,
    Posted { actor, form }: Posted,
) -> Result<Response, Failure> {
    let (kept, typed) = (part.clone(), form.clone());
    let done = actor.write(move |tx, cx| {
        let me = cx.me_with(tx, Right::EditCodes)?;
        let mut plan = live_code::draft(tx, cx, &me, id)?.plan;
        if !kept.is_in(&plan) {
            return Err(Error::not_found("live_code"));
        }
        kept.read(&typed, &mut plan, &me.corp.settings.zone())
            .map_err(Error::Plan)?;
        let tag = typed.parse("tag").unwrap_or(-1);
        live_code::save_draft(tx, cx, id, tag, plan.clone())?;
        Ok(plan)
    });
    match done.await {
        Ok(plan) => {
            let flash = Flash::text(actor.l.t("live-saved"));
            let path = after(id, &part, &plan);
            Ok(reply::see_other_with(&path, &flash, &actor.secret))
        }
        Err(Error::Plan(wrong)) => {
            let mut d = load(&actor, id).await?;
            d.beside = Beside::new(actor.l, &wrong).and(d.beside);
            d.form = form;
            rendered(&actor, &part, d, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(Error::Conflict {
            code: "draft_changed",
        }) => {
            let mut d = load(&actor, id).await?;
            let mut mine = d.plan.clone();
            if !part.is_in(&mine) {
                return Err(Error::not_found("live_code").into());
            }
            // What does not read was told before the conflict.
            let _ = part.read(&form, &mut mine, &d.zone);
            d.conflict = Some(words::differences(&d.names, &d.plan, &mine));
            d.form = form;
            rendered(&actor, &part, d, StatusCode::CONFLICT)
        }
        Err(error) => Err(error.into()),
    }
}

fn numbered(path: &Path<(String, usize)>) -> Result<(LiveCodeId, usize), Failure> {
    let Path((id, number)) = path;
    Ok((named(Path(id.clone()))?, *number))
}

fn entry_of(path: Path<(String, usize, String)>) -> Result<(LiveCodeId, Part), Failure> {
    let Path((id, pool, who)) = path;
    let who = part::who(&who).ok_or(Error::not_found("live_code"))?;
    Ok((named(Path(id))?, Part::Entry(pool, who)))
}

/// `GET /admin/live-codes/{id}/draft/basics`
pub async fn basics(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    show(&actor, named(id)?, &Part::Basics).await
}

/// `POST /admin/live-codes/{id}/draft/basics`
pub async fn save_basics(id: Path<String>, posted: Posted) -> Result<Response, Failure> {
    save(named(id)?, Part::Basics, posted).await
}

/// `POST /admin/live-codes/{id}/draft/pools`
pub async fn new_pool(id: Path<String>, posted: Posted) -> Result<Response, Failure> {
    save(named(id)?, Part::NewPool, posted).await
}

/// `GET /admin/live-codes/{id}/draft/pools/{pool}`
pub async fn pool(actor: Actor, path: Path<(String, usize)>) -> Result<Response, Failure> {
    let (id, number) = numbered(&path)?;
    show(&actor, id, &Part::Pool(number)).await
}

/// `POST /admin/live-codes/{id}/draft/pools/{pool}`
pub async fn save_pool(path: Path<(String, usize)>, posted: Posted) -> Result<Response, Failure> {
    let (id, number) = numbered(&path)?;
    save(id, Part::Pool(number), posted).await
}

/// `POST /admin/live-codes/{id}/draft/pools/{pool}/add`
pub async fn add(path: Path<(String, usize)>, posted: Posted) -> Result<Response, Failure> {
    let (id, number) = numbered(&path)?;
    save(id, Part::Add(number), posted).await
}

/// `POST /admin/live-codes/{id}/draft/pools/{pool}/drop`
pub async fn drop_pool(path: Path<(String, usize)>, posted: Posted) -> Result<Response, Failure> {
    let (id, number) = numbered(&path)?;
    save(id, Part::DropPool(number), posted).await
}

/// `GET /admin/live-codes/{id}/draft/pools/{pool}/entries/{who}`
pub async fn entry(actor: Actor, path: Path<(String, usize, String)>) -> Result<Response, Failure> {
    let (id, part) = entry_of(path)?;
    show(&actor, id, &part).await
}

/// `POST /admin/live-codes/{id}/draft/pools/{pool}/entries/{who}`
pub async fn save_entry(
    path: Path<(String, usize, String)>,
    posted: Posted,
) -> Result<Response, Failure> {
    let (id, part) = entry_of(path)?;
    save(id, part, posted).await
}

fn layer_of(path: &str) -> Part {
    let asked = Form::query(path);
    let keys = asked.text("at").split('.').filter(|key| check::is_key(key));
    Part::Layer(keys.map(str::to_owned).collect())
}

/// `GET /admin/live-codes/{id}/draft/layers?at=`
pub async fn layers(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let part = layer_of(&actor.path);
    show(&actor, named(id)?, &part).await
}

/// `POST /admin/live-codes/{id}/draft/layers?at=`
pub async fn save_layers(id: Path<String>, posted: Posted) -> Result<Response, Failure> {
    let part = layer_of(&posted.actor.path);
    save(named(id)?, part, posted).await
}
