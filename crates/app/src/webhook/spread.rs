//! From events to messages: reads on where the last reader stopped, in whatever node, and puts messages in the line.

use std::{collections::hash_map::Entry, sync::Arc};

use guanxi_model::{
    id::{CorpId, DeliveryId, HookId},
    webhook::Webhook,
};
use guanxi_store::{
    self as store, Tx,
    webhook::{Cursor, delivery::New},
};
use rustc_hash::FxHashMap;

use super::message::{Message, Writer};
use crate::{Env, Error, Result, event::Event};

/// Events read at once.
pub const PAGE: i64 = 500;

type Told = FxHashMap<(CorpId, HookId), (i64, i64)>;

/// Messages of a page of events, before they are in the line.
#[derive(Debug)]
struct Page {
    from: Cursor,
    to: Cursor,
    new: Vec<New>,
    /// How many each endpoint was told before, and how many of these it is told.
    told: Told,
    is_full: bool,
}

/// What a step came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spread {
    /// Messages put in the line.
    pub messages: usize,
    /// Whether there may be more events to read.
    pub is_full: bool,
}

/// Makes messages of the next events. Two nodes may be at it at once: the one that is too late changes nothing.
pub async fn step(env: &Arc<Env>) -> Result<Spread> {
    let reader = Arc::clone(env);
    let Some(page) = env.store.read(move |tx| read(tx, &reader)).await? else {
        return Ok(Spread::default());
    };
    let spread = Spread {
        messages: page.new.len(),
        is_full: page.is_full,
    };
    let (page, now_ms) = (Arc::new(page), env.clock.now_ms());
    let write = env.store.write(move |tx| -> Result<()> {
        if !store::webhook::advance(tx, page.from, page.to)? {
            return Err(Error::Conflict {
                code: "spreading_elsewhere",
            });
        }
        for ((corp, hook), (_, count)) in &page.told {
            store::webhook::count_told(tx, *corp, *hook, *count)?;
        }
        Ok(store::webhook::delivery::insert(
            tx,
            &page.new,
            page.from.place,
            now_ms,
        )?)
    });
    write.await?;
    Ok(spread)
}

fn read(tx: &mut Tx<'_>, env: &Arc<Env>) -> Result<Option<Page>> {
    if !store::webhook::any_collects(tx)? {
        return Ok(None);
    }
    let from = store::webhook::cursor(tx)?;
    let (mut events, mut window) = store::event::within(tx, from.window, PAGE)?;
    if events.is_empty() {
        let next = store::event::next_window(tx, from.window)?;
        (events, window) = store::event::within(tx, next, PAGE)?;
    }
    if events.is_empty() {
        return Ok(None);
    }
    let is_full = events.len() as i64 == PAGE;
    let (new, told) = messages(tx, env, &events)?;
    let to = Cursor {
        window,
        place: from.place + new.len() as i64,
    };
    Ok(Some(Page {
        from,
        to,
        new,
        told,
        is_full,
    }))
}

fn messages(
    tx: &mut Tx<'_>,
    env: &Arc<Env>,
    events: &[store::event::Event],
) -> Result<(Vec<New>, Told)> {
    let cx = env.job("webhook");
    let mut writer = Writer::new(env);
    let mut hooks: FxHashMap<CorpId, (String, Vec<Webhook>)> = FxHashMap::default();
    let (mut new, mut told) = (Vec::new(), Told::default());
    for row in events {
        // A newer node may have written what this one does not know yet.
        let Ok(event) = serde_json::from_str::<Event>(&row.body) else {
            continue;
        };
        let corps = concerned(&event);
        for corp in &corps {
            if let Entry::Vacant(unknown) = hooks.entry(*corp) {
                let mut listed = store::webhook::list(tx, *corp)?;
                listed.retain(|hook| hook.state.collects());
                let corpid = if listed.is_empty() {
                    String::new()
                } else {
                    writer.corpid(tx, *corp)?
                };
                unknown.insert((corpid, listed));
            }
        }
        if corps.iter().all(|corp| hooks[corp].1.is_empty()) {
            continue;
        }
        for message in writer.write(tx, &event)? {
            let Some((corpid, listed)) = hooks.get(&message.corp) else {
                continue;
            };
            for hook in listed
                .iter()
                .filter(|hook| takes(hook, &message, row.at_ms))
            {
                let (before, count) = match told.entry((message.corp, hook.id)) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(new) => {
                        new.insert((store::webhook::told(tx, message.corp, hook.id)?, 0))
                    }
                };
                *count += 1;
                let sequence = *before + *count;
                new.push(New {
                    corp: message.corp,
                    hook: hook.id,
                    id: cx.new_id(DeliveryId::from_u128),
                    subject: message.subject,
                    name: message.kind.name(),
                    body: message.body(corpid, sequence, row.at_ms),
                });
            }
        }
    }
    Ok((new, told))
}

/// An endpoint is not told of what was before it.
fn takes(hook: &Webhook, message: &Message, at_ms: i64) -> bool {
    at_ms >= hook.created_at_ms && hook.terms.events.takes(message.kind)
}

/// Corps that an event may be told to.
fn concerned(event: &Event) -> Vec<CorpId> {
    use guanxi_model::party::Party;
    let of = |parties: [Party; 2]| {
        let corps = parties.into_iter().filter_map(|party| match party {
            Party::Member { corp, .. } => Some(corp),
            Party::Person { .. } => None,
        });
        corps.collect()
    };
    match event {
        Event::RequestSent {
            sender, recipient, ..
        }
        | Event::RequestSettled {
            sender, recipient, ..
        } => of([*sender, *recipient]),
        Event::ContactMade { one, other } | Event::ContactEnded { one, other } => {
            of([*one, *other])
        }
        Event::MembersChanged { corp, .. }
        | Event::DirectoryReloaded { corp }
        | Event::CorpChanged { corp, .. }
        | Event::AskChanged { corp, .. }
        | Event::CodeChanged { corp, .. }
        | Event::CodeScanned { corp, .. }
        | Event::LiveCodeChanged { corp, .. }
        | Event::LiveCodeWaiting { corp, .. }
        | Event::LiveAlertChanged { corp, .. }
        | Event::ConversationChanged { corp, .. }
        | Event::WebhookChanged { corp, .. } => vec![*corp],
        Event::ContactNoted { .. }
        | Event::SessionsEnded { .. }
        | Event::PersonChanged { .. }
        | Event::TokenChanged { .. }
        | Event::LiveCodesScanned { .. }
        | Event::WebhookMoved { .. } => Vec::new(),
    }
}

/// To be called before the first endpoint of all begins to collect: what was before is of no interest to any.
pub(super) fn begin(tx: &mut Tx<'_>) -> Result<()> {
    if store::webhook::any_collects(tx)? {
        return Ok(());
    }
    let from = store::webhook::cursor(tx)?;
    let window = store::event::window_at_end(tx)?;
    store::webhook::advance(tx, from, Cursor { window, ..from })?;
    Ok(())
}
