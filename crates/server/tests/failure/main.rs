//! What the server does when something around it fails: whatever it has acknowledged is there afterwards, once, and the audit
//! chain is whole.

mod backup;
mod crowd;
mod database;
mod disk;
mod kill;
mod leave;
mod webhook;

use std::{
    collections::HashSet,
    path::Path,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use guanxi_app::outside::{Clock as _, SystemClock};
use guanxi_model::{id::CorpId, party::Party, request::State};
use guanxi_store::{self as store, Options, Store};
use guanxi_testkit::{
    http::{self, Answer},
    process::Process,
    world::{Corp, Someone, World},
};

const BINARY: &str = env!("CARGO_BIN_EXE_guanxi");
pub(crate) const PEOPLE: usize = 120;
/// Whom each asks at most; a corp lets nobody ask more than 50 in a day.
const ASKED: usize = 50;
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// A member as the load knows him.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) someone: Someone,
    pub(crate) cookie: String,
    pub(crate) token: String,
}

/// What the server has acknowledged.
#[derive(Debug, Default)]
pub(crate) struct Acknowledged {
    /// Sender and recipient by number.
    pub(crate) sent: Mutex<HashSet<(usize, usize)>>,
    pub(crate) accepted: Mutex<HashSet<(usize, usize)>>,
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

pub(crate) fn accept(
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

/// The pair behind a number: each asks his neighbour, then the one behind, and so on.
pub(crate) fn pair(number: usize) -> Option<(usize, usize)> {
    let (from, distance) = (number % PEOPLE, 1 + number / PEOPLE);
    (distance <= ASKED).then_some((from, (from + distance) % PEOPLE))
}

/// Asks for the pair behind a number, and notes what was acknowledged.
pub(crate) fn ask(
    port: u16,
    clients: &[Client],
    number: usize,
    known: &Acknowledged,
) -> std::io::Result<Answer> {
    let (from, to) = pair(number).expect("there are pairs enough");
    let (sender, recipient) = (&clients[from], &clients[to]);
    let path = format!("/directory/members/{}/request", recipient.someone.id);
    let form = format!("_csrf={}&message=hello", sender.token);
    let answer = http::call(port, &path, &sender.cookie, Some(&form), PATIENCE)?;
    if matches!(answer.status, 200 | 303) {
        let mut sent = known.sent.lock().expect("no panic elsewhere");
        sent.insert((from, to));
    }
    Ok(answer)
}

/// Asks one after the other until an answer is 503, and returns it.
pub(crate) fn ask_until_refused(
    port: u16,
    clients: &[Client],
    next: &mut usize,
    known: &Acknowledged,
) -> Answer {
    for _ in 0..1000 {
        *next += 1;
        let answer = ask(port, clients, *next, known).expect("the server answers");
        if answer.status == 503 {
            return answer;
        }
    }
    panic!("nothing was refused");
}

/// Waits until `/readyz` has this status, and returns what it says and how long that took.
pub(crate) fn wait_for_ready(process: &Process, status: u16) -> (String, Duration) {
    let started = Instant::now();
    loop {
        let answer = http::call(process.port(), "/readyz", "", None, PATIENCE);
        let answer = answer.expect("the server answers");
        if answer.status == status {
            return (answer.body, started.elapsed());
        }
        assert!(
            started.elapsed() < PATIENCE,
            "readyz stays {}: {}",
            answer.status,
            answer.body
        );
        std::thread::yield_now();
    }
}

/// Prepares a company on SQLite in the folder `guanxi-data` of a home.
pub(crate) fn company_in(home: &Path) -> (Options, Corp, Vec<Client>) {
    let data = home.join("guanxi-data");
    std::fs::create_dir_all(&data).expect("a folder");
    let options = Options::sqlite(data.join("guanxi.db"));
    let (corp, clients) = company(&options);
    (options, corp, clients)
}

/// Prepares a company.
pub(crate) fn company(options: &Options) -> (Corp, Vec<Client>) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(prepare(options))
}

pub(crate) fn check(options: &Options, corp: CorpId, clients: &[Client], known: &Acknowledged) {
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
            let count = store::audit::count(tx, corp)?;
            let verified =
                store::audit::chain::verify(tx, corp)?.unwrap_or_else(|fault| panic!("{fault:?}"));
            // Everything is sealed after an orderly stop.
            assert_eq!(verified.seq, count);
            Ok(())
        })
        .expect("the check reads");
}
