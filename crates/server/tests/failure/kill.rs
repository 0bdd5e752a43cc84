//! `kill -9` under load, again and again.

use std::{
    collections::HashSet,
    path::Path,
    process::Command,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use guanxi_store::{Options, testing::Database};
use guanxi_testkit::process::Process;

use crate::{Acknowledged, BINARY, Client, accept, ask, check, company, pair};

/// Times that the process is killed on each engine, unless the variable says another number.
const KILLS: usize = 20;
const KILLS_VARIABLE: &str = "GUANXI_TEST_KILLS";
const CLIENTS: usize = 6;
/// Requests that are acknowledged in each round before the kill, at least, and acceptances half as many.
const ROUND: usize = 6;
const LOADED_WITHIN: Duration = Duration::from_secs(20);

/// Sends and accepts until the server is gone. Pairs are given out by a counter, so that none comes twice.
pub(crate) fn load(
    port: u16,
    clients: &[Client],
    next: &AtomicUsize,
    known: &Acknowledged,
    is_over: &AtomicBool,
) {
    while !is_over.load(Ordering::Relaxed) {
        let number = next.fetch_add(1, Ordering::Relaxed);
        // Nobody asks further than half the circle, so no two requests cross.
        let Some((from, to)) = pair(number) else {
            return;
        };
        let (sender, recipient) = (&clients[from], &clients[to]);
        let Ok(answer) = ask(port, clients, number, known) else {
            return;
        };
        if answer.status == 503 {
            continue;
        }
        assert!(
            matches!(answer.status, 200 | 303),
            "{}: {}",
            answer.status,
            answer.body
        );
        if number.is_multiple_of(2) && !accept(port, recipient, sender, (from, to), known) {
            return;
        }
    }
}

fn run(options: &Options, arguments: &[&str], home: &Path) {
    let (corp, clients) = company(options);
    let mut process = Process::serve(Path::new(BINARY), home, arguments);
    let (next, known) = (AtomicUsize::new(0), Acknowledged::default());
    let kills = std::env::var(KILLS_VARIABLE).map_or(KILLS, |text| text.parse().expect("a number"));
    for round in 0..kills {
        let (is_over, port) = (AtomicBool::new(false), process.port());
        let before = (count(&known.sent), count(&known.accepted));
        std::thread::scope(|scope| {
            for _ in 0..CLIENTS {
                scope.spawn(|| load(port, &clients, &next, &known, &is_over));
            }
            // At another moment each time, but never before the server has acknowledged something that could be lost.
            let started = Instant::now();
            let least = Duration::from_millis(60 + 13 * (round % KILLS) as u64);
            let is_loaded = || {
                count(&known.sent) >= before.0 + ROUND
                    && count(&known.accepted) >= before.1 + ROUND / 2
            };
            while started.elapsed() < least || (!is_loaded() && started.elapsed() < LOADED_WITHIN) {
                std::thread::yield_now();
            }
            kill_9(process.pid());
            is_over.store(true, Ordering::Relaxed);
            assert!(is_loaded(), "round {round} has no load");
        });
        process.restart();
    }
    let (sent, accepted) = (count(&known.sent), count(&known.accepted));
    println!("{kills} kills; {sent} requests and {accepted} acceptances acknowledged");
    assert!(
        accepted > kills,
        "{sent} requests and {accepted} acceptances are too few to say much"
    );
    assert!(
        !process.stderr().contains("panicked"),
        "{}",
        process.stderr()
    );
    process.stop();
    check(options, corp.id, &clients, &known);
}

fn count(acknowledged: &Mutex<HashSet<(usize, usize)>>) -> usize {
    acknowledged.lock().expect("no panic elsewhere").len()
}

fn kill_9(pid: u32) {
    let status = Command::new("kill")
        .args(["-9", &pid.to_string()])
        .status()
        .expect("kill runs");
    assert!(status.success());
}

#[test]
fn nothing_acknowledged_is_lost_on_sqlite() {
    let home = tempfile::tempdir().expect("a folder");
    let data = home.path().join("guanxi-data");
    std::fs::create_dir_all(&data).expect("a folder");
    run(&Options::sqlite(data.join("guanxi.db")), &[], home.path());
}

#[test]
fn nothing_acknowledged_is_lost_on_postgres() {
    let Some(database) = Database::fresh() else {
        return;
    };
    let home = tempfile::tempdir().expect("a folder");
    run(
        &Options::postgres(database.url()),
        &["--database", &database.url()],
        home.path(),
    );
}
