//! Scans of live codes: exact shares, caps, leavers, and adds through the one pipeline, decided together by many at once.

use std::sync::Arc;

use guanxi_app::{
    Actor, Cx, Env, Result,
    live_code::{
        self,
        desk::{self, Answer, Ask, Shown},
        visit::{self, Added},
    },
    member,
    outside::{KeptSms, SystemChance},
};
use guanxi_model::{
    id::{CorpId, LiveCodeId, MemberId},
    live_code::{
        board::{Entry, Outcome},
        plan::{Entry as Seat, Plan, Who},
        pool::Strategy,
        receipt::Reason,
    },
    member::Change,
};
use guanxi_store::{self as store, testing::TestStore};
use rustc_hash::FxHashMap;

use crate::{
    qr_code::visit_as,
    support::{House, MINUTE, STORE},
};

guanxi_store::both_engines!(
    a_visitor_adds_whom_he_was_shown_and_comes_back_to_him,
    a_place_lapses_and_is_used_once,
    many_at_once_on_two_nodes_have_exact_shares,
    caps_hold_while_many_scan_and_add,
    nobody_is_led_to_one_who_has_left,
    pools_of_departments_follow_the_directory,
    a_node_that_starts_knows_what_another_decided,
);

/// Publishes a code with these members.
pub(crate) async fn publish(house: &House, plan: Plan) -> LiveCodeId {
    let owner = house.cx("owner").await;
    let made = house.write(&owner, move |tx, cx| {
        let code = live_code::create(tx, cx, &plan.name, Some(plan.clone()))?;
        let me = cx.me(tx)?;
        let draft = live_code::draft(tx, cx, &me, code.id)?;
        live_code::publish(tx, cx, code.id, draft.number, "")?;
        Ok(code.id)
    });
    made.await.unwrap()
}

pub(crate) fn seat(house: &House, userid: &str, weight: u32) -> Seat {
    Seat {
        weight,
        ..Seat::of(Who::Member(house.id(userid)))
    }
}

/// Members of the small company are active once they have signed in.
pub(crate) async fn awake(house: &House, userids: &[&str]) {
    for userid in userids {
        house.cx(userid).await;
    }
}

pub(crate) fn ask(corp: CorpId, code: LiveCodeId, visitor: u128) -> Ask {
    Ask {
        code,
        corp,
        visitor,
        path: Vec::new(),
        from: None,
        person: None,
        except: Vec::new(),
        address: String::new(),
    }
}

pub(crate) async fn scan(env: &Arc<Env>, ask: Ask) -> Option<Shown> {
    match desk::scan(env, ask).await.unwrap() {
        Answer::Shown(shown) => Some(shown),
        Answer::Nobody { .. } => None,
    }
}

pub(crate) fn person(cx: &Cx) -> Option<guanxi_model::id::PersonId> {
    match cx.actor {
        Actor::Person { person, .. } => Some(person),
        _ => None,
    }
}

pub(crate) async fn add(
    house: &House,
    cx: &Cx,
    code: LiveCodeId,
    visitor: u128,
    seq: i64,
) -> Added {
    let corp = house.corp;
    let added = house.write(cx, move |tx, cx| {
        visit::add(tx, cx, code, corp, visitor, seq, "你好")
    });
    added.await.unwrap()
}

/// Another node on the same database, or on SQLite the same one again.
pub(crate) async fn second(house: &House, store: &TestStore) -> Arc<Env> {
    if store.engine() == store::Engine::Sqlite {
        return Arc::clone(&house.env);
    }
    let env = Env::new(
        store::Store::open(&store.options()).unwrap(),
        Arc::clone(&house.env.clock),
        Arc::new(SystemChance),
        Arc::new(KeptSms::default()),
    );
    env.await.unwrap()
}

/// All of the log.
async fn log(env: &Arc<Env>, corp: CorpId) -> Vec<store::live_log::Stored> {
    let read = env.store.read(move |tx| -> Result<_> {
        let (mut all, mut after) = (Vec::new(), 0);
        loop {
            let rows = store::live_log::read(tx, corp, after, i64::MAX)?;
            let Some(last) = rows.last() else {
                return Ok(all);
            };
            after = last.seq;
            all.extend(rows);
        }
    });
    read.await.unwrap()
}

async fn a_visitor_adds_whom_he_was_shown_and_comes_back_to_him(store: TestStore) {
    let house = House::new(&store).await;
    awake(&house, &["chen", "wang"]).await;
    let mut plan = Plan::simple(
        "门店",
        Strategy::RoundRobin,
        vec![seat(&house, "chen", 1), seat(&house, "wang", 1)],
    );
    plan.state = "spring".into();
    plan.marks.tags = vec!["新客".into()];
    plan.marks.remark = "{customer} {state} {x}".into();
    let code = publish(&house, plan).await;
    let shown = scan(&house.env, ask(house.corp, code, 5)).await.unwrap();
    assert_eq!(shown.reason, Reason::Strategy);
    let guest = visit_as(&house, 900, "何生").await;
    assert_eq!(
        add(&house, &guest, code, 5, shown.seq).await,
        Added::Contacts(shown.member)
    );
    let (corp, id) = (house.corp, person(&guest).unwrap());
    let (contact, open) = house
        .read(&guest, move |tx, _| {
            use guanxi_model::party::Party;
            let member = Party::Member {
                corp,
                id: shown.member,
            };
            let contact = store::contact::find(tx, member, Party::Person { id })?;
            let open = store::conversation::count_open(tx, corp, shown.member)?;
            Ok((contact.unwrap(), open))
        })
        .await
        .unwrap();
    assert_eq!(
        (contact.remark.as_str(), contact.tags.as_slice(), open),
        ("何生 spring {x}", &["新客".to_owned()][..], 1)
    );
    // From another device: he is led to the same one, and adding again changes nothing.
    let again = Ask {
        person: Some(id),
        ..ask(house.corp, code, 6)
    };
    let back = scan(&house.env, again).await.unwrap();
    assert_eq!(
        (back.member, back.reason),
        (shown.member, Reason::Returning)
    );
    assert_eq!(
        add(&house, &guest, code, 6, back.seq).await,
        Added::Contacts(shown.member)
    );
    desk::settle(&house.env, house.corp).await.unwrap();
    let counted = house
        .read(&guest, move |tx, _| {
            Ok(store::live_log::tallies(tx, corp, 0, i64::MAX)?)
        })
        .await
        .unwrap();
    let of = |outcome: Outcome| -> i64 {
        let of = counted
            .iter()
            .filter(|(tally, _)| tally.outcome == outcome.number());
        of.map(|(_, times)| times).sum()
    };
    assert_eq!(
        [Outcome::Shown, Outcome::Returning, Outcome::Added].map(of),
        [1, 1, 1]
    );
    let told = house
        .read(&guest, move |tx, _| {
            desk::receipt::find(tx, corp, shown.seq)
        })
        .await
        .unwrap();
    assert_eq!(told.pools[0].chosen, Some(shown.member));
    assert_eq!(told.pools[0].candidates[0].0, shown.member);
}

async fn a_place_lapses_and_is_used_once(store: TestStore) {
    let house = House::new(&store).await;
    awake(&house, &["chen"]).await;
    let plan = Plan::simple("一人", Strategy::RoundRobin, vec![seat(&house, "chen", 1)]);
    let code = publish(&house, plan).await;
    let first = scan(&house.env, ask(house.corp, code, 1)).await.unwrap();
    let guest = visit_as(&house, 901, "甲").await;
    let other = visit_as(&house, 902, "乙").await;
    assert_eq!(add(&house, &other, code, 2, first.seq).await, Added::Lapsed);
    assert_eq!(
        add(&house, &guest, code, 1, first.seq).await,
        Added::Contacts(first.member)
    );
    assert_eq!(add(&house, &other, code, 1, first.seq).await, Added::Lapsed);
    let second = scan(&house.env, ask(house.corp, code, 2)).await.unwrap();
    house.pass(11 * MINUTE);
    assert_eq!(
        add(&house, &other, code, 2, second.seq).await,
        Added::Lapsed
    );
    let third = scan(&house.env, ask(house.corp, code, 2)).await.unwrap();
    assert_eq!(
        add(&house, &other, code, 2, third.seq).await,
        Added::Contacts(third.member)
    );
}

async fn many_at_once_on_two_nodes_have_exact_shares(store: TestStore) {
    let house = House::new(&store).await;
    let named = [("lin", 5), ("chen", 3), ("wang", 2), ("zhao", 1)];
    awake(&house, &named.map(|(userid, _)| userid)).await;
    let seats = named.map(|(userid, weight)| seat(&house, userid, weight));
    let code = publish(
        &house,
        Plan::simple("加权", Strategy::Weighted, seats.to_vec()),
    )
    .await;
    let nodes = [Arc::clone(&house.env), second(&house, &store).await];
    let clients: Vec<_> = (0..64_u128)
        .map(|client| {
            let (env, corp) = (Arc::clone(&nodes[client as usize % 2]), house.corp);
            tokio::spawn(async move {
                let mut met = Vec::new();
                for turn in 0..25 {
                    let visitor = client * 1000 + turn;
                    met.push(scan(&env, ask(corp, code, visitor)).await.unwrap());
                }
                met
            })
        })
        .collect();
    let mut acknowledged = FxHashMap::default();
    for client in clients {
        for shown in client.await.unwrap() {
            assert!(acknowledged.insert(shown.seq, shown.member).is_none());
        }
    }
    assert_eq!(acknowledged.len(), 64 * 25);
    // In the order of the log, each is at every moment within one of his share.
    let mut had = FxHashMap::<MemberId, u32>::default();
    let mut scans = 0_u32;
    for row in log(&house.env, house.corp).await {
        if let Entry::Scanned(_) = row.logged.entry {
            scans += 1;
            *had.entry(acknowledged[&row.seq]).or_default() += 1;
            for (userid, weight) in named {
                let exact = f64::from(scans) * f64::from(weight) / 11.0;
                let had = had.get(&house.id(userid)).copied().unwrap_or(0);
                assert!(
                    (f64::from(had) - exact).abs() < 1.0,
                    "{userid}: {had} of {scans}"
                );
            }
        }
    }
    assert_eq!(
        scans,
        64 * 25,
        "every acknowledged scan is stored, and no other"
    );
}

async fn caps_hold_while_many_scan_and_add(store: TestStore) {
    let house = House::new(&store).await;
    let userids = ["lin", "chen", "wang"];
    awake(&house, &userids).await;
    let seats = userids.map(|userid| Seat {
        daily_cap: Some(4),
        ..seat(&house, userid, 1)
    });
    let code = publish(
        &house,
        Plan::simple("上限", Strategy::RoundRobin, seats.to_vec()),
    )
    .await;
    let mut guests = Vec::new();
    for number in 0..16 {
        guests.push(visit_as(&house, 910 + number, "客").await);
    }
    let scans: Vec<_> = (0..16_u128)
        .map(|visitor| {
            let (env, corp) = (Arc::clone(&house.env), house.corp);
            tokio::spawn(async move { scan(&env, ask(corp, code, visitor)).await })
        })
        .collect();
    let mut shown = Vec::new();
    for scanned in scans {
        shown.push(scanned.await.unwrap());
    }
    assert_eq!(shown.iter().flatten().count(), 12);
    let mut met = FxHashMap::<MemberId, u32>::default();
    for (visitor, (guest, shown)) in guests.iter().zip(&shown).enumerate() {
        if let Some(shown) = shown {
            let added = add(&house, guest, code, visitor as u128, shown.seq).await;
            assert_eq!(added, Added::Contacts(shown.member));
            *met.entry(shown.member).or_default() += 1;
        }
    }
    assert!(met.values().all(|met| *met == 4));
    // What was added stays counted when all places have lapsed, and the next day begins anew.
    house.pass(30 * MINUTE);
    assert!(scan(&house.env, ask(house.corp, code, 100)).await.is_none());
    house.pass(24 * 60 * MINUTE);
    assert!(scan(&house.env, ask(house.corp, code, 100)).await.is_some());
}

async fn nobody_is_led_to_one_who_has_left(store: TestStore) {
    let house = House::new(&store).await;
    awake(&house, &["chen", "wang"]).await;
    let seats = vec![seat(&house, "chen", 1), seat(&house, "wang", 1)];
    let code = publish(&house, Plan::simple("离职", Strategy::RoundRobin, seats)).await;
    let mut before = Vec::new();
    for visitor in 0..4 {
        before.push(
            scan(&house.env, ask(house.corp, code, visitor))
                .await
                .unwrap(),
        );
    }
    let guest = visit_as(&house, 930, "客").await;
    let owner = house.cx("owner").await;
    let rush: Vec<_> = (100..200_u128)
        .map(|visitor| {
            let (env, corp) = (Arc::clone(&house.env), house.corp);
            tokio::spawn(async move { scan(&env, ask(corp, code, visitor)).await })
        })
        .collect();
    let chen = house.id("chen");
    house
        .write(&owner, move |tx, cx| {
            member::change(tx, cx, chen, Change::Leave)
        })
        .await
        .unwrap();
    for visitor in 200..260 {
        let shown = scan(&house.env, ask(house.corp, code, visitor))
            .await
            .unwrap();
        assert_eq!(shown.member, house.id("wang"));
    }
    for scanned in rush {
        assert!(scanned.await.unwrap().is_some());
    }
    let (visitor, led) = before
        .iter()
        .enumerate()
        .find(|(_, shown)| shown.member == chen)
        .unwrap();
    assert_eq!(
        add(&house, &guest, code, visitor as u128, led.seq).await,
        Added::Lapsed
    );
}

async fn pools_of_departments_follow_the_directory(store: TestStore) {
    let house = House::new(&store).await;
    awake(&house, &["chen", "wang", "zhao"]).await;
    let seats = vec![Seat::of(Who::Department(STORE))];
    let code = publish(&house, Plan::simple("部门", Strategy::RoundRobin, seats)).await;
    let mut met = std::collections::BTreeSet::new();
    for visitor in 0..4 {
        met.insert(
            scan(&house.env, ask(house.corp, code, visitor))
                .await
                .unwrap()
                .member,
        );
    }
    assert_eq!(met, [house.id("chen"), house.id("wang")].into());
    let owner = house.cx("owner").await;
    let zhao = house.id("zhao");
    house
        .write(&owner, move |tx, cx| {
            member::move_many(tx, cx, &[zhao], None, STORE).map(drop)
        })
        .await
        .unwrap();
    for visitor in 10..16 {
        met.insert(
            scan(&house.env, ask(house.corp, code, visitor))
                .await
                .unwrap()
                .member,
        );
    }
    assert!(met.contains(&zhao));
}

/// A node of its own on the same store, which has read nothing yet.
pub(crate) async fn another(house: &House, store: &TestStore) -> Arc<Env> {
    let env = Env::new(
        (**store).clone(),
        Arc::clone(&house.env.clock),
        Arc::new(SystemChance),
        Arc::new(KeptSms::default()),
    );
    env.await.unwrap()
}

async fn a_node_that_starts_knows_what_another_decided(store: TestStore) {
    let house = House::new(&store).await;
    awake(&house, &["chen", "wang"]).await;
    let seats = vec![seat(&house, "chen", 1), seat(&house, "wang", 1)];
    let code = publish(&house, Plan::simple("重启", Strategy::RoundRobin, seats)).await;
    let first = scan(&house.env, ask(house.corp, code, 1)).await.unwrap();
    let fresh = another(&house, &store).await;
    let again = scan(&fresh, ask(house.corp, code, 1)).await.unwrap();
    assert_eq!((again.member, again.reason), (first.member, Reason::Held));
    let other = scan(&fresh, ask(house.corp, code, 2)).await.unwrap();
    assert_ne!(other.member, first.member);
    // And the first node hears of it.
    let held = scan(&house.env, ask(house.corp, code, 2)).await.unwrap();
    assert_eq!((held.member, held.reason), (other.member, Reason::Held));
}
