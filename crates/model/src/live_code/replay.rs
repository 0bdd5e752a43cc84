//! Replay: a stretch of one code's log decided again, by the plans that were live or by others, side by side with what was.

use std::{collections::BTreeMap, sync::Arc};

use rustc_hash::FxHashMap;

use super::{
    board::{Board, Entry, Logged, Looked, Scanned, Seating},
    plan::Plan,
    pool::Strategy,
    receipt::Filter,
};
use crate::id::{LiveCodeId, MemberId};

/// By what a stretch is decided again.
#[derive(Debug, Clone, PartialEq)]
pub enum Under {
    /// The plans that were live.
    Own,
    /// The same plans, their pools choosing in another way.
    Strategy(Strategy),
    /// Another plan, with who would sit in its pools.
    Plan(Arc<Plan>, Seating),
}

/// What somebody got.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Got {
    /// Scans that led to him.
    pub scans: u64,
    /// Adds.
    pub adds: u64,
    /// Whether a cap of his was reached.
    pub is_full: bool,
}

/// One way in which the stretch went, or would have gone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Side {
    /// Scans that led to somebody else than recorded.
    pub differ: u64,
    /// Scans that led to nobody.
    pub nobody: u64,
    /// Scans that found somebody at his cap.
    pub found_full: u64,
    /// Scans on a way through the layers that the plan does not have; they led to nobody.
    pub off_the_way: u64,
    /// Members.
    pub members: BTreeMap<MemberId, Got>,
}

impl Side {
    fn met(&mut self, member: Option<MemberId>, looked: &[Looked]) {
        let is_cap =
            |(filter, _): &(Filter, u32)| matches!(filter, Filter::DailyCap | Filter::LifetimeCap);
        let mut removed = looked.iter().flat_map(|looked| &looked.receipt.removed);
        self.found_full += u64::from(removed.any(is_cap));
        match member {
            Some(member) => self.members.entry(member).or_default().scans += 1,
            None => self.nobody += 1,
        }
    }

    fn added(&mut self, member: MemberId, board: &Board, code: LiveCodeId) {
        let got = self.members.entry(member).or_default();
        got.adds += 1;
        got.is_full |= board.line(code).is_some_and(|line| line.is_full(member));
    }
}

/// What came of a replay.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Scans of the stretch.
    pub scans: u64,
    /// As recorded.
    pub was: Side,
    /// As decided again, in the order in which it was asked for.
    pub would: Vec<Side>,
}

/// One side while it is decided.
#[derive(Debug, Clone)]
struct Again {
    under: Under,
    board: Board,
    side: Side,
    /// Whom visitors met last, where that was somebody else than recorded.
    other: FxHashMap<u128, Option<MemberId>>,
    /// Whose customers visitors would have become, by who they are and whose they became.
    of_another: FxHashMap<(u128, MemberId), MemberId>,
}

/// A replay under way: it is fed with the log in its order.
#[derive(Debug, Clone)]
pub struct Replay {
    code: LiveCodeId,
    from_ms: i64,
    has_begun: bool,
    board: Board,
    scans: u64,
    was: Side,
    again: Vec<Again>,
}

impl Replay {
    /// Replays what happens with a code from a moment on, under each of these. The board stands in front of the log that comes.
    pub fn new(
        code: LiveCodeId,
        from_ms: i64,
        board: Board,
        unders: impl IntoIterator<Item = Under>,
    ) -> Self {
        let again = unders.into_iter().map(|under| Again {
            under,
            board: Board::default(),
            side: Side::default(),
            other: FxHashMap::default(),
            of_another: FxHashMap::default(),
        });
        Self {
            code,
            from_ms,
            has_begun: false,
            board,
            scans: 0,
            was: Side::default(),
            again: again.collect(),
        }
    }

    /// Takes the next entry, with the plan that it publishes. A visitor who added somebody adds the one whom he would have met.
    /// Open work and who was there stay as recorded, since nobody knows how others would have worked.
    pub fn step(&mut self, logged: &Logged, plan: Option<Arc<Plan>>) {
        if logged.code.is_some_and(|code| code != self.code) {
            return;
        }
        if !self.has_begun && logged.at_ms >= self.from_ms {
            self.begin();
        }
        if self.has_begun {
            match &logged.entry {
                Entry::Scanned(scanned) => self.scanned(scanned, logged.at_ms),
                Entry::Added { visitor, member } => {
                    for again in &mut self.again {
                        again.added(self.code, (*visitor, *member), logged.at_ms);
                    }
                }
                _ => {
                    for again in &mut self.again {
                        again.apply(logged, plan.clone());
                    }
                }
            }
        }
        self.board.apply(logged, plan);
        if let (true, Entry::Added { member, .. }) = (self.has_begun, &logged.entry) {
            self.was.added(*member, &self.board, self.code);
        }
    }

    /// What came of it.
    pub fn finish(self) -> Replayed {
        Replayed {
            scans: self.scans,
            was: self.was,
            would: self.again.into_iter().map(|again| again.side).collect(),
        }
    }

    /// From here on each side goes its own way.
    fn begin(&mut self) {
        self.has_begun = true;
        let line = self.board.line(self.code);
        let published = line.map(|line| {
            let logged = Logged {
                code: Some(self.code),
                at_ms: self.board.clock(self.from_ms),
                entry: Entry::Published {
                    version: line.version(),
                    seating: line.seating().clone(),
                },
            };
            (logged, Arc::clone(line.plan()))
        });
        for again in &mut self.again {
            again.board.clone_from(&self.board);
            if let Some((logged, plan)) = published.as_ref().filter(|_| again.under != Under::Own) {
                again.apply(logged, Some(Arc::clone(plan)));
            }
        }
    }

    fn scanned(&mut self, scanned: &Scanned, at_ms: i64) {
        let met = self
            .board
            .line(self.code)
            .and_then(|line| line.chosen(scanned));
        self.scans += 1;
        self.was.met(met, &scanned.looked);
        for again in &mut self.again {
            again.scanned(self.code, scanned, met, at_ms);
        }
    }
}

impl Again {
    /// Follows what concerns no visitor.
    fn apply(&mut self, logged: &Logged, plan: Option<Arc<Plan>>) {
        let mut logged = logged.clone();
        let mut plan = plan;
        if let (Entry::Published { seating, .. }, Some(of)) = (&mut logged.entry, &mut plan) {
            match &self.under {
                Under::Own => {}
                Under::Strategy(strategy) => {
                    for pool in &mut Arc::make_mut(of).pools {
                        pool.strategy = *strategy;
                    }
                }
                Under::Plan(other, seats) => {
                    other.clone_into(of);
                    seats.clone_into(seating);
                }
            }
        }
        self.board.apply(&logged, plan);
    }

    fn scanned(&mut self, code: LiveCodeId, scanned: &Scanned, met: Option<MemberId>, at_ms: i64) {
        let mut visit = scanned.visit();
        for member in visit.returning_to.iter_mut().chain(&mut visit.except) {
            if let Some(other) = self.of_another.get(&(visit.visitor, *member)) {
                *member = *other;
            }
        }
        let (would, looked) = if let Ok(decision) = self.board.decide(code, &visit, at_ms) {
            (decision.member, decision.looked)
        } else {
            self.side.off_the_way += 1;
            (None, Vec::new())
        };
        self.side.met(would, &looked);
        if met == would {
            self.other.remove(&visit.visitor);
        } else {
            self.side.differ += 1;
            self.other.insert(visit.visitor, would);
        }
    }

    fn added(&mut self, code: LiveCodeId, (visitor, recorded): (u128, MemberId), at_ms: i64) {
        let member = match self.other.get(&visitor) {
            None => recorded,
            Some(Some(other)) => *other,
            // He would have met nobody whom he could add.
            Some(None) => return,
        };
        if member != recorded {
            self.of_another.insert((visitor, recorded), member);
        }
        let logged = Logged {
            code: Some(code),
            at_ms,
            entry: Entry::Added { visitor, member },
        };
        self.board.apply(&logged, None);
        self.side.added(member, &self.board, code);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live_code::{
        board::Visit,
        plan::{Entry as Seat, Who},
    };

    fn plan(strategy: Strategy) -> Plan {
        let seat = |number: u128| Seat {
            weight: number as u32,
            ..Seat::of(Who::Member(MemberId::from_u128(number)))
        };
        Plan::simple("p", strategy, (1..=3).map(seat).collect())
    }

    /// A day as it is recorded: every scan comes again as an add.
    fn day(strategy: Strategy) -> Vec<Logged> {
        let code = LiveCodeId::from_u128(1);
        let pools = vec![
            (1..=3)
                .map(|n| (MemberId::from_u128(n), n as u32 - 1))
                .collect(),
        ];
        let seating = Seating {
            zone: "UTC".into(),
            pools,
        };
        let put = |at_ms, entry| Logged {
            code: Some(code),
            at_ms,
            entry,
        };
        let mut log = vec![put(
            0,
            Entry::Published {
                version: 1,
                seating,
            },
        )];
        let mut board = Board::default();
        board.apply(&log[0], Some(Arc::new(plan(strategy))));
        for visitor in 0..600_u128 {
            let at_ms = visitor as i64 * 1000;
            let visit = Visit {
                visitor,
                ..Visit::default()
            };
            let decision = board.decide(code, &visit, at_ms).unwrap();
            let scanned = Scanned::new(visit, &decision);
            log.push(put(at_ms, Entry::Scanned(Box::new(scanned))));
            let member = decision.member.unwrap();
            log.push(put(at_ms, Entry::Added { visitor, member }));
            board.apply(&log[log.len() - 1], None);
        }
        log
    }

    fn again(log: &[Logged], of: Strategy, under: Under) -> Replayed {
        let plan = Arc::new(plan(of));
        let code = LiveCodeId::from_u128(1);
        let mut replay = Replay::new(code, 0, Board::default(), [under]);
        for logged in log {
            let publishes = matches!(logged.entry, Entry::Published { .. });
            replay.step(logged, publishes.then(|| Arc::clone(&plan)));
        }
        replay.finish()
    }

    fn scans(side: &Side) -> Vec<u64> {
        side.members.values().map(|got| got.scans).collect()
    }

    #[test]
    fn a_day_comes_out_the_same_under_its_own_strategy_and_otherwise_under_another() {
        let log = day(Strategy::Weighted);
        let same = again(&log, Strategy::Weighted, Under::Own);
        assert_eq!((same.scans, same.would[0].differ), (600, 0));
        assert_eq!(same.was, same.would[0]);
        let other = again(
            &log,
            Strategy::Weighted,
            Under::Strategy(Strategy::RoundRobin),
        );
        assert_eq!(scans(&other.was), [100, 200, 300]);
        assert_eq!(scans(&other.would[0]), [200, 200, 200]);
        assert_eq!(
            other.would[0]
                .members
                .values()
                .map(|got| got.adds)
                .sum::<u64>(),
            600
        );
    }

    #[test]
    fn a_plan_with_a_cap_leaves_some_without_anybody() {
        let log = day(Strategy::Weighted);
        let mut capped = plan(Strategy::RoundRobin);
        for entry in &mut capped.pools[0].entries {
            entry.lifetime_cap = Some(50);
        }
        let Entry::Published { seating, .. } = &log[0].entry else {
            panic!("a day begins with a plan");
        };
        let under = Under::Plan(Arc::new(capped), seating.clone());
        let would = again(&log, Strategy::Weighted, under).would.remove(0);
        assert_eq!(scans(&would), [50, 50, 50]);
        assert_eq!((would.nobody, would.found_full), (450, 452));
        assert!(
            would
                .members
                .values()
                .all(|got| got.is_full && got.adds == 50)
        );
    }
}
