//! `kill -9` under load: whatever the server has acknowledged is there afterwards, once, and the audit chain is whole.

use std::{
    collections::HashSet,
    path::Path,
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use guanxi_app::outside::{Clock as _, SystemClock};
use guanxi_model::{
    audit::{Head, Sealed, verify},
    id::CorpId,
    party::Party,
    request::State,
};
use guanxi_store::{self as store, Options, Store};
use guanxi_testkit::{
    http,
    postgres::fresh_database,
    process::Process,
    world::{Corp, Someone, World},
};

/// Times that the process is killed on each engine.
const KILLS: usize = 20;
const PEOPLE: usize = 60;
const CLIENTS: usize = 6;
const PATIENCE: Duration = Duration::from_secs(5);

/// A member as the load knows him.
#[derive(Debug, Clone)]
struct Client {
    someone: Someone,
    cookie: String,
    token: String,
}

/// What the server has acknowledged.
#[derive(Debug, Default)]
struct Acknowledged {
    /// Sender and recipient by number.
    sent: Mutex<HashSet<(usize, usize)>>,
    accepted: Mutex<HashSet<(usize, usize)>>,
}

async fn prepare(options: &Options) -> (Corp, Vec<Client>) {
    let world = World::at(options, SystemClock.now_ms()).await;
    let (corp, _) = world.corp("青禾", "13900000001").await;
    let mut clients = Vec::new();
    for number in 0..PEOPLE {
        let someone = world.member(corp, &format!("员工{number}"), 2).await;
        clients.push(Client {
            cookie: someone.cookie(),
            token: world.form_token(&someone),
            someone,
        });
    }
    (corp, clients)
}

/// Sends and accepts until the server is gone. Pairs are given out by a counter, so that none comes twice.
fn load(
    port: u16,
    clients: &[Client],
    next: &AtomicUsize,
    known: &Acknowledged,
    is_over: &AtomicBool,
) {
    while !is_over.load(Ordering::Relaxed) {
        let number = next.fetch_add(1, Ordering::Relaxed);
        // Every ordered pair whose first number is below the second: no two requests cross.
        let Some((from, to)) = pair(number) else {
            return;
        };
        let (sender, recipient) = (&clients[from], &clients[to]);
        let path = format!("/directory/members/{}/request", recipient.someone.id);
        let form = format!("_csrf={}&message=hello", sender.token);
        let Ok(answer) = http::call(port, &path, &sender.cookie, Some(&form), PATIENCE) else {
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
        known
            .sent
            .lock()
            .expect("no panic elsewhere")
            .insert((from, to));
        if number.is_multiple_of(2) && !accept(port, recipient, sender, (from, to), known) {
            return;
        }
    }
}

fn accept(
    port: u16,
    recipient: &Client,
    sender: &Client,
    pair: (usize, usize),
    known: &Acknowledged,
) -> bool {
    let card = format!("/directory/members/{}", sender.someone.id);
    let Ok(page) = http::call(port, &card, &recipient.cookie, None, PATIENCE) else {
        return false;
    };
    let Some((_, rest)) = page.body.split_once("request=") else {
        assert_eq!(
            page.status, 503,
            "the card of a waiting sender offers to accept"
        );
        return true;
    };
    let path = format!("/requests/{}/accept", &rest[..32]);
    let form = format!("_csrf={}", recipient.token);
    let Ok(answer) = http::call(port, &path, &recipient.cookie, Some(&form), PATIENCE) else {
        return false;
    };
    if answer.status != 503 {
        assert!(matches!(answer.status, 200 | 303), "{}", answer.status);
        known
            .accepted
            .lock()
            .expect("no panic elsewhere")
            .insert(pair);
    }
    true
}

/// The pair behind a number: (0,1), (0,2), (1,2), (0,3) …
fn pair(number: usize) -> Option<(usize, usize)> {
    let mut to = 1;
    let mut rest = number;
    while rest >= to {
        rest -= to;
        to += 1;
    }
    (to < PEOPLE).then_some((rest, to))
}

fn run(options: &Options, arguments: &[&str], home: &Path) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (corp, clients) = runtime.block_on(prepare(options));
    let binary = Path::new(env!("CARGO_BIN_EXE_guanxi"));
    let mut process = Process::serve(binary, home, arguments);
    let (next, known) = (AtomicUsize::new(0), Acknowledged::default());
    for round in 0..KILLS {
        let (is_over, port) = (AtomicBool::new(false), process.port());
        std::thread::scope(|scope| {
            for _ in 0..CLIENTS {
                scope.spawn(|| load(port, &clients, &next, &known, &is_over));
            }
            let until = Instant::now() + Duration::from_millis(60 + 13 * round as u64);
            while Instant::now() < until {
                std::thread::yield_now();
            }
            kill_9(process.pid());
            is_over.store(true, Ordering::Relaxed);
        });
        process.restart();
    }
    let sent = known.sent.lock().expect("no panic elsewhere").len();
    assert!(
        sent > KILLS,
        "the load ran: {sent} requests were acknowledged"
    );
    assert!(
        !process.stderr().contains("panicked"),
        "{}",
        process.stderr()
    );
    process.stop();
    check(options, corp.id, &clients, &known);
}

fn kill_9(pid: u32) {
    let status = Command::new("kill")
        .args(["-9", &pid.to_string()])
        .status()
        .expect("kill runs");
    assert!(status.success());
}

fn check(options: &Options, corp: CorpId, clients: &[Client], known: &Acknowledged) {
    let opened = Store::open(options).expect("the store opens again");
    let clients: Arc<Vec<Party>> = Arc::new(
        clients
            .iter()
            .map(|client| client.someone.party())
            .collect(),
    );
    let sent = known.sent.lock().expect("no panic elsewhere").clone();
    let accepted = known.accepted.lock().expect("no panic elsewhere").clone();
    opened
        .read_blocking(move |tx| -> Result<(), store::Error> {
            for &(from, to) in &sent {
                let (sender, recipient) = (clients[from], clients[to]);
                let request = store::request::latest(tx, sender, recipient)?;
                let request =
                    request.unwrap_or_else(|| panic!("the request {from} to {to} is lost"));
                let page = store::request::sent(
                    tx,
                    sender,
                    guanxi_model::id::RequestId::from_u128(u128::MAX),
                    1000,
                )?;
                let copies = page
                    .iter()
                    .filter(|other| other.recipient == recipient)
                    .count();
                assert_eq!(copies, 1, "the request {from} to {to} is there once");
                if accepted.contains(&(from, to)) {
                    assert_eq!(request.state, State::Accepted);
                    assert!(
                        store::contact::are_contacts(tx, sender, recipient)?,
                        "one side of a contact is lost"
                    );
                    assert!(
                        store::contact::are_contacts(tx, recipient, sender)?,
                        "one side of a contact is lost"
                    );
                }
                // No half: what is accepted is a contact on both sides, acknowledged or not.
                let is_contact = store::contact::are_contacts(tx, sender, recipient)?;
                assert_eq!(request.state == State::Accepted, is_contact);
            }
            let mut chain: Vec<Sealed> = Vec::new();
            store::audit::for_each(tx, corp, |row| {
                if let (Some(seq), Some(hash)) = (row.seq, row.hash) {
                    chain.push(Sealed {
                        seq,
                        hash,
                        entry: row.entry,
                    });
                }
                Ok::<_, store::Error>(())
            })?;
            let count = chain.len() as i64;
            assert_eq!(
                count,
                store::audit::count(tx, corp)?,
                "everything is sealed after an orderly stop"
            );
            let head = store::audit::head(tx, corp)?;
            let verified =
                verify(Head::default(), chain, head).unwrap_or_else(|fault| panic!("{fault:?}"));
            assert_eq!(verified.seq, count);
            Ok(())
        })
        .expect("the check reads");
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
    let Some(database) = fresh_database() else {
        return;
    };
    let home = tempfile::tempdir().expect("a folder");
    run(
        &Options::postgres(database.url()),
        &["--database", database.url()],
        home.path(),
    );
}
