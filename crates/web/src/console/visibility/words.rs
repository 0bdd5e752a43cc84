//! Visibility rules, permissions and checks as sentences that one understands without knowing how the rules are stored.

use std::{collections::HashMap, sync::Arc};

use guanxi_app::{
    corp,
    directory::Directory,
    visibility::{Explained, Impact},
};
use guanxi_model::{
    department::DepartmentId,
    id::{MemberId, RuleId},
    visibility::{Extent, Grant, Kind, Outcome, Rule, Step, Subject, Why},
};
use jiff::tz::TimeZone;

use crate::{
    locale::{Arg, Locale},
    page::has_han,
};

/// Names that a sentence lists before it only counts.
const LISTED: usize = 6;

/// Names of whom the rules are about, in the reader's language.
#[derive(Debug, Clone)]
pub struct Names {
    pub l: Locale,
    pub tz: TimeZone,
    corp: Arc<corp::State>,
    directory: Arc<Directory>,
    gone: HashMap<MemberId, String>,
}

impl Names {
    /// Takes names from the directory, and from `gone` those of members who are in it no longer.
    pub fn new(
        l: Locale,
        corp: &Arc<corp::State>,
        directory: &Arc<Directory>,
        gone: HashMap<MemberId, String>,
    ) -> Self {
        Self {
            l,
            tz: corp.settings.zone(),
            corp: Arc::clone(corp),
            directory: Arc::clone(directory),
            gone,
        }
    }

    /// The corp's state.
    pub fn corp(&self) -> &corp::State {
        &self.corp
    }

    /// The corp's directory.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// A member's name.
    pub fn member(&self, id: MemberId) -> String {
        let entry = self.directory.entry(id).map(|entry| entry.name);
        entry
            .or_else(|| self.gone.get(&id).cloned())
            .unwrap_or_else(|| self.l.t("visibility-member-gone").into_owned())
    }

    /// A department's name.
    pub fn department(&self, id: DepartmentId) -> String {
        let found = self.corp.tree().find(id);
        found.map_or_else(
            || self.l.t("visibility-department-gone").into_owned(),
            |department| department.name.clone(),
        )
    }

    /// Names from the top of the tree down to the department, without the top.
    pub fn path(&self, id: DepartmentId) -> String {
        let path = self.corp.tree().path(id);
        let skip = usize::from(path.len() > 1);
        let names: Vec<&str> = path.iter().skip(skip).map(|d| d.name.as_str()).collect();
        names.join(" / ")
    }

    /// The paths of a member's departments; for one who is not in the directory, nothing.
    pub fn places(&self, id: MemberId) -> String {
        let entry = self.directory.entry(id);
        let departments = entry.map(|entry| entry.departments).unwrap_or_default();
        let paths: Vec<String> = departments
            .into_iter()
            .map(|id| self.path(DepartmentId(id)))
            .collect();
        paths.join(&self.l.t("visibility-or"))
    }

    /// The name of a subject by itself.
    pub fn subject(&self, subject: Subject) -> String {
        match subject {
            Subject::Department(id) => self.department(id),
            Subject::Member(id) => self.member(id),
        }
    }

    /// Several subjects in a row; of many only the first are named.
    pub fn list(&self, subjects: &[Subject]) -> String {
        let names: Vec<String> = subjects
            .iter()
            .take(LISTED)
            .map(|subject| self.foreign(self.subject(*subject)))
            .collect();
        let names = names.join(&self.l.t("visibility-comma"));
        if subjects.len() > LISTED {
            let all = [("names", Arg::from(names)), ("n", subjects.len().into())];
            self.l.with("visibility-and-more", &all).into_owned()
        } else {
            names
        }
    }

    fn foreign(&self, name: String) -> String {
        set_apart(self.l, name)
    }

    fn subject_key(subject: Subject) -> &'static str {
        match subject {
            Subject::Department(_) => "department",
            Subject::Member(_) => "member",
        }
    }

    /// What a rule says, without its exceptions.
    pub fn rule(&self, rule: &Rule) -> String {
        let listed: &[Subject] = match &rule.kind {
            Kind::Hide => &[],
            Kind::Limit { listed, .. } => listed,
        };
        let verb = match &rule.kind {
            Kind::Hide => "hide",
            Kind::Limit {
                extent: Extent::OwnDepartment,
                ..
            } if listed.is_empty() => "own",
            Kind::Limit {
                extent: Extent::OwnDepartment,
                ..
            } => "own-listed",
            Kind::Limit { .. } if listed.is_empty() => "self",
            Kind::Limit { .. } => "listed",
        };
        let key = format!("visibility-rule-{verb}-{}", Self::subject_key(rule.subject));
        let name = self.foreign(self.subject(rule.subject));
        let values = [("name", name.into()), ("listed", self.list(listed).into())];
        self.l.with(&key, &values).into_owned()
    }

    /// For whom a rule does not hold; empty for nobody.
    pub fn exceptions(&self, rule: &Rule) -> String {
        if rule.exceptions.is_empty() {
            return String::new();
        }
        let list = self.list(&rule.exceptions);
        self.l
            .t1("visibility-exceptions", "list", list)
            .into_owned()
    }

    /// How many people a rule concerns.
    pub fn impact(&self, rule: &Rule, impact: Impact) -> String {
        let key = match rule.kind {
            Kind::Hide => "visibility-impact-hide",
            Kind::Limit { .. } => "visibility-impact-limit",
        };
        let (covered, bound) = (impact.covered, impact.bound);
        self.l
            .t2(key, "covered", covered, "bound", bound)
            .into_owned()
    }

    /// Who set a rule, and when.
    pub fn set_by(&self, rule: &Rule) -> String {
        let date = self.l.date(rule.created_at_ms, &self.tz);
        match rule.created_by {
            Some(id) => {
                let name = self.foreign(self.member(id));
                self.l.t2("visibility-set-by", "name", name, "date", date)
            }
            None => self.l.t1("visibility-set", "date", date),
        }
        .into_owned()
    }

    /// Who may see whom by a permission.
    pub fn grant(&self, grant: &Grant) -> String {
        let name = |subject: Subject| {
            let key = format!("visibility-people-of-{}", Self::subject_key(subject));
            let name = self.foreign(self.subject(subject));
            self.l.t1(&key, "name", name)
        };
        let (viewer, target) = (name(grant.viewer), name(grant.target));
        self.l
            .t2("visibility-grant", "viewer", viewer, "target", target)
            .into_owned()
    }

    /// Until when a permission holds.
    pub fn until(&self, grant: &Grant) -> String {
        match grant.expires_at_ms {
            Some(end) => self
                .l
                .t1("visibility-until", "time", self.l.date_time(end, &self.tz)),
            None => self.l.t("visibility-for-good"),
        }
        .into_owned()
    }
}

/// A name within a sentence; one in another script than the page's is marked, see [`parts`].
pub fn set_apart(l: Locale, name: impl Into<String>) -> String {
    let name = name.into();
    if l.tag() != "zh-Hans" && has_han(&name) {
        format!("\u{2068}{name}\u{2069}")
    } else {
        name
    }
}

/// A sentence cut at the names that are in another script, each piece with whether it is such a name.
pub fn parts(text: &str) -> Vec<(&str, bool)> {
    text.split(['\u{2068}', '\u{2069}'])
        .enumerate()
        .map(|(at, part)| (part, at % 2 == 1))
        .filter(|(part, _)| !part.is_empty())
        .collect()
}

/// One check between two members, as a page shows it.
#[derive(Debug, Clone)]
pub struct Check {
    /// What was found.
    pub text: String,
    /// What it comes to.
    pub outcome: Outcome,
    /// Whether the answer is due to it.
    pub is_deciding: bool,
    /// The rule or permission in words, with its page.
    pub rule: Option<(String, String)>,
    /// Exceptions, numbers, date: what one may want to know of the rule.
    pub detail: Vec<String>,
}

impl Check {
    /// Kind of the tag that shows the outcome.
    pub fn tag(&self) -> &'static str {
        match self.outcome {
            Outcome::Shows => "ok",
            Outcome::Hides => "bad",
            Outcome::Spares | Outcome::NotConcerned => "",
        }
    }

    /// Key of the word on the tag; none where the check came to nothing.
    pub fn outcome_key(&self) -> Option<&'static str> {
        match self.outcome {
            Outcome::Shows => Some("visibility-outcome-shows"),
            Outcome::Hides => Some("visibility-outcome-hides"),
            Outcome::Spares => Some("visibility-outcome-spares"),
            Outcome::NotConcerned => None,
        }
    }
}

/// The checks between two members in words, in the order in which they were made.
pub fn checks(names: &Names, explained: &Explained, viewer: &str, target: &str) -> Vec<Check> {
    let explanation = &explained.explanation;
    let due = if explanation.visible {
        Outcome::Shows
    } else {
        Outcome::Hides
    };
    let first = explanation
        .steps
        .iter()
        .position(|step| step.outcome == due);
    let steps = explanation.steps.iter().enumerate();
    steps
        .map(|(at, step)| {
            let (rule, detail) = named(names, explained, step);
            Check {
                text: reason(names, explained, step, viewer, target),
                outcome: step.outcome,
                is_deciding: first == Some(at),
                rule,
                detail,
            }
        })
        .collect()
}

fn reason(names: &Names, explained: &Explained, step: &Step, viewer: &str, target: &str) -> String {
    // An exception of a limit reads otherwise than one of a hide.
    let is_limit = explained
        .rules
        .iter()
        .any(|rule| Some(rule.id) == step.rule && rule.kind != Kind::Hide);
    let key = match step.why {
        Why::Exception if is_limit => "visibility-why-exception-limit".to_owned(),
        why => format!("visibility-why-{}", why.name()),
    };
    let department = step
        .department
        .map(|id| names.department(id))
        .unwrap_or_default();
    let values = [
        ("viewer", names.foreign(viewer.to_owned()).into()),
        ("target", names.foreign(target.to_owned()).into()),
        ("department", names.foreign(department).into()),
    ];
    names.l.with(&key, &values).into_owned()
}

type Named = (Option<(String, String)>, Vec<String>);

/// The rule or permission of a check.
fn named(names: &Names, explained: &Explained, step: &Step) -> Named {
    let Some(id) = step.rule else {
        return (None, Vec::new());
    };
    if let Some(rule) = explained.rules.iter().find(|rule| rule.id == id) {
        let detail = [
            names.exceptions(rule),
            names.set_by(rule),
            rule.note.clone(),
        ];
        let detail = detail.into_iter().filter(|text| !text.is_empty());
        return (Some((names.rule(rule), rule_path(id))), detail.collect());
    }
    if let Some(grant) = explained.grants.iter().find(|grant| grant.id == id) {
        let path = "/admin/visibility/grants".to_owned();
        return (Some((names.grant(grant), path)), vec![names.until(grant)]);
    }
    (None, Vec::new())
}

/// The page of a rule.
pub fn rule_path(id: RuleId) -> String {
    format!("/admin/visibility/rules/{id}")
}
