//! QR codes of a member, and reading one from a picture.

use axum::http::StatusCode;
use guanxi_model::role::Role;
use guanxi_web::code_reader;

use super::{House, house};

/// Makes a code and gives its address in the console.
async fn make(house: &House, fields: &[(&str, &str)]) -> String {
    let made = house
        .world
        .post(Some(&house.ann), "/codes/new", fields)
        .await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    made.location
}

/// Sends a picture, as a browser does.
async fn scan(house: &House, picture: &[u8]) -> guanxi_testkit::world::Answer {
    let token = house.world.form_token(&house.ann);
    let mut body = format!(
        "--b\r\nContent-Disposition: form-data; name=\"_csrf\"\r\n\r\n{token}\r\n--b\r\n\
         Content-Disposition: form-data; name=\"picture\"; filename=\"p.png\"\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(picture);
    body.extend_from_slice(b"\r\n--b--\r\n");
    let request = axum::http::Request::post("/scan")
        .header("cookie", house.ann.cookie())
        .header("content-type", "multipart/form-data; boundary=b")
        .body(axum::body::Body::from(body))
        .expect("a valid request");
    house.world.request(request).await
}

#[tokio::test]
async fn a_code_is_made_shown_revoked_and_brought_back() {
    let house = house().await;
    let empty = house.world.get(Some(&house.ann), "/codes").await.body;
    assert!(empty.contains("还没有二维码"));
    let path = make(&house, &[("name", "展会"), ("days", "7")]).await;
    let page = house.world.get(Some(&house.ann), &path).await.body;
    assert!(page.contains("展会") && page.contains("<path stroke") && page.contains("/q/"));
    for part in [
        "/code.svg",
        "/code.png?width=256",
        "/poster?size=a4",
        "/signature",
        "/signature.html",
        "/scans.csv",
    ] {
        let address = format!("{path}{part}");
        let own = house.world.get(Some(&house.ann), &address).await;
        assert_eq!(own.status, StatusCode::OK, "{part}");
        let other = house.world.get(Some(&house.bo), &address).await;
        assert_eq!(other.status, StatusCode::NOT_FOUND, "{part}");
    }
    let revoke = format!("{path}/revoke");
    house.world.post(Some(&house.ann), &revoke, &[]).await;
    let list = house.world.get(Some(&house.ann), "/codes").await.body;
    assert!(list.contains("已撤回"));
    let restore = format!("{path}/restore");
    house.world.post(Some(&house.ann), &restore, &[]).await;
    let list = house.world.get(Some(&house.ann), "/codes").await.body;
    assert!(!list.contains("已撤回"));
}

#[tokio::test]
async fn a_life_that_is_no_number_comes_back() {
    let house = house().await;
    for days in ["x", "-1", "3651"] {
        let fields = [("name", "展会"), ("days", "own"), ("own_days", days)];
        let answer = house
            .world
            .post(Some(&house.ann), "/codes/new", &fields)
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("展会"));
    }
    let path = make(&house, &[("days", "0")]).await;
    let extend = format!("{path}/extend");
    let answer = house
        .world
        .post(Some(&house.ann), &extend, &[("days", "9999")])
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn an_administrator_hands_a_code_over() {
    let house = house().await;
    let path = make(&house, &[("days", "0")]).await;
    house.world.role(&house.cy, Role::ChannelManager).await;
    let id = path.trim_start_matches("/codes/");
    let hand_over = format!("/admin/codes/{id}/hand-over");
    let found = house
        .world
        .get(Some(&house.cy), &format!("{hand_over}?q=zheng"))
        .await;
    assert!(found.body.contains("郑少军"), "{}", found.body);
    let nobody = house.world.post(Some(&house.cy), &hand_over, &[]).await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
    let to = house.bo.id.to_string();
    let done = house
        .world
        .post(Some(&house.cy), &hand_over, &[("to", &to)])
        .await;
    assert_eq!(done.location, "/admin/codes");
    let theirs = house.world.get(Some(&house.bo), &path).await;
    assert_eq!(theirs.status, StatusCode::OK);
    let gone = house.world.get(Some(&house.ann), &path).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    for query in ["", "?state=alive", "?state=dead", "?state=orphaned"] {
        let list = format!("/admin/codes{query}");
        let list = house.world.get(Some(&house.cy), &list).await;
        assert_eq!(
            list.body.contains("郑少军"),
            !query.contains('d'),
            "{query}"
        );
    }
}

#[tokio::test]
async fn a_picture_of_our_code_leads_to_it_and_no_other_is_followed() {
    let house = house().await;
    let matrix = |text: &str| guanxi_web::code_image::Matrix::of(text).expect("a short text");
    let ours = "http://guanxi.test/q/abcdefghijklmnopqrstuvwx";
    let png = matrix(ours).png(256);
    assert_eq!(code_reader::decode(&png).as_deref(), Ok(ours));
    let answer = scan(&house, &png).await;
    assert_eq!(answer.location, "/q/abcdefghijklmnopqrstuvwx");
    let foreign = matrix("https://evil.test/a").png(256);
    let answer = scan(&house, &foreign).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body.contains("evil.test") && !answer.body.contains("href=\"https://evil"));
    let nothing = scan(&house, b"no picture").await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nothing.body.contains("picture-error"));
    let large = scan(&house, &vec![0; 13 * 1024 * 1024]).await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
}
