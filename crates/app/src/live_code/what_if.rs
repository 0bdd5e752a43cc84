//! "What if": recorded scans of a code under other plans, and a day that has not come yet, with the pools that serve real scans.
//!
//! Both are work for a processor, not for a database: one at a time on each node, away from the threads of requests.

use std::{
    collections::{HashMap, hash_map::Entry as Known},
    sync::Arc,
};

use guanxi_model::{
    id::{CorpId, LiveCodeId, MemberId},
    live_code::{
        board::{Board, Entry, Logged},
        plan::{Plan, check},
        pool::{Strategy, Terms},
        replay::{Replay, Replayed, Under},
        simulate::{self, Report, Scenario},
    },
    member::Status,
};
use guanxi_store::{self as store, Tx};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::{desk::seating, draft, get, pool};
use crate::{Cx, Env, Error, Me, Result};

/// Entries of a code that are followed at most.
const ENTRIES_MAX: i64 = 50_000;
/// Scans of a day that is played.
pub const SCANS_MAX: u32 = 200_000;

/// Who works; others wait.
static ROOM: Semaphore = Semaphore::const_new(1);

async fn room() -> Result<SemaphorePermit<'static>> {
    let closed = || Error::Internal("the room is never closed".into());
    ROOM.acquire().await.map_err(|_| closed())
}

async fn away<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| Error::Internal(error.to_string()))
}

/// By what recorded scans are decided again, beside their own plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Other {
    /// The same plan with another strategy in all its pools.
    Strategy(Strategy),
    /// What is drafted now.
    Draft,
}

/// A replay that can begin.
#[derive(Debug, Clone)]
pub struct Begin {
    corp: CorpId,
    code: LiveCodeId,
    until_ms: i64,
    /// Behind this number the log is followed.
    after: i64,
    /// Since when, if not from the first scan on.
    since_ms: Option<i64>,
    replay: Replay,
}

/// What a replay came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The sides: its own plan first, then the other.
    pub replayed: Replayed,
    /// Where the code has too many scans to be followed from its first: since when it is.
    pub since_ms: Option<i64>,
}

/// Makes a replay of the scans of a stretch of time ready: under their own plan, and under another.
pub fn begin(
    tx: &mut Tx<'_>,
    cx: &Cx,
    me: &Me,
    id: LiveCodeId,
    (from_ms, until_ms): (i64, i64),
    other: Other,
) -> Result<Begin> {
    get(tx, cx, me, id)?;
    let other = match other {
        Other::Strategy(strategy) => Under::Strategy(strategy),
        Other::Draft => {
            let plan = draft(tx, cx, me, id)?.plan;
            let mut wrong = check::check(&plan, cx.now());
            wrong.extend(pool::check(tx, me, &plan)?);
            if !wrong.is_empty() {
                return Err(Error::invalid("under", "draft_unfinished"));
            }
            let seating = seating::resolve(tx, &me.corp, &plan)?;
            Under::Plan(Arc::new(plan), seating)
        }
    };
    let mut begin = Begin {
        corp: me.corp_id,
        code: id,
        until_ms,
        after: 0,
        since_ms: None,
        replay: Replay::new(id, from_ms, Board::default(), [Under::Own, other]),
    };
    if let Some(seq) = store::live_log::nth_last(tx, me.corp_id, id, ENTRIES_MAX)? {
        begin.skip_to(tx, cx, seq)?;
    }
    Ok(begin)
}

impl Begin {
    /// Begins in the middle of the log: with who sat in the pools, as if none had been chosen before.
    fn skip_to(&mut self, tx: &mut Tx<'_>, cx: &Cx, seq: i64) -> Result<()> {
        let Some(sat) = store::live_log::find_seating(tx, self.corp, self.code, seq)? else {
            return Ok(());
        };
        let at_ms = store::live_log::find(tx, self.corp, seq)?.map(|entry| entry.logged.at_ms);
        if let Entry::Published { version, seating } = &sat.logged.entry {
            let mut members: Vec<MemberId> = seating
                .pools
                .iter()
                .flatten()
                .map(|(member, _)| *member)
                .collect();
            members.sort_unstable();
            members.dedup();
            for (member, staff) in store::live_log::staff(tx, self.corp, &members, cx.now())? {
                let logged = Logged {
                    code: None,
                    at_ms: sat.logged.at_ms,
                    entry: Entry::Stands { member, staff },
                };
                self.replay.step(&logged, None);
            }
            let plan = plan(tx, self.corp, self.code, *version)?;
            self.replay.step(&sat.logged, plan);
        }
        (self.after, self.since_ms) = (seq, at_ms);
        Ok(())
    }

    /// Replays.
    pub async fn run(self, env: &Env) -> Result<Outcome> {
        let _place = room().await?;
        let (corp, code, until_ms) = (self.corp, self.code, self.until_ms);
        let (mut after, mut replay) = (self.after, self.replay);
        loop {
            let read = env
                .store
                .read(move |tx| entries(tx, corp, code, after, until_ms));
            let entries = read.await?;
            let Some((last, ..)) = entries.last() else {
                break;
            };
            after = *last;
            replay = away(move || {
                for (_, logged, plan) in entries {
                    replay.step(&logged, plan);
                }
                replay
            })
            .await?;
        }
        Ok(Outcome {
            replayed: replay.finish(),
            since_ms: self.since_ms,
        })
    }
}

type Numbered = (i64, Logged, Option<Arc<Plan>>);

/// The next entries, each with the plan that it publishes.
fn entries(
    tx: &mut Tx<'_>,
    corp: CorpId,
    code: LiveCodeId,
    after: i64,
    until_ms: i64,
) -> Result<Vec<Numbered>> {
    let rows = store::live_log::read_code(tx, corp, code, after, until_ms)?;
    let mut plans: HashMap<u32, Option<Arc<Plan>>> = HashMap::new();
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let of = match row.logged.entry {
            Entry::Published { version, .. } => match plans.entry(version) {
                Known::Occupied(known) => known.get().clone(),
                Known::Vacant(empty) => empty.insert(plan(tx, corp, code, version)?).clone(),
            },
            _ => None,
        };
        all.push((row.seq, row.logged, of));
    }
    Ok(all)
}

fn plan(
    tx: &mut Tx<'_>,
    corp: CorpId,
    code: LiveCodeId,
    version: u32,
) -> Result<Option<Arc<Plan>>> {
    let found = store::live_code::find_version(tx, corp, code, i64::from(version))?;
    Ok(found.map(|found| Arc::new(found.plan)))
}

/// A pool with those who would sit in it on a day to come.
#[derive(Debug, Clone)]
pub struct Seats {
    /// The plan: the draft if there is one, else what is published.
    pub plan: Plan,
    /// Members whose accounts are active.
    pub members: Vec<MemberId>,
    /// What the code says of each.
    pub terms: Vec<Terms>,
}

/// The seats of a pool of a code; a pool that is not there is refused.
pub fn seats(tx: &mut Tx<'_>, cx: &Cx, me: &Me, id: LiveCodeId, number: usize) -> Result<Seats> {
    let plan = draft(tx, cx, me, id)?.plan;
    let of = plan
        .pools
        .get(number)
        .ok_or(Error::invalid("pool", "unknown"))?;
    let mut standing = pool::resolve(tx, &me.corp, of)?;
    standing.retain(|one| one.status == Status::Active);
    standing.truncate(guanxi_model::live_code::plan::MEMBERS_MAX);
    Ok(Seats {
        members: standing.iter().map(|one| one.member).collect(),
        terms: of.terms(standing.iter().map(|one| one.entry)),
        plan,
    })
}

/// Plays a day under one strategy after another.
pub async fn play(day: Scenario, strategies: Vec<Strategy>) -> Result<Vec<Report>> {
    let _place = room().await?;
    let play = move || {
        let run = |strategy: &Strategy| simulate::run(&day, *strategy, None);
        strategies.iter().map(run).collect()
    };
    away(play).await
}
