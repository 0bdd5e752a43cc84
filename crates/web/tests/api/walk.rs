//! Walks through what one would do with the interface, noun by noun.

use axum::http::StatusCode;
use guanxi_model::token::Scope;
use guanxi_testkit::world::World;
use serde_json::{Value, json};

use crate::{House, call, house, json as read, token_of};

#[tokio::test]
async fn colleagues_find_each_other_and_become_contacts() {
    for world in World::on_each_engine().await {
        let house = house(world).await;
        let world = &house.world;
        let found = house.get("/directory?q=zhengshaojun").await;
        let bo = found["items"][0]["id"].as_str().expect("found").to_owned();
        let card = house.get(&format!("/directory/{bo}")).await;
        assert_eq!(card["standing"]["are_contacts"], false);
        let body = json!({ "recipient": bo, "message": "你好" });
        let sent = read(&house.send("POST", "/requests", body).await);
        assert_eq!(sent["outcome"], "asked");
        let request = sent["request"].as_str().expect("a request").to_owned();

        let theirs = token_of(world, &house.bo, Scope::ALL, 1).await;
        let waiting = call(world, &theirs, ("GET", "/requests/received"), &[], None).await;
        assert_eq!(read(&waiting)["items"][0]["message"], "你好");
        let path = format!("/requests/{request}/accept");
        let accepted = call(world, &theirs, ("POST", &path), &[], None).await;
        assert_eq!(read(&accepted)["state"], "accepted");

        let contacts = house.get("/contacts").await;
        assert_eq!(contacts["items"][0]["name"], "郑少军");
        let path = format!("/contacts/{bo}");
        let note = json!({ "remark": "老郑", "tags": ["同期"], "starred": true });
        let any = [("if-match", "*")];
        let noted = call(world, &house.token, ("PUT", &path), &any, Some(note)).await;
        assert_eq!(read(&noted)["remark"], "老郑", "{}", noted.body);
        let found = house.get("/contacts?tag=%E5%90%8C%E6%9C%9F").await;
        assert_eq!(found["items"].as_array().map(Vec::len), Some(1));
        let block = format!("/blocks/{bo}");
        let blocked = call(world, &house.token, ("PUT", &block), &[], None).await;
        assert_eq!(blocked.status, StatusCode::NO_CONTENT, "{}", blocked.body);
        let blocks = house.get("/blocks").await;
        assert_eq!(blocks["items"][0]["name"], "郑少军");
        let lifted = call(world, &house.token, ("DELETE", &block), &[], None).await;
        assert_eq!(lifted.status, StatusCode::NO_CONTENT);
        let me = house.get("/me").await;
        assert_eq!(me["budget"]["used"], 1);
    }
}

#[tokio::test]
async fn codes_have_pictures_and_scans() {
    let house = house(World::sqlite().await).await;
    let made = house.send("POST", "/codes", json!({ "days": 7 })).await;
    let path = made.location.replace("/api/v1", "");
    let code = read(&made);
    assert!(code["url"].as_str().is_some_and(|url| url.contains("/q/")));
    for (name, kind) in [("svg", "image/svg+xml"), ("png", "image/png")] {
        let path = format!("{path}/picture.{name}");
        let picture = call(&house.world, &house.token, ("GET", &path), &[], None).await;
        assert_eq!(picture.status, StatusCode::OK);
        assert_eq!(picture.headers["content-type"], kind);
        assert!(picture.headers.contains_key("etag"));
    }
    let wide = format!("{path}/picture.png?width=1");
    let refused = call(&house.world, &house.token, ("GET", &wide), &[], None).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let scans = house.get(&format!("{path}/scans")).await;
    assert_eq!(scans["items"], json!([]));
    let revoke = format!("{path}/revoke");
    let revoked = call(&house.world, &house.token, ("POST", &revoke), &[], None).await;
    assert_eq!(read(&revoked)["dead"], "revoked");
}

pub(crate) async fn admin(
    house: &House,
    method: &str,
    path: &str,
    body: Option<Value>,
) -> (StatusCode, Value) {
    let token = token_of(&house.world, &house.owner, Scope::ALL, 1).await;
    let any = [("if-match", "*")];
    let answer = call(&house.world, &token, (method, path), &any, body).await;
    let body = serde_json::from_str(&answer.body).unwrap_or(Value::Null);
    (answer.status, body)
}

#[tokio::test]
async fn a_directory_is_kept_by_a_program() {
    let house = house(World::sqlite().await).await;
    let body = json!({ "name": "新部", "parent": 1 });
    let (status, made) = admin(&house, "POST", "/admin/departments", Some(body)).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let number = made["department"]["number"].as_i64().expect("a number");
    let body = json!({
        "name": "王新", "mobile": "13900000009", "places": [{ "department": number, "leads": true }],
        "custom": [{ "name": "工位", "value": "A1" }],
    });
    let (status, member) = admin(&house, "POST", "/admin/members", Some(body)).await;
    assert_eq!(status, StatusCode::CREATED, "{member}");
    assert_eq!(member["mobile"], "+8613900000009");
    let id = member["id"].as_str().expect("an id").to_owned();
    let path = format!("/admin/members/{id}");
    let body = json!({ "name": "王新", "email": "w@example.com", "places": [{ "department": 2 }] });
    let (status, changed) = admin(&house, "PUT", &path, Some(body)).await;
    assert_eq!(status, StatusCode::OK, "{changed}");
    assert_eq!(changed["userid"], member["userid"]);
    let body = json!({ "change": "leave", "members": [id, house.owner.id], "confirmed": true });
    let (status, many) = admin(&house, "POST", "/admin/members/change", Some(body)).await;
    assert_eq!(status, StatusCode::OK, "{many}");
    assert_eq!(many["items"][0]["done"], true);
    assert_eq!(many["items"][1]["code"], "last_owner");
    let (_, left) = admin(&house, "GET", "/admin/members?status=left", None).await;
    assert_eq!(left["items"][0]["id"], json!(id));
    let path = format!("/admin/departments/{number}");
    let (status, _) = admin(&house, "DELETE", &path, None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn rules_settings_and_the_log_are_kept_by_a_program() {
    let house = house(World::sqlite().await).await;
    let rule = json!({ "kind": "hide", "subject": { "department": 3 } });
    let (status, rule) = admin(&house, "POST", "/admin/visibility/rules", Some(rule)).await;
    assert_eq!(status, StatusCode::CREATED, "{rule}");
    let (ann, bo) = (house.ann.id, house.bo.id);
    let path = format!("/admin/visibility/explanation?viewer={ann}&target={bo}");
    let (_, why) = admin(&house, "GET", &path, None).await;
    assert_eq!(why["visible"], false);
    assert_eq!(why["deciding"], rule["id"]);
    let look = json!({ "viewer": ann, "replaces": rule["id"] });
    let (status, then) = admin(&house, "POST", "/admin/visibility/preview", Some(look)).await;
    assert_eq!(status, StatusCode::OK, "{then}");
    assert_eq!(then["appears"]["members"], 1);
    let grant = json!({ "viewer": { "member": ann }, "target": { "member": bo }, "days": 1 });
    let (status, _) = admin(&house, "POST", "/admin/visibility/grants", Some(grant)).await;
    assert_eq!(status, StatusCode::CREATED);
    let (_, why) = admin(&house, "GET", &path, None).await;
    assert_eq!(why["visible"], true);

    let (_, mut policies) = admin(&house, "GET", "/admin/policies", None).await;
    policies["requests_per_day"] = json!(7);
    let (status, saved) = admin(&house, "PUT", "/admin/policies", Some(policies)).await;
    assert_eq!(
        (status, &saved["requests_per_day"]),
        (StatusCode::OK, &json!(7))
    );
    let settings = json!({ "name": "青禾", "language": "xx", "time_zone": "?", "region": "CN" });
    let (status, refused) = admin(&house, "PUT", "/admin/settings", Some(settings)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused["errors"][0]["field"], "language");

    let (status, checked) = admin(&house, "POST", "/admin/audit/verify", Some(json!({}))).await;
    assert_eq!((status, &checked["whole"]), (StatusCode::OK, &json!(true)));
    let token = token_of(&house.world, &house.owner, Scope::ALL, 1).await;
    let file = call(
        &house.world,
        &token,
        ("GET", "/admin/audit/export"),
        &[],
        None,
    )
    .await;
    assert_eq!(file.status, StatusCode::OK);
    assert!(file.body.lines().count() > 5);
    let (_, head) = admin(&house, "GET", "/admin/audit/head", None).await;
    assert_eq!(head["hash"].as_str().map(str::len), Some(64));
}
