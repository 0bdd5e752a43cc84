//! A caller's closure on its way through a queue, a worker and back.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::SyncSender,
};

use tokio::sync::oneshot;

use crate::{
    error::{Error, Result},
    tx::{AfterCommit, Tx, ignored},
};

/// A closure with its caller, whatever its types.
pub(crate) type Job = Box<dyn Task>;

/// What a worker does with a closure.
pub(crate) trait Task: Send {
    /// Runs the closure and keeps its result; whether it may be committed. May be called again after a rollback.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// Replaces the result by an error.
    fn fail(&mut self, error: Error);
    /// Whether the closure runs one statement and needs no transaction around it.
    fn is_single(&self) -> bool;
    /// Whether the closure stands in line at a row that it locks first.
    fn is_in_line(&self) -> bool;
    /// Whether nobody waits for the answer any more.
    fn is_abandoned(&self) -> bool;
    /// Hands the result to the caller.
    fn answer(self: Box<Self>);
}

/// The two ways to wait for an answer.
pub(crate) enum Reply<T, E> {
    Async(oneshot::Sender<Result<T, E>>),
    Blocking(SyncSender<Result<T, E>>),
}

/// A closure and what has become of it.
pub(crate) struct Call<F, T, E> {
    pub(crate) closure: F,
    pub(crate) single: bool,
    pub(crate) in_line: bool,
    pub(crate) result: Option<Result<T, E>>,
    pub(crate) reply: Reply<T, E>,
}

impl<F, T, E> Task for Call<F, T, E>
where
    F: Fn(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<Error> + Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        // The transaction is rolled back after a panic, so nothing half-done is seen by others.
        let result = catch_unwind(AssertUnwindSafe(|| (self.closure)(tx)))
            .unwrap_or_else(|_| Err(Error::Internal("a closure panicked".into()).into()));
        let result = if tx.has_failed() {
            result.and_then(|_| Err(ignored().into()))
        } else {
            result
        };
        self.result.insert(result).is_ok()
    }

    fn fail(&mut self, error: Error) {
        self.result = Some(Err(error.into()));
    }

    fn is_single(&self) -> bool {
        self.single
    }

    fn is_in_line(&self) -> bool {
        self.in_line
    }

    fn is_abandoned(&self) -> bool {
        match &self.reply {
            Reply::Async(sender) => sender.is_closed(),
            Reply::Blocking(_) => false,
        }
    }

    fn answer(self: Box<Self>) {
        let result = self
            .result
            .unwrap_or_else(|| Err(Error::Unavailable("the store is closed").into()));
        // The caller may have gone; the work is done all the same.
        match self.reply {
            Reply::Async(sender) => drop(sender.send(result)),
            Reply::Blocking(sender) => drop(sender.send(result)),
        }
    }
}

/// Runs the effects of a commit. One that panics takes none of the others with it.
pub(crate) fn run_effects(effects: Vec<AfterCommit>) {
    for effect in effects {
        if catch_unwind(AssertUnwindSafe(effect)).is_err() {
            tracing::error!("work after a commit panicked");
        }
    }
}
