//! A receiver that fails at random, and a node that is killed twice while it sends: every event arrives at least once, of one
//! subject in order, and signed.
//!
//! The short form runs always; the long one with ten thousand events is ignored unless it is asked for.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use guanxi_app::outside::{Clock as _, SystemClock};
use guanxi_model::{
    id::{CorpId, HookId},
    webhook::{Choice, State, Terms, Webhook},
};
use guanxi_store::{self as store, Options, Store, testing::Database};
use guanxi_testkit::process::Process;
use serde_json::Value;
use standardwebhooks::Webhook as Verifier;

use crate::{Acknowledged, BINARY, Client, accept, ask, company, pair};

const CLIENTS: usize = 4;
/// Each request that is accepted tells of three events.
const PER_REQUEST: usize = 3;
/// Most failures of one message, so that the pauses between tries stay short.
const FAILURES_MAX: u32 = 2;
const SECRET: [u8; 32] = [7; 32];

/// What has reached the receiver.
#[derive(Debug, Default)]
struct Arrived {
    /// Every message that came, taken or not, in order, by subject: sequence and name.
    by_subject: BTreeMap<String, Vec<(i64, String)>>,
    /// Bodies of messages that were taken, by id.
    taken: HashMap<String, Value>,
    failures: HashMap<String, u32>,
    arrivals: usize,
    refused: usize,
}

/// An endpoint of somebody else, in threads of this process.
struct Receiver {
    port: u16,
    arrived: Arc<Mutex<Arrived>>,
}

impl Receiver {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let arrived = Arc::new(Mutex::new(Arrived::default()));
        let shared = Arc::clone(&arrived);
        // The threads end with the process.
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || drop(receive(&stream, &shared)));
            }
        });
        Self { port, arrived }
    }

    fn look<T>(&self, ask: impl FnOnce(&Arrived) -> T) -> T {
        ask(&self.arrived.lock().expect("every message was in order"))
    }

    fn wait_for(&self, what: &str, patience: Duration, is_so: impl Fn(&Arrived) -> bool) {
        let started = Instant::now();
        while !self.look(&is_so) {
            let (arrivals, taken) = self.look(|it| (it.arrivals, it.taken.len()));
            assert!(
                started.elapsed() < patience,
                "{what}: {arrivals} arrivals, {taken} taken"
            );
            std::thread::yield_now();
        }
    }
}

/// Reads one request, verifies it, and answers by chance.
fn receive(mut stream: &TcpStream, arrived: &Mutex<Arrived>) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream);
    let mut headers = HeaderMap::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let line = line.trim();
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(": ")
            && let Ok(name) = HeaderName::from_bytes(name.as_bytes())
        {
            if name == "content-length" {
                length = value.parse().expect("a length");
            }
            headers.insert(name, HeaderValue::from_str(value).expect("a value"));
        }
    }
    let mut body = vec![0; length];
    lines.read_exact(&mut body)?;
    let answer = note(&headers, &body, arrived);
    match answer {
        0 => Ok(()),
        status => {
            let location = "location: http://127.0.0.1:9/\r\n";
            let text = format!(
                "HTTP/1.1 {status} X\r\n{location}connection: close\r\ncontent-length: 2\r\n\r\nok"
            );
            stream.write_all(text.as_bytes())
        }
    }
}

/// Writes down what came and decides how to answer; 0 hangs up.
fn note(headers: &HeaderMap, body: &[u8], arrived: &Mutex<Arrived>) -> u16 {
    let verifier = Verifier::from_bytes(SECRET.to_vec()).expect("a key");
    let mut arrived = arrived.lock().expect("every message was in order");
    arrived.arrivals += 1;
    if let Err(error) = verifier.verify(body, headers) {
        arrived.refused += 1;
        eprintln!("not verified: {error}");
        return 401;
    }
    let id = headers["webhook-id"].to_str().expect("text").to_owned();
    let value: Value = serde_json::from_slice(body).expect("JSON");
    let text = |name: &str| value[name].as_str().expect("text").to_owned();
    let sequence = value["sequence"].as_i64().expect("a number");
    let subject = arrived.by_subject.entry(text("subject")).or_default();
    subject.push((sequence, text("type")));
    let failures = arrived.failures.get(&id).copied().unwrap_or_default();
    // By what came before and by the id, so that it is as good as chance.
    let dice = id.bytes().fold(arrived.arrivals, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(usize::from(byte))
    });
    if failures < FAILURES_MAX && dice % 4 == 0 {
        arrived.failures.insert(id, failures + 1);
        return [500, 503, 0, 302][dice / 4 % 4];
    }
    arrived.taken.insert(id, value);
    204
}

/// Puts an endpoint into the database of a company.
fn endpoint(options: &Options, corp: CorpId, made_by: &Client, port: u16) {
    let opened = Store::open(options).expect("the store opens");
    let hook = Webhook {
        id: HookId::from_u128(1),
        terms: Terms {
            url: format!("http://127.0.0.1:{port}/hooks"),
            description: String::new(),
            events: Choice::from_names(["request.sent", "request.accepted", "contact.made"]),
        },
        secret: SECRET.to_vec(),
        former: None,
        state: State::On,
        made_by: made_by.someone.id,
        created_at_ms: SystemClock.now_ms(),
        failing_since_ms: None,
        taken_at_ms: None,
        deleted_at_ms: None,
    };
    opened
        .write_blocking(move |tx| store::webhook::insert(tx, corp, &hook))
        .expect("the endpoint is written");
}

/// What the table of events says has happened, as an endpoint would name it.
fn expected(options: &Options) -> HashSet<String> {
    let opened = Store::open(options).expect("the store opens");
    let read = opened.read_blocking(|tx| {
        let (mut all, mut cursor) = (Vec::new(), store::event::Cursor::default());
        loop {
            let (page, next) = store::event::after(tx, cursor, 1000)?;
            if page.is_empty() {
                return Ok::<_, store::Error>(all);
            }
            all.extend(page);
            cursor = next;
        }
    });
    let told = read
        .expect("the events are read")
        .into_iter()
        .filter_map(|row| {
            let body: Value = serde_json::from_str(&row.body).expect("JSON");
            let id = |party: &Value| party["member"]["id"].as_str().map(str::to_owned);
            match row.kind.as_str() {
                "request.sent" => Some(format!("request.sent {}", body["request"].as_str()?)),
                "request.settled" if body["state"] == "accepted" => {
                    Some(format!("request.accepted {}", body["request"].as_str()?))
                }
                "contact.made" => Some(made(&id(&body["one"])?, &id(&body["other"])?)),
                _ => None,
            }
        });
    told.collect()
}

fn made(one: &str, other: &str) -> String {
    format!("contact.made {} {}", one.min(other), one.max(other))
}

/// The same of a message that was taken.
fn told(body: &Value) -> String {
    let name = body["type"].as_str().expect("a name");
    let data = &body["data"];
    if name == "contact.made" {
        let id = |at: usize| data["parties"][at]["id"].as_str().expect("an id");
        made(id(0), id(1))
    } else {
        format!("{name} {}", data["request"].as_str().expect("an id"))
    }
}

/// Sends and accepts until so many pairs have been gone through, or the server is gone.
fn load(port: u16, clients: &[Client], next: &AtomicUsize, limit: usize, is_over: &AtomicBool) {
    let known = Acknowledged::default();
    while !is_over.load(Ordering::Relaxed) {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= limit {
            return;
        }
        let (from, to) = pair(number).expect("there are pairs enough");
        if ask(port, clients, number, &known).is_ok() {
            accept(port, &clients[to], &clients[from], (from, to), &known);
        }
    }
}

fn run(options: &Options, arguments: &[&str], events: usize, has_second: bool) {
    let (corp, clients) = company(options);
    let receiver = Receiver::start();
    endpoint(options, corp.id, &clients[0], receiver.port);
    let home = tempfile::tempdir().expect("a folder");
    let (mut process, second) = {
        let home = match &options.database {
            guanxi_store::Database::Sqlite { path } => path.parent().and_then(Path::parent),
            guanxi_store::Database::Postgres { .. } => None,
        }
        .unwrap_or(home.path());
        let serve = || Process::serve(Path::new(BINARY), home, arguments);
        (serve(), has_second.then(serve))
    };
    let next = AtomicUsize::new(0);
    let pairs = events / PER_REQUEST;
    for round in 1..=3 {
        let (is_over, port) = (AtomicBool::new(false), process.port());
        // What was under way at a kill is not asked for again.
        let limit = pairs * round / 3 + CLIENTS * (round - 1);
        std::thread::scope(|scope| {
            for _ in 0..CLIENTS {
                scope.spawn(|| load(port, &clients, &next, limit, &is_over));
            }
            if round < 3 {
                let enough = events * (2 * round - 1) / 6;
                receiver.wait_for("messages under way", Duration::from_mins(2), |it| {
                    it.arrivals >= enough
                });
                is_over.store(true, Ordering::Relaxed);
                process.kill();
            }
        });
        if round < 3 {
            process.restart();
        }
    }
    // Only one process at a time opens the file.
    process.stop();
    let all = expected(options);
    process.restart();
    assert!(
        all.len() >= events * 9 / 10,
        "the load ran: {} events",
        all.len()
    );
    let patience = Duration::from_secs(120 + events as u64 / 20);
    receiver.wait_for("every event arrives", patience, |it| {
        it.taken.len() >= all.len()
    });
    drop(second);
    assert!(
        !process.stderr().contains("panicked"),
        "{}",
        process.stderr()
    );
    process.stop();
    receiver.look(|it| check(it, &all));
}

fn check(arrived: &Arrived, all: &HashSet<String>) {
    assert_eq!(arrived.refused, 0, "every message is verified");
    let told: HashSet<String> = arrived.taken.values().map(told).collect();
    let missing: Vec<&String> = all.difference(&told).take(5).collect();
    assert!(missing.is_empty(), "never arrived: {missing:?}");
    assert!(told.is_subset(all), "nothing was made up");
    let failed = arrived.failures.len();
    assert!(
        failed * 20 > all.len(),
        "the receiver failed often enough: {failed}"
    );
    for (subject, messages) in &arrived.by_subject {
        let in_order = messages.windows(2).all(|pair| pair[0].0 <= pair[1].0);
        assert!(in_order, "{subject}: {messages:?}");
        let accepted = messages
            .iter()
            .position(|(_, name)| name == "request.accepted");
        let sent = messages.iter().position(|(_, name)| name == "request.sent");
        assert!(
            accepted.is_none() || sent < accepted,
            "{subject}: {messages:?}"
        );
    }
    println!(
        "{} events, {} arrivals, {failed} messages failed at first",
        all.len(),
        arrived.arrivals
    );
}

fn on_sqlite(events: usize) {
    let home = tempfile::tempdir().expect("a folder");
    let data = home.path().join("guanxi-data");
    std::fs::create_dir_all(&data).expect("a folder");
    let options = Options::sqlite(data.join("guanxi.db"));
    run(&options, &["--webhook-private"], events, false);
}

fn on_postgres(events: usize) {
    let Some(database) = Database::fresh() else {
        return;
    };
    let url = database.url();
    let arguments = ["--webhook-private", "--database", &url];
    run(&Options::postgres(&url), &arguments, events, true);
}

#[test]
fn every_event_arrives_in_order_on_sqlite() {
    on_sqlite(500);
}

#[test]
fn every_event_arrives_in_order_from_two_nodes() {
    on_postgres(500);
}

#[test]
#[ignore = "some minutes"]
fn ten_thousand_events_arrive_in_order_on_sqlite() {
    on_sqlite(10_000);
}

#[test]
#[ignore = "some minutes"]
fn ten_thousand_events_arrive_in_order_from_two_nodes() {
    on_postgres(10_000);
}
