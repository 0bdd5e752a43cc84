//! The page of one member: what is known of him, what he may do, and what happened to him.

use askama::Template;
use axum::{extract::Path, response::Response};
use guanxi_app::{Cx, Me, Result as Did, audit, member, qr_code};
use guanxi_model::{
    audit::Named,
    id::{AuditId, MemberId},
    member::Status,
    role::Right,
};
use guanxi_store::{self as store, Tx};

use super::{named, path, roles_of, status_key, tag};
use crate::{
    auth::Actor,
    console::{
        self,
        audit::words::{self, Difference},
    },
    error::Failure,
    locale::Locale,
    page::{Face, Place, Shell},
    reply,
};

/// Entries of the history that are shown; the audit page has the rest.
const HISTORY: i64 = 20;

#[derive(Template)]
#[template(path = "member.html")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one thing that the reader may do"
)]
struct Card {
    shell: Shell,
    id: MemberId,
    member: store::member::Member,
    status_key: String,
    tag: &'static str,
    places: Vec<Seat>,
    sessions: usize,
    roles: Vec<String>,
    is_me: bool,
    can_edit: bool,
    can_grant: bool,
    can_preview: bool,
    /// Codes that died when he left, for those who may hand them over.
    dead_codes: i64,
    /// None for those who may not read it.
    history: Option<Vec<Event>>,
}

/// A department of the member.
struct Seat {
    id: i64,
    path: String,
    is_main: bool,
    leads: bool,
    /// Whether the reader's list of members can show it.
    is_open: bool,
}

/// One line of the history.
struct Event {
    at_ms: i64,
    text: String,
    who: String,
    changes: Vec<String>,
}

impl Card {
    fn is_gone(&self) -> bool {
        !self.member.status.is_listed()
    }

    fn can_disable(&self) -> bool {
        self.can_edit && !self.is_me && self.member.status.is_listed()
    }

    fn can_leave(&self) -> bool {
        self.can_edit && !self.is_me && self.member.status != Status::Left
    }

    fn can_reactivate(&self) -> bool {
        self.can_edit && self.is_gone()
    }

    fn left_at_ms(&self) -> i64 {
        self.member.left_at_ms.unwrap_or_default()
    }

    fn mobile(&self) -> String {
        self.member
            .profile
            .mobile
            .map(guanxi_model::person::Phone::readable)
            .unwrap_or_default()
    }

    fn face(&self) -> Face {
        Face::of(&self.member)
    }

    fn email(&self) -> &str {
        self.member
            .profile
            .email
            .as_ref()
            .map_or("", |email| email.as_str())
    }
}

/// `GET /admin/people/{id}`
pub async fn page(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let (id, l) = (named(id)?, actor.l);
    let read = actor.read(move |tx, cx| {
        let frame = console::frame(tx, cx)?;
        let row = member::get(tx, &frame.me, id)?;
        let sessions = member::count_sessions(tx, cx, &frame.me, &row.member)?;
        let may_read = frame.me.roles().allow(Right::ReadAudit);
        let history = if may_read {
            Some(history(tx, cx, &frame.me, l, id)?)
        } else {
            None
        };
        let has_left = row.member.status == Status::Left;
        let dead_codes = if has_left && frame.me.roles().allow(Right::EditCodes) {
            qr_code::count_of(tx, &frame.me, id)?
        } else {
            0
        };
        Ok((frame, row, sessions, history, dead_codes))
    });
    let (frame, row, sessions, history, dead_codes) = read.await?;
    let me = frame.me.clone();
    let (tree, roles) = (me.corp.tree(), me.roles());
    let places = row
        .member
        .profile
        .places
        .iter()
        .enumerate()
        .map(|(at, place)| Seat {
            id: place.department.0,
            path: path(tree, place.department),
            is_main: at == 0,
            leads: place.leads,
            is_open: roles.allow_in(Right::ReadPeople, tree, place.department),
        });
    let page = Card {
        id,
        status_key: status_key(row.member.status),
        tag: tag(row.member.status),
        places: places.collect(),
        sessions,
        roles: roles_of(l, &me, id),
        is_me: me.member.id == id,
        can_edit: row.can_edit,
        can_grant: roles.allow(Right::GrantRoles),
        can_preview: roles.allow(Right::EditVisibility) && row.member.status.is_listed(),
        dead_codes,
        history,
        member: row.member,
        shell: frame.shell(&actor, Place::People),
    };
    Ok(reply::page(&page.shell, &page))
}

/// The newest entries about the member.
fn history(tx: &mut Tx<'_>, cx: &Cx, me: &Me, l: Locale, id: MemberId) -> Did<Vec<Event>> {
    let filter = store::audit::Filter {
        action: String::new(),
        actor: String::new(),
        object: store::audit::text(&Named::new("member", id)),
        from_ms: i64::MIN,
        until_ms: i64::MAX,
        before: AuditId::from_u128(u128::MAX),
        limit: HISTORY,
    };
    let rows = audit::page(tx, me, &filter)?;
    let names = words::names(tx, cx, me, &rows)?;
    let event = |row: store::audit::Stored| {
        let differences = words::differences(l, &row.entry.detail, &names);
        Event {
            at_ms: row.entry.at_ms,
            who: names.actor(l, &row.entry.actor),
            text: words::sentence(l, &row.entry, &names),
            changes: differences
                .iter()
                .filter_map(|difference| told(l, difference))
                .collect(),
        }
    };
    Ok(rows.into_iter().map(event).collect())
}

/// A changed field in words; None for what was only recorded.
fn told(l: Locale, difference: &Difference) -> Option<String> {
    let shown = |value: &str| {
        if value.is_empty() {
            l.t("people-empty").into_owned()
        } else {
            value.to_owned()
        }
    };
    let before = difference.before.as_deref().map(shown)?;
    let values = [
        ("field", (&difference.label).into()),
        ("before", before.into()),
        ("after", shown(&difference.after).into()),
    ];
    Some(l.with("people-changed-field", &values).into_owned())
}
