//! Requests to many at once: the choice with message and budget, and afterwards what came of each.

use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
    response::Response,
};
use guanxi_app::{
    Error,
    contact::batch::{self, Fate},
    contact::standings,
};
use guanxi_model::{
    id::{BatchId, MemberId},
    request::BATCH_MAX,
};

use super::{Sight, card, row::State};
use crate::{
    auth::{Actor, Form, Posted},
    console,
    error::{Failure, sentence},
    page::{Place, Shell},
    reply,
};

/// Somebody who was chosen.
struct Choice {
    id: MemberId,
    name: String,
    department: String,
    state: State,
}

#[derive(Template)]
#[template(path = "directory-batch.html")]
struct Choose {
    shell: Shell,
    /// Number of the batch, so that sending it twice sends it once.
    batch: BatchId,
    chosen: Vec<Choice>,
    form: card::Form,
}

impl Choose {
    /// How many of the chosen can be asked.
    fn open(&self) -> usize {
        self.chosen
            .iter()
            .filter(|choice| choice.state.is_open())
            .count()
    }

    /// How many of them today's budget does not cover.
    fn beyond(&self) -> usize {
        self.open().saturating_sub(self.form.left as usize)
    }
}

/// `GET /directory/requests/new`
pub async fn choose(actor: Actor, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let form = Form::read(query.unwrap_or_default().as_bytes());
    let ids = chosen(&form);
    let batch = actor.cx.new_id(BatchId::from_u128);
    let page = read(&actor, batch, ids).await?;
    Ok(reply::page(&page.shell, &page))
}

fn chosen(form: &Form) -> Vec<MemberId> {
    let mut ids: Vec<MemberId> = Vec::new();
    for id in form.parse_all("to") {
        if ids.len() <= BATCH_MAX && !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

async fn read(actor: &Actor, batch: BatchId, ids: Vec<MemberId>) -> Result<Choose, Failure> {
    let sight = Sight::open(actor).await?;
    let known: Vec<_> = ids
        .into_iter()
        .filter_map(|id| Some((id, sight.entry(id)?)))
        .collect();
    let ids: Vec<MemberId> = known.iter().map(|(id, _)| *id).collect();
    let (frame, standings, form) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let standings = standings(tx, cx, &frame.me, &ids)?;
            let form = card::Form::new(tx, cx, &frame.me)?;
            Ok((frame, standings, form))
        })
        .await?;
    let chosen = known
        .into_iter()
        .zip(&standings)
        .map(|((id, entry), standing)| Choice {
            id,
            department: sight.place(&entry),
            name: entry.name,
            state: State::of(standing, id == sight.lens.viewer),
        });
    Ok(Choose {
        chosen: chosen.collect(),
        shell: frame.shell(actor, Place::Directory),
        batch,
        form,
    })
}

/// `POST /directory/requests`
pub async fn send(Posted { actor, form }: Posted) -> Result<Response, Failure> {
    let batch: BatchId = form
        .parse("batch")
        .unwrap_or_else(|| actor.cx.new_id(BatchId::from_u128));
    let ids = chosen(&form);
    let (recipients, message) = (ids.clone(), form.text("message").to_owned());
    let sent = actor
        .write(move |tx, cx| batch::send(tx, cx, batch, &recipients, &message))
        .await;
    match sent {
        Ok(()) => Ok(reply::see_other(&format!("/directory/requests/{batch}"))),
        Err(Error::Invalid(fields)) => {
            let mut page = read(&actor, batch, ids).await?;
            form.text("message").clone_into(&mut page.form.message);
            for field in &fields {
                page.form.errors.refuse(field.field, actor.l, field);
            }
            Ok(reply::page_with(
                StatusCode::UNPROCESSABLE_ENTITY,
                &page.shell,
                &page,
            ))
        }
        Err(error) => Err(error.into()),
    }
}

/// What came of one of many.
struct Line {
    id: MemberId,
    /// None for one whom the sender no longer sees.
    name: Option<String>,
    department: String,
    /// Word and kind of the tag.
    tag: (&'static str, &'static str),
    /// Why it was not sent, or empty.
    reason: String,
    is_sent: bool,
}

#[derive(Template)]
#[template(path = "directory-result.html")]
struct Outcome {
    shell: Shell,
    message: String,
    sent_at_ms: i64,
    /// Those who were not asked first, then in the order of the choice.
    lines: Vec<Line>,
    asked: usize,
    /// The same choice again, for those who were refused.
    again: Option<String>,
}

/// `GET /directory/requests/{id}`
pub async fn result(actor: Actor, Path(id): Path<String>) -> Result<Response, Failure> {
    let id: BatchId = id.parse().map_err(|_| Error::not_found("batch"))?;
    let sight = Sight::open(&actor).await?;
    let (frame, batch) = actor
        .read(move |tx, cx| Ok((console::frame(tx, cx)?, batch::get(tx, cx, id)?)))
        .await?;
    let mut lines: Vec<Line> = batch
        .results
        .iter()
        .map(|(id, fate)| line(&actor, &sight, *id, *fate))
        .collect();
    lines.sort_by_key(|line| line.is_sent);
    let refused = batch
        .results
        .iter()
        .filter(|(_, fate)| matches!(fate, Fate::Refused(_)));
    let again: Vec<String> = refused.map(|(id, _)| format!("to={id}")).collect();
    let page = Outcome {
        shell: frame.shell(&actor, Place::Directory),
        message: batch.message,
        sent_at_ms: batch.sent_at_ms,
        asked: batch
            .results
            .iter()
            .filter(|(_, fate)| *fate == Fate::Asked)
            .count(),
        lines,
        again: (!again.is_empty()).then(|| format!("/directory/requests/new?{}", again.join("&"))),
    };
    Ok(reply::page(&page.shell, &page))
}

fn line(actor: &Actor, sight: &Sight, id: MemberId, fate: Fate) -> Line {
    let entry = sight.entry(id);
    let tag = match fate {
        Fate::Asked => ("directory-fate-asked", "ok"),
        Fate::Met => ("directory-fate-met", "ok"),
        Fate::AlreadyContacts => ("directory-fate-contacts", ""),
        Fate::StillPending => ("directory-fate-pending", "wait"),
        Fate::Refused(_) | Fate::NotFound => ("directory-fate-not-sent", "bad"),
    };
    let reason = match fate {
        Fate::Refused(refusal) => Some(Error::Refused(refusal)),
        Fate::NotFound => Some(Error::not_found("member")),
        _ => None,
    };
    let zone = sight.lens.corp.settings.zone();
    Line {
        id,
        department: entry
            .as_ref()
            .map(|entry| sight.place(entry))
            .unwrap_or_default(),
        name: entry.map(|entry| entry.name),
        tag,
        is_sent: reason.is_none(),
        reason: reason
            .map(|error| sentence(actor.l, &error, &zone))
            .unwrap_or_default(),
    }
}
