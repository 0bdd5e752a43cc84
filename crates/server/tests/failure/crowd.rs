//! Five times as many at once as the server takes: the rest is told when to come back, and nothing is lost.

use std::{
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use guanxi_testkit::{http, process::Process};

use crate::{Acknowledged, BINARY, PATIENCE, ask, check, company_in};

/// What the server takes at once.
const ROOM: usize = 8;
const CROWD: usize = 5 * ROOM;
const LASTS: Duration = Duration::from_secs(2);
/// Growth of the memory that a crowd may cause.
const GROWTH_KB: u64 = 128 * 1024;

#[test]
fn a_crowd_is_told_when_to_come_back() {
    let home = tempfile::tempdir().expect("a folder");
    let (options, corp, clients) = company_in(home.path());
    let room = ROOM.to_string();
    let mut process = Process::serve(Path::new(BINARY), home.path(), &["--max-requests", &room]);
    let (port, known) = (process.port(), Acknowledged::default());
    let (next, served, shed) = (
        AtomicUsize::new(0),
        AtomicUsize::new(0),
        AtomicUsize::new(0),
    );
    let before = memory_kb(process.pid());
    let until = Instant::now() + LASTS;
    std::thread::scope(|scope| {
        for number in 0..CROWD {
            let (next, served, shed, known, clients) = (&next, &served, &shed, &known, &clients);
            scope.spawn(move || {
                while Instant::now() < until {
                    let answer = if number % 4 == 0 {
                        ask(port, clients, next.fetch_add(1, Ordering::Relaxed), known)
                    } else {
                        http::call(
                            port,
                            "/directory?q=yg",
                            &clients[number].cookie,
                            None,
                            PATIENCE,
                        )
                    };
                    let answer = answer.expect("everybody gets an answer");
                    match answer.status {
                        200 | 303 => served.fetch_add(1, Ordering::Relaxed),
                        503 => {
                            assert!(answer.head.contains("retry-after"), "{}", answer.head);
                            shed.fetch_add(1, Ordering::Relaxed)
                        }
                        other => panic!("{other}: {}", answer.body),
                    };
                }
            });
        }
    });
    let grown = memory_kb(process.pid()).saturating_sub(before);
    let (served, shed) = (served.into_inner(), shed.into_inner());
    println!("{served} served, {shed} sent away, {grown} kB more memory");
    assert!(served > 50 && shed > 0, "{served} served, {shed} sent away");
    assert!(grown < GROWTH_KB, "memory grew by {grown} kB");

    let over = Instant::now();
    let page = http::call(port, "/directory?q=yg", &clients[0].cookie, None, PATIENCE);
    assert_eq!(page.expect("an answer").status, 200);
    assert!(
        over.elapsed() < Duration::from_secs(3),
        "back after {:?}",
        over.elapsed()
    );
    process.stop();
    check(&options, corp.id, &clients, &known);
}

fn memory_kb(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("Linux tells");
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number
        .and_then(|number| number.parse().ok())
        .expect("a number of kB")
}
