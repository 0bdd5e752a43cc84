//! Making and changing an endpoint: where to, what for, and which events.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use guanxi_app::{Error, webhook};
use guanxi_model::{
    id::HookId,
    webhook::{Choice, Kind, Terms},
};

use super::{act::show_secret, kind_words, named};
use crate::{
    auth::{Actor, Form, Posted},
    console,
    error::{Failure, field_sentence},
    page::{Errors, Flash, Place, Shell},
    reply,
};

/// An endpoint as typed.
#[derive(Debug, Clone, Default)]
struct Typed {
    url: String,
    description: String,
    is_all: bool,
    kinds: Vec<Kind>,
}

impl Typed {
    fn read(form: &Form) -> Self {
        Self {
            url: form.text("url").to_owned(),
            description: form.text("description").to_owned(),
            is_all: form.text("which") != "some",
            kinds: form.all("event").filter_map(Kind::named).collect(),
        }
    }

    fn of(terms: &Terms) -> Self {
        let (is_all, kinds) = match &terms.events {
            Choice::All => (true, Vec::new()),
            Choice::Some(kinds) => (false, kinds.clone()),
        };
        Self {
            url: terms.url.clone(),
            description: terms.description.clone(),
            is_all,
            kinds,
        }
    }

    fn terms(&self) -> Terms {
        Terms {
            url: self.url.clone(),
            description: self.description.clone(),
            events: if self.is_all {
                Choice::All
            } else {
                Choice::Some(self.kinds.clone())
            },
        }
    }
}

#[derive(Template)]
#[template(path = "webhook-edit.html")]
struct Edit {
    shell: Shell,
    id: Option<HookId>,
    typed: Typed,
    errors: Errors,
}

impl Edit {
    fn action(&self) -> String {
        match self.id {
            Some(id) => format!("/admin/webhooks/{id}/edit"),
            None => "/admin/webhooks/new".into(),
        }
    }

    fn back(&self) -> String {
        match self.id {
            Some(id) => format!("/admin/webhooks/{id}"),
            None => "/admin/webhooks".into(),
        }
    }

    /// Events, those of one noun together.
    fn groups(&self) -> Vec<(&'static str, Vec<Kind>)> {
        let mut groups: Vec<(&'static str, Vec<Kind>)> = Vec::new();
        for kind in Kind::ALL {
            let noun = group(kind);
            match groups.iter_mut().find(|(known, _)| *known == noun) {
                Some((_, kinds)) => kinds.push(kind),
                None => groups.push((noun, vec![kind])),
            }
        }
        groups
    }

    fn words(&self, kind: &Kind) -> String {
        kind_words(self.shell.l, kind.name())
    }

    fn is_chosen(&self, kind: &Kind) -> bool {
        self.typed.kinds.contains(kind)
    }
}

/// The heading under which the form has an event.
const fn group(kind: Kind) -> &'static str {
    match kind {
        Kind::RequestSent
        | Kind::RequestAccepted
        | Kind::RequestDeclined
        | Kind::RequestWithdrawn
        | Kind::RequestExpired
        | Kind::RequestReopened => "requests",
        Kind::ContactMade | Kind::ContactEnded | Kind::CustomerAdded | Kind::CustomerRemoved => {
            "contacts"
        }
        Kind::CodeChanged | Kind::CodeScanned => "codes",
        Kind::LiveCodePublished
        | Kind::LiveCodePaused
        | Kind::LiveCodeResumed
        | Kind::LiveCodeDeleted
        | Kind::LiveCodeRestored
        | Kind::LiveCodeAdded
        | Kind::LiveCodeWaiting
        | Kind::AlertOpened
        | Kind::AlertClosed => "live_codes",
        Kind::ConversationStarted
        | Kind::ConversationMessage
        | Kind::ConversationHandedOver
        | Kind::ConversationClosed
        | Kind::ConversationReopened
        | Kind::ConversationMissed => "conversations",
        Kind::MemberChanged | Kind::DirectoryReloaded | Kind::DepartmentChanged => "people",
        Kind::VisibilityChanged
        | Kind::RoleChanged
        | Kind::SettingsChanged
        | Kind::AskChanged
        | Kind::WebhookChanged
        | Kind::Example => "company",
    }
}

/// `GET /admin/webhooks/new`
pub async fn new(actor: Actor) -> Result<Response, Failure> {
    let typed = Typed {
        is_all: true,
        ..Typed::default()
    };
    show(&actor, StatusCode::OK, None, typed, Errors::default()).await
}

/// `GET /admin/webhooks/{id}/edit`
pub async fn edit(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let id = named(id)?;
    let listed = actor
        .read(move |tx, cx| {
            let me = cx.me(tx)?;
            webhook::find(tx, &me, id)
        })
        .await?;
    let typed = Typed::of(&listed.hook.terms);
    show(&actor, StatusCode::OK, Some(id), typed, Errors::default()).await
}

async fn show(
    actor: &Actor,
    status: StatusCode,
    id: Option<HookId>,
    typed: Typed,
    errors: Errors,
) -> Result<Response, Failure> {
    let frame = actor.read(console::frame).await?;
    let page = Edit {
        shell: frame.shell(actor, Place::Webhooks),
        id,
        typed,
        errors,
    };
    Ok(reply::page_with(status, &page.shell, &page))
}

/// The form again, with a sentence at each field that needs a change.
async fn again(
    actor: &Actor,
    id: Option<HookId>,
    typed: Typed,
    error: Error,
) -> Result<Response, Failure> {
    let Error::Invalid(fields) = error else {
        return Err(error.into());
    };
    let mut errors = Errors::default();
    for field in &fields {
        errors.add(field.field, field_sentence(actor.l, field));
    }
    show(actor, StatusCode::UNPROCESSABLE_ENTITY, id, typed, errors).await
}

/// `POST /admin/webhooks/new`
pub async fn create(Posted { actor, form }: Posted) -> Result<Response, Failure> {
    let typed = Typed::read(&form);
    let terms = typed.terms();
    let made = actor.write(move |tx, cx| webhook::create(tx, cx, terms.clone()));
    match made.await {
        Ok(hook) => show_secret(&actor, hook, true).await,
        Err(error) => again(&actor, None, typed, error).await,
    }
}

/// `POST /admin/webhooks/{id}/edit`
pub async fn update(id: Path<String>, Posted { actor, form }: Posted) -> Result<Response, Failure> {
    let id = named(id)?;
    let typed = Typed::read(&form);
    let terms = typed.terms();
    let written = actor.write(move |tx, cx| webhook::change(tx, cx, id, terms.clone()));
    match written.await {
        Ok(_) => {
            let flash = Flash::text(actor.l.t("webhook-saved"));
            let path = format!("/admin/webhooks/{id}");
            Ok(reply::see_other_with(&path, &flash, &actor.secret))
        }
        Err(error) => again(&actor, Some(id), typed, error).await,
    }
}
