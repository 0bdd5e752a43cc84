//! The member's own page: his card as others see it, language and theme, companies, sessions.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use guanxi_app::{Actor as Who, Cx, Result, corp, session};
use guanxi_model::{
    corp::MobileShown,
    id::{CorpId, SessionId},
};
use guanxi_search::Sound;
use guanxi_store::{Tx, session::Session};

use super::sign_in;
use crate::{
    auth::{Actor, Form, Posted},
    console::{self, Frame},
    csv::{self, Rows},
    error::Failure,
    page::{Flash, Gate, Pager, Place, Shell},
    reply,
};

/// Sessions of a page.
const SESSIONS: usize = 20;

/// An account of the person's.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub corp: CorpId,
    pub corp_name: String,
    /// Position in it, or name.
    pub place: String,
    pub is_current: bool,
}

/// The accounts that the person can work with.
pub(super) fn accounts(tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<Account>> {
    let Who::Person {
        person, account, ..
    } = cx.actor
    else {
        return Ok(Vec::new());
    };
    let mut accounts = Vec::new();
    for (id, member) in session::accounts(tx, person)? {
        let corp = corp::state(tx, &cx.env, id)?;
        let profile = member.profile;
        accounts.push(Account {
            corp: id,
            corp_name: corp.name.clone(),
            place: if profile.position.is_empty() {
                profile.name
            } else {
                profile.position
            },
            is_current: account.is_some_and(|(current, _)| current == id),
        });
    }
    Ok(accounts)
}

/// The card as colleagues see it.
struct Card {
    name: String,
    reading: String,
    alias: String,
    departments: Vec<String>,
    position: String,
    extension: String,
    employee_no: String,
    email: String,
    mobile: String,
    /// Key of the sentence that says who sees the number.
    mobile_key: &'static str,
}

impl Card {
    fn of(frame: &Frame) -> Self {
        let (profile, corp) = (&frame.me.member.profile, &frame.me.corp);
        let path = |place: &guanxi_model::member::Place| {
            let path = corp.tree().path(place.department);
            let names: Vec<&str> = path
                .iter()
                .skip(1)
                .map(|department| department.name.as_str())
                .collect();
            if names.is_empty() {
                corp.name.clone()
            } else {
                names.join(" / ")
            }
        };
        Self {
            name: profile.name.clone(),
            reading: Sound::of(&profile.name).reading,
            alias: profile.alias.clone(),
            departments: profile.places.iter().map(path).collect(),
            position: profile.position.clone(),
            extension: profile.extension.clone(),
            employee_no: profile.employee_no.clone(),
            email: profile
                .email
                .as_ref()
                .map(|email| email.as_str().to_owned())
                .unwrap_or_default(),
            mobile: profile
                .mobile
                .map(guanxi_model::person::Phone::readable)
                .unwrap_or_default(),
            mobile_key: match corp.settings.mobile_shown {
                MobileShown::Colleagues => "profile-mobile-colleagues",
                MobileShown::Contacts => "profile-mobile-contacts",
                MobileShown::Nobody => "profile-mobile-nobody",
            },
        }
    }
}

#[derive(Template)]
#[template(path = "me.html")]
struct Page {
    shell: Shell,
    card: Card,
    accounts: Vec<Account>,
    current: SessionId,
    /// Sessions in all.
    all_sessions: usize,
    sessions: Vec<Session>,
    pager: Pager,
}

/// The page of a person without a company.
#[derive(Template)]
#[template(path = "me-alone.html")]
struct Alone {
    gate: Gate,
    csrf: String,
    name: String,
    mobile: String,
    accounts: Vec<Account>,
    current: SessionId,
    sessions: Vec<Session>,
    now_ms: i64,
}

/// `GET /me`
pub async fn page(actor: Actor) -> Result<Response, Failure> {
    let current = actor.identity.session.id;
    let has_company = actor.identity.session.account.is_some();
    let (frame, accounts, mut sessions) = actor
        .read(move |tx, cx| {
            let frame = if has_company {
                Some(console::frame(tx, cx)?)
            } else {
                None
            };
            Ok((frame, accounts(tx, cx)?, session::list(tx, cx)?))
        })
        .await?;
    let Some(frame) = frame else {
        let person = &actor.identity.person;
        let gate = Gate {
            l: actor.l,
            theme: actor.theme,
            corp: String::new(),
            path: "/me".into(),
        };
        let page = Alone {
            gate,
            csrf: actor.csrf(),
            name: person.name.clone(),
            mobile: person
                .mobile
                .map(guanxi_model::person::Phone::masked)
                .unwrap_or_default(),
            accounts,
            current,
            sessions,
            now_ms: actor.cx.now(),
        };
        return Ok(reply::html(StatusCode::OK, &page));
    };
    let card = Card::of(&frame);
    let (all_sessions, number) = (sessions.len(), Form::query(&actor.path).parse("page"));
    let pager = Pager::cut(&mut sessions, number, SESSIONS, |number| {
        format!("/me?page={number}#sessions")
    });
    let page = Page {
        shell: frame.shell(&actor, Place::Profile),
        card,
        accounts,
        current,
        all_sessions,
        sessions,
        pager,
    };
    Ok(reply::page(&page.shell, &page))
}

/// `GET /me/sessions.csv`
pub async fn sessions_file(actor: Actor) -> Result<Response, Failure> {
    let sessions = actor.read(session::list).await?;
    let (l, tz) = (actor.l, actor.zone());
    let mut head = Rows::default();
    let columns = ["device", "network", "created_at", "seen_at", "expires_at"];
    head.push(columns.map(|name| l.t(&format!("list-column-{name}"))));
    let mut rows = Rows::default();
    for session in &sessions {
        rows.push([
            session.device.clone(),
            session.address.clone(),
            l.date_time(session.created_at_ms, &tz),
            l.date_time(session.seen_at_ms, &tz),
            l.date_time(session.expires_at_ms, &tz),
        ]);
    }
    Ok(csv::whole(&l.t("list-file-sessions"), head, rows))
}

/// `POST /me/sessions/{id}/end`
pub async fn end_session(
    Path(id): Path<SessionId>,
    Posted { actor, .. }: Posted,
) -> Result<Response, Failure> {
    actor.write(move |tx, cx| session::end(tx, cx, id)).await?;
    if id == actor.identity.session.id {
        return Ok(sign_in::forgotten(&actor));
    }
    let flash = Flash::text(actor.l.t("profile-session-ended"));
    Ok(reply::see_other_with("/me", &flash, &actor.secret))
}

/// `POST /me/sessions/end-others`
pub async fn end_other_sessions(Posted { actor, .. }: Posted) -> Result<Response, Failure> {
    let count = actor.write(session::end_others).await?;
    let flash = Flash::text(actor.l.n("profile-sessions-ended", count));
    Ok(reply::see_other_with("/me", &flash, &actor.secret))
}

/// `POST /me/company`: the session goes on with another account.
pub async fn switch(Posted { actor, form }: Posted) -> Result<Response, Failure> {
    let corp: CorpId = form
        .parse("corp")
        .ok_or(guanxi_app::Error::not_found("corp"))?;
    let is_current = actor
        .identity
        .session
        .account
        .is_some_and(|(current, _)| current == corp);
    if !is_current {
        actor
            .write(move |tx, cx| session::switch(tx, cx, corp))
            .await?;
    }
    let next = form.text("next");
    Ok(reply::see_other(if reply::is_local(next) {
        next
    } else {
        "/"
    }))
}
