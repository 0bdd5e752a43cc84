//! Walks a log and names the first fault in it.

use std::cmp::Ordering;

use super::{
    chain::{Head, Sealed, hash_after},
    retention::Checkpoint,
};
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
    /// When that entry says it was made, in milliseconds UTC.
    pub at_ms: Option<i64>,
}

impl Fault {
    fn new(kind: FaultKind, seq: i64, entry: Option<Seen>) -> Self {
        Self {
            kind,
            seq,
            entry: entry.map(|seen| seen.id),
            at_ms: entry.map(|seen| seen.at_ms),
        }
    }
}

/// What is kept of an entry that was passed.
#[derive(Debug, Clone, Copy)]
struct Seen {
    id: AuditId,
    at_ms: i64,
}

impl Seen {
    const fn of(row: &Sealed) -> Self {
        Self {
            id: row.entry.id,
            at_ms: row.entry.at_ms,
        }
    }
}

/// Follows a whole log as stored: from its base, which is [`Head::default`] unless entries were removed by retention,
/// to the head that the sealer wrote, which is asked for when all rows have been read or a fault was found.
///
/// The log must pass through the heads that are known from elsewhere, and a base must be signed off by an entry of the
/// log itself.
pub fn verify_log(
    base: Head,
    rows: impl IntoIterator<Item = Sealed>,
    known: &[Head],
    written: impl FnOnce() -> Head,
) -> Result<Head, Fault> {
    let mut is_signed = base == Head::default();
    let (mut last, mut end) = (None, base);
    let passing = rows.into_iter().inspect(|row| {
        let signed = || Checkpoint::read(&row.entry).is_some_and(|one| one.head() == base);
        is_signed = is_signed || signed();
        (last, end) = (Some(Seen::of(row)), row.head());
    });
    let followed = verify(base, passing, known);
    let written = written();
    let head = followed.map_err(|fault| match fault.kind {
        // Behind the head nothing was ever sealed.
        FaultKind::Altered if fault.seq > written.seq => Fault {
            kind: FaultKind::Inserted,
            ..fault
        },
        _ => fault,
    })?;
    match written.seq.cmp(&head.seq) {
        Ordering::Greater => Err(Fault::new(FaultKind::Missing, head.seq + 1, last)),
        Ordering::Less => Err(Fault::new(FaultKind::Inserted, written.seq + 1, last)),
        Ordering::Equal if written.hash != end.hash => {
            Err(Fault::new(FaultKind::Altered, head.seq, last))
        }
        Ordering::Equal if !is_signed => Err(Fault::new(FaultKind::Missing, base.seq, None)),
        Ordering::Equal => Ok(head),
    }
}

/// Follows rows in the order of their numbers from a trusted head to the end, and gives the new head.
///
/// `known` are heads that were noted elsewhere: the log must pass through them.
pub fn verify(
    start: Head,
    rows: impl IntoIterator<Item = Sealed>,
    known: &[Head],
) -> Result<Head, Fault> {
    let mut rows = rows.into_iter();
    let (mut before, mut head, mut last) = (None, start, None);
    let differs = |head: Head| {
        let at = |known: &&Head| known.seq == head.seq && known.hash != head.hash;
        known.iter().any(|known| at(&known))
    };
    if differs(start) {
        return Err(Fault::new(FaultKind::Altered, start.seq, None));
    }
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
        (before, head, last) = (Some(head), row.head(), Some(Seen::of(&row)));
        if differs(head) {
            return Err(Fault::new(FaultKind::Altered, head.seq, last));
        }
    }
    if known.iter().any(|known| known.seq > head.seq) {
        return Err(Fault::new(FaultKind::Missing, head.seq + 1, last));
    }
    Ok(head)
}

/// A place where the chain does not go on: what is known before it, and the rows from there.
struct Trouble<'a> {
    before: Option<Head>,
    head: Head,
    last: Option<Seen>,
    window: &'a [Sealed],
}

impl Trouble<'_> {
    fn fault(&self) -> Fault {
        let seq = self.head.seq + 1;
        let row = &self.window[0];
        let fault = |kind| Fault::new(kind, seq, Some(Seen::of(row)));
        // An entry with a proper hash was put in before this one, which is the true successor of the one before that.
        if self.before.is_some_and(|before| is_successor(before, row)) {
            return Fault::new(FaultKind::Inserted, seq - 1, self.last);
        }
        let rest = &self.window[1..];
        // The contents changed places while numbers and hashes stayed.
        if row.seq == seq && rest.iter().any(|later| self.belongs_here(row, later)) {
            return fault(FaultKind::Reordered);
        }
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

    /// Whether what stands in a later row is what was recorded here.
    fn belongs_here(&self, row: &Sealed, later: &Sealed) -> bool {
        later.seq != row.seq && hash_after(self.head.hash, row.seq, &later.entry) == row.hash
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
