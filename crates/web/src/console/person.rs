//! The home of a person without an account: his contacts, his requests, his data.

use askama::Template;
use axum::{
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use guanxi_app::{
    Error,
    conversation::{self, Partner},
    person::{self, Asked, Held},
};
use guanxi_model::{
    id::{MemberId, RequestId},
    person::FoundBy,
};
use jiff::tz::TimeZone;

use super::sign_in::forgotten;
use crate::{
    auth::{Actor, Form, Posted},
    error::Failure,
    page::Gate,
    reply,
};

fn gate(actor: &Actor, path: &str) -> Gate {
    Gate {
        l: actor.l,
        theme: actor.theme,
        corp: String::new(),
        path: path.to_owned(),
    }
}

#[derive(Template)]
#[template(path = "person.html")]
struct Page {
    gate: Gate,
    csrf: String,
    name: String,
    mobile: String,
    talks: Vec<Partner>,
    contacts: Vec<Held>,
    requests: Vec<Asked>,
    found_by: FoundBy,
    is_saved: bool,
}

impl Page {
    fn since(&self, ms: i64) -> String {
        self.gate.l.date(ms, &TimeZone::UTC)
    }
}

/// `GET /person`
pub async fn page(actor: Actor) -> Result<Response, Failure> {
    let (contacts, requests, found_by, talks) = actor
        .read(|tx, cx| {
            Ok((
                person::contacts(tx, cx)?,
                person::requests(tx, cx)?,
                person::found_by(tx, cx)?,
                conversation::list_own(tx, cx)?,
            ))
        })
        .await?;
    let person = &actor.identity.person;
    let page = Page {
        gate: gate(&actor, "/person"),
        csrf: actor.csrf(),
        name: person.name.clone(),
        mobile: person
            .mobile
            .map(guanxi_model::person::Phone::masked)
            .unwrap_or_default(),
        talks,
        contacts,
        requests,
        found_by,
        is_saved: Form::query(&actor.path).is_on("saved"),
    };
    Ok(reply::html(StatusCode::OK, &page))
}

/// `POST /person/requests/{id}/withdraw`
pub async fn withdraw(
    Path(id): Path<RequestId>,
    Posted { actor, .. }: Posted,
) -> Result<Response, Failure> {
    actor
        .write(move |tx, cx| person::withdraw(tx, cx, id))
        .await?;
    Ok(reply::see_other("/person"))
}

/// `POST /person/found-by`
pub async fn set_found_by(Posted { actor, form }: Posted) -> Result<Response, Failure> {
    let choice = FoundBy::named(form.text("found_by"));
    actor
        .write(move |tx, cx| {
            let choice = choice.ok_or(Error::invalid("found_by", "required"))?;
            person::set_found_by(tx, cx, choice)
        })
        .await?;
    Ok(reply::see_other("/person?saved=on#found"))
}

#[derive(Template)]
#[template(path = "person-ask.html")]
struct Ask {
    gate: Gate,
    csrf: String,
    title: String,
    text: String,
    action: String,
    verb: String,
}

/// `GET /person/contacts/{id}/end`
pub async fn ask_end(Path(id): Path<MemberId>, actor: Actor) -> Result<Response, Failure> {
    let held = actor.read(move |tx, cx| person::find(tx, cx, id)).await?;
    let action = format!("/person/contacts/{id}/end");
    let page = Ask {
        gate: gate(&actor, &action),
        csrf: actor.csrf(),
        title: actor
            .l
            .t1("own-end-title", "name", held.partner.name)
            .into_owned(),
        text: actor.l.t("own-end-text").into_owned(),
        verb: actor.l.t("own-end").into_owned(),
        action,
    };
    Ok(reply::html(StatusCode::OK, &page))
}

/// `POST /person/contacts/{id}/end`
pub async fn end(
    Path(id): Path<MemberId>,
    Posted { actor, .. }: Posted,
) -> Result<Response, Failure> {
    actor.write(move |tx, cx| person::end(tx, cx, id)).await?;
    Ok(reply::see_other("/person"))
}

/// `GET /person/export.json`
pub async fn export(actor: Actor) -> Result<Response, Failure> {
    let data = actor.read(person::export).await?;
    let text =
        serde_json::to_string_pretty(&data).map_err(|error| Error::Internal(error.to_string()))?;
    let mut response = text.into_response();
    for (name, value) in [
        (header::CONTENT_TYPE, "application/json; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"my-data.json\"",
        ),
    ] {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    Ok(response)
}

/// `GET /person/delete`
pub async fn ask_delete(actor: Actor) -> Result<Response, Failure> {
    let page = Ask {
        gate: gate(&actor, "/person/delete"),
        csrf: actor.csrf(),
        title: actor.l.t("own-delete-title").into_owned(),
        text: actor.l.t("own-delete-text").into_owned(),
        verb: actor.l.t("own-delete").into_owned(),
        action: "/person/delete".into(),
    };
    Ok(reply::html(StatusCode::OK, &page))
}

/// `POST /person/delete`
pub async fn delete(Posted { actor, .. }: Posted) -> Result<Response, Failure> {
    actor.write(person::delete).await?;
    Ok(forgotten(&actor))
}
