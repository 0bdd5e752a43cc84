//! All live codes: found by name, tag, group and state, and as a file.

use askama::Template;
use axum::response::Response;
use guanxi_app::{export, live_code};
use guanxi_store as store;

use super::{Row, address};
use crate::{
    auth::{Actor, Form},
    console, csv,
    error::Failure,
    page::{Pager, Place, Shell, encoded},
    reply,
    xlsx::{self, Cell},
};

/// Codes of a page.
const LIMIT: usize = 30;
/// States by which the list is narrowed.
const STATES: [&str; 4] = ["open", "paused", "unpublished", "expired"];

/// What the list is narrowed to, as the address has it.
#[derive(Debug, Clone, Default)]
struct Wanted {
    q: String,
    group: String,
    state: String,
}

impl Wanted {
    fn of(asked: &Form) -> Self {
        let state = asked.text("state");
        Self {
            q: asked.text("q").trim().chars().take(64).collect(),
            group: asked.text("group").chars().take(64).collect(),
            state: STATES
                .into_iter()
                .find(|known| *known == state)
                .unwrap_or_default()
                .to_owned(),
        }
    }

    fn takes(&self, row: &Row) -> bool {
        let q = self.q.to_lowercase();
        let code = &row.code.row;
        let fits = [&code.name, &code.state, &code.group];
        (q.is_empty() || fits.iter().any(|text| text.to_lowercase().contains(&q)))
            && (self.group.is_empty() || code.group == self.group)
            && (self.state.is_empty() || row.state_name() == self.state)
    }

    fn query(&self, path: &str, page: usize) -> String {
        let (q, group) = (encoded(&self.q), encoded(&self.group));
        format!(
            "{path}?q={q}&group={group}&state={}&page={page}",
            self.state
        )
    }
}

#[derive(Template)]
#[template(path = "live-codes.html")]
struct List {
    shell: Shell,
    rows: Vec<Row>,
    wanted: Wanted,
    groups: Vec<String>,
    pager: Pager,
    is_any: bool,
}

impl List {
    fn tab(&self, state: &str) -> String {
        let wanted = Wanted {
            state: state.to_owned(),
            ..self.wanted.clone()
        };
        wanted.query("/admin/live-codes", 1)
    }

    fn is_at(&self, state: &str) -> bool {
        self.wanted.state == state
    }

    fn file(&self, kind: &str) -> String {
        self.wanted
            .query(&format!("/admin/live-codes/export.{kind}"), 1)
    }
}

async fn rows(actor: &Actor) -> Result<(console::Frame, Vec<Row>), Failure> {
    Ok(actor
        .read(|tx, cx| {
            let frame = console::frame(tx, cx)?;
            let codes = live_code::list(tx, cx, &frame.me)?;
            let drafted = store::live_code::tags(tx, frame.me.corp_id)?;
            let drafted: std::collections::HashSet<_> =
                drafted.into_iter().map(|(id, _)| id).collect();
            let rows = codes.into_iter().map(|code| Row {
                is_drafted: drafted.contains(&code.row.id),
                code,
            });
            Ok((frame, rows.collect()))
        })
        .await?)
}

/// `GET /admin/live-codes?q=&group=&state=&page=`
pub async fn list(actor: Actor) -> Result<Response, Failure> {
    let asked = Form::query(&actor.path);
    let wanted = Wanted::of(&asked);
    let (frame, mut rows) = rows(&actor).await?;
    let is_any = !rows.is_empty();
    let mut groups: Vec<String> = rows.iter().map(|row| row.code.row.group.clone()).collect();
    groups.retain(|group| !group.is_empty());
    groups.sort();
    groups.dedup();
    rows.retain(|row| wanted.takes(row));
    let pager = Pager::cut(&mut rows, asked.parse("page"), LIMIT, |page| {
        wanted.query("/admin/live-codes", page)
    });
    let page = List {
        shell: frame.shell(&actor, Place::LiveCodes),
        rows,
        wanted,
        groups,
        pager,
        is_any,
    };
    Ok(reply::page(&page.shell, &page))
}

const COLUMNS: [&str; 7] = [
    "name", "group", "state", "standing", "version", "made", "address",
];

/// What the list is narrowed to as a table, its head first.
async fn table(actor: &Actor) -> Result<Vec<Vec<Cell>>, Failure> {
    let wanted = Wanted::of(&Form::query(&actor.path));
    let asked = actor.path.split_once('?');
    let asked = asked.map_or_else(String::new, |(_, query)| query.to_owned());
    actor
        .write(move |tx, cx| export::announce(tx, cx, export::List::LiveCodes, &asked).map(drop))
        .await?;
    let (frame, found) = rows(actor).await?;
    let (l, tz) = (actor.l, frame.me.corp.settings.zone());
    let head = COLUMNS.map(|name| Cell::Text(l.t(&format!("live-column-{name}")).into_owned()));
    let mut table = vec![head.to_vec()];
    for row in found.iter().filter(|row| wanted.takes(row)) {
        let code = &row.code.row;
        table.push(vec![
            Cell::Text(row.name(&l)),
            Cell::Text(code.group.clone()),
            Cell::Text(code.state.clone()),
            Cell::Text(row.state(&l)),
            Cell::number(code.version),
            Cell::Text(l.date_time(code.created_at_ms, &tz)),
            Cell::Text(address(actor, code.slug)),
        ]);
    }
    Ok(table)
}

/// `GET /admin/live-codes/export.csv?q=&group=&state=`
pub async fn file(actor: Actor) -> Result<Response, Failure> {
    let table = table(&actor).await?;
    Ok(csv::table(&actor.l.t("live-file"), table))
}

/// `GET /admin/live-codes/export.xlsx?q=&group=&state=`
pub async fn book(actor: Actor) -> Result<Response, Failure> {
    let table = table(&actor).await?;
    Ok(xlsx::file(
        &format!("{}.xlsx", actor.l.t("live-file")),
        &table,
    ))
}
