//! Counts for charts: gathered for a while, and added up so that each entry of the log counts once, whichever node does it.

use guanxi_model::{
    id::MemberId,
    live_code::board::{Entry, Logged},
};
use guanxi_store::{self as store, Tx, live_log::Tally};
use rustc_hash::FxHashMap;

use super::{Book, Run};
use crate::Result;

/// How long counts for charts are gathered, in milliseconds.
const TALLY_EVERY_MS: i64 = 2000;
/// Entries that are gathered at most before they are counted.
const TALLY_MAX: usize = 20_000;
/// Milliseconds of an hour.
const HOUR_MS: i64 = 3_600_000;

impl Book {
    /// Adds up what is not counted, if it is time.
    pub(super) fn count(
        &self,
        tx: &mut Tx<'_>,
        now_ms: i64,
        settles: bool,
        run: &mut Run,
    ) -> Result<()> {
        let waiting = self.uncounted.len() + run.items.len();
        let is_time = now_ms >= self.tallied_at_ms + TALLY_EVERY_MS || waiting >= TALLY_MAX;
        if run.tallied >= run.seq || !(settles || is_time) {
            return Ok(());
        }
        let mut counts: FxHashMap<Tally, i64> = FxHashMap::default();
        // What was there before this node knew the log is read again.
        if run.tallied < self.known_from {
            self.count_before(tx, run.tallied, &mut counts)?;
        }
        let own = run
            .items
            .iter()
            .filter_map(|item| Some((item.seq, item.tally.as_ref()?)));
        let kept = self.uncounted.iter().map(|(seq, tally)| (*seq, tally));
        for (seq, tally) in kept.chain(own) {
            if seq > run.tallied.max(self.known_from) {
                *counts.entry(tally.clone()).or_default() += 1;
            }
        }
        store::live_log::tally(
            tx,
            self.corp,
            counts.iter().map(|(tally, times)| (tally, *times)),
        )?;
        run.tallied = run.seq;
        run.counted_at_ms = Some(now_ms);
        Ok(())
    }

    fn count_before(
        &self,
        tx: &mut Tx<'_>,
        after: i64,
        counts: &mut FxHashMap<Tally, i64>,
    ) -> Result<()> {
        let mut seq = after;
        while seq < self.known_from {
            let rows = store::live_log::read_members(tx, self.corp, seq, self.known_from)?;
            let Some((last, ..)) = rows.last() else {
                return Ok(());
            };
            seq = *last;
            for (_, logged, member) in rows {
                if let Some(tally) = tally(&logged, member) {
                    *counts.entry(tally).or_default() += 1;
                }
            }
        }
        Ok(())
    }
}

/// What is counted of an entry, with whom.
pub(super) fn tally(logged: &Logged, member: Option<MemberId>) -> Option<Tally> {
    let outcome = logged.entry.outcome()?;
    let (member, path) = match &logged.entry {
        Entry::Scanned(scanned) => (member, scanned.path.join(".")),
        Entry::Added { member, .. } => (Some(*member), String::new()),
        _ => return None,
    };
    Some(Tally {
        code: logged.code?,
        hour_ms: logged.at_ms.div_euclid(HOUR_MS) * HOUR_MS,
        outcome: outcome.number(),
        member: member.unwrap_or(MemberId::from_u128(0)),
        path,
    })
}
