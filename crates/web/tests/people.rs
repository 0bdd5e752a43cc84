//! People, departments and roles by their pages: what works, and what is refused with a sentence.

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use guanxi_model::{id::MemberId, member::Status};
use guanxi_store as store;
use guanxi_testkit::world::{Answer, Corp, Someone, World};

const LIST: &str = "/admin/people";
const TREE: &str = "/admin/departments";

async fn company() -> (World, Corp, Someone) {
    let world = World::sqlite().await;
    let (corp, owner) = world.corp("青禾", "13800000001").await;
    world.load_directory(corp).await;
    (world, corp, owner)
}

fn page(of: &Someone, act: &str) -> String {
    format!("{LIST}/{}{act}", of.id)
}

fn assert_says(answer: &Answer, status: StatusCode, text: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert!(
        answer.body.contains(text),
        "{text} is missing in {}",
        answer.body
    );
}

async fn status_of(world: &World, corp: Corp, id: MemberId) -> Status {
    let found = world
        .env
        .store
        .read(move |tx| store::member::find(tx, corp.id, id))
        .await;
    found
        .expect("the store reads")
        .expect("the member is there")
        .status
}

/// Waits until the directory finds, or no longer finds, somebody by this text; a second is what it may take.
async fn wait_until_found(world: &World, corp: Corp, text: &str, is_found: bool) {
    let begin = Instant::now();
    let directory = world
        .env
        .directories
        .peek(corp.id)
        .expect("the directory is loaded");
    while directory.search_all(text, 5).is_empty() == is_found {
        assert!(
            begin.elapsed() < Duration::from_secs(1),
            "{text}: found should be {is_found}"
        );
        tokio::task::yield_now().await;
    }
}

/// A limited administrator of department 2, made by the owner's form.
async fn limited(world: &World, corp: Corp, owner: &Someone) -> Someone {
    let someone = world.member(corp, "张思远", 2).await;
    let fields = [("department", "2"), ("department", "")];
    let answer = world
        .post(Some(owner), &page(&someone, "/roles"), &fields)
        .await;
    assert_eq!(answer.location, page(&someone, ""));
    someone
}

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
    let many = world
        .post(Some(&admin), &format!("{LIST}/batch"), &fields)
        .await;
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
