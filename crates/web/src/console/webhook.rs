//! Webhooks in the console: the company's endpoints, each with what was sent to it and how that went.

mod act;
mod export;
mod form;
mod message;

use askama::Template;
use axum::{
    extract::Path,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use guanxi_app::{
    Error,
    webhook::{self, Listed, schema},
};
use guanxi_model::{
    id::{DeliveryId, HookId},
    webhook::{Choice, Kind, Standing, State},
};
use guanxi_store::webhook::delivery::{Delivery, Filter};

pub use act::{
    ask_delete, ask_rotate, delete, example, pause, resend_all, restore, resume, rotate,
};
pub use export::file;
pub use form::{create, edit, new, update};
pub use message::{message, resend};

use crate::{
    auth::{Actor, Form},
    console,
    error::Failure,
    locale::Locale,
    page::{Place, Shell},
    reply,
};

/// Messages of a page.
const LIMIT: usize = 50;

/// The endpoint that an address names.
fn named(Path(id): Path<String>) -> Result<HookId, Failure> {
    id.parse().map_err(|_| Error::not_found("webhook").into())
}

/// What happened, in words; a name that this version does not know stays as it is.
fn kind_words(l: Locale, name: &str) -> String {
    let key = format!("webhook-kind-{}", name.replace(['.', '_'], "-"));
    if l.has(&key) {
        l.t(&key).into_owned()
    } else {
        name.to_owned()
    }
}

/// How a try ended: a status, or why there was none.
fn outcome(l: Locale, status: Option<i64>, fault: Option<&String>) -> String {
    match (status, fault) {
        (Some(status), _) => l
            .t1("webhook-status", "status", status.to_string())
            .into_owned(),
        (None, Some(fault)) => l.t(&format!("webhook-fault-{fault}")).into_owned(),
        (None, None) => String::new(),
    }
}

/// An endpoint as lists show it.
struct Row {
    listed: Listed,
}

impl Row {
    fn name(&self) -> &str {
        let terms = &self.listed.hook.terms;
        if terms.description.is_empty() {
            webhook::host(&terms.url)
        } else {
            &terms.description
        }
    }

    fn host(&self) -> &str {
        webhook::host(&self.listed.hook.terms.url)
    }

    /// Kind of the tag of its state.
    fn tag(&self) -> &'static str {
        match self.listed.hook.state {
            State::On if self.is_troubled() => "warn",
            State::On => "ok",
            State::Paused => "wait",
            State::Gone | State::Failing => "bad",
        }
    }

    fn state(&self, l: &Locale) -> String {
        let hook = &self.listed.hook;
        let is_troubled = hook.state == State::On && self.is_troubled();
        let name = if is_troubled {
            "troubled"
        } else {
            hook.state.name()
        };
        l.t(&format!("webhook-state-{name}")).into_owned()
    }

    fn events(&self, l: &Locale) -> String {
        match &self.listed.hook.terms.events {
            Choice::All => l.t("webhook-all").into_owned(),
            Choice::Some(kinds) => l.n("webhook-some", kinds.len()).into_owned(),
        }
    }

    fn is_on(&self) -> bool {
        self.listed.hook.state == State::On
    }

    fn is_off(&self) -> bool {
        !self.listed.hook.state.collects()
    }

    fn is_taking(&self) -> bool {
        self.listed.hook.taken_at_ms.is_some()
    }

    fn taken_at_ms(&self) -> i64 {
        self.listed.hook.taken_at_ms.unwrap_or_default()
    }

    fn is_troubled(&self) -> bool {
        self.listed.hook.failing_since_ms.is_some()
    }

    fn failing_since_ms(&self) -> i64 {
        self.listed.hook.failing_since_ms.unwrap_or_default()
    }

    fn path(&self, act: &str) -> String {
        format!("/admin/webhooks/{}{act}", self.listed.hook.id)
    }
}

#[derive(Template)]
#[template(path = "webhooks.html")]
struct List {
    shell: Shell,
    rows: Vec<Row>,
}

/// `GET /admin/webhooks`
pub async fn list(actor: Actor) -> Result<Response, Failure> {
    let (frame, listed) = actor
        .read(|tx, cx| {
            let frame = console::frame(tx, cx)?;
            let listed = webhook::list(tx, &frame.me)?;
            Ok((frame, listed))
        })
        .await?;
    let rows = listed.into_iter().map(|listed| Row { listed }).collect();
    let page = List {
        shell: frame.shell(&actor, Place::Webhooks),
        rows,
    };
    Ok(reply::page(&page.shell, &page))
}

/// `GET /admin/webhooks/schema.json`
pub async fn schema_file(_: Actor) -> Response {
    let text = serde_json::to_string_pretty(&schema::schema()).unwrap_or_default();
    let json = HeaderValue::from_static("application/schema+json");
    ([(header::CONTENT_TYPE, json)], text).into_response()
}

/// What the list of messages is narrowed to, as the address has it.
fn filter(asked: &Form) -> Filter {
    let kinds = || Kind::ALL.into_iter().chain([Kind::Example]);
    let name = asked.text("event");
    Filter {
        standing: Standing::named(asked.text("standing")),
        name: kinds().map(Kind::name).find(|known| *known == name),
    }
}

/// The address of such a list.
fn query(path: &str, filter: Filter, before: Option<DeliveryId>) -> String {
    let parts = [
        filter
            .standing
            .map(|one| format!("standing={}", one.name())),
        filter.name.map(|name| format!("event={name}")),
        before.map(|before| format!("before={before}")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", parts.join("&"))
    }
}

#[derive(Template)]
#[template(path = "webhook.html")]
struct One {
    shell: Shell,
    row: Row,
    maker: String,
    filter: Filter,
    deliveries: Vec<Delivery>,
    older: Option<String>,
    is_first: bool,
}

impl One {
    fn tab(&self, standing: Option<Standing>) -> String {
        let filter = Filter {
            standing,
            ..self.filter
        };
        query(&self.row.path(""), filter, None)
    }

    /// The first page of the same list.
    fn newest(&self) -> String {
        self.tab(self.filter.standing)
    }

    fn file(&self) -> String {
        query(&self.row.path("/messages.csv"), self.filter, None)
    }

    fn is_at(&self, standing: Option<Standing>) -> bool {
        self.filter.standing == standing
    }

    fn count(&self, standing: &Standing) -> i64 {
        let counts = &self.row.listed.counts;
        match standing {
            Standing::Waiting => counts.waiting,
            // Too many to be counted for every page.
            Standing::Taken => 0,
            Standing::Dead => counts.dead,
        }
    }

    fn kind(&self, name: &str) -> String {
        kind_words(self.shell.l, name)
    }

    fn is_named(&self, name: &str) -> bool {
        self.filter.name == Some(name)
    }

    fn outcome(&self, delivery: &Delivery) -> String {
        outcome(self.shell.l, delivery.status, delivery.fault.as_ref())
    }

    fn message_path(&self, delivery: &Delivery) -> String {
        self.row.path(&format!("/message?id={}", delivery.id))
    }

    /// Kinds that are chosen, or none for all.
    fn kinds(&self) -> Vec<Kind> {
        match &self.row.listed.hook.terms.events {
            Choice::All => Vec::new(),
            Choice::Some(kinds) => kinds.clone(),
        }
    }

    /// Until when the secret before signs too.
    fn former_until(&self) -> Option<i64> {
        let former = self.row.listed.hook.former.as_ref();
        former
            .map(|(_, until)| *until)
            .filter(|until| *until > self.shell.now_ms)
    }
}

/// Kind of the tag of where a message stands.
pub(crate) const fn standing_tag(standing: &Standing) -> &'static str {
    match standing {
        Standing::Waiting => "wait",
        Standing::Taken => "ok",
        Standing::Dead => "bad",
    }
}

/// `GET /admin/webhooks/{id}`
pub async fn page(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let id = named(id)?;
    let asked = Form::query(&actor.path);
    let filter = filter(&asked);
    let before: Option<DeliveryId> = asked.parse("before");
    let (frame, listed, maker, mut deliveries) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let listed = webhook::find(tx, &frame.me, id)?;
            let maker = guanxi_app::contact::name_of(tx, frame.me.corp_id, listed.hook.made_by)?;
            let limit = LIMIT as i64 + 1;
            let all = webhook::list_deliveries(tx, &frame.me, id, filter, before, limit)?;
            Ok((frame, listed, maker, all))
        })
        .await?;
    let row = Row { listed };
    let older = if deliveries.len() > LIMIT {
        deliveries.truncate(LIMIT);
        let last = deliveries.last().map(|delivery| delivery.id);
        Some(query(&row.path(""), filter, last))
    } else {
        None
    };
    let page = One {
        shell: frame.shell(&actor, Place::Webhooks),
        row,
        maker,
        filter,
        deliveries,
        older,
        is_first: before.is_none(),
    };
    Ok(reply::page(&page.shell, &page))
}
