//! Turns by weight (round robin, weighted): at every moment each seat has been served within one of its exact share.
//!
//! Serving one scan hands out one unit of *fluid*, shared among the present seats by weight. A seat may be served for the
//! j-th time only while its fluid lies above j, and must be before its fluid has reached j + 1. Among the seats that may, the
//! one whose time runs out first is served (earliest deadline first; the chairman assignment problem of Tijdeman 1980, and
//! the windows of proportionate fairness of Baruah and others 1996). Every window holds one whole unit of fluid, hence no run of scans
//! can hold more windows than scans, and no deadline is missed: fluid and turns differ by less than one.
//!
//! Fluid is counted in *virtual time*, which passes by 1/W with each scan, W being the weights of all who take part. A seat
//! then needs two numbers that do not move while others are served, and a turn costs O(log n).
//!
//! - A seat that is **full** has been served ahead of its fluid, which goes on to flow until it has caught up. Were it cut off at once,
//!   those who are served last would carry what all others were ahead, which grows like the logarithm of the pool.
//! - A seat that **rests** keeps the difference between its fluid and its turns, and has it again when it is back. It neither
//!   gains nor loses; while it is away the others share what it left open, so that among them the difference may exceed one.
//! - A **weight** that changes keeps the difference too.

mod carry;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// Virtual time in which a seat of weight one earns one turn.
const UNIT: i128 = 1 << 64;
/// Heaviest seat: enough for shares in thousandths, and small against the unit of virtual time.
pub const WEIGHT_MAX: u32 = 1000;

/// Place of a seat in its pool.
pub type Place = u32;

/// How a seat takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Part {
    /// It may be served.
    Present,
    /// It is full; its fluid flows until it has caught up with its turns.
    Full,
    /// It is away: no fluid, no turns.
    Away,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Seat {
    weight: u32,
    part: Part,
    /// Virtual time at which the next turn may be taken; while away, how far that lies behind the present instead.
    start: i128,
}

impl Seat {
    /// Virtual time in which this seat earns one turn, rounded up: what falls on the end of a scan must not come a hair before it,
    /// for then the seat would be served with that scan and be ahead by a whole turn.
    fn window(&self) -> i128 {
        let weight = i128::from(self.weight);
        (UNIT + weight - 1) / weight
    }

    fn deadline(&self) -> i128 {
        self.start + self.window()
    }
}

/// Virtual time and how fast it passes.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Flow {
    now: i128,
    /// Remainder of the last division, so that nothing is lost while the weights stay.
    rest: i128,
    /// Weights of all whose fluid flows.
    weights: i128,
}

impl Flow {
    /// Fluid that flows until virtual time reaches `end`.
    const fn needed(&self, end: i128) -> i128 {
        (end - self.now) * self.weights - self.rest
    }

    /// Goes to `end`, where a seat's fluid stops.
    const fn stop(&mut self, end: i128, weight: u32) {
        self.now = end;
        self.weigh(-(weight as i128));
    }

    /// Lets this much fluid flow.
    const fn spend(&mut self, fluid: i128) {
        if self.weights > 0 {
            let sum = fluid + self.rest;
            self.now += sum / self.weights;
            self.rest = sum % self.weights;
        }
    }

    const fn weigh(&mut self, weight: i128) {
        self.weights += weight;
        // The remainder belongs to the old divisor: less than one part in 2^64 of a turn.
        self.rest = 0;
    }
}

/// The turns of one pool. What is written down of them is what [`Turns::restored`] cannot find out.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Turns {
    flow: Flow,
    seats: Vec<Seat>,
    /// Present seats that may be served, by deadline.
    #[serde(skip)]
    due: BTreeSet<(i128, Place)>,
    /// Present seats that are ahead of their fluid, by the start of their next turn.
    #[serde(skip)]
    ahead: BTreeSet<(i128, Place)>,
    /// Full seats whose fluid still flows, by the time at which it ends.
    #[serde(skip)]
    draining: BTreeSet<(i128, Place)>,
}

impl Turns {
    /// Turns of seats with these weights, all away and even. A weight of 0 is never served.
    pub fn new(weights: impl IntoIterator<Item = u32>) -> Self {
        let seats = weights.into_iter().map(|weight| Seat {
            weight: weight.min(WEIGHT_MAX),
            part: Part::Away,
            start: 0,
        });
        Self {
            seats: seats.collect(),
            ..Self::default()
        }
    }

    /// Lets a seat be served from now on.
    pub fn come(&mut self, place: Place) {
        let seat = self.seats[place as usize];
        match seat.part {
            Part::Present => return,
            _ if seat.weight == 0 => return,
            Part::Full => {
                self.draining.remove(&(seat.start, place));
            }
            Part::Away => {
                self.seats[place as usize].start = self.flow.now - seat.start;
                self.flow.weigh(i128::from(seat.weight));
            }
        }
        self.seats[place as usize].part = Part::Present;
        self.enqueue(place);
    }

    /// Takes a seat away until it comes back; what it is owed, or ahead, stays as it is.
    pub fn rest(&mut self, place: Place) {
        let seat = self.seats[place as usize];
        match seat.part {
            Part::Away => return,
            Part::Present => self.dequeue(place),
            Part::Full => {
                self.draining.remove(&(seat.start, place));
            }
        }
        self.settle(place);
    }

    /// Takes a seat away because it has reached its cap.
    pub fn fill(&mut self, place: Place) {
        let seat = self.seats[place as usize];
        if seat.part != Part::Present {
            return;
        }
        self.dequeue(place);
        if seat.start > self.flow.now {
            self.seats[place as usize].part = Part::Full;
            self.draining.insert((seat.start, place));
        } else {
            self.settle(place);
        }
    }

    /// Changes a seat's weight, and keeps how many turns it is behind or ahead.
    pub fn weigh(&mut self, place: Place, weight: u32) {
        let weight = weight.min(WEIGHT_MAX);
        let old = self.seats[place as usize];
        if old.weight == weight {
            return;
        }
        self.rest(place);
        let seat = &mut self.seats[place as usize];
        // Without weight the difference is kept as if it were one.
        seat.start = seat.start * i128::from(old.weight.max(1)) / i128::from(weight.max(1));
        seat.weight = weight;
        if old.part != Part::Away {
            self.come(place);
        }
        if old.part == Part::Full {
            self.fill(place);
        }
    }

    /// Gives a seat a turn back (a reservation that nobody used), or takes one: it is owed that many more.
    pub fn credit(&mut self, place: Place, turns: i32) {
        let seat = self.seats[place as usize];
        if seat.weight == 0 {
            return;
        }
        let back = seat.window() * i128::from(turns);
        match seat.part {
            Part::Away => self.seats[place as usize].start += back,
            Part::Present => {
                self.dequeue(place);
                self.seats[place as usize].start -= back;
                self.enqueue(place);
            }
            Part::Full => {
                self.come(place);
                self.credit(place, turns);
                self.fill(place);
            }
        }
    }

    /// Seats whose turn it is, the first one first, at most `most` and none of `except`. Empty if nobody is present.
    pub fn ranked(&self, most: usize, except: &[Place]) -> Vec<Place> {
        let horizon = self.after_one().0.now;
        let is_wanted = |place: &Place| !except.contains(place);
        let due = self.due.iter().filter(|(_, place)| is_wanted(place));
        // Those whose start falls into this scan may be served too, if their time runs out sooner.
        let late = self
            .ahead
            .iter()
            .take_while(|(start, _)| *start < horizon)
            .map(|&(_, place)| (self.seats[place as usize].deadline(), place))
            .filter(|(_, place)| is_wanted(place));
        let mut first: Vec<(i128, Place)> = due.copied().take(most).collect();
        for seat in late {
            let at = first.partition_point(|kept| *kept < seat);
            if at < most {
                first.insert(at, seat);
                first.truncate(most);
            }
        }
        if first.is_empty() {
            // Nobody is behind, because others are owed what is to be had: the least ahead is served.
            let ahead = self.ahead.iter().filter(|(_, place)| is_wanted(place));
            first.extend(ahead.copied().take(most));
        }
        first.into_iter().map(|(_, place)| place).collect()
    }

    /// The seat whose turn it is, without serving it. None if nobody is present.
    pub fn next(&self) -> Option<Place> {
        self.ranked(1, &[]).pop()
    }

    /// Serves a present seat, its turn or not: a unit of fluid flows, and the seat has had one turn more.
    pub fn serve(&mut self, place: Place) {
        self.pass();
        if self.seats[place as usize].part == Part::Present {
            self.dequeue(place);
            let seat = &mut self.seats[place as usize];
            seat.start = seat.deadline();
            self.enqueue(place);
        }
    }

    /// How many turns a seat is owed (positive) or ahead (negative).
    pub fn owed(&self, place: Place) -> f64 {
        let seat = &self.seats[place as usize];
        if seat.weight == 0 {
            return 0.0;
        }
        let behind = match seat.part {
            Part::Away => seat.start,
            Part::Present | Part::Full => self.flow.now - seat.start,
        };
        behind as f64 / seat.window() as f64
    }

    /// The flow after one more unit, and how many full seats have caught up by then.
    fn after_one(&self) -> (Flow, usize) {
        let (mut flow, mut left, mut caught_up) = (self.flow, UNIT, 0);
        for &(end, place) in &self.draining {
            let needed = flow.needed(end);
            if needed > left {
                break;
            }
            left -= needed;
            flow.stop(end, self.seats[place as usize].weight);
            caught_up += 1;
        }
        flow.spend(left);
        (flow, caught_up)
    }

    /// Lets one unit of fluid flow.
    fn pass(&mut self) {
        let (flow, caught_up) = self.after_one();
        for _ in 0..caught_up {
            if let Some((_, place)) = self.draining.pop_first() {
                let seat = &mut self.seats[place as usize];
                (seat.part, seat.start) = (Part::Away, 0);
            }
        }
        self.flow = flow;
        while let Some(&(start, place)) = self.ahead.first() {
            if start >= flow.now {
                break;
            }
            self.ahead.pop_first();
            self.due
                .insert((self.seats[place as usize].deadline(), place));
        }
    }

    /// Ends a seat's part: its difference is kept, its fluid stops.
    fn settle(&mut self, place: Place) {
        let seat = &mut self.seats[place as usize];
        seat.part = Part::Away;
        seat.start = self.flow.now - seat.start;
        self.flow.weigh(-i128::from(seat.weight));
    }

    fn enqueue(&mut self, place: Place) {
        let seat = self.seats[place as usize];
        if seat.start < self.flow.now {
            self.due.insert((seat.deadline(), place));
        } else {
            self.ahead.insert((seat.start, place));
        }
    }

    fn dequeue(&mut self, place: Place) {
        let seat = self.seats[place as usize];
        self.due.remove(&(seat.deadline(), place));
        self.ahead.remove(&(seat.start, place));
    }
}

#[cfg(test)]
mod tests;
