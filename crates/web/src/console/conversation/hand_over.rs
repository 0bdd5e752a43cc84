//! Handing a conversation over: a colleague is found by name and takes it.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use guanxi_app::{
    Error, conversation,
    directory::{self, Search},
};
use guanxi_model::id::{ConversationId, MemberId};

use super::number;
use crate::{
    auth::{Actor, Form, Posted},
    console,
    error::{Failure, sentence},
    page::{Face, Flash, Place, Shell},
    reply,
};

/// Colleagues that a search offers.
const FOUND: usize = 10;

/// A colleague who may take it.
struct Candidate {
    id: MemberId,
    face: Face,
    name: String,
    position: String,
}

#[derive(Template)]
#[template(path = "conversation-hand-over.html")]
struct HandOver {
    shell: Shell,
    id: ConversationId,
    customer: String,
    q: String,
    found: Vec<Candidate>,
    error: String,
}

impl HandOver {
    fn path(&self) -> String {
        format!("/conversations/{}/hand-over", self.id)
    }
}

/// `GET /conversations/{id}/hand-over?q=`
pub async fn ask_hand_over(Path(id): Path<String>, actor: Actor) -> Result<Response, Failure> {
    let id = number(&id)?;
    let q = Form::query(&actor.path).text("q").to_owned();
    ask(&actor, id, &q, StatusCode::OK, String::new()).await
}

async fn ask(
    actor: &Actor,
    id: ConversationId,
    q: &str,
    status: StatusCode,
    error: String,
) -> Result<Response, Failure> {
    let q: String = q
        .trim()
        .chars()
        .filter(|c| !c.is_control())
        .take(64)
        .collect();
    let (corp_id, me) = actor.cx.account()?;
    let (listed, state) = directory::open(&actor.app.env, corp_id).await?;
    let lens = listed.lens(&actor.cx, &state, me)?;
    let search = Search {
        text: &q,
        limit: FOUND,
        ..Search::default()
    };
    let ids: Vec<MemberId> = if q.is_empty() {
        Vec::new()
    } else {
        let results = listed.search(&lens, &search);
        results.found.into_iter().map(|found| found.id).collect()
    };
    let (frame, thread, found) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let thread = conversation::thread(tx, cx, id, None)?;
            let mut found = Vec::new();
            for id in &ids {
                found.extend(guanxi_store::member::find(tx, frame.me.corp_id, *id)?);
            }
            Ok((frame, thread, found))
        })
        .await?;
    let found = found
        .into_iter()
        .filter(|member| member.status == guanxi_model::member::Status::Active && member.id != me)
        .map(|member| Candidate {
            id: member.id,
            face: Face::of(&member),
            name: member.profile.name,
            position: member.profile.position,
        });
    let page = HandOver {
        found: found.collect(),
        shell: frame.shell(actor, Place::Conversations),
        id,
        customer: if thread.remark.is_empty() {
            thread.name
        } else {
            thread.remark
        },
        q,
        error,
    };
    Ok(reply::page_with(status, &page.shell, &page))
}

/// `POST /conversations/{id}/hand-over`
pub async fn hand_over(
    Path(id): Path<String>,
    Posted { actor, form }: Posted,
) -> Result<Response, Failure> {
    let id = number(&id)?;
    let to: Option<MemberId> = form.parse("to");
    let given = actor
        .write_once(move |tx, cx| {
            let to = to.ok_or(Error::invalid("to", "not_active"))?;
            conversation::hand_over(tx, cx, id, to)?;
            let (corp, _) = cx.account()?;
            guanxi_app::contact::name_of(tx, corp, to)
        })
        .await;
    match given {
        Ok(name) => {
            let flash = Flash::text(actor.l.t1("talk-handed-over", "name", name));
            Ok(reply::see_other_with(
                "/conversations",
                &flash,
                &actor.secret,
            ))
        }
        Err(error @ (Error::Invalid(_) | Error::Refused(_))) => {
            let text = sentence(actor.l, &error, &actor.zone());
            let status = Failure::App(error).status();
            ask(&actor, id, form.text("q"), status, text).await
        }
        Err(error) => Err(error.into()),
    }
}
