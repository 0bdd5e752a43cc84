//! A member is hidden, missed, asked for and shown again: an administrator and a colleague, each in a browser, live.

use std::path::Path;

use guanxi_testkit::{
    browser::{Browser, View},
    process::Process,
};

const BINARY: &str = env!("CARGO_BIN_EXE_guanxi");

#[tokio::test]
async fn a_hidden_colleague_is_missed_asked_for_and_shown_again() {
    let (Some(admin), Some(member)) = (
        Browser::open(View::DESKTOP).await,
        Browser::open(View::PHONE).await,
    ) else {
        return;
    };
    let home = tempfile::tempdir().expect("a folder");
    let process = Process::demo(Path::new(BINARY), home.path());
    admin.sign_in(&process, "13800000004").await;
    member.sign_in(&process, "13800000001").await;

    member.goto(&process.url("/directory?q=zengshihan")).await;
    member.wait_for_text("#hits", "曾诗涵").await;

    // The administrator sees what the rule would do before it holds.
    admin
        .goto(&process.url("/admin/visibility/rules/new"))
        .await;
    admin.type_into("#find_subject", "zengshihan").await;
    admin.click("#pick-subject input").await;
    admin
        .wait_for_text("#rule-says", "曾诗涵对其他同事隐藏")
        .await;
    admin.wait_for_text("#rule-seen", "会消失 1 人").await;
    admin.assert_accessible().await;
    admin.click("button[formmethod=post]").await;
    admin.wait_for_path("/admin/visibility").await;
    admin.wait_for_text("#rules", "曾诗涵对其他同事隐藏").await;

    // The colleague's open page finds nobody now, without a reload; he asks.
    member.wait_until_gone("#hits a.name").await;
    member.goto(&process.url("/directory/find?q=曾诗涵")).await;
    member.type_into("#message", "要对接样板间").await;
    member.click("#ask button.main").await;
    member.wait_for_text("#own", "曾诗涵").await;

    admin.goto(&process.url("/admin/find-asks")).await;
    admin.wait_for_text("#asks", "林知夏在找“曾诗涵”").await;
    admin.click("#asks .list li:first-child a.name").await;
    admin.wait_for_text("#why", "林知夏看不到曾诗涵").await;
    admin.wait_for_text("#why", "曾诗涵对其他同事隐藏").await;
    admin.assert_accessible().await;
    admin.click("#remedy button.main").await;
    admin.wait_for_path("/admin/find-asks").await;

    member
        .wait_for_text("#own", "现在可以在通讯录里找到曾诗涵了")
        .await;
    member.goto(&process.url("/directory?q=zengshihan")).await;
    member.wait_for_text("#hits", "曾诗涵").await;
    member.assert_no_console_errors().await;
}
