//! Checking a corp's chain from its base to its head, in bounded memory and beside whoever writes.

use std::{
    cell::Cell,
    collections::HashSet,
    sync::{
        Arc, Mutex,
        mpsc::{SyncSender, sync_channel},
    },
};

use guanxi_model::{
    audit::{Fault, Head, verify_log},
    id::CorpId,
};
use guanxi_store::{
    self as store, Store,
    audit::chain::{self, Stretch},
};

use crate::{Env, Error, Result};

/// Companies whose logs are being checked on this node: each one at a time, since a check reads all of a log.
#[derive(Debug, Default, Clone)]
pub struct Checks(Arc<Mutex<HashSet<CorpId>>>);

/// A check under way, until it is dropped.
#[derive(Debug)]
pub struct Checking {
    checks: Checks,
    corp: CorpId,
}

impl Checks {
    /// Begins a check of a corp's log; a conflict while another one is under way.
    pub fn begin(&self, corp: CorpId) -> Result<Checking> {
        let is_new = self.0.lock().is_ok_and(|mut running| running.insert(corp));
        if !is_new {
            return Err(Error::Conflict {
                code: "check_running",
            });
        }
        let checks = self.clone();
        Ok(Checking { checks, corp })
    }
}

impl Drop for Checking {
    fn drop(&mut self) {
        if let Ok(mut running) = self.checks.0.lock() {
            running.remove(&self.corp);
        }
    }
}

/// What a check found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// Where the log begins: everything up to here was removed by retention.
    pub base: Head,
    /// Its head, or the first fault.
    pub found: std::result::Result<Head, Fault>,
}

/// Pages on their way from the database to the one who checks them.
const AHEAD: usize = 4;
/// How often retention may overtake a check before the check gives up.
const ATTEMPTS: u32 = 5;

/// Follows a corp's chain from its base to its head, and through a head that was noted elsewhere. For the operator and
/// for those who have been let in already.
pub async fn verify(env: &Env, corp: CorpId, known: Option<Head>) -> Result<Outcome> {
    let store = env.store.clone();
    let work = move || {
        for _ in 0..ATTEMPTS {
            if let Some(outcome) = attempt(&store, corp, known)? {
                return Ok(outcome);
            }
        }
        Err(Error::Busy(store::Error::Busy))
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::Internal(error.to_string()))?
}

/// None where retention has removed rows that were about to be read.
fn attempt(store: &Store, corp: CorpId, known: Option<Head>) -> Result<Option<Outcome>> {
    let (sender, pages) = sync_channel(AHEAD);
    let reader = store.clone();
    let reading = std::thread::spawn(move || read(&reader, corp, &sender));
    let outcome = pages.recv().ok().map(|first: Stretch| {
        let base = first.base;
        if known.is_some_and(|known| known.seq < base.seq) {
            return Err(Error::invalid("known", "removed_by_retention"));
        }
        let written = Cell::new(first.head);
        let rows = std::iter::once(first).chain(pages.iter()).flat_map(|page| {
            written.set(page.head);
            page.rows
        });
        let found = verify_log(base, rows, known.as_slice(), || written.get());
        Ok(Outcome { base, found })
    });
    drop(pages);
    let read = reading
        .join()
        .map_err(|_| Error::Internal("reading the log panicked".into()))??;
    match (read, outcome) {
        (Read::Overtaken, _) => Ok(None),
        (Read::ToTheEnd, Some(outcome)) => outcome.map(Some),
        (Read::ToTheEnd, None) => Err(Error::Internal("the log was not read".into())),
    }
}

/// How the reading of a log ended.
enum Read {
    /// All of it was handed over, or nobody wants more.
    ToTheEnd,
    /// Rows that come next are gone.
    Overtaken,
}

fn read(store: &Store, corp: CorpId, sender: &SyncSender<Stretch>) -> Result<Read> {
    let mut after = None;
    loop {
        let page = store.read_blocking(move |tx| chain::stretch(tx, corp, after, chain::PAGE))?;
        if after.is_some_and(|after| page.base.seq > after) {
            return Ok(Read::Overtaken);
        }
        let (is_last, last) = (page.is_last, page.rows.last().map(|row| row.seq));
        if sender.send(page).is_err() || is_last {
            return Ok(Read::ToTheEnd);
        }
        after = last.or(after);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_company_is_checked_once_at_a_time() {
        let (checks, corp) = (Checks::default(), CorpId::from_u128(1));
        let first = checks.begin(corp).unwrap();
        let second = checks.begin(corp).map(drop).unwrap_err();
        assert_eq!(second.code(), "check_running");
        assert!(checks.begin(CorpId::from_u128(2)).is_ok());
        drop(first);
        assert!(checks.begin(corp).is_ok());
    }
}
