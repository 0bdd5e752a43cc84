//! Seals audit entries right after they were written.
//!
//! Sealers of two nodes may meet at one corp. Both would give the same entries the same numbers, so the database lets one
//! of them commit; the other runs again and finds the rest.

use std::{sync::Arc, time::Duration};

use guanxi_model::id::CorpId;
use guanxi_store as store;
use tokio::sync::mpsc;

use super::{Stop, insist, pause};
use crate::{Env, Error, audit};

/// How long entries gather, so that under load few transactions seal many.
const GATHER: Duration = Duration::from_millis(40);
/// Notices taken in one go.
const BATCH: usize = 65_536;

/// Seals what an earlier run left, then what comes, and at the stop what still waits.
pub(super) async fn run(env: Arc<Env>, mut feed: mpsc::UnboundedReceiver<CorpId>, mut stop: Stop) {
    seal_left(&env, &mut stop).await;
    let mut corps = Vec::new();
    while !stop.is_set() {
        tokio::select! {
            biased;
            () = stop.wait() => {}
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
}

/// Seals entries of all corps that no sealer was told of: their node was killed.
pub(super) async fn seal_left(env: &Arc<Env>, stop: &mut Stop) {
    let corps = insist("looking for unsealed entries", stop, || {
        let env = Arc::clone(env);
        async move {
            let corps = env.store.read(store::audit::corps_with_unsealed);
            corps.await.map_err(Error::from)
        }
    });
    for corp in corps.await.unwrap_or_default() {
        seal(env, corp, stop).await;
    }
}

async fn seal(env: &Arc<Env>, corp: CorpId, stop: &mut Stop) {
    loop {
        let sealed = insist("sealing the audit log", stop, || {
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
