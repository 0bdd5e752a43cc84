//! A visitor scans a member's code with his phone, proves his number and is a contact, while the member looks.

use std::{path::Path, sync::Arc};

use guanxi_app::{
    Env,
    outside::{KeptSms, SystemChance, SystemClock},
    qr_code::Key,
};
use guanxi_model::{
    id::CodeId,
    qr_code::{QrCode, SLUG_BYTES, Shown},
};
use guanxi_store::{self as store, Options, Store};
use guanxi_testkit::{
    browser::{Browser, View},
    process::Process,
};

const LIN: &str = "13800000001";
const PUBLIC_URL: &str = "http://guanxi.test";

/// Writes a code of somebody into the database of a running demo; returns its address.
async fn code_of(home: &Path, mobile: &str) -> String {
    let options = Options::sqlite(home.join("guanxi-data/guanxi.db"));
    let store = Store::open(&options).expect("the store opens");
    let (clock, chance) = (Arc::new(SystemClock), Arc::new(SystemChance));
    let env = Env::new(store, clock, chance, Arc::new(KeptSms::default()))
        .await
        .expect("the node starts");
    let number = guanxi_model::person::Phone::parse(mobile, "CN").expect("a number");
    let slug = [7; SLUG_BYTES];
    let now_ms = env.clock.now_ms();
    let written = env.store.write(move |tx| -> guanxi_app::Result<()> {
        let accounts = store::member::list_by_mobile(tx, number)?;
        let (corp, owner) = accounts.first().expect("an account");
        let code = QrCode {
            id: CodeId::from_u128(7),
            owner: owner.id,
            slug,
            name: "门口海报".into(),
            single_use: false,
            confirm: false,
            shown: Shown {
                mobile: true,
                ..Shown::default()
            },
            handed_from: String::new(),
            created_at_ms: now_ms,
            expires_at_ms: None,
            revoked_at_ms: None,
            used_at_ms: None,
        };
        Ok(store::qr_code::insert(tx, *corp, &code)?)
    });
    written.await.expect("the code is written");
    format!("/q/{}", Key::new(&env.pepper, PUBLIC_URL).token(slug))
}

async fn sign_in(browser: &Browser, process: &Process, mobile: &str) {
    browser.goto(&process.url("/sign-in")).await;
    browser.type_into("#mobile", mobile).await;
    browser
        .click("form[action='/sign-in'] button.main.wide")
        .await;
    browser.wait_for("#code").await;
    browser.click("#sign-in button.main").await;
    browser.wait_for_path("/").await;
}

#[tokio::test]
async fn a_visitor_is_a_contact_and_the_member_sees_him_come() {
    let (Some(lin), Some(visitor)) = (
        Browser::open(View::DESKTOP).await,
        Browser::open(View::PHONE).await,
    ) else {
        return;
    };
    let home = tempfile::tempdir().expect("a folder");
    let binary = Path::new(env!("CARGO_BIN_EXE_guanxi"));
    let arguments = ["--demo", "--public-url", PUBLIC_URL];
    let process = Process::serve(binary, home.path(), &arguments);
    let path = code_of(home.path(), LIN).await;
    sign_in(&lin, &process, LIN).await;
    lin.goto(&process.url("/customers")).await;
    lin.evaluate("window.mark = 1").await;

    visitor.goto(&process.url(&path)).await;
    visitor.wait_for_text("h1", "林知夏").await;
    visitor.type_into("#name", "王小姐").await;
    visitor.type_into("#mobile", "13912345678").await;
    visitor.click("form[action$='/number'] button").await;
    visitor.wait_for("#code").await;
    visitor.click("form[action$='/code'] button").await;
    visitor.wait_for_text("h1", "您和林知夏是联系人了").await;

    lin.wait_for_text("#list", "王小姐").await;
    assert_eq!(lin.evaluate("return window.mark").await, 1);
    lin.assert_accessible().await;
    lin.assert_no_console_errors().await;
    visitor.goto(&process.url("/person")).await;
    visitor.wait_for_text("main", "林知夏").await;
}

#[tokio::test]
async fn the_page_of_a_code_can_be_read_by_everybody() {
    for view in [
        View::PHONE,
        View::PHONE.dark(),
        View::DESKTOP.in_language("en"),
    ] {
        let Some(visitor) = Browser::open(view).await else {
            return;
        };
        let home = tempfile::tempdir().expect("a folder");
        let binary = Path::new(env!("CARGO_BIN_EXE_guanxi"));
        let arguments = ["--demo", "--public-url", PUBLIC_URL];
        let process = Process::serve(binary, home.path(), &arguments);
        let path = code_of(home.path(), LIN).await;
        visitor.goto(&process.url(&path)).await;
        visitor.wait_for("#mobile").await;

        visitor.assert_accessible().await;
        visitor.assert_no_console_errors().await;
    }
}
