//! Live codes in the console: the list, a code with its picture and what it serves by, and the acts on it.
//!
//! The editor is in `draft`, its forms in `forms`; what was published is in `history`.

mod act;
mod draft;
mod forms;
mod history;
mod hours;
mod list;
mod part;
mod picture;
mod scan;
mod what_if;
mod words;

use std::{collections::HashMap, sync::Arc};

use askama::Template;
use axum::{extract::Path, response::Response};
use guanxi_app::{
    Error, directory, live_alert,
    live_code::{self, Closed, Code},
};
use guanxi_model::{
    id::LiveCodeId,
    live_code::plan::{Layer, Plan},
    qr_code::Slug,
};

pub use act::{ask_delete, create, delete, duplicate, new, pause, restore, resume};
pub use draft::{
    add, basics, drop_draft, drop_pool, entry, layers, new_pool, page as draft_page, pool, publish,
    save_basics, save_entry, save_layers, save_pool,
};
pub use history::{bring_back, list as history_list, version};
pub use list::{book, file, list};
pub use picture::{png, poster, svg};
pub(crate) use scan::tag as scan_tag;
pub use scan::{book as scans_book, file as scans_file, list as scans, receipt};
pub use what_if::{
    csv as what_if_csv, day_csv, day_page, day_xlsx, page as what_if, xlsx as what_if_xlsx,
};

use super::live_alert::Band;
use crate::{
    auth::Actor,
    console,
    error::Failure,
    locale::Locale,
    page::{Place, Shell},
    reply,
};
use words::Names;

/// The code that an address names.
fn named(Path(id): Path<String>) -> Result<LiveCodeId, Failure> {
    id.parse().map_err(|_| Error::not_found("live_code").into())
}

/// The address that a code carries.
fn address(actor: &Actor, slug: Slug) -> String {
    let token = actor.app.codes.token(slug);
    format!("{}/c/{token}", actor.app.public_url)
}

fn too_long() -> Failure {
    Error::Internal("an address is too long for a QR code".into()).into()
}

/// A code as lists show it.
struct Row {
    code: Code,
    is_drafted: bool,
}

impl Row {
    fn name(&self, l: &Locale) -> String {
        if self.code.row.name.is_empty() {
            l.t("live-unnamed").into_owned()
        } else {
            self.code.row.name.clone()
        }
    }

    /// Kind of the tag of its state.
    fn tag(&self) -> &'static str {
        match self.code.closed {
            None => "ok",
            Some(Closed::Paused) => "wait",
            Some(Closed::Unpublished | Closed::Expired | Closed::Deleted) => "",
        }
    }

    fn state_name(&self) -> &'static str {
        self.code.closed.map_or("open", Closed::name)
    }

    fn state(&self, l: &Locale) -> String {
        l.t(&format!("live-state-{}", self.state_name()))
            .into_owned()
    }

    fn is_paused(&self) -> bool {
        self.code.row.paused_at_ms.is_some()
    }

    fn is_published(&self) -> bool {
        self.code.row.version > 0
    }

    fn path(&self, act: &str) -> String {
        format!("/admin/live-codes/{}{act}", self.code.row.id)
    }
}

/// A pool as the page of a code shows it.
struct Pool {
    name: String,
    strategy: String,
    entries: usize,
}

#[derive(Template)]
#[template(path = "live-code.html")]
struct One {
    shell: Shell,
    row: Row,
    address: String,
    svg: String,
    pools: Vec<Pool>,
    layers: Vec<String>,
    differences: usize,
    expires_at_ms: Option<i64>,
    made_at_ms: i64,
    band: Band,
}

fn pools(l: Locale, plan: &Plan) -> Vec<Pool> {
    let all = plan.pools.iter().enumerate();
    all.map(|(number, pool)| Pool {
        name: words::pool_name(l, plan, number),
        strategy: l
            .t(&format!(
                "live-strategy-{}",
                part::strategy_name(pool.strategy)
            ))
            .into_owned(),
        entries: pool.entries.len(),
    })
    .collect()
}

/// Ways through the layers, one in a line.
fn ways(l: Locale, plan: &Plan, layer: &Layer, before: &str, found: &mut Vec<String>) {
    match layer {
        Layer::Pool(pool) if !before.is_empty() => {
            found.push(format!("{before} → {}", words::pool_name(l, plan, *pool)));
        }
        Layer::Pool(_) => {}
        Layer::Ask { choices, .. } => {
            for choice in choices {
                let label = choice.label.pick(l.tag());
                let way = if before.is_empty() {
                    label.to_owned()
                } else {
                    format!("{before} › {label}")
                };
                ways(l, plan, &choice.then, &way, found);
            }
        }
    }
}

/// `GET /admin/live-codes/{id}`
pub async fn page(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let id = named(id)?;
    let (corp, _) = actor.cx.account()?;
    let (directory, state) = directory::open(&actor.app.env, corp).await?;
    let (frame, known, logo, alerts) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let known = live_code::get(tx, cx, &frame.me, id)?;
            let logo = guanxi_app::logo::find(tx, &frame.me)?;
            let alerts = live_alert::open(tx, &frame.me, Some(id))?;
            Ok((frame, known, logo, alerts))
        })
        .await?;
    let l = actor.l;
    let names = Names {
        l,
        corp: state,
        directory,
        gone: HashMap::new(),
    };
    let draft = known.draft.as_ref().map(|draft| &draft.plan);
    let live: Option<Arc<Plan>> = known.code.plan.clone();
    let differences = match (&live, draft) {
        (Some(live), Some(draft)) => words::differences(&names, live, draft).len(),
        _ => 0,
    };
    let shown = live.as_deref().or(draft);
    let mut layers = Vec::new();
    if let Some(plan) = shown {
        ways(l, plan, &plan.entry, "", &mut layers);
    }
    let address = address(&actor, known.code.row.slug);
    let brand = super::code::brand(&frame, logo.as_ref());
    let svg = brand.svg(&address).ok_or_else(too_long)?;
    let page = One {
        band: Band::new(&frame, alerts, "code"),
        shell: frame.shell(&actor, Place::LiveCodes),
        svg,
        address,
        pools: shown.map(|plan| pools(l, plan)).unwrap_or_default(),
        layers,
        differences,
        expires_at_ms: shown.and_then(|plan| plan.expires_at_ms),
        made_at_ms: known.code.row.created_at_ms,
        row: Row {
            is_drafted: draft.is_some(),
            code: known.code,
        },
    };
    Ok(reply::page(&page.shell, &page))
}
