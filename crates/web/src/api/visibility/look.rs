//! A look through somebody's eyes, today or under a rule that is tried, and why one sees another or not.

use guanxi_app::{
    Me, Result,
    visibility::{self as app, Difference, Trial},
};
use guanxi_model::{
    department::DepartmentId,
    id::MemberId,
    visibility::{Outcome, Why},
};
use guanxi_store::Tx;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{RuleTerms, acting, find_rule};
use crate::api::{
    answer::Item,
    call::Call,
    directory::MemberRef,
    me::DepartmentRef,
    shape::{Empty, Id, words},
};

/// Through whose eyes to look, today or under a rule that is tried.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Look {
    /// Number of the member through whose eyes to look.
    viewer: Id,
    /// A rule as it might be: a new one, or with `replaces` another.
    #[serde(default)]
    rule: Option<RuleTerms>,
    /// Number of the rule that `rule` would replace; without `rule` of one that would go.
    #[serde(default)]
    replaces: Option<Id>,
}

/// A department as seen.
#[derive(Debug, Serialize, JsonSchema)]
struct SeenCount {
    /// Which.
    department: DepartmentRef,
    /// Colleagues in it and below whom he would see.
    members: usize,
}

/// What would appear or vanish.
#[derive(Debug, Serialize, JsonSchema)]
struct DifferenceView {
    /// Departments.
    departments: Vec<DepartmentRef>,
    /// The first people.
    first: Vec<MemberRef>,
    /// How many people there are in all.
    members: usize,
}

/// What somebody would see.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PreviewView {
    /// Departments whose names he would see, in the order of the tree.
    departments: Vec<SeenCount>,
    /// Colleagues whom he would see.
    total: usize,
    /// What he does not see today.
    appears: DifferenceView,
    /// What he sees today and would not then.
    vanishes: DifferenceView,
}

fn department(me: &Me, id: DepartmentId) -> DepartmentRef {
    let node = me.corp.tree().find(id);
    DepartmentRef {
        number: id.0,
        name: node.map(|node| node.name.clone()).unwrap_or_default(),
    }
}

fn difference(me: &Me, difference: Difference) -> DifferenceView {
    let departments = difference.departments.into_iter();
    let first = difference.first.into_iter();
    DifferenceView {
        departments: departments.map(|id| department(me, id)).collect(),
        first: first
            .map(|colleague| MemberRef {
                id: colleague.id.into(),
                name: colleague.name,
            })
            .collect(),
        members: difference.members,
    }
}

/// `POST /admin/visibility/preview`
pub(crate) fn preview(tx: &mut Tx<'_>, call: &Call<Empty, Look>) -> Result<Item<PreviewView>> {
    let me = acting(tx, call)?;
    let look = &call.body;
    let replaced = match look.replaces {
        Some(id) => Some(find_rule(&me, id.into())?.id),
        None => None,
    };
    let trial = match (&look.rule, replaced) {
        (Some(rule), replaced) => Trial::Put(rule.draft(replaced)?),
        (None, Some(id)) => Trial::Delete(id),
        (None, None) => Trial::Today,
    };
    let viewer: MemberId = look.viewer.into();
    let seen = app::preview(tx, &call.cx, &me, viewer, trial)?;
    let departments = seen.departments.into_iter();
    Ok(Item(PreviewView {
        departments: departments
            .map(|seen| SeenCount {
                department: department(&me, seen.id),
                members: seen.members,
            })
            .collect(),
        total: seen.total,
        appears: difference(&me, seen.appears),
        vanishes: difference(&me, seen.vanishes),
    }))
}

/// Who, and whom he sees or not.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pair {
    /// Number of the one who looks.
    viewer: Id,
    /// Number of the one who is looked for.
    target: Id,
}

words! {
    /// What a check comes to.
    OutcomeWord of Outcome {
        /// It shows the target.
        Shows,
        /// It hides the target.
        Hides,
        /// It would hide, but not from this viewer.
        Spares,
        /// It has nothing to do with the two.
        NotConcerned,
    }
}

words! {
    /// Why a check comes to that.
    WhyWord of Why {
        /// Everybody sees himself.
        Himself,
        /// A permission holds.
        Granted,
        /// A permission has expired.
        GrantExpired,
        /// There is no permission.
        NotGranted,
        /// The viewer leads the target.
        Leads,
        /// The viewer does not lead the target.
        DoesNotLead,
        /// A rule hides the member.
        MemberHidden,
        /// No rule hides the member.
        MemberNotHidden,
        /// A rule hides the department.
        DepartmentHidden,
        /// No rule hides the departments.
        DepartmentsNotHidden,
        /// The target is in no department.
        NoDepartment,
        /// The viewer is inside what is hidden.
        Insider,
        /// The viewer is an exception.
        Exception,
        /// The target is inside the viewer's limit.
        InsideLimit,
        /// The target is outside the viewer's limit.
        OutsideLimit,
        /// The viewer is not limited.
        NotLimited,
        /// Nothing stands between the two.
        Free,
    }
}

/// One check.
#[derive(Debug, Serialize, JsonSchema)]
struct StepView {
    /// Number of the rule or permission.
    rule: Option<Id>,
    /// Number of the department.
    department: Option<i64>,
    /// What it comes to.
    outcome: OutcomeWord,
    /// Why.
    why: WhyWord,
}

/// Why one member sees another or not.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ExplanationView {
    /// Whether he does.
    visible: bool,
    /// Number of the rule or permission that decides, if one does.
    deciding: Option<Id>,
    /// The checks, in their order.
    steps: Vec<StepView>,
}

/// `GET /admin/visibility/explanation`
pub(crate) fn explain(tx: &mut Tx<'_>, call: &Call<Pair>) -> Result<Item<ExplanationView>> {
    let me = acting(tx, call)?;
    let (viewer, target) = (call.query.viewer.into(), call.query.target.into());
    let explained = app::explain(tx, &call.cx, &me, viewer, target)?;
    let explanation = explained.explanation;
    let steps = explanation.steps.into_iter();
    Ok(Item(ExplanationView {
        visible: explanation.visible,
        deciding: explanation.deciding.map(Id::from),
        steps: steps
            .map(|step| StepView {
                rule: step.rule.map(Id::from),
                department: step.department.map(|id| id.0),
                outcome: step.outcome.into(),
                why: step.why.into(),
            })
            .collect(),
    }))
}
