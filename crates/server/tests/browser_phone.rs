//! Two colleagues become contacts on phones, with script and without: found by pinyin, asked in three actions, accepted.

use std::path::Path;

use guanxi_testkit::{
    browser::{Browser, View},
    process::Process,
};

const BINARY: &str = env!("CARGO_BIN_EXE_guanxi");
const LIN: &str = "13800000001";
const QIU: &str = "13800000006";
/// What is typed, and who is among those found: initials, characters mixed with pinyin, either reading of a surname.
const FORMS: [(&str, &str); 7] = [
    ("zs", "曾诗涵"),
    ("张s", "张思远"),
    ("cengshihan", "曾诗涵"),
    ("shanliqun", "单立群"),
    ("danliqun", "单立群"),
    ("chouhaibo", "仇海波"),
    ("qiuhaibo", "仇海波"),
];

async fn two_phones(view: View) -> Option<(Browser, Browser)> {
    Some((Browser::open(view).await?, Browser::open(view).await?))
}

#[tokio::test]
async fn three_touches_ask_and_the_other_phone_hears_of_it() {
    let Some((lin, qiu)) = two_phones(View::PHONE).await else {
        return;
    };
    let home = tempfile::tempdir().expect("a folder");
    let process = Process::demo(Path::new(BINARY), home.path());
    lin.sign_in(&process, LIN).await;
    qiu.sign_in(&process, QIU).await;
    qiu.goto(&process.url("/requests")).await;
    qiu.wait_for("#inbox").await;
    qiu.evaluate("window.mark = 1").await;

    lin.goto(&process.url("/directory")).await;
    let mut before = 0;
    for (typed, found) in FORMS {
        before = lin.actions();
        lin.type_into("#q", typed).await;
        lin.wait_for_text("#hits .list", found).await;
    }
    // The last search stands: type, open, send. The message is there already.
    lin.click("#hits a.name").await;
    lin.wait_for_text("#card h2", "仇海波").await;
    lin.click("#card form[action*='/request'] button.main")
        .await;
    lin.wait_for_text("#card", "等对方确认").await;
    assert!(lin.actions() - before <= 3, "three touches ask a colleague");
    lin.assert_accessible().await;

    qiu.wait_for_text("#inbox", "我是西湖门店的林知夏").await;
    qiu.click("#inbox li:first-child form[action$='/accept'] button")
        .await;
    qiu.wait_for_text("#toasts", "林知夏").await;
    lin.wait_for_text("#card", "已是好友").await;
    assert_eq!(
        qiu.evaluate("return window.mark").await,
        1,
        "no page was loaded anew"
    );
    for (browser, other) in [(&lin, "仇海波"), (&qiu, "林知夏")] {
        browser.goto(&process.url("/contacts")).await;
        browser.wait_for_text("#list", other).await;
        browser.assert_no_console_errors().await;
    }
}

#[tokio::test]
async fn a_phone_without_script_asks_and_accepts_too() {
    let Some((lin, qiu)) = two_phones(View::PHONE.without_script()).await else {
        return;
    };
    let home = tempfile::tempdir().expect("a folder");
    let process = Process::demo(Path::new(BINARY), home.path());
    lin.sign_in(&process, LIN).await;
    qiu.sign_in(&process, QIU).await;

    lin.goto(&process.url("/directory")).await;
    let mut before = 0;
    for (typed, found) in FORMS {
        before = lin.actions();
        lin.type_into("#q", &format!("{typed}\u{e007}")).await;
        lin.wait_for_text("#hits .list", found).await;
    }
    lin.click("#hits a.name").await;
    lin.wait_for_text("#card h2", "仇海波").await;
    lin.click("#card form[action*='/request'] button.main")
        .await;
    lin.wait_for_text("#card", "等对方确认").await;
    assert!(lin.actions() - before <= 3, "the same without script");

    qiu.goto(&process.url("/requests")).await;
    qiu.wait_for_text("#inbox", "我是西湖门店的林知夏").await;
    qiu.click("#inbox li:first-child form[action$='/accept'] button")
        .await;
    qiu.wait_for_text("#toasts", "林知夏").await;
    for (browser, other) in [(&lin, "仇海波"), (&qiu, "林知夏")] {
        browser.goto(&process.url("/contacts")).await;
        browser.wait_for_text("#list", other).await;
    }
}
