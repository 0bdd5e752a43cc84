//! Proof that a form was sent from our own page: a token made from the session's secret, and the headers by which a browser names the sender's site.
//!
//! Pure functions; the extractor that guards every changing request calls both. The token starts with a nonce, so it differs in every page and compression
//! cannot give it away piece by piece.

use axum::http::{HeaderMap, header};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::hex;

/// The name of the hidden field.
pub const FIELD: &str = "_csrf";
/// The name of the header that scripts send instead.
pub const HEADER: &str = "x-csrf";

const NONCE_DIGITS: usize = 16;

/// Makes the key of a session's form tokens: tied to the session's token, and of no use without the node's own secret.
pub fn session_key(pepper: &[u8; 32], token: &str) -> [u8; 32] {
    mac(pepper, "session", token.as_bytes())
        .finalize()
        .into_bytes()
        .into()
}

/// Makes a token. The nonce need not be secret, only different from page to page.
pub fn token(secret: &[u8], nonce: u64) -> String {
    let nonce = format!("{nonce:016x}");
    let tag = hex::encode(&tag(secret, "form", nonce.as_bytes()));
    format!("{nonce}{tag}")
}

/// Tells whether the token was made from this secret.
pub fn is_valid(secret: &[u8], token: &str) -> bool {
    let Some((nonce, given)) = token.split_at_checked(NONCE_DIGITS) else {
        return false;
    };
    let Some(given) = hex::decode(given) else {
        return false;
    };
    is_tag(secret, "form", nonce.as_bytes(), &given)
}

/// Tells whether the browser says that the request comes from this site. A browser too old to say anything is believed; the token still guards.
pub fn is_from_here(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = headers.get(header::ORIGIN) else {
        return true;
    };
    let host = origin
        .to_str()
        .ok()
        .and_then(|origin| origin.split_once("://"))
        .map(|(_, host)| host);
    host.is_some() && host == text(header::HOST)
}

/// Signs bytes for one purpose.
pub(crate) fn tag(secret: &[u8], purpose: &str, bytes: &[u8]) -> Vec<u8> {
    mac(secret, purpose, bytes).finalize().into_bytes().to_vec()
}

/// Checks a signature in constant time.
pub(crate) fn is_tag(secret: &[u8], purpose: &str, bytes: &[u8], given: &[u8]) -> bool {
    mac(secret, purpose, bytes).verify_slice(given).is_ok()
}

fn mac(secret: &[u8], purpose: &str, bytes: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("a key may have any length");
    mac.update(purpose.as_bytes());
    mac.update(b"\0");
    mac.update(bytes);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn a_token_holds_for_its_secret_only() {
        let token = token(b"one", 7);
        assert!(is_valid(b"one", &token));
        assert!(!is_valid(b"two", &token));
        assert_ne!(token, super::token(b"one", 8));
    }

    #[test]
    fn broken_tokens_are_refused() {
        let good = token(b"one", 7);
        let mut other_nonce = good.clone();
        other_nonce.replace_range(0..1, "f");
        for bad in [
            "",
            "0000",
            &good[..good.len() - 2],
            &other_nonce,
            "中文中文中文中文中文",
            &"x".repeat(80),
        ] {
            assert!(!is_valid(b"one", bad), "{bad}");
        }
    }

    #[test]
    fn browsers_name_the_senders_site() {
        assert!(is_from_here(&headers(&[("sec-fetch-site", "same-origin")])));
        assert!(is_from_here(&headers(&[("sec-fetch-site", "none")])));
        assert!(!is_from_here(&headers(&[("sec-fetch-site", "same-site")])));
        assert!(!is_from_here(&headers(&[("sec-fetch-site", "cross-site")])));
        assert!(is_from_here(&headers(&[
            ("origin", "https://g.example:8443"),
            ("host", "g.example:8443")
        ])));
        assert!(!is_from_here(&headers(&[
            ("origin", "https://evil.example"),
            ("host", "g.example")
        ])));
        assert!(!is_from_here(&headers(&[
            ("origin", "null"),
            ("host", "g.example")
        ])));
        assert!(is_from_here(&headers(&[("host", "g.example")])));
    }
}
