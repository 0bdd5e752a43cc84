//! The audit log: what is recorded of every act, and the chain of hashes that shows whether it was altered.
//!
//! Each entry's hash covers the one before it, its number and its own bytes. Whoever can write to the database can
//! also compute hashes, so the newest [`Head`] should be kept elsewhere now and then: against a known head a log that
//! was cut short or written anew from some point is found out as well.

mod chain;
mod retention;
mod verify;

use std::{borrow::Cow, net::IpAddr};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use chain::{Hash, Head, NotAHash, Sealed};
pub use retention::{Checkpoint, TRIMMED};
pub use verify::{Fault, FaultKind, verify, verify_log};

use crate::id::{AuditId, CorpId};

/// Somebody or something by kind and identifier, for example `member` and its id.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Named {
    /// Noun in snake case, for example `member`, `department`, `system`.
    pub kind: Cow<'static, str>,
    /// Identifier within the kind; empty where there is only one.
    pub id: String,
}

impl Named {
    /// Names something by its kind and identifier.
    pub fn new(kind: impl Into<Cow<'static, str>>, id: impl ToString) -> Self {
        Self {
            kind: kind.into(),
            id: id.to_string(),
        }
    }
}

/// One act as recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Corp whose log it is in.
    pub corp: CorpId,
    /// Identifier.
    pub id: AuditId,
    /// When it was done, in milliseconds UTC.
    pub at_ms: i64,
    /// Who did it.
    pub actor: Named,
    /// Noun and verb, for example `request.accepted`.
    pub action: Cow<'static, str>,
    /// To whom or what it was done, if to anything.
    pub object: Option<Named>,
    /// Network from which it was done, as [`shortened`] has it.
    pub from: Option<String>,
    /// Further facts as the JSON text that is stored, often from [`change`].
    pub detail: String,
}

/// The network of an address, without the machine: /24 of IPv4, /48 of IPv6.
pub fn shortened(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(v6) => {
            let [a, b, c, ..] = v6.segments();
            format!("{}/48", std::net::Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
    }
}

/// JSON text of a change: the members of two objects that differ, as `before` and `after`.
pub fn change(before: &Value, after: &Value) -> String {
    let differing = |of: &Value, from: &Value| -> Value {
        let Value::Object(members) = of else {
            return of.clone();
        };
        let changed = members
            .iter()
            .filter(|(name, value)| from.get(name) != Some(value));
        Value::Object(
            changed
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        )
    };
    let mut change = Map::new();
    change.insert("before".into(), differing(before, after));
    change.insert("after".into(), differing(after, before));
    Value::Object(change).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_address_keeps_its_network_only() {
        for (address, network) in [
            ("203.0.113.77", "203.0.113.0/24"),
            ("::ffff:203.0.113.77", "203.0.113.0/24"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
            ("::1", "::/48"),
        ] {
            assert_eq!(shortened(address.parse().unwrap()), network);
        }
    }

    #[test]
    fn a_change_names_what_differs() {
        let before = json!({"name": "a", "position": "b", "left": 1});
        let after = json!({"name": "a", "position": "c"});
        assert_eq!(
            change(&before, &after),
            r#"{"after":{"position":"c"},"before":{"left":1,"position":"b"}}"#
        );
        assert_eq!(
            change(&Value::Null, &json!({"a": 1})),
            r#"{"after":{"a":1},"before":null}"#
        );
    }
}
