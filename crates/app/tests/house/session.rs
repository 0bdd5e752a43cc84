//! Signing in, and the sessions that follow.

use guanxi_app::{
    Actor, Error,
    session::{self, CODE_ATTEMPTS, CODE_PAUSE_MS, CODES_PER_DAY, SignIn},
};
use guanxi_model::{id::AuditId, member::Status, person::Phone};
use guanxi_store::testing::TestStore;

use crate::support::{BROWSER, DAY, House, MINUTE, device, phone};

guanxi_store::both_engines!(
    the_first_sign_in_activates,
    wrong_codes_are_counted,
    codes_end,
    unknown_numbers_are_answered_alike,
    codes_are_paced,
    a_stranger_spends_nobodys_code,
    sessions_can_be_ended,
    a_token_tells_who_is_behind_it,
);

async fn code(house: &House, mobile: Phone) -> session::CodeSent {
    let nobody = house.nobody();
    let made = house.write(&nobody, move |tx, cx| {
        session::make_code(tx, cx, mobile, BROWSER)
    });
    made.await.unwrap()
}

async fn attempt(house: &House, mobile: Phone, code: &str) -> SignIn {
    let (nobody, code) = (house.nobody(), code.to_owned());
    let tried = house.write(&nobody, move |tx, cx| {
        session::sign_in(tx, cx, mobile, BROWSER, &code, &device())
    });
    tried.await.unwrap()
}

async fn the_first_sign_in_activates(store: TestStore) {
    let house = House::new(&store).await;
    assert_eq!(house.member("chen").await.status, Status::NotActivated);
    let cx = house.cx("chen").await;
    let chen = house.member("chen").await;
    assert_eq!(chen.status, Status::Active);
    assert!(chen.person.is_some());
    assert_eq!(cx.account(), Ok((house.corp, chen.id)));
    house.pass(MINUTE);
    let again = house.cx("chen").await;
    assert_ne!(again.actor, cx.actor, "another session of the same person");
    assert_eq!(house.read(&again, session::list).await.unwrap().len(), 2);
}

async fn wrong_codes_are_counted(store: TestStore) {
    let house = House::new(&store).await;
    let right = code(&house, phone(2)).await.message.unwrap().value;
    let wrong = if right == "000000" {
        "000001"
    } else {
        "000000"
    };
    for left in (1..CODE_ATTEMPTS).rev() {
        let answer = attempt(&house, phone(2), wrong).await;
        assert!(
            matches!(answer, SignIn::Wrong { left: l } if l == left),
            "{answer:?}"
        );
    }
    assert!(matches!(
        attempt(&house, phone(2), wrong).await,
        SignIn::Over
    ));
    assert!(matches!(
        attempt(&house, phone(2), &right).await,
        SignIn::Over
    ));
    house.pass(CODE_PAUSE_MS);
    let right = code(&house, phone(2)).await.message.unwrap().value;
    assert!(matches!(
        attempt(&house, phone(2), &right).await,
        SignIn::Done(_)
    ));
}

async fn codes_end(store: TestStore) {
    let house = House::new(&store).await;
    let right = code(&house, phone(2)).await.message.unwrap().value;
    house.pass(5 * MINUTE);
    assert!(matches!(
        attempt(&house, phone(2), &right).await,
        SignIn::Over
    ));
    let right = code(&house, phone(2)).await.message.unwrap().value;
    assert!(matches!(
        attempt(&house, phone(2), &right).await,
        SignIn::Done(_)
    ));
    assert!(
        matches!(attempt(&house, phone(2), &right).await, SignIn::Over),
        "used"
    );
    assert!(
        matches!(attempt(&house, phone(3), "123456").await, SignIn::Over),
        "never made"
    );
}

async fn unknown_numbers_are_answered_alike(store: TestStore) {
    let house = House::new(&store).await;
    let (known, unknown) = (code(&house, phone(2)).await, code(&house, phone(99)).await);
    assert_eq!(known.again_at_ms, unknown.again_at_ms);
    assert!(known.message.is_some() && unknown.message.is_none());
    let wrong = if known.message.unwrap().value == "000000" {
        "000001"
    } else {
        "000000"
    };
    for _ in 0..CODE_ATTEMPTS {
        let answers = (
            attempt(&house, phone(2), wrong).await,
            attempt(&house, phone(99), wrong).await,
        );
        assert_eq!(format!("{:?}", answers.0), format!("{:?}", answers.1));
    }
}

async fn codes_are_paced(store: TestStore) {
    let house = House::new(&store).await;
    let nobody = house.nobody();
    let mobile = phone(2);
    let first = code(&house, mobile).await;
    let early = house.write(&nobody, move |tx, cx| {
        session::make_code(tx, cx, mobile, BROWSER)
    });
    let too_soon = Error::OverLimit {
        code: "code_too_soon",
        retry_at_ms: first.again_at_ms,
    };
    assert_eq!(early.await.map(drop), Err(too_soon));
    for _ in 1..CODES_PER_DAY {
        house.pass(CODE_PAUSE_MS);
        code(&house, mobile).await;
    }
    house.pass(CODE_PAUSE_MS);
    let over = house.write(&nobody, move |tx, cx| {
        session::make_code(tx, cx, mobile, BROWSER)
    });
    assert_eq!(over.await.map(drop).unwrap_err().code(), "code_daily_limit");
    house.pass(DAY);
    code(&house, mobile).await;
}

async fn a_stranger_spends_nobodys_code(store: TestStore) {
    let house = House::new(&store).await;
    let mobile = phone(2);
    let right = code(&house, mobile).await.message.unwrap().value;
    let elsewhere = |browser| {
        let (nobody, right) = (house.nobody(), right.clone());
        let house = &house;
        async move {
            let tried = house.write(&nobody, move |tx, cx| {
                session::sign_in(tx, cx, mobile, browser, &right, &device())
            });
            tried.await.unwrap()
        }
    };
    for _ in 0..CODE_ATTEMPTS {
        assert!(matches!(elsewhere(8).await, SignIn::Over), "even if right");
    }
    // Nor does a code that a stranger asks for take its place, or keep its owner waiting.
    let stranger = house.nobody();
    let asked = house.write(&stranger, move |tx, cx| {
        session::make_code(tx, cx, mobile, 8)
    });
    assert!(asked.await.is_ok());
    assert!(matches!(
        attempt(&house, mobile, &right).await,
        SignIn::Done(_)
    ));
}

async fn sessions_can_be_ended(store: TestStore) {
    let house = House::new(&store).await;
    let first = house.cx("chen").await;
    house.pass(MINUTE);
    let second = house.cx("chen").await;
    house.pass(MINUTE);
    let third = house.cx("chen").await;
    let Actor::Person { session: id, .. } = second.actor else {
        panic!("a person is signed in");
    };
    let end = house.write(&first, move |tx, cx| session::end(tx, cx, id));
    end.await.unwrap();
    let me = |cx| house.read(cx, |tx, cx| cx.me(tx).map(drop));
    assert_eq!(me(&second).await, Err(Error::SignedOut));
    assert_eq!(me(&first).await, Ok(()));
    assert_eq!(house.write(&third, session::end_others).await, Ok(1));
    assert_eq!(me(&first).await, Err(Error::SignedOut));
    assert_eq!(me(&third).await, Ok(()));
    let ends = house.read(&third, |tx, cx| {
        let corp = cx.me(tx)?.corp_id;
        let filter = guanxi_store::audit::Filter {
            action: "session.ended".into(),
            actor: String::new(),
            object: String::new(),
            from_ms: 0,
            until_ms: i64::MAX,
            before: AuditId::from_u128(u128::MAX),
            limit: 9,
        };
        Ok(guanxi_store::audit::page(tx, corp, &filter)?.len())
    });
    assert_eq!(ends.await, Ok(2), "each is on record where it worked");
    let zhao = house.cx("zhao").await;
    let Actor::Person { session: id, .. } = third.actor else {
        panic!("a person is signed in");
    };
    let foreign = house.write(&zhao, move |tx, cx| session::end(tx, cx, id));
    assert_eq!(foreign.await, Err(Error::not_found("session")));
}

async fn a_token_tells_who_is_behind_it(store: TestStore) {
    let house = House::new(&store).await;
    let right = code(&house, phone(2)).await.message.unwrap().value;
    let SignIn::Done(done) = attempt(&house, phone(2), &right).await else {
        panic!("the code is right");
    };
    let who = session::authenticate(&house.env, &done.token)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(who.session.account, Some((house.corp, house.id("chen"))));
    let nobody = session::authenticate(&house.env, "not a token")
        .await
        .unwrap();
    assert!(nobody.is_none());
    house.pass(30 * DAY);
    let late = session::authenticate(&house.env, &done.token)
        .await
        .unwrap();
    assert!(late.is_none());
}
