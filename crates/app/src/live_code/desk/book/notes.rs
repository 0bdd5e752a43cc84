//! The inbox taken up: notes of other operations become entries of the log, and pools follow the directory.

use std::{collections::BTreeSet, sync::Arc};

use guanxi_model::{
    id::{LiveCodeId, MemberId},
    live_code::{board::Entry, plan::Plan},
};
use guanxi_store::{self as store, Tx};

use super::{super::seating, Book, Run, unforeseen};
use crate::{Env, Result, corp, live_code::visit::Note};

/// How often it is asked whose switch-off has ended, in milliseconds.
const RESTED_EVERY_MS: i64 = 5000;

impl Book {
    /// Turns the notes of other operations into entries.
    pub(super) fn take_up(
        &mut self,
        tx: &mut Tx<'_>,
        env: &Arc<Env>,
        now_ms: i64,
        run: &mut Run,
    ) -> Result<()> {
        let mut members = BTreeSet::new();
        let (mut follows, mut all) = (false, false);
        for body in store::live_log::take_out(tx, self.corp)? {
            match serde_json::from_str(&body).map_err(unforeseen)? {
                Note::Member(member) => {
                    members.insert(member);
                }
                Note::Placed(placed) => {
                    members.extend(placed);
                    follows = true;
                }
                Note::Corp => all = true,
                Note::Published { code, version } => {
                    if let Some(plan) = self.plan(tx, code, version)? {
                        self.publish(tx, env, code, version, plan, now_ms, run)?;
                    }
                }
                Note::Deleted(code) => {
                    if self.board.line(code).is_some() {
                        self.put(run, Some(code), now_ms, Entry::Deleted, None);
                    }
                }
                Note::Added {
                    code,
                    visitor,
                    member,
                    at_ms,
                    ..
                } => {
                    // At its own time, at which the place was kept still.
                    let at_ms = self.board.clock(at_ms).min(now_ms);
                    self.put(
                        run,
                        Some(code),
                        at_ms,
                        Entry::Added { visitor, member },
                        None,
                    );
                    members.insert(member);
                }
                Note::Credit {
                    code,
                    member,
                    turns,
                } => {
                    self.put(
                        run,
                        Some(code),
                        now_ms,
                        Entry::Credit { member, turns },
                        None,
                    );
                }
            }
        }
        if now_ms >= self.rested_at_ms + RESTED_EVERY_MS {
            run.rested_at_ms = Some(now_ms);
            let rested = store::live_log::list_rested(tx, self.corp, now_ms)?;
            let is_off = |member: &MemberId| self.board.staff(*member).standing.is_switched_off;
            members.extend(rested.into_iter().filter(is_off));
        }
        if all || follows {
            for code in seating::following(&self.board, all) {
                self.follow_directory(tx, env, code, now_ms, run)?;
            }
        }
        let is_seated = |member: &MemberId| self.board.seats_somebody(*member);
        let members: Vec<MemberId> = members.into_iter().filter(is_seated).collect();
        for entry in seating::stand(tx, self.corp, &self.board, &members, now_ms)? {
            self.put(run, None, now_ms, entry, None);
        }
        Ok(())
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "a version is published once, here"
    )]
    fn publish(
        &mut self,
        tx: &mut Tx<'_>,
        env: &Arc<Env>,
        code: LiveCodeId,
        version: u32,
        plan: Arc<Plan>,
        now_ms: i64,
        run: &mut Run,
    ) -> Result<()> {
        let corp = corp::state(tx, env, self.corp)?;
        let seating = seating::resolve(tx, &corp, &plan)?;
        for entry in seating::introduce(tx, self.corp, &self.board, &seating, now_ms)? {
            self.put(run, None, now_ms, entry, None);
        }
        let entry = Entry::Published { version, seating };
        self.put(run, Some(code), now_ms, entry, Some(plan));
        Ok(())
    }

    /// Seats a code anew where the directory has changed.
    fn follow_directory(
        &mut self,
        tx: &mut Tx<'_>,
        env: &Arc<Env>,
        code: LiveCodeId,
        now_ms: i64,
        run: &mut Run,
    ) -> Result<()> {
        let Some(line) = self.board.line(code) else {
            return Ok(());
        };
        let (version, plan) = (line.version(), Arc::clone(line.plan()));
        let corp = corp::state(tx, env, self.corp)?;
        let seating = seating::resolve(tx, &corp, &plan)?;
        let is_same = self
            .board
            .line(code)
            .is_some_and(|line| *line.seating() == seating);
        if is_same {
            return Ok(());
        }
        self.publish(tx, env, code, version, plan, now_ms, run)
    }
}
