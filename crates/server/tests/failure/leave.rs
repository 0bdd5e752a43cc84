//! A member leaves while visitors scan his codes and add him on every node: nobody is his contact who was not when his leaving was
//! answered, and nobody waits for an answer of his.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use guanxi_app::{
    outside::{Clock as _, SystemClock},
    qr_code::Key,
    session,
};
use guanxi_model::{
    corp::DAY_MS,
    id::{CodeId, CorpId, MemberId, PersonId, SessionId},
    party::Party,
    person::Phone,
    qr_code::{QrCode, SLUG_BYTES, Shown},
};
use guanxi_store::{self as store, Options, Store, testing::Database};
use guanxi_testkit::{
    http,
    process::Process,
    world::{PUBLIC_URL, Someone, World},
};
use guanxi_web::{auth, csrf};

use crate::{BINARY, PATIENCE};

/// Members who leave, one after the other.
const LEAVERS: usize = 8;
/// Visitors of each.
const VISITORS: usize = 60;
const CLIENTS: usize = 8;
/// Visitors who have come when he leaves.
const BEFORE: usize = 12;

/// A visitor who has proved his number.
#[derive(Debug, Clone)]
struct Visitor {
    address: String,
    cookie: String,
    token: String,
}

struct Case {
    corp: CorpId,
    owner: (String, String),
    leavers: Vec<(MemberId, String)>,
    visitors: Vec<Visitor>,
}

async fn prepare(options: &Options) -> Case {
    let world = World::at(options, SystemClock.now_ms()).await;
    let (corp, owner) = world.corp("青禾", "13900000001").await;
    let key = Key::new(&world.env.pepper, PUBLIC_URL);
    let mut leavers = Vec::new();
    for number in 0..LEAVERS {
        let someone = world.member(corp, &format!("员工{number}"), 2).await;
        leavers.push((someone.id, code_of(&world, &key, &someone, number).await));
    }
    let mut visitors = Vec::new();
    for number in 0..VISITORS {
        visitors.push(visitor(&world, number).await);
    }
    Case {
        corp: corp.id,
        owner: (owner.cookie(), world.form_token(&owner)),
        leavers,
        visitors,
    }
}

/// Makes a code of somebody; every other one asks him first.
async fn code_of(world: &World, key: &Key, owner: &Someone, number: usize) -> String {
    let slug = [number as u8; SLUG_BYTES];
    let code = QrCode {
        id: CodeId::from_u128(number as u128 + 1),
        owner: owner.id,
        slug,
        name: String::new(),
        single_use: false,
        confirm: number % 2 == 1,
        shown: Shown::default(),
        handed_from: String::new(),
        created_at_ms: 0,
        expires_at_ms: None,
        revoked_at_ms: None,
        used_at_ms: None,
    };
    let corp = owner.corp;
    let written = world
        .env
        .store
        .write(move |tx| store::qr_code::insert(tx, corp, &code));
    written.await.expect("the code is written");
    format!("/q/{}", key.token(slug))
}

async fn visitor(world: &World, number: usize) -> Visitor {
    let chance = || world.env.chance.number();
    let token = format!("{:032x}{:032x}", chance(), chance());
    let now_ms = SystemClock.now_ms();
    let mobile = Phone::parse(&format!("137{number:08}"), "CN").expect("a number");
    let person = store::person::Person {
        id: PersonId::from_u128(chance()),
        mobile: Some(mobile),
        name: format!("访客{number}"),
        language: None,
        theme: None,
        created_at_ms: now_ms,
    };
    let open = store::session::Session {
        id: SessionId::from_u128(chance()),
        person: person.id,
        account: None,
        device: "test".into(),
        address: String::new(),
        created_at_ms: now_ms,
        seen_at_ms: now_ms,
        expires_at_ms: now_ms + DAY_MS,
    };
    let hash = session::token_hash(&token);
    let written = world
        .env
        .store
        .write(move |tx| -> Result<(), store::Error> {
            store::person::insert(tx, &person)?;
            store::session::insert(tx, &hash, &open)
        });
    written.await.expect("the visitor is written");
    Visitor {
        address: format!("10.{}.{}.7", number / 200, number % 200),
        cookie: format!("{}={token}", auth::COOKIE),
        token: csrf::token(&csrf::session_key(&world.env.pepper, &token), 7),
    }
}

/// One visitor scans a code and adds its owner; returns whether it led to him.
fn come(port: u16, path: &str, visitor: &Visitor) -> bool {
    let call = |path: &str, form: Option<&str>| loop {
        let answer = http::call_from(
            port,
            &visitor.address,
            path,
            &visitor.cookie,
            form,
            PATIENCE,
        );
        let answer = answer.expect("the server answers");
        match answer.status {
            503 => std::thread::yield_now(),
            200 | 303 => return true,
            410 => return false,
            other => panic!("{other}: {}", answer.body),
        }
    };
    let form = format!("_csrf={}&message=hello", visitor.token);
    call(path, None) && call(&format!("{path}/add"), Some(&form))
}

fn contacts_of(opened: &Store, member: Party) -> usize {
    let listed = opened.read_blocking(move |tx| store::contact::list(tx, member));
    listed.expect("the contacts are read").len()
}

fn run(options: &Options, arguments: &[&str], home: &Path, nodes: usize) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let case = Arc::new(runtime.block_on(prepare(options)));
    let mut all = vec!["--public-url", PUBLIC_URL, "--trust-proxy"];
    all.extend(arguments);
    let nodes: Vec<Process> = (0..nodes)
        .map(|_| Process::serve(Path::new(BINARY), home, &all))
        .collect();
    let ports: Vec<u16> = nodes.iter().map(Process::port).collect();
    let opened = Store::open(options).expect("the store opens");
    let (mut came, mut late) = (0, 0);
    for (leaver, path) in &case.leavers {
        let party = Party::Member {
            corp: case.corp,
            id: *leaver,
        };
        let (next, added, refused) = (
            AtomicUsize::new(0),
            AtomicUsize::new(0),
            AtomicUsize::new(0),
        );
        std::thread::scope(|scope| {
            for number in 0..CLIENTS {
                let (next, added, refused, case) = (&next, &added, &refused, &case);
                let port = ports[number % ports.len()];
                scope.spawn(move || {
                    while let Some(visitor) =
                        case.visitors.get(next.fetch_add(1, Ordering::Relaxed))
                    {
                        let led = come(port, path, visitor);
                        let counter = if led { added } else { refused };
                        counter.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
            while added.load(Ordering::Relaxed) < BEFORE {
                std::thread::yield_now();
            }
            let (cookie, token) = &case.owner;
            let form = format!("_csrf={token}");
            let leave = format!("/admin/people/{leaver}/leave");
            let answer = http::call(ports[0], &leave, cookie, Some(&form), PATIENCE);
            let answer = answer.expect("the server answers");
            assert_eq!(answer.status, 303, "{}", answer.body);
            let then = contacts_of(&opened, party);
            while next.load(Ordering::Relaxed) < case.visitors.len() + CLIENTS {
                std::thread::yield_now();
            }
            assert_eq!(contacts_of(&opened, party), then, "a contact came too late");
        });
        let waiting = opened.read_blocking(move |tx| store::request::touching(tx, party));
        assert_eq!(waiting.expect("requests are read"), [], "nobody waits");
        came += added.load(Ordering::Relaxed);
        late += refused.load(Ordering::Relaxed);
    }
    assert_eq!(came + late, LEAVERS * VISITORS);
    assert!(late > 0, "the flood outlasts those who leave");
}

#[test]
fn nobody_becomes_the_contact_of_one_who_has_left_on_sqlite() {
    let home = tempfile::tempdir().expect("a folder");
    let data = home.path().join("guanxi-data");
    std::fs::create_dir_all(&data).expect("a folder");
    let options = Options::sqlite(data.join("guanxi.db"));
    run(&options, &[], home.path(), 1);
}

#[test]
fn nobody_becomes_the_contact_of_one_who_has_left_on_two_nodes() {
    let Some(database) = Database::fresh() else {
        return;
    };
    let home = tempfile::tempdir().expect("a folder");
    let url = database.url();
    run(
        &Options::postgres(url.clone()),
        &["--database", &url],
        home.path(),
        2,
    );
}
