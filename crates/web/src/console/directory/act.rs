//! What is done on a card: ask, answer, take back, block. Each act ends where it began, with the card open.

use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
    response::Response,
};
use guanxi_app::{
    Error,
    contact::{self, Ask, Outcome},
    request as requests,
};
use guanxi_model::{
    id::{MemberId, RequestId},
    request::AddWay,
};

use super::{Problem, Sight, member_id, show, view::View};
use crate::{
    auth::{Actor, Form, Posted},
    console,
    error::{Failure, sentence},
    page::{Flash, Place, Shell},
    reply,
};

/// The card on which something is done.
struct Act {
    actor: Actor,
    view: View,
    member: MemberId,
    /// The request that is answered or taken back.
    request: Option<RequestId>,
}

impl Act {
    fn new(actor: Actor, id: &str, query: Option<&str>) -> Result<Self, Failure> {
        let member = member_id(id)?;
        let view = View::read(query).with_member(member);
        let request = Form::read(query.unwrap_or_default().as_bytes()).parse("request");
        Ok(Self {
            actor,
            view,
            member,
            request,
        })
    }

    fn request(&self) -> Result<RequestId, Failure> {
        Ok(self.request.ok_or(Error::not_found("request"))?)
    }

    /// Name of the colleague, if the actor sees him.
    async fn name(&self) -> Result<String, Failure> {
        let sight = Sight::open(&self.actor).await?;
        Ok(sight.name(self.member).ok_or(Error::not_found("member"))?)
    }

    /// Back to the card, with a sentence about what was done and perhaps the address that takes it back.
    async fn done(self, key: &str, undo: Option<String>) -> Result<Response, Failure> {
        let name = self.name().await?;
        let text = self.actor.l.t1(key, "name", name);
        let flash = match undo {
            Some(path) => Flash::undo(text, path),
            None => Flash::text(text),
        };
        Ok(reply::see_other_with(
            &self.view.card_url(),
            &flash,
            &self.actor.secret,
        ))
    }

    /// The same page with the reason why it was not done, if that is one to be read there.
    async fn failed(self, error: Error, typed: Option<&str>) -> Result<Response, Failure> {
        let status = Failure::from(error.clone()).status();
        let is_about_the_card = matches!(
            error,
            Error::Refused(_)
                | Error::Invalid(_)
                | Error::Conflict { .. }
                | Error::NotFound { noun: "request" }
        );
        if !is_about_the_card {
            return Err(error.into());
        }
        let sight = Sight::open(&self.actor).await?;
        let text = sentence(self.actor.l, &error, &sight.lens.corp.settings.zone());
        let is_message = matches!(&error, Error::Invalid(fields) if fields.iter().any(|field| field.field == "message"));
        let problem = Problem {
            status: if status.is_client_error() {
                status
            } else {
                StatusCode::CONFLICT
            },
            message: is_message.then(|| text.clone()),
            text: if is_message { String::new() } else { text },
            typed: typed.map(str::to_owned),
        };
        show(self.actor, self.view, Some(problem)).await
    }

    /// The address that takes an act on a request back.
    fn undo(&self, verb: &str, request: RequestId) -> String {
        self.view.act_on(verb, request)
    }
}

/// `POST /directory/members/{id}/request`
pub async fn request(
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    Posted { actor, form }: Posted,
) -> Result<Response, Failure> {
    let act = Act::new(actor, &id, query.as_deref())?;
    let ask = Ask {
        recipient: act.member,
        message: form.text("message").to_owned(),
        add_way: AddWay::Colleague,
    };
    let sent = act
        .actor
        .write(move |tx, cx| contact::ask(tx, cx, &ask))
        .await;
    match sent {
        Ok(Outcome::Asked(request)) => {
            let undo = act.undo("withdraw", request);
            act.done("directory-sent", Some(undo)).await
        }
        Ok(Outcome::StillPending(_)) => act.done("directory-still-pending", None).await,
        Ok(Outcome::Met(_)) => act.done("directory-met", None).await,
        Ok(Outcome::AlreadyContacts) => act.done("directory-already-contacts", None).await,
        Err(error) => act.failed(error, Some(form.text("message"))).await,
    }
}

/// `POST /directory/members/{id}/withdraw`
pub async fn withdraw(
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    Posted { actor, .. }: Posted,
) -> Result<Response, Failure> {
    let act = Act::new(actor, &id, query.as_deref())?;
    let request = act.request()?;
    let done = act
        .actor
        .write(move |tx, cx| requests::withdraw(tx, cx, request))
        .await;
    match done {
        Ok(_) => {
            let undo = act.undo("undo", request);
            act.done("directory-withdrawn", Some(undo)).await
        }
        Err(error) => act.failed(error, None).await,
    }
}

/// `POST /directory/members/{id}/accept`
pub async fn accept(
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    Posted { actor, .. }: Posted,
) -> Result<Response, Failure> {
    let act = Act::new(actor, &id, query.as_deref())?;
    let request = act.request()?;
    let done = act
        .actor
        .write(move |tx, cx| requests::accept(tx, cx, request))
        .await;
    match done {
        Ok(_) => {
            let undo = act.undo("undo", request);
            act.done("directory-accepted", Some(undo)).await
        }
        Err(error) => act.failed(error, None).await,
    }
}

/// `POST /directory/members/{id}/decline`
pub async fn decline(
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    Posted { actor, .. }: Posted,
) -> Result<Response, Failure> {
    let act = Act::new(actor, &id, query.as_deref())?;
    let request = act.request()?;
    let done = act
        .actor
        .write(move |tx, cx| requests::decline(tx, cx, request, ""))
        .await;
    match done {
        Ok(_) => {
            let undo = act.undo("undo", request);
            act.done("directory-declined", Some(undo)).await
        }
        Err(error) => act.failed(error, None).await,
    }
}

/// `POST /directory/members/{id}/undo`: takes the last decision on a request back.
pub async fn undo(
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    Posted { actor, .. }: Posted,
) -> Result<Response, Failure> {
    let act = Act::new(actor, &id, query.as_deref())?;
    let request = act.request()?;
    let done = act
        .actor
        .write(move |tx, cx| requests::undo(tx, cx, request))
        .await;
    match done {
        Ok(_) => act.done("directory-undone", None).await,
        Err(error) => act.failed(error, None).await,
    }
}

#[derive(Template)]
#[template(path = "directory-block.html")]
struct Block {
    shell: Shell,
    name: String,
    view: View,
}

/// `GET /directory/members/{id}/block`: asks first.
pub async fn ask_block(
    actor: Actor,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let sight = Sight::open(&actor).await?;
    let member = member_id(&id)?;
    let view = View::read(query.as_deref()).with_member(member);
    let name = sight.name(member).ok_or(Error::not_found("member"))?;
    let frame = actor.read(console::frame).await?;
    let page = Block {
        shell: frame.shell(&actor, Place::Directory),
        name,
        view,
    };
    Ok(reply::page(&page.shell, &page))
}

/// `POST /directory/members/{id}/block`
pub async fn block(
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    Posted { actor, .. }: Posted,
) -> Result<Response, Failure> {
    let act = Act::new(actor, &id, query.as_deref())?;
    let member = act.member;
    let done = act
        .actor
        .write(move |tx, cx| contact::block(tx, cx, member))
        .await;
    match done {
        Ok(()) => {
            let undo = act.view.act("unblock");
            act.done("directory-blocked", Some(undo)).await
        }
        Err(error) => act.failed(error, None).await,
    }
}

/// `POST /directory/members/{id}/unblock`
pub async fn unblock(
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    Posted { actor, .. }: Posted,
) -> Result<Response, Failure> {
    let act = Act::new(actor, &id, query.as_deref())?;
    // Whoever is blocked and no longer seen has no card; the list of blocks has him.
    act.name().await?;
    let member = act.member;
    let done = act
        .actor
        .write(move |tx, cx| contact::unblock(tx, cx, member))
        .await;
    match done {
        Ok(()) => act.done("directory-unblocked", None).await,
        Err(error) => act.failed(error, None).await,
    }
}
