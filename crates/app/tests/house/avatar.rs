//! Pictures of members: whose they are, who sees them, and when they are gone.

use guanxi_app::{Cx, Error, Result, avatar, person};
use guanxi_model::{
    id::{AvatarId, MemberId},
    member::Change,
    role::Right,
};
use guanxi_store::testing::TestStore;

use crate::{
    member::change,
    support::{House, MINUTE},
};

guanxi_store::both_engines!(
    a_picture_is_seen_by_those_who_see_the_member,
    a_picture_is_taken_off_and_had_back,
    a_picture_goes_with_the_data_of_its_person,
);

async fn put(house: &House, cx: &Cx, id: MemberId, bytes: &'static [u8]) -> Result<AvatarId> {
    house
        .write(cx, move |tx, cx| avatar::put(tx, cx, id, bytes))
        .await
}

async fn get(house: &House, cx: &Cx, id: MemberId) -> Result<Vec<u8>> {
    let read = house.read(cx, move |tx, cx| avatar::get(tx, cx, id));
    read.await.map(|(_, bytes)| bytes)
}

async fn a_picture_is_seen_by_those_who_see_the_member(store: TestStore) {
    let house = House::new(&store).await;
    let (chen, wang) = (house.cx("chen").await, house.cx("wang").await);
    let id = house.id("chen");
    assert_eq!(
        get(&house, &wang, id).await,
        Err(Error::not_found("member"))
    );
    let first = put(&house, &chen, id, b"one").await.unwrap();
    assert_eq!(put(&house, &chen, id, b"one").await, Ok(first));
    assert_ne!(put(&house, &chen, id, b"two").await, Ok(first));
    assert_eq!(get(&house, &wang, id).await.as_deref(), Ok(&b"two"[..]));
    let right = Right::EditPeople;
    let refused = put(&house, &wang, id, b"three").await;
    assert!(
        matches!(
            refused,
            Err(Error::Forbidden { .. } | Error::NotFound { .. })
        ),
        "{right:?}: {refused:?}"
    );
    let owner = house.cx("owner").await;
    put(&house, &owner, id, b"three").await.unwrap();
    assert_eq!(get(&house, &chen, id).await.as_deref(), Ok(&b"three"[..]));
    // One who is gone is found by administrators alone.
    change(&house, &owner, "chen", Change::Disable)
        .await
        .unwrap();
    assert_eq!(
        get(&house, &wang, id).await,
        Err(Error::not_found("member"))
    );
    assert_eq!(get(&house, &owner, id).await.as_deref(), Ok(&b"three"[..]));
    let huge: &'static [u8] = Box::leak(vec![1; avatar::BYTES_MAX + 1].into_boxed_slice());
    let field = Error::invalid("picture", "picture_too_large");
    assert_eq!(put(&house, &owner, id, huge).await, Err(field));
}

async fn a_picture_is_taken_off_and_had_back(store: TestStore) {
    let house = House::new(&store).await;
    let (chen, id) = (house.cx("chen").await, house.id("chen"));
    let shown = put(&house, &chen, id, b"one").await.unwrap();
    assert_eq!(house.member("chen").await.avatar, Some(shown));
    let remove = || house.write(&chen, move |tx, cx| avatar::remove(tx, cx, id));
    let restore = || house.write(&chen, move |tx, cx| avatar::restore(tx, cx, id));
    remove().await.unwrap();
    remove().await.unwrap();
    assert_eq!(house.member("chen").await.avatar, None);
    assert!(get(&house, &chen, id).await.is_err());
    restore().await.unwrap();
    assert_eq!(house.member("chen").await.avatar, Some(shown));
    remove().await.unwrap();
    house.pass(11 * MINUTE);
    assert_eq!(
        restore().await.map_err(|error| error.code()),
        Err("request_too_late_to_undo")
    );
    let before_ms = house.now_ms() - 10 * MINUTE;
    let forgotten = store
        .write(move |tx| guanxi_store::avatar::forget(tx, before_ms))
        .await;
    assert_eq!(
        forgotten.unwrap(),
        1,
        "nothing is kept that nobody can have back"
    );
}

async fn a_picture_goes_with_the_data_of_its_person(store: TestStore) {
    let house = House::new(&store).await;
    let (chen, id) = (house.cx("chen").await, house.id("chen"));
    put(&house, &chen, id, b"one").await.unwrap();
    let data = house.read(&chen, person::export).await.unwrap();
    assert_eq!(
        data["accounts"][0]["picture"],
        "data:image/jpeg;base64,b25l"
    );
    let owner = house.cx("owner").await;
    let mobile = house.member("chen").await.profile.mobile.unwrap();
    change(&house, &owner, "chen", Change::Leave).await.unwrap();
    let alone = house.sign_in(mobile).await;
    house.write(&alone, person::delete).await.unwrap();
    assert_eq!(house.member("chen").await.avatar, None);
    assert_eq!(
        get(&house, &owner, id).await,
        Err(Error::not_found("member"))
    );
}
