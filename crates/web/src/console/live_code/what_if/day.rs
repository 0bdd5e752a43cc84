//! "What if" many come on one day: a promotion played through a pool of the code, under each strategy.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use guanxi_app::{
    Error,
    live_code::{
        scan,
        what_if::{self, SCANS_MAX, Seats},
    },
};
use guanxi_model::{
    id::LiveCodeId,
    live_code::{
        pool::Strategy,
        simulate::{self, Pace, Report, Scenario, Visitors},
    },
};
use jiff::{civil::Time, tz::TimeZone};

use super::date;
use crate::{
    auth::{Actor, Form},
    chart::{self, Curve},
    console::{
        self,
        live_code::{named, part::strategy_name, scan::names, words},
    },
    csv,
    error::Failure,
    locale::Locale,
    page::{Errors, Place, Shell},
    reply,
    xlsx::{self, Cell},
};

/// Strategies that can be told apart where nobody says where he is.
const STRATEGIES: [Strategy; 3] = [
    Strategy::RoundRobin,
    Strategy::Weighted,
    Strategy::LeastLoaded,
];
/// The same day has the same outcome.
const SEED: u64 = 1;

/// Numbers of the form: name, what it begins with, least and most.
const NUMBERS: [(&str, f64, f64, f64); 6] = [
    ("scans", 2000.0, 1.0, SCANS_MAX as f64),
    ("height", 5.0, 1.0, 100.0),
    ("adding", 60.0, 1.0, 100.0),
    ("answer", 60.0, 1.0, 86_400.0),
    ("open", 10.0, 1.0, 1440.0),
    ("promise", 5.0, 1.0, 1440.0),
];
/// Times of the form.
const TIMES: [(&str, &str); 3] = [("from", "08:00"), ("until", "22:00"), ("peak", "20:00")];

/// What is asked for, as the address has it.
#[derive(Debug, Clone)]
struct Asked {
    /// Whether the form was sent.
    was_sent: bool,
    fields: Vec<(&'static str, String)>,
    strategies: Vec<Strategy>,
    pool: usize,
    numbers: [f64; NUMBERS.len()],
    /// Its beginning, end and peak, if all of that reads.
    times: Option<[i64; 3]>,
    errors: Errors,
}

impl Asked {
    fn of(actor: &Actor) -> Self {
        let form = Form::query(&actor.path);
        let (l, zone) = (actor.l, actor.zone());
        let mut asked = Self {
            was_sent: form.find("scans").is_some(),
            fields: Vec::new(),
            strategies: Vec::new(),
            pool: form.parse("pool").unwrap_or_default(),
            numbers: NUMBERS.map(|(_, begins, ..)| begins),
            times: None,
            errors: Errors::default(),
        };
        for (at, (name, begins, least, most)) in NUMBERS.into_iter().enumerate() {
            let typed = form
                .find(name)
                .map_or_else(|| begins.to_string(), |text| text.trim().to_owned());
            match typed.parse::<f64>() {
                Ok(number) if (least..=most).contains(&number) => asked.numbers[at] = number,
                _ => {
                    let most = l.number(most as i64);
                    asked.errors.add(
                        name,
                        l.t2("field-between", "least", least as i64, "most", most),
                    );
                }
            }
            asked.fields.push((name, typed));
        }
        asked.read_times(l, &form, &zone, date(actor, form.text("date").trim(), 1));
        let chosen = STRATEGIES
            .into_iter()
            .filter(|one| form.all("strategy").any(|name| name == strategy_name(*one)));
        asked.strategies = chosen.collect();
        if !asked.was_sent {
            asked.strategies = STRATEGIES.to_vec();
        } else if asked.strategies.is_empty() {
            asked.errors.add("strategy", l.t("what-if-no-strategy"));
        }
        asked
    }

    fn read_times(
        &mut self,
        l: Locale,
        form: &Form,
        zone: &TimeZone,
        date: Option<jiff::civil::Date>,
    ) {
        let typed = form.text("date").trim();
        self.fields.push((
            "date",
            date.map_or(typed.to_owned(), |date| date.to_string()),
        ));
        if date.is_none() {
            self.errors.add("date", l.t("field-date"));
        }
        let mut times = [0; 3];
        for (at, (name, begins)) in TIMES.into_iter().enumerate() {
            let typed = form.find(name).unwrap_or(begins).trim();
            let time: Option<Time> = typed.parse().ok();
            if time.is_none() {
                self.errors.add(name, l.t("field-time_of_day"));
            }
            let moment = date
                .zip(time)
                .and_then(|(date, time)| zone.to_timestamp(date.to_datetime(time)).ok());
            times[at] = moment.map_or(0, jiff::Timestamp::as_millisecond);
            self.fields.push((name, typed.to_owned()));
        }
        let [from, until, peak] = times;
        if self.errors.is_empty() && from >= until {
            self.errors.add("until", l.t("field-before_from"));
        } else if self.errors.is_empty() && !(from..=until).contains(&peak) {
            self.errors.add("peak", l.t("what-if-peak-outside"));
        }
        self.times = self.errors.is_empty().then_some(times);
    }

    fn value(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(known, _)| *known == name);
        found.map_or("", |(_, value)| value)
    }

    fn query(&self, path: &str) -> String {
        let encoded = crate::page::encoded;
        let fields = self
            .fields
            .iter()
            .map(|(name, value)| format!("&{name}={}", encoded(value)));
        let strategies = self
            .strategies
            .iter()
            .map(|one| format!("&strategy={}", strategy_name(*one)));
        let rest: String = fields.chain(strategies).collect();
        format!("{path}?pool={}{rest}", self.pool)
    }

    /// The day as it can be played.
    fn scenario(&self, seats: &Seats, zone: TimeZone) -> Option<Scenario> {
        let [from_ms, until_ms, peak_ms] = self.times?;
        let [scans, height, adding, answer_s, open_min, promise_min] = self.numbers;
        let curve = simulate::promotion(scans as u32, (from_ms, until_ms), peak_ms, height);
        let pace = Pace {
            answer_s,
            open_s: open_min * 60.0,
        };
        Some(Scenario {
            seed: SEED,
            zone,
            starts_at_ms: from_ms,
            ends_at_ms: until_ms,
            scans: simulate::arrivals(SEED, &curve),
            visitors: Visitors {
                adding: adding / 100.0,
                add_s: 30.0,
            },
            members: seats
                .terms
                .iter()
                .map(|terms| (terms.clone(), pace))
                .collect(),
            hold_ms: i64::from(seats.plan.hold_min) * 60_000,
            promise_s: (promise_min * 60.0) as i64,
        })
    }
}

#[derive(Template)]
#[template(path = "live-code-day.html")]
struct Page {
    shell: Shell,
    id: LiveCodeId,
    name: String,
    asked: Asked,
    pools: Vec<String>,
    members: usize,
    reports: Vec<Report>,
}

impl Page {
    fn path(&self, act: &str) -> String {
        format!("/admin/live-codes/{}{act}", self.id)
    }

    fn file(&self, kind: &str) -> String {
        self.asked
            .query(&self.path(&format!("/what-if/day.{kind}")))
    }

    fn on(&self, name: &str) -> &str {
        self.asked.errors.on(name)
    }

    fn strategies(&self) -> Vec<(&'static str, bool)> {
        let is_on = |one: &Strategy| self.asked.strategies.contains(one);
        STRATEGIES
            .iter()
            .map(|one| (strategy_name(*one), is_on(one)))
            .collect()
    }

    fn called(&self, report: &Report) -> String {
        called(self.shell.l, report.strategy)
    }

    fn chart(&self) -> String {
        let l = self.shell.l;
        let curves: Vec<Curve> = self
            .reports
            .iter()
            .map(|report| Curve {
                name: self.called(report),
                points: report.waiting(),
            })
            .collect();
        let clock = |at_ms: i64| l.clock(at_ms, &self.shell.tz);
        chart::curves(&curves, clock, &l.t("what-if-waiting"))
    }

    /// Rows of the table: a name, and a text for each strategy.
    fn rows(&self) -> Vec<(String, Vec<String>)> {
        let l = self.shell.l;
        let seconds = |seconds: f64| l.duration((seconds * 1000.0) as i64).into_owned();
        let kept = |report: &Report| {
            let all = (report.kept + report.broken).max(1);
            format!("{:.1}%", report.kept as f64 * 100.0 / all as f64)
        };
        let range = |report: &Report| {
            let adds = || report.members.iter().map(|member| member.adds);
            let (least, most) = (adds().min().unwrap_or(0), adds().max().unwrap_or(0));
            format!("{}–{}", l.number(least), l.number(most))
        };
        let full = |report: &Report| report.members.iter().filter(|one| one.is_full).count();
        let row = |key: &str, of: &dyn Fn(&Report) -> String| {
            (l.t(key).into_owned(), self.reports.iter().map(of).collect())
        };
        vec![
            row("what-if-scans", &|one| l.number(one.scans)),
            row("what-if-adds", &|one| l.number(one.adds)),
            row("what-if-adds-each", &range),
            row("what-if-left", &|one| l.number(one.left_numbers)),
            row("what-if-still", &|one| l.number(one.still_waiting)),
            row("what-if-found-full", &|one| l.number(one.found_full)),
            row("what-if-full", &|one| l.number(full(one))),
            row("what-if-half", &|one| seconds(one.wait_p50_s)),
            row("what-if-nine", &|one| seconds(one.wait_p90_s)),
            row("what-if-hundred", &|one| seconds(one.wait_p99_s)),
            row("report-kept", &kept),
            row("report-broken", &|one| l.number(one.broken)),
        ]
    }
}

fn called(l: Locale, strategy: Strategy) -> String {
    l.t(&format!("live-strategy-{}", strategy_name(strategy)))
        .into_owned()
}

/// Frame, name, seats and what came of the day.
async fn read(
    actor: &Actor,
    id: LiveCodeId,
    asked: &mut Asked,
) -> Result<(console::Frame, String, Seats, Vec<Report>), Failure> {
    let pool = asked.pool;
    let (frame, name, seats, is_known) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let name = guanxi_app::live_code::get(tx, cx, &frame.me, id)?
                .code
                .row
                .name;
            let (seats, is_known) = match what_if::seats(tx, cx, &frame.me, id, pool) {
                Err(Error::Invalid(_)) => (what_if::seats(tx, cx, &frame.me, id, 0)?, false),
                seats => (seats?, true),
            };
            Ok((frame, name, seats, is_known))
        })
        .await?;
    if !is_known {
        asked.errors.add("pool", actor.l.t("field-unknown"));
    }
    let day = asked.scenario(&seats, actor.zone());
    let reports = match day {
        Some(day) if asked.errors.is_empty() && asked.was_sent => {
            what_if::play(day, asked.strategies.clone()).await?
        }
        _ => Vec::new(),
    };
    Ok((frame, name, seats, reports))
}

/// `GET /admin/live-codes/{id}/what-if/day?pool=&scans=&…`
pub async fn page(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let id = named(id)?;
    let mut asked = Asked::of(&actor);
    let (frame, name, seats, reports) = read(&actor, id, &mut asked).await?;
    let pools = 0..seats.plan.pools.len();
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
        pools: pools
            .map(|pool| words::pool_name(actor.l, &seats.plan, pool))
            .collect(),
        members: seats.members.len(),
        reports,
    };
    Ok(reply::page_with(status, &page.shell, &page))
}

/// Members under each strategy as rows of a file, the head first.
async fn cells(actor: &Actor, id: LiveCodeId) -> Result<Vec<Vec<Cell>>, Failure> {
    let mut asked = Asked::of(actor);
    let query = asked.query("what-if/day");
    actor
        .write(move |tx, cx| scan::announce_export(tx, cx, id, &query))
        .await?;
    let (_, _, seats, reports) = read(actor, id, &mut asked).await?;
    let (l, names) = (actor.l, names(actor).await?);
    let columns = [
        "live-strategy",
        "live-scan-member",
        "what-if-scans",
        "what-if-adds",
        "what-if-seconds",
        "report-broken",
        "what-if-full",
    ];
    let mut all = vec![
        columns
            .map(|key| Cell::Text(l.t(key).into_owned()))
            .to_vec(),
    ];
    for report in &reports {
        for (id, got) in seats.members.iter().zip(&report.members) {
            all.push(vec![
                Cell::Text(called(l, report.strategy)),
                Cell::Text(names.member(*id)),
                Cell::number(got.shown),
                Cell::number(got.adds),
                Cell::Number(got.wait_p90_s.round()),
                Cell::number(got.broken),
                Cell::Text(
                    l.t(if got.is_full { "audit-yes" } else { "audit-no" })
                        .into_owned(),
                ),
            ]);
        }
    }
    Ok(all)
}

/// `GET /admin/live-codes/{id}/what-if/day.csv`
pub async fn csv(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let table = cells(&actor, named(id)?).await?;
    Ok(csv::table(
        &format!("{}.csv", actor.l.t("what-if-day")),
        table,
    ))
}

/// `GET /admin/live-codes/{id}/what-if/day.xlsx`
pub async fn xlsx(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let table = cells(&actor, named(id)?).await?;
    Ok(xlsx::file(
        &format!("{}.xlsx", actor.l.t("what-if-day")),
        &table,
    ))
}
