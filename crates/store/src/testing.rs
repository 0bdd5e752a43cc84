//! A store of its own for each test, on either engine. For tests only, behind the feature `testing`.
//!
//! The variable `GUANXI_TEST_POSTGRES` names a PostgreSQL server on which tests may create databases. Without it the PostgreSQL half
//! of a test fails, unless `GUANXI_TEST_SKIP_POSTGRES=1` says that this is wanted.

use std::{
    ops::Deref,
    path::Path,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

use tempfile::TempDir;

use crate::{
    Engine, Migrations, Options, Store,
    engine::postgres::{Link, Session, settings},
    error::Result,
    migrate,
    pulse::Mode,
};

static NEXT: AtomicU64 = AtomicU64::new(1);

/// Makes a test of each named function, on both engines. A function takes a [`TestStore`] and is async. A schema other than that of
/// guanxi is given as a function: `both_engines!(schema = my_schema; one_case, another_case)`.
#[macro_export]
macro_rules! both_engines {
    (schema = $schema:ident; $($case:ident),+ $(,)?) => {
        $crate::both_engines!(@all super::$schema; $($case),+);
    };
    (@all $schema:path; $($case:ident),+) => {
        $crate::both_engines!(@engine on_sqlite, Sqlite, $schema; $($case),+);
        $crate::both_engines!(@engine on_postgres, Postgres, $schema; $($case),+);
    };
    (@engine $module:ident, $engine:ident, $schema:path; $($case:ident),+) => {
        mod $module {
            $(#[test]
            fn $case() {
                $crate::testing::run($crate::Engine::$engine, &$schema(), super::$case);
            })+
        }
    };
    ($($case:ident),+ $(,)?) => {
        $crate::both_engines!(@all $crate::testing::guanxi; $($case),+);
    };
}

/// The schema of guanxi.
pub fn guanxi() -> Migrations {
    Migrations::embedded().expect("the migrations can be read")
}

/// Runs a case on one engine.
pub fn run<F: Future<Output = ()>>(
    engine: Engine,
    schema: &Migrations,
    case: impl FnOnce(TestStore) -> F,
) {
    let Some(store) = TestStore::new(engine, schema) else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime.expect("a runtime starts").block_on(case(store));
}

/// A store that is removed with its data when dropped.
#[derive(Debug)]
pub struct TestStore {
    // Dropped in this order: the store before the database it uses.
    store: Option<Store>,
    place: Place,
    schema: Migrations,
}

#[derive(Debug)]
enum Place {
    Sqlite(TempDir),
    Postgres(Database),
}

/// A PostgreSQL database that exists as long as this value.
#[derive(Debug)]
pub struct Database {
    server: String,
    name: String,
}

impl Database {
    /// Makes an empty database, or returns `None` where PostgreSQL is skipped.
    pub fn fresh() -> Option<Self> {
        Self::like(|_, _| Ok("template0".to_owned()))
    }

    /// The address, as `guanxi` takes it.
    pub fn url(&self) -> String {
        with_name(&self.server, &self.name)
    }

    /// Runs statements on the server, outside this database.
    pub fn administrate(&self, statements: &[&str]) {
        on_server(&self.server, |session| {
            statements.iter().try_for_each(|sql| session.batch(sql))
        });
    }

    /// Copies the template that is named or made by a function.
    fn like(template: impl FnOnce(&str, &mut Session) -> Result<String> + Send) -> Option<Self> {
        let server = server()?;
        let name = on_server(&server, |session| {
            let template = template(&server, session)?;
            let number = NEXT.fetch_add(1, Relaxed);
            let name = format!("guanxi_test_{}_{number}", std::process::id());
            // A test that failed leaves its database behind for a look at it, and process numbers come round again.
            session.batch(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))?;
            session.batch(&format!("CREATE DATABASE {name} TEMPLATE {template}"))?;
            Ok(name)
        });
        Some(Self { server, name })
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.administrate(&[&format!(
                "DROP DATABASE IF EXISTS {} WITH (FORCE)",
                self.name
            )]);
        }
    }
}

impl TestStore {
    /// An empty store, or `None` where PostgreSQL is skipped.
    pub fn new(engine: Engine, schema: &Migrations) -> Option<Self> {
        let place = match engine {
            Engine::Sqlite => Place::Sqlite(tempfile::tempdir().expect("a folder can be made")),
            Engine::Postgres => Place::Postgres(Database::like(|server, session| {
                template(server, session, schema)
            })?),
        };
        let mut test = Self {
            store: None,
            place,
            schema: schema.clone(),
        };
        test.open(|_| {});
        Some(test)
    }

    /// How this store is opened, for tests that open it once more.
    pub fn options(&self) -> Options {
        match &self.place {
            Place::Sqlite(folder) => Options {
                readers: 2,
                ..Options::sqlite(folder.path().join("guanxi.db"))
            },
            Place::Postgres(database) => Options {
                readers: 2,
                writers: 4,
                ..Options::postgres(database.url())
            },
        }
    }

    /// The folder of the file, on SQLite.
    pub fn folder(&self) -> Option<&Path> {
        match &self.place {
            Place::Sqlite(folder) => Some(folder.path()),
            Place::Postgres(_) => None,
        }
    }

    /// The name of the database, on PostgreSQL.
    pub fn database(&self) -> Option<&str> {
        match &self.place {
            Place::Sqlite(_) => None,
            Place::Postgres(database) => Some(&database.name),
        }
    }

    /// Closes the store and opens it again, with changed options.
    pub fn open(&mut self, change: impl FnOnce(&mut Options)) {
        self.store = None;
        let mut options = self.options();
        change(&mut options);
        self.store = Some(Store::open_with(&options, &self.schema).expect("the store opens"));
    }

    /// Runs statements on the PostgreSQL server, outside the store's database.
    pub fn administrate(&self, statements: &[&str]) {
        if let Place::Postgres(database) = &self.place {
            database.administrate(statements);
        }
    }
}

impl Deref for TestStore {
    type Target = Store;

    fn deref(&self) -> &Store {
        self.store.as_ref().expect("a store is open")
    }
}

/// Address of the test server.
fn server() -> Option<String> {
    let given = std::env::var("GUANXI_TEST_POSTGRES").ok();
    let skipped = std::env::var("GUANXI_TEST_SKIP_POSTGRES").is_ok_and(|skip| skip == "1");
    assert!(
        given.is_some() || skipped,
        "set GUANXI_TEST_POSTGRES to the address of a PostgreSQL server where tests may create databases, \
         or GUANXI_TEST_SKIP_POSTGRES=1"
    );
    given
}

/// Runs work on a connection of its own, away from the caller's runtime.
fn on_server<T: Send>(server: &str, work: impl FnOnce(&mut Session) -> Result<T> + Send) -> T {
    let done = std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            let mut session = Session::new(Link::new(settings(server)?, Mode::Write)?);
            session.connect()?;
            work(&mut session)
        });
        thread.join()
    });
    done.expect("the work does not panic")
        .expect("the test server does what tests need")
}

/// A database that has the schema already: to copy it is much faster than to build the schema for each test.
fn template(server: &str, session: &mut Session, schema: &Migrations) -> Result<String> {
    let template = format!("guanxi_template_{}", &schema.fingerprint()[..16]);
    session.batch("SELECT pg_advisory_lock(7020095)")?;
    let known = session.count(
        "SELECT count(*) FROM pg_database WHERE datname = $1",
        &template,
    )?;
    if known == 0 {
        let draft = format!("{template}_draft");
        session.batch(&format!("DROP DATABASE IF EXISTS {draft} WITH (FORCE)"))?;
        session.batch(&format!("CREATE DATABASE {draft} TEMPLATE template0"))?;
        migrate::postgres(
            Link::new(settings(&with_name(server, &draft))?, Mode::Write)?,
            schema,
        )?;
        session.batch(&format!("ALTER DATABASE {draft} RENAME TO {template}"))?;
    }
    session.batch("SELECT pg_advisory_unlock(7020095)")?;
    Ok(template)
}

/// Puts another database name into an address, keeping its options.
fn with_name(server: &str, name: &str) -> String {
    let (address, options) = server
        .split_once('?')
        .map_or((server, String::new()), |(a, o)| (a, format!("?{o}")));
    let host = address.find("://").map_or(0, |at| at + 3);
    let end = address[host..]
        .find('/')
        .map_or(address.len(), |at| host + at);
    format!("{}/{name}{options}", &address[..end])
}

#[cfg(test)]
mod tests {
    use super::{Database, on_server, with_name};

    #[test]
    fn an_address_takes_another_name() {
        assert_eq!(
            with_name("postgres://p@h:5/postgres", "t"),
            "postgres://p@h:5/t"
        );
        assert_eq!(
            with_name("postgres://p@h?sslmode=disable", "t"),
            "postgres://p@h/t?sslmode=disable"
        );
    }

    #[test]
    fn a_database_lives_as_long_as_its_value() {
        let (Some(first), Some(second)) = (Database::fresh(), Database::fresh()) else {
            return;
        };
        let exists = |database: &str, name: &str| {
            let count = on_server(database, |session| {
                session.count("SELECT count(*) FROM pg_database WHERE datname = $1", name)
            });
            count == 1
        };
        let name = first.name.clone();
        assert_ne!(first.url(), second.url());
        assert!(exists(&second.url(), &name));
        drop(first);
        assert!(!exists(&second.url(), &name), "it is gone");
        assert!(
            exists(&second.url(), &second.name),
            "the other is untouched"
        );
    }
}
