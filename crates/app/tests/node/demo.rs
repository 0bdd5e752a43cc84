//! The demo as it stands in the database.

use std::{collections::HashSet, time::Instant};

use guanxi_app::{
    demo,
    directory::{self, Search},
};
use guanxi_model::{
    corp,
    id::{CorpId, RequestId},
    member::Status,
    party::Party,
};
use guanxi_store::{self as store, member::Member, testing::TestStore};

use crate::{MORNING, node, read, verified};

guanxi_store::both_engines!(the_demo_is_whole, she_finds_whom_she_may_see);

/// All corps with their members.
async fn corps(env: &guanxi_app::Env) -> Vec<(store::corp::Corp, Vec<Member>)> {
    read(env, |tx| {
        let corps = store::corp::list(tx)?.into_iter();
        corps
            .map(|corp| {
                let members = store::member::list_all(tx, corp.id)?;
                Ok((corp, members))
            })
            .collect()
    })
    .await
}

fn member<'a>(members: &'a [Member], userid: &str) -> &'a Member {
    members.iter().find(|m| m.profile.userid == userid).unwrap()
}

fn party(corp: CorpId, member: &Member) -> Party {
    Party::Member {
        corp,
        id: member.id,
    }
}

async fn the_demo_is_whole(store: TestStore) {
    let (env, _) = node((*store).clone()).await;
    let started = Instant::now();
    let first = demo::fill(&env).await.unwrap();
    eprintln!("filled in {:?}", started.elapsed());
    assert!(first.is_new);
    let again = demo::fill(&env).await.unwrap();
    assert!(!again.is_new, "the second time nothing is written");
    assert_eq!(again.guests, first.guests);

    let corps = corps(&env).await;
    let sizes: Vec<(&str, usize)> = corps
        .iter()
        .map(|(corp, members)| (corp.name.as_str(), members.len()))
        .collect();
    let mut sorted = sizes.clone();
    sorted.sort_by_key(|(_, size)| *size);
    assert_eq!(
        sorted,
        [
            ("Northwind Interiors", 45),
            ("南岭木业", 120),
            ("青禾家居", 2000)
        ]
    );
    for (corp, members) in &corps {
        assert!(verified(&env, corp.id).await > 100, "{}", corp.name);
        let unknown = members
            .iter()
            .filter(|m| m.person.is_none() && m.status != Status::NotActivated);
        assert_eq!(unknown.count(), 0);
        assert!(
            members
                .iter()
                .all(|m| (m.status == Status::Left) == m.left_at_ms.is_some())
        );
    }
    everybody_can_sign_in(&env, &first).await;
    her_day(&env, &corps).await;
    departments_go_on(&env, &corps).await;
}

async fn everybody_can_sign_in(env: &guanxi_app::Env, summary: &demo::Summary) {
    for guest in &summary.guests {
        let mobile = guest.mobile;
        let (person, accounts) = read(env, move |tx| {
            let person = store::person::find_by_mobile(tx, mobile)?.unwrap();
            let accounts = store::member::list_by_person(tx, person.id)?;
            Ok((person, accounts))
        })
        .await;
        assert_eq!(person.name, guest.name);
        let wanted = match guest.name {
            "何嘉明" => 2,
            "白露" => 0,
            _ => 1,
        };
        assert_eq!(accounts.len(), wanted, "{}", guest.name);
        assert!(accounts.iter().all(|(_, m)| m.status == Status::Active));
    }
}

async fn her_day(env: &guanxi_app::Env, corps: &[(store::corp::Corp, Vec<Member>)]) {
    let (corp, members) = corps
        .iter()
        .find(|(_, members)| members.len() == 2000)
        .unwrap();
    let id = corp.id;
    let her = party(id, member(members, "linzhixia"));
    let from = party(id, member(members, "zhengshaojun"));
    let last = RequestId::from_u128(u128::MAX);
    let (waiting, sent, contacts, asks, all) = read(env, move |tx| {
        let mut all = 0;
        for member in store::member::list_all(tx, id)? {
            all += store::contact::count(tx, party(id, &member))?;
        }
        Ok((
            store::request::received(tx, her, last, MORNING, 100)?,
            store::request::sent_pending(tx, her, MORNING, 100)?,
            store::contact::list(tx, her)?,
            store::find_ask::count_open(tx, id)?,
            all,
        ))
    })
    .await;
    assert_eq!(waiting[0].sender, from);
    assert_eq!(waiting[0].message, "华南大区郑少军，想请教样板间的报价方式");
    assert_eq!(MORNING - waiting[0].created_at_ms, 5 * 60_000);
    assert!(
        waiting.len() >= 4 && sent.len() >= 2,
        "{} {}",
        waiting.len(),
        sent.len()
    );
    assert!(contacts.len() >= 8 && contacts.iter().any(|c| c.starred && !c.tags.is_empty()));
    assert_eq!(asks, 1);
    assert!(all >= 6_000, "{all} sides of contacts");
}

/// Numbers of new departments follow those of the demo.
async fn departments_go_on(env: &guanxi_app::Env, corps: &[(store::corp::Corp, Vec<Member>)]) {
    for (corp, _) in corps {
        let id = corp.id;
        let write = env.store.write(move |tx| -> store::Result<_> {
            Ok((
                store::corp::take_department_number(tx, id)?,
                store::department::list(tx, id)?.len() as i64,
            ))
        });
        let (next, count) = write.await.unwrap();
        assert_eq!(next, count + 1);
    }
}

async fn she_finds_whom_she_may_see(store: TestStore) {
    let (env, _) = node((*store).clone()).await;
    demo::fill(&env).await.unwrap();
    let corpid = corp::corpid(0x7169_6e67_6865_0001);
    let corp = read(&env, move |tx| store::corp::find_by_corpid(tx, &corpid)).await;
    let corp = corp.unwrap().id;
    let started = Instant::now();
    let (directory, state) = directory::open(&env, corp).await.unwrap();
    eprintln!(
        "{} members searchable after {:?}",
        directory.len(),
        started.elapsed()
    );
    let corps = corps(&env).await;
    let (_, members) = corps.iter().find(|(c, _)| c.id == corp).unwrap();
    let cx = env.job("test");
    let found = |viewer: &str, text: &str| -> HashSet<String> {
        let lens = directory
            .lens(&cx, &state, member(members, viewer).id)
            .unwrap();
        let search = Search {
            text,
            limit: 200,
            ..Search::default()
        };
        let results = directory.search(&lens, &search);
        results
            .found
            .into_iter()
            .map(|found| found.entry.name)
            .collect()
    };
    assert!(found("linzhixia", "shanliqun").contains("单立群"));
    assert!(!found("linzhixia", "单丽群").contains("单丽群"));
    assert!(
        found("zhangshumin", "单丽群").contains("单丽群"),
        "a permission lets her"
    );
    assert!(
        found("ouyanglei", "单丽群").contains("单丽群"),
        "IT is an exception"
    );
    assert!(!found("linzhixia", "司马文澜").contains("司马文澜"));
    assert!(found("shangguanyunfan", "司马文澜").contains("司马文澜"));
    for (viewer, target) in [
        ("zhengshaojun", "林知夏"),
        ("linzhixia", "郑少军"),
        ("yuchijing", "林知夏"),
        ("hejiaming", "林知夏"),
        ("linzhixia", "Zara Stein"),
        ("linzhixia", "张思远"),
    ] {
        assert!(
            found(viewer, target).contains(target),
            "{viewer} looks for {target}"
        );
    }
    let zengs = found("linzhixia", "zeng");
    assert!(zengs.contains("曾诗涵"), "{zengs:?}");
}
