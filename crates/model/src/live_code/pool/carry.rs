//! Pools that outlive their plan or their process: carried over at a publication, written down and restored.

use serde::{Deserialize, Serialize};

use super::{Hold, Place, Pool, Standing, Strategy, day_end};
use crate::live_code::{load::Loads, receipt::Filter, turn::Turns};

/// What is written down of a pool; what its plan says is not.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Saved {
    seats: Vec<SavedSeat>,
    turns: Turns,
    loads: Loads,
    /// Visitors with the seat and the end of what they hold.
    holds: Vec<(u128, Place, i64)>,
    changes: Vec<(i64, Place)>,
    day_ends_ms: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct SavedSeat {
    standing: Standing,
    on_duty: bool,
    today: u32,
    ever: u32,
}

impl Pool {
    /// Writes down how things stand.
    pub fn save(&self) -> Saved {
        let mut holds: Vec<(u128, Place, i64)> = self
            .holds
            .iter()
            .map(|(visitor, hold)| (*visitor, hold.place, hold.until_ms))
            .collect();
        holds.sort_unstable();
        Saved {
            seats: self
                .seats
                .iter()
                .map(|seat| SavedSeat {
                    standing: seat.standing,
                    on_duty: seat.is_on_duty,
                    today: seat.today,
                    ever: seat.ever,
                })
                .collect(),
            turns: self.turns.clone(),
            loads: self.loads.clone(),
            holds,
            changes: self.changes.iter().copied().collect(),
            day_ends_ms: self.day_ends_ms,
        }
    }

    /// Brings a pool that was made by the same plan to what was written down. None if it has other seats.
    #[must_use]
    pub fn restored(mut self, saved: Saved) -> Option<Self> {
        if saved.seats.len() != self.seats.len() {
            return None;
        }
        for (seat, saved) in self.seats.iter_mut().zip(&saved.seats) {
            seat.standing = saved.standing;
            seat.is_on_duty = saved.on_duty;
            (seat.today, seat.ever, seat.held) = (saved.today, saved.ever, 0);
        }
        self.turns = saved.turns.restored();
        self.loads = saved.loads.restored();
        self.changes = saved.changes.into_iter().collect();
        self.day_ends_ms = saved.day_ends_ms;
        self.take_holds(saved.holds);
        for place in 0..self.seats.len() as Place {
            let filter = self.seats[place as usize].filter();
            self.note_filter(place, filter);
        }
        Some(self)
    }

    /// Lets a pool that was just made take over from the one before it. `from` says for each seat which one it had there: adds,
    /// places that are held, open work and turns owed go with it.
    #[must_use]
    pub fn succeeding(mut self, old: &Self, from: &[Option<Place>], now_ms: i64) -> Self {
        let mut to = vec![None; old.seats.len()];
        for (place, from) in from.iter().enumerate() {
            if let Some(slot) = from.and_then(|from| to.get_mut(from as usize)) {
                *slot = Some(place as Place);
            }
        }
        let weight = |strategy: Strategy, weight: u32| match strategy {
            Strategy::Weighted => weight,
            _ => weight.min(1),
        };
        let weights = self.seats.iter().zip(from).map(|(seat, from)| {
            // What one is owed by load or by distance is no turn.
            let from = from.filter(|_| by_turns(self.strategy) == by_turns(old.strategy));
            (weight(self.strategy, seat.terms.weight), from)
        });
        self.turns = old.turns.carried(weights);
        let capacities = self.seats.iter().zip(from);
        let capacities = capacities.map(|(seat, from)| (seat.terms.capacity, *from));
        self.loads = old.loads.carried(capacities);
        self.changes.clear();
        self.day_ends_ms = day_end(&self.zone, now_ms);
        for (place, from) in from.iter().enumerate() {
            let old = from.map(|from| &old.seats[from as usize]);
            let seat = &mut self.seats[place];
            seat.is_on_duty = false;
            let filter = old.map_or(Some(Filter::OffDuty), |old| {
                seat.standing = old.standing;
                (seat.today, seat.ever) = (old.today, old.ever);
                old.filter
            });
            self.note_filter(place as Place, filter);
        }
        let holds = old.holds.iter().filter_map(|(visitor, hold)| {
            Some((*visitor, to[hold.place as usize]?, hold.until_ms))
        });
        let mut holds: Vec<(u128, Place, i64)> = holds.collect();
        holds.sort_unstable();
        self.take_holds(holds);
        // Those who were here come first, so that newcomers start by what these carry.
        for is_new in [false, true] {
            for (place, from) in from.iter().enumerate() {
                if from.is_none() == is_new {
                    self.look_at_hours(place as Place, now_ms);
                }
            }
        }
        // Where turns were not carried, those who may be chosen begin now.
        for place in 0..self.seats.len() as Place {
            if self.filter(place).is_none() {
                self.turns.come(place);
            }
        }
        self
    }

    fn take_holds(&mut self, holds: Vec<(u128, Place, i64)>) {
        self.holds.clear();
        self.expiries.clear();
        for (visitor, place, until_ms) in holds {
            self.holds.insert(visitor, Hold { place, until_ms });
            self.expiries.insert((until_ms + self.grace_ms, visitor));
            if let Some(seat) = self.seats.get_mut(place as usize) {
                seat.held += 1;
            }
        }
    }

    /// Writes a filter that turns and loads have been told of already.
    fn note_filter(&mut self, place: Place, filter: Option<Filter>) {
        let before = std::mem::replace(&mut self.seats[place as usize].filter, filter);
        if let Some(before) = before {
            self.removed[before as usize] -= 1;
        }
        if let Some(filter) = filter {
            self.removed[filter as usize] += 1;
        }
        self.near.set(place, filter.is_none());
    }
}

const fn by_turns(strategy: Strategy) -> bool {
    matches!(strategy, Strategy::RoundRobin | Strategy::Weighted)
}
