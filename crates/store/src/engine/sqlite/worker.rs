//! The threads that own SQLite's connections.
//!
//! The writer takes all closures that wait into one transaction and answers them after one sync of the disk (group commit). A
//! closure that fails is undone alone: hardly one has written by then, so the batch runs without savepoints, and only where
//! something has to be undone it begins again with a savepoint around each. A thread of its own moves the log into the file,
//! so that no writer waits for that.

use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};

use guanxi_model::audit::Entry;

use super::{Guard, Session, fault};
use crate::{
    audit,
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
    /// Its audit entries, to be sealed behind those of the others.
    entries: Vec<Entry>,
    /// Whether it changed rows, be they undone or not.
    wrote: bool,
    /// Whether that is to be committed.
    keep: bool,
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
    }
    .reading(true);
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
    let mut shield = Guard::Unneeded;
    let mut outcome = session.step("BEGIN IMMEDIATE");
    while let Some(job) = next.take() {
        if outcome.is_ok() {
            outcome = match run_one(session, job, shield, &mut done) {
                Ok(Ran::InTheWay) => {
                    shield = Guard::Wanted;
                    run_again(session, &mut done)
                }
                ran => ran.map(drop),
            };
        } else {
            done.push(Done::lost(job));
        }
        if outcome.is_ok() && done.len() < BATCH_CLOSURES && started.elapsed() < BATCH_TIME {
            next = jobs.try_recv().ok();
        }
    }
    session.guard = Guard::Unneeded;
    let wrote = done.iter().any(Done::adds);
    let outcome = outcome
        .and_then(|()| seal(session, &mut done))
        .and_then(|()| session.step("COMMIT"));
    session.end("ROLLBACK");
    session.pulse.batch_done(done.len(), wrote, &outcome);
    finish(done, &outcome);
    wrote
}

/// Seals the audit entries of the batch: one look for the end of a chain serves all.
fn seal(session: &mut Session, done: &mut [Done]) -> Result<()> {
    let entries = done
        .iter_mut()
        .flat_map(|done| std::mem::take(&mut done.entries));
    let entries: Vec<Entry> = entries.collect();
    if entries.is_empty() {
        return Ok(());
    }
    audit::append_sealed(&mut Tx::new(Link::Sqlite(session)), entries)
}

/// What a closure leaves in the transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ran {
    /// What is to be committed.
    Well,
    /// Something that must not be committed.
    InTheWay,
}

/// Runs one closure inside the batch. An error means that the whole batch is lost.
fn run_one(
    session: &mut Session,
    mut job: Job,
    shield: Guard,
    done: &mut Vec<Done>,
) -> Result<Ran> {
    session.guard = shield;
    session.last_error = None;
    let before = session.connection.total_changes();
    let mut tx = Tx::new(Link::Sqlite(session));
    let keep = job.run(&mut tx);
    let (effects, entries) = if keep {
        (tx.after_commit.0, tx.entries)
    } else {
        (Vec::new(), Vec::new())
    };
    let wrote = session.connection.total_changes() != before;
    done.push(Done {
        job,
        effects,
        entries,
        wrote,
        keep,
    });
    // SQLite itself rolls back all when the disk is full or fails.
    if session.connection.is_autocommit() {
        return Err(session.last_error.take().unwrap_or(Error::Busy));
    }
    if session.guard == Guard::Open {
        if !keep {
            session.step("ROLLBACK TO closure")?;
        }
        session.step("RELEASE closure")?;
    } else if wrote && !keep {
        return Ok(Ran::InTheWay);
    }
    Ok(Ran::Well)
}

/// Undoes the transaction, whose last closure failed after it had written, and runs the closures again, a savepoint around each.
/// The answers of those stand who came before anything was written, and so does that of the first who wrote if he failed.
fn run_again(session: &mut Session, done: &mut Vec<Done>) -> Result<()> {
    session.step("ROLLBACK")?;
    session.step("BEGIN IMMEDIATE")?;
    let first = done.iter().position(|done| done.wrote);
    let undone = done.split_off(first.unwrap_or(done.len()));
    if let [_] = undone.as_slice() {
        done.extend(undone);
        return Ok(());
    }
    let mut outcome = Ok(());
    for Done { job, .. } in undone {
        if outcome.is_ok() {
            outcome = run_one(session, job, Guard::Wanted, done).map(drop);
        } else {
            done.push(Done::lost(job));
        }
    }
    outcome
}

impl Done {
    /// Whether there is something of it to commit.
    fn adds(&self) -> bool {
        self.keep && (self.wrote || !self.entries.is_empty())
    }

    /// One whose batch was lost before its turn.
    fn lost(job: Job) -> Self {
        Self {
            job,
            effects: Vec::new(),
            entries: Vec::new(),
            wrote: false,
            keep: false,
        }
    }
}

/// Runs the effects in the order of the commits, then answers all together, which wakes the callers in one go.
fn finish(mut done: Vec<Done>, outcome: &Result<()>) {
    for Done { job, effects, .. } in &mut done {
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
