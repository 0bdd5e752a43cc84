//! Roles.

use guanxi_app::{Cx, Error, Result, member, role};
use guanxi_model::{
    department::DepartmentId,
    id::MemberId,
    member::Change,
    role::{Right, Role, RoleGrant},
};
use guanxi_store::testing::TestStore;

use crate::{
    member::change,
    support::{House, SALES},
};

guanxi_store::both_engines!(
    owners_hand_out_roles,
    roles_are_checked,
    roles_that_were_taken_can_be_given_back,
);

async fn replace(house: &House, cx: &Cx, userid: &str, roles: Vec<RoleGrant>) -> Result<()> {
    let id = house.id(userid);
    house
        .write(cx, move |tx, cx| role::replace(tx, cx, id, &roles))
        .await
}

const fn grant(role: Role, department: Option<DepartmentId>) -> RoleGrant {
    RoleGrant { role, department }
}

async fn owners_hand_out_roles(store: TestStore) {
    let house = House::new(&store).await;
    let (owner, chen) = (house.cx("owner").await, house.cx("chen").await);
    let right = Right::GrantRoles;
    let forbidden = Err(Error::Forbidden { right });
    assert_eq!(
        replace(&house, &chen, "chen", vec![grant(Role::Owner, None)]).await,
        forbidden
    );
    let two = vec![
        grant(Role::Auditor, None),
        grant(Role::DirectoryAdmin, Some(SALES)),
        grant(Role::Auditor, None),
    ];
    replace(&house, &owner, "chen", two).await.unwrap();
    assert_eq!(house.read(&chen, role::list).await.map(drop), forbidden);
    let holders = house.read(&owner, role::list).await.unwrap();
    let names: Vec<_> = holders
        .iter()
        .map(|h| h.member.profile.userid.as_str())
        .collect();
    assert_eq!(names, ["owner", "chen"]);
    assert_eq!(holders[1].roles.len(), 2);
    let can = house
        .read(&chen, |tx, cx| cx.me_with(tx, Right::ReadAudit).map(drop))
        .await;
    assert_eq!(can, Ok(()));
    replace(&house, &owner, "chen", Vec::new()).await.unwrap();
    let can = house
        .read(&chen, |tx, cx| cx.me_with(tx, Right::ReadAudit).map(drop))
        .await;
    assert!(can.is_err(), "it holds from the next request on");
}

async fn roles_are_checked(store: TestStore) {
    let house = House::new(&store).await;
    let owner = house.cx("owner").await;
    let limited = replace(
        &house,
        &owner,
        "chen",
        vec![grant(Role::Owner, Some(SALES))],
    )
    .await;
    assert_eq!(
        limited,
        Err(Error::invalid("department", "role_of_whole_corp"))
    );
    let nowhere = vec![grant(Role::DirectoryAdmin, Some(DepartmentId(99)))];
    let nowhere = replace(&house, &owner, "chen", nowhere).await;
    assert_eq!(
        nowhere,
        Err(Error::invalid("department", "unknown_department"))
    );
    change(&house, &owner, "chen", Change::Disable)
        .await
        .unwrap();
    let gone = replace(&house, &owner, "chen", vec![grant(Role::Auditor, None)]).await;
    assert_eq!(
        gone,
        Err(Error::Conflict {
            code: "member_not_listed"
        })
    );
}

async fn taken(house: &House, cx: &Cx, id: MemberId) -> Result<Vec<RoleGrant>> {
    let read = house.read(cx, move |tx, cx| {
        let me = cx.me(tx)?;
        role::taken(tx, &me, id)
    });
    read.await
}

async fn back(house: &House, cx: &Cx, id: MemberId, roles: bool) -> Result<()> {
    house
        .write(cx, move |tx, cx| member::reactivate(tx, cx, id, roles))
        .await
}

async fn roles_that_were_taken_can_be_given_back(store: TestStore) {
    let house = House::new(&store).await;
    let owner = house.cx("owner").await;
    let two = vec![
        grant(Role::DirectoryAdmin, Some(SALES)),
        grant(Role::Auditor, None),
    ];
    replace(&house, &owner, "chen", two).await.unwrap();
    let admin = grant(Role::DirectoryAdmin, None);
    replace(&house, &owner, "zhao", vec![admin]).await.unwrap();
    change(&house, &owner, "chen", Change::Disable)
        .await
        .unwrap();
    change(&house, &owner, "chen", Change::Leave).await.unwrap();
    let id = house.id("chen");
    assert_eq!(
        taken(&house, &owner, id).await.unwrap().len(),
        2,
        "leaving takes nothing more"
    );
    // One who may not give roles brings back the member alone.
    let zhao = house.cx("zhao").await;
    let right = Right::GrantRoles;
    assert_eq!(
        back(&house, &zhao, id, true).await,
        Err(Error::Forbidden { right })
    );
    back(&house, &zhao, id, false).await.unwrap();
    assert!(house.state().await.roles_of(id).0.is_empty());
    assert_eq!(
        taken(&house, &zhao, id).await.unwrap().len(),
        2,
        "an owner may still give them"
    );
    change(&house, &owner, "chen", Change::Disable)
        .await
        .unwrap();
    back(&house, &owner, id, true).await.unwrap();
    assert!(house.state().await.roles_of(id).allow(Right::ReadAudit));
    assert!(taken(&house, &owner, id).await.unwrap().is_empty());
    // What an owner sets anew is what holds.
    change(&house, &owner, "chen", Change::Disable)
        .await
        .unwrap();
    back(&house, &owner, id, false).await.unwrap();
    replace(&house, &owner, "chen", vec![grant(Role::Auditor, None)])
        .await
        .unwrap();
    assert!(taken(&house, &owner, id).await.unwrap().is_empty());
}
