//! Counters and health of a store, written by its threads and read by metrics and readiness checks.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed},
};

use crate::error::{Error, Result};

/// What the transactions of a thread are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Read,
    Write,
}

/// What the threads of a store tell about themselves.
#[derive(Debug, Default)]
pub(crate) struct Pulse {
    reads: AtomicU64,
    batches: AtomicU64,
    writes: AtomicU64,
    largest_batch: AtomicU64,
    retries: AtomicU64,
    refusals: AtomicU64,
    connected: [AtomicUsize; 2],
    closing: AtomicBool,
    trouble: Mutex<Option<Error>>,
}

/// Counters since the start, for metrics.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stats {
    /// Read closures that ran.
    pub reads: u64,
    /// Write closures that ran to their end.
    pub writes: u64,
    /// Transactions that carried them.
    pub batches: u64,
    /// The most closures that one transaction carried.
    pub largest_batch: u64,
    /// Closures run again because their transaction lost against another.
    pub retries: u64,
    /// Closures refused because a queue was full.
    pub refusals: u64,
    /// Reads that wait now.
    pub waiting_reads: usize,
    /// Writes that wait now.
    pub waiting_writes: usize,
}

impl Pulse {
    pub(crate) fn read_done(&self) {
        self.reads.fetch_add(1, Relaxed);
    }

    pub(crate) fn retried(&self) {
        self.retries.fetch_add(1, Relaxed);
    }

    pub(crate) fn refused(&self) {
        self.refusals.fetch_add(1, Relaxed);
    }

    /// Counts a transaction; one that wrote ends any trouble.
    pub(crate) fn batch_done(&self, closures: usize, wrote: bool, outcome: &Result<()>) {
        self.batches.fetch_add(1, Relaxed);
        self.writes.fetch_add(closures as u64, Relaxed);
        self.largest_batch.fetch_max(closures as u64, Relaxed);
        match outcome {
            Ok(()) if wrote => self.set_trouble(None),
            Ok(()) => {}
            Err(error) => self.note(error),
        }
    }

    /// Remembers an error that keeps the store from writing.
    pub(crate) fn note(&self, error: &Error) {
        if matches!(
            error,
            Error::DiskFull | Error::ReadOnly | Error::Corrupt | Error::Unavailable(_)
        ) {
            self.set_trouble(Some(error.clone()));
        }
    }

    pub(crate) fn trouble(&self) -> Option<Error> {
        self.trouble
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn set_trouble(&self, trouble: Option<Error>) {
        let mut now = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        match (&*now, &trouble) {
            (None, Some(error)) => tracing::error!(cause = %error, "the store cannot write"),
            (Some(_), None) => tracing::info!("the store can write again"),
            _ => {}
        }
        *now = trouble;
    }

    /// How many threads of this mode have a connection.
    pub(crate) fn connected(&self, mode: Mode) -> usize {
        self.connected[mode as usize].load(Relaxed)
    }

    pub(crate) fn connect(&self, mode: Mode) {
        self.connected[mode as usize].fetch_add(1, Relaxed);
    }

    pub(crate) fn disconnect(&self, mode: Mode) {
        self.connected[mode as usize].fetch_sub(1, Relaxed);
    }

    pub(crate) fn close(&self) {
        self.closing.store(true, Relaxed);
    }

    pub(crate) fn is_closing(&self) -> bool {
        self.closing.load(Relaxed)
    }

    pub(crate) fn stats(&self) -> Stats {
        Stats {
            reads: self.reads.load(Relaxed),
            writes: self.writes.load(Relaxed),
            batches: self.batches.load(Relaxed),
            largest_batch: self.largest_batch.load(Relaxed),
            retries: self.retries.load(Relaxed),
            refusals: self.refusals.load(Relaxed),
            waiting_reads: 0,
            waiting_writes: 0,
        }
    }
}
