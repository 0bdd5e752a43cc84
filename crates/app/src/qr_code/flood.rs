//! Keeps one network or device from flooding codes with scans and adds, and keeps a record of what was slowed.
//!
//! What is slowed costs no transaction of its own: it is counted in memory, and a few seconds of it are one entry with a number.
//! A node that is killed forgets at most those seconds.

use std::{collections::HashMap, sync::Mutex};

use guanxi_model::qr_code::{Outcome, Slug};
use guanxi_store as store;

use super::visit;
use crate::{Actor, Cx, Env, Result, throttle::Act};

/// Time that one entry covers, in milliseconds.
const SPAN_MS: i64 = 5000;
/// Counters that are kept; more than that are written at once.
const COUNTERS_MAX: usize = 20_000;

/// What a visitor does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// He looks at the card.
    Scan,
    /// He adds the owner, or asks for a one-time code to do so.
    Add,
}

/// Lets a visitor pass, or refuses him as `scans_from_here` or `adds_from_here` and keeps that on record. `device` is the number
/// of his browser, if it has one.
pub async fn admit(cx: &Cx, slug: Slug, step: Step, device: Option<u128>) -> Result<()> {
    let throttle = &cx.env.sessions.throttle;
    let (network, own) = match step {
        Step::Scan => (Act::Scan, Act::DeviceScan),
        Step::Add => (Act::Add, Act::DeviceAdd),
    };
    let mut counted = vec![(network, cx.address.clone())];
    counted.extend(device.map(|number| (own, format!("browser {number:032x}"))));
    if let Actor::Person { person, .. } = cx.actor {
        counted.push((own, format!("person {person}")));
    }
    let refused = counted
        .iter()
        .find_map(|(act, who)| throttle.check(*act, who, cx.now()).err());
    if let Some(error) = refused {
        slowed(cx, slug).await;
        return Err(error);
    }
    for (act, who) in &counted {
        throttle.count(*act, who, cx.now());
    }
    Ok(())
}

/// Scans and adds that were slowed and are not on record yet, by code and network.
#[derive(Debug, Default)]
pub struct Slowed(Mutex<HashMap<(Slug, String), Counter>>);

#[derive(Debug, Default, Clone, Copy)]
struct Counter {
    times: i64,
    written_at_ms: i64,
}

impl Slowed {
    /// Counts one; returns how many have to be written now.
    fn count(&self, slug: Slug, address: &str, now_ms: i64) -> i64 {
        let Ok(mut counters) = self.0.lock() else {
            return 1;
        };
        let key = (slug, address.to_owned());
        if counters.len() >= COUNTERS_MAX && !counters.contains_key(&key) {
            return 1;
        }
        let counter = counters.entry(key).or_default();
        counter.times += 1;
        if now_ms < counter.written_at_ms + SPAN_MS {
            return 0;
        }
        counter.written_at_ms = now_ms;
        std::mem::take(&mut counter.times)
    }

    /// Takes all that is counted out.
    fn take(&self) -> Vec<(Slug, String, i64)> {
        let Ok(mut counters) = self.0.lock() else {
            return Vec::new();
        };
        let taken = counters
            .drain()
            .filter(|(_, counter)| counter.times > 0)
            .map(|((slug, address), counter)| (slug, address, counter.times));
        taken.collect()
    }
}

async fn slowed(cx: &Cx, slug: Slug) {
    let times = cx.env.slowed.count(slug, &cx.address, cx.now());
    if times > 0 {
        write(cx.clone(), slug, times).await;
    }
}

/// Writes what this node has counted.
pub(crate) async fn flush(env: &std::sync::Arc<Env>) {
    for (slug, address, times) in env.slowed.take() {
        let cx = env.cx(Actor::Nobody, address, String::new());
        write(cx, slug, times).await;
    }
}

async fn write(cx: Cx, slug: Slug, times: i64) {
    let store = cx.env.store.clone();
    let written = store.write(move |tx| -> Result<()> {
        let Some((corp, _, code)) = store::qr_code::find_by_slug(tx, slug)? else {
            return Ok(());
        };
        visit::record(tx, &cx, corp, &code, Outcome::Slowed, times)
    });
    if let Err(error) = written.await {
        tracing::warn!(error = %error, "scans that were slowed are not on record");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_one_entry_for_a_few_seconds() {
        let slowed = Slowed::default();
        assert_eq!(slowed.count([1; 10], "a", 10_000), 1);
        assert_eq!(slowed.count([1; 10], "a", 10_001), 0);
        assert_eq!(slowed.count([1; 10], "b", 10_001), 1);
        assert_eq!(slowed.count([1; 10], "a", 10_002), 0);
        assert_eq!(slowed.count([1; 10], "a", 10_000 + SPAN_MS), 3);
        assert_eq!(slowed.count([1; 10], "a", 10_001 + SPAN_MS), 0);
        assert_eq!(slowed.take(), [([1; 10], "a".to_owned(), 1)]);
        assert_eq!(slowed.take(), []);
    }
}
