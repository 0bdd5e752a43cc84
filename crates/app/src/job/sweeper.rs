//! Writes down what time has ended and throws away what nobody needs, on one node at a time.

use std::{sync::Arc, time::Duration};

use guanxi_model::{
    corp::{DAY_MS, Settings},
    id::{CodeId, CorpId},
    request::UNDO_MS,
};
use guanxi_store as store;
use tokio::time::{MissedTickBehavior, interval};

use super::{Stop, insist, take_lease};
use crate::{
    Env, Result, audit::retention, contact, live_alert, member, once, qr_code::flood, request,
    token,
};

/// Time between two rounds.
const EVERY: Duration = Duration::from_secs(30);
/// How long one node keeps this job; another takes over after that.
const LEASE_MS: i64 = 75_000;
/// Requests whose expiry is written in one transaction.
const BATCH: i64 = 200;
/// Rounds after which rules of retention are looked at again: an hour. Their days end at midnight of each company.
const RETENTION_ROUNDS: u64 = 120;
/// How long events are kept.
const EVENTS_MS: i64 = 7 * DAY_MS;
/// How long messages to endpoints are kept that were taken, and that were given up; a paused endpoint keeps what waits so long too.
const MESSAGES_MS: (i64, i64) = (7 * DAY_MS, 30 * DAY_MS);
/// Messages forgotten in one transaction.
const MESSAGES: usize = 1000;

/// Goes its rounds until the node stops: requests each time, everything else every second time.
pub(super) async fn run(env: Arc<Env>, mut stop: Stop) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut rounds = 0_u64;
    loop {
        tokio::select! {
            () = stop.wait() => return flood::flush(&env).await,
            _ = ticks.tick() => {}
        }
        // Each node writes its own.
        flood::flush(&env).await;
        if !take_lease(&env, "sweeper", LEASE_MS, &mut stop).await {
            continue;
        }
        let due = || expire_requests(Arc::clone(&env));
        insist(&env, "expiring requests", &mut stop, due).await;
        if rounds.is_multiple_of(2) {
            let over = || forget(Arc::clone(&env));
            insist(&env, "forgetting what is over", &mut stop, over).await;
        }
        if rounds.is_multiple_of(RETENTION_ROUNDS) {
            let kept = || keep_to_rules(Arc::clone(&env));
            insist(&env, "removing what is kept no longer", &mut stop, kept).await;
        }
        rounds += 1;
    }
}

async fn expire_requests(env: Arc<Env>) -> Result<()> {
    loop {
        let cx = env.job("expiry");
        let write = env
            .store
            .write(move |tx| request::expire_due(tx, &cx, BATCH));
        if (write.await? as i64) < BATCH {
            return Ok(());
        }
    }
}

/// Removes entries of audit logs and scans as the rules of their companies say, in small transactions.
async fn keep_to_rules(env: Arc<Env>) -> Result<()> {
    for corp in env.store.read(store::corp::list).await? {
        if corp.settings.audit_days > 0 {
            while trim(&env, corp.id).await? == retention::BATCH {}
        }
        if corp.settings.scan_days > 0 {
            let mut after = Some(CodeId::from_u128(0));
            while let Some(code) = after {
                let cx = env.job("retention");
                let forget =
                    move |tx: &mut store::Tx<'_>| retention::forget_scans(tx, &cx, corp.id, code);
                after = env.store.write(forget).await?;
            }
        }
    }
    Ok(())
}

async fn trim(env: &Arc<Env>, corp: CorpId) -> Result<i64> {
    let cx = env.job("retention");
    let trim = move |tx: &mut store::Tx<'_>| retention::trim(tx, &cx, corp);
    env.store.write(trim).await
}

/// Sessions, tokens and codes that are over, budgets of past days, old events, results of batches and answers to programs, grants
/// whose time has come.
async fn forget(env: Arc<Env>) -> Result<()> {
    let cx = env.job("sweeper");
    env.store
        .write(move |tx| -> Result<()> {
            let now_ms = cx.now();
            store::session::delete_expired(tx, now_ms, now_ms / DAY_MS)?;
            // Two days back it is yesterday at the latest everywhere on earth.
            store::contact::forget_budgets(tx, Settings::default().day(now_ms - 2 * DAY_MS))?;
            store::event::forget(tx, now_ms - EVENTS_MS)?;
            store::batch::forget(tx, now_ms - contact::batch::KEPT_MS)?;
            store::bulk::forget(tx, now_ms - member::BULK_KEPT_MS)?;
            store::avatar::forget(tx, now_ms - UNDO_MS)?;
            store::logo::forget(tx, now_ms - UNDO_MS)?;
            store::once::forget(tx, now_ms - once::KEPT_MS)?;
            store::live_alert::forget(tx, now_ms - live_alert::KEPT_MS)?;
            store::token::forget(tx, now_ms - token::KEPT_MS)?;
            store::idempotency::forget(tx, now_ms - token::ANSWERS_MS)?;
            Ok(())
        })
        .await?;
    while forget_messages(&env).await? {}
    let cx = env.job("sweeper");
    env.store
        .write(move |tx| crate::visibility::sweep_grants(tx, &cx))
        .await
        .map(drop)
}

/// Forgets old messages to endpoints, and what is left of deleted endpoints; whether there may be more.
async fn forget_messages(env: &Arc<Env>) -> Result<bool> {
    let now_ms = env.clock.now_ms();
    env.store
        .write(move |tx| -> Result<bool> {
            let limit = MESSAGES as i64;
            let (taken, dead) = MESSAGES_MS;
            store::webhook::delivery::give_up_stale(tx, now_ms, now_ms - taken)?;
            let (taken, dead) = (now_ms - taken, now_ms - dead);
            let mut forgotten = store::webhook::delivery::forget(tx, taken, dead, limit)?;
            let deleted = now_ms - guanxi_model::webhook::UNDO_MS;
            for (corp, hook) in store::webhook::deleted(tx, deleted, 1)? {
                let of_hook = store::webhook::delivery::forget_hook(tx, corp, hook, limit)?;
                forgotten = forgotten.max(of_hook);
                if of_hook < MESSAGES {
                    store::webhook::delete(tx, corp, hook)?;
                }
            }
            Ok(forgotten == MESSAGES)
        })
        .await
}
