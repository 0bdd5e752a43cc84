//! The forms of the editor: terms and texts, a pool, one entry of it, and a layer.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use guanxi_app::Error;
use guanxi_model::{
    department::DepartmentId,
    id::MemberId,
    live_code::plan::{Choice, Entry, Layer, PoolPlan, Who},
};

use super::{
    draft::Draft,
    hours,
    part::{self, Part, STRATEGIES, WELCOMES, layer_at, strategy_name, value},
};
use crate::{
    auth::{Actor, Form},
    error::Failure,
    page::{Pager, Shell},
    reply,
};

/// Entries of a page.
const ENTRIES: usize = 30;
/// Members that a search offers.
const FOUND: usize = 20;

#[derive(Template)]
#[template(path = "live-code-basics.html")]
struct Basics {
    shell: Shell,
    d: Draft,
}

impl Basics {
    fn expires(&self) -> String {
        let text = hours::moment_text(self.d.plan.expires_at_ms, &self.d.zone);
        self.d.val("expires_at_ms", text)
    }

    fn tags(&self) -> String {
        self.d.val("marks.tags", self.d.plan.marks.tags.join("\n"))
    }

    /// Rows for welcome messages: number, hours, both texts.
    fn welcomes(&self) -> Vec<(usize, String, String, String)> {
        let all = &self.d.plan.marks.welcome;
        let rows = 0..WELCOMES.max(all.len());
        rows.map(|row| {
            let one = all.get(row).cloned().unwrap_or_default();
            let at = format!("marks.welcome.{row}");
            (
                row,
                self.d
                    .val(&format!("{at}.hours"), hours::first_day_text(&one.hours)),
                self.d.val(&format!("{at}.text.zh"), one.text.zh),
                self.d.val(&format!("{at}.text.en"), one.text.en),
            )
        })
        .collect()
    }
}

/// A row of a pool's table.
struct Row {
    /// Place in the plan, for sentences.
    place: String,
    value: String,
    name: String,
    sub: String,
    member: Option<MemberId>,
    cells: Vec<Cell>,
    entry: Entry,
}

/// A number of a row.
struct Cell {
    /// Name of its field.
    name: String,
    /// Key of its label.
    key: &'static str,
    value: String,
    error: String,
}

/// The numbers of an entry, as typed or as the plan has them.
fn cells(d: &Draft, number: usize, row: usize, entry: &Entry) -> Vec<Cell> {
    let cap = |cap: Option<u32>| cap.map_or_else(String::new, |cap| cap.to_string());
    let all = [
        ("weight", "live-weight", entry.weight.to_string()),
        ("capacity", "live-capacity", entry.capacity.to_string()),
        ("daily_cap", "live-daily", cap(entry.daily_cap)),
        ("lifetime_cap", "live-lifetime", cap(entry.lifetime_cap)),
    ];
    let cells = all.into_iter().map(|(field, key, now)| {
        let name = format!("pools.{number}.entries.{}.{field}", value(entry.who));
        let place = format!("pools.{number}.entries.{row}.{field}");
        Cell {
            value: d.val(&name, now),
            error: d.at(&place, &name),
            name,
            key,
        }
    });
    cells.collect()
}

/// Somebody who can be added.
struct Found {
    value: String,
    name: String,
    sub: String,
}

#[derive(Template)]
#[template(path = "live-code-pool.html")]
struct Pool {
    shell: Shell,
    d: Draft,
    number: usize,
    rows: Vec<Row>,
    pager: Pager,
    q: String,
    found: Vec<Found>,
    departments: Vec<(i64, String)>,
}

impl Pool {
    fn pool(&self) -> &PoolPlan {
        &self.d.plan.pools[self.number]
    }

    fn strategies(&self) -> Vec<(&'static str, bool)> {
        let now = self.d.val("strategy", strategy_name(self.pool().strategy));
        let names = STRATEGIES.into_iter().map(strategy_name);
        names.map(|name| (name, name == now)).collect()
    }

    fn radius(&self) -> String {
        let km = self.pool().radius_m.map(|metres| metres / 1000.0);
        let km = km.map_or_else(String::new, |km| km.to_string());
        self.d.val("radius_km", km)
    }

    fn is_backup(&self, number: &usize) -> bool {
        self.pool().backup == Some(*number)
    }

    /// Pools that may stand in: all others.
    fn others(&self) -> Vec<usize> {
        let all = 0..self.d.plan.pools.len();
        all.filter(|one| *one != self.number).collect()
    }

    fn path(&self, act: &str) -> String {
        self.d.path(&format!("/draft/pools/{}{act}", self.number))
    }

    fn place(&self, field: &str) -> String {
        format!("pools.{}.{field}", self.number)
    }
}

fn pool_page(actor: &Actor, d: Draft, number: usize) -> Pool {
    let asked = Form::query(&actor.path);
    let q: String = asked.text("q").trim().chars().take(64).collect();
    let pool = &d.plan.pools[number];
    let has = |who: Who| pool.entries.iter().any(|entry| entry.who == who);
    let found = if q.is_empty() {
        Vec::new()
    } else {
        d.names.directory.search_all(&q, FOUND)
    };
    let found = found.into_iter().map(Who::Member).filter(|who| !has(*who));
    let found = found.map(|who| Found {
        value: value(who),
        name: d.names.who(who),
        sub: d.names.sub(who),
    });
    let found = found.collect();
    let tree = d.names.corp.tree();
    let departments = tree.all().iter().map(|one| {
        let indent = "\u{3000}".repeat(tree.depth(one.id));
        (one.id.0, format!("{indent}{}", one.name))
    });
    let departments = departments
        .filter(|(id, _)| !has(Who::Department(DepartmentId(*id))))
        .collect();
    let rows = pool.entries.iter().enumerate().map(|(row, entry)| Row {
        place: format!("pools.{number}.entries.{row}"),
        cells: cells(&d, number, row, entry),
        value: value(entry.who),
        name: d.names.who(entry.who),
        sub: d.names.sub(entry.who),
        member: match entry.who {
            Who::Member(id) => Some(id),
            Who::Department(_) => None,
        },
        entry: entry.clone(),
    });
    let mut rows: Vec<Row> = rows.collect();
    let pager = Pager::cut(&mut rows, asked.parse("page"), ENTRIES, |page| {
        d.path(&format!("/draft/pools/{number}?page={page}"))
    });
    Pool {
        shell: d.shell.clone(),
        d,
        number,
        rows,
        pager,
        q,
        found,
        departments,
    }
}

#[derive(Template)]
#[template(path = "live-code-entry.html")]
struct One {
    shell: Shell,
    d: Draft,
    number: usize,
    row: usize,
    name: String,
    value: String,
    entry: Entry,
}

impl One {
    fn back(&self) -> String {
        self.d.path(&format!("/draft/pools/{}", self.number))
    }

    fn action(&self) -> String {
        format!("{}/entries/{}", self.back(), self.value)
    }

    fn place(&self, field: &str) -> String {
        format!("pools.{}.entries.{}.{field}", self.number, self.row)
    }

    fn is_week(&self) -> bool {
        let now = if self.entry.hours.week.is_empty() {
            "always"
        } else {
            "week"
        };
        self.d.val("one.hours.kind", now) == "week"
    }

    /// The days of a week: key of its text, name of its field, what it holds.
    fn days(&self) -> Vec<(String, String, String)> {
        let days = hours::DAYS.iter().enumerate();
        days.map(|(number, day)| {
            let name = format!("one.hours.{day}");
            let now = self.entry.hours.week.get(number);
            let text = self.d.val(
                &name,
                now.map_or_else(String::new, |day| hours::day_text(day)),
            );
            (format!("live-day-{day}"), name, text)
        })
        .collect()
    }

    fn dates(&self) -> String {
        self.d
            .val("one.hours.dates", hours::dates_text(&self.entry.hours))
    }

    fn points(&self) -> String {
        self.d
            .val("one.points", hours::points_text(&self.entry.points))
    }
}

#[derive(Template)]
#[template(path = "live-code-layers.html")]
struct Layers {
    shell: Shell,
    d: Draft,
    path: Vec<String>,
    layer: Layer,
}

impl Layers {
    fn here(&self) -> String {
        self.d
            .path(&format!("/draft/layers?at={}", self.path.join(".")))
    }

    fn below(&self, choice: &Choice) -> String {
        let mut path = self.path.clone();
        path.push(choice.key.clone());
        self.d.path(&format!("/draft/layers?at={}", path.join(".")))
    }

    fn above(&self) -> String {
        let above = self.path.len().saturating_sub(1);
        self.d.path(&format!(
            "/draft/layers?at={}",
            self.path[..above].join(".")
        ))
    }

    /// The place of this layer in the plan.
    fn place(&self) -> String {
        let mut place = "entry".to_owned();
        let mut layer = &self.d.plan.entry;
        for key in &self.path {
            let Layer::Ask { choices, .. } = layer else {
                break;
            };
            if let Some(number) = choices.iter().position(|one| one.key == *key) {
                place = format!("{place}.choices.{number}.then");
                layer = &choices[number].then;
            }
        }
        place
    }

    fn on(&self, field: &str) -> String {
        let below = format!("{}.{field}", self.place());
        self.d.on(&below).to_owned()
    }

    fn is_ask(&self) -> bool {
        matches!(self.layer, Layer::Ask { .. })
    }

    fn is_top(&self) -> bool {
        self.path.is_empty()
    }

    fn begins_at(&self, number: &usize) -> bool {
        self.layer == Layer::Pool(*number)
    }

    fn question(&self) -> (String, String) {
        let words = match &self.layer {
            Layer::Ask { question, .. } => question.clone(),
            Layer::Pool(_) => guanxi_model::live_code::plan::Words::default(),
        };
        (
            self.d.val("question.zh", words.zh),
            self.d.val("question.en", words.en),
        )
    }

    fn fallback(&self, number: &usize) -> bool {
        match &self.layer {
            Layer::Ask { fallback, .. } => *fallback == Some(*number),
            Layer::Pool(_) => false,
        }
    }

    fn pools(&self) -> Vec<usize> {
        (0..self.d.plan.pools.len()).collect()
    }

    /// Rows of choices, with empty ones behind them.
    fn rows(&self) -> Vec<(usize, Option<Choice>)> {
        let Layer::Ask { choices, .. } = &self.layer else {
            return Vec::new();
        };
        let all = choices.iter().cloned().map(Some);
        let new = std::iter::repeat_n(None, part::NEW_CHOICES);
        all.chain(new).enumerate().collect()
    }

    /// Whether a choice leads to this pool, or without a number to a question.
    fn leads(&self, row: &usize, choice: &Option<Choice>, pool: Option<usize>) -> bool {
        let typed = self.d.form.find(&format!("choices.{row}.then"));
        if let Some(typed) = typed {
            return typed == pool.map_or_else(|| "ask".to_owned(), |pool| pool.to_string());
        }
        match choice.as_ref().map(|choice| &choice.then) {
            Some(Layer::Pool(to)) => Some(*to) == pool,
            Some(Layer::Ask { .. }) => pool.is_none(),
            None => pool == Some(0),
        }
    }

    fn asks(choice: &Choice) -> bool {
        matches!(choice.then, Layer::Ask { .. })
    }
}

/// The page of a form.
pub(super) fn rendered(
    actor: &Actor,
    part: &Part,
    d: Draft,
    status: StatusCode,
) -> Result<Response, Failure> {
    if !part.is_in(&d.plan) {
        return Err(Error::not_found("live_code").into());
    }
    Ok(match part {
        Part::Basics => {
            let page = Basics {
                shell: d.shell.clone(),
                d,
            };
            reply::page_with(status, &page.shell, &page)
        }
        Part::Pool(number) | Part::Add(number) | Part::DropPool(number) => {
            let page = pool_page(actor, d, *number);
            reply::page_with(status, &page.shell, &page)
        }
        // A new pool is refused only by what stands on the page of all.
        Part::NewPool => reply::see_other(&d.path("/draft")),
        Part::Entry(number, who) => {
            let entries = &d.plan.pools[*number].entries;
            let row = entries.iter().position(|entry| entry.who == *who);
            let row = row.unwrap_or_default();
            let page = One {
                shell: d.shell.clone(),
                number: *number,
                row,
                name: d.names.who(*who),
                value: value(*who),
                entry: entries[row].clone(),
                d,
            };
            reply::page_with(status, &page.shell, &page)
        }
        Part::Layer(path) => {
            let layer = layer_at(&d.plan.entry, path).cloned();
            let page = Layers {
                shell: d.shell.clone(),
                layer: layer.ok_or(Error::not_found("live_code"))?,
                d,
                path: path.clone(),
            };
            reply::page_with(status, &page.shell, &page)
        }
    })
}
