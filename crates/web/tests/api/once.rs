//! A request with a key that is sent twice is carried out once.

use axum::http::StatusCode;
use guanxi_testkit::world::World;
use serde_json::json;

use crate::{call, house, json as read};

#[tokio::test]
async fn the_same_key_is_answered_alike_and_does_nothing_twice() {
    for world in World::on_each_engine().await {
        let house = house(world).await;
        let (world, token) = (&house.world, &house.token);
        let key = [("idempotency-key", "order-7")];
        let make = async |name: &str| {
            let body = Some(json!({ "name": name }));
            call(world, token, ("POST", "/codes"), &key, body).await
        };
        let first = make("一").await;
        assert_eq!(first.status, StatusCode::CREATED, "{}", first.body);
        assert!(!first.headers.contains_key("idempotent-replayed"));
        let again = make("一").await;
        assert_eq!(again.status, StatusCode::CREATED);
        assert_eq!(again.headers["idempotent-replayed"], "true");
        assert_eq!(again.body, first.body);
        assert_eq!(again.location, first.location);
        let other = make("二").await;
        assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(read(&other)["code"], "idempotency_key_reused");
        let codes = house.get("/codes").await;
        assert_eq!(codes["items"].as_array().map(Vec::len), Some(1));

        // What was refused has left nothing, so the key is still free.
        let key = [("idempotency-key", "order-8")];
        let bad = json!({ "recipient": house.ann.id });
        let refused = call(world, token, ("POST", "/requests"), &key, Some(bad)).await;
        assert!(refused.status.is_client_error());
        let good = json!({ "recipient": house.bo.id });
        let sent = call(world, token, ("POST", "/requests"), &key, Some(good)).await;
        assert_eq!(sent.status, StatusCode::OK, "{}", sent.body);
        let malformed = [("idempotency-key", "")];
        let body = Some(json!({}));
        let empty = call(world, token, ("POST", "/codes"), &malformed, body).await;
        assert_eq!(empty.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn keys_that_race_are_carried_out_once() {
    for world in World::on_each_engine().await {
        let house = house(world).await;
        let (world, token) = (&house.world, &house.token);
        let key = [("idempotency-key", "race")];
        let calls = (0..8).map(|_| {
            let body = Some(json!({ "name": "一" }));
            call(world, token, ("POST", "/codes"), &key, body)
        });
        let answers = futures_util::future::join_all(calls).await;
        let fresh = answers
            .iter()
            .filter(|answer| !answer.headers.contains_key("idempotent-replayed"));
        assert_eq!(fresh.count(), 1);
        let bodies: std::collections::HashSet<&str> =
            answers.iter().map(|answer| answer.body.as_str()).collect();
        assert_eq!(bodies.len(), 1, "{bodies:?}");
        let codes = house.get("/codes").await;
        assert_eq!(codes["items"].as_array().map(Vec::len), Some(1));
    }
}
