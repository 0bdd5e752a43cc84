//! Sends to one endpoint: several messages at a time, never two about one subject, and writes down how it went in batches.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use guanxi_model::{
    id::{CorpId, HookId},
    webhook::{Standing, State, Webhook},
};
use guanxi_store::{self as store, Engine, webhook::delivery::Delivery};
use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    task::JoinSet,
    time::timeout,
};

use super::super::{Stop, insist, pause};
use crate::{
    Env, Error, Result,
    outside::{NoAnswer, Post},
    webhook::{
        deliver::{self, Done},
        line::{Behind, Line},
    },
};

/// Messages under way to one endpoint.
const AT_ONCE: usize = 16;
/// Failures in a row after which an endpoint is tried with one message at a time, and less and less often.
const TROUBLED_FROM: u32 = 10;
/// Longest pause of a troubled endpoint.
const TROUBLED_MS: i64 = 60_000;
/// How long answers gather before they are written down.
const GATHER: Duration = Duration::from_millis(5);
/// Longest wait before the endpoint is looked at again: it may have been paused.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How long a lease lasts, when it is taken anew, and how much of it a try may need.
const LEASE_MS: i64 = 30_000;
const RENEW_MS: i64 = 20_000;
const TRY_MS: i64 = 12_000;

/// Room for messages under way: that of the node, and the share of the company.
#[derive(Debug)]
pub(super) struct Room {
    pub(super) slots: Arc<Semaphore>,
    pub(super) share: Arc<Semaphore>,
}

impl Room {
    /// Room for one more, given back when it is dropped.
    fn take(&self) -> Option<[OwnedSemaphorePermit; 2]> {
        let share = Arc::clone(&self.share).try_acquire_owned().ok()?;
        let slot = Arc::clone(&self.slots).try_acquire_owned().ok()?;
        Some([share, slot])
    }
}

/// The worker of one endpoint.
pub(super) struct Worker {
    env: Arc<Env>,
    post: Arc<dyn Post>,
    room: Room,
    corp: CorpId,
    hook: HookId,
    line: Line,
    lease_until_ms: i64,
    /// Failures in a row, and until when a troubled endpoint is left alone.
    failures: u32,
    quiet_until_ms: i64,
    under_way: JoinSet<Done>,
    /// Whether more waits in the table than was read.
    is_behind: bool,
    /// Whether memory and table may differ, so that another worker has to begin anew.
    is_confused: bool,
}

/// What a look at the table brought.
#[derive(Debug, Default)]
struct Look {
    hook: Option<Webhook>,
    read: Vec<Delivery>,
    due: Vec<(Delivery, bool)>,
}

impl Worker {
    pub(super) fn new(
        env: &Arc<Env>,
        post: &Arc<dyn Post>,
        room: Room,
        corp: CorpId,
        hook: HookId,
    ) -> Self {
        Self {
            env: Arc::clone(env),
            post: Arc::clone(post),
            room,
            corp,
            hook,
            line: Line::default(),
            lease_until_ms: 0,
            failures: 0,
            quiet_until_ms: 0,
            under_way: JoinSet::new(),
            is_behind: false,
            is_confused: false,
        }
    }

    /// Sends until nothing waits, the endpoint is paused or gone, another node has it, or this one stops.
    pub(super) async fn run(mut self, wake: &Notify, mut stop: Stop) {
        while !stop.is_set() && !self.is_confused && self.hold(&mut stop).await {
            let Some(hook) = self.look(&mut stop).await else {
                break;
            };
            if hook.state != State::On || hook.deleted_at_ms.is_some() {
                break;
            }
            self.start(&hook);
            if self.line.is_empty() && !self.is_behind {
                break;
            }
            self.wait(wake, &mut stop).await;
        }
        // What is under way is waited for: a try that is not written down would be made again.
        while !self.under_way.is_empty() {
            if let Some(done) = self.under_way.join_next().await {
                self.write(done.into_iter().collect(), &mut stop).await;
            }
        }
        self.leave().await;
    }

    /// Takes or keeps the lease. On SQLite there is no other node.
    async fn hold(&mut self, stop: &mut Stop) -> bool {
        let now_ms = self.env.clock.now_ms();
        if self.env.store.engine() == Engine::Sqlite {
            self.lease_until_ms = i64::MAX;
        }
        if self.lease_until_ms.saturating_sub(now_ms) > RENEW_MS {
            return true;
        }
        let (name, node, until_ms) = (self.lease(), self.env.node, now_ms + LEASE_MS);
        let taken = insist(&self.env, "taking an endpoint", stop, || {
            let (env, name) = (Arc::clone(&self.env), name.clone());
            async move {
                let write = env
                    .store
                    .write(move |tx| store::node::take_lease(tx, &name, node, now_ms, until_ms));
                write.await.map_err(Error::from)
            }
        });
        let is_mine = taken.await == Some(true);
        if is_mine {
            self.lease_until_ms = until_ms;
        }
        is_mine
    }

    fn lease(&self) -> String {
        format!("webhook:{}", self.hook)
    }

    /// Lets another node take over at once.
    async fn leave(&self) {
        if self.lease_until_ms == 0 || self.env.store.engine() == Engine::Sqlite {
            return;
        }
        let (name, node) = (self.lease(), self.env.node);
        let write = self
            .env
            .store
            .write(move |tx| store::node::leave_lease(tx, &name, node));
        if let Err(error) = write.await {
            // It ends by itself soon.
            tracing::debug!(%error, "a lease could not be given back");
        }
    }

    /// Reads the endpoint, and messages where there is room for them.
    async fn look(&mut self, stop: &mut Stop) -> Option<Webhook> {
        let now_ms = self.env.clock.now_ms();
        let due = self.line.due(now_ms, AT_ONCE);
        let (wants, corp, hook) = (self.line.wants(), self.corp, self.hook);
        let look = insist(&self.env, "reading messages for an endpoint", stop, || {
            let (env, due) = (Arc::clone(&self.env), due.clone());
            async move {
                let read = env.store.read(move |tx| -> Result<Look> {
                    let mut look = Look {
                        hook: store::webhook::find(tx, corp, hook)?,
                        ..Look::default()
                    };
                    if let Some((after, limit)) = wants {
                        look.read =
                            store::webhook::delivery::waiting(tx, corp, hook, after, limit)?;
                    }
                    for id in &due {
                        if let Some(found) = store::webhook::delivery::find(tx, corp, hook, *id)? {
                            let waits = found.standing == Standing::Waiting;
                            look.due.push((found, waits));
                        }
                    }
                    Ok(look)
                });
                read.await
            }
        });
        let look = look.await?;
        self.is_behind = wants.is_none_or(|(_, limit)| look.read.len() as i64 == limit);
        self.line.read_on(look.read, now_ms);
        let mut behind = Vec::new();
        for (delivery, waits) in look.due {
            if waits {
                self.line.ready(delivery);
            } else {
                behind.extend(self.line.done(delivery.subject, delivery.place));
            }
        }
        self.follow(behind, stop).await;
        look.hook
    }

    /// Begins as many tries as may be under way.
    fn start(&mut self, hook: &Webhook) {
        let now_ms = self.env.clock.now_ms();
        let is_troubled = self.failures >= TROUBLED_FROM;
        let limit = if is_troubled { 1 } else { AT_ONCE };
        if is_troubled && now_ms < self.quiet_until_ms {
            return;
        }
        if self.lease_until_ms.saturating_sub(now_ms) < TRY_MS {
            return;
        }
        while self.under_way.len() < limit
            && self.line.has_ready()
            && let Some(room) = self.room.take()
        {
            let Some(delivery) = self.line.take() else {
                return;
            };
            let outgoing = deliver::outgoing(hook, &delivery, now_ms);
            let post = Arc::clone(&self.post);
            self.under_way
                .spawn(attempt(post, outgoing, delivery, now_ms, room));
        }
    }

    /// Waits for answers, for news, or for the time of the next try, and writes down what came.
    async fn wait(&mut self, wake: &Notify, stop: &mut Stop) {
        let now_ms = self.env.clock.now_ms();
        let due = if self.failures >= TROUBLED_FROM && now_ms < self.quiet_until_ms {
            self.quiet_until_ms
        } else if self.line.has_ready() {
            // What can be sent waits for an answer to something else, not for a time.
            i64::MAX
        } else {
            self.line.next_due_ms().unwrap_or(i64::MAX)
        };
        let due = Duration::from_millis(u64::try_from(due - now_ms).unwrap_or(0).max(1));
        let mut done = Vec::new();
        let first = async {
            tokio::select! {
                Some(one) = self.under_way.join_next() => Some(one),
                () = wake.notified() => None,
                () = stop.wait() => None,
            }
        };
        if let Ok(Some(one)) = timeout(due.min(LOOK_EVERY), first).await {
            done.extend(one);
            if !self.under_way.is_empty() {
                pause(GATHER, stop).await;
            }
            while let Some(one) = self.under_way.try_join_next() {
                done.extend(one);
            }
        }
        self.write(done, stop).await;
    }

    /// Writes down how tries went, and only then lets the next messages of their subjects go.
    async fn write(&mut self, done: Vec<Done>, stop: &mut Stop) {
        if done.is_empty() {
            return;
        }
        let cx = self.env.job("webhook");
        for one in &done {
            self.failures = if one.is_taken() {
                0
            } else {
                self.failures.saturating_add(1)
            };
            let result = if one.is_taken() { "taken" } else { "failed" };
            metrics::counter!("guanxi_webhook_tries_total", "result" => result).increment(1);
        }
        if self.failures >= TROUBLED_FROM {
            let doubled = 1000_i64 << (self.failures - TROUBLED_FROM).min(10);
            self.quiet_until_ms = cx.now() + doubled.min(TROUBLED_MS);
        }
        let chance = |_: &Done| self.env.chance.number() as u64;
        let settled: Vec<_> = done
            .iter()
            .map(|one| one.settle(cx.now(), chance(one)))
            .collect();
        let (corp, hook) = (self.corp, self.hook);
        let (done, settled) = (Arc::new(done), Arc::new(settled));
        let written = insist(&self.env, "writing down tries", stop, || {
            let (cx, done, settled) = (cx.clone(), Arc::clone(&done), Arc::clone(&settled));
            async move {
                let env = Arc::clone(&cx.env);
                let write = env
                    .store
                    .write(move |tx| deliver::write(tx, &cx, corp, hook, &done, &settled));
                write.await
            }
        });
        if written.await.is_none() {
            self.is_confused = true;
            return;
        }
        let mut behind = Vec::new();
        for (one, settled) in done.iter().zip(settled.iter()) {
            if settled.standing == Standing::Waiting {
                self.line.park(&one.delivery, settled.next_at_ms);
            } else {
                behind.extend(self.line.done(one.delivery.subject, one.delivery.place));
            }
        }
        self.follow(behind, stop).await;
    }

    /// Looks for the messages behind those that are done.
    async fn follow(&mut self, behind: Vec<Behind>, stop: &mut Stop) {
        if behind.is_empty() {
            return;
        }
        let (corp, hook) = (self.corp, self.hook);
        let behind = Arc::new(behind);
        let found = insist(&self.env, "reading messages for an endpoint", stop, || {
            let (env, behind) = (Arc::clone(&self.env), Arc::clone(&behind));
            async move {
                let read = env.store.read(move |tx| -> Result<Vec<_>> {
                    let next = |one: &Behind| {
                        let Behind {
                            subject,
                            after,
                            until,
                        } = *one;
                        store::webhook::delivery::next_of(tx, corp, hook, subject, after, until)
                    };
                    Ok(behind.iter().map(next).collect::<Result<_, _>>()?)
                });
                read.await
            }
        });
        let Some(found) = found.await else {
            self.is_confused = true;
            return;
        };
        let now_ms = self.env.clock.now_ms();
        for (one, found) in behind.iter().zip(found) {
            self.line.follow(*one, found, now_ms);
        }
    }
}

/// One try, on a thread that may wait.
async fn attempt(
    post: Arc<dyn Post>,
    outgoing: crate::outside::Outgoing,
    delivery: Delivery,
    at_ms: i64,
    room: [OwnedSemaphorePermit; 2],
) -> Done {
    let began = Instant::now();
    let posted = tokio::task::spawn_blocking(move || post.post(&outgoing)).await;
    drop(room);
    Done {
        delivery,
        outcome: posted.unwrap_or(Err(NoAnswer::Broken)),
        at_ms,
        latency_ms: i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX),
    }
}
