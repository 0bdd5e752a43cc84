//! Whatever a browser, or somebody who pretends to be one, sends: nothing panics, and what has a way back comes back.

use axum::http::{HeaderMap, HeaderValue, header};
use guanxi_web::{
    auth::Form,
    cookie, csrf,
    page::{Flash, encoded, fragments},
    preference,
};
use proptest::prelude::*;

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..120),
        "[a-z&=%;+0-9A-F ]{0,120}".prop_map(String::into_bytes),
    ]
}

fn headers(name: header::HeaderName, value: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_bytes(value) {
        headers.append(name, value);
    }
    headers
}

proptest! {
    #[test]
    fn forms_and_queries(body in bytes(), pairs in proptest::collection::vec((".{1,12}", ".{0,20}"), 0..8)) {
        let form = Form::read(&body);
        for (name, value) in form.fields() {
            prop_assert!(form.all(name).any(|other| other == value));
            let _: Option<i64> = form.parse(name);
        }
        let query: Vec<String> = pairs.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        let again = Form::query(&format!("/x?{}", query.join("&")));
        let read: Vec<(String, String)> = again.fields().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        prop_assert_eq!(read, pairs);
    }

    #[test]
    fn cookies(value in bytes(), kept in "[!#-+.-:<-\\[\\]-~]{0,40}") {
        let sent = headers(header::COOKIE, &value);
        let _ = (cookie::find(&sent, "session"), Flash::take(&sent, b"secret"), preference::locale(&sent, None));
        let set = cookie::set("a", &kept, 60, true);
        let pair = set.to_str().expect("a header").split(';').next().expect("a pair").to_owned();
        let back = headers(header::COOKIE, pair.as_bytes());
        prop_assert_eq!(cookie::find(&back, "a"), Some(kept.as_str()));
    }

    #[test]
    fn names_of_parts(value in bytes()) {
        let ids = fragments(&headers(header::HeaderName::from_static("x-fragment"), &value));
        prop_assert!(ids.len() <= 16 && ids.iter().all(|id| !id.contains(' ')));
    }

    #[test]
    fn tokens(token in ".{0,120}", secret in any::<[u8; 32]>(), nonce in any::<u64>()) {
        prop_assert!(!csrf::is_valid(&secret, &token));
        prop_assert!(csrf::is_valid(&secret, &csrf::token(&secret, nonce)));
    }

    #[test]
    fn messages_after_an_act(text in ".{0,60}", foreign in any::<[u8; 8]>()) {
        let flash = Flash::undo(text, "/requests/1/undo");
        let set = flash.cookie(b"secret");
        let pair = set.to_str().expect("a header").split(';').next().expect("a pair").to_owned();
        let back = headers(header::COOKIE, pair.as_bytes());
        prop_assert_eq!(format!("{:?}", Flash::take(&back, b"secret")), format!("{:?}", Some(flash)));
        prop_assert!(Flash::take(&back, &foreign).is_none());
    }
}
