//! Simulator: a day of scans before it happens, or once more under another strategy, with the pool that serves real scans.
//!
//! Visitors come by a curve or at given times; some add the member they are shown, and wait for his first answer. A member
//! answers one after another, within his hours, and keeps a conversation open for a while. Chance comes from the seed, so that
//! the same scenario has the same outcome everywhere.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
};

use super::{
    pool::{Pool, Scan, Strategy, Terms},
    receipt::{Filter, Reason},
    turn::Place,
};
use jiff::tz::TimeZone;

mod chance;
mod report;

pub use report::{Report, SeatReport, Slot};

use chance::Chance;
use report::Tally;

/// Most scans of one run.
pub const SCANS_MAX: usize = 5_000_000;
/// Seconds between two looks at the waiting list and the load.
const TICK_MS: i64 = 60_000;
const HOUR_MS: i64 = 3_600_000;

/// How a member works.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Median seconds that writing a first answer takes.
    pub answer_s: f64,
    /// Median seconds that a conversation stays open after it.
    pub open_s: f64,
}

/// What visitors do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Visitors {
    /// Share of those shown a card who add the member, 0 to 1.
    pub adding: f64,
    /// Median seconds from the card to the add.
    pub add_s: f64,
}

/// A day to be played.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Seed of chance.
    pub seed: u64,
    /// Zone of hours and days.
    pub zone: TimeZone,
    /// When it begins, in milliseconds since 1970.
    pub starts_at_ms: i64,
    /// When it ends; conversations begun by then are finished.
    pub ends_at_ms: i64,
    /// Times of scans in order, in milliseconds since 1970.
    pub scans: Vec<i64>,
    /// What visitors do.
    pub visitors: Visitors,
    /// Members, with what the code says of each and how each works.
    pub members: Vec<(Terms, Pace)>,
    /// Milliseconds for which a shown card keeps its place.
    pub hold_ms: i64,
    /// Promised seconds until the first answer.
    pub promise_s: i64,
}

/// A rate of arrivals at a time; between two of them it changes evenly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// Scans in an hour.
    pub per_hour: f64,
}

/// Times of scans that follow a curve, as independent visitors would come.
pub fn arrivals(seed: u64, curve: &[Rate]) -> Vec<i64> {
    // Not the numbers that decide what visitors do.
    let mut chance = Chance::new(!seed);
    let highest = curve.iter().map(|rate| rate.per_hour).fold(0.0, f64::max);
    let (Some(first), Some(last)) = (curve.first(), curve.last()) else {
        return Vec::new();
    };
    let (mut at, mut scans) = (first.at_ms as f64, Vec::new());
    while highest > 0.0 && scans.len() < SCANS_MAX {
        // Thinning: as many as at the peak, of which each stays by the rate of its time.
        at += chance.exponential(3_600_000.0 / highest);
        if at >= last.at_ms as f64 {
            break;
        }
        if chance.unit() * highest < rate_at(curve, at) {
            scans.push(at as i64);
        }
    }
    scans
}

/// The rates of a promotion: even but for two hours around its peak, at whose height so many times as many come; `scans` in all.
pub fn promotion(
    scans: u32,
    (from_ms, until_ms): (i64, i64),
    peak_ms: i64,
    height: f64,
) -> Vec<Rate> {
    let mut times = vec![
        from_ms,
        peak_ms - HOUR_MS,
        peak_ms,
        peak_ms + HOUR_MS,
        until_ms,
    ];
    times.retain(|at_ms| (from_ms..=until_ms).contains(at_ms));
    times.sort_unstable();
    times.dedup();
    let shape = |at_ms: i64| {
        let near = 1.0 - (at_ms - peak_ms).abs() as f64 / HOUR_MS as f64;
        1.0 + (height - 1.0) * near.max(0.0)
    };
    let hours = |pair: &[i64]| match pair {
        [from, until] => {
            (until - from) as f64 / HOUR_MS as f64 * f64::midpoint(shape(*from), shape(*until))
        }
        _ => 0.0,
    };
    let area: f64 = times.windows(2).map(hours).sum();
    let even = if area > 0.0 {
        f64::from(scans) / area
    } else {
        0.0
    };
    let rate = |at_ms: i64| Rate {
        at_ms,
        per_hour: even * shape(at_ms),
    };
    times.into_iter().map(rate).collect()
}

fn rate_at(curve: &[Rate], at: f64) -> f64 {
    let next = curve.partition_point(|rate| (rate.at_ms as f64) <= at);
    match (
        next.checked_sub(1).and_then(|before| curve.get(before)),
        curve.get(next),
    ) {
        (Some(before), Some(after)) => {
            let part = (at - before.at_ms as f64) / (after.at_ms - before.at_ms) as f64;
            before.per_hour + part * (after.per_hour - before.per_hour)
        }
        _ => 0.0,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Happening {
    /// The conversation of a member closes.
    Closed(Place),
    /// A member has written his first answer to whom he added at this time.
    Answered(Place, i64),
    /// A visitor adds the member he was shown.
    Add(u32),
    /// A look at the waiting list.
    Tick,
}

/// Open work of a member.
#[derive(Debug, Clone, Default)]
struct Desk {
    /// Times of adds that wait for a first answer.
    waiting: VecDeque<i64>,
    is_answering: bool,
    open: u32,
}

struct Run<'a> {
    scenario: &'a Scenario,
    pool: Pool,
    chance: Chance,
    desks: Vec<Desk>,
    due: BinaryHeap<Reverse<(i64, u64, Happening)>>,
    /// Visitors who left a number because nobody was there.
    queue: VecDeque<u32>,
    tally: Tally,
    count: u64,
}

/// Plays a scenario under a strategy.
pub fn run(scenario: &Scenario, strategy: Strategy, radius_m: Option<f64>) -> Report {
    let terms: Vec<Terms> = scenario
        .members
        .iter()
        .map(|member| member.0.clone())
        .collect();
    let members = terms.len();
    let zone = scenario.zone.clone();
    let pool =
        Pool::new(strategy, radius_m, zone, terms, scenario.starts_at_ms).holding(scenario.hold_ms);
    let mut run = Run {
        scenario,
        pool,
        chance: Chance::new(scenario.seed),
        desks: vec![Desk::default(); members],
        due: BinaryHeap::new(),
        queue: VecDeque::new(),
        tally: Tally::new(scenario, strategy),
        count: 0,
    };
    run.later(scenario.starts_at_ms, Happening::Tick);
    for (visitor, &at_ms) in scenario.scans.iter().enumerate() {
        run.until(at_ms);
        run.tally.scans += 1;
        run.scan(visitor as u32, at_ms);
    }
    run.until(i64::MAX);
    run.tally.finish(&run.pool, run.queue.len())
}

impl Run<'_> {
    fn later(&mut self, at_ms: i64, happening: Happening) {
        self.count += 1;
        self.due.push(Reverse((at_ms, self.count, happening)));
    }

    /// Lets everything happen that is due before a time.
    fn until(&mut self, at_ms: i64) {
        while let Some(&Reverse((due_ms, _, happening))) = self.due.peek() {
            if due_ms > at_ms {
                return;
            }
            self.due.pop();
            match happening {
                Happening::Closed(place) => self.close(place, due_ms),
                Happening::Answered(place, added_ms) => self.answered(place, added_ms, due_ms),
                Happening::Add(visitor) => self.add(visitor, due_ms),
                Happening::Tick => self.tick(due_ms),
            }
        }
    }

    fn scan(&mut self, visitor: u32, now_ms: i64) {
        if !self.serve(visitor, now_ms) {
            self.tally.left_numbers += 1;
            self.queue.push_back(visitor);
        }
    }

    /// Shows a visitor somebody's card; whether there was anybody.
    fn serve(&mut self, visitor: u32, now_ms: i64) -> bool {
        let scan = Scan {
            visitor: u128::from(visitor) + 1,
            now_ms,
            ..Scan::default()
        };
        let receipt = self.pool.choose(&scan);
        let Some(place) = receipt.chosen else {
            let is_full = |(filter, _): &(Filter, u32)| {
                matches!(filter, Filter::DailyCap | Filter::LifetimeCap)
            };
            self.tally.found_full += u64::from(receipt.removed.iter().any(is_full));
            return false;
        };
        debug_assert_eq!(receipt.reason, Reason::Strategy);
        self.tally.shown(place);
        let Visitors { adding, add_s } = self.scenario.visitors;
        if self.chance.unit() < adding {
            let after_ms = (self.chance.around(add_s) * 1000.0) as i64;
            self.later(now_ms + after_ms, Happening::Add(visitor));
        }
        true
    }

    fn add(&mut self, visitor: u32, now_ms: i64) {
        let Some(place) = self.pool.add(u128::from(visitor) + 1, now_ms) else {
            // He took so long that his place had gone: he is shown a card again.
            self.tally.came_too_late += 1;
            self.scan(visitor, now_ms);
            return;
        };
        self.tally.added(place);
        let desk = &mut self.desks[place as usize];
        desk.open += 1;
        desk.waiting.push_back(now_ms);
        self.work(place, now_ms);
        self.answer_next(place, now_ms);
    }

    /// A member who is at his desk and not writing takes the one who has waited longest.
    fn answer_next(&mut self, place: Place, now_ms: i64) {
        let (terms, pace) = &self.scenario.members[place as usize];
        let desk = &mut self.desks[place as usize];
        if desk.is_answering {
            return;
        }
        let Some(added_ms) = desk.waiting.pop_front() else {
            return;
        };
        desk.is_answering = true;
        let begins_ms = if terms.hours.are_on(&self.scenario.zone, now_ms) {
            now_ms
        } else {
            let next = terms.hours.next_change(&self.scenario.zone, now_ms);
            next.unwrap_or(self.scenario.ends_at_ms.max(now_ms))
        };
        let takes_ms = (self.chance.around(pace.answer_s) * 1000.0) as i64;
        self.later(begins_ms + takes_ms, Happening::Answered(place, added_ms));
    }

    fn answered(&mut self, place: Place, added_ms: i64, now_ms: i64) {
        self.tally.answered(place, now_ms - added_ms);
        self.desks[place as usize].is_answering = false;
        let open_ms = self
            .chance
            .around(self.scenario.members[place as usize].1.open_s)
            * 1000.0;
        self.later(now_ms + open_ms as i64, Happening::Closed(place));
        self.answer_next(place, now_ms);
    }

    fn close(&mut self, place: Place, now_ms: i64) {
        self.desks[place as usize].open -= 1;
        self.work(place, now_ms);
    }

    fn work(&mut self, place: Place, now_ms: i64) {
        let open = self.desks[place as usize].open;
        self.pool.work(place, open, now_ms);
    }

    /// Serves those who left a number as far as there is room, and writes down how things stand.
    fn tick(&mut self, now_ms: i64) {
        while let Some(&visitor) = self.queue.front() {
            if !self.serve(visitor, now_ms) {
                break;
            }
            self.queue.pop_front();
        }
        let unanswered: usize = self.desks.iter().map(|desk| desk.waiting.len()).sum();
        self.tally.slot(now_ms, unanswered + self.queue.len());
        if now_ms + TICK_MS <= self.scenario.ends_at_ms {
            self.later(now_ms + TICK_MS, Happening::Tick);
        }
    }
}

#[cfg(test)]
mod tests;
