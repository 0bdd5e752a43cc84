//! The job loop: sealing, following, hearing of other nodes, and what time ends.

use std::{sync::Arc, time::Instant};

use guanxi_app::{
    Env, Error, Result, audit,
    corp::{self, NewCorp},
    directory,
    event::{self, Event},
    job,
};
use guanxi_model::{
    audit::{Entry, Head},
    corp::{DAY_MS, Settings},
    id::{AuditId, CorpId, MemberId, PersonId, RequestId},
    member::{Place, Profile, Status},
    party::Party,
    request::{AddWay, Request, State},
};
use guanxi_store::{
    self as store, Engine, Store,
    member::Member,
    testing::{self, TestStore},
};
use serde_json::json;

use crate::{MORNING, eventually, node, read, verified};

guanxi_store::both_engines!(
    entries_are_sealed_behind_the_writers,
    what_a_crash_left_is_sealed,
    a_failed_act_leaves_no_entry,
    a_damaged_head_stops_nobody,
    a_stop_seals_what_waits,
    the_directory_follows,
    time_ends_requests,
);

async fn new_corp(env: &Arc<Env>) -> (CorpId, MemberId) {
    let cx = env.job("test");
    let new = NewCorp {
        name: "青禾家居".into(),
        admin_name: "唐婉".into(),
        admin_mobile: "13800000003".into(),
        settings: Settings::default(),
    };
    let write = env.store.write(move |tx| corp::create(tx, &cx, &new));
    write.await.unwrap()
}

/// Writes entries one by one, as requests would.
async fn record(env: &Arc<Env>, corp: CorpId, count: usize) {
    let writes = (0..count).map(|at| {
        let (cx, env) = (env.job("test"), Arc::clone(env));
        tokio::spawn(async move {
            let write = env.store.write(move |tx| {
                audit::record(tx, &cx, corp, "test.done", None, &json!({ "at": at }))
            });
            write.await.unwrap();
        })
    });
    for write in writes.collect::<Vec<_>>() {
        write.await.unwrap();
    }
}

/// Writes entries as a node leaves them that was killed before its sealer came.
async fn leave_unsealed(env: &Arc<Env>, corp: CorpId, count: i64) {
    let cx = env.job("test");
    let write = env.store.write(move |tx| {
        (0..count).try_for_each(|at| {
            let entry = Entry {
                corp,
                id: cx.new_id(AuditId::from_u128),
                at_ms: cx.now(),
                actor: cx.named(),
                action: "test.done".into(),
                object: None,
                from: None,
                detail: json!({ "at": at }).to_string(),
            };
            store::audit::insert(tx, &entry)
        })
    });
    write.await.unwrap();
}

async fn all_sealed(env: &Env) -> bool {
    read(env, store::audit::corps_with_unsealed)
        .await
        .is_empty()
}

async fn entries_are_sealed_behind_the_writers(store: TestStore) {
    let (env, _) = node((*store).clone()).await;
    let jobs = job::start(&env);
    let (corp, _) = new_corp(&env).await;
    record(&env, corp, 400).await;
    eventually("all entries are sealed", async || all_sealed(&env).await).await;
    assert_eq!(verified(&env, corp).await, 401);
    jobs.stop().await;
}

async fn what_a_crash_left_is_sealed(store: TestStore) {
    let (env, _) = node((*store).clone()).await;
    let (corp, _) = new_corp(&env).await;
    leave_unsealed(&env, corp, 30).await;
    assert!(!all_sealed(&env).await);
    let jobs = job::start(&env);
    eventually("all entries are sealed", async || all_sealed(&env).await).await;
    assert_eq!(verified(&env, corp).await, 31);
    jobs.stop().await;
}

async fn a_failed_act_leaves_no_entry(store: TestStore) {
    let (env, _) = node((*store).clone()).await;
    let mut jobs = job::start(&env);
    jobs.ready().await;
    let (corp, _) = new_corp(&env).await;
    let writes = (0..60_u128).map(|at| {
        let (cx, env) = (env.job("test"), Arc::clone(&env));
        tokio::spawn(async move {
            let write = env.store.write(move |tx| {
                // Something to undo where it fails.
                let somebody = Party::Person {
                    id: PersonId::from_u128(at),
                };
                store::contact::budget_use(tx, somebody, "test", 1)?;
                audit::record(
                    tx,
                    &cx,
                    corp,
                    "test.done",
                    None,
                    &json!({ "at": at as i64 }),
                )?;
                if at % 3 == 0 {
                    return Err(guanxi_app::Error::not_found("test"));
                }
                Ok(())
            });
            assert_eq!(write.await.is_ok(), at % 3 != 0);
        })
    });
    for write in writes.collect::<Vec<_>>() {
        write.await.unwrap();
    }
    jobs.stop().await;
    assert!(all_sealed(&env).await);
    assert_eq!(verified(&env, corp).await, 41);
}

async fn a_damaged_head_stops_nobody(store: TestStore) {
    let (env, _) = node((*store).clone()).await;
    let (corp, _) = new_corp(&env).await;
    record(&env, corp, 5).await;
    while env
        .store
        .write(move |tx| audit::seal(tx, corp))
        .await
        .unwrap()
        > 0
    {}
    let damage = env
        .store
        .write(move |tx| store::audit::put_head(tx, corp, Head::default()));
    damage.await.unwrap();
    record(&env, corp, 3).await;
    assert!(!all_sealed(&env).await);
    let count = read(&env, move |tx| store::audit::count(tx, corp)).await;
    assert_eq!(count, 9);
}

async fn a_stop_seals_what_waits(store: TestStore) {
    let (env, _) = node((*store).clone()).await;
    let mut jobs = job::start(&env);
    jobs.ready().await;
    let (corp, _) = new_corp(&env).await;
    record(&env, corp, 50).await;
    jobs.stop().await;
    assert_eq!(verified(&env, corp).await, 51);
}

fn newcomer(env: &Arc<Env>, userid: &str) -> Member {
    Member {
        id: env.job("test").new_id(MemberId::from_u128),
        profile: Profile {
            userid: userid.into(),
            name: "曾诗涵".into(),
            places: vec![Place {
                department: guanxi_model::department::ROOT,
                leads: false,
                order: 0,
            }],
            ..Profile::default()
        },
        status: Status::Active,
        person: None,
        created_at_ms: MORNING,
        updated_at_ms: MORNING,
        left_at_ms: None,
        avatar: None,
    }
}

/// Adds a member as an administrator would.
async fn hire(env: &Arc<Env>, corp: CorpId, member: Member) -> MemberId {
    let (cx, id) = (env.job("test"), member.id);
    let write = env.store.write(move |tx| -> Result<()> {
        store::member::insert(tx, corp, &member)?;
        let members = vec![member.id];
        event::emit(
            tx,
            &cx,
            corp.as_u128(),
            &Event::MembersChanged { corp, members },
        )
    });
    write.await.unwrap();
    id
}

async fn the_directory_follows(store: TestStore) {
    let (env, _) = node((*store).clone()).await;
    let (corp, owner) = new_corp(&env).await;
    let mut jobs = job::start(&env);
    jobs.ready().await;
    let directory = env
        .directories
        .peek(corp)
        .expect("directories are loaded at the start");
    assert!(directory.entry(owner).is_some());
    let id = hire(&env, corp, newcomer(&env, "zengshihan")).await;
    let is_there = async || env.directories.peek(corp).unwrap().entry(id).is_some();
    eventually("the newcomer is in the directory", is_there).await;
    jobs.stop().await;
}

async fn time_ends_requests(store: TestStore) {
    let (env, clock) = node((*store).clone()).await;
    let (corp, owner) = new_corp(&env).await;
    let sender = hire(&env, corp, newcomer(&env, "zengshihan")).await;
    let party = |id| Party::Member { corp, id };
    let (sender, recipient) = (party(sender), party(owner));
    let request = Request {
        id: env.job("test").new_id(RequestId::from_u128),
        sender,
        recipient,
        add_way: AddWay::Colleague,
        code: None,
        message: "以后多联系".into(),
        state: State::Pending,
        silenced: false,
        created_at_ms: MORNING,
        expires_at_ms: MORNING + 30 * DAY_MS,
        decided_at_ms: None,
        reason: String::new(),
    };
    let write = env
        .store
        .write(move |tx| store::request::insert(tx, &request).map_err(Error::from));
    write.await.unwrap();
    clock.pass(30 * DAY_MS);
    let jobs = job::start(&env);
    let state = async || {
        let latest = read(&env, move |tx| {
            store::request::latest(tx, sender, recipient)
        });
        latest.await.unwrap().state
    };
    eventually("the request expires", async || {
        state().await == State::Expired
    })
    .await;
    eventually("all entries are sealed", async || all_sealed(&env).await).await;
    verified(&env, corp).await;
    jobs.stop().await;
}

/// A second node on the database of the first.
async fn second(store: &TestStore) -> Arc<Env> {
    node(Store::open(&store.options()).unwrap()).await.0
}

/// Runs a case on the only engine that nodes can share.
fn on_two_nodes<F: Future<Output = ()>>(case: impl FnOnce(TestStore) -> F) {
    testing::run(Engine::Postgres, &testing::guanxi(), case);
}

#[test]
fn two_sealers_make_one_chain() {
    on_two_nodes(|store| async move {
        let ((one, _), two) = (node((*store).clone()).await, second(&store).await);
        let (corp, _) = new_corp(&one).await;
        let jobs = [job::start(&one), job::start(&two)];
        for _ in 0..5 {
            tokio::join!(record(&one, corp, 100), record(&two, corp, 100));
        }
        eventually("all entries are sealed", async || all_sealed(&one).await).await;
        assert_eq!(verified(&one, corp).await, 1001);
        for jobs in jobs {
            jobs.stop().await;
        }
    });
}

#[test]
fn sealing_at_the_same_moment_leaves_one_chain() {
    on_two_nodes(|store| async move {
        let ((one, _), two) = (node((*store).clone()).await, second(&store).await);
        let (corp, _) = new_corp(&one).await;
        for round in 0..20 {
            record(&one, corp, 10).await;
            // Without the loop's second try, so that one of the two may well fail here.
            let seal = |env: &Arc<Env>| {
                let env = Arc::clone(env);
                async move { env.store.write(move |tx| audit::seal(tx, corp)).await }
            };
            let (first, second) = tokio::join!(seal(&one), seal(&two));
            let sealed: i64 = [first, second].into_iter().flatten().sum();
            assert_eq!(sealed, if round == 0 { 11 } else { 10 });
        }
        assert_eq!(verified(&one, corp).await, 201);
    });
}

#[test]
fn a_node_follows_what_another_did() {
    on_two_nodes(|store| async move {
        let ((one, _), two) = (node((*store).clone()).await, second(&store).await);
        let (corp, _) = new_corp(&one).await;
        let mut jobs = [job::start(&one), job::start(&two)];
        for jobs in &mut jobs {
            jobs.ready().await;
        }
        directory::open(&two, corp).await.unwrap();
        let started = Instant::now();
        let id = hire(&one, corp, newcomer(&one, "zengshihan")).await;
        let is_there = async || two.directories.peek(corp).unwrap().entry(id).is_some();
        eventually("the other node knows the newcomer", is_there).await;
        eprintln!("the other node knew after {:?}", started.elapsed());
        for jobs in jobs {
            jobs.stop().await;
        }
    });
}

#[test]
fn what_the_bus_lost_is_read_from_the_table() {
    on_two_nodes(|store| async move {
        let (one, two) = (node((*store).clone()).await.0, second(&store).await);
        let (corp, _) = new_corp(&one).await;
        let mut jobs = job::start(&two);
        jobs.ready().await;
        // The first node was never connected with the bus: its hub hands out to nobody.
        let cx = one.job("test");
        let member = newcomer(&one, "zengshihan");
        let id = member.id;
        let write = one.store.write(move |tx| -> Result<()> {
            store::member::insert(tx, corp, &member)?;
            let members = vec![member.id];
            let body = serde_json::to_string(&Event::MembersChanged { corp, members }).unwrap();
            let row = store::event::Event {
                id: cx.new_id(guanxi_model::id::EventId::from_u128),
                scope: corp.as_u128(),
                kind: "member.changed".into(),
                body,
                at_ms: cx.now(),
            };
            Ok(store::event::insert(tx, &row)?)
        });
        write.await.unwrap();
        let is_there = async || two.directories.peek(corp).unwrap().entry(id).is_some();
        eventually("the node reads on", is_there).await;
        jobs.stop().await;
    });
}
