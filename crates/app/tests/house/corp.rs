//! Settings of a corp, and the copy in memory.

use std::sync::Arc;

use guanxi_app::{Cx, Error, Result, corp};
use guanxi_model::{
    corp::Settings,
    role::{Right, Role, RoleGrant},
};
use guanxi_store::{self as store, testing::TestStore};

use crate::{member::give_role, support::House};

guanxi_store::both_engines!(
    settings_take_their_rights,
    memory_holds_only_what_was_committed,
    what_an_older_read_has_seen_is_not_kept,
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

/// A page that began to read before a change, and ends after it, does not put the old state back.
async fn what_an_older_read_has_seen_is_not_kept(store: TestStore) {
    let house = House::new(&store).await;
    let owner = house.cx("owner").await;
    let (env, id) = (Arc::clone(&house.env), house.corp);
    let (has_begun, mut begun) = tokio::sync::mpsc::channel(1);
    let (go_on, waits) = std::sync::mpsc::channel::<()>();
    let slow = tokio::spawn(async move {
        let reader = Arc::clone(&env);
        let read = env.store.read(move |tx| -> Result<()> {
            store::corp::version(tx, id)?;
            let _ = has_begun.try_send(());
            let _ = waits.recv();
            corp::state(tx, &reader, id).map(drop)
        });
        read.await
    });
    begun.recv().await.expect("it reads");
    let write = house.write(&owner, |tx, cx| {
        corp::change(tx, cx, |now| Ok(("新名".to_owned(), now.settings.clone())))
    });
    write.await.expect("renamed");
    house.env.corps.forget(id);
    go_on.send(()).expect("it waits");
    slow.await.expect("no panic").expect("read");
    let now = corp::current(&house.env, id).await.expect("read");
    assert_eq!(now.name, "新名");
}
