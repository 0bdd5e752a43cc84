//! Scans of live codes in great number, by 64 clients at once, on two nodes where there may be two: the log is exact at every entry.
//!
//! `GUANXI_TEST_SCANS` says how many; without it the long edition makes a million.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use guanxi_app::{
    Env,
    live_code::{
        desk::{self, Answer, Ask},
        visit::{self, Note},
    },
    outside::{Clock as _, KeptSms, SystemChance, SystemClock},
};
use guanxi_model::{
    id::{CorpId, LiveCodeId, MemberId},
    live_code::{
        board::Entry as Logged,
        plan::{Entry, Plan, Who},
        pool::Strategy,
    },
};
use guanxi_store::{
    self as store, Engine, Store,
    live_code::{LiveCode, Version},
};
use guanxi_testkit::world::World;

use crate::Place;

const CLIENTS: u64 = 64;
const FEW: u64 = 4000;
const MILLION: u64 = 1_000_000;
/// Weights of the members of the code that deals by weight, and how many places each has in the one with caps.
const WEIGHTS: [u32; 12] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 60, 385];
const CAP: u32 = 50;

struct Codes {
    corp: CorpId,
    members: Vec<MemberId>,
    weighted: LiveCodeId,
    capped: LiveCodeId,
}

/// How many scans the long edition makes.
fn many() -> u64 {
    std::env::var("GUANXI_TEST_SCANS").map_or(MILLION, |text| text.parse().unwrap())
}

async fn open(place: &Place) -> Arc<Env> {
    let store = Store::open(&place.options).unwrap();
    let (clock, chance) = (Arc::new(SystemClock), Arc::new(SystemChance));
    let env = Env::new(store, clock, chance, Arc::new(KeptSms::default()));
    env.await.unwrap()
}

/// A company with two published codes over the same members.
async fn prepare(place: &Place) -> Codes {
    let world = World::at(&place.options, SystemClock.now_ms()).await;
    let (corp, _) = world.corp("青禾", "13900000001").await;
    let mut members = Vec::new();
    for number in 0..WEIGHTS.len() {
        let one = world.member(corp, &format!("员工{number}"), 2).await;
        members.push(one.id);
    }
    let seat = |(member, weight): (&MemberId, u32)| Entry {
        weight,
        ..Entry::of(Who::Member(*member))
    };
    let weighted = members.iter().zip(WEIGHTS).map(seat);
    let weighted = Plan::simple("加权", Strategy::Weighted, weighted.collect());
    let capped = members.iter().map(|member| Entry {
        lifetime_cap: Some(CAP),
        ..Entry::of(Who::Member(*member))
    });
    let mut capped = Plan::simple("上限", Strategy::RoundRobin, capped.collect());
    // No place lapses while the test runs.
    capped.hold_min = 1000;
    let (cx, corp) = (world.cx(), corp.id);
    let write = world.env.store.write(move |tx| -> guanxi_app::Result<_> {
        let mut ids = Vec::new();
        for (number, plan) in [&weighted, &capped].into_iter().enumerate() {
            let code = LiveCode {
                id: cx.new_id(LiveCodeId::from_u128),
                slug: [number as u8 + 1; 10],
                name: plan.name.clone(),
                group: String::new(),
                state: String::new(),
                version: 1,
                paused_at_ms: None,
                deleted_at_ms: None,
                made_by: 0,
                created_at_ms: 0,
            };
            let version = Version {
                number: 1,
                plan: plan.clone(),
                note: String::new(),
                based_on: 0,
                made_by: 0,
                made_at_ms: 0,
            };
            store::live_code::insert(tx, corp, &code)?;
            store::live_code::insert_version(tx, corp, code.id, &version)?;
            let (code, version) = (code.id, 1);
            visit::tell(tx, &cx, corp, &Note::Published { code, version })?;
            ids.push(code);
        }
        Ok(ids)
    });
    let ids = write.await.unwrap();
    Codes {
        corp,
        members,
        weighted: ids[0],
        capped: ids[1],
    }
}

/// What one client was told: number in the log, code, and who was chosen.
type Told = Vec<(i64, LiveCodeId, Option<MemberId>)>;

async fn client(env: Arc<Env>, codes: Arc<Codes>, next: Arc<AtomicU64>, scans: u64) -> Told {
    let mut told = Vec::new();
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= scans {
            return told;
        }
        let is_capped = number.is_multiple_of(4);
        let code = if is_capped {
            codes.capped
        } else {
            codes.weighted
        };
        let ask = Ask {
            code,
            corp: codes.corp,
            visitor: u128::from(number) + 1,
            path: Vec::new(),
            from: None,
            person: None,
            except: Vec::new(),
            address: String::new(),
        };
        match desk::scan(&env, ask).await.unwrap() {
            Answer::Shown(shown) => told.push((shown.seq, code, Some(shown.member))),
            Answer::Nobody { seq } => told.push((seq, code, None)),
        }
    }
}

fn scanned(place: &Place, scans: u64) {
    // Nothing of the one that prepares may hold the file when the nodes open it.
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let codes = runtime.block_on(prepare(place));
    drop(runtime);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(run(place, codes, scans));
}

async fn run(place: &Place, codes: Codes, scans: u64) {
    let codes = Arc::new(codes);
    let mut nodes = vec![open(place).await];
    if nodes[0].store.engine() == Engine::Postgres {
        nodes.push(open(place).await);
    }
    let (next, started) = (Arc::new(AtomicU64::new(0)), Instant::now());
    let clients: Vec<_> = (0..CLIENTS as usize)
        .map(|number| {
            let env = Arc::clone(&nodes[number % nodes.len()]);
            tokio::spawn(client(env, Arc::clone(&codes), Arc::clone(&next), scans))
        })
        .collect();
    let mut told = Vec::new();
    for client in clients {
        told.extend(client.await.unwrap());
    }
    println!(
        "{scans} scans on {} nodes in {:?}",
        nodes.len(),
        started.elapsed()
    );
    told.sort_unstable_by_key(|(seq, _, _)| *seq);
    assert_eq!(told.len() as u64, scans);
    verify(&nodes[0], &codes, &told).await;
}

/// Reads the log from its beginning: each scan that was answered is there once, as it was answered, and no other; by weight nobody is
/// off by a turn at any entry, and no cap is passed by one.
async fn verify(env: &Arc<Env>, codes: &Codes, told: &Told) {
    let (corp, all) = (
        codes.corp,
        WEIGHTS.iter().map(|weight| u64::from(*weight)).sum::<u64>(),
    );
    let (mut after, mut told, mut scans) = (0, told.iter(), 0_u64);
    let (mut by_weight, mut places) = ([0_u64; WEIGHTS.len()], [0_u32; WEIGHTS.len()]);
    loop {
        let read = env.store.read(move |tx| -> store::Result<_> {
            store::live_log::read_members(tx, corp, after, i64::MAX)
        });
        let rows = read.await.unwrap();
        let Some(last) = rows.last() else { break };
        after = last.0;
        for (seq, logged, member) in rows {
            let (Logged::Scanned(_), Some(code)) = (logged.entry, logged.code) else {
                continue;
            };
            assert_eq!(
                told.next(),
                Some(&(seq, code, member)),
                "the log is what was told"
            );
            let Some(place) = member.and_then(|id| codes.members.iter().position(|one| *one == id))
            else {
                assert_eq!(code, codes.capped, "only caps leave nobody");
                continue;
            };
            if code == codes.capped {
                places[place] += 1;
                assert!(places[place] <= CAP, "{seq}: over the cap");
                continue;
            }
            scans += 1;
            by_weight[place] += 1;
            for (had, weight) in by_weight.iter().zip(WEIGHTS) {
                let off = (had * all).abs_diff(scans * u64::from(weight));
                assert!(off < all, "{seq}: {had} of {scans} by weight {weight}");
            }
        }
    }
    assert_eq!(told.next(), None, "what was answered is stored");
    assert!(places.iter().all(|places| *places == CAP), "{places:?}");
}

#[test]
fn some_thousand_scans_on_sqlite() {
    scanned(&Place::sqlite(), FEW);
}

#[test]
fn some_thousand_scans_on_two_nodes() {
    if let Some(place) = Place::postgres() {
        scanned(&place, FEW);
    }
}

#[test]
#[ignore = "takes minutes: scripts/test long"]
fn a_million_scans_on_sqlite() {
    scanned(&Place::sqlite(), many());
}

#[test]
#[ignore = "takes minutes: scripts/test long"]
fn a_million_scans_on_two_nodes() {
    if let Some(place) = Place::postgres() {
        scanned(&place, many());
    }
}
