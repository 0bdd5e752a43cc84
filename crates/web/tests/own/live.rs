//! The live stream tells a page what concerns its reader, and nothing else.

use futures_util::StreamExt as _;
use guanxi_model::role::Role;

use guanxi_app::visibility;
use guanxi_model::{
    department::DepartmentId,
    visibility::{Kind, Subject},
};

use super::house;

#[tokio::test]
async fn an_ordinary_page_is_not_told_of_administration() {
    let house = house().await;
    house.world.role(&house.bo, Role::DirectoryAdmin).await;
    let mut admin = house.world.listen(&house.bo).await.into_data_stream();
    let mut member = house.world.listen(&house.cy).await.into_data_stream();
    let fields = [("q", "欧文娜"), ("message", "急用")];
    let asked = house
        .world
        .post(Some(&house.ann), "/directory/find", &fields);
    assert_eq!(asked.await.status, axum::http::StatusCode::SEE_OTHER);
    house.world.env.hub.resync();
    let heard = |chunk: Option<Result<axum::body::Bytes, axum::Error>>| {
        let bytes = chunk.expect("news").expect("an open stream");
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let told = heard(admin.next().await);
    assert!(told.contains("admin-asks"), "{told}");
    let told = heard(member.next().await);
    assert!(told.contains("data: *\n"), "{told}");
}

#[tokio::test]
async fn a_change_of_rules_reaches_every_page_and_says_of_nobody() {
    let house = house().await;
    let (hidden, other) = (
        house.world.listen(&house.bo),
        house.world.listen(&house.ann),
    );
    let (mut hidden, mut other) = (
        hidden.await.into_data_stream(),
        other.await.into_data_stream(),
    );
    let cx = house.world.cx_of(&house.owner);
    let draft = visibility::Draft {
        id: None,
        kind: Kind::Hide,
        subject: Subject::Department(DepartmentId(3)),
        exceptions: Vec::new(),
        note: String::new(),
    };
    let put = house
        .world
        .env
        .store
        .write(move |tx| visibility::put_rule(tx, &cx, draft.clone()));
    put.await.expect("the rule is written");
    for page in [&mut hidden, &mut other] {
        let bytes = page.next().await.expect("news").expect("an open stream");
        assert_eq!(bytes, "event: refresh\ndata: directory\n\n");
    }
    let seen = house.world.get(Some(&house.ann), "/directory?department=3");
    let seen = seen.await.body;
    assert!(!seen.contains("郑少军") && seen.contains("data-live=\"people directory\""));
}
