//! The logo of the company: on its page, on the card of a code, in its pictures, and nowhere once it is taken off.

use std::io::Cursor;

use axum::http::StatusCode;
use guanxi_web::code_reader;

use super::{House, avatar::upload, house};

/// A wide picture, as logos often are.
fn png(width: u32, height: u32) -> Vec<u8> {
    let image = image::RgbImage::from_pixel(width, height, image::Rgb([10, 90, 80]));
    let mut bytes = Vec::new();
    image
        .write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Png)
        .expect("a picture");
    bytes
}

/// What stands between a mark and the next quotation mark.
fn after<'a>(text: &'a str, mark: &str) -> &'a str {
    let (_, rest) = text
        .split_once(mark)
        .unwrap_or_else(|| panic!("{mark}: {text}"));
    rest.split('"').next().unwrap_or(rest)
}

/// Address of a new code: in the console, and of its card.
async fn code(house: &House) -> (String, String) {
    let fields = [("name", "展会"), ("days", "7")];
    let made = house
        .world
        .post(Some(&house.ann), "/codes/new", &fields)
        .await;
    let page = house.world.get(Some(&house.ann), &made.location).await.body;
    let address = after(&page, "data-copy=\"http://guanxi.test");
    (made.location, address.to_owned())
}

#[tokio::test]
async fn a_logo_stands_on_cards_and_posters_and_in_codes() {
    let house = house().await;
    let world = &house.world;
    let (path, card) = code(&house).await;
    let page = world.get(None, &card).await.body;
    assert!(!page.contains("<img"), "{page}");
    let none = world.get(None, &format!("{card}/logo.jpg")).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    let put = upload(&house, &house.owner, "/admin/settings/logo", &png(300, 100)).await;
    assert_eq!(put.location, "/admin/settings/logo", "{}", put.body);
    let own = world
        .get(Some(&house.owner), "/admin/settings/logo")
        .await
        .body;
    assert!(own.contains("src=\"data:image/jpeg;base64,"));

    let page = world.get(None, &card).await;
    let address = after(&page.body, "<img src=\"");
    assert!(address.starts_with(&format!("{card}/logo.jpg?v=")));
    let logo = world.get(None, address).await;
    assert_eq!(logo.headers["content-type"], "image/jpeg");
    let kept = logo.headers["cache-control"].to_str().expect("text");
    assert!(kept.contains("immutable"), "{kept}");
    let other = world.get(None, &format!("{card}/logo.jpg")).await;
    assert_eq!(other.headers["cache-control"], "public, no-cache");
    let poster = world
        .get(Some(&house.ann), &format!("{path}/poster"))
        .await
        .body;
    assert!(poster.contains("<b><img src=\"data:image/jpeg;base64,"));
    assert!(poster.contains("<image x="), "in the code too");
    let svg = world
        .get(Some(&house.ann), &format!("{path}/code.svg"))
        .await
        .body;
    assert!(svg.contains("<image x=") && svg.contains(">青禾</text>"));

    // What mail shows: the picture with the logo reads as the one without.
    let mail = world
        .get(Some(&house.ann), &format!("{path}/signature.html"))
        .await;
    let picture = after(&mail.body, "<img src=\"http://guanxi.test");
    assert!(picture.starts_with(&format!("{card}/code.png?logo=")));
    let marked = world.bytes(picture).await;
    let plain = world.bytes(&format!("{card}/code.png")).await;
    assert!(marked.len() > plain.len());
    for png in [&marked, &plain] {
        let text = code_reader::decode(png);
        assert_eq!(text, Ok(format!("http://guanxi.test{card}")));
    }

    let off = world
        .post(Some(&house.owner), "/admin/settings/logo/remove", &[])
        .await;
    assert_eq!(off.location, "/admin/settings/logo");
    assert!(!world.get(None, &card).await.body.contains("<img"));
    let gone = world.get(None, &format!("{card}/logo.jpg")).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    world
        .post(Some(&house.owner), "/admin/settings/logo/restore", &[])
        .await;
    assert!(world.get(None, &card).await.body.contains("<img"));
    let log = world.get(Some(&house.owner), "/admin/audit").await.body;
    assert!(log.contains("取下了企业标志") && log.contains("更新了企业标志"));
}

#[tokio::test]
async fn what_is_no_logo_is_refused_next_to_its_field_and_a_member_sets_none() {
    let house = house().await;
    for (bytes, code) in [
        (b"no picture".to_vec(), "picture:no_picture"),
        (png(100, 20), "picture:picture_too_small"),
        (Vec::new(), "picture:required"),
    ] {
        let answer = upload(&house, &house.owner, "/admin/settings/logo", &bytes).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{code}");
        assert!(answer.body.contains(&format!("data-codes=\"{code}\"")));
    }
    let refused = upload(&house, &house.ann, "/admin/settings/logo", &png(100, 100)).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}
