//! One sentence that survives a redirect: what was just done, and how to undo it.
//!
//! It travels in a cookie signed with the session's secret, so nobody else can put words or an undo address into our page.

use axum::http::{HeaderMap, HeaderValue};
use serde::{Deserialize, Serialize};

use crate::{cookie, csrf, hex};

const COOKIE: &str = "flash";
const PURPOSE: &str = "flash";
const LIFETIME_S: u64 = 60;

/// A sentence for the toast of the next page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    pub text: String,
    /// The local address that takes the change back by POST.
    pub undo: Option<String>,
}

impl Flash {
    /// A sentence without an undo.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            undo: None,
        }
    }

    /// A sentence with the address that takes the change back by POST.
    pub fn undo(text: impl Into<String>, path: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            undo: Some(path.into()),
        }
    }

    /// Writes the `Set-Cookie` value.
    pub fn cookie(&self, secret: &[u8]) -> HeaderValue {
        // A sentence and a path always serialise.
        let bytes = serde_json::to_vec(self).unwrap_or_default();
        let tag = hex::encode(&csrf::tag(secret, PURPOSE, &bytes));
        cookie::set(
            COOKIE,
            &format!("{tag}.{}", hex::encode(&bytes)),
            LIFETIME_S,
            false,
        )
    }

    /// Reads the sentence that the previous answer left.
    pub fn take(headers: &HeaderMap, secret: &[u8]) -> Option<Self> {
        let (tag, bytes) = cookie::find(headers, COOKIE)?.split_once('.')?;
        let (tag, bytes) = (hex::decode(tag)?, hex::decode(bytes)?);
        if !csrf::is_tag(secret, PURPOSE, &bytes, &tag) {
            return None;
        }
        serde_json::from_slice(&bytes).ok()
    }

    /// Writes the `Set-Cookie` value that forgets the sentence once shown.
    pub(crate) fn forget() -> HeaderValue {
        cookie::set(COOKIE, "", 0, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::header;

    #[test]
    fn only_our_own_sentences_are_shown() {
        let flash = Flash::undo("已拒绝陈立的申请", "/requests/1/undo");
        let set = flash.cookie(b"secret");
        let value = set.to_str().unwrap().split(';').next().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_str(value).unwrap());
        assert_eq!(Flash::take(&headers, b"secret"), Some(flash));
        assert_eq!(Flash::take(&headers, b"other"), None);
    }
}
