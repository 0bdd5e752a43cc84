//! Departments.

use guanxi_app::{
    Cx, Error, Result,
    department::{self, Direction},
    visibility,
};
use guanxi_model::{
    department::{DEPTH_MAX, DepartmentId, ROOT},
    member::Change,
    role::{Right, Role, RoleGrant},
    visibility::{Kind, Subject},
};
use guanxi_store::testing::TestStore;

use crate::{
    member::{change, give_role},
    support::{BOARD, House, RESEARCH, SALES, STORE, profile},
};

guanxi_store::both_engines!(
    departments_are_made_and_named_once,
    nothing_moves_below_itself_or_too_deep,
    neighbours_change_places,
    only_what_is_empty_and_unnamed_can_go,
    those_who_left_go_one_up,
    a_limited_administrator_keeps_to_his_part,
);

async fn create(house: &House, cx: &Cx, parent: DepartmentId, name: &str) -> Result<DepartmentId> {
    let name = name.to_owned();
    house
        .write(cx, move |tx, cx| {
            department::create(tx, cx, parent, &name, 0)
        })
        .await
}

async fn update(
    house: &House,
    cx: &Cx,
    id: DepartmentId,
    parent: DepartmentId,
    name: &str,
) -> Result<()> {
    let name = name.to_owned();
    house
        .write(cx, move |tx, cx| {
            department::update(tx, cx, id, parent, &name, 0)
        })
        .await
}

async fn delete(house: &House, cx: &Cx, id: DepartmentId) -> Result<()> {
    house
        .write(cx, move |tx, cx| department::delete(tx, cx, id))
        .await
}

fn conflict<T>(code: &'static str) -> Result<T> {
    Err(Error::Conflict { code })
}

async fn departments_are_made_and_named_once(store: TestStore) {
    let house = House::new(&store).await;
    let owner = house.cx("owner").await;
    let id = create(&house, &owner, SALES, "滨江门店").await.unwrap();
    assert_eq!(
        id,
        DepartmentId(6),
        "numbers go on behind the imported ones"
    );
    let state = house.state().await;
    assert_eq!(state.tree().find(id).unwrap().parent, Some(SALES));
    let taken = Err(Error::invalid("name", "department_name_taken"));
    assert_eq!(
        create(&house, &owner, SALES, "滨江门店").await.map(drop),
        taken
    );
    create(&house, &owner, RESEARCH, "滨江门店").await.unwrap();
    assert_eq!(
        update(&house, &owner, STORE, SALES, "滨江门店").await,
        taken
    );
    update(&house, &owner, STORE, SALES, "西溪门店")
        .await
        .unwrap();
    assert_eq!(
        house.state().await.tree().find(STORE).unwrap().name,
        "西溪门店"
    );
    let nowhere = create(&house, &owner, DepartmentId(99), "x")
        .await
        .map(drop);
    assert_eq!(nowhere, Err(Error::not_found("department")));
    let root = update(&house, &owner, ROOT, ROOT, "x").await;
    assert_eq!(root, conflict("department_is_root"));
}

async fn nothing_moves_below_itself_or_too_deep(store: TestStore) {
    let house = House::new(&store).await;
    let owner = house.cx("owner").await;
    let below = Err(Error::invalid("parent", "department_below_itself"));
    assert_eq!(update(&house, &owner, SALES, STORE, "销售部").await, below);
    assert_eq!(update(&house, &owner, SALES, SALES, "销售部").await, below);
    update(&house, &owner, SALES, RESEARCH, "销售部")
        .await
        .unwrap();
    assert_eq!(house.state().await.tree().depth(STORE), 3);
    let deep = Err(Error::invalid("parent", "department_too_deep"));
    let mut parent = STORE;
    for depth in 4..=DEPTH_MAX {
        parent = create(&house, &owner, parent, &format!("第{depth}级"))
            .await
            .unwrap();
    }
    assert_eq!(create(&house, &owner, parent, "太深").await.map(drop), deep);
    let other = create(&house, &owner, BOARD, "秘书处").await.unwrap();
    assert_eq!(
        update(&house, &owner, RESEARCH, other, "研发部").await,
        deep
    );
}

async fn neighbours_change_places(store: TestStore) {
    let house = House::new(&store).await;
    let owner = house.cx("owner").await;
    let order = async || {
        let state = house.state().await;
        state
            .tree()
            .children(ROOT)
            .map(|d| d.id)
            .collect::<Vec<_>>()
    };
    let shift = async |id, direction| {
        let act = house.write(&owner, move |tx, cx| {
            department::shift(tx, cx, id, direction)
        });
        act.await.unwrap();
    };
    assert_eq!(order().await, [SALES, RESEARCH, BOARD]);
    shift(BOARD, Direction::Up).await;
    assert_eq!(order().await, [SALES, BOARD, RESEARCH]);
    shift(SALES, Direction::Up).await;
    assert_eq!(order().await, [SALES, BOARD, RESEARCH]);
    shift(SALES, Direction::Down).await;
    assert_eq!(order().await, [BOARD, SALES, RESEARCH]);
}

async fn only_what_is_empty_and_unnamed_can_go(store: TestStore) {
    let house = House::new(&store).await;
    let owner = house.cx("owner").await;
    assert_eq!(
        delete(&house, &owner, ROOT).await,
        conflict("department_is_root")
    );
    assert_eq!(
        delete(&house, &owner, SALES).await,
        conflict("department_has_children")
    );
    assert_eq!(
        delete(&house, &owner, STORE).await,
        conflict("department_has_members")
    );
    let id = create(&house, &owner, SALES, "滨江门店").await.unwrap();
    let draft = visibility::Draft {
        id: None,
        kind: Kind::Hide,
        subject: Subject::Member(house.id("sun")),
        exceptions: vec![Subject::Department(id)],
        note: String::new(),
    };
    let put = house.write(&owner, move |tx, cx| {
        visibility::put_rule(tx, cx, draft.clone())
    });
    let rule = put.await.unwrap();
    assert_eq!(
        delete(&house, &owner, id).await,
        conflict("department_in_use")
    );
    let delete_rule = house.write(&owner, move |tx, cx| {
        visibility::delete_rule(tx, cx, rule.id)
    });
    delete_rule.await.unwrap();
    delete(&house, &owner, id).await.unwrap();
    assert!(house.state().await.tree().find(id).is_none());
    assert_eq!(
        delete(&house, &owner, id).await,
        Err(Error::not_found("department"))
    );
}

async fn those_who_left_go_one_up(store: TestStore) {
    let house = House::new(&store).await;
    let owner = house.cx("owner").await;
    let id = house.id("wang");
    let both = profile("wang", "王晓明", 3, &[STORE, SALES]);
    let act = house.write(&owner, move |tx, cx| {
        guanxi_app::member::update(tx, cx, id, both.clone())
    });
    act.await.unwrap();
    for userid in ["chen", "wang"] {
        change(&house, &owner, userid, Change::Leave).await.unwrap();
    }
    delete(&house, &owner, STORE).await.unwrap();
    for userid in ["chen", "wang"] {
        let places = house.member(userid).await.profile.places;
        assert_eq!(
            places.iter().map(|p| p.department).collect::<Vec<_>>(),
            [SALES]
        );
    }
}

async fn a_limited_administrator_keeps_to_his_part(store: TestStore) {
    let house = House::new(&store).await;
    let grant = RoleGrant {
        role: Role::DirectoryAdmin,
        department: Some(SALES),
    };
    give_role(&house, "lin", grant).await;
    let lin = house.cx("lin").await;
    let right = Right::EditDepartments;
    let forbidden = Err(Error::Forbidden { right });
    assert_eq!(
        create(&house, &lin, ROOT, "新部门").await.map(drop),
        forbidden
    );
    let id = create(&house, &lin, SALES, "滨江门店").await.unwrap();
    update(&house, &lin, id, STORE, "滨江小店").await.unwrap();
    assert_eq!(
        update(&house, &lin, id, RESEARCH, "滨江小店").await,
        forbidden
    );
    update(&house, &lin, SALES, ROOT, "大销售部").await.unwrap();
    assert_eq!(
        delete(&house, &lin, SALES).await,
        forbidden,
        "it is part of what he does not hold"
    );
    let editable = house.read(&lin, department::list).await.unwrap();
    assert!(editable.contains(STORE) && !editable.contains(RESEARCH));
    let owner = house.cx("owner").await;
    assert_eq!(delete(&house, &owner, id).await, Ok(()));
}
