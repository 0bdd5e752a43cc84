//! Settings of a corp, and the copy in memory.

use guanxi_app::{Cx, Error, Result, corp};
use guanxi_model::{
    corp::Settings,
    role::{Right, Role, RoleGrant},
};
use guanxi_store::testing::TestStore;

use crate::{member::give_role, support::House};

guanxi_store::both_engines!(
    settings_take_their_rights,
    memory_holds_only_what_was_committed,
);

async fn update(house: &House, cx: &Cx, name: &'static str, settings: Settings) -> Result<()> {
    house
        .write(cx, move |tx, cx| {
            corp::change(tx, cx, |_| Ok((name.into(), settings.clone())))
        })
        .await
}

async fn settings_take_their_rights(store: TestStore) {
    let house = House::new(&store).await;
    let grant = RoleGrant {
        role: Role::ChannelManager,
        department: None,
    };
    give_role(&house, "lin", grant).await;
    let (owner, lin, chen) = (
        house.cx("owner").await,
        house.cx("lin").await,
        house.cx("chen").await,
    );
    let forbidden = |right| Err(Error::Forbidden { right });
    let policy = Settings {
        requests_per_day: 9,
        ..Settings::default()
    };
    let refused = update(&house, &chen, "关系科技", policy.clone()).await;
    assert_eq!(refused, forbidden(Right::EditPolicies));
    let refused = update(&house, &lin, "新名", policy.clone()).await;
    assert_eq!(refused, forbidden(Right::EditSettings));
    update(&house, &lin, "关系科技", policy.clone())
        .await
        .unwrap();
    assert_eq!(house.state().await.settings, policy);
    let sight = Settings {
        leaders_see_below: false,
        ..policy.clone()
    };
    let refused = update(&house, &lin, "关系科技", sight).await;
    assert_eq!(refused, forbidden(Right::EditVisibility));
    update(&house, &owner, "新名", policy).await.unwrap();
    let state = house.state().await;
    assert_eq!(
        (state.name.as_str(), state.tree().all()[0].name.as_str()),
        ("新名", "新名")
    );
}

async fn memory_holds_only_what_was_committed(store: TestStore) {
    let house = House::new(&store).await;
    let id = house.corp;
    let before = house.state().await.version;
    let owner = house.cx("owner").await;
    let rolled_back = house.write(&owner, move |tx, cx| -> Result<()> {
        corp::touch(tx, cx, id)?;
        corp::state(tx, &cx.env, id)?;
        Err(Error::not_found("corp"))
    });
    assert!(rolled_back.await.is_err());
    let kept = house.env.corps.peek(id).map(|state| state.version);
    assert_eq!(kept, Some(before));

    let touched = house.write(&owner, move |tx, cx| corp::touch(tx, cx, id));
    touched.await.unwrap();
    assert!(house.env.corps.peek(id).is_none(), "the event drops it");
    let after = house.state().await.version;
    assert!(after > before);
    assert_eq!(
        house.env.corps.peek(id).map(|state| state.version),
        Some(after)
    );
}
