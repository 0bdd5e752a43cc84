//! The numbered rules written down once more, as slowly and plainly as they read, and held against the policy.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// Policies to try; each with one viewer and every member as target.
const POLICIES: u64 = 10_000;
/// A department that no tree has.
const GONE: i64 = 99;

struct World {
    parents: BTreeMap<DepartmentId, Option<DepartmentId>>,
    members: BTreeMap<MemberId, Vec<DepartmentId>>,
    rules: Vec<Rule>,
    grants: Vec<Grant>,
    leaders_see_below: bool,
}

impl World {
    fn within(&self, department: DepartmentId, top: DepartmentId) -> bool {
        let mut next = self.parents.contains_key(&department).then_some(department);
        while let Some(here) = next {
            if here == top {
                return true;
            }
            next = self.parents[&here];
        }
        false
    }

    fn covers(&self, subject: Subject, id: MemberId) -> bool {
        match subject {
            Subject::Member(named) => named == id,
            Subject::Department(top) => self.members[&id].iter().any(|&own| self.within(own, top)),
        }
    }

    fn excepts(&self, rule: &Rule, id: MemberId) -> bool {
        rule.exceptions
            .iter()
            .any(|&exception| self.covers(exception, id))
    }

    /// Rules 2 and 3 for everyone in a department.
    fn is_over(&self, viewer: &Viewer, department: DepartmentId) -> bool {
        let granted = self.grants.iter().any(|grant| {
            grant.is_live(NOW)
                && self.covers(grant.viewer, viewer.id)
                && matches!(grant.target, Subject::Department(top) if self.within(department, top))
        });
        let led = viewer.leads.iter().any(|&top| self.within(department, top));
        granted || (self.leaders_see_below && led)
    }

    /// Rule 4.
    fn is_hidden(&self, viewer: &Viewer, target: MemberId) -> bool {
        self.rules.iter().any(|rule| {
            rule.kind == Kind::Hide
                && rule.subject == Subject::Member(target)
                && !self.excepts(rule, viewer.id)
        })
    }

    /// Rule 5.
    fn is_open(&self, viewer: &Viewer, department: DepartmentId) -> bool {
        self.parents.contains_key(&department)
            && self
                .rules
                .iter()
                .all(|rule| match (&rule.kind, rule.subject) {
                    (Kind::Hide, Subject::Department(top)) if self.within(department, top) => {
                        self.covers(rule.subject, viewer.id) || self.excepts(rule, viewer.id)
                    }
                    _ => true,
                })
    }

    /// Rule 6: the limits under which the viewer stands.
    fn limits(&self, viewer: &Viewer) -> Vec<&Rule> {
        let binds = |rule: &&Rule| {
            rule.kind != Kind::Hide
                && self.covers(rule.subject, viewer.id)
                && !self.excepts(rule, viewer.id)
        };
        self.rules.iter().filter(binds).collect()
    }

    fn allows_department(&self, rule: &Rule, viewer: &Viewer, department: DepartmentId) -> bool {
        let Kind::Limit { extent, listed } = &rule.kind else {
            return false;
        };
        let own = viewer.departments.iter().any(|&own| {
            let counts = match rule.subject {
                Subject::Department(top) => self.within(own, top),
                Subject::Member(_) => true,
            };
            counts && self.within(department, own)
        });
        (*extent == Extent::OwnDepartment && own)
            || listed
                .iter()
                .any(|&one| matches!(one, Subject::Department(top) if self.within(department, top)))
    }

    fn is_visible_department(&self, viewer: &Viewer, department: DepartmentId) -> bool {
        let limits = self.limits(viewer);
        self.is_open(viewer, department)
            && (limits.is_empty()
                || limits
                    .iter()
                    .any(|rule| self.allows_department(rule, viewer, department)))
    }

    fn sees(&self, viewer: &Viewer, target: MemberId) -> bool {
        let departments = &self.members[&target];
        let granted = self.grants.iter().any(|grant| {
            grant.is_live(NOW)
                && self.covers(grant.viewer, viewer.id)
                && self.covers(grant.target, target)
        });
        let led = viewer
            .leads
            .iter()
            .any(|&top| self.covers(Subject::Department(top), target));
        if viewer.id == target || granted || (self.leaders_see_below && led) {
            return true;
        }
        if self.is_hidden(viewer, target) {
            return false;
        }
        let by_name = self.limits(viewer).iter().any(
            |rule| matches!(&rule.kind, Kind::Limit { listed, .. } if listed.contains(&Subject::Member(target))),
        );
        departments
            .iter()
            .any(|&department| self.is_visible_department(viewer, department))
            || (by_name
                && departments
                    .iter()
                    .any(|&department| self.is_open(viewer, department)))
    }

    /// Rule 9.
    fn sees_department(&self, viewer: &Viewer, id: DepartmentId) -> bool {
        let is_known = |department: DepartmentId| {
            self.is_visible_department(viewer, department)
                || self.is_over(viewer, department)
                || viewer.departments.contains(&department)
        };
        is_known(id)
            || (self.is_open(viewer, id)
                && self
                    .parents
                    .keys()
                    .any(|&below| self.within(below, id) && is_known(below)))
    }

    fn policy_without(&self, left_out: &BTreeSet<RuleId>) -> Policy {
        let departments = self.parents.iter().map(|(&id, &parent)| Department {
            id,
            parent,
            name: String::new(),
            order: 0,
        });
        let rules = self
            .rules
            .iter()
            .filter(|rule| !left_out.contains(&rule.id))
            .cloned()
            .collect();
        Policy::new(
            Tree::new(departments.collect()),
            rules,
            self.grants.clone(),
            self.leaders_see_below,
        )
    }
}

/// SplitMix64: the same corps in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (x ^ (x >> 31)) % bound
    }

    fn department(&mut self, count: u64) -> DepartmentId {
        DepartmentId(if self.below(40) == 0 {
            GONE
        } else {
            1 + self.below(count) as i64
        })
    }

    fn departments(&mut self, most: u64, count: u64) -> Vec<DepartmentId> {
        (0..self.below(most + 1))
            .map(|_| self.department(count))
            .collect()
    }

    fn subject(&mut self, departments: u64, members: u64) -> Subject {
        if self.below(2) == 0 {
            Subject::Department(self.department(departments))
        } else {
            Subject::Member(member(1 + u128::from(self.below(members))))
        }
    }

    fn subjects(&mut self, departments: u64, members: u64) -> Vec<Subject> {
        (0..self.below(4))
            .map(|_| self.subject(departments, members))
            .collect()
    }

    fn kind(&mut self, departments: u64, members: u64) -> Kind {
        let extent = match self.below(6) {
            0 => Extent::OnlySelf,
            1 => Extent::OwnDepartment,
            2 => Extent::Listed,
            _ => return Kind::Hide,
        };
        limit(extent, self.subjects(departments, members))
    }

    fn world(&mut self) -> World {
        let departments = 1 + self.below(30);
        let members = 1 + self.below(40);
        let parents = (1..=departments).map(|id| {
            let parent = (id > 1).then(|| DepartmentId(1 + self.below(id - 1) as i64));
            (DepartmentId(id as i64), parent)
        });
        let parents = parents.collect();
        let homes = (1..=members).map(|id| (member(id.into()), self.departments(3, departments)));
        let homes = homes.collect();
        let rules = (0..self.below(7)).map(|number| {
            let (kind, subject) = (
                self.kind(departments, members),
                self.subject(departments, members),
            );
            rule(
                number.into(),
                kind,
                subject,
                self.subjects(departments, members),
            )
        });
        let rules = rules.collect();
        let grants = (0..self.below(4)).map(|number| {
            let expires_at_ms = [None, Some(NOW), Some(NOW + 1)][self.below(3) as usize];
            let (viewer, target) = (
                self.subject(departments, members),
                self.subject(departments, members),
            );
            grant(100 + u128::from(number), viewer, target, expires_at_ms)
        });
        let grants = grants.collect();
        World {
            parents,
            members: homes,
            rules,
            grants,
            leaders_see_below: self.below(2) == 0,
        }
    }
}

#[test]
fn the_policy_agrees_with_the_rules_as_written() {
    let (mut shown, mut hidden) = (0, 0);
    for seed in 0..POLICIES {
        let mut dice = Dice(seed << 20);
        let world = dice.world();
        let count = world.parents.len() as u64;
        let id = member(1 + u128::from(dice.below(world.members.len() as u64)));
        let viewer = Viewer {
            id,
            departments: world.members[&id].clone(),
            leads: dice.departments(2, count),
        };
        let policy = world.policy_without(&BTreeSet::new());
        let scope = policy.scope(&viewer, NOW);
        check_departments(seed, &world, &viewer, &scope);
        for (&id, departments) in &world.members {
            let visible = world.sees(&viewer, id);
            *(if visible { &mut shown } else { &mut hidden }) += 1;
            assert_eq!(
                scope.sees(&Target { id, departments }),
                visible,
                "seed {seed}, target {id}"
            );
            if dice.below(5) == 0 {
                check_explanation(seed, &world, &policy, &viewer, Target { id, departments });
            }
        }
        check_reach(seed, &world, &viewer, &scope);
    }
    assert!(
        shown > 50_000 && hidden > 50_000,
        "{shown} shown, {hidden} hidden: too one-sided to say much"
    );
}

fn check_departments(seed: u64, world: &World, viewer: &Viewer, scope: &Scope) {
    for &id in world.parents.keys() {
        assert_eq!(
            scope.sees_department(id),
            world.sees_department(viewer, id),
            "seed {seed}, {id:?}"
        );
    }
    assert!(!scope.sees_department(DepartmentId(GONE)));
}

/// The form of the search index says the same, without a look at anything else.
fn check_reach(seed: u64, world: &World, viewer: &Viewer, scope: &Scope) {
    let reach = scope.reach(|id| &world.members[&id]);
    for (id, departments) in &world.members {
        let in_departments = departments
            .iter()
            .any(|department| reach.departments.contains(department));
        let visible = reach.plus.contains(id) || (!reach.minus.contains(id) && in_departments);
        assert_eq!(
            visible,
            world.sees(viewer, *id),
            "seed {seed}, reach of {id}"
        );
        let stands = departments
            .iter()
            .any(|department| world.parents.contains_key(department));
        assert!(
            !reach.is_everything || visible || !stands,
            "seed {seed}, everything but {id}"
        );
    }
}

/// The steps bear the answer out, and the rules that they blame are the whole reason.
fn check_explanation(
    seed: u64,
    world: &World,
    policy: &Policy,
    viewer: &Viewer,
    target: Target<'_>,
) {
    let explanation = policy.explain(viewer, &target, NOW);
    let visible = world.sees(viewer, target.id);
    assert_eq!(
        explanation.visible, visible,
        "seed {seed}, explanation of {}",
        target.id
    );
    let due = if visible {
        Outcome::Shows
    } else {
        Outcome::Hides
    };
    assert!(
        explanation.steps.iter().any(|step| step.outcome == due),
        "seed {seed}: {explanation:?}"
    );
    if !visible && !world.is_hidden(viewer, target.id) {
        let contradicted = explanation
            .steps
            .iter()
            .any(|step| step.outcome == Outcome::Shows);
        assert!(!contradicted, "seed {seed}: {explanation:?}");
    }
    let blamed: BTreeSet<RuleId> = explanation
        .steps
        .iter()
        .filter(|step| step.outcome == Outcome::Hides)
        .filter_map(|step| step.rule)
        .collect();
    let stands = target
        .departments
        .iter()
        .any(|department| world.parents.contains_key(department));
    if !visible && stands {
        let freed = world.policy_without(&blamed).scope(viewer, NOW);
        assert!(
            freed.sees(&target),
            "seed {seed}: more stood in the way than {explanation:?}"
        );
        assert!(
            explanation
                .deciding
                .is_some_and(|rule| blamed.contains(&rule))
        );
    }
}
