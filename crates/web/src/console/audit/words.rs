//! Audit entries in words: who, what and to whom as one sentence, and what a change changed, field by field.

use std::{collections::HashMap, sync::Arc};

use guanxi_app::{Cx, Me, Result, audit};
use guanxi_model::audit::{Entry, Named};
use guanxi_store::{Tx, audit::Stored};
use serde_json::Value;

use crate::locale::{Arg, Locale};

/// Actions that have a sentence of their own; what is not here is shown as stored.
const GROUPS: [&str; 18] = [
    "request",
    "contact",
    "member",
    "department",
    "visibility",
    "find_ask",
    "code",
    "live_code",
    "customer",
    "conversation",
    "answer",
    "person",
    "role",
    "corp",
    "session",
    "webhook",
    "token",
    "audit",
];

/// Names behind the ids of some entries.
#[derive(Debug)]
pub struct Names {
    members: HashMap<String, String>,
    corp: Arc<guanxi_app::corp::State>,
}

/// One field of a change, or of what was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Its name.
    pub label: String,
    /// What it held; None where the entry tells no change.
    pub before: Option<String>,
    /// What it holds.
    pub after: String,
}

/// Groups of actions, in the order of the filter.
pub fn groups() -> [&'static str; 18] {
    GROUPS
}

/// Looks up all names that the entries need, in the transaction that read them.
pub fn names(tx: &mut Tx<'_>, cx: &Cx, me: &Me, entries: &[Stored]) -> Result<Names> {
    let mut ids = Vec::new();
    for Stored { entry, .. } in entries {
        // Of a request or a code there is no name to look up.
        let named = [Some(&entry.actor), entry.object.as_ref()];
        let members = named
            .into_iter()
            .flatten()
            .filter(|one| one.kind == "member");
        ids.extend(members.map(|one| one.id.clone()));
        if let Ok(detail) = serde_json::from_str(&entry.detail) {
            collect_ids(&detail, &mut ids);
        }
    }
    let members = audit::names(tx, cx, me.corp_id, ids.iter().map(String::as_str))?;
    Ok(Names {
        members,
        corp: Arc::clone(&me.corp),
    })
}

fn collect_ids(value: &Value, ids: &mut Vec<String>) {
    match value {
        Value::String(text) if text.len() == 32 => ids.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| collect_ids(item, ids)),
        Value::Object(members) => members.values().for_each(|member| collect_ids(member, ids)),
        _ => {}
    }
}

impl Names {
    /// Who did it.
    pub fn actor(&self, l: Locale, actor: &Named) -> String {
        match actor.kind.as_ref() {
            "member" => self.member(&actor.id),
            "system" => {
                let key = format!("audit-system-{}", actor.id);
                if l.has(&key) {
                    l.t(&key)
                } else {
                    l.t("audit-system")
                }
                .into_owned()
            }
            "nobody" => l.t("audit-nobody").into_owned(),
            "token" => l.t1("audit-token", "id", short(&actor.id)).into_owned(),
            _ => l.t1("audit-person", "id", short(&actor.id)).into_owned(),
        }
    }

    /// Name of a member, or the end of his id.
    pub fn member(&self, id: &str) -> String {
        self.members
            .get(id)
            .cloned()
            .unwrap_or_else(|| short(id).to_owned())
    }

    fn department(&self, id: i64) -> Option<String> {
        let id = guanxi_model::department::DepartmentId(id);
        self.corp
            .tree()
            .find(id)
            .map(|department| department.name.clone())
    }

    /// Whom or what it was done to.
    pub fn object(&self, object: &Named) -> String {
        match object.kind.as_ref() {
            "member" => self.member(&object.id),
            "corp" => self.corp.name.clone(),
            "department" => {
                let name = object.id.parse().ok().and_then(|id| self.department(id));
                name.unwrap_or_else(|| object.id.clone())
            }
            _ => short(&object.id).to_owned(),
        }
    }

    fn value(&self, l: Locale, path: &str, value: &Value) -> String {
        let word = |key: String| l.has(&key).then(|| l.t(&key).into_owned());
        match value {
            Value::Null => l.t("audit-nothing").into_owned(),
            Value::Bool(yes) => l
                .t(if *yes { "audit-yes" } else { "audit-no" })
                .into_owned(),
            Value::Number(number) if path.ends_with("_at_ms") => {
                let ms = number.as_i64().unwrap_or_default();
                l.date_time(ms, &self.corp.settings.zone())
            }
            Value::Number(number) => {
                let department = path
                    .ends_with("department")
                    .then(|| number.as_i64())
                    .flatten();
                department
                    .and_then(|id| self.department(id))
                    .unwrap_or_else(|| number.to_string())
            }
            Value::String(text) if text.is_empty() => l.t("audit-nothing").into_owned(),
            Value::String(text) => {
                let last = path.rsplit('.').next().unwrap_or(path);
                let person = || {
                    matches!(last, "sender" | "peer" | "person")
                        .then(|| l.t1("audit-person", "id", short(text)).into_owned())
                };
                word(format!("audit-value-{last}-{text}"))
                    .or_else(|| self.members.get(text).cloned())
                    .or_else(person)
                    .unwrap_or_else(|| text.clone())
            }
            Value::Array(items) => {
                let items: Vec<String> =
                    items.iter().map(|item| self.value(l, path, item)).collect();
                if items.is_empty() {
                    l.t("audit-nothing").into_owned()
                } else {
                    items.join(&l.t("audit-comma"))
                }
            }
            Value::Object(members) => {
                let members = members.iter().filter(|(_, value)| !value.is_null());
                let members =
                    members.map(|(name, value)| self.value(l, &format!("{path}.{name}"), value));
                members.collect::<Vec<_>>().join(" ")
            }
        }
    }
}

/// Enough of an id to tell it from others: its end, since ids begin with their time.
fn short(id: &str) -> &str {
    id.get(id.len().saturating_sub(8)..).unwrap_or(id)
}

/// What was done, without the actor.
pub fn sentence(l: Locale, entry: &Entry, names: &Names) -> String {
    let key = format!("audit-do-{}", entry.action.replace(['.', '_'], "-"));
    if !l.has(&key) {
        return entry.action.to_string();
    }
    let detail: Value = serde_json::from_str(&entry.detail).unwrap_or_default();
    let field = |name: &str| {
        [
            detail.get(name),
            detail.get("after").and_then(|after| after.get(name)),
        ]
        .into_iter()
        .flatten()
        .chain(detail.get("before").and_then(|before| before.get(name)))
        .next()
    };
    let text = |name: &str| {
        field(name)
            .map(|value| names.value(l, name, value))
            .unwrap_or_default()
    };
    let count = |name: &str| field(name).and_then(Value::as_i64).unwrap_or_default();
    let name = [
        text("name"),
        text("description"),
        text("host"),
        text("title"),
    ];
    let name = name
        .into_iter()
        .find(|name| !name.is_empty())
        .unwrap_or_default();
    let object = match (name, &entry.object) {
        // What has been deleted is named by the entry itself.
        (name, Some(object))
            if matches!(
                object.kind.as_ref(),
                "department" | "code" | "live_code" | "webhook" | "token" | "answer"
            ) && !name.is_empty() =>
        {
            name
        }
        (_, Some(object)) => names.object(object),
        (_, None) => String::new(),
    };
    l.with(
        &key,
        &[
            ("object", Arg::from(object)),
            ("sender", Arg::from(text("sender"))),
            ("recipient", Arg::from(text("recipient"))),
            ("peer", Arg::from(text("peer"))),
            ("query", Arg::from(text("query"))),
            ("viewer", Arg::from(text("viewer"))),
            ("target", Arg::from(text("target"))),
            ("subject", Arg::from(text("subject"))),
            ("owner", Arg::from(text("owner"))),
            ("member", Arg::from(text("member"))),
            ("to", Arg::from(text("to"))),
            ("outcome", Arg::from(text("outcome"))),
            ("members", Arg::from(count("members"))),
            ("departments", Arg::from(count("departments"))),
            ("sessions", Arg::from(count("sessions"))),
            ("seq", Arg::from(count("seq"))),
        ],
    )
    .into_owned()
}

/// What an entry records: for a change only what differs, as before and after.
pub fn differences(l: Locale, detail: &str, names: &Names) -> Vec<Difference> {
    let detail: Value = serde_json::from_str(detail).unwrap_or_default();
    let (mut before, mut after) = (Vec::new(), Vec::new());
    let is_change = detail.get("before").is_some() && detail.get("after").is_some();
    if is_change {
        flatten(&detail["before"], String::new(), &mut before);
        flatten(&detail["after"], String::new(), &mut after);
    } else {
        flatten(&detail, String::new(), &mut after);
    }
    let mut paths: Vec<&String> = before.iter().chain(&after).map(|(path, _)| path).collect();
    paths.sort();
    paths.dedup();
    let value = |list: &[(String, Value)], path: &str| {
        let found = list
            .iter()
            .find(|(name, _)| name == path)
            .map_or(&Value::Null, |(_, value)| value);
        names.value(l, path, found)
    };
    let differing = paths.into_iter().map(|path| Difference {
        label: label(l, path),
        before: is_change.then(|| value(&before, path)),
        after: value(&after, path),
    });
    differing
        .filter(|difference| difference.before.as_ref() != Some(&difference.after))
        .collect()
}

/// Leaves of a value with their paths; lists stay whole.
fn flatten(value: &Value, path: String, leaves: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let path = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                flatten(value, path, leaves);
            }
        }
        Value::Null if path.is_empty() => {}
        leaf => leaves.push((path, leaf.clone())),
    }
}

/// Name of a field, by its whole path, its last part, or as one of the settings. Every field that is written has one.
fn label(l: Locale, path: &str) -> String {
    // Whether a member or a department stands there, its value tells.
    let path = path
        .strip_suffix(".member")
        .or_else(|| path.strip_suffix(".department"))
        .unwrap_or(path);
    let last = path.rsplit('.').next().unwrap_or(path);
    let setting = format!("settings.{last}");
    let keys =
        [path, last, &setting].map(|name| format!("audit-field-{}", name.replace(['.', '_'], "-")));
    let known = keys.iter().find(|key| l.has(key));
    l.t(known.map_or("audit-field-other", String::as_str))
        .into_owned()
}

#[cfg(test)]
mod tests {
    use guanxi_model::{
        corp::Settings,
        department::{Department, DepartmentId},
        id::{MemberId, RuleId},
        member::Profile,
        qr_code::Shown,
        visibility::{Extent, Grant, Kind, Rule, Subject},
    };
    use serde_json::json;

    use super::*;

    /// Leaves of all that the application records, one of each kind.
    fn written() -> Vec<String> {
        let (one, id) = (MemberId::from_u128(1), RuleId::from_u128(2));
        let rule = |kind| Rule {
            id,
            kind,
            subject: Subject::Member(one),
            exceptions: vec![],
            note: String::new(),
            created_at_ms: 0,
            created_by: Some(one),
        };
        let limit = Kind::Limit {
            extent: Extent::OnlySelf,
            listed: vec![],
        };
        let grant = Grant {
            id,
            viewer: Subject::Member(one),
            target: Subject::Department(DepartmentId(1)),
            expires_at_ms: Some(0),
        };
        let department = Department {
            id: DepartmentId(2),
            parent: Some(DepartmentId(1)),
            name: String::new(),
            order: 0,
        };
        let details = [
            json!({ "name": "", "settings": Settings::default(), "leaders_see_below": true, "owner": one }),
            json!(rule(Kind::Hide)),
            json!(rule(limit)),
            json!(grant),
            json!(department),
            json!(Profile::default()),
            json!({ "status": "", "roles": [], "members": 0, "departments": 0, "query": "", "answer": "", "grant": id }),
            json!({ "department": 1, "order": [], "remark": "", "tags": [], "starred": true, "member": one, "peer": one }),
            json!({ "whole": true, "seq": 1, "hash": "", "fault": "", "recipient": one, "sender": one, "add_way": "" }),
            json!({ "silenced": true, "state": "", "person": one, "device": "", "sessions": 1, "code": id }),
            json!({ "single_use": true, "confirm": true, "shown": Shown::default(), "revoked_at_ms": 0, "outcome": "" }),
            json!({ "from": one, "to": one, "why": "", "title": "" }),
        ];
        let mut leaves = Vec::new();
        for detail in &details {
            flatten(detail, String::new(), &mut leaves);
        }
        leaves.into_iter().map(|(path, _)| path).collect()
    }

    #[test]
    fn every_field_that_is_written_has_a_name() {
        for l in Locale::all() {
            for path in written() {
                let label = label(l, &path);
                assert_ne!(label, l.t("audit-field-other"), "{path} in {}", l.tag());
            }
            // What a later version wrote is not shown as its key.
            assert_eq!(label(l, "no.such_path"), l.t("audit-field-other"));
        }
    }
}
