//! Webhooks: endpoints of a company, which are told of what happens in it. Administrators make, change, pause and delete them,
//! see what was sent, and send again what was not taken.
//!
//! [`message`] says what the outside is told, [`spread`] makes messages of events, [`mod@line`] keeps them in order and
//! [`deliver`] settles how tries went.

pub mod deliver;
pub mod line;
pub mod message;
pub mod schema;
pub mod sign;
pub mod spread;

use guanxi_model::{
    id::{CorpId, DeliveryId, HookId},
    role::Right,
    webhook::{HOOKS_MAX, Kind, OVERLAP_MS, State, Terms, UNDO_MS, Webhook},
};
use guanxi_store::{
    self as store, Tx,
    webhook::delivery::{Counts, Delivery, Filter, New, Try},
};
use serde_json::{Value, json};

use crate::{
    Cx, Error, Me, Result, audit,
    event::{self, Event},
};

/// Tries of a message that its page lists.
const TRIES_SHOWN: i64 = 50;

/// Whether the operator lets messages go unencrypted and to private addresses.
fn is_free(cx: &Cx) -> bool {
    cx.env.post.get().is_some_and(|post| post.is_free())
}

/// Makes an endpoint. Its secret is to be shown this once.
pub fn create(tx: &mut Tx<'_>, cx: &Cx, terms: Terms) -> Result<Webhook> {
    let me = cx.me_with(tx, Right::EditWebhooks)?;
    let terms = terms.checked(is_free(cx))?;
    if store::webhook::list(tx, me.corp_id)?.len() >= HOOKS_MAX {
        return Err(Error::Conflict {
            code: "too_many_webhooks",
        });
    }
    spread::begin(tx)?;
    let hook = Webhook {
        id: cx.new_id(HookId::from_u128),
        terms,
        secret: sign::new_secret(cx.env.chance.as_ref()),
        former: None,
        state: State::On,
        made_by: me.member.id,
        created_at_ms: cx.now(),
        failing_since_ms: None,
        taken_at_ms: None,
        deleted_at_ms: None,
    };
    store::webhook::insert(tx, me.corp_id, &hook)?;
    record(tx, cx, me.corp_id, "webhook.created", &Value::Null, &hook)?;
    Ok(hook)
}

/// Changes what was chosen.
pub fn change(tx: &mut Tx<'_>, cx: &Cx, id: HookId, terms: Terms) -> Result<Webhook> {
    let terms = terms.checked(is_free(cx));
    alter(tx, cx, id, "webhook.changed", |_, hook| {
        hook.terms = terms?;
        Ok(())
    })
}

/// Gives an endpoint a new secret, to be shown this once. The old one signs beside it for a day.
pub fn rotate(tx: &mut Tx<'_>, cx: &Cx, id: HookId) -> Result<Webhook> {
    let (secret, until) = (
        sign::new_secret(cx.env.chance.as_ref()),
        cx.now() + OVERLAP_MS,
    );
    alter(tx, cx, id, "webhook.rotated", |_, hook| {
        let former = std::mem::replace(&mut hook.secret, secret);
        hook.former = Some((former, until));
        Ok(())
    })
}

/// Lets messages wait.
pub fn pause(tx: &mut Tx<'_>, cx: &Cx, id: HookId) -> Result<Webhook> {
    alter(tx, cx, id, "webhook.paused", |_, hook| {
        if hook.state == State::On {
            hook.state = State::Paused;
        }
        Ok(())
    })
}

/// Sends again, after a pause or after the server switched the endpoint off.
pub fn resume(tx: &mut Tx<'_>, cx: &Cx, id: HookId) -> Result<Webhook> {
    alter(tx, cx, id, "webhook.resumed", |tx, hook| {
        if hook.state != State::On {
            if !hook.state.collects() {
                spread::begin(tx)?;
            }
            hook.state = State::On;
            hook.failing_since_ms = None;
        }
        Ok(())
    })
}

/// Deletes an endpoint. It can be taken back for ten minutes, with all that waited for it.
pub fn delete(tx: &mut Tx<'_>, cx: &Cx, id: HookId) -> Result<Webhook> {
    let now = cx.now();
    alter(tx, cx, id, "webhook.deleted", |_, hook| {
        hook.deleted_at_ms = Some(now);
        Ok(())
    })
}

/// Takes a deletion back.
pub fn restore(tx: &mut Tx<'_>, cx: &Cx, id: HookId) -> Result<Webhook> {
    let me = cx.me_with(tx, Right::EditWebhooks)?;
    let mut hook = store::webhook::find(tx, me.corp_id, id)?.ok_or(Error::not_found("webhook"))?;
    let Some(deleted_at_ms) = hook.deleted_at_ms else {
        return Ok(hook);
    };
    if cx.now() >= deleted_at_ms + UNDO_MS {
        return Err(guanxi_model::request::Refusal::TooLateToUndo.into());
    }
    let before = facts(&hook);
    if hook.state.collects() {
        spread::begin(tx)?;
    }
    hook.deleted_at_ms = None;
    store::webhook::update(tx, me.corp_id, &hook)?;
    record(tx, cx, me.corp_id, "webhook.restored", &before, &hook)?;
    Ok(hook)
}

/// Puts an example in the line, which tells the receiver that all is well.
pub fn send_example(tx: &mut Tx<'_>, cx: &Cx, id: HookId) -> Result<DeliveryId> {
    let me = cx.me_with(tx, Right::EditWebhooks)?;
    let hook = own(tx, &me, id)?;
    if hook.state != State::On {
        return Err(Error::Conflict {
            code: "webhook_is_off",
        });
    }
    let delivery = cx.new_id(DeliveryId::from_u128);
    let message = message::Message {
        corp: me.corp_id,
        kind: Kind::Example,
        subject: delivery.as_u128(),
        data: json!({ "webhook": id, "description": hook.terms.description }),
    };
    let last = store::webhook::take_places(tx, 1)?;
    store::webhook::count_told(tx, me.corp_id, id, 1)?;
    let sequence = store::webhook::told(tx, me.corp_id, id)?;
    let new = New {
        corp: me.corp_id,
        hook: id,
        id: delivery,
        subject: message.subject,
        name: message.kind.name(),
        body: message.body(&me.corp.corpid, sequence, cx.now()),
    };
    store::webhook::delivery::insert(tx, &[new], last, cx.now())?;
    note(
        tx,
        cx,
        me.corp_id,
        "webhook.example",
        &hook,
        ("delivery", json!(delivery)),
    )?;
    Ok(delivery)
}

/// Puts one message that was taken or given up in the line again.
pub fn send_again(tx: &mut Tx<'_>, cx: &Cx, id: HookId, delivery: DeliveryId) -> Result<()> {
    let me = cx.me_with(tx, Right::EditWebhooks)?;
    let hook = own(tx, &me, id)?;
    let found = store::webhook::delivery::find(tx, me.corp_id, id, delivery)?;
    found.ok_or(Error::not_found("delivery"))?;
    if store::webhook::delivery::again(tx, me.corp_id, id, delivery, cx.now())? {
        let detail = ("delivery", json!(delivery));
        note(tx, cx, me.corp_id, "webhook.resent", &hook, detail)?;
    }
    Ok(())
}

/// Puts all that were given up in the line again; returns how many.
pub fn send_all_again(tx: &mut Tx<'_>, cx: &Cx, id: HookId) -> Result<u64> {
    let me = cx.me_with(tx, Right::EditWebhooks)?;
    let hook = own(tx, &me, id)?;
    let count = store::webhook::delivery::all_again(tx, me.corp_id, id, cx.now())?;
    if count > 0 {
        let detail = ("count", json!(count));
        note(tx, cx, me.corp_id, "webhook.resent", &hook, detail)?;
    }
    Ok(count)
}

/// An endpoint with what waits for it and what was given up.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The endpoint.
    pub hook: Webhook,
    /// Its messages.
    pub counts: Counts,
}

/// All endpoints, the oldest first.
pub fn list(tx: &mut Tx<'_>, me: &Me) -> Result<Vec<Listed>> {
    me.require(Right::EditWebhooks)?;
    let hooks = store::webhook::list(tx, me.corp_id)?;
    hooks.into_iter().map(|hook| listed(tx, me, hook)).collect()
}

/// One endpoint.
pub fn find(tx: &mut Tx<'_>, me: &Me, id: HookId) -> Result<Listed> {
    me.require(Right::EditWebhooks)?;
    let hook = own(tx, me, id)?;
    listed(tx, me, hook)
}

fn listed(tx: &mut Tx<'_>, me: &Me, hook: Webhook) -> Result<Listed> {
    let counts = store::webhook::delivery::count(tx, me.corp_id, hook.id)?;
    Ok(Listed { hook, counts })
}

/// How many endpoints the server switched off: what administrators are told of.
pub fn count_off(tx: &mut Tx<'_>, me: &Me) -> Result<i64> {
    me.require(Right::EditWebhooks)?;
    let gone = store::webhook::count_in(tx, me.corp_id, State::Gone)?;
    Ok(gone + store::webhook::count_in(tx, me.corp_id, State::Failing)?)
}

/// Messages for an endpoint, the newest first, older than `before`.
pub fn list_deliveries(
    tx: &mut Tx<'_>,
    me: &Me,
    id: HookId,
    filter: Filter,
    before: Option<DeliveryId>,
    limit: i64,
) -> Result<Vec<Delivery>> {
    me.require(Right::EditWebhooks)?;
    own(tx, me, id)?;
    let before = before.unwrap_or(DeliveryId::from_u128(u128::MAX));
    Ok(store::webhook::delivery::list(
        tx, me.corp_id, id, filter, before, limit,
    )?)
}

/// One message with its tries, the newest first.
pub fn find_delivery(
    tx: &mut Tx<'_>,
    me: &Me,
    id: HookId,
    delivery: DeliveryId,
) -> Result<(Delivery, Vec<Try>)> {
    me.require(Right::EditWebhooks)?;
    own(tx, me, id)?;
    let found = store::webhook::delivery::find(tx, me.corp_id, id, delivery)?
        .ok_or(Error::not_found("delivery"))?;
    let tries = store::webhook::delivery::tries(tx, me.corp_id, id, delivery, TRIES_SHOWN)?;
    Ok((found, tries))
}

fn own(tx: &mut Tx<'_>, me: &Me, id: HookId) -> Result<Webhook> {
    store::webhook::find(tx, me.corp_id, id)?
        .filter(|hook| hook.deleted_at_ms.is_none())
        .ok_or(Error::not_found("webhook"))
}

/// Changes an endpoint, with its audit entry and event; nothing where nothing differs.
fn alter(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: HookId,
    action: &'static str,
    edit: impl FnOnce(&mut Tx<'_>, &mut Webhook) -> Result<()>,
) -> Result<Webhook> {
    let me = cx.me_with(tx, Right::EditWebhooks)?;
    let old = own(tx, &me, id)?;
    let mut hook = old.clone();
    edit(tx, &mut hook)?;
    if hook != old {
        store::webhook::update(tx, me.corp_id, &hook)?;
        record(tx, cx, me.corp_id, action, &facts(&old), &hook)?;
    }
    Ok(hook)
}

/// What the audit log keeps of an endpoint; never its secret, nor what stands behind the host, which may be one.
fn facts(hook: &Webhook) -> Value {
    json!({
        "host": host(&hook.terms.url),
        "description": hook.terms.description,
        "events": hook.terms.events.names(),
        "state": hook.state.name(),
        "deleted": hook.deleted_at_ms.is_some(),
    })
}

/// The part of an address that holds no secret.
pub fn host(url: &str) -> &str {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url[start..]
        .find(['/', '?'])
        .map_or(url.len(), |at| start + at);
    &url[..end]
}

fn record(
    tx: &mut Tx<'_>,
    cx: &Cx,
    corp: CorpId,
    action: &'static str,
    before: &Value,
    hook: &Webhook,
) -> Result<()> {
    let object = Some(("webhook", hook.id.to_string()));
    audit::change(tx, cx, corp, action, object, before, &facts(hook))?;
    let changed = Event::WebhookChanged {
        corp,
        hook: hook.id,
    };
    event::emit(tx, cx, corp.as_u128(), &changed)
}

/// Records an act on messages of an endpoint, which the entry names by what it is called now.
fn note(
    tx: &mut Tx<'_>,
    cx: &Cx,
    corp: CorpId,
    action: &'static str,
    hook: &Webhook,
    (key, value): (&'static str, Value),
) -> Result<()> {
    let terms = &hook.terms;
    let detail = json!({ "description": terms.description, "host": host(&terms.url), key: value });
    let object = Some(("webhook", hook.id.to_string()));
    audit::record(tx, cx, corp, action, object, &detail)?;
    let moved = Event::WebhookMoved {
        corp,
        hook: hook.id,
    };
    event::emit(tx, cx, corp.as_u128(), &moved)
}
