//! Turns that outlive their pool: written down and restored, or carried over into a pool of other seats.

use std::collections::BTreeSet;

use super::{Part, Place, Seat, Turns, WEIGHT_MAX};

impl Turns {
    /// Turns that were written down, in use again.
    #[must_use]
    pub fn restored(mut self) -> Self {
        (self.due, self.ahead, self.draining) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for place in 0..self.seats.len() {
            let seat = self.seats[place];
            let place = place as Place;
            match seat.part {
                Part::Present => self.enqueue(place),
                Part::Full => {
                    self.draining.insert((seat.start, place));
                }
                Part::Away => {}
            }
        }
        self
    }

    /// Turns of seats with these weights that take over from those of another pool, where they have one there. Each keeps how many
    /// turns it is behind or ahead, and takes part as it did; those who are new are even and away.
    #[must_use]
    pub fn carried(&self, seats: impl IntoIterator<Item = (u32, Option<Place>)>) -> Self {
        let mut new = Self {
            flow: self.flow,
            ..Self::default()
        };
        let mut weights = 0;
        for (weight, from) in seats {
            let weight = weight.min(WEIGHT_MAX);
            let mut seat = Seat {
                weight,
                part: Part::Away,
                start: 0,
            };
            if let Some(old) = from.and_then(|from| self.seats.get(from as usize)) {
                let is_part = old.part != Part::Away;
                let behind = if is_part {
                    self.flow.now - old.start
                } else {
                    old.start
                };
                let behind = behind * i128::from(old.weight.max(1)) / i128::from(weight.max(1));
                seat.start = behind;
                if is_part && weight > 0 {
                    seat.part = old.part;
                    seat.start = self.flow.now - behind;
                    weights += i128::from(weight);
                }
            }
            new.seats.push(seat);
        }
        if weights != new.flow.weights {
            new.flow.weights = weights;
            new.flow.rest = 0;
        }
        new.restored()
    }
}
