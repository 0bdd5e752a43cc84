//! Who called, as a trusted proxy has it.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Once,
};

use axum::http::HeaderMap;

const HEADER: &str = "x-forwarded-for";

/// The address that the proxy wrote itself: the last of the last line. What stands before it, the caller may have made up.
pub(crate) fn caller(headers: &HeaderMap) -> Option<IpAddr> {
    static TOLD: Once = Once::new();
    let line = headers.get_all(HEADER).iter().next_back()?;
    let last = line.to_str().ok().and_then(|line| line.rsplit(',').next());
    let address = last.and_then(|last| read(last.trim()));
    if address.is_none() {
        TOLD.call_once(|| {
            tracing::warn!("X-Forwarded-For does not end with an address; its sender's own counts");
        });
    }
    address
}

/// Reads an address with a port or without, an IPv6 address in brackets or without.
fn read(text: &str) -> Option<IpAddr> {
    let bare = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let address = bare.unwrap_or(text).parse();
    address
        .or_else(|_| text.parse().map(|socket: SocketAddr| socket.ip()))
        .ok()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn named(lines: &[&'static str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(HEADER, HeaderValue::from_static(line));
        }
        caller(&headers).map(|address| address.to_string())
    }

    #[test]
    fn the_last_of_the_last_line_counts() {
        let is = |lines: &[&'static str], address: &str| {
            assert_eq!(named(lines).as_deref(), Some(address), "{lines:?}");
        };
        is(&["203.0.113.7"], "203.0.113.7");
        is(&["198.51.100.1, 203.0.113.7"], "203.0.113.7");
        is(&["198.51.100.1", "203.0.113.7"], "203.0.113.7");
        is(&["203.0.113.7:4711"], "203.0.113.7");
        is(&["2001:db8::1"], "2001:db8::1");
        is(&["[2001:db8::1]"], "2001:db8::1");
        is(&["[2001:db8::1]:4711"], "2001:db8::1");
    }

    #[test]
    fn what_is_no_address_names_nobody() {
        for wrong in ["", "unknown", "203.0.113.7, ", "[203.0.113.7", "_hidden"] {
            assert_eq!(named(&[wrong]), None, "{wrong}");
        }
        assert_eq!(named(&[]), None);
    }
}
