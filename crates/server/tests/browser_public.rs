//! Pages that customers see: every state of a code in both languages, light and dark, on a phone, and on a bad connection.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use guanxi_app::{
    Env,
    outside::{KeptSms, SystemChance, SystemClock},
    qr_code::Key,
};
use guanxi_model::{
    corp::DAY_MS,
    id::CodeId,
    member::Status,
    qr_code::{QrCode, SLUG_BYTES, Shown},
};
use guanxi_store::{self as store, Options, Store};
use guanxi_testkit::{
    browser::{Browser, View},
    process::Process,
};
use serde_json::json;

const BINARY: &str = env!("CARGO_BIN_EXE_guanxi");
const PUBLIC_URL: &str = "http://guanxi.test";
/// Owners of codes: one who is there, one who will be disabled, one who will leave.
const OWNERS: [&str; 3] = ["13800000001", "13800000002", "13800000007"];
/// States of codes, in the order in which they are made.
const STATES: [&str; 6] = ["alive", "expired", "revoked", "used", "disabled", "left"];

fn code(number: usize, owner: guanxi_model::id::MemberId, now_ms: i64) -> QrCode {
    let state = STATES[number];
    QrCode {
        id: CodeId::from_u128(number as u128 + 1),
        owner,
        slug: [number as u8 + 1; SLUG_BYTES],
        name: state.into(),
        single_use: state == "used",
        confirm: false,
        shown: Shown {
            mobile: true,
            employee_no: true,
            ..Shown::default()
        },
        handed_from: if state == "expired" { "周远" } else { "" }.into(),
        created_at_ms: now_ms - 2 * DAY_MS,
        expires_at_ms: (state == "expired").then_some(now_ms - DAY_MS),
        revoked_at_ms: (state == "revoked").then_some(now_ms - DAY_MS),
        used_at_ms: (state == "used").then_some(now_ms - DAY_MS),
    }
}

/// Writes a code of each state into the database of a running demo; returns their paths.
async fn codes(home: &Path) -> Vec<String> {
    let options = Options::sqlite(home.join("guanxi-data/guanxi.db"));
    let store = Store::open(&options).expect("the store opens");
    let (clock, chance) = (Arc::new(SystemClock), Arc::new(SystemChance));
    let env = Env::new(store, clock, chance, Arc::new(KeptSms::default()))
        .await
        .expect("the node starts");
    let now_ms = env.clock.now_ms();
    let written = env.store.write(move |tx| -> guanxi_app::Result<()> {
        for (number, state) in STATES.iter().enumerate() {
            let (owner, status) = match *state {
                "disabled" => (OWNERS[1], Some(Status::Disabled)),
                "left" => (OWNERS[2], Some(Status::Left)),
                _ => (OWNERS[0], None),
            };
            let mobile = guanxi_model::person::Phone::parse(owner, "CN").expect("a number");
            let accounts = store::member::list_by_mobile(tx, mobile)?;
            let (corp, member) = accounts.first().expect("an account");
            store::qr_code::insert(tx, *corp, &code(number, member.id, now_ms))?;
            // What is inserted is alive; these states are written like any change.
            store::qr_code::update(tx, *corp, &code(number, member.id, now_ms))?;
            if let Some(status) = status {
                store::member::set_status(tx, *corp, member.id, status, now_ms)?;
            }
        }
        Ok(())
    });
    written.await.expect("the codes are written");
    let key = Key::new(&env.pepper, PUBLIC_URL);
    let tokens = (0..STATES.len()).map(|number| key.token([number as u8 + 1; SLUG_BYTES]));
    tokens.map(|token| format!("/q/{token}")).collect()
}

fn demo(home: &Path) -> Process {
    let arguments = ["--demo", "--public-url", PUBLIC_URL];
    Process::serve(Path::new(BINARY), home, &arguments)
}

/// Saves a picture where the variable `GUANXI_TEST_PICTURES` names a folder, for whoever wants to look.
async fn keep_picture(browser: &Browser, name: &str) {
    if let Some(folder) = std::env::var_os("GUANXI_TEST_PICTURES") {
        let path = Path::new(&folder).join(format!("{name}.png"));
        browser.screenshot(&path).await;
    }
}

#[tokio::test]
async fn every_state_of_a_code_can_be_read_by_everybody() {
    let home = tempfile::tempdir().expect("a folder");
    let process = demo(home.path());
    let paths = codes(home.path()).await;
    let english = View::PHONE.in_language("en");
    for view in [View::PHONE, View::PHONE.dark(), english, english.dark()] {
        let Some(browser) = Browser::open(view).await else {
            return;
        };
        let look = format!(
            "{}-{}",
            view.language,
            if view.dark { "dark" } else { "light" }
        );
        let mut seen = Vec::new();
        for (path, state) in paths.iter().zip(STATES) {
            browser.goto(&process.url(path)).await;
            seen.push(browser.text("h1").await);
            browser.assert_accessible().await;
            keep_picture(&browser, &format!("{state}-{look}")).await;
        }
        browser.goto(&process.url("/q/nosuchcode")).await;
        seen.push(browser.text("h1").await);
        browser.assert_accessible().await;
        keep_picture(&browser, &format!("unknown-{look}")).await;
        let count = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(
            seen.len(),
            count,
            "each state has words of its own: {seen:?}"
        );
        let wide = browser
            .evaluate("return document.documentElement.scrollWidth - innerWidth")
            .await;
        assert!(
            wide.as_i64().is_some_and(|wide| wide <= 0),
            "no sideways scrolling"
        );
    }
    // Last of all, since whoever guesses is slowed with all that he does.
    let Some(browser) = Browser::open(View::PHONE.dark()).await else {
        return;
    };
    for guess in 0..30 {
        browser
            .goto(&process.url(&format!("/q/guess{guess}")))
            .await;
    }
    browser.goto(&process.url("/q/guess")).await;
    browser.wait_for_text("h1", "请稍等再试").await;
    browser.assert_accessible().await;
    keep_picture(&browser, "slowed").await;
}

#[tokio::test]
async fn a_card_is_there_at_once_on_a_bad_connection() {
    let home = tempfile::tempdir().expect("a folder");
    let process = demo(home.path());
    let paths = codes(home.path()).await;
    let Some(browser) = Browser::open(View::PHONE.without_script()).await else {
        return;
    };
    browser.devtools("Network.enable", json!({})).await;
    // 400 kbit/s either way, 400 ms for each answer.
    let slow = json!({ "offline": false, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000 });
    browser
        .devtools("Network.emulateNetworkConditions", slow)
        .await;
    let asked = Instant::now();
    browser.goto(&process.url(&paths[0])).await;
    browser.wait_for("#mobile").await;
    let took = asked.elapsed();
    assert!(took < Duration::from_secs(5), "usable after {took:?}");
    println!("usable after {} ms", took.as_millis());
    // And to the end: number, code, contact, without a script.
    browser.type_into("#name", "王小姐").await;
    browser.type_into("#mobile", "13912345678").await;
    browser.click("form[action$='/number'] button").await;
    browser.wait_for("#code").await;
    browser.click("form[action$='/code'] button").await;
    browser.wait_for_text("h1", "您和林知夏是联系人了").await;
    keep_picture(&browser, "done").await;
}

#[tokio::test]
async fn a_card_is_one_answer_and_small() {
    let home = tempfile::tempdir().expect("a folder");
    let process = demo(home.path());
    let paths = codes(home.path()).await;
    let Some(browser) = Browser::open(View::PHONE).await else {
        return;
    };
    for path in paths {
        browser.goto(&process.url(&path)).await;
        browser.wait_for("h1").await;
        let loaded = browser
            .evaluate(
                "const [page] = performance.getEntriesByType('navigation');
                 const more = performance.getEntriesByType('resource').filter(e => !e.name.startsWith('data:'));
                 return [page.decodedBodySize, more.length]",
            )
            .await;
        let bytes = loaded[0].as_u64().expect("a size");
        assert!(bytes > 0 && bytes <= 20 * 1024, "{path}: {bytes} bytes");
        assert_eq!(loaded[1], 0, "{path} asks for more than itself");
    }
}
