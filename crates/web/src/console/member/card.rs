//! The page of one member: what is known of him, what he may do, and what happened to him.

use std::collections::HashMap;

use askama::Template;
use axum::{extract::Path, response::Response};
use guanxi_app::{Cx, Me, Result as Did, audit, member};
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
    console,
    error::Failure,
    locale::Locale,
    page::{Place, Shell},
    reply,
};

/// Entries of the history that are shown; the audit page has the rest.
const HISTORY: i64 = 20;

#[derive(Template)]
#[template(path = "member.html")]
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
        self.member.profile.mobile.map(|mobile| mobile.to_string()).unwrap_or_default()
    }

    fn email(&self) -> &str {
        self.member.profile.email.as_ref().map_or("", |email| email.as_str())
    }
}

/// `GET /admin/people/{id}`
pub async fn page(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let (id, l) = (named(id)?, actor.l);
    let cx = actor.cx.clone();
    let store = &actor.app.env.store;
    let read = store.read(move |tx| -> Did<_> {
        let frame = console::frame(tx, &cx)?;
        let row = member::get(tx, &cx, id)?;
        let sessions = member::count_sessions(tx, &cx, id)?;
        let may_read = frame.me.roles().allow(Right::ReadAudit);
        let history = if may_read { Some(history(tx, &cx, &frame.me, l, id)?) } else { None };
        Ok((frame, row, sessions, history))
    });
    let (frame, row, sessions, history) = read.await?;
    let me = frame.me.clone();
    let (tree, roles) = (me.corp.tree(), me.roles());
    let places = row.member.profile.places.iter().enumerate().map(|(at, place)| Seat {
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
    let mut names = HashMap::new();
    let mut events = Vec::new();
    for row in audit::page(tx, cx, &filter)? {
        let entry = row.entry;
        let who = match names.get(&entry.actor) {
            Some(name) => String::clone(name),
            None => {
                let name = name_of(tx, me, l, &entry.actor)?;
                names.insert(entry.actor.clone(), name.clone());
                name
            }
        };
        let text = told(l, &entry.action, &entry.detail);
        events.push(Event { at_ms: entry.at_ms, text, who });
    }
    Ok(events)
}

fn name_of(tx: &mut Tx<'_>, me: &Me, l: Locale, actor: &Named) -> Did<String> {
    let id = (actor.kind == "member").then(|| actor.id.parse().ok()).flatten();
    let member = match id {
        Some(id) => store::member::find(tx, me.corp_id, id)?,
        None => None,
    };
    Ok(member.map_or_else(|| l.t("people-by-system").into_owned(), |member| member.profile.name))
}

/// An entry in words: the act, and the names of the fields that it changed.
fn told(l: Locale, action: &str, detail: &str) -> String {
    let key = format!("people-history-{}", action.replace(['.', '_'], "-"));
    let text = if l.has(&key) { l.t(&key).into_owned() } else { action.to_owned() };
    if action != "member.updated" {
        return text;
    }
    let detail: serde_json::Value = serde_json::from_str(detail).unwrap_or_default();
    let mut keys: Vec<&String> = ["before", "after"]
        .iter()
        .filter_map(|side| detail.get(side)?.as_object())
        .flat_map(serde_json::Map::keys)
        .collect();
    keys.sort_unstable();
    keys.dedup();
    let names = keys.into_iter().map(|key| format!("people-column-{key}"));
    let names: Vec<_> = names.filter(|key| l.has(key)).map(|key| l.t(&key)).collect();
    if names.is_empty() {
        return text;
    }
    let fields = names.join(&*l.t("people-list-joint"));
    l.t1("people-history-fields", "fields", fields).into_owned()
}
