//! The desk of a corp: takes the scans that wait and decides them together, in the order of the corp's log.
//!
//! On each node one transaction of a desk is under way at a time; it serves all who wait when it begins (`book`). Across nodes they
//! stand in line at the head of the log.

mod book;
pub mod receipt;
pub(super) mod seating;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use guanxi_model::{
    id::{CorpId, LiveCodeId, MemberId, PersonId},
    live_code::{near::Point, receipt::Reason},
};

use tokio::sync::oneshot;

use self::book::Book;
use crate::{Env, Error, Result};

/// Scans that one transaction serves.
const TOGETHER: usize = 512;
/// Scans that may wait before others are refused.
const WAITING_MAX: usize = 20_000;
/// Places that may be held at a time by visitors from one address: a whole office fits, and a pool of thousands is not drained.
const HELD_MAX: usize = 500;
/// How long what nobody waits for may wait: notes, and counts for charts.
const LATER: Duration = Duration::from_secs(1);

/// A scan that waits for its choice.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// Which code.
    pub code: LiveCodeId,
    /// Whose code.
    pub corp: CorpId,
    /// Who scans: the same visitor has the same number.
    pub visitor: u128,
    /// Keys of what he chose on the page.
    pub path: Vec<String>,
    /// Where he is, if he has told.
    pub from: Option<Point>,
    /// Who he is, if that is known.
    pub person: Option<PersonId>,
    /// Members that he is not to meet, because he had them already.
    pub except: Vec<MemberId>,
    /// Shortened address from which he comes, or empty.
    pub address: String,
}

/// What a scan came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Somebody was chosen.
    Shown(Shown),
    /// Nobody may be chosen now.
    Nobody {
        /// Number of the scan in the log.
        seq: i64,
    },
}

/// Who was chosen, and for how long the place is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Number of the scan in the log.
    pub seq: i64,
    /// Whose card is shown.
    pub member: MemberId,
    /// Until when an add is accepted, in milliseconds since 1970.
    pub until_ms: i64,
    /// What led to the choice.
    pub reason: Reason,
    /// Version of the code that was scanned, and the pool and the entry of it by which the member stands there.
    pub stands: (u32, usize, usize),
}

/// Desks of corps that this node has opened.
#[derive(Debug, Default)]
pub struct Desks(Mutex<HashMap<CorpId, Arc<Desk>>>);

type Reply = oneshot::Sender<Result<Answer>>;

/// The desk of one corp.
#[derive(Debug)]
struct Desk {
    corp: CorpId,
    line: Mutex<Line>,
    /// Held from the beginning of a transaction until what it has done is kept.
    turn: tokio::sync::Mutex<()>,
    book: Arc<Mutex<Book>>,
}

/// Who waits.
#[derive(Debug, Default)]
struct Line {
    asks: Vec<(Ask, Reply)>,
    /// A task serves them.
    is_served: bool,
    /// What nobody waits for is to be done.
    is_due: bool,
    /// A task will see to that.
    is_planned: bool,
    /// Ends of the places that visitors from an address may hold.
    held: HashMap<String, Vec<i64>>,
}

impl Desks {
    fn of(&self, corp: CorpId) -> Arc<Desk> {
        let mut desks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let desk = desks.entry(corp).or_insert_with(|| {
            Arc::new(Desk {
                corp,
                line: Mutex::default(),
                turn: tokio::sync::Mutex::default(),
                book: Arc::new(Mutex::new(Book::new(corp))),
            })
        });
        Arc::clone(desk)
    }

    fn opened(&self, corp: CorpId) -> Option<Arc<Desk>> {
        self.0.lock().ok()?.get(&corp).cloned()
    }
}

/// Decides a scan. The answer is given when it is stored. A path that does not end at a pool is refused as field `path`; a code
/// that was never published is not found.
pub async fn scan(env: &Arc<Env>, ask: Ask) -> Result<Answer> {
    let desk = env.desks.of(ask.corp);
    let (reply, answer) = oneshot::channel();
    if desk.line().queue(ask, reply, env.clock.now_ms())? {
        tokio::spawn(serve(Arc::clone(env), desk));
    }
    answered(answer).await
}

async fn answered(answer: oneshot::Receiver<Result<Answer>>) -> Result<Answer> {
    let gone = || Error::Busy(guanxi_store::Error::Unavailable("the node stops"));
    answer.await.unwrap_or_else(|_| Err(gone()))
}

/// Has the notes of a corp taken up soon, if this node has its desk open.
pub(crate) fn nudge(env: &Arc<Env>, corp: CorpId) {
    if let Some(desk) = env.desks.opened(corp) {
        desk.line().is_due = true;
        plan(env, &desk);
    }
}

/// Takes up what waits in the inbox of a corp and counts what is not counted, now.
pub async fn settle(env: &Arc<Env>, corp: CorpId) -> Result<()> {
    let (desk, env) = (env.desks.of(corp), Arc::clone(env));
    // Whoever waits may go: the turn ends with the transaction all the same.
    let settled = tokio::spawn(async move { decide(&env, &desk, Arc::default(), true).await });
    match settled.await {
        Ok(done) => done.map(drop),
        Err(error) => Err(Error::Internal(error.to_string())),
    }
}

impl Desk {
    fn line(&self) -> std::sync::MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Line {
    /// Lets a scan wait; true if nobody serves the line.
    fn queue(&mut self, ask: Ask, reply: Reply, now_ms: i64) -> Result<bool> {
        self.admit(&ask.address, now_ms)?;
        if self.asks.len() >= WAITING_MAX {
            return Err(Error::Busy(guanxi_store::Error::Busy));
        }
        self.asks.push((ask, reply));
        Ok(!std::mem::replace(&mut self.is_served, true))
    }

    /// Refuses an address whose visitors hold too many places.
    fn admit(&mut self, address: &str, now_ms: i64) -> Result<()> {
        let Some(held) = self.held.get_mut(address) else {
            return Ok(());
        };
        if held.len() < HELD_MAX {
            return Ok(());
        }
        held.retain(|until_ms| *until_ms > now_ms);
        match held.iter().min() {
            Some(free_at_ms) if held.len() >= HELD_MAX => Err(Error::OverLimit {
                code: "scans_from_here",
                retry_at_ms: *free_at_ms,
            }),
            _ => Ok(()),
        }
    }

    fn note(&mut self, address: String, answer: &Result<Answer>) {
        if let Ok(Answer::Shown(shown)) = answer
            && shown.reason == Reason::Strategy
            && !address.is_empty()
        {
            if self.held.len() > WAITING_MAX {
                self.held.clear();
            }
            self.held.entry(address).or_default().push(shown.until_ms);
        }
    }
}

/// A desk within a transaction of somebody's own, for a past that is written as a whole.
#[derive(Debug)]
pub(crate) struct Alone(Book);

impl Alone {
    pub(crate) fn new(corp: CorpId) -> Self {
        Self(Book::new(corp))
    }

    /// Decides scans at the time of the node's clock.
    pub(crate) fn decide(
        &mut self,
        tx: &mut guanxi_store::Tx<'_>,
        env: &Arc<Env>,
        asks: &[Ask],
        settles: bool,
    ) -> Result<Vec<Result<Answer>>> {
        let answers = self.0.work(tx, env, asks, settles)?;
        // Should the transaction fail, this desk goes with it.
        self.0.keep();
        Ok(answers)
    }
}

/// Serves those who wait, all together, until nobody does.
async fn serve(env: Arc<Env>, desk: Arc<Desk>) {
    loop {
        let waiting: Vec<(Ask, Reply)> = {
            let mut line = desk.line();
            let count = line.asks.len().min(TOGETHER);
            if count == 0 {
                line.is_served = false;
                break;
            }
            line.asks.drain(..count).collect()
        };
        let (asks, replies): (Vec<Ask>, Vec<Reply>) = waiting.into_iter().unzip();
        let asks = Arc::new(asks);
        match decide(&env, &desk, Arc::clone(&asks), false).await {
            Ok(answers) => {
                let mut line = desk.line();
                for (ask, answer) in asks.iter().zip(&answers) {
                    line.note(ask.address.clone(), answer);
                }
                line.is_due = true;
                drop(line);
                for (reply, answer) in replies.into_iter().zip(answers) {
                    // He may have gone: his scan is on record all the same.
                    let _ = reply.send(answer);
                }
            }
            Err(error) => {
                for reply in replies {
                    let _ = reply.send(Err(error.clone()));
                }
            }
        }
    }
    plan(&env, &desk);
}

/// One transaction.
async fn decide(
    env: &Arc<Env>,
    desk: &Desk,
    asks: Arc<Vec<Ask>>,
    settles: bool,
) -> Result<Vec<Result<Answer>>> {
    let _turn = desk.turn.lock().await;
    let (book, of) = (Arc::clone(&desk.book), Arc::clone(env));
    let done = env.store.write_in_line(move |tx| {
        let mut book = book.lock().unwrap_or_else(PoisonError::into_inner);
        book.work(tx, &of, &asks, settles)
    });
    let answers = done.await?;
    let mut book = desk.book.lock().unwrap_or_else(PoisonError::into_inner);
    book.keep();
    Ok(answers)
}

/// Sees a little later to what nobody waits for.
fn plan(env: &Arc<Env>, desk: &Arc<Desk>) {
    {
        let mut line = desk.line();
        if !line.is_due || std::mem::replace(&mut line.is_planned, true) {
            return;
        }
    }
    let (env, desk) = (Arc::downgrade(env), Arc::clone(desk));
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        runtime.spawn(later(env, desk));
    } else {
        desk.line().is_planned = false;
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "nothing happens that could be waited for: what is not urgent is gathered for a while"
)]
async fn later(env: std::sync::Weak<Env>, desk: Arc<Desk>) {
    tokio::time::sleep(LATER).await;
    let Some(env) = env.upgrade() else {
        return;
    };
    {
        let mut line = desk.line();
        (line.is_due, line.is_planned) = (false, false);
        if std::mem::replace(&mut line.is_served, true) {
            // The one who serves does it.
            line.is_due = true;
            return;
        }
    }
    if let Err(error) = decide(&env, &desk, Arc::default(), true).await {
        tracing::warn!(%error, corp = %desk.corp, "notes for live codes wait for the next scan");
    }
    serve(env, desk).await;
}
