//! Taking back what an administrator has just done to a rule or a permission, as the audit log has it.

use guanxi_model::{
    id::{AuditId, RuleId},
    role::Right,
    visibility::{Grant, Rule},
};
use guanxi_store::{self as store, Tx};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{Draft, RULES_MAX, check_grant, checked, delete_grant, delete_rule, find_rule, object};
use crate::{Cx, Error, Me, Result, audit, corp, event::Part};

/// How long an act can be taken back, in milliseconds.
pub const UNDO_MS: i64 = 10 * 60_000;

/// Takes back the actor's own last act on a rule or permission, unless somebody has changed it since.
pub fn undo(tx: &mut Tx<'_>, cx: &Cx, id: RuleId) -> Result<()> {
    let me = cx.me_with(tx, Right::EditVisibility)?;
    let last = store::audit::page(
        tx,
        me.corp_id,
        &store::audit::Filter {
            action: "visibility.".into(),
            actor: String::new(),
            object: format!("rule:{id}"),
            from_ms: cx.now() - UNDO_MS,
            until_ms: cx.now() + 1,
            before: AuditId::from_u128(u128::MAX),
            limit: 1,
        },
    )?;
    let last = last.into_iter().next().map(|stored| stored.entry);
    let last = last.ok_or(Error::not_found("rule"))?;
    if last.actor != cx.named() {
        return Err(Error::Conflict {
            code: "changed_meanwhile",
        });
    }
    match last.action.as_ref() {
        "visibility.rule_created" => delete_rule(tx, cx, id).map(drop),
        "visibility.grant_created" => delete_grant(tx, cx, id).map(drop),
        "visibility.rule_deleted" => restore_rule(tx, cx, &me, &parsed(&last.detail)?),
        "visibility.grant_deleted" => restore_grant(tx, cx, &me, &parsed(&last.detail)?),
        "visibility.rule_updated" => revert_rule(tx, cx, &me, id, &parsed(&last.detail)?),
        _ => Err(Error::Conflict {
            code: "changed_meanwhile",
        }),
    }
}

fn parsed<T: DeserializeOwned>(detail: &str) -> Result<T> {
    serde_json::from_str(detail).map_err(|error| Error::Internal(error.to_string()))
}

fn restore_rule(tx: &mut Tx<'_>, cx: &Cx, me: &Me, rule: &Rule) -> Result<()> {
    if me.corp.rules.len() >= RULES_MAX {
        return Err(Error::Conflict { code: "rule_limit" });
    }
    let restored = Rule {
        created_at_ms: rule.created_at_ms,
        created_by: rule.created_by,
        ..checked(tx, cx, me, Draft::from(rule.clone()))?
    };
    store::visibility::put_rule(tx, me.corp_id, &restored)?;
    let action = "visibility.rule_created";
    audit::record(
        tx,
        cx,
        me.corp_id,
        action,
        Some(object(rule.id)),
        &json!(restored),
    )?;
    corp::touch_part(tx, cx, me.corp_id, Part::Visibility)
}

fn restore_grant(tx: &mut Tx<'_>, cx: &Cx, me: &Me, grant: &Grant) -> Result<()> {
    check_grant(tx, me, grant.viewer, grant.target)?;
    // Its time may have come meanwhile.
    if !grant.is_live(cx.now()) {
        return Err(Error::not_found("grant"));
    }
    store::visibility::put_grant(tx, me.corp_id, grant)?;
    let action = "visibility.grant_created";
    audit::record(
        tx,
        cx,
        me.corp_id,
        action,
        Some(object(grant.id)),
        &json!(grant),
    )?;
    corp::touch_part(tx, cx, me.corp_id, Part::Visibility)
}

/// The log keeps of a change what differs; laid over the rule of today it gives the rule of before.
fn revert_rule(tx: &mut Tx<'_>, cx: &Cx, me: &Me, id: RuleId, change: &Value) -> Result<()> {
    let now = find_rule(me, id).ok_or(Error::not_found("rule"))?;
    let (now, mut before) = (json!(now), json!(now));
    if let (Some(members), Some(old)) = (before.as_object_mut(), change["before"].as_object()) {
        members.extend(old.clone());
    }
    let rule: Rule =
        serde_json::from_value(before).map_err(|error| Error::Internal(error.to_string()))?;
    let rule = checked(tx, cx, me, Draft::from(rule))?;
    store::visibility::put_rule(tx, me.corp_id, &rule)?;
    let action = "visibility.rule_updated";
    audit::change(
        tx,
        cx,
        me.corp_id,
        action,
        Some(object(id)),
        &now,
        &json!(rule),
    )?;
    corp::touch_part(tx, cx, me.corp_id, Part::Visibility)
}
