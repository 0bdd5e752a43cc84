//! Reading and writing of cookies.

use axum::http::{HeaderMap, HeaderValue, header};

/// Finds a cookie by name.
pub fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// Writes a `Set-Cookie` value for a cookie that no script may read. A lifetime of zero removes the cookie.
///
/// The value must be free of spaces, commas, semicolons and quotes; others are dropped.
pub fn set(name: &str, value: &str, lifetime_s: u64, secure: bool) -> HeaderValue {
    let value: String = value
        .chars()
        .filter(|c| c.is_ascii_graphic() && !matches!(c, ';' | ',' | '"' | '\\'))
        .collect();
    let secure = if secure { "; Secure" } else { "" };
    let text =
        format!("{name}={value}; Path=/; Max-Age={lifetime_s}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).expect("only graphic characters are left")
}

/// Writes a `Set-Cookie` value for a cookie that lasts until the browser is closed.
pub fn until_closed(name: &str, value: &str, secure: bool) -> HeaderValue {
    let text = set(name, value, 1, secure)
        .to_str()
        .unwrap_or_default()
        .replace("; Max-Age=1", "");
    HeaderValue::from_str(&text).expect("a part of a header value is one too")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_cookie_of_that_very_name() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("xlang=a; lang=en"));
        headers.append(header::COOKIE, HeaderValue::from_static("theme=dark"));
        assert_eq!(find(&headers, "lang"), Some("en"));
        assert_eq!(find(&headers, "theme"), Some("dark"));
        assert_eq!(find(&headers, "ang"), None);
    }

    #[test]
    fn a_value_cannot_break_out() {
        assert_eq!(
            set("a", "b; Domain=evil\r\n", 1, true),
            "a=bDomain=evil; Path=/; Max-Age=1; HttpOnly; SameSite=Lax; Secure"
        );
    }
}
