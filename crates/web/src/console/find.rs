//! "Why can't I find this colleague": what a member may know about it, his question to the administrators, their answers.
//!
//! The page says the same whether or not somebody hidden has that name; `guanxi_app::find_ask` sees to that.

use askama::Template;
use axum::{extract::RawQuery, http::StatusCode, response::Response};
use guanxi_app::{
    Error,
    directory::{Found, Search},
    find_ask::{self, Known, QUERY_MAX},
};
use guanxi_model::id::MemberId;
use guanxi_search::reading_of;
use guanxi_store::find_ask::Ask;

use super::directory::Sight;
use crate::{
    auth::{Actor, Form, Posted},
    console,
    error::{Failure, sentence},
    page::{Errors, Flash, Place, Shell, encoded},
    reply,
};

/// Questions listed.
const OWN: i64 = 20;

/// Somebody who may be the one.
struct Person {
    id: MemberId,
    name: String,
    reading: String,
    place: String,
    href: String,
}

/// What was looked into for a text.
struct Steps {
    /// One slip away.
    typos: Vec<Person>,
    /// How many match as typed.
    matches: usize,
    not_activated: Vec<Person>,
    gone: Vec<Person>,
    /// How many people the member sees at all.
    colleagues: usize,
    /// His open question about this text.
    asked: Option<Ask>,
}

#[derive(Template)]
#[template(path = "find.html")]
struct Page {
    shell: Shell,
    query: String,
    steps: Option<Steps>,
    own: Vec<Ask>,
    message: String,
    errors: Errors,
    problem: String,
}

impl Page {
    /// The address of the same search in the directory.
    fn search_href(&self) -> String {
        search_href(&self.query)
    }
}

fn search_href(text: &str) -> String {
    format!("/directory?q={}", encoded(text))
}

/// What a question that was not sent leaves to correct.
struct Refused {
    status: StatusCode,
    error: Error,
    message: String,
}

/// `GET /directory/find`
pub async fn page(actor: Actor, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let form = Form::read(query.unwrap_or_default().as_bytes());
    show(actor, &short(form.text("q")), None).await
}

/// The text as it is asked about.
fn short(text: &str) -> String {
    text.trim()
        .chars()
        .filter(|c| !c.is_control())
        .take(QUERY_MAX)
        .collect()
}

async fn show(actor: Actor, query: &str, refused: Option<Refused>) -> Result<Response, Failure> {
    let sight = Sight::open(&actor).await?;
    let text = query.to_owned();
    let (directory, lens) = (sight.directory.clone(), sight.lens.clone());
    let (frame, classes, own) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let classes = if text.is_empty() {
                None
            } else {
                Some(find_ask::classes(tx, &frame.me, &directory, &lens, &text)?)
            };
            let own = find_ask::list_own(tx, &frame.me, OWN)?;
            Ok((frame, classes, own))
        })
        .await?;
    let steps = classes.map(|classes| sight.steps(query, classes));
    let l = actor.l;
    let mut page = Page {
        shell: frame.shell(&actor, Place::Directory),
        query: query.to_owned(),
        steps,
        own,
        message: l.t1("find-message-first", "name", query).into_owned(),
        errors: Errors::default(),
        problem: String::new(),
    };
    let Some(refused) = refused else {
        return Ok(reply::page(&page.shell, &page));
    };
    page.message = refused.message;
    let text = sentence(l, &refused.error, &page.shell.tz);
    if matches!(refused.error, Error::Invalid(_)) {
        page.errors.add("message", text);
    } else {
        page.problem = text;
    }
    Ok(reply::page_with(refused.status, &page.shell, &page))
}

impl Sight {
    fn steps(&self, query: &str, classes: find_ask::Classes) -> Steps {
        let is_corrected = !classes.typos.is_empty();
        let wanted = Search {
            text: query,
            limit: 1,
            ..Search::default()
        };
        let matches = match self.directory.search(&self.lens, &wanted) {
            results if is_corrected || results.corrected => 0,
            results => count(results.total),
        };
        Steps {
            typos: classes
                .typos
                .into_iter()
                .map(|found| self.found(found))
                .collect(),
            matches,
            not_activated: classes
                .not_activated
                .into_iter()
                .map(|known| self.known(known))
                .collect(),
            gone: classes
                .gone
                .into_iter()
                .map(|known| self.known(known))
                .collect(),
            colleagues: classes.colleagues,
            asked: classes.asked,
        }
    }

    fn found(&self, found: Found) -> Person {
        Person {
            id: found.id,
            reading: reading_of(&found.entry.name),
            place: self.place(&found.entry),
            href: format!("/directory/members/{}", found.id),
            name: found.entry.name,
        }
    }

    fn known(&self, known: Known) -> Person {
        let path = known.departments.first().map(|id| self.lens.path(*id));
        Person {
            id: known.id,
            reading: reading_of(&known.name),
            place: path.unwrap_or_default().join(" / "),
            href: format!("/directory/members/{}", known.id),
            name: known.name,
        }
    }
}

fn count(total: guanxi_search::Total) -> usize {
    match total {
        guanxi_search::Total::Exact(count) | guanxi_search::Total::AtLeast(count) => count,
    }
}

/// `POST /directory/find`
pub async fn ask(Posted { actor, form }: Posted) -> Result<Response, Failure> {
    let query = short(form.text("q"));
    let (text, message) = (query.clone(), form.text("message").to_owned());
    let asked = actor
        .write_once(move |tx, cx| find_ask::ask(tx, cx, &text, &message))
        .await;
    match asked {
        Ok(_) => {
            let path = format!("/directory/find?q={}", encoded(&query));
            let flash = Flash::text(actor.l.t("find-asked"));
            Ok(reply::see_other_with(&path, &flash, &actor.secret))
        }
        Err(error @ (Error::Invalid(_) | Error::OverLimit { .. })) if !query.is_empty() => {
            let refused = Refused {
                status: Failure::from(error.clone()).status(),
                error,
                message: form.text("message").to_owned(),
            };
            show(actor, &query, Some(refused)).await
        }
        Err(error) => Err(error.into()),
    }
}
