//! Tells open pages of figures when a company's log of live codes has grown, on this node or another: once in a while, however many
//! scans there are, and only while somebody looks.

use std::{collections::HashMap, sync::Arc, time::Duration};

use guanxi_model::id::CorpId;
use guanxi_store as store;

use super::{Stop, insist, pause};
use crate::{Env, Error};

/// Time between two looks.
const EVERY: Duration = Duration::from_secs(2);

/// Looks until the node stops.
pub(super) async fn run(env: Arc<Env>, mut stop: Stop) {
    let mut seen: HashMap<CorpId, i64> = HashMap::new();
    while !stop.is_set() {
        if env.hub.listeners() > 0 {
            let heads = insist(&env, "looking for scans", &mut stop, || {
                let env = Arc::clone(&env);
                async move {
                    let heads = env.store.read(store::live_report::heads).await;
                    heads.map_err(Error::from)
                }
            });
            for (corp, seq) in heads.await.unwrap_or_default() {
                if seen.insert(corp, seq) != Some(seq) {
                    env.hub.figures_moved(corp);
                }
            }
        }
        pause(EVERY, &mut stop).await;
    }
}
