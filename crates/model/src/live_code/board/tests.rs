//! The board follows its log: whatever happened, whoever replays it from wherever comes to the same state and the same choices.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::live_code::{
    plan::{Choice, Entry as PoolEntry, Layer, PoolPlan, Who, Words},
    pool::Strategy as Way,
    receipt::Reason,
};

const CODE: LiveCodeId = LiveCodeId::from_u128(7);

fn member(number: u32) -> MemberId {
    MemberId::from_u128(u128::from(number) + 1)
}

fn entry(number: u32, weight: u32, daily_cap: Option<u32>) -> PoolEntry {
    PoolEntry {
        weight,
        daily_cap,
        ..PoolEntry::of(Who::Member(member(number)))
    }
}

/// Seats of a plan that names members alone.
fn seating(plan: &Plan) -> Seating {
    let seats = |pool: &PoolPlan| {
        let seats = pool.entries.iter().enumerate();
        seats
            .filter_map(|(at, entry)| match entry.who {
                Who::Member(member) => Some((member, at as u32)),
                Who::Department(_) => None,
            })
            .collect()
    };
    Seating {
        zone: "Asia/Shanghai".into(),
        pools: plan.pools.iter().map(seats).collect(),
    }
}

fn published(version: u32, plan: &Plan, at_ms: i64) -> Logged {
    Logged {
        code: Some(CODE),
        at_ms,
        entry: Entry::Published {
            version,
            seating: seating(plan),
        },
    }
}

fn board(plan: &Plan) -> Board {
    let mut board = Board::default();
    board.apply(&published(1, plan, 0), Some(Arc::new(plan.clone())));
    board
}

fn state(board: &Board) -> String {
    serde_json::to_string(&board.save()).unwrap()
}

fn scan(board: &mut Board, visitor: u128, at_ms: i64) -> Decision {
    let visit = Visit {
        visitor,
        ..Visit::default()
    };
    board.decide(CODE, &visit, at_ms).unwrap()
}

/// Two pools behind a question, one the backup of the other.
fn layered(way: Way, first: Vec<PoolEntry>, second: Vec<PoolEntry>) -> Plan {
    let mut plan = Plan::simple("first", way, first);
    plan.pools[0].backup = Some(1);
    plan.pools.push(PoolPlan {
        name: "second".into(),
        strategy: Way::RoundRobin,
        radius_m: None,
        entries: second,
        backup: None,
    });
    let choice = |key: &str, pool| Choice {
        key: key.into(),
        label: Words::default(),
        then: Layer::Pool(pool),
    };
    plan.entry = Layer::Ask {
        question: Words::default(),
        choices: vec![choice("a", 0), choice("b", 1)],
        fallback: None,
    };
    plan
}

#[test]
fn a_visitor_holds_one_place_and_keeps_it() {
    let plan = layered(
        Way::RoundRobin,
        vec![entry(0, 1, None)],
        vec![entry(1, 1, None)],
    );
    let mut board = board(&plan);
    let visit = |path: &str| Visit {
        visitor: 1,
        path: vec![path.into()],
        ..Visit::default()
    };
    let first = board.decide(CODE, &visit("a"), 10).unwrap();
    let again = board.decide(CODE, &visit("a"), 20).unwrap();
    assert_eq!(first.member, Some(member(0)));
    assert_eq!(
        (again.reason, again.until_ms),
        (Reason::Held, first.until_ms)
    );
    let other = board.decide(CODE, &visit("b"), 30).unwrap();
    assert_eq!(other.member, Some(member(1)));
    let held: Vec<u32> = board
        .line(CODE)
        .unwrap()
        .pools()
        .map(|(_, pool, _)| pool.taken(0).2)
        .collect();
    assert_eq!(held, [0, 1]);
    assert_eq!(board.decide(CODE, &visit("c"), 40), Err(Unclear::Path));
}

#[test]
fn a_place_outlives_what_was_said_so_that_a_late_add_fits_under_the_cap() {
    let plan = Plan::simple("p", Way::RoundRobin, vec![entry(0, 1, Some(1))]);
    let mut board = board(&plan);
    let shown = scan(&mut board, 1, 0);
    let until_ms = shown.until_ms.unwrap();
    assert_eq!(scan(&mut board, 2, until_ms + 1).member, None);
    let added = Logged {
        code: Some(CODE),
        at_ms: until_ms - 1,
        entry: Entry::Added {
            visitor: 1,
            member: member(0),
        },
    };
    board.apply(&added, None);
    let line = board.line(CODE).unwrap();
    assert_eq!(line.pools().next().unwrap().1.taken(0), (1, 1, 0));
    // Nobody added: another one has the place after the grace.
    let mut board = self::board(&plan);
    scan(&mut board, 1, 0);
    let later = scan(&mut board, 2, until_ms + GRACE_MS);
    assert_eq!(later.member, Some(member(0)));
}

#[test]
fn a_returning_customer_goes_to_his_member_in_whatever_pool() {
    let plan = layered(
        Way::RoundRobin,
        vec![entry(0, 1, None)],
        vec![entry(1, 1, Some(0))],
    );
    let mut board = board(&plan);
    let visit = Visit {
        visitor: 1,
        path: vec!["a".into()],
        returning_to: vec![member(9), member(1)],
        ..Visit::default()
    };
    let met = board.decide(CODE, &visit, 0).unwrap();
    assert_eq!(
        (met.member, met.reason, met.until_ms),
        (Some(member(1)), Reason::Returning, None)
    );
    let mut staff = Staff::GOOD;
    staff.standing.is_active = false;
    board.apply(
        &Logged {
            code: None,
            at_ms: 1,
            entry: Entry::Stands {
                member: member(1),
                staff,
            },
        },
        None,
    );
    assert_eq!(
        board.decide(CODE, &visit, 2).unwrap().member,
        Some(member(0))
    );
}

#[test]
fn nobody_gains_or_loses_by_a_publication() {
    let plan = |weights: &[u32]| {
        let entries = weights.iter().enumerate();
        Plan::simple(
            "p",
            Way::Weighted,
            entries
                .map(|(number, weight)| entry(number as u32, *weight, None))
                .collect(),
        )
    };
    let weights = [5, 3, 2, 7, 1];
    let (mut still, mut moved) = (board(&plan(&weights)), board(&plan(&weights)));
    for visitor in 0..4000 {
        if visitor % 7 == 3 {
            let again = published(visitor as u32, &plan(&weights), visitor as i64);
            moved.apply(&again, Some(Arc::new(plan(&weights))));
        }
        assert_eq!(
            scan(&mut still, visitor, visitor as i64).member,
            scan(&mut moved, visitor, visitor as i64).member
        );
    }
    let held = |board: &Board| -> Vec<(u32, u32, u32)> {
        let line = board.line(CODE).unwrap();
        let (_, pool, seats) = line.pools().next().unwrap();
        (0..seats.len() as u32)
            .map(|place| pool.taken(place))
            .collect()
    };
    assert_eq!(held(&still), held(&moved));
}

#[test]
fn one_who_sits_elsewhere_for_a_while_has_what_he_had_added() {
    let both = Plan::simple(
        "p",
        Way::RoundRobin,
        vec![entry(0, 1, Some(1)), entry(1, 1, None)],
    );
    let one = Plan::simple("p", Way::RoundRobin, vec![entry(1, 1, None)]);
    let mut board = board(&both);
    let shown = scan(&mut board, 1, 0);
    assert_eq!(shown.member, Some(member(0)));
    board.apply(
        &Logged {
            code: Some(CODE),
            at_ms: 1,
            entry: Entry::Added {
                visitor: 1,
                member: member(0),
            },
        },
        None,
    );
    for (version, plan) in [(2, &one), (3, &both)] {
        board.apply(&published(version, plan, 2), Some(Arc::new(plan.clone())));
    }
    for visitor in 2..20 {
        assert_eq!(scan(&mut board, visitor, 3).member, Some(member(1)));
    }
}

/// What may happen to the pools of a code.
#[derive(Debug, Clone)]
enum Act {
    Scan {
        visitor: u8,
        path: bool,
        returning: Option<u8>,
    },
    Add {
        visitor: u8,
    },
    Stands {
        member: u8,
        active: bool,
        off: bool,
        open: u8,
    },
    Credit {
        member: u8,
        turns: i8,
    },
    Publish {
        from: u8,
        weights: Vec<u8>,
    },
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => (0_u8..30, any::<bool>(), prop::option::weighted(0.1, 0_u8..8))
            .prop_map(|(visitor, path, returning)| Act::Scan { visitor, path, returning }),
        3 => (0_u8..30).prop_map(|visitor| Act::Add { visitor }),
        1 => (0_u8..8, any::<bool>(), any::<bool>(), 0_u8..5)
            .prop_map(|(member, active, off, open)| Act::Stands { member, active, off, open }),
        1 => (0_u8..8, -2_i8..3).prop_map(|(member, turns)| Act::Credit { member, turns }),
        1 => (0_u8..4, prop::collection::vec(0_u8..5, 1..6))
            .prop_map(|(from, weights)| Act::Publish { from, weights }),
    ]
}

fn plan_of(way: Way, from: u8, weights: &[u8]) -> Plan {
    let entries = |shift: u8| {
        weights.iter().enumerate().map(move |(at, weight)| {
            let number = u32::from(from + shift) + at as u32;
            entry(number, u32::from(*weight), Some(3 + number % 3))
        })
    };
    layered(way, entries(0).collect(), entries(1).collect())
}

/// Caps hold to the last one: adds of the day, and the places that may still become one.
fn within_caps(board: &Board) -> std::result::Result<(), TestCaseError> {
    for (plan, pool, seats) in board.line(CODE).unwrap().pools() {
        for (place, (member, entry)) in seats.iter().enumerate() {
            let (today, _, held) = pool.taken(place as u32);
            let cap = plan.entries[*entry as usize].daily_cap.unwrap();
            prop_assert!(today + held <= cap, "{member}: {today} and {held} of {cap}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn replaying_the_log_from_any_snapshot_comes_to_the_same(
        way in prop::sample::select(vec![Way::RoundRobin, Way::Weighted, Way::LeastLoaded, Way::Nearest]),
        acts in prop::collection::vec((act(), 0_i64..400_000), 1..120),
        cut in any::<prop::sample::Index>(),
    ) {
        let first = plan_of(way, 0, &[1, 2, 3]);
        let mut plans = vec![Arc::new(first.clone())];
        let mut board = board(&first);
        let mut follower = board.clone();
        let mut snapshot = None;
        let mut log: Vec<(Logged, Option<Arc<Plan>>)> = Vec::new();
        let mut held: FxHashMap<u8, (MemberId, i64)> = FxHashMap::default();
        let cut = cut.index(acts.len());
        let mut now_ms = 0;
        for (at, (act, passes_ms)) in acts.into_iter().enumerate() {
            if at == cut {
                let saved: SavedBoard = serde_json::from_str(&state(&board)).unwrap();
                let known = |_, version: u32| plans.get(version as usize - 1).cloned();
                snapshot = Some((Board::restored(saved, known), log.len()));
            }
            now_ms += passes_ms;
            let mut plan = None;
            let (code, entry) = match act {
                Act::Scan { visitor, path, returning } => {
                    let visit = Visit {
                        visitor: u128::from(visitor),
                        path: vec![if path { "a" } else { "b" }.to_owned()],
                        returning_to: returning.map(|number| member(number.into())).into_iter().collect(),
                        ..Visit::default()
                    };
                    let decision = board.decide(CODE, &visit, now_ms).unwrap();
                    if let (Some(member), Some(until_ms)) = (decision.member, decision.until_ms) {
                        prop_assert!(until_ms > now_ms);
                        held.insert(visitor, (member, until_ms));
                    }
                    let scanned = Scanned::new(visit, &decision);
                    log.push((Logged { code: Some(CODE), at_ms: now_ms, entry: Entry::Scanned(Box::new(scanned)) }, None));
                    within_caps(&board)?;
                    continue;
                }
                Act::Add { visitor } => {
                    let Some((member, until_ms)) = held.remove(&visitor) else { continue };
                    if until_ms <= now_ms { continue }
                    (Some(CODE), Entry::Added { visitor: visitor.into(), member })
                }
                Act::Stands { member: number, active, off, open } => {
                    let mut staff = Staff { open: open.into(), ..Staff::GOOD };
                    (staff.standing.is_active, staff.standing.is_switched_off) = (active, off);
                    (None, Entry::Stands { member: member(number.into()), staff })
                }
                Act::Credit { member: number, turns } =>
                    (Some(CODE), Entry::Credit { member: member(number.into()), turns: turns.into() }),
                Act::Publish { from, weights } => {
                    let new = Arc::new(plan_of(way, from, &weights));
                    plans.push(Arc::clone(&new));
                    let version = plans.len() as u32;
                    let seating = seating(&new);
                    plan = Some(new);
                    (Some(CODE), Entry::Published { version, seating })
                }
            };
            let logged = Logged { code, at_ms: now_ms, entry };
            board.apply(&logged, plan.clone());
            log.push((logged, plan));
            within_caps(&board)?;
        }
        for (logged, plan) in &log {
            // As it is read again.
            let text = serde_json::to_string(&logged.entry).unwrap();
            let entry: Entry = serde_json::from_str(&text).unwrap();
            let entry = match logged.entry.visitor() {
                Some(visitor) => entry.by(visitor),
                None => entry,
            };
            follower.apply(&Logged { entry, ..logged.clone() }, plan.clone());
        }
        prop_assert_eq!(state(&board), state(&follower));
        let (mut restored, from) = snapshot.unwrap();
        for (logged, plan) in &log[from..] {
            restored.apply(logged, plan.clone());
        }
        prop_assert_eq!(state(&board), state(&restored));
        // And it goes on in the same way.
        for visitor in 100..130_u128 {
            let visit = Visit { visitor, path: vec!["a".into()], ..Visit::default() };
            let one = board.decide(CODE, &visit, now_ms + visitor as i64);
            prop_assert_eq!(&one, &follower.decide(CODE, &visit, now_ms + visitor as i64));
            prop_assert_eq!(&one, &restored.decide(CODE, &visit, now_ms + visitor as i64));
        }
    }
}
