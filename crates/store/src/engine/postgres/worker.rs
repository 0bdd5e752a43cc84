//! The threads that own PostgreSQL's connections: they run closures, again where their transaction lost against another, and find
//! back to a server that was gone.
//!
//! A closure has no effect but through its transaction, so it may run again as long as no commit was sent.

use std::{
    sync::{Arc, mpsc::SyncSender},
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, RecvTimeoutError};

use super::{Session, Trouble, fault};
use crate::{
    error::{Error, Result},
    pulse::{Mode, Pulse},
    task::{Job, run_effects},
    tx::{self, Tx},
};

/// How often an idle connection is looked at.
const IDLE: Duration = Duration::from_secs(5);
/// Waits between attempts to connect.
const RECONNECT: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));
/// How long a closure may lose against others.
const CONFLICT_TIME: Duration = Duration::from_secs(5);

/// How many connections a closure may lose: one that died unnoticed, one more by bad luck.
const LOSSES: u32 = 3;

/// The answer while no thread has a connection.
pub(crate) const UNREACHABLE: Error = Error::Unavailable("the database cannot be reached");

/// A thread's connection and its place in the store.
pub(crate) struct Worker {
    pub(crate) session: Session,
    pub(crate) mode: Mode,
    pub(crate) pulse: Arc<Pulse>,
    /// State of the jitter, different for each thread.
    pub(crate) seed: u64,
}

/// How one run of a closure ended.
enum Run {
    Finished(Vec<tx::AfterCommit>),
    Again,
    Lost,
    Unknown,
}

impl Worker {
    /// Serves closures until the store is closed. The first attempt to connect is reported.
    pub(crate) fn serve(mut self, jobs: &Receiver<Job>, started: SyncSender<Result<()>>) {
        let first = self.connect();
        // The opener may have given up after the failure of another thread.
        let _ = started.send(first);
        drop(started);
        let mut pause = RECONNECT.0;
        while !self.pulse.is_closing() {
            if self.session.link.is_connected() {
                pause = RECONNECT.0;
                match jobs.recv_timeout(IDLE) {
                    Ok(job) => self.run(job),
                    Err(RecvTimeoutError::Timeout) => self.check(),
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            } else if self.connect().is_err() {
                self.wait_out(pause, jobs);
                pause = (2 * pause).min(RECONNECT.1);
            }
        }
    }

    fn connect(&mut self) -> Result<()> {
        let opened = self.session.link.connect().map_err(|e| fault::named(&e).0);
        match &opened {
            Ok(()) => self.pulse.connect(self.mode),
            Err(error) => self.pulse.note(error),
        }
        opened
    }

    /// Waits for the next attempt to connect. Where no other thread has a connection, those who ask meanwhile are refused rather
    /// than left hanging.
    fn wait_out(&mut self, pause: Duration, jobs: &Receiver<Job>) {
        let until = Instant::now() + pause;
        while Instant::now() < until
            && !self.pulse.is_closing()
            && !self.session.link.is_connected()
        {
            if self.pulse.connected(self.mode) > 0 {
                self.session.link.wait(sleep(RECONNECT.0));
            } else if let Ok(job) = jobs.recv_timeout(RECONNECT.0) {
                self.run_or_refuse(job);
            }
        }
    }

    /// Serves a closure that came while nobody had a connection; perhaps another thread has found one meanwhile.
    fn run_or_refuse(&mut self, mut job: Job) {
        if self.pulse.connected(self.mode) > 0 && self.connect().is_ok() {
            self.run(job);
        } else {
            job.fail(UNREACHABLE);
            job.answer();
        }
    }

    fn check(&mut self) {
        if self.session.link.is_connected() {
            self.session.link.check();
            self.count_loss();
        }
    }

    fn count_loss(&self) {
        if !self.session.link.is_connected() {
            self.pulse.disconnect(self.mode);
        }
    }

    fn run(&mut self, mut job: Job) {
        if self.mode == Mode::Read && job.is_abandoned() {
            return;
        }
        let began = Instant::now();
        let mut losses = 0;
        loop {
            match self.run_once(&mut job) {
                Run::Finished(effects) => {
                    run_effects(effects);
                    break;
                }
                Run::Again if began.elapsed() < CONFLICT_TIME => {
                    self.pulse.retried();
                    self.pause();
                }
                Run::Again => {
                    job.fail(Error::Busy);
                    break;
                }
                Run::Lost => {
                    self.session.link.close();
                    self.pulse.disconnect(self.mode);
                    losses += 1;
                    if losses > LOSSES || self.connect().is_err() {
                        job.fail(Error::Unavailable(
                            "the connection to the database was lost",
                        ));
                        break;
                    }
                }
                Run::Unknown => {
                    self.session.link.close();
                    self.pulse.disconnect(self.mode);
                    job.fail(Error::Unavailable(
                        "the connection was lost during a commit, whose outcome is not known",
                    ));
                    break;
                }
            }
        }
        job.answer();
    }

    fn run_once(&mut self, job: &mut Job) -> Run {
        let session = &mut self.session;
        session.trouble = None;
        session.last_error = None;
        session.posted.clear();
        let single = job.is_single();
        session.opening = match self.mode {
            Mode::Read if single => None,
            Mode::Read => Some("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
            Mode::Write if job.is_in_line() => Some("BEGIN ISOLATION LEVEL READ COMMITTED"),
            Mode::Write => Some("BEGIN ISOLATION LEVEL SERIALIZABLE"),
        };
        let link = tx::Link::Postgres(session);
        let mut tx = if single {
            Tx::single(link)
        } else {
            Tx::new(link)
        }
        .reading(self.mode == Mode::Read);
        let keep = job.run(&mut tx);
        let effects = if keep { tx.after_commit.0 } else { Vec::new() };
        match session.trouble {
            Some(Trouble::Lost) => return Run::Lost,
            Some(Trouble::Conflict | Trouble::Stale) => {
                if !single {
                    session.roll_back();
                }
                return if session.link.is_connected() {
                    Run::Again
                } else {
                    Run::Lost
                };
            }
            None => {}
        }
        if self.mode == Mode::Write && keep {
            self.commit(job, effects)
        } else {
            if !single {
                session.roll_back();
            }
            match (self.mode, session.last_error.take()) {
                (Mode::Read, _) => self.pulse.read_done(),
                (Mode::Write, Some(error)) => self.pulse.note(&error),
                (Mode::Write, None) => {}
            }
            self.count_loss();
            Run::Finished(effects)
        }
    }

    fn commit(&mut self, job: &mut Job, effects: Vec<tx::AfterCommit>) -> Run {
        // A closure without statements has opened nothing.
        let wrote = self.session.opening.is_none() || !self.session.posted.is_empty();
        let outcome = if wrote {
            self.session.words("COMMIT")
        } else {
            Ok(())
        };
        match self.session.trouble {
            Some(Trouble::Lost) => return Run::Unknown,
            Some(Trouble::Conflict | Trouble::Stale) => {
                self.leave();
                return Run::Again;
            }
            None => {}
        }
        if outcome.is_err() {
            self.leave();
        }
        self.pulse.batch_done(1, wrote, &outcome);
        match outcome {
            Ok(()) => Run::Finished(effects),
            Err(error) => {
                job.fail(error);
                Run::Finished(Vec::new())
            }
        }
    }

    /// Leaves a transaction that may still be open, because COMMIT was never reached: what waits before it can fail too.
    fn leave(&mut self) {
        if self.session.link.is_connected() {
            self.session.roll_back();
        }
    }

    /// Waits a little, each thread differently, so that those who met do not meet again.
    fn pause(&mut self) {
        self.seed = self
            .seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let wait = Duration::from_micros(100 + (self.seed >> 33) % 2_000);
        self.session.link.wait(sleep(wait));
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "there is no event to wait for: the others must get ahead"
)]
async fn sleep(wait: Duration) {
    tokio::time::sleep(wait).await;
}

impl Session {
    fn roll_back(&mut self) {
        self.posted.clear();
        if self.opening.take().is_none() {
            self.link.send("ROLLBACK");
        }
    }
}
