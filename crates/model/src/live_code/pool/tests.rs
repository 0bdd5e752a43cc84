//! Choices of a pool: filters, caps, reservations, and that the same acts lead to the same choices.

use proptest::{prelude::*, strategy::Strategy as Generator};

use super::{Strategy, *};
use crate::{corp::DAY_MS, live_code::hours::Stretch};

const NOON_MS: i64 = 1_790_000_000_000 / DAY_MS * DAY_MS + DAY_MS / 2;

fn terms() -> Terms {
    Terms {
        weight: 1,
        capacity: 3,
        ..Terms::default()
    }
}

fn pool(strategy: Strategy, terms: Vec<Terms>) -> Pool {
    Pool::new(strategy, None, TimeZone::UTC, terms, NOON_MS)
}

fn scan(visitor: u128, now_ms: i64) -> Scan {
    Scan {
        visitor,
        now_ms,
        ..Scan::default()
    }
}

#[test]
fn each_filter_is_counted_once_and_the_first_counts() {
    let off = Arc::new(Hours {
        week: vec![vec![]; 7],
        ..Hours::default()
    });
    let mut pool = pool(
        Strategy::RoundRobin,
        vec![
            Terms {
                hours: Arc::clone(&off),
                ..terms()
            },
            Terms {
                daily_cap: Some(0),
                ..terms()
            },
            Terms {
                weight: 0,
                ..terms()
            },
            terms(),
            terms(),
        ],
    );
    let away = Standing {
        is_active: false,
        is_switched_off: true,
        ..Standing::GOOD
    };
    pool.stand(3, away, NOON_MS);
    pool.stand(
        4,
        Standing {
            has_quota: false,
            ..Standing::GOOD
        },
        NOON_MS,
    );
    let receipt = pool.choose(&scan(1, NOON_MS));
    assert_eq!((receipt.chosen, receipt.reason), (None, Reason::Nobody));
    let expected = [
        (Filter::Inactive, 1),
        (Filter::OffDuty, 1),
        (Filter::Quota, 1),
        (Filter::DailyCap, 1),
        (Filter::NoShare, 1),
    ];
    assert_eq!(receipt.removed, expected);
}

#[test]
fn an_empty_pool_chooses_nobody() {
    for strategy in [
        Strategy::RoundRobin,
        Strategy::LeastLoaded,
        Strategy::Nearest,
    ] {
        let receipt = pool(strategy, vec![]).choose(&scan(1, NOON_MS));
        assert_eq!((receipt.chosen, receipt.seats), (None, 0));
    }
}

#[test]
fn one_visitor_holds_one_place_until_it_expires() {
    let mut pool = pool(
        Strategy::RoundRobin,
        vec![
            Terms {
                daily_cap: Some(1),
                ..terms()
            };
            2
        ],
    );
    let first = pool.choose(&scan(7, NOON_MS));
    let again = pool.choose(&scan(7, NOON_MS + 1000));
    assert_eq!((again.chosen, again.reason), (first.chosen, Reason::Held));
    assert_eq!(pool.choose(&scan(8, NOON_MS)).chosen, Some(1));
    assert_eq!(pool.choose(&scan(9, NOON_MS)).chosen, None, "both are held");
    let later = NOON_MS + HOLD_MS;
    assert_eq!(
        pool.choose(&scan(9, later)).chosen,
        Some(0),
        "the holds are over"
    );
    assert_eq!(pool.add(7, later), None, "so is the first visitor's");
    assert_eq!(pool.add(9, later), Some(0));
    assert_eq!(pool.taken(0), (1, 1, 0));
}

#[test]
fn a_new_day_opens_caps_but_not_those_for_all_time() {
    let seats = vec![
        Terms {
            daily_cap: Some(1),
            ..terms()
        },
        Terms {
            lifetime_cap: Some(1),
            ..terms()
        },
    ];
    let mut pool = pool(Strategy::RoundRobin, seats);
    for visitor in [1, 2] {
        pool.choose(&scan(visitor, NOON_MS));
        pool.add(visitor, NOON_MS);
    }
    assert_eq!(pool.choose(&scan(3, NOON_MS)).chosen, None);
    let tomorrow = NOON_MS + DAY_MS / 2;
    assert_eq!(pool.choose(&scan(3, tomorrow - 1)).chosen, None);
    assert_eq!(pool.choose(&scan(3, tomorrow)).chosen, Some(0));
    assert_eq!(pool.filter(1), Some(Filter::LifetimeCap));
}

#[test]
fn hours_begin_and_end_by_themselves() {
    let week = vec![
        vec![Stretch {
            from_min: 540,
            to_min: 1080
        }];
        7
    ];
    let hours = Arc::new(Hours {
        week,
        ..Hours::default()
    });
    let mut pool = pool(Strategy::RoundRobin, vec![Terms { hours, ..terms() }]);
    assert_eq!(pool.choose(&scan(1, NOON_MS)).chosen, Some(0));
    let evening = NOON_MS + 6 * 3_600_000;
    assert_eq!(
        pool.choose(&scan(2, evening)).removed,
        [(Filter::OffDuty, 1)]
    );
    assert_eq!(
        pool.choose(&scan(2, evening + 15 * 3_600_000)).chosen,
        Some(0)
    );
}

#[test]
fn a_customer_goes_to_his_member_while_that_one_is_there() {
    let mut pool = pool(
        Strategy::RoundRobin,
        vec![
            Terms {
                daily_cap: Some(0),
                ..terms()
            },
            terms(),
        ],
    );
    let returning = Scan {
        returning_to: Some(0),
        ..scan(1, NOON_MS)
    };
    let receipt = pool.choose(&returning);
    assert_eq!(
        (receipt.chosen, receipt.reason),
        (Some(0), Reason::Returning)
    );
    pool.stand(
        0,
        Standing {
            is_active: false,
            ..Standing::GOOD
        },
        NOON_MS,
    );
    assert_eq!(pool.choose(&returning).chosen, Some(1));
}

#[test]
fn one_who_is_rerouted_meets_another() {
    let mut pool = pool(Strategy::LeastLoaded, vec![terms(); 2]);
    let first = pool.choose(&scan(1, NOON_MS)).chosen.unwrap();
    let other = Scan {
        except: vec![first],
        ..scan(1, NOON_MS)
    };
    let receipt = pool.choose(&other);
    assert_eq!(receipt.chosen, Some(1 - first));
    assert_eq!(
        pool.taken(first),
        (0, 0, 0),
        "the first place is free again"
    );
    let neither = Scan {
        except: vec![0, 1],
        ..scan(2, NOON_MS)
    };
    assert_eq!(pool.choose(&neither).removed, [(Filter::Excluded, 2)]);
}

#[test]
fn the_nearest_is_chosen_within_the_radius_and_anyone_without_a_location() {
    let at = |longitude| {
        vec![Point {
            latitude: 31.0,
            longitude,
        }]
    };
    let seats = vec![
        Terms {
            points: at(121.0),
            ..terms()
        },
        Terms {
            points: at(121.5),
            ..terms()
        },
    ];
    let mut pool = Pool::new(
        Strategy::Nearest,
        Some(30_000.0),
        TimeZone::UTC,
        seats,
        NOON_MS,
    );
    let from = |visitor, longitude| Scan {
        from: Point::new(31.0, longitude),
        ..scan(visitor, NOON_MS)
    };
    assert_eq!(pool.choose(&from(1, 121.4)).chosen, Some(1));
    assert_eq!(pool.choose(&from(2, 121.1)).chosen, Some(0));
    assert_eq!(pool.choose(&from(3, 125.0)).removed, [(Filter::TooFar, 2)]);
    assert!(pool.choose(&scan(4, NOON_MS)).chosen.is_some());
}

/// What may happen to a pool.
#[derive(Debug, Clone)]
enum Act {
    Scan(u128),
    Add(u128),
    Pass(i64),
    Switch(Place, bool),
    Work(Place, u32),
}

fn act() -> impl Generator<Value = Act> {
    prop_oneof![
        4 => (0_u128..40).prop_map(Act::Scan),
        3 => (0_u128..40).prop_map(Act::Add),
        1 => (0_i64..20 * 60_000).prop_map(Act::Pass),
        1 => (0_u32..8, any::<bool>()).prop_map(|(place, is_off)| Act::Switch(place, is_off)),
        1 => (0_u32..8, 0_u32..9).prop_map(|(place, open)| Act::Work(place, open)),
    ]
}

fn run(strategy: Strategy, caps: &[(u32, u32)], acts: &[Act]) -> Vec<Receipt> {
    let seats = caps.iter().enumerate().map(|(at, &(weight, cap))| Terms {
        weight,
        capacity: 1 + at as u32,
        daily_cap: Some(cap),
        points: vec![Point {
            latitude: at as f64,
            longitude: 179.0,
        }],
        ..Terms::default()
    });
    let mut pool = pool(strategy, seats.collect());
    let mut now_ms = NOON_MS;
    let mut receipts = Vec::new();
    for act in acts {
        match *act {
            Act::Scan(visitor) => {
                let from = Point::new((visitor % 9) as f64, -179.0);
                receipts.push(pool.choose(&Scan {
                    from,
                    ..scan(visitor, now_ms)
                }));
            }
            Act::Add(visitor) => {
                pool.add(visitor, now_ms);
            }
            Act::Pass(ms) => now_ms += ms,
            Act::Switch(place, is_switched_off) if (place as usize) < caps.len() => {
                pool.stand(
                    place,
                    Standing {
                        is_switched_off,
                        ..Standing::GOOD
                    },
                    now_ms,
                );
            }
            Act::Work(place, open) if (place as usize) < caps.len() => {
                pool.work(place, open, now_ms);
            }
            Act::Switch(..) | Act::Work(..) => {}
        }
        for (place, (_, cap)) in caps.iter().enumerate() {
            let (today, _, held) = pool.taken(place as Place);
            assert!(today + held <= *cap, "never over a cap");
        }
        let removed = (0..caps.len() as Place).filter(|place| pool.filter(*place).is_some());
        assert_eq!(removed.count() as u32, pool.removed.iter().sum::<u32>());
    }
    receipts
}

proptest! {
    #[test]
    fn caps_hold_and_the_same_acts_lead_to_the_same_choices(
        strategy in prop::sample::select(vec![
            Strategy::RoundRobin, Strategy::Weighted, Strategy::LeastLoaded, Strategy::Nearest,
        ]),
        caps in prop::collection::vec((0_u32..5, 0_u32..6), 0..8),
        acts in prop::collection::vec(act(), 0..200),
    ) {
        let receipts = run(strategy, &caps, &acts);
        prop_assert_eq!(&receipts, &run(strategy, &caps, &acts));
        for receipt in receipts {
            let removed: u32 = receipt.removed.iter().map(|(_, count)| count).sum();
            prop_assert!(removed <= receipt.seats);
            prop_assert_eq!(receipt.reason == Reason::Nobody, receipt.chosen.is_none());
        }
    }
}
