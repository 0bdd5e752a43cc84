//! Choices that were made elsewhere: a pool that follows the log comes to the same state as the one that chose.

use super::{Place, Pool, Scan};
use crate::live_code::receipt::{Reason, Receipt};

impl Pool {
    /// The same pool, in which a place stays taken for a while longer than is said, so that an add under way finds it.
    #[must_use]
    pub const fn forgiving(mut self, grace_ms: i64) -> Self {
        self.grace_ms = grace_ms;
        self
    }

    /// The seat that a visitor holds a place with, and until when that is said to be kept.
    pub fn held_by(&self, visitor: u128) -> Option<(Place, i64)> {
        let hold = self.holds.get(&visitor)?;
        Some((hold.place, hold.until_ms))
    }

    /// Whether a seat's member is still one to whom customers go back, whatever his hours and caps.
    pub fn is_there(&self, place: Place) -> bool {
        let standing = self.seats.get(place as usize).map(|seat| seat.standing);
        standing.is_some_and(|standing| standing.is_active && standing.is_permitted)
    }

    /// Does what [`Pool::choose`] did when it came to this receipt.
    pub fn follow(&mut self, scan: &Scan, receipt: &Receipt) {
        self.advance(scan.now_ms);
        self.known(scan);
        let served = receipt.chosen.filter(|place| {
            receipt.reason == Reason::Strategy && (*place as usize) < self.seats.len()
        });
        if let Some(place) = served {
            self.release(scan.visitor, scan.now_ms);
            self.turns.serve(place);
            self.hold(place, scan);
        }
    }

    /// When the day ends of which adds are counted, in milliseconds since 1970.
    pub const fn day_ends_ms(&self) -> i64 {
        self.day_ends_ms
    }

    /// Counts an add for which no place was held.
    pub fn count(&mut self, place: Place, now_ms: i64) {
        self.advance(now_ms);
        let seat = &mut self.seats[place as usize];
        seat.today += 1;
        seat.ever += 1;
        self.update(place, now_ms);
    }

    /// A place that is kept a little longer than was said is kept anew.
    pub(super) fn renew(&mut self, scan: &Scan) {
        let until_ms = scan.now_ms + self.hold_ms;
        if let Some(hold) = self.holds.get_mut(&scan.visitor)
            && hold.until_ms <= scan.now_ms
        {
            let old_ms = std::mem::replace(&mut hold.until_ms, until_ms);
            self.expiries
                .remove(&(old_ms + self.grace_ms, scan.visitor));
            self.expiries
                .insert((until_ms + self.grace_ms, scan.visitor));
        }
    }
}
