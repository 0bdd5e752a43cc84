//! What a caller accepts and sends: media types, tags of what he knows.

use axum::http::{HeaderMap, HeaderValue, header};

/// Whether the caller accepts an answer of this media type; one who says nothing accepts all.
pub(super) fn accepts(headers: &HeaderMap, media: &str) -> bool {
    let mut named = headers.get_all(header::ACCEPT).iter().peekable();
    if named.peek().is_none() {
        return true;
    }
    let family = media.split('/').next().unwrap_or_default();
    let mut best: Option<(u8, bool)> = None;
    for item in named
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
    {
        let mut parts = item.split(';').map(str::trim);
        let range = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight = match range.as_str() {
            "*/*" => 0,
            range if range.strip_suffix("/*") == Some(family) => 1,
            range if range == media => 2,
            _ => continue,
        };
        let refused = parts.any(|part| {
            let quality = part.strip_prefix("q=").and_then(|q| q.parse::<f32>().ok());
            quality.is_some_and(|quality| quality <= 0.0)
        });
        // The most exact range decides.
        if best.is_none_or(|(exact, _)| weight >= exact) {
            best = Some((weight, !refused));
        }
    }
    best.is_some_and(|(_, accepted)| accepted)
}

/// Whether a body says that it is JSON.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let Some(kind) = kind else { return false };
    let mut parts = kind.split(';').map(str::trim);
    let is_json = parts
        .next()
        .is_some_and(|media| media.eq_ignore_ascii_case("application/json"));
    is_json
        && parts.all(|part| {
            let charset = part.to_ascii_lowercase();
            !charset.starts_with("charset=") || charset.trim_matches('"').ends_with("utf-8")
        })
}

/// Whether a list of tags (`If-Match`, `If-None-Match`) names this one; weak tags are the same for reading only.
pub(super) fn names_tag(value: &HeaderValue, tag: &str, weakly: bool) -> bool {
    let Ok(list) = value.to_str() else {
        return false;
    };
    list.split(',').map(str::trim).any(|named| {
        named == "*" || named == tag || (weakly && named.strip_prefix("W/") == Some(tag))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(accept: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, accept.parse().unwrap());
        accepts(&headers, "application/json")
    }

    #[test]
    fn media_types_are_negotiated() {
        assert!(accepts(&HeaderMap::new(), "application/json"));
        for accept in ["*/*", "application/*", "text/html, application/json;q=0.1"] {
            assert!(asks(accept), "{accept}");
        }
        for accept in ["text/html", "application/json;q=0, */*", "image/*"] {
            assert!(!asks(accept), "{accept}");
        }
    }

    #[test]
    fn only_json_is_json() {
        let is = |kind: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, kind.parse().unwrap());
            is_json(&headers)
        };
        assert!(is("application/json") && is("application/json; charset=UTF-8"));
        assert!(!is("text/plain") && !is("application/json; charset=latin1"));
        assert!(!is_json(&HeaderMap::new()));
    }

    #[test]
    fn tags_are_compared() {
        let value = HeaderValue::from_static;
        assert!(names_tag(&value("\"a\", \"b\""), "\"b\"", false));
        assert!(names_tag(&value("*"), "\"b\"", false));
        assert!(names_tag(&value("W/\"b\""), "\"b\"", true));
        assert!(!names_tag(&value("W/\"b\""), "\"b\"", false));
    }
}
