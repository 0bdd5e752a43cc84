//! What is done on a card: ask, answer, take back, block. Each act ends where it began, with the card open.

use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
    response::Response,
};
use guanxi_app::{
    Cx, Error,
    contact::{self, Ask, Outcome},
    request as requests,
};
use guanxi_model::{
    id::{MemberId, RequestId},
    request::{AddWay, Request},
};
use guanxi_store::Tx;

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

    /// Does something with the request that the address names, if it is one between the actor and this colleague.
    async fn settle(
        self,
        key: &str,
        can_undo: bool,
        act: fn(&mut Tx<'_>, &Cx, RequestId) -> guanxi_app::Result<Request>,
    ) -> Result<Response, Failure> {
        let request = self.request.ok_or(Error::not_found("request"))?;
        let undo = can_undo.then(|| self.view.act_on("undo", request));
        let member = self.member;
        let done = self.actor.write(move |tx, cx| {
            let settled = act(tx, cx, request)?;
            let sides = [settled.sender.member(), settled.recipient.member()];
            // The error takes back what was done to a request of somebody else's.
            if !sides.contains(&Some(member)) {
                return Err(Error::not_found("request"));
            }
            contact::name_of(tx, cx.account()?.0, member)
        });
        match done.await {
            Ok(name) => Ok(self.done(key, name, undo)),
            Err(error) => self.failed(error, None).await,
        }
    }

    /// Does something about the colleague.
    async fn about(
        self,
        key: &str,
        undo: Option<String>,
        act: fn(&mut Tx<'_>, &Cx, MemberId) -> guanxi_app::Result<()>,
    ) -> Result<Response, Failure> {
        let member = self.member;
        let done = self
            .actor
            .write(move |tx, cx| {
                act(tx, cx, member)?;
                contact::name_of(tx, cx.account()?.0, member)
            })
            .await;
        match done {
            Ok(name) => Ok(self.done(key, name, undo)),
            Err(error) => self.failed(error, None).await,
        }
    }

    /// Back to the card, with a sentence about what was done and perhaps the address that takes it back.
    fn done(self, key: &str, name: String, undo: Option<String>) -> Response {
        let text = self.actor.l.t1(key, "name", name);
        let flash = match undo {
            Some(path) => Flash::undo(text, path),
            None => Flash::text(text),
        };
        reply::see_other_with(&self.view.card_url(), &flash, &self.actor.secret)
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
        .write(move |tx, cx| {
            let outcome = contact::ask(tx, cx, &ask)?;
            let name = contact::name_of(tx, cx.account()?.0, ask.recipient)?;
            Ok((outcome, name))
        })
        .await;
    let (outcome, name) = match sent {
        Ok(sent) => sent,
        Err(error) => return act.failed(error, Some(form.text("message"))).await,
    };
    let (key, undo) = match outcome {
        Outcome::Asked(request) => ("directory-sent", Some(act.view.act_on("withdraw", request))),
        Outcome::StillPending(_) => ("directory-still-pending", None),
        Outcome::Met(_) => ("directory-met", None),
        Outcome::AlreadyContacts => ("directory-already-contacts", None),
    };
    Ok(act.done(key, name, undo))
}

/// `POST /directory/members/{id}/withdraw`
pub async fn withdraw(
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    Posted { actor, .. }: Posted,
) -> Result<Response, Failure> {
    let act = Act::new(actor, &id, query.as_deref())?;
    act.settle("directory-withdrawn", true, requests::withdraw)
        .await
}

/// `POST /directory/members/{id}/accept`
pub async fn accept(
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    Posted { actor, .. }: Posted,
) -> Result<Response, Failure> {
    let act = Act::new(actor, &id, query.as_deref())?;
    act.settle("directory-accepted", true, requests::accept)
        .await
}

/// `POST /directory/members/{id}/decline`
pub async fn decline(
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    Posted { actor, .. }: Posted,
) -> Result<Response, Failure> {
    let act = Act::new(actor, &id, query.as_deref())?;
    act.settle("directory-declined", true, |tx, cx, request| {
        requests::decline(tx, cx, request, "")
    })
    .await
}

/// `POST /directory/members/{id}/undo`: takes the last decision on a request back.
pub async fn undo(
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    Posted { actor, .. }: Posted,
) -> Result<Response, Failure> {
    let act = Act::new(actor, &id, query.as_deref())?;
    act.settle("directory-undone", false, requests::undo).await
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
    let undo = act.view.act("unblock");
    act.about("directory-blocked", Some(undo), contact::block)
        .await
}

/// `POST /directory/members/{id}/unblock`
pub async fn unblock(
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    Posted { actor, .. }: Posted,
) -> Result<Response, Failure> {
    let act = Act::new(actor, &id, query.as_deref())?;
    // Whoever is blocked and no longer seen has no card; the list of blocks has him.
    let sight = Sight::open(&act.actor).await?;
    sight.name(act.member).ok_or(Error::not_found("member"))?;
    act.about("directory-unblocked", None, contact::unblock)
        .await
}
