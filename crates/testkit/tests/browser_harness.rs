//! The browser harness against a page of its own: each test is a habit that the tests of real pages rely on.

use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use axum::http::HeaderMap;
use axum::response::Html;
use axum::routing::get;
use guanxi_testkit::browser::{Browser, View};
use serde_json::json;
use tokio::net::TcpListener;

const PAGE: &str = r#"<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Harness</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<style>body { min-height: 3000px; background: #fff; color: #000 }
@media (prefers-color-scheme: dark) { body { background: #000; color: #fff } }
button, input { min-height: 24px }</style></head>
<body><main><h1>Harness</h1>
<p id="script">without script</p>
<label>Name <input id="name" value="old"></label>
<button id="greet">Greet</button><p id="answer" hidden></p>
</main><script>
document.getElementById('script').textContent = 'with script';
document.getElementById('greet').addEventListener('click', () => setTimeout(() => {
  const answer = document.getElementById('answer');
  answer.textContent = 'Hello ' + document.getElementById('name').value;
  answer.hidden = false;
}, 100));
</script></body></html>"#;

const BROKEN_PAGE: &str = r#"<!doctype html><html><head><link rel="icon" href="data:,"></head>
<body><img src="data:,"><p style="color:#999;background:#fff">faint</p>
<script>undefined_function()</script></body></html>"#;

async fn serve() -> String {
    async fn language(headers: HeaderMap) -> String {
        let accepted = headers
            .get("accept-language")
            .and_then(|value| value.to_str().ok());
        accepted.unwrap_or_default().to_owned()
    }
    let router = Router::new()
        .route("/", get(async || Html(PAGE)))
        .route("/broken", get(async || Html(BROKEN_PAGE)))
        .route("/language", get(language));
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
        .await
        .expect("a loopback port is free");
    let address = listener
        .local_addr()
        .expect("a bound socket has an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

#[tokio::test]
async fn a_person_types_clicks_and_reads() {
    let site = serve().await;
    let Some(browser) = Browser::open(View::DESKTOP).await else {
        return;
    };
    browser.goto(&site).await;
    browser.wait_for_path("/").await;
    assert_eq!(browser.title().await, "Harness");
    assert_eq!(browser.text("#script").await, "with script");

    browser.type_into("#name", "关系").await;
    browser.click("#greet").await;
    browser.wait_for_text("#answer", "Hello 关系").await;
    assert_eq!(browser.count("button").await, 1);

    browser
        .evaluate("document.getElementById('answer').hidden = true")
        .await;
    browser.wait_until_gone("#answer").await;
    browser.assert_no_console_errors().await;
    browser.assert_accessible().await;
}

#[tokio::test]
async fn a_phone_is_narrow_and_touched() {
    let site = serve().await;
    let Some(browser) = Browser::open(View::PHONE.dark()).await else {
        return;
    };
    browser.goto(&site).await;
    let seen = browser
        .evaluate(
            "return [innerWidth, innerHeight, 'ontouchstart' in window,
                matchMedia('(pointer: coarse)').matches, getComputedStyle(document.body).backgroundColor]",
        )
        .await;
    assert_eq!(seen, json!([390, 844, true, true, "rgb(0, 0, 0)"]));
    browser.click("#greet").await;
    browser.wait_for_text("#answer", "Hello old").await;
}

#[tokio::test]
async fn a_desktop_page_has_the_size_it_names() {
    let site = serve().await;
    let Some(browser) = Browser::open(View::DESKTOP).await else {
        return;
    };
    browser.goto(&site).await;
    let seen = browser
        .evaluate(
            "return [innerWidth, innerHeight, matchMedia('(pointer: coarse)').matches,
                getComputedStyle(document.body).backgroundColor]",
        )
        .await;
    assert_eq!(seen, json!([1280, 900, false, "rgb(255, 255, 255)"]));
}

#[tokio::test]
async fn script_can_be_off() {
    let site = serve().await;
    let Some(browser) = Browser::open(View::DESKTOP.without_script()).await else {
        return;
    };
    browser.goto(&site).await;
    assert_eq!(browser.text("#script").await, "without script");
}

#[tokio::test]
async fn the_language_is_asked_for() {
    let site = serve().await;
    for (language, start) in [("zh-CN", "zh-CN"), ("en", "en")] {
        let Some(browser) = Browser::open(View::DESKTOP.in_language(language)).await else {
            return;
        };
        browser.goto(&format!("{site}/language")).await;
        let asked = browser.text("body").await;
        assert!(asked.starts_with(start), "{asked}");
    }
}

#[tokio::test]
async fn faults_of_a_page_are_found() {
    let site = serve().await;
    let Some(browser) = Browser::open(View::DESKTOP).await else {
        return;
    };
    browser.goto(&format!("{site}/broken")).await;
    let errors = browser.console_errors().await;
    assert!(
        errors.iter().any(|error| error.source == "javascript"),
        "{errors:?}"
    );
    assert!(
        browser.console_errors().await.is_empty(),
        "each error is told once"
    );

    let violations = browser.accessibility_violations().await;
    let rules: Vec<&str> = violations
        .iter()
        .map(|violation| violation.rule.as_str())
        .collect();
    for expected in [
        "color-contrast",
        "document-title",
        "html-has-lang",
        "image-alt",
    ] {
        assert!(
            rules.contains(&expected),
            "{expected} is not among {rules:?}"
        );
    }
}

#[tokio::test]
async fn a_picture_shows_the_whole_page() {
    let site = serve().await;
    let Some(browser) = Browser::open(View::PHONE).await else {
        return;
    };
    browser.goto(&site).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.png");
    browser.screenshot(&path).await;
    let bytes = std::fs::read(path).unwrap();
    assert_eq!(&bytes[1..4], b"PNG");
    let height = u32::from_be_bytes(bytes[20..24].try_into().unwrap());
    assert!(height >= 2 * 3000, "{height} pixels high");
}

#[tokio::test]
async fn nothing_outlives_a_session() {
    let Some(browser) = Browser::open(View::DESKTOP).await else {
        return;
    };
    let profile = browser.profile().to_owned();
    let name = profile.display().to_string();
    assert!(
        !processes_with(&name).is_empty(),
        "a browser names its profile"
    );
    drop(browser);
    assert_eq!(processes_with(&name), Vec::<String>::new());
    assert!(!profile.exists());
}

/// Returns the processes of this machine that were started with this text among their arguments.
fn processes_with(text: &str) -> Vec<String> {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter_map(|process| std::fs::read(process.path().join("cmdline")).ok())
        .map(|arguments| String::from_utf8_lossy(&arguments).replace('\0', " "))
        .filter(|arguments| arguments.contains(text))
        .collect()
}
