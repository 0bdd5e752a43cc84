//! A member's contacts: list, notes, stars, ending and taking back, blocks, the file.

use axum::http::StatusCode;
use guanxi_model::role::Role;

use super::house;

#[tokio::test]
async fn notes_are_the_owners_alone_and_order_the_list() {
    let house = house().await;
    house.befriend(&house.ann, &house.bo).await;
    house.befriend(&house.ann, &house.cy).await;
    let note = format!("/contacts/{}/note", house.bo.id);
    let fields = [
        ("remark", "阿军"),
        ("tags", "渠道，华南、渠道"),
        ("starred", "on"),
    ];
    let answer = house.world.post(Some(&house.ann), &note, &fields).await;
    assert_eq!(answer.location, "/contacts");
    let list = house.world.get(Some(&house.ann), "/contacts").await.body;
    assert!(list.find("阿军").unwrap() < list.find("Emma Marsh").unwrap());
    for typed in [
        "阿军",
        "zsj",
        "zhengshao",
        "ajun",
        "%E6%B8%A0%E9%81%93",
        "少军",
    ] {
        let path = format!("/contacts?q={typed}");
        let found = house.world.get(Some(&house.ann), &path).await.body;
        assert!(
            found.contains("阿军") && !found.contains("Emma Marsh</a>"),
            "{typed}"
        );
    }
    let tagged = house
        .world
        .get(Some(&house.ann), "/contacts?tag=%E5%8D%8E%E5%8D%97")
        .await;
    assert!(tagged.body.contains("阿军") && !tagged.body.contains("Emma Marsh</a>"));
    let theirs = house.world.get(Some(&house.bo), "/contacts").await;
    assert!(theirs.body.contains("林知夏") && !theirs.body.contains("阿军"));
}

#[tokio::test]
async fn a_note_that_is_too_long_comes_back() {
    let house = house().await;
    house.befriend(&house.ann, &house.bo).await;
    let note = format!("/contacts/{}/note", house.bo.id);
    let long = "长".repeat(33);
    let answer = house
        .world
        .post(Some(&house.ann), &note, &[("remark", &long)])
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("remark-error") && answer.body.contains(&long));
}

#[tokio::test]
async fn a_removal_can_be_taken_back_by_the_one_who_removed() {
    let house = house().await;
    house.befriend(&house.ann, &house.bo).await;
    let remove = format!("/contacts/{}/remove", house.bo.id);
    assert_eq!(
        house
            .world
            .post(Some(&house.ann), &remove, &[])
            .await
            .location,
        "/contacts"
    );
    let page = house
        .world
        .get(Some(&house.ann), &format!("/contacts/{}", house.bo.id))
        .await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    let theirs = format!("/contacts/{}/restore", house.ann.id);
    let answer = house.world.post(Some(&house.bo), &theirs, &[]).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    let restore = format!("/contacts/{}/restore", house.bo.id);
    assert_eq!(
        house
            .world
            .post(Some(&house.ann), &restore, &[])
            .await
            .status,
        StatusCode::SEE_OTHER
    );
    let list = house.world.get(Some(&house.bo), "/contacts").await;
    assert!(list.body.contains("林知夏"));
}

#[tokio::test]
async fn the_file_holds_the_list_and_no_formula() {
    let house = house().await;
    house.befriend(&house.ann, &house.bo).await;
    let note = format!("/contacts/{}/note", house.bo.id);
    house
        .world
        .post(Some(&house.ann), &note, &[("remark", "=1+1")])
        .await;
    let file = house
        .world
        .get(Some(&house.ann), "/contacts/export.csv")
        .await;
    assert!(file.body.starts_with("\u{feff}姓名,备注,"), "{}", file.body);
    house.world.role(&house.ann, Role::Auditor).await;
    let log = house.world.get(Some(&house.ann), "/admin/audit").await;
    assert!(log.body.contains("导出了自己的好友"), "it is on record");
    assert!(file.body.contains("郑少军,'=1+1,"));
    assert!(
        file.headers["content-disposition"]
            .to_str()
            .unwrap()
            .starts_with("attachment")
    );
}

#[tokio::test]
async fn a_block_is_listed_and_lifted() {
    let house = house().await;
    let (cx, other) = (house.world.cx_of(&house.ann), house.bo.id);
    let block = house
        .world
        .env
        .store
        .write(move |tx| guanxi_app::contact::block(tx, &cx, other));
    block.await.unwrap();
    let page = house.world.get(Some(&house.ann), "/contacts/blocks").await;
    assert!(page.body.contains("郑少军"));
    let lift = format!("/blocks/{}/lift", house.bo.id);
    assert_eq!(
        house
            .world
            .post(Some(&house.ann), &lift, &[])
            .await
            .location,
        "/contacts/blocks"
    );
    assert_eq!(
        house.world.post(Some(&house.ann), &lift, &[]).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn more_tags_than_fit_are_refused_before_they_are_compared() {
    let house = house().await;
    house.befriend(&house.ann, &house.bo).await;
    let note = format!("/contacts/{}/note", house.bo.id);
    let many: Vec<String> = (0..20_000).map(|number| format!("{number:x}")).collect();
    let started = std::time::Instant::now();
    let tags = many.join(",");
    let answer = house
        .world
        .post(Some(&house.ann), &note, &[("tags", &tags)])
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        started.elapsed() < std::time::Duration::from_secs(1),
        "{:?}",
        started.elapsed()
    );
}
