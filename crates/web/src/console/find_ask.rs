//! Questions of members who could not find a colleague, as administrators read them: the list, and each with its answer.

mod case;
mod export;

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use guanxi_app::{
    Error,
    find_ask::{self, Asked},
};
use guanxi_model::{
    field::Invalid,
    id::{AskId, MemberId, RuleId},
};
use guanxi_store::Tx;

pub use export::file;

use super::visibility::{directory_of, id, picker, query, words::set_apart};
use crate::{
    auth::{Actor, Form, Posted},
    console,
    error::Failure,
    locale::Locale,
    page::{Face, Flash, Pager, Place, Shell},
    reply,
};

/// Rows of a page.
const ROWS: usize = 30;
/// Address of the list.
const ASKS: &str = "/admin/find-asks";

#[derive(Template)]
#[template(path = "find-asks.html")]
struct List {
    shell: Shell,
    is_open: bool,
    open: u64,
    rows: Vec<Row>,
    pager: Pager,
}

impl List {
    fn export(&self) -> String {
        let state = if self.is_open { "open" } else { "answered" };
        format!("{ASKS}/export.csv?state={state}")
    }
}

struct Row {
    id: AskId,
    asker: String,
    /// Who looks for what.
    title: String,
    face: Face,
    message: String,
    at_ms: i64,
    answer: String,
}

impl Row {
    fn new(l: Locale, Asked { ask, asker }: Asked) -> Self {
        Self {
            title: title(l, &asker.profile.name, &ask.query),
            id: ask.id,
            face: Face::of(&asker),
            asker: asker.profile.name,
            message: ask.message,
            at_ms: ask.answered_at_ms.unwrap_or(ask.created_at_ms),
            answer: ask.answer,
        }
    }
}

/// Who looks for what.
fn title(l: Locale, asker: &str, query: &str) -> String {
    let (asker, query) = (set_apart(l, asker), set_apart(l, query));
    l.t2("find-ask-row", "asker", asker, "query", query)
        .into_owned()
}

/// `GET /admin/find-asks?state=answered&before=`
pub async fn list(actor: Actor) -> Result<Response, Failure> {
    let form = query(&actor);
    let (is_open, before) = (
        form.text("state") != "answered",
        form.parse::<AskId>("before"),
    );
    let (frame, mut asked) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let asked = find_ask::list(tx, &frame.me, is_open, before, ROWS as i64 + 1)?;
            Ok((frame, asked))
        })
        .await?;
    let has_more = asked.len() > ROWS;
    asked.truncate(ROWS);
    let base = if is_open {
        format!("{ASKS}?")
    } else {
        format!("{ASKS}?state=answered&")
    };
    let last = asked.last().filter(|_| has_more).map(|asked| asked.ask.id);
    let pager = Pager {
        previous: before.map(|_| base.trim_end_matches(['?', '&']).to_owned()),
        next: last.map(|last| format!("{base}before={last}")),
        ..Pager::default()
    };
    let shell = frame.shell(&actor, Place::FindAsks);
    let page = List {
        is_open,
        open: shell.counts.find_asks,
        rows: asked
            .into_iter()
            .map(|asked| Row::new(actor.l, asked))
            .collect(),
        pager,
        shell,
    };
    Ok(reply::page(&page.shell, &page))
}

/// `GET /admin/find-asks/{id}?candidate=`
pub async fn page(Path(ask): Path<String>, actor: Actor) -> Result<Response, Failure> {
    let ask = id::<AskId>(&ask, "find_ask")?;
    case::show(&actor, ask, &query(&actor), &[], None, StatusCode::OK).await
}

/// What an administrator does about a question.
#[derive(Clone, Copy)]
enum Remedy {
    /// Lets the one who asked see this member for a while.
    Grant(MemberId),
    /// Makes his department an exception of the rule.
    Exception(RuleId),
    /// Only answers.
    Answer,
}

impl Remedy {
    fn read(form: &Form) -> Option<Self> {
        match form.text("remedy") {
            "grant" => picker::member(form, "candidate").map(Self::Grant),
            "exception" => form.parse("rule").map(Self::Exception),
            "answer" => Some(Self::Answer),
            _ => None,
        }
    }

    /// Acts and answers in one transaction. An answer that goes with an act says by itself what was done.
    fn apply(
        self,
        tx: &mut Tx<'_>,
        cx: &guanxi_app::Cx,
        ask: AskId,
        typed: &str,
        done: &str,
    ) -> guanxi_app::Result<()> {
        let text = if typed.trim().is_empty() { done } else { typed };
        match self {
            Self::Grant(target) => {
                find_ask::grant_and_answer(tx, cx, ask, target, None, text).map(drop)
            }
            Self::Exception(rule) => find_ask::except_and_answer(tx, cx, ask, rule, text).map(drop),
            Self::Answer => find_ask::answer(tx, cx, ask, typed),
        }
    }
}

/// `POST /admin/find-asks/{id}`
pub async fn answer(
    Path(ask): Path<String>,
    Posted { actor, form }: Posted,
) -> Result<Response, Failure> {
    let ask = id::<AskId>(&ask, "find_ask")?;
    let Some(remedy) = Remedy::read(&form) else {
        let missing = [Invalid::new("remedy", "required")];
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return case::show(&actor, ask, &form, &missing, None, status).await;
    };
    let done = done_text(&actor, &remedy).await?;
    let typed = form.text("answer").to_owned();
    let applied = actor
        .write_once(move |tx, cx| remedy.apply(tx, cx, ask, &typed, &done))
        .await;
    match applied {
        Ok(()) => {
            let flash = Flash::text(actor.l.t("find-ask-answered"));
            Ok(reply::see_other_with(ASKS, &flash, &actor.secret))
        }
        Err(Error::Invalid(fields)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            case::show(&actor, ask, &form, &fields, None, status).await
        }
        Err(error @ Error::Conflict { .. }) => {
            case::show(&actor, ask, &form, &[], Some(&error), StatusCode::CONFLICT).await
        }
        Err(error) => Err(error.into()),
    }
}

/// What an answer says that was left empty, in the language of the corp: the one who reads it is not the one who acts.
async fn done_text(actor: &Actor, remedy: &Remedy) -> Result<String, Failure> {
    let (corp, _) = actor.cx.account()?;
    let (directory, state) = guanxi_app::directory::open(&actor.app.env, corp).await?;
    let l = Locale::find(&state.settings.language).unwrap_or_default();
    let text = match remedy {
        Remedy::Grant(target) => {
            let name = directory
                .entry(*target)
                .map(|entry| entry.name)
                .unwrap_or_default();
            l.t2(
                "find-ask-done-grant",
                "name",
                name,
                "days",
                find_ask::GRANT_DAYS,
            )
        }
        Remedy::Exception(_) => l.t("find-ask-done-exception"),
        Remedy::Answer => return Ok(String::new()),
    };
    Ok(text.into_owned())
}
