//! Endpoints that are told of what happens: made, changed, tried and deleted, with what was sent to them.

use guanxi_app::{
    Error, Result,
    webhook::{self, Listed, deliver, sign},
};
use guanxi_model::{
    id::DeliveryId,
    role::Right,
    webhook::{Choice, Kind, Standing, State, Terms, Webhook},
};
use guanxi_store::{
    Tx,
    webhook::delivery::{Delivery as Stored, Filter},
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de};

use super::{
    answer::{Done, Item, Made, Page},
    call::Call,
    operation::ROOT,
    shape::{Empty, Id, Time, list_query, place, words},
};

words! {
    /// Whether an endpoint is sent anything.
    HookState of State {
        /// It is sent what happens.
        On,
        /// What happens waits for it.
        Paused,
        /// It said that it is gone: 410.
        Gone,
        /// It took nothing for too long.
        Failing,
    }
}

words! {
    /// Where a message stands.
    StandingWord of Standing {
        /// It waits for its first or next try.
        Waiting,
        /// It was taken.
        Taken,
        /// It was given up.
        Dead,
    }
}

/// What one can subscribe to, by its name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EventWord(Kind);

impl Serialize for EventWord {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.name())
    }
}

impl<'de> Deserialize<'de> for EventWord {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let kind = Kind::named(&name).ok_or_else(|| de::Error::custom("an event of the list"))?;
        Ok(Self(kind))
    }
}

impl JsonSchema for EventWord {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Event".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
        json_schema!({
            "type": "string", "enum": names,
            "description": "What happened; `webhooks` describes the message of each.",
        })
    }
}

/// An endpoint, without its secret.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Endpoint {
    /// Its number.
    id: Id,
    /// Address that messages are posted to.
    url: String,
    /// What it is for.
    description: String,
    /// What it is sent; null for everything.
    events: Option<Vec<EventWord>>,
    /// Whether it is sent anything.
    state: HookState,
    /// Messages that wait.
    waiting: i64,
    /// Messages that were given up.
    dead: i64,
    /// When it was made.
    created_at: Time,
    /// When it last took something.
    taken_at: Option<Time>,
    /// Since when it takes nothing; null while it does.
    failing_since: Option<Time>,
}

impl From<Listed> for Endpoint {
    fn from(listed: Listed) -> Self {
        let hook = listed.hook;
        Self {
            id: hook.id.into(),
            url: hook.terms.url,
            description: hook.terms.description,
            events: match hook.terms.events {
                Choice::All => None,
                Choice::Some(kinds) => Some(kinds.into_iter().map(EventWord).collect()),
            },
            state: hook.state.into(),
            waiting: listed.counts.waiting,
            dead: listed.counts.dead,
            created_at: Time(hook.created_at_ms),
            taken_at: hook.taken_at_ms.map(Time),
            failing_since: hook.failing_since_ms.map(Time),
        }
    }
}

/// An endpoint with the secret that signs, which is told this once.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct EndpointWithSecret {
    /// The endpoint.
    endpoint: Endpoint,
    /// Key that signs its messages, as libraries for Standard Webhooks take it.
    secret: String,
}

/// An endpoint as it is to be.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EndpointTerms {
    /// Address that messages are posted to: `https`, and a public one, unless the operator allows others.
    #[schemars(length(min = 1, max = 2000))]
    url: String,
    /// What it is for.
    #[serde(default)]
    #[schemars(length(max = 200))]
    description: String,
    /// What it is sent; null for everything.
    #[serde(default)]
    #[schemars(length(min = 1))]
    events: Option<Vec<EventWord>>,
}

impl EndpointTerms {
    fn terms(&self) -> Terms {
        Terms {
            url: self.url.clone(),
            description: self.description.clone(),
            events: match &self.events {
                None => Choice::All,
                Some(events) => Choice::Some(events.iter().map(|event| event.0).collect()),
            },
        }
    }
}

fn one<Q, B>(tx: &mut Tx<'_>, call: &Call<Q, B>, hook: &Webhook) -> Result<Endpoint> {
    let me = call.cx.me_with(tx, Right::EditWebhooks)?;
    Ok(webhook::find(tx, &me, hook.id)?.into())
}

/// `GET /admin/webhooks`
pub(crate) fn list(tx: &mut Tx<'_>, call: &Call) -> Result<Page<Endpoint>> {
    let me = call.cx.me_with(tx, Right::EditWebhooks)?;
    let all = webhook::list(tx, &me)?.into_iter();
    Ok(Page::whole(all.map(Endpoint::from).collect()))
}

/// `GET /admin/webhooks/{id}`
pub(crate) fn get(tx: &mut Tx<'_>, call: &Call) -> Result<Item<Endpoint>> {
    let me = call.cx.me_with(tx, Right::EditWebhooks)?;
    Ok(Item(webhook::find(tx, &me, call.id("webhook")?)?.into()))
}

/// `POST /admin/webhooks`
pub(crate) fn create(
    tx: &mut Tx<'_>,
    call: &Call<Empty, EndpointTerms>,
) -> Result<Made<EndpointWithSecret>> {
    let hook = webhook::create(tx, &call.cx, call.body.terms())?;
    Ok(Made {
        at: format!("{ROOT}/admin/webhooks/{}", hook.id),
        item: EndpointWithSecret {
            secret: sign::secret_text(&hook.secret),
            endpoint: one(tx, call, &hook)?,
        },
    })
}

/// `PUT /admin/webhooks/{id}`
pub(crate) fn replace(
    tx: &mut Tx<'_>,
    call: &Call<Empty, EndpointTerms>,
) -> Result<Item<Endpoint>> {
    let hook = webhook::change(tx, &call.cx, call.id("webhook")?, call.body.terms())?;
    Ok(Item(one(tx, call, &hook)?))
}

/// `POST /admin/webhooks/{id}/rotate`
pub(crate) fn rotate(tx: &mut Tx<'_>, call: &Call) -> Result<Item<EndpointWithSecret>> {
    let hook = webhook::rotate(tx, &call.cx, call.id("webhook")?)?;
    Ok(Item(EndpointWithSecret {
        secret: sign::secret_text(&hook.secret),
        endpoint: one(tx, call, &hook)?,
    }))
}

/// `POST /admin/webhooks/{id}/pause`
pub(crate) fn pause(tx: &mut Tx<'_>, call: &Call) -> Result<Item<Endpoint>> {
    let hook = webhook::pause(tx, &call.cx, call.id("webhook")?)?;
    Ok(Item(one(tx, call, &hook)?))
}

/// `POST /admin/webhooks/{id}/resume`
pub(crate) fn resume(tx: &mut Tx<'_>, call: &Call) -> Result<Item<Endpoint>> {
    let hook = webhook::resume(tx, &call.cx, call.id("webhook")?)?;
    Ok(Item(one(tx, call, &hook)?))
}

/// `DELETE /admin/webhooks/{id}`
pub(crate) fn delete(tx: &mut Tx<'_>, call: &Call) -> Result<Done> {
    webhook::delete(tx, &call.cx, call.id("webhook")?)?;
    Ok(Done)
}

/// `POST /admin/webhooks/{id}/restore`
pub(crate) fn restore(tx: &mut Tx<'_>, call: &Call) -> Result<Item<Endpoint>> {
    let hook = webhook::restore(tx, &call.cx, call.id("webhook")?)?;
    Ok(Item(one(tx, call, &hook)?))
}

/// A message that was put in the line.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Sent {
    /// Its number among the endpoint's messages.
    delivery: Id,
}

/// `POST /admin/webhooks/{id}/test`
pub(crate) fn test(tx: &mut Tx<'_>, call: &Call) -> Result<Item<Sent>> {
    let delivery = webhook::send_example(tx, &call.cx, call.id("webhook")?)?;
    Ok(Item(Sent {
        delivery: delivery.into(),
    }))
}

/// A message for one endpoint, with how its last try went.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Delivery {
    /// Its number, the same through all tries.
    id: Id,
    /// The same as receivers know it, in the header `webhook-id`.
    message: String,
    /// What happened.
    event: String,
    /// Where it stands.
    standing: StandingWord,
    /// Tries that failed since it was last put in the line.
    failures: u32,
    /// When it is tried next, while it waits.
    next_at: Option<Time>,
    /// When it was taken or given up.
    done_at: Option<Time>,
    /// Status of the last answer.
    status: Option<i64>,
    /// Why there was none, as a stable code.
    fault: Option<String>,
    /// How long the last try took, in milliseconds.
    latency_ms: Option<i64>,
    /// What is sent, as text: one of the messages that `webhooks` describes.
    body: String,
}

impl From<Stored> for Delivery {
    fn from(stored: Stored) -> Self {
        let is_waiting = stored.standing == Standing::Waiting;
        Self {
            id: stored.id.into(),
            message: deliver::message_id(&stored),
            event: stored.name,
            standing: stored.standing.into(),
            failures: stored.failures,
            next_at: is_waiting.then_some(Time(stored.next_at_ms)),
            done_at: stored.done_at_ms.map(Time),
            status: stored.status,
            fault: stored.fault,
            latency_ms: stored.latency_ms,
            body: stored.body,
        }
    }
}

list_query! {
    /// Which messages.
    DeliveryQuery {
        /// Only those that stand so.
        standing: StandingWord,
        /// Only of this event.
        event: EventWord,
    }
}

/// `GET /admin/webhooks/{id}/deliveries`
pub(crate) fn deliveries(tx: &mut Tx<'_>, call: &Call<DeliveryQuery>) -> Result<Page<Delivery>> {
    let me = call.cx.me_with(tx, Right::EditWebhooks)?;
    let query = &call.query;
    let filter = Filter {
        standing: query.standing.map(Into::into),
        name: query.event.map(|event| event.0.name()),
    };
    let before: Option<DeliveryId> = place(query.cursor.as_ref())?;
    let id = call.id("webhook")?;
    let rows = webhook::list_deliveries(tx, &me, id, filter, before, query.limit.ahead())?;
    let shown = query.limit.rows();
    Ok(Page::of(rows, shown, |row| row.id, Delivery::from))
}

/// Which message.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TriesQuery {
    /// Its number, as `deliveries` gives it.
    delivery: Id,
}

/// A message with the tries to hand it over.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Tries {
    /// The message.
    delivery: Delivery,
    /// The newest 50, the newest first.
    tries: Vec<Tried>,
}

/// A try to hand a message over.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Tried {
    /// When it began.
    at: Time,
    /// Status of the answer.
    status: Option<i64>,
    /// Why there was none, as a stable code.
    fault: Option<String>,
    /// How long it took, in milliseconds.
    latency_ms: i64,
    /// Beginning of the answer.
    excerpt: String,
}

/// `GET /admin/webhooks/{id}/tries`
pub(crate) fn tries(tx: &mut Tx<'_>, call: &Call<TriesQuery>) -> Result<Item<Tries>> {
    let me = call.cx.me_with(tx, Right::EditWebhooks)?;
    let (id, delivery) = (call.id("webhook")?, call.query.delivery.into());
    let (delivery, tries) = webhook::find_delivery(tx, &me, id, delivery)?;
    let tries = tries.into_iter().map(|one| Tried {
        at: Time(one.at_ms),
        status: one.status,
        fault: one.fault,
        latency_ms: one.latency_ms,
        excerpt: one.excerpt,
    });
    Ok(Item(Tries {
        delivery: delivery.into(),
        tries: tries.collect(),
    }))
}

/// What is sent again.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Resend {
    /// One message that was taken or given up; all that were given up if it is left out.
    #[serde(default)]
    delivery: Option<Id>,
}

/// How many messages were put in the line again.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Resent {
    /// Their number.
    count: i64,
}

/// `POST /admin/webhooks/{id}/resend`
pub(crate) fn resend(tx: &mut Tx<'_>, call: &Call<Empty, Resend>) -> Result<Item<Resent>> {
    let id = call.id("webhook")?;
    let count = if let Some(delivery) = call.body.delivery {
        webhook::send_again(tx, &call.cx, id, delivery.into())?;
        1
    } else {
        let count = webhook::send_all_again(tx, &call.cx, id)?;
        i64::try_from(count).map_err(|error| Error::Internal(error.to_string()))?
    };
    Ok(Item(Resent { count }))
}
