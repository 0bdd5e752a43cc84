//! The REST interface under `/api/v1`: for programs, by access token, in JSON.
//!
//! Its table of operations ([`crate::routes::api`]) makes the router and the OpenAPI document alike, so neither can drift from the
//! other. A handler is an ordinary function over the open transaction; everything else (token, scope, right, limits, languages,
//! conditions, keys against doing a thing twice) happens around it in `gate`. One file for each noun.

pub(crate) mod answer;
pub(crate) mod audit;
pub(crate) mod avatar;
pub(crate) mod batch;
pub(crate) mod call;
pub(crate) mod code;
pub(crate) mod contact;
pub(crate) mod corp;
pub(crate) mod customer;
pub(crate) mod department;
pub(crate) mod directory;
pub mod document;
pub(crate) mod find_ask;
mod gate;
pub mod limit;
pub(crate) mod live_code;
pub(crate) mod logo;
pub(crate) mod me;
pub(crate) mod member;
mod negotiate;
pub mod operation;
pub mod problem;
pub(crate) mod request;
pub(crate) mod role;
pub(crate) mod shape;
pub(crate) mod token;
pub(crate) mod visibility;
pub(crate) mod webhook;

pub(crate) use gate::routes;

/// Whether an address belongs to the interface, so that failures there are problem documents.
pub(crate) fn is_below(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}
