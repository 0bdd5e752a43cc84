//! Recorded scans decided again: their own plans lead to where they led, another one elsewhere.

use guanxi_app::{
    Error,
    live_code::{
        self,
        desk::Ask,
        own,
        visit::Added,
        what_if::{self, Other, Outcome},
    },
};
use guanxi_model::{
    id::LiveCodeId,
    live_code::{plan::Plan, pool::Strategy, replay::Side},
};
use guanxi_store::testing::TestStore;

use crate::{
    live_desk::{add, ask, awake, person, publish, scan, seat},
    qr_code::visit_as,
    support::{DAY, House, MINUTE},
};

guanxi_store::both_engines!(
    recorded_days_come_out_the_same_under_their_own_plans,
    a_draft_is_tried_before_it_is_published,
);

/// Decides the scans since a moment again.
async fn again(house: &House, code: LiveCodeId, from_ms: i64, other: Other) -> Outcome {
    let owner = house.cx("owner").await;
    let between = (from_ms, house.now_ms() + 1);
    let begin = house.read(&owner, move |tx, cx| {
        let me = cx.me(tx)?;
        what_if::begin(tx, cx, &me, code, between, other)
    });
    begin.await.unwrap().run(&house.env).await.unwrap()
}

/// Publishes what a change makes of the plan.
async fn change(house: &House, code: LiveCodeId, change: fn(&mut Plan)) {
    let owner = house.cx("owner").await;
    let published = house.write(&owner, move |tx, cx| {
        let me = cx.me(tx)?;
        let draft = live_code::draft(tx, cx, &me, code)?;
        let mut plan = draft.plan;
        change(&mut plan);
        let tag = live_code::save_draft(tx, cx, code, draft.number, plan)?;
        live_code::publish(tx, cx, code, tag, "")
    });
    published.await.unwrap();
}

async fn scans(house: &House, code: LiveCodeId, visitors: std::ops::Range<u128>) {
    for visitor in visitors {
        house.pass(MINUTE);
        scan(&house.env, ask(house.corp, code, visitor)).await;
    }
}

fn sum(side: &Side) -> (u64, u64) {
    let scans: u64 = side.members.values().map(|got| got.scans).sum();
    let adds = side.members.values().map(|got| got.adds).sum();
    (scans + side.nobody, adds)
}

/// Two days with all that happens: adds, customers who come back, places that lapse, caps, somebody who switches himself off, turns
/// that are given, a new version in the middle, and another code beside it.
async fn recorded_days_come_out_the_same_under_their_own_plans(store: TestStore) {
    let house = House::new(&store).await;
    awake(&house, &["chen", "wang", "lin"]).await;
    let mut seats = vec![
        seat(&house, "chen", 3),
        seat(&house, "wang", 2),
        seat(&house, "lin", 1),
    ];
    seats[0].daily_cap = Some(2);
    let other = publish(
        &house,
        Plan::simple("旁边", Strategy::RoundRobin, seats.clone()),
    )
    .await;
    let code = publish(&house, Plan::simple("重演", Strategy::Weighted, seats)).await;
    let mut guests = Vec::new();
    for number in 0..8 {
        guests.push(visit_as(&house, 940 + number, "客").await);
    }
    for (visitor, guest) in guests.iter().enumerate() {
        house.pass(MINUTE);
        let visitor = visitor as u128;
        scans(&house, other, 500..502).await;
        let Some(shown) = scan(&house.env, ask(house.corp, code, visitor)).await else {
            continue;
        };
        let added = add(&house, guest, code, visitor, shown.seq).await;
        assert_eq!(added, Added::Contacts(shown.member));
    }
    let middle_ms = house.now_ms();
    scans(&house, code, 100..130).await;
    let chen = house.cx("chen").await;
    let off = house.write(&chen, |tx, cx| own::switch_off(tx, cx, None));
    off.await.unwrap();
    scans(&house, code, 130..150).await;
    change(&house, code, |plan| plan.pools[0].entries[1].weight = 5).await;
    scans(&house, code, 150..170).await;
    let on = house.write(&chen, own::switch_on);
    on.await.unwrap();
    house.pass(DAY);
    for (visitor, guest) in guests.iter().enumerate() {
        let back = Ask {
            person: person(guest),
            ..ask(house.corp, code, 1000 + visitor as u128)
        };
        scan(&house.env, back).await;
    }
    change(&house, code, |plan| {
        plan.pools[0].strategy = Strategy::LeastLoaded;
    })
    .await;
    scans(&house, code, 170..190).await;

    for from_ms in [0, middle_ms, house.now_ms() - DAY] {
        let done = again(&house, code, from_ms, Other::Strategy(Strategy::RoundRobin)).await;
        assert_eq!(done.since_ms, None);
        let (was, own) = (&done.replayed.was, &done.replayed.would[0]);
        assert_eq!(own, was, "from {from_ms}");
        assert_eq!(own.differ, 0);
        let other = &done.replayed.would[1];
        assert!(other.differ > 0);
        assert_eq!(sum(other).0, done.replayed.scans);
    }
    let all = again(&house, code, 0, Other::Strategy(Strategy::Weighted)).await;
    assert_eq!(all.replayed.scans, 30 + 8 + 20 + 20 + 8 + 20);
    assert_eq!(sum(&all.replayed.was), (106, 8));
    assert!(all.replayed.was.found_full > 0);
    assert!(all.replayed.was.members[&house.id("chen")].is_full);
}

async fn a_draft_is_tried_before_it_is_published(store: TestStore) {
    let house = House::new(&store).await;
    awake(&house, &["chen", "wang", "lin"]).await;
    let seats = vec![seat(&house, "chen", 1), seat(&house, "wang", 1)];
    let code = publish(&house, Plan::simple("草稿", Strategy::RoundRobin, seats)).await;
    for visitor in 0..30 {
        scan(&house.env, ask(house.corp, code, visitor)).await;
    }
    let owner = house.cx("owner").await;
    let lin = seat(&house, "lin", 4);
    let drafted = house.write(&owner, move |tx, cx| {
        let me = cx.me(tx)?;
        let mut plan = live_code::draft(tx, cx, &me, code)?.plan;
        plan.pools[0].entries.push(lin.clone());
        plan.pools[0].strategy = Strategy::Weighted;
        live_code::save_draft(tx, cx, code, 0, plan)
    });
    let tag = drafted.await.unwrap();
    let done = again(&house, code, 0, Other::Draft).await;
    let got = |side: &Side, userid: &str| {
        let got = side.members.get(&house.id(userid));
        got.map_or(0, |got| got.scans)
    };
    let users = ["chen", "wang", "lin"];
    assert_eq!(users.map(|one| got(&done.replayed.was, one)), [15, 15, 0]);
    assert_eq!(
        users.map(|one| got(&done.replayed.would[1], one)),
        [5, 5, 20]
    );

    let emptied = house.write(&owner, move |tx, cx| {
        let me = cx.me(tx)?;
        let mut plan = live_code::draft(tx, cx, &me, code)?.plan;
        plan.pools[0].entries.clear();
        live_code::save_draft(tx, cx, code, tag, plan)
    });
    emptied.await.unwrap();
    let refused = house.read(&owner, move |tx, cx| {
        let me = cx.me(tx)?;
        what_if::begin(tx, cx, &me, code, (0, i64::MAX), Other::Draft)
    });
    let refused = refused.await.map(drop);
    assert_eq!(refused, Err(Error::invalid("under", "draft_unfinished")));
    let chen = house.cx("chen").await;
    let forbidden = house.read(&chen, move |tx, cx| {
        let me = cx.me(tx)?;
        what_if::begin(tx, cx, &me, code, (0, i64::MAX), Other::Draft)
    });
    assert!(matches!(
        forbidden.await.map(drop),
        Err(Error::Forbidden { .. })
    ));
}
