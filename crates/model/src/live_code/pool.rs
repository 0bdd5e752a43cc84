//! A pool: the seats of one layer, who of them may be chosen now, and the choice itself with its reason.
//!
//! What changes between scans (hours that begin, a cap that is reached, a reservation that expires) is worked in when it
//! happens, so that a scan asks nobody and costs O(log n), whatever the size of the pool. All is decided by what was told and
//! by the time of the scan: the same acts in the same order lead to the same choices, which is what replay rests on.

mod carry;
mod follow;

use std::{collections::BTreeSet, sync::Arc};

use jiff::{Timestamp, tz::TimeZone};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

pub use carry::Saved;

use super::{
    hours::Hours,
    load::Loads,
    near::{Near, Point},
    receipt::{Candidate, Filter, Reason, Receipt},
    turn::{Place, Turns},
};

/// How long a shown card keeps its place with a member, in milliseconds, unless the code says otherwise.
pub const HOLD_MS: i64 = 10 * 60_000;
/// Candidates that a receipt names.
const NAMED: usize = 5;

/// How a pool chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// One after another.
    RoundRobin,
    /// One after another, in shares by weight.
    Weighted,
    /// Who has the least open work for what he handles.
    LeastLoaded,
    /// Who is nearest to the visitor; without a location one after another.
    Nearest,
}

/// What a seat is like, as its code says.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// Share among the others; 0 is never chosen.
    pub weight: u32,
    /// Open conversations that he handles well.
    pub capacity: u32,
    /// Adds in a day of the corp, or none.
    pub daily_cap: Option<u32>,
    /// Adds in all, or none.
    pub lifetime_cap: Option<u32>,
    /// When he receives customers.
    pub hours: Arc<Hours>,
    /// Where he is.
    pub points: Vec<Point>,
}

/// What the house says of a seat's member at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// His account is active.
    pub is_active: bool,
    /// He may have customers.
    pub is_permitted: bool,
    /// He has switched himself off for a while.
    pub is_switched_off: bool,
    /// The corp and he have adds left by their quotas.
    pub has_quota: bool,
}

impl Standing {
    /// Nothing stands against him.
    pub const GOOD: Self = Self {
        is_active: true,
        is_permitted: true,
        is_switched_off: false,
        has_quota: true,
    };
}

/// A scan, as the pool needs to know it.
#[derive(Debug, Clone, Default)]
pub struct Scan {
    /// Who scans: the same visitor has the same number.
    pub visitor: u128,
    /// When, in milliseconds since 1970.
    pub now_ms: i64,
    /// Where he is, if he has told.
    pub from: Option<Point>,
    /// The seat of the member whose customer he is.
    pub returning_to: Option<Place>,
    /// Seats that he is not to meet.
    pub except: Vec<Place>,
}

#[derive(Debug, Clone)]
struct Seat {
    terms: Terms,
    standing: Standing,
    is_on_duty: bool,
    today: u32,
    ever: u32,
    held: u32,
    filter: Option<Filter>,
}

impl Seat {
    fn filter(&self) -> Option<Filter> {
        let is_reached =
            |cap: Option<u32>, used: u32| cap.is_some_and(|cap| used + self.held >= cap);
        let checks = [
            (!self.standing.is_active, Filter::Inactive),
            (!self.standing.is_permitted, Filter::NotPermitted),
            (!self.is_on_duty, Filter::OffDuty),
            (self.standing.is_switched_off, Filter::SwitchedOff),
            (!self.standing.has_quota, Filter::Quota),
            (
                is_reached(self.terms.daily_cap, self.today),
                Filter::DailyCap,
            ),
            (
                is_reached(self.terms.lifetime_cap, self.ever),
                Filter::LifetimeCap,
            ),
            (self.terms.weight == 0, Filter::NoShare),
        ];
        checks
            .into_iter()
            .find_map(|(applies, filter)| applies.then_some(filter))
    }
}

#[derive(Debug, Clone, Copy)]
struct Hold {
    place: Place,
    until_ms: i64,
}

/// The seats of one layer.
#[derive(Debug, Clone)]
pub struct Pool {
    strategy: Strategy,
    radius_m: Option<f64>,
    hold_ms: i64,
    grace_ms: i64,
    zone: TimeZone,
    seats: Vec<Seat>,
    turns: Turns,
    loads: Loads,
    near: Near,
    /// Seats removed by each filter.
    removed: [u32; Filter::ALL.len()],
    holds: FxHashMap<u128, Hold>,
    expiries: BTreeSet<(i64, u128)>,
    /// When the hours of seats change next.
    changes: BTreeSet<(i64, Place)>,
    day_ends_ms: i64,
}

impl Pool {
    /// A pool of seats in good standing, at a moment.
    pub fn new(
        strategy: Strategy,
        radius_m: Option<f64>,
        zone: TimeZone,
        terms: Vec<Terms>,
        now_ms: i64,
    ) -> Self {
        let weights = terms.iter().map(|terms| match strategy {
            Strategy::Weighted => terms.weight,
            _ => terms.weight.min(1),
        });
        let mut pool = Self {
            strategy,
            radius_m,
            hold_ms: HOLD_MS,
            grace_ms: 0,
            turns: Turns::new(weights),
            loads: Loads::new(terms.iter().map(|terms| terms.capacity)),
            near: Near::new(terms.iter().map(|terms| terms.points.as_slice())),
            removed: [0; Filter::ALL.len()],
            holds: FxHashMap::default(),
            expiries: BTreeSet::new(),
            changes: BTreeSet::new(),
            day_ends_ms: day_end(&zone, now_ms),
            zone,
            // Nobody is counted as present before the first update.
            seats: terms
                .into_iter()
                .map(|terms| Seat {
                    terms,
                    standing: Standing::GOOD,
                    is_on_duty: false,
                    today: 0,
                    ever: 0,
                    held: 0,
                    filter: Some(Filter::OffDuty),
                })
                .collect(),
        };
        pool.removed[Filter::OffDuty as usize] = pool.seats.len() as u32;
        for place in 0..pool.seats.len() as Place {
            pool.look_at_hours(place, now_ms);
        }
        pool
    }

    /// The same pool, in which shown cards keep their places for another while.
    #[must_use]
    pub const fn holding(mut self, hold_ms: i64) -> Self {
        self.hold_ms = hold_ms;
        self
    }

    /// How many seats there are.
    pub const fn len(&self) -> usize {
        self.seats.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.seats.is_empty()
    }

    /// Adds of a seat: of this day and of all time, and reservations that may still become one.
    pub fn taken(&self, place: Place) -> (u32, u32, u32) {
        let seat = &self.seats[place as usize];
        (seat.today, seat.ever, seat.held)
    }

    /// Why a seat cannot be chosen now; None if it can.
    pub fn filter(&self, place: Place) -> Option<Filter> {
        self.seats[place as usize].filter
    }

    /// Whether a seat's cap of the day or of all time is reached.
    pub fn is_full(&self, place: Place) -> bool {
        matches!(
            self.filter(place),
            Some(Filter::DailyCap | Filter::LifetimeCap)
        )
    }

    /// How many turns a seat is owed (positive) or ahead (negative).
    pub fn owed(&self, place: Place) -> f64 {
        self.turns.owed(place)
    }

    /// Says what the house knows of a seat's member.
    pub fn stand(&mut self, place: Place, standing: Standing, now_ms: i64) {
        self.seats[place as usize].standing = standing;
        self.update(place, now_ms);
    }

    /// Says what was added before this pool was made.
    pub fn recall(&mut self, place: Place, today: u32, ever: u32, now_ms: i64) {
        let seat = &mut self.seats[place as usize];
        (seat.today, seat.ever) = (today, ever);
        self.update(place, now_ms);
    }

    /// Says how much open work a seat has; reservations are counted by the pool itself.
    pub fn work(&mut self, place: Place, open: u32, now_ms: i64) {
        let held = self.seats[place as usize].held;
        self.loads.set(place, open + held, now_ms);
    }

    /// Gives a seat turns back, or takes them: an entry of the fairness ledger.
    pub fn credit(&mut self, place: Place, turns: i32) {
        self.turns.credit(place, turns);
    }

    /// Lets time pass: reservations expire, hours begin and end, a new day empties the counts.
    pub fn advance(&mut self, now_ms: i64) {
        while let Some(&(ends_at_ms, visitor)) = self.expiries.first() {
            if ends_at_ms > now_ms {
                break;
            }
            self.release(visitor, ends_at_ms);
        }
        while let Some(&(at_ms, place)) = self.changes.first() {
            if at_ms > now_ms {
                break;
            }
            self.changes.pop_first();
            self.look_at_hours(place, at_ms);
        }
        if now_ms >= self.day_ends_ms {
            self.day_ends_ms = day_end(&self.zone, now_ms);
            for place in 0..self.seats.len() as Place {
                self.seats[place as usize].today = 0;
                self.update(place, now_ms);
            }
        }
        self.loads.advance(now_ms);
    }

    /// Chooses a seat for a scan and holds a place with it, until it expires or becomes an add.
    pub fn choose(&mut self, scan: &Scan) -> Receipt {
        self.advance(scan.now_ms);
        if let Some(receipt) = self.known(scan) {
            return receipt;
        }
        let candidates = self.candidates(scan);
        let chosen = candidates.first().map(|candidate| candidate.place);
        let reason = if chosen.is_some() {
            Reason::Strategy
        } else {
            Reason::Nobody
        };
        let receipt = self.receipt(chosen, reason, candidates, scan);
        if let Some(place) = chosen {
            self.turns.serve(place);
            self.hold(place, scan);
        }
        receipt
    }

    /// A visitor who holds a place keeps it; one who is a customer of somebody here goes to him, whatever his hours and caps.
    fn known(&mut self, scan: &Scan) -> Option<Receipt> {
        let is_wanted = |place: &Place| !scan.except.contains(place);
        if let Some(place) = self.holds.get(&scan.visitor).map(|hold| hold.place) {
            if is_wanted(&place) && self.is_there(place) {
                self.renew(scan);
                return Some(self.receipt(Some(place), Reason::Held, Vec::new(), scan));
            }
            self.release(scan.visitor, scan.now_ms);
        }
        let place = scan.returning_to.filter(is_wanted)?;
        self.is_there(place)
            .then(|| self.receipt(Some(place), Reason::Returning, Vec::new(), scan))
    }

    fn candidates(&self, scan: &Scan) -> Vec<Candidate> {
        let by_turn = || {
            let ranked = self.turns.ranked(NAMED, &scan.except);
            let score = |place| Candidate {
                place,
                score: self.turns.owed(place),
            };
            ranked.into_iter().map(score).collect()
        };
        match (self.strategy, scan.from) {
            (Strategy::RoundRobin | Strategy::Weighted, _) | (Strategy::Nearest, None) => by_turn(),
            (Strategy::LeastLoaded, _) => self
                .loads
                .ranked()
                .filter(|(place, _)| !scan.except.contains(place))
                .take(NAMED)
                .map(|(place, score)| Candidate { place, score })
                .collect(),
            (Strategy::Nearest, Some(from)) => self
                .near
                .nearest(from, self.radius_m, NAMED, &scan.except)
                .into_iter()
                .map(|found| Candidate {
                    place: found.place,
                    score: found.distance_m,
                })
                .collect(),
        }
    }

    fn receipt(
        &self,
        chosen: Option<Place>,
        reason: Reason,
        candidates: Vec<Candidate>,
        scan: &Scan,
    ) -> Receipt {
        let mut removed = self.removed;
        let is_left = |place: &&Place| {
            self.seats
                .get(**place as usize)
                .is_some_and(|seat| seat.filter.is_none())
        };
        let excluded = scan.except.iter().filter(is_left).count() as u32;
        removed[Filter::Excluded as usize] = excluded;
        if reason == Reason::Nobody {
            let left = self.seats.len() as u32 - removed.iter().sum::<u32>();
            removed[Filter::TooFar as usize] = left;
        }
        Receipt {
            chosen,
            reason,
            probability: 1.0,
            seats: self.seats.len() as u32,
            removed: Filter::ALL
                .into_iter()
                .zip(removed)
                .filter(|(_, count)| *count > 0)
                .collect(),
            candidates,
        }
    }

    /// The reservation of a visitor becomes an add; returns the seat, or None if he holds no place.
    pub fn add(&mut self, visitor: u128, now_ms: i64) -> Option<Place> {
        self.advance(now_ms);
        let hold = self.holds.remove(&visitor)?;
        self.expiries
            .remove(&(hold.until_ms + self.grace_ms, visitor));
        let seat = &mut self.seats[hold.place as usize];
        seat.held -= 1;
        seat.today += 1;
        seat.ever += 1;
        self.update(hold.place, now_ms);
        Some(hold.place)
    }

    fn hold(&mut self, place: Place, scan: &Scan) {
        let until_ms = scan.now_ms + self.hold_ms;
        self.holds.insert(scan.visitor, Hold { place, until_ms });
        self.expiries
            .insert((until_ms + self.grace_ms, scan.visitor));
        self.seats[place as usize].held += 1;
        self.loads
            .set(place, self.loads.open(place) + 1, scan.now_ms);
        self.update(place, scan.now_ms);
    }

    /// Ends a reservation that came to nothing: the seat has its turn back.
    pub fn release(&mut self, visitor: u128, now_ms: i64) {
        let Some(hold) = self.holds.remove(&visitor) else {
            return;
        };
        self.expiries
            .remove(&(hold.until_ms + self.grace_ms, visitor));
        self.seats[hold.place as usize].held -= 1;
        self.turns.credit(hold.place, 1);
        let open = self.loads.open(hold.place);
        self.loads.set(hold.place, open.saturating_sub(1), now_ms);
        self.update(hold.place, now_ms);
    }

    fn look_at_hours(&mut self, place: Place, now_ms: i64) {
        let hours = Arc::clone(&self.seats[place as usize].terms.hours);
        self.seats[place as usize].is_on_duty = hours.are_on(&self.zone, now_ms);
        if let Some(at_ms) = hours.next_change(&self.zone, now_ms) {
            self.changes.insert((at_ms, place));
        }
        self.update(place, now_ms);
    }

    /// Brings what depends on a seat's filter in line with it.
    fn update(&mut self, place: Place, now_ms: i64) {
        let seat = &mut self.seats[place as usize];
        let filter = seat.filter();
        let before = std::mem::replace(&mut seat.filter, filter);
        if before == filter {
            return;
        }
        if let Some(before) = before {
            self.removed[before as usize] -= 1;
        }
        if let Some(filter) = filter {
            self.removed[filter as usize] += 1;
        }
        self.near.set(place, filter.is_none());
        match filter {
            None => {
                self.turns.come(place);
                self.loads.come(place, now_ms);
            }
            Some(Filter::DailyCap | Filter::LifetimeCap) => {
                self.turns.fill(place);
                self.loads.leave(place);
            }
            Some(_) => {
                self.turns.rest(place);
                self.loads.leave(place);
            }
        }
    }
}

/// When the day of a moment ends in a zone, in milliseconds since 1970.
fn day_end(zone: &TimeZone, now_ms: i64) -> i64 {
    let tomorrow = Timestamp::from_millisecond(now_ms)
        .and_then(|now| now.to_zoned(zone.clone()).tomorrow())
        .and_then(|tomorrow| tomorrow.start_of_day());
    tomorrow.map_or(i64::MAX, |start| start.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests;
