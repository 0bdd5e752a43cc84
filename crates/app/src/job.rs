//! The job loop: what a node does besides answering requests. Its tasks are started together and stopped together.
//!
//! Each task lives in a file below. None of them owns state that matters: what a killed node leaves undone, the next start
//! or another node finds in the tables.

mod alert;
mod figures;
mod follower;
mod promise;
mod reader;
mod sealer;
mod sweeper;
mod webhook;

use std::{future::Future, sync::Arc, time::Duration};

use guanxi_store::{self as store, Engine};
use tokio::{
    sync::{oneshot, watch},
    task::JoinSet,
};

use crate::{Env, Error, Result};

/// First and longest pause before something that met a busy store is tried again.
const PAUSE: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(5));

/// The running tasks of a node. Dropping them without [`Jobs::stop`] ends them in the middle of their work.
#[derive(Debug)]
pub struct Jobs {
    stop: watch::Sender<bool>,
    ready: watch::Receiver<bool>,
    tasks: JoinSet<()>,
}

/// Starts the tasks of a node, once, within a runtime.
pub fn start(env: &Arc<Env>) -> Jobs {
    let feeds = env.hub.connect(env);
    let (stop, stopped) = watch::channel(false);
    let stop_sign = Stop(stopped);
    let (loaded, ready) = watch::channel(false);
    let (place, begin) = oneshot::channel();
    let mut tasks = JoinSet::new();
    if env.store.engine() == Engine::Postgres {
        tasks.spawn(reader::run(Arc::clone(env), place, stop_sign.clone()));
    } else {
        // Nobody else writes, so no event comes but by this node's own hub.
        drop(place);
    }
    tasks.spawn(follower::run(
        Arc::clone(env),
        begin,
        feeds.directory,
        loaded,
        stop_sign.clone(),
    ));
    tasks.spawn(sealer::run(
        Arc::clone(env),
        feeds.sealer,
        stop_sign.clone(),
    ));
    tasks.spawn(webhook::spread(Arc::clone(env), stop_sign.clone()));
    if let Some(post) = env.post.get() {
        tasks.spawn(webhook::send(
            Arc::clone(env),
            Arc::clone(post),
            stop_sign.clone(),
        ));
    }
    tasks.spawn(promise::run(Arc::clone(env), stop_sign.clone()));
    tasks.spawn(alert::run(Arc::clone(env), stop_sign.clone()));
    tasks.spawn(figures::run(Arc::clone(env), stop_sign.clone()));
    tasks.spawn(sweeper::run(Arc::clone(env), stop_sign));
    Jobs { stop, ready, tasks }
}

impl Jobs {
    /// Waits until the directories are in memory; requests before that are answered too, but slowly.
    pub async fn ready(&mut self) {
        // The task ends early only when the node stops.
        let _ = self.ready.wait_for(|ready| *ready).await;
    }

    /// Lets the tasks finish what they have begun and seal what waits. To be called once no request is under way.
    pub async fn stop(mut self) {
        let _ = self.stop.send(true);
        while let Some(ended) = self.tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a job ended in a panic");
            }
        }
    }
}

/// Tells a task that the node stops.
#[derive(Debug, Clone)]
struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Waits for the node to stop.
    async fn wait(&mut self) {
        // Jobs dropped without a stop end their tasks anyway.
        let _ = self.0.wait_for(|stopped| *stopped).await;
    }

    fn is_set(&self) -> bool {
        *self.0.borrow()
    }
}

/// Waits for a while, or until the node stops.
async fn pause(time: Duration, stop: &mut Stop) {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that waits for time to pass: jobs that gather work or try again"
    )]
    let passed = tokio::time::sleep(time);
    tokio::select! {
        () = passed => {}
        () = stop.wait() => {}
    }
}

/// Does a piece of work, again and again while the store is busy or away; anything else is logged and given up, a panic
/// too, so that one bad piece does not end the task. None if it was given up.
async fn insist<T, F>(
    env: &Env,
    what: &'static str,
    stop: &mut Stop,
    work: impl Fn() -> F,
) -> Option<T>
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let (mut next, longest) = PAUSE;
    loop {
        match tokio::spawn(work()).await {
            Ok(Ok(value)) => {
                told(what, "done");
                let now_s = env.clock.now_ms() as f64 / 1000.0;
                metrics::gauge!("guanxi_jobs_last_success_timestamp_seconds", "work" => what)
                    .set(now_s);
                return Some(value);
            }
            // Two nodes at the same rows: the loser tries again and finds the work done.
            Ok(Err(error @ (Error::Busy(_) | Error::Conflict { .. }))) if !stop.is_set() => {
                tracing::debug!(job.work = what, %error, "a job tries again");
                told(what, "again");
                pause(next, stop).await;
                next = (next * 2).min(longest);
            }
            Ok(Err(error)) => {
                tracing::error!(job.work = what, %error, "a job failed");
                told(what, "failed");
                return None;
            }
            Err(error) => {
                tracing::error!(job.work = what, %error, "a job panicked");
                told(what, "failed");
                return None;
            }
        }
    }
}

/// Counts how a piece of work went.
fn told(work: &'static str, result: &'static str) {
    metrics::counter!("guanxi_jobs_total", "work" => work, "result" => result).increment(1);
}

/// Takes or keeps a job that one node does at a time.
async fn take_lease(env: &Arc<Env>, name: &'static str, ms: i64, stop: &mut Stop) -> bool {
    let taken = insist(env, "taking a lease", stop, || {
        let (env, node, now_ms) = (Arc::clone(env), env.node, env.clock.now_ms());
        async move {
            let lease = env
                .store
                .write(move |tx| store::node::take_lease(tx, name, node, now_ms, now_ms + ms));
            lease.await.map_err(Error::from)
        }
    });
    taken.await == Some(true)
}
