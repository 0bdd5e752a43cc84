//! Alerts of live codes: what needs attention and what to do about it, as a band on other pages and as a list.

use askama::Template;
use axum::{extract::Path, response::Response};
use guanxi_app::{
    Error,
    live_alert::{self, Shown},
};
use guanxi_model::{
    id::{AlertId, LiveCodeId},
    live_code::alert::Kind,
    role::Right,
};

use crate::{
    auth::{Actor, Form, Posted},
    console::{self, Frame},
    error::Failure,
    locale::Locale,
    page::{Flash, Pager, Place, Shell},
    reply,
};

/// Rows of a page.
const ROWS: usize = 30;
/// Alerts in a band; the rest are a page away.
const BAND: usize = 4;
/// Address of the list.
const LIST: &str = "/admin/live/alerts";

/// An alert as a page shows it.
pub(crate) struct Line {
    pub(crate) shown: Shown,
    can_edit: bool,
}

impl Line {
    /// What is the matter.
    pub(crate) fn says(&self, l: &Locale) -> String {
        let alert = &self.shown.alert;
        let name = match &self.shown.code {
            Some(name) if name.is_empty() => l.t("live-unnamed").into_owned(),
            Some(name) => name.clone(),
            None => l.t("report-code-gone").into_owned(),
        };
        let values = [
            ("code", name.into()),
            ("n", alert.count.into()),
            ("whole", alert.whole.into()),
        ];
        l.with(&format!("alert-{}", key(alert.kind)), &values)
            .into_owned()
    }

    /// Kind of the notice.
    pub(crate) fn kind(&self) -> &'static str {
        if self.is_calm() { "" } else { "warn" }
    }

    /// Whether the reason seems to be gone.
    pub(crate) fn is_calm(&self) -> bool {
        self.shown.alert.calm_since_ms.is_some()
    }

    /// Where something can be done about it, and in which words.
    pub(crate) fn remedy(&self, l: &Locale) -> Option<(String, String)> {
        let alert = &self.shown.alert;
        self.shown.code.as_ref()?;
        let is_of_people = matches!(alert.kind, Kind::Overdue | Kind::Broken);
        if !is_of_people && !self.can_edit {
            return None;
        }
        let path = if is_of_people {
            format!("/admin/live?period=today&code={}", alert.code)
        } else {
            format!("/admin/live-codes/{}/draft", alert.code)
        };
        let words = l.t(&format!("alert-do-{}", key(alert.kind)));
        Some((path, words.into_owned()))
    }

    /// Whether this reader may say that he has seen it.
    pub(crate) fn can_see(&self) -> bool {
        let alert = &self.shown.alert;
        self.can_edit && alert.seen.is_none() && alert.closed_at_ms.is_none()
    }

    pub(crate) fn see_path(&self) -> String {
        format!("{LIST}/{}/seen", self.shown.alert.id)
    }

    /// Who has seen it.
    pub(crate) fn seen_by(&self, l: &Locale) -> Option<String> {
        self.shown.alert.seen?;
        let name = self.shown.seen_by.clone();
        Some(name.unwrap_or_else(|| l.t("report-member-gone").into_owned()))
    }

    /// How long it was open.
    fn lasted(&self, l: &Locale) -> Option<String> {
        let alert = &self.shown.alert;
        let closed_at_ms = alert.closed_at_ms?;
        Some(l.duration(closed_at_ms - alert.opened_at_ms).into_owned())
    }
}

fn key(kind: Kind) -> String {
    kind.name().replace('_', "-")
}

fn lines(frame: &Frame, alerts: Vec<Shown>) -> Vec<Line> {
    let can_edit = frame.me.roles().allow(Right::EditCodes);
    let line = |shown| Line { shown, can_edit };
    alerts.into_iter().map(line).collect()
}

/// What needs attention at one code, or at all.
pub(crate) struct Band {
    pub(crate) lines: Vec<Line>,
    /// How many are not shown.
    pub(crate) more: usize,
    /// What page it is on.
    pub(crate) back: &'static str,
}

impl Band {
    pub(crate) fn new(frame: &Frame, mut alerts: Vec<Shown>, back: &'static str) -> Self {
        let more = alerts.len().saturating_sub(BAND);
        alerts.truncate(BAND);
        Self {
            lines: lines(frame, alerts),
            more,
            back,
        }
    }
}

#[derive(Template)]
#[template(path = "live-alerts.html")]
struct List {
    shell: Shell,
    is_open: bool,
    open: usize,
    lines: Vec<Line>,
    pager: Pager,
}

/// `GET /admin/live/alerts?state=past&before=&page=`
pub async fn list(actor: Actor) -> Result<Response, Failure> {
    let form = Form::query(&actor.path);
    let is_open = form.text("state") != "past";
    let before = form.parse::<AlertId>("before");
    let (frame, mut open, mut past) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let open = live_alert::open(tx, &frame.me, None)?;
            let past = if is_open {
                Vec::new()
            } else {
                live_alert::past(tx, &frame.me, before, ROWS as i64 + 1)?
            };
            Ok((frame, open, past))
        })
        .await?;
    let count = open.len();
    let (alerts, pager) = if is_open {
        let address = |number| format!("{LIST}?page={number}");
        let pager = Pager::cut(&mut open, form.parse("page"), ROWS, address);
        (open, pager)
    } else {
        let has_more = past.len() > ROWS;
        past.truncate(ROWS);
        let last = past.last().filter(|_| has_more);
        let pager = Pager {
            previous: before.map(|_| format!("{LIST}?state=past")),
            next: last.map(|last| format!("{LIST}?state=past&before={}", last.alert.id)),
            ..Pager::default()
        };
        (past, pager)
    };
    let page = List {
        is_open,
        open: count,
        lines: lines(&frame, alerts),
        pager,
        shell: frame.shell(&actor, Place::Live),
    };
    Ok(reply::page(&page.shell, &page))
}

/// `POST /admin/live/alerts/{id}/seen`
pub async fn see(
    Path(id): Path<String>,
    Posted { actor, form }: Posted,
) -> Result<Response, Failure> {
    let id: AlertId = id
        .parse()
        .map_err(|_| Failure::from(Error::not_found("live_alert")))?;
    actor
        .write(move |tx, cx| live_alert::see(tx, cx, id))
        .await?;
    let back = match (form.text("back"), form.parse::<LiveCodeId>("code")) {
        ("code", Some(code)) => format!("/admin/live-codes/{code}"),
        ("live", _) => "/admin/live".to_owned(),
        _ => LIST.to_owned(),
    };
    let flash = Flash::text(actor.l.t("alert-seen-done"));
    Ok(reply::see_other_with(&back, &flash, &actor.secret))
}
