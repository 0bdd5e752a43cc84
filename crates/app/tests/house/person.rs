//! Persons without an account: their contacts, requests and data.

use guanxi_app::{Actor, Error, person, qr_code::visit::Added};
use guanxi_model::qr_code::Terms;
use guanxi_store::testing::TestStore;

use crate::{
    qr_code::{add, make, visit_as},
    support::{House, MINUTE, phone},
};

guanxi_store::both_engines!(
    a_person_ends_a_contact_and_withdraws_a_request,
    nothing_tells_who_a_deleted_person_was,
    an_account_is_not_deleted_with_its_person,
);

async fn a_person_ends_a_contact_and_withdraws_a_request(store: TestStore) {
    let house = House::new(&store).await;
    let (lin, chen) = (house.cx("lin").await, house.cx("chen").await);
    let open = make(&house, &lin, Terms::default()).await;
    let asking = Terms {
        confirm: true,
        ..Terms::default()
    };
    let asking = make(&house, &chen, asking).await;
    let visitor = visit_as(&house, 9101, "王小姐").await;
    assert_eq!(add(&house, &visitor, &open).await, Added::Contacts);
    assert_eq!(add(&house, &visitor, &asking).await, Added::Asked);
    let requests = house.read(&visitor, person::requests).await.unwrap();
    assert_eq!(requests[0].partner.id, house.id("chen"));
    let id = requests[0].request.id;
    house
        .write(&visitor, move |tx, cx| person::withdraw(tx, cx, id))
        .await
        .unwrap();
    assert!(
        house
            .read(&visitor, person::requests)
            .await
            .unwrap()
            .is_empty()
    );
    let member = house.id("lin");
    house
        .write(&visitor, move |tx, cx| person::end(tx, cx, member))
        .await
        .unwrap();
    assert!(
        house
            .read(&visitor, person::contacts)
            .await
            .unwrap()
            .is_empty()
    );
    let again = house
        .write(&visitor, move |tx, cx| person::end(tx, cx, member))
        .await;
    assert_eq!(again.unwrap_err(), Error::not_found("contact"));
}

async fn nothing_tells_who_a_deleted_person_was(store: TestStore) {
    let house = House::new(&store).await;
    let lin = house.cx("lin").await;
    let code = make(&house, &lin, Terms::default()).await;
    let visitor = visit_as(&house, 9102, "李先生").await;
    assert_eq!(add(&house, &visitor, &code).await, Added::Contacts);
    let data = house.read(&visitor, person::export).await.unwrap();
    assert_eq!(data["contacts"][0]["name"], "林知夏");
    assert_eq!(data["customers"].as_array().map(Vec::len), Some(1));
    house.write(&visitor, person::delete).await.unwrap();
    let signed_out = house.read(&visitor, person::contacts).await;
    assert_eq!(signed_out.unwrap_err(), Error::SignedOut);
    let Actor::Person { person: id, .. } = visitor.actor else {
        panic!("somebody has signed in");
    };
    let (kept, by_number, customers) = house
        .read(&lin, move |tx, cx| {
            let me = cx.me(tx)?;
            Ok((
                guanxi_store::person::find(tx, id)?,
                guanxi_store::person::find_by_mobile(tx, phone(9102))?,
                guanxi_app::customer::list(tx, &me)?,
            ))
        })
        .await
        .unwrap();
    let kept = kept.unwrap();
    assert!(kept.name.is_empty() && kept.mobile.is_none());
    assert!(by_number.is_none() && customers.is_empty());
    // The same number begins anew.
    house.pass(2 * MINUTE);
    visit_as(&house, 9102, "新来的").await;
}

async fn an_account_is_not_deleted_with_its_person(store: TestStore) {
    let house = House::new(&store).await;
    let lin = house.cx("lin").await;
    let refused = house.write(&lin, person::delete).await;
    assert_eq!(
        refused.unwrap_err(),
        Error::Conflict {
            code: "person_has_accounts"
        }
    );
}
