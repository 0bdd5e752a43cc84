//! Turns held against fluid that is reckoned the slow way, seat by seat.

use proptest::prelude::*;

use super::*;

/// Fluid and turns of one seat.
#[derive(Debug, Clone, Default)]
struct Seen {
    weight: u32,
    cap: u64,
    fluid: f64,
    turns: u64,
}

/// Lets one unit flow among seats whose fluid has not reached their caps.
fn flow(seats: &mut [Seen]) {
    let mut left = 1.0;
    while left > 1e-12 {
        let open = |seat: &&mut Seen| seat.weight > 0 && seat.fluid < seat.cap as f64 - 1e-12;
        let weights: f64 = seats
            .iter_mut()
            .filter(open)
            .map(|s| f64::from(s.weight))
            .sum();
        if weights == 0.0 {
            return;
        }
        // As far as the first cap, or to the end.
        let step = seats
            .iter_mut()
            .filter(open)
            .map(|seat| (seat.cap as f64 - seat.fluid) * weights / f64::from(seat.weight))
            .fold(left, f64::min);
        for seat in seats.iter_mut().filter(open) {
            seat.fluid += step * f64::from(seat.weight) / weights;
        }
        left -= step;
    }
}

/// Serves until all are full or `scans` are over; the largest difference of fluid and turns.
fn largest_difference(seats: &mut [Seen], scans: usize) -> f64 {
    let mut turns = Turns::new(seats.iter().map(|seat| seat.weight));
    for (place, seat) in seats.iter().enumerate() {
        if seat.cap > 0 {
            turns.come(place as Place);
        }
    }
    let mut largest: f64 = 0.0;
    for _ in 0..scans {
        let Some(place) = turns.next() else {
            assert!(seats.iter().all(|s| s.weight == 0 || s.turns == s.cap));
            break;
        };
        turns.serve(place);
        flow(seats);
        let seat = &mut seats[place as usize];
        seat.turns += 1;
        assert!(seat.turns <= seat.cap, "never over a cap");
        if seat.turns == seat.cap {
            turns.fill(place);
        }
        for seat in seats.iter() {
            largest = largest.max((seat.fluid - seat.turns as f64).abs());
        }
    }
    largest
}

fn seats(of: &[(u32, u64)]) -> Vec<Seen> {
    of.iter()
        .map(|&(weight, cap)| Seen {
            weight,
            cap,
            ..Seen::default()
        })
        .collect()
}

#[test]
fn equal_seats_take_turns_in_order() {
    let mut turns = Turns::new([1, 1, 1]);
    (0..3).for_each(|place| turns.come(place));
    let served: Vec<Place> = (0..6)
        .map(|_| {
            let place = turns.next().unwrap();
            turns.serve(place);
            place
        })
        .collect();
    assert_eq!(served, [0, 1, 2, 0, 1, 2]);
}

#[test]
fn a_heavy_seat_is_spread_and_not_served_in_a_row() {
    let mut turns = Turns::new([5, 1, 1]);
    (0..3).for_each(|place| turns.come(place));
    let served: String = (0..7)
        .map(|_| {
            let place = turns.next().unwrap();
            turns.serve(place);
            char::from(b'a' + place as u8)
        })
        .collect();
    assert_eq!(served.matches('a').count(), 5);
    assert!(!served.contains("aaaa"), "{served}");
}

#[test]
fn nobody_is_served_where_nobody_is() {
    let mut turns = Turns::new([0, 3]);
    assert_eq!(turns.next(), None);
    turns.come(0);
    assert_eq!(turns.next(), None, "a weight of 0 is no turn");
    turns.come(1);
    assert_eq!(turns.next(), Some(1));
    turns.rest(1);
    assert_eq!(turns.next(), None);
}

#[test]
fn one_who_rests_has_his_claim_when_he_is_back() {
    let mut turns = Turns::new([1, 1, 1, 1]);
    (0..4).for_each(|place| turns.come(place));
    for _ in 0..2 {
        let place = turns.next().unwrap();
        turns.serve(place);
    }
    let owed = turns.owed(3);
    assert!((owed - 0.5).abs() < 1e-9, "{owed}");
    turns.rest(3);
    for _ in 0..100 {
        let place = turns.next().unwrap();
        turns.serve(place);
    }
    assert!((turns.owed(3) - owed).abs() < 1e-9);
    turns.come(3);
    turns.weigh(3, 7);
    assert!(
        (turns.owed(3) - owed).abs() < 1e-9,
        "a weight changes no claim"
    );
    turns.weigh(3, 0);
    turns.weigh(3, 2);
    assert!((turns.owed(3) - owed).abs() < 1e-9);
}

#[test]
fn a_turn_that_nobody_used_is_given_back() {
    let mut turns = Turns::new([1; 10]);
    (0..10).for_each(|place| turns.come(place));
    let mut counts = [0; 10];
    for scan in 0..11 {
        let place = turns.next().unwrap();
        turns.serve(place);
        counts[place as usize] += 1;
        if scan == 0 {
            turns.credit(place, 1);
        }
    }
    assert_eq!(counts, [2, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
}

/// Shares that are whole numbers every few scans, where one who is served a scan early is ahead by exactly one.
#[test]
fn nobody_is_ahead_by_a_whole_turn() {
    for weights in (0..343_u32).map(|n| [1 + n % 7, 1 + n / 7 % 7, 1 + n / 49]) {
        let mut turns = Turns::new(weights);
        (0..3).for_each(|place| turns.come(place));
        let (sum, mut had) = (weights.iter().sum::<u32>(), [0_u32; 3]);
        for scan in 1..=400 {
            let place = turns.next().unwrap();
            turns.serve(place);
            had[place as usize] += 1;
            for (had, weight) in had.iter().zip(weights) {
                let off = (had * sum).abs_diff(scan * weight);
                assert!(off < sum, "{weights:?}: {had} of {scan}");
            }
        }
    }
}

#[test]
fn ten_thousand_seats_stay_within_one() {
    let of: Vec<_> = (0..10_000).map(|i| (1 + i % 7, u64::MAX >> 12)).collect();
    let mut turns = Turns::new(of.iter().map(|seat| seat.0));
    (0..10_000).for_each(|place| turns.come(place));
    let weights: u64 = of.iter().map(|seat| u64::from(seat.0)).sum();
    let mut counts = vec![0_u64; of.len()];
    for scan in 1..=100_000_u64 {
        let place = turns.next().unwrap();
        turns.serve(place);
        counts[place as usize] += 1;
        if scan % 977 == 0 {
            for (count, seat) in counts.iter().zip(&of) {
                // |count - scan * weight / weights| < 1, in whole numbers.
                let share = scan * u64::from(seat.0);
                assert!((count * weights).abs_diff(share) < weights);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn fluid_and_turns_differ_by_less_than_one(
        of in prop::collection::vec((0_u32..20, Just(1_u64 << 40)), 1..40),
        scans in 1_usize..400,
    ) {
        let difference = largest_difference(&mut seats(&of), scans);
        prop_assert!(difference < 1.0 + 1e-9, "{difference}");
    }

    #[test]
    fn caps_change_nothing_of_that(
        of in prop::collection::vec((0_u32..20, 0_u64..12), 1..60),
    ) {
        let difference = largest_difference(&mut seats(&of), 2000);
        prop_assert!(difference < 1.0 + 1e-9, "{difference}");
    }

    /// Whatever comes and goes, the claims of all together are what was served: nobody's turn is lost.
    #[test]
    fn no_claim_is_lost(
        weights in prop::collection::vec(1_u32..20, 2..20),
        acts in prop::collection::vec((0_u8..6, 0_u32..20, 1_u32..20), 1..300),
    ) {
        let mut turns = Turns::new(weights.iter().copied());
        let mut given = 0.0;
        for (act, place, weight) in acts {
            let place = place % weights.len() as u32;
            match act {
                0 => turns.come(place),
                1 => turns.rest(place),
                2 => turns.fill(place),
                3 => turns.weigh(place, weight),
                4 => { turns.credit(place, 1); given += 1.0; }
                _ => {
                    let Some(place) = turns.next() else { continue };
                    turns.serve(place);
                }
            }
            let sum: f64 = (0..weights.len() as u32).map(|place| turns.owed(place)).sum();
            prop_assert!((sum - given).abs() < 1e-6, "{sum} {given}");
        }
    }
}
