//! "What if" the recorded scans of a code had been served by another plan: side by side, before anybody switches.

mod day;

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use guanxi_app::{
    Error,
    live_code::{
        self, scan,
        what_if::{self, Begin, Other, Outcome},
    },
};
use guanxi_model::{
    id::{LiveCodeId, MemberId},
    live_code::replay::{Got, Side},
};
use jiff::{ToSpan as _, civil::Date, tz::TimeZone};

pub use day::{csv as day_csv, page as day_page, xlsx as day_xlsx};

use super::{
    named,
    part::{STRATEGIES, strategy_name},
    scan::names,
};
use crate::{
    auth::{Actor, Form},
    chart::{self, Distance},
    console, csv,
    error::Failure,
    page::{Errors, Pager, Place, Shell},
    reply,
    xlsx::{self, Cell},
};

/// Members of a page, and of the chart.
const LIMIT: usize = 30;
const CHARTED: usize = 10;
/// Days of a stretch, unless others are asked for.
const DAYS: i64 = 7;

/// What is asked for, as the address has it: whole days of the company.
#[derive(Debug, Clone)]
struct Asked {
    from: String,
    until: String,
    under: String,
    /// The moments, if both days read.
    between: Option<(i64, i64)>,
    other: Option<Other>,
    errors: Errors,
}

fn midnight(date: Date, zone: &TimeZone) -> Option<i64> {
    Some(
        date.to_zoned(zone.clone())
            .ok()?
            .timestamp()
            .as_millisecond(),
    )
}

/// The date that a field has, or that it begins with.
fn date(actor: &Actor, typed: &str, days: i64) -> Option<Date> {
    if !typed.is_empty() {
        return typed.parse().ok();
    }
    let now = jiff::Timestamp::from_millisecond(actor.cx.now()).ok()?;
    let today = now.to_zoned(actor.zone()).date();
    today.checked_add(days.days()).ok()
}

impl Asked {
    fn of(actor: &Actor) -> Self {
        let form = Form::query(&actor.path);
        let (l, zone) = (actor.l, actor.zone());
        let mut errors = Errors::default();
        let (from, until) = (form.text("from").trim(), form.text("until").trim());
        let first = date(actor, from, 1 - DAYS);
        let last = date(actor, until, 0);
        let text = |typed: &str, date: Option<Date>| {
            date.map_or(typed.to_owned(), |date| date.to_string())
        };
        for (field, date) in [("from", first), ("until", last)] {
            if date.is_none() {
                errors.add(field, l.t("field-date"));
            }
        }
        if first.zip(last).is_some_and(|(first, last)| first > last) {
            errors.add("until", l.t("field-before_from"));
        }
        let between = first.zip(last).and_then(|(first, last)| {
            Some((
                midnight(first, &zone)?,
                midnight(last.tomorrow().ok()?, &zone)?,
            ))
        });
        let under = form.text("under");
        let strategy = STRATEGIES
            .into_iter()
            .find(|one| strategy_name(*one) == under);
        let other = match (under, strategy) {
            ("draft", _) => Some(Other::Draft),
            (_, Some(strategy)) => Some(Other::Strategy(strategy)),
            _ => None,
        };
        if other.is_none() && !under.is_empty() {
            errors.add("under", l.t("field-unknown"));
        }
        Self {
            from: text(from, first),
            until: text(until, last),
            under: under.to_owned(),
            between: between.filter(|_| errors.is_empty()),
            other,
            errors,
        }
    }

    fn query(&self, path: &str) -> String {
        let Self {
            from, until, under, ..
        } = self;
        let encoded = crate::page::encoded;
        let (from, until) = (encoded(from), encoded(until));
        format!("{path}?from={from}&until={until}&under={}", encoded(under))
    }
}

/// A member's row: as recorded, and as it would have been.
#[derive(Debug, Clone)]
struct Row {
    name: String,
    was: Got,
    would: Got,
}

impl Row {
    const fn by(&self) -> i64 {
        self.would.scans as i64 - self.was.scans as i64
    }
}

/// What came of it.
struct Compared {
    outcome: Outcome,
    rows: Vec<Row>,
}

impl Compared {
    fn was(&self) -> &Side {
        &self.outcome.replayed.was
    }

    fn own(&self) -> &Side {
        &self.outcome.replayed.would[0]
    }

    fn other(&self) -> &Side {
        &self.outcome.replayed.would[1]
    }

    const fn scans(&self) -> u64 {
        self.outcome.replayed.scans
    }

    /// A part of all scans, in percent.
    fn share(&self, scans: &u64) -> String {
        let part = *scans as f64 * 100.0 / self.scans().max(1) as f64;
        format!("{part:.1}")
    }

    fn full(side: &Side) -> usize {
        side.members.values().filter(|got| got.is_full).count()
    }

    fn adds(side: &Side) -> u64 {
        side.members.values().map(|got| got.adds).sum()
    }

    /// Numbers in all: name of the text, as recorded, as it would have been.
    fn totals(&self) -> [(&'static str, u64, u64); 4] {
        let (was, other) = (self.was(), self.other());
        [
            ("what-if-adds", Self::adds(was), Self::adds(other)),
            ("what-if-nobody", was.nobody, other.nobody),
            ("what-if-found-full", was.found_full, other.found_full),
            (
                "what-if-full",
                Self::full(was) as u64,
                Self::full(other) as u64,
            ),
        ]
    }
}

#[derive(Template)]
#[template(path = "live-code-what-if.html")]
struct Page {
    shell: Shell,
    id: LiveCodeId,
    name: String,
    asked: Asked,
    /// Names of what can be chosen, and whether it is.
    choices: Vec<(&'static str, bool)>,
    done: Option<Compared>,
    pager: Pager,
    rows: Vec<Row>,
}

impl Page {
    fn path(&self, act: &str) -> String {
        format!("/admin/live-codes/{}{act}", self.id)
    }

    fn file(&self, kind: &str) -> String {
        self.asked.query(&self.path(&format!("/what-if.{kind}")))
    }

    fn choice(&self, name: &str) -> String {
        let key = if name == "draft" {
            "what-if-draft".to_owned()
        } else {
            format!("live-strategy-{name}")
        };
        self.shell.l.t(&key).into_owned()
    }

    fn other_name(&self) -> String {
        self.choice(&self.asked.under)
    }

    fn by(&self, row: &Row) -> String {
        match row.by() {
            0 => "0".to_owned(),
            by => format!("{by:+}").replace('-', "−"),
        }
    }

    fn chart(&self, done: &Compared) -> Option<String> {
        let l = self.shell.l;
        let rows: Vec<Distance> = done
            .rows
            .iter()
            .filter(|row| row.by() != 0)
            .take(CHARTED)
            .map(|row| Distance {
                name: row.name.clone(),
                by: row.by() as f64,
            })
            .collect();
        let (less, same, more) = (
            l.t("what-if-less"),
            l.t("what-if-same"),
            l.t("what-if-more"),
        );
        let label = l.t("what-if-chart");
        (!rows.is_empty()).then(|| chart::distances(&rows, (&less, &same, &more), &label))
    }
}

/// Frame, name, whether something is drafted, and the replay.
async fn read(
    actor: &Actor,
    id: LiveCodeId,
    asked: &mut Asked,
) -> Result<(console::Frame, String, bool, Option<Compared>), Failure> {
    let (between, other) = (asked.between, asked.other);
    let (frame, name, is_drafted, begin, under) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let known = live_code::get(tx, cx, &frame.me, id)?;
            let is_drafted = known.draft.is_some() && known.code.row.version > 0;
            // At first what is drafted, or else the strategy that its first pool does not have.
            let other = other.unwrap_or_else(|| {
                let plan = known.code.plan.as_deref();
                let now = plan
                    .and_then(|plan| plan.pools.first())
                    .map(|pool| pool.strategy);
                let another = STRATEGIES.into_iter().find(|one| Some(*one) != now);
                if is_drafted {
                    Other::Draft
                } else {
                    Other::Strategy(another.unwrap_or(STRATEGIES[0]))
                }
            });
            let begin = between
                .filter(|_| known.code.row.version > 0)
                .map(|between| what_if::begin(tx, cx, &frame.me, id, between, other));
            Ok((frame, known.code.row.name, is_drafted, begin, other))
        })
        .await?;
    asked.under = match under {
        Other::Draft => "draft".to_owned(),
        Other::Strategy(strategy) => strategy_name(strategy).to_owned(),
    };
    let begin: Option<Begin> = match begin.transpose() {
        Ok(begin) => begin,
        Err(Error::Invalid(invalid)) => {
            for one in &invalid {
                asked.errors.refuse("under", actor.l, one);
            }
            None
        }
        Err(error) => return Err(error.into()),
    };
    let done = match begin {
        Some(begin) => Some(table(actor, begin.run(&actor.app.env).await?).await?),
        None => None,
    };
    Ok((frame, name, is_drafted, done))
}

/// Members by how much they differ.
async fn table(actor: &Actor, outcome: Outcome) -> Result<Compared, Failure> {
    let names = names(actor).await?;
    let (was, other) = (&outcome.replayed.was, &outcome.replayed.would[1]);
    let mut members: Vec<MemberId> = was
        .members
        .keys()
        .chain(other.members.keys())
        .copied()
        .collect();
    members.sort_unstable();
    members.dedup();
    let got =
        |side: &Side, member: &MemberId| side.members.get(member).copied().unwrap_or_default();
    let rows = members.iter().map(|member| Row {
        name: names.member(*member),
        was: got(was, member),
        would: got(other, member),
    });
    let mut rows: Vec<Row> = rows.collect();
    rows.sort_by(|a, b| (b.by().abs(), &a.name).cmp(&(a.by().abs(), &b.name)));
    Ok(Compared { outcome, rows })
}

/// `GET /admin/live-codes/{id}/what-if?from=&until=&under=&page=`
pub async fn page(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let id = named(id)?;
    let mut asked = Asked::of(&actor);
    let (frame, name, is_drafted, done) = read(&actor, id, &mut asked).await?;
    let number = Form::query(&actor.path).parse("page");
    let mut rows = done
        .as_ref()
        .map(|done| done.rows.clone())
        .unwrap_or_default();
    let here = asked.query(&format!("/admin/live-codes/{id}/what-if"));
    let pager = Pager::cut(&mut rows, number, LIMIT, |page| {
        format!("{here}&page={page}")
    });
    let choices = STRATEGIES.into_iter().map(strategy_name);
    let choices = choices.chain(is_drafted.then_some("draft"));
    let choices = choices.map(|name| (name, asked.under == name)).collect();
    let status = if asked.errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let page = Page {
        shell: frame.shell(&actor, Place::LiveCodes),
        id,
        name,
        asked,
        choices,
        done,
        pager,
        rows,
    };
    Ok(reply::page_with(status, &page.shell, &page))
}

/// All members as rows of a file, the head first.
async fn cells(actor: &Actor, id: LiveCodeId) -> Result<Vec<Vec<Cell>>, Failure> {
    let mut asked = Asked::of(actor);
    let query = asked.query("what-if");
    actor
        .write(move |tx, cx| scan::announce_export(tx, cx, id, &query))
        .await?;
    let (.., done) = read(actor, id, &mut asked).await?;
    let l = actor.l;
    let columns = [
        "live-scan-member",
        "what-if-column-was",
        "what-if-column-would",
        "what-if-column-by",
        "what-if-column-adds-was",
        "what-if-column-adds-would",
        "what-if-column-full-was",
        "what-if-column-full-would",
    ];
    let mut all = vec![
        columns
            .map(|key| Cell::Text(l.t(key).into_owned()))
            .to_vec(),
    ];
    let full = |got: &Got| {
        let key = if got.is_full { "audit-yes" } else { "audit-no" };
        Cell::Text(l.t(key).into_owned())
    };
    for row in done.map(|done| done.rows).unwrap_or_default() {
        all.push(vec![
            Cell::Text(row.name.clone()),
            Cell::number(row.was.scans),
            Cell::number(row.would.scans),
            Cell::number(row.by()),
            Cell::number(row.was.adds),
            Cell::number(row.would.adds),
            full(&row.was),
            full(&row.would),
        ]);
    }
    Ok(all)
}

/// `GET /admin/live-codes/{id}/what-if.csv`
pub async fn csv(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let table = cells(&actor, named(id)?).await?;
    Ok(csv::table(&format!("{}.csv", actor.l.t("what-if")), table))
}

/// `GET /admin/live-codes/{id}/what-if.xlsx`
pub async fn xlsx(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let table = cells(&actor, named(id)?).await?;
    Ok(xlsx::file(
        &format!("{}.xlsx", actor.l.t("what-if")),
        &table,
    ))
}
