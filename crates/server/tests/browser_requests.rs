//! Two colleagues become contacts, each in a browser of his own; one of them on a phone; and the same without script.

use std::path::Path;

use guanxi_testkit::{
    browser::{Browser, View},
    process::Process,
};

const BINARY: &str = env!("CARGO_BIN_EXE_guanxi");

const LIN: &str = "13800000001";
const YUE: &str = "13800000005";

#[tokio::test]
async fn a_request_arrives_while_the_recipient_looks_and_both_become_contacts() {
    let (Some(lin), Some(yue)) = (
        Browser::open(View::DESKTOP).await,
        Browser::open(View::PHONE).await,
    ) else {
        return;
    };
    let home = tempfile::tempdir().expect("a folder");
    let process = Process::demo(Path::new(BINARY), home.path());
    lin.sign_in(&process, LIN).await;
    yue.sign_in(&process, YUE).await;
    lin.goto(&process.url("/requests")).await;
    lin.evaluate("window.mark = 1").await;
    lin.assert_accessible().await;
    let before = lin.count("#inbox li").await;

    yue.goto(&process.url("/directory?q=林知夏")).await;
    yue.click("#hits a.name").await;
    yue.wait_for("#card form[action*='/request']").await;
    yue.click("#card form[action*='/request'] button.main")
        .await;
    lin.wait_for_text("#inbox", "乐文静").await;
    assert_eq!(lin.count("#inbox li").await, before + 1);

    // Taken back while she looks: the row stays where it is and says so.
    yue.goto(&process.url("/requests?tab=sent")).await;
    yue.click("#inbox form[action$='/withdraw'] button").await;
    yue.wait_for_text("#toasts", "已撤回").await;
    lin.wait_for_text("#inbox li.done", "撤回").await;
    yue.click("#toasts button").await;
    lin.wait_until_gone("#inbox li.done").await;

    yue.goto(&process.url("/contacts")).await;
    yue.evaluate("window.mark = 1").await;
    lin.click("#inbox li:first-child form[action$='/accept'] button")
        .await;
    lin.wait_for_text("#toasts", "乐文静").await;
    yue.wait_for_text("#list", "林知夏").await;
    lin.click("#toasts button").await;
    lin.wait_for_text("#inbox", "乐文静").await;
    lin.click("#inbox li:first-child form[action$='/accept'] button")
        .await;
    lin.wait_for_text("#toasts", "已接受").await;
    lin.goto(&process.url("/contacts?q=lwj")).await;
    // 乐 is read as a surname: yuè.
    lin.wait_for(".empty").await;
    lin.type_into("#q", "ywj").await;
    lin.wait_for_text("#list", "乐文静").await;
    yue.wait_for_text("#list", "林知夏").await;
    assert_eq!(
        yue.evaluate("return window.mark").await,
        1,
        "no page was loaded anew"
    );
    for browser in [&lin, &yue] {
        browser.assert_accessible().await;
        browser.assert_no_console_errors().await;
    }
}

#[tokio::test]
async fn every_step_works_without_script() {
    let Some(browser) = Browser::open(View::DESKTOP.without_script()).await else {
        return;
    };
    let home = tempfile::tempdir().expect("a folder");
    let process = Process::demo(Path::new(BINARY), home.path());
    browser.sign_in(&process, LIN).await;
    browser
        .click("#inbox li:first-child form[action$='/accept'] button")
        .await;
    browser.wait_for_text("#toasts", "已接受").await;
    browser.click("#toasts button").await;
    browser.wait_for_text("#toasts", "已撤销").await;

    browser.goto(&process.url("/requests")).await;
    browser
        .click("#inbox li:first-child a[href*='decline']")
        .await;
    browser.type_into("#reason", "请走采购部").await;
    browser.click("#dialog button.main").await;
    browser.wait_for_text("#toasts", "已拒绝").await;
    browser.goto(&process.url("/requests?tab=settled")).await;
    browser.click("#inbox form[action$='/undo'] button").await;
    browser.wait_for_text("#toasts", "已撤销").await;
    browser.goto(&process.url("/requests/accept-all")).await;
    browser.click("#dialog button.main").await;
    browser.wait_for(".empty").await;

    browser.goto(&process.url("/contacts")).await;
    browser.click("#list a[href*='/note']").await;
    browser.type_into("#remark", "老同事").await;
    browser.click("#dialog button.main").await;
    browser.wait_for_text("#list", "老同事").await;
    browser.goto(&process.url("/me")).await;
    browser.click("button[value='en']").await;
    browser.wait_for_text("h1", "My profile").await;
    browser.click("form[action='/sign-out'] button").await;
    browser.wait_for_path("/sign-in").await;
}
