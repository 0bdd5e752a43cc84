//! What members could not find: asked by them, answered by administrators.

use guanxi_app::{
    Result,
    find_ask::{self, Asked},
};
use guanxi_model::id::AskId;
use guanxi_store::{Tx, find_ask::Ask};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    answer::{Done, Item, Page},
    call::Call,
    directory::MemberRef,
    shape::{Empty, Id, ListQuery, Time, list_query, place},
};

/// Most questions of one member that are listed.
const OWN_MAX: i64 = 1000;

/// A question of the acting member's.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Question {
    /// Its number.
    id: Id,
    /// What he had typed into the search box.
    query: String,
    /// What he wrote to the administrators.
    message: String,
    /// Whether it waits for an answer.
    is_open: bool,
    /// The answer, or empty.
    answer: String,
    /// When it was asked.
    created_at: Time,
    /// When it was answered.
    answered_at: Option<Time>,
}

impl From<Ask> for Question {
    fn from(ask: Ask) -> Self {
        Self {
            id: ask.id.into(),
            query: ask.query,
            message: ask.message,
            is_open: ask.is_open,
            answer: ask.answer,
            created_at: Time(ask.created_at_ms),
            answered_at: ask.answered_at_ms.map(Time),
        }
    }
}

/// `GET /me/asks`
pub(crate) fn list_own(tx: &mut Tx<'_>, call: &Call<ListQuery>) -> Result<Page<Question>> {
    let me = call.cx.me(tx)?;
    let from = place(call.query.cursor.as_ref())?.unwrap_or(0);
    let asks = find_ask::list_own(tx, &me, OWN_MAX)?;
    let asks = asks.into_iter().map(Question::from).collect();
    Ok(Page::cut(asks, from, call.query.limit.rows()))
}

/// A question to be asked.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewQuestion {
    /// What was typed into the search box.
    #[schemars(length(min = 1, max = 64))]
    query: String,
    /// What the administrators read, or empty.
    #[serde(default)]
    #[schemars(length(max = 200))]
    message: String,
}

/// A question that was asked.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AskedQuestion {
    /// Its number; that of an open question about the same text, if there is one.
    id: Id,
}

/// `POST /me/asks`
pub(crate) fn ask(tx: &mut Tx<'_>, call: &Call<Empty, NewQuestion>) -> Result<Item<AskedQuestion>> {
    let id = find_ask::ask(tx, &call.cx, &call.body.query, &call.body.message)?;
    Ok(Item(AskedQuestion { id: id.into() }))
}

/// A question as administrators see it.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AdminQuestion {
    /// The question.
    question: Question,
    /// Who asks.
    asker: MemberRef,
    /// Number of the member who answered.
    answered_by: Option<Id>,
}

impl From<Asked> for AdminQuestion {
    fn from(asked: Asked) -> Self {
        Self {
            asker: MemberRef {
                id: asked.asker.id.into(),
                name: asked.asker.profile.name,
            },
            answered_by: asked.ask.answered_by.map(Id::from),
            question: asked.ask.into(),
        }
    }
}

list_query! {
    /// Which questions.
    AskQuery {
        /// Those that wait for an answer (the default), or those that were answered.
        open: bool,
    }
}

/// `GET /admin/asks`
pub(crate) fn list(tx: &mut Tx<'_>, call: &Call<AskQuery>) -> Result<Page<AdminQuestion>> {
    let me = call.cx.acting(tx)?;
    let before = place(call.query.cursor.as_ref())?;
    let (limit, is_open) = (call.query.limit, call.query.open.unwrap_or(true));
    let rows = find_ask::list(tx, &me, is_open, before, limit.ahead())?;
    Ok(Page::of(
        rows,
        limit.rows(),
        |row| row.ask.id,
        AdminQuestion::from,
    ))
}

/// `GET /admin/asks/{id}`
pub(crate) fn get(tx: &mut Tx<'_>, call: &Call) -> Result<Item<AdminQuestion>> {
    let me = call.cx.acting(tx)?;
    let id: AskId = call.id("find_ask")?;
    Ok(Item(find_ask::get(tx, &me, id)?.into()))
}

/// An answer, which may open the asker's eyes for one member.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAnswer {
    /// What the asker reads; it may be empty where a permission is given.
    #[serde(default)]
    #[schemars(length(max = 500))]
    answer: String,
    /// Number of the member whom the asker may see from now on; takes the right over visibility.
    #[serde(default)]
    grant: Option<Id>,
    /// For how many days; 30 if it is left out.
    #[serde(default)]
    #[schemars(range(min = 1, max = 365))]
    days: Option<u32>,
}

/// `POST /admin/asks/{id}/answer`
pub(crate) fn answer(tx: &mut Tx<'_>, call: &Call<Empty, NewAnswer>) -> Result<Done> {
    let id: AskId = call.id("find_ask")?;
    let NewAnswer {
        answer,
        grant,
        days,
    } = &call.body;
    match grant {
        Some(target) => {
            let target = (*target).into();
            find_ask::grant_and_answer(tx, &call.cx, id, target, *days, answer)?;
        }
        None => find_ask::answer(tx, &call.cx, id, answer)?,
    }
    Ok(Done)
}
