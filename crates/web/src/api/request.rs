//! Contact requests of the acting member: received, settled, sent, to one or to many.

use std::collections::{HashMap, hash_map::Entry};

use guanxi_app::{
    Me, Result,
    contact::{
        self, Ask, Outcome,
        batch::{self, Fate},
    },
    request,
};
use guanxi_model::{
    id::{BatchId, MemberId, RequestId},
    party::Party,
    request::{AddWay, Request, State},
};
use guanxi_store::Tx;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    answer::{Item, Made, Page},
    call::Call,
    contact::AddWayWord,
    customer::id_of,
    operation::ROOT,
    shape::{Empty, Id, ListQuery, Time, place, words},
};

words! {
    /// Where a request stands.
    StateWord of State {
        /// Waits for the recipient.
        Pending,
        /// Became a contact.
        Accepted,
        /// Refused by the recipient.
        Declined,
        /// Nobody answered in time.
        Expired,
        /// Taken back by the sender.
        Withdrawn,
    }
}

/// Either end of a request.
#[derive(Debug, Serialize, JsonSchema)]
struct End {
    /// Number of the member; of a person outside the company his `external_userid`.
    id: String,
    /// His name; empty if nothing is known of him any more.
    name: String,
    /// Main department as far as the acting member sees it, or empty.
    department: String,
    /// Whether he is a person outside the company.
    is_outside: bool,
}

/// A contact request.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ContactRequest {
    /// Its number.
    id: Id,
    /// Who asks.
    sender: End,
    /// Who is asked.
    recipient: End,
    /// Door.
    add_way: AddWayWord,
    /// What the sender wrote.
    message: String,
    /// Where it stands.
    state: StateWord,
    /// The recipient's reason for a decline, or empty.
    reason: String,
    /// When it was sent.
    created_at: Time,
    /// When it expires unless it is answered.
    expires_at: Time,
    /// When it was settled.
    decided_at: Option<Time>,
}

fn views(
    tx: &mut Tx<'_>,
    call_cx: &guanxi_app::Cx,
    me: &Me,
    requests: Vec<Request>,
) -> Result<Vec<ContactRequest>> {
    let parties: Vec<Party> = requests
        .iter()
        .flat_map(|request| [request.sender, request.recipient])
        .collect();
    let named = contact::peers_of(tx, call_cx, me, &parties)?;
    let mut ids = HashMap::with_capacity(parties.len());
    for party in parties {
        // The reader himself stands on one side of each.
        if let Entry::Vacant(unknown) = ids.entry(party) {
            unknown.insert(id_of(tx, call_cx, me, party)?);
        }
    }
    let end = |party: Party| {
        let peer = named.get(&party.id());
        End {
            id: ids.get(&party).cloned().unwrap_or_default(),
            name: peer.map(|peer| peer.name.clone()).unwrap_or_default(),
            department: peer.map(|peer| peer.department.clone()).unwrap_or_default(),
            is_outside: party.member().is_none(),
        }
    };
    let views = requests.into_iter().map(|request| ContactRequest {
        id: request.id.into(),
        sender: end(request.sender),
        recipient: end(request.recipient),
        add_way: request.add_way.into(),
        state: request.state_at(call_cx.now()).into(),
        message: request.message,
        reason: request.reason,
        created_at: Time(request.created_at_ms),
        expires_at: Time(request.expires_at_ms),
        decided_at: request.decided_at_ms.map(Time),
    });
    Ok(views.collect())
}

/// One page of a list that continues behind a request.
fn page(
    tx: &mut Tx<'_>,
    call: &Call<ListQuery>,
    list: impl Fn(&mut Tx<'_>, &Me, request::Page) -> Result<Vec<Request>>,
) -> Result<Page<ContactRequest>> {
    let me = call.cx.me(tx)?;
    let wanted = request::Page {
        before: place(call.query.cursor.as_ref())?,
        limit: call.query.limit.ahead(),
    };
    let rows = list(tx, &me, wanted)?;
    let shown = call.query.limit.rows();
    let Page { items, next } = Page::of(rows, shown, |request| request.id, |request| request);
    Ok(Page {
        items: views(tx, &call.cx, &me, items)?,
        next,
    })
}

/// `GET /requests/received`
pub(crate) fn received(tx: &mut Tx<'_>, call: &Call<ListQuery>) -> Result<Page<ContactRequest>> {
    page(tx, call, |tx, me, page| {
        request::list_received(tx, &call.cx, me, page)
    })
}

/// `GET /requests/settled`
pub(crate) fn settled(tx: &mut Tx<'_>, call: &Call<ListQuery>) -> Result<Page<ContactRequest>> {
    page(tx, call, |tx, me, page| {
        request::list_settled(tx, &call.cx, me, page)
    })
}

/// `GET /requests/sent`
pub(crate) fn sent(tx: &mut Tx<'_>, call: &Call<ListQuery>) -> Result<Page<ContactRequest>> {
    page(tx, call, request::list_sent)
}

/// A request that the acting member received or sent.
fn one(tx: &mut Tx<'_>, cx: &guanxi_app::Cx, id: RequestId) -> Result<ContactRequest> {
    let me = cx.me(tx)?;
    let request = request::find(tx, &me, id)?;
    let mut views = views(tx, cx, &me, vec![request])?;
    views.pop().ok_or(guanxi_app::Error::not_found("request"))
}

/// `GET /requests/{id}`
pub(crate) fn get(tx: &mut Tx<'_>, call: &Call) -> Result<Item<ContactRequest>> {
    Ok(Item(one(tx, &call.cx, call.id("request")?)?))
}

/// A request to be sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRequest {
    /// Number of the colleague.
    recipient: Id,
    /// What the recipient reads; the company's template if it is left out.
    #[serde(default)]
    #[schemars(length(max = 60))]
    message: String,
}

/// What a request came to.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum OutcomeWord {
    /// The recipient has been asked.
    Asked,
    /// Asked before; the same request still waits.
    StillPending,
    /// The recipient had asked too: both are contacts now.
    Met,
    /// They were contacts already.
    AlreadyContacts,
    /// A rule refuses; `code` and `detail` say which.
    Refused,
    /// There is no such colleague, or the member may not see him.
    NotFound,
}

/// What became of a request to one.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SentRequest {
    /// What it came to.
    outcome: OutcomeWord,
    /// Number of the request, if there is one.
    request: Option<Id>,
}

/// `POST /requests`
pub(crate) fn send(tx: &mut Tx<'_>, call: &Call<Empty, NewRequest>) -> Result<Item<SentRequest>> {
    let ask = Ask {
        recipient: call.body.recipient.into(),
        message: call.body.message.clone(),
        add_way: AddWay::Colleague,
    };
    let (outcome, id) = match contact::ask(tx, &call.cx, &ask)? {
        Outcome::Asked(id) => (OutcomeWord::Asked, Some(id)),
        Outcome::StillPending(id) => (OutcomeWord::StillPending, Some(id)),
        Outcome::Met(id) => (OutcomeWord::Met, Some(id)),
        Outcome::AlreadyContacts => (OutcomeWord::AlreadyContacts, None),
    };
    Ok(Item(SentRequest {
        outcome,
        request: id.map(Id::from),
    }))
}

/// Requests to many.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewBatch {
    /// Numbers of the colleagues.
    #[schemars(length(min = 1, max = 200))]
    recipients: Vec<Id>,
    /// What all of them read; the company's template if it is left out.
    #[serde(default)]
    #[schemars(length(max = 60))]
    message: String,
}

/// What became of the request to one of many.
#[derive(Debug, Serialize, JsonSchema)]
struct BatchRow {
    /// Who was asked.
    recipient: Id,
    /// What it came to.
    outcome: OutcomeWord,
    /// Stable code of the rule that refuses.
    code: Option<String>,
    /// The same in the caller's language.
    detail: Option<String>,
}

/// What became of requests to many.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Batch {
    /// Its number; it can be read again for 30 days.
    id: Id,
    /// What the sender wrote; empty for the company's template.
    message: String,
    /// Each recipient in the order of the call.
    results: Vec<BatchRow>,
    /// When it was sent.
    sent_at: Time,
}

fn batch_view<Q, B>(tx: &mut Tx<'_>, call: &Call<Q, B>, id: BatchId) -> Result<Batch> {
    let batch = batch::get(tx, &call.cx, id)?;
    let row = |(recipient, fate): (MemberId, Fate)| {
        let outcome = match fate {
            Fate::Asked => OutcomeWord::Asked,
            Fate::StillPending => OutcomeWord::StillPending,
            Fate::Met => OutcomeWord::Met,
            Fate::AlreadyContacts => OutcomeWord::AlreadyContacts,
            Fate::Refused(_) => OutcomeWord::Refused,
            Fate::NotFound => OutcomeWord::NotFound,
        };
        let refusal = match fate {
            Fate::Refused(refusal) => Some(guanxi_app::Error::Refused(refusal)),
            _ => None,
        };
        let zone = jiff::tz::TimeZone::UTC;
        BatchRow {
            recipient: recipient.into(),
            outcome,
            code: refusal.as_ref().map(|error| error.code().to_owned()),
            detail: refusal.map(|error| crate::error::sentence(call.l, &error, &zone)),
        }
    };
    Ok(Batch {
        id: id.into(),
        message: batch.message,
        results: batch.results.into_iter().map(row).collect(),
        sent_at: Time(batch.sent_at_ms),
    })
}

/// `POST /requests/batches`
pub(crate) fn send_many(tx: &mut Tx<'_>, call: &Call<Empty, NewBatch>) -> Result<Made<Batch>> {
    let id = call.cx.new_id(BatchId::from_u128);
    let recipients: Vec<MemberId> = call.body.recipients.iter().map(|id| (*id).into()).collect();
    batch::send(tx, &call.cx, id, &recipients, &call.body.message)?;
    Ok(Made {
        at: format!("{ROOT}/requests/batches/{id}"),
        item: batch_view(tx, call, id)?,
    })
}

/// `GET /requests/batches/{id}`
pub(crate) fn batch(tx: &mut Tx<'_>, call: &Call) -> Result<Item<Batch>> {
    let id = call.id("batch")?;
    Ok(Item(batch_view(tx, call, id)?))
}

/// `POST /requests/{id}/accept`
pub(crate) fn accept(tx: &mut Tx<'_>, call: &Call) -> Result<Item<ContactRequest>> {
    let id = call.id("request")?;
    request::accept(tx, &call.cx, id)?;
    Ok(Item(one(tx, &call.cx, id)?))
}

/// Why a request is declined.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decline {
    /// What the sender reads, or empty.
    #[serde(default)]
    #[schemars(length(max = 60))]
    reason: String,
}

/// `POST /requests/{id}/decline`
pub(crate) fn decline(
    tx: &mut Tx<'_>,
    call: &Call<Empty, Decline>,
) -> Result<Item<ContactRequest>> {
    let id = call.id("request")?;
    request::decline(tx, &call.cx, id, &call.body.reason)?;
    Ok(Item(one(tx, &call.cx, id)?))
}

/// `POST /requests/{id}/withdraw`
pub(crate) fn withdraw(tx: &mut Tx<'_>, call: &Call) -> Result<Item<ContactRequest>> {
    let id = call.id("request")?;
    request::withdraw(tx, &call.cx, id)?;
    Ok(Item(one(tx, &call.cx, id)?))
}

/// `POST /requests/{id}/undo`
pub(crate) fn undo(tx: &mut Tx<'_>, call: &Call) -> Result<Item<ContactRequest>> {
    let id = call.id("request")?;
    request::undo(tx, &call.cx, id)?;
    Ok(Item(one(tx, &call.cx, id)?))
}
