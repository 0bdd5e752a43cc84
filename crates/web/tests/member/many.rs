//! The list of members: many changed at once, its pages, its file.

use axum::http::StatusCode;
use guanxi_model::{id::MemberId, member::Status};
use guanxi_testkit::world::Answer;

use crate::{LIST, assert_says, company, status_of};

#[tokio::test]
async fn many_are_changed_with_a_result_for_each() {
    let (world, corp, owner) = company().await;
    let mut ids = Vec::new();
    for number in 0..6 {
        ids.push(
            world
                .member(corp, &format!("员工{number}"), 2)
                .await
                .id
                .to_string(),
        );
    }
    let own = owner.id.to_string();
    let mut fields: Vec<(&str, &str)> = ids.iter().map(|id| ("member", id.as_str())).collect();
    fields.push(("member", own.as_str()));
    let query: Vec<String> = fields
        .iter()
        .map(|(_, id)| format!("member={id}"))
        .collect();
    let ask = world
        .get(
            Some(&owner),
            &format!("{LIST}/batch?act=disable&{}", query.join("&")),
        )
        .await;
    assert_says(&ask, StatusCode::OK, "停用这 7 位成员？");
    fields.push(("act", "disable"));
    let guarded = world
        .post(Some(&owner), &format!("{LIST}/batch"), &fields)
        .await;
    assert_says(&guarded, StatusCode::CONFLICT, "超过了企业设定的上限");
    assert_eq!(
        guarded.body.matches("name=\"member\"").count(),
        7,
        "the list is kept"
    );
    fields.push(("confirmed", "1"));
    let done = world
        .post(Some(&owner), &format!("{LIST}/batch"), &fields)
        .await;
    assert_says(&done, StatusCode::OK, "已停用 6 位成员");
    assert_says(&done, StatusCode::OK, "至少要有一位所有者");
    let first: MemberId = ids[0].parse().expect("an id");
    assert_eq!(status_of(&world, corp, first).await, Status::Disabled);
    let mut back: Vec<(&str, &str)> = ids.iter().map(|id| ("member", id.as_str())).collect();
    back.push(("act", "reactivate"));
    let done = world
        .post(Some(&owner), &format!("{LIST}/batch"), &back)
        .await;
    assert_says(&done, StatusCode::OK, "已恢复 6 位成员");
    back.pop();
    back.push(("act", "move"));
    let unsaid = world
        .post(Some(&owner), &format!("{LIST}/batch"), &back)
        .await;
    assert_says(&unsaid, StatusCode::UNPROCESSABLE_ENTITY, "至少选一个部门");
    back.push(("to", "3"));
    let done = world
        .post(Some(&owner), &format!("{LIST}/batch"), &back)
        .await;
    assert_says(&done, StatusCode::OK, "已移动 6 位成员");
    assert_says(
        &world
            .get(Some(&owner), &format!("{LIST}?department=3"))
            .await,
        StatusCode::OK,
        "6 位成员",
    );
    let nobody = world
        .get(Some(&owner), &format!("{LIST}/batch?act=leave"))
        .await;
    assert_eq!(nobody.location, LIST);
}

#[tokio::test]
async fn pages_go_forth_and_back() {
    let (world, corp, owner) = company().await;
    for number in 0..59 {
        world.member(corp, &format!("员工{number}"), 2).await;
    }
    let first = world.get(Some(&owner), LIST).await;
    assert_says(&first, StatusCode::OK, "第 1–50 条，共 60 条");
    let href = |page: &Answer, rel: &str| {
        let (_, rest) = page.body.split_once(&format!("rel=\"{rel}\" href=\""))?;
        Some(
            rest.split('"')
                .next()?
                .replace("&#38;", "&")
                .replace("&amp;", "&"),
        )
    };
    assert_eq!(href(&first, "prev"), None);
    let second = world
        .get(Some(&owner), &href(&first, "next").expect("a next page"))
        .await;
    assert_says(&second, StatusCode::OK, "第 51–60 条，共 60 条");
    assert_eq!(href(&second, "next"), None);
    let back = world
        .get(Some(&owner), &href(&second, "prev").expect("a page before"))
        .await;
    assert_says(&back, StatusCode::OK, "第 1–50 条，共 60 条");
    assert_eq!(href(&back, "prev"), None);
    let none = world.get(Some(&owner), &format!("{LIST}?q=%25")).await;
    assert_says(&none, StatusCode::OK, "没有符合的成员");
}

#[tokio::test]
async fn the_file_has_what_the_list_shows() {
    let (world, corp, owner) = company().await;
    world.member(corp, "=1+1", 2).await;
    world.member(corp, "别处", 3).await;
    let file = world
        .get(Some(&owner), &format!("{LIST}/export.csv?department=2"))
        .await;
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    assert!(file.body.starts_with('\u{feff}'));
    assert_says(&file, StatusCode::OK, ",'=1+1,");
    assert!(!file.body.contains("别处"));
    assert_eq!(file.body.lines().count(), 2, "{}", file.body);
}
