//! The threads that own SQLite's connections.
//!
//! The writer takes all closures that wait into one transaction and answers them after one sync of the disk (group commit). A
//! closure that fails is undone alone, by a savepoint that exists only where something else could be lost. A thread of its own
//! moves the log into the file, so that no writer waits for that.

use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};

use super::{Guard, Session, fault};
use crate::{
    error::{Error, Result},
    task::{Job, run_effects},
    tx::{AfterCommit, Link, Tx},
};

/// Bounds of one batch: the answers of its first closure wait for the last.
const BATCH_CLOSURES: usize = 256;
const BATCH_TIME: Duration = Duration::from_millis(4);
/// How long commits gather before a checkpoint: pages that many of them change are moved once.
const CHECKPOINT_PAUSE: Duration = Duration::from_millis(500);

/// A closure that has run and waits for the commit.
struct Done {
    job: Job,
    effects: Vec<AfterCommit>,
}

/// Serves writes until the store is closed; says on `wrote` that the log has grown.
pub(crate) fn write_loop(mut session: Session, jobs: &Receiver<Job>, wrote: &Sender<()>) {
    while let Ok(job) = jobs.recv() {
        if run_batch(&mut session, job, jobs) {
            // Full means that a checkpoint is due already.
            let _ = wrote.try_send(());
        }
    }
    // Failure here leaves a WAL file, which the next start reads.
    let _ = session.batch("PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)");
}

/// Moves the log into the file while the writer goes on, until the store is closed.
pub(crate) fn checkpoint_loop(mut session: Session, wrote: &Receiver<()>) {
    while wrote.recv().is_ok() {
        let due = Instant::now() + CHECKPOINT_PAUSE;
        loop {
            match wrote.recv_deadline(due) {
                Ok(()) => {}
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
        // What cannot be moved now stays in the log, where it is safe, until the next time.
        if let Err(error) = session.batch("PRAGMA wal_checkpoint(PASSIVE)") {
            tracing::warn!(cause = %error, "the log could not be moved into the database file");
        }
    }
}

/// Serves reads until the store is closed.
pub(crate) fn read_loop(mut session: Session, jobs: &Receiver<Job>) {
    while let Ok(mut job) = jobs.recv() {
        if job.is_abandoned() {
            continue;
        }
        run_effects(run_read(&mut session, &mut job));
        session.pulse.read_done();
        job.answer();
    }
}

/// Runs one read and returns what it wants done after it.
fn run_read(session: &mut Session, job: &mut Job) -> Vec<AfterCommit> {
    let single = job.is_single();
    if !single && let Err(error) = session.step("BEGIN") {
        job.fail(error);
        return Vec::new();
    }
    let link = Link::Sqlite(session);
    let mut tx = if single {
        Tx::single(link)
    } else {
        Tx::new(link)
    };
    let keep = job.run(&mut tx);
    let effects = if keep { tx.after_commit.0 } else { Vec::new() };
    if !single {
        session.end("ROLLBACK");
    }
    effects
}

/// Runs what waits in one transaction; tells whether something was written.
fn run_batch(session: &mut Session, first: Job, jobs: &Receiver<Job>) -> bool {
    let started = Instant::now();
    let mut done = Vec::new();
    let mut next = Some(first);
    let mut outcome = session.step("BEGIN IMMEDIATE");
    while let Some(job) = next.take() {
        if outcome.is_ok() {
            outcome = run_one(session, job, &mut done);
        } else {
            done.push(Done {
                job,
                effects: Vec::new(),
            });
        }
        if outcome.is_ok() && done.len() < BATCH_CLOSURES && started.elapsed() < BATCH_TIME {
            next = jobs.try_recv().ok();
        }
    }
    session.guard = Guard::Unneeded;
    outcome = outcome.and_then(|()| session.step("COMMIT"));
    session.end("ROLLBACK");
    let wrote = std::mem::take(&mut session.wrote);
    session.pulse.batch_done(done.len(), wrote, &outcome);
    finish(done, &outcome);
    wrote
}

/// Runs one closure inside the batch. An error means that the whole batch is lost.
fn run_one(session: &mut Session, mut job: Job, done: &mut Vec<Done>) -> Result<()> {
    // While the transaction holds nothing of others, it is its own savepoint.
    let alone = done.is_empty();
    session.guard = if alone {
        Guard::Unneeded
    } else {
        Guard::Wanted
    };
    session.last_error = None;
    let mut tx = Tx::new(Link::Sqlite(session));
    let keep = job.run(&mut tx);
    let effects = if keep { tx.after_commit.0 } else { Vec::new() };
    // SQLite itself rolls back all when the disk is full or fails.
    if session.connection.is_autocommit() {
        let lost = session.last_error.take().unwrap_or(Error::Busy);
        done.push(Done { job, effects });
        return Err(lost);
    }
    if alone && !keep {
        session.step("ROLLBACK")?;
        job.answer();
        return session.step("BEGIN IMMEDIATE");
    }
    done.push(Done { job, effects });
    if session.guard == Guard::Open {
        if !keep {
            session.step("ROLLBACK TO closure")?;
        }
        session.step("RELEASE closure")?;
    }
    Ok(())
}

/// Runs the effects in the order of the commits, then answers all together, which wakes the callers in one go.
fn finish(mut done: Vec<Done>, outcome: &Result<()>) {
    for Done { job, effects } in &mut done {
        match outcome {
            Ok(()) => run_effects(std::mem::take(effects)),
            Err(error) => job.fail(error.clone()),
        }
    }
    for Done { job, .. } in done {
        job.answer();
    }
}

impl Session {
    /// Runs one word of transaction control.
    fn step(&mut self, sql: &'static str) -> Result<()> {
        let done = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.raw_execute());
        done.map(drop).map_err(|e| self.fault(&e))
    }

    /// Ends a transaction that may have ended by itself.
    fn end(&mut self, sql: &'static str) {
        if !self.connection.is_autocommit()
            && let Err(error) = self.connection.execute_batch(sql)
        {
            tracing::error!(cause = %fault::plain(&error), "a transaction could not be ended");
        }
    }
}
