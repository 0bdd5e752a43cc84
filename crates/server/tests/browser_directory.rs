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

    other.goto(&process.url("/requests")).await;
    other.wait_for("#inbox").await;
    other.evaluate("window.mark = 1").await;

    one.goto(&process.url("/directory")).await;
    for (typed, found) in [
        ("zs", "曾诗涵"),
        ("张s", "张思远"),
        ("zengshihan", "曾诗涵"),
        ("cengshihan", "曾诗涵"),
        ("shanliqun", "单立群"),
        ("danliqun", "单立群"),
        ("qiuhaibo", "仇海波"),
        ("chouhaibo", "仇海波"),
        ("yuchij", "尉迟静"),
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

    // From the open box: type, open the card, send. The message is there already, and may be changed.
    let before = one.actions();
    one.type_into("#q", "tangwan").await;
    one.wait_for_text("#hits .list", "唐婉").await;
    one.click("#hits a.name").await;
    one.wait_for_text("#card h2", "唐婉").await;
    one.wait_for_text("#card form", "今天你还可以发").await;
    one.click("#card form button.main").await;
    one.wait_for_text("#card", "等对方确认").await;
    assert!(one.actions() - before <= 3, "three actions ask a colleague");
    one.wait_for_text("#toasts", "已向唐婉发出申请").await;

    // It arrives while the other looks, with the message that the company's template made.
    other.wait_for_text("#inbox", "我是西湖门店的林知夏").await;
    other
        .click("#inbox li:first-child form[action$='/accept'] button")
        .await;
    other.wait_for_text("#toasts", "林知夏").await;
    // The first window hears of it without being touched.
    one.wait_for_text("#card", "已是好友").await;
    one.wait_for_text("#hits", "已是好友").await;
    assert_eq!(
        other.evaluate("return window.mark").await,
        1,
        "no page was loaded anew"
    );
    for (browser, friend) in [(&one, "唐婉"), (&other, "林知夏")] {
        browser.goto(&process.url("/contacts")).await;
        browser.wait_for_text("#list", friend).await;
        browser.assert_no_console_errors().await;
    }
}

#[tokio::test]
async fn fifty_are_asked_at_once_with_a_result_for_each() {
    let Some(browser) = Browser::open(View::DESKTOP).await else {
        return;
    };
    let home = tempfile::tempdir().expect("a folder");
    let process = Process::demo(Path::new(BINARY), home.path());
    browser.sign_in(&process, "13800000003").await;
    // A page of the company on which she knows nobody yet.
    let mut page = 5;
    loop {
        let list = format!("/directory?department=1&page={page}");
        browser.goto(&process.url(&list)).await;
        browser.wait_for("#hits .row-item").await;
        if browser.count("[data-pick]").await == 50 {
            break;
        }
        page += 1;
        assert!(page < 30, "no page of 50 strangers");
    }
    // The box of a row lies above the row, which is a link to the card.
    browser.click("#hits .row-item [data-pick]").await;
    assert_eq!(browser.count("[data-pick]:checked").await, 1);
    browser.click("[data-pick-all]").await;
    assert_eq!(browser.count("[data-pick]:checked").await, 50);
    browser.click("[data-batch-bar] button").await;
    browser.wait_for_path("/directory/requests/new").await;
    browser.wait_for_text("h1", "50").await;
    browser.assert_accessible().await;
    browser.type_into("#message", "年会节目找你").await;
    browser.click("form button.main").await;
    browser.wait_for_text("h1", "50 位里有 50 位收到申请").await;
    assert_eq!(browser.count("main .list > li").await, 50);
    assert_eq!(
        browser.count("main .list > li .tag").await,
        50,
        "each has a result"
    );
    let title = browser.text("h1").await;
    browser.goto(&browser.url().await).await;
    browser.wait_for_text("h1", &title).await;
    browser.assert_accessible().await;
    browser.assert_no_console_errors().await;
}
