//! What a simulated day came to, in all, for each member, and over time.

use serde::Serialize;

use super::{Scenario, TICK_MS};
use crate::live_code::{
    pool::{Pool, Strategy},
    turn::Place,
};

/// A day under one strategy. Waits are seconds from the add to the first answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The strategy.
    pub strategy: Strategy,
    /// Scans.
    pub scans: u64,
    /// Adds.
    pub adds: u64,
    /// Scans that found nobody and left a number.
    pub left_numbers: u64,
    /// Of those, how many found somebody at his cap.
    pub found_full: u64,
    /// Numbers that nobody had worked off at the end.
    pub still_waiting: u64,
    /// Adds that came when the place was no longer held; they were shown another card.
    pub came_too_late: u64,
    /// Half of the first answers came within this many seconds.
    pub wait_p50_s: f64,
    /// Nine of ten.
    pub wait_p90_s: f64,
    /// 99 of a hundred.
    pub wait_p99_s: f64,
    /// First answers within the promise.
    pub kept: u64,
    /// First answers after it.
    pub broken: u64,
    /// Members.
    pub members: Vec<SeatReport>,
    /// Every minute.
    pub slots: Vec<Slot>,
}

impl Report {
    /// Who waits, minute by minute.
    pub fn waiting(&self) -> Vec<(i64, i64)> {
        let waiting = |slot: &Slot| (slot.at_ms, i64::try_from(slot.waiting).unwrap_or(i64::MAX));
        self.slots.iter().map(waiting).collect()
    }
}

/// One member's day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SeatReport {
    /// Cards shown.
    pub shown: u64,
    /// Adds.
    pub adds: u64,
    /// Nine of ten of his first answers came within this many seconds.
    pub wait_p90_s: f64,
    /// First answers after the promise.
    pub broken: u64,
    /// Whether his cap of the day or of all time was reached at the end.
    pub is_full: bool,
}

/// How things stand at a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Slot {
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// Scans of this minute.
    pub scans: u64,
    /// Visitors who wait for a first answer or for somebody to be there.
    pub waiting: usize,
}

/// Numbers while a day is played.
pub(super) struct Tally {
    strategy: Strategy,
    promise_ms: i64,
    pub(super) scans: u64,
    pub(super) left_numbers: u64,
    pub(super) found_full: u64,
    pub(super) came_too_late: u64,
    waits_ms: Vec<i64>,
    shown: Vec<u64>,
    adds: Vec<u64>,
    waits_of: Vec<Vec<i64>>,
    slots: Vec<Slot>,
    scans_before: u64,
}

impl Tally {
    pub(super) fn new(scenario: &Scenario, strategy: Strategy) -> Self {
        let members = scenario.members.len();
        let minutes = (scenario.ends_at_ms - scenario.starts_at_ms) / TICK_MS;
        Self {
            strategy,
            promise_ms: scenario.promise_s * 1000,
            scans: 0,
            left_numbers: 0,
            found_full: 0,
            came_too_late: 0,
            waits_ms: Vec::with_capacity(scenario.scans.len()),
            shown: vec![0; members],
            adds: vec![0; members],
            waits_of: vec![Vec::new(); members],
            slots: Vec::with_capacity(usize::try_from(minutes).unwrap_or_default()),
            scans_before: 0,
        }
    }

    pub(super) fn shown(&mut self, place: Place) {
        self.shown[place as usize] += 1;
    }

    pub(super) fn added(&mut self, place: Place) {
        self.adds[place as usize] += 1;
    }

    pub(super) fn answered(&mut self, place: Place, wait_ms: i64) {
        self.waits_ms.push(wait_ms);
        self.waits_of[place as usize].push(wait_ms);
    }

    pub(super) fn slot(&mut self, at_ms: i64, waiting: usize) {
        let scans = self.scans - self.scans_before;
        self.scans_before = self.scans;
        self.slots.push(Slot {
            at_ms,
            scans,
            waiting,
        });
    }

    pub(super) fn finish(mut self, pool: &Pool, still_waiting: usize) -> Report {
        let (kept, broken) = self.promises(&self.waits_ms);
        let members = (0..self.shown.len())
            .map(|at| {
                let mut waits = std::mem::take(&mut self.waits_of[at]);
                SeatReport {
                    shown: self.shown[at],
                    adds: self.adds[at],
                    broken: self.promises(&waits).1,
                    wait_p90_s: percentile(&mut waits, 90),
                    is_full: pool.is_full(at as Place),
                }
            })
            .collect();
        Report {
            strategy: self.strategy,
            scans: self.scans,
            adds: self.adds.iter().sum(),
            left_numbers: self.left_numbers,
            found_full: self.found_full,
            still_waiting: still_waiting as u64,
            came_too_late: self.came_too_late,
            wait_p50_s: percentile(&mut self.waits_ms, 50),
            wait_p90_s: percentile(&mut self.waits_ms, 90),
            wait_p99_s: percentile(&mut self.waits_ms, 99),
            kept,
            broken,
            members,
            slots: self.slots,
        }
    }

    fn promises(&self, waits: &[i64]) -> (u64, u64) {
        let broken = waits.iter().filter(|wait| **wait > self.promise_ms).count();
        ((waits.len() - broken) as u64, broken as u64)
    }
}

/// Seconds within which this share of the waits lies; 0 without any.
fn percentile(waits_ms: &mut [i64], percent: usize) -> f64 {
    if waits_ms.is_empty() {
        return 0.0;
    }
    let at = (waits_ms.len() * percent).div_ceil(100).saturating_sub(1);
    *waits_ms.select_nth_unstable(at).1 as f64 / 1000.0
}
