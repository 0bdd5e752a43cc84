//! What a handler of the REST interface gets: who calls, what is in address, query and body.

use std::{str::FromStr, sync::Arc};

use guanxi_app::{
    Cx, Error, Me, Result,
    directory::{Directory, Lens},
};
use serde::de::DeserializeOwned;

use super::{problem::Fault, shape::Empty};
use crate::{locale::Locale, state::App};

/// A call with what it asks for, read into types.
#[derive(Debug, Clone)]
pub(crate) struct Call<Q = Empty, B = Empty> {
    /// What handlers share.
    pub(crate) app: App,
    /// Who acts, and when.
    pub(crate) cx: Cx,
    /// Language of sentences.
    pub(crate) l: Locale,
    /// The query.
    pub(crate) query: Q,
    /// The body.
    pub(crate) body: B,
    /// Path and query.
    pub(crate) address: String,
    part: Option<String>,
    directory: Option<Arc<Directory>>,
}

/// A call whose token has been checked, before query and body are read.
#[derive(Debug, Clone)]
pub(crate) struct Raw {
    pub(crate) app: App,
    pub(crate) cx: Cx,
    pub(crate) l: Locale,
    /// Path and query.
    pub(crate) address: String,
    /// The one part of the path that stands for a thing.
    pub(crate) part: Option<String>,
    /// The query as sent.
    pub(crate) query: String,
    /// The body as sent; empty without one.
    pub(crate) body: bytes::Bytes,
    pub(crate) directory: Option<Arc<Directory>>,
}

impl Raw {
    /// The same thing, to be read without query and body.
    pub(crate) fn bare(&self) -> Self {
        Self {
            query: String::new(),
            body: bytes::Bytes::new(),
            ..self.clone()
        }
    }

    /// Reads query and body.
    pub(crate) fn read<Q: DeserializeOwned, B: DeserializeOwned>(
        self,
    ) -> Result<Call<Q, B>, Fault> {
        let query = form_urlencoded::parse(self.query.as_bytes());
        let query = serde_urlencoded::Deserializer::new(query);
        let query = serde_path_to_error::deserialize(query)
            .map_err(|error| Fault::query(&error.path().to_string(), &error.inner().to_string()))?;
        let body: &[u8] = if self.body.is_empty() {
            b"{}"
        } else {
            &self.body
        };
        let mut json = serde_json::Deserializer::from_slice(body);
        let read = serde_path_to_error::deserialize(&mut json);
        let body = read.map_err(|error| Fault::body(&error.path().to_string(), error.inner()))?;
        json.end().map_err(|error| Fault::body("", &error))?;
        Ok(Call {
            app: self.app,
            cx: self.cx,
            l: self.l,
            query,
            body,
            address: self.address,
            part: self.part,
            directory: self.directory,
        })
    }
}

impl<Q, B> Call<Q, B> {
    /// The part of the address that names a thing; one that is no name names nothing.
    pub(crate) fn id<T: FromStr>(&self, noun: &'static str) -> Result<T> {
        let id = self.part.as_deref().and_then(|part| part.parse().ok());
        id.ok_or(Error::not_found(noun))
    }

    /// The part of the address, where it is no id of ours.
    pub(crate) fn name(&self, noun: &'static str) -> Result<&str> {
        self.part.as_deref().ok_or(Error::not_found(noun))
    }

    /// The company's directory as the acting member sees it; for operations that ask for it in the table.
    pub(crate) fn sight(&self, me: &Me) -> Result<(Arc<Directory>, Arc<Lens>)> {
        let directory = self
            .directory
            .clone()
            .ok_or_else(|| Error::Internal("the table does not ask for the directory".into()))?;
        let lens = directory.lens(&self.cx, &me.corp, me.member.id)?;
        Ok((directory, lens))
    }
}
