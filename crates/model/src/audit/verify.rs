//! Walks a log and names the first fault in it.

use std::cmp::Ordering;

use super::chain::{Head, Sealed, hash_after};
use crate::id::AuditId;

/// How many rows from a fault on are looked at together to tell what happened there.
const WINDOW: usize = 64;

/// What is wrong with a log, as far as can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// The entry is not what was recorded.
    Altered,
    /// One entry or more were taken out before this one, or after it at the end of the log.
    Missing,
    /// The entry is genuine but stands in the wrong place.
    Reordered,
    /// The entry was put in later.
    Inserted,
}

impl FaultKind {
    /// Stable name, as in keys of texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Altered => "altered",
            Self::Missing => "missing",
            Self::Reordered => "reordered",
            Self::Inserted => "inserted",
        }
    }
}

/// The first fault of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("audit log is not whole at number {seq}: {}", kind.name())]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// Number at which the log stops being whole.
    pub seq: i64,
    /// The entry that shows it; None where there is no entry any more.
    pub entry: Option<AuditId>,
}

/// Follows rows in the order of their numbers from a trusted head to the end, and gives the new head.
///
/// `known` is a head that was noted elsewhere: the log must pass through it.
pub fn verify(
    start: Head,
    rows: impl IntoIterator<Item = Sealed>,
    known: Option<Head>,
) -> Result<Head, Fault> {
    let mut rows = rows.into_iter();
    let (mut before, mut head, mut last) = (None, start, None);
    while let Some(row) = rows.next() {
        if !head.precedes(&row) {
            let mut window = vec![row];
            window.extend(rows.by_ref().take(WINDOW - 1));
            return Err(Trouble {
                before,
                head,
                last,
                window: &window,
            }
            .fault());
        }
        (before, head, last) = (Some(head), row.head(), Some(row.entry.id));
        if known.is_some_and(|known| known.seq == head.seq && known.hash != head.hash) {
            return Err(Fault {
                kind: FaultKind::Altered,
                seq: head.seq,
                entry: last,
            });
        }
    }
    if known.is_some_and(|known| known.seq > head.seq) {
        return Err(Fault {
            kind: FaultKind::Missing,
            seq: head.seq + 1,
            entry: last,
        });
    }
    Ok(head)
}

/// A place where the chain does not go on: what is known before it, and the rows from there.
struct Trouble<'a> {
    before: Option<Head>,
    head: Head,
    last: Option<AuditId>,
    window: &'a [Sealed],
}

impl Trouble<'_> {
    fn fault(&self) -> Fault {
        let seq = self.head.seq + 1;
        let row = &self.window[0];
        let fault = |kind| Fault {
            kind,
            seq,
            entry: Some(row.entry.id),
        };
        // An entry with a proper hash was put in before this one, which is the true successor of the one before that.
        if self.before.is_some_and(|before| is_successor(before, row)) {
            return Fault {
                kind: FaultKind::Inserted,
                seq: seq - 1,
                entry: self.last,
            };
        }
        let rest = &self.window[1..];
        if rest.iter().any(|later| is_successor(self.head, later)) {
            return fault(if self.is_genuine(row) {
                FaultKind::Reordered
            } else {
                FaultKind::Inserted
            });
        }
        fault(match row.seq.cmp(&seq) {
            Ordering::Less => FaultKind::Inserted,
            Ordering::Greater => FaultKind::Missing,
            Ordering::Equal if Self::is_renumbered(row, rest) => FaultKind::Missing,
            Ordering::Equal => FaultKind::Altered,
        })
    }

    /// Whether the row follows one of the later rows under some number.
    fn is_genuine(&self, row: &Sealed) -> bool {
        let numbers = self.head.seq + 1..=self.head.seq + WINDOW as i64;
        self.window.iter().any(|before| {
            numbers
                .clone()
                .any(|seq| hash_after(before.hash, seq, &row.entry) == row.hash)
        })
    }

    /// Whether the rows from here on bear smaller numbers than those with which they were recorded.
    fn is_renumbered(row: &Sealed, rest: &[Sealed]) -> bool {
        rest.first().is_some_and(|next| {
            (1..WINDOW as i64)
                .any(|gap| hash_after(row.hash, next.seq + gap, &next.entry) == next.hash)
        })
    }
}

/// Whether the row was recorded right after the head, whatever number it bears now.
fn is_successor(head: Head, row: &Sealed) -> bool {
    hash_after(head.hash, head.seq + 1, &row.entry) == row.hash
}

#[cfg(test)]
mod tests;
