//! Making a code: its name, how long it lives, and what it shows.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use guanxi_app::{Error, qr_code};
use guanxi_model::qr_code::{Shown, Terms};

use super::{days_allowed, life};
use crate::{
    auth::{Actor, Form, Posted},
    console,
    error::Failure,
    page::{Errors, Flash, Place, Shell},
    reply,
};

/// A code as typed.
#[derive(Debug, Clone, Default)]
struct Typed {
    name: String,
    /// Days chosen from the list, `0` for ever, or `own`.
    days: String,
    own_days: String,
    single_use: bool,
    confirm: bool,
    shown: Shown,
}

impl Typed {
    fn read(form: &Form) -> Self {
        let custom = form.all("custom").take(20);
        Self {
            name: form.text("name").to_owned(),
            days: form.text("days").to_owned(),
            own_days: form.text("own_days").trim().to_owned(),
            single_use: form.is_on("single_use"),
            confirm: form.is_on("confirm"),
            shown: Shown {
                mobile: form.is_on("mobile"),
                email: form.is_on("email"),
                employee_no: form.is_on("employee_no"),
                custom: custom
                    .filter(|name| name.len() <= 128)
                    .map(str::to_owned)
                    .collect(),
            },
        }
    }

    fn terms(&self) -> Terms {
        let typed = if self.days == "own" {
            &self.own_days
        } else {
            &self.days
        };
        // What is no number is outside every range.
        let days = typed.parse().unwrap_or(u32::MAX);
        Terms {
            name: self.name.clone(),
            days: (self.days != "0").then_some(days),
            single_use: self.single_use,
            confirm: self.confirm,
            shown: self.shown.clone(),
        }
    }
}

#[derive(Template)]
#[template(path = "code-new.html")]
struct New {
    shell: Shell,
    typed: Typed,
    days: Vec<u32>,
    days_max: u32,
    /// Custom fields of the member that he may show.
    custom: Vec<String>,
    errors: Errors,
}

impl New {
    fn life(&self, days: u32) -> String {
        life(self.shell.l, days)
    }

    fn days_hint(&self) -> String {
        let l = self.shell.l;
        match self.days_max {
            0 => l.t("code-own-days-hint"),
            max => l.n("code-own-days-max", max),
        }
        .into_owned()
    }

    fn shows(&self, name: &str) -> bool {
        self.typed.shown.custom.iter().any(|shown| shown == name)
    }
}

/// `GET /codes/new`
pub async fn new(actor: Actor) -> Result<Response, Failure> {
    form_page(&actor, StatusCode::OK, None, Errors::default()).await
}

async fn form_page(
    actor: &Actor,
    status: StatusCode,
    typed: Option<Typed>,
    errors: Errors,
) -> Result<Response, Failure> {
    let frame = actor.read(console::frame).await?;
    let days = days_allowed(&frame.me.corp.settings);
    let typed = typed.unwrap_or_else(|| Typed {
        days: days
            .last()
            .map_or_else(|| "own".to_owned(), ToString::to_string),
        ..Typed::default()
    });
    let custom = frame.me.member.profile.custom.iter();
    let page = New {
        custom: custom.map(|(name, _)| name.clone()).collect(),
        days_max: frame.me.corp.settings.code_days_max,
        shell: frame.shell(actor, Place::Codes),
        typed,
        days,
        errors,
    };
    Ok(reply::page_with(status, &page.shell, &page))
}

/// `POST /codes/new`
pub async fn create(Posted { actor, form }: Posted) -> Result<Response, Failure> {
    let typed = Typed::read(&form);
    let terms = typed.terms();
    let made = actor.write_once(move |tx, cx| {
        let code = qr_code::create(tx, cx, terms.clone())?;
        Ok(code.id)
    });
    match made.await {
        Ok(id) => {
            let flash = Flash::text(actor.l.t("code-made"));
            let path = format!("/codes/{id}");
            Ok(reply::see_other_with(&path, &flash, &actor.secret))
        }
        Err(Error::Invalid(fields)) => {
            let mut errors = Errors::default();
            for field in &fields {
                errors.refuse(field.field, actor.l, field);
            }
            form_page(
                &actor,
                StatusCode::UNPROCESSABLE_ENTITY,
                Some(typed),
                errors,
            )
            .await
        }
        Err(error) => Err(error.into()),
    }
}
