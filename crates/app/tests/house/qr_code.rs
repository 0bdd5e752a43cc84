//! Members' codes, and what visitors do with them.

use guanxi_app::{
    Actor, Cx, Error, contact, member,
    qr_code::{
        self, Key,
        visit::{self, Added, Standing},
    },
    request,
    session::{self, Device, SignIn},
};
use guanxi_model::{
    corp::Settings,
    party::Party,
    person::Phone,
    qr_code::{Dead, Outcome, QrCode, Terms},
    request::Refusal,
};
use guanxi_store::testing::TestStore;

use crate::support::{DAY, House, MINUTE, phone};

guanxi_store::both_engines!(
    a_stranger_proves_a_number_and_is_a_contact,
    a_code_that_asks_first_waits_for_its_owner,
    a_code_for_one_visitor_dies_with_him,
    a_code_for_one_visitor_is_taken_while_he_waits,
    all_codes_of_a_leaver_go_to_a_successor_at_once,
    nobody_is_added_to_one_who_left_while_he_was_looked_up,
    a_dead_code_says_why_and_is_on_record,
    a_code_lives_on_with_a_successor,
    whoever_is_blocked_is_told_that_he_waits,
    only_owner_and_administrators_manage_a_code,
);

pub(crate) async fn make(house: &House, cx: &Cx, terms: Terms) -> QrCode {
    house
        .write(cx, move |tx, cx| qr_code::create(tx, cx, terms.clone()))
        .await
        .unwrap()
}

pub(crate) async fn visit_as(house: &House, number: u32, name: &'static str) -> Cx {
    let mobile: Phone = phone(number);
    let nobody = house.nobody();
    let sent = house
        .write(&nobody, move |tx, cx| {
            session::make_visitor_code(tx, cx, mobile, 1)
        })
        .await
        .unwrap();
    let value = sent.message.unwrap().value;
    let device = Device {
        name: "phone".into(),
        keep: true,
    };
    let done = house
        .write(&nobody, move |tx, cx| {
            session::sign_in_visitor(tx, cx, mobile, 1, &value, &device, name)
        })
        .await
        .unwrap();
    let SignIn::Done(done) = done else {
        panic!("the code is right");
    };
    let actor = Actor::Person {
        person: done.session.person,
        session: done.session.id,
        account: done.session.account,
    };
    house
        .env
        .cx(actor, "198.51.100.0/24".into(), "zh-Hans".into())
}

pub(crate) async fn add(house: &House, cx: &Cx, code: &QrCode) -> Added {
    let slug = code.slug;
    // Scans of one millisecond are in no order.
    house.pass(1);
    house
        .write(cx, move |tx, cx| visit::add(tx, cx, slug, "你好"))
        .await
        .unwrap()
}

async fn scan(house: &House, cx: &Cx, code: &QrCode) -> visit::Card {
    let slug = code.slug;
    house.pass(1);
    house
        .write(cx, move |tx, cx| visit::scan(tx, cx, slug))
        .await
        .unwrap()
}

async fn outcomes(house: &House, cx: &Cx, code: &QrCode) -> Vec<Outcome> {
    let id = code.id;
    let scans = house
        .read(cx, move |tx, cx| {
            let me = cx.me(tx)?;
            qr_code::list_scans(tx, &me, id, None, 50)
        })
        .await
        .unwrap();
    scans.into_iter().map(|scan| scan.outcome).collect()
}

fn person(cx: &Cx) -> Party {
    let Actor::Person { person, .. } = cx.actor else {
        panic!("somebody has signed in");
    };
    Party::Person { id: person }
}

async fn a_stranger_proves_a_number_and_is_a_contact(store: TestStore) {
    let house = House::new(&store).await;
    let lin = house.cx("lin").await;
    let code = make(&house, &lin, Terms::default()).await;
    let nobody = house.nobody();
    let card = scan(&house, &nobody, &code).await;
    assert_eq!((card.dead, card.standing), (None, Standing::Stranger));
    assert_eq!(card.owner.id, house.id("lin"));
    let visitor = visit_as(&house, 9001, "王小姐").await;
    assert_eq!(scan(&house, &visitor, &code).await.standing, Standing::Free);
    assert_eq!(add(&house, &visitor, &code).await, Added::Contacts);
    assert_eq!(add(&house, &visitor, &code).await, Added::Contacts);
    assert_eq!(
        scan(&house, &visitor, &code).await.standing,
        Standing::Contacts
    );
    assert_eq!(
        outcomes(&house, &lin, &code).await,
        [
            Outcome::Shown,
            Outcome::Known,
            Outcome::Added,
            Outcome::Shown,
            Outcome::Shown
        ]
    );
    let corp = house.corp;
    let other = person(&visitor);
    let Party::Person { id } = other else {
        unreachable!()
    };
    let customer = house
        .env
        .store
        .read(move |tx| guanxi_store::customer::find(tx, corp, id))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(customer.code, Some(code.id));
    assert!(customer.external_id.starts_with("wm") && customer.external_id.len() == 32);
    assert_eq!(scan(&house, &lin, &code).await.standing, Standing::Oneself);
    assert_eq!(
        add(&house, &lin, &code).await,
        Added::Refused(Refusal::Oneself)
    );
}

async fn a_code_that_asks_first_waits_for_its_owner(store: TestStore) {
    let house = House::new(&store).await;
    let lin = house.cx("lin").await;
    let terms = Terms {
        confirm: true,
        ..Terms::default()
    };
    let code = make(&house, &lin, terms).await;
    let visitor = visit_as(&house, 9002, "李先生").await;
    assert_eq!(add(&house, &visitor, &code).await, Added::Asked);
    let page = request::Page {
        before: None,
        limit: 10,
    };
    let waiting = house
        .read(&lin, move |tx, cx| {
            let me = cx.me(tx)?;
            Ok(guanxi_store::request::received(
                tx,
                me.party,
                guanxi_model::id::RequestId::from_u128(u128::MAX),
                cx.now(),
                page.limit,
            )?)
        })
        .await
        .unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!(
        (waiting[0].sender, waiting[0].code),
        (person(&visitor), Some(code.id))
    );
    let id = waiting[0].id;
    house
        .write(&lin, move |tx, cx| request::accept(tx, cx, id))
        .await
        .unwrap();
    assert_eq!(
        scan(&house, &visitor, &code).await.standing,
        Standing::Contacts
    );
    let corp = house.corp;
    let Party::Person { id } = person(&visitor) else {
        unreachable!()
    };
    let customer = house
        .env
        .store
        .read(move |tx| guanxi_store::customer::find(tx, corp, id))
        .await
        .unwrap();
    assert_eq!(customer.unwrap().code, Some(code.id));
}

async fn a_code_for_one_visitor_dies_with_him(store: TestStore) {
    let house = House::new(&store).await;
    let lin = house.cx("lin").await;
    let terms = Terms {
        single_use: true,
        ..Terms::default()
    };
    let code = make(&house, &lin, terms).await;
    let first = visit_as(&house, 9003, "甲").await;
    let second = visit_as(&house, 9004, "乙").await;
    assert_eq!(add(&house, &first, &code).await, Added::Contacts);
    assert_eq!(add(&house, &second, &code).await, Added::Dead(Dead::Used));
}

/// The request of a visitor that waits for `lin`.
async fn waiting(house: &House, lin: &Cx) -> guanxi_model::id::RequestId {
    let page = request::Page {
        before: None,
        limit: 10,
    };
    let found = house
        .read(lin, move |tx, cx| {
            let me = cx.me(tx)?;
            request::list_received(tx, cx, &me, page)
        })
        .await
        .unwrap();
    found.first().expect("somebody waits").id
}

async fn a_code_for_one_visitor_is_taken_while_he_waits(store: TestStore) {
    let house = House::new(&store).await;
    let lin = house.cx("lin").await;
    let terms = Terms {
        single_use: true,
        confirm: true,
        ..Terms::default()
    };
    let code = make(&house, &lin, terms).await;
    let first = visit_as(&house, 9003, "甲").await;
    let second = visit_as(&house, 9004, "乙").await;
    assert_eq!(add(&house, &first, &code).await, Added::Asked);
    assert_eq!(add(&house, &first, &code).await, Added::Asked);
    let card = scan(&house, &first, &code).await;
    assert_eq!((card.dead, card.standing), (None, Standing::Asked));
    assert_eq!(add(&house, &second, &code).await, Added::Dead(Dead::Used));
    let id = waiting(&house, &lin).await;
    house
        .write(&lin, move |tx, cx| request::decline(tx, cx, id, ""))
        .await
        .unwrap();
    assert_eq!(scan(&house, &second, &code).await.dead, None);
    assert_eq!(add(&house, &second, &code).await, Added::Asked);
    let id = waiting(&house, &lin).await;
    house
        .write(&lin, move |tx, cx| request::accept(tx, cx, id))
        .await
        .unwrap();
    assert_eq!(add(&house, &first, &code).await, Added::Dead(Dead::Used));
    let card = scan(&house, &second, &code).await;
    assert_eq!((card.dead, card.standing), (None, Standing::Contacts));
}

async fn all_codes_of_a_leaver_go_to_a_successor_at_once(store: TestStore) {
    let house = House::new(&store).await;
    let (lin, owner) = (house.cx("lin").await, house.cx("owner").await);
    let chen = house.cx("chen").await;
    let codes = [
        make(&house, &lin, Terms::default()).await,
        make(&house, &lin, Terms::default()).await,
    ];
    let (member, successor) = (house.id("lin"), house.id("chen"));
    let go = |cx: Cx, to| {
        let house = &house;
        async move {
            let act = move |tx: &mut guanxi_store::Tx<'_>, cx: &Cx| {
                qr_code::hand_over_all(tx, cx, member, to)
            };
            house.write(&cx, act).await
        }
    };
    assert!(matches!(
        go(chen, successor).await,
        Err(Error::Forbidden { .. })
    ));
    assert_eq!(go(owner.clone(), successor).await, Ok(2));
    assert_eq!(go(owner.clone(), successor).await, Ok(0));
    assert_eq!(
        go(owner, member).await,
        Err(Error::invalid("to", "not_active"))
    );
    let nobody = house.nobody();
    for code in &codes {
        let card = scan(&house, &nobody, code).await;
        assert_eq!((card.owner.id, card.dead), (successor, None));
    }
}

/// PostgreSQL alone: there an add may have looked its owner up before he left, and be written after.
async fn nobody_is_added_to_one_who_left_while_he_was_looked_up(store: TestStore) {
    let house = House::new(&store).await;
    let (lin, owner) = (house.cx("lin").await, house.cx("owner").await);
    let code = make(&house, &lin, Terms::default()).await;
    let visitor = visit_as(&house, 9007, "戊").await;
    let engine = house.read(&lin, |tx, _| Ok(tx.engine())).await.unwrap();
    if engine == guanxi_store::Engine::Sqlite {
        return;
    }
    let (looked, has_looked) = std::sync::mpsc::channel();
    let (left, has_left) = std::sync::mpsc::channel();
    let (has_left, slug) = (std::sync::Mutex::new(has_left), code.slug);
    let is_first = std::sync::atomic::AtomicBool::new(true);
    let shared = house.env.store.clone();
    let adding = async move {
        let act = move |tx: &mut guanxi_store::Tx<'_>| {
            visit::read(tx, &visitor, slug)?;
            if is_first.swap(false, std::sync::atomic::Ordering::Relaxed) {
                looked.send(()).unwrap();
                has_left.lock().unwrap().recv().unwrap();
            }
            visit::add(tx, &visitor, slug, "")
        };
        shared.write(act).await
    };
    let added = tokio::spawn(adding);
    tokio::task::spawn_blocking(move || has_looked.recv().unwrap())
        .await
        .unwrap();
    let member = house.id("lin");
    house
        .write(&owner, move |tx, cx| {
            member::change(tx, cx, member, guanxi_model::member::Change::Leave)
        })
        .await
        .unwrap();
    left.send(()).unwrap();
    assert_eq!(added.await.unwrap(), Ok(Added::Dead(Dead::OwnerLeft)));
}

async fn a_dead_code_says_why_and_is_on_record(store: TestStore) {
    let house = House::new(&store).await;
    let (lin, owner) = (house.cx("lin").await, house.cx("owner").await);
    let terms = Terms {
        days: Some(1),
        ..Terms::default()
    };
    let code = make(&house, &lin, terms).await;
    let id = code.id;
    house
        .write(&lin, move |tx, cx| qr_code::revoke(tx, cx, id))
        .await
        .unwrap();
    let visitor = visit_as(&house, 9005, "丙").await;
    assert_eq!(
        scan(&house, &visitor, &code).await.dead,
        Some(Dead::Revoked)
    );
    house
        .write(&lin, move |tx, cx| qr_code::restore(tx, cx, id))
        .await
        .unwrap();
    assert_eq!(scan(&house, &visitor, &code).await.dead, None);
    house.pass(DAY + MINUTE);
    let lin = house.cx("lin").await;
    let visitor = visit_as(&house, 9005, "丙").await;
    assert_eq!(
        add(&house, &visitor, &code).await,
        Added::Dead(Dead::Expired)
    );
    assert_eq!(
        outcomes(&house, &lin, &code).await,
        [
            Outcome::Dead(Dead::Expired),
            Outcome::Shown,
            Outcome::Dead(Dead::Revoked)
        ]
    );
    let member = house.id("lin");
    house
        .write(&owner, move |tx, cx| {
            member::change(tx, cx, member, guanxi_model::member::Change::Leave)
        })
        .await
        .unwrap();
    assert_eq!(
        add(&house, &visitor, &code).await,
        Added::Dead(Dead::OwnerLeft)
    );
}

async fn a_code_lives_on_with_a_successor(store: TestStore) {
    let house = House::new(&store).await;
    let (lin, owner) = (house.cx("lin").await, house.cx("owner").await);
    let code = make(&house, &lin, Terms::default()).await;
    let (member, successor) = (house.id("lin"), house.id("chen"));
    // He has to have an account that is active.
    drop(house.cx("chen").await);
    house
        .write(&owner, move |tx, cx| {
            member::change(tx, cx, member, guanxi_model::member::Change::Leave)
        })
        .await
        .unwrap();
    let id = code.id;
    house
        .write(&owner, move |tx, cx| {
            qr_code::hand_over(tx, cx, id, successor)
        })
        .await
        .unwrap();
    let visitor = visit_as(&house, 9006, "丁").await;
    let card = scan(&house, &visitor, &code).await;
    assert_eq!((card.owner.id, card.dead), (successor, None));
    assert_eq!(card.code.handed_from, "林知夏");
    assert_eq!(add(&house, &visitor, &code).await, Added::Contacts);
}

async fn whoever_is_blocked_is_told_that_he_waits(store: TestStore) {
    let house = House::new(&store).await;
    let (lin, chen) = (house.cx("lin").await, house.cx("chen").await);
    let code = make(&house, &lin, Terms::default()).await;
    let blocked = house.id("chen");
    house
        .write(&lin, move |tx, cx| contact::block(tx, cx, blocked))
        .await
        .unwrap();
    assert_eq!(add(&house, &chen, &code).await, Added::Asked);
    assert_eq!(scan(&house, &chen, &code).await.standing, Standing::Asked);
}

async fn only_owner_and_administrators_manage_a_code(store: TestStore) {
    let settings = Settings {
        code_days_max: 30,
        ..Settings::default()
    };
    let house = House::with(&store, settings).await;
    let (lin, chen, owner) = (
        house.cx("lin").await,
        house.cx("chen").await,
        house.cx("owner").await,
    );
    let permanent = house
        .write(&lin, |tx, cx| qr_code::create(tx, cx, Terms::default()))
        .await;
    assert_eq!(
        permanent.unwrap_err(),
        Error::invalid("days", "permanent_not_allowed")
    );
    let terms = Terms {
        days: Some(7),
        ..Terms::default()
    };
    let code = make(&house, &lin, terms).await;
    let id = code.id;
    let revoke = |cx: Cx| {
        let house = &house;
        async move {
            house
                .write(&cx, move |tx, cx| qr_code::revoke(tx, cx, id))
                .await
        }
    };
    assert_eq!(revoke(chen).await.unwrap_err(), Error::not_found("code"));
    assert!(revoke(owner).await.unwrap().revoked_at_ms.is_some());
}

#[test]
fn a_token_of_another_address_is_no_token() {
    let pepper = [7; 32];
    let (one, other) = (
        Key::new(&pepper, "https://a.example"),
        Key::new(&pepper, "https://b.example"),
    );
    let slug = [3; 10];
    let token = one.token(slug);
    assert_eq!(one.read(&token), Some(slug));
    assert_eq!(other.read(&token), None);
    assert_eq!(
        Key::new(&pepper, "https://a.example/").read(&token),
        Some(slug)
    );
    let mut forged = token.into_bytes();
    forged[0] = if forged[0] == b'a' { b'b' } else { b'a' };
    assert_eq!(one.read(&String::from_utf8(forged).unwrap()), None);
}
