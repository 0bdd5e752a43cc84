//! What was published of a live code: each version with its reason, what it changed, and the way back to it.

use std::collections::HashMap;

use askama::Template;
use axum::{extract::Path, response::Response};
use guanxi_app::{
    directory,
    live_code::{self, history},
};
use guanxi_model::id::{LiveCodeId, MemberId};
use guanxi_store::live_code::Past;

use super::{
    named,
    words::{self, Difference, Names},
};
use crate::{
    auth::{Actor, Form, Posted},
    console,
    error::Failure,
    page::{Flash, Place, Shell},
    reply,
};

/// Versions of a page.
const LIMIT: usize = 30;

#[derive(Template)]
#[template(path = "live-code-history.html")]
struct List {
    shell: Shell,
    id: LiveCodeId,
    name: String,
    live: i64,
    versions: Vec<(Past, String)>,
    older: Option<String>,
}

impl List {
    fn is_live(&self, past: &Past) -> bool {
        past.number == self.live
    }

    fn path(&self, act: &str) -> String {
        format!("/admin/live-codes/{}{act}", self.id)
    }
}

/// `GET /admin/live-codes/{id}/history?before=`
pub async fn list(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let id = named(id)?;
    let before: Option<i64> = Form::query(&actor.path).parse("before");
    let (frame, row, versions) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let row = live_code::get(tx, cx, &frame.me, id)?.code.row;
            let found = history::list(tx, &frame.me, id, before, LIMIT as i64 + 1)?;
            let mut versions = Vec::new();
            for past in found {
                let by = MemberId::from_u128(past.made_by);
                let name = guanxi_store::member::name(tx, frame.me.corp_id, by)?;
                versions.push((past, name.unwrap_or_default()));
            }
            Ok((frame, row, versions))
        })
        .await?;
    let mut versions = versions;
    let is_more = versions.len() > LIMIT;
    versions.truncate(LIMIT);
    let last = versions.last().filter(|_| is_more);
    let older =
        last.map(|(past, _)| format!("/admin/live-codes/{id}/history?before={}", past.number));
    let page = List {
        shell: frame.shell(&actor, Place::LiveCodes),
        id,
        name: row.name,
        live: row.version,
        versions,
        older,
    };
    Ok(reply::page(&page.shell, &page))
}

#[derive(Template)]
#[template(path = "live-code-version.html")]
struct One {
    shell: Shell,
    id: LiveCodeId,
    name: String,
    number: i64,
    note: String,
    made_at_ms: i64,
    is_first: bool,
    is_live: bool,
    /// Tag of the draft that would be replaced; 0 for none.
    tag: i64,
    differences: Vec<Difference>,
}

impl One {
    fn path(&self, act: &str) -> String {
        format!("/admin/live-codes/{}{act}", self.id)
    }
}

impl One {
    fn action(&self) -> String {
        self.path(&format!("/history/{}/bring-back", self.number))
    }
}

fn numbered(Path((id, number)): Path<(String, i64)>) -> Result<(LiveCodeId, i64), Failure> {
    Ok((named(Path(id))?, number))
}

/// `GET /admin/live-codes/{id}/history/{version}`
pub async fn version(actor: Actor, path: Path<(String, i64)>) -> Result<Response, Failure> {
    let (id, number) = numbered(path)?;
    let (corp, _) = actor.cx.account()?;
    let (directory, state) = directory::open(&actor.app.env, corp).await?;
    let (frame, known, this, before) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let known = live_code::get(tx, cx, &frame.me, id)?;
            let this = history::get(tx, &frame.me, id, number)?;
            let before = match this.number {
                1 => None,
                number => Some(history::get(tx, &frame.me, id, number - 1)?),
            };
            Ok((frame, known, this, before))
        })
        .await?;
    let names = Names {
        l: actor.l,
        corp: state,
        directory,
        gone: HashMap::new(),
    };
    let differences = before
        .as_ref()
        .map(|before| words::differences(&names, &before.plan, &this.plan));
    let page = One {
        shell: frame.shell(&actor, Place::LiveCodes),
        id,
        name: known.code.row.name.clone(),
        number,
        note: this.note,
        made_at_ms: this.made_at_ms,
        is_first: before.is_none(),
        is_live: number == known.code.row.version,
        tag: known.draft.map_or(0, |draft| draft.number),
        differences: differences.unwrap_or_default(),
    };
    Ok(reply::page(&page.shell, &page))
}

/// `POST /admin/live-codes/{id}/history/{version}/bring-back`
pub async fn bring_back(
    path: Path<(String, i64)>,
    Posted { actor, form }: Posted,
) -> Result<Response, Failure> {
    let (id, number) = numbered(path)?;
    let tag = form.parse("tag").unwrap_or(-1);
    actor
        .write(move |tx, cx| history::bring_back(tx, cx, id, number, tag))
        .await?;
    let flash = Flash::text(actor.l.t1("live-brought-back", "version", number));
    let path = format!("/admin/live-codes/{id}/draft");
    Ok(reply::see_other_with(&path, &flash, &actor.secret))
}
