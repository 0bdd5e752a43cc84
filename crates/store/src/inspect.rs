//! A look at a database from outside, for the operator: which version it is, whether it keeps what it has confirmed, and
//! which steps of the schema are still to come. Nothing is changed.

use std::sync::Arc;

use crate::{
    engine::{
        Engine,
        postgres::{self, Link},
        sqlite,
    },
    error::Result,
    migrate::{self, Migrations},
    pulse::{Mode, Pulse},
    store::{Database, Options},
    tx::{self, Tx},
};

const SQLITE_VERSION: &str = "SELECT sqlite_version()";
const SQLITE_JOURNAL: &str = "PRAGMA journal_mode";
const SQLITE_SYNCHRONOUS: &str = "PRAGMA synchronous";
const SQLITE_HAS_SCHEMA: &str = "SELECT count(*) FROM sqlite_master WHERE name = 'migration'";
const SQLITE_CHECK: &str = "PRAGMA quick_check(1)";
const POSTGRES_SETTING: &str = "SELECT current_setting($1)";
const POSTGRES_HAS_SCHEMA: &str =
    "SELECT count(*) FROM pg_class WHERE oid = to_regclass('migration')";
const POSTGRES_CLOCK: &str = "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)";

/// Value of `synchronous` at which SQLite waits for the disk before it answers.
const FULL: i64 = 2;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Version of the engine.
    pub version: String,
    /// Settings that decide whether confirmed changes survive a power cut: name, value, whether it is right.
    pub durability: Vec<(&'static str, String, bool)>,
    /// The database's clock in milliseconds UTC; None where it is the machine's own.
    pub clock_ms: Option<i64>,
    /// Steps of the schema that are still to come, by name; or why the schema does not fit.
    pub pending: Result<Vec<String>>,
    /// What a quick look at the file says when it is damaged.
    pub damage: Option<String>,
}

/// Looks at a database; None where there is no file yet. Blocks.
pub fn inspect(options: &Options) -> Result<Option<Condition>> {
    // Away from the caller's thread, which may be part of a runtime and must not be blocked by another one.
    std::thread::scope(|scope| {
        let looking = scope.spawn(|| match &options.database {
            Database::Sqlite { path } if !path.exists() => Ok(None),
            Database::Sqlite { path } => {
                let pulse = Arc::new(Pulse::default());
                let mut session = sqlite::Session::open(path, sqlite::Role::Writer, pulse)?;
                sqlite_condition(&mut Tx::new(tx::Link::Sqlite(&mut session))).map(Some)
            }
            Database::Postgres { url } => {
                let mut session =
                    postgres::Session::new(Link::new(postgres::settings(url)?, Mode::Read)?);
                session.connect()?;
                postgres_condition(&mut Tx::new(tx::Link::Postgres(&mut session))).map(Some)
            }
        });
        looking.join().unwrap_or_else(|_| {
            Err(crate::Error::Internal(
                "looking at the database panicked".into(),
            ))
        })
    })
}

fn sqlite_condition(tx: &mut Tx<'_>) -> Result<Condition> {
    let journal: String = tx.get(SQLITE_JOURNAL, &[], |row| row.get(0))?;
    let synchronous: i64 = tx.get(SQLITE_SYNCHRONOUS, &[], |row| row.get(0))?;
    let check: String = tx.get(SQLITE_CHECK, &[], |row| row.get(0))?;
    let wal = journal == "wal";
    Ok(Condition {
        version: tx.get(SQLITE_VERSION, &[], |row| row.get(0))?,
        durability: vec![
            ("journal_mode", journal, wal),
            (
                "synchronous",
                if synchronous == FULL {
                    "full".into()
                } else {
                    synchronous.to_string()
                },
                synchronous >= FULL,
            ),
        ],
        clock_ms: None,
        pending: pending(tx),
        damage: (check != "ok").then_some(check),
    })
}

fn postgres_condition(tx: &mut Tx<'_>) -> Result<Condition> {
    let mut setting = |name: &'static str| {
        tx.get(POSTGRES_SETTING, &[crate::Param::Text(name)], |row| {
            row.get::<String>(0)
        })
    };
    let version = setting("server_version")?;
    let durability = ["fsync", "full_page_writes", "synchronous_commit"].map(|name| {
        setting(name).map(|value| {
            let is_right = value != "off";
            (name, value, is_right)
        })
    });
    Ok(Condition {
        version,
        durability: durability.into_iter().collect::<Result<_>>()?,
        clock_ms: Some(tx.get(POSTGRES_CLOCK, &[], |row| row.get(0))?),
        pending: pending(tx),
        damage: None,
    })
}

fn pending(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    let steps = Migrations::embedded()?;
    let has_schema: i64 = tx.get(
        tx.dialect(SQLITE_HAS_SCHEMA, POSTGRES_HAS_SCHEMA),
        &[],
        |row| row.get(0),
    )?;
    let last = if has_schema > 0 {
        migrate::applied(tx, &steps)?
    } else {
        i64::MIN
    };
    let to_come = steps.steps().iter().filter(|step| step.number > last);
    Ok(to_come
        .map(|step| format!("{:04} {}", step.number, step.name))
        .collect())
}

impl Database {
    /// Which engine holds the data.
    pub const fn engine(&self) -> Engine {
        match self {
            Self::Sqlite { .. } => Engine::Sqlite,
            Self::Postgres { .. } => Engine::Postgres,
        }
    }
}
