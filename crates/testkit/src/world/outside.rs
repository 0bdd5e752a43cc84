//! The outside world of a test: a clock that the test moves, and numbers that are the same in each run.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use guanxi_app::outside::{Chance, Clock};

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct MovedClock(pub(super) AtomicI64);

impl MovedClock {
    /// Moves the clock on.
    pub fn pass(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::Relaxed);
    }
}

impl Clock for MovedClock {
    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Numbers that are the same in each run, and never twice.
#[derive(Debug, Default)]
pub struct CountedChance(AtomicU64);

impl Chance for CountedChance {
    fn fill(&self, bytes: &mut [u8]) {
        for part in bytes.chunks_mut(8) {
            // The generator SplitMix64, of public domain.
            let mut z = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            part.copy_from_slice(&(z ^ (z >> 31)).to_be_bytes()[..part.len()]);
        }
    }
}
