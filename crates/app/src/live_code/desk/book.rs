//! What a desk keeps in memory, and its transaction: catch up with other nodes, take up the inbox, decide, write.
//!
//! The board never runs ahead of the database for long: what a transaction has done is kept when it is committed, and forgotten
//! before the next one where it was not. The board then goes back to a checkpoint and follows what was committed since.

mod count;
mod notes;

use std::{collections::BTreeSet, sync::Arc};

use guanxi_model::{
    id::{CorpId, LiveCodeId, MemberId},
    live_code::{
        board::{Board, Decision, Entry, Logged, SavedBoard, Scanned, Unclear, Visit},
        near::Point,
        plan::Plan,
    },
    party::Party,
};
use guanxi_store::{
    self as store, Tx,
    live_log::{New, Stored, Tally},
};
use rustc_hash::FxHashMap;

use self::count::tally;
use super::{Answer, Ask, Shown};
use crate::{
    Env, Error, Result,
    event::{self, Event},
};

/// Committed entries that are followed again at most, after a transaction that came to nothing.
const SINCE_MAX: usize = 4096;
/// Entries between two snapshots at least; large boards wait longer, in step with what writing them costs.
const SNAPSHOT_EVERY: usize = 5000;
/// Members whose pages one event wakes; of more the whole corp is told.
const TOLD_MAX: usize = 200;

/// An entry with what it takes to follow it.
#[derive(Debug, Clone)]
struct Item {
    seq: i64,
    logged: Logged,
    plan: Option<Arc<Plan>>,
    /// What is counted of it.
    tally: Option<Tally>,
}

/// The board of a corp on this node.
#[derive(Debug)]
pub(super) struct Book {
    corp: CorpId,
    board: Board,
    /// The board at a number of the log, and what was committed behind it.
    checkpoint: Board,
    since: Vec<Item>,
    /// Last committed number that this node knows; none before it has read.
    seq: Option<i64>,
    /// What a transaction has done that is not known to be committed.
    run: Option<Run>,
    /// Committed entries that are not counted, as far as is known.
    uncounted: Vec<(i64, Tally)>,
    /// Behind this number all that happened went through the hands of this node.
    known_from: i64,
    tallied_at_ms: i64,
    unsaved: usize,
    rested_at_ms: i64,
}

#[derive(Debug, Default)]
struct Run {
    items: Vec<Item>,
    /// Number of the head behind them.
    seq: i64,
    /// Last number that is counted behind it.
    tallied: i64,
    counted_at_ms: Option<i64>,
    has_saved: bool,
    rested_at_ms: Option<i64>,
}

impl Book {
    pub(super) fn new(corp: CorpId) -> Self {
        Self {
            corp,
            board: Board::default(),
            checkpoint: Board::default(),
            since: Vec::new(),
            seq: None,
            run: None,
            uncounted: Vec::new(),
            known_from: 0,
            tallied_at_ms: 0,
            unsaved: 0,
            rested_at_ms: 0,
        }
    }

    /// Keeps what was done, because it is committed.
    pub(super) fn keep(&mut self) {
        let Some(run) = self.run.take() else {
            return;
        };
        self.seq = Some(run.seq);
        self.tallied_at_ms = run.counted_at_ms.unwrap_or(self.tallied_at_ms);
        self.rested_at_ms = run.rested_at_ms.unwrap_or(self.rested_at_ms);
        self.unsaved += run.items.len();
        if run.has_saved {
            self.unsaved = 0;
        }
        let counted = run
            .items
            .iter()
            .filter_map(|item| Some((item.seq, item.tally.clone()?)));
        self.uncounted.extend(counted);
        self.uncounted.retain(|(seq, _)| *seq > run.tallied);
        self.since.extend(run.items);
        if self.since.len() >= SINCE_MAX {
            self.checkpoint = self.board.clone();
            self.since.clear();
        }
    }

    /// Forgets what was done and is not known to be committed.
    fn rewind(&mut self) {
        if self.run.take().is_none() {
            return;
        }
        self.board = self.checkpoint.clone();
        for item in &self.since {
            self.board.apply(&item.logged, item.plan.clone());
        }
    }

    /// The transaction.
    pub(super) fn work(
        &mut self,
        tx: &mut Tx<'_>,
        env: &Arc<Env>,
        asks: &[Ask],
        settles: bool,
    ) -> Result<Vec<Result<Answer>>> {
        self.rewind();
        let (head, tallied) = store::live_log::lock_head(tx, self.corp)?;
        if self.seq.is_none_or(|seq| seq > head) {
            self.open(tx, head)?;
        }
        let now_ms = self.board.clock(env.clock.now_ms());
        let mut run = Run {
            seq: head,
            tallied,
            ..Run::default()
        };
        // From here on the board runs ahead: whatever happens to the transaction, it goes back before the next.
        self.run = Some(Run::default());
        self.catch_up(tx, head, &mut run)?;
        let caught_up = run.items.len();
        self.take_up(tx, env, now_ms, &mut run)?;
        let answers = asks
            .iter()
            .map(|ask| self.decide(tx, ask, now_ms, &mut run))
            .collect::<Result<Vec<_>>>()?;
        let new = &run.items[caught_up..];
        if !new.is_empty() {
            let rows: Vec<New<'_>> = new.iter().map(row).collect();
            store::live_log::append(tx, self.corp, &rows)?;
            self.announce(tx, env, new)?;
        }
        self.count(tx, now_ms, settles, &mut run)?;
        if run.seq != head || run.tallied != tallied {
            store::live_log::move_head(tx, self.corp, run.seq, run.tallied)?;
        }
        if self.unsaved + run.items.len() >= SNAPSHOT_EVERY.max(4 * self.board.seats()) {
            let body = serde_json::to_vec(&self.board.save()).map_err(unforeseen)?;
            store::live_log::put_snapshot(tx, self.corp, run.seq, &body)?;
            run.has_saved = true;
        }
        self.run = Some(run);
        Ok(answers)
    }

    /// Reads the last snapshot and what was written behind it.
    fn open(&mut self, tx: &mut Tx<'_>, head: i64) -> Result<()> {
        self.board = Board::default();
        let mut seq = 0;
        if let Some((at, body)) = store::live_log::snapshot(tx, self.corp)?
            && at <= head
        {
            let saved: SavedBoard = serde_json::from_slice(&body).map_err(unforeseen)?;
            let mut plans = FxHashMap::default();
            for line in &saved.lines {
                if let Some(plan) = self.plan(tx, line.code, line.version)? {
                    plans.insert((line.code, line.version), plan);
                }
            }
            let plan = |code, version| plans.get(&(code, version)).cloned();
            self.board = Board::restored(saved, plan);
            seq = at;
        }
        while seq < head {
            for row in self.read_on(tx, seq, head)? {
                seq = row.seq;
                let plan = self.plan_of(tx, &row.logged)?;
                self.board.apply(&row.logged, plan);
            }
        }
        self.checkpoint = self.board.clone();
        self.since.clear();
        self.uncounted.clear();
        self.known_from = head;
        self.unsaved = 0;
        self.seq = Some(head);
        Ok(())
    }

    /// The next entries behind a number, up to the head: there are some.
    fn read_on(&self, tx: &mut Tx<'_>, seq: i64, head: i64) -> Result<Vec<Stored>> {
        let rows = store::live_log::read(tx, self.corp, seq, head)?;
        if rows.is_empty() {
            return Err(Error::Internal("the log of live codes has a gap".into()));
        }
        Ok(rows)
    }

    /// Follows what other nodes have written.
    fn catch_up(&mut self, tx: &mut Tx<'_>, head: i64, run: &mut Run) -> Result<()> {
        let mut seq = self.seq.unwrap_or(head);
        while seq < head {
            for row in self.read_on(tx, seq, head)? {
                seq = row.seq;
                let plan = self.plan_of(tx, &row.logged)?;
                self.board.apply(&row.logged, plan.clone());
                let tally = tally(&row.logged, self.chosen(&row.logged));
                run.items.push(Item {
                    seq: row.seq,
                    logged: row.logged,
                    plan,
                    tally,
                });
            }
        }
        Ok(())
    }

    /// Who was chosen by a scan that the board follows right now.
    fn chosen(&self, logged: &Logged) -> Option<MemberId> {
        match &logged.entry {
            Entry::Scanned(scanned) => self.board.line(logged.code?)?.chosen(scanned),
            _ => None,
        }
    }

    fn plan_of(&self, tx: &mut Tx<'_>, logged: &Logged) -> Result<Option<Arc<Plan>>> {
        match (&logged.entry, logged.code) {
            (Entry::Published { version, .. }, Some(code)) => self.plan(tx, code, *version),
            _ => Ok(None),
        }
    }

    fn plan(&self, tx: &mut Tx<'_>, code: LiveCodeId, version: u32) -> Result<Option<Arc<Plan>>> {
        let line = self
            .board
            .line(code)
            .filter(|line| line.version() == version);
        if let Some(line) = line {
            return Ok(Some(Arc::clone(line.plan())));
        }
        let found = store::live_code::find_version(tx, self.corp, code, i64::from(version))?;
        Ok(found.map(|found| Arc::new(found.plan)))
    }

    /// Applies a new entry, and puts it into the run.
    fn put(
        &mut self,
        run: &mut Run,
        code: Option<LiveCodeId>,
        at_ms: i64,
        entry: Entry,
        plan: Option<Arc<Plan>>,
    ) {
        let logged = Logged { code, at_ms, entry };
        self.board.apply(&logged, plan.clone());
        run.seq += 1;
        let tally = tally(&logged, None);
        run.items.push(Item {
            seq: run.seq,
            logged,
            plan,
            tally,
        });
    }

    fn decide(
        &mut self,
        tx: &mut Tx<'_>,
        ask: &Ask,
        now_ms: i64,
        run: &mut Run,
    ) -> Result<Result<Answer>> {
        let Some(line) = self.board.line(ask.code) else {
            return Ok(Err(Error::not_found("live_code")));
        };
        let returning_to = match ask.person {
            Some(id) if line.plan().sticky => known_to(tx, self.corp, Party::Person { id })?,
            _ => Vec::new(),
        };
        let visit = Visit {
            visitor: ask.visitor,
            path: ask.path.clone(),
            from: ask.from.map(rounded),
            returning_to,
            except: ask.except.clone(),
        };
        let decision = match self.board.decide(ask.code, &visit, now_ms) {
            Ok(decision) => decision,
            Err(Unclear::Code) => return Ok(Err(Error::not_found("live_code"))),
            Err(Unclear::Path) => return Ok(Err(Error::invalid("path", "unknown"))),
        };
        run.seq += 1;
        let seq = run.seq;
        let answer = match decision.member {
            Some(member) => Answer::Shown(Shown {
                seq,
                member,
                until_ms: decision.until_ms.unwrap_or(now_ms),
                reason: decision.reason,
                stands: self.stands(ask.code, &decision),
            }),
            None => Answer::Nobody { seq },
        };
        let logged = Logged {
            code: Some(ask.code),
            at_ms: now_ms,
            entry: Entry::Scanned(Box::new(Scanned::new(visit, &decision))),
        };
        let tally = tally(&logged, decision.member);
        run.items.push(Item {
            seq,
            logged,
            plan: None,
            tally,
        });
        Ok(Ok(answer))
    }

    /// The version of a decision, and the pool and the entry by which the chosen member stands there.
    fn stands(&self, code: LiveCodeId, decision: &Decision) -> (u32, usize, usize) {
        let place = decision.looked.last().and_then(|looked| {
            let (pool, place) = (looked.pool as usize, looked.receipt.chosen? as usize);
            let (_, entry) = self
                .board
                .line(code)?
                .seating()
                .pools
                .get(pool)?
                .get(place)?;
            Some((pool, *entry as usize))
        });
        let (pool, entry) = place.unwrap_or_default();
        (decision.version, pool, entry)
    }

    /// Wakes the pages of those who were chosen, and those of administrators.
    fn announce(&self, tx: &mut Tx<'_>, env: &Arc<Env>, new: &[Item]) -> Result<()> {
        let members: BTreeSet<MemberId> = new
            .iter()
            .filter_map(|item| item.tally.as_ref())
            .map(|tally| tally.member)
            .filter(|member| member.as_u128() != 0)
            .collect();
        let counted = new.iter().any(|item| item.tally.is_some());
        if !counted {
            return Ok(());
        }
        let happened = Event::LiveCodesScanned {
            corp: self.corp,
            members: members.into_iter().take(TOLD_MAX).collect(),
        };
        event::emit(tx, &env.job("desk"), self.corp.as_u128(), &happened)
    }
}

/// Members of the corp whose customer a person is, the one he met last first.
fn known_to(tx: &mut Tx<'_>, corp: CorpId, person: Party) -> Result<Vec<MemberId>> {
    let mut contacts = store::contact::list(tx, person)?;
    contacts.sort_by_key(|contact| std::cmp::Reverse(contact.since_ms));
    let members = contacts
        .into_iter()
        .filter_map(|contact| match contact.peer {
            Party::Member { corp: at, id } if at == corp => Some(id),
            _ => None,
        });
    Ok(members.collect())
}

/// About a metre: nobody needs to know more, and the number reads back from its text as it was.
fn rounded(point: Point) -> Point {
    let round = |degrees: f64| (degrees * 1e5).round() / 1e5;
    Point {
        latitude: round(point.latitude),
        longitude: round(point.longitude),
    }
}

fn row(item: &Item) -> New<'_> {
    let (member, until_ms) = match &item.logged.entry {
        Entry::Scanned(scanned) => {
            let member = item.tally.as_ref().map(|tally| tally.member);
            (
                member.filter(|member| member.as_u128() != 0),
                scanned.until_ms,
            )
        }
        Entry::Added { member, .. }
        | Entry::Credit { member, .. }
        | Entry::Stands { member, .. } => (Some(*member), None),
        Entry::Published { .. } | Entry::Deleted => (None, None),
    };
    New {
        seq: item.seq,
        logged: &item.logged,
        member,
        until_ms,
    }
}

fn unforeseen(error: serde_json::Error) -> Error {
    Error::Internal(error.to_string())
}
