//! The list of members: many changed at once, its pages, its file.

use axum::http::StatusCode;
use guanxi_model::{id::MemberId, member::Status};
use guanxi_testkit::world::Answer;

use crate::{LIST, assert_says, company, results, sent, status_of};

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
    let done = sent(&world, &owner, &fields).await;
    assert_says(&done, StatusCode::OK, "已停用 6 位成员");
    assert_says(&done, StatusCode::OK, "至少要有一位所有者");
    let first: MemberId = ids[0].parse().expect("an id");
    assert_eq!(status_of(&world, corp, first).await, Status::Disabled);
    let mut back: Vec<(&str, &str)> = ids.iter().map(|id| ("member", id.as_str())).collect();
    back.push(("act", "reactivate"));
    let done = sent(&world, &owner, &back).await;
    assert_says(&done, StatusCode::OK, "已恢复 6 位成员");
    back.pop();
    back.push(("act", "move"));
    let unsaid = world
        .post(Some(&owner), &format!("{LIST}/batch"), &back)
        .await;
    assert_says(&unsaid, StatusCode::UNPROCESSABLE_ENTITY, "至少选一个部门");
    back.push(("to", "3"));
    let done = sent(&world, &owner, &back).await;
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

#[tokio::test]
async fn all_who_match_are_moved_and_brought_back() {
    let (world, corp, owner) = company().await;
    for number in 0..60 {
        world.member(corp, &format!("员工{number}"), 2).await;
    }
    let list = world
        .get(Some(&owner), &format!("{LIST}?department=2"))
        .await;
    assert_says(&list, StatusCode::OK, "全部 60 位（不只这一页）");
    let back = format!("{LIST}?department=2");
    let query =
        format!("{LIST}/batch?act=move&all=1&back=%2Fadmin%2Fpeople%3Fdepartment%3D2&department=2");
    let ask = world.get(Some(&owner), &query).await;
    assert_says(&ask, StatusCode::OK, "移动这 60 位成员");
    assert_says(&ask, StatusCode::OK, "另外还有 10 位");
    let id = world.field(&owner, &query, "batch").await;
    let mut fields = vec![
        ("act", "move"),
        ("all", "1"),
        ("expected", "60"),
        ("to", "3"),
        ("back", back.as_str()),
        ("batch", id.as_str()),
    ];
    // Somebody comes meanwhile: nothing is done behind the administrator's back.
    world.member(corp, "新来的", 2).await;
    let changed = world
        .post(Some(&owner), &format!("{LIST}/batch"), &fields)
        .await;
    assert_says(&changed, StatusCode::CONFLICT, "符合条件的人数变了");
    assert_says(&changed, StatusCode::CONFLICT, "移动这 61 位成员");
    fields[2].1 = "61";
    let done = sent(&world, &owner, &fields).await;
    assert_says(&done, StatusCode::OK, "已移动 61 位成员");
    assert!(
        done.body.contains("第 1–61 条") || done.body.matches("class=\"row-item\"").count() == 61
    );
    // Sent once more, it leads to the same results.
    let again = world
        .post(Some(&owner), &format!("{LIST}/batch"), &fields)
        .await;
    assert!(again.location.contains(&id), "{}", again.location);
    let moved = world
        .get(Some(&owner), &format!("{LIST}?department=3"))
        .await;
    assert_says(&moved, StatusCode::OK, "61 位成员");
    let file = world
        .get(Some(&owner), &format!("{LIST}/batch/{id}/export.csv"))
        .await;
    assert_eq!(file.body.lines().count(), 62, "{}", file.body);
    let undo = world
        .post(Some(&owner), &format!("{LIST}/batch/{id}/undo"), &[])
        .await;
    assert_eq!(undo.status, StatusCode::SEE_OTHER, "{}", undo.body);
    let undone = results(&world, &owner, &undo.location).await;
    assert_says(&undone, StatusCode::OK, "已撤销 61 位");
    let home = world
        .get(Some(&owner), &format!("{LIST}?department=2"))
        .await;
    assert_says(&home, StatusCode::OK, "61 位成员");
    let twice = world
        .post(Some(&owner), &format!("{LIST}/batch/{id}/undo"), &[])
        .await;
    assert_eq!(
        (twice.status, twice.code.as_str()),
        (StatusCode::CONFLICT, "bulk_past")
    );
}

#[tokio::test]
async fn a_member_comes_back_with_the_roles_that_were_taken() {
    let (world, corp, owner) = company().await;
    let someone = world.member(corp, "张思远", 2).await;
    world
        .role(&someone, guanxi_model::role::Role::Auditor)
        .await;
    let page = |act: &str| format!("{LIST}/{}{act}", someone.id);
    world.post(Some(&owner), &page("/disable"), &[]).await;
    let ask = world.get(Some(&owner), &page("/reactivate")).await;
    assert_says(&ask, StatusCode::OK, "收回了 1 个角色");
    assert_says(&ask, StatusCode::OK, "name=\"roles\" value=\"1\" checked");
    // Without the tick he comes back alone, and the form of roles reminds of it.
    world
        .post(Some(&owner), &page("/reactivate"), &[("asked", "1")])
        .await;
    let roles = world.get(Some(&owner), &page("/roles")).await;
    assert_says(&roles, StatusCode::OK, "停用前的角色");
    world.post(Some(&owner), &page("/disable"), &[]).await;
    let back = [("asked", "1"), ("roles", "1")];
    world.post(Some(&owner), &page("/reactivate"), &back).await;
    let holders = world.get(Some(&owner), &format!("{LIST}/roles")).await;
    assert_says(&holders, StatusCode::OK, "张思远");
}
