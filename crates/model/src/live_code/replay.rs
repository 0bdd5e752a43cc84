//! Replay: a stretch of the log decided again, by the same plans or by others, side by side with what was.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    board::{Board, Entry, Logged},
    plan::Plan,
};
use crate::id::{LiveCodeId, MemberId};

/// How often something was, and how often it would have been.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    /// As recorded.
    pub was: u64,
    /// As decided again.
    pub would: u64,
}

/// What came of a replay.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Scans that were decided again.
    pub scans: u64,
    /// Scans that led to somebody else.
    pub differ: u64,
    /// Scans by code and member; None counts those that led to nobody.
    pub shares: BTreeMap<(LiveCodeId, Option<MemberId>), Share>,
}

/// Decides a stretch of the log again, from the board in front of it. Each entry comes with the plan that it publishes, which may be
/// another one than was published; a visitor who added somebody adds the one whom he would have met. Open work stays as recorded,
/// since nobody knows how others would have worked.
pub fn replay(
    mut board: Board,
    log: impl IntoIterator<Item = (Logged, Option<Arc<Plan>>)>,
) -> Replayed {
    let mut was = Board::default();
    was.clone_from(&board);
    let mut done = Replayed::default();
    for (mut logged, plan) in log {
        let Some(code) = logged.code else {
            board.apply(&logged, None);
            was.apply(&logged, None);
            continue;
        };
        match &mut logged.entry {
            Entry::Scanned(scanned) => {
                let met = was.line(code).and_then(|line| line.chosen(scanned));
                let decided = board.decide(code, &scanned.visit(), logged.at_ms);
                let would = decided.ok().and_then(|decision| decision.member);
                done.scans += 1;
                done.differ += u64::from(met != would);
                done.shares.entry((code, met)).or_default().was += 1;
                done.shares.entry((code, would)).or_default().would += 1;
                was.apply(&logged, None);
            }
            Entry::Added { visitor, member } => {
                let visitor = *visitor;
                let holds = board.line(code).and_then(|line| line.held_by(visitor));
                let recorded = *member;
                *member = holds.unwrap_or(recorded);
                board.apply(&logged, None);
                if let Entry::Added { member, .. } = &mut logged.entry {
                    *member = recorded;
                }
                was.apply(&logged, None);
            }
            _ => {
                board.apply(&logged, plan.clone());
                was.apply(&logged, plan);
            }
        }
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live_code::{
        board::{Scanned, Seating, Visit},
        plan::{Entry as Seat, Who},
        pool::Strategy,
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

    fn again(log: &[Logged], strategy: Strategy) -> Replayed {
        let plan = Arc::new(plan(strategy));
        let log = log.iter().map(|logged| {
            let publishes = matches!(logged.entry, Entry::Published { .. });
            (logged.clone(), publishes.then(|| Arc::clone(&plan)))
        });
        replay(Board::default(), log)
    }

    #[test]
    fn a_day_comes_out_the_same_under_its_own_strategy_and_otherwise_under_another() {
        let log = day(Strategy::Weighted);
        let same = again(&log, Strategy::Weighted);
        assert_eq!((same.scans, same.differ), (600, 0));
        assert!(same.shares.values().all(|share| share.was == share.would));
        let other = again(&log, Strategy::RoundRobin);
        let would: Vec<u64> = other.shares.values().map(|share| share.would).collect();
        let was: Vec<u64> = other.shares.values().map(|share| share.was).collect();
        assert_eq!((was, would), (vec![100, 200, 300], vec![200, 200, 200]));
    }
}
