//! One member by his pages: added, changed, gone and back.

use axum::http::StatusCode;
use guanxi_model::member::Status;

use crate::{LIST, TREE, assert_says, company, page, status_of, wait_until_found};

#[tokio::test]
async fn a_new_member_appears_in_list_and_directory() {
    let (world, corp, owner) = company().await;
    let fields = [
        ("name", "曾诗涵"),
        ("mobile", "138 0013-8000"),
        ("department", "2"),
        ("department", "3"),
        ("order", ""),
        ("order", "5"),
        ("main", "1"),
        ("leads", "0"),
        ("custom_key", "入职日期"),
        ("custom_value", "2026-07-01"),
    ];
    let answer = world
        .post(Some(&owner), &format!("{LIST}/new"), &fields)
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let card = world.get(Some(&owner), &answer.location).await;
    for text in [
        "曾诗涵",
        "zengshihan",
        "138 0013 8000",
        "入职日期",
        "添加了成员",
    ] {
        assert_says(&card, StatusCode::OK, text);
    }
    let (main, other) = (card.body.find("二部"), card.body.find("一部"));
    assert!(main < other, "the main department stands first");
    assert_says(
        &world.get(Some(&owner), &format!("{LIST}?q=zengsh")).await,
        StatusCode::OK,
        "曾诗涵",
    );
    assert_says(
        &world.get(Some(&owner), TREE).await,
        StatusCode::OK,
        "曾诗涵",
    );
    wait_until_found(&world, corp, "zsh", true).await;
    // A namesake gets the next userid.
    let fields = [
        ("name", "曾诗涵"),
        ("email", "z@example.com"),
        ("department", "2"),
    ];
    let answer = world
        .post(Some(&owner), &format!("{LIST}/new"), &fields)
        .await;
    assert_says(
        &world.get(Some(&owner), &answer.location).await,
        StatusCode::OK,
        "zengshihan2",
    );
}

#[tokio::test]
async fn a_refused_form_keeps_what_was_typed() {
    let (world, _, owner) = company().await;
    let path = format!("{LIST}/new");
    let nothing = world.post(Some(&owner), &path, &[]).await;
    assert_says(
        &nothing,
        StatusCode::UNPROCESSABLE_ENTITY,
        "id=\"name-error\"",
    );
    assert!(
        !nothing.body.contains("id=\"userid-error\""),
        "it is proposed from the name"
    );
    let fields = [
        ("name", ""),
        ("userid", "张三"),
        ("mobile", "123"),
        ("email", "x"),
        ("department", ""),
    ];
    let answer = world.post(Some(&owner), &path, &fields).await;
    for text in [
        "请填写姓名",
        "账号只能用字母",
        "value=\"张三\"",
        "value=\"123\"",
        "手机号位数不够",
        "这不是有效的邮箱地址",
        "至少选一个部门",
        "有 5 处要改",
    ] {
        assert_says(&answer, StatusCode::UNPROCESSABLE_ENTITY, text);
    }
    let taken = [
        ("name", "甲"),
        ("userid", "OWNER"),
        ("mobile", "13800000009"),
        ("department", "2"),
    ];
    let answer = world.post(Some(&owner), &path, &taken).await;
    assert_says(
        &answer,
        StatusCode::UNPROCESSABLE_ENTITY,
        "这个账号已经有人用了",
    );
    let taken = [
        ("name", "甲"),
        ("mobile", "13800000001"),
        ("department", "2"),
    ];
    let answer = world.post(Some(&owner), &path, &taken).await;
    assert_says(
        &answer,
        StatusCode::UNPROCESSABLE_ENTITY,
        "这个手机号已经属于另一位成员",
    );
    let more = [("more", "department"), ("name", "甲"), ("department", "2")];
    let answer = world.post(Some(&owner), &path, &more).await;
    assert_says(&answer, StatusCode::OK, "第 2 个部门");
}

#[tokio::test]
async fn a_change_meanwhile_is_not_overwritten() {
    let (world, corp, owner) = company().await;
    let member = world.member(corp, "甲", 2).await;
    let form = world.get(Some(&owner), &page(&member, "/edit")).await;
    let at = form
        .body
        .find("name=\"seen\" value=\"")
        .expect("the form knows its state")
        + 19;
    let seen = form.body[at..]
        .split('"')
        .next()
        .expect("a number")
        .to_owned();
    let fields = |position| {
        [
            ("name", "甲"),
            ("userid", "jia"),
            ("email", "a@b.cn"),
            ("department", "2"),
            ("position", position),
            ("seen", seen.as_str()),
        ]
    };
    world.clock.pass(1000);
    let answer = world
        .post(Some(&owner), &page(&member, "/edit"), &fields("店长"))
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    world.clock.pass(1000);
    let answer = world
        .post(Some(&owner), &page(&member, "/edit"), &fields("顾问"))
        .await;
    assert_says(&answer, StatusCode::CONFLICT, "有人改过这位成员");
    let card = world.get(Some(&owner), &page(&member, "")).await;
    assert_says(&card, StatusCode::OK, "店长");
    assert_says(&card, StatusCode::OK, "→ 店长");
}

#[tokio::test]
async fn leaving_ends_sessions_and_can_be_taken_back() {
    let (world, corp, owner) = company().await;
    let member = world.member(corp, "甲乙丙", 2).await;
    world.load_directory(corp).await;
    let ask = world.get(Some(&owner), &page(&member, "/leave")).await;
    assert_says(&ask, StatusCode::OK, "1 处登录会立刻退出");
    assert_eq!(world.get(Some(&member), "/").await.status, StatusCode::OK);
    let answer = world
        .post(Some(&owner), &page(&member, "/leave"), &[])
        .await;
    assert_eq!(answer.location, page(&member, ""));
    assert!(
        world
            .get(Some(&member), "/")
            .await
            .location
            .starts_with("/sign-in")
    );
    wait_until_found(&world, corp, "甲乙丙", false).await;
    let left = world
        .get(Some(&owner), &format!("{LIST}?status=left"))
        .await;
    assert_says(&left, StatusCode::OK, "甲乙丙");
    let again = world
        .post(Some(&owner), &page(&member, "/disable"), &[])
        .await;
    assert_says(&again, StatusCode::CONFLICT, "已经离职");
    world
        .post(Some(&owner), &page(&member, "/reactivate"), &[])
        .await;
    assert_eq!(status_of(&world, corp, member.id).await, Status::Active);
    wait_until_found(&world, corp, "甲乙丙", true).await;
}

#[tokio::test]
async fn the_last_owner_stays_and_nobody_leaves_by_himself() {
    let (world, corp, owner) = company().await;
    let answer = world.post(Some(&owner), &page(&owner, "/leave"), &[]).await;
    assert_says(&answer, StatusCode::CONFLICT, "至少要有一位所有者");
    let answer = world
        .post(
            Some(&owner),
            &page(&owner, "/roles"),
            &[("role", "auditor")],
        )
        .await;
    assert_says(&answer, StatusCode::CONFLICT, "至少要有一位所有者");
    let second = world.member(corp, "乙", 2).await;
    world
        .post(Some(&owner), &page(&second, "/roles"), &[("role", "owner")])
        .await;
    let answer = world.post(Some(&owner), &page(&owner, "/leave"), &[]).await;
    assert_says(&answer, StatusCode::CONFLICT, "不能对自己");
    // With another owner there, one may give the role away, and then sees no page of administration any more.
    let answer = world.post(Some(&owner), &page(&owner, "/roles"), &[]).await;
    assert_eq!(answer.location, "/");
    assert_eq!(
        world.get(Some(&owner), LIST).await.status,
        StatusCode::FORBIDDEN
    );
}
