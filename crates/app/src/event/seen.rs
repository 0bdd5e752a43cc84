//! Which events a node has handed out, so that one that arrives by two ways is taken once.

use std::collections::VecDeque;

use guanxi_model::id::EventId;
use rustc_hash::FxHashSet;

/// How many events a node remembers so that one that arrives by two ways is handed out once.
const REMEMBERED: usize = 16_384;

#[derive(Debug, Default)]
pub(super) struct Seen {
    set: FxHashSet<EventId>,
    order: VecDeque<EventId>,
}

impl Seen {
    pub(super) fn is_new(&mut self, id: EventId) -> bool {
        if !self.set.insert(id) {
            return false;
        }
        self.order.push_back(id);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.set.remove(&oldest);
        }
        true
    }
}
