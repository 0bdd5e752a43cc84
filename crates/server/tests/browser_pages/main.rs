//! Every page in a browser, on a phone and on a desktop: accessible, as wide as its window, at rest, without an error in the
//! console, in the reader's language. Pictures of all are left in `target/pages`.
//!
//! Continuous integration looks once at each page on each screen, once in each language and each theme; with
//! `GUANXI_TEST_PAGES=all`, or by `scripts/test pages`, every page is looked at in every way.

mod deeds;
mod places;
mod walk;

use guanxi_testkit::browser::View;
use guanxi_web::auth::Access;

use deeds::{LIN, OWNER};
use places::{ADMIN_STATES, MEMBER_STATES};
use walk::Walk;

/// Asks for every page in every way.
const ALL_VARIABLE: &str = "GUANXI_TEST_PAGES";

/// Goes through all pages.
async fn walk(view: View) {
    let Some(mut walk) = Walk::begin(view).await else {
        return;
    };
    walk.signing_in().await;
    walk.sign_in(LIN).await;
    let code = walk.make_code().await;
    walk.visit(&code).await;
    walk.pages_with(|access| access == Access::Person).await;
    walk.sign_in(LIN).await;
    walk.pages_with(|access| access == Access::Member).await;
    for (state, address) in MEMBER_STATES {
        walk.open(address, state).await;
    }
    walk.ask_many().await;
    walk.refusals_to_a_member().await;
    walk.sign_in(OWNER).await;
    walk.pages_with(|access| matches!(access, Access::Right(_)))
        .await;
    for (state, address) in ADMIN_STATES {
        walk.open(address, state).await;
    }
    walk.refusals_to_an_administrator().await;
    walk.act_on_many().await;
    walk.make_webhook().await;
    let live_code = walk.scan_live_code().await;
    walk.talk(&live_code).await;
    walk.sign_in(OWNER).await;
    walk.visit_dead_code(&code).await;
    walk.end();
}

/// The same in further ways, where all are asked for.
async fn walk_more(views: &[View]) {
    if std::env::var_os(ALL_VARIABLE).is_some_and(|value| value == "all") {
        for view in views {
            walk(*view).await;
        }
    }
}

#[tokio::test]
async fn every_page_on_a_phone() {
    walk(View::PHONE).await;
}

#[tokio::test]
async fn every_page_on_a_desktop() {
    walk(View::DESKTOP.dark().in_language("en")).await;
}

#[tokio::test]
async fn every_page_on_a_phone_in_every_way() {
    let english = View::PHONE.in_language("en");
    walk_more(&[View::PHONE.dark(), english, english.dark()]).await;
}

#[tokio::test]
async fn every_page_on_a_desktop_in_every_way() {
    let english = View::DESKTOP.in_language("en");
    walk_more(&[View::DESKTOP, View::DESKTOP.dark(), english]).await;
}
