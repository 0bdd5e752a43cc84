//! An administrator adds a member and lets him leave, in a browser, while a colleague's directory follows.

use std::path::Path;

use guanxi_testkit::{
    browser::{Browser, View},
    process::Process,
};

const BINARY: &str = env!("CARGO_BIN_EXE_guanxi");

#[tokio::test]
async fn a_member_is_added_found_and_leaves() {
    let Some(browser) = Browser::open(View::DESKTOP).await else {
        return;
    };
    let home = tempfile::tempdir().expect("a folder");
    let process = Process::demo(Path::new(BINARY), home.path());
    browser.sign_in(&process, "13800000003").await;

    browser.goto(&process.url("/admin/people")).await;
    browser.assert_accessible().await;
    browser.click("a[href='/admin/people/new']").await;
    browser.wait_for_path("/admin/people/new").await;
    // What is missing is said next to its field, and what was typed stays.
    browser.type_into("#name", "梅若雪").await;
    browser.click("#member-form footer .main").await;
    browser.wait_for("#mobile-error").await;
    assert_eq!(
        browser
            .evaluate("return document.getElementById('name').value")
            .await,
        "梅若雪"
    );
    browser.assert_accessible().await;
    browser.type_into("#mobile", "138 0013 8000").await;
    browser
        .evaluate("document.querySelector('[name=department]').selectedIndex = 2")
        .await;
    browser.click("#member-form footer .main").await;
    browser.wait_for_text("h1", "梅若雪").await;
    browser.assert_accessible().await;

    let card = browser.url().await;
    browser.goto(&process.url("/directory?q=mrx")).await;
    browser.wait_for_text("#main", "梅若雪").await;

    browser.goto(&card).await;
    browser.click("a[href$='/leave']").await;
    browser.wait_for("dialog[open] #dialog").await;
    browser.click("dialog footer .main").await;
    browser.wait_for_text("h1", "已离职").await;
    browser.wait_for_text("#toasts", "梅若雪").await;
    browser.click("#toasts button").await;
    browser.wait_for_text("h1", "未激活").await;

    browser.goto(&process.url("/admin/departments")).await;
    browser.assert_accessible().await;
    browser.type_into("#new", "茶饮组").await;
    browser.press("\u{e007}").await;
    browser
        .wait_for_text("#department-children", "茶饮组")
        .await;
}
