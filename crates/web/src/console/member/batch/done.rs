//! What became of one act on many members: how far it has come, a result for each, the way back, and all of it as a file.

use std::{collections::HashMap, sync::Arc, time::Duration};

use askama::Template;
use axum::{
    extract::Path,
    http::{HeaderName, HeaderValue},
    response::Response,
};
use guanxi_app::{
    Error, Me,
    member::{self, Bulk, Deed, Fate, Refused},
};
use guanxi_model::{
    id::{BulkId, MemberId},
    member::Change,
};
use guanxi_store::Tx;

use crate::{
    auth::{Actor, Form, Posted},
    console,
    console::member::{act_name, list::HERE},
    csv::{self, Rows},
    error::Failure,
    locale::Locale,
    page::{Face, Pager, Place, Shell, encoded},
    reply,
};

/// Rows of a page.
const LIMIT: usize = 100;
/// What is done within this time is answered with its results; the page of a longer act shows how far it has come.
const AT_ONCE: Duration = Duration::from_millis(900);
/// An act that has not come on for so long was left by a node that is gone.
const STALE_MS: i64 = 15_000;

#[derive(Template)]
#[template(path = "member-batch-done.html")]
struct Results {
    shell: Shell,
    id: BulkId,
    /// Number of the act that would take this one back.
    undo_id: BulkId,
    act: &'static str,
    total: usize,
    taken: usize,
    changed: usize,
    failed: usize,
    is_done: bool,
    is_stale: bool,
    is_undone: bool,
    /// How many can be brought back.
    undoable: usize,
    rows: Vec<Outcome>,
    pager: Pager,
    back: String,
}

struct Outcome {
    id: MemberId,
    face: Face,
    name: String,
    is_listed: bool,
    /// Why it did not happen; empty if it did.
    refusal: String,
    /// Stable code of that.
    code: String,
}

const fn name_of(deed: Deed) -> &'static str {
    match deed {
        Deed::Change(change) => act_name(change),
        Deed::Move { .. } => "move",
        Deed::Undo(_) => "undo",
    }
}

/// The sentence for a result that was kept; the codes are those of errors.
fn sentence(l: Locale, refused: &Refused) -> String {
    let Refused { field, code } = refused;
    let keys = [
        format!("field-{field}-{code}"),
        format!("field-{code}"),
        format!("error-{code}-member"),
        format!("error-{code}"),
    ];
    let known = keys
        .iter()
        .filter(|key| !field.is_empty() || !key.starts_with("field-"));
    let key = known.into_iter().find(|key| l.has(key));
    l.t(key.map_or("error-invalid", String::as_str))
        .into_owned()
}

fn bulk_id(Path(id): Path<String>) -> Result<BulkId, Failure> {
    id.parse().map_err(|_| Error::not_found("bulk").into())
}

/// Works on an act until it is done; whoever waits for the answer waits no longer than [`AT_ONCE`].
pub(super) async fn run(actor: &Actor, id: BulkId, back: &str) -> Result<Response, Failure> {
    let (app, cx) = (Arc::clone(&actor.app), actor.cx.clone());
    let work = tokio::spawn(async move {
        loop {
            let cx = cx.clone();
            let stepped = app.env.store.write(move |tx| member::step(tx, &cx, id));
            match stepped.await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    tracing::warn!(%error, "an act on many members stopped; its page offers to go on");
                    return;
                }
            }
        }
    });
    // A long act goes on by itself.
    let _ = tokio::time::timeout(AT_ONCE, work).await;
    let back = encoded(back);
    Ok(reply::see_other(&format!("{HERE}/batch/{id}?back={back}")))
}

fn back_of(form: &Form) -> String {
    let back = form.text("back");
    if reply::is_local(back) && back.starts_with(HERE) {
        back.to_owned()
    } else {
        HERE.to_owned()
    }
}

/// Names and states of members, as far as the actor may read them.
fn named(
    tx: &mut Tx<'_>,
    me: &Me,
    fates: &[Fate],
) -> guanxi_app::Result<HashMap<MemberId, (String, bool, Face)>> {
    let mut names = HashMap::new();
    for fate in fates {
        match member::get(tx, me, fate.member) {
            Ok(row) => {
                let is_listed = row.member.status.is_listed();
                let face = Face::of(&row.member);
                names.insert(fate.member, (row.member.profile.name, is_listed, face));
            }
            Err(Error::NotFound { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(names)
}

fn outcome(l: Locale, names: &HashMap<MemberId, (String, bool, Face)>, fate: &Fate) -> Outcome {
    let unknown = || {
        let face = Face {
            id: fate.member,
            avatar: None,
        };
        (l.t("person-unknown").into_owned(), false, face)
    };
    let (name, is_listed, face) = names.get(&fate.member).cloned().unwrap_or_else(unknown);
    let refused = fate.refused.as_ref();
    Outcome {
        id: fate.member,
        face,
        name,
        is_listed,
        refusal: refused
            .map(|refused| sentence(l, refused))
            .unwrap_or_default(),
        code: refused
            .map(|refused| refused.code.clone())
            .unwrap_or_default(),
    }
}

/// What needs a look stands first.
fn sorted(bulk: &mut Bulk) {
    bulk.fates.sort_by_key(|fate| fate.refused.is_none());
}

/// `GET /admin/people/batch/{id}?page=&back=`
pub async fn page(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let id = bulk_id(id)?;
    let form = Form::query(&actor.path);
    let (number, back) = (form.parse("page"), back_of(&form));
    let address = {
        let back = encoded(&back);
        move |number: usize| format!("{HERE}/batch/{id}?page={number}&back={back}")
    };
    let (frame, bulk, shown, names, pager) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let mut bulk = member::bulk(tx, &frame.me, id)?;
            sorted(&mut bulk);
            let mut shown = bulk.fates.clone();
            let pager = Pager::cut(&mut shown, number, LIMIT, &address);
            let names = named(tx, &frame.me, &shown)?;
            Ok((frame, bulk, shown, names, pager))
        })
        .await?;
    let now_ms = actor.cx.now();
    let failed = bulk.fates.iter().filter(|fate| fate.refused.is_some());
    let failed = failed.count();
    let is_done = bulk.is_done();
    let page = Results {
        id,
        undo_id: actor.cx.new_id(BulkId::from_u128),
        act: name_of(bulk.deed),
        total: bulk.total,
        taken: bulk.fates.len(),
        changed: bulk.fates.len() - failed,
        failed,
        is_done,
        is_stale: !is_done && now_ms > bulk.updated_at_ms + STALE_MS,
        is_undone: bulk.is_undone,
        undoable: bulk.undoable(now_ms),
        rows: shown
            .iter()
            .map(|fate| outcome(actor.l, &names, fate))
            .collect(),
        pager,
        back,
        shell: frame.shell(&actor, Place::People),
    };
    let mut response = reply::page(&page.shell, &page);
    if !is_done && !page.is_stale {
        // Works without script, and stops by itself once it is done.
        response.headers_mut().insert(
            HeaderName::from_static("refresh"),
            HeaderValue::from_static("1"),
        );
    }
    Ok(response)
}

/// `POST /admin/people/batch/{id}/go-on`: works on what was left.
pub async fn go_on(id: Path<String>, Posted { actor, form }: Posted) -> Result<Response, Failure> {
    let id = bulk_id(id)?;
    actor
        .read(move |tx, cx| {
            let me = cx.me(tx)?;
            member::bulk(tx, &me, id).map(drop)
        })
        .await?;
    run(&actor, id, &back_of(&form)).await
}

/// `POST /admin/people/batch/{id}/undo`: brings everybody back to where he was.
pub async fn undo(id: Path<String>, Posted { actor, form }: Posted) -> Result<Response, Failure> {
    let of = bulk_id(id)?;
    let by = form.parse("batch");
    let by = by.unwrap_or_else(|| actor.cx.new_id(BulkId::from_u128));
    actor
        .write(move |tx, cx| member::undo(tx, cx, by, of))
        .await?;
    run(&actor, by, &back_of(&form)).await
}

/// `GET /admin/people/batch/{id}/export.csv`
pub async fn file(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let id = bulk_id(id)?;
    let (bulk, names) = actor
        .read(move |tx, cx| {
            let me = cx.me(tx)?;
            let mut bulk = member::bulk(tx, &me, id)?;
            sorted(&mut bulk);
            let names = named(tx, &me, &bulk.fates)?;
            Ok((bulk, names))
        })
        .await?;
    let l = actor.l;
    let mut head = Rows::default();
    head.push(["name", "state", "reason"].map(|name| l.t(&format!("list-column-{name}"))));
    let mut rows = Rows::default();
    for fate in &bulk.fates {
        let one = outcome(l, &names, fate);
        let state = if one.refusal.is_empty() {
            "people-done"
        } else {
            "people-not-done"
        };
        rows.push([one.name.as_str(), &l.t(state), &one.refusal]);
    }
    Ok(csv::whole(&l.t("list-file-batch"), head, rows))
}

/// Whether what was done lets people go, so that its undo is worth a word about roles.
impl Results {
    fn lets_go(&self) -> bool {
        [Change::Disable, Change::Leave]
            .map(act_name)
            .contains(&self.act)
    }

    fn title_key(&self) -> String {
        if self.is_done {
            format!("people-batched-{}", self.act)
        } else {
            "people-batch-works".to_owned()
        }
    }
}
