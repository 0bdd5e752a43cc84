//! Endpoints: who manages them, what they are told and what never.

pub(crate) mod payload;
mod sending;

use std::time::Duration;

use guanxi_app::{
    Cx, Error, contact, corp, department, request,
    webhook::{self, spread},
};
use guanxi_model::{
    department::ROOT,
    id::HookId,
    request::AddWay,
    role::Right,
    webhook::{Choice, Kind, Standing, Terms, Webhook},
};
use guanxi_store::{
    testing::TestStore,
    webhook::delivery::{Delivery, Filter},
};
use serde_json::Value;

use crate::support::{DAY, House, MINUTE};

guanxi_store::both_engines!(
    an_endpoint_is_told_what_happens_and_nothing_that_is_private,
    only_those_with_the_right_manage_endpoints,
    an_endpoint_is_changed_paused_deleted_and_restored,
    an_endpoint_hears_only_of_what_comes_after_it,
    two_nodes_make_each_message_once,
);

fn terms(events: Choice) -> Terms {
    Terms {
        url: "https://hooks.example.com/in?key=1".into(),
        description: "CRM".into(),
        events,
    }
}

pub(crate) async fn make(house: &House, cx: &Cx, events: Choice) -> Webhook {
    // What has just happened is before it by the clock too.
    house.pass(1);
    let made = house.write(cx, move |tx, cx| {
        webhook::create(tx, cx, terms(events.clone()))
    });
    made.await.unwrap()
}

/// Makes messages until an endpoint has so many. A transaction of anybody on the same server holds events back for a while.
pub(crate) async fn spread(house: &House, cx: &Cx, id: HookId, count: usize) {
    let mut ticks = tokio::time::interval(Duration::from_millis(10));
    for _ in 0..2000 {
        spread::step(&house.env).await.unwrap();
        if deliveries(house, cx, id).await.len() >= count {
            return;
        }
        ticks.tick().await;
    }
    panic!("fewer than {count} messages were made");
}

pub(crate) async fn deliveries(house: &House, cx: &Cx, id: HookId) -> Vec<Delivery> {
    let read = house.read(cx, move |tx, cx| {
        let me = cx.me(tx)?;
        webhook::list_deliveries(tx, &me, id, Filter::default(), None, 500)
    });
    let mut all = read.await.unwrap();
    all.sort_by_key(|delivery| delivery.place);
    all
}

/// How many messages stand where.
struct Counted {
    waiting: usize,
    taken: usize,
    dead: usize,
}

async fn counts(house: &House, cx: &Cx, id: HookId) -> Counted {
    let all = deliveries(house, cx, id).await;
    let of = |standing| all.iter().filter(|one| one.standing == standing).count();
    let counted = Counted {
        waiting: of(Standing::Waiting),
        taken: of(Standing::Taken),
        dead: of(Standing::Dead),
    };
    let read = house.read(cx, move |tx, cx| {
        let me = cx.me(tx)?;
        webhook::find(tx, &me, id)
    });
    let told = read.await.unwrap().counts;
    // Another transaction may have come between.
    let again = deliveries(house, cx, id).await;
    if again == all {
        assert_eq!(told.waiting as usize, counted.waiting);
        assert_eq!(told.dead as usize, counted.dead);
    }
    counted
}

async fn names(house: &House, cx: &Cx, id: HookId) -> Vec<String> {
    let all = deliveries(house, cx, id).await;
    all.into_iter().map(|delivery| delivery.name).collect()
}

async fn ask(house: &House, from: &Cx, to: &str) -> guanxi_model::id::RequestId {
    let ask = contact::Ask {
        recipient: house.id(to),
        message: "机密的验证信息".into(),
        add_way: AddWay::Colleague,
    };
    let asked = house.write(from, move |tx, cx| contact::ask(tx, cx, &ask));
    match asked.await.unwrap() {
        contact::Outcome::Asked(id) => id,
        other => panic!("{other:?}"),
    }
}

async fn rename(house: &House, owner: &Cx, userid: &str, name: String) {
    let id = house.id(userid);
    let renamed = house.write(owner, move |tx, cx| {
        let found = guanxi_store::member::find(tx, cx.account()?.0, id)?;
        let mut profile = found.unwrap().profile;
        profile.name.clone_from(&name);
        guanxi_app::member::update(tx, cx, id, profile)
    });
    renamed.await.unwrap();
}

async fn an_endpoint_is_told_what_happens_and_nothing_that_is_private(store: TestStore) {
    let house = House::new(&store).await;
    let (owner, chen, wang, zhao) = (
        house.cx("owner").await,
        house.cx("chen").await,
        house.cx("wang").await,
        house.cx("zhao").await,
    );
    let hook = make(&house, &owner, Choice::All).await;
    let request = ask(&house, &chen, "wang").await;
    let accepted = house.write(&wang, move |tx, cx| request::accept(tx, cx, request));
    accepted.await.unwrap();
    let (peer, blocked) = (house.id("wang"), house.id("zhao"));
    house
        .write(&chen, move |tx, cx| {
            contact::note(tx, cx, peer, "秘密备注", &["重要标签".into()], true)?;
            contact::block(tx, cx, blocked)
        })
        .await
        .unwrap();
    // He is not told that he is blocked, and nobody else is either.
    ask(&house, &zhao, "chen").await;
    house
        .write(&owner, |tx, cx| {
            department::create(tx, cx, ROOT, "市场部", 0)?;
            corp::change(tx, cx, |old| Ok(("新名字".into(), old.settings.clone())))
        })
        .await
        .unwrap();
    spread(&house, &owner, hook.id, 6).await;
    let all = deliveries(&house, &owner, hook.id).await;
    let told: Vec<&str> = all.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(
        told,
        [
            "webhook.changed",
            "request.sent",
            "request.accepted",
            "contact.made",
            "department.changed",
            "settings.changed"
        ]
    );
    for one in &all {
        for secret in ["机密", "秘密备注", "重要标签", "block", "silenced"] {
            assert!(!one.body.contains(secret), "{}", one.body);
        }
    }
    let body: Value = serde_json::from_str(&all[1].body).unwrap();
    assert_eq!(body["data"]["sender"]["userid"], "chen");
    assert_eq!(body["data"]["recipient"]["userid"], "wang");
    assert_eq!(body["data"]["request"], request.to_string());
    let later: Value = serde_json::from_str(&all[2].body).unwrap();
    assert_eq!(later["subject"], body["subject"]);
    assert!(later["sequence"].as_i64() > body["sequence"].as_i64());
}

type Act = fn(&mut guanxi_store::Tx<'_>, &Cx, HookId) -> guanxi_app::Result<()>;

async fn only_those_with_the_right_manage_endpoints(store: TestStore) {
    let house = House::new(&store).await;
    let (owner, chen) = (house.cx("owner").await, house.cx("chen").await);
    let hook = make(&house, &owner, Choice::All).await.id;
    let forbidden = Err(Error::Forbidden {
        right: Right::EditWebhooks,
    });
    let acts: [Act; 7] = [
        |tx, cx, _| webhook::create(tx, cx, terms(Choice::All)).map(drop),
        |tx, cx, id| webhook::change(tx, cx, id, terms(Choice::All)).map(drop),
        |tx, cx, id| webhook::rotate(tx, cx, id).map(drop),
        |tx, cx, id| webhook::delete(tx, cx, id).map(drop),
        |tx, cx, id| webhook::send_example(tx, cx, id).map(drop),
        |tx, cx, id| webhook::send_all_again(tx, cx, id).map(drop),
        |tx, cx, id| {
            let me = cx.me(tx)?;
            webhook::list_deliveries(tx, &me, id, Filter::default(), None, 1).map(drop)
        },
    ];
    for act in acts {
        let done = house.write(&chen, move |tx, cx| act(tx, cx, hook)).await;
        assert_eq!(done, forbidden);
    }
    let bad = house.write(&owner, |tx, cx| {
        let terms = Terms {
            url: "http://10.0.0.1/".into(),
            ..terms(Choice::All)
        };
        webhook::create(tx, cx, terms)
    });
    assert_eq!(
        bad.await.unwrap_err(),
        Error::invalid("url", "url_unencrypted")
    );
}

async fn an_endpoint_is_changed_paused_deleted_and_restored(store: TestStore) {
    let house = House::new(&store).await;
    let (owner, chen) = (house.cx("owner").await, house.cx("chen").await);
    let hook = make(&house, &owner, Choice::All).await;
    let id = hook.id;
    let rotated = house.write(&owner, move |tx, cx| webhook::rotate(tx, cx, id));
    let rotated = rotated.await.unwrap();
    assert_ne!(rotated.secret, hook.secret);
    assert_eq!(rotated.keys(house.now_ms()).count(), 2);
    assert_eq!(rotated.keys(house.now_ms() + DAY).count(), 1);
    let some = Choice::Some(vec![Kind::MemberChanged]);
    let chosen = some.clone();
    house
        .write(&owner, move |tx, cx| {
            webhook::change(tx, cx, id, terms(chosen.clone()))?;
            webhook::pause(tx, cx, id)
        })
        .await
        .unwrap();
    rename(&house, &owner, "sun", "孙小立".into()).await;
    ask(&house, &chen, "wang").await;
    spread(&house, &owner, id, 1).await;
    // What was chosen goes on being kept while the endpoint is paused.
    assert_eq!(names(&house, &owner, id).await, ["member.changed"]);
    assert_eq!(counts(&house, &owner, id).await.waiting, 1);
    house
        .write(&owner, move |tx, cx| webhook::delete(tx, cx, id))
        .await
        .unwrap();
    let found = house.read(&owner, move |tx, cx| {
        let me = cx.me(tx)?;
        webhook::find(tx, &me, id)
    });
    assert_eq!(found.await.unwrap_err(), Error::not_found("webhook"));
    house.pass(9 * MINUTE);
    let restored = house.write(&owner, move |tx, cx| webhook::restore(tx, cx, id));
    assert_eq!(restored.await.unwrap().terms.events, some);
    assert_eq!(counts(&house, &owner, id).await.waiting, 1);
    house
        .write(&owner, move |tx, cx| webhook::delete(tx, cx, id))
        .await
        .unwrap();
    house.pass(11 * MINUTE);
    let late = house.write(&owner, move |tx, cx| webhook::restore(tx, cx, id));
    assert!(matches!(late.await, Err(Error::Refused(_))));
}

async fn an_endpoint_hears_only_of_what_comes_after_it(store: TestStore) {
    let house = House::new(&store).await;
    let owner = house.cx("owner").await;
    rename(&house, &owner, "sun", "孙一".into()).await;
    house.pass(1);
    let members = Choice::Some(vec![Kind::MemberChanged]);
    let first = make(&house, &owner, members.clone()).await.id;
    house.pass(1);
    rename(&house, &owner, "sun", "孙二".into()).await;
    house.pass(1);
    let second = make(&house, &owner, members).await.id;
    house.pass(1);
    rename(&house, &owner, "sun", "孙三".into()).await;
    spread(&house, &owner, first, 2).await;
    assert_eq!(names(&house, &owner, first).await.len(), 2);
    assert_eq!(names(&house, &owner, second).await.len(), 1);
}

async fn two_nodes_make_each_message_once(store: TestStore) {
    let house = House::new(&store).await;
    let owner = house.cx("owner").await;
    let hook = make(&house, &owner, Choice::Some(vec![Kind::MemberChanged]))
        .await
        .id;
    for round in 0..20 {
        rename(&house, &owner, "sun", format!("孙{round}")).await;
        let (one, other) = tokio::join!(spread::step(&house.env), spread::step(&house.env));
        for outcome in [one, other] {
            assert!(
                matches!(
                    outcome,
                    Ok(_) | Err(Error::Conflict { .. } | Error::Busy(_))
                ),
                "{outcome:?}"
            );
        }
    }
    spread(&house, &owner, hook, 20).await;
    let all = deliveries(&house, &owner, hook).await;
    assert_eq!(all.len(), 20);
    assert!(all.windows(2).all(|pair| pair[0].place < pair[1].place));
}
