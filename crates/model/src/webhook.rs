//! Webhooks: which events companies can subscribe to, where messages may go, and when what was not taken is sent again.

mod target;

pub use target::{is_public, target};

use crate::{
    corp::DAY_MS,
    field::{self, Invalid},
    id::{HookId, MemberId},
};

/// Version of the payloads. It grows when a member of a payload changes its meaning or goes; new members may come any time.
pub const VERSION: u32 = 1;
/// Most endpoints of a corp.
pub const HOOKS_MAX: usize = 50;
/// How long a replaced secret goes on signing beside the new one, in milliseconds.
pub const OVERLAP_MS: i64 = DAY_MS;
/// How long a message is tried, and how long an endpoint may take nothing before it is switched off, in milliseconds.
pub const PATIENCE_MS: i64 = 3 * DAY_MS;
/// How long whoever deleted an endpoint may take that back, in milliseconds.
pub const UNDO_MS: i64 = 10 * 60 * 1000;

/// First pause between two tries.
const FIRST_MS: i64 = 5_000;
/// Longest pause between two tries.
const LONGEST_MS: i64 = DAY_MS / 2;

/// What happened, as the outside is told. Names are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    RequestSent,
    RequestAccepted,
    RequestDeclined,
    RequestWithdrawn,
    RequestExpired,
    RequestReopened,
    ContactMade,
    ContactEnded,
    CustomerAdded,
    CustomerRemoved,
    MemberChanged,
    DirectoryReloaded,
    DepartmentChanged,
    VisibilityChanged,
    RoleChanged,
    SettingsChanged,
    AskChanged,
    CodeChanged,
    CodeScanned,
    LiveCodePublished,
    LiveCodePaused,
    LiveCodeResumed,
    LiveCodeDeleted,
    LiveCodeRestored,
    LiveCodeAdded,
    LiveCodeWaiting,
    AlertOpened,
    AlertClosed,
    ConversationStarted,
    ConversationMessage,
    ConversationHandedOver,
    ConversationClosed,
    ConversationReopened,
    ConversationMissed,
    WebhookChanged,
    Example,
}

impl Kind {
    /// All that one can subscribe to, in the order of the form.
    pub const ALL: [Self; 35] = [
        Self::RequestSent,
        Self::RequestAccepted,
        Self::RequestDeclined,
        Self::RequestWithdrawn,
        Self::RequestExpired,
        Self::RequestReopened,
        Self::ContactMade,
        Self::ContactEnded,
        Self::CustomerAdded,
        Self::CustomerRemoved,
        Self::MemberChanged,
        Self::DirectoryReloaded,
        Self::DepartmentChanged,
        Self::VisibilityChanged,
        Self::RoleChanged,
        Self::SettingsChanged,
        Self::AskChanged,
        Self::CodeChanged,
        Self::CodeScanned,
        Self::LiveCodePublished,
        Self::LiveCodePaused,
        Self::LiveCodeResumed,
        Self::LiveCodeDeleted,
        Self::LiveCodeRestored,
        Self::LiveCodeAdded,
        Self::LiveCodeWaiting,
        Self::AlertOpened,
        Self::AlertClosed,
        Self::ConversationStarted,
        Self::ConversationMessage,
        Self::ConversationHandedOver,
        Self::ConversationClosed,
        Self::ConversationReopened,
        Self::ConversationMissed,
        Self::WebhookChanged,
    ];

    /// Stable name, the member `type` of a payload.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RequestSent => "request.sent",
            Self::RequestAccepted => "request.accepted",
            Self::RequestDeclined => "request.declined",
            Self::RequestWithdrawn => "request.withdrawn",
            Self::RequestExpired => "request.expired",
            Self::RequestReopened => "request.reopened",
            Self::ContactMade => "contact.made",
            Self::ContactEnded => "contact.ended",
            Self::CustomerAdded => "customer.added",
            Self::CustomerRemoved => "customer.removed",
            Self::MemberChanged => "member.changed",
            Self::DirectoryReloaded => "directory.reloaded",
            Self::DepartmentChanged => "department.changed",
            Self::VisibilityChanged => "visibility.changed",
            Self::RoleChanged => "role.changed",
            Self::SettingsChanged => "settings.changed",
            Self::AskChanged => "find_ask.changed",
            Self::CodeChanged => "code.changed",
            Self::CodeScanned => "code.scanned",
            Self::LiveCodePublished => "live_code.published",
            Self::LiveCodePaused => "live_code.paused",
            Self::LiveCodeResumed => "live_code.resumed",
            Self::LiveCodeDeleted => "live_code.deleted",
            Self::LiveCodeRestored => "live_code.restored",
            Self::LiveCodeAdded => "live_code.added",
            Self::LiveCodeWaiting => "live_code.waiting",
            Self::AlertOpened => "live_alert.opened",
            Self::AlertClosed => "live_alert.closed",
            Self::ConversationStarted => "conversation.started",
            Self::ConversationMessage => "conversation.message",
            Self::ConversationHandedOver => "conversation.handed_over",
            Self::ConversationClosed => "conversation.closed",
            Self::ConversationReopened => "conversation.reopened",
            Self::ConversationMissed => "conversation.promise_broken",
            Self::WebhookChanged => "webhook.changed",
            Self::Example => "webhook.example",
        }
    }

    /// Finds what one can subscribe to by its name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The noun, by which forms group.
    pub fn noun(self) -> &'static str {
        self.name().split('.').next().unwrap_or_default()
    }
}

/// Which events an endpoint is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Choice {
    /// All, also those that later versions add.
    #[default]
    All,
    /// These.
    Some(Vec<Kind>),
}

impl Choice {
    /// Whether an event is among them. The example goes to every endpoint.
    pub fn takes(&self, kind: Kind) -> bool {
        match self {
            Self::All => true,
            Self::Some(kinds) => kind == Kind::Example || kinds.contains(&kind),
        }
    }

    /// Stable names; none stands for all.
    pub fn names(&self) -> Vec<&'static str> {
        match self {
            Self::All => Vec::new(),
            Self::Some(kinds) => kinds.iter().map(|kind| kind.name()).collect(),
        }
    }

    /// Reads stored names. One that this version does not know is left out, and never widens the choice.
    pub fn from_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut names = names.into_iter().peekable();
        if names.peek().is_none() {
            return Self::All;
        }
        Self::Some(names.filter_map(Kind::named).collect())
    }
}

/// Whether an endpoint is sent anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is sent what happens.
    On,
    /// What happens waits for it.
    Paused,
    /// It said that it is gone: 410.
    Gone,
    /// It took nothing for too long.
    Failing,
}

impl State {
    /// All states.
    pub const ALL: [Self; 4] = [Self::On, Self::Paused, Self::Gone, Self::Failing];

    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Paused => "paused",
            Self::Gone => "gone",
            Self::Failing => "failing",
        }
    }

    /// Reads the stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether what happens is kept for it.
    pub const fn collects(self) -> bool {
        matches!(self, Self::On | Self::Paused)
    }
}

/// What an administrator chooses of an endpoint.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    /// Address that messages are posted to.
    pub url: String,
    /// What it is for.
    pub description: String,
    /// What it is sent.
    pub events: Choice,
}

impl Terms {
    /// The same, trimmed, if it may be so. `is_free` where the operator lets messages go unencrypted and to private addresses.
    pub fn checked(mut self, is_free: bool) -> Result<Self, Vec<Invalid>> {
        let mut faults = Vec::new();
        match target(&self.url, is_free) {
            Ok(url) => self.url = url,
            Err(code) => faults.push(Invalid::new("url", code)),
        }
        match field::line("description", &self.description, 0, 200) {
            Ok(text) => self.description = text,
            Err(fault) => faults.push(fault),
        }
        if let Choice::Some(kinds) = &mut self.events {
            kinds.sort_unstable();
            kinds.dedup();
            if kinds.is_empty() {
                faults.push(Invalid::new("events", "none_chosen"));
            }
        }
        if faults.is_empty() {
            Ok(self)
        } else {
            Err(faults)
        }
    }
}

/// An endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Number.
    pub id: HookId,
    /// What was chosen.
    pub terms: Terms,
    /// Key that signs.
    pub secret: Vec<u8>,
    /// Key that signed before, and until when it still does.
    pub former: Option<(Vec<u8>, i64)>,
    /// Whether it is sent anything.
    pub state: State,
    /// Who made it.
    pub made_by: MemberId,
    /// When.
    pub created_at_ms: i64,
    /// Since when it takes nothing; None while it does.
    pub failing_since_ms: Option<i64>,
    /// When it last took something.
    pub taken_at_ms: Option<i64>,
    /// When it was deleted; it goes for good a little later.
    pub deleted_at_ms: Option<i64>,
}

impl Webhook {
    /// Keys that sign at a moment, the newest first.
    pub fn keys(&self, now_ms: i64) -> impl Iterator<Item = &[u8]> {
        let former = self.former.as_ref().filter(|(_, until)| now_ms < *until);
        std::iter::once(self.secret.as_slice()).chain(former.map(|(key, _)| key.as_slice()))
    }

    /// Whether an endpoint that has just failed has done so for too long.
    pub fn is_lost(&self, now_ms: i64) -> bool {
        self.failing_since_ms
            .is_some_and(|since| now_ms - since >= PATIENCE_MS)
    }
}

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It waits for its first or next try.
    Waiting,
    /// It was taken.
    Taken,
    /// It was given up.
    Dead,
}

impl Standing {
    /// All of them, in the order of the filter.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Taken, Self::Dead];

    /// Stored number.
    pub const fn number(self) -> i64 {
        match self {
            Self::Waiting => 0,
            Self::Taken => 1,
            Self::Dead => 2,
        }
    }

    /// Reads the stored number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.number() == number)
    }

    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Taken => "taken",
            Self::Dead => "dead",
        }
    }

    /// Finds one by its name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

/// When a message is tried again that has failed so often, or None when it is given up. The pauses triple from 5 seconds to
/// 12 hours and are shortened or lengthened by up to a fifth, so that many do not come back at once; an endpoint may ask for
/// a longer one.
pub fn retry_at(
    now_ms: i64,
    since_ms: i64,
    failures: u32,
    chance: u64,
    asked_ms: Option<i64>,
) -> Option<i64> {
    let tripled = 3_i64.saturating_pow(failures.saturating_sub(1).min(16));
    let pause = FIRST_MS.saturating_mul(tripled).min(LONGEST_MS);
    let fifth = pause / 5;
    let spread = i64::try_from(chance % u64::try_from(2 * fifth + 1).unwrap_or(1)).unwrap_or(0);
    let pause = (pause - fifth + spread).max(asked_ms.unwrap_or(0).min(LONGEST_MS));
    let at = now_ms.saturating_add(pause);
    (at < since_ms.saturating_add(PATIENCE_MS)).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::named(kind.name()), Some(kind));
        }
        assert_eq!(Kind::named("webhook.example"), None);
        let some = Choice::Some(vec![Kind::RequestSent, Kind::CodeScanned]);
        assert_eq!(Choice::from_names(some.names()), some);
        assert_eq!(Choice::from_names([]), Choice::All);
        let unknown = Choice::from_names(["moon.rose"]);
        assert!(!unknown.takes(Kind::RequestSent) && unknown.takes(Kind::Example));
        for one in Standing::ALL {
            assert_eq!(Standing::from_number(one.number()), Some(one));
            assert_eq!(Standing::named(one.name()), Some(one));
        }
        for state in State::ALL {
            assert_eq!(State::from_name(state.name()), Some(state));
        }
    }

    #[test]
    fn pauses_grow_to_half_a_day_and_end_after_three() {
        let (mut now, mut failures) = (0, 0);
        let mut pauses = Vec::new();
        loop {
            failures += 1;
            // The middle of the spread: no change.
            let pause = FIRST_MS * 3_i64.pow(failures - 1);
            let middle = (pause.min(LONGEST_MS) / 5) as u64;
            let Some(at) = retry_at(now, 0, failures, middle, None) else {
                break;
            };
            pauses.push((at - now) / 1000);
            now = at;
        }
        assert_eq!(
            pauses,
            [
                5, 15, 45, 135, 405, 1215, 3645, 10_935, 32_805, 43_200, 43_200, 43_200, 43_200
            ]
        );
        for chance in [0, 1, 999, 1000, 1999, 2000, u64::MAX] {
            let pause = retry_at(0, 0, 1, chance, None).unwrap();
            assert!((4_000..=6_000).contains(&pause), "{pause}");
        }
        assert_eq!(retry_at(0, 0, 1, 0, Some(60_000)), Some(60_000));
        assert_eq!(retry_at(0, 0, 1, 0, Some(i64::MAX)), Some(LONGEST_MS));
        assert!(retry_at(0, 0, u32::MAX, u64::MAX, None).is_some());
    }

    #[test]
    fn a_replaced_secret_signs_for_a_day_more() {
        let mut hook = Webhook {
            id: HookId::from_u128(1),
            terms: Terms::default(),
            secret: vec![2],
            former: Some((vec![1], 100)),
            state: State::On,
            made_by: MemberId::from_u128(1),
            created_at_ms: 0,
            failing_since_ms: None,
            taken_at_ms: None,
            deleted_at_ms: None,
        };
        let keys = |hook: &Webhook, now| hook.keys(now).map(<[u8]>::to_vec).collect::<Vec<_>>();
        assert_eq!(keys(&hook, 99), [vec![2], vec![1]]);
        assert_eq!(keys(&hook, 100), [vec![2]]);
        assert!(!hook.is_lost(i64::MAX));
        hook.failing_since_ms = Some(5);
        assert!(!hook.is_lost(PATIENCE_MS) && hook.is_lost(PATIENCE_MS + 5));
    }

    #[test]
    fn terms_name_every_fault() {
        let terms = Terms {
            url: "ftp://x".into(),
            description: "x".repeat(201),
            events: Choice::Some(Vec::new()),
        };
        let faults = terms.checked(false).unwrap_err();
        let fields: Vec<&str> = faults.iter().map(|fault| fault.field).collect();
        assert_eq!(fields, ["url", "description", "events"]);
    }
}
