//! Bare limits: the same HTTP stack with nothing behind it, with one row read by its key, and with one durable row written.

use std::{cell::RefCell, path::Path, time::Duration};

use axum::{Router, response::Redirect, routing::get};
use crossbeam_channel::{Receiver, Sender};
use rusqlite::Connection;
use tokio::sync::oneshot;

/// Rows that one commit takes at most.
const BATCH: usize = 256;
/// Members among whom the scan program deals out.
const MEMBERS: i64 = 10_000;

thread_local! {
    static DATABASE: RefCell<Option<Connection>> = const { RefCell::new(None) };
}

/// Serves `/redirect`, `/select` and `/scan` until the process is killed.
pub(crate) fn serve(port: u16) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("bare.db");
    prepare(&Connection::open(&path)?)?;
    let scans = writer(&path)?;
    let router = Router::new()
        .route(
            "/redirect",
            get(|| async { Redirect::temporary("/elsewhere") }),
        )
        .route("/select", get(move || std::future::ready(select(&path))))
        .route("/scan", get(move || scan(scans.clone())));
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
         PRAGMA synchronous = FULL;
         CREATE TABLE member (id INTEGER PRIMARY KEY, name TEXT NOT NULL, position TEXT NOT NULL);
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
         INSERT INTO member SELECT i, '曾诗涵' || i, '家居顾问' FROM n;
         CREATE TABLE scan (id INTEGER PRIMARY KEY, code INTEGER NOT NULL, member INTEGER NOT NULL, from_net TEXT NOT NULL)",
    )
}

/// Reads one row on the thread that serves, as the quickest server would.
fn select(path: &Path) -> String {
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

/// Deals out a member, and redirects to him once that is on disk.
async fn scan(scans: Sender<oneshot::Sender<i64>>) -> Redirect {
    let (answer, dealt) = oneshot::channel();
    // The writer lives as long as the process.
    let _ = scans.send(answer);
    let member = dealt.await.unwrap_or_default();
    Redirect::temporary(&format!("/members/{member}"))
}

/// The one that writes: whoever waits goes into one commit, and is answered after it.
fn writer(path: &Path) -> anyhow::Result<Sender<oneshot::Sender<i64>>> {
    let database = Connection::open(path)?;
    database.execute_batch("PRAGMA synchronous = FULL")?;
    database.busy_timeout(Duration::from_secs(5))?;
    let (sender, waiting) = crossbeam_channel::unbounded();
    std::thread::spawn(move || write(&database, &waiting));
    Ok(sender)
}

fn write(database: &Connection, waiting: &Receiver<oneshot::Sender<i64>>) -> rusqlite::Result<()> {
    let mut next = 0;
    while let Ok(first) = waiting.recv() {
        let batch: Vec<_> = std::iter::once(first)
            .chain(waiting.try_iter())
            .take(BATCH)
            .collect();
        database.execute_batch("BEGIN IMMEDIATE")?;
        let mut insert = database.prepare_cached(
            "INSERT INTO scan (code, member, from_net) VALUES (1, ?1, '203.0.113.0/24')",
        )?;
        for number in 0..batch.len() as i64 {
            insert.execute([(next + number) % MEMBERS])?;
        }
        drop(insert);
        database.execute_batch("COMMIT")?;
        for answer in batch {
            // Whoever hung up needs no answer.
            let _ = answer.send(next % MEMBERS);
            next += 1;
        }
    }
    Ok(())
}
