//! The board of a corp: all pools of its live codes at one number of the log.
//!
//! It is a function of the log: whoever applies the same entries in the same order comes to the same board, and a scan that is
//! decided here is written as an entry that leads others to where this one is. Nothing changes between entries.

mod entry;
mod line;
mod save;

use std::sync::Arc;

use rustc_hash::FxHashMap;

pub use entry::{Decision, Entry, Logged, Looked, Outcome, Scanned, Seating};
pub use line::Line;
pub use save::{SavedBoard, SavedLine};

use super::{near::Point, plan::Plan, pool::Standing};
use crate::id::{LiveCodeId, MemberId};

/// How long a place stays taken after it was said to be given up: an add under way must find it.
pub const GRACE_MS: i64 = 60_000;

/// What the house knows of a member who may stand in pools.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Staff {
    /// What stands against him.
    pub standing: Standing,
    /// His open conversations.
    pub open: u32,
}

impl Staff {
    /// Somebody of whom nothing else was told.
    pub const GOOD: Self = Self {
        standing: Standing::GOOD,
        open: 0,
    };
}

/// A scan, as the board needs to know it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Visit {
    /// Who scans: the same visitor has the same number.
    pub visitor: u128,
    /// Keys of what he chose on the page.
    pub path: Vec<String>,
    /// Where he is, if he has told.
    pub from: Option<Point>,
    /// Members whose customer he is, the one he met last first.
    pub returning_to: Vec<MemberId>,
    /// Members that he is not to meet.
    pub except: Vec<MemberId>,
}

/// Why a scan cannot be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unclear {
    /// There is no such code.
    #[error("the code is not on the board")]
    Code,
    /// The path does not end at a pool.
    #[error("the path does not end at a pool")]
    Path,
}

/// All pools of a corp.
#[derive(Debug, Clone, Default)]
pub struct Board {
    now_ms: i64,
    lines: FxHashMap<LiveCodeId, Arc<Line>>,
    staff: FxHashMap<MemberId, Staff>,
}

impl Board {
    /// The time of something that happens now: time on the board never goes back.
    pub fn clock(&self, now_ms: i64) -> i64 {
        now_ms.max(self.now_ms)
    }

    /// The pools of a code.
    pub fn line(&self, code: LiveCodeId) -> Option<&Line> {
        self.lines.get(&code).map(Arc::as_ref)
    }

    /// All codes with their pools, in no order.
    pub fn lines(&self) -> impl Iterator<Item = (LiveCodeId, &Line)> {
        self.lines.iter().map(|(code, line)| (*code, line.as_ref()))
    }

    /// Seats of all pools.
    pub fn seats(&self) -> usize {
        self.lines.values().map(|line| line.seats()).sum()
    }

    /// What is known of a member.
    pub fn staff(&self, member: MemberId) -> Staff {
        self.staff.get(&member).copied().unwrap_or(Staff::GOOD)
    }

    /// Whether a member stands in some pool.
    pub fn seats_somebody(&self, member: MemberId) -> bool {
        self.lines.values().any(|line| line.seats_somebody(member))
    }

    /// Decides a scan, and holds a place.
    pub fn decide(
        &mut self,
        code: LiveCodeId,
        visit: &Visit,
        now_ms: i64,
    ) -> Result<Decision, Unclear> {
        let line = self.lines.get_mut(&code).ok_or(Unclear::Code)?;
        let path: Vec<&str> = visit.path.iter().map(String::as_str).collect();
        let route = line.route(&path).ok_or(Unclear::Path)?;
        self.now_ms = self.now_ms.max(now_ms);
        Ok(Arc::make_mut(line).decide(&route, visit, self.now_ms))
    }

    /// Applies an entry. The plan is that of the version that an entry publishes; None elsewhere.
    pub fn apply(&mut self, logged: &Logged, plan: Option<Arc<Plan>>) {
        self.now_ms = self.now_ms.max(logged.at_ms);
        let now_ms = self.now_ms;
        let line = logged.code.and_then(|code| self.lines.get_mut(&code));
        match &logged.entry {
            Entry::Scanned(scanned) => {
                if let Some(line) = line {
                    Arc::make_mut(line).follow(scanned, now_ms);
                }
            }
            Entry::Added { visitor, member } => {
                if let Some(line) = line {
                    Arc::make_mut(line).add(*visitor, *member, now_ms);
                }
            }
            Entry::Credit { member, turns } => {
                if let Some(line) = line {
                    Arc::make_mut(line).credit(*member, *turns, now_ms);
                }
            }
            Entry::Published { version, seating } => {
                if let (Some(code), Some(plan)) = (logged.code, plan) {
                    self.publish(code, *version, plan, seating);
                }
            }
            Entry::Deleted => {
                if let Some(code) = logged.code {
                    self.lines.remove(&code);
                }
            }
            Entry::Stands { member, staff } => self.stands(*member, *staff),
        }
    }

    fn publish(&mut self, code: LiveCodeId, version: u32, plan: Arc<Plan>, seating: &Seating) {
        let old = self.lines.get(&code);
        let mut line = Line::new(
            version,
            plan,
            seating.clone(),
            old.map(Arc::as_ref),
            self.now_ms,
        );
        line.stand_all(|member| self.staff.get(&member).copied(), self.now_ms);
        self.lines.insert(code, Arc::new(line));
    }

    fn stands(&mut self, member: MemberId, staff: Staff) {
        self.staff.insert(member, staff);
        for line in self.lines.values_mut() {
            if line.seats_somebody(member) {
                Arc::make_mut(line).stand(member, staff, self.now_ms);
            }
        }
    }
}

#[cfg(test)]
mod tests;
