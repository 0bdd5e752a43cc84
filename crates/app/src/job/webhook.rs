//! Tells endpoints what has happened: one task makes messages of events, one looks after the endpoints for which messages wait
//! and starts a worker for each.
//!
//! Events are read by whichever node comes first; the place in the table moves in the same transaction as the messages are
//! written. To an endpoint one node sends at a time, by a lease that it keeps while it works.

mod worker;

use std::{collections::HashMap, sync::Arc, time::Duration};

use guanxi_model::id::{CorpId, HookId};
use guanxi_store as store;
use tokio::{
    sync::{Notify, Semaphore},
    task::JoinSet,
    time::{MissedTickBehavior, interval},
};

use super::{Stop, insist, pause};
use crate::{Env, Error, outside::Post, webhook::spread};

/// How often tasks look, in case nobody woke them.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long events gather, so that under load few transactions make many messages.
const GATHER: Duration = Duration::from_millis(20);
/// Messages that a node sends at a time, to all endpoints together.
const AT_ONCE: usize = 128;
/// Of these, what one company may have under way: slow endpoints of one are no reason for another to wait.
const AT_ONCE_OF_CORP: usize = 32;

/// Makes messages of events until the node stops.
pub(super) async fn spread(env: Arc<Env>, mut stop: Stop) {
    let mut ticks = interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.wait() => return,
            () = env.hub.happened.notified() => pause(GATHER, &mut stop).await,
            _ = ticks.tick() => {}
        }
        while !stop.is_set() {
            let step = || {
                let env = Arc::clone(&env);
                async move { spread::step(&env).await }
            };
            let done = insist(&env, "making messages for endpoints", &mut stop, step).await;
            let done = done.unwrap_or_default();
            if done.messages > 0 {
                env.hub.webhooks.notify_one();
            }
            if !done.is_full {
                break;
            }
        }
    }
}

/// Keeps a worker at each endpoint for which messages wait, until the node stops.
pub(super) async fn send(env: Arc<Env>, post: Arc<dyn Post>, mut stop: Stop) {
    let mut ticks = interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let slots = Arc::new(Semaphore::new(AT_ONCE));
    let mut shares: HashMap<CorpId, Arc<Semaphore>> = HashMap::new();
    let mut wakes: HashMap<HookId, Arc<Notify>> = HashMap::new();
    let mut workers: JoinSet<HookId> = JoinSet::new();
    loop {
        tokio::select! {
            () = stop.wait() => break,
            () = env.hub.webhooks.notified() => {}
            _ = ticks.tick() => {}
        }
        while let Some(ended) = workers.try_join_next() {
            match ended {
                Ok(hook) => drop(wakes.remove(&hook)),
                Err(error) => {
                    tracing::error!(%error, "a worker of an endpoint ended in a panic");
                    // Which one is unknown: all are told apart again by those who still hold their bell.
                    wakes.retain(|_, wake| Arc::strong_count(wake) > 1);
                }
            }
        }
        let waited_for = insist(&env, "looking for endpoints", &mut stop, || {
            let env = Arc::clone(&env);
            async move {
                let read = env.store.read(store::webhook::waited_for).await;
                read.map_err(Error::from)
            }
        });
        for (corp, hook) in waited_for.await.unwrap_or_default() {
            if let Some(wake) = wakes.get(&hook) {
                wake.notify_one();
                continue;
            }
            let wake = Arc::new(Notify::new());
            wakes.insert(hook, Arc::clone(&wake));
            let share = shares
                .entry(corp)
                .or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE_OF_CORP)));
            let room = worker::Room {
                slots: Arc::clone(&slots),
                share: Arc::clone(share),
            };
            let worker = worker::Worker::new(&env, &post, room, corp, hook);
            let stop = stop.clone();
            workers.spawn(async move {
                worker.run(&wake, stop).await;
                hook
            });
        }
    }
    while workers.join_next().await.is_some() {}
}
