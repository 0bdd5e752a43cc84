//! The pages of webhooks, by forms alone.

use axum::http::StatusCode;
use guanxi_testkit::world::{Answer, Someone, World};

const URL: &str = "https://hooks.example.com/in?key=s3cret";

async fn world() -> (World, Someone) {
    let world = World::sqlite().await;
    let (corp, owner) = world.corp("青禾家居", "13800000001").await;
    world.load_directory(corp).await;
    (world, owner)
}

/// Makes an endpoint; its address and its secret as the page shows it.
async fn make(world: &World, owner: &Someone, fields: &[(&str, &str)]) -> (String, String) {
    let made = world.post(Some(owner), "/admin/webhooks/new", fields).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    let id = between(&made.body, "href=\"/admin/webhooks/", "\"", 32);
    let secret = between(&made.body, "<code>whsec_", "</code>", 44);
    (format!("/admin/webhooks/{id}"), format!("whsec_{secret}"))
}

/// The first text of this length between two others.
fn between<'a>(body: &'a str, start: &str, end: &str, length: usize) -> &'a str {
    let parts = body.split(start).skip(1);
    let mut texts = parts.filter_map(|rest| rest.split(end).next());
    texts
        .find(|text| text.len() == length)
        .unwrap_or_else(|| panic!("nothing behind {start} in {body}"))
}

async fn shown(world: &World, owner: &Someone, path: &str) -> Answer {
    let answer = world.get(Some(owner), path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    answer
}

#[tokio::test]
async fn an_endpoint_is_made_and_its_secret_shown_once() {
    let (world, owner) = world().await;
    let list = shown(&world, &owner, "/admin/webhooks").await;
    assert!(list.body.contains("/admin/webhooks/new"));
    let refused = world
        .post(
            Some(&owner),
            "/admin/webhooks/new",
            &[
                ("url", "http://10.0.0.1/x"),
                ("description", "客户系统"),
                ("which", "some"),
                ("event", "code.scanned"),
            ],
        )
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for kept in ["http://10.0.0.1/x", "客户系统", "id=\"url-error\""] {
        assert!(refused.body.contains(kept), "{kept} in {}", refused.body);
    }
    let ticked = "value=\"code.scanned\" checked";
    assert!(refused.body.contains(ticked), "what was chosen is not lost");
    let none = [("url", URL), ("which", "some")];
    let refused = world.post(Some(&owner), "/admin/webhooks/new", &none).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);

    let fields = [
        ("url", URL),
        ("description", "客户系统"),
        ("which", "some"),
        ("event", "code.scanned"),
        ("event", "request.sent"),
    ];
    let (path, secret) = make(&world, &owner, &fields).await;
    for page in ["/admin/webhooks", &path, &format!("{path}/edit")] {
        let page = shown(&world, &owner, page).await;
        assert!(page.body.contains("客户系统"));
        assert!(!page.body.contains(&secret), "the secret is shown once");
    }
    let audit = shown(&world, &owner, "/admin/audit?group=webhook").await;
    assert!(audit.body.contains("客户系统"));
    assert!(
        !audit.body.contains("s3cret"),
        "the log keeps the host alone"
    );
    let rotated = world
        .post(Some(&owner), &format!("{path}/rotate"), &[])
        .await;
    let next = between(&rotated.body, "<code>whsec_", "</code>", 44);
    assert_ne!(format!("whsec_{next}"), secret);
}

#[tokio::test]
async fn an_endpoint_is_paused_changed_deleted_and_brought_back() {
    let (world, owner) = world().await;
    let (path, _) = make(&world, &owner, &[("url", URL), ("which", "all")]).await;
    let act = async |act: &str, fields: &[(&str, &str)]| {
        let done = world
            .post(Some(&owner), &format!("{path}{act}"), fields)
            .await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{act}: {}", done.body);
        done
    };
    act("/pause", &[]).await;
    let page = shown(&world, &owner, &path).await;
    assert!(page.body.contains(&format!("{path}/resume")));
    let off = world
        .post(Some(&owner), &format!("{path}/example"), &[])
        .await;
    assert_eq!(
        (off.status, off.code.as_str()),
        (StatusCode::CONFLICT, "webhook_is_off")
    );
    act("/resume", &[]).await;
    let changed = [("url", "https://other.example.com/"), ("which", "all")];
    act("/edit", &changed).await;
    let page = shown(&world, &owner, &path).await;
    assert!(page.body.contains("other.example.com"));
    let asked = shown(&world, &owner, &format!("{path}/delete")).await;
    assert!(asked.body.contains(&format!("action=\"{path}/delete\"")));
    act("/delete", &[]).await;
    let gone = world.get(Some(&owner), &path).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    act("/restore", &[]).await;
    shown(&world, &owner, &path).await;
}

#[tokio::test]
async fn messages_are_listed_filtered_paged_and_exported() {
    let (world, owner) = world().await;
    let (path, _) = make(&world, &owner, &[("url", URL), ("which", "all")]).await;
    let sent = world
        .post(Some(&owner), &format!("{path}/example"), &[])
        .await;
    let message = sent.location.clone();
    assert!(
        message.starts_with(&format!("{path}/message?id=")),
        "{message}"
    );
    let page = shown(&world, &owner, &message).await;
    assert!(page.body.contains("webhook.example") && page.body.contains("msg_"));
    for _ in 0..55 {
        world
            .post(Some(&owner), &format!("{path}/example"), &[])
            .await;
    }
    let filter = format!("{path}?standing=waiting&event=webhook.example");
    let first = shown(&world, &owner, &filter).await;
    let rows = |page: &Answer| page.body.matches("/message?id=").count();
    assert_eq!(rows(&first), 50);
    let older = between_any(&first.body, "rel=\"next\" href=\"");
    let second = shown(&world, &owner, &older).await;
    assert_eq!(rows(&second), 6);
    let none = shown(&world, &owner, &format!("{path}?standing=dead")).await;
    assert_eq!(rows(&none), 0);
    let file = format!("{path}/messages.csv?event=webhook.example");
    let file = shown(&world, &owner, &file).await;
    assert_eq!(file.body.trim().lines().count(), 57);
    let schema = shown(&world, &owner, "/admin/webhooks/schema.json").await;
    let schema: serde_json::Value = serde_json::from_str(&schema.body).expect("JSON");
    assert!(schema["$defs"]["request.sent"].is_object());
    let lost = format!("{path}/message?id=00000000000000000000000000000000");
    assert_eq!(
        world.get(Some(&owner), &lost).await.status,
        StatusCode::NOT_FOUND
    );
}

fn between_any(body: &str, start: &str) -> String {
    let rest = body.split(start).nth(1).expect("there is more");
    let href = rest.split('"').next().expect("an address");
    href.replace("&#38;", "&").replace("&amp;", "&")
}
