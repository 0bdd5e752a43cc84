//! Colleagues find and add one another in a browser: two members in two windows, many at once, a phone, no script.

use std::path::Path;

use guanxi_testkit::{
    browser::{Browser, View},
    process::Process,
};

const BINARY: &str = env!("CARGO_BIN_EXE_guanxi");

#[tokio::test]
async fn two_members_find_and_add_one_another() {
    let (Some(one), Some(other)) = (
        Browser::open(View::DESKTOP).await,
        Browser::open(View::DESKTOP).await,
    ) else {
        return;
    };
    let home = tempfile::tempdir().expect("a folder");
    let process = Process::demo(Path::new(BINARY), home.path());
    one.sign_in(&process, "13800000001").await;
    other.sign_in(&process, "13800000003").await;

    one.goto(&process.url("/directory")).await;
    for (typed, found) in [
        ("zs", "曾诗涵"),
        ("张s", "张思远"),
        ("qiuhaibo", "仇海波"),
        ("chouhaibo", "仇海波"),
        ("yuchij", "尉迟静"),
        ("tangwan", "唐婉"),
    ] {
        one.type_into("#q", typed).await;
        one.wait_for_text("#hits .list", found).await;
    }
    one.assert_accessible().await;
    assert_eq!(
        one.count("#tree [aria-current]").await,
        0,
        "a search of the whole company is of no department"
    );
    one.click("#hits a.name").await;
    one.wait_for_text("#card h2", "唐婉").await;
    one.wait_for_text("#card form", "今天你还可以发").await;
    one.type_into("#message", "想请教年会的安排").await;
    one.click("#card form button.main").await;
    one.wait_for_text("#card", "等对方确认").await;
    one.wait_for_text("#toasts", "已向唐婉发出申请").await;

    other.goto(&process.url("/directory?q=linzhixia")).await;
    other.wait_for_text("#hits", "等你确认").await;
    other.click("#hits a.name").await;
    other.wait_for_text("#card", "想请教年会的安排").await;
    other.click("#card form button.main").await;
    other.wait_for_text("#card", "已是好友").await;
    // The first window hears of it without being touched.
    one.wait_for_text("#card", "已是好友").await;
    one.wait_for_text("#hits", "已是好友").await;
    one.assert_no_console_errors().await;
    other.assert_no_console_errors().await;
}

#[tokio::test]
async fn many_are_asked_at_once() {
    let Some(browser) = Browser::open(View::DESKTOP).await else {
        return;
    };
    let home = tempfile::tempdir().expect("a folder");
    let process = Process::demo(Path::new(BINARY), home.path());
    browser.sign_in(&process, "13800000001").await;
    browser
        .goto(&process.url("/directory?department=1&page=5"))
        .await;
    // The box of a row lies above the row, which is a link to the card.
    browser.click("#hits .row-item [data-pick]").await;
    assert_eq!(browser.count("[data-pick]:checked").await, 1);
    browser.click("[data-pick-all]").await;
    let chosen = browser.count("[data-pick]:checked").await;
    assert!(chosen > 40, "{chosen} of the 50 on the page");
    browser.click("[data-batch-bar] button").await;
    browser.wait_for_path("/directory/requests/new").await;
    browser.assert_accessible().await;
    browser.type_into("#message", "年会节目找你").await;
    browser.click("form button.main").await;
    browser.wait_for_text("h1", "收到申请").await;
    assert_eq!(browser.count("main .list > li").await, chosen);
    let title = browser.text("h1").await;
    browser.goto(&browser.url().await).await;
    browser.wait_for_text("h1", &title).await;
    browser.assert_accessible().await;
}
