//! Pages for visitors: one small file each, readable without a session, a cookie or a script; a logo comes beside it.

pub mod code;
pub mod live_code;
mod note;
mod proof;

use std::sync::LazyLock;

use askama::Template;
use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};
use data_encoding::BASE64;
use sha2::{Digest as _, Sha256};

use crate::{locale::Locale, reply};

/// The one style of these pages; it stands in the page itself, so that a bad connection needs one answer only.
const STYLE: &str = include_str!("../templates/public.css");

/// The style by its hash, forms to this site, and nothing else.
static CONTENT_POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = BASE64.encode(&Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
});

/// The frame of a page for visitors.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Language of the page.
    pub l: Locale,
    /// A page that can be read, to come back to after a change of language.
    pub back: String,
}

impl Frame {
    /// The style that stands in the page.
    pub fn style(&self) -> &'static str {
        STYLE
    }
}

/// Answers with a page for visitors.
fn answer(status: StatusCode, page: &impl Template) -> Response {
    answer_with(status, page, "")
}

/// As [`answer`], with what the page needs beyond the usual policy.
fn answer_with(status: StatusCode, page: &impl Template, more: &str) -> Response {
    let mut response = reply::html(status, page);
    let headers = response.headers_mut();
    let policy = HeaderValue::try_from(format!("{}{more}", *CONTENT_POLICY))
        .expect("a policy of visible characters is a header value");
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.insert(
        HeaderName::from_static("x-robots-tag"),
        HeaderValue::from_static("noindex, nofollow"),
    );
    response
}
