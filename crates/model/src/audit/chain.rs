//! The bytes of an entry and the chain of hashes over them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Entry, Named};

/// First of the hashed bytes; to be raised when a field is added, so that old entries keep their hashes.
const VERSION: u8 = 1;

/// SHA-256 of an entry and everything before it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hash(pub [u8; 32]);

/// A text that is no hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a hash of 64 hexadecimal digits")]
pub struct NotAHash;

/// Number and hash of the newest entry of a log; the default is that of an empty one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Head {
    /// Number of the entry; the first has 1.
    pub seq: i64,
    /// Its hash.
    pub hash: Hash,
}

/// An entry with its place in the chain, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// Number within the corp's log, without gaps.
    pub seq: i64,
    /// SHA-256 over the hash before, `seq` and the entry's bytes.
    pub hash: Hash,
    /// What was recorded.
    pub entry: Entry,
}

impl Head {
    /// Puts an entry at the end of the log.
    pub fn seal(self, entry: Entry) -> Sealed {
        let seq = self.seq + 1;
        Sealed {
            seq,
            hash: hash_after(self.hash, seq, &entry),
            entry,
        }
    }

    /// Whether the row is the very next one.
    pub(super) fn precedes(self, row: &Sealed) -> bool {
        row.seq == self.seq + 1 && hash_after(self.hash, row.seq, &row.entry) == row.hash
    }
}

impl Sealed {
    /// Head of a log that ends here.
    pub const fn head(&self) -> Head {
        Head {
            seq: self.seq,
            hash: self.hash,
        }
    }
}

pub(super) fn hash_after(before: Hash, seq: i64, entry: &Entry) -> Hash {
    let mut digest = Sha256::new();
    digest.update(before.0);
    digest.update(seq.to_be_bytes());
    digest.update(entry.canonical());
    Hash(digest.finalize().into())
}

impl Entry {
    /// The entry as bytes: a version, then each field in turn behind its length, so that no two entries read alike.
    pub fn canonical(&self) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        let mut field = |value: &[u8]| {
            bytes.extend_from_slice(&(value.len() as u64).to_be_bytes());
            bytes.extend_from_slice(value);
        };
        field(&self.corp.as_u128().to_be_bytes());
        field(&self.id.as_u128().to_be_bytes());
        field(&self.at_ms.to_be_bytes());
        field(self.actor.kind.as_bytes());
        field(self.actor.id.as_bytes());
        field(self.action.as_bytes());
        // Absence is a byte of its own, lest none and empty read alike.
        field(&[
            u8::from(self.object.is_some()),
            u8::from(self.from.is_some()),
        ]);
        if let Some(Named { kind, id }) = &self.object {
            field(kind.as_bytes());
            field(id.as_bytes());
        }
        if let Some(from) = &self.from {
            field(from.as_bytes());
        }
        field(self.detail.as_bytes());
        bytes
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl FromStr for Hash {
    type Err = NotAHash;

    fn from_str(text: &str) -> Result<Self, NotAHash> {
        if text.len() != 64 || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(NotAHash);
        }
        let mut hash = [0; 32];
        for (at, byte) in hash.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).map_err(|_| NotAHash)?;
        }
        Ok(Self(hash))
    }
}

impl TryFrom<String> for Hash {
    type Error = NotAHash;

    fn try_from(text: String) -> Result<Self, NotAHash> {
        text.parse()
    }
}

impl From<Hash> for String {
    fn from(hash: Hash) -> Self {
        hash.to_string()
    }
}
