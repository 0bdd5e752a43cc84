//! The acting member: his card, budget and sessions, and language and theme of his pages.

use guanxi_app::{Me, Result, contact::pipeline, request, session};
use guanxi_model::{id::SessionId, role};
use guanxi_store::Tx;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    answer::{Done, Item, Page},
    call::Call,
    role::RoleGrant,
    shape::{Empty, Id, ListQuery, Time},
};
use crate::{locale::Locale, page::Theme};

/// A department by number and name.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct DepartmentRef {
    /// Its number in the company.
    pub(crate) number: i64,
    /// Its name.
    pub(crate) name: String,
}

impl DepartmentRef {
    /// Departments of a member by name.
    pub(crate) fn all<'a>(
        me: &Me,
        places: impl IntoIterator<Item = &'a guanxi_model::member::Place>,
    ) -> Vec<Self> {
        let tree = me.corp.tree();
        let known = places
            .into_iter()
            .filter_map(|place| tree.find(place.department));
        known
            .map(|department| Self {
                number: department.id.0,
                name: department.name.clone(),
            })
            .collect()
    }
}

/// The acting member.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct MeView {
    /// His number.
    id: Id,
    /// His user ID in the company.
    userid: String,
    /// His name.
    name: String,
    /// Another name, or empty.
    alias: String,
    /// Job title, or empty.
    position: String,
    /// Departments, the main one first.
    departments: Vec<DepartmentRef>,
    /// Extension, or empty.
    extension: String,
    /// Employee number, or empty.
    employee_no: String,
    /// Mobile number in E.164 form.
    mobile: Option<String>,
    /// E-mail address.
    email: Option<String>,
    /// What he may do besides being a member.
    roles: Vec<RoleGrant>,
    /// His company.
    company: Company,
    /// Contact requests that he may send today.
    budget: Budget,
    /// Contact requests that wait for his answer.
    waiting_requests: i64,
}

/// A company.
#[derive(Debug, Serialize, JsonSchema)]
struct Company {
    /// Its public id.
    corpid: String,
    /// Its name.
    name: String,
    /// IANA time zone in which its days begin and end.
    time_zone: String,
}

/// A budget of a day.
#[derive(Debug, Serialize, JsonSchema)]
struct Budget {
    /// Used today.
    used: u32,
    /// Allowed in a day.
    limit: u32,
    /// Left today.
    left: u32,
}

/// `GET /me`
pub(crate) fn get(tx: &mut Tx<'_>, call: &Call) -> Result<Item<MeView>> {
    let me = call.cx.me(tx)?;
    let budget = pipeline::budget(tx, &call.cx, &me)?;
    let waiting_requests = request::count_waiting(tx, &call.cx, me.party)?;
    let roles: Vec<role::RoleGrant> = me.roles().0.clone();
    let profile = &me.member.profile;
    Ok(Item(MeView {
        id: me.member.id.into(),
        userid: profile.userid.clone(),
        name: profile.name.clone(),
        alias: profile.alias.clone(),
        position: profile.position.clone(),
        departments: DepartmentRef::all(&me, &profile.places),
        extension: profile.extension.clone(),
        employee_no: profile.employee_no.clone(),
        mobile: profile.mobile.map(|mobile| mobile.to_string()),
        email: profile.email.as_ref().map(ToString::to_string),
        roles: roles.into_iter().map(RoleGrant::from).collect(),
        company: Company {
            corpid: me.corp.corpid.clone(),
            name: me.corp.name.clone(),
            time_zone: me.corp.settings.time_zone.clone(),
        },
        budget: Budget {
            used: budget.used,
            limit: budget.limit,
            left: budget.left(),
        },
        waiting_requests,
    }))
}

/// A device on which the person has signed in.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Session {
    /// Its number.
    id: Id,
    /// Browser and system in words.
    device: String,
    /// Shortened address from which it was opened.
    address: String,
    /// When it began.
    created_at: Time,
    /// When it was last used, exact to some minutes.
    used_at: Time,
    /// When it ends by itself.
    expires_at: Time,
}

/// `GET /me/sessions`
pub(crate) fn sessions(tx: &mut Tx<'_>, call: &Call<ListQuery>) -> Result<Page<Session>> {
    call.cx.me(tx)?;
    let from = super::shape::place(call.query.cursor.as_ref())?.unwrap_or(0);
    let sessions = session::list(tx, &call.cx)?.into_iter();
    let sessions = sessions.map(|session| Session {
        id: session.id.into(),
        device: session.device,
        address: session.address,
        created_at: Time(session.created_at_ms),
        used_at: Time(session.seen_at_ms),
        expires_at: Time(session.expires_at_ms),
    });
    Ok(Page::cut(sessions.collect(), from, call.query.limit.rows()))
}

/// `DELETE /me/sessions/{id}`
pub(crate) fn end_session(tx: &mut Tx<'_>, call: &Call) -> Result<Done> {
    call.cx.me(tx)?;
    let id: SessionId = call.id("session")?;
    session::end(tx, &call.cx, id)?;
    Ok(Done)
}

/// Light, dark, or as the system has it.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ThemeWord {
    /// As the system has it.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// How the member's pages look.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Display {
    /// Tag of a language that the console speaks, such as `en`.
    #[schemars(length(min = 1, max = 16))]
    language: String,
    /// Theme.
    theme: ThemeWord,
}

/// `PUT /me/display`
pub(crate) fn set_display(tx: &mut Tx<'_>, call: &Call<Empty, Display>) -> Result<Done> {
    let language = Locale::all()
        .find(|locale| locale.tag() == call.body.language)
        .ok_or(guanxi_app::Error::invalid("language", "unknown_language"))?;
    let theme = match call.body.theme {
        ThemeWord::System => None,
        ThemeWord::Light => Some(Theme::Light.word()),
        ThemeWord::Dark => Some(Theme::Dark.word()),
    };
    session::set_display(tx, &call.cx, Some(language.tag()), theme)?;
    Ok(Done)
}
