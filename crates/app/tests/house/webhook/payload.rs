//! Payloads, held against the schema that is published.

use guanxi_app::{
    request,
    webhook::{self, schema},
};
use guanxi_model::{
    qr_code::Terms as CodeTerms,
    webhook::{Choice, Kind},
};
use guanxi_store::testing::TestStore;
use serde_json::Value;

use super::{ask, deliveries, make, rename, spread};
use crate::{
    qr_code::{make as make_code, visit_as},
    support::House,
};

guanxi_store::both_engines!(payloads_keep_to_their_schema);

/// As much of JSON Schema as the payloads use.
pub(crate) fn check(schema: &Value, root: &Value, value: &Value, at: &str) -> Result<(), String> {
    let fail = |what: &str| Err(format!("{at}: {what}: {value}"));
    if let Some(name) = schema["$ref"].as_str() {
        let target = &root["$defs"][name.rsplit('/').next().unwrap()];
        return check(target, root, value, at);
    }
    if let Some(any) = schema["oneOf"].as_array() {
        let fits = any.iter().filter(|one| check(one, root, value, at).is_ok());
        return if fits.count() == 1 {
            Ok(())
        } else {
            fail("fits not exactly one")
        };
    }
    if schema.get("const").is_some_and(|only| only != value) {
        return fail("another value");
    }
    if schema["enum"]
        .as_array()
        .is_some_and(|all| !all.contains(value))
    {
        return fail("none of the values");
    }
    let is = |kind: &str| match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "null" => value.is_null(),
        other => panic!("{other}"),
    };
    let fits = match &schema["type"] {
        Value::String(kind) => is(kind),
        Value::Array(kinds) => kinds.iter().any(|kind| is(kind.as_str().unwrap())),
        _ => true,
    };
    if !fits {
        return fail("another type");
    }
    if let Some(pattern) = schema["pattern"].as_str() {
        let digits = value.as_str().unwrap().trim_start_matches("ww");
        let length = if pattern.starts_with("^ww") { 16 } else { 32 };
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if digits.len() != length || !is_hex {
            return fail(pattern);
        }
    }
    if let Some(members) = schema["properties"].as_object() {
        let object = value.as_object().unwrap();
        for (name, inner) in members {
            let Some(member) = object.get(name) else {
                return fail(name);
            };
            check(inner, root, member, &format!("{at}.{name}"))?;
        }
        if let Some(extra) = object.keys().find(|name| !members.contains_key(*name)) {
            return fail(extra);
        }
    }
    if let Some(items) = value.as_array() {
        for item in items {
            check(&schema["items"], root, item, at)?;
        }
    }
    Ok(())
}

async fn payloads_keep_to_their_schema(store: TestStore) {
    let house = House::new(&store).await;
    let (owner, chen, wang) = (
        house.cx("owner").await,
        house.cx("chen").await,
        house.cx("wang").await,
    );
    let hook = make(&house, &owner, Choice::All).await;
    let code = make_code(&house, &chen, CodeTerms::default()).await;
    let key = guanxi_app::qr_code::Key::new(&house.env.pepper, "http://x");
    let token = key.token(code.slug);
    let slug = key.read(&token).unwrap();
    let visitor = visit_as(&house, 77, "访客").await;
    house
        .write(&visitor, move |tx, cx| {
            guanxi_app::qr_code::visit::add(tx, cx, slug, "您好").map(drop)
        })
        .await
        .unwrap();
    let request = ask(&house, &chen, "wang").await;
    house
        .write(&chen, move |tx, cx| {
            request::withdraw(tx, cx, request).map(drop)
        })
        .await
        .unwrap();
    let request = ask(&house, &wang, "chen").await;
    house
        .write(&chen, move |tx, cx| {
            request::accept(tx, cx, request).map(drop)
        })
        .await
        .unwrap();
    rename(&house, &owner, "sun", "孙立人".into()).await;
    let example = hook.id;
    house
        .write(&owner, move |tx, cx| {
            webhook::send_example(tx, cx, example).map(drop)
        })
        .await
        .unwrap();
    spread(&house, &owner, hook.id, 11).await;
    let schema = schema::schema();
    let mut seen = Vec::new();
    for one in deliveries(&house, &owner, hook.id).await {
        let body: Value = serde_json::from_str(&one.body).unwrap();
        check(&schema["$defs"][&one.name], &schema, &body, &one.name).unwrap();
        check(&schema, &schema, &body, "any").unwrap();
        seen.push(one.name);
    }
    for kind in [
        Kind::RequestWithdrawn,
        Kind::CustomerAdded,
        Kind::ContactMade,
        Kind::MemberChanged,
        Kind::CodeChanged,
        Kind::CodeScanned,
        Kind::WebhookChanged,
        Kind::Example,
    ] {
        assert!(
            seen.iter().any(|name| name == kind.name()),
            "{} in {seen:?}",
            kind.name()
        );
    }
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/webhooks.schema.json"
    );
    let text = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap());
    if std::env::var_os("GUANXI_TEST_UPDATE").is_some() {
        std::fs::write(file, &text).unwrap();
    }
    let kept = std::fs::read_to_string(file).unwrap_or_default();
    assert!(
        kept == text,
        "docs/webhooks.schema.json is stale: GUANXI_TEST_UPDATE=1 writes it anew"
    );
}
