//! The one pipeline in which every door ends: identify, permit, budget, decide, write, deliver.
//!
//! No door has a private way around it. Each step is a function below, in this order; delivery happens by the event,
//! after the commit. The rule that decides is [`guanxi_model::request::decide`].

use guanxi_model::{
    corp::DAY_MS,
    department::DepartmentId,
    id::{CodeId, MemberId, RequestId},
    party::Party,
    request::{self as rules, AddWay, Decision, Facts, Request, State},
    visibility::Target,
};
use guanxi_store::{self as store, Tx, member::Member};
use serde_json::json;

use crate::{
    Cx, Error, Me, Result, audit, corp,
    event::{self, Event},
    qr_code, request,
};

/// Kind of the day budget that requests are taken from.
pub(crate) const BUDGET: &str = "request";

/// A wish to become a contact.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Whom the actor asks.
    pub recipient: MemberId,
    /// Verification message; empty for the corp's template.
    pub message: String,
    /// Door.
    pub add_way: AddWay,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The recipient has been asked.
    Asked(RequestId),
    /// Asked before; the same request still waits.
    StillPending(RequestId),
    /// The recipient had asked too: both are contacts now.
    Met(RequestId),
    /// They were contacts already.
    AlreadyContacts,
}

/// The outcome for one of many recipients.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    /// Whom.
    pub recipient: MemberId,
    /// What came of it, or why not.
    pub outcome: Result<Outcome>,
}

/// Sends one request.
pub fn ask(tx: &mut Tx<'_>, cx: &Cx, ask: &Ask) -> Result<Outcome> {
    let me = cx.me(tx)?;
    ask_as(tx, cx, &me, ask)
}

/// Sends the same request to many, each with a result of its own; what fails for one does not hinder the others.
pub fn ask_many(
    tx: &mut Tx<'_>,
    cx: &Cx,
    recipients: &[MemberId],
    message: &str,
) -> Result<Vec<Sent>> {
    let me = cx.me(tx)?;
    if recipients.is_empty() {
        return Err(Error::invalid("members", "required"));
    }
    if recipients.len() > rules::BATCH_MAX {
        return Err(Error::invalid("members", "too_many"));
    }
    let message = rules::message(message)?;
    let mut results: Vec<Sent> = Vec::with_capacity(recipients.len());
    for &recipient in recipients {
        if results.iter().any(|sent| sent.recipient == recipient) {
            continue;
        }
        let ask = Ask {
            recipient,
            message: message.clone(),
            add_way: AddWay::Batch,
        };
        match tx.attempt(|tx| ask_as(tx, cx, &me, &ask)) {
            // These concern the whole batch, or are worth a retry of all of it.
            Err(error @ (Error::Busy(_) | Error::Internal(_) | Error::SignedOut)) => {
                return Err(error);
            }
            outcome => results.push(Sent { recipient, outcome }),
        }
    }
    Ok(results)
}

fn ask_as(tx: &mut Tx<'_>, cx: &Cx, me: &Me, ask: &Ask) -> Result<Outcome> {
    let message = rules::message(&ask.message)?;
    let recipient = reachable(tx, cx, me, ask.recipient)?;
    let wish = Wish {
        sender: me.party,
        recipient: Party::Member {
            corp: me.corp_id,
            id: recipient.id,
        },
        corp: &me.corp,
        message: if message.is_empty() {
            template(cx, me)
        } else {
            message
        },
        add_way: ask.add_way,
        code: None,
        at_once: false,
        limit: me.corp.settings.requests_per_day,
    };
    wish.carry_out(tx, cx)
}

/// Identify and permit: the colleague, if the actor may see him and he can be asked. Whether somebody is hidden, gone or
/// was never there is one and the same answer.
pub(crate) fn reachable(tx: &mut Tx<'_>, cx: &Cx, me: &Me, id: MemberId) -> Result<Member> {
    let member =
        store::member::find(tx, me.corp_id, id)?.filter(|member| member.status.is_listed());
    let departments = |member: &Member| -> Vec<DepartmentId> {
        member
            .profile
            .places
            .iter()
            .map(|place| place.department)
            .collect()
    };
    let scope = me
        .corp
        .scope(me.member.id, departments(&me.member), cx.now());
    member
        .filter(|member| {
            scope.sees(&Target {
                id: member.id,
                departments: &departments(member),
            })
        })
        .ok_or(Error::not_found("member"))
}

/// A wish that has been identified and permitted, whatever the door: what is left is the same for all.
#[derive(Debug)]
pub(crate) struct Wish<'a> {
    /// Who asks.
    pub(crate) sender: Party,
    /// Who is asked.
    pub(crate) recipient: Party,
    /// The corp whose settings rule.
    pub(crate) corp: &'a corp::State,
    /// Verification message, checked.
    pub(crate) message: String,
    /// Door.
    pub(crate) add_way: AddWay,
    /// The code that was scanned.
    pub(crate) code: Option<CodeId>,
    /// The recipient has agreed in advance.
    pub(crate) at_once: bool,
    /// Requests that the sender may send in a day.
    pub(crate) limit: u32,
}

impl Wish<'_> {
    /// Budget, decide, write.
    pub(crate) fn carry_out(self, tx: &mut Tx<'_>, cx: &Cx) -> Result<Outcome> {
        let decision = self.decide(tx, cx)?;
        self.write(tx, cx, decision)
    }

    fn day(&self, cx: &Cx) -> i64 {
        self.corp.settings.day(cx.now())
    }

    /// Budget and decide: gathers the facts about both parties and asks the rule.
    fn decide(&self, tx: &mut Tx<'_>, cx: &Cx) -> Result<Decision> {
        let (sender, recipient) = (self.sender, self.recipient);
        let ties = store::contact::ties(tx, sender, recipient, BUDGET, self.day(cx))?;
        let outgoing = found(tx, recipient, ties.outgoing)?;
        let outgoing = expired_written(tx, cx, outgoing)?;
        let incoming = found(tx, sender, ties.incoming)?;
        let facts = Facts {
            sender,
            recipient,
            are_contacts: ties.are_contacts,
            outgoing: outgoing.as_ref(),
            incoming: incoming.as_ref(),
            blocked: ties.blocked,
            blocks: ties.blocks,
            used_today: u32::try_from(ties.used).unwrap_or(u32::MAX),
            limit: self.limit,
            cool_down_days: self.corp.settings.cool_down_days,
            now_ms: cx.now(),
        };
        Ok(rules::decide(&facts)?)
    }

    /// Write: request or contact, budget, audit entry and event, all in this transaction.
    fn write(self, tx: &mut Tx<'_>, cx: &Cx, decision: Decision) -> Result<Outcome> {
        let silenced = match decision {
            Decision::AlreadyContacts => return Ok(Outcome::AlreadyContacts),
            Decision::StillPending(id) => return Ok(Outcome::StillPending(id)),
            Decision::Meet(id) => return self.meet(tx, cx, id),
            Decision::Ask { silenced } => silenced,
        };
        // To one who is blocked, waiting for an answer is all that shows.
        let at_once = self.at_once && !silenced;
        store::contact::budget_use(tx, self.sender, BUDGET, self.day(cx))?;
        let request = self.into_request(cx, silenced, at_once);
        store::request::insert(tx, &request)?;
        qr_code::follow(tx, cx, &request)?;
        record_sent(tx, cx, &request)?;
        if at_once {
            request::make_contact(tx, cx, &request)?;
            return Ok(Outcome::Met(request.id));
        }
        let sent = Event::RequestSent {
            request: request.id,
            sender: request.sender,
            recipient: request.recipient,
            silenced,
        };
        event::emit(tx, cx, request.recipient.scope(), &sent)?;
        Ok(Outcome::Asked(request.id))
    }

    /// The other side has asked too: both are contacts.
    fn meet(&self, tx: &mut Tx<'_>, cx: &Cx, id: RequestId) -> Result<Outcome> {
        let mut theirs =
            store::request::find(tx, self.sender, id)?.ok_or(Error::not_found("request"))?;
        theirs.accept(cx.now())?;
        request::settle(tx, cx, &theirs, "request.accepted")?;
        request::make_contact(tx, cx, &theirs)?;
        Ok(Outcome::Met(id))
    }

    fn into_request(self, cx: &Cx, silenced: bool, at_once: bool) -> Request {
        let ttl_ms = i64::from(self.corp.settings.request_ttl_days) * DAY_MS;
        Request {
            id: cx.new_id(RequestId::from_u128),
            sender: self.sender,
            recipient: self.recipient,
            add_way: self.add_way,
            code: self.code,
            message: self.message,
            state: if at_once {
                State::Accepted
            } else {
                State::Pending
            },
            silenced,
            created_at_ms: cx.now(),
            expires_at_ms: cx.now() + ttl_ms,
            decided_at_ms: at_once.then(|| cx.now()),
            reason: String::new(),
        }
    }
}

fn record_sent(tx: &mut Tx<'_>, cx: &Cx, request: &Request) -> Result<()> {
    let Party::Member { corp, id } = request.recipient else {
        return Ok(());
    };
    let mut detail =
        json!({ "recipient": id, "add_way": request.add_way, "silenced": request.silenced });
    if let Some(code) = request.code {
        detail["code"] = json!(code);
        detail["state"] = json!(request.state);
    }
    let object = Some(("request", request.id.to_string()));
    audit::record(tx, cx, corp, "request.sent", object, &detail)
}

/// A request that a party received, if there is one: between most there was none.
fn found(tx: &mut Tx<'_>, recipient: Party, id: Option<RequestId>) -> Result<Option<Request>> {
    match id {
        Some(id) => Ok(store::request::find(tx, recipient, id)?),
        None => Ok(None),
    }
}

/// Writes an expiry that has come but was not written yet, so that the pair is free for a new request.
fn expired_written(tx: &mut Tx<'_>, cx: &Cx, request: Option<Request>) -> Result<Option<Request>> {
    let Some(mut request) = request else {
        return Ok(None);
    };
    if request.expire(cx.now()) {
        request::settle(tx, cx, &request, "request.expired")?;
    }
    Ok(Some(request))
}

/// Verification message that the corp's template makes for the actor, in his language.
pub fn template(cx: &Cx, me: &Me) -> String {
    let profile = &me.member.profile;
    let department = profile
        .main_department()
        .and_then(|id| me.corp.tree().find(id))
        .map_or("", |department| department.name.as_str());
    me.corp.settings.verification_message(
        &cx.language,
        department,
        &profile.name,
        &profile.position,
    )
}

/// What a member may still send today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Requests sent today.
    pub used: u32,
    /// Requests allowed in a day.
    pub limit: u32,
}

impl Budget {
    /// Requests that are left.
    pub const fn left(self) -> u32 {
        self.limit.saturating_sub(self.used)
    }
}

/// The actor's budget of today, shown before he sends.
pub fn budget(tx: &mut Tx<'_>, cx: &Cx, me: &Me) -> Result<Budget> {
    Ok(Budget {
        used: used_today(tx, cx, me)?,
        limit: me.corp.settings.requests_per_day,
    })
}

fn used_today(tx: &mut Tx<'_>, cx: &Cx, me: &Me) -> Result<u32> {
    let day = me.corp.settings.day(cx.now());
    Ok(u32::try_from(store::contact::budget_used(tx, me.party, BUDGET, day)?).unwrap_or(u32::MAX))
}
