//! The logo of a company: who sets it, where it is seen, and when it is gone.

use guanxi_app::{Cx, Error, Result, corp, logo};
use guanxi_model::{id::LogoId, role::Right};
use guanxi_store::testing::TestStore;

use crate::support::{House, MINUTE};

guanxi_store::both_engines!(
    a_logo_is_set_by_those_who_edit_settings,
    a_logo_is_taken_off_and_had_back,
);

async fn put(house: &House, cx: &Cx, bytes: &'static [u8]) -> Result<LogoId> {
    let put = house.write(cx, move |tx, cx| logo::put(tx, cx, bytes));
    put.await
}

/// The logo as members see it, and as codes show it.
async fn seen(house: &House, cx: &Cx) -> [Option<Vec<u8>>; 2] {
    let seen = house.read(cx, |tx, cx| {
        let me = cx.me(tx)?;
        Ok([logo::find(tx, &me)?, logo::in_codes(tx, &me.corp)?])
    });
    seen.await.unwrap()
}

async fn a_logo_is_set_by_those_who_edit_settings(store: TestStore) {
    let house = House::new(&store).await;
    let (owner, chen) = (house.cx("owner").await, house.cx("chen").await);
    assert_eq!(seen(&house, &chen).await, [None, None]);
    let right = Right::EditSettings;
    let refused = Err(Error::Forbidden { right });
    assert_eq!(put(&house, &chen, b"one").await, refused);
    let first = put(&house, &owner, b"one").await.unwrap();
    assert_eq!(put(&house, &owner, b"one").await, Ok(first));
    assert_ne!(put(&house, &owner, b"two").await, Ok(first));
    let two = Some(b"two".to_vec());
    assert_eq!(seen(&house, &chen).await, [two.clone(), two.clone()]);
    let plain = house.write(&owner, |tx, cx| {
        corp::change(tx, cx, |now| {
            let mut settings = now.settings.clone();
            settings.logo_in_codes = false;
            Ok((now.name.clone(), settings))
        })
    });
    plain.await.unwrap();
    assert_eq!(seen(&house, &chen).await, [two, None]);
    let huge: &'static [u8] = Box::leak(vec![1; logo::BYTES_MAX + 1].into_boxed_slice());
    for wrong in [huge, b""] {
        let field = Error::invalid("picture", "picture_too_large");
        assert_eq!(put(&house, &owner, wrong).await, Err(field));
    }
}

async fn a_logo_is_taken_off_and_had_back(store: TestStore) {
    let house = House::new(&store).await;
    let owner = house.cx("owner").await;
    put(&house, &owner, b"one").await.unwrap();
    let remove = || house.write(&owner, logo::remove);
    let restore = || house.write(&owner, logo::restore);
    remove().await.unwrap();
    remove().await.unwrap();
    assert_eq!(seen(&house, &owner).await, [None, None]);
    restore().await.unwrap();
    assert!(seen(&house, &owner).await[0].is_some());
    remove().await.unwrap();
    house.pass(11 * MINUTE);
    assert_eq!(
        restore().await.map_err(|error| error.code()),
        Err("request_too_late_to_undo")
    );
    let before_ms = house.now_ms() - 10 * MINUTE;
    let forgotten = store.write(move |tx| guanxi_store::logo::forget(tx, before_ms));
    assert_eq!(forgotten.await.unwrap(), 1);
}
