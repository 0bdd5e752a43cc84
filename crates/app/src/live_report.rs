//! What live codes bring, in figures: a stretch of days beside the one before it, by code, channel, member and hour.
//!
//! All is counted from tallies that were added up when it happened, so a page costs the same however many scans lie behind it. Who
//! may receive somebody now is in [`room`], and what each would have been due in [`share`].

pub mod room;
pub mod share;

use std::collections::HashMap;

use guanxi_model::{
    corp::DAY_MS,
    id::{LiveCodeId, MemberId},
    role::Right,
};
use guanxi_store::{
    self as store, Tx,
    live_report::{Answers, BINS_MS, Last, Span},
};
use jiff::{Timestamp, ToSpan as _, Unit, tz::TimeZone};

use self::room::Room;
use crate::{Cx, Me, Result};

const HOUR_MS: i64 = 3_600_000;
/// Stored numbers of what is counted.
const SHOWN: i64 = 1;
const AGAIN: i64 = 2;
const RETURNING: i64 = 3;
const NOBODY: i64 = 4;
const ADDED: i64 = 5;
/// Scans of late on a page.
const LAST: i64 = 12;

/// Over which days figures go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Period {
    /// Since midnight, beside the same weekday a week ago.
    #[default]
    Today,
    /// Seven days with today, beside the seven before.
    Week,
    /// Thirty days with today, beside the thirty before.
    Month,
}

impl Period {
    /// All, in the order of the switch.
    pub const ALL: [Self; 3] = [Self::Today, Self::Week, Self::Month];

    /// Stable word, as in addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Week => "7d",
            Self::Month => "30d",
        }
    }

    /// Reads the word; any other means today.
    pub fn named(word: &str) -> Self {
        let found = Self::ALL.into_iter().find(|one| one.word() == word);
        found.unwrap_or_default()
    }

    /// How many days, with today.
    pub const fn days(self) -> i64 {
        match self {
            Self::Today => 1,
            Self::Week => 7,
            Self::Month => 30,
        }
    }

    /// How many days before lies what it is compared with.
    const fn back(self) -> i64 {
        match self {
            Self::Today | Self::Week => 7,
            Self::Month => 30,
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Asked {
    /// Over which days.
    pub period: Period,
    /// Of which code; None for all.
    pub code: Option<LiveCodeId>,
}

/// Sums of what happened.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Totals {
    /// Scans, without those of a visitor who looked at his card again.
    pub scans: i64,
    /// Looks of visitors at a card that they had been shown.
    pub again: i64,
    /// Scans of customers who came back to their member.
    pub returning: i64,
    /// Scans for which nobody was there.
    pub nobody: i64,
    /// Scans that became a contact, or a request to be one.
    pub added: i64,
    /// Promises that were kept.
    pub kept: i64,
    /// Promises that were broken.
    pub broken: i64,
}

impl Totals {
    fn count(&mut self, outcome: i64, times: i64) {
        match outcome {
            SHOWN => self.scans += times,
            AGAIN => self.again += times,
            RETURNING => {
                self.scans += times;
                self.returning += times;
            }
            NOBODY => {
                self.scans += times;
                self.nobody += times;
            }
            ADDED => self.added += times,
            _ => {}
        }
    }

    fn answer(&mut self, answers: &Answers) {
        match answers.kept {
            1 => self.kept += answers.times,
            2 => self.broken += answers.times,
            _ => {}
        }
    }

    const fn add(&mut self, other: &Self) {
        self.scans += other.scans;
        self.again += other.again;
        self.returning += other.returning;
        self.nobody += other.nobody;
        self.added += other.added;
        self.kept += other.kept;
        self.broken += other.broken;
    }

    /// Promises that were kept or broken.
    pub const fn promised(&self) -> i64 {
        self.kept + self.broken
    }
}

/// An hour of the day, or a day of the stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Its hour, 0 to 23; of a longer stretch the moment at which its day begins.
    pub at: i64,
    /// Scans; None for what has not come yet.
    pub now: Option<i64>,
    /// Scans in the stretch before.
    pub before: i64,
}

/// First answers in a stretch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct First {
    /// By how long they took, in the bins of [`BINS_MS`] and one that has no end: in time, and too late.
    pub bins: [(i64, i64); BINS_MS.len() + 1],
    /// Not answered yet.
    pub open: i64,
}

impl First {
    /// How many there were.
    pub fn answered(&self) -> i64 {
        self.bins.iter().map(|(good, late)| good + late).sum()
    }

    /// Within which time at least half were answered; None where nobody was, or it took longer than all bins.
    pub fn half_ms(&self) -> Option<i64> {
        let all = self.answered();
        let mut so_far = 0;
        let half = self.bins.iter().position(|(good, late)| {
            so_far += good + late;
            all > 0 && so_far * 2 >= all
        });
        BINS_MS.get(half?).copied()
    }
}

/// A member in figures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// Who.
    pub member: MemberId,
    /// What happened to him.
    pub totals: Totals,
    /// Turns that strategies gave him.
    pub turns: i64,
    /// Turns that he was due by weight and hours; None where no strategy of his goes by turns.
    pub due: Option<f64>,
}

/// A code as figures name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Number.
    pub id: LiveCodeId,
    /// Name.
    pub name: String,
    /// Channel tag.
    pub state: String,
}

/// What live codes bring.
#[derive(Debug, Clone)]
pub struct Report {
    /// All codes that are not deleted, the newest first.
    pub codes: Vec<Named>,
    /// When the stretch began.
    pub from_ms: i64,
    /// When the stretch before it began.
    pub before_from_ms: i64,
    /// Sums, and those up to the same moment of the stretch before.
    pub totals: Totals,
    /// See above.
    pub before: Totals,
    /// Scans by hour, or by day.
    pub steps: Vec<Step>,
    /// Scans by hour of the day.
    pub hours: [i64; 24],
    /// Codes that had any, the busiest first.
    pub by_code: Vec<(LiveCodeId, Totals)>,
    /// Channels that had any, the busiest first.
    pub by_state: Vec<(String, Totals)>,
    /// Members who had any, the busiest first.
    pub by_member: Vec<Part>,
    /// First answers.
    pub first: First,
    /// Customers who wait for an answer, and since when the first of them does.
    pub waiting: (i64, Option<i64>),
    /// Visitors who have left a number.
    pub lined_up: i64,
    /// Who may receive somebody now.
    pub room: Room,
    /// The last scans.
    pub last: Vec<Last>,
}

/// A stretch and the one before it, in a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Days {
    from_ms: i64,
    before_ms: i64,
    now: i64,
}

impl Days {
    fn new(period: Period, zone: &TimeZone, now_ms: i64) -> Self {
        let now = Timestamp::from_millisecond(now_ms).unwrap_or_default();
        let today = now.to_zoned(zone.clone());
        let begin = |back: i64| {
            let day = today.checked_sub(back.days());
            let start = day.and_then(|day| day.start_of_day());
            start.map_or(now_ms - back * DAY_MS, |at| at.timestamp().as_millisecond())
        };
        let first = period.days() - 1;
        Self {
            from_ms: begin(first),
            before_ms: begin(first + period.back()),
            now: now_ms,
        }
    }

    /// By how much the stretch lies behind the one before it.
    const fn shift_ms(&self) -> i64 {
        self.from_ms - self.before_ms
    }

    /// How much of an hour of the stretch before lies before its own "now": all of it, none, or a part of the last one.
    fn reached(&self, hour_ms: i64, times: i64) -> i64 {
        let end_ms = self.now - self.shift_ms();
        let part_ms = (end_ms - hour_ms).clamp(0, HOUR_MS);
        (times * part_ms + HOUR_MS / 2) / HOUR_MS
    }

    fn span(&self, me: &Me, code: Option<LiveCodeId>) -> Span {
        Span {
            corp: me.corp_id,
            code,
            from_ms: hour(self.from_ms),
            before_ms: self.now + 1,
        }
    }
}

const fn hour(at_ms: i64) -> i64 {
    at_ms.div_euclid(HOUR_MS) * HOUR_MS
}

/// Hour of the day, and whole days since a moment, of another one.
fn clock(zone: &TimeZone, from_ms: i64, at_ms: i64) -> (usize, i64) {
    let at = |ms| {
        let stamp = Timestamp::from_millisecond(ms).unwrap_or_default();
        stamp.to_zoned(zone.clone())
    };
    let (from, at) = (at(from_ms).date(), at(at_ms));
    let days = from.until((Unit::Day, at.date()));
    let days = days.map_or(0, |span| i64::from(span.get_days()));
    (usize::try_from(at.hour()).unwrap_or_default(), days)
}

/// The figures, for who may read them.
pub fn read(tx: &mut Tx<'_>, cx: &Cx, me: &Me, asked: Asked) -> Result<Report> {
    me.require(Right::ReadLive)?;
    let zone = me.corp.settings.zone();
    let days = Days::new(asked.period, &zone, cx.now());
    let rows = store::live_code::list(tx, me.corp_id)?;
    let span = days.span(me, asked.code);
    let mut report = Report {
        codes: rows
            .iter()
            .map(|row| Named {
                id: row.id,
                name: row.name.clone(),
                state: row.state.clone(),
            })
            .collect(),
        from_ms: days.from_ms,
        before_from_ms: days.before_ms,
        totals: Totals::default(),
        before: Totals::default(),
        steps: steps(asked.period, &zone, days),
        hours: [0; 24],
        by_code: Vec::new(),
        by_state: Vec::new(),
        by_member: Vec::new(),
        first: First::default(),
        waiting: store::live_report::waiting(tx, me.corp_id, asked.code)?,
        lined_up: store::live_report::lined_up(tx, me.corp_id, asked.code)?,
        room: room::now(tx, cx, me, asked.code)?,
        last: store::live_report::last(tx, me.corp_id, asked.code, LAST)?,
    };
    count_hours(tx, &mut report, asked, days, &span, &zone)?;
    let mut codes: HashMap<LiveCodeId, Totals> = HashMap::new();
    for (code, outcome, times) in store::live_report::by_code(tx, &span)? {
        codes.entry(code).or_default().count(outcome, times);
    }
    let mut members: HashMap<MemberId, (Totals, i64)> = HashMap::new();
    for (member, outcome, times) in store::live_report::by_member(tx, &span)? {
        let (totals, turns) = members.entry(member).or_default();
        totals.count(outcome, times);
        *turns += if outcome == SHOWN { times } else { 0 };
    }
    for answers in store::live_report::answers(tx, &span, cx.now())? {
        report.totals.answer(&answers);
        codes.entry(answers.code).or_default().answer(&answers);
        members
            .entry(answers.member)
            .or_default()
            .0
            .answer(&answers);
        match answers.bin.checked_sub(1) {
            None => report.first.open += answers.times,
            Some(bin) => {
                let last = report.first.bins.len() - 1;
                let (good, late) = &mut report.first.bins[bin.min(last)];
                *if answers.kept == 2 { late } else { good } += answers.times;
            }
        }
    }
    let earlier = Span {
        from_ms: days.before_ms,
        before_ms: days.now - days.shift_ms(),
        ..span
    };
    for answers in store::live_report::answers(tx, &earlier, cx.now())? {
        report.before.answer(&answers);
    }
    let due = share::due(tx, cx, me, &span)?;
    for member in due.keys() {
        members.entry(*member).or_default();
    }
    members.remove(&MemberId::from_u128(0));
    report.by_member = members
        .into_iter()
        .map(|(member, (totals, turns))| Part {
            member,
            totals,
            turns,
            due: due.get(&member).copied(),
        })
        .collect();
    report
        .by_member
        .sort_unstable_by_key(|part| (-part.totals.scans, part.member));
    report.by_state = by_state(&codes, &report.codes);
    report.by_code = codes.into_iter().collect();
    report
        .by_code
        .sort_unstable_by_key(|(code, totals)| (-totals.scans, *code));
    Ok(report)
}

/// Sums of the codes of each channel, the busiest first.
fn by_state(codes: &HashMap<LiveCodeId, Totals>, named: &[Named]) -> Vec<(String, Totals)> {
    let mut states: HashMap<String, Totals> = HashMap::new();
    for (code, totals) in codes {
        let state = named.iter().find(|one| one.id == *code);
        let state = state.map_or_else(String::new, |one| one.state.clone());
        states.entry(state).or_default().add(totals);
    }
    let mut states: Vec<(String, Totals)> = states.into_iter().collect();
    states.sort_unstable_by(|a, b| (-a.1.scans, &a.0).cmp(&(-b.1.scans, &b.0)));
    states
}

/// The hours of a day, or the days of a stretch, with nothing in them.
fn steps(period: Period, zone: &TimeZone, days: Days) -> Vec<Step> {
    let (hour_now, _) = clock(zone, days.from_ms, days.now);
    if period == Period::Today {
        return (0..24_usize)
            .map(|hour| Step {
                at: hour as i64,
                now: (hour <= hour_now).then_some(0),
                before: 0,
            })
            .collect();
    }
    let first = Timestamp::from_millisecond(days.from_ms).unwrap_or_default();
    let first = first.to_zoned(zone.clone());
    (0..period.days())
        .map(|day| Step {
            at: first
                .checked_add(day.days())
                .map_or(days.from_ms, |at| at.timestamp().as_millisecond()),
            now: Some(0),
            before: 0,
        })
        .collect()
}

fn count_hours(
    tx: &mut Tx<'_>,
    report: &mut Report,
    asked: Asked,
    days: Days,
    span: &Span,
    zone: &TimeZone,
) -> Result<()> {
    let both = Span {
        from_ms: hour(days.before_ms),
        ..*span
    };
    let length_ms = asked.period.days() * DAY_MS;
    for (hour_ms, outcome, times) in store::live_report::by_hour(tx, &both)? {
        let is_scan = matches!(outcome, SHOWN | RETURNING | NOBODY);
        let is_now = hour_ms >= hour(days.from_ms);
        let from_ms = if is_now { days.from_ms } else { days.before_ms };
        if !is_now && hour_ms >= days.before_ms + length_ms {
            // Between the two days that are compared.
            continue;
        }
        if is_now {
            report.totals.count(outcome, times);
        } else {
            let reached = days.reached(hour_ms, times);
            report.before.count(outcome, reached);
        }
        if !is_scan {
            continue;
        }
        let (of_day, day) = clock(zone, from_ms, hour_ms);
        if is_now {
            report.hours[of_day.min(23)] += times;
        }
        let at = match asked.period {
            Period::Today => of_day,
            Period::Week | Period::Month => usize::try_from(day).unwrap_or_default(),
        };
        if let Some(step) = report.steps.get_mut(at) {
            if is_now {
                step.now = Some(step.now.unwrap_or_default() + times);
            } else {
                step.before += times;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
