//! Policies and settings of a company: who may change them, what is refused, what is kept, shown and recorded.

use axum::http::StatusCode;
use guanxi_model::role::Role;
use guanxi_testkit::world::{Answer, Someone, World};

const POLICIES: [(&str, &str); 8] = [
    ("requests_per_day", "30"),
    ("request_ttl_days", "14"),
    ("cool_down_days", "0"),
    ("bulk_guard_percent", "10"),
    ("code_days_max", "365"),
    ("template-zh-Hans", "我是{name}，在{department}"),
    ("template-en", "{name} here"),
    ("mobile_shown", "nobody"),
];

/// Sends a form as its page was when it was opened.
async fn save(world: &World, who: &Someone, path: &str, fields: &[(&str, &str)]) -> Answer {
    let seen = world.field(who, path, "seen").await;
    let mut fields = fields.to_vec();
    fields.push(("seen", &seen));
    world.post(Some(who), path, &fields).await
}

/// The same fields with some others instead.
fn with<'a>(
    fields: &[(&'a str, &'a str)],
    changed: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let new = |name: &str| changed.iter().find(|(other, _)| *other == name);
    fields
        .iter()
        .map(|field| *new(field.0).unwrap_or(field))
        .collect()
}

#[tokio::test]
async fn policies_hold_at_once_and_are_on_record() {
    let world = World::sqlite().await;
    let (corp, owner) = world.corp("青禾", "13800000001").await;
    let page = world.get(Some(&owner), "/admin/policies").await;
    assert!(page.body.contains("现在是 50 个"), "{}", page.body);
    let saved = save(&world, &owner, "/admin/policies", &POLICIES).await;
    assert_eq!(
        (saved.status, saved.location.as_str()),
        (StatusCode::SEE_OTHER, "/admin/policies")
    );
    let state = guanxi_app::directory::open(&world.env, corp.id)
        .await
        .unwrap()
        .1;
    let settings = &state.settings;
    assert_eq!(
        (
            settings.requests_per_day,
            settings.request_ttl_days,
            settings.cool_down_days
        ),
        (30, 14, 0)
    );
    assert!(!settings.mobile_search, "an open switch is not sent");
    assert_eq!(
        settings.time_zone, "Asia/Shanghai",
        "what the page does not show stays"
    );
    assert!(
        settings.leaders_see_below,
        "what leaders see is a matter of visibility"
    );
    let page = world.get(Some(&owner), "/admin/policies").await.body;
    assert!(page.contains("现在是 30 个"));
    assert!(
        page.contains("每人每天可发的申请：<del>50</del> → 30"),
        "the old value is shown: {page}"
    );
    assert!(
        page.contains("<del>已是好友的同事</del> → 只有管理员"),
        "{page}"
    );
}

#[tokio::test]
async fn each_refused_field_says_why_and_keeps_what_was_typed() {
    let world = World::sqlite().await;
    let (corp, owner) = world.corp("青禾", "13800000001").await;
    let wrong = [
        ("requests_per_day", "many"),
        ("cool_down_days", "999"),
        ("template-en", ""),
    ];
    let answer = save(&world, &owner, "/admin/policies", &with(&POLICIES, &wrong)).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for text in [
        "value=\"many\"",
        "id=\"requests_per_day-error\"",
        "请填 0 到 365 之间的整数",
        "id=\"template-en-error\"",
        "有 3 处要改",
    ] {
        assert!(
            answer.body.contains(text),
            "{text} is missing in {}",
            answer.body
        );
    }
    let state = guanxi_app::directory::open(&world.env, corp.id)
        .await
        .unwrap()
        .1;
    assert_eq!(state.settings.requests_per_day, 50, "nothing was written");
}

#[tokio::test]
async fn the_company_changes_its_name_and_place() {
    let world = World::sqlite().await;
    let (corp, owner) = world.corp("青禾", "13800000001").await;
    let fields = [
        ("name", "青禾家居"),
        ("language", "en"),
        ("time_zone", "Europe/Berlin"),
        ("region", "de"),
    ];
    let saved = save(&world, &owner, "/admin/settings", &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let state = guanxi_app::directory::open(&world.env, corp.id)
        .await
        .unwrap()
        .1;
    assert_eq!(
        (state.name.as_str(), state.settings.region.as_str()),
        ("青禾家居", "DE")
    );
    let page = world.get(Some(&owner), "/admin/settings").await.body;
    assert!(page.contains(&format!("data-copy=\"{}\"", state.corpid)));

    let wrong = [
        ("time_zone", "Mars/Olympus"),
        ("name", ""),
        ("language", "xx"),
    ];
    let refused = save(&world, &owner, "/admin/settings", &with(&fields, &wrong)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let refused = save(
        &world,
        &owner,
        "/admin/settings",
        &with(&fields, &wrong[..2]),
    )
    .await;
    assert!(refused.body.contains("Mars/Olympus") && refused.body.contains("id=\"name-error\""));
}

#[tokio::test]
async fn a_channel_manager_sets_policies_and_nothing_else() {
    let world = World::sqlite().await;
    let (corp, _) = world.corp("青禾", "13800000001").await;
    let manager = world.member(corp, "乐文静", 2).await;
    world.role(&manager, Role::ChannelManager).await;
    let saved = save(&world, &manager, "/admin/policies", &POLICIES).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    let settings = world.get(Some(&manager), "/admin/settings").await;
    assert_eq!(settings.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_form_that_has_been_overtaken_comes_back() {
    let world = World::sqlite().await;
    let (_, owner) = world.corp("青禾", "13800000001").await;
    let house = [
        ("name", "青禾家居"),
        ("language", "en"),
        ("time_zone", "Europe/Berlin"),
        ("region", "de"),
    ];
    for (path, fields, typed) in [
        ("/admin/policies", &POLICIES[..], "value=\"14\""),
        ("/admin/settings", &house[..], "Europe/Berlin"),
    ] {
        let seen = world.field(&owner, path, "seen").await;
        let other = with(&POLICIES, &[("requests_per_day", "31")]);
        let saved = save(&world, &owner, "/admin/policies", &other).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER);
        let mut late = fields.to_vec();
        late.push(("seen", &seen));
        let refused = world.post(Some(&owner), path, &late).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.body.contains(typed), "{}", refused.body);
        let blind = world.post(Some(&owner), path, fields).await;
        assert_eq!(blind.status, StatusCode::CONFLICT);
        let again = with(&POLICIES, &[("requests_per_day", "32")]);
        save(&world, &owner, "/admin/policies", &again).await;
    }
}
