//! All customers of the company: who holds them, by which code they came, and how integrators name them.

use std::sync::Arc;

use askama::Template;
use axum::response::Response;
use guanxi_app::customer::{self, Known};
use guanxi_model::id::PersonId;

use super::{STEP, query};
use crate::{
    auth::{Actor, Form},
    console,
    csv::{self, Rows},
    error::Failure,
    locale::Locale,
    page::{Place, Shell, encoded},
    reply,
};

/// Rows of a page.
const LIMIT: usize = 50;

#[derive(Template)]
#[template(path = "customers-all.html")]
struct List {
    shell: Shell,
    q: String,
    rows: Vec<Known>,
    older: Option<String>,
    is_first: bool,
}

/// `GET /admin/customers`
pub async fn list_all(actor: Actor) -> Result<Response, Failure> {
    let q = query(&actor.path);
    let before: Option<PersonId> = Form::query(&actor.path).parse("before");
    let text = q.clone();
    let (frame, mut rows) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let rows = customer::page(tx, &frame.me, &text, before, LIMIT as i64 + 1)?;
            Ok((frame, rows))
        })
        .await?;
    let is_more = rows.len() > LIMIT;
    rows.truncate(LIMIT);
    let last = rows.last().filter(|_| is_more);
    let page = List {
        shell: frame.shell(&actor, Place::AllCustomers),
        older: last.map(|last| {
            let q = encoded(&q);
            format!("/admin/customers?before={}&q={q}", last.person)
        }),
        is_first: before.is_none(),
        rows,
        q,
    };
    Ok(reply::page(&page.shell, &page))
}

/// Names of those who hold a customer.
fn holders(known: &Known, l: Locale) -> String {
    let names = known.followers.iter().map(|held| held.name.as_str());
    let names: Vec<&str> = names.collect();
    names.join(if l.tag() == "en" { ", " } else { "、" })
}

impl List {
    fn holders(&self, known: &Known) -> String {
        holders(known, self.shell.l)
    }

    fn first_path(&self) -> String {
        format!("/admin/customers?q={}", encoded(&self.q))
    }

    fn export_path(&self) -> String {
        format!("/admin/customers/export.csv?q={}", encoded(&self.q))
    }
}

/// `GET /admin/customers/export.csv`
pub async fn file_all(actor: Actor) -> Result<Response, Failure> {
    actor.write(customer::announce_list_export).await?;
    let tz = actor
        .read(|tx, cx| Ok(cx.me(tx)?.corp.settings.zone()))
        .await?;
    let (l, q) = (actor.l, query(&actor.path));
    let mut head = Rows::default();
    head.push(
        [
            "contact-column-name",
            "customer-external-id",
            "customer-holders",
            "customer-code",
            "customer-first",
        ]
        .map(|key| l.t(key)),
    );
    let actor = Arc::new(actor);
    let step = move |before: Option<PersonId>| {
        let (actor, tz, q) = (Arc::clone(&actor), tz.clone(), q.clone());
        async move {
            let found = actor
                .read(move |tx, cx| {
                    let me = cx.me(tx)?;
                    customer::page(tx, &me, &q, before, STEP as i64)
                })
                .await?;
            let mut rows = Rows::default();
            for known in &found {
                rows.push([
                    known.name.clone(),
                    known.external_id.clone(),
                    holders(known, l),
                    known.code.clone(),
                    l.date_time(known.created_at_ms, &tz),
                ]);
            }
            let next = found.last().filter(|_| found.len() == STEP);
            Ok((rows, next.map(|last| Some(last.person))))
        }
    };
    Ok(csv::download(&l.t("customer-file"), head, None, step))
}
