//! One message: what was sent, and every try.

use askama::Template;
use axum::{extract::Path, response::Response};
use guanxi_app::{Error, webhook};
use guanxi_model::{
    id::DeliveryId,
    webhook::{Standing, State},
};
use guanxi_store::webhook::delivery::{Delivery, Try};

use super::{Row, kind_words, named, outcome, standing_tag};
use crate::{
    auth::{Actor, Form, Posted},
    console,
    error::Failure,
    page::{Flash, Place, Shell},
    reply,
};

#[derive(Template)]
#[template(path = "webhook-message.html")]
struct One {
    shell: Shell,
    row: Row,
    delivery: Delivery,
    tries: Vec<Try>,
    body: String,
}

impl One {
    fn kind(&self) -> String {
        kind_words(self.shell.l, &self.delivery.name)
    }

    fn tag(&self) -> &'static str {
        standing_tag(&self.delivery.standing)
    }

    fn number(&self) -> String {
        webhook::deliver::message_id(&self.delivery)
    }

    fn outcome(&self, one: &Try) -> String {
        outcome(self.shell.l, one.status, one.fault.as_ref())
    }

    fn is_waiting(&self) -> bool {
        self.delivery.standing == Standing::Waiting
    }

    fn is_done(&self) -> bool {
        self.delivery.done_at_ms.is_some()
    }

    fn done_at_ms(&self) -> i64 {
        self.delivery.done_at_ms.unwrap_or_default()
    }

    /// When it is tried next, if that lies ahead and will be.
    fn next_at(&self) -> Option<i64> {
        let next = self.delivery.next_at_ms;
        let is_ahead = next > self.shell.now_ms && self.row.listed.hook.state == State::On;
        (self.is_waiting() && is_ahead).then_some(next)
    }

    fn path(&self) -> String {
        self.row.path(&format!("/message?id={}", self.delivery.id))
    }
}

fn asked(form: &Form) -> Result<DeliveryId, Failure> {
    let id = form.parse("id");
    id.ok_or_else(|| Error::not_found("delivery").into())
}

/// `GET /admin/webhooks/{id}/message`
pub async fn message(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let id = named(id)?;
    let delivery = asked(&Form::query(&actor.path));
    let (frame, listed) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let listed = webhook::find(tx, &frame.me, id)?;
            Ok((frame, listed))
        })
        .await?;
    let delivery = delivery?;
    let me = frame.me.clone();
    let (delivery, tries) = actor
        .read(move |tx, _| webhook::find_delivery(tx, &me, id, delivery))
        .await?;
    let parsed: Result<serde_json::Value, _> = serde_json::from_str(&delivery.body);
    let body = parsed.and_then(|value| serde_json::to_string_pretty(&value));
    let page = One {
        shell: frame.shell(&actor, Place::Webhooks),
        row: Row { listed },
        body: body.unwrap_or_else(|_| delivery.body.clone()),
        delivery,
        tries,
    };
    Ok(reply::page(&page.shell, &page))
}

/// `POST /admin/webhooks/{id}/message`
pub async fn resend(id: Path<String>, Posted { actor, form }: Posted) -> Result<Response, Failure> {
    let id = named(id)?;
    // Whose endpoint it is comes before what was asked of it.
    actor
        .read(move |tx, cx| {
            let me = cx.me(tx)?;
            webhook::find(tx, &me, id)
        })
        .await?;
    let delivery = asked(&form)?;
    actor
        .write(move |tx, cx| webhook::send_again(tx, cx, id, delivery))
        .await?;
    let flash = Flash::text(actor.l.t("webhook-resent"));
    let path = format!("/admin/webhooks/{id}/message?id={delivery}");
    Ok(reply::see_other_with(&path, &flash, &actor.secret))
}
