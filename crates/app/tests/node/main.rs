//! A whole node: the demo in its database, the job loop beside the requests, and two nodes on one database.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod demo;
mod job;

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::Relaxed},
    },
    time::Duration,
};

use guanxi_app::{
    Env, Error, Result,
    outside::{Clock, KeptSms, SystemChance},
};
use guanxi_model::id::CorpId;
use guanxi_store::{self as store, Store, Tx};

/// 2026-11-22T10:00+08:00.
pub const MORNING: i64 = 1_795_312_800_000;

/// A clock that is set by hand.
#[derive(Debug)]
pub struct Hands(AtomicI64);

impl Clock for Hands {
    fn now_ms(&self) -> i64 {
        self.0.load(Relaxed)
    }
}

impl Hands {
    pub fn pass(&self, ms: i64) {
        self.0.fetch_add(ms, Relaxed);
    }
}

/// A node on a store, with its clock.
pub async fn node(store: Store) -> (Arc<Env>, Arc<Hands>) {
    let clock = Arc::new(Hands(AtomicI64::new(MORNING)));
    let env = Env::new(
        store,
        Arc::<Hands>::clone(&clock),
        Arc::new(SystemChance),
        Arc::new(KeptSms::default()),
    );
    (env.await.unwrap(), clock)
}

/// Reads something.
pub async fn read<T: Send + 'static>(
    env: &Env,
    ask: impl Fn(&mut Tx<'_>) -> store::Result<T> + Send + 'static,
) -> T {
    let read = env
        .store
        .read(move |tx| -> Result<T> { ask(tx).map_err(Error::from) });
    read.await.unwrap()
}

/// Waits for something that a job does on its own.
pub async fn eventually(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let mut ticks = tokio::time::interval(Duration::from_millis(10));
    for _ in 0..1500 {
        if is_so().await {
            return;
        }
        ticks.tick().await;
    }
    panic!("did not come about: {what}");
}

/// Number of entries in a corp's log, all of them sealed into a chain without a fault.
pub async fn verified(env: &Env, corp: CorpId) -> usize {
    let (found, total) = read(env, move |tx| {
        let found = store::audit::chain::verify(tx, corp)?;
        Ok((found, store::audit::count(tx, corp)?))
    })
    .await;
    let head = found.unwrap_or_else(|fault| panic!("{fault:?}"));
    assert_eq!(head.seq, total, "every entry is sealed");
    total as usize
}
