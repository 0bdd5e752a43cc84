//! The live stream tells a page what concerns its reader, and nothing else.

use futures_util::StreamExt as _;
use guanxi_model::role::Role;

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
