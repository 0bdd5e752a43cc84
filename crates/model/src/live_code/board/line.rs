//! The pools of one code, with who sits in them.

use std::sync::Arc;

use jiff::tz::TimeZone;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::{Decision, GRACE_MS, Looked, Scanned, Seating, Staff, Visit};
use crate::{
    id::MemberId,
    live_code::{
        plan::{Plan, PoolPlan},
        pool::{Pool, Scan},
        receipt::Reason,
        turn::Place,
    },
};

/// What somebody had added who sits in a pool no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Past {
    today: u32,
    ever: u32,
    /// When the day ended of which that was.
    day_ends_ms: i64,
}

/// The pools of one code.
#[derive(Debug, Clone)]
pub struct Line {
    pub(super) version: u32,
    pub(super) plan: Arc<Plan>,
    pub(super) seating: Arc<Seating>,
    /// Places of members, by pool.
    places: Arc<Vec<FxHashMap<MemberId, Place>>>,
    pub(super) pools: Vec<Pool>,
    /// Adds of those who sit in a pool no more, by its name.
    pub(super) gone: FxHashMap<(String, MemberId), Past>,
}

impl Line {
    /// The pools of a published version, which take over from those before them.
    pub(super) fn new(
        version: u32,
        plan: Arc<Plan>,
        seating: Seating,
        old: Option<&Self>,
        now_ms: i64,
    ) -> Self {
        let places = |pool: &Vec<(MemberId, u32)>| {
            let places = pool.iter().enumerate();
            places
                .map(|(place, seat)| (seat.0, place as Place))
                .collect()
        };
        let mut line = Self {
            version,
            places: Arc::new(seating.pools.iter().map(places).collect()),
            pools: Vec::with_capacity(plan.pools.len()),
            plan,
            seating: Arc::new(seating),
            gone: old.map_or_else(FxHashMap::default, |old| old.gone.clone()),
        };
        for at in 0..line.plan.pools.len() {
            let pool = line.pool(at, now_ms);
            let heir = old.and_then(|old| Some((old, old.pool_named(&line.plan.pools[at].name)?)));
            let pool = match heir {
                Some((old, from)) => line.succeed(pool, at, old, from, now_ms),
                None => pool,
            };
            line.pools.push(pool);
        }
        line
    }

    /// A pool as its plan says, which nobody has used.
    pub(super) fn pool(&self, at: usize, now_ms: i64) -> Pool {
        let plan = &self.plan.pools[at];
        let zone = TimeZone::get(&self.seating.zone).unwrap_or(TimeZone::UTC);
        let none = Vec::new();
        let seats = self.seating.pools.get(at).unwrap_or(&none);
        let terms = plan.terms(seats.iter().map(|(_, entry)| *entry as usize));
        Pool::new(plan.strategy, plan.radius_m, zone, terms, now_ms)
            .holding(i64::from(self.plan.hold_min) * 60_000)
            .forgiving(GRACE_MS)
    }

    fn succeed(&mut self, pool: Pool, at: usize, old: &Self, from: usize, now_ms: i64) -> Pool {
        let mut before = old.pools[from].clone();
        before.advance(now_ms);
        let name = &self.plan.pools[at].name;
        for (member, place) in &old.places[from] {
            if !self.places[at].contains_key(member) {
                let (today, ever, _) = before.taken(*place);
                let day_ends_ms = before.day_ends_ms();
                let past = Past {
                    today,
                    ever,
                    day_ends_ms,
                };
                self.gone.insert((name.clone(), *member), past);
            }
        }
        let seats = &self.seating.pools[at];
        let map: Vec<Option<Place>> = seats
            .iter()
            .map(|(member, _)| old.places[from].get(member).copied())
            .collect();
        let mut pool = pool.succeeding(&before, &map, now_ms);
        for (place, (member, _)) in seats.iter().enumerate() {
            // Whoever is back has what he had added.
            if let Some(past) = self.gone.remove(&(name.clone(), *member)) {
                let is_today = now_ms < past.day_ends_ms;
                let today = if is_today { past.today } else { 0 };
                pool.recall(place as Place, today, past.ever, now_ms);
            }
        }
        pool
    }

    fn pool_named(&self, name: &str) -> Option<usize> {
        self.plan.pools.iter().position(|pool| pool.name == name)
    }

    /// Published version.
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// Its plan.
    pub const fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// Who sits where.
    pub fn seating(&self) -> &Seating {
        &self.seating
    }

    /// The pools with their plans and members, in the order of the plan.
    pub fn pools(&self) -> impl Iterator<Item = (&PoolPlan, &Pool, &[(MemberId, u32)])> {
        let seats = self.seating.pools.iter().map(Vec::as_slice);
        let plans = self.plan.pools.iter();
        plans
            .zip(&self.pools)
            .zip(seats)
            .map(|((plan, pool), seats)| (plan, pool, seats))
    }

    /// How many seats there are.
    pub fn seats(&self) -> usize {
        self.pools.iter().map(Pool::len).sum()
    }

    /// Whether a member sits in one of the pools.
    pub fn seats_somebody(&self, member: MemberId) -> bool {
        self.places
            .iter()
            .any(|places| places.contains_key(&member))
    }

    /// Whether a cap of a member is reached in one of the pools.
    pub fn is_full(&self, member: MemberId) -> bool {
        let mut pools = self.pools.iter().enumerate();
        pools.any(|(at, pool)| {
            self.place(at, member)
                .is_some_and(|place| pool.is_full(place))
        })
    }

    /// The member with whom a visitor holds a place.
    pub fn held_by(&self, visitor: u128) -> Option<MemberId> {
        let mut pools = self.pools.iter().enumerate();
        pools.find_map(|(at, pool)| self.member(at, pool.held_by(visitor)?.0))
    }

    /// Who was chosen by a scan of these pools.
    pub fn chosen(&self, scanned: &Scanned) -> Option<MemberId> {
        let last = scanned.looked.last()?;
        self.member(last.pool as usize, last.receipt.chosen?)
    }

    /// The pools of a path that the plan and the seats know.
    pub(super) fn route(&self, path: &[&str]) -> Option<Vec<usize>> {
        let mut route = self.plan.route(path)?;
        route.retain(|pool| *pool < self.pools.len());
        Some(route)
    }

    fn member(&self, pool: usize, place: Place) -> Option<MemberId> {
        Some(self.seating.pools.get(pool)?.get(place as usize)?.0)
    }

    fn place(&self, pool: usize, member: MemberId) -> Option<Place> {
        self.places.get(pool)?.get(&member).copied()
    }

    /// The scan as one pool sees it.
    fn scan(&self, pool: usize, visit: &Visit, now_ms: i64) -> Scan {
        let place = |member: &MemberId| self.place(pool, *member);
        Scan {
            visitor: visit.visitor,
            now_ms,
            from: visit.from,
            // Only the one he met last, where that one still sits.
            returning_to: visit.returning_to.iter().find_map(place),
            except: visit.except.iter().filter_map(place).collect(),
        }
    }

    /// Where a scan is decided without a choice: the pool in which the visitor holds a place, or that of a member whose customer he
    /// is; those of the route first.
    fn settled(&self, route: &[usize], visit: &Visit) -> Option<usize> {
        let mut pools = route.iter().copied();
        if let Some(held) = pools.find(|pool| self.pools[*pool].held_by(visit.visitor).is_some()) {
            return Some(held);
        }
        if !self.plan.sticky || visit.returning_to.is_empty() {
            return None;
        }
        let others = (0..self.pools.len()).filter(|pool| !route.contains(pool));
        route.iter().copied().chain(others).find(|pool| {
            let place = visit
                .returning_to
                .iter()
                .find_map(|member| self.place(*pool, *member));
            place.is_some_and(|place| self.pools[*pool].is_there(place))
        })
    }

    pub(super) fn decide(&mut self, route: &[usize], visit: &Visit, now_ms: i64) -> Decision {
        self.let_go(route, visit.visitor, now_ms);
        let mut looked: Vec<Looked> = Vec::with_capacity(1);
        let first = self.settled(route, visit);
        for &pool in first
            .iter()
            .chain(route.iter().filter(|pool| Some(**pool) != first))
        {
            let mut scan = self.scan(pool, visit, now_ms);
            if !self.plan.sticky {
                scan.returning_to = None;
            }
            let mut receipt = self.pools[pool].choose(&scan);
            for candidate in &mut receipt.candidates {
                // More would only make the log longer.
                candidate.score = (candidate.score * 1e4).round() / 1e4;
            }
            let is_chosen = receipt.chosen.is_some();
            looked.push(Looked {
                pool: pool as u32,
                receipt,
            });
            if is_chosen {
                break;
            }
        }
        self.decision(looked, visit.visitor)
    }

    fn decision(&self, looked: Vec<Looked>, visitor: u128) -> Decision {
        let (mut member, mut until_ms, mut reason) = (None, None, Reason::Nobody);
        if let Some(Looked { pool, receipt }) = looked.last() {
            let pool = *pool as usize;
            reason = receipt.reason;
            member = receipt.chosen.and_then(|place| self.member(pool, place));
            let held = self.pools[pool].held_by(visitor);
            until_ms = held
                .filter(|held| Some(held.0) == receipt.chosen)
                .map(|held| held.1);
        }
        Decision {
            member,
            until_ms,
            reason,
            version: self.version,
            looked,
        }
    }

    /// A visitor holds one place: what he holds off his route is given up.
    fn let_go(&mut self, route: &[usize], visitor: u128, now_ms: i64) {
        for at in 0..self.pools.len() {
            if self.pools[at].held_by(visitor).is_some() && !route.contains(&at) {
                self.pools[at].advance(now_ms);
                self.pools[at].release(visitor, now_ms);
            }
        }
    }

    pub(super) fn follow(&mut self, scanned: &Scanned, now_ms: i64) {
        let visit = scanned.visit();
        let path: Vec<&str> = visit.path.iter().map(String::as_str).collect();
        let route = self.route(&path).unwrap_or_default();
        self.let_go(&route, visit.visitor, now_ms);
        for Looked { pool, receipt } in &scanned.looked {
            let pool = *pool as usize;
            if pool < self.pools.len() {
                let mut scan = self.scan(pool, &visit, now_ms);
                if !self.plan.sticky {
                    scan.returning_to = None;
                }
                self.pools[pool].follow(&scan, receipt);
            }
        }
    }

    pub(super) fn add(&mut self, visitor: u128, member: MemberId, now_ms: i64) {
        for at in 0..self.pools.len() {
            let held = self.pools[at].held_by(visitor);
            if held.is_some_and(|held| self.member(at, held.0) == Some(member))
                && self.pools[at].add(visitor, now_ms).is_some()
            {
                return;
            }
        }
        let seat = (0..self.pools.len()).find_map(|at| Some((at, self.place(at, member)?)));
        if let Some((at, place)) = seat {
            self.pools[at].count(place, now_ms);
        }
    }

    fn each(&mut self, member: MemberId, mut act: impl FnMut(&mut Pool, Place)) {
        for at in 0..self.pools.len() {
            if let Some(place) = self.place(at, member) {
                act(&mut self.pools[at], place);
            }
        }
    }

    pub(super) fn credit(&mut self, member: MemberId, turns: i32, now_ms: i64) {
        self.each(member, |pool, place| {
            pool.advance(now_ms);
            pool.credit(place, turns);
        });
    }

    pub(super) fn stand(&mut self, member: MemberId, staff: Staff, now_ms: i64) {
        self.each(member, |pool, place| {
            pool.advance(now_ms);
            pool.stand(place, staff.standing, now_ms);
            pool.work(place, staff.open, now_ms);
        });
    }

    pub(super) fn stand_all(&mut self, staff: impl Fn(MemberId) -> Option<Staff>, now_ms: i64) {
        let seating = Arc::clone(&self.seating);
        for (pool, seats) in self.pools.iter_mut().zip(&seating.pools) {
            for (place, (member, _)) in seats.iter().enumerate() {
                if let Some(staff) = staff(*member) {
                    pool.stand(place as Place, staff.standing, now_ms);
                    pool.work(place as Place, staff.open, now_ms);
                }
            }
        }
    }
}
