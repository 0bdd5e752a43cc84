//! Customers of the member: persons outside who are his contacts, with his remarks, tags and stars.

mod admin;

use std::sync::Arc;

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use guanxi_app::{
    Error,
    customer::{self, Held, Known},
};
use guanxi_model::id::PersonId;
use guanxi_search::Sound;

pub use admin::{file_all, list_all};

use super::contact::act::tags;
use crate::{
    auth::{Actor, Form, Posted},
    console,
    csv::{self, Rows},
    error::Failure,
    page::{Errors, Flash, Pager, Place, Shell, encoded},
    reply,
};

/// Rows of a page.
const LIMIT: usize = 50;
/// Rows that are written to a file at once.
const STEP: usize = 500;

/// A customer as a list shows him.
struct Row {
    held: Held,
    sound: Sound,
}

impl Row {
    fn of(held: Held) -> Self {
        let sound = Sound::of(shown(&held));
        Self { held, sound }
    }

    fn shown(&self) -> &str {
        shown(&self.held)
    }

    /// Whether name, remark, tag, code or pinyin has what was typed.
    fn matches(&self, typed: &str) -> bool {
        let Held {
            name,
            contact,
            code,
            ..
        } = &self.held;
        let has = |text: &String| text.to_lowercase().contains(typed);
        let texts = [name, &contact.remark, code].into_iter();
        let bare: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
        texts.chain(&contact.tags).any(has)
            || (bare.is_ascii()
                && (self.sound.letters.starts_with(&bare)
                    || self.sound.initials.starts_with(&bare)))
    }
}

/// The remark, or else the name.
fn shown(held: &Held) -> &str {
    if held.contact.remark.is_empty() {
        &held.name
    } else {
        &held.contact.remark
    }
}

/// Customers that have what was typed, the starred first, then by their sound.
fn sorted(all: Vec<Held>, typed: &str) -> Vec<Row> {
    let typed = typed.to_lowercase();
    let mut rows: Vec<Row> = all
        .into_iter()
        .map(Row::of)
        .filter(|row| typed.is_empty() || row.matches(&typed))
        .collect();
    rows.sort_by(|a, b| {
        let order = |row: &Row| (!row.held.contact.starred, row.sound.letters.clone());
        order(a).cmp(&order(b))
    });
    rows
}

fn query(path: &str) -> String {
    Form::query(path)
        .text("q")
        .trim()
        .chars()
        .filter(|c| !c.is_control())
        .take(64)
        .collect()
}

#[derive(Template)]
#[template(path = "customers.html")]
struct List {
    shell: Shell,
    q: String,
    all: usize,
    rows: Vec<Row>,
    pager: Pager,
}

/// `GET /customers`
pub async fn list(actor: Actor) -> Result<Response, Failure> {
    let (frame, all) = actor
        .read(|tx, cx| {
            let frame = console::frame(tx, cx)?;
            let all = customer::list(tx, &frame.me)?;
            Ok((frame, all))
        })
        .await?;
    let q = query(&actor.path);
    let count = all.len();
    let rows = sorted(all, &q);
    let found = rows.len();
    let number = Form::query(&actor.path).parse::<usize>("page").unwrap_or(1);
    let number = number.clamp(1, found.div_ceil(LIMIT).max(1));
    let from = (number - 1) * LIMIT;
    let address = |number: usize| format!("/customers?page={number}&q={}", encoded(&q));
    let page = List {
        shell: frame.shell(&actor, Place::Contacts),
        all: count,
        pager: Pager {
            from: from as u64 + 1,
            to: found.min(from + LIMIT) as u64,
            total: Some(found as u64),
            previous: (number > 1).then(|| address(number - 1)),
            next: (from + LIMIT < found).then(|| address(number + 1)),
        },
        rows: rows.into_iter().skip(from).take(LIMIT).collect(),
        q,
    };
    Ok(reply::page(&page.shell, &page))
}

/// `GET /customers/export.csv`
pub async fn file(actor: Actor) -> Result<Response, Failure> {
    actor.write(customer::announce_export).await?;
    let (all, tz) = actor
        .read(|tx, cx| {
            let me = cx.me(tx)?;
            Ok((customer::list(tx, &me)?, me.corp.settings.zone()))
        })
        .await?;
    let l = actor.l;
    let rows = Arc::new(sorted(all, &query(&actor.path)));
    let mut head = Rows::default();
    head.push(
        [
            "contact-column-name",
            "contact-column-remark",
            "contact-column-tags",
            "contact-column-starred",
            "customer-code",
            "contact-column-since",
        ]
        .map(|key| l.t(key)),
    );
    let step = move |from: usize| {
        let (rows, tz) = (Arc::clone(&rows), tz.clone());
        async move {
            let mut written = Rows::default();
            for Row { held, .. } in rows.iter().skip(from).take(STEP) {
                let star = if held.contact.starred { "★" } else { "" };
                written.push([
                    held.name.clone(),
                    held.contact.remark.clone(),
                    held.contact.tags.join(", "),
                    star.to_owned(),
                    held.code.clone(),
                    l.date_time(held.contact.since_ms, &tz),
                ]);
            }
            Ok((written, (from + STEP < rows.len()).then_some(from + STEP)))
        }
    };
    Ok(csv::download(&l.t("customer-file"), head, 0, step))
}

#[derive(Template)]
#[template(path = "customer.html")]
struct One {
    shell: Shell,
    held: Held,
    known: Known,
    remark: String,
    tags: String,
    starred: bool,
    errors: Errors,
}

impl One {
    /// The door by which they met.
    fn door(&self) -> String {
        let key = format!("audit-value-add_way-{}", self.held.contact.add_way.name());
        self.shell.l.t(&key).into_owned()
    }

    fn is_me(&self, follower: &customer::Follower) -> bool {
        self.held.contact.owner.member() == Some(follower.member)
    }

    fn path(&self, act: &str) -> String {
        format!("/customers/{}/{act}", self.held.person)
    }
}

/// `GET /customers/{id}`
pub async fn one(Path(id): Path<PersonId>, actor: Actor) -> Result<Response, Failure> {
    one_page(&actor, id, None, Errors::default()).await
}

async fn one_page(
    actor: &Actor,
    id: PersonId,
    typed: Option<&Form>,
    errors: Errors,
) -> Result<Response, Failure> {
    let (frame, held, known) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let held = customer::find(tx, &frame.me, id)?;
            let known = customer::known(tx, cx, &frame.me, id)?;
            Ok((frame, held, known))
        })
        .await?;
    let (remark, tags, starred) = match typed {
        Some(form) => (
            form.text("remark").to_owned(),
            form.text("tags").to_owned(),
            form.is_on("starred"),
        ),
        None => (
            held.contact.remark.clone(),
            held.contact
                .tags
                .join(if actor.l.tag() == "en" { ", " } else { "，" }),
            held.contact.starred,
        ),
    };
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let page = One {
        shell: frame.shell(actor, Place::Contacts),
        held,
        known,
        remark,
        tags,
        starred,
        errors,
    };
    Ok(reply::page_with(status, &page.shell, &page))
}

/// `POST /customers/{id}/note`
pub async fn note(
    Path(id): Path<PersonId>,
    Posted { actor, form }: Posted,
) -> Result<Response, Failure> {
    let (remark, typed) = (form.text("remark").to_owned(), tags(form.text("tags")));
    let starred = form.is_on("starred");
    let noted = actor
        .write(move |tx, cx| customer::note(tx, cx, id, &remark, &typed, starred))
        .await;
    match noted {
        Ok(()) => {
            let flash = Flash::text(actor.l.t("contact-noted"));
            Ok(reply::see_other_with("/customers", &flash, &actor.secret))
        }
        Err(Error::Invalid(fields)) => {
            let mut errors = Errors::default();
            for field in &fields {
                errors.refuse(field.field, actor.l, field);
            }
            one_page(&actor, id, Some(&form), errors).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /customers/{id}/remove`
pub async fn remove(
    Path(id): Path<PersonId>,
    Posted { actor, .. }: Posted,
) -> Result<Response, Failure> {
    let held = actor.write(move |tx, cx| customer::end(tx, cx, id)).await?;
    let text = actor.l.t1("customer-removed", "name", held.name);
    let flash = Flash::undo(text, format!("/customers/{id}/restore"));
    Ok(reply::see_other_with("/customers", &flash, &actor.secret))
}

/// `POST /customers/{id}/restore`
pub async fn restore(
    Path(id): Path<PersonId>,
    Posted { actor, .. }: Posted,
) -> Result<Response, Failure> {
    actor
        .write(move |tx, cx| customer::restore(tx, cx, id))
        .await?;
    let flash = Flash::text(actor.l.t("customer-restored"));
    Ok(reply::see_other_with("/customers", &flash, &actor.secret))
}
