//! What becomes of a contact request: accept, decline, withdraw, take back, expire; and the lists of both sides.
//!
//! Sending one is the pipeline, in [`crate::contact`]. The rules are in `guanxi_model::request`.

use guanxi_model::{
    id::RequestId,
    party::Party,
    request::{self as rules, AddWay, Request, State},
};
use guanxi_store::{self as store, Tx};
use serde_json::json;

use crate::{
    Cx, Error, Me, Result, audit,
    contact::pipeline,
    customer,
    event::{self, Event},
    live_code::visit,
    qr_code,
};

/// Accepts a request that waits for the actor: both are contacts from now on. Accepting twice is answered alike.
pub fn accept(tx: &mut Tx<'_>, cx: &Cx, id: RequestId) -> Result<Request> {
    let me = cx.me(tx)?;
    let mut request = received(tx, &me, id)?;
    if request.state == State::Accepted
        && store::contact::are_contacts(tx, me.party, request.sender)?
    {
        return Ok(request);
    }
    if store::contact::is_blocked(tx, request.sender, request.recipient)? {
        return Err(Error::not_found("request"));
    }
    request.accept(cx.now())?;
    settle(tx, cx, &request, "request.accepted")?;
    make_contact(tx, cx, &request)?;
    Ok(request)
}

/// Declines a request that waits for the actor; the sender has to wait before he may ask again.
pub fn decline(tx: &mut Tx<'_>, cx: &Cx, id: RequestId, reason: &str) -> Result<Request> {
    let me = cx.me(tx)?;
    let mut request = received(tx, &me, id)?;
    if request.state == State::Declined {
        return Ok(request);
    }
    request.decline(rules::reason(reason)?, cx.now())?;
    settle(tx, cx, &request, "request.declined")?;
    Ok(request)
}

/// Takes a request of the actor's own back before it is answered.
pub fn withdraw(tx: &mut Tx<'_>, cx: &Cx, id: RequestId) -> Result<Request> {
    let me = cx.me(tx)?;
    let mut request =
        store::request::find_sent(tx, me.party, id)?.ok_or(Error::not_found("request"))?;
    if request.state == State::Withdrawn {
        return Ok(request);
    }
    request.withdraw(cx.now())?;
    settle(tx, cx, &request, "request.withdrawn")?;
    Ok(request)
}

/// Takes the actor's last decision on a request back, within ten minutes: it waits again.
pub fn undo(tx: &mut Tx<'_>, cx: &Cx, id: RequestId) -> Result<Request> {
    let me = cx.me(tx)?;
    let found = store::request::find(tx, me.party, id)?.filter(|request| !request.silenced);
    let own = if found.is_none() {
        store::request::find_sent(tx, me.party, id)?
    } else {
        None
    };
    let is_sender = own.is_some();
    let mut request = found.or(own).ok_or(Error::not_found("request"))?;
    if request.state == State::Pending {
        return Ok(request);
    }
    let of = match request.state {
        State::Withdrawn if is_sender => State::Withdrawn,
        State::Accepted | State::Declined if !is_sender => request.state,
        _ => return Err(rules::Refusal::TooLateToUndo.into()),
    };
    request.undo(of, cx.now())?;
    let is_out_of_reach = of == State::Withdrawn && !is_reachable(tx, cx, &me, request.recipient)?;
    if is_out_of_reach || !may_wait_again(tx, cx, &request, of)? {
        return Err(rules::Refusal::TooLateToUndo.into());
    }
    // A recipient who has blocked the sender meanwhile is kept from what waits again.
    request.silenced |= store::contact::has_blocked(tx, request.recipient, request.sender)?;
    if of == State::Accepted {
        store::contact::end(tx, request.recipient, request.sender, Some(cx.now()))?;
        let ended = Event::ContactEnded {
            one: request.recipient,
            other: request.sender,
        };
        event::emit(tx, cx, me.party.scope(), &ended)?;
    }
    settle(tx, cx, &request, "request.undone")?;
    Ok(request)
}

/// Whether a pair has not gone on since a decision: no other request, no contact or ending by another way, nobody gone.
fn may_wait_again(tx: &mut Tx<'_>, cx: &Cx, request: &Request, of: State) -> Result<bool> {
    let (sender, recipient) = (request.sender, request.recipient);
    let latest = store::request::latest(tx, sender, recipient)?;
    if latest.is_some_and(|latest| latest.id != request.id) {
        return Ok(false);
    }
    let crossing = store::request::latest(tx, recipient, sender)?;
    if crossing.is_some_and(|crossing| crossing.state_at(cx.now()) == State::Pending) {
        return Ok(false);
    }
    if store::contact::are_contacts(tx, recipient, sender)? != (of == State::Accepted) {
        return Ok(false);
    }
    // One who blocks asks nobody whom he blocks.
    if store::contact::has_blocked(tx, sender, recipient)? {
        return Ok(false);
    }
    Ok(is_listed(tx, sender)? && is_listed(tx, recipient)?)
}

/// Whether the actor could ask the recipient today.
fn is_reachable(tx: &mut Tx<'_>, cx: &Cx, me: &Me, recipient: Party) -> Result<bool> {
    let Some(id) = recipient.member() else {
        return Ok(true);
    };
    match pipeline::reachable(tx, cx, me, id) {
        Ok(_) => Ok(true),
        Err(Error::NotFound { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Writes the expiry of requests whose time is over; returns how many. Call again while it returns `limit`.
pub fn expire_due(tx: &mut Tx<'_>, cx: &Cx, limit: i64) -> Result<usize> {
    let due = store::request::due(tx, cx.now(), limit)?;
    let count = due.len();
    for mut request in due {
        if request.expire(cx.now()) {
            settle(tx, cx, &request, "request.expired")?;
        }
    }
    Ok(count)
}

/// Ends all pending requests of a party who has gone: his own are withdrawn, those to him expire at once.
pub(crate) fn end_of_party(tx: &mut Tx<'_>, cx: &Cx, party: Party) -> Result<()> {
    for mut request in store::request::touching(tx, party)? {
        if request.expire(cx.now()) {
            settle(tx, cx, &request, "request.expired")?;
        } else if request.sender == party {
            request.withdraw(cx.now())?;
            settle(tx, cx, &request, "request.withdrawn")?;
        } else {
            request.lapse(cx.now())?;
            settle(tx, cx, &request, "request.expired")?;
        }
    }
    Ok(())
}

/// Settles what waits between one who blocks and the other: his own request is withdrawn, and the other's stays pending for
/// its sender alone. No event tells of that, since it would tell the sender.
pub(crate) fn end_by_block(tx: &mut Tx<'_>, cx: &Cx, owner: Party, other: Party) -> Result<()> {
    let is_pending = |request: &Request| request.state_at(cx.now()) == State::Pending;
    let sent = store::request::latest(tx, owner, other)?;
    if let Some(mut sent) = sent.filter(is_pending) {
        sent.withdraw(cx.now())?;
        settle(tx, cx, &sent, "request.withdrawn")?;
    }
    let received = store::request::latest(tx, other, owner)?;
    if let Some(mut received) = received.filter(is_pending) {
        received.silenced = true;
        store::request::settle(tx, &received)?;
    }
    Ok(())
}

/// Rows of a list, newest first; `before` is the last row of the page before.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// Continue behind this one.
    pub before: Option<RequestId>,
    /// Rows of a page.
    pub limit: i64,
}

impl Page {
    fn before(self) -> RequestId {
        self.before.unwrap_or(RequestId::from_u128(u128::MAX))
    }
}

/// Requests that wait for the actor.
pub fn list_received(tx: &mut Tx<'_>, cx: &Cx, me: &Me, page: Page) -> Result<Vec<Request>> {
    Ok(store::request::received(
        tx,
        me.party,
        page.before(),
        cx.now(),
        page.limit,
    )?)
}

/// Requests to the actor that their senders took back while he may have been about to answer.
pub fn list_withdrawn(tx: &mut Tx<'_>, cx: &Cx, me: &Me, limit: i64) -> Result<Vec<Request>> {
    let after_ms = cx.now() - rules::UNDO_MS;
    Ok(store::request::withdrawn(tx, me.party, after_ms, limit)?)
}

/// A request that the actor received.
pub fn find_received(tx: &mut Tx<'_>, me: &Me, id: RequestId) -> Result<Request> {
    received(tx, me, id)
}

/// A request that the actor received or sent. One that the recipient never sees is none to him.
pub fn find(tx: &mut Tx<'_>, me: &Me, id: RequestId) -> Result<Request> {
    match received(tx, me, id) {
        Err(Error::NotFound { .. }) => {
            store::request::find_sent(tx, me.party, id)?.ok_or(Error::not_found("request"))
        }
        found => found,
    }
}

/// Requests of the actor's that still wait.
pub fn list_sent_pending(tx: &mut Tx<'_>, cx: &Cx, me: &Me, limit: i64) -> Result<Vec<Request>> {
    Ok(store::request::sent_pending(tx, me.party, cx.now(), limit)?)
}

/// Accepts several requests that wait for the actor; returns how many he accepted and how many had changed meanwhile.
pub fn accept_many(tx: &mut Tx<'_>, cx: &Cx, ids: &[RequestId]) -> Result<(usize, usize)> {
    let mut counts = (0, 0);
    for id in ids {
        match tx.attempt(|tx| accept(tx, cx, *id)) {
            Ok(_) => counts.0 += 1,
            Err(Error::Refused(_) | Error::NotFound { .. }) => counts.1 += 1,
            Err(error) => return Err(error),
        }
    }
    Ok(counts)
}

/// Requests to the actor that are settled.
pub fn list_settled(tx: &mut Tx<'_>, cx: &Cx, me: &Me, page: Page) -> Result<Vec<Request>> {
    Ok(store::request::settled(
        tx,
        me.party,
        page.before(),
        cx.now(),
        page.limit,
    )?)
}

/// Requests that the actor sent. One that the recipient never sees looks like any other.
pub fn list_sent(tx: &mut Tx<'_>, me: &Me, page: Page) -> Result<Vec<Request>> {
    Ok(store::request::sent(
        tx,
        me.party,
        page.before(),
        page.limit,
    )?)
}

/// How many requests wait for a party.
pub fn count_waiting(tx: &mut Tx<'_>, cx: &Cx, party: Party) -> Result<i64> {
    Ok(store::request::count_waiting(tx, party, cx.now())?)
}

/// Whether a member is still there to be asked; other parties always are.
fn is_listed(tx: &mut Tx<'_>, party: Party) -> Result<bool> {
    match party {
        Party::Member { corp, id } => {
            let member = store::member::find(tx, corp, id)?;
            Ok(member.is_some_and(|member| member.status.is_listed()))
        }
        Party::Person { .. } => Ok(true),
    }
}

/// A request that the actor received and may see.
fn received(tx: &mut Tx<'_>, me: &Me, id: RequestId) -> Result<Request> {
    store::request::find(tx, me.party, id)?
        .filter(|request| !request.silenced)
        .ok_or(Error::not_found("request"))
}

/// Writes both sides of the contact that an accepted request makes.
pub(crate) fn make_contact(tx: &mut Tx<'_>, cx: &Cx, request: &Request) -> Result<()> {
    let (one, other) = (request.recipient, request.sender);
    hold(tx, one)?;
    hold(tx, other)?;
    store::contact::put(tx, one, other, request.add_way, cx.now())?;
    match (one, other) {
        (Party::Member { corp, .. }, Party::Person { id })
        | (Party::Person { id }, Party::Member { corp, .. }) => {
            customer::meet(tx, cx, corp, id, request.code)?;
        }
        _ => {}
    }
    if request.add_way == AddWay::LiveCode
        && let (Party::Member { corp, id: member }, Party::Person { id }) = (one, other)
    {
        visit::met(tx, cx, corp, member, id)?;
    }
    event::emit(tx, cx, one.scope(), &Event::ContactMade { one, other })
}

/// Keeps a member from leaving until this transaction is through: nobody becomes the contact of one whose leaving has been
/// answered.
pub(crate) fn hold(tx: &mut Tx<'_>, party: Party) -> Result<()> {
    let Party::Member { corp, id } = party else {
        return Ok(());
    };
    store::member::hold(tx, corp, id)?
        .filter(|status| status.is_listed())
        .map(drop)
        .ok_or(Error::not_found("member"))
}

/// Writes a decision with its audit entry and event.
pub(crate) fn settle(
    tx: &mut Tx<'_>,
    cx: &Cx,
    request: &Request,
    action: &'static str,
) -> Result<()> {
    store::request::settle(tx, request)?;
    qr_code::follow(tx, cx, request)?;
    let Request {
        id,
        sender,
        recipient,
        state,
        silenced,
        ..
    } = *request;
    if let Party::Member { corp, .. } = recipient {
        let sender = match sender {
            Party::Member { id, .. } => json!(id),
            Party::Person { id } => json!(id),
        };
        let detail = json!({ "sender": sender, "recipient": recipient.member(), "state": state });
        audit::record(
            tx,
            cx,
            corp,
            action,
            Some(("request", id.to_string())),
            &detail,
        )?;
    }
    event::emit(
        tx,
        cx,
        recipient.scope(),
        &Event::RequestSettled {
            request: id,
            sender,
            recipient,
            state,
            silenced,
        },
    )
}
