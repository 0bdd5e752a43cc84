//! A board written down, so that a start need not read the log from its beginning.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Board, Line, Seating, Staff, line::Past};
use crate::{
    id::{LiveCodeId, MemberId},
    live_code::{
        plan::Plan,
        pool::{Pool, Saved},
    },
};

/// A board as it is written down, without the plans.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SavedBoard {
    now_ms: i64,
    /// Members of whom something was told.
    staff: Vec<(MemberId, Staff)>,
    /// Codes.
    pub lines: Vec<SavedLine>,
}

/// A code as it is written down.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SavedLine {
    /// Which.
    pub code: LiveCodeId,
    /// Version whose plan it needs.
    pub version: u32,
    seating: Seating,
    gone: Vec<(String, MemberId, Past)>,
    pools: Vec<Saved>,
}

impl Board {
    /// Writes down how things stand.
    pub fn save(&self) -> SavedBoard {
        let mut staff: Vec<_> = self
            .staff
            .iter()
            .map(|(member, staff)| (*member, *staff))
            .collect();
        staff.sort_unstable_by_key(|(member, _)| *member);
        let mut lines: Vec<SavedLine> = self
            .lines
            .iter()
            .map(|(code, line)| line.save(*code))
            .collect();
        lines.sort_unstable_by_key(|line| line.code);
        SavedBoard {
            now_ms: self.now_ms,
            staff,
            lines,
        }
    }

    /// A board that was written down; `plan` knows the plan of each code and version. A code whose plan is not there is left out.
    pub fn restored(
        saved: SavedBoard,
        mut plan: impl FnMut(LiveCodeId, u32) -> Option<Arc<Plan>>,
    ) -> Self {
        let now_ms = saved.now_ms;
        let lines = saved.lines.into_iter().filter_map(|line| {
            let plan = plan(line.code, line.version)?;
            Some((line.code, Arc::new(line.restored(plan, now_ms)?)))
        });
        Self {
            now_ms,
            lines: lines.collect(),
            staff: saved.staff.into_iter().collect(),
        }
    }
}

impl Line {
    fn save(&self, code: LiveCodeId) -> SavedLine {
        let gone = self.gone.iter();
        let mut gone: Vec<_> = gone
            .map(|((pool, member), past)| (pool.clone(), *member, *past))
            .collect();
        gone.sort_unstable_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
        SavedLine {
            code,
            version: self.version,
            seating: self.seating().clone(),
            gone,
            pools: self.pools.iter().map(Pool::save).collect(),
        }
    }
}

impl SavedLine {
    fn restored(self, plan: Arc<Plan>, now_ms: i64) -> Option<Line> {
        let mut line = Line::new(self.version, plan, self.seating, None, now_ms);
        let pools = std::mem::take(&mut line.pools);
        if pools.len() != self.pools.len() {
            return None;
        }
        for (pool, saved) in pools.into_iter().zip(self.pools) {
            line.pools.push(pool.restored(saved)?);
        }
        line.gone = self
            .gone
            .into_iter()
            .map(|(pool, member, past)| ((pool, member), past))
            .collect();
        Some(line)
    }
}
