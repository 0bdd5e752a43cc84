//! Members as administrators change them.

use guanxi_app::{
    Cx, Error, Result,
    contact::Outcome,
    member::{self, Filter},
    role,
};
use guanxi_model::{
    id::MemberId,
    member::{Change, Profile, Status},
    person::Email,
    request::State,
    role::{Right, Role, RoleGrant},
};
use guanxi_store::testing::TestStore;

use crate::{
    members::change_many,
    request::{accept, ask, asked, received, sent},
    support::{House, MINUTE, RESEARCH, SALES, STORE, phone, profile},
};

guanxi_store::both_engines!(
    a_new_member_is_found_and_signs_in,
    taken_keys_are_refused_on_their_fields,
    a_new_number_has_to_be_proved,
    whoever_leaves_is_out_at_once,
    a_leaver_comes_back,
    a_number_given_away_stays_away,
    the_last_owner_stays,
    two_owners_cannot_put_each_other_out,
    nobody_changes_one_who_may_more,
    a_limited_administrator_keeps_to_his_part,
    ordinary_members_administrate_nothing,
);

pub(crate) async fn give_role(house: &House, userid: &str, grant: RoleGrant) {
    let (owner, id) = (house.cx("owner").await, house.id(userid));
    let give = house.write(&owner, move |tx, cx| role::replace(tx, cx, id, &[grant]));
    give.await.unwrap();
    house.pass(MINUTE);
}

pub(crate) const SALES_ADMIN: RoleGrant = RoleGrant {
    role: Role::DirectoryAdmin,
    department: Some(SALES),
};
const ADMIN: RoleGrant = RoleGrant {
    role: Role::DirectoryAdmin,
    department: None,
};

pub(crate) async fn create(house: &House, cx: &Cx, profile: Profile) -> Result<MemberId> {
    house
        .write(cx, move |tx, cx| member::create(tx, cx, profile.clone()))
        .await
}

pub(crate) async fn update(house: &House, cx: &Cx, userid: &str, profile: Profile) -> Result<()> {
    let id = house.id(userid);
    house
        .write(cx, move |tx, cx| {
            member::update(tx, cx, id, profile.clone())
        })
        .await
}

pub(crate) async fn change(house: &House, cx: &Cx, userid: &str, change: Change) -> Result<()> {
    let id = house.id(userid);
    house
        .write(cx, move |tx, cx| member::change(tx, cx, id, change))
        .await
}

pub(crate) fn everybody(limit: i64) -> Filter {
    Filter {
        status: None,
        department: None,
        text: String::new(),
        after: None,
        before: None,
        limit,
    }
}

pub(crate) fn forbidden(right: Right) -> Result<()> {
    Err(Error::Forbidden { right })
}

async fn a_new_member_is_found_and_signs_in(store: TestStore) {
    let house = House::new(&store).await;
    let owner = house.cx("owner").await;
    let before = house.directory(&owner).await.0.len();
    let mut new = profile("he", "何青", 7, &[RESEARCH]);
    new.places[0].leads = true;
    let id = create(&house, &owner, new).await.unwrap();
    assert_eq!(house.directory(&owner).await.0.len(), before + 1);
    assert_eq!(house.state().await.leads(id), [RESEARCH]);
    let cx = house.sign_in(phone(7)).await;
    assert_eq!(cx.account(), Ok((house.corp, id)));
}

async fn taken_keys_are_refused_on_their_fields(store: TestStore) {
    let house = House::new(&store).await;
    let owner = house.cx("owner").await;
    let mail = |text: &str| Some(Email::parse(text).unwrap());
    let mut first = profile("he", "何青", 7, &[RESEARCH]);
    first.email = mail("he@example.com");
    create(&house, &owner, first).await.unwrap();
    let taken = |field, code| Err(Error::invalid(field, code));
    let same = create(&house, &owner, profile("CHEN", "另一个", 8, &[SALES])).await;
    assert_eq!(same, taken("userid", "userid_taken"));
    let same = create(&house, &owner, profile("chen2", "另一个", 2, &[SALES])).await;
    assert_eq!(same, taken("mobile", "mobile_taken"));
    let mut third = profile("chen2", "另一个", 8, &[SALES]);
    third.email = mail("HE@example.com");
    assert_eq!(
        create(&house, &owner, third).await,
        taken("email", "email_taken")
    );
    let nowhere = profile(
        "chen2",
        "另一个",
        8,
        &[guanxi_model::department::DepartmentId(99)],
    );
    let refused = create(&house, &owner, nowhere).await;
    assert_eq!(refused, taken("department", "unknown_department"));
    let refused = update(
        &house,
        &owner,
        "chen",
        profile("wang", "陈思远", 2, &[STORE]),
    )
    .await;
    assert_eq!(refused, Err(Error::invalid("userid", "userid_taken")));
}

async fn a_new_number_has_to_be_proved(store: TestStore) {
    let house = House::new(&store).await;
    let (owner, chen) = (house.cx("owner").await, house.cx("chen").await);
    let mut new = profile("chen", "陈思远", 2, &[STORE]);
    new.position = "店长".into();
    update(&house, &owner, "chen", new).await.unwrap();
    assert_eq!(
        house.read(&chen, |tx, cx| cx.me(tx).map(drop)).await,
        Ok(())
    );

    let new = profile("chen", "陈思远", 22, &[STORE]);
    update(&house, &owner, "chen", new).await.unwrap();
    let out = house.read(&chen, |tx, cx| cx.me(tx).map(drop)).await;
    assert_eq!(out, Err(Error::SignedOut));
    let member = house.member("chen").await;
    assert_eq!((member.status, member.person), (Status::NotActivated, None));
    house.pass(MINUTE);
    let old = house.sign_in(phone(2)).await;
    assert_eq!(
        old.account(),
        Err(Error::SignedOut),
        "the old number has no account"
    );
    let new = house.sign_in(phone(22)).await;
    assert_eq!(new.account(), Ok((house.corp, house.id("chen"))));
}

async fn whoever_leaves_is_out_at_once(store: TestStore) {
    let house = House::new(&store).await;
    give_role(&house, "chen", ADMIN).await;
    let (owner, chen, zhao) = (
        house.cx("owner").await,
        house.cx("chen").await,
        house.cx("zhao").await,
    );
    let to_wang = asked(&house, &chen, "wang").await;
    let to_chen = asked(&house, &zhao, "chen").await;
    let qian = house.cx("qian").await;
    let kept = asked(&house, &chen, "qian").await;
    accept(&house, &qian, kept).await.unwrap();

    change(&house, &owner, "chen", Change::Leave).await.unwrap();
    change(&house, &owner, "chen", Change::Leave).await.unwrap();
    let member = house.member("chen").await;
    assert_eq!(member.status, Status::Left);
    assert!(member.left_at_ms.is_some() && !member.profile.places.is_empty());
    assert_eq!(ask(&house, &chen, "sun").await, Err(Error::SignedOut));
    assert!(house.state().await.roles_of(house.id("chen")).0.is_empty());
    assert_eq!(sent(&house, &zhao).await, [(to_chen, State::Expired)]);
    let wang = house.cx("wang").await;
    assert_eq!(received(&house, &wang).await, []);
    assert!(matches!(
        accept(&house, &wang, to_wang).await,
        Err(Error::Refused(guanxi_model::request::Refusal::NotPending {
            state: State::Withdrawn
        }))
    ));
    let contacts = house.read(&qian, crate::support::contacts).await;
    assert_eq!(contacts, Ok(1), "the contact stays on record");
    assert_eq!(
        ask(&house, &wang, "chen").await,
        Err(Error::not_found("member"))
    );
    let disable = change(&house, &owner, "chen", Change::Disable).await;
    assert_eq!(
        disable,
        Err(Error::Conflict {
            code: "member_left"
        })
    );
    let log = crate::audit::actions(&house).await;
    for action in ["member.left", "request.withdrawn", "request.expired"] {
        assert!(log.iter().any(|logged| logged == action), "{action}");
    }
    house.pass(MINUTE);
    let directory = house.directory(&owner).await.0;
    assert!(directory.entry(house.id("chen")).is_none());
}

async fn a_leaver_comes_back(store: TestStore) {
    let house = House::new(&store).await;
    let (owner, chen) = (house.cx("owner").await, house.cx("chen").await);
    change(&house, &owner, "chen", Change::Disable)
        .await
        .unwrap();
    change(&house, &owner, "wang", Change::Leave).await.unwrap();
    for userid in ["chen", "wang"] {
        change(&house, &owner, userid, Change::Reactivate)
            .await
            .unwrap();
    }
    let (came_back, waits) = (house.member("chen").await, house.member("wang").await);
    assert_eq!(
        (came_back.status, waits.status),
        (Status::Active, Status::NotActivated)
    );
    assert_eq!(waits.left_at_ms, None);
    assert_eq!(
        ask(&house, &chen, "wang").await,
        Err(Error::SignedOut),
        "old sessions stay ended"
    );
    house.pass(MINUTE);
    let chen = house.cx("chen").await;
    assert!(matches!(
        ask(&house, &chen, "wang").await,
        Ok(Outcome::Asked(_))
    ));
}

async fn a_number_given_away_stays_away(store: TestStore) {
    let house = House::new(&store).await;
    let owner = house.cx("owner").await;
    change(&house, &owner, "chen", Change::Leave).await.unwrap();
    create(&house, &owner, profile("he", "何青", 2, &[STORE]))
        .await
        .unwrap();
    let back = change(&house, &owner, "chen", Change::Reactivate).await;
    assert_eq!(back, Err(Error::invalid("mobile", "mobile_taken")));
    let many = change_many(&house, &owner, &["chen", "wang"], Change::Reactivate, false).await;
    let outcomes: Vec<_> = many.unwrap().into_iter().map(|c| c.outcome).collect();
    assert_eq!(
        outcomes,
        [Err(Error::invalid("mobile", "mobile_taken")), Ok(())]
    );
}

async fn the_last_owner_stays(store: TestStore) {
    let house = House::new(&store).await;
    let owner = house.cx("owner").await;
    let last = Err(Error::Conflict { code: "last_owner" });
    assert_eq!(change(&house, &owner, "owner", Change::Leave).await, last);
    let id = house.id("owner");
    let drop_roles = house.write(&owner, move |tx, cx| role::replace(tx, cx, id, &[]));
    assert_eq!(drop_roles.await, last);
    let second = RoleGrant {
        role: Role::Owner,
        department: None,
    };
    give_role(&house, "lin", second).await;
    let lin = house.cx("lin").await;
    let oneself = Err(Error::Conflict { code: "oneself" });
    assert_eq!(change(&house, &lin, "lin", Change::Disable).await, oneself);
    change(&house, &lin, "owner", Change::Leave).await.unwrap();
    assert_eq!(change(&house, &lin, "lin", Change::Leave).await, last);
    let both = change_many(&house, &lin, &["lin", "chen"], Change::Disable, true)
        .await
        .unwrap();
    assert_eq!((&both[0].outcome, &both[1].outcome), (&last, &Ok(())));
}

async fn two_owners_cannot_put_each_other_out(store: TestStore) {
    let house = House::new(&store).await;
    let second = RoleGrant {
        role: Role::Owner,
        department: None,
    };
    give_role(&house, "lin", second).await;
    let (owner, lin) = (house.cx("owner").await, house.cx("lin").await);
    let (one, other) = tokio::join!(
        change(&house, &owner, "lin", Change::Leave),
        change(&house, &lin, "owner", Change::Leave),
    );
    let refused = if one.is_ok() { other } else { one };
    assert_eq!(refused, Err(Error::SignedOut));
    let state = house.state().await;
    assert_eq!(state.all_roles().count(), 1);
}

async fn nobody_changes_one_who_may_more(store: TestStore) {
    let house = House::new(&store).await;
    give_role(&house, "lin", ADMIN).await;
    let auditor = RoleGrant {
        role: Role::Auditor,
        department: None,
    };
    give_role(&house, "zhao", auditor).await;
    let lin = house.cx("lin").await;
    let more = forbidden(Right::GrantRoles);
    let takeover = update(
        &house,
        &lin,
        "owner",
        profile("owner", "周雨", 77, &[SALES]),
    )
    .await;
    assert_eq!(takeover, more);
    let takeover = update(
        &house,
        &lin,
        "zhao",
        profile("zhao", "赵一鸣", 77, &[RESEARCH]),
    )
    .await;
    assert_eq!(takeover, more);
    assert_eq!(change(&house, &lin, "owner", Change::Leave).await, more);
    assert_eq!(change(&house, &lin, "chen", Change::Leave).await, Ok(()));
}

async fn a_limited_administrator_keeps_to_his_part(store: TestStore) {
    let house = House::new(&store).await;
    give_role(&house, "lin", SALES_ADMIN).await;
    let lin = house.cx("lin").await;
    let all = everybody(50);
    let wanted = all.clone();
    let page = house
        .read(&lin, move |tx, cx| {
            let me = cx.me(tx)?;
            member::page(tx, &me, &wanted)
        })
        .await
        .unwrap();
    let userids: Vec<_> = page
        .rows
        .iter()
        .map(|r| r.member.profile.userid.as_str())
        .collect();
    assert_eq!(userids, ["chen", "lin", "wang"]);
    assert!(page.rows.iter().all(|row| row.can_edit));
    let wanted = all.clone();
    let counts = house.read(&lin, move |tx, cx| {
        let me = cx.me(tx)?;
        member::count_by_status(tx, &me, &wanted)
    });
    let counts = counts.await.unwrap();
    assert_eq!(counts.iter().map(|(_, count)| count).sum::<i64>(), 3);
    let elsewhere = Filter {
        department: Some(RESEARCH),
        ..all
    };
    let page = house
        .read(&lin, move |tx, cx| {
            let me = cx.me(tx)?;
            member::page(tx, &me, &elsewhere)
        })
        .await;
    assert_eq!(page.map(drop), Err(Error::not_found("department")));

    let missing = Err(Error::not_found("member"));
    assert_eq!(change(&house, &lin, "zhao", Change::Leave).await, missing);
    let right = forbidden(Right::EditPeople);
    let outside = create(&house, &lin, profile("he", "何青", 7, &[STORE, RESEARCH])).await;
    assert_eq!(outside.map(drop), right);
    create(&house, &lin, profile("he", "何青", 7, &[STORE]))
        .await
        .unwrap();
    let away = update(
        &house,
        &lin,
        "chen",
        profile("chen", "陈思远", 2, &[RESEARCH]),
    )
    .await;
    assert_eq!(away, right);
    let id = house.id("chen");
    let away = house.write(&lin, move |tx, cx| {
        member::move_many(tx, cx, &[id], None, RESEARCH)
    });
    assert_eq!(away.await.map(drop), right);

    // Somebody who is in his part and elsewhere too can be read, but not changed.
    let owner = house.cx("owner").await;
    let both = profile("wang", "王晓明", 3, &[STORE, RESEARCH]);
    update(&house, &owner, "wang", both).await.unwrap();
    let wang = house.id("wang");
    let row = house
        .read(&lin, move |tx, cx| {
            let me = cx.me(tx)?;
            member::get(tx, &me, wang)
        })
        .await
        .unwrap();
    assert!(!row.can_edit);
    assert_eq!(change(&house, &lin, "wang", Change::Leave).await, right);
}

async fn ordinary_members_administrate_nothing(store: TestStore) {
    let house = House::new(&store).await;
    let chen = house.cx("chen").await;
    let people = forbidden(Right::EditPeople);
    let new = create(&house, &chen, profile("he", "何青", 7, &[STORE])).await;
    assert_eq!(new.map(drop), people);
    assert_eq!(change(&house, &chen, "wang", Change::Leave).await, people);
    let corp = house.corp;
    let import = house.write(&chen, move |tx, cx| {
        member::import(tx, cx, corp, Vec::new())
    });
    assert_eq!(import.await.map(drop), people);
    let read = forbidden(Right::ReadPeople);
    let all = everybody(50);
    let counts = house.read(&chen, move |tx, cx| {
        let me = cx.me(tx)?;
        member::count_by_status(tx, &me, &all)
    });
    let counts = counts.await;
    assert_eq!(counts.map(drop), read);
    let export = house
        .read(&chen, |tx, cx| member::export(tx, cx, |_| Ok(())))
        .await;
    assert_eq!(export, read);
}
