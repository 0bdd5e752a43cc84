//! Rows of messages on their way to endpoints, and of each try.

use guanxi_model::{
    id::{CorpId, DeliveryId, HookId},
    webhook::Standing,
};

use crate::{Error, Param, Result, Row, Tx, params};

/// A message for one endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Number, which stays the same through all tries.
    pub id: DeliveryId,
    /// Place in the line.
    pub place: i64,
    /// What it is about.
    pub subject: u128,
    /// Name of the event.
    pub name: String,
    /// JSON.
    pub body: String,
    /// Where it stands.
    pub standing: Standing,
    /// When it got its place.
    pub since_ms: i64,
    /// Tries that failed since.
    pub failures: u32,
    /// When it is tried next.
    pub next_at_ms: i64,
    /// When it was taken or given up.
    pub done_at_ms: Option<i64>,
    /// Status of the last answer.
    pub status: Option<i64>,
    /// Why there was no answer, as a stable code.
    pub fault: Option<String>,
    /// How long the last try took.
    pub latency_ms: Option<i64>,
}

/// One try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Try {
    /// When it began.
    pub at_ms: i64,
    /// Status of the answer.
    pub status: Option<i64>,
    /// Why there was none, as a stable code.
    pub fault: Option<String>,
    /// How long it took.
    pub latency_ms: i64,
    /// Beginning of the answer.
    pub excerpt: String,
}

macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "SELECT delivery_id, place, subject, name, body, standing, since_ms, failures, next_at_ms, done_at_ms, status, fault, ",
            "latency_ms FROM webhook_delivery WHERE corp_id = $1 AND hook_id = $2 ",
            $rest
        )
    };
}

const INSERT: &str = "INSERT INTO webhook_delivery (corp_id, hook_id, delivery_id, place, subject, name, body, standing, since_ms,
    failures, next_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, 0, 0)";
const FIND: &str = columns!("AND delivery_id = $3");
const WAITING: &str = columns!("AND standing = 0 AND place > $3 ORDER BY place LIMIT $4");
const NEXT_OF: &str = columns!(
    "AND subject = $3 AND standing = 0 AND place > $4 AND place <= $5 ORDER BY place LIMIT 1"
);
const LIST: &str = columns!("AND delivery_id < $3 ORDER BY delivery_id DESC LIMIT $4");
const LIST_IN: &str =
    columns!("AND standing = $5 AND delivery_id < $3 ORDER BY delivery_id DESC LIMIT $4");
const LIST_NAMED: &str =
    columns!("AND name = $5 AND delivery_id < $3 ORDER BY delivery_id DESC LIMIT $4");
const LIST_BOTH: &str = columns!(
    "AND standing = $5 AND name = $6 AND delivery_id < $3 ORDER BY delivery_id DESC LIMIT $4"
);
const SETTLE: &str = "UPDATE webhook_delivery SET standing = $4, failures = $5, next_at_ms = $6, done_at_ms = $7, status = $8,
    fault = $9, latency_ms = $10 WHERE corp_id = $1 AND hook_id = $2 AND delivery_id = $3 AND standing = 0";
const TRIED: &str = "INSERT INTO webhook_try (corp_id, hook_id, delivery_id, at_ms, status, fault, latency_ms, excerpt)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
const TRIES: &str = "SELECT at_ms, status, fault, latency_ms, excerpt FROM webhook_try
    WHERE corp_id = $1 AND hook_id = $2 AND delivery_id = $3 ORDER BY at_ms DESC LIMIT $4";
const COUNT: &str = "SELECT standing, count(*), MIN(place), MAX(place) FROM webhook_delivery
    WHERE corp_id = $1 AND hook_id = $2 AND standing IN (0, 2) GROUP BY standing";
const GIVE_UP: &str = "UPDATE webhook_delivery SET standing = 2, done_at_ms = $3
    WHERE corp_id = $1 AND hook_id = $2 AND standing = 0";
const AGAIN: &str = "UPDATE webhook_delivery SET standing = 0, failures = 0, next_at_ms = 0, done_at_ms = NULL, since_ms = $4,
    place = $5 WHERE corp_id = $1 AND hook_id = $2 AND delivery_id = $3 AND standing > 0";
const ALL_AGAIN: &str = "UPDATE webhook_delivery SET standing = 0, failures = 0, next_at_ms = 0, done_at_ms = NULL, since_ms = $3,
    place = place + $4 WHERE corp_id = $1 AND hook_id = $2 AND standing = 2";
const STALE: &str = "UPDATE webhook_delivery SET standing = 2, done_at_ms = $1 WHERE standing = 0 AND since_ms < $2";
const OLD: &str = "SELECT corp_id, hook_id, delivery_id FROM webhook_delivery
    WHERE standing > 0 AND done_at_ms < $1 AND (standing = 1 OR done_at_ms < $2) LIMIT $3";
const OF_HOOK: &str = "SELECT corp_id, hook_id, delivery_id FROM webhook_delivery WHERE corp_id = $1 AND hook_id = $2 LIMIT $3";
const DELETE: &str =
    "DELETE FROM webhook_delivery WHERE corp_id = $1 AND hook_id = $2 AND delivery_id = $3";
const DELETE_TRIES: &str =
    "DELETE FROM webhook_try WHERE corp_id = $1 AND hook_id = $2 AND delivery_id = $3";

/// All statements, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    INSERT,
    FIND,
    WAITING,
    NEXT_OF,
    LIST,
    LIST_IN,
    LIST_NAMED,
    LIST_BOTH,
    SETTLE,
    TRIED,
    TRIES,
    COUNT,
    GIVE_UP,
    AGAIN,
    ALL_AGAIN,
    STALE,
    OLD,
    OF_HOOK,
    DELETE,
    DELETE_TRIES,
];

fn read(row: &Row<'_>) -> Result<Delivery> {
    Ok(Delivery {
        id: row.get(0)?,
        place: row.get(1)?,
        subject: row.get(2)?,
        name: row.get(3)?,
        body: row.get(4)?,
        standing: Standing::from_number(row.get(5)?).ok_or(Error::Mismatch {
            column: 5,
            wanted: "a standing of a message",
        })?,
        since_ms: row.get(6)?,
        failures: row.get(7)?,
        next_at_ms: row.get(8)?,
        done_at_ms: row.get(9)?,
        status: row.get(10)?,
        fault: row.get(11)?,
        latency_ms: row.get(12)?,
    })
}

/// A message that gets its place in the line.
#[derive(Debug, Clone)]
pub struct New {
    /// Owner of the endpoint.
    pub corp: CorpId,
    /// The endpoint.
    pub hook: HookId,
    /// Number.
    pub id: DeliveryId,
    /// What it is about.
    pub subject: u128,
    /// Name of the event.
    pub name: &'static str,
    /// JSON.
    pub body: String,
}

/// Puts messages behind the place `last`, in their order.
pub fn insert(tx: &mut Tx<'_>, new: &[New], last: i64, now_ms: i64) -> Result<()> {
    let rows = new
        .iter()
        .zip(last + 1..)
        .map(|(new, place)| -> [Param<'_>; 8] {
            [
                new.corp.into(),
                new.hook.into(),
                new.id.into(),
                place.into(),
                new.subject.into(),
                Param::Text(new.name),
                Param::Text(&new.body),
                now_ms.into(),
            ]
        });
    tx.execute_many(INSERT, rows).map(drop)
}

/// One message.
pub fn find(
    tx: &mut Tx<'_>,
    corp: CorpId,
    hook: HookId,
    id: DeliveryId,
) -> Result<Option<Delivery>> {
    tx.find(FIND, params![corp, hook, id], read)
}

/// Messages that wait behind a place, in order.
pub fn waiting(
    tx: &mut Tx<'_>,
    corp: CorpId,
    hook: HookId,
    after: i64,
    limit: i64,
) -> Result<Vec<Delivery>> {
    tx.list(WAITING, params![corp, hook, after, limit], read)
}

/// The first message about a subject that waits behind one place and not behind another.
pub fn next_of(
    tx: &mut Tx<'_>,
    corp: CorpId,
    hook: HookId,
    subject: u128,
    after: i64,
    until: i64,
) -> Result<Option<Delivery>> {
    tx.find(NEXT_OF, params![corp, hook, subject, after, until], read)
}

/// What a list of messages is narrowed to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filter {
    /// Where they stand.
    pub standing: Option<Standing>,
    /// Name of the event.
    pub name: Option<&'static str>,
}

/// Messages for an endpoint, the newest first, older than `before`.
pub fn list(
    tx: &mut Tx<'_>,
    corp: CorpId,
    hook: HookId,
    filter: Filter,
    before: DeliveryId,
    limit: i64,
) -> Result<Vec<Delivery>> {
    let standing = filter.standing.map(Standing::number);
    match (standing, filter.name) {
        (None, None) => tx.list(LIST, params![corp, hook, before, limit], read),
        (Some(standing), None) => {
            tx.list(LIST_IN, params![corp, hook, before, limit, standing], read)
        }
        (None, Some(name)) => tx.list(LIST_NAMED, params![corp, hook, before, limit, name], read),
        (Some(standing), Some(name)) => {
            let parts = params![corp, hook, before, limit, standing, name];
            tx.list(LIST_BOTH, parts, read)
        }
    }
}

/// How a try ended for its message.
#[derive(Debug, Clone)]
pub struct Settled {
    /// The message.
    pub id: DeliveryId,
    /// Where it stands now.
    pub standing: Standing,
    /// Tries that failed so far.
    pub failures: u32,
    /// When it is tried next, while it waits.
    pub next_at_ms: i64,
    /// The try.
    pub tried: Try,
}

/// Writes how tries went.
pub fn settle(
    tx: &mut Tx<'_>,
    corp: CorpId,
    hook: HookId,
    settled: &[Settled],
    now_ms: i64,
) -> Result<()> {
    let rows = settled.iter().map(|one| -> [Param<'_>; 10] {
        let is_over = one.standing != Standing::Waiting;
        [
            corp.into(),
            hook.into(),
            one.id.into(),
            one.standing.number().into(),
            one.failures.into(),
            one.next_at_ms.into(),
            is_over.then_some(now_ms).into(),
            one.tried.status.into(),
            one.tried.fault.as_deref().map_or(Param::Null, Param::Text),
            one.tried.latency_ms.into(),
        ]
    });
    tx.execute_many(SETTLE, rows)?;
    let rows = settled.iter().map(|one| -> [Param<'_>; 8] {
        [
            corp.into(),
            hook.into(),
            one.id.into(),
            one.tried.at_ms.into(),
            one.tried.status.into(),
            one.tried.fault.as_deref().map_or(Param::Null, Param::Text),
            one.tried.latency_ms.into(),
            Param::Text(&one.tried.excerpt),
        ]
    });
    tx.execute_many(TRIED, rows).map(drop)
}

/// Tries of a message, the newest first.
pub fn tries(
    tx: &mut Tx<'_>,
    corp: CorpId,
    hook: HookId,
    id: DeliveryId,
    limit: i64,
) -> Result<Vec<Try>> {
    tx.list(TRIES, params![corp, hook, id, limit], |row| {
        Ok(Try {
            at_ms: row.get(0)?,
            status: row.get(1)?,
            fault: row.get(2)?,
            latency_ms: row.get(3)?,
            excerpt: row.get(4)?,
        })
    })
}

/// How many messages of an endpoint need looking after. Those that were taken are too many to be counted for every page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// They wait.
    pub waiting: i64,
    /// They were given up.
    pub dead: i64,
    /// First and last place of those given up.
    dead_places: (i64, i64),
}

/// Counts the messages of an endpoint.
pub fn count(tx: &mut Tx<'_>, corp: CorpId, hook: HookId) -> Result<Counts> {
    let mut counts = Counts::default();
    tx.for_each(COUNT, params![corp, hook], |row| {
        let number = row.get(1)?;
        match Standing::from_number(row.get(0)?) {
            Some(Standing::Waiting) => counts.waiting = number,
            Some(Standing::Dead) => {
                counts.dead = number;
                counts.dead_places = (row.get(2)?, row.get(3)?);
            }
            Some(Standing::Taken) | None => {}
        }
        Ok::<_, Error>(())
    })?;
    Ok(counts)
}

/// Gives up all messages that wait for an endpoint; returns how many.
pub fn give_up(tx: &mut Tx<'_>, corp: CorpId, hook: HookId, now_ms: i64) -> Result<u64> {
    tx.execute(GIVE_UP, params![corp, hook, now_ms])
}

/// Puts a message that is done at the end of the line again; false if it is not there or waits.
pub fn again(
    tx: &mut Tx<'_>,
    corp: CorpId,
    hook: HookId,
    id: DeliveryId,
    now_ms: i64,
) -> Result<bool> {
    let place = super::take_places(tx, 1)? + 1;
    Ok(tx.execute(AGAIN, params![corp, hook, id, now_ms, place])? == 1)
}

/// Puts all that were given up at the end of the line again, in their order; returns how many.
pub fn all_again(tx: &mut Tx<'_>, corp: CorpId, hook: HookId, now_ms: i64) -> Result<u64> {
    let Counts {
        dead,
        dead_places: (first, last),
        ..
    } = count(tx, corp, hook)?;
    if dead == 0 {
        return Ok(0);
    }
    let base = super::take_places(tx, last - first + 1)?;
    let shift = base + 1 - first;
    tx.execute(ALL_AGAIN, params![corp, hook, now_ms, shift])
}

/// Gives up what has waited since before a moment.
pub fn give_up_stale(tx: &mut Tx<'_>, now_ms: i64, before_ms: i64) -> Result<u64> {
    tx.execute(STALE, params![now_ms, before_ms])
}

/// Forgets messages that were taken or given up before these moments, at most so many; returns how many.
pub fn forget(
    tx: &mut Tx<'_>,
    taken_before_ms: i64,
    dead_before_ms: i64,
    limit: i64,
) -> Result<usize> {
    let latest = taken_before_ms.max(dead_before_ms);
    let old = tx.list(OLD, params![latest, dead_before_ms, limit], ids)?;
    remove(tx, &old)
}

/// Forgets messages of an endpoint, at most so many; returns how many.
pub fn forget_hook(tx: &mut Tx<'_>, corp: CorpId, hook: HookId, limit: i64) -> Result<usize> {
    let all = tx.list(OF_HOOK, params![corp, hook, limit], ids)?;
    remove(tx, &all)
}

type Ids = (CorpId, HookId, DeliveryId);

fn ids(row: &Row<'_>) -> Result<Ids> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
}

fn remove(tx: &mut Tx<'_>, ids: &[Ids]) -> Result<usize> {
    let rows = || {
        let params = |(corp, hook, id): &Ids| -> [Param<'static>; 3] {
            [(*corp).into(), (*hook).into(), (*id).into()]
        };
        ids.iter().map(params)
    };
    tx.execute_many(DELETE_TRIES, rows())?;
    tx.execute_many(DELETE, rows())?;
    Ok(ids.len())
}
