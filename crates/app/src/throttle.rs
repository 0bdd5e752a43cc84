//! Slows a single address that asks for many one-time codes, guesses them, or goes through QR codes. In memory and by node: it keeps one machine from going
//! through numbers, while the limits of each number are in the database.
//!
//! A sign-in that succeeds gives its code back, so that a whole office behind one address may start its day.

use std::{collections::HashMap, sync::Mutex};

use crate::{Error, Result};

/// What is counted, each on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Act {
    /// A code is asked for.
    Code,
    /// A wrong code is tried.
    Guess,
    /// A QR code is scanned.
    Scan,
    /// The same by one browser or person.
    DeviceScan,
    /// Somebody is added by a QR code, or a one-time code is asked for to do so.
    Add,
    /// The same by one browser or person.
    DeviceAdd,
    /// A QR code is scanned that was never made.
    Token,
    /// A customer says something.
    Say,
}

impl Act {
    /// How many at once, and one more after how many milliseconds.
    const fn pace(self) -> (i64, i64) {
        match self {
            Self::Code => (60, 12_000),
            Self::Guess => (30, 30_000),
            Self::Scan => (300, 200),
            Self::DeviceScan => (60, 2000),
            Self::Add => (120, 1000),
            Self::DeviceAdd => (20, 10_000),
            Self::Token => (20, 6_000),
            Self::Say => (30, 2000),
        }
    }

    const fn refusal(self) -> &'static str {
        match self {
            Self::Code => "codes_from_here",
            Self::Guess => "guesses_from_here",
            Self::Scan | Self::DeviceScan => "scans_from_here",
            Self::Add | Self::DeviceAdd => "adds_from_here",
            Self::Token => "tokens_from_here",
            Self::Say => "said_too_much",
        }
    }
}

/// Addresses that are remembered; those that rest longest go first.
const ADDRESSES: usize = 50_000;

/// When each address will have rested from what it did.
#[derive(Debug, Default)]
pub(crate) struct Throttle(Mutex<HashMap<(Act, String), i64>>);

impl Throttle {
    /// Refuses an address that did too much of this.
    pub(crate) fn check(&self, act: Act, address: &str, now_ms: i64) -> Result<()> {
        let (burst, pause_ms) = act.pace();
        let rested_at_ms = self
            .with(|rested| rested.get(&(act, address.to_owned())).copied())
            .flatten();
        let free_at_ms = rested_at_ms.unwrap_or(0) - (burst - 1) * pause_ms;
        if free_at_ms > now_ms {
            return Err(Error::OverLimit {
                code: act.refusal(),
                retry_at_ms: free_at_ms,
            });
        }
        Ok(())
    }

    /// Counts one.
    pub(crate) fn count(&self, act: Act, address: &str, now_ms: i64) {
        let (_, pause_ms) = act.pace();
        self.with(|rested| {
            if rested.len() >= ADDRESSES {
                rested.retain(|_, at_ms| *at_ms > now_ms);
            }
            if rested.len() >= ADDRESSES {
                rested.clear();
            }
            let at_ms = rested.entry((act, address.to_owned())).or_insert(now_ms);
            *at_ms = (*at_ms).max(now_ms) + pause_ms;
        });
    }

    /// Takes one back.
    pub(crate) fn give_back(&self, act: Act, address: &str) {
        let (_, pause_ms) = act.pace();
        self.with(|rested| {
            if let Some(at_ms) = rested.get_mut(&(act, address.to_owned())) {
                *at_ms -= pause_ms;
            }
        });
    }

    fn with<T>(&self, act: impl FnOnce(&mut HashMap<(Act, String), i64>) -> T) -> Option<T> {
        // A poisoned lock lets everybody pass rather than nobody.
        self.0.lock().ok().map(|mut rested| act(&mut rested))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused_until(throttle: &Throttle, address: &str, now_ms: i64) -> Option<i64> {
        match throttle.check(Act::Code, address, now_ms) {
            Err(Error::OverLimit { retry_at_ms, .. }) => Some(retry_at_ms),
            _ => None,
        }
    }

    #[test]
    fn one_address_runs_out_and_rests_while_others_go_on() {
        let throttle = Throttle::default();
        for _ in 0..60 {
            assert_eq!(refused_until(&throttle, "a", 1000), None);
            throttle.count(Act::Code, "a", 1000);
        }
        assert_eq!(refused_until(&throttle, "a", 1000), Some(13_000));
        assert_eq!(refused_until(&throttle, "a", 13_000), None);
        assert_eq!(refused_until(&throttle, "b", 1000), None);
        assert!(throttle.check(Act::Guess, "a", 1000).is_ok());
    }

    #[test]
    fn what_is_given_back_is_free_at_once() {
        let throttle = Throttle::default();
        for _ in 0..60 {
            throttle.count(Act::Code, "a", 1000);
        }
        throttle.give_back(Act::Code, "a");
        assert_eq!(refused_until(&throttle, "a", 1000), None);
    }

    #[test]
    fn the_memory_is_bounded() {
        let throttle = Throttle::default();
        for number in 0..ADDRESSES + 10 {
            throttle.count(Act::Code, &number.to_string(), 1000);
        }
        assert!(throttle.0.lock().unwrap().len() <= ADDRESSES);
    }
}
