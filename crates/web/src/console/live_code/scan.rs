//! Scans of a live code, and why each led to whom it led.

use std::{collections::HashMap, sync::Arc};

use askama::Template;
use axum::{extract::Path, response::Response};
use guanxi_app::{
    directory,
    live_code::{
        self,
        desk::receipt::{Asked, Told},
        scan,
    },
};
use guanxi_model::{
    id::{LiveCodeId, MemberId},
    live_code::{plan::Plan, pool::Strategy, receipt::Reason},
};
use guanxi_store::live_scan::{Scan, Which};

use super::{
    hours, named,
    words::{self, Names},
};
use crate::{
    auth::{Actor, Form},
    console,
    csv::{self, Rows},
    error::Failure,
    page::{Place, Shell, encoded},
    reply,
    xlsx::{self, Cell},
};

/// Scans of a page.
const LIMIT: usize = 50;
/// Scans that a file reads at once.
const STEP: usize = 500;

/// Scans of a workbook, which is made in memory; the newest are in it, and a CSV file has all.
const BOOK_MAX: usize = 20_000;

/// What the list is narrowed to, as the address has it.
#[derive(Debug, Clone)]
struct Wanted {
    outcome: &'static str,
    member: Option<MemberId>,
    from: String,
    until: String,
}

impl Wanted {
    fn of(asked: &Form) -> Self {
        let outcome = match asked.text("outcome") {
            "added" => "added",
            "nobody" => "nobody",
            _ => "",
        };
        Self {
            outcome,
            member: asked.parse("member"),
            from: asked.text("from").chars().take(20).collect(),
            until: asked.text("until").chars().take(20).collect(),
        }
    }

    fn which(&self) -> Which {
        match (self.member, self.outcome) {
            (Some(member), _) => Which::Of(member),
            (None, "added") => Which::Added,
            (None, "nobody") => Which::Nobody,
            (None, _) => Which::All,
        }
    }

    /// A moment that does not read leaves the list open on its side.
    fn between(&self, actor: &Actor) -> (i64, i64) {
        let zone = actor.zone();
        let moment = |text: &str| hours::moment(text, &zone).ok().flatten();
        let until = moment(&self.until).unwrap_or(i64::MAX);
        (moment(&self.from).unwrap_or(0), until)
    }

    fn query(&self, path: &str) -> String {
        let member = self.member.map_or_else(String::new, |id| id.to_string());
        let (from, until) = (encoded(&self.from), encoded(&self.until));
        format!(
            "{path}?outcome={}&member={member}&from={from}&until={until}",
            self.outcome
        )
    }
}

#[derive(Template)]
#[template(path = "live-code-scans.html")]
struct List {
    shell: Shell,
    id: LiveCodeId,
    name: String,
    wanted: Wanted,
    rows: Vec<Row>,
    older: Option<String>,
}

/// A scan as the list shows it.
struct Row {
    scan: Scan,
    member: String,
    outcome: &'static str,
}

fn outcome(scan: &Scan, now_ms: i64) -> &'static str {
    if scan.is_added {
        "added"
    } else if scan.member.is_none() {
        "nobody"
    } else if scan.until_ms.is_some_and(|until| until > now_ms) {
        "held"
    } else {
        "lapsed"
    }
}

/// Kind of the tag of what came of a scan.
pub(crate) const fn tag(outcome: &str) -> &'static str {
    match outcome.as_bytes() {
        b"added" => "ok",
        b"nobody" => "bad",
        b"held" => "wait",
        _ => "",
    }
}

impl List {
    fn path(&self, act: &str) -> String {
        format!("/admin/live-codes/{}{act}", self.id)
    }

    fn tab(&self, outcome: &'static str) -> String {
        let wanted = Wanted {
            outcome,
            member: None,
            ..self.wanted.clone()
        };
        wanted.query(&self.path("/scans"))
    }

    fn is_at(&self, outcome: &str) -> bool {
        self.wanted.member.is_none() && self.wanted.outcome == outcome
    }

    fn file(&self, kind: &str) -> String {
        self.wanted.query(&self.path(&format!("/scans.{kind}")))
    }

    fn of(&self, row: &Row) -> String {
        let wanted = Wanted {
            member: row.scan.member,
            ..self.wanted.clone()
        };
        wanted.query(&self.path("/scans"))
    }
}

pub(super) async fn names(actor: &Actor) -> Result<Names, Failure> {
    let (corp, _) = actor.cx.account()?;
    let (directory, state) = directory::open(&actor.app.env, corp).await?;
    Ok(Names {
        l: actor.l,
        corp: state,
        directory,
        gone: HashMap::new(),
    })
}

/// `GET /admin/live-codes/{id}/scans?outcome=&member=&from=&until=&before=`
pub async fn list(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let id = named(id)?;
    let asked = Form::query(&actor.path);
    let wanted = Wanted::of(&asked);
    let before: Option<i64> = asked.parse("before");
    let (which, between) = (wanted.which(), wanted.between(&actor));
    let (frame, name, mut scans) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let name = live_code::get(tx, cx, &frame.me, id)?.code.row.name;
            let limit = LIMIT as i64 + 1;
            let scans = scan::list(tx, &frame.me, id, which, between, before, limit)?;
            Ok((frame, name, scans))
        })
        .await?;
    let names = names(&actor).await?;
    let is_more = scans.len() > LIMIT;
    scans.truncate(LIMIT);
    let here = wanted.query(&format!("/admin/live-codes/{id}/scans"));
    let last = scans.last().filter(|_| is_more);
    let older = last.map(|scan| format!("{here}&before={}", scan.seq));
    let now_ms = actor.cx.now();
    let rows = scans.into_iter().map(|scan| Row {
        member: scan.member.map_or_else(String::new, |id| names.member(id)),
        outcome: outcome(&scan, now_ms),
        scan,
    });
    let page = List {
        rows: rows.collect(),
        shell: frame.shell(&actor, Place::LiveCodes),
        id,
        name,
        wanted,
        older,
    };
    Ok(reply::page(&page.shell, &page))
}

/// Scans as they leave in a file: written down that they do, then read part by part.
#[derive(Clone)]
struct Leaving {
    actor: Arc<Actor>,
    id: LiveCodeId,
    wanted: Wanted,
    names: Names,
}

impl Leaving {
    async fn new(actor: Actor, id: LiveCodeId) -> Result<Self, Failure> {
        let wanted = Wanted::of(&Form::query(&actor.path));
        let asked = wanted.query("");
        actor
            .write(move |tx, cx| scan::announce_export(tx, cx, id, &asked))
            .await?;
        Ok(Self {
            names: names(&actor).await?,
            actor: Arc::new(actor),
            id,
            wanted,
        })
    }

    fn head(&self) -> [String; 4] {
        let columns = ["number", "at", "member", "outcome"];
        columns.map(|name| self.actor.l.t(&format!("live-scan-{name}")).into_owned())
    }

    /// The next scans, and where those after them begin.
    async fn step(
        &self,
        before: Option<i64>,
    ) -> guanxi_app::Result<(Vec<[String; 4]>, Option<Option<i64>>)> {
        let (id, which, between) = (
            self.id,
            self.wanted.which(),
            self.wanted.between(&self.actor),
        );
        let scans = self
            .actor
            .read(move |tx, cx| {
                let me = cx.me(tx)?;
                scan::list(tx, &me, id, which, between, before, STEP as i64)
            })
            .await?;
        let (l, zone) = (self.actor.l, self.actor.zone());
        let rows = scans.iter().map(|one| {
            let outcome = outcome(one, self.actor.cx.now());
            [
                one.seq.to_string(),
                l.date_time(one.at_ms, &zone),
                one.member
                    .map_or_else(String::new, |id| self.names.member(id)),
                l.t(&format!("live-outcome-{outcome}")).into_owned(),
            ]
        });
        let next = scans.last().filter(|_| scans.len() == STEP);
        Ok((rows.collect(), next.map(|scan| Some(scan.seq))))
    }
}

/// `GET /admin/live-codes/{id}/scans.csv?outcome=&member=&from=&until=`
pub async fn file(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let leaving = Leaving::new(actor, named(id)?).await?;
    let name = leaving.actor.l.t("live-scans");
    let mut head = Rows::default();
    head.push(leaving.head());
    let step = move |before: Option<i64>| {
        let leaving = leaving.clone();
        async move {
            let (scans, next) = leaving.step(before).await?;
            let mut rows = Rows::default();
            for scan in scans {
                rows.push(scan);
            }
            Ok((rows, next))
        }
    };
    Ok(csv::download(&name, head, None, step))
}

/// `GET /admin/live-codes/{id}/scans.xlsx?outcome=&member=&from=&until=`
pub async fn book(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let leaving = Leaving::new(actor, named(id)?).await?;
    let mut table = vec![leaving.head().map(Cell::Text).to_vec()];
    let mut next = Some(None);
    while let Some(before) = next.filter(|_| table.len() <= BOOK_MAX) {
        let (scans, more) = leaving.step(before).await?;
        table.extend(scans.into_iter().map(|[number, rest @ ..]| {
            let number = number.parse().map_or(Cell::Text(number), Cell::Number);
            let rest = rest.into_iter().map(Cell::Text);
            std::iter::once(number).chain(rest).collect()
        }));
        next = more;
    }
    let name = format!("{}.xlsx", leaving.actor.l.t("live-scans"));
    Ok(xlsx::file(&name, &table))
}

#[derive(Template)]
#[template(path = "live-code-scan.html")]
struct One {
    shell: Shell,
    id: LiveCodeId,
    name: String,
    told: Told,
    plan: Option<Plan>,
    names: Names,
}

impl One {
    fn path(&self, act: &str) -> String {
        format!("/admin/live-codes/{}{act}", self.id)
    }

    fn pool(&self, asked: &Asked) -> String {
        let l = self.shell.l;
        match &self.plan {
            Some(plan) => words::pool_name(l, plan, asked.pool),
            None => l.t1("live-pool-number", "n", asked.pool + 1).into_owned(),
        }
    }

    fn strategy(&self, asked: &Asked) -> Option<Strategy> {
        let pool = self.plan.as_ref()?.pools.get(asked.pool)?;
        Some(pool.strategy)
    }

    fn reason(&self, asked: &Asked) -> String {
        let l = self.shell.l;
        let key = match (asked.reason, self.strategy(asked)) {
            (Reason::Held, _) => "live-reason-held",
            (Reason::Returning, _) => "live-reason-returning",
            (Reason::Nobody, _) => "live-reason-nobody",
            (Reason::Strategy, Some(Strategy::Weighted)) => "live-reason-weighted",
            (Reason::Strategy, Some(Strategy::LeastLoaded)) => "live-reason-least-loaded",
            (Reason::Strategy, Some(Strategy::Nearest)) => "live-reason-nearest",
            (Reason::Strategy, _) => "live-reason-round-robin",
        };
        l.t(key).into_owned()
    }

    fn removed(&self, asked: &Asked) -> Vec<String> {
        let l = self.shell.l;
        let removed = asked.removed.iter();
        removed
            .map(|(filter, count)| {
                let name = serde_json::to_value(filter).unwrap_or_default();
                let name = name.as_str().unwrap_or_default().replace('_', "-");
                l.n(&format!("live-filter-{name}"), *count).into_owned()
            })
            .collect()
    }

    /// Members that were left, with what spoke for them.
    fn candidates(&self, asked: &Asked) -> Vec<(String, String)> {
        let l = self.shell.l;
        let strategy = self.strategy(asked);
        let score = |score: f64| match strategy {
            Some(Strategy::LeastLoaded) => {
                let percent = format!("{:.0}", score * 100.0);
                l.t1("live-score-load", "percent", percent).into_owned()
            }
            Some(Strategy::Nearest) => {
                let km = format!("{:.1}", score / 1000.0);
                l.t1("live-score-distance", "km", km).into_owned()
            }
            _ => l
                .t1("live-score-turns", "turns", format!("{score:.2}"))
                .into_owned(),
        };
        let all = asked.candidates.iter();
        all.map(|(member, value)| (self.names.member(*member), score(*value)))
            .collect()
    }

    fn chosen(&self, asked: &Asked) -> String {
        asked
            .chosen
            .map_or_else(String::new, |member| self.names.member(member))
    }

    fn probability(&self, asked: &Asked) -> String {
        format!("{:.2}", asked.probability)
    }

    fn choices(&self) -> String {
        self.told.path.join(" › ")
    }
}

/// `GET /admin/live-codes/{id}/scans/{seq}`
pub async fn receipt(actor: Actor, path: Path<(String, i64)>) -> Result<Response, Failure> {
    let Path((id, seq)) = path;
    let id = named(Path(id))?;
    let (frame, name, told, plan) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let name = live_code::get(tx, cx, &frame.me, id)?.code.row.name;
            let told = scan::find(tx, &frame.me, id, seq)?;
            let version = i64::from(told.version);
            let plan = live_code::history::get(tx, &frame.me, id, version).ok();
            Ok((frame, name, told, plan.map(|version| version.plan)))
        })
        .await?;
    let page = One {
        names: names(&actor).await?,
        shell: frame.shell(&actor, Place::LiveCodes),
        id,
        name,
        told,
        plan,
    };
    Ok(reply::page(&page.shell, &page))
}
