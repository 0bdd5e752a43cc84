//! The least loaded seat: open work relative to capacity, ties to the longest idle.
//!
//! A seat that comes, new or back from a break, has no open work and would be flooded by everything that arrives. It starts as
//! if it carried as much as the others do on average, and loses this *handicap* step by step over a while.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::turn::Place;

/// How long it takes a seat that has come to be treated like the others, in milliseconds.
pub const GENTLE_MS: i64 = 30 * 60_000;
/// Load of a seat whose open work is its capacity, as a whole number for exact comparison.
const FULL: u64 = 1 << 20;

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Seat {
    is_present: bool,
    open: u32,
    capacity: u32,
    handicap: u32,
    idle_since_ms: i64,
    /// When the handicap falls by one, and how long each one lasts.
    eases_at_ms: i64,
    ease_ms: i64,
}

impl Seat {
    /// Load by open work alone.
    fn own(&self) -> u64 {
        u64::from(self.open) * FULL / u64::from(self.capacity)
    }

    fn key(&self, place: Place) -> (u64, i64, Place) {
        let carried = u64::from(self.open) + u64::from(self.handicap);
        (
            carried * FULL / u64::from(self.capacity),
            self.idle_since_ms,
            place,
        )
    }
}

/// The loads of one pool.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Loads {
    seats: Vec<Seat>,
    #[serde(skip)]
    order: BTreeSet<(u64, i64, Place)>,
    #[serde(skip)]
    easing: BTreeSet<(i64, Place)>,
    /// Sum of the loads of present seats, without handicaps.
    #[serde(skip)]
    sum: u64,
}

impl Loads {
    /// Loads of seats with these capacities (open conversations that one handles well; at least 1), all away.
    pub fn new(capacities: impl IntoIterator<Item = u32>) -> Self {
        let seats = capacities.into_iter().map(|capacity| Seat {
            is_present: false,
            open: 0,
            capacity: capacity.max(1),
            handicap: 0,
            idle_since_ms: 0,
            eases_at_ms: 0,
            ease_ms: 0,
        });
        Self {
            seats: seats.collect(),
            ..Self::default()
        }
    }

    /// Loads that were written down, in use again.
    #[must_use]
    pub fn restored(mut self) -> Self {
        (self.order, self.easing, self.sum) = (BTreeSet::new(), BTreeSet::new(), 0);
        for (place, seat) in self.seats.iter().enumerate() {
            let place = place as Place;
            if seat.is_present {
                self.order.insert(seat.key(place));
                self.sum += seat.own();
                if seat.handicap > 0 {
                    self.easing.insert((seat.eases_at_ms, place));
                }
            }
        }
        self
    }

    /// Loads of seats that take over from those of another pool, where they have one there: work and handicaps go with them.
    #[must_use]
    pub fn carried(&self, seats: impl IntoIterator<Item = (u32, Option<Place>)>) -> Self {
        let mut new = Self::default();
        for (capacity, from) in seats {
            let old = from.and_then(|from| self.seats.get(from as usize).copied());
            let mut fresh = Self::new([capacity]).seats;
            if let (Some(seat), Some(old)) = (fresh.first_mut(), old) {
                *seat = Seat {
                    capacity: seat.capacity,
                    ..old
                };
            }
            new.seats.append(&mut fresh);
        }
        new.restored()
    }

    /// Lets a seat be chosen from now on, gently.
    pub fn come(&mut self, place: Place, now_ms: i64) {
        let average = self.sum / self.order.len().max(1) as u64;
        let seat = &mut self.seats[place as usize];
        if seat.is_present {
            return;
        }
        let own = seat.own();
        seat.is_present = true;
        let missing = average.saturating_sub(own) * u64::from(seat.capacity);
        seat.handicap = u32::try_from(missing.div_ceil(FULL)).unwrap_or(u32::MAX);
        if seat.handicap > 0 {
            seat.ease_ms = GENTLE_MS / i64::from(seat.handicap).max(1);
            seat.eases_at_ms = now_ms + seat.ease_ms;
            self.easing.insert((seat.eases_at_ms, place));
        }
        self.sum += own;
        self.order.insert(seat.key(place));
    }

    /// Takes a seat away.
    pub fn leave(&mut self, place: Place) {
        let seat = &mut self.seats[place as usize];
        if !seat.is_present {
            return;
        }
        self.order.remove(&seat.key(place));
        self.easing.remove(&(seat.eases_at_ms, place));
        seat.is_present = false;
        seat.handicap = 0;
        self.sum -= seat.own();
    }

    /// Says how much open work a seat has now.
    pub fn set(&mut self, place: Place, open: u32, now_ms: i64) {
        self.change(place, |seat| {
            if open > seat.open {
                seat.idle_since_ms = now_ms;
            }
            seat.open = open;
        });
    }

    /// Open work of a seat.
    pub fn open(&self, place: Place) -> u32 {
        self.seats[place as usize].open
    }

    /// Lets handicaps fall that are due.
    pub fn advance(&mut self, now_ms: i64) {
        while let Some(&(at_ms, place)) = self.easing.first() {
            if at_ms > now_ms {
                return;
            }
            self.easing.pop_first();
            self.change(place, |seat| {
                seat.handicap -= 1;
                seat.eases_at_ms = at_ms + seat.ease_ms;
            });
            let seat = &self.seats[place as usize];
            if seat.handicap > 0 {
                self.easing.insert((seat.eases_at_ms, place));
            }
        }
    }

    /// Present seats, least loaded first, with their load in parts of their capacity.
    pub fn ranked(&self) -> impl Iterator<Item = (Place, f64)> + '_ {
        self.order
            .iter()
            .map(|&(load, _, place)| (place, load as f64 / FULL as f64))
    }

    fn change(&mut self, place: Place, change: impl FnOnce(&mut Seat)) {
        let seat = &mut self.seats[place as usize];
        let (before, own) = (seat.key(place), seat.own());
        change(seat);
        if seat.is_present {
            self.order.remove(&before);
            self.order.insert(seat.key(place));
            self.sum = self.sum + seat.own() - own;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(loads: &Loads) -> Place {
        loads.ranked().next().unwrap().0
    }

    #[test]
    fn the_least_loaded_is_first_relative_to_what_he_handles() {
        let mut loads = Loads::new([2, 10, 2]);
        (0..3).for_each(|place| loads.come(place, 0));
        loads.set(0, 1, 1);
        loads.set(1, 4, 2);
        loads.set(2, 2, 3);
        assert_eq!(
            loads.ranked().map(|found| found.0).collect::<Vec<_>>(),
            [1, 0, 2]
        );
        loads.leave(1);
        assert_eq!(first(&loads), 0);
    }

    #[test]
    fn ties_go_to_the_longest_idle() {
        let mut loads = Loads::new([1, 1, 1]);
        (0..3).for_each(|place| loads.come(place, 0));
        for (at, place) in [2, 0, 1].into_iter().enumerate() {
            loads.set(place, 1, at as i64 + 1);
            loads.set(place, 0, 100);
        }
        assert_eq!(
            loads.ranked().map(|found| found.0).collect::<Vec<_>>(),
            [2, 0, 1]
        );
    }

    #[test]
    fn one_who_comes_is_not_flooded() {
        let mut loads = Loads::new([10; 5]);
        (0..4).for_each(|place| loads.come(place, 0));
        (0..4).for_each(|place| loads.set(place, 8, 1));
        loads.come(4, 2);
        // He starts where the others are, and comes first only as his handicap falls.
        let mut taken = 0;
        for minute in 0..30 {
            loads.advance(2 + minute * 60_000);
            let mut least = first(&loads);
            while least == 4 {
                loads.set(4, loads.open(4) + 1, minute);
                taken += 1;
                least = first(&loads);
                assert!(
                    taken <= 1 + minute * 8 / 30 + 1,
                    "{taken} after {minute} minutes"
                );
            }
        }
        assert!(taken >= 7, "{taken}");
    }
}
