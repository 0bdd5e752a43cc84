//! Messages on their way: their order, and what becomes of those that are not taken.

use std::{sync::Arc, time::Duration};

use guanxi_app::{
    Cx, Error, job,
    outside::{Answered, KeptPosts, NoAnswer},
    webhook,
};
use guanxi_model::{
    id::HookId,
    webhook::{Choice, Kind, Standing, State},
};
use guanxi_store::testing::TestStore;
use serde_json::Value;

use super::{counts, deliveries, make, rename, spread};
use crate::support::{HOUR, House};

guanxi_store::both_engines!(
    a_message_that_fails_holds_back_its_subject_alone,
    an_endpoint_that_is_gone_is_switched_off,
    what_nobody_takes_is_given_up_and_sent_again,
    an_example_is_sent_and_old_messages_are_forgotten,
);

/// Waits for what the jobs do on their own.
async fn eventually(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let mut ticks = tokio::time::interval(Duration::from_millis(10));
    for _ in 0..2000 {
        if is_so().await {
            return;
        }
        ticks.tick().await;
    }
    panic!("did not come about: {what}");
}

/// Starts sending, with these answers first.
fn sending(house: &House, plan: Vec<Result<Answered, NoAnswer>>) -> (Arc<KeptPosts>, job::Jobs) {
    let post = Arc::new(KeptPosts::default());
    post.plan.lock().unwrap().extend(plan);
    house.env.post.set(Arc::clone(&post) as _).unwrap();
    (post, job::start(&house.env))
}

fn answer(status: u16) -> Answered {
    Answered {
        status,
        excerpt: b"so it is\n".to_vec(),
        retry_after_ms: None,
    }
}

fn sent(post: &KeptPosts) -> Vec<Value> {
    let sent = post.sent.lock().unwrap();
    sent.iter()
        .map(|one| serde_json::from_str(&one.body).unwrap())
        .collect()
}

async fn a_message_that_fails_holds_back_its_subject_alone(store: TestStore) {
    let house = House::new(&store).await;
    let owner = house.cx("owner").await;
    let hook = make(&house, &owner, Choice::Some(vec![Kind::MemberChanged])).await;
    let id = hook.id;
    // Before anything is sent, so that the order of the first round is known.
    rename(&house, &owner, "sun", "孙一".into()).await;
    spread(&house, &owner, id, 1).await;
    let (post, jobs) = sending(&house, vec![Ok(answer(500))]);
    eventually("the first try failed", async || {
        deliveries(&house, &owner, id).await[0].failures == 1
    })
    .await;
    rename(&house, &owner, "sun", "孙二".into()).await;
    rename(&house, &owner, "qian", "钱二".into()).await;
    eventually("the other subject passes", async || {
        counts(&house, &owner, id).await.taken == 1
    })
    .await;
    let told: Vec<Value> = sent(&post)
        .iter()
        .map(|body| body["data"]["name"].clone())
        .collect();
    assert_eq!(told, ["孙一", "钱二"]);
    house.pass(7_000);
    eventually("all are taken", async || {
        counts(&house, &owner, id).await.taken == 3
    })
    .await;
    let told: Vec<Value> = sent(&post)
        .iter()
        .map(|body| body["data"]["name"].clone())
        .collect();
    assert_eq!(told, ["孙一", "钱二", "孙一", "孙二"]);
    let first = deliveries(&house, &owner, id).await[0].clone();
    let read = house.read(&owner, move |tx, cx| {
        let me = cx.me(tx)?;
        webhook::find_delivery(tx, &me, id, first.id)
    });
    let (found, tries) = read.await.unwrap();
    assert_eq!((found.standing, found.failures), (Standing::Taken, 1));
    let statuses: Vec<_> = tries.iter().map(|one| one.status).collect();
    assert_eq!(statuses, [Some(200), Some(500)]);
    assert_eq!(tries[1].excerpt, "so it is");
    // The same number in each try, and a signature of the secret.
    let messages = post.sent.lock().unwrap().clone();
    let header = |at: usize, name: &str| {
        let found = messages[at].headers.iter().find(|(key, _)| *key == name);
        found.unwrap().1.clone()
    };
    assert_eq!(header(0, "webhook-id"), header(2, "webhook-id"));
    assert_ne!(
        header(0, "webhook-timestamp"),
        header(2, "webhook-timestamp")
    );
    let again = webhook::sign::headers(
        &header(0, "webhook-id"),
        header(0, "webhook-timestamp").parse().unwrap(),
        &messages[0].body,
        std::iter::once(hook.secret.as_slice()),
    );
    assert_eq!(header(0, "webhook-signature"), again[2].1);
    jobs.stop().await;
}

async fn state(house: &House, owner: &Cx, id: HookId) -> State {
    let read = house.read(owner, move |tx, cx| {
        let me = cx.me(tx)?;
        webhook::find(tx, &me, id)
    });
    read.await.unwrap().hook.state
}

async fn an_endpoint_that_is_gone_is_switched_off(store: TestStore) {
    let house = House::new(&store).await;
    let owner = house.cx("owner").await;
    let id = make(&house, &owner, Choice::Some(vec![Kind::MemberChanged]))
        .await
        .id;
    rename(&house, &owner, "sun", "孙一".into()).await;
    rename(&house, &owner, "sun", "孙二".into()).await;
    spread(&house, &owner, id, 2).await;
    let (post, jobs) = sending(&house, vec![Ok(answer(410))]);
    eventually("it is switched off", async || {
        state(&house, &owner, id).await == State::Gone
    })
    .await;
    let counted = counts(&house, &owner, id).await;
    assert_eq!((counted.waiting, counted.dead), (0, 2));
    let off = house.read(&owner, |tx, cx| {
        let me = cx.me(tx)?;
        webhook::count_off(tx, &me)
    });
    assert_eq!(off.await, Ok(1));
    // Nothing is kept for it now.
    rename(&house, &owner, "sun", "孙三".into()).await;
    house
        .write(&owner, move |tx, cx| webhook::resume(tx, cx, id))
        .await
        .unwrap();
    house.pass(1);
    rename(&house, &owner, "sun", "孙四".into()).await;
    let again = house.write(&owner, move |tx, cx| webhook::send_all_again(tx, cx, id));
    assert_eq!(again.await, Ok(2));
    eventually("all are taken", async || {
        let counted = counts(&house, &owner, id).await;
        counted.dead == 0 && counted.taken >= 3
    })
    .await;
    let told = sent(&post);
    let told: Vec<&str> = told
        .iter()
        .filter_map(|body| body["data"]["name"].as_str())
        .collect();
    let of = |name: &str| told.iter().position(|one| *one == name);
    assert!(of("孙一") < of("孙二") && of("孙四").is_some(), "{told:?}");
    jobs.stop().await;
}

async fn what_nobody_takes_is_given_up_and_sent_again(store: TestStore) {
    let house = House::new(&store).await;
    let owner = house.cx("owner").await;
    let id = make(&house, &owner, Choice::Some(vec![Kind::MemberChanged]))
        .await
        .id;
    rename(&house, &owner, "sun", "孙一".into()).await;
    spread(&house, &owner, id, 1).await;
    let plan = (0..40).map(|round| match round % 3 {
        0 => Ok(answer(503)),
        1 => Err(NoAnswer::Timeout),
        _ => Ok(answer(302)),
    });
    let (post, jobs) = sending(&house, plan.collect());
    let mut tries = 0;
    while state(&house, &owner, id).await == State::On {
        tries += 1;
        eventually("another failure", async || {
            deliveries(&house, &owner, id).await[0].failures >= tries
        })
        .await;
        // Longer than any pause.
        house.pass(15 * HOUR);
        assert!(tries < 40, "it is given up in the end");
    }
    assert_eq!(state(&house, &owner, id).await, State::Failing);
    let one = deliveries(&house, &owner, id).await[0].clone();
    assert_eq!(one.standing, Standing::Dead);
    assert!(one.failures >= 5, "{one:?}");
    post.plan.lock().unwrap().clear();
    house
        .write(&owner, move |tx, cx| {
            webhook::resume(tx, cx, id)?;
            webhook::send_again(tx, cx, id, one.id)
        })
        .await
        .unwrap();
    eventually("it is taken", async || {
        counts(&house, &owner, id).await.taken == 1
    })
    .await;
    jobs.stop().await;
}

async fn an_example_is_sent_and_old_messages_are_forgotten(store: TestStore) {
    let house = House::new(&store).await;
    let owner = house.cx("owner").await;
    let id = make(&house, &owner, Choice::Some(vec![Kind::RoleChanged]))
        .await
        .id;
    let (post, jobs) = sending(&house, Vec::new());
    house
        .write(&owner, move |tx, cx| webhook::send_example(tx, cx, id))
        .await
        .unwrap();
    eventually("it is taken", async || {
        counts(&house, &owner, id).await.taken == 1
    })
    .await;
    assert_eq!(sent(&post)[0]["type"], "webhook.example");
    jobs.stop().await;
    house
        .write(&owner, move |tx, cx| webhook::pause(tx, cx, id))
        .await
        .unwrap();
    let off = house.write(&owner, move |tx, cx| webhook::send_example(tx, cx, id));
    assert_eq!(
        off.await.unwrap_err(),
        Error::Conflict {
            code: "webhook_is_off"
        }
    );
    let now = house.now_ms();
    for (at, count) in [(now, 0), (now + 1, 1)] {
        let forgotten = house.env.store.write(move |tx| {
            guanxi_store::webhook::delivery::forget(tx, at, at, 10).map_err(Error::from)
        });
        assert_eq!(forgotten.await, Ok(count));
    }
}
