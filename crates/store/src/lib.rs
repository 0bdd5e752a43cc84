//! The data of guanxi: two engines behind one text.
//!
//! Callers hand synchronous closures to [`Store::read`] and [`Store::write`]; a closure gets a [`Tx`] and runs in one transaction on a
//! thread that owns a connection. Statements are constants with `$1` placeholders that both engines understand; where they differ,
//! [`Tx::dialect`] has both texts side by side. What the texts must respect:
//!
//! - sums and counts are read as 64-bit integers: `CAST(SUM(x) AS BIGINT)`;
//! - a unique key that code asks about by name is a `CREATE UNIQUE INDEX name`;
//! - no deferred constraints: on SQLite they would fail the batch of others too.

pub mod backup;
mod engine;
mod error;
mod inspect;
mod lock;
mod migrate;
mod pulse;
#[cfg(test)]
mod statements;
mod store;
mod task;
#[cfg(feature = "testing")]
pub mod testing;
mod tx;
mod value;

pub mod audit;
pub mod avatar;
pub mod batch;
pub mod bulk;
pub mod contact;
pub mod conversation;
pub mod corp;
pub mod customer;
pub mod department;
pub mod event;
pub mod find_ask;
pub mod idempotency;
pub mod live_alert;
pub mod live_code;
pub mod live_log;
pub mod live_report;
pub mod live_rest;
pub mod live_scan;
pub mod live_waiting;
pub mod logo;
pub mod member;
pub mod node;
pub mod once;
pub mod person;
pub mod qr_code;
pub mod request;
pub mod role;
pub mod session;
pub mod token;
pub mod visibility;
pub mod webhook;

pub use engine::{Engine, postgres::Signal};
pub use error::{Error, Result};
pub use inspect::{Condition, inspect};
pub use migrate::{Migration, Migrations};
pub use pulse::Stats;
pub use store::{Database, Options, Store};
pub use tx::Tx;
pub use value::{FromColumn, Param, Row, ToParam};

/// Text of a value that is stored as JSON.
pub(crate) fn json<T: serde::Serialize + ?Sized>(value: &T) -> Result<String> {
    serde_json::to_string(value)
        .map_err(|error| Error::Internal(format!("a value does not turn into JSON: {error}")))
}

/// Value of a stored JSON text.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text)
        .map_err(|error| Error::Internal(format!("a stored JSON text does not read: {error}")))
}
