//! Why a viewer sees a member or not, for the administrator: every check with the exact rule.

use rustc_hash::FxHashSet;
use serde::Serialize;

use super::{
    Policy, Scope, Target, Viewer,
    places::Places,
    policy::{Cover, Hide, Limit, Standing, any_covers},
};
use crate::{department::DepartmentId, id::RuleId};

/// What one check says about a viewer and a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Lets the viewer see the target.
    Shows,
    /// Stands between them; another department of the target may still be visible.
    Hides,
    /// Would stand between them, but makes an exception of this viewer.
    Spares,
    /// No rule of this sort concerns them.
    NotConcerned,
}

/// The reason of an outcome, as a stable code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Viewer and target are one (rule 1).
    Himself,
    /// A grant holds (rule 2).
    Granted,
    /// A grant held once.
    GrantExpired,
    /// There is no grant.
    NotGranted,
    /// The viewer leads a department above the target (rule 3).
    Leads,
    /// The viewer does not, or the corp does not count it.
    DoesNotLead,
    /// The target is hidden by name (rule 4).
    MemberHidden,
    /// The target is not hidden by name.
    MemberNotHidden,
    /// The target's department is hidden (rule 5).
    DepartmentHidden,
    /// None of the target's departments is hidden.
    DepartmentsNotHidden,
    /// The target is in no department of the tree (rule 7).
    NoDepartment,
    /// The viewer stands within the hidden subtree himself.
    Insider,
    /// The viewer is among the exceptions.
    Exception,
    /// The target is inside the viewer's limit (rule 6).
    InsideLimit,
    /// The target is outside the viewer's limit (rule 6).
    OutsideLimit,
    /// No limit covers the viewer.
    NotLimited,
    /// Nothing stands between them.
    Free,
}

/// One check on the way to the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The rule or grant, if one was concerned.
    pub rule: Option<RuleId>,
    /// The department of the target that was looked at, where it matters.
    pub department: Option<DepartmentId>,
    /// What the check says.
    pub outcome: Outcome,
    /// Its reason.
    pub why: Why,
}

/// The answer with all checks, in the order of the numbered rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// Whether the viewer sees the target.
    pub visible: bool,
    /// The checks; those after one that shows by rules 1 to 3 are left out.
    pub steps: Vec<Step>,
    /// The first rule or grant to which the answer is due; None if it needed none.
    pub deciding: Option<RuleId>,
}

impl Why {
    /// Stable name, as in keys of texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Himself => "himself",
            Self::Granted => "granted",
            Self::GrantExpired => "grant_expired",
            Self::NotGranted => "not_granted",
            Self::Leads => "leads",
            Self::DoesNotLead => "does_not_lead",
            Self::MemberHidden => "member_hidden",
            Self::MemberNotHidden => "member_not_hidden",
            Self::DepartmentHidden => "department_hidden",
            Self::DepartmentsNotHidden => "departments_not_hidden",
            Self::NoDepartment => "no_department",
            Self::Insider => "insider",
            Self::Exception => "exception",
            Self::InsideLimit => "inside_limit",
            Self::OutsideLimit => "outside_limit",
            Self::NotLimited => "not_limited",
            Self::Free => "free",
        }
    }
}

impl Step {
    fn new(outcome: Outcome, why: Why) -> Self {
        Self {
            rule: None,
            department: None,
            outcome,
            why,
        }
    }

    fn by(mut self, rule: RuleId) -> Self {
        self.rule = Some(rule);
        self
    }

    fn at(mut self, department: DepartmentId) -> Self {
        self.department = Some(department);
        self
    }
}

impl Policy {
    /// Why the viewer sees the target or not; the answer itself is that of [`Policy::scope`].
    pub fn explain(&self, viewer: &Viewer, target: &Target<'_>, now_ms: i64) -> Explanation {
        let scope = self.scope(viewer, now_ms);
        let pair = Pair {
            policy: self,
            viewer,
            scope: &scope,
            eyes: Standing::new(&self.tree, viewer.id, &viewer.departments),
            face: Standing::new(&self.tree, target.id, target.departments),
        };
        let visible = scope.sees(target);
        let steps = pair.steps(visible, now_ms);
        let due = if visible {
            Outcome::Shows
        } else {
            Outcome::Hides
        };
        let deciding = steps
            .iter()
            .find(|step| step.outcome == due)
            .and_then(|step| step.rule);
        Explanation {
            visible,
            steps,
            deciding,
        }
    }
}

struct Pair<'a> {
    policy: &'a Policy,
    viewer: &'a Viewer,
    scope: &'a Scope,
    eyes: Standing,
    face: Standing,
}

impl Pair<'_> {
    fn steps(&self, visible: bool, now_ms: i64) -> Vec<Step> {
        if self.eyes.id == self.face.id {
            return vec![Step::new(Outcome::Shows, Why::Himself)];
        }
        let shows = |steps: &[Step]| steps.iter().any(|step| step.outcome == Outcome::Shows);
        let mut steps = self.grants(now_ms);
        if shows(&steps) {
            return steps;
        }
        steps.push(self.lead());
        if shows(&steps) {
            return steps;
        }
        steps.extend(self.hidden_by_name());
        steps.extend(self.hidden_by_department());
        steps.extend(self.limits());
        if visible && !shows(&steps) {
            let free = Step::new(Outcome::Shows, Why::Free);
            let through = self
                .face
                .places
                .iter()
                .find(|&&place| self.scope.is_open(place));
            steps.push(match through {
                Some(&place) => free.at(self.department(place)),
                None => free,
            });
        }
        steps
    }

    fn department(&self, place: usize) -> DepartmentId {
        self.policy.tree.all()[place].id
    }

    fn grants(&self, now_ms: i64) -> Vec<Step> {
        let concerned = self
            .policy
            .grants
            .iter()
            .filter(|leave| leave.viewer.covers(&self.eyes) && leave.target.covers(&self.face));
        let steps = concerned.map(|leave| {
            let step = if leave.grant.is_live(now_ms) {
                Step::new(Outcome::Shows, Why::Granted)
            } else {
                Step::new(Outcome::NotConcerned, Why::GrantExpired)
            };
            step.by(leave.grant.id)
        });
        or_none(steps.collect(), Why::NotGranted)
    }

    fn lead(&self) -> Step {
        let mut led = self
            .policy
            .led(self.viewer)
            .filter(|run| self.face.within(run));
        match led.next() {
            Some(run) => Step::new(Outcome::Shows, Why::Leads).at(self.department(run.start)),
            None => Step::new(Outcome::NotConcerned, Why::DoesNotLead),
        }
    }

    fn hidden_by_name(&self) -> Vec<Step> {
        let by_name =
            |hide: &&Hide| matches!(hide.subject, Cover::Member(id) if id == self.face.id);
        let steps = self
            .policy
            .hides
            .iter()
            .filter(by_name)
            .map(|hide| self.hide(hide, Why::MemberHidden));
        or_none(steps.collect(), Why::MemberNotHidden)
    }

    fn hidden_by_department(&self) -> Vec<Step> {
        if self.face.places.is_empty() {
            return vec![Step::new(Outcome::Hides, Why::NoDepartment)];
        }
        let mut steps = Vec::new();
        for &place in &self.face.places {
            let over =
                |hide: &&Hide| matches!(&hide.subject, Cover::Places(run) if run.contains(&place));
            for hide in self.policy.hides.iter().filter(over) {
                steps.push(
                    self.hide(hide, Why::DepartmentHidden)
                        .at(self.department(place)),
                );
            }
        }
        or_none(steps, Why::DepartmentsNotHidden)
    }

    fn hide(&self, hide: &Hide, why: Why) -> Step {
        let step = if hide.holds_inside(&self.eyes) {
            Step::new(Outcome::Spares, Why::Insider)
        } else if any_covers(&hide.exceptions, &self.eyes) {
            Step::new(Outcome::Spares, Why::Exception)
        } else {
            Step::new(Outcome::Hides, why)
        };
        step.by(hide.id)
    }

    fn limits(&self) -> Vec<Step> {
        let covering = self
            .policy
            .limits
            .iter()
            .filter(|limit| limit.subject.covers(&self.eyes));
        let steps = covering.map(|limit| {
            let step = if !limit.binds(&self.eyes) {
                Step::new(Outcome::Spares, Why::Exception)
            } else if self.is_inside(limit) {
                Step::new(Outcome::Shows, Why::InsideLimit)
            } else {
                Step::new(Outcome::Hides, Why::OutsideLimit)
            };
            step.by(limit.id)
        });
        or_none(steps.collect(), Why::NotLimited)
    }

    /// Whether the limit by itself allows one of the target's departments that rule 5 leaves open.
    fn is_inside(&self, limit: &Limit) -> bool {
        let tree = &self.policy.tree;
        let mut inside = Places::none(tree.all().len());
        let mut by_name = FxHashSet::default();
        limit.allow(tree, &self.eyes, &mut inside, &mut by_name);
        let by_name = by_name.contains(&self.face.id);
        self.face
            .places
            .iter()
            .any(|&place| self.scope.is_open(place) && (by_name || inside.contains(place)))
    }
}

/// The steps, or the one that says that there was nothing to check.
fn or_none(steps: Vec<Step>, why: Why) -> Vec<Step> {
    if steps.is_empty() {
        vec![Step::new(Outcome::NotConcerned, why)]
    } else {
        steps
    }
}
