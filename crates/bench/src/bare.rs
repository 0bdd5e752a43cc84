//! Bare limits: the same HTTP stack with nothing behind it, and with one row read by its key.

use std::cell::RefCell;

use axum::{Router, response::Redirect, routing::get};
use rusqlite::Connection;

thread_local! {
    static DATABASE: RefCell<Option<Connection>> = const { RefCell::new(None) };
}

/// Serves `/redirect` and `/select` until the process is killed.
pub(crate) fn serve(port: u16) -> anyhow::Result<()> {
    let file = tempfile::NamedTempFile::new()?;
    prepare(&Connection::open(file.path())?)?;
    let path = file.path().to_owned();
    let router = Router::new()
        .route(
            "/redirect",
            get(|| async { Redirect::temporary("/elsewhere") }),
        )
        .route("/select", get(move || std::future::ready(select(&path))));
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(async {
            let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
            axum::serve(listener, router).await?;
            Ok(())
        })
}

fn prepare(database: &Connection) -> rusqlite::Result<()> {
    database.execute_batch(
        "PRAGMA journal_mode = WAL;
         CREATE TABLE member (id INTEGER PRIMARY KEY, name TEXT NOT NULL, position TEXT NOT NULL);
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
         INSERT INTO member SELECT i, '曾诗涵' || i, '家居顾问' FROM n;",
    )
}

/// Reads one row on the thread that serves, as the quickest server would.
fn select(path: &std::path::Path) -> String {
    DATABASE.with_borrow_mut(|kept| {
        let database = match kept {
            Some(database) => database,
            None => kept.insert(Connection::open(path).expect("the file is there")),
        };
        database
            .prepare_cached("SELECT name FROM member WHERE id = ?1")
            .and_then(|mut statement| statement.query_row([4711], |row| row.get(0)))
            .unwrap_or_default()
    })
}
