//! Events: written with the change they tell of, handed out after the commit to live pages and to memories on every node.

mod live;
mod part;
mod seen;
mod stir;
mod talk;
mod topic;

use std::sync::{Arc, Mutex, OnceLock, Weak};

use guanxi_model::{
    id::{
        AlertId, CodeId, ConversationId, CorpId, EventId, HookId, LiveCodeId, MemberId, PersonId,
        RequestId, ScanId, SessionId, TokenId, WaitingId,
    },
    party::Party,
    request::State,
};
use guanxi_store::{Engine, Tx};
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, mpsc};

pub use live::{AlertTurn, CodeTurn};
pub use part::Part;
pub use stir::{Ears, Page};
pub use talk::Talk;
pub use topic::Topic;

use crate::{Cx, Env, Error, Result};
use seen::Seen;
use stir::{Audience, Pages};

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind")]
pub enum Event {
    /// A request was sent. The recipient is told unless it is silenced.
    #[serde(rename = "request.sent")]
    RequestSent {
        request: RequestId,
        sender: Party,
        recipient: Party,
        silenced: bool,
    },
    /// A request was accepted, declined, withdrawn, expired, or waits again after an undo.
    #[serde(rename = "request.settled")]
    RequestSettled {
        request: RequestId,
        sender: Party,
        recipient: Party,
        state: State,
        silenced: bool,
    },
    /// Two parties are contacts now.
    #[serde(rename = "contact.made")]
    ContactMade { one: Party, other: Party },
    /// Two parties are no longer contacts.
    #[serde(rename = "contact.ended")]
    ContactEnded { one: Party, other: Party },
    /// One side changed its own remark, tags, star or block.
    #[serde(rename = "contact.noted")]
    ContactNoted { owner: Party },
    /// Members were added, changed, moved, or changed state.
    #[serde(rename = "member.changed")]
    MembersChanged {
        corp: CorpId,
        members: Vec<MemberId>,
    },
    /// So many members changed that the directory is read anew.
    #[serde(rename = "directory.reloaded")]
    DirectoryReloaded { corp: CorpId },
    /// Settings, departments, rules or roles changed.
    #[serde(rename = "corp.changed")]
    CorpChanged {
        corp: CorpId,
        #[serde(default)]
        part: Part,
    },
    /// Sessions ended.
    #[serde(rename = "session.ended")]
    SessionsEnded { sessions: Vec<SessionId> },
    /// Language or theme of a person changed.
    #[serde(rename = "person.changed")]
    PersonChanged { person: PersonId },
    /// A member asked the administrators, or was answered.
    #[serde(rename = "find_ask.changed")]
    AskChanged { corp: CorpId, member: MemberId },
    /// A QR code was made, changed, revoked or handed over.
    #[serde(rename = "code.changed")]
    CodeChanged {
        corp: CorpId,
        code: CodeId,
        owner: MemberId,
    },
    /// A QR code was scanned, or led to a contact or request.
    #[serde(rename = "code.scanned")]
    CodeScanned {
        corp: CorpId,
        code: CodeId,
        owner: MemberId,
        /// Rows of earlier versions do not name it.
        #[serde(default)]
        scan: Option<ScanId>,
        #[serde(default)]
        outcome: Option<i64>,
        #[serde(default)]
        person: Option<PersonId>,
    },
    /// A live code was made, drafted, published, paused or deleted.
    #[serde(rename = "live_code.changed")]
    LiveCodeChanged {
        corp: CorpId,
        code: LiveCodeId,
        #[serde(default)]
        turn: CodeTurn,
    },
    /// A visitor of a live code has left a number because nobody could be chosen.
    #[serde(rename = "live_code.waiting")]
    LiveCodeWaiting {
        corp: CorpId,
        code: LiveCodeId,
        waiting: WaitingId,
        person: PersonId,
    },
    /// An alert of a live code opened, closed, or was seen.
    #[serde(rename = "live_alert.changed")]
    LiveAlertChanged {
        corp: CorpId,
        alert: AlertId,
        turn: AlertTurn,
    },
    /// Live codes were scanned, or scans became adds; one event tells of all that were decided together. Not told outside.
    #[serde(rename = "live_code.scanned")]
    LiveCodesScanned {
        corp: CorpId,
        /// Who was shown or added; the first of them where they are very many.
        members: Vec<MemberId>,
    },
    /// An endpoint was made, changed, paused, deleted, or switched off.
    #[serde(rename = "webhook.changed")]
    WebhookChanged { corp: CorpId, hook: HookId },
    /// Messages for an endpoint were put in line again, given up, or an example was sent. Not told outside.
    #[serde(rename = "webhook.moved")]
    WebhookMoved { corp: CorpId, hook: HookId },
    /// A conversation began, or something was said, read, settled or handed over in it.
    #[serde(rename = "conversation.changed")]
    ConversationChanged {
        corp: CorpId,
        conversation: ConversationId,
        member: MemberId,
        person: PersonId,
        /// The member who had it before.
        #[serde(default)]
        from: Option<MemberId>,
        change: Talk,
    },
    /// An access token was made or revoked.
    #[serde(rename = "token.changed")]
    TokenChanged {
        corp: CorpId,
        token: TokenId,
        member: Option<MemberId>,
    },
}

/// An event with its number, as it travels between nodes.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Numbered {
    id: EventId,
    #[serde(flatten)]
    event: Event,
}

/// Hands events out after their commit.
#[derive(Debug)]
pub struct Hub {
    env: OnceLock<Weak<Env>>,
    pages: Arc<Pages>,
    followers: OnceLock<Followers>,
    seen: Mutex<Seen>,
    /// Wakes the task that makes messages for endpoints of what has happened.
    pub(crate) happened: Notify,
    /// Wakes the task that looks after endpoints.
    pub(crate) webhooks: Notify,
}

/// Background tasks that work on what has happened.
#[derive(Debug)]
struct Followers {
    directory: mpsc::UnboundedSender<Event>,
    sealer: mpsc::UnboundedSender<CorpId>,
}

/// Receiving ends for the background tasks; the one who starts the jobs takes them.
#[derive(Debug)]
pub struct Feeds {
    /// Events that change a directory.
    pub directory: mpsc::UnboundedReceiver<Event>,
    /// Corps with unsealed audit entries.
    pub sealer: mpsc::UnboundedReceiver<CorpId>,
}

impl Default for Hub {
    fn default() -> Self {
        Self::new()
    }
}

impl Hub {
    /// A hub that hands out to nobody yet.
    pub fn new() -> Self {
        Self {
            env: OnceLock::new(),
            pages: Arc::default(),
            followers: OnceLock::new(),
            seen: Mutex::default(),
            happened: Notify::new(),
            webhooks: Notify::new(),
        }
    }

    /// Connects the hub with its node and with other nodes; returns what the background tasks read. Called once.
    pub fn connect(&self, env: &Arc<Env>) -> Feeds {
        let (directory, directory_feed) = mpsc::unbounded_channel();
        let (sealer, sealer_feed) = mpsc::unbounded_channel();
        // A second call would leave its feeds without a source, which shows at once in any test.
        let _ = self.env.set(Arc::downgrade(env));
        let _ = self.followers.set(Followers { directory, sealer });
        Feeds {
            directory: directory_feed,
            sealer: sealer_feed,
        }
    }

    /// Opens a page that hears what concerns it from now on.
    pub fn listen(&self, ears: Ears) -> Page {
        Page::open(&self.pages, ears)
    }

    /// How many pages listen.
    pub fn listeners(&self) -> usize {
        self.pages.count()
    }

    /// Tells every open page to fetch again, for example after a node was cut off from the others.
    pub fn resync(&self) {
        self.signal(Audience::Everyone, Topic::All);
    }

    /// Tells open pages of figures of live codes that there is something new.
    pub(crate) fn figures_moved(&self, corp: CorpId) {
        self.signal(Audience::Corp(corp.as_u128()), Topic::Live);
    }

    /// Ends the streams of all open pages, because the node stops.
    pub fn stop_pages(&self) {
        self.signal(Audience::Everyone, Topic::Stopping);
    }

    /// Notes after the commit that a corp has unsealed entries.
    pub(crate) fn unsealed(&self, tx: &mut Tx<'_>, corp: CorpId) {
        let Some(followers) = self.followers.get() else {
            return;
        };
        let sealer = followers.sealer.clone();
        tx.on_commit(move || {
            // The task is gone only while the node stops; the next start seals the rest.
            let _ = sealer.send(corp);
        });
    }

    /// Takes in events that another node has told of, in the form in which it was handed out.
    pub fn hear(&self, message: &str) {
        match serde_json::from_str::<Numbered>(message) {
            Ok(Numbered { id, event }) => self.take(id, &event),
            // A newer node may tell of events that this one does not know yet.
            Err(error) => tracing::debug!(%error, "an event of another node was not understood"),
        }
    }

    /// Takes in an event as stored, for a node that reads on after it was cut off.
    pub fn reread(&self, id: EventId, body: &str) {
        if let Ok(event) = serde_json::from_str(body) {
            self.take(id, &event);
        }
    }

    /// Takes in an event of this node, and tells the others.
    fn hand_out(&self, id: EventId, event: Event, env: &Env) {
        if env.store.engine() == Engine::Postgres
            && let Ok(message) = serde_json::to_string(&Numbered {
                id,
                event: event.clone(),
            })
            && let Err(error) = env.store.broadcast(&message)
        {
            // Other nodes find the event when they next read the table.
            tracing::warn!(%error, "other nodes were not told of an event at once");
        }
        self.take(id, &event);
    }

    fn take(&self, id: EventId, event: &Event) {
        if !self.seen.lock().is_ok_and(|mut seen| seen.is_new(id)) {
            return;
        }
        if let Some(env) = self.env.get().and_then(Weak::upgrade) {
            refresh_memories(&env, event);
        }
        if matches!(
            event,
            Event::MembersChanged { .. }
                | Event::DirectoryReloaded { .. }
                | Event::CorpChanged { .. }
        ) && let Some(followers) = self.followers.get()
        {
            let _ = followers.directory.send(event.clone());
        }
        match event {
            Event::WebhookChanged { .. } | Event::WebhookMoved { .. } => self.webhooks.notify_one(),
            _ => {}
        }
        self.happened.notify_one();
        self.signal_pages(event);
    }

    fn signal(&self, audience: Audience, topic: Topic) {
        self.pages.stir(audience, topic);
    }

    fn signal_pages(&self, event: &Event) {
        let to = |party: Party, topic| self.signal(Audience::Party(party.id()), topic);
        match event {
            Event::RequestSent {
                sender,
                recipient,
                silenced,
                ..
            }
            | Event::RequestSettled {
                sender,
                recipient,
                silenced,
                ..
            } => {
                to(*sender, Topic::Requests);
                if !silenced {
                    to(*recipient, Topic::Requests);
                }
            }
            Event::ContactMade { one, other } | Event::ContactEnded { one, other } => {
                to(*one, Topic::Contacts);
                to(*other, Topic::Contacts);
            }
            Event::ContactNoted { owner } => to(*owner, Topic::Contacts),
            Event::MembersChanged { corp, .. } | Event::DirectoryReloaded { corp } => {
                // A change of one member is no news for everybody: he may be hidden.
                self.signal(Audience::Corp(corp.as_u128()), Topic::People);
            }
            Event::CorpChanged { corp, .. } => {
                let all = Audience::Corp(corp.as_u128());
                self.signal(all, Topic::People);
                // The whole corp is told, or else the signal would say whom a rule is about.
                self.signal(all, Topic::Directory);
            }
            Event::SessionsEnded { sessions } => {
                for session in sessions {
                    self.signal(Audience::Session(*session), Topic::SignedOut);
                }
            }
            Event::AskChanged { corp, member } => {
                self.signal(Audience::Party(member.as_u128()), Topic::Asks);
                self.signal(Audience::Corp(corp.as_u128()), Topic::AdminAsks);
            }
            Event::CodeChanged { owner, .. } | Event::CodeScanned { owner, .. } => {
                self.signal(Audience::Party(owner.as_u128()), Topic::Codes);
            }
            Event::LiveCodesScanned { corp, members } => {
                for member in members {
                    self.signal(Audience::Party(member.as_u128()), Topic::Codes);
                }
                self.signal(Audience::Corp(corp.as_u128()), Topic::LiveCodes);
            }
            Event::LiveCodeChanged { corp, .. } => {
                self.signal(Audience::Corp(corp.as_u128()), Topic::LiveCodes);
                self.figures_moved(*corp);
            }
            Event::LiveCodeWaiting { corp, .. } => self.figures_moved(*corp),
            Event::LiveAlertChanged { corp, .. } => {
                self.signal(Audience::Corp(corp.as_u128()), Topic::Alerts);
            }
            Event::WebhookChanged { corp, .. } | Event::WebhookMoved { corp, .. } => {
                self.signal(Audience::Corp(corp.as_u128()), Topic::Webhooks);
            }
            Event::ConversationChanged {
                corp,
                member,
                person,
                from,
                ..
            } => {
                self.figures_moved(*corp);
                for member in [Some(*member), *from].into_iter().flatten() {
                    let member = Audience::Party(member.as_u128());
                    self.signal(member, Topic::Conversations);
                }
                self.signal(Audience::Person(person.as_u128()), Topic::Talks);
            }
            Event::TokenChanged { corp, member, .. } => {
                if let Some(member) = member {
                    self.signal(Audience::Party(member.as_u128()), Topic::Tokens);
                }
                self.signal(Audience::Corp(corp.as_u128()), Topic::AdminTokens);
            }
            Event::PersonChanged { .. } => {}
        }
    }
}

fn refresh_memories(env: &Env, event: &Event) {
    match event {
        Event::CorpChanged { corp, .. } => env.corps.forget(*corp),
        Event::SessionsEnded { sessions } => env.sessions.forget(sessions),
        Event::PersonChanged { person } => env.sessions.forget_person(*person),
        _ => {}
    }
}

/// Writes an event in the transaction of the change it tells of; it is handed out after the commit.
pub fn emit(tx: &mut Tx<'_>, cx: &Cx, scope: u128, event: &Event) -> Result<()> {
    let body = serde_json::to_string(event).map_err(|error| Error::Internal(error.to_string()))?;
    let id = cx.new_id(EventId::from_u128);
    let kind = event.kind();
    guanxi_store::event::insert(
        tx,
        &guanxi_store::event::Event {
            id,
            scope,
            kind: kind.to_owned(),
            body,
            at_ms: cx.now(),
        },
    )?;
    let (env, event) = (Arc::clone(&cx.env), event.clone());
    tx.on_commit(move || env.hub.hand_out(id, event, &env));
    Ok(())
}

impl Event {
    /// Noun and verb, as stored.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::RequestSent { .. } => "request.sent",
            Self::RequestSettled { .. } => "request.settled",
            Self::ContactMade { .. } => "contact.made",
            Self::ContactEnded { .. } => "contact.ended",
            Self::ContactNoted { .. } => "contact.noted",
            Self::MembersChanged { .. } => "member.changed",
            Self::DirectoryReloaded { .. } => "directory.reloaded",
            Self::CorpChanged { .. } => "corp.changed",
            Self::SessionsEnded { .. } => "session.ended",
            Self::PersonChanged { .. } => "person.changed",
            Self::AskChanged { .. } => "find_ask.changed",
            Self::CodeChanged { .. } => "code.changed",
            Self::CodeScanned { .. } => "code.scanned",
            Self::LiveCodeChanged { .. } => "live_code.changed",
            Self::LiveCodeWaiting { .. } => "live_code.waiting",
            Self::LiveAlertChanged { .. } => "live_alert.changed",
            Self::LiveCodesScanned { .. } => "live_code.scanned",
            Self::WebhookChanged { .. } => "webhook.changed",
            Self::WebhookMoved { .. } => "webhook.moved",
            Self::ConversationChanged { .. } => "conversation.changed",
            Self::TokenChanged { .. } => "token.changed",
        }
    }
}
