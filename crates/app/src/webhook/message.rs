//! What the outside is told of an event: one message for each corp that takes part in it, with what that corp may know.
//!
//! Remarks, tags, stars, blocks, silenced requests, verification messages, what is said in conversations, sessions and preferences never leave. Persons appear
//! under the name that the corp has for them, members of other corps without any.

mod live;

use std::{collections::hash_map::Entry, sync::Arc};

use guanxi_model::{
    id::{CodeId, CorpId, MemberId, PersonId, ScanId},
    member::Status,
    party::Party,
    qr_code::Outcome,
    request::State,
    webhook::{Kind, VERSION},
};
use guanxi_store::{self as store, Tx, member::Member};
use rustc_hash::FxHashMap;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{
    Env, Result, corp,
    event::{Event, Part},
};

/// What one corp is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// To whom.
    pub corp: CorpId,
    /// What happened.
    pub kind: Kind,
    /// What it is about: messages of one subject stay in order.
    pub subject: u128,
    /// What differs by kind.
    pub data: Value,
}

impl Message {
    /// The payload. `sequence` is its place in the line, which grows.
    pub fn body(&self, corpid: &str, sequence: i64, at_ms: i64) -> String {
        json!({
            "type": self.kind.name(),
            "version": VERSION,
            "timestamp": time(at_ms),
            "corpid": corpid,
            "sequence": sequence,
            "subject": format!("{:032x}", self.subject),
            "data": self.data,
        })
        .to_string()
    }
}

/// A time as payloads have it.
pub(super) fn time(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map_or_else(|_| String::new(), |time| time.to_string())
}

/// Makes messages, and remembers what it has looked up for others.
#[derive(Debug)]
pub struct Writer {
    env: Arc<Env>,
    members: FxHashMap<(CorpId, MemberId), Option<Member>>,
    customers: FxHashMap<(CorpId, PersonId), Option<String>>,
}

/// Number of what a message is about. Nobody finds out an id by it.
pub(super) fn subject(corp: CorpId, noun: &str, ids: &[u128]) -> u128 {
    let mut hash = Sha256::new();
    hash.update(corp.as_u128().to_be_bytes());
    hash.update(noun.as_bytes());
    for id in ids {
        hash.update(id.to_be_bytes());
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    u128::from_be_bytes(bytes)
}

impl Writer {
    /// One that has looked up nothing yet.
    pub fn new(env: &Arc<Env>) -> Self {
        Self {
            env: Arc::clone(env),
            members: FxHashMap::default(),
            customers: FxHashMap::default(),
        }
    }

    /// The public id of a corp.
    pub fn corpid(&self, tx: &mut Tx<'_>, corp: CorpId) -> Result<String> {
        Ok(corp::state(tx, &self.env, corp)?.corpid.clone())
    }

    /// All that is told of an event.
    #[expect(
        clippy::too_many_lines,
        reason = "one arm for each event, so that what is told can be read as a whole"
    )]
    pub fn write(&mut self, tx: &mut Tx<'_>, event: &Event) -> Result<Vec<Message>> {
        match event {
            Event::RequestSent { silenced, .. } | Event::RequestSettled { silenced, .. }
                if *silenced =>
            {
                Ok(Vec::new())
            }
            Event::RequestSent {
                request,
                sender,
                recipient,
                ..
            } => self.request(
                tx,
                Kind::RequestSent,
                request.as_u128(),
                *sender,
                *recipient,
            ),
            Event::RequestSettled {
                request,
                sender,
                recipient,
                state,
                ..
            } => {
                let kind = match state {
                    State::Pending => Kind::RequestReopened,
                    State::Accepted => Kind::RequestAccepted,
                    State::Declined => Kind::RequestDeclined,
                    State::Expired => Kind::RequestExpired,
                    State::Withdrawn => Kind::RequestWithdrawn,
                };
                self.request(tx, kind, request.as_u128(), *sender, *recipient)
            }
            Event::ContactMade { one, other } => self.contact(tx, true, *one, *other),
            Event::ContactEnded { one, other } => self.contact(tx, false, *one, *other),
            Event::MembersChanged { corp, members } => self.members(tx, *corp, members),
            Event::DirectoryReloaded { corp } => Ok(whole(*corp, Kind::DirectoryReloaded)),
            Event::CorpChanged { corp, part } => Ok(whole(
                *corp,
                match part {
                    Part::Settings => Kind::SettingsChanged,
                    Part::Departments => Kind::DepartmentChanged,
                    Part::Visibility => Kind::VisibilityChanged,
                    Part::Roles => Kind::RoleChanged,
                },
            )),
            Event::AskChanged { corp, member } => {
                let data = json!({ "member": self.member(tx, *corp, *member)? });
                let subject = subject(*corp, "find_ask", &[member.as_u128()]);
                Ok(one(*corp, Kind::AskChanged, subject, data))
            }
            Event::CodeChanged { corp, code, owner } => self.code(tx, *corp, *code, *owner),
            Event::CodeScanned {
                corp,
                code,
                owner,
                scan,
                outcome,
                person,
            } => {
                let customer = person.map(|person| self.customer(tx, *corp, person));
                let outcome = outcome.and_then(Outcome::from_number);
                let data = json!({
                    "code": code,
                    "owner": self.member(tx, *corp, *owner)?,
                    "scan": scan,
                    "outcome": outcome.map(Outcome::name),
                    "external_userid": customer.transpose()?.flatten(),
                });
                // Each scan stands for itself: a code in a rush is no queue.
                let id = scan.map_or(code.as_u128(), ScanId::as_u128);
                let subject = subject(*corp, "scan", &[id]);
                Ok(one(*corp, Kind::CodeScanned, subject, data))
            }
            Event::WebhookChanged { corp, hook } => {
                let subject = subject(*corp, "webhook", &[hook.as_u128()]);
                let found = store::webhook::find(tx, *corp, *hook)?;
                let state = found.map_or("deleted", |hook| match hook.deleted_at_ms {
                    Some(_) => "deleted",
                    None => hook.state.name(),
                });
                let data = json!({ "webhook": hook, "state": state });
                Ok(one(*corp, Kind::WebhookChanged, subject, data))
            }
            Event::LiveCodeChanged { corp, code, turn } => match turn.told() {
                Some(kind) => {
                    let data = json!({ "live_code": self.live_code(tx, *corp, *code)? });
                    let subject = subject(*corp, "live_code", &[code.as_u128()]);
                    Ok(one(*corp, kind, subject, data))
                }
                None => Ok(Vec::new()),
            },
            Event::LiveCodeWaiting {
                corp,
                code,
                waiting,
                person,
            } => {
                let data = json!({
                    "live_code": self.live_code(tx, *corp, *code)?,
                    "waiting": waiting,
                    "external_userid": self.customer(tx, *corp, *person)?,
                });
                let subject = subject(*corp, "waiting", &[waiting.as_u128()]);
                Ok(one(*corp, Kind::LiveCodeWaiting, subject, data))
            }
            Event::LiveAlertChanged { corp, alert, turn } => self.alert(tx, *corp, *alert, *turn),
            Event::ConversationChanged {
                corp,
                conversation,
                member,
                person,
                from,
                change,
            } => self.talk(tx, *corp, *conversation, (*member, *from), *person, *change),
            Event::ContactNoted { .. }
            | Event::SessionsEnded { .. }
            | Event::PersonChanged { .. }
            | Event::TokenChanged { .. }
            | Event::LiveCodesScanned { .. }
            | Event::WebhookMoved { .. } => Ok(Vec::new()),
        }
    }

    fn request(
        &mut self,
        tx: &mut Tx<'_>,
        kind: Kind,
        id: u128,
        sender: Party,
        recipient: Party,
    ) -> Result<Vec<Message>> {
        let corps = corps(sender, recipient);
        let message = |corp| {
            let data = json!({
                "request": format!("{id:032x}"),
                "sender": self.party(tx, corp, sender)?,
                "recipient": self.party(tx, corp, recipient)?,
            });
            let subject = subject(corp, "request", &[id]);
            Ok(Message {
                corp,
                kind,
                subject,
                data,
            })
        };
        corps.into_iter().map(message).collect()
    }

    fn contact(
        &mut self,
        tx: &mut Tx<'_>,
        is_made: bool,
        one: Party,
        other: Party,
    ) -> Result<Vec<Message>> {
        // The same pair is the same subject, whoever is named first.
        let pair = [one.id().min(other.id()), one.id().max(other.id())];
        let mut messages = Vec::new();
        for corp in corps(one, other) {
            let (kind, data) = match (one, other) {
                (Party::Member { id, .. }, Party::Person { id: person })
                | (Party::Person { id: person }, Party::Member { id, .. }) => {
                    let kind = if is_made {
                        Kind::CustomerAdded
                    } else {
                        Kind::CustomerRemoved
                    };
                    let data = json!({
                        "member": self.member(tx, corp, id)?,
                        "external_userid": self.customer(tx, corp, person)?,
                    });
                    (kind, data)
                }
                _ => {
                    let kind = if is_made {
                        Kind::ContactMade
                    } else {
                        Kind::ContactEnded
                    };
                    let parties = [self.party(tx, corp, one)?, self.party(tx, corp, other)?];
                    (kind, json!({ "parties": parties }))
                }
            };
            messages.push(Message {
                corp,
                kind,
                subject: subject(corp, "contact", &pair),
                data,
            });
        }
        Ok(messages)
    }

    fn members(
        &mut self,
        tx: &mut Tx<'_>,
        corp: CorpId,
        members: &[MemberId],
    ) -> Result<Vec<Message>> {
        let mut messages = Vec::new();
        for id in members {
            // What an earlier event of this page made others look up may be of before this one.
            self.members.remove(&(corp, *id));
            let member = self.member(tx, corp, *id)?;
            let found = self.members.get(&(corp, *id)).and_then(Option::as_ref);
            let departments = found.map(|member| {
                let places = member.profile.places.iter();
                places.map(|place| place.department).collect::<Vec<_>>()
            });
            let data = json!({
                "member": member,
                "name": found.map(|member| member.profile.name.as_str()),
                "status": found.map(|member| status(member.status)),
                "departments": departments.unwrap_or_default(),
            });
            messages.push(Message {
                corp,
                kind: Kind::MemberChanged,
                subject: subject(corp, "member", &[id.as_u128()]),
                data,
            });
        }
        Ok(messages)
    }

    fn code(
        &mut self,
        tx: &mut Tx<'_>,
        corp: CorpId,
        code: CodeId,
        owner: MemberId,
    ) -> Result<Vec<Message>> {
        let found = store::qr_code::find(tx, corp, code)?;
        let found = found.as_ref();
        let data = json!({
            "code": code,
            "owner": self.member(tx, corp, owner)?,
            "expires_at": found.and_then(|code| code.expires_at_ms).map(time),
            "revoked_at": found.and_then(|code| code.revoked_at_ms).map(time),
        });
        let subject = subject(corp, "code", &[code.as_u128()]);
        Ok(one(corp, Kind::CodeChanged, subject, data))
    }

    /// A party as this corp may see it.
    fn party(&mut self, tx: &mut Tx<'_>, corp: CorpId, party: Party) -> Result<Value> {
        match party {
            Party::Member { corp: own, id } if own == corp => self.member(tx, corp, id),
            Party::Member { .. } => Ok(json!({ "type": "outsider" })),
            Party::Person { id } => Ok(json!({
                "type": "person",
                "external_userid": self.customer(tx, corp, id)?,
            })),
        }
    }

    fn member(&mut self, tx: &mut Tx<'_>, corp: CorpId, id: MemberId) -> Result<Value> {
        let found = match self.members.entry((corp, id)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(store::member::find(tx, corp, id)?),
        };
        let found = found.as_ref();
        let userid = found.map(|member| member.profile.userid.as_str());
        Ok(json!({ "type": "member", "id": id, "userid": userid }))
    }

    /// The name that the corp has for a person, once he is a customer.
    fn customer(
        &mut self,
        tx: &mut Tx<'_>,
        corp: CorpId,
        person: PersonId,
    ) -> Result<Option<String>> {
        if let Some(known) = self.customers.get(&(corp, person)) {
            return Ok(known.clone());
        }
        let found = store::customer::find(tx, corp, person)?.map(|customer| customer.external_id);
        self.customers.insert((corp, person), found.clone());
        Ok(found)
    }
}

/// Corps that take part, each once.
fn corps(one: Party, other: Party) -> Vec<CorpId> {
    let mut corps = Vec::new();
    for party in [one, other] {
        if let Party::Member { corp, .. } = party
            && !corps.contains(&corp)
        {
            corps.push(corp);
        }
    }
    corps
}

fn one(corp: CorpId, kind: Kind, subject: u128, data: Value) -> Vec<Message> {
    vec![Message {
        corp,
        kind,
        subject,
        data,
    }]
}

/// Something about the corp as a whole: the receiver fetches what it needs.
fn whole(corp: CorpId, kind: Kind) -> Vec<Message> {
    one(corp, kind, subject(corp, kind.name(), &[]), json!({}))
}

/// Stable name of a member's status.
const fn status(status: Status) -> &'static str {
    match status {
        Status::Active => "active",
        Status::Disabled => "disabled",
        Status::NotActivated => "not_activated",
        Status::Left => "left",
    }
}
