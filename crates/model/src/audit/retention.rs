//! What stays of entries whose time is over: a checkpoint, written into the log itself, so that the rest can be proved.

use serde::{Deserialize, Serialize};

use super::{Entry, Hash, Head};

/// Action of the entry that signs a removal off.
pub const TRIMMED: &str = "audit.trimmed";

/// Says in the log that everything up to a number was removed, by which rule, and what the chain was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Number of the last entry removed.
    pub seq: i64,
    /// Its hash, on which the rest of the chain stands.
    pub hash: Hash,
    /// How many entries were removed this time.
    pub removed: i64,
    /// When the last of them was made, in milliseconds UTC.
    pub until_at_ms: i64,
    /// Days that the rule in force keeps entries.
    pub days: u32,
}

impl Checkpoint {
    /// The checkpoint in an entry, should it hold one.
    pub fn read(entry: &Entry) -> Option<Self> {
        (entry.action == TRIMMED)
            .then(|| serde_json::from_str(&entry.detail).ok())
            .flatten()
    }

    /// Head of what was removed, the base of what is left.
    pub const fn head(&self) -> Head {
        Head {
            seq: self.seq,
            hash: self.hash,
        }
    }
}
