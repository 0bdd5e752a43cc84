//! Opens and closes alerts of live codes. On one node at a time; what is written holds with several at it too.

use std::{collections::HashMap, sync::Arc, time::Duration};

use guanxi_model::id::CorpId;
use guanxi_store as store;
use tokio::time::{MissedTickBehavior, interval};

use super::{Stop, insist, take_lease};
use crate::{Env, Error, Result, live_alert};

/// Time between two rounds.
const EVERY: Duration = Duration::from_secs(10);
/// How long one node keeps this job; another takes over after that.
const LEASE_MS: i64 = 35_000;
/// A company whose log has not grown is looked at so often: hours begin and end, and promises pass.
const STILL_MS: i64 = 30_000;

/// Goes its rounds until the node stops.
pub(super) async fn run(env: Arc<Env>, mut stop: Stop) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut looked: HashMap<CorpId, (i64, i64)> = HashMap::new();
    loop {
        tokio::select! {
            () = stop.wait() => return,
            _ = ticks.tick() => {}
        }
        if !take_lease(&env, "alert", LEASE_MS, &mut stop).await {
            continue;
        }
        let heads = insist(&env, "looking for live codes", &mut stop, || {
            let env = Arc::clone(&env);
            async move {
                let heads = env.store.read(store::live_report::heads).await;
                heads.map_err(Error::from)
            }
        });
        for (corp, seq) in heads.await.unwrap_or_default() {
            let now_ms = env.clock.now_ms();
            let known = looked.get(&corp);
            if known.is_some_and(|(of, at_ms)| *of == seq && now_ms < at_ms + STILL_MS) {
                continue;
            }
            let look = || look(Arc::clone(&env), corp);
            insist(&env, "looking after live codes", &mut stop, look).await;
            looked.insert(corp, (seq, now_ms));
        }
    }
}

/// Looks after the codes of one company; it writes only what changes.
async fn look(env: Arc<Env>, corp: CorpId) -> Result<()> {
    let cx = env.job("alert");
    let changes = env
        .store
        .read(move |tx| live_alert::look(tx, &cx, corp))
        .await?;
    if changes.is_empty() {
        return Ok(());
    }
    let cx = env.job("alert");
    env.store
        .write(move |tx| live_alert::apply(tx, &cx, corp, &changes))
        .await
}
