//! All codes of the company: found by state and owner, revoked, and handed over to a successor.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use guanxi_app::{
    Error, directory,
    qr_code::{self, Filter, Kind},
};
use guanxi_model::id::{CodeId, MemberId};

use super::{LIMIT, Row, cut, named};
use crate::{
    auth::{Actor, Form, Posted},
    console,
    error::{Failure, field_sentence},
    page::{Flash, Place, Shell},
    reply,
};

/// Members that a search offers.
const FOUND: usize = 8;

#[derive(Template)]
#[template(path = "codes-all.html")]
struct List {
    shell: Shell,
    rows: Vec<Row>,
    kind: Option<Kind>,
    owner: Option<(MemberId, String)>,
    older: Option<String>,
    is_first: bool,
    back: String,
}

/// Address of the list.
const HERE: &str = "/admin/codes";

fn query(
    page: &str,
    kind: Option<Kind>,
    owner: Option<MemberId>,
    before: Option<String>,
) -> String {
    let parts = [
        kind.map(|kind| format!("state={}", kind.name())),
        owner.map(|owner| format!("owner={owner}")),
        before.map(|before| format!("before={before}")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    format!("{page}?{}", parts.join("&"))
}

impl List {
    fn is_at(&self, kind: Kind) -> bool {
        self.kind == Some(kind)
    }

    fn owner_id(&self) -> String {
        let owner = self.owner.as_ref();
        owner.map_or_else(String::new, |(id, _)| id.to_string())
    }

    fn tab(&self, kind: Option<Kind>) -> String {
        query(HERE, kind, self.owner.as_ref().map(|(id, _)| *id), None)
    }

    /// The same list from its beginning.
    fn newest(&self) -> String {
        self.tab(self.kind)
    }

    fn export(&self) -> String {
        let owner = self.owner.as_ref().map(|(id, _)| *id);
        query("/admin/codes/export.csv", self.kind, owner, None)
    }
}

/// What the address narrows the list to.
pub(super) fn wanted(asked: &Form) -> Filter {
    Filter {
        kind: Kind::named(asked.text("state")),
        owner: asked.parse("owner"),
    }
}

/// `GET /admin/codes`
pub async fn list_all(actor: Actor) -> Result<Response, Failure> {
    let asked = Form::query(&actor.path);
    let filter = wanted(&asked);
    let before: Option<CodeId> = asked.parse("before");
    let (frame, listed, name) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let listed = qr_code::list_all(tx, cx, &frame.me, &filter, before, LIMIT as i64 + 1)?;
            let name = filter
                .owner
                .map(|owner| guanxi_app::contact::name_of(tx, frame.me.corp_id, owner));
            Ok((frame, listed, name.transpose()?))
        })
        .await?;
    let settings = frame.me.corp.settings.clone();
    let mut rows: Vec<Row> = listed
        .into_iter()
        .map(|listed| Row::new(listed, &settings))
        .collect();
    let older = cut(&mut rows, LIMIT, |row| {
        query(
            HERE,
            filter.kind,
            filter.owner,
            Some(row.listed.code.id.to_string()),
        )
    });
    let page = List {
        shell: frame.shell(&actor, Place::AllCodes),
        rows,
        kind: filter.kind,
        owner: filter.owner.zip(name),
        older,
        is_first: before.is_none(),
        back: actor.path.clone(),
    };
    Ok(reply::page(&page.shell, &page))
}

/// Somebody who may take the code over.
struct Candidate {
    id: MemberId,
    name: String,
    department: String,
}

/// What is handed over: one code, or all of a member.
#[derive(Clone, Copy)]
enum Which {
    One(CodeId),
    AllOf(MemberId),
}

impl Which {
    fn path(self) -> String {
        match self {
            Self::One(id) => format!("/admin/codes/{id}/hand-over"),
            Self::AllOf(id) => format!("/admin/codes/of/{id}/hand-over"),
        }
    }
}

#[derive(Template)]
#[template(path = "code-hand-over.html")]
struct HandOver {
    shell: Shell,
    which: Which,
    title: String,
    text: String,
    q: String,
    found: Vec<Candidate>,
    error: String,
}

impl HandOver {
    fn path(&self) -> String {
        self.which.path()
    }
}

/// The member whom an address names.
fn member(Path(id): Path<String>) -> Result<MemberId, Failure> {
    id.parse().map_err(|_| Error::not_found("member").into())
}

fn typed(actor: &Actor) -> String {
    Form::query(&actor.path).text("q").to_owned()
}

/// `GET /admin/codes/{id}/hand-over`
pub async fn ask_hand_over(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let (which, q) = (Which::One(named(id)?), typed(&actor));
    ask(&actor, which, q, StatusCode::OK, String::new()).await
}

/// `GET /admin/codes/of/{id}/hand-over`
pub async fn ask_hand_over_all(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let (which, q) = (Which::AllOf(member(id)?), typed(&actor));
    ask(&actor, which, q, StatusCode::OK, String::new()).await
}

async fn ask(
    actor: &Actor,
    which: Which,
    q: String,
    status: StatusCode,
    error: String,
) -> Result<Response, Failure> {
    let q: String = q.trim().chars().take(64).collect();
    let (corp, _) = actor.cx.account()?;
    let (directory, _) = directory::open(&actor.app.env, corp).await?;
    let ids = if q.is_empty() {
        Vec::new()
    } else {
        directory.search_all(&q, FOUND)
    };
    let l = actor.l;
    let (frame, owner, title, text, found) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let me = &frame.me;
            let (owner, title, text) = match which {
                Which::One(id) => {
                    let row = Row::new(qr_code::find(tx, cx, me, id)?, &me.corp.settings);
                    let title = l.t1("code-hand-over-of", "name", row.name(&l)).into_owned();
                    let text = l.t1("code-hand-over-text", "name", row.owner());
                    (row.listed.code.owner, title, text.into_owned())
                }
                Which::AllOf(id) => {
                    let owner = guanxi_store::member::find(tx, me.corp_id, id)?;
                    let name = owner.ok_or(Error::not_found("member"))?.profile.name;
                    let count = qr_code::count_of(tx, me, id)?;
                    let title = l.t1("code-hand-over-all-of", "name", name).into_owned();
                    (
                        id,
                        title,
                        l.n("code-hand-over-all-text", count).into_owned(),
                    )
                }
            };
            let mut found = Vec::new();
            for id in &ids {
                found.extend(guanxi_store::member::find(tx, me.corp_id, *id)?);
            }
            Ok((frame, owner, title, text, found))
        })
        .await?;
    let tree = std::sync::Arc::clone(&frame.me.corp);
    let candidates = found
        .into_iter()
        .filter(|member| member.status == guanxi_model::member::Status::Active)
        .filter(|member| member.id != owner);
    let found = candidates.map(|member| {
        let main = member.profile.main_department();
        let department = main.and_then(|id| tree.tree().find(id));
        Candidate {
            id: member.id,
            department: department.map_or_else(String::new, |found| found.name.clone()),
            name: member.profile.name,
        }
    });
    let found = found.collect();
    let page = HandOver {
        shell: frame.shell(actor, Place::AllCodes),
        which,
        title,
        text,
        q,
        found,
        error,
    };
    Ok(reply::page_with(status, &page.shell, &page))
}

/// `POST /admin/codes/{id}/hand-over`
pub async fn hand_over(id: Path<String>, posted: Posted) -> Result<Response, Failure> {
    give(Which::One(named(id)?), posted).await
}

/// `POST /admin/codes/of/{id}/hand-over`
pub async fn hand_over_all(id: Path<String>, posted: Posted) -> Result<Response, Failure> {
    give(Which::AllOf(member(id)?), posted).await
}

async fn give(which: Which, Posted { actor, form }: Posted) -> Result<Response, Failure> {
    let to: Option<MemberId> = form.parse("to");
    let l = actor.l;
    let written = actor.write(move |tx, cx| {
        let me = cx.me(tx)?;
        match which {
            Which::One(id) => drop(qr_code::find(tx, cx, &me, id)?),
            Which::AllOf(id) => {
                guanxi_store::member::find(tx, me.corp_id, id)?
                    .ok_or(Error::not_found("member"))?;
            }
        }
        let to = to.ok_or(Error::invalid("to", "not_active"))?;
        match which {
            Which::One(id) => {
                qr_code::hand_over(tx, cx, id, to)?;
                let name = guanxi_app::contact::name_of(tx, me.corp_id, to)?;
                Ok(l.t1("code-handed-over", "name", name).into_owned())
            }
            Which::AllOf(from) => {
                let count = qr_code::hand_over_all(tx, cx, from, to)?;
                Ok(l.n("code-handed-over-all", count as i64).into_owned())
            }
        }
    });
    match written.await {
        Ok(text) => {
            let flash = Flash::text(text);
            Ok(reply::see_other_with("/admin/codes", &flash, &actor.secret))
        }
        Err(Error::Invalid(fields)) => {
            let sentences = fields.iter().map(|field| field_sentence(actor.l, field));
            let error = sentences.collect::<Vec<_>>().join(" ");
            let q = form.text("q").to_owned();
            ask(&actor, which, q, StatusCode::UNPROCESSABLE_ENTITY, error).await
        }
        Err(error) => Err(error.into()),
    }
}
