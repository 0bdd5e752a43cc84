//! Answers: pages, parts of pages, redirects, and the headers that all of them carry.

use askama::Template;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use crate::page::{Flash, Shell};

/// The largest form, in bytes. Uploads set their own limit on their route.
pub(crate) const FORM_LIMIT: usize = 256 * 1024;

/// Nothing but our own files, no inline code or style, no framing.
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; \
    manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Answers with a page, or with the part of it that a script asked for.
pub fn page(shell: &Shell, template: &impl Template) -> Response {
    page_with(StatusCode::OK, shell, template)
}

/// Answers with a page under another status: 422 for a form to correct, 409 for something changed meanwhile.
pub fn page_with(status: StatusCode, shell: &Shell, template: &impl Template) -> Response {
    let mut response = html(status, template);
    if shell.flash.is_some() {
        response
            .headers_mut()
            .append(header::SET_COOKIE, Flash::forget());
    }
    response
}

/// Answers a script with one block of a page.
pub fn fragment(block: &impl Template) -> Response {
    html(StatusCode::OK, block)
}

/// Answers with a template.
pub fn html(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(text) => {
            let html = HeaderValue::from_static("text/html; charset=utf-8");
            (status, [(header::CONTENT_TYPE, html)], text).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a template cannot be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Sends the browser on after a change. A script follows by itself and keeps the parts it wants.
pub fn see_other(path: &str) -> Response {
    let Ok(path) = HeaderValue::from_str(path) else {
        tracing::error!("an address for a redirect is no header value");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    (StatusCode::SEE_OTHER, [(header::LOCATION, path)]).into_response()
}

/// Sends the browser on with a sentence for the toast of the next page.
pub fn see_other_with(path: &str, flash: &Flash, secret: &[u8]) -> Response {
    let mut response = see_other(path);
    response
        .headers_mut()
        .append(header::SET_COOKIE, flash.cookie(secret));
    response
}

/// Tells whether an address stays on this site, so that it may be used for a redirect.
pub fn is_local(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && path.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Adds the headers that all answers share: those of safety, and that nothing is stored.
pub(crate) fn add_headers(headers: &mut HeaderMap) {
    const ALWAYS: [(HeaderName, &str); 6] = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(self), clipboard-write=(self), geolocation=(), microphone=(), payment=(), usb=()",
        ),
    ];
    for (name, value) in ALWAYS {
        // A route may be stricter, or need more, than the rest.
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    headers.append(header::VARY, HeaderValue::from_static("x-fragment"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::Body;
    use axum::http::Request;
    use axum::middleware::map_response;
    use axum::routing::get;
    use tower::ServiceExt as _;
    use tower_http::compression::CompressionLayer;

    fn finish(router: Router) -> Router {
        let headers = map_response(async |mut response: Response| {
            add_headers(response.headers_mut());
            response
        });
        router.layer(CompressionLayer::new()).layer(headers)
    }

    #[tokio::test]
    async fn pages_are_guarded_compressed_and_not_stored() {
        let router: Router = finish(Router::new().route("/", get(|| async { "関".repeat(200) })));
        let request = Request::get("/")
            .header("accept-encoding", "br")
            .body(Body::empty())
            .unwrap();
        let response = router.oneshot(request).await.unwrap();
        let headers = response.headers();
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
        assert_eq!(headers[header::CONTENT_ENCODING], "br");
        assert!(
            headers[header::CONTENT_SECURITY_POLICY]
                .to_str()
                .unwrap()
                .contains("frame-ancestors 'none'")
        );
    }

    #[tokio::test]
    async fn event_streams_are_not_compressed() {
        let stream = || async {
            (
                [(header::CONTENT_TYPE, "text/event-stream")],
                "data: x\n\n".repeat(100),
            )
        };
        let router: Router = finish(Router::new().route("/live", get(stream)));
        let request = Request::get("/live")
            .header("accept-encoding", "br")
            .body(Body::empty())
            .unwrap();
        let response = router.oneshot(request).await.unwrap();
        assert!(!response.headers().contains_key(header::CONTENT_ENCODING));
    }

    #[test]
    fn redirects_stay_here() {
        assert!(is_local("/requests?page=2"));
        for path in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "",
            "/a\r\nb",
            "javascript:1",
        ] {
            assert!(!is_local(path), "{path}");
        }
    }
}
