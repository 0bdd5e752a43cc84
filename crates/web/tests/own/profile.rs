//! One's own page: language, theme, sessions, the company one works with.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};

use super::house;

#[tokio::test]
async fn language_and_theme_follow_the_person() {
    let house = house().await;
    let send = |fields: &'static str| {
        let request = Request::post("/preference")
            .header(header::COOKIE, house.ann.cookie())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(fields));
        house.world.request(request.unwrap())
    };
    let answer = send("lang=en&back=%2Fme").await;
    assert_eq!(
        (answer.status, answer.location.as_str()),
        (StatusCode::SEE_OTHER, "/me")
    );
    send("theme=dark&back=%2Fme").await;
    // No cookie of the choice is sent here, so it comes from the person.
    let page = house.world.get(Some(&house.ann), "/me").await;
    assert!(page.body.contains("<html lang=\"en\" data-theme=\"dark\">"));
    send("theme=system&back=%2Fme").await;
    let page = house.world.get(Some(&house.ann), "/me").await;
    assert!(
        page.body
            .contains("<html lang=\"en\" data-theme=\"system\">")
    );
}

#[tokio::test]
async fn another_site_cannot_change_the_language() {
    let house = house().await;
    let request = Request::post("/preference")
        .header(header::COOKIE, house.ann.cookie())
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "cross-site")
        .body(Body::from("lang=en"));
    let answer = house.world.request(request.unwrap()).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let house = house().await;
    let answer = house.world.post(Some(&house.ann), "/sign-out", &[]).await;
    assert_eq!(answer.location, "/sign-in");
    let answer = house.world.get(Some(&house.ann), "/me").await;
    assert!(answer.location.starts_with("/sign-in"));
}

#[tokio::test]
async fn the_card_shows_what_others_see() {
    let house = house().await;
    let page = house.world.get(Some(&house.ann), "/me").await;
    assert!(page.body.contains("Lín Zhīxià") && page.body.contains("只有好友看得到"));
    assert!(page.body.contains("已登录的设备"));
}
