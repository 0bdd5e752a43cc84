//! What is sent twice is made once.

use guanxi_app::{Cx, Error, find_ask, once, qr_code};
use guanxi_model::{
    id::{CodeId, OnceId},
    qr_code::Terms,
};
use guanxi_store::testing::TestStore;

use crate::support::{DAY, House};

guanxi_store::both_engines!(
    the_second_sender_gets_the_first_result,
    two_at_the_same_moment_make_one,
    what_was_refused_may_be_sent_again,
    a_number_is_its_senders_own,
);

async fn make(house: &House, who: &Cx, number: u128) -> Result<CodeId, Error> {
    house
        .write(who, move |tx, cx| {
            once::first(tx, cx, OnceId::from_u128(number), |tx| {
                Ok(qr_code::create(tx, cx, Terms::default())?.id)
            })
        })
        .await
}

async fn codes(house: &House, who: &Cx) -> usize {
    let listed = house.read(who, |tx, cx| {
        let me = cx.me(tx)?;
        qr_code::list_own(tx, cx, &me, None, 50)
    });
    listed.await.unwrap().len()
}

async fn the_second_sender_gets_the_first_result(store: TestStore) {
    let house = House::new(&store).await;
    let lin = house.cx("lin").await;
    let first = make(&house, &lin, 1).await.unwrap();
    assert_eq!(make(&house, &lin, 1).await, Ok(first));
    assert_eq!(codes(&house, &lin).await, 1);
    assert_ne!(make(&house, &lin, 2).await, Ok(first));
    // Nobody sends a page again after days, and the table does not grow for ever.
    house.pass(3 * DAY);
    let now_ms = house.now_ms();
    let forgotten = store
        .write(move |tx| guanxi_store::once::forget(tx, now_ms - once::KEPT_MS))
        .await;
    assert_eq!(forgotten.unwrap(), 2);
}

async fn two_at_the_same_moment_make_one(store: TestStore) {
    let house = House::new(&store).await;
    let lin = house.cx("lin").await;
    let (one, other, third) = tokio::join!(
        make(&house, &lin, 1),
        make(&house, &lin, 1),
        make(&house, &lin, 1)
    );
    assert_eq!(one.clone().unwrap(), other.unwrap());
    assert_eq!(one.unwrap(), third.unwrap());
    assert_eq!(codes(&house, &lin).await, 1);
}

async fn what_was_refused_may_be_sent_again(store: TestStore) {
    let house = House::new(&store).await;
    let lin = house.cx("lin").await;
    let ask = |text: &'static str| {
        let (house, lin) = (&house, &lin);
        async move {
            house
                .write(lin, move |tx, cx| {
                    once::first(tx, cx, OnceId::from_u128(5), |tx| {
                        find_ask::ask(tx, cx, text, "")
                    })
                })
                .await
        }
    };
    assert!(matches!(ask("").await, Err(Error::Invalid(_))));
    let asked = ask("孙立").await.unwrap();
    assert_eq!(ask("孙立").await, Ok(asked));
}

async fn a_number_is_its_senders_own(store: TestStore) {
    let house = House::new(&store).await;
    let lin = house.cx("lin").await;
    let chen = house.cx("chen").await;
    let first = make(&house, &lin, 1).await.unwrap();
    assert_ne!(make(&house, &chen, 1).await.unwrap(), first);
    assert_eq!(codes(&house, &chen).await, 1);
}
