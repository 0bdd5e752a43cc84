//! Choosing departments and members in a form: what is chosen stays as boxes, a search offers more, a list offers departments.
//!
//! All of it is state of one GET form, so it works without script, and the address of a page holds the whole choice.

use guanxi_app::visibility::SUBJECTS_MAX;
use guanxi_model::{department::DepartmentId, id::MemberId, visibility::Subject};

use super::words::Names;
use crate::auth::Form;

/// Members that a search offers.
const FOUND: usize = 8;
/// Departments that a search offers.
const DEPARTMENTS_FOUND: usize = 5;
/// Largest tree that is offered as a list; a larger one is searched.
const TREE_MAX: usize = 400;

/// A field that takes one or several departments or members.
#[derive(Debug, Clone, Default)]
pub struct Picker {
    /// Name of the field.
    pub name: &'static str,
    /// Name of the search field beside it.
    pub find: &'static str,
    pub label: String,
    pub hint: String,
    pub error: String,
    /// Whether several can be chosen.
    pub is_many: bool,
    /// Whether departments can be chosen too.
    pub has_departments: bool,
    /// What was typed into the search field.
    pub text: String,
    pub chosen: Vec<Choice>,
    pub found: Vec<Choice>,
    /// The tree as a list; empty where only members are wanted, or where it is too large.
    pub departments: Vec<Choice>,
}

/// Somebody or something to choose.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Value of the field.
    pub value: String,
    pub name: String,
    /// Where he works, or where the department hangs.
    pub sub: String,
    /// Whose seal stands before the name; None for a department.
    pub member: Option<MemberId>,
    /// Levels below the top of the tree, as spaces.
    pub indent: String,
}

/// What a picker is for.
#[derive(Debug, Clone, Copy)]
pub struct Purpose {
    pub name: &'static str,
    pub find: &'static str,
    /// Key of the label; `<key>-hint` is the hint.
    pub key: &'static str,
    pub is_many: bool,
    /// Whether departments can be chosen too.
    pub has_departments: bool,
}

impl Picker {
    /// Builds the field from what is chosen and what was typed.
    pub fn new(
        names: &Names,
        purpose: Purpose,
        chosen: &[Subject],
        text: &str,
        error: &str,
    ) -> Self {
        let tree = names.corp().tree();
        let mut found = Vec::new();
        if !text.trim().is_empty() {
            if purpose.has_departments {
                found.extend(find_departments(names, text.trim()));
            }
            let members = names.directory().search_all(text, FOUND).into_iter();
            found.extend(members.map(Subject::Member));
        }
        found.retain(|subject| !chosen.contains(subject));
        let departments = if purpose.has_departments && tree.all().len() <= TREE_MAX {
            let all = tree.all().iter().map(|d| Subject::Department(d.id));
            all.map(|subject| choice(names, subject)).collect()
        } else {
            Vec::new()
        };
        Self {
            name: purpose.name,
            find: purpose.find,
            label: names.l.t(purpose.key).into_owned(),
            hint: names.l.t(&format!("{}-hint", purpose.key)).into_owned(),
            error: error.to_owned(),
            is_many: purpose.is_many,
            has_departments: purpose.has_departments,
            text: text.to_owned(),
            chosen: chosen
                .iter()
                .map(|subject| choice(names, *subject))
                .collect(),
            found: found
                .into_iter()
                .map(|subject| choice(names, subject))
                .collect(),
            departments,
        }
    }

    /// Kind of the boxes.
    pub fn kind(&self) -> &'static str {
        if self.is_many { "checkbox" } else { "radio" }
    }

    /// Whether a search found nothing.
    pub fn is_in_vain(&self) -> bool {
        !self.text.trim().is_empty() && self.found.is_empty()
    }
}

fn find_departments(names: &Names, text: &str) -> Vec<Subject> {
    let text = text.to_lowercase();
    let all = names.corp().tree().all().iter();
    all.filter(|department| department.name.to_lowercase().contains(&text))
        .take(DEPARTMENTS_FOUND)
        .map(|department| Subject::Department(department.id))
        .collect()
}

/// A subject as something to choose.
pub fn choice(names: &Names, subject: Subject) -> Choice {
    let (sub, depth) = match subject {
        Subject::Department(id) => (names.path(id), names.corp().tree().depth(id)),
        Subject::Member(id) => (names.places(id), 0),
    };
    Choice {
        value: value(subject),
        name: names.subject(subject),
        sub,
        member: match subject {
            Subject::Member(id) => Some(id),
            Subject::Department(_) => None,
        },
        indent: "\u{3000}".repeat(depth),
    }
}

/// A subject as the value of a field: `d12` or `m` and the member's id.
pub fn value(subject: Subject) -> String {
    match subject {
        Subject::Department(id) => format!("d{}", id.0),
        Subject::Member(id) => format!("m{id}"),
    }
}

/// Reads the value of a field.
pub fn subject(value: &str) -> Option<Subject> {
    let (kind, id) = value.split_at_checked(1)?;
    match kind {
        "d" => id.parse().ok().map(DepartmentId).map(Subject::Department),
        "m" => id.parse().ok().map(Subject::Member),
        _ => None,
    }
}

/// All subjects of a field, each once; one more than a rule can hold is enough to refuse them.
pub fn subjects(form: &Form, name: &str) -> Vec<Subject> {
    let mut subjects = Vec::new();
    for subject in form.all(name).filter_map(subject) {
        if subjects.len() > SUBJECTS_MAX {
            break;
        }
        if !subjects.contains(&subject) {
            subjects.push(subject);
        }
    }
    subjects
}

/// The one subject of a field. The list of departments stands behind the boxes and wins over them.
pub fn one(form: &Form, name: &str) -> Option<Subject> {
    form.all(name).filter_map(subject).last()
}

/// The one member of a field, with the letter before the id or, as links have it, without.
pub fn member(form: &Form, name: &str) -> Option<MemberId> {
    form.all(name)
        .filter_map(|value| value.strip_prefix('m').unwrap_or(value).parse().ok())
        .last()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_reads_back_from_the_address() {
        let member = Subject::Member(MemberId::from_u128(7));
        let department = Subject::Department(DepartmentId(12));
        for chosen in [member, department] {
            assert_eq!(subject(&value(chosen)), Some(chosen));
        }
        for wrong in ["", "x1", "d", "d1x", "m7", "门"] {
            assert_eq!(subject(wrong), None, "{wrong}");
        }
        let form = Form::read(b"who=d1&who=&who=d2&who=d1");
        assert_eq!(subjects(&form, "who").len(), 2);
        assert_eq!(
            one(&form, "who"),
            Some(Subject::Department(DepartmentId(1)))
        );
    }
}
