//! Manners of HTTP: methods, media types, languages, sizes, tags, limits, pages.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use guanxi_testkit::world::World;
use guanxi_web::api::limit::PER_MINUTE;
use serde_json::json;

use crate::{call, house, json as read};

#[tokio::test]
async fn refusals_are_problems_in_the_callers_language() {
    let house = house(World::sqlite().await).await;
    let world = &house.world;
    let token = &house.token;
    for (language, title) in [("en", "Not found"), ("zh-CN", "不存在")] {
        let headers = [("accept-language", language)];
        let answer = call(world, token, ("GET", "/nothing"), &headers, None).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert_eq!(answer.headers["content-type"], "application/problem+json");
        let problem = read(&answer);
        assert_eq!(problem["title"], title);
        assert_eq!(problem["code"], "address_unknown");
        assert_eq!(problem["status"], 404);
    }
    let method = call(world, token, ("DELETE", "/me"), &[], None).await;
    assert_eq!(method.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(method.headers["allow"], "GET, HEAD, OPTIONS");
    let options = call(world, "", ("OPTIONS", "/codes"), &[], None).await;
    assert_eq!(options.status, StatusCode::NO_CONTENT);
    assert_eq!(options.headers["allow"], "GET, POST, HEAD, OPTIONS");
    let head = call(world, token, ("HEAD", "/me"), &[], None).await;
    assert_eq!(head.status, StatusCode::OK);
    let headers = [("accept", "text/html")];
    let accept = call(world, token, ("GET", "/me"), &headers, None).await;
    assert_eq!(accept.status, StatusCode::NOT_ACCEPTABLE);
}

#[tokio::test]
async fn bodies_and_queries_are_read_strictly() {
    let house = house(World::sqlite().await).await;
    let send = async |kind: &str, body: String| {
        let request = Request::post("/api/v1/codes")
            .header("authorization", format!("Bearer {}", house.token))
            .header("content-type", kind);
        let request = request.body(Body::from(body)).expect("a request");
        house.world.request(request).await
    };
    let cases = [
        ("text/plain", "{}".to_owned(), 415, "media_type"),
        ("application/json", "{".to_owned(), 400, "json_malformed"),
        (
            "application/json",
            r#"{"nam":"x"}"#.to_owned(),
            422,
            "invalid",
        ),
        (
            "application/json",
            r#"{"days":"x"}"#.to_owned(),
            422,
            "invalid",
        ),
        (
            "application/json",
            r#"{"days":4000}"#.to_owned(),
            422,
            "invalid",
        ),
        (
            "application/json",
            format!("\"{}\"", "x".repeat(300_000)),
            413,
            "too_large",
        ),
    ];
    for (kind, body, status, code) in cases {
        let answer = send(kind, body).await;
        assert_eq!(answer.status.as_u16(), status, "{code}: {}", answer.body);
        assert_eq!(read(&answer)["code"], code);
    }
    let unknown = send("application/json", r#"{"nam":"x"}"#.to_owned()).await;
    assert_eq!(read(&unknown)["errors"][0]["field"], "nam");
    for (path, field) in [
        ("/contacts?limit=0", "limit"),
        ("/contacts?lim=1", "lim"),
        ("/admin/audit?from=yesterday", "from"),
    ] {
        let owner = crate::token_of(
            &house.world,
            &house.owner,
            guanxi_model::token::Scope::ALL,
            1,
        )
        .await;
        let answer = call(&house.world, &owner, ("GET", path), &[], None).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        assert_eq!(read(&answer)["errors"][0]["field"], field, "{path}");
    }
    let cursor = call(
        &house.world,
        &house.token,
        ("GET", "/codes?cursor=x"),
        &[],
        None,
    )
    .await;
    assert_eq!(cursor.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_change_takes_what_was_seen() {
    for world in World::on_each_engine().await {
        let house = house(world).await;
        let (world, token) = (&house.world, &house.token);
        let made = house.send("POST", "/codes", json!({ "name": "一" })).await;
        let path = made.location.replace("/api/v1", "");
        let seen = call(world, token, ("GET", &path), &[], None).await;
        let tag = seen.headers["etag"].to_str().expect("a tag").to_owned();
        let known = [("if-none-match", tag.as_str())];
        let same = call(world, token, ("GET", &path), &known, None).await;
        assert_eq!(same.status, StatusCode::NOT_MODIFIED);
        assert!(same.body.is_empty());

        let body = |name: &str| Some(json!({ "name": name }));
        let blind = call(world, token, ("PUT", &path), &[], body("二")).await;
        assert_eq!(blind.status, StatusCode::PRECONDITION_REQUIRED);
        let based = [("if-match", tag.as_str())];
        let first = call(world, token, ("PUT", &path), &based, body("二")).await;
        assert_eq!(first.status, StatusCode::OK, "{}", first.body);
        let late = call(world, token, ("PUT", &path), &based, body("三")).await;
        assert_eq!(late.status, StatusCode::PRECONDITION_FAILED);
        assert_eq!(read(&late)["code"], "changed_meanwhile");
        assert_eq!(house.get(&path).await["name"], "二");
    }
}

#[tokio::test]
async fn a_list_comes_in_pages() {
    let house = house(World::sqlite().await).await;
    for number in 0..5 {
        let body = json!({ "name": format!("码 {number}") });
        house.send("POST", "/codes", body).await;
        house.world.clock.pass(1000);
    }
    let (mut names, mut path) = (Vec::new(), "/codes?limit=2".to_owned());
    loop {
        let answer = call(&house.world, &house.token, ("GET", &path), &[], None).await;
        let page = read(&answer);
        let items = page["items"].as_array().expect("items").iter();
        names.extend(items.map(|item| item["name"].as_str().unwrap_or_default().to_owned()));
        let link = answer
            .headers
            .get("link")
            .map(|link| link.to_str().expect("text").to_owned());
        let Some(next) = page["next"].as_str() else {
            assert_eq!(link, None);
            break;
        };
        assert_eq!(link, Some(format!("<{next}>; rel=\"next\"")));
        path = next.to_owned();
    }
    assert_eq!(names, ["码 4", "码 3", "码 2", "码 1", "码 0"]);
}

#[tokio::test]
async fn a_token_that_asks_too_often_waits() {
    let house = house(World::sqlite().await).await;
    let ask = async || call(&house.world, &house.token, ("GET", "/token"), &[], None).await;
    let first = ask().await;
    let policy = format!("\"token\";q={PER_MINUTE};w=60");
    assert_eq!(first.headers["ratelimit-policy"], policy);
    for _ in 1..PER_MINUTE {
        assert_eq!(ask().await.status, StatusCode::OK);
    }
    let refused = ask().await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.headers["retry-after"], "1");
    assert_eq!(refused.headers["ratelimit"], "\"token\";r=0;t=60");
    assert_eq!(read(&refused)["code"], "too_many_requests");
    house.world.clock.pass(1000);
    assert_eq!(ask().await.status, StatusCode::OK);
}
