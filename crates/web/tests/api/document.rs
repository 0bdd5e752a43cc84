//! The document says what the table says, and the copy that is checked in is fresh.

use std::{collections::HashSet, path::Path};

use axum::http::StatusCode;
use guanxi_testkit::world::World;
use guanxi_web::{
    api::{document, operation::Operation},
    routes::api,
};

use crate::{call, json};

#[test]
fn the_document_that_is_checked_in_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    if std::env::var_os("GUANXI_TEST_UPDATE").is_some() {
        std::fs::write(&path, document::text()).expect("the document is written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == document::text(),
        "docs/openapi.json is stale: GUANXI_TEST_UPDATE=1 cargo test -p guanxi-web --test api fresh"
    );
}

#[test]
fn every_operation_is_named_once_and_says_what_it_does() {
    let mut names = HashSet::new();
    for operation in api::table() {
        assert!(
            names.insert(operation.name),
            "{operation:?} has a name twice"
        );
        assert!(!operation.group.is_empty(), "{operation:?} has no heading");
        assert!(!operation.summary.is_empty(), "{operation:?} says nothing");
    }
    assert!(names.len() > 80, "{} operations", names.len());
    assert!(api::idle_scopes().is_empty(), "{:?}", api::idle_scopes());
}

#[tokio::test]
async fn the_document_is_served_to_everybody() {
    let world = World::sqlite().await;
    let answer = call(&world, "", ("GET", "/openapi.json"), &[], None).await;
    assert_eq!(answer.status, StatusCode::OK);
    let document = json(&answer);
    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().expect("paths");
    let places: HashSet<String> = api::table().iter().map(Operation::address).collect();
    assert_eq!(paths.len(), places.len());
    // Every event that one can subscribe to has its message.
    let messages = document["webhooks"].as_object().expect("messages");
    for kind in guanxi_model::webhook::Kind::ALL {
        let message = &messages[kind.name()]["post"];
        assert!(
            message["summary"]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "{kind:?}"
        );
        let schema = &message["requestBody"]["content"]["application/json"]["schema"]["$ref"];
        let pointer = schema
            .as_str()
            .expect("a reference")
            .trim_start_matches('#');
        let schema = document.pointer(pointer).expect("a schema");
        assert_eq!(schema["properties"]["type"]["const"], kind.name());
    }
    // Every reference leads somewhere.
    let text = document.to_string();
    for part in text.split("\"$ref\":\"#").skip(1) {
        let pointer = part.split('"').next().unwrap_or_default();
        assert!(
            document.pointer(pointer).is_some(),
            "{pointer} leads nowhere"
        );
    }
}

#[tokio::test]
async fn the_reference_shows_every_operation_in_both_languages() {
    let world = World::sqlite().await;
    let (_, owner) = world.corp("青禾", "13800000001").await;
    let first = world.get(Some(&owner), "/api-reference").await;
    assert_eq!(first.status, StatusCode::OK);
    let mut shown = HashSet::new();
    for operation in api::table() {
        let part = url::form_urlencoded::byte_serialize(operation.group.as_bytes());
        let path = format!("/api-reference?part={}", part.collect::<String>());
        assert!(first.body.contains(&path), "{path} is not in the index");
        let page = world.get(Some(&owner), &path).await;
        assert!(
            page.body.contains(&format!("id=\"{}\"", operation.name)),
            "{operation:?} is not on its page"
        );
        shown.insert(path);
    }
    assert!(shown.len() > 10);
    for path in ["/api-reference", "/api-reference/problems"] {
        for (language, word) in [("en", "Problems"), ("zh-CN", "错误")] {
            let request = axum::http::Request::get(path)
                .header("cookie", owner.cookie())
                .header("accept-language", language);
            let request = request.body(axum::body::Body::empty());
            let page = world.request(request.expect("a request")).await;
            assert!(page.body.contains(word), "{path} in {language}");
        }
    }
}
