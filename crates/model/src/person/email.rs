//! E-mail addresses: trimmed, ASCII, domain in lower case.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::field::Invalid;

/// Longest address that mail servers pass on, in bytes (RFC 5321, the path without its brackets).
const LONGEST: usize = 254;
/// Longest part before the `@`, in bytes.
const LONGEST_LOCAL: usize = 64;
/// Shortest and longest address of a member, in bytes, as WeCom has it.
const OF_MEMBER: std::ops::RangeInclusive<usize> = 6..=64;

const FIELD: &str = "email";

/// A well-formed e-mail address; whether it exists is shown by a code sent to it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

impl Email {
    /// Reads an address, kept in lower case; full-width letters and `＠` of a Chinese keyboard are understood.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text: String = text.trim().nfkc().collect();
        if text.is_empty() {
            return Err(Invalid::new(FIELD, "required"));
        }
        if text.len() > LONGEST {
            return Err(Invalid::new(FIELD, "too_long"));
        }
        match text.rsplit_once('@') {
            Some((local, domain)) if is_local(local) && is_domain(domain) => {
                Ok(Self(format!("{local}@{domain}").to_ascii_lowercase()))
            }
            _ => Err(Invalid::new(FIELD, "email_invalid")),
        }
    }

    /// Reads the address of a member, which has 6 to 64 bytes.
    pub fn parse_of_member(text: &str) -> Result<Self, Invalid> {
        let email = Self::parse(text)?;
        if email.0.len() < *OF_MEMBER.start() {
            return Err(Invalid::new(FIELD, "too_short"));
        }
        if email.0.len() > *OF_MEMBER.end() {
            return Err(Invalid::new(FIELD, "too_long"));
        }
        Ok(email)
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What follows the `@`, in lower case.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// The address with most of the mailbox hidden, for example `zh***@example.com`.
    pub fn masked(&self) -> String {
        let local = &self.0[..self.0.len() - self.domain().len() - 1];
        let shown = if local.len() > 3 { 2 } else { 1 };
        format!("{}***@{}", &local[..shown], self.domain())
    }
}

/// Dot-atom of RFC 5322; quoted mailboxes are refused, since hardly a server has one.
fn is_local(local: &str) -> bool {
    let is_atom = |atom: &str| {
        !atom.is_empty()
            && atom
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b))
    };
    local.len() <= LONGEST_LOCAL && local.split('.').all(is_atom)
}

/// At least two labels of letters, digits and inner hyphens; the last one is no number, so that no IP address passes.
fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let Some((_, last)) = domain.rsplit_once('.') else {
        return false;
    };
    domain.split('.').all(is_label) && last.len() > 1 && !last.bytes().all(|b| b.is_ascii_digit())
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Email {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Email {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::parse(&text)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sane_addresses_pass_in_one_form() {
        for (typed, kept) in [
            (" Zhang.San@Example.COM ", "zhang.san@example.com"),
            ("li＠ｅｘａｍｐｌｅ．ｃｎ", "li@example.cn"),
            (
                "o'brien+sales@mail.example.co.uk",
                "o'brien+sales@mail.example.co.uk",
            ),
            ("a@xn--55qx5d.cn", "a@xn--55qx5d.cn"),
            ("123456@qq.com", "123456@qq.com"),
        ] {
            assert_eq!(Email::parse(typed).map(String::from).as_deref(), Ok(kept));
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "zhang",
            "@example.com",
            "a@",
            "a@example",
            "a b@example.com",
            "a@@example.com",
            "a@b@example.com",
            ".a@example.com",
            "a.@example.com",
            "a..b@example.com",
            "a@-x.com",
            "a@x-.com",
            "a@x..com",
            "a@.com",
            "a@1.2.3.4",
            "a@[1.2.3.4]",
            "\"a\"@example.com",
            "张三@example.com",
            "a@公司.中国",
            "a@x.c",
            "a\n@x.cn",
        ] {
            assert_eq!(
                Email::parse(text),
                Err(Invalid::new("email", "email_invalid")),
                "{text}"
            );
        }
        assert_eq!(Email::parse("  "), Err(Invalid::new("email", "required")));
        let local = "a".repeat(65);
        assert_eq!(
            Email::parse(&format!("{local}@x.cn")),
            Err(Invalid::new("email", "email_invalid"))
        );
        assert_eq!(
            Email::parse(&format!("a@{}.cn", "b.".repeat(130))),
            Err(Invalid::new("email", "too_long"))
        );
    }

    #[test]
    fn a_members_address_has_6_to_64_bytes() {
        assert_eq!(
            Email::parse_of_member("a@x.cn")
                .map(String::from)
                .as_deref(),
            Ok("a@x.cn")
        );
        assert_eq!(
            Email::parse_of_member("a@b.c"),
            Err(Invalid::new("email", "email_invalid"))
        );
        let longest = format!("{}@example.com", "a".repeat(52));
        assert!(Email::parse_of_member(&longest).is_ok());
        assert_eq!(
            Email::parse_of_member(&format!("a{longest}")),
            Err(Invalid::new("email", "too_long"))
        );
    }

    #[test]
    fn a_mask_keeps_the_domain() {
        assert_eq!(
            Email::parse("zhangsan@Example.com").unwrap().masked(),
            "zh***@example.com"
        );
        assert_eq!(
            Email::parse("li@example.com").unwrap().masked(),
            "l***@example.com"
        );
    }
}
