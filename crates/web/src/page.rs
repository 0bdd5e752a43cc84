//! What every page of the console needs: the frame around it, and how a script gets only the part that changed.
//!
//! A page is a template that extends `base.html`, fills `title` and `main`, and has a field `shell`. A script asks for the same address with the header
//! `X-Fragment: <id> …`; the frame then leaves out rail and bars by itself, and the browser module takes the elements of these ids from the answer. So a
//! handler does nothing special:
//!
//! ```ignore
//! #[derive(Template)]
//! #[template(path = "requests.html", blocks = ["inbox"])]    // `blocks` only where one part is asked for often
//! struct Requests { shell: Shell, waiting: Vec<Row>, errors: Errors }
//!
//! let page = Requests { shell: frame.shell(&actor, Place::Requests), waiting, errors: Errors::default() };
//! if page.shell.wants("inbox") { return Ok(reply::fragment(&page.as_inbox())); }      // optional: renders that block alone
//! Ok(reply::page(&page.shell, &page))
//!
//! // after a POST; a script follows the redirect and swaps the same ids
//! let flash = Flash::undo(l.t1("request-accepted", "name", name), format!("/requests/{id}/undo"));
//! Ok(reply::see_other_with("/requests", &flash, secret))
//!
//! // a form with errors: the same page, with what was typed
//! errors.add("phone", l.t("signin-phone-short"));
//! Ok(reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page.shell, &page))
//! ```
//!
//! In the template: `<form data-swap="inbox">` or `<a data-swap="main">` names the ids to replace; `<section id="inbox" data-live="requests">` is fetched
//! again whenever the stream of `/live` names the topic `requests`. A block rendered alone sees the struct's fields and what it declares itself
//! (`{% let l = shell.l %}`), nothing from the blocks around it. `templates/gallery/` has a page of each kind.

use std::borrow::Cow;

use axum::http::HeaderMap;
use guanxi_model::id::{AvatarId, MemberId};
use jiff::tz::TimeZone;

use crate::cookie;
use crate::locale::{Locale, Whole};

mod flash;
mod form;
mod seal;
#[cfg(test)]
mod tests;

pub use flash::Flash;
pub use form::{Errors, Pager, percent};
pub use seal::{
    Face, firm_text, has_han, initials, no_picture, picture_of, seal_text, surname, tint,
};

/// A place in the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Home,
    Directory,
    Requests,
    Contacts,
    Conversations,
    Codes,
    Scan,
    Profile,
    People,
    Departments,
    Visibility,
    FindAsks,
    Live,
    AllCodes,
    LiveCodes,
    AllTokens,
    AllCustomers,
    Policies,
    Webhooks,
    Audit,
    Settings,
}

impl Place {
    /// The places of every member, in the order of the rail.
    pub const MEMBER: [Self; 4] = [Self::Home, Self::Directory, Self::Requests, Self::Contacts];
    /// More places of every member: in the rail below the others, on a telephone behind "more".
    pub const TOOLS: [Self; 3] = [Self::Conversations, Self::Codes, Self::Scan];
    /// The places of administrators, in the order of the rail.
    pub const MANAGE: [Self; 13] = [
        Self::People,
        Self::Departments,
        Self::Visibility,
        Self::FindAsks,
        Self::LiveCodes,
        Self::Live,
        Self::AllCodes,
        Self::AllTokens,
        Self::AllCustomers,
        Self::Policies,
        Self::Webhooks,
        Self::Audit,
        Self::Settings,
    ];

    /// Finds the place to which an address belongs; home is where all others do.
    pub fn of(path: &str) -> Self {
        let all = Self::MEMBER
            .into_iter()
            .chain(Self::TOOLS)
            .chain([Self::Profile])
            .chain(Self::MANAGE);
        all.filter(|place| path.starts_with(place.path()))
            .max_by_key(|place| place.path().len())
            .unwrap_or(Self::Home)
    }

    /// Gives the address.
    pub fn path(self) -> &'static str {
        match self {
            Self::Home => "/",
            Self::Directory => "/directory",
            Self::Requests => "/requests",
            Self::Contacts => "/contacts",
            Self::Conversations => "/conversations",
            Self::Codes => "/codes",
            Self::Scan => "/scan",
            Self::Profile => "/me",
            Self::People => "/admin/people",
            Self::Departments => "/admin/departments",
            Self::Visibility => "/admin/visibility",
            Self::FindAsks => "/admin/find-asks",
            Self::LiveCodes => "/admin/live-codes",
            Self::Live => "/admin/live",
            Self::AllCodes => "/admin/codes",
            Self::AllTokens => "/admin/tokens",
            Self::AllCustomers => "/admin/customers",
            Self::Policies => "/admin/policies",
            Self::Webhooks => "/admin/webhooks",
            Self::Audit => "/admin/audit",
            Self::Settings => "/admin/settings",
        }
    }

    /// Gives the name of the icon.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Directory => "people",
            Self::Requests => "inbox",
            Self::Contacts => "link",
            Self::Conversations => "talk",
            Self::Codes | Self::AllCodes => "qr",
            Self::LiveCodes => "live",
            Self::Live => "chart",
            Self::AllCustomers => "customer",
            Self::Scan => "scan",
            Self::Profile => "me",
            Self::People => "member",
            Self::Departments => "tree",
            Self::Visibility => "eye",
            Self::FindAsks => "ask",
            Self::AllTokens => "key",
            Self::Policies => "rules",
            Self::Webhooks => "send",
            Self::Audit => "audit",
            Self::Settings => "gear",
        }
    }

    /// Gives the key of the name.
    pub fn key(self) -> &'static str {
        match self {
            Self::Home => "nav-home",
            Self::Directory => "nav-directory",
            Self::Requests => "nav-requests",
            Self::Contacts => "nav-contacts",
            Self::Conversations => "nav-conversations",
            Self::Codes => "nav-codes",
            Self::Scan => "nav-scan",
            Self::Profile => "nav-profile",
            Self::People => "nav-people",
            Self::Departments => "nav-departments",
            Self::Visibility => "nav-visibility",
            Self::FindAsks => "nav-find-asks",
            Self::LiveCodes => "nav-live-codes",
            Self::Live => "nav-live",
            Self::AllCodes => "nav-all-codes",
            Self::AllTokens => "nav-all-tokens",
            Self::AllCustomers => "nav-all-customers",
            Self::Policies => "nav-policies",
            Self::Webhooks => "nav-webhooks",
            Self::Audit => "nav-audit",
            Self::Settings => "nav-settings",
        }
    }
}

/// Light, dark, or as the system has it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    /// All themes, in the order of the switch.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// Reads the choice from the cookie `theme`.
    pub fn chosen(headers: &HeaderMap) -> Self {
        cookie::find(headers, "theme").map_or(Self::System, Self::named)
    }

    /// Finds a theme by its word; any other word is the system's choice.
    pub fn named(word: &str) -> Self {
        match word {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    /// Gives the word of forms, cookies and `data-theme`.
    pub fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Gives the key of the name.
    pub fn key(self) -> &'static str {
        match self {
            Self::System => "theme-system",
            Self::Light => "theme-light",
            Self::Dark => "theme-dark",
        }
    }
}

/// The member who reads the page, as the rail shows them.
#[derive(Debug, Clone)]
pub struct Me {
    pub id: MemberId,
    pub name: String,
    pub department: String,
    /// The picture that he shows.
    pub avatar: Option<AvatarId>,
}

impl Me {
    /// For his seal.
    pub fn face(&self) -> Face {
        Face {
            id: self.id,
            avatar: self.avatar,
        }
    }
}

/// How many things wait behind a place of the navigation.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counts {
    pub waiting: u64,
    pub requests: u64,
    pub find_asks: u64,
    /// Conversations in which a customer waits for an answer.
    pub conversations: u64,
    /// Endpoints that the server switched off.
    pub webhooks_off: u64,
    /// Alerts of live codes that nobody has seen.
    pub alerts: u64,
}

/// The frame of a console page.
#[derive(Debug, Clone)]
pub struct Shell {
    pub l: Locale,
    pub theme: Theme,
    pub corp: String,
    pub me: Me,
    pub here: Place,
    /// The administration places this member may enter.
    pub manage: Vec<Place>,
    pub counts: Counts,
    pub csrf: String,
    pub flash: Option<Flash>,
    /// The ids a script asked for; none for a whole page.
    pub fragments: Vec<String>,
    pub now_ms: i64,
    pub tz: TimeZone,
}

impl Shell {
    /// Tells whether the page is wanted with its frame.
    pub fn is_whole(&self) -> bool {
        self.fragments.is_empty()
    }

    /// Tells whether a script wants this one element and nothing else.
    pub fn wants(&self, id: &str) -> bool {
        self.fragments.len() == 1 && self.fragments[0] == id
    }

    /// Gives the key of what one may search for; pinyin only where names are Chinese.
    pub fn search_hint(&self) -> &'static str {
        if has_han(&self.corp) || has_han(&self.me.name) {
            "directory-search"
        } else {
            "directory-search-latin"
        }
    }

    /// Gives the number at a place of the navigation.
    pub fn count(&self, place: &Place) -> u64 {
        match place {
            Place::Home => self.counts.waiting,
            Place::Requests => self.counts.requests,
            Place::FindAsks => self.counts.find_asks,
            Place::Conversations => self.counts.conversations,
            Place::Webhooks => self.counts.webhooks_off,
            Place::Live => self.counts.alerts,
            _ => 0,
        }
    }

    /// Tells whether this is the current place.
    pub fn is_at(&self, place: &Place) -> bool {
        self.here == *place
    }

    /// Tells whether the current place is none of the bottom bar's own.
    pub fn is_at_more(&self) -> bool {
        !Place::MEMBER.contains(&self.here)
    }

    /// Says how long ago something was, or its date and time.
    pub fn ago(&self, ms: impl Whole) -> Cow<'static, str> {
        self.l.ago(self.now_ms, ms, &self.tz)
    }

    /// Writes a time for `datetime` attributes.
    pub fn machine_time(&self, ms: impl Whole) -> String {
        crate::locale::machine_time(ms.whole(), &self.tz)
    }

    /// Writes date and time in full.
    pub fn date_time(&self, ms: impl Whole) -> String {
        self.l.date_time(ms, &self.tz)
    }
}

/// The frame of pages outside the console: sign-in and errors.
#[derive(Debug, Clone)]
pub struct Gate {
    pub l: Locale,
    pub theme: Theme,
    /// Empty before a company is known.
    pub corp: String,
    /// The address of this page, to come back to after a change of language.
    pub path: String,
}

/// Writes a text so that it can stand in a query.
pub fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Reads the ids that a script asks for.
pub fn fragments(headers: &HeaderMap) -> Vec<String> {
    headers
        .get("x-fragment")
        .and_then(|value| value.to_str().ok())
        .map(|ids| {
            ids.split_ascii_whitespace()
                .take(16)
                .map(str::to_owned)
                .collect()
        })
        .unwrap_or_default()
}
