//! Causes of SQLite's errors, in the store's words.
//!
//! SQLite reports a violated unique index by its columns, PostgreSQL by its name; here the name is looked up in the schema, so that
//! both say the same.

use rusqlite::{Connection, Error as Fault, ErrorCode, ffi};

use crate::error::Error;

/// The cause, with the name of a violated key.
pub(super) fn named(connection: &Connection, error: &Fault) -> Error {
    let Fault::SqliteFailure(code, Some(message)) = error else {
        return plain(error);
    };
    let unique = [
        ffi::SQLITE_CONSTRAINT_UNIQUE,
        ffi::SQLITE_CONSTRAINT_PRIMARYKEY,
        ffi::SQLITE_CONSTRAINT_ROWID,
    ];
    if unique.contains(&code.extended_code) {
        return Error::Unique {
            constraint: key_name(connection, message),
        };
    }
    plain(error)
}

/// The cause as far as the error alone tells it.
pub(super) fn plain(error: &Fault) -> Error {
    let Fault::SqliteFailure(code, message) = error else {
        return Error::Internal(error.to_string());
    };
    match code.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Error::Busy,
        ErrorCode::DiskFull => Error::DiskFull,
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Error::ReadOnly,
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Error::Corrupt,
        ErrorCode::SystemIoFailure => {
            Error::Unavailable("input or output on the database file failed")
        }
        ErrorCode::CannotOpen => Error::Unavailable("the database file cannot be opened"),
        ErrorCode::ConstraintViolation
            if code.extended_code == ffi::SQLITE_CONSTRAINT_FOREIGNKEY =>
        {
            Error::ForeignKey
        }
        _ => Error::Internal(message.clone().unwrap_or_else(|| code.to_string())),
    }
}

/// Finds the key behind `UNIQUE constraint failed: table.column, table.column`.
fn key_name(connection: &Connection, message: &str) -> String {
    let list = message.split_once(": ").map_or(message, |(_, list)| list);
    // An index over expressions is reported by its name.
    if let Some(index) = list.strip_prefix("index '") {
        return index.trim_end_matches('\'').to_owned();
    }
    let (mut table, mut columns) = ("", Vec::new());
    for part in list.split(", ") {
        if let Some((before, column)) = part.split_once('.') {
            table = before;
            columns.push(column);
        }
    }
    match index_over(connection, table, &columns) {
        Ok(Some((index, origin))) if origin == "c" => index,
        Ok(Some((_, origin))) if origin == "u" => format!("{table}_{}_key", columns.join("_")),
        // The rowid of a table is its primary key and has no index.
        _ => format!("{table}_pkey"),
    }
}

/// The unique index over exactly these columns, and how it came about: `c`reated, `u`nique clause or `pk`.
fn index_over(
    connection: &Connection,
    table: &str,
    columns: &[&str],
) -> rusqlite::Result<Option<(String, String)>> {
    let mut list = connection
        .prepare_cached("SELECT name, origin FROM pragma_index_list(?1) WHERE \"unique\" ORDER BY origin DESC, name")?;
    let indexes = list.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for index in indexes {
        let (name, origin): (String, String) = index?;
        let mut info =
            connection.prepare_cached("SELECT name FROM pragma_index_info(?1) ORDER BY seqno")?;
        let over = info.query_map([&name], |row| row.get(0))?;
        let over: Vec<Option<String>> = over.collect::<rusqlite::Result<_>>()?;
        if over
            .iter()
            .map(Option::as_deref)
            .eq(columns.iter().copied().map(Some))
        {
            return Ok(Some((name, origin)));
        }
    }
    Ok(None)
}
