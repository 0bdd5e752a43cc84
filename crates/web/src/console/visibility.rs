//! Visibility for administrators: the rules as sentences, and pages to set, try out and explain them.

pub mod explain;
pub mod export;
pub mod grant;
pub mod picker;
pub mod preview;
pub mod rule;
pub mod words;

use std::{collections::HashMap, str::FromStr, sync::Arc};

use askama::Template;
use axum::{extract::Path, response::Response};
use guanxi_app::{
    Error,
    directory::{self, Directory},
    visibility::{self, Listing},
};
use guanxi_model::id::{CorpId, RuleId};
use guanxi_store::Tx;

use crate::{
    auth::{Actor, Form, Posted},
    console::{self, Frame},
    error::Failure,
    page::{Flash, Pager, Place, Shell},
    reply,
};
use words::Names;

/// Address of the list of rules.
pub const RULES: &str = "/admin/visibility";

/// Rows of a page.
pub(super) const LIMIT: usize = 50;

/// The fields in the query of a page.
pub(super) fn query(actor: &Actor) -> Form {
    Form::query(&actor.path)
}

/// An id in an address; what is no id names nothing.
pub(super) fn id<T: FromStr>(text: &str, noun: &'static str) -> Result<T, Failure> {
    text.parse().map_err(|_| Error::not_found(noun).into())
}

/// The directory of the actor's corp, which knows all names.
pub(super) async fn directory_of(actor: &Actor) -> Result<Arc<Directory>, Failure> {
    let (corp, _): (CorpId, _) = actor.cx.account()?;
    Ok(directory::open(&actor.app.env, corp).await?.0)
}

/// The names for a page of which the frame and the listing were read.
pub(super) fn names_of(
    actor: &Actor,
    frame: &Frame,
    directory: &Arc<Directory>,
    gone: HashMap<guanxi_model::id::MemberId, String>,
) -> Names {
    Names::new(actor.l, &frame.me.corp, directory, gone)
}

/// What every page of rules reads: the frame, and all rules and permissions.
pub(super) fn read(tx: &mut Tx<'_>, cx: &guanxi_app::Cx) -> guanxi_app::Result<(Frame, Listing)> {
    let frame = console::frame(tx, cx)?;
    let listing = visibility::list(tx, cx, &frame.me)?;
    Ok((frame, listing))
}

#[derive(Template)]
#[template(path = "visibility.html")]
struct Page {
    shell: Shell,
    /// Rules in all.
    all: usize,
    rows: Vec<Row>,
    pager: Pager,
    grants: usize,
    leaders_see_below: bool,
}

/// A rule of the list.
struct Row {
    id: RuleId,
    is_hide: bool,
    title: String,
    exceptions: String,
    impact: String,
    set_by: String,
    note: String,
}

/// `GET /admin/visibility`
pub async fn page(actor: Actor) -> Result<Response, Failure> {
    let directory = directory_of(&actor).await?;
    let (frame, listing, impacts) = actor
        .read(move |tx, cx| {
            let (frame, listing) = read(tx, cx)?;
            let impacts = visibility::impacts(tx, &frame.me)?;
            Ok((frame, listing, impacts))
        })
        .await?;
    let names = names_of(&actor, &frame, &directory, listing.names);
    let mut rules: Vec<_> = listing.rules.iter().zip(impacts).collect();
    let all = rules.len();
    let number = query(&actor).parse("page");
    let pager = Pager::cut(&mut rules, number, LIMIT, |number| {
        format!("{RULES}?page={number}")
    });
    let rows = rules.into_iter().map(|(rule, impact)| Row {
        id: rule.id,
        is_hide: rule.kind == guanxi_model::visibility::Kind::Hide,
        title: names.rule(rule),
        exceptions: names.exceptions(rule),
        impact: names.impact(rule, impact),
        set_by: names.set_by(rule),
        note: rule.note.clone(),
    });
    let page = Page {
        all,
        rows: rows.collect(),
        pager,
        grants: listing.grants.len(),
        leaders_see_below: frame.me.corp.settings.leaders_see_below,
        shell: frame.shell(&actor, Place::Visibility),
    };
    Ok(reply::page(&page.shell, &page))
}

/// `POST /admin/visibility/rules/{id}/delete`
pub async fn delete_rule(
    Path(rule): Path<String>,
    Posted { actor, .. }: Posted,
) -> Result<Response, Failure> {
    let rule = id::<RuleId>(&rule, "rule")?;
    actor
        .write(move |tx, cx| visibility::delete_rule(tx, cx, rule))
        .await?;
    let undo = format!("{}/undo", words::rule_path(rule));
    let flash = Flash::undo(actor.l.t("visibility-rule-deleted"), undo);
    Ok(reply::see_other_with(RULES, &flash, &actor.secret))
}

/// `POST /admin/visibility/rules/{id}/undo`
pub async fn undo_rule(
    Path(rule): Path<String>,
    Posted { actor, .. }: Posted,
) -> Result<Response, Failure> {
    undo(actor, id(&rule, "rule")?, RULES).await
}

/// Takes back what was just done to a rule or permission and goes on to the list.
pub(super) async fn undo(actor: Actor, id: RuleId, back: &str) -> Result<Response, Failure> {
    actor
        .write(move |tx, cx| visibility::undo(tx, cx, id))
        .await?;
    let flash = Flash::text(actor.l.t("visibility-undone"));
    Ok(reply::see_other_with(back, &flash, &actor.secret))
}

/// `POST /admin/visibility/leaders/on`
pub async fn leaders_on(Posted { actor, .. }: Posted) -> Result<Response, Failure> {
    leaders(actor, true).await
}

/// `POST /admin/visibility/leaders/off`
pub async fn leaders_off(Posted { actor, .. }: Posted) -> Result<Response, Failure> {
    leaders(actor, false).await
}

async fn leaders(actor: Actor, on: bool) -> Result<Response, Failure> {
    actor
        .write(move |tx, cx| visibility::set_leaders_see_below(tx, cx, on))
        .await?;
    let (key, undo) = if on {
        ("visibility-leaders-now-on", "/admin/visibility/leaders/off")
    } else {
        ("visibility-leaders-now-off", "/admin/visibility/leaders/on")
    };
    let flash = Flash::undo(actor.l.t(key), undo);
    Ok(reply::see_other_with(RULES, &flash, &actor.secret))
}
