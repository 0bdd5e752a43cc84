//! Pictures of members: shown to whoever sees the member, cut small, taken off and had back.

use std::io::Cursor;

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use guanxi_app::visibility;
use guanxi_model::{
    department::DepartmentId,
    visibility::{Kind, Subject},
};
use guanxi_testkit::world::{Answer, Someone};

use super::{House, house};

fn png(side: u32) -> Vec<u8> {
    let image = image::RgbImage::from_pixel(side, side, image::Rgb([200, 40, 40]));
    let mut bytes = Vec::new();
    image
        .write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Png)
        .expect("a picture");
    bytes
}

pub(super) async fn upload(house: &House, who: &Someone, path: &str, picture: &[u8]) -> Answer {
    let token = house.world.form_token(who);
    let mut body = Vec::new();
    body.extend(
        format!("--x\r\nContent-Disposition: form-data; name=\"_csrf\"\r\n\r\n{token}\r\n--x\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"a.png\"\r\n\r\n")
            .into_bytes(),
    );
    body.extend(picture);
    body.extend(b"\r\n--x--\r\n");
    let request = Request::post(path)
        .header("cookie", who.cookie())
        .header("content-type", "multipart/form-data; boundary=x")
        .body(Body::from(body))
        .expect("a request");
    house.world.request(request).await
}

/// Address of somebody's picture as a page of the reader shows it.
async fn seen(house: &House, reader: &Someone, page: &str, of: &Someone) -> Option<String> {
    let body = house.world.get(Some(reader), page).await.body;
    let mark = format!("src=\"/avatars/{}?v=", of.id);
    let (_, rest) = body.split_once(&mark)?;
    let version = rest.split('"').next()?;
    Some(format!("/avatars/{}?v={version}", of.id))
}

#[tokio::test]
async fn a_picture_is_shown_where_its_member_is() {
    let house = house().await;
    house.befriend(&house.ann, &house.bo).await;
    let put = upload(&house, &house.ann, "/me/avatar", &png(300)).await;
    assert_eq!(put.location, "/me/avatar", "{}", put.body);
    let pages = [
        "/directory?q=lzx",
        "/contacts",
        "/",
        "/requests?tab=settled",
    ];
    for page in pages {
        let address = seen(&house, &house.bo, page, &house.ann).await;
        assert!(address.is_some(), "{page}");
    }
    let card = format!("/directory/members/{}", house.ann.id);
    let address = seen(&house, &house.bo, &card, &house.ann)
        .await
        .expect("on the card");
    let picture = house.world.get(Some(&house.bo), &address).await;
    assert_eq!(picture.headers["content-type"], "image/jpeg");
    assert!(
        picture.headers["cache-control"]
            .to_str()
            .expect("text")
            .contains("immutable")
    );
    let old = address.replace("?v=", "?v=0");
    let old = house.world.get(Some(&house.bo), &old).await;
    assert_eq!(old.headers["cache-control"], "private, no-cache");
    assert!(seen(&house, &house.ann, "/me", &house.ann).await.is_some());
    // Taken off, and had back within ten minutes.
    let off = house
        .world
        .post(Some(&house.ann), "/me/avatar/remove", &[])
        .await;
    assert_eq!(off.location, "/me/avatar");
    assert_eq!(seen(&house, &house.bo, &card, &house.ann).await, None);
    let gone = house.world.get(Some(&house.bo), &address).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    house
        .world
        .post(Some(&house.ann), "/me/avatar/restore", &[])
        .await;
    assert_eq!(
        seen(&house, &house.bo, &card, &house.ann).await,
        Some(address)
    );
    house
        .world
        .post(Some(&house.ann), "/me/avatar/remove", &[])
        .await;
    house.world.clock.pass(11 * 60_000);
    let late = house
        .world
        .post(Some(&house.ann), "/me/avatar/restore", &[])
        .await;
    assert_eq!(
        (late.status, late.code.as_str()),
        (StatusCode::CONFLICT, "request_too_late_to_undo")
    );
}

#[tokio::test]
async fn the_picture_of_one_who_is_hidden_is_not_there() {
    let house = house().await;
    upload(&house, &house.bo, "/me/avatar", &png(200)).await;
    house.befriend(&house.ann, &house.bo).await;
    let address = format!("/avatars/{}", house.bo.id);
    assert_eq!(
        house.world.get(Some(&house.ann), &address).await.status,
        StatusCode::OK
    );
    let cx = house.world.cx_of(&house.owner);
    let draft = visibility::Draft {
        id: None,
        kind: Kind::Hide,
        subject: Subject::Department(DepartmentId(3)),
        exceptions: Vec::new(),
        note: String::new(),
    };
    let put = house
        .world
        .env
        .store
        .write(move |tx| visibility::put_rule(tx, &cx, draft.clone()));
    put.await.expect("the rule is written");
    let hidden = house.world.get(Some(&house.ann), &address).await;
    let none = format!("/avatars/{}", house.cy.id);
    let none = house.world.get(Some(&house.ann), &none).await;
    let nobody = house.world.get(
        Some(&house.ann),
        "/avatars/0123456789abcdef0123456789abcdef",
    );
    let nobody = nobody.await;
    for answer in [&hidden, &none, &nobody] {
        assert_eq!(
            (answer.status, answer.code.as_str()),
            (StatusCode::NOT_FOUND, "not_found")
        );
    }
    // A contact who was hidden later keeps his name, but shows no face.
    assert_eq!(seen(&house, &house.ann, "/contacts", &house.bo).await, None);
    assert_eq!(
        house.world.get(Some(&house.owner), &address).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn an_administrator_sets_a_picture_and_a_colleague_may_not() {
    let house = house().await;
    let path = format!("/admin/people/{}/avatar", house.bo.id);
    let put = upload(&house, &house.owner, &path, &png(200)).await;
    assert_eq!(put.location, path);
    let list = seen(&house, &house.owner, "/admin/people", &house.bo).await;
    assert!(list.is_some());
    let refused = upload(&house, &house.ann, &path, &png(200)).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let log = house
        .world
        .get(Some(&house.owner), "/admin/audit")
        .await
        .body;
    assert!(log.contains("更新了郑少军的头像"));
}

#[tokio::test]
async fn what_is_no_picture_is_refused_next_to_its_field() {
    let house = house().await;
    for (bytes, code) in [
        (b"no picture".to_vec(), "picture:no_picture"),
        (png(20), "picture:picture_too_small"),
        (Vec::new(), "picture:required"),
    ] {
        let answer = upload(&house, &house.ann, "/me/avatar", &bytes).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{code}");
        assert!(
            answer.body.contains(&format!("data-codes=\"{code}\"")),
            "{code}"
        );
        assert!(answer.body.contains("picture-error"), "{code}");
    }
    let huge = upload(&house, &house.ann, "/me/avatar", &vec![0; 13 * 1024 * 1024]).await;
    assert_eq!(huge.status, StatusCode::PAYLOAD_TOO_LARGE);
}
