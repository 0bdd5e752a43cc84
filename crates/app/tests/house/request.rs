//! What becomes of requests.

use guanxi_app::{
    Cx, Error,
    contact::{self, Ask, Outcome},
    event::Topic,
    request,
};
use guanxi_model::{
    id::RequestId,
    request::{AddWay, Refusal, State},
};
use guanxi_store::testing::TestStore;

use crate::support::{DAY, House, MINUTE};

guanxi_store::both_engines!(
    answers_are_the_same_twice,
    only_the_two_sides_may_act,
    decisions_can_be_taken_back_for_ten_minutes,
    undo_stops_where_the_pair_has_gone_on,
    what_was_withdrawn_waits_again_only_for_one_who_may_be_asked,
    expiry_is_seen_at_once_and_written_later,
    events_follow_the_commit,
);

const PAGE: request::Page = request::Page {
    before: None,
    limit: 50,
};

/// Lets one member ask another.
pub(crate) async fn ask(house: &House, from: &Cx, to: &str) -> guanxi_app::Result<Outcome> {
    let ask = Ask {
        recipient: house.id(to),
        message: String::new(),
        add_way: AddWay::Colleague,
    };
    house
        .write(from, move |tx, cx| contact::ask(tx, cx, &ask))
        .await
}

pub(crate) async fn asked(house: &House, from: &Cx, to: &str) -> RequestId {
    match ask(house, from, to).await.unwrap() {
        Outcome::Asked(id) => id,
        other => panic!("{other:?} instead of a new request"),
    }
}

pub(crate) async fn received(house: &House, cx: &Cx) -> Vec<RequestId> {
    let list = house.read(cx, |tx, cx| {
        let me = cx.me(tx)?;
        request::list_received(tx, cx, &me, PAGE)
    });
    list.await.unwrap().into_iter().map(|r| r.id).collect()
}

pub(crate) async fn sent(house: &House, cx: &Cx) -> Vec<(RequestId, State)> {
    let now_ms = house.now_ms();
    let list = house.read(cx, |tx, cx| {
        let me = cx.me(tx)?;
        request::list_sent(tx, &me, PAGE)
    });
    let rows = list.await.unwrap().into_iter();
    rows.map(|r| (r.id, r.state_at(now_ms))).collect()
}

pub(crate) async fn accept(house: &House, cx: &Cx, id: RequestId) -> guanxi_app::Result<State> {
    let done = house.write(cx, move |tx, cx| request::accept(tx, cx, id));
    done.await.map(|request| request.state)
}

pub(crate) async fn undo(house: &House, cx: &Cx, id: RequestId) -> guanxi_app::Result<State> {
    let done = house.write(cx, move |tx, cx| request::undo(tx, cx, id));
    done.await.map(|request| request.state)
}

async fn decline(house: &House, cx: &Cx, id: RequestId) -> guanxi_app::Result<State> {
    let done = house.write(cx, move |tx, cx| request::decline(tx, cx, id, "改天聊"));
    done.await.map(|request| request.state)
}

async fn withdraw(house: &House, cx: &Cx, id: RequestId) -> guanxi_app::Result<State> {
    let done = house.write(cx, move |tx, cx| request::withdraw(tx, cx, id));
    done.await.map(|request| request.state)
}

async fn contacts(house: &House, cx: &Cx) -> usize {
    house.read(cx, crate::support::contacts).await.unwrap()
}

async fn answers_are_the_same_twice(store: TestStore) {
    let house = House::new(&store).await;
    let (chen, zhao) = (house.cx("chen").await, house.cx("zhao").await);
    let id = asked(&house, &chen, "zhao").await;
    assert_eq!(received(&house, &zhao).await, [id]);
    for _ in 0..2 {
        assert_eq!(accept(&house, &zhao, id).await, Ok(State::Accepted));
    }
    assert_eq!(
        (contacts(&house, &chen).await, contacts(&house, &zhao).await),
        (1, 1)
    );
    assert_eq!(
        ask(&house, &chen, "zhao").await,
        Ok(Outcome::AlreadyContacts)
    );
    let not_pending = Error::Refused(Refusal::NotPending {
        state: State::Accepted,
    });
    assert_eq!(decline(&house, &zhao, id).await, Err(not_pending.clone()));
    assert_eq!(withdraw(&house, &chen, id).await, Err(not_pending));

    let id = asked(&house, &chen, "wang").await;
    let wang = house.cx("wang").await;
    for _ in 0..2 {
        assert_eq!(decline(&house, &wang, id).await, Ok(State::Declined));
    }
    let id = asked(&house, &chen, "lin").await;
    for _ in 0..2 {
        assert_eq!(withdraw(&house, &chen, id).await, Ok(State::Withdrawn));
    }
}

async fn only_the_two_sides_may_act(store: TestStore) {
    let house = House::new(&store).await;
    let (chen, zhao) = (house.cx("chen").await, house.cx("zhao").await);
    let id = asked(&house, &chen, "zhao").await;
    let wang = house.cx("wang").await;
    let missing = Err(Error::not_found("request"));
    assert_eq!(accept(&house, &wang, id).await, missing);
    assert_eq!(
        accept(&house, &chen, id).await,
        missing,
        "not by the sender"
    );
    assert_eq!(decline(&house, &chen, id).await, missing);
    assert_eq!(
        withdraw(&house, &zhao, id).await,
        missing,
        "not by the recipient"
    );
    assert_eq!(undo(&house, &wang, id).await, missing);
    let nobody = house.nobody();
    assert_eq!(accept(&house, &nobody, id).await, Err(Error::SignedOut));
}

async fn decisions_can_be_taken_back_for_ten_minutes(store: TestStore) {
    let house = House::new(&store).await;
    let (chen, zhao) = (house.cx("chen").await, house.cx("zhao").await);
    let id = asked(&house, &chen, "zhao").await;
    let too_late = Err(Error::Refused(Refusal::TooLateToUndo));

    decline(&house, &zhao, id).await.unwrap();
    assert_eq!(
        undo(&house, &chen, id).await,
        too_late,
        "another's decision"
    );
    assert_eq!(undo(&house, &zhao, id).await, Ok(State::Pending));
    assert_eq!(undo(&house, &zhao, id).await, Ok(State::Pending));
    accept(&house, &zhao, id).await.unwrap();
    assert_eq!(undo(&house, &zhao, id).await, Ok(State::Pending));
    assert_eq!(contacts(&house, &chen).await, 0);
    withdraw(&house, &chen, id).await.unwrap();
    assert_eq!(
        undo(&house, &zhao, id).await,
        too_late,
        "another's decision"
    );
    assert_eq!(undo(&house, &chen, id).await, Ok(State::Pending));

    accept(&house, &zhao, id).await.unwrap();
    house.pass(10 * MINUTE);
    assert_eq!(undo(&house, &zhao, id).await, too_late);
    assert_eq!(contacts(&house, &chen).await, 1);
}

async fn undo_stops_where_the_pair_has_gone_on(store: TestStore) {
    let house = House::new(&store).await;
    let (chen, zhao) = (house.cx("chen").await, house.cx("zhao").await);
    let too_late = Err(Error::Refused(Refusal::TooLateToUndo));

    let first = asked(&house, &chen, "zhao").await;
    withdraw(&house, &chen, first).await.unwrap();
    house.pass(1);
    let second = asked(&house, &chen, "zhao").await;
    assert_eq!(
        undo(&house, &chen, first).await,
        too_late,
        "a newer request waits"
    );
    withdraw(&house, &chen, second).await.unwrap();
    let back = asked(&house, &zhao, "chen").await;
    assert_eq!(
        undo(&house, &chen, second).await,
        too_late,
        "the other side asks now"
    );
    accept(&house, &chen, back).await.unwrap();
    assert_eq!(
        undo(&house, &chen, second).await,
        too_late,
        "they are contacts"
    );

    let peer = house.id("zhao");
    house
        .write(&chen, move |tx, cx| contact::end(tx, cx, peer))
        .await
        .unwrap();
    assert_eq!(undo(&house, &chen, back).await, too_late, "and no more");
}

async fn what_was_withdrawn_waits_again_only_for_one_who_may_be_asked(store: TestStore) {
    let house = House::new(&store).await;
    let (chen, zhao) = (house.cx("chen").await, house.cx("zhao").await);
    let too_late = Err(Error::Refused(Refusal::TooLateToUndo));
    let id = asked(&house, &chen, "zhao").await;
    let peer = house.id("zhao");
    let block = house.write(&chen, move |tx, cx| contact::block(tx, cx, peer));
    block.await.unwrap();
    assert_eq!(undo(&house, &chen, id).await, too_late, "whom one blocks");

    let sun = house.cx("sun").await;
    let id = asked(&house, &zhao, "sun").await;
    withdraw(&house, &zhao, id).await.unwrap();
    crate::visibility::hide_board(&house).await;
    assert_eq!(undo(&house, &zhao, id).await, too_late, "who is hidden now");
    assert_eq!(received(&house, &sun).await, []);
}

async fn expiry_is_seen_at_once_and_written_later(store: TestStore) {
    let house = House::new(&store).await;
    let (chen, zhao) = (house.cx("chen").await, house.cx("zhao").await);
    let id = asked(&house, &chen, "zhao").await;
    let other = asked(&house, &chen, "wang").await;
    house.pass(30 * DAY - 1);
    let (chen, zhao2) = (house.cx("chen").await, house.cx("zhao").await);
    assert_eq!(received(&house, &zhao2).await, [id]);
    house.pass(1);
    assert_eq!(received(&house, &zhao2).await, []);
    let expired = Error::Refused(Refusal::NotPending {
        state: State::Expired,
    });
    assert_eq!(accept(&house, &zhao2, id).await, Err(expired));
    assert_eq!(
        accept(&house, &zhao, id).await,
        Err(Error::SignedOut),
        "an old session"
    );
    assert!(
        sent(&house, &chen)
            .await
            .iter()
            .all(|(_, state)| *state == State::Expired)
    );

    let again = asked(&house, &chen, "zhao").await;
    assert_ne!(again, id, "an expired request makes room before the sweep");
    let due = house.write(house.job(), |tx, cx| request::expire_due(tx, cx, 10));
    assert_eq!(due.await, Ok(1), "the other was written by asking again");
    let due = house.write(house.job(), |tx, cx| request::expire_due(tx, cx, 10));
    assert_eq!(due.await, Ok(0));
    let wang = house.cx("wang").await;
    let settled = house.read(&wang, |tx, cx| {
        let me = cx.me(tx)?;
        request::list_settled(tx, cx, &me, PAGE)
    });
    let settled = settled.await.unwrap();
    assert_eq!((settled[0].id, settled[0].state), (other, State::Expired));
}

async fn events_follow_the_commit(store: TestStore) {
    let house = House::new(&store).await;
    let (chen, zhao) = (house.cx("chen").await, house.cx("zhao").await);
    let mut page = house.page(&zhao);
    let id = asked(&house, &chen, "zhao").await;
    assert_eq!(page.take(), [Topic::Requests].into());
    accept(&house, &zhao, id).await.unwrap();
    assert_eq!(page.take(), [Topic::Requests, Topic::Contacts].into());

    let refused = house.write(&chen, move |tx, cx| {
        contact::end(tx, cx, cx.account()?.1)?;
        Ok(())
    });
    assert!(refused.await.is_err());
    assert!(
        page.take().is_empty(),
        "nothing is told of what did not happen"
    );
}
