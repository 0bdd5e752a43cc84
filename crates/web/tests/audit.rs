//! The audit log on pages and in files: sentences with names, filters, paging, the check of the chain.

use axum::http::StatusCode;
use guanxi_model::role::Role;
use guanxi_testkit::world::{Corp, Someone, World};

async fn company(world: &World) -> (Corp, Someone, Someone) {
    let (corp, owner) = world.corp("青禾", "13800000001").await;
    let auditor = world.member(corp, "仇海波", 2).await;
    world.role(&auditor, Role::Auditor).await;
    let seen = world.field(&owner, "/admin/settings", "seen").await;
    let fields = [
        ("seen", seen.as_str()),
        ("name", "青禾家居"),
        ("language", "zh-Hans"),
        ("time_zone", "Asia/Shanghai"),
        ("region", "CN"),
    ];
    let saved = world.post(Some(&owner), "/admin/settings", &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    (corp, owner, auditor)
}

#[tokio::test]
async fn entries_are_sentences_with_names() {
    let world = World::sqlite().await;
    let (_, owner, auditor) = company(&world).await;
    let page = world.get(Some(&auditor), "/admin/audit").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("改了规则或企业设置"), "{}", page.body);
    assert!(page.body.contains(&owner.name));

    let row = page.body.split("改了规则").next().unwrap();
    let id = row.rsplit("href=\"/admin/audit/").next().unwrap();
    let path = format!("/admin/audit/{}", id.split('"').next().unwrap());
    let entry = world.get(Some(&auditor), &path).await;
    assert!(
        entry.body.contains("<del>青禾</del>") && entry.body.contains("规则与设置"),
        "{}",
        entry.body
    );
    let nothing = world
        .get(
            Some(&auditor),
            "/admin/audit/0123456789abcdef0123456789abcdef",
        )
        .await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn filters_narrow_the_log_by_who_what_and_when() {
    let world = World::sqlite().await;
    let (corp, owner, auditor) = company(&world).await;
    let has = async |query: &str| {
        let page = world
            .get(Some(&auditor), &format!("/admin/audit?{query}"))
            .await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        page.body.contains("改了规则或企业设置")
    };
    assert!(has("group=corp").await);
    assert!(!has("group=request").await);
    assert!(has(&format!("actor=member:{}", owner.id)).await);
    assert!(has(&format!("actor={}", url(&owner.name))).await);
    assert!(!has(&format!("actor={}", url("仇海波"))).await);
    assert!(has(&format!("object=corp:{}", corp.id)).await);
    assert!(!has(&format!("object={}", url("仇海波"))).await);
    assert!(has("action=corp.updated").await);
    assert!(!has("action=corp.created").await);
    assert!(
        has(&format!(
            "action=corp.updated&actor=member:{}&object=corp:{}",
            owner.id, corp.id
        ))
        .await
    );
    assert!(has("from=2026-07-14&until=2026-07-14").await);
    assert!(!has("from=2026-07-15").await);
    assert!(!has("until=2026-07-13").await);
    assert!(
        has("from=nonsense&group=nonsense&before=nonsense").await,
        "what does not read is left out"
    );

    let unknown = world
        .get(
            Some(&auditor),
            &format!("/admin/audit?actor={}", url("无此人")),
        )
        .await;
    assert!(unknown.body.contains("没有这个姓名或账号的成员"));
    let unknown = world
        .get(
            Some(&auditor),
            &format!("/admin/audit?object={}", url("无此人")),
        )
        .await;
    assert!(
        unknown.body.contains("id=\"object-error\""),
        "{}",
        unknown.body
    );
    world.member(corp, "仇海波", 3).await;
    let two = world
        .get(
            Some(&auditor),
            &format!("/admin/audit?object={}", url("仇海波")),
        )
        .await;
    assert!(two.body.contains("object=member%3A"), "{}", two.body);
    let two = world
        .get(
            Some(&auditor),
            &format!("/admin/audit?actor={}", url("仇海波")),
        )
        .await;
    assert!(two.body.contains("有几位成员叫“仇海波”"), "{}", two.body);
}

#[tokio::test]
async fn the_log_goes_page_by_page_and_whole_into_a_file() {
    let world = World::sqlite().await;
    let (corp, owner, auditor) = company(&world).await;
    for number in 0..60 {
        let cx = world.cx_of(&owner);
        let note = serde_json::json!({ "query": format!("=第{number}位") });
        let written = world.env.store.write(move |tx| {
            guanxi_app::audit::record(tx, &cx, corp.id, "find_ask.sent", None, &note)
        });
        written.await.unwrap();
        world.clock.pass(1);
    }
    let first = world
        .get(Some(&auditor), "/admin/audit?group=find_ask")
        .await
        .body;
    assert_eq!(first.matches("求助：找不到").count(), 50);
    let older = first
        .split("rel=\"next\" href=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let second = world
        .get(
            Some(&auditor),
            &older.replace("&#38;", "&").replace("&amp;", "&"),
        )
        .await
        .body;
    assert_eq!(second.matches("求助：找不到").count(), 10);

    let file = world
        .get(Some(&auditor), "/admin/audit/export.csv?group=find_ask")
        .await;
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    assert_eq!(file.body.lines().count(), 61);
    let lines = world
        .get(Some(&auditor), "/admin/audit/export.jsonl?group=find_ask")
        .await;
    assert_eq!(lines.body.lines().count(), 60);
    let newest: serde_json::Value =
        serde_json::from_str(lines.body.lines().next().unwrap()).unwrap();
    assert_eq!(newest["entry"]["action"], "find_ask.sent");
    let page = world
        .get(Some(&auditor), "/admin/audit?group=audit")
        .await
        .body;
    assert_eq!(
        page.matches("导出了审计记录").count(),
        2,
        "taking the log away is on record too"
    );
}

#[tokio::test]
async fn how_long_records_are_kept_is_a_setting_and_shows_in_the_log() {
    let world = World::sqlite().await;
    let (corp, owner, auditor) = company(&world).await;
    let save = async |audit_days: &'static str, scan_days: &'static str| {
        let seen = world.field(&owner, "/admin/settings", "seen").await;
        let fields = [
            ("seen", seen.as_str()),
            ("name", "青禾家居"),
            ("language", "zh-Hans"),
            ("time_zone", "Asia/Shanghai"),
            ("region", "CN"),
            ("audit_days", audit_days),
            ("scan_days", scan_days),
        ];
        world.post(Some(&owner), "/admin/settings", &fields).await
    };
    let refused = save("30", "many").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for text in [
        "value=\"30\"",
        "value=\"many\"",
        "180 到 3,650 之间的整数",
        "31 到 3,650 之间的整数",
    ] {
        assert!(refused.body.contains(text), "{text}");
    }
    assert_eq!(save("180", "31").await.status, StatusCode::SEE_OTHER);
    let form = world.get(Some(&owner), "/admin/settings").await.body;
    assert!(form.contains("value=\"180\"") && form.contains("value=\"31\""));

    let trim = async || {
        let cx = world.env.job("retention");
        let trim = world
            .env
            .store
            .write(move |tx| guanxi_app::audit::retention::trim(tx, &cx, corp.id));
        trim.await.unwrap()
    };
    world.post(Some(&auditor), "/admin/audit/check", &[]).await;
    assert_eq!(trim().await, 0);
    world.clock.pass(182 * guanxi_model::corp::DAY_MS);
    // Entries that no sealer has taken yet stay until one has.
    let mut removed = 0;
    while removed == 0 {
        removed = trim().await;
    }
    let page = world.get(Some(&auditor), "/admin/audit").await.body;
    assert!(page.contains("按企业的保留规则删除了编号"), "{page}");
    assert!(
        page.contains("记录保留规则") && page.contains("核对从那里开始"),
        "{page}"
    );
    let checked = world.post(Some(&auditor), "/admin/audit/check", &[]).await;
    assert_eq!(checked.status, StatusCode::SEE_OTHER);
    let page = world.get(Some(&auditor), "/admin/audit").await.body;
    assert!(page.contains("最近一次核对"), "{page}");
    // Back to keeping all.
    assert_eq!(save("", "").await.status, StatusCode::SEE_OTHER);
    let form = world.get(Some(&owner), "/admin/settings").await.body;
    assert!(!form.contains("value=\"180\""));
}

#[tokio::test]
async fn a_check_says_how_far_the_log_is_whole() {
    let world = World::sqlite().await;
    let (_, _, auditor) = company(&world).await;
    let checked = world.post(Some(&auditor), "/admin/audit/check", &[]).await;
    assert_eq!(checked.status, StatusCode::SEE_OTHER);
    let page = world
        .get(Some(&auditor), "/admin/audit?group=audit")
        .await
        .body;
    assert!(page.contains("核对了审计记录"), "{page}");
    assert!(
        page.contains("最近一次核对：刚刚"),
        "it stays on the page after the toast: {page}"
    );
}

fn url(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
