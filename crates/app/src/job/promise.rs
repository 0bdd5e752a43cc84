//! Keeps what customers were promised: gives a conversation to a colleague before its answer is late, serves who waits in line, and
//! settles conversations that have gone quiet. On one node at a time.

use std::{collections::HashSet, sync::Arc, time::Duration};

use guanxi_model::{
    conversation::{Note, QUIET_MS},
    id::{CodeId, LiveCodeId, WaitingId},
    live_code::board::Entry,
    party::Party,
    request::AddWay,
};
use guanxi_store::{self as store, conversation::Own, live_waiting::Waiting};
use tokio::time::{MissedTickBehavior, interval};

use super::{Stop, insist, take_lease};
use crate::{
    Env, Error, Result,
    contact::pipeline::Wish,
    conversation,
    live_code::{
        self,
        desk::{self, Answer, Ask, Shown},
        visit::{self, Added},
    },
};

/// Time between two rounds.
const EVERY: Duration = Duration::from_secs(10);
/// How long one node keeps this job; another takes over after that.
const LEASE_MS: i64 = 35_000;
/// A conversation goes to a colleague so long before its answer would be late.
const BEFORE_MS: i64 = 30_000;
/// What is overdue by more than this is left as it is: no node ran, and the customer has been told.
const AFTER_MS: i64 = 60 * 60 * 1000;
/// Rounds after which the line of those who wait is tried again: a try in vain is a scan on record.
const LINE_ROUNDS: u64 = 3;
/// Conversations and waiting visitors in one round.
const BATCH: i64 = 100;

/// Goes its rounds until the node stops.
pub(super) async fn run(env: Arc<Env>, mut stop: Stop) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut rounds = 0_u64;
    loop {
        tokio::select! {
            () = stop.wait() => return,
            _ = ticks.tick() => {}
        }
        if !take_lease(&env, "promise", LEASE_MS, &mut stop).await {
            continue;
        }
        let due = || reroute_due(Arc::clone(&env));
        insist(&env, "keeping promised answers", &mut stop, due).await;
        let missed = || tell_missed(Arc::clone(&env));
        insist(&env, "telling of broken promises", &mut stop, missed).await;
        if rounds.is_multiple_of(LINE_ROUNDS) {
            let line = || serve_line(Arc::clone(&env));
            insist(&env, "serving who waits", &mut stop, line).await;
            let quiet = || settle_quiet(Arc::clone(&env));
            insist(&env, "settling quiet conversations", &mut stop, quiet).await;
        }
        rounds += 1;
    }
}

/// Gives conversations whose answer is nearly late to somebody else of the same pool, each once.
async fn reroute_due(env: Arc<Env>) -> Result<()> {
    let now_ms = env.clock.now_ms();
    let due = env
        .store
        .read(move |tx| store::conversation::due(tx, now_ms - AFTER_MS, now_ms + BEFORE_MS, BATCH))
        .await?;
    for own in due {
        match reroute(&env, own).await {
            // Nobody else may take it, or it was answered meanwhile: it stays where it is.
            Ok(()) | Err(Error::NotFound { .. } | Error::Invalid(_) | Error::Refused(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Tells of promised answers that did not come in time, each once.
async fn tell_missed(env: Arc<Env>) -> Result<()> {
    let now_ms = env.clock.now_ms();
    let missed = env
        .store
        .read(move |tx| store::conversation::missed(tx, now_ms - AFTER_MS, now_ms, BATCH))
        .await?;
    if missed.is_empty() {
        return Ok(());
    }
    let cx = env.job("promise");
    env.store
        .write(move |tx| -> Result<()> {
            for Own { corp, conversation } in &missed {
                conversation::miss(tx, &cx, *corp, conversation)?;
            }
            Ok(())
        })
        .await
}

async fn reroute(env: &Arc<Env>, own: Own) -> Result<()> {
    let Own { corp, conversation } = own;
    let Some((code, seq)) = conversation.origin else {
        return Ok(());
    };
    let cx = env.job("promise");
    let read = env.store.read(move |tx| -> Result<Option<Vec<String>>> {
        // A colleague who confirms each customer is not given one unasked: the promise is broken then, and on record.
        let plan = live_code::find_by_id(tx, &cx, corp, code)?.plan;
        if plan.is_none_or(|plan| plan.confirm) {
            return Ok(None);
        }
        let found = store::live_log::find(tx, corp, seq)?;
        Ok(Some(match found.map(|stored| stored.logged.entry) {
            Some(Entry::Scanned(scanned)) => scanned.path,
            _ => Vec::new(),
        }))
    });
    let Some(path) = read.await? else {
        return Ok(());
    };
    // A visitor of its own: the customer's own place stays with whom he has.
    let visitor = conversation.id.as_u128();
    let ask = Ask {
        code,
        corp,
        visitor,
        path,
        from: None,
        person: None,
        except: vec![conversation.member],
        address: String::new(),
    };
    let Answer::Shown(shown) = desk::scan(env, ask).await? else {
        return Ok(());
    };
    let cx = env.job("promise");
    env.store
        .write(move |tx| -> Result<()> {
            let Some(one) = store::conversation::find(tx, corp, conversation.id)? else {
                return Ok(());
            };
            if one.answered_at_ms.is_some() || one.handed_from.is_some() || !one.is_open() {
                return Ok(());
            }
            let scan = store::live_log::find_scan(tx, corp, shown.seq)?;
            let plan = live_code::find_by_id(tx, &cx, corp, code)?.plan;
            let (Some(scan), Some(plan)) = (scan, plan.filter(|plan| !plan.confirm)) else {
                return Ok(());
            };
            let pair = (shown.member, one.person);
            conversation::pass_on(tx, &cx, corp, one, shown.member, Note::Rerouted)?;
            // After the two have met, so that they do not begin a conversation of their own with a second welcome.
            let (seq, now_ms) = (shown.seq, cx.now());
            store::live_log::insert_add(tx, corp, seq, &scan, pair, &plan.state, now_ms)?;
            visit::tell_added(tx, &cx, corp, seq, &scan, shown.member)
        })
        .await
}

/// Serves visitors who left their number, the longest waiting first; a code at which nobody is free is left until the next round.
async fn serve_line(env: Arc<Env>) -> Result<()> {
    let (mut after, mut full) = (WaitingId::from_u128(0), HashSet::<LiveCodeId>::new());
    loop {
        let waiting = env
            .store
            .read(move |tx| store::live_waiting::list_open(tx, after, BATCH))
            .await?;
        let Some(last) = waiting.last() else {
            return Ok(());
        };
        after = last.id;
        for one in waiting {
            if full.contains(&one.code) {
                continue;
            }
            let code = one.code;
            match serve(&env, one).await {
                Ok(true) => {}
                Ok(false) | Err(Error::NotFound { .. } | Error::Invalid(_) | Error::Refused(_)) => {
                    full.insert(code);
                }
                Err(error) => return Err(error),
            }
        }
    }
}

async fn serve(env: &Arc<Env>, one: Waiting) -> Result<bool> {
    let Waiting {
        corp, code, person, ..
    } = one;
    let path = one.path.split('.').filter(|key| !key.is_empty());
    let ask = Ask {
        code,
        corp,
        visitor: person.as_u128(),
        path: path.map(str::to_owned).collect(),
        from: None,
        person: Some(person),
        except: Vec::new(),
        address: String::new(),
    };
    let Answer::Shown(shown) = desk::scan(env, ask).await? else {
        return Ok(false);
    };
    let cx = env.job("promise");
    env.store
        .write(move |tx| welcome(tx, &cx, &one, &shown))
        .await?;
    Ok(true)
}

/// Adds the member for whoever waits, as a visitor at the page would: at once, or by asking where the plan has members confirm. If
/// that fails the place lapses by its own time; until then the next round is led to it again.
fn welcome(tx: &mut store::Tx<'_>, cx: &crate::Cx, one: &Waiting, shown: &Shown) -> Result<()> {
    let (corp, member) = (one.corp, shown.member);
    if !store::live_waiting::done(tx, corp, one.id, cx.now(), Some(member))? {
        return Ok(());
    }
    let code = live_code::find_by_id(tx, cx, corp, one.code)?;
    let scan = store::live_log::find_scan(tx, corp, shown.seq)?;
    let (Some(plan), Some(scan)) = (&code.plan, scan) else {
        return Err(Error::not_found("live_code"));
    };
    let wish = Wish {
        sender: Party::Person { id: one.person },
        recipient: Party::Member { corp, id: member },
        corp: &code.corp,
        message: one.note.clone(),
        add_way: AddWay::LiveCode,
        code: Some(CodeId::from_u128(one.code.as_u128())),
        at_once: !plan.confirm,
        limit: u32::MAX,
    };
    let pair = (member, one.person);
    match visit::become_add(tx, cx, wish, shown.seq, &scan, pair, &plan.state)? {
        Added::Contacts(_) => {
            conversation::begin_with(tx, cx, &code, member, one.person, shown.seq)?;
            Ok(())
        }
        Added::Asked(_) | Added::Lapsed => Ok(()),
        Added::Refused(refusal) => Err(Error::Refused(refusal)),
    }
}

async fn settle_quiet(env: Arc<Env>) -> Result<()> {
    let cx = env.job("promise");
    env.store
        .write(move |tx| -> Result<()> {
            for own in store::conversation::quiet(tx, cx.now() - QUIET_MS, BATCH)? {
                conversation::settle(tx, &cx, own.corp, own.conversation)?;
            }
            Ok(())
        })
        .await
}
