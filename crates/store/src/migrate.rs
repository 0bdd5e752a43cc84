//! Brings a database to the schema of this binary: forward only, each step once and in a transaction of its own.
//!
//! Both engines have a file of the same number and name for each step. A step that was applied is never edited: its SHA-256 is
//! kept and compared.

use std::{collections::BTreeMap, fmt::Write as _, path::Path, sync::Arc};

use include_dir::{Dir, include_dir};
use sha2::{Digest, Sha256};

use crate::{
    engine::{
        Engine,
        postgres::{self, Link},
        sqlite,
    },
    error::{Error, Result},
    params,
    pulse::Pulse,
    tx::{self, Tx},
};

static SQLITE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/migrations/sqlite");
static POSTGRES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/migrations/postgres");

const TABLE: &str = "CREATE TABLE IF NOT EXISTS migration (
    number BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL
)";
const APPLIED: &str = "SELECT number, name, sha256 FROM migration ORDER BY number";
const RECORD: &str = "INSERT INTO migration (number, name, sha256) VALUES ($1, $2, $3)";
/// Any number will do, as long as all nodes agree on it.
const LOCK: &str = "SELECT pg_advisory_lock(7020094)";
const UNLOCK: &str = "SELECT pg_advisory_unlock(7020094)";

/// One step of a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// Position in the order of steps.
    pub number: i64,
    /// What it brings, as in the name of its file.
    pub name: String,
    /// Text for SQLite.
    pub sqlite: String,
    /// Text for PostgreSQL.
    pub postgres: String,
}

/// The steps of a schema in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Migrations(Vec<Migration>);

impl Migrations {
    /// The schema of guanxi.
    pub fn embedded() -> Result<Self> {
        let (mut sqlite, mut postgres) = (texts(&SQLITE)?, texts(&POSTGRES)?);
        let mut steps = Vec::new();
        while let Some(((number, name), sqlite)) = sqlite.pop_first() {
            let postgres = postgres.remove(&(number, name.clone()));
            let postgres = postgres.ok_or_else(|| {
                Error::Migration(format!("{number} {name} is missing for PostgreSQL"))
            })?;
            steps.push(Migration {
                number,
                name,
                sqlite,
                postgres,
            });
        }
        match postgres.pop_first() {
            Some(((number, name), _)) => Err(Error::Migration(format!(
                "{number} {name} is missing for SQLite"
            ))),
            None => Self::new(steps),
        }
    }

    /// A schema of these steps, whose numbers rise.
    pub fn new(steps: Vec<Migration>) -> Result<Self> {
        match steps
            .iter()
            .zip(steps.iter().skip(1))
            .find(|(one, next)| one.number >= next.number)
        {
            Some((one, _)) => Err(Error::Migration(format!(
                "number {} is not followed by a higher one",
                one.number
            ))),
            None => Ok(Self(steps)),
        }
    }

    /// The steps.
    pub fn steps(&self) -> &[Migration] {
        &self.0
    }

    /// A name for this schema that differs whenever a text differs.
    pub fn fingerprint(&self) -> String {
        let texts: String = self
            .0
            .iter()
            .flat_map(|step| [step.sqlite.as_str(), &step.postgres])
            .collect();
        sha256(&texts)
    }
}

/// Reads files such as `0001_corp.sql`.
fn texts(folder: &Dir<'_>) -> Result<BTreeMap<(i64, String), String>> {
    let mut texts = BTreeMap::new();
    for file in folder.files().filter(|file| {
        file.path()
            .extension()
            .is_some_and(|ending| ending == "sql")
    }) {
        let key = file
            .path()
            .file_stem()
            .and_then(|stem| stem.to_str())
            .and_then(|stem| stem.split_once('_'));
        let key =
            key.and_then(|(number, name)| Some((number.parse::<i64>().ok()?, name.to_owned())));
        let (Some(key), Some(text)) = (key, file.contents_utf8()) else {
            return Err(Error::Migration(format!(
                "file {} has no number, name or text",
                file.path().display()
            )));
        };
        texts.insert(key, text.to_owned());
    }
    Ok(texts)
}

/// A database under migration.
enum Target {
    Sqlite(Box<sqlite::Session>),
    Postgres(Box<postgres::Session>),
}

/// Migrates the file.
pub(crate) fn sqlite(path: &Path, steps: &Migrations, pulse: &Arc<Pulse>) -> Result<()> {
    let mut session = sqlite::Session::open(path, sqlite::Role::Writer, Arc::clone(pulse))?;
    // A table that is rebuilt must not take the rows that point at it along; the check follows in each step.
    session.batch("PRAGMA foreign_keys=OFF")?;
    Target::Sqlite(Box::new(session)).migrate(steps)
}

/// Migrates the database, one node at a time.
pub(crate) fn postgres(link: Link, steps: &Migrations) -> Result<()> {
    let mut session = postgres::Session::new(link);
    session.connect()?;
    // Another node may be at it for long, and a step may take long.
    session.batch("SET statement_timeout = 0")?;
    session.batch(LOCK)?;
    let mut target = Target::Postgres(Box::new(session));
    let done = target.migrate(steps);
    // The lock ends with the connection in any case.
    let _ = target.batch(UNLOCK);
    done
}

impl Target {
    fn migrate(&mut self, steps: &Migrations) -> Result<()> {
        self.batch(TABLE)?;
        for step in &steps.0 {
            self.batch(match self.engine() {
                Engine::Sqlite => "BEGIN IMMEDIATE",
                Engine::Postgres => "BEGIN",
            })?;
            let done = self.apply(steps, step);
            self.batch(if done.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
            done?;
        }
        // Also where there is no step to apply.
        self.compare(steps).map(drop)
    }

    /// Applies one step unless it has been applied, perhaps by another node a moment ago.
    fn apply(&mut self, steps: &Migrations, step: &Migration) -> Result<()> {
        if self.compare(steps)? >= step.number {
            return Ok(());
        }
        tracing::info!(
            migration.number = step.number,
            migration.name = step.name,
            "applying a migration"
        );
        let text = match self.engine() {
            Engine::Sqlite => &step.sqlite,
            Engine::Postgres => &step.postgres,
        };
        let told = |e| Error::Migration(format!("{} {} failed: {e}", step.number, step.name));
        self.batch(text).map_err(told)?;
        self.tx()
            .execute(RECORD, params![step.number, step.name, sha256(text)])?;
        if self.engine() == Engine::Sqlite {
            let broken = self
                .tx()
                .find("PRAGMA foreign_key_check", &[], |row| row.get::<String>(0))?;
            broken.map_or(Ok(()), |table| {
                Err(told(Error::Internal(format!(
                    "table {table} points at missing rows"
                ))))
            })?;
        }
        Ok(())
    }

    fn compare(&mut self, steps: &Migrations) -> Result<i64> {
        applied(&mut self.tx(), steps)
    }

    fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    fn batch(&mut self, sql: &str) -> Result<()> {
        match self {
            Self::Sqlite(session) => session.batch(sql),
            Self::Postgres(session) => session.batch(sql),
        }
    }

    fn tx(&mut self) -> Tx<'_> {
        Tx::new(match self {
            Self::Sqlite(session) => tx::Link::Sqlite(session),
            Self::Postgres(session) => tx::Link::Postgres(session),
        })
    }
}

/// Refuses a database that this binary does not know; returns the number of its last step.
pub(crate) fn applied(tx: &mut Tx<'_>, steps: &Migrations) -> Result<i64> {
    let engine = tx.engine();
    let applied = tx.list(APPLIED, &[], |row| {
        Ok((
            row.get::<i64>(0)?,
            row.get::<String>(1)?,
            row.get::<String>(2)?,
        ))
    })?;
    for (number, name, hash) in &applied {
        let Some(step) = steps.0.iter().find(|step| step.number == *number) else {
            return Err(Error::Migration(format!(
                "{number} {name} is unknown: the database is newer than this binary"
            )));
        };
        let text = match engine {
            Engine::Sqlite => &step.sqlite,
            Engine::Postgres => &step.postgres,
        };
        if *hash != sha256(text) {
            return Err(Error::Migration(format!(
                "{number} {name} was applied with another text"
            )));
        }
    }
    Ok(applied.last().map_or(i64::MIN, |(number, ..)| *number))
}

fn sha256(text: &str) -> String {
    Sha256::digest(text)
        .iter()
        .fold(String::new(), |mut hex, byte| {
            // Writing to a string cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}
