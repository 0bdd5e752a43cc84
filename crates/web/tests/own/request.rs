//! Requests that come and go: accepting, declining, taking back, undoing.

use axum::http::StatusCode;

use super::house;

const MINUTE_MS: i64 = 60_000;

#[tokio::test]
async fn an_accepted_request_makes_a_contact_and_can_be_undone() {
    let house = house().await;
    let id = house.ask(&house.bo, &house.ann).await;
    let list = house.world.get(Some(&house.ann), "/requests").await;
    assert!(list.body.contains("郑少军") && list.body.contains("想请教报价"));

    let path = format!("/requests/{id}/accept");
    let answer = house.world.post(Some(&house.ann), &path, &[]).await;
    assert_eq!(
        (answer.status, answer.location.as_str()),
        (StatusCode::SEE_OTHER, "/requests")
    );
    let contacts = house.world.get(Some(&house.bo), "/contacts").await;
    assert!(contacts.body.contains("林知夏"));

    let undo = format!("/requests/{id}/undo?back=/");
    let answer = house.world.post(Some(&house.ann), &undo, &[]).await;
    assert_eq!(answer.location, "/");
    let contacts = house.world.get(Some(&house.bo), "/contacts").await;
    assert!(!contacts.body.contains("林知夏</a>"), "{}", contacts.body);
    assert!(
        house
            .world
            .get(Some(&house.ann), "/")
            .await
            .body
            .contains("郑少军")
    );
}

#[tokio::test]
async fn a_decision_cannot_be_undone_after_ten_minutes() {
    let house = house().await;
    let id = house.ask(&house.bo, &house.ann).await;
    let decline = format!("/requests/{id}/decline");
    let answer = house.world.post(Some(&house.ann), &decline, &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let undo = format!("/requests/{id}/undo");
    let settled = house
        .world
        .get(Some(&house.ann), "/requests?tab=settled")
        .await;
    assert!(settled.body.contains(&undo));

    house.world.clock.pass(10 * MINUTE_MS);
    let settled = house
        .world
        .get(Some(&house.ann), "/requests?tab=settled")
        .await;
    assert!(!settled.body.contains(&undo));
    let answer = house.world.post(Some(&house.ann), &undo, &[]).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.body.contains("现在不能撤销了"));
}

#[tokio::test]
async fn a_row_that_was_taken_back_stays_grey_until_it_is_hidden() {
    let house = house().await;
    let id = house.ask(&house.bo, &house.ann).await;
    let withdraw = format!("/requests/{id}/withdraw");
    let answer = house.world.post(Some(&house.bo), &withdraw, &[]).await;
    assert_eq!(answer.location, "/requests?tab=sent");

    let gone = "这个申请刚刚被对方撤回";
    let accept = format!("/requests/{id}/accept");
    let answer = house.world.post(Some(&house.ann), &accept, &[]).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.body.contains(gone) && answer.body.contains("class=\"done\""));

    let list = house.world.get(Some(&house.ann), "/requests").await;
    assert!(list.body.contains(gone));
    let hidden = format!("/requests?hide={id}");
    assert!(list.body.contains(&format!("href=\"{hidden}\"")));
    let list = house.world.get(Some(&house.ann), &hidden).await;
    assert!(!list.body.contains(gone));
    house.world.clock.pass(10 * MINUTE_MS);
    let list = house.world.get(Some(&house.ann), "/requests").await;
    assert!(!list.body.contains(gone));
}

#[tokio::test]
async fn a_reason_is_checked_and_reaches_the_sender() {
    let house = house().await;
    let id = house.ask(&house.bo, &house.ann).await;
    let decline = format!("/requests/{id}/decline");
    let page = house.world.get(Some(&house.ann), &decline).await;
    assert!(page.body.contains("7 天内不能再向你申请"));
    let long = "长".repeat(61);
    let answer = house
        .world
        .post(Some(&house.ann), &decline, &[("reason", &long)])
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains(&long) && answer.body.contains("reason-error"));
    let answer = house
        .world
        .post(Some(&house.ann), &decline, &[("reason", "请走采购部")])
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let sent = house.world.get(Some(&house.bo), "/requests?tab=sent").await;
    assert!(sent.body.contains("请走采购部") && sent.body.contains("对方拒绝了"));
}

#[tokio::test]
async fn each_tab_speaks_of_its_own_requests() {
    let house = house().await;
    house.ask(&house.bo, &house.ann).await;
    let none = "没有在等对方确认的申请";
    let received = house.world.get(Some(&house.bo), "/requests").await.body;
    assert!(received.contains("没有申请在等你") && !received.contains(none));
    let sent = house.world.get(Some(&house.bo), "/requests?tab=sent").await;
    assert!(sent.body.contains("<h1>你发出的申请</h1>"));
    assert!(!sent.body.contains(none), "one waits in this very list");
    let settled = house
        .world
        .get(Some(&house.bo), "/requests?tab=settled")
        .await
        .body;
    assert!(settled.contains("<h1>你处理过的申请</h1>") && !settled.contains(none));
}

#[tokio::test]
async fn accepting_all_accepts_those_that_were_shown() {
    let house = house().await;
    let first = house.ask(&house.bo, &house.ann).await;
    let page = house
        .world
        .get(Some(&house.ann), "/requests/accept-all")
        .await;
    assert!(page.body.contains(&first.to_string()));
    // One more comes while the page is read.
    house.ask(&house.cy, &house.ann).await;
    let id = first.to_string();
    let answer = house
        .world
        .post(
            Some(&house.ann),
            "/requests/accept-all",
            &[("id", &id), ("id", &"f".repeat(32)), ("id", "nonsense")],
        )
        .await;
    assert_eq!(answer.location, "/requests");
    let list = house.world.get(Some(&house.ann), "/requests").await;
    assert!(list.body.contains("1 个申请等你") && list.body.contains("Emma Marsh"));
}

#[tokio::test]
async fn long_lists_have_pages() {
    let house = house().await;
    for number in 0..25 {
        let someone = house
            .world
            .member(house.corp, &format!("同事{number:02}"), 3)
            .await;
        house.ask(&someone, &house.ann).await;
        house.world.clock.pass(1000);
    }
    let first = house.world.get(Some(&house.ann), "/requests").await;
    assert!(first.body.contains("同事24") && !first.body.contains("同事04"));
    let next = first.body.split("rel=\"next\" href=\"").nth(1).unwrap();
    let next = next.split('"').next().unwrap().replace("&#38;", "&");
    let second = house.world.get(Some(&house.ann), &next).await;
    assert!(second.body.contains("同事04") && !second.body.contains("同事05</a>"));
    assert!(second.body.contains("21–25"), "{next}");
}
