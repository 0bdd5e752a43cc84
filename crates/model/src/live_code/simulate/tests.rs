//! Simulated days: the same outcome twice, sums that add up, and what strategies are known for.

use super::*;
use crate::corp::DAY_MS;

const MORNING_MS: i64 = 1_790_000_000_000 / DAY_MS * DAY_MS + DAY_MS * 3 / 8;
const HOUR_MS: i64 = 3_600_000;

fn scenario(members: Vec<(Terms, Pace)>, per_hour: f64) -> Scenario {
    let rate = |hours: i64, per_hour| Rate {
        at_ms: MORNING_MS + hours * HOUR_MS,
        per_hour,
    };
    Scenario {
        seed: 1,
        zone: TimeZone::UTC,
        starts_at_ms: MORNING_MS,
        ends_at_ms: MORNING_MS + 8 * HOUR_MS,
        scans: arrivals(
            1,
            &[
                rate(0, per_hour / 4.0),
                rate(4, per_hour),
                rate(8, per_hour / 4.0),
            ],
        ),
        visitors: Visitors {
            adding: 0.8,
            add_s: 20.0,
        },
        members,
        hold_ms: 600_000,
        promise_s: 180,
    }
}

fn member(answer_s: f64, daily_cap: Option<u32>) -> (Terms, Pace) {
    let terms = Terms {
        weight: 1,
        capacity: 5,
        daily_cap,
        ..Terms::default()
    };
    (
        terms,
        Pace {
            answer_s,
            open_s: 300.0,
        },
    )
}

#[test]
fn arrivals_follow_their_curve() {
    let day = scenario(vec![], 4000.0);
    // The area under the curve is 20,000.
    assert!(
        (19_500..20_500).contains(&day.scans.len()),
        "{}",
        day.scans.len()
    );
    let noon = MORNING_MS + 4 * HOUR_MS;
    let near = |at: i64| {
        day.scans
            .iter()
            .filter(|scan| (*scan - at).abs() < HOUR_MS / 4)
            .count()
    };
    assert!(near(noon) > 3 * near(MORNING_MS + HOUR_MS / 4));
    assert!(day.scans.is_sorted());
}

#[test]
fn a_day_has_the_same_outcome_twice_and_its_sums_add_up() {
    let day = scenario(vec![member(30.0, Some(60)); 20], 300.0);
    for strategy in [Strategy::RoundRobin, Strategy::LeastLoaded] {
        let report = run(&day, strategy, None);
        assert_eq!(report, run(&day, strategy, None));
        assert_eq!(report.scans, day.scans.len() as u64);
        assert_eq!(
            report.adds,
            report.kept + report.broken,
            "everybody is answered"
        );
        assert_eq!(
            report.adds,
            report.members.iter().map(|member| member.adds).sum::<u64>()
        );
        assert!(report.members.iter().all(|member| member.adds <= 60));
        assert!(report.left_numbers >= report.still_waiting);
    }
}

#[test]
fn turns_are_even_and_load_follows_the_fast() {
    let mut members = vec![member(20.0, None); 10];
    members.extend(vec![member(200.0, None); 10]);
    let day = scenario(members, 400.0);
    let turns = run(&day, Strategy::RoundRobin, None);
    let load = run(&day, Strategy::LeastLoaded, None);
    let shown: Vec<u64> = turns.members.iter().map(|member| member.shown).collect();
    let (least, most) = (shown.iter().min().unwrap(), shown.iter().max().unwrap());
    // Turns that came to nothing are given back, which moves a few.
    assert!(most - least <= *most / 5 + 2, "{shown:?}");
    let slow = |report: &Report| {
        report.members[10..]
            .iter()
            .map(|member| member.adds)
            .sum::<u64>()
    };
    assert!(slow(&load) < slow(&turns));
    assert!(load.wait_p90_s < turns.wait_p90_s);
    assert!(load.broken < turns.broken);
}

#[test]
fn who_finds_everybody_full_leaves_a_number() {
    let day = scenario(vec![member(10.0, Some(5)); 4], 100.0);
    let report = run(&day, Strategy::RoundRobin, None);
    assert_eq!(report.adds, 20);
    assert!(report.left_numbers > 0 && report.found_full > 0);
    assert!(report.members.iter().all(|member| member.is_full));
    assert!(report.still_waiting > 0);
}

#[test]
fn nobody_at_all_is_a_day_too() {
    let report = run(&scenario(vec![], 50.0), Strategy::Nearest, None);
    assert_eq!((report.adds, report.left_numbers), (0, report.scans));
    assert!(arrivals(1, &[]).is_empty());
}

#[test]
fn a_promotion_brings_as_many_as_planned_and_most_at_its_peak() {
    for (peak_h, height) in [(20, 6.0), (8, 3.0), (22, 10.0), (12, 1.0), (3, 5.0)] {
        let hours = (8 * HOUR_MS, 22 * HOUR_MS);
        let curve = promotion(10_000, hours, peak_h * HOUR_MS, height);
        let scans = arrivals(7, &curve);
        assert!(scans.len().abs_diff(10_000) < 500, "{}", scans.len());
        assert!(scans.is_sorted() && scans.iter().all(|at| (hours.0..hours.1).contains(at)));
        if (9..21).contains(&peak_h) && height > 1.0 {
            let within = |from: i64, until: i64| {
                scans
                    .iter()
                    .filter(|at| (from..until).contains(*at))
                    .count()
            };
            let peak = within(peak_h * HOUR_MS - 900_000, peak_h * HOUR_MS + 900_000);
            assert!(
                peak as f64 > within(8 * HOUR_MS, 8 * HOUR_MS + 1_800_000) as f64 * (height - 1.5)
            );
        }
    }
}
