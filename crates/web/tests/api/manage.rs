//! What administrators do on the console, done by programs: webhooks, acts on many that are taken back, pictures.

use std::io::Cursor;

use axum::http::StatusCode;
use data_encoding::BASE64;
use guanxi_model::role::Role;
use guanxi_testkit::world::World;
use serde_json::{Value, json};

use crate::{call, house, json as read, walk::admin};

#[tokio::test]
async fn an_endpoint_is_kept_by_a_program() {
    for world in World::on_each_engine().await {
        let house = house(world).await;
        let all = "/admin/webhooks";
        let wrong = json!({ "url": "ftp://x", "events": ["code.scanned"] });
        let (status, refused) = admin(&house, "POST", all, Some(wrong)).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused["errors"][0]["field"], "url");
        let unknown = json!({ "url": "https://hooks.example.com/in", "events": ["moon.rose"] });
        let (status, _) = admin(&house, "POST", all, Some(unknown)).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        let terms = json!({ "url": "https://hooks.example.com/in", "events": ["code.scanned"] });
        let (status, made) = admin(&house, "POST", all, Some(terms)).await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
        let secret = made["secret"].as_str().expect("a secret").to_owned();
        assert!(secret.starts_with("whsec_"));
        assert_eq!(made["endpoint"]["events"], json!(["code.scanned"]));
        let id = made["endpoint"]["id"].as_str().expect("an id");
        let one = format!("{all}/{id}");
        let terms = json!({ "url": "https://hooks.example.com/on", "description": "CRM" });
        let (status, changed) = admin(&house, "PUT", &one, Some(terms)).await;
        assert_eq!(status, StatusCode::OK, "{changed}");
        assert_eq!(changed["events"], Value::Null, "everything");
        let (_, listed) = admin(&house, "GET", all, None).await;
        assert_eq!(listed["items"][0]["url"], changed["url"]);
        assert!(!listed.to_string().contains("whsec_"), "told once");
        let (_, turned) = admin(&house, "POST", &format!("{one}/rotate"), None).await;
        assert_ne!(turned["secret"], json!(secret));

        let (status, sent) = admin(&house, "POST", &format!("{one}/test"), None).await;
        assert_eq!(status, StatusCode::OK, "{sent}");
        let deliveries = format!("{one}/deliveries");
        let (_, found) = admin(&house, "GET", &deliveries, None).await;
        // What was changed here is told, too.
        let messages = found["items"].as_array().expect("messages");
        let message = messages.iter().find(|one| one["id"] == sent["delivery"]);
        let message = message.expect("the example");
        assert_eq!(message["event"], "webhook.example");
        let body = message["body"].as_str().expect("a body");
        let body: Value = serde_json::from_str(body).expect("JSON");
        assert_eq!(body["type"], "webhook.example");
        let tries = format!(
            "{one}/tries?delivery={}",
            sent["delivery"].as_str().expect("a number")
        );
        let (status, tried) = admin(&house, "GET", &tries, None).await;
        assert_eq!(status, StatusCode::OK, "{tried}");
        assert_eq!(tried["delivery"]["id"], sent["delivery"]);
        assert_eq!(tried["tries"], json!([]), "nobody has sent it yet");
        let dead = format!("{deliveries}?standing=dead&event=code.scanned");
        let (_, none) = admin(&house, "GET", &dead, None).await;
        assert_eq!(none["items"], json!([]));
        let resend = format!("{one}/resend");
        let again = json!({ "delivery": sent["delivery"] });
        let (status, again) = admin(&house, "POST", &resend, Some(again)).await;
        assert_eq!((status, &again["count"]), (StatusCode::OK, &json!(1)));
        let (_, none) = admin(&house, "POST", &resend, Some(json!({}))).await;
        assert_eq!(none["count"], 0);
        let strange = json!({ "delivery": "0123456789abcdef0123456789abcdef" });
        let (status, _) = admin(&house, "POST", &resend, Some(strange)).await;
        assert_eq!(status, StatusCode::NOT_FOUND);

        let (_, paused) = admin(&house, "POST", &format!("{one}/pause"), None).await;
        assert_eq!(paused["state"], "paused");
        let (status, _) = admin(&house, "POST", &format!("{one}/test"), None).await;
        assert_eq!(status, StatusCode::CONFLICT);
        let (_, resumed) = admin(&house, "POST", &format!("{one}/resume"), None).await;
        assert_eq!(resumed["state"], "on");
        let (status, _) = admin(&house, "DELETE", &one, None).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
        let (status, _) = admin(&house, "GET", &one, None).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        let (status, _) = admin(&house, "POST", &format!("{one}/restore"), None).await;
        assert_eq!(status, StatusCode::OK);
    }
}

#[tokio::test]
async fn an_act_on_many_is_taken_back_by_a_program() {
    for world in World::on_each_engine().await {
        let house = house(world).await;
        house.world.role(&house.bo, Role::Auditor).await;
        let (ann, bo, owner) = (house.ann.id, house.bo.id, house.owner.id);
        let id = "0123456789abcdef0123456789abcdef";
        let all = "/admin/members/batches";
        let wish = json!({
            "id": id, "change": "disable", "members": [ann, bo, owner], "confirmed": true,
        });
        let (status, batch) = admin(&house, "POST", all, Some(wish.clone())).await;
        assert_eq!(status, StatusCode::OK, "{batch}");
        assert_eq!((&batch["total"], &batch["done"]), (&json!(3), &json!(true)));
        let of = |batch: &Value, who: guanxi_model::id::MemberId| {
            let items = batch["outcomes"].as_array().expect("outcomes");
            let own = items.iter().find(|item| item["member"] == json!(who));
            own.expect("an outcome").clone()
        };
        assert_eq!(of(&batch, ann)["was"], "active");
        assert_eq!(of(&batch, owner)["code"], "last_owner");
        // The number stands for the act, whoever waits for it; it is the token's own.
        let (_, again) = admin(&house, "POST", all, Some(wish)).await;
        assert_eq!(again, batch);
        let go_on = format!("{all}/{id}/go-on");
        let (_, told) = admin(&house, "POST", &go_on, None).await;
        assert_eq!(told, batch);
        let undo = format!("{all}/{id}/undo");
        let (status, back) = admin(&house, "POST", &undo, Some(json!({}))).await;
        assert_eq!(status, StatusCode::OK, "{back}");
        assert_eq!(of(&back, bo)["changed"], true);
        let (_, member) = admin(&house, "GET", &format!("/admin/members/{bo}"), None).await;
        assert_eq!(member["status"], "active");
        let (_, roles) = admin(&house, "GET", &format!("/admin/members/{bo}/roles"), None).await;
        assert!(roles.to_string().contains("auditor"), "{roles}");
        let (status, _) = admin(&house, "POST", &undo, Some(json!({}))).await;
        assert_eq!(status, StatusCode::CONFLICT);

        let matching = |count: i64| {
            let matching = json!({ "department": 3, "count": count });
            json!({ "to": 2, "matching": matching })
        };
        let (status, _) = admin(&house, "POST", all, Some(matching(7))).await;
        assert_eq!(status, StatusCode::CONFLICT, "they are not seven");
        let (status, moved) = admin(&house, "POST", all, Some(matching(1))).await;
        assert_eq!(status, StatusCode::OK, "{moved}");
        let unclear = json!({ "to": 2, "change": "leave", "members": [ann] });
        let (status, _) = admin(&house, "POST", all, Some(unclear)).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn roles_come_back_with_the_member_where_that_is_asked() {
    let house = house(World::sqlite().await).await;
    house.world.role(&house.bo, Role::Auditor).await;
    let one = format!("/admin/members/{}", house.bo.id);
    for (act, has_role) in [("reactivate-with-roles", true), ("reactivate", false)] {
        let (status, _) = admin(&house, "POST", &format!("{one}/disable"), None).await;
        assert_eq!(status, StatusCode::OK);
        let (status, back) = admin(&house, "POST", &format!("{one}/{act}"), None).await;
        assert_eq!(
            (status, &back["status"]),
            (StatusCode::OK, &json!("active"))
        );
        let (_, roles) = admin(&house, "GET", &format!("{one}/roles"), None).await;
        assert_eq!(roles.to_string().contains("auditor"), has_role, "{act}");
    }
}

#[tokio::test]
async fn pictures_are_set_seen_and_taken_off_by_a_program() {
    let house = house(World::sqlite().await).await;
    let image = image::RgbImage::from_pixel(90, 60, image::Rgb([200, 40, 40]));
    let mut png = Cursor::new(Vec::new());
    image
        .write_to(&mut png, image::ImageFormat::Png)
        .expect("a picture");
    let picture = json!({ "picture": BASE64.encode(png.get_ref()) });
    let seen = async |of: guanxi_model::id::MemberId| {
        let path = format!("/directory/{of}/avatar");
        call(&house.world, &house.token, ("GET", &path), &[], None).await
    };
    assert_eq!(seen(house.ann.id).await.status, StatusCode::NOT_FOUND);
    let put = house.send("PUT", "/me/avatar", picture.clone()).await;
    assert_eq!(put.status, StatusCode::NO_CONTENT, "{}", put.body);
    let shown = seen(house.ann.id).await;
    assert_eq!(shown.headers["content-type"], "image/jpeg");
    assert!(shown.headers.contains_key("etag"));
    for (wrong, code) in [("%%", "malformed"), ("AAAA", "no_picture")] {
        let refused = house
            .send("PUT", "/me/avatar", json!({ "picture": wrong }))
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(read(&refused)["errors"][0]["code"], code);
    }
    let own = ("DELETE", "/me/avatar");
    let off = call(&house.world, &house.token, own, &[], None).await;
    assert_eq!(off.status, StatusCode::NO_CONTENT);
    assert_eq!(seen(house.ann.id).await.status, StatusCode::NOT_FOUND);
    let back = ("POST", "/me/avatar/restore");
    call(&house.world, &house.token, back, &[], None).await;
    assert_eq!(seen(house.ann.id).await.status, StatusCode::OK);

    let logo = "/admin/logo";
    let refused = house.send("PUT", logo, picture.clone()).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let back = format!("{logo}/restore");
    for (method, path) in [("PUT", logo), ("DELETE", logo), ("POST", back.as_str())] {
        let body = (method == "PUT").then(|| picture.clone());
        let (status, told) = admin(&house, method, path, body).await;
        assert_eq!(status, StatusCode::NO_CONTENT, "{method} {path}: {told}");
    }

    let theirs = format!("/admin/members/{}/avatar", house.bo.id);
    let refused = house.send("PUT", &theirs, picture.clone()).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let (status, _) = admin(&house, "PUT", &theirs, Some(picture)).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(seen(house.bo.id).await.status, StatusCode::OK);
    let (status, _) = admin(&house, "DELETE", &theirs, None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let (status, _) = admin(&house, "POST", &format!("{theirs}/restore"), None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
}
