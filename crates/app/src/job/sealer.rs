//! Seals audit entries right after they were written.
//!
//! Sealers of two nodes may meet at one corp. One of them takes the chain for its transaction; the other tries again and
//! finds the rest.

use std::{sync::Arc, time::Duration};

use guanxi_model::id::CorpId;
use guanxi_store as store;
use tokio::{
    sync::mpsc,
    time::{Instant, interval_at},
};

use super::{Stop, insist, pause, take_lease};
use crate::{Env, Error, audit};

/// How long entries gather, so that under load few transactions seal many.
const GATHER: Duration = Duration::from_millis(40);
/// How often one node looks for entries that no sealer was told of.
const LOOK_EVERY: Duration = Duration::from_mins(1);
/// How long that node keeps the look-out to itself.
const LEASE_MS: i64 = 150_000;
/// Looks for unsealed entries at the stop: each is one short read where there are none.
const LAST_LOOKS: usize = 3;
/// Notices taken in one go.
const BATCH: usize = 65_536;

/// Seals what an earlier run left, then what comes, and at the stop what still waits.
pub(super) async fn run(env: Arc<Env>, mut feed: mpsc::UnboundedReceiver<CorpId>, mut stop: Stop) {
    seal_left(&env, &mut stop).await;
    let mut looks = interval_at(Instant::now() + LOOK_EVERY, LOOK_EVERY);
    let mut corps = Vec::new();
    while !stop.is_set() {
        tokio::select! {
            biased;
            () = stop.wait() => {}
            _ = looks.tick() => if take_lease(&env, "sealer", LEASE_MS, &mut stop).await {
                seal_left(&env, &mut stop).await;
            },
            _ = feed.recv_many(&mut corps, BATCH) => pause(GATHER, &mut stop).await,
        }
        while let Ok(corp) = feed.try_recv() {
            corps.push(corp);
        }
        corps.sort_unstable();
        corps.dedup();
        for corp in corps.drain(..) {
            seal(&env, corp, &mut stop).await;
        }
    }
    // A commit of which the connection brought no answer has told nobody; and at the stop nothing is tried twice.
    for _ in 0..LAST_LOOKS {
        if !seal_left(&env, &mut stop).await {
            return;
        }
    }
}

/// Seals entries of all corps that no sealer was told of: their node was killed.
/// Returns whether there were any.
async fn seal_left(env: &Arc<Env>, stop: &mut Stop) -> bool {
    let corps = insist(env, "looking for unsealed entries", stop, || {
        let env = Arc::clone(env);
        async move {
            let corps = env.store.read(store::audit::corps_with_unsealed);
            corps.await.map_err(Error::from)
        }
    });
    let corps = corps.await.unwrap_or_default();
    for corp in &corps {
        seal(env, *corp, stop).await;
    }
    !corps.is_empty()
}

async fn seal(env: &Arc<Env>, corp: CorpId, stop: &mut Stop) {
    loop {
        let sealed = insist(env, "sealing the audit log", stop, || {
            let env = Arc::clone(env);
            async move { env.store.write(move |tx| audit::seal(tx, corp)).await }
        });
        let sealed = sealed.await.unwrap_or_default();
        metrics::counter!("guanxi_audit_sealed_total").increment(sealed.unsigned_abs());
        if sealed < audit::SEAL_BATCH {
            return;
        }
    }
}
