//! A plan in words, line by line: what differs between two of them, and what is wrong beside its field.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use guanxi_app::{corp, directory::Directory};
use guanxi_model::{
    field::Invalid,
    id::MemberId,
    live_code::{
        hours::Hours,
        plan::{Entry, Layer, Plan, Who, Words, check::Wrong},
    },
};

use super::{hours, part::strategy_name};
use crate::{error::field_sentence, locale::Locale};

/// Differences that a page names.
const NAMED: usize = 100;

/// Names of the members and departments of a plan.
#[derive(Debug, Clone)]
pub(super) struct Names {
    pub(super) l: Locale,
    pub(super) corp: Arc<corp::State>,
    pub(super) directory: Arc<Directory>,
    /// Members who are not listed any more.
    pub(super) gone: HashMap<MemberId, String>,
}

impl Names {
    pub(super) fn member(&self, id: MemberId) -> String {
        let listed = self.directory.entry(id).map(|entry| entry.name);
        listed
            .or_else(|| self.gone.get(&id).cloned())
            .unwrap_or_else(|| self.l.t("live-member-gone").into_owned())
    }

    pub(super) fn who(&self, who: Who) -> String {
        match who {
            Who::Member(id) => self.member(id),
            Who::Department(id) => match self.corp.tree().find(id) {
                Some(department) => department.name.clone(),
                None => self.l.t("live-department-gone").into_owned(),
            },
        }
    }

    /// Where somebody works, or where a department hangs.
    pub(super) fn sub(&self, who: Who) -> String {
        let tree = self.corp.tree();
        let path = |id| {
            let names = tree.path(id).into_iter().map(|one| one.name.as_str());
            names.collect::<Vec<_>>().join(" / ")
        };
        match who {
            Who::Member(id) => self.directory.entry(id).map_or_else(String::new, |entry| {
                let first = entry.departments.first().copied();
                first.map_or_else(String::new, |id| {
                    path(guanxi_model::department::DepartmentId(id))
                })
            }),
            Who::Department(id) => path(id),
        }
    }
}

/// What differs in one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) label: String,
    /// None where there was nothing.
    pub(super) before: Option<String>,
    /// None where there is nothing any more.
    pub(super) after: Option<String>,
}

/// What differs between two plans, in the order of the second.
pub(super) fn differences(names: &Names, old: &Plan, new: &Plan) -> Vec<Difference> {
    let (before, after) = (lines(names, old), lines(names, new));
    let known: BTreeMap<&str, &str> = pairs(&before).collect();
    let now: BTreeMap<&str, &str> = pairs(&after).collect();
    let changed = pairs(&after).filter_map(|(label, value)| {
        let before = known.get(label).map(|text| (*text).to_owned());
        (before.as_deref() != Some(value)).then(|| Difference {
            label: label.to_owned(),
            before,
            after: Some(value.to_owned()),
        })
    });
    let gone = pairs(&before).filter(|(label, _)| !now.contains_key(label));
    let gone = gone.map(|(label, value)| Difference {
        label: label.to_owned(),
        before: Some(value.to_owned()),
        after: None,
    });
    changed.chain(gone).take(NAMED).collect()
}

fn pairs(lines: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    lines
        .iter()
        .map(|(label, value)| (label.as_str(), value.as_str()))
}

/// A plan as lines: what, and how it is.
fn lines(names: &Names, plan: &Plan) -> Vec<(String, String)> {
    let l = names.l;
    let mut all = Vec::new();
    let mut put = |label: String, value: String| {
        if !value.is_empty() {
            all.push((label, value));
        }
    };
    let t = |key: &str| l.t(key).into_owned();
    let yes = |is_on: bool| t(if is_on { "audit-yes" } else { "audit-no" });
    put(t("live-name"), plan.name.clone());
    put(t("live-group"), plan.group.clone());
    put(t("live-state"), plan.state.clone());
    put(
        t("live-hold"),
        l.n("live-minutes", plan.hold_min).into_owned(),
    );
    put(t("live-sticky"), yes(plan.sticky));
    put(t("live-confirm"), yes(plan.confirm));
    put(t("live-promises"), yes(plan.promise));
    let zone = names.corp.settings.zone();
    let expires = plan.expires_at_ms.map(|at| l.date_time(at, &zone));
    put(t("live-expires"), expires.unwrap_or_default());
    put(t("live-title"), said(&plan.title));
    put(t("live-intro"), said(&plan.intro));
    put(t("live-tags"), plan.marks.tags.join(&l.t("audit-comma")));
    put(t("live-remark"), plan.marks.remark.clone());
    for (row, welcome) in plan.marks.welcome.iter().enumerate() {
        let label = format!("{} {}", l.t("live-welcome"), row + 1);
        let when = hours_text(l, &welcome.hours);
        put(label, format!("{} ({when})", said(&welcome.text)));
    }
    for (number, pool) in plan.pools.iter().enumerate() {
        let label = l.t1("live-pool-named", "name", pool_name(l, plan, number));
        put(
            format!("{label} · {}", l.t("live-strategy")),
            t(&format!("live-strategy-{}", strategy_name(pool.strategy))),
        );
        let radius = pool
            .radius_m
            .map(|metres| format!("{} km", metres / 1000.0));
        put(
            format!("{label} · {}", l.t("live-radius")),
            radius.unwrap_or_default(),
        );
        let backup = pool.backup.map(|backup| pool_name(l, plan, backup));
        put(
            format!("{label} · {}", l.t("live-backup")),
            backup.unwrap_or_default(),
        );
        for entry in &pool.entries {
            put(
                format!("{label} · {}", names.who(entry.who)),
                terms(l, entry),
            );
        }
    }
    layer_lines(l, plan, &plan.entry, &t("live-begin"), &mut put);
    all
}

fn layer_lines(
    l: Locale,
    plan: &Plan,
    layer: &Layer,
    label: &str,
    put: &mut impl FnMut(String, String),
) {
    match layer {
        Layer::Pool(pool) => put(label.to_owned(), format!("→ {}", pool_name(l, plan, *pool))),
        Layer::Ask {
            question,
            choices,
            fallback,
        } => {
            put(label.to_owned(), said(question));
            let fallback = fallback.map(|pool| pool_name(l, plan, pool));
            put(
                format!("{label} · {}", l.t("live-fallback")),
                fallback.unwrap_or_default(),
            );
            for choice in choices {
                let label = format!("{label} › {} ({})", said(&choice.label), choice.key);
                layer_lines(l, plan, &choice.then, &label, put);
            }
        }
    }
}

/// A text in the languages in which it was written.
pub(super) fn said(words: &Words) -> String {
    let both = [words.zh.as_str(), words.en.as_str()];
    let written = both.into_iter().filter(|text| !text.is_empty());
    written.collect::<Vec<_>>().join(" / ")
}

/// The name of a pool, or its number where it has none.
pub(super) fn pool_name(l: Locale, plan: &Plan, number: usize) -> String {
    match plan.pools.get(number).map(|pool| pool.name.as_str()) {
        Some("") | None => l.t1("live-pool-number", "n", number + 1).into_owned(),
        Some(name) => name.to_owned(),
    }
}

/// Terms of an entry on one line.
pub(super) fn terms(l: Locale, entry: &Entry) -> String {
    let mut parts = vec![
        l.t1("live-terms-weight", "n", entry.weight).into_owned(),
        l.t1("live-terms-capacity", "n", entry.capacity)
            .into_owned(),
    ];
    parts.extend(
        entry
            .daily_cap
            .map(|cap| l.t1("live-terms-daily", "n", cap).into_owned()),
    );
    parts.extend(
        entry
            .lifetime_cap
            .map(|cap| l.t1("live-terms-lifetime", "n", cap).into_owned()),
    );
    parts.push(hours_text(l, &entry.hours));
    if !entry.points.is_empty() {
        parts.push(l.n("live-terms-points", entry.points.len()).into_owned());
    }
    parts.join(" · ")
}

/// Hours on one line: days that are alike stand together.
pub(super) fn hours_text(l: Locale, of: &Hours) -> String {
    if of.is_always() {
        return l.t("live-always").into_owned();
    }
    let mut parts = Vec::new();
    let mut day = 0;
    while day < of.week.len() {
        let alike = of.week[day..]
            .iter()
            .take_while(|one| **one == of.week[day]);
        let last = day + alike.count() - 1;
        if !of.week[day].is_empty() {
            let name = |day: usize| l.t(&format!("live-day-{}", hours::DAYS[day.min(6)]));
            let days = if last == day {
                name(day).into_owned()
            } else {
                format!("{}–{}", name(day), name(last))
            };
            parts.push(format!("{days} {}", hours::day_text(&of.week[day])));
        }
        day = last + 1;
    }
    if !of.dates.is_empty() {
        parts.push(l.n("live-terms-dates", of.dates.len()).into_owned());
    }
    parts.join("; ")
}

/// Sentences beside fields, by the place of the plan.
#[derive(Debug, Clone, Default)]
pub(super) struct Beside(Vec<(String, String)>);

impl Beside {
    /// In the reader's language.
    pub(super) fn new(l: Locale, wrong: &[Wrong]) -> Self {
        let sentence = |one: &Wrong| {
            // The texts of a plan are named by their place, which no list of keys could hold.
            field_sentence(l, &Invalid::new("plan", one.code))
        };
        Self(
            wrong
                .iter()
                .map(|one| (one.place.clone(), sentence(one)))
                .collect(),
        )
    }

    /// The sentence for a place, empty if it is fine.
    pub(super) fn on(&self, place: &str) -> &str {
        let found = self.0.iter().find(|(known, _)| known == place);
        found.map_or("", |(_, text)| text)
    }

    /// Sentences on a place and what lies below it.
    pub(super) fn below(&self, place: &str) -> usize {
        let is_below = |known: &str| {
            known
                .strip_prefix(place)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.0.iter().filter(|(known, _)| is_below(known)).count()
    }

    /// All of them.
    pub(super) fn all(&self) -> &[(String, String)] {
        &self.0
    }

    /// With those of another list.
    pub(super) fn and(mut self, more: Self) -> Self {
        self.0.extend(more.0);
        self
    }
}
