//! Conversations of the member with customers: who waits, what was said, answers ready to be sent, and handing over.

mod act;
mod answers;
mod hand_over;
mod own;

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use guanxi_app::{
    Error,
    conversation::{self, Page, Thread},
};
use guanxi_model::{
    conversation::{Answer, Note, Side},
    id::{ConversationId, MessageId, PersonId},
};
use guanxi_store::conversation::{Listed, Which};

pub use act::{reopen, resolve, say};
pub use answers::{answer, answers, change_answer, delete_answer, keep_answer};
pub use hand_over::{ask_hand_over, hand_over};
pub use own::{own, say_own};

use crate::{
    auth::{Actor, Form},
    console,
    error::Failure,
    locale::Locale,
    page::{Errors, Pager, Place, Shell, encoded},
    reply,
};

/// Rows of a page.
const ROWS: usize = 30;

/// A conversation in the list.
struct Row {
    id: ConversationId,
    person: PersonId,
    name: String,
    is_waiting: bool,
    /// Since when the customer waits, if he does.
    since_ms: i64,
    is_unread: bool,
    /// When an answer was promised that is not there.
    promised_at_ms: Option<i64>,
    last_at_ms: i64,
}

impl Row {
    fn of(listed: Listed) -> Self {
        let Listed {
            conversation: one,
            name,
            remark,
        } = listed;
        Self {
            id: one.id,
            person: one.person,
            name: if remark.is_empty() { name } else { remark },
            is_unread: one.is_unread(),
            promised_at_ms: one.promised_at_ms.filter(|_| one.answered_at_ms.is_none()),
            is_waiting: one.waits_since_ms.is_some(),
            since_ms: one.waits_since_ms.unwrap_or_default(),
            last_at_ms: one.last_at_ms,
        }
    }
}

#[derive(Template)]
#[template(path = "conversations.html")]
struct List {
    shell: Shell,
    is_open: bool,
    q: String,
    rows: Vec<Row>,
    pager: Pager,
}

/// `GET /conversations?state=resolved&q=&page=`
pub async fn list(actor: Actor) -> Result<Response, Failure> {
    let form = Form::query(&actor.path);
    let is_open = form.text("state") != "resolved";
    let q: String = form.text("q").trim().chars().take(64).collect();
    let number = form.parse::<usize>("page").unwrap_or(1).clamp(1, 10_000);
    let offset = (number - 1) * ROWS;
    let text: String = q.chars().filter(|c| !c.is_control()).collect();
    let (frame, mut rows) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let which = if is_open {
                Which::Open
            } else {
                Which::Resolved
            };
            let page = Page {
                limit: ROWS + 1,
                offset,
            };
            let rows = conversation::list(tx, &frame.me, which, &text, page)?;
            Ok((frame, rows))
        })
        .await?;
    let has_more = rows.len() > ROWS;
    rows.truncate(ROWS);
    let state = if is_open { "open" } else { "resolved" };
    let address = |number: usize| {
        format!(
            "/conversations?state={state}&page={number}&q={}",
            encoded(&q)
        )
    };
    let pager = Pager {
        from: offset as u64 + 1,
        to: (offset + rows.len()) as u64,
        total: None,
        previous: (number > 1).then(|| address(number - 1)),
        next: has_more.then(|| address(number + 1)),
    };
    let page = List {
        shell: frame.shell(&actor, Place::Conversations),
        is_open,
        rows: rows.into_iter().map(Row::of).collect(),
        q,
        pager,
    };
    Ok(reply::page(&page.shell, &page))
}

/// Something said, as either side reads it.
pub(crate) struct Line {
    /// `own`, `other` or `note`.
    kind: &'static str,
    /// Who says it, where that is not clear.
    who: String,
    text: String,
    at_ms: i64,
    /// The other side has read it.
    is_read: bool,
}

/// What was said, for the side that reads.
pub(crate) fn lines(l: Locale, thread: &Thread, reader: Side) -> Vec<Line> {
    let one = &thread.conversation;
    let read_at_ms = match reader {
        Side::Customer => one.member_read_at_ms,
        _ => one.person_read_at_ms,
    };
    let last_own = thread.messages.iter().rposition(|said| said.by == reader);
    let line = |(number, said): (usize, &guanxi_model::conversation::Message)| {
        let name = thread.name_of(said.member);
        let note = Note::read(&said.body).filter(|_| said.by == Side::Server);
        let (kind, who, text) = match (said.by, note) {
            (Side::Server, Some(note)) => {
                let key = format!("talk-note-{}", note.name());
                let text = l.t1(&key, "name", name).into_owned();
                ("note", String::new(), text)
            }
            // A welcome is the member's word.
            (Side::Server, None) | (Side::Member, _) => {
                let kind = if reader == Side::Customer {
                    "other"
                } else {
                    "own"
                };
                let is_other = said.by == Side::Member && said.member != Some(one.member);
                let who = if reader == Side::Customer || is_other {
                    name.to_owned()
                } else {
                    String::new()
                };
                (kind, who, said.body.clone())
            }
            (Side::Customer, _) => {
                let kind = if reader == Side::Customer {
                    "own"
                } else {
                    "other"
                };
                (kind, String::new(), said.body.clone())
            }
        };
        Line {
            kind,
            who,
            text,
            at_ms: said.at_ms,
            is_read: Some(number) == last_own && read_at_ms >= said.at_ms,
        }
    };
    thread.messages.iter().enumerate().map(line).collect()
}

#[derive(Template)]
#[template(path = "conversation.html")]
struct One {
    shell: Shell,
    id: ConversationId,
    person: PersonId,
    name: String,
    /// The name that he gave, where the member calls him something else.
    given: String,
    is_open: bool,
    is_over: bool,
    is_waiting: bool,
    since_ms: i64,
    promised_at_ms: Option<i64>,
    lines: Vec<Line>,
    /// Address of what was said before.
    earlier: Option<String>,
    answers: Vec<Answer>,
    text: String,
    errors: Errors,
}

impl One {
    fn path(&self, act: &str) -> String {
        format!("/conversations/{}/{act}", self.id)
    }
}

/// `GET /conversations/{id}?before=`
pub async fn page(Path(id): Path<String>, actor: Actor) -> Result<Response, Failure> {
    let id = number(&id)?;
    let before = Form::query(&actor.path).parse("before");
    show(
        &actor,
        id,
        before,
        String::new(),
        Errors::default(),
        StatusCode::OK,
    )
    .await
}

fn number(text: &str) -> Result<ConversationId, Error> {
    text.parse().map_err(|_| Error::not_found("conversation"))
}

async fn show(
    actor: &Actor,
    id: ConversationId,
    before: Option<MessageId>,
    text: String,
    errors: Errors,
    status: StatusCode,
) -> Result<Response, Failure> {
    let (thread, needs_mark) = actor
        .read(move |tx, cx| {
            let thread = conversation::thread(tx, cx, id, before)?;
            let one = &thread.conversation;
            let needs_mark = one.member_read_at_ms < one.last_at_ms;
            Ok((thread, needs_mark))
        })
        .await?;
    if needs_mark && before.is_none() {
        actor
            .write(move |tx, cx| conversation::read(tx, cx, id))
            .await?;
    }
    let (frame, answers) = actor
        .read(|tx, cx| {
            let frame = console::frame(tx, cx)?;
            let answers = conversation::answers(tx, &frame.me)?;
            Ok((frame, answers))
        })
        .await?;
    let one = &thread.conversation;
    let (name, given) = if thread.remark.is_empty() {
        (thread.name.clone(), String::new())
    } else {
        (thread.remark.clone(), thread.name.clone())
    };
    let first = thread.messages.first().filter(|_| thread.has_more);
    let page = One {
        shell: frame.shell(actor, Place::Conversations),
        id,
        person: one.person,
        name,
        given,
        is_open: one.is_open(),
        is_over: thread.is_over,
        is_waiting: one.waits_since_ms.is_some(),
        since_ms: one.waits_since_ms.unwrap_or_default(),
        promised_at_ms: one.promised_at_ms.filter(|_| one.answered_at_ms.is_none()),
        lines: lines(actor.l, &thread, Side::Member),
        earlier: first.map(|said| format!("/conversations/{id}?before={}", said.id)),
        answers,
        text,
        errors,
    };
    Ok(reply::page_with(status, &page.shell, &page))
}
