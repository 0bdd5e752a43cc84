//! Visibility rules and single permissions as administrators set them: writing, trying out, explaining, sweeping.
//!
//! Who sees whom is decided in `guanxi_model::visibility` alone; this is about the rules themselves.

mod impact;
mod preview;
mod undo;

use std::collections::HashMap;

use guanxi_model::{
    corp::DAY_MS,
    field,
    id::{CorpId, MemberId, RuleId},
    role::Right,
    visibility::{Explanation, Extent, Grant, Kind, Rule, Subject, Target, Viewer},
};
use guanxi_store::{self as store, Tx, member::Member};
use rustc_hash::FxHashSet;
use serde_json::json;

pub(crate) use impact::of_rules;
pub use impact::{Impact, impact, impacts};
pub use preview::{
    Colleague, DIFFERENCE_SHOWN, Difference, Preview, SeenDepartment, Trial, preview,
};
pub use undo::{UNDO_MS, undo};

use crate::{Cx, Error, Me, Result, audit, corp, event::Part};

/// Most rules of a corp.
pub const RULES_MAX: usize = 200;
/// Most single permissions of a corp at a time.
pub const GRANTS_MAX: usize = 2000;
/// Most subjects in one list of a rule.
pub const SUBJECTS_MAX: usize = 200;
/// Longest note, in characters.
pub const NOTE_MAX: usize = 60;
/// Longest time that a permission with an end may hold, in days.
pub const GRANT_DAYS_MAX: u32 = 365;

/// A rule as an administrator wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The rule that it takes the place of; a rule of this id that was deleted comes back.
    pub id: Option<RuleId>,
    /// What it does.
    pub kind: Kind,
    /// The hidden ones, or the viewers under a limit.
    pub subject: Subject,
    /// Viewers to whom it does not apply.
    pub exceptions: Vec<Subject>,
    /// The administrator's own words.
    pub note: String,
}

impl From<Rule> for Draft {
    fn from(rule: Rule) -> Self {
        Self {
            id: Some(rule.id),
            kind: rule.kind,
            subject: rule.subject,
            exceptions: rule.exceptions,
            note: rule.note,
        }
    }
}

/// All rules and permissions, with names of the members in them.
#[derive(Debug, Clone)]
pub struct Listing {
    /// Rules, the oldest first.
    pub rules: Vec<Rule>,
    /// Permissions that hold now, the oldest first.
    pub grants: Vec<Grant>,
    /// Names of members whom they concern or who set them.
    pub names: HashMap<MemberId, String>,
}

/// All rules and the permissions that hold now.
pub fn list(tx: &mut Tx<'_>, cx: &Cx, me: &Me) -> Result<Listing> {
    me.require(Right::EditVisibility)?;
    let rules = me.corp.rules.clone();
    let mut grants = me.corp.grants.clone();
    grants.retain(|grant| grant.is_live(cx.now()));
    let subjects = rules
        .iter()
        .flat_map(subjects)
        .chain(grants.iter().flat_map(|grant| [grant.viewer, grant.target]))
        .filter_map(|subject| match subject {
            Subject::Member(id) => Some(id),
            Subject::Department(_) => None,
        });
    let concerned: FxHashSet<MemberId> = subjects
        .chain(rules.iter().filter_map(|rule| rule.created_by))
        .collect();
    let concerned: Vec<MemberId> = concerned.into_iter().collect();
    let members = store::member::list_among(tx, me.corp_id, &concerned)?;
    let names = members.into_iter();
    let names = names
        .map(|member| (member.id, member.profile.name))
        .collect();
    Ok(Listing {
        rules,
        grants,
        names,
    })
}

/// Writes a rule, new or changed.
pub fn put_rule(tx: &mut Tx<'_>, cx: &Cx, draft: Draft) -> Result<Rule> {
    let me = cx.me_with(tx, Right::EditVisibility)?;
    let old = draft.id.and_then(|id| find_rule(&me, id));
    if old.is_none() && me.corp.rules.len() >= RULES_MAX {
        return Err(Error::Conflict { code: "rule_limit" });
    }
    let rule = checked(tx, cx, &me, draft)?;
    if old == Some(&rule) {
        return Ok(rule);
    }
    store::visibility::put_rule(tx, me.corp_id, &rule)?;
    let object = Some(object(rule.id));
    let corp = me.corp_id;
    match old {
        None => audit::record(
            tx,
            cx,
            corp,
            "visibility.rule_created",
            object,
            &json!(rule),
        )?,
        Some(old) => {
            let (before, after) = (json!(old), json!(rule));
            audit::change(
                tx,
                cx,
                corp,
                "visibility.rule_updated",
                object,
                &before,
                &after,
            )?;
        }
    }
    corp::touch_part(tx, cx, corp, Part::Visibility)?;
    Ok(rule)
}

/// Deletes a rule and hands it back; as a draft it comes back as it was.
pub fn delete_rule(tx: &mut Tx<'_>, cx: &Cx, id: RuleId) -> Result<Rule> {
    let me = cx.me_with(tx, Right::EditVisibility)?;
    let rule = find_rule(&me, id).cloned();
    let rule = rule.ok_or(Error::not_found("rule"))?;
    store::visibility::delete(tx, me.corp_id, id)?;
    let action = "visibility.rule_deleted";
    audit::record(tx, cx, me.corp_id, action, Some(object(id)), &json!(rule))?;
    corp::touch_part(tx, cx, me.corp_id, Part::Visibility)?;
    Ok(rule)
}

/// Lets a viewer see a target in spite of all rules, for some days or for good.
pub fn put_grant(
    tx: &mut Tx<'_>,
    cx: &Cx,
    viewer: Subject,
    target: Subject,
    days: Option<u32>,
) -> Result<Grant> {
    let me = cx.me_with(tx, Right::EditVisibility)?;
    grant(tx, cx, &me, viewer, target, days)
}

/// Takes a permission back and names it.
pub fn delete_grant(tx: &mut Tx<'_>, cx: &Cx, id: RuleId) -> Result<Grant> {
    let me = cx.me_with(tx, Right::EditVisibility)?;
    let found = me.corp.grants.iter().find(|grant| grant.id == id).cloned();
    let grant = found.ok_or(Error::not_found("grant"))?;
    store::visibility::delete(tx, me.corp_id, id)?;
    let action = "visibility.grant_deleted";
    audit::record(tx, cx, me.corp_id, action, Some(object(id)), &json!(grant))?;
    corp::touch_part(tx, cx, me.corp_id, Part::Visibility)?;
    Ok(grant)
}

/// Sets whether leaders see everybody below them, whatever the rules say.
pub fn set_leaders_see_below(tx: &mut Tx<'_>, cx: &Cx, on: bool) -> Result<()> {
    let me = cx.me_with(tx, Right::EditVisibility)?;
    let before = &me.corp.settings;
    if before.leaders_see_below == on {
        return Ok(());
    }
    let mut after = before.clone();
    after.leaders_see_below = on;
    store::corp::update(tx, me.corp_id, &me.corp.name, &after)?;
    let object = Some(("corp", me.corp_id.to_string()));
    let (before, after) = (
        json!({ "leaders_see_below": !on }),
        json!({ "leaders_see_below": on }),
    );
    audit::change(tx, cx, me.corp_id, "corp.updated", object, &before, &after)?;
    corp::touch_part(tx, cx, me.corp_id, Part::Visibility)
}

/// Members with these ids, whatever their state; one that does not exist is left out.
pub fn find_members(
    tx: &mut Tx<'_>,
    me: &Me,
    ids: &[MemberId],
) -> Result<HashMap<MemberId, Member>> {
    me.require(Right::EditVisibility)?;
    let members = store::member::list_among(tx, me.corp_id, ids)?;
    Ok(members
        .into_iter()
        .map(|member| (member.id, member))
        .collect())
}

/// Why one member sees another or not, with the rules in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// The checks and the answer. Status is no matter of visibility.
    pub explanation: Explanation,
    /// Rules that the checks name.
    pub rules: Vec<Rule>,
    /// Permissions that the checks name.
    pub grants: Vec<Grant>,
}

/// Explains why a viewer sees a target or not.
pub fn explain(
    tx: &mut Tx<'_>,
    cx: &Cx,
    me: &Me,
    viewer: MemberId,
    target: MemberId,
) -> Result<Explained> {
    me.require(Right::EditVisibility)?;
    let viewer = find_member(tx, me.corp_id, viewer)?;
    let target = find_member(tx, me.corp_id, target)?;
    Ok(explained(&me.corp, &viewer, &target, cx.now()))
}

/// Deletes permissions whose time is over, in all corps; returns how many. For the job loop.
pub fn sweep_grants(tx: &mut Tx<'_>, cx: &Cx) -> Result<usize> {
    let over = store::visibility::delete_expired(tx, cx.now())?;
    let mut corps: Vec<CorpId> = Vec::new();
    for (corp, grant) in &over {
        let action = "visibility.grant_expired";
        audit::record(tx, cx, *corp, action, Some(object(grant.id)), &json!(grant))?;
        if !corps.contains(corp) {
            corps.push(*corp);
        }
    }
    for corp in corps {
        corp::touch_part(tx, cx, corp, Part::Visibility)?;
    }
    Ok(over.len())
}

/// Writes a permission for an actor whose right has been checked.
pub(crate) fn grant(
    tx: &mut Tx<'_>,
    cx: &Cx,
    me: &Me,
    viewer: Subject,
    target: Subject,
    days: Option<u32>,
) -> Result<Grant> {
    if days.is_some_and(|days| !(1..=GRANT_DAYS_MAX).contains(&days)) {
        return Err(Error::invalid("days", "out_of_range"));
    }
    check_grant(tx, me, viewer, target)?;
    let grant = Grant {
        id: cx.new_id(RuleId::from_u128),
        viewer,
        target,
        expires_at_ms: days.map(|days| cx.now() + i64::from(days) * DAY_MS),
    };
    store::visibility::put_grant(tx, me.corp_id, &grant)?;
    let action = "visibility.grant_created";
    audit::record(
        tx,
        cx,
        me.corp_id,
        action,
        Some(object(grant.id)),
        &json!(grant),
    )?;
    corp::touch_part(tx, cx, me.corp_id, Part::Visibility)?;
    Ok(grant)
}

/// Refuses a permission too many, or one for somebody who does not exist.
fn check_grant(tx: &mut Tx<'_>, me: &Me, viewer: Subject, target: Subject) -> Result<()> {
    if me.corp.grants.len() >= GRANTS_MAX {
        return Err(Error::Conflict {
            code: "grant_limit",
        });
    }
    check_subject(tx, me, "viewer", viewer)?;
    check_subject(tx, me, "target", target)
}

/// The explanation for two members as they are stored.
pub(crate) fn explained(
    corp: &corp::State,
    viewer: &Member,
    target: &Member,
    now_ms: i64,
) -> Explained {
    let departments = departments(target);
    let target = Target {
        id: target.id,
        departments: &departments,
    };
    let explanation = corp
        .policy
        .explain(&as_viewer(corp, viewer), &target, now_ms);
    let named: FxHashSet<RuleId> = explanation.steps.iter().filter_map(|s| s.rule).collect();
    let rules = corp.rules.iter().filter(|rule| named.contains(&rule.id));
    let grants = corp.grants.iter().filter(|grant| named.contains(&grant.id));
    Explained {
        rules: rules.cloned().collect(),
        grants: grants.cloned().collect(),
        explanation,
    }
}

pub(crate) fn departments(member: &Member) -> Vec<guanxi_model::department::DepartmentId> {
    let places = member.profile.places.iter();
    places.map(|place| place.department).collect()
}

pub(crate) fn as_viewer(corp: &corp::State, member: &Member) -> Viewer {
    Viewer {
        id: member.id,
        departments: departments(member),
        leads: corp.leads(member.id).to_vec(),
    }
}

pub(crate) fn find_member(tx: &mut Tx<'_>, corp: CorpId, id: MemberId) -> Result<Member> {
    store::member::find(tx, corp, id)?.ok_or(Error::not_found("member"))
}

fn find_rule(me: &Me, id: RuleId) -> Option<&Rule> {
    me.corp.rules.iter().find(|rule| rule.id == id)
}

/// Everybody whom a rule names.
fn subjects(rule: &Rule) -> Vec<Subject> {
    let mut subjects = vec![rule.subject];
    subjects.extend(&rule.exceptions);
    if let Kind::Limit { listed, .. } = &rule.kind {
        subjects.extend(listed);
    }
    subjects
}

/// The rule that a draft makes, if all whom it names exist.
fn checked(tx: &mut Tx<'_>, cx: &Cx, me: &Me, draft: Draft) -> Result<Rule> {
    let note = field::line("note", &draft.note, 0, NOTE_MAX)?;
    check_subject(tx, me, "subject", draft.subject)?;
    let exceptions = checked_list(tx, me, "exceptions", draft.exceptions)?;
    let kind = match draft.kind {
        Kind::Hide => Kind::Hide,
        Kind::Limit { extent, listed } => {
            let listed = checked_list(tx, me, "listed", listed)?;
            if extent == Extent::Listed && listed.is_empty() {
                return Err(Error::invalid("listed", "required"));
            }
            Kind::Limit { extent, listed }
        }
    };
    if draft
        .id
        .is_some_and(|id| me.corp.grants.iter().any(|grant| grant.id == id))
    {
        return Err(Error::not_found("rule"));
    }
    let old = draft.id.and_then(|id| find_rule(me, id));
    Ok(Rule {
        id: draft.id.unwrap_or_else(|| cx.new_id(RuleId::from_u128)),
        kind,
        subject: draft.subject,
        exceptions,
        note,
        created_at_ms: old.map_or(cx.now(), |old| old.created_at_ms),
        created_by: old.map_or(Some(me.member.id), |old| old.created_by),
    })
}

fn checked_list(
    tx: &mut Tx<'_>,
    me: &Me,
    field: &'static str,
    mut subjects: Vec<Subject>,
) -> Result<Vec<Subject>> {
    if subjects.len() > SUBJECTS_MAX {
        return Err(Error::invalid(field, "too_many"));
    }
    let mut seen = FxHashSet::default();
    subjects.retain(|subject| seen.insert(*subject));
    for subject in &subjects {
        check_subject(tx, me, field, *subject)?;
    }
    Ok(subjects)
}

fn check_subject(tx: &mut Tx<'_>, me: &Me, field: &'static str, subject: Subject) -> Result<()> {
    let exists = match subject {
        Subject::Department(id) => me.corp.tree().find(id).is_some(),
        Subject::Member(id) => store::member::find(tx, me.corp_id, id)?.is_some(),
    };
    if exists {
        Ok(())
    } else {
        Err(Error::invalid(field, "unknown_subject"))
    }
}

fn object(id: RuleId) -> (&'static str, String) {
    ("rule", id.to_string())
}
