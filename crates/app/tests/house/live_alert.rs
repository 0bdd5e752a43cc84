//! Alerts of live codes: they open once, close by themselves, and are seen; and what endpoints are told of codes and conversations.

use std::sync::Arc;

use guanxi_app::{
    Env, Error, Result, conversation, live_alert,
    live_code::{self, desk, own},
    webhook::schema,
};
use guanxi_model::{
    id::LiveCodeId,
    live_code::{
        alert::{CALM_MS, Kind},
        plan::Plan,
        pool::Strategy,
    },
    role::Right,
    webhook::Choice,
};
use guanxi_store::{self as store, testing::TestStore};
use serde_json::Value;

use crate::{
    live_desk::{add, ask, awake, publish, scan, seat, second},
    qr_code::visit_as,
    support::{House, MINUTE},
    webhook,
};

guanxi_store::both_engines!(
    an_alert_opens_once_and_closes_after_a_while_of_quiet,
    an_alert_is_seen_by_who_looks_after_codes,
    endpoints_are_told_of_codes_alerts_and_conversations,
);

/// What the job does in a round.
async fn round(house: &House, env: &Arc<Env>) -> usize {
    let (cx, corp) = (env.job("alert"), house.corp);
    let read = env.store.read(move |tx| live_alert::look(tx, &cx, corp));
    let changes = read.await.unwrap();
    let (cx, count) = (env.job("alert"), changes.len());
    let write = env
        .store
        .write(move |tx| live_alert::apply(tx, &cx, corp, &changes));
    write.await.unwrap();
    count
}

async fn open(house: &House) -> Vec<(LiveCodeId, Kind, bool)> {
    let owner = house.cx("owner").await;
    let read = house.read(&owner, |tx, cx| {
        let me = cx.me(tx)?;
        live_alert::open(tx, &me, None)
    });
    let all = read.await.unwrap().into_iter();
    all.map(|one| {
        let alert = one.alert;
        (alert.code, alert.kind, alert.calm_since_ms.is_some())
    })
    .collect()
}

/// A code of one member, who switches himself off.
async fn deserted(house: &House) -> LiveCodeId {
    awake(house, &["chen"]).await;
    let plan = Plan::simple("门店", Strategy::RoundRobin, vec![seat(house, "chen", 1)]);
    let code = publish(house, plan).await;
    rest(house, true).await;
    code
}

async fn rest(house: &House, is_off: bool) {
    let chen = house.cx("chen").await;
    let done = house.write(&chen, move |tx, cx| {
        if is_off {
            own::switch_off(tx, cx, None)
        } else {
            own::switch_on(tx, cx)
        }
    });
    done.await.unwrap();
}

async fn an_alert_opens_once_and_closes_after_a_while_of_quiet(store: TestStore) {
    let house = House::new(&store).await;
    let code = deserted(&house).await;
    let other = second(&house, &store).await;
    // Two nodes see it at the same time.
    let (cx, corp) = (house.env.job("alert"), house.corp);
    let read = house
        .env
        .store
        .read(move |tx| live_alert::look(tx, &cx, corp));
    let late = read.await.unwrap();
    assert_eq!(round(&house, &other).await, 1);
    let cx = house.env.job("alert");
    let write = house
        .env
        .store
        .write(move |tx| live_alert::apply(tx, &cx, corp, &late));
    write.await.unwrap();
    assert_eq!(open(&house).await, [(code, Kind::Deserted, false)]);
    assert_eq!(round(&house, &house.env).await, 0, "nothing new");

    rest(&house, false).await;
    assert_eq!(round(&house, &house.env).await, 1);
    assert_eq!(open(&house).await, [(code, Kind::Deserted, true)]);
    house.pass(CALM_MS - 1000);
    rest(&house, true).await;
    assert_eq!(round(&house, &house.env).await, 1);
    assert_eq!(open(&house).await, [(code, Kind::Deserted, false)]);
    rest(&house, false).await;
    round(&house, &house.env).await;
    house.pass(CALM_MS);
    round(&house, &house.env).await;
    assert_eq!(open(&house).await, []);

    // Whoever pauses a code wants no waiting.
    rest(&house, true).await;
    round(&house, &house.env).await;
    assert_eq!(open(&house).await.len(), 1);
    let owner = house.cx("owner").await;
    let paused = house.write(&owner, move |tx, cx| live_code::pause(tx, cx, code));
    paused.await.unwrap();
    round(&house, &house.env).await;
    assert_eq!(open(&house).await, []);
    let past = house.read(&owner, |tx, cx| {
        let me = cx.me(tx)?;
        live_alert::past(tx, &me, None, 10)
    });
    assert_eq!(past.await.unwrap().len(), 2);
}

async fn an_alert_is_seen_by_who_looks_after_codes(store: TestStore) {
    let house = House::new(&store).await;
    deserted(&house).await;
    round(&house, &house.env).await;
    let (owner, chen) = (house.cx("owner").await, house.cx("chen").await);
    let read = house.read(&owner, |tx, cx| {
        let me = cx.me(tx)?;
        assert_eq!(live_alert::count_new(tx, &me)?, 1);
        live_alert::open(tx, &me, None)
    });
    let id = read.await.unwrap()[0].alert.id;
    let denied = house.write(&chen, move |tx, cx| live_alert::see(tx, cx, id));
    let right = Right::EditCodes;
    assert_eq!(denied.await, Err(Error::Forbidden { right }));
    for _ in 0..2 {
        let seen = house.write(&owner, move |tx, cx| live_alert::see(tx, cx, id));
        seen.await.unwrap();
    }
    let read = house.read(&owner, |tx, cx| {
        let me = cx.me(tx)?;
        let noted: i64 = tx.get(
            "SELECT count(*) FROM audit WHERE action = 'live_code.alert_seen'",
            store::params![],
            |row| row.get(0),
        )?;
        assert_eq!(noted, 1);
        assert_eq!(live_alert::count_new(tx, &me)?, 0);
        live_alert::open(tx, &me, None)
    });
    let seen = read.await.unwrap();
    assert!(seen[0].seen_by.is_some(), "{seen:?}");
}

/// Tells of broken promises as the job does.
async fn tell_missed(house: &House) -> usize {
    let now_ms = house.now_ms();
    let write = house.write(house.job(), move |tx, cx| -> Result<usize> {
        let missed = store::conversation::missed(tx, 0, now_ms, 10)?;
        for own in &missed {
            conversation::miss(tx, cx, own.corp, &own.conversation)?;
        }
        Ok(missed.len())
    });
    write.await.unwrap()
}

async fn endpoints_are_told_of_codes_alerts_and_conversations(store: TestStore) {
    let house = House::new(&store).await;
    let owner = house.cx("owner").await;
    let hook = webhook::make(&house, &owner, Choice::All).await.id;
    awake(&house, &["chen", "wang"]).await;
    let seats = ["chen", "wang"].map(|userid| seat(&house, userid, 1));
    let mut plan = Plan::simple("门店", Strategy::RoundRobin, seats.to_vec());
    plan.promise = true;
    let code = publish(&house, plan).await;
    let shown = scan(&house.env, ask(house.corp, code, 5)).await.unwrap();
    let guest = visit_as(&house, 900, "何生").await;
    add(&house, &guest, code, 5, shown.seq).await;
    let talks = house.read(&guest, conversation::list_own).await;
    let talk = talks.unwrap()[0].conversation.id;
    let said = house.write(&guest, move |tx, cx| {
        conversation::ask(tx, cx, talk, "机密的问题")
    });
    said.await.unwrap();
    house.pass(60 * MINUTE);
    assert_eq!(tell_missed(&house).await, 1);
    assert_eq!(tell_missed(&house).await, 0, "told once");
    round(&house, &house.env).await;
    assert!(open(&house).await.contains(&(code, Kind::Overdue, false)));
    let member = if shown.member == house.id("chen") {
        ["chen", "wang"]
    } else {
        ["wang", "chen"]
    };
    let mine = house.cx(member[0]).await;
    let done = house.write(&mine, move |tx, cx| {
        conversation::say(tx, cx, talk, "机密的回答！")?;
        conversation::resolve(tx, cx, talk)?;
        conversation::reopen(tx, cx, talk)
    });
    done.await.unwrap();
    assert_eq!(tell_missed(&house).await, 0, "answering late is no news");
    let to = house.id(member[1]);
    let handed = house.write(&mine, move |tx, cx| {
        conversation::hand_over(tx, cx, talk, to)
    });
    handed.await.unwrap();
    round(&house, &house.env).await;
    house.pass(CALM_MS);
    round(&house, &house.env).await;
    let closed = house.write(&owner, move |tx, cx| {
        live_code::pause(tx, cx, code)?;
        live_code::resume(tx, cx, code)?;
        live_code::delete(tx, cx, code)?;
        live_code::restore(tx, cx, code)
    });
    closed.await.unwrap();
    desk::settle(&house.env, house.corp).await.unwrap();

    let expected = [
        "live_code.published",
        "live_code.added",
        "conversation.started",
        "conversation.message",
        "conversation.promise_broken",
        "live_alert.opened",
        "conversation.message",
        "conversation.closed",
        "conversation.reopened",
        "conversation.handed_over",
        "live_alert.closed",
        "live_code.paused",
        "live_code.resumed",
        "live_code.deleted",
        "live_code.restored",
    ];
    webhook::spread(&house, &owner, hook, expected.len() + 3).await;
    let mut told = webhook::deliveries(&house, &owner, hook).await;
    for _ in 0..500 {
        if told.iter().any(|one| one.name == "live_code.restored") {
            break;
        }
        webhook::spread(&house, &owner, hook, told.len()).await;
        told = webhook::deliveries(&house, &owner, hook).await;
    }
    let names: Vec<&str> = told.iter().map(|one| one.name.as_str()).collect();
    for name in expected {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
    for one in &told {
        assert_agreed(one, code, member);
    }
}

/// Whether a message is as its schema says, and tells what it may; `member` are who answered and who took over.
fn assert_agreed(one: &store::webhook::delivery::Delivery, code: LiveCodeId, member: [&str; 2]) {
    let schema = schema::schema();
    assert!(!one.body.contains("机密"), "{}", one.body);
    let body: Value = serde_json::from_str(&one.body).unwrap();
    let kind = &schema["$defs"][one.name.as_str()];
    webhook::payload::check(kind, &schema, &body, &one.name).unwrap();
    let data = &body["data"];
    match one.name.as_str() {
        "conversation.message" if data["from"] == "customer" => assert_eq!(data["length"], 5),
        "conversation.message" => assert_eq!(data["length"], 6),
        "conversation.handed_over" => {
            assert_eq!(data["handed_from"]["userid"], member[0]);
            assert_eq!(data["member"]["userid"], member[1]);
        }
        "live_alert.opened" => assert!(data["closed_at"].is_null()),
        "live_code.added" => assert_eq!(data["live_code"]["id"], code.to_string()),
        _ => {}
    }
    if one.name.starts_with("conversation.") {
        assert!(data["external_userid"].is_string(), "{}", one.body);
    }
}
