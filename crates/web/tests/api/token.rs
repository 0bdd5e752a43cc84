//! Tokens: made and shown once, used, ended by time, by hand, and with their member.

use axum::http::StatusCode;
use guanxi_app::member;
use guanxi_model::{corp::DAY_MS, member::Change, token::Scope};
use guanxi_testkit::world::World;
use serde_json::json;

use crate::{call, house, json as read, token_of};

#[tokio::test]
async fn a_token_ends_by_time_by_hand_and_with_its_member() {
    for world in World::on_each_engine().await {
        let house = house(world).await;
        let world = &house.world;
        let me = house.get("/me").await;
        assert_eq!(me["name"], "林知夏");
        assert_eq!(me["company"]["name"], "青禾");

        let own = house.get("/token").await;
        assert_eq!(own["member"], me["id"]);
        assert!(own["used_at"].is_string(), "{own}");

        let short = token_of(world, &house.ann, &[Scope::MeRead], 1).await;
        let listed = house.get("/me/tokens").await;
        assert_eq!(listed["items"].as_array().map(Vec::len), Some(2));
        world.clock.pass(DAY_MS);
        let ended = call(world, &short, ("GET", "/me"), &[], None).await;
        assert_eq!(ended.status, StatusCode::UNAUTHORIZED);
        assert_eq!(read(&ended)["code"], "token_invalid");

        let second = token_of(world, &house.ann, &[Scope::MeRead], 1).await;
        let current = call(world, &second, ("GET", "/token"), &[], None).await;
        let id = read(&current)["id"].as_str().expect("an id").to_owned();
        let path = format!("/me/tokens/{id}");
        let revoked = call(world, &house.token, ("DELETE", &path), &[], None).await;
        assert_eq!(revoked.status, StatusCode::NO_CONTENT);
        let after = call(world, &second, ("GET", "/me"), &[], None).await;
        assert_eq!(after.status, StatusCode::UNAUTHORIZED);

        for (change, then) in [
            (Change::Disable, StatusCode::UNAUTHORIZED),
            (Change::Reactivate, StatusCode::UNAUTHORIZED),
        ] {
            let (cx, id) = (world.cx_of(&house.owner), house.ann.id);
            let done = world
                .env
                .store
                .write(move |tx| member::change(tx, &cx, id, change));
            done.await.expect("changed");
            let answer = call(world, &house.token, ("GET", "/me"), &[], None).await;
            assert_eq!(answer.status, then, "after {change:?}");
        }
    }
}

#[tokio::test]
async fn a_token_makes_none_that_may_do_more() {
    let house = house(World::sqlite().await).await;
    let scopes = [Scope::MeRead, Scope::TokensWrite];
    let small = token_of(&house.world, &house.ann, &scopes, 10).await;
    let make = async |scopes: &[&str], days: u32| {
        let body = json!({ "name": "next", "scopes": scopes, "days": days });
        call(
            &house.world,
            &small,
            ("POST", "/me/tokens"),
            &[],
            Some(body),
        )
        .await
    };
    let more = make(&["contacts:read"], 5).await;
    assert_eq!(more.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(read(&more)["errors"][0]["code"], "more_than_own");
    let longer = make(&["me:read"], 11).await;
    assert_eq!(read(&longer)["errors"][0]["code"], "longer_than_own");
    let fine = make(&["me:read"], 10).await;
    assert_eq!(fine.status, StatusCode::CREATED, "{}", fine.body);
    let made = read(&fine);
    let secret = made["secret"].as_str().expect("a secret");
    let me = call(&house.world, secret, ("GET", "/me"), &[], None).await;
    assert_eq!(me.status, StatusCode::OK);
    // It is told this once.
    let at = fine.location.replace("/api/v1", "");
    let again = call(&house.world, &house.token, ("GET", &at), &[], None).await;
    assert!(!again.body.contains(secret));
    // It ends with the one by which it was made.
    let maker = call(&house.world, &small, ("GET", "/token"), &[], None).await;
    let id = read(&maker)["id"].as_str().expect("an id").to_owned();
    let path = format!("/me/tokens/{id}");
    let ended = call(&house.world, &house.token, ("DELETE", &path), &[], None).await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT);
    let me = call(&house.world, secret, ("GET", "/me"), &[], None).await;
    assert_eq!(me.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn what_a_program_does_is_on_record_as_such() {
    let house = house(World::sqlite().await).await;
    let made = house
        .send("POST", "/codes", json!({ "name": "展会" }))
        .await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let token = token_of(&house.world, &house.owner, Scope::ALL, 30).await;
    let log = call(
        &house.world,
        &token,
        ("GET", "/admin/audit?action=code."),
        &[],
        None,
    )
    .await;
    let entry = &read(&log)["items"][0];
    assert_eq!(entry["actor"], format!("member:{}", house.ann.id));
    let from = entry["from"].as_str().unwrap_or_default();
    assert!(from.contains("token "), "{entry}");
}

#[tokio::test]
async fn pages_make_show_once_and_revoke() {
    let house = house(World::sqlite().await).await;
    let world = &house.world;
    let (ann, owner) = (Some(&house.ann), Some(&house.owner));
    let empty = world
        .post(ann, "/me/tokens/new", &[("name", ""), ("days", "30")])
        .await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields = [("name", "报表"), ("days", "30"), ("scopes", "me:read")];
    let made = world.post(ann, "/me/tokens/new", &fields).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    let text = made
        .body
        .split("guanxi_")
        .nth(1)
        .expect("the token is shown");
    let secret = format!("guanxi_{}", &text[..52]);
    let me = call(world, &secret, ("GET", "/me"), &[], None).await;
    assert_eq!(me.status, StatusCode::OK);
    let listed = world.get(ann, "/me/tokens").await;
    assert!(listed.body.contains("报表") && !listed.body.contains(&secret));
    // The owner sees it among all, and ends it.
    let all = world.get(owner, "/admin/tokens").await;
    assert!(all.body.contains("报表") && all.body.contains("林知夏"));
    let current = call(world, &secret, ("GET", "/token"), &[], None).await;
    let id = read(&current)["id"].as_str().expect("an id").to_owned();
    let path = format!("/admin/tokens/{id}/revoke");
    let ended = world.post(owner, &path, &[]).await;
    assert_eq!(ended.status, StatusCode::SEE_OTHER);
    let after = call(world, &secret, ("GET", "/me"), &[], None).await;
    assert_eq!(after.status, StatusCode::UNAUTHORIZED);
    let fields = [
        ("name", "审计"),
        ("days", "30"),
        ("scopes", "audit:read"),
        ("role", "auditor"),
    ];
    let company = world.post(owner, "/admin/tokens/new", &fields).await;
    assert_eq!(company.status, StatusCode::OK, "{}", company.body);
}
