//! The pipeline, blocks and what owners note.

use guanxi_app::{
    Cx, Error,
    contact::{self, Outcome, Standing},
    corp,
    event::Topic,
    request,
};
use guanxi_model::{
    corp::Settings,
    request::{Refusal, State},
};
use guanxi_store::testing::TestStore;

use crate::{
    request::{accept, ask, asked, received, sent, undo},
    support::{DAY, HOUR, House, MINUTE},
};

guanxi_store::both_engines!(
    asking_twice_is_asking_once,
    crossing_requests_meet,
    a_decline_keeps_the_sender_waiting,
    budgets_count_by_the_day_of_the_corp,
    a_batch_has_a_result_for_each,
    the_blocked_cannot_tell,
    a_block_settles_what_waits,
    an_ending_can_be_taken_back,
    nobody_brings_a_contact_back_against_a_block,
    notes_belong_to_one_side,
    the_hidden_cannot_be_asked,
);

async fn block(house: &House, cx: &Cx, other: &str) {
    let other = house.id(other);
    let done = house.write(cx, move |tx, cx| contact::block(tx, cx, other));
    done.await.unwrap();
}

async fn befriend(house: &House, one: &Cx, other: &Cx, userid: &str) {
    let id = asked(house, one, userid).await;
    accept(house, other, id).await.unwrap();
}

async fn end(house: &House, cx: &Cx, peer: &str) -> guanxi_app::Result<()> {
    let peer = house.id(peer);
    house
        .write(cx, move |tx, cx| contact::end(tx, cx, peer))
        .await
}

async fn restore(house: &House, cx: &Cx, peer: &str) -> guanxi_app::Result<()> {
    let peer = house.id(peer);
    house
        .write(cx, move |tx, cx| contact::restore(tx, cx, peer))
        .await
}

async fn standing(house: &House, cx: &Cx, other: &str) -> Standing {
    let other = house.id(other);
    let read = house.read(cx, move |tx, cx| {
        let me = cx.me(tx)?;
        contact::standings(tx, cx, &me, &[other])
    });
    read.await.unwrap().remove(0)
}

async fn used(house: &House, cx: &Cx) -> u32 {
    let budget = house.read(cx, |tx, cx| {
        let me = cx.me(tx)?;
        contact::pipeline::budget(tx, cx, &me)
    });
    budget.await.unwrap().used
}

async fn asking_twice_is_asking_once(store: TestStore) {
    let house = House::new(&store).await;
    let (chen, zhao) = (house.cx("chen").await, house.cx("zhao").await);
    let id = asked(&house, &chen, "zhao").await;
    assert_eq!(
        ask(&house, &chen, "zhao").await,
        Ok(Outcome::StillPending(id))
    );
    assert_eq!(used(&house, &chen).await, 1);
    let list = house.read(&zhao, |tx, cx| {
        let page = request::Page {
            before: None,
            limit: 9,
        };
        let me = cx.me(tx)?;
        request::list_received(tx, cx, &me, page)
    });
    let list = list.await.unwrap();
    assert_eq!(list.len(), 1);
    assert_eq!(
        list[0].message, "我是西湖门店的陈思远",
        "the template is filled in"
    );
    assert_eq!(
        ask(&house, &chen, "chen").await,
        Err(Error::Refused(Refusal::Oneself))
    );
}

async fn crossing_requests_meet(store: TestStore) {
    let house = House::new(&store).await;
    let (chen, zhao) = (house.cx("chen").await, house.cx("zhao").await);
    let id = asked(&house, &chen, "zhao").await;
    assert_eq!(ask(&house, &zhao, "chen").await, Ok(Outcome::Met(id)));
    assert_eq!(used(&house, &zhao).await, 0, "meeting costs nothing");
    for (cx, other) in [(&chen, "zhao"), (&zhao, "chen")] {
        let standing = standing(&house, cx, other).await;
        assert!(
            standing.contact.is_some() && standing.sent.is_none() && standing.received.is_none()
        );
    }
}

async fn a_decline_keeps_the_sender_waiting(store: TestStore) {
    let house = House::new(&store).await;
    let (chen, zhao) = (house.cx("chen").await, house.cx("zhao").await);
    let id = asked(&house, &chen, "zhao").await;
    let declined_at = house.now_ms();
    let decline = house.write(&zhao, move |tx, cx| request::decline(tx, cx, id, ""));
    decline.await.unwrap();
    let until_ms = declined_at + 7 * DAY;
    let wait = Err(Error::Refused(Refusal::CoolDown { until_ms }));
    house.pass(7 * DAY - 1);
    assert_eq!(ask(&house, &chen, "zhao").await, wait);
    house.pass(1);
    assert!(matches!(
        ask(&house, &chen, "zhao").await,
        Ok(Outcome::Asked(_))
    ));
}

async fn budgets_count_by_the_day_of_the_corp(store: TestStore) {
    let settings = Settings {
        requests_per_day: 2,
        ..Settings::default()
    };
    let house = House::with(&store, settings).await;
    let chen = house.cx("chen").await;
    asked(&house, &chen, "zhao").await;
    let id = asked(&house, &chen, "wang").await;
    let limit = Err(Error::Refused(Refusal::DailyLimit { limit: 2 }));
    assert_eq!(ask(&house, &chen, "qian").await, limit);
    let withdraw = house.write(&chen, move |tx, cx| request::withdraw(tx, cx, id));
    withdraw.await.unwrap();
    assert_eq!(
        ask(&house, &chen, "qian").await,
        limit,
        "a withdrawal gives nothing back"
    );
    // It is ten in the morning in Shanghai.
    house.pass(14 * HOUR - 1);
    assert_eq!(ask(&house, &chen, "qian").await, limit);
    house.pass(1);
    asked(&house, &chen, "qian").await;
    assert_eq!(used(&house, &chen).await, 1);
}

async fn a_batch_has_a_result_for_each(store: TestStore) {
    let settings = Settings {
        requests_per_day: 3,
        ..Settings::default()
    };
    let house = House::with(&store, settings).await;
    let (chen, zhao) = (house.cx("chen").await, house.cx("zhao").await);
    befriend(&house, &chen, &zhao, "zhao").await;
    let ids: Vec<_> = ["zhao", "wang", "chen", "wang", "lin", "qian"]
        .map(|u| house.id(u))
        .into();
    let unknown = guanxi_model::id::MemberId::from_u128(7);
    let recipients = [ids, vec![unknown]].concat();
    let all = house.write(&chen, move |tx, cx| {
        contact::ask_many(tx, cx, &recipients, "你好")
    });
    let results = all.await.unwrap();
    let outcomes: Vec<String> = results
        .iter()
        .map(|sent| match &sent.outcome {
            Ok(Outcome::Asked(_)) => "asked".into(),
            Ok(other) => format!("{other:?}"),
            Err(error) => error.code().to_owned(),
        })
        .collect();
    assert_eq!(
        outcomes,
        [
            "AlreadyContacts",
            "asked",
            "request_oneself",
            "asked",
            "request_daily_limit",
            "not_found"
        ]
    );
    let none = house.write(&chen, |tx, cx| contact::ask_many(tx, cx, &[], ""));
    assert_eq!(none.await, Err(Error::invalid("members", "required")));
}

/// Everything that a sender can look at.
async fn seen_by_sender(house: &House, cx: &Cx, other: &str) -> (Vec<State>, bool, bool, u32) {
    let sent = sent(house, cx).await.into_iter().map(|(_, state)| state);
    let standing = standing(house, cx, other).await;
    let waits = standing.sent.is_some();
    (
        sent.collect(),
        waits,
        standing.received.is_some(),
        used(house, cx).await,
    )
}

async fn the_blocked_cannot_tell(store: TestStore) {
    let house = House::new(&store).await;
    let (chen, wang) = (house.cx("chen").await, house.cx("wang").await);
    let zhao = house.cx("zhao").await;
    block(&house, &zhao, "chen").await;
    let mut page = house.page(&zhao);

    // One asks somebody who has blocked him, the other somebody who has not.
    let id = asked(&house, &chen, "zhao").await;
    assert!(page.take().is_empty());
    asked(&house, &wang, "zhao").await;
    assert_eq!(page.take(), [Topic::Requests].into());
    let (blocked, free) = (
        seen_by_sender(&house, &chen, "zhao").await,
        seen_by_sender(&house, &wang, "zhao").await,
    );
    assert_eq!(blocked, free);
    assert_eq!(
        ask(&house, &chen, "zhao").await,
        Ok(Outcome::StillPending(id))
    );

    assert_eq!(
        received(&house, &zhao).await.len(),
        1,
        "only the free one arrives"
    );
    assert!(standing(&house, &zhao, "chen").await.received.is_none());
    assert_eq!(
        accept(&house, &zhao, id).await,
        Err(Error::not_found("request"))
    );

    house.pass(30 * DAY);
    let (chen, wang) = (house.cx("chen").await, house.cx("wang").await);
    let (blocked, free) = (
        seen_by_sender(&house, &chen, "zhao").await,
        seen_by_sender(&house, &wang, "zhao").await,
    );
    assert_eq!(blocked, free);
    assert_eq!(blocked.0, [State::Expired]);
    assert_eq!(
        ask(&house, &zhao, "chen").await,
        Err(Error::SignedOut),
        "a session of thirty days is over"
    );
    let zhao = house.cx("zhao").await;
    let refused = ask(&house, &zhao, "chen").await;
    assert_eq!(refused, Err(Error::Refused(Refusal::BlockedByYou)));
    let chen_id = house.id("chen");
    let lift = house.write(&zhao, move |tx, cx| contact::unblock(tx, cx, chen_id));
    lift.await.unwrap();
    asked(&house, &zhao, "chen").await;
}

async fn a_block_settles_what_waits(store: TestStore) {
    let house = House::new(&store).await;
    let (chen, zhao) = (house.cx("chen").await, house.cx("zhao").await);
    let from_chen = asked(&house, &chen, "zhao").await;
    block(&house, &zhao, "chen").await;
    assert_eq!(received(&house, &zhao).await, []);
    assert_eq!(sent(&house, &chen).await, [(from_chen, State::Pending)]);
    assert_eq!(
        accept(&house, &zhao, from_chen).await,
        Err(Error::not_found("request"))
    );

    let wang = house.cx("wang").await;
    let from_zhao = asked(&house, &zhao, "wang").await;
    block(&house, &zhao, "wang").await;
    assert_eq!(received(&house, &wang).await, []);
    assert_eq!(sent(&house, &zhao).await[0], (from_zhao, State::Withdrawn));

    // A request that its sender takes up again does not reach somebody who has blocked him meanwhile.
    let qian = house.cx("qian").await;
    let id = asked(&house, &qian, "zhao").await;
    let withdraw = house.write(&qian, move |tx, cx| request::withdraw(tx, cx, id));
    withdraw.await.unwrap();
    block(&house, &zhao, "qian").await;
    assert_eq!(undo(&house, &qian, id).await, Ok(State::Pending));
    assert_eq!(received(&house, &zhao).await, []);
}

async fn an_ending_can_be_taken_back(store: TestStore) {
    let house = House::new(&store).await;
    let (chen, zhao) = (house.cx("chen").await, house.cx("zhao").await);
    befriend(&house, &chen, &zhao, "zhao").await;
    let peer = house.id("zhao");
    let tags = vec!["合作".to_owned(), "合作".to_owned(), " ".to_owned()];
    let note = house.write(&chen, move |tx, cx| {
        contact::note(tx, cx, peer, "研发老赵", &tags, true)
    });
    assert_eq!(note.await.unwrap().tags, ["合作"]);

    end(&house, &chen, "zhao").await.unwrap();
    assert_eq!(
        end(&house, &chen, "zhao").await,
        Err(Error::not_found("contact"))
    );
    let too_late = Err(Error::Refused(Refusal::TooLateToUndo));
    assert_eq!(
        restore(&house, &zhao, "chen").await,
        too_late,
        "it was not his ending"
    );
    restore(&house, &chen, "zhao").await.unwrap();
    let contact = standing(&house, &chen, "zhao").await.contact.unwrap();
    assert_eq!(
        (contact.remark.as_str(), contact.starred),
        ("研发老赵", true)
    );

    end(&house, &chen, "zhao").await.unwrap();
    house.pass(10 * MINUTE);
    assert_eq!(restore(&house, &chen, "zhao").await, too_late);
}

async fn nobody_brings_a_contact_back_against_a_block(store: TestStore) {
    let house = House::new(&store).await;
    let (chen, zhao) = (house.cx("chen").await, house.cx("zhao").await);
    befriend(&house, &chen, &zhao, "zhao").await;
    let too_late = Err(Error::Refused(Refusal::TooLateToUndo));
    end(&house, &chen, "zhao").await.unwrap();
    restore(&house, &chen, "zhao").await.unwrap();
    block(&house, &zhao, "chen").await;
    assert!(standing(&house, &chen, "zhao").await.contact.is_none());
    assert_eq!(restore(&house, &chen, "zhao").await, too_late);
    let himself = restore(&house, &zhao, "chen").await;
    assert_eq!(himself, Err(Error::Refused(Refusal::BlockedByYou)));
    let blocks = house
        .read(&zhao, |tx, cx| {
            let me = cx.me(tx)?;
            contact::list_blocks(tx, &me)
        })
        .await
        .unwrap();
    assert_eq!(blocks.len(), 1);

    let wang = house.cx("wang").await;
    befriend(&house, &chen, &wang, "wang").await;
    end(&house, &chen, "wang").await.unwrap();
    block(&house, &wang, "chen").await;
    // Chen is answered as if there were no block, as often as he likes; his side alone is back.
    for _ in 0..2 {
        restore(&house, &chen, "wang").await.unwrap();
        assert!(standing(&house, &chen, "wang").await.contact.is_some());
        assert!(standing(&house, &wang, "chen").await.contact.is_none());
        assert_eq!(house.read(&wang, crate::support::contacts).await, Ok(0));
        end(&house, &chen, "wang").await.unwrap();
    }
    assert_eq!(
        restore(&house, &wang, "chen").await,
        Err(Error::Refused(Refusal::TooLateToUndo)),
        "an ending that is not his"
    );
}

async fn notes_belong_to_one_side(store: TestStore) {
    let house = House::new(&store).await;
    let (chen, zhao) = (house.cx("chen").await, house.cx("zhao").await);
    befriend(&house, &chen, &zhao, "zhao").await;
    let peer = house.id("zhao");
    house
        .write(&chen, move |tx, cx| contact::star(tx, cx, peer, true))
        .await
        .unwrap();
    assert!(
        standing(&house, &chen, "zhao")
            .await
            .contact
            .unwrap()
            .starred
    );
    assert!(
        !standing(&house, &zhao, "chen")
            .await
            .contact
            .unwrap()
            .starred
    );
    let long = house.write(&chen, move |tx, cx| {
        contact::note(tx, cx, peer, &"长".repeat(33), &[], false)
    });
    assert_eq!(long.await, Err(Error::invalid("remark", "too_long")));
    let many = house.write(&chen, move |tx, cx| {
        let tags: Vec<String> = (0..21).map(|n| n.to_string()).collect();
        contact::note(tx, cx, peer, "", &tags, false)
    });
    assert_eq!(many.await, Err(Error::invalid("tags", "too_many")));
}

async fn the_hidden_cannot_be_asked(store: TestStore) {
    let house = House::new(&store).await;
    let chen = house.cx("chen").await;
    crate::visibility::hide_board(&house).await;
    let hidden = ask(&house, &chen, "sun").await;
    assert_eq!(hidden, Err(Error::not_found("member")));
    let sun = house.id("sun");
    let block = house.write(&chen, move |tx, cx| contact::block(tx, cx, sun));
    assert_eq!(block.await, Err(Error::not_found("member")));
    let owner = house.cx("owner").await;
    let rename = house.write(&owner, |tx, cx| {
        corp::change(tx, cx, |now| Ok(("新名".into(), now.settings.clone())))
    });
    rename.await.unwrap();
    assert_eq!(house.state().await.tree().all()[0].name, "新名");
}
