//! One act on many members, gone through part by part, with a result for each, and taken back.

use std::{sync::Arc, time::Duration};

use axum::response::Response;
use guanxi_app::{
    Error, Result,
    member::{self, Bulk, Deed, Fate, Filter, Was, Who},
};
use guanxi_model::{department::DepartmentId, id::BulkId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    answer::{Item, Reply as _},
    call::Call,
    contact::StatusWord,
    member::ChangeWord,
    problem::Fault,
    shape::{Empty, Id, Time},
};

/// How long a caller waits; a longer act goes on by itself.
const AT_ONCE: Duration = Duration::from_secs(10);

/// All members whom the list shows under a filter.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Matching {
    /// Only in this state.
    #[serde(default)]
    status: Option<StatusWord>,
    /// Number of a department, with all below it.
    #[serde(default)]
    department: Option<i64>,
    /// Part of name, alias, user ID, employee number, e-mail or mobile number.
    #[serde(default)]
    #[schemars(length(max = 200))]
    q: String,
    /// How many they are; if they are others by then, nothing happens.
    #[schemars(range(min = 1, max = 5000))]
    count: i64,
}

/// An act on many members: a change or a move, of these members or of all who match.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewBatch {
    /// A number of the caller's own; the same again begins nothing and tells how far it has come.
    #[serde(default)]
    id: Option<Id>,
    /// Another state.
    #[serde(default)]
    change: Option<ChangeWord>,
    /// Number of the department to which they go.
    #[serde(default)]
    to: Option<i64>,
    /// Number of the department that they leave; all of theirs if it is left out.
    #[serde(default)]
    from: Option<i64>,
    /// Numbers of the members.
    #[serde(default)]
    #[schemars(length(min = 1, max = 5000))]
    members: Option<Vec<Id>>,
    /// Or all who match.
    #[serde(default)]
    matching: Option<Matching>,
    /// Said knowingly, where more go than the company's guard allows.
    #[serde(default)]
    confirmed: bool,
}

impl NewBatch {
    fn deed(&self) -> Result<Deed> {
        match (self.change, self.to) {
            (Some(change), None) => Ok(Deed::Change(change.into())),
            (None, Some(to)) => Ok(Deed::Move {
                from: self.from.map(DepartmentId),
                to: DepartmentId(to),
            }),
            _ => Err(Error::invalid("change", "required")),
        }
    }

    fn who(&self) -> Result<Who> {
        match (&self.members, &self.matching) {
            (Some(members), None) => {
                let ids = members.iter().map(|id| (*id).into());
                Ok(Who::Named(ids.collect()))
            }
            (None, Some(wanted)) => {
                let filter = Filter {
                    status: wanted.status.map(Into::into),
                    department: wanted.department.map(DepartmentId),
                    text: wanted.q.clone(),
                    after: None,
                    before: None,
                    limit: 1,
                };
                Ok(Who::Matching(filter, wanted.count))
            }
            _ => Err(Error::invalid("members", "required")),
        }
    }
}

/// What came of an act for one member.
#[derive(Debug, Serialize, JsonSchema)]
struct Outcome {
    /// His number.
    member: Id,
    /// Whether it changed something.
    changed: bool,
    /// His state before, where that is what changed.
    was: Option<StatusWord>,
    /// Stable code of what stood against it.
    code: Option<String>,
}

impl From<Fate> for Outcome {
    fn from(fate: Fate) -> Self {
        Self {
            member: fate.member.into(),
            changed: fate.change.is_some(),
            was: match fate.change {
                Some((Was::Status(status), _)) => Some(status.into()),
                _ => None,
            },
            code: fate.refused.map(|refused| refused.code),
        }
    }
}

/// How far an act on many members has come.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Batch {
    /// Its number.
    id: Id,
    /// How many members are meant.
    total: usize,
    /// Whether everybody has been gone through.
    done: bool,
    /// Whether it has been taken back.
    undone: bool,
    /// How many can be brought back now.
    undoable: usize,
    /// When it was sent.
    created_at: Time,
    /// What came of it for those who have been gone through.
    outcomes: Vec<Outcome>,
}

impl Batch {
    fn of(bulk: Bulk, now_ms: i64) -> Self {
        Self {
            id: bulk.id.into(),
            total: bulk.total,
            done: bulk.is_done(),
            undone: bulk.is_undone,
            undoable: bulk.undoable(now_ms),
            created_at: Time(bulk.created_at_ms),
            outcomes: bulk.fates.into_iter().map(Outcome::from).collect(),
        }
    }
}

/// Goes through the members until all are done or the caller has waited long enough; tells how far it has come.
async fn run<B: Clone>(call: &Call<Empty, B>, id: BulkId) -> Result<Response, Fault> {
    let (env, cx) = (Arc::clone(&call.app.env), call.cx.clone());
    let work = tokio::spawn(async move {
        loop {
            let cx = cx.clone();
            let stepped = env.store.write(move |tx| member::step(tx, &cx, id)).await;
            if !matches!(stepped, Ok(true)) {
                return stepped;
            }
        }
    });
    match tokio::time::timeout(AT_ONCE, work).await {
        Ok(Ok(stepped)) => drop(stepped?),
        Ok(Err(error)) => return Err(Error::Internal(error.to_string()).into()),
        // A long act goes on by itself.
        Err(_) => {}
    }
    let cx = call.cx.clone();
    let read = call.app.env.store.read(move |tx| {
        let me = cx.acting(tx)?;
        member::bulk(tx, &me, id)
    });
    let batch = Batch::of(read.await?, call.app.env.clock.now_ms());
    Ok(Item(batch).answer(&call.address)?.into_response())
}

/// `POST /admin/members/batches`
pub(crate) async fn begin(call: Call<Empty, NewBatch>) -> Result<Response, Fault> {
    let (deed, who, confirmed) = (call.body.deed()?, call.body.who()?, call.body.confirmed);
    let id = number(&call, call.body.id);
    let cx = call.cx.clone();
    let begin =
        move |tx: &mut guanxi_store::Tx<'_>| member::begin(tx, &cx, id, deed, &who, confirmed);
    call.app.env.store.write(begin).await?;
    run(&call, id).await
}

fn number<B: Clone>(call: &Call<Empty, B>, given: Option<Id>) -> BulkId {
    given.map_or_else(|| call.cx.new_id(BulkId::from_u128), Into::into)
}

/// `POST /admin/members/batches/{id}/go-on`
pub(crate) async fn go_on(call: Call) -> Result<Response, Fault> {
    let id = call.id("bulk")?;
    run(&call, id).await
}

/// `POST /admin/members/batches/{id}/undo`
pub(crate) async fn undo(call: Call<Empty, Undo>) -> Result<Response, Fault> {
    let of = call.id("bulk")?;
    let id = number(&call, call.body.id);
    let cx = call.cx.clone();
    let undo = move |tx: &mut guanxi_store::Tx<'_>| member::undo(tx, &cx, id, of);
    call.app.env.store.write(undo).await?;
    run(&call, id).await
}

/// Taking an act back.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Undo {
    /// A number of the caller's own for the undo, which is an act too; the same again begins nothing.
    #[serde(default)]
    id: Option<Id>,
}
