//! The line of one endpoint, as the node that sends to it keeps it in memory: of one subject only one message is under way, and
//! one that failed holds back those behind it, but nobody else.
//!
//! The table is the truth. A node that takes over begins at the front of the table and comes to the same line.

use std::collections::{BTreeMap, VecDeque};

use guanxi_model::id::DeliveryId;
use guanxi_store::webhook::delivery::Delivery;
use rustc_hash::FxHashMap;

/// Messages that are read ahead, with their bodies.
const READY_MAX: usize = 256;
/// Subjects that may wait for another try before no more is read.
const PARKED_MAX: usize = 50_000;

/// A line.
#[derive(Debug, Default)]
pub struct Line {
    /// The last place that was read.
    scanned: i64,
    /// Messages that can be sent now.
    ready: VecDeque<Delivery>,
    /// Messages that wait for another try, by time and place.
    parked: BTreeMap<(i64, i64), DeliveryId>,
    /// Subjects with a message in `ready`, in `parked` or under way, and whether others wait behind it.
    busy: FxHashMap<u128, bool>,
}

/// Where to look for the message that follows one that is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Behind {
    /// Its subject.
    pub subject: u128,
    /// Behind this place.
    pub after: i64,
    /// Not behind this one: what is further on will be read anyway.
    pub until: i64,
}

impl Line {
    /// Where to read on, and how many to read; None while there is no room.
    pub fn wants(&self) -> Option<(i64, i64)> {
        let room = READY_MAX.saturating_sub(self.ready.len());
        (room > READY_MAX / 2 && self.parked.len() < PARKED_MAX)
            .then_some((self.scanned, room as i64))
    }

    /// Takes in messages that were read on, in order.
    pub fn read_on(&mut self, read: Vec<Delivery>, now_ms: i64) {
        for delivery in read {
            self.scanned = self.scanned.max(delivery.place);
            if let Some(has_more) = self.busy.get_mut(&delivery.subject) {
                *has_more = true;
            } else {
                self.busy.insert(delivery.subject, false);
                self.put(delivery, now_ms);
            }
        }
    }

    fn put(&mut self, delivery: Delivery, now_ms: i64) {
        if delivery.next_at_ms > now_ms {
            self.park(&delivery, delivery.next_at_ms);
        } else {
            self.ready.push_back(delivery);
        }
    }

    /// Lets a message wait for another try.
    pub fn park(&mut self, delivery: &Delivery, next_at_ms: i64) {
        self.parked
            .insert((next_at_ms, delivery.place), delivery.id);
    }

    /// Takes out parked messages whose time has come, as long as fewer than `limit` are ready, to be read again and given to [`Line::ready`].
    pub fn due(&mut self, now_ms: i64, limit: usize) -> Vec<DeliveryId> {
        let mut due = Vec::new();
        while due.len() + self.ready.len() < limit
            && let Some(entry) = self.parked.first_entry()
            && entry.key().0 <= now_ms
        {
            due.push(entry.remove());
        }
        due
    }

    /// Takes a message that was read again.
    pub fn ready(&mut self, delivery: Delivery) {
        self.ready.push_front(delivery);
    }

    /// The next message to send.
    pub fn take(&mut self) -> Option<Delivery> {
        self.ready.pop_front()
    }

    /// Notes that a message is done, and says where the next one of its subject is to be looked for, if there may be one.
    pub fn done(&mut self, subject: u128, place: i64) -> Option<Behind> {
        if self.busy.get(&subject) == Some(&true) {
            return Some(Behind {
                subject,
                after: place,
                until: self.scanned,
            });
        }
        self.busy.remove(&subject);
        None
    }

    /// Takes what was found behind a message that is done.
    pub fn follow(&mut self, behind: Behind, found: Option<Delivery>, now_ms: i64) {
        match found {
            // There may be more behind this one too.
            Some(delivery) => self.put(delivery, now_ms),
            None => {
                self.busy.remove(&behind.subject);
            }
        }
    }

    /// When the next parked message is due.
    pub fn next_due_ms(&self) -> Option<i64> {
        self.parked.first_key_value().map(|((at, _), _)| *at)
    }

    /// Whether nothing is ready, parked or under way.
    pub fn is_empty(&self) -> bool {
        self.busy.is_empty()
    }

    /// Whether something can be sent at once.
    pub fn has_ready(&self) -> bool {
        !self.ready.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use guanxi_model::webhook::Standing;

    use super::*;

    fn delivery(place: i64, subject: u128, next_at_ms: i64) -> Delivery {
        Delivery {
            id: DeliveryId::from_u128(place as u128),
            place,
            subject,
            name: String::new(),
            body: String::new(),
            standing: Standing::Waiting,
            since_ms: 0,
            failures: 0,
            next_at_ms,
            done_at_ms: None,
            status: None,
            fault: None,
            latency_ms: None,
        }
    }

    fn next(line: &mut Line) -> Option<i64> {
        line.take().map(|delivery| delivery.place)
    }

    #[test]
    fn one_message_of_a_subject_is_under_way_and_others_pass() {
        let mut line = Line::default();
        line.read_on(
            vec![delivery(1, 7, 0), delivery(2, 7, 0), delivery(3, 8, 0)],
            0,
        );
        assert_eq!((next(&mut line), next(&mut line)), (Some(1), Some(3)));
        assert_eq!(next(&mut line), None, "2 waits for 1");
        // 1 fails: 2 goes on waiting.
        line.park(&delivery(1, 7, 0), 50);
        assert!(line.due(49, 9).is_empty());
        assert_eq!(line.next_due_ms(), Some(50));
        assert_eq!(line.due(50, 9), [DeliveryId::from_u128(1)]);
        line.ready(delivery(1, 7, 50));
        assert_eq!(next(&mut line), Some(1));
        let behind = line.done(7, 1).expect("2 waits");
        assert_eq!((behind.after, behind.until), (1, 3));
        line.follow(behind, Some(delivery(2, 7, 0)), 60);
        assert_eq!(next(&mut line), Some(2));
        let behind = line.done(7, 2).expect("there may be more");
        line.follow(behind, None, 60);
        assert_eq!(line.done(8, 3), None);
        assert!(line.is_empty());
    }

    #[test]
    fn a_line_read_anew_keeps_the_time_of_the_next_try() {
        let mut line = Line::default();
        assert_eq!(line.wants(), Some((0, READY_MAX as i64)));
        line.read_on(vec![delivery(4, 7, 90), delivery(5, 7, 0)], 10);
        assert!(!line.has_ready() && !line.is_empty());
        assert_eq!(line.next_due_ms(), Some(90));
        assert_eq!(line.wants(), Some((5, READY_MAX as i64)));
    }
}
