//! Addresses that messages may be posted to: the form of the URL, and which places of a network are nobody's business.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Longest address.
const LENGTH_MAX: usize = 2000;

/// Reads the address of an endpoint; the error is a stable code. Unencrypted ones and private hosts are for the operator to
/// allow. A name is looked up only when a message is sent, and [`is_public`] asked about what it then stands for.
pub fn target(text: &str, is_free: bool) -> Result<String, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        return Err("required");
    }
    if text.len() > LENGTH_MAX {
        return Err("too_long");
    }
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) || text.contains(['\\', '"', '<', '>']) {
        return Err("not_a_url");
    }
    let (scheme, rest) = text.split_once("://").ok_or("not_a_url")?;
    let scheme = scheme.to_ascii_lowercase();
    if scheme != "https" && scheme != "http" {
        return Err("not_a_url");
    }
    if rest.contains('#') {
        return Err("url_fragment");
    }
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    if authority.contains('@') {
        return Err("url_password");
    }
    let host = host(authority).ok_or("not_a_url")?;
    if !is_free {
        if scheme != "https" {
            return Err("url_unencrypted");
        }
        if !host_is_public(&host) {
            return Err("url_private");
        }
    }
    let authority = authority.to_ascii_lowercase();
    Ok(format!("{scheme}://{authority}{path}"))
}

/// The host of `host`, `host:port` or `[v6]:port`.
fn host(authority: &str) -> Option<String> {
    let (host, port) = if let Some(rest) = authority.strip_prefix('[') {
        let (host, port) = rest.split_once(']')?;
        host.parse::<Ipv6Addr>().ok()?;
        (
            host,
            port.strip_prefix(':').or(port.is_empty().then_some(""))?,
        )
    } else {
        authority.split_once(':').unwrap_or((authority, "443"))
    };
    let is_v6 = authority.starts_with('[');
    let is_name = |name: &str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        !name.is_empty() && name.len() <= 253 && name.bytes().all(fits)
    };
    let is_port = is_v6 && port.is_empty() || port.parse::<u16>().is_ok_and(|port| port != 0);
    (is_port && (is_v6 || is_name(host))).then(|| host.to_ascii_lowercase())
}

/// Whether a host is at least no private one by its looks.
fn host_is_public(host: &str) -> bool {
    let name = host.trim_end_matches('.');
    if let Ok(address) = name.parse::<IpAddr>() {
        return is_public(address);
    }
    // Old notations such as 0x7f.1 and 2130706433 end in a number; names of the world do not.
    let last = name.rsplit('.').next().unwrap_or_default();
    let is_number = last.starts_with("0x") || last.bytes().all(|byte| byte.is_ascii_digit());
    let is_inner = [
        "localhost",
        "local",
        "internal",
        "lan",
        "home",
        "intranet",
        "localdomain",
    ];
    name.contains('.') && !is_number && !is_inner.contains(&last)
}

/// Whether an address belongs to the public network. Everything else is inside: loopback, private, link-local, shared,
/// reserved, multicast, and IPv6 forms that carry such an address.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b)))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(inner) = address.to_ipv4_mapped() {
        return is_public_v4(inner);
    }
    let parts = address.segments();
    let tail = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match parts {
        // The prefix of translators, and 6to4: what they carry counts.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            is_public_v4(tail(high, low))
        }
        // Teredo, benchmarks, ORCHID, documentation.
        [0x2001, second, ..] if second < 0x200 || second == 0xdb8 => false,
        [0x3fff, second, ..] if second < 0x1000 => false,
        // Of the rest only 2000::/3 is given out.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_encrypted_public_and_without_a_password() {
        let read = |text| target(text, false);
        assert_eq!(
            read(" HTTPS://Hooks.Example.com:8443/In?x=1 ").unwrap(),
            "https://hooks.example.com:8443/In?x=1"
        );
        assert_eq!(read("https://example.com").unwrap(), "https://example.com");
        for (text, code) in [
            ("", "required"),
            ("example.com/in", "not_a_url"),
            ("ftp://example.com", "not_a_url"),
            ("https://", "not_a_url"),
            ("https:///in", "not_a_url"),
            ("https://exa mple.com", "not_a_url"),
            ("https://例子.com", "not_a_url"),
            ("https://example.com:0/", "not_a_url"),
            ("https://example.com:99999/", "not_a_url"),
            ("https://[::1", "not_a_url"),
            ("https://[::1]x/", "not_a_url"),
            ("https://example.com\\@evil.com", "not_a_url"),
            ("https://u:p@example.com/", "url_password"),
            ("https://example.com/#x", "url_fragment"),
            ("http://example.com/", "url_unencrypted"),
            ("https://localhost/", "url_private"),
            ("https://intranet/", "url_private"),
            ("https://printer.local/", "url_private"),
            ("https://127.0.0.1/", "url_private"),
            ("https://127.1/", "url_private"),
            ("https://2130706433/", "url_private"),
            ("https://0x7f.0.0.0x1/", "url_private"),
            ("https://169.254.169.254/latest", "url_private"),
            ("https://[::ffff:10.0.0.1]/", "url_private"),
            ("https://[fd00::1]:443/", "url_private"),
        ] {
            assert_eq!(read(text), Err(code), "{text}");
        }
        assert_eq!(
            read(&format!("https://a.b/{}", "x".repeat(2000))),
            Err("too_long")
        );
        for text in [
            "http://127.0.0.1:9000/in",
            "http://localhost",
            "https://[::1]:9/",
        ] {
            assert!(target(text, true).is_ok(), "{text}");
        }
    }

    #[test]
    fn inner_addresses_are_known_in_every_form() {
        for text in [
            "0.0.0.0",
            "10.1.2.3",
            "127.0.0.1",
            "127.255.255.254",
            "100.64.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "198.18.0.1",
            "198.51.100.7",
            "203.0.113.7",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::7f00:1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "2002:a9fe:a9fe::",
            "3fff::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "5f00::1",
        ] {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
        for text in [
            "1.1.1.1",
            "100.63.0.1",
            "100.128.0.1",
            "172.32.0.1",
            "198.20.0.1",
            "223.5.5.5",
            "2400:3200::1",
            "2606:4700:4700::1111",
            "64:ff9b::101:101",
            "2002:101:101::1",
        ] {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }
}
