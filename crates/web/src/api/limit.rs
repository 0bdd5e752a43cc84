//! How often a bearer may call: so many requests in a minute, evenly refilled, counted on each node. All tokens of a member count
//! together, since he makes as many as he likes; one of the company's own counts by itself.

use std::{collections::HashMap, sync::Mutex};

use guanxi_app::Bearer;

/// Requests that a token may make in a minute where nothing else is set.
pub const PER_MINUTE: u32 = 600;
/// Most that can be set.
pub const RATE_MAX: u32 = 1_000_000;
/// The time over which requests are counted, in milliseconds.
const WINDOW_MS: i64 = 60_000;
/// Tokens that are remembered; those that have rested go first.
const REMEMBERED: usize = 50_000;

/// When each bearer will have rested from its requests, in microseconds.
#[derive(Debug)]
pub struct Limits {
    per_minute: u32,
    rested: Mutex<HashMap<u128, i64>>,
}

/// What is left to a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// Requests in a minute.
    pub limit: u32,
    /// Requests that are left now.
    pub left: u32,
    /// Seconds until all are there again.
    pub reset_s: i64,
    /// Seconds to wait before the next one, if this one was too many.
    pub retry_s: Option<i64>,
}

impl Default for Limits {
    fn default() -> Self {
        Self::new(PER_MINUTE)
    }
}

impl Limits {
    /// Limits of so many requests in a minute.
    pub fn new(per_minute: u32) -> Self {
        Self {
            per_minute: per_minute.clamp(1, RATE_MAX),
            rested: Mutex::default(),
        }
    }

    /// Counts a request, unless it is too many.
    pub fn take(&self, bearer: &Bearer, now_ms: i64) -> Left {
        let token = bearer.token.as_u128();
        self.count(bearer.member.map_or(token, |(id, _)| id.as_u128()), now_ms)
    }

    fn count(&self, key: u128, now_ms: i64) -> Left {
        let (now, window) = (now_ms * 1000, WINDOW_MS * 1000);
        let pause = window / i64::from(self.per_minute);
        // A poisoned lock lets everybody pass rather than nobody.
        let Ok(mut rested) = self.rested.lock() else {
            return self.left(0, pause, None);
        };
        if rested.len() >= REMEMBERED {
            rested.retain(|_, at| *at > now);
        }
        if rested.len() >= REMEMBERED {
            rested.clear();
        }
        let at = rested.entry(key).or_insert(now);
        let busy = (*at).max(now) - now;
        if busy + pause > window {
            let wait = busy + pause - window;
            return self.left(busy, pause, Some(ceil_s(wait)));
        }
        *at = now + busy + pause;
        self.left(busy + pause, pause, None)
    }

    fn left(&self, busy: i64, pause: i64, retry_s: Option<i64>) -> Left {
        let free = (WINDOW_MS * 1000 - busy) / pause;
        Left {
            limit: self.per_minute,
            left: u32::try_from(free).unwrap_or(0).min(self.per_minute),
            reset_s: ceil_s(busy),
            retry_s,
        }
    }
}

fn ceil_s(us: i64) -> i64 {
    (us + 999_999) / 1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_runs_out_and_rests_while_others_go_on() {
        let limits = Limits::new(3);
        let (one, other) = (1, 2);
        let left: Vec<u32> = (0..3).map(|_| limits.count(one, 1000).left).collect();
        assert_eq!(left, [2, 1, 0]);
        let refused = limits.count(one, 1000);
        assert_eq!((refused.retry_s, refused.reset_s), (Some(20), 60));
        assert_eq!(limits.count(other, 1000).retry_s, None);
        assert_eq!(limits.count(one, 20_999).retry_s, Some(1));
        assert_eq!(limits.count(one, 21_000).retry_s, None);
    }

    #[test]
    fn the_memory_is_bounded() {
        let limits = Limits::new(3);
        for number in 0..REMEMBERED as u128 + 10 {
            limits.count(number, 1000);
        }
        assert!(limits.rested.lock().unwrap().len() <= REMEMBERED);
    }
}
