//! Acts on many members that are done part by part and taken back.

use guanxi_app::{
    Cx, Error, Result,
    member::{self, BULK_UNDO_MS, Bulk, Deed, Filter, Was, Who},
};
use guanxi_model::{
    corp::Settings,
    department::DepartmentId,
    id::{BulkId, MemberId},
    member::{Change, Place, Profile, Status},
    role::{Role, RoleGrant},
};
use guanxi_store::testing::TestStore;

use crate::{
    member::{change, update},
    support::{BOARD, House, RESEARCH, SALES, STORE, profile},
};

guanxi_store::both_engines!(
    a_filter_means_as_many_as_were_confirmed,
    moved_ones_go_back_to_where_each_was,
    an_undo_brings_back_states_and_roles,
    a_long_act_is_done_part_by_part,
    an_act_is_its_actors_own_and_sent_once,
);

const FIRST: BulkId = BulkId::from_u128(1);
const SECOND: BulkId = BulkId::from_u128(2);

async fn begin(house: &House, cx: &Cx, id: BulkId, deed: Deed, who: Who) -> Result<()> {
    let act = house.write(cx, move |tx, cx| {
        member::begin(tx, cx, id, deed, &who, true)
    });
    act.await
}

/// Goes through all parts and gives what came of it.
async fn finish(house: &House, cx: &Cx, id: BulkId) -> Bulk {
    let step = || house.write(cx, move |tx, cx| member::step(tx, cx, id));
    while step().await.unwrap() {}
    let read = house.read(cx, move |tx, cx| {
        let me = cx.me(tx)?;
        member::bulk(tx, &me, id)
    });
    read.await.unwrap()
}

async fn undo(house: &House, cx: &Cx, id: BulkId, of: BulkId) -> Result<()> {
    house
        .write(cx, move |tx, cx| member::undo(tx, cx, id, of))
        .await
}

fn of(department: DepartmentId) -> Filter {
    Filter {
        department: Some(department),
        limit: 1,
        ..Filter::default()
    }
}

const fn to(to: DepartmentId) -> Deed {
    Deed::Move { from: None, to }
}

async fn a_filter_means_as_many_as_were_confirmed(store: TestStore) {
    let house = House::new(&store).await;
    let owner = house.cx("owner").await;
    let counted = house.read(&owner, |tx, cx| {
        let me = cx.me(tx)?;
        member::count_matching(tx, &me, &of(SALES))
    });
    assert_eq!(counted.await, Ok(3), "those below count too");
    let wrong = begin(
        &house,
        &owner,
        FIRST,
        to(BOARD),
        Who::Matching(of(SALES), 2),
    );
    let changed = Error::Conflict {
        code: "matches_changed",
    };
    assert_eq!(wrong.await, Err(changed));
    assert_eq!(
        house.member("chen").await.profile.places[0].department,
        STORE
    );
    let right = begin(
        &house,
        &owner,
        FIRST,
        to(BOARD),
        Who::Matching(of(SALES), 3),
    );
    right.await.unwrap();
    let done = finish(&house, &owner, FIRST).await;
    assert!(done.is_done() && done.fates.len() == 3);
    for userid in ["lin", "chen", "wang"] {
        assert_eq!(
            house.member(userid).await.profile.places[0].department,
            BOARD
        );
    }
    let unknown = begin(
        &house,
        &owner,
        SECOND,
        to(DepartmentId(99)),
        Who::Named(vec![house.id("lin")]),
    );
    let field = Error::invalid("department", "unknown_department");
    assert_eq!(unknown.await, Err(field));
}

async fn moved_ones_go_back_to_where_each_was(store: TestStore) {
    let house = House::new(&store).await;
    let owner = house.cx("owner").await;
    let mut wang = profile("wang", "王晓明", 3, &[STORE, RESEARCH]);
    wang.places[1].leads = true;
    update(&house, &owner, "wang", wang.clone()).await.unwrap();
    let ids: Vec<MemberId> = ["wang", "chen", "zhao", "sun"]
        .map(|id| house.id(id))
        .into();
    begin(&house, &owner, FIRST, to(BOARD), Who::Named(ids))
        .await
        .unwrap();
    let done = finish(&house, &owner, FIRST).await;
    assert_eq!(done.undoable(house.now_ms()), 3, "one was there already");
    // Somebody moves on before the undo: he stays where he was put last.
    let elsewhere = profile("zhao", "赵一鸣", 4, &[SALES]);
    update(&house, &owner, "zhao", elsewhere).await.unwrap();
    undo(&house, &owner, SECOND, FIRST).await.unwrap();
    let back = finish(&house, &owner, SECOND).await;
    let codes: Vec<_> = back
        .fates
        .iter()
        .map(|fate| fate.refused.as_ref().map(|refused| refused.code.as_str()))
        .collect();
    assert_eq!(codes, [None, None, Some("changed_meanwhile")]);
    assert_eq!(house.member("wang").await.profile.places, wang.places);
    assert_eq!(house.state().await.leads(house.id("wang")), [RESEARCH]);
    assert_eq!(
        house.member("chen").await.profile.places[0].department,
        STORE
    );
    let again = undo(&house, &owner, BulkId::from_u128(3), FIRST).await;
    assert_eq!(again, Err(Error::Conflict { code: "bulk_past" }));
}

async fn an_undo_brings_back_states_and_roles(store: TestStore) {
    let house = House::new(&store).await;
    let owner = house.cx("owner").await;
    let (chen, zhao) = (house.id("chen"), house.id("zhao"));
    let auditor = RoleGrant {
        role: Role::Auditor,
        department: None,
    };
    let give = house.write(&owner, move |tx, cx| {
        guanxi_app::role::replace(tx, cx, chen, &[auditor])
    });
    give.await.unwrap();
    change(&house, &owner, "zhao", Change::Disable)
        .await
        .unwrap();
    let who = Who::Named(vec![chen, zhao, house.id("owner")]);
    begin(&house, &owner, FIRST, Deed::Change(Change::Leave), who)
        .await
        .unwrap();
    let done = finish(&house, &owner, FIRST).await;
    assert_eq!(
        done.fates[1].change,
        Some((Was::Status(Status::Disabled), Was::Status(Status::Left)))
    );
    assert_eq!(
        done.fates[2].refused.as_ref().map(|r| r.code.as_str()),
        Some("last_owner")
    );
    undo(&house, &owner, SECOND, FIRST).await.unwrap();
    let back = finish(&house, &owner, SECOND).await;
    assert!(back.fates.iter().all(|fate| fate.refused.is_none()));
    assert_eq!(back.undoes, Some(Deed::Change(Change::Leave)));
    assert_eq!(house.member("chen").await.status, Status::NotActivated);
    assert_eq!(house.member("zhao").await.status, Status::Disabled);
    assert_eq!(house.state().await.roles_of(chen).0, [auditor]);
    // After a day it is history.
    let ids = vec![house.id("qian")];
    let third = BulkId::from_u128(3);
    begin(
        &house,
        &owner,
        third,
        Deed::Change(Change::Disable),
        Who::Named(ids),
    )
    .await
    .unwrap();
    finish(&house, &owner, third).await;
    house.pass(BULK_UNDO_MS);
    let late = undo(&house, &owner, BulkId::from_u128(4), third).await;
    assert_eq!(late, Err(Error::Conflict { code: "bulk_past" }));
}

async fn a_long_act_is_done_part_by_part(store: TestStore) {
    let house = House::with(&store, Settings::default()).await;
    let owner = house.cx("owner").await;
    let (job, corp) = (house.job().clone(), house.corp);
    let many: Vec<Profile> = (0..250)
        .map(|number| Profile {
            userid: format!("many{number:03}"),
            name: format!("成员{number}"),
            email: Some(format!("many{number}@example.com").parse().unwrap()),
            places: vec![Place {
                department: RESEARCH,
                leads: false,
                order: 0,
            }],
            ..Profile::default()
        })
        .collect();
    let imported = house.write(&job, move |tx, cx| {
        member::import(tx, cx, corp, many.clone())
    });
    assert_eq!(imported.await.unwrap().created.len(), 250);
    let filter = Filter {
        text: "many".into(),
        ..of(RESEARCH)
    };
    begin(&house, &owner, FIRST, to(BOARD), Who::Matching(filter, 250))
        .await
        .unwrap();
    let step = || house.write(&owner, move |tx, cx| member::step(tx, cx, FIRST));
    assert_eq!(step().await, Ok(true));
    let half = house.read(&owner, |tx, cx| {
        let me = cx.me(tx)?;
        member::bulk(tx, &me, FIRST)
    });
    let half = half.await.unwrap();
    assert!(!half.is_done() && half.fates.len() == 100 && half.undoable(house.now_ms()) == 0);
    // Two nodes that go on at the same time go through nobody twice.
    let (one, other) = tokio::join!(step(), step());
    assert!(one.is_ok() && other.is_ok());
    let done = finish(&house, &owner, FIRST).await;
    assert_eq!(done.fates.len(), 250);
    let mut seen: Vec<MemberId> = done.fates.iter().map(|fate| fate.member).collect();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 250);
    assert_eq!(done.undoable(house.now_ms()), 250);
}

async fn an_act_is_its_actors_own_and_sent_once(store: TestStore) {
    let house = House::new(&store).await;
    let (owner, chen) = (house.cx("owner").await, house.id("chen"));
    let deed = Deed::Change(Change::Disable);
    for _ in 0..2 {
        begin(&house, &owner, FIRST, deed, Who::Named(vec![chen]))
            .await
            .unwrap();
    }
    assert_eq!(finish(&house, &owner, FIRST).await.fates.len(), 1);
    let admin = RoleGrant {
        role: Role::DirectoryAdmin,
        department: None,
    };
    let zhao = house.id("zhao");
    let give = house.write(&owner, move |tx, cx| {
        guanxi_app::role::replace(tx, cx, zhao, &[admin])
    });
    give.await.unwrap();
    let zhao = house.cx("zhao").await;
    let unknown = Err(Error::not_found("bulk"));
    let step = house.write(&zhao, move |tx, cx| member::step(tx, cx, FIRST));
    assert_eq!(step.await.map(drop), unknown);
    assert_eq!(undo(&house, &zhao, SECOND, FIRST).await, unknown);
    let same = begin(&house, &zhao, FIRST, deed, Who::Named(vec![chen])).await;
    assert_eq!(same, unknown);
}
