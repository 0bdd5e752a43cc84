//! SQLite: one thread that writes, some that read, all on one file in WAL mode with a full sync before any answer.

mod fault;
mod text;
mod worker;

use std::{collections::HashMap, path::Path, sync::Arc, time::Duration};

use rusqlite::{
    CachedStatement, Connection, OpenFlags, config::DbConfig, functions::FunctionFlags,
    types::ValueRef,
};

use crate::{
    engine::Flow,
    error::{Error, Result},
    pulse::Pulse,
    tx::Control,
    value::{Param, RawRow, Row},
};

pub(crate) use worker::{checkpoint_loop, read_loop, write_loop};

/// How long a statement waits for another process, such as a backup, to let go of the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// More than the store has statements, so none is prepared twice.
const STATEMENTS: usize = 1024;

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Reader,
    Writer,
    /// Moves what has been committed from the log into the file.
    Checkpointer,
}

/// One connection and the texts that it has prepared.
#[derive(Debug)]
pub(crate) struct Session {
    connection: Connection,
    texts: HashMap<(usize, usize), Box<str>>,
    guard: Guard,
    role: Role,
    pulse: Arc<Pulse>,
    last_error: Option<Error>,
}

/// The savepoint around one closure of a batch, opened at its first write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Guard {
    Unneeded,
    Wanted,
    Open,
}

impl Session {
    /// Opens the file, which the writer creates.
    pub(crate) fn open(path: &Path, role: Role, pulse: Arc<Pulse>) -> Result<Self> {
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if role == Role::Writer {
            flags |= OpenFlags::SQLITE_OPEN_CREATE;
        }
        let connection = Connection::open_with_flags(path, flags).map_err(|e| fault::plain(&e))?;
        let mut session = Self {
            connection,
            texts: HashMap::new(),
            guard: Guard::Unneeded,
            role,
            pulse,
            last_error: None,
        };
        session.configure()?;
        Ok(session)
    }

    fn configure(&mut self) -> Result<()> {
        self.connection
            .busy_timeout(BUSY_TIMEOUT)
            .map_err(|e| fault::plain(&e))?;
        self.connection
            .set_prepared_statement_cache_capacity(STATEMENTS);
        // One plan for each text: without this SQLite prepares many statements anew for every value that is bound.
        self.connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
            .map_err(|e| fault::plain(&e))?;
        fold(&self.connection).map_err(|e| fault::plain(&e))?;
        // The mapping is address space, not memory; the caches grow only with use.
        self.batch("PRAGMA foreign_keys=ON; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY")?;
        match self.role {
            // The checkpointer keeps the log short; only a log of 256 MB makes the writer stop for it.
            Role::Writer => self.batch(
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; PRAGMA wal_autocheckpoint=65536",
            ),
            Role::Checkpointer => self.batch("PRAGMA synchronous=FULL; PRAGMA cache_size=-256"),
            Role::Reader => self.batch("PRAGMA query_only=ON; PRAGMA cache_size=-8192"),
        }
    }

    /// Runs statements without parameters or rows.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<()> {
        let done = self.connection.execute_batch(sql);
        done.map_err(|e| self.fault(&e))
    }

    pub(crate) fn execute(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<u64> {
        let done = self.run(sql, params, &mut |statement| {
            Ok(statement.raw_execute()? as u64)
        });
        done.map_err(|e| self.fault(&e))
    }

    #[cfg(feature = "testing")]
    pub(crate) fn prepare(&mut self, sql: &'static str) -> Result<()> {
        let done = self.connection.prepare(&text::numbered(sql)).map(drop);
        done.map_err(|e| self.fault(&e))
    }

    pub(crate) fn query(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> Flow,
    ) -> Result<()> {
        let done = self.run(sql, params, &mut |statement| {
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next()? {
                if each(&Row(RawRow::Sqlite(row))) == Flow::Stop {
                    break;
                }
            }
            Ok(())
        });
        done.map_err(|e| self.fault(&e))
    }

    pub(crate) fn control(&mut self, control: Control) -> Result<()> {
        // The savepoint of the closure must lie outside those of its parts.
        let done = shield(&self.connection, &mut self.guard);
        done.map_err(|e| self.fault(&e))?;
        self.batch(control.sql())
    }

    fn run<T>(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
        work: &mut dyn FnMut(&mut CachedStatement<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let text = self
            .texts
            .entry((sql.as_ptr() as usize, sql.len()))
            .or_insert_with(|| text::numbered(sql));
        let mut statement = self.connection.prepare_cached(text)?;
        if !statement.readonly() {
            shield(&self.connection, &mut self.guard)?;
        }
        bind(&mut statement, params)?;
        work(&mut statement)
    }

    /// Names the cause, and remembers it for the others of a batch and for the health of the store.
    fn fault(&mut self, error: &rusqlite::Error) -> Error {
        let error = fault::named(&self.connection, error);
        if self.role == Role::Writer {
            self.pulse.note(&error);
        }
        self.last_error = Some(error.clone());
        error
    }
}

/// Makes `fold(text)`: lower case in every script, where SQLite's own `lower` knows the letters of ASCII alone.
fn fold(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("fold", 1, flags, |call| {
        let text = call.get_raw(0).as_str_or_null()?;
        Ok(text.map(str::to_lowercase))
    })
}

/// Opens the savepoint of a closure that is about to write.
fn shield(connection: &Connection, guard: &mut Guard) -> rusqlite::Result<()> {
    if *guard == Guard::Wanted {
        connection
            .prepare_cached("SAVEPOINT closure")?
            .raw_execute()?;
        *guard = Guard::Open;
    }
    Ok(())
}

fn bind(statement: &mut CachedStatement<'_>, params: &[Param<'_>]) -> rusqlite::Result<()> {
    let wanted = statement.parameter_count();
    if wanted != params.len() {
        return Err(rusqlite::Error::InvalidParameterCount(params.len(), wanted));
    }
    for (index, param) in (1..).zip(params) {
        match *param {
            Param::Null => statement.raw_bind_parameter(index, rusqlite::types::Null),
            Param::Bool(value) => statement.raw_bind_parameter(index, value),
            Param::Int(value) => statement.raw_bind_parameter(index, value),
            Param::Text(text) => statement.raw_bind_parameter(index, text),
            Param::Blob(bytes) => statement.raw_bind_parameter(index, bytes),
            Param::Id(id) => statement.raw_bind_parameter(index, &id.to_be_bytes()[..]),
        }?;
    }
    Ok(())
}

/// A column as a value; floating point has no place in the schema.
pub(crate) fn column(value: ValueRef<'_>) -> Option<Param<'_>> {
    match value {
        ValueRef::Null => Some(Param::Null),
        ValueRef::Integer(value) => Some(Param::Int(value)),
        ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok().map(Param::Text),
        ValueRef::Blob(bytes) => Some(Param::Blob(bytes)),
        ValueRef::Real(_) => None,
    }
}
