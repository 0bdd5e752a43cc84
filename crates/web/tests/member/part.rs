//! Departments, and an administrator of a part of the tree.

use axum::http::StatusCode;
use guanxi_model::member::Status;

use crate::{LIST, TREE, assert_says, company, limited, page, sent, status_of};

#[tokio::test]
async fn an_administrator_of_a_part_stays_in_his_part() {
    let (world, corp, owner) = company().await;
    let admin = limited(&world, corp, &owner).await;
    let (inside, outside) = (
        world.member(corp, "内", 2).await,
        world.member(corp, "外", 3).await,
    );
    let list = world.get(Some(&admin), LIST).await;
    assert_says(&list, StatusCode::OK, "2 位成员");
    assert!(!list.body.contains(&outside.id.to_string()));
    assert_eq!(
        world
            .get(Some(&admin), &format!("{LIST}?department=3"))
            .await
            .status,
        StatusCode::NOT_FOUND
    );
    for act in ["", "/edit", "/leave"] {
        assert_eq!(
            world.get(Some(&admin), &page(&outside, act)).await.status,
            StatusCode::NOT_FOUND
        );
        assert_eq!(
            world.get(Some(&admin), &page(&inside, act)).await.status,
            StatusCode::OK
        );
    }
    let id = outside.id.to_string();
    let fields = [("member", id.as_str()), ("act", "leave")];
    let many = sent(&world, &admin, &fields).await;
    assert_says(&many, StatusCode::OK, "另有 1 位没有改");
    assert!(
        !many.body.contains("外</"),
        "a refusal does not name one who is out of reach"
    );
    assert_eq!(status_of(&world, corp, outside.id).await, Status::Active);
    let fields = [
        ("name", "新"),
        ("userid", "new"),
        ("email", "n@x.cn"),
        ("department", "3"),
    ];
    let answer = world
        .post(Some(&admin), &format!("{LIST}/new"), &fields)
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let tree = world.get(Some(&admin), TREE).await;
    assert_says(&tree, StatusCode::OK, "一部");
    assert!(!tree.body.contains("二部"));
    assert_eq!(
        world.get(Some(&admin), &format!("{TREE}/3")).await.status,
        StatusCode::NOT_FOUND
    );
    let made = world
        .post(Some(&admin), &format!("{TREE}/2/new"), &[("name", "一组")])
        .await;
    assert_eq!(made.status, StatusCode::SEE_OTHER);
    assert_eq!(
        world
            .post(Some(&admin), &format!("{TREE}/2/delete"), &[])
            .await
            .status,
        StatusCode::FORBIDDEN
    );
    let roles = world.get(Some(&admin), &page(&inside, "/roles")).await;
    assert_eq!(roles.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn departments_are_built_moved_and_deleted() {
    let (world, corp, owner) = company().await;
    let post =
        async |path: String, fields: &[(&str, &str)]| world.post(Some(&owner), &path, fields).await;
    assert_eq!(
        post(format!("{TREE}/2/new"), &[("name", "一组")])
            .await
            .location,
        format!("{TREE}/2")
    );
    assert_says(
        &world.get(Some(&owner), &format!("{TREE}/2")).await,
        StatusCode::OK,
        "一组",
    );
    let same = post(format!("{TREE}/2/new"), &[("name", "一组")]).await;
    assert_says(
        &same,
        StatusCode::UNPROCESSABLE_ENTITY,
        "同一级已经有这个名称的部门",
    );
    let blank = post(format!("{TREE}/2/new"), &[("name", " ")]).await;
    assert_says(&blank, StatusCode::UNPROCESSABLE_ENTITY, "请填写部门名称");
    let circle = post(format!("{TREE}/2"), &[("name", "一部"), ("parent", "4")]).await;
    assert_says(
        &circle,
        StatusCode::UNPROCESSABLE_ENTITY,
        "部门不能移到自己下面",
    );
    assert_eq!(
        post(format!("{TREE}/4"), &[("name", "小组"), ("parent", "3")])
            .await
            .status,
        StatusCode::SEE_OTHER
    );
    assert_says(
        &world.get(Some(&owner), &format!("{TREE}/3")).await,
        StatusCode::OK,
        "小组",
    );
    let order = |body: &str| {
        let (_, children) = body
            .split_once("id=\"department-children\"")
            .expect("the children");
        children.find("二部") < children.find("一部")
    };
    assert!(!order(&world.get(Some(&owner), TREE).await.body));
    post(format!("{TREE}/3/shift"), &[("direction", "up")]).await;
    assert!(order(&world.get(Some(&owner), TREE).await.body));
    let full = post(format!("{TREE}/3/delete"), &[]).await;
    assert_says(&full, StatusCode::CONFLICT, "下面还有子部门");
    let member = world.member(corp, "甲", 4).await;
    let question = world
        .get(Some(&owner), &format!("{TREE}/4/delete"))
        .await
        .body;
    assert!(
        question.contains("/admin/people?department=4") && !question.contains("btn main risk"),
        "what cannot be done is not offered: {question}"
    );
    let used = post(format!("{TREE}/4/delete"), &[]).await;
    assert_says(&used, StatusCode::CONFLICT, "还有成员");
    world
        .post(Some(&owner), &page(&member, "/leave"), &[])
        .await;
    assert_eq!(
        post(format!("{TREE}/4/delete"), &[]).await.location,
        format!("{TREE}/3")
    );
    assert_eq!(
        world.get(Some(&owner), &format!("{TREE}/4")).await.status,
        StatusCode::NOT_FOUND
    );
    let root = post(format!("{TREE}/1/delete"), &[]).await;
    assert_says(&root, StatusCode::CONFLICT, "整个企业不能");
}
