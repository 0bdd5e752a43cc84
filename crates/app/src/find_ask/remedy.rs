//! The remedy that changes a rule: the asking member's department becomes an exception of it, and he is answered.

use guanxi_model::{
    department::DepartmentId,
    field,
    id::{AskId, MemberId, RuleId},
    role::Right,
    visibility::{Policy, Rule, Subject, Target},
};
use guanxi_store::{self as store, Tx};

use super::{ANSWER_MAX, close, find};
use crate::{
    Cx, Error, Me, Result,
    visibility::{self, Draft},
};

/// What it would mean to make the asking member's department an exception of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Widening {
    /// The rule.
    pub rule: RuleId,
    /// His main department.
    pub department: DepartmentId,
    /// Members for whom the rule would hold no longer.
    pub viewers: usize,
    /// Members whom the rule hides; none under a limit, which concerns everybody else.
    pub hidden: Option<usize>,
    /// Whether he would see the other member then; else another rule still stands between them.
    pub suffices: bool,
}

/// Works out what the exception would mean; None where there is none to make.
pub fn widening(
    tx: &mut Tx<'_>,
    cx: &Cx,
    me: &Me,
    id: AskId,
    target: MemberId,
    rule: RuleId,
) -> Result<Option<Widening>> {
    me.require(Right::EditVisibility)?;
    let asker = find(tx, me, id)?.member;
    let Some((wide, department)) = widened(tx, me, asker, rule)? else {
        return Ok(None);
    };
    let Some(old) = me.corp.rules.iter().find(|old| old.id == rule).cloned() else {
        return Ok(None);
    };
    let hides = old.kind == guanxi_model::visibility::Kind::Hide;
    let impacts = visibility::of_rules(tx, me, &[old, wide.clone()])?;
    let [before, after] = impacts.as_slice() else {
        return Ok(None);
    };
    Ok(Some(Widening {
        rule,
        department,
        viewers: before.bound - after.bound,
        hidden: hides.then_some(before.covered),
        suffices: suffices(tx, cx, me, (asker, target), wide)?,
    }))
}

/// Makes the asking member's main department an exception of a rule, and answers him. The answer may be empty.
pub fn except_and_answer(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: AskId,
    rule: RuleId,
    text: &str,
) -> Result<Rule> {
    let me = cx.me_with(tx, Right::AnswerAsks)?;
    let text = field::text("answer", text, 0, ANSWER_MAX)?;
    let asker = find(tx, &me, id)?.member;
    let (wide, _) = widened(tx, &me, asker, rule)?.ok_or(Error::not_found("rule"))?;
    let rule = visibility::put_rule(tx, cx, Draft::from(wide))?;
    close(tx, cx, &me, id, &text, None)?;
    Ok(rule)
}

/// The rule with one exception more, and which.
fn widened(
    tx: &mut Tx<'_>,
    me: &Me,
    asker: MemberId,
    rule: RuleId,
) -> Result<Option<(Rule, DepartmentId)>> {
    let asker = store::member::find(tx, me.corp_id, asker)?.ok_or(Error::not_found("member"))?;
    let rule = me.corp.rules.iter().find(|other| other.id == rule).cloned();
    let Some((mut rule, department)) = rule.zip(asker.profile.main_department()) else {
        return Ok(None);
    };
    let exception = Subject::Department(department);
    if rule.exceptions.contains(&exception) {
        return Ok(None);
    }
    rule.exceptions.push(exception);
    Ok(Some((rule, department)))
}

fn suffices(
    tx: &mut Tx<'_>,
    cx: &Cx,
    me: &Me,
    (viewer, target): (MemberId, MemberId),
    wide: Rule,
) -> Result<bool> {
    let viewer = visibility::find_member(tx, me.corp_id, viewer)?;
    let target = visibility::find_member(tx, me.corp_id, target)?;
    let mut rules = me.corp.rules.clone();
    rules.retain(|rule| rule.id != wide.id);
    rules.push(wide);
    let policy = Policy::new(
        me.corp.tree().clone(),
        rules,
        me.corp.grants.clone(),
        me.corp.settings.leaders_see_below,
    );
    let departments = visibility::departments(&target);
    let scope = policy.scope(&visibility::as_viewer(&me.corp, &viewer), cx.now());
    Ok(scope.sees(&Target {
        id: target.id,
        departments: &departments,
    }))
}
