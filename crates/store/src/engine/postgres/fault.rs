//! Causes of PostgreSQL's errors, in the store's words. Its details may hold row values and are left out.

use tokio_postgres::error::SqlState;

use super::link::Fault;
use crate::error::Error;

/// What a worker must do before the closure can run again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The transaction lost against another one: run it again.
    Conflict,
    /// A prepared statement no longer fits the schema: prepare it and run again.
    Stale,
    /// The connection is gone: open another one.
    Lost,
}

const LOST: Error = Error::Unavailable("the connection to the database was lost");

/// The cause, and what to do about it.
pub(super) fn named(fault: &Fault) -> (Error, Option<Trouble>) {
    let Fault::Refused(error) = fault else {
        return (LOST, Some(Trouble::Lost));
    };
    if let Some(refusal) = error.as_db_error() {
        return refused(refusal);
    }
    let broken =
        std::error::Error::source(error).is_some_and(<dyn std::error::Error>::is::<std::io::Error>);
    if error.is_closed() || broken {
        return (LOST, Some(Trouble::Lost));
    }
    // A parameter of the wrong type is named by its position alone.
    (Error::Internal(error.to_string()), None)
}

fn refused(refusal: &tokio_postgres::error::DbError) -> (Error, Option<Trouble>) {
    let code = refusal.code();
    let trouble = match code {
        _ if *code == SqlState::T_R_SERIALIZATION_FAILURE
            || *code == SqlState::T_R_DEADLOCK_DETECTED =>
        {
            Some(Trouble::Conflict)
        }
        _ if *code == SqlState::INVALID_SQL_STATEMENT_NAME => Some(Trouble::Stale),
        _ if *code == SqlState::FEATURE_NOT_SUPPORTED
            && refusal.message().contains("cached plan") =>
        {
            Some(Trouble::Stale)
        }
        _ if code.code().starts_with("08") || code.code().starts_with("57P") => Some(Trouble::Lost),
        _ => None,
    };
    let error = match code.code() {
        "40001" | "40P01" | "57014" | "55P03" => Error::Busy,
        "53100" => Error::DiskFull,
        "25006" => Error::ReadOnly,
        "23505" => Error::Unique {
            constraint: refusal.constraint().unwrap_or_default().to_owned(),
        },
        "23503" => Error::ForeignKey,
        "XX001" | "XX002" => Error::Corrupt,
        "53300" | "53400" => Error::Unavailable("the database takes no more connections"),
        "28000" | "28P01" => {
            Error::Unavailable("the database does not accept the user or its password")
        }
        "3D000" => Error::Unavailable("the database does not exist"),
        _ if trouble == Some(Trouble::Lost) => LOST,
        // Mistakes in a statement are told in names of tables and columns only.
        text if text.starts_with("42") => Error::Internal(format!("{}: {text}", refusal.message())),
        text => Error::Internal(format!(
            "database error {text} {}",
            refusal.constraint().unwrap_or_default()
        )),
    };
    (error, trouble)
}
