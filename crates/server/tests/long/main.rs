//! Big logs: a check, files of any size and pages, against the binary as a process. Each test has a small edition for every
//! day and one of a million entries that `scripts/test long` runs, by default with the release binary.

#![expect(
    clippy::unwrap_used,
    reason = "a failed unwrap in a test is a failed test"
)]

mod live;
mod log;
mod watch;

use std::{
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use guanxi_store::{Options, testing::Database};
use guanxi_testkit::process::Process;

use crate::{log::Log, watch::Download};

const SMALL: i64 = 20_000;
const BIG: i64 = 1_000_000;
/// The most that a file of any size may add to the memory of the server.
const MEMORY_KIB: u64 = 48 * 1024;
/// How long a page may take, the best of some tries, however long the log is.
const PAGE: Duration = Duration::from_millis(300);

/// The binary under test.
fn binary() -> String {
    std::env::var("GUANXI_TEST_BINARY").unwrap_or_else(|_| env!("CARGO_BIN_EXE_guanxi").to_owned())
}

/// Where a test keeps its data, and the flags that say so.
struct Place {
    home: tempfile::TempDir,
    options: Options,
    flags: Vec<String>,
    _database: Option<Database>,
}

impl Place {
    fn sqlite() -> Self {
        let home = tempfile::tempdir().unwrap();
        let data = home.path().join("guanxi-data");
        std::fs::create_dir_all(&data).unwrap();
        Self {
            options: Options::sqlite(data.join("guanxi.db")),
            home,
            flags: Vec::new(),
            _database: None,
        }
    }

    fn postgres() -> Option<Self> {
        let database = Database::fresh()?;
        Some(Self {
            home: tempfile::tempdir().unwrap(),
            options: Options::postgres(database.url()),
            flags: vec!["--database".to_owned(), database.url()],
            _database: Some(database),
        })
    }

    fn verify(&self) -> (bool, serde_json::Value, Duration) {
        let started = Instant::now();
        let output = Command::new(binary())
            .args(["audit", "verify", "--json"])
            .args(&self.flags)
            .current_dir(self.home.path())
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stdout);
        let line = serde_json::from_str(told.trim())
            .unwrap_or_else(|_| panic!("{told}{}", String::from_utf8_lossy(&output.stderr)));
        (output.status.success(), line, started.elapsed())
    }
}

fn everything(place: &Place, entries: i64) {
    let log = Log::fill(&place.options, entries);
    let (is_whole, told, took) = place.verify();
    assert!(is_whole, "{told}");
    assert_eq!(told["head"]["seq"], log.last);
    println!("{entries} entries verified in {took:?}");
    meddling_is_named(place, &log);

    let mut arguments: Vec<&str> = place.flags.iter().map(String::as_str).collect();
    arguments.extend(["--log", "warn"]);
    let mut server = Process::serve(Path::new(&binary()), place.home.path(), &arguments);
    files_take_little_memory(&server, &log);
    pages_are_found_by_index(&server, &log, entries);
    if entries == BIG {
        nobody_waits_ends_the_work(&server, &log);
    }
    assert!(server.stop().success());
}

/// One changed byte, one deleted row, one swapped pair: each is named with number, id and time.
fn meddling_is_named(place: &Place, log: &Log) {
    let at = log.last * 3 / 4;
    let named = |kind: &str, seq: i64, entry: i64| {
        let (is_whole, told, took) = place.verify();
        assert!(!is_whole, "{kind}");
        let fault = &told["fault"];
        let (id, at_ms) = log.entry(entry);
        assert_eq!(fault["kind"], kind);
        assert_eq!(fault["seq"], seq);
        assert_eq!(fault["entry"], id.to_string());
        assert_eq!(fault["at_ms"], at_ms);
        println!("{kind} at {seq} named after {took:?}");
    };
    let byte = "UPDATE audit SET detail = replace(detail, 'accepted', 'bccepted') WHERE seq = $1";
    let back = "UPDATE audit SET detail = replace(detail, 'bccepted', 'accepted') WHERE seq = $1";
    log.run(&[(byte, at)]);
    named("altered", at, at);
    log.run(&[(back, at)]);

    let away = "UPDATE audit SET seq = -1 WHERE seq = $1";
    let first = "UPDATE audit SET seq = seq - 1 WHERE seq = $1";
    let home = "UPDATE audit SET seq = $1 WHERE seq = -1";
    log.run(&[(away, at), (first, at + 1), (home, at + 1)]);
    named("reordered", at, at + 1);
    log.run(&[(away, at), (first, at + 1), (home, at + 1)]);

    let keep = "CREATE TABLE kept AS SELECT * FROM audit WHERE seq = $1";
    let keep = if place.flags.is_empty() {
        (keep, at)
    } else {
        // A parameter has no place in such a statement on PostgreSQL.
        ("CREATE TABLE kept AS SELECT * FROM audit LIMIT 0", 0)
    };
    log.run(&[keep]);
    let fill =
        "INSERT INTO kept SELECT * FROM audit WHERE seq = $1 AND NOT EXISTS (SELECT 1 FROM kept)";
    log.run(&[(fill, at), ("DELETE FROM audit WHERE seq = $1", at)]);
    named("missing", at, at + 1);
    log.run(&[
        ("INSERT INTO audit SELECT * FROM kept", 0),
        ("DROP TABLE kept", 0),
    ]);
    assert!(place.verify().0, "everything is back in its place");
}

fn files_take_little_memory(server: &Process, log: &Log) {
    // What the first page costs once is not what is looked for.
    log.page(server, "/admin/audit");
    for (path, lines_besides) in [
        ("/admin/audit/export.csv", 1),
        ("/admin/audit/export.jsonl", 0),
    ] {
        let before = watch::memory_kib(server.pid());
        let started = Instant::now();
        let file = Download::open(server, log, path).read_all(server.pid());
        let took = started.elapsed();
        // Signing in and the file itself are on record by then.
        assert!(
            file.lines >= log.last + lines_besides,
            "{} lines",
            file.lines
        );
        let grown = file.peak_kib.saturating_sub(before);
        println!(
            "{path}: {} lines, {} MB in {took:?}, {before} KiB before and {} at most",
            file.lines,
            file.bytes / 1_000_000,
            file.peak_kib
        );
        assert!(grown <= MEMORY_KIB, "{path} took {grown} KiB more");
    }
}

fn pages_are_found_by_index(server: &Process, log: &Log, entries: i64) {
    for query in [
        String::new(),
        format!("?actor=member:{}", log.rare),
        "?action=corp.created".to_owned(),
        "?group=corp".to_owned(),
        format!("?actor=member:{}&group=corp", log.rare),
        format!("?object=member:{}", log.rare),
        "?from=2020-01-01&until=2020-01-02".to_owned(),
    ] {
        let best = (0..5).map(|_| {
            let started = Instant::now();
            log.page(server, &format!("/admin/audit{query}"));
            started.elapsed()
        });
        let best = best.min().unwrap();
        println!("page of {query:?} in {best:?}");
        assert!(entries < BIG || best <= PAGE, "{query}: {best:?}");
    }
}

/// A reader who hangs up ends the reading of the database, too.
fn nobody_waits_ends_the_work(server: &Process, log: &Log) {
    let mut download = Download::open(server, log, "/admin/audit/export.jsonl");
    download.read_some(1_000_000);
    drop(download);
    let started = Instant::now();
    let mut used = watch::processor_ticks(server.pid());
    loop {
        // A span in which an export would have used the processor all the time.
        watch::pause(Duration::from_secs(1));
        let now = watch::processor_ticks(server.pid());
        if now - used <= 10 {
            break;
        }
        used = now;
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "the work goes on"
        );
    }
    println!(
        "the work ended {:?} after the reader had gone",
        started.elapsed()
    );
}

#[test]
fn twenty_thousand_entries_on_sqlite() {
    everything(&Place::sqlite(), SMALL);
}

#[test]
fn twenty_thousand_entries_on_postgres() {
    if let Some(place) = Place::postgres() {
        everything(&place, SMALL);
    }
}

#[test]
#[ignore = "takes minutes: scripts/test long"]
fn a_million_entries_on_sqlite() {
    let place = Place::sqlite();
    everything(&place, BIG);
    let started = Instant::now();
    let made = Command::new(binary())
        .args(["backup", "copy.db"])
        .current_dir(place.home.path())
        .status();
    assert!(made.unwrap().success());
    println!("backed up in {:?}", started.elapsed());
}

#[test]
#[ignore = "takes minutes: scripts/test long"]
fn a_million_entries_on_postgres() {
    if let Some(place) = Place::postgres() {
        everything(&place, BIG);
    }
}
