//! One operation of the REST interface: how it is called, by whom, what goes in and comes out, and what it does.
//!
//! ```ignore
//! put("/contacts/{id}", Member(Scope::ContactsWrite), "replaceContact", contact::replace)
//!     .says("Contacts", "Replaces remark, tags and star of a contact")
//!     .guarded()
//! ```

use std::{any::TypeId, sync::Arc};

use axum::{http::Method, response::Response};
use futures_util::future::BoxFuture;
use guanxi_app::Result;
use guanxi_model::{role::Right, token::Scope};
use guanxi_store::Tx;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;

use super::{
    answer::{Answer, Reply},
    call::{Call, Raw},
    problem::Fault,
    shape::Empty,
};

/// Below which all operations stand.
pub const ROOT: &str = "/api/v1";

/// Who may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Everybody, without a token.
    Open,
    /// Whoever bears a token, whatever its scopes.
    Bearer,
    /// A member by a token of his own that has the scope.
    Member(Scope),
    /// A member who has the right, or a token of the company's own with a role that has it; the token has the scope.
    Right(Right, Scope),
}

impl Door {
    /// The scope that it takes.
    pub const fn scope(self) -> Option<Scope> {
        match self {
            Self::Open | Self::Bearer => None,
            Self::Member(scope) | Self::Right(_, scope) => Some(scope),
        }
    }
}

/// What an operation does once its query and body have been read.
pub(crate) type Run = Box<dyn Fn(&mut Tx<'_>) -> Result<Answer> + Send>;
type Prepare = Arc<dyn Fn(Raw) -> Result<Run, Fault> + Send + Sync>;
type Later = Arc<dyn Fn(Raw) -> BoxFuture<'static, Result<Response, Fault>> + Send + Sync>;
/// Writes a schema into a document.
pub(crate) type Describe = fn(&mut SchemaGenerator) -> Schema;

/// How it is done.
#[derive(Clone)]
pub(crate) enum Work {
    /// In one transaction that reads.
    Read(Prepare),
    /// In one transaction that writes.
    Write(Prepare),
    /// By itself, because it waits for more than a transaction, or streams.
    Later(Later),
}

/// What comes out where all goes well.
#[derive(Clone, Copy)]
pub(crate) struct Success {
    pub(crate) status: u16,
    pub(crate) media: Option<&'static str>,
    pub(crate) schema: Option<fn(&mut SchemaGenerator) -> Option<Schema>>,
    pub(crate) has_location: bool,
    pub(crate) is_list: bool,
}

/// One line of the table.
#[derive(Clone)]
pub struct Operation {
    /// How.
    pub method: Method,
    /// Address below [`ROOT`]; `{id}` stands for an id, `{number}` for the number of a department.
    pub path: &'static str,
    /// By whom.
    pub door: Door,
    /// Stable name for generators of clients.
    pub name: &'static str,
    /// Heading under which the document has it.
    pub group: &'static str,
    /// What it does.
    pub summary: &'static str,
    /// More about it, or nothing.
    pub note: &'static str,
    pub(crate) query: Option<Describe>,
    pub(crate) body: Option<Describe>,
    pub(crate) success: Success,
    /// A change that must name what it changes by `If-Match`.
    pub(crate) is_guarded: bool,
    /// Whether an answer may be kept for `Idempotency-Key`.
    pub(crate) keeps_answers: bool,
    pub(crate) needs_directory: bool,
    pub(crate) work: Work,
}

impl std::fmt::Debug for Operation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

impl Operation {
    fn new<Q, B>(
        method: Method,
        (path, door, name): (&'static str, Door, &'static str),
        success: Success,
        work: Work,
    ) -> Self
    where
        Q: JsonSchema + 'static,
        B: JsonSchema + 'static,
    {
        let keeps_answers = method == Method::POST && matches!(work, Work::Write(_));
        Self {
            method,
            path,
            door,
            name,
            group: "",
            summary: "",
            note: "",
            query: described::<Q>(),
            body: described::<B>(),
            success,
            is_guarded: false,
            keeps_answers,
            needs_directory: false,
            work,
        }
    }

    /// Under which heading it stands, and what it does.
    #[must_use]
    pub(crate) const fn says(mut self, group: &'static str, summary: &'static str) -> Self {
        self.group = group;
        self.summary = summary;
        self
    }

    /// More about it.
    #[must_use]
    pub(crate) const fn note(mut self, note: &'static str) -> Self {
        self.note = note;
        self
    }

    /// It changes what another may have changed, so the caller must say what he has seen (`If-Match`).
    #[must_use]
    pub(crate) const fn guarded(mut self) -> Self {
        self.is_guarded = true;
        self
    }

    /// Its answer holds a secret, so it is never kept.
    #[must_use]
    pub(crate) const fn secret(mut self) -> Self {
        self.keeps_answers = false;
        self
    }

    /// It needs the company's directory.
    #[must_use]
    pub(crate) const fn sees_directory(mut self) -> Self {
        self.needs_directory = true;
        self
    }

    /// The whole address, with names for its parts.
    pub fn address(&self) -> String {
        format!("{ROOT}{}", self.path)
    }

    /// Whether it takes a body.
    pub fn takes_body(&self) -> bool {
        self.body.is_some()
    }

    /// Whether it changes something.
    pub(crate) fn is_change(&self) -> bool {
        self.method != Method::GET
    }
}

fn described<T: JsonSchema + 'static>() -> Option<Describe> {
    (TypeId::of::<T>() != TypeId::of::<Empty>())
        .then_some(|schemas: &mut SchemaGenerator| T::json_schema(schemas))
}

/// What comes out of an operation that answers by itself.
pub(crate) const fn success<R: Reply>() -> Success {
    Success {
        status: R::STATUS.as_u16(),
        media: R::MEDIA,
        schema: Some(R::schema),
        has_location: R::HAS_LOCATION,
        is_list: R::IS_LIST,
    }
}

/// What comes out of an operation that streams text of this media type.
pub(crate) const fn stream(media: &'static str) -> Success {
    Success {
        status: 200,
        media: Some(media),
        schema: None,
        has_location: false,
        is_list: false,
    }
}

/// Anything that may be read out of a request.
pub(crate) trait Readable:
    DeserializeOwned + JsonSchema + Clone + Send + Sync + 'static
{
}

impl<T: DeserializeOwned + JsonSchema + Clone + Send + Sync + 'static> Readable for T {}

fn prepare<Q: Readable, B: Readable, R: Reply>(
    act: impl Fn(&mut Tx<'_>, &Call<Q, B>) -> Result<R> + Clone + Send + Sync + 'static,
) -> Prepare {
    Arc::new(move |raw| {
        let call = raw.read::<Q, B>()?;
        let act = act.clone();
        Ok(Box::new(move |tx: &mut Tx<'_>| {
            act(tx, &call)?.answer(&call.address)
        }))
    })
}

/// Reads.
pub(crate) fn get<Q: Readable, R: Reply>(
    path: &'static str,
    door: Door,
    name: &'static str,
    act: impl Fn(&mut Tx<'_>, &Call<Q>) -> Result<R> + Clone + Send + Sync + 'static,
) -> Operation {
    let work = Work::Read(prepare::<Q, Empty, R>(act));
    Operation::new::<Q, Empty>(Method::GET, (path, door, name), success::<R>(), work)
}

fn change<B: Readable, R: Reply>(
    method: Method,
    line: (&'static str, Door, &'static str),
    act: impl Fn(&mut Tx<'_>, &Call<Empty, B>) -> Result<R> + Clone + Send + Sync + 'static,
) -> Operation {
    let work = Work::Write(prepare::<Empty, B, R>(act));
    Operation::new::<Empty, B>(method, line, success::<R>(), work)
}

/// Makes or does something.
pub(crate) fn post<B: Readable, R: Reply>(
    path: &'static str,
    door: Door,
    name: &'static str,
    act: impl Fn(&mut Tx<'_>, &Call<Empty, B>) -> Result<R> + Clone + Send + Sync + 'static,
) -> Operation {
    change(Method::POST, (path, door, name), act)
}

/// Asks something that takes a body to say; nothing changes.
pub(crate) fn ask<B: Readable, R: Reply>(
    path: &'static str,
    door: Door,
    name: &'static str,
    act: impl Fn(&mut Tx<'_>, &Call<Empty, B>) -> Result<R> + Clone + Send + Sync + 'static,
) -> Operation {
    let work = Work::Read(prepare::<Empty, B, R>(act));
    Operation::new::<Empty, B>(Method::POST, (path, door, name), success::<R>(), work)
}

/// Replaces something, or sees to it that something is so.
pub(crate) fn put<B: Readable, R: Reply>(
    path: &'static str,
    door: Door,
    name: &'static str,
    act: impl Fn(&mut Tx<'_>, &Call<Empty, B>) -> Result<R> + Clone + Send + Sync + 'static,
) -> Operation {
    change(Method::PUT, (path, door, name), act)
}

/// Takes something away.
pub(crate) fn delete<R: Reply>(
    path: &'static str,
    door: Door,
    name: &'static str,
    act: impl Fn(&mut Tx<'_>, &Call) -> Result<R> + Clone + Send + Sync + 'static,
) -> Operation {
    change::<Empty, R>(Method::DELETE, (path, door, name), act)
}

/// Does something that takes more than one transaction, or streams its answer.
pub(crate) fn later<Q, B, R, F>(
    method: Method,
    line: (&'static str, Door, &'static str),
    success: Success,
    act: impl Fn(Call<Q, B>) -> F + Clone + Send + Sync + 'static,
) -> Operation
where
    Q: Readable,
    B: Readable,
    R: Into<Fault>,
    F: Future<Output = Result<Response, R>> + Send + 'static,
{
    let work = Work::Later(Arc::new(move |raw| {
        let call = raw.read::<Q, B>();
        let act = act.clone();
        Box::pin(async move { act(call?).await.map_err(Into::into) })
    }));
    Operation::new::<Q, B>(method, line, success, work)
}
