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

#[derive(Template)]
#[template(path = "code-hand-over.html")]
struct HandOver {
    shell: Shell,
    row: Row,
    q: String,
    found: Vec<Candidate>,
    error: String,
}

impl HandOver {
    fn path(&self) -> String {
        format!("/admin/codes/{}/hand-over", self.row.listed.code.id)
    }
}

/// `GET /admin/codes/{id}/hand-over`
pub async fn ask_hand_over(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let q = Form::query(&actor.path).text("q").to_owned();
    ask(&actor, named(id)?, q, StatusCode::OK, String::new()).await
}

async fn ask(
    actor: &Actor,
    id: CodeId,
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
    let (frame, listed, found) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let listed = qr_code::find(tx, cx, &frame.me, id)?;
            let mut found = Vec::new();
            for id in &ids {
                found.extend(guanxi_store::member::find(tx, frame.me.corp_id, *id)?);
            }
            Ok((frame, listed, found))
        })
        .await?;
    let tree = std::sync::Arc::clone(&frame.me.corp);
    let candidates = found
        .into_iter()
        .filter(|member| member.status == guanxi_model::member::Status::Active)
        .filter(|member| member.id != listed.code.owner);
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
    let row = Row::new(listed, &frame.me.corp.settings);
    let page = HandOver {
        shell: frame.shell(actor, Place::AllCodes),
        row,
        q,
        found,
        error,
    };
    Ok(reply::page_with(status, &page.shell, &page))
}

/// `POST /admin/codes/{id}/hand-over`
pub async fn hand_over(
    id: Path<String>,
    Posted { actor, form }: Posted,
) -> Result<Response, Failure> {
    let id = named(id)?;
    let to: Option<MemberId> = form.parse("to");
    let written = actor.write(move |tx, cx| {
        let me = cx.me(tx)?;
        qr_code::find(tx, cx, &me, id)?;
        let to = to.ok_or(Error::invalid("to", "not_active"))?;
        qr_code::hand_over(tx, cx, id, to)?;
        guanxi_app::contact::name_of(tx, cx.account()?.0, to)
    });
    match written.await {
        Ok(name) => {
            let flash = Flash::text(actor.l.t1("code-handed-over", "name", name));
            Ok(reply::see_other_with("/admin/codes", &flash, &actor.secret))
        }
        Err(Error::Invalid(fields)) => {
            let sentences = fields.iter().map(|field| field_sentence(actor.l, field));
            let error = sentences.collect::<Vec<_>>().join(" ");
            let q = form.text("q").to_owned();
            ask(&actor, id, q, StatusCode::UNPROCESSABLE_ENTITY, error).await
        }
        Err(error) => Err(error.into()),
    }
}
