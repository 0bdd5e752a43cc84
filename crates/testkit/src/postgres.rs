//! A PostgreSQL database of its own for each test that asks for one, on the server that `GUANXI_TEST_POSTGRES` names.

use std::sync::atomic::{AtomicU32, Ordering};

use postgres::{Client, Config, NoTls};

/// The environment variable that names the server; its user must be allowed to create databases.
pub const SERVER_VARIABLE: &str = "GUANXI_TEST_POSTGRES";

static NEXT_DATABASE: AtomicU32 = AtomicU32::new(1);

/// A database that exists as long as this value.
#[derive(Debug)]
pub struct Database {
    server: Config,
    name: String,
    url: String,
}

impl Database {
    /// Returns the address of the database, as `guanxi` takes it.
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// Creates an empty database, or returns `None` where no server is given, which `scripts/test` always does.
pub fn fresh_database() -> Option<Database> {
    let Ok(server_url) = std::env::var(SERVER_VARIABLE) else {
        eprintln!(
            "skipped on PostgreSQL: {SERVER_VARIABLE} is not set (`scripts/postgres start` prints one)"
        );
        return None;
    };
    let server: Config = server_url
        .parse()
        .unwrap_or_else(|error| panic!("{SERVER_VARIABLE} is no PostgreSQL address: {error}"));
    let number = NEXT_DATABASE.fetch_add(1, Ordering::Relaxed);
    let name = format!("guanxi_test_{}_{number}", std::process::id());
    // A killed run may have left a database behind, and process numbers come round again.
    run(
        &server,
        &[
            format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            format!("CREATE DATABASE {name}"),
        ],
    )
    .unwrap_or_else(|error| panic!("cannot create database {name} on {server_url}: {error}"));
    let url = url_of(&server_url, &name);
    Some(Database { server, name, url })
}

impl Drop for Database {
    fn drop(&mut self) {
        let dropped = run(
            &self.server,
            &[format!(
                "DROP DATABASE IF EXISTS {} WITH (FORCE)",
                self.name
            )],
        );
        if let Err(error) = dropped {
            eprintln!("database {} is left behind: {error}", self.name);
        }
    }
}

/// Runs statements on a thread of their own: the blocking client must not be used inside the runtime of a test.
fn run(server: &Config, statements: &[String]) -> Result<(), postgres::Error> {
    std::thread::scope(|scope| {
        let work = scope.spawn(|| {
            let mut client: Client = server.connect(NoTls)?;
            statements
                .iter()
                .try_for_each(|statement| client.batch_execute(statement))
        });
        work.join().expect("the PostgreSQL client does not panic")
    })
}

/// Puts another database name into an address, keeping its options.
fn url_of(server_url: &str, name: &str) -> String {
    let (address, options) = server_url
        .split_once('?')
        .map_or((server_url, None), |(a, o)| (a, Some(o)));
    let authority_at = address.find("://").map_or(0, |at| at + 3);
    let authority_ends_at = address[authority_at..]
        .find('/')
        .map_or(address.len(), |at| authority_at + at);
    let authority = &address[..authority_ends_at];
    options.map_or_else(
        || format!("{authority}/{name}"),
        |options| format!("{authority}/{name}?{options}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn url_takes_the_new_name() {
        assert_eq!(
            url_of("postgres://p@127.0.0.1:5/postgres", "t"),
            "postgres://p@127.0.0.1:5/t"
        );
        assert_eq!(
            url_of("postgres://p@127.0.0.1:5", "t"),
            "postgres://p@127.0.0.1:5/t"
        );
        assert_eq!(
            url_of("postgres://p@h/x?sslmode=disable", "t"),
            "postgres://p@h/t?sslmode=disable"
        );
    }

    #[test]
    fn database_lives_as_long_as_its_value() {
        let Some(first) = fresh_database() else {
            return;
        };
        let second = fresh_database().unwrap();
        assert_ne!(first.url(), second.url());
        let mut client = Client::connect(first.url(), NoTls).unwrap();
        client
            .batch_execute("CREATE TABLE thing (id BIGINT)")
            .unwrap();

        let url = first.url().to_owned();
        drop(first);
        assert!(
            client.batch_execute("SELECT 1").is_err(),
            "open connections are ended"
        );
        assert!(
            Client::connect(&url, NoTls).is_err(),
            "the database is gone"
        );
        assert!(
            Client::connect(second.url(), NoTls).is_ok(),
            "the other is untouched"
        );
    }

    #[tokio::test]
    async fn database_can_be_made_inside_a_runtime() {
        drop(fresh_database());
    }
}
