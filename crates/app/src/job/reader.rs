//! Hears what other nodes on the same database did: at once over the bus, and for certain from the table of events.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use guanxi_store::{self as store, Signal, event::Cursor};
use tokio::{
    sync::{Notify, oneshot},
    time::{MissedTickBehavior, interval},
};

use super::{Stop, insist};
use crate::{Env, Error, Result};

/// How often the table is read, in case the bus lost a message.
const EVERY: Duration = Duration::from_secs(1);
/// Events read at once.
const PAGE: i64 = 1000;

/// Listens and reads on until the node stops; says when its place in the table is fixed.
pub(super) async fn run(env: Arc<Env>, begin: oneshot::Sender<()>, mut stop: Stop) {
    let missed = Arc::new(Notify::new());
    listen(&env, &missed);
    let end = insist(&env, "finding the end of events", &mut stop, || {
        let env = Arc::clone(&env);
        async move {
            let end = env.store.read(store::event::end).await;
            end.map_err(Error::from)
        }
    });
    let Some(mut cursor) = end.await else {
        return;
    };
    let _ = begin.send(());
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.wait() => return,
            _ = ticks.tick() => {}
            () = missed.notified() => {}
        }
        if let Err(error) = read_on(&env, &mut cursor).await {
            // The place is kept: nothing is lost, only late.
            tracing::debug!(%error, "events of other nodes could not be read");
        }
    }
}

/// The listener lives as long as the store, so it must not keep the node alive.
fn listen(env: &Arc<Env>, missed: &Arc<Notify>) {
    let (node, missed): (Weak<Env>, _) = (Arc::downgrade(env), Arc::clone(missed));
    env.store.listen(move |signal| match signal {
        Signal::Message(message) => {
            if let Some(env) = node.upgrade() {
                env.hub.hear(message);
            }
        }
        Signal::Resync => missed.notify_one(),
    });
}

async fn read_on(env: &Arc<Env>, cursor: &mut Cursor) -> Result<()> {
    loop {
        let from = *cursor;
        let (events, next) = env
            .store
            .read(move |tx| store::event::after(tx, from, PAGE))
            .await?;
        for event in &events {
            env.hub.reread(event.id, &event.body);
        }
        *cursor = next;
        if (events.len() as i64) < PAGE {
            return Ok(());
        }
    }
}
