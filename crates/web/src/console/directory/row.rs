//! Rows of the list: a colleague with what matched, where he stands, and how the viewer stands with him.

use std::{collections::HashMap, ops::Range};

use guanxi_app::{
    contact::Standing,
    directory::{Found, Lens, Listed},
};
use guanxi_model::{
    department::DepartmentId,
    id::{AvatarId, MemberId},
};
use guanxi_search::{Class, Field, FieldMarks, Proximity};

use super::view::View;
use crate::{locale::Locale, page::Face};

/// A text in pieces; those that matched are marked.
pub(super) type Marked = Vec<(String, bool)>;

/// How the viewer stands with a colleague, as far as a row tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Me,
    Contacts,
    Sent,
    Received,
    Blocked,
    None,
}

impl State {
    pub(super) fn of(standing: &Standing, is_me: bool) -> Self {
        match standing {
            _ if is_me => Self::Me,
            Standing {
                has_blocked: true, ..
            } => Self::Blocked,
            Standing {
                contact: Some(_), ..
            } => Self::Contacts,
            Standing {
                received: Some(_), ..
            } => Self::Received,
            Standing { sent: Some(_), .. } => Self::Sent,
            _ => Self::None,
        }
    }

    /// Key of the word and kind of the tag.
    pub(super) fn tag(self) -> (&'static str, &'static str) {
        match self {
            Self::Me => ("directory-state-me", ""),
            Self::Contacts => ("directory-state-contacts", "ok"),
            Self::Sent => ("directory-state-sent", "wait"),
            Self::Received => ("directory-state-received", "wait"),
            Self::Blocked => ("directory-state-blocked", ""),
            Self::None => ("directory-add", ""),
        }
    }

    /// Whether a request can be sent.
    pub(super) fn is_open(self) -> bool {
        self == Self::None
    }
}

/// A row of the list.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) id: MemberId,
    pub(super) face: Face,
    /// The name as it is, for the seal and for screen readers.
    pub(super) plain: String,
    pub(super) name: Marked,
    pub(super) reading: Marked,
    /// What follows in the second line.
    pub(super) facts: Vec<Marked>,
    pub(super) leads: bool,
    pub(super) state: State,
    pub(super) href: String,
    pub(super) is_current: bool,
    /// Heading above this row, if a new group begins with it.
    pub(super) group: Option<String>,
}

fn plain(text: impl Into<String>) -> Marked {
    vec![(text.into(), false)]
}

/// Cuts a text at the matched ranges; ranges that do not fit are left out.
pub(super) fn marked(text: &str, ranges: &[Range<usize>]) -> Marked {
    let mut pieces = Vec::new();
    let mut end = 0;
    for range in ranges {
        let (Some(before), Some(hit)) = (text.get(end..range.start), text.get(range.clone()))
        else {
            continue;
        };
        pieces.push((before.to_owned(), false));
        pieces.push((hit.to_owned(), true));
        end = range.end;
    }
    pieces.push((text.get(end..).unwrap_or_default().to_owned(), false));
    pieces.retain(|(piece, _)| !piece.is_empty());
    pieces
}

/// What all rows of a list share.
pub(super) struct Shelf<'a> {
    pub(super) l: Locale,
    pub(super) lens: &'a Lens,
    pub(super) view: &'a View,
    /// Pictures of those in the list.
    pub(super) avatars: HashMap<MemberId, AvatarId>,
}

impl Shelf<'_> {
    /// Rows of a search, with a heading wherever the proximity changes.
    pub(super) fn found(&self, found: Vec<Found>, standings: &[Standing]) -> Vec<Row> {
        let mut last: Option<Proximity> = None;
        let mut rows = Vec::with_capacity(found.len());
        for (found, standing) in found.into_iter().zip(standings) {
            let near = found.hit.proximity;
            let group = (last != Some(near)).then(|| {
                // Better matches come first, so a nearer group may begin again.
                let again = last.is_some_and(|last| near < last);
                self.heading(near, again)
            });
            last = Some(near);
            rows.push(self.hit(&found, standing, group));
        }
        rows
    }

    fn heading(&self, near: Proximity, again: bool) -> String {
        let (l, lens) = (self.l, self.lens);
        let path = lens
            .departments
            .first()
            .map(|id| lens.path(*id))
            .unwrap_or_default();
        let name = |name: Option<&&str>| {
            name.map_or(lens.corp.name.as_str(), |name| *name)
                .to_owned()
        };
        let text = match near {
            Proximity::Department => l
                .t1("directory-group-own", "name", name(path.last()))
                .into_owned(),
            Proximity::Branch => name(path.first()),
            Proximity::Other => l.t("directory-group-other").into_owned(),
        };
        if again {
            l.t1("directory-group-again", "group", text).into_owned()
        } else {
            text
        }
    }

    fn hit(&self, found: &Found, standing: &Standing, group: Option<String>) -> Row {
        let (entry, hit) = (&found.entry, &found.hit);
        let on = |field: Field| {
            let mut marks = hit.marks.iter();
            marks
                .find(|marks| marks.field == field)
                .map_or(&[][..], |marks| &marks.ranges)
        };
        let matched = |field: Field| hit.marks.iter().any(|marks| marks.field == field);
        let mut facts = Vec::new();
        if matched(Field::Alias) {
            facts.push(marked(&entry.alias, on(Field::Alias)));
        }
        if !entry.position.is_empty() {
            facts.push(marked(&entry.position, on(Field::Position)));
        }
        facts.extend(self.place(found));
        if !entry.extension.is_empty() {
            facts.push(self.labelled(
                "directory-extension",
                &entry.extension,
                on(Field::Extension),
            ));
        }
        if matched(Field::EmployeeNo) {
            facts.push(self.labelled(
                "directory-employee-no",
                &entry.employee_no,
                on(Field::EmployeeNo),
            ));
        }
        if matched(Field::Email) {
            facts.push(marked(&entry.email, on(Field::Email)));
        }
        // The number itself is for the card, as far as the company shows it.
        if matched(Field::Mobile) || hit.field == Field::Mobile {
            facts.push(vec![(
                self.l.t("directory-mobile-matches").into_owned(),
                true,
            )]);
        }
        let is_certain = hit.class != Class::Typo;
        Row {
            name: marked(&entry.name, if is_certain { &hit.name_marks } else { &[] }),
            reading: marked(
                &hit.reading,
                if is_certain { &hit.reading_marks } else { &[] },
            ),
            leads: false,
            facts,
            group,
            ..self.row(found.id, &entry.name, standing)
        }
    }

    fn labelled(&self, key: &str, text: &str, ranges: &[Range<usize>]) -> Marked {
        let mut pieces = vec![(self.l.t(key).into_owned() + " ", false)];
        pieces.extend(marked(text, ranges));
        pieces
    }

    /// Where a found colleague stands, with the department that matched, or as much of the path as tells him apart.
    fn place(&self, found: &Found) -> Option<Marked> {
        let tree = self.lens.corp.tree();
        let departments = || found.entry.departments.iter().copied().map(DepartmentId);
        let mut marks = found.hit.marks.iter();
        let mark: Option<&FieldMarks> = marks.find(|marks| marks.field == Field::Department);
        let matched = mark.and_then(|marks| marks.department).map(DepartmentId);
        let own = departments().find(|id| self.lens.departments.contains(id));
        let under = matched.and_then(|above| departments().find(|id| tree.contains(above, *id)));
        let department = under.or(own).or_else(|| departments().next())?;
        let path = tree.path(department);
        let path: Vec<_> = path
            .into_iter()
            .skip(1)
            .filter(|d| self.lens.scope.sees_department(d.id))
            .collect();
        let from_mark = path.iter().position(|d| Some(d.id) == matched);
        let wanted = if found.hit.proximity == Proximity::Department {
            1
        } else {
            2
        };
        let from = path
            .len()
            .saturating_sub(wanted)
            .min(from_mark.unwrap_or(usize::MAX));
        let mut pieces = Vec::new();
        for department in &path[from..] {
            if !pieces.is_empty() {
                pieces.push((" / ".to_owned(), false));
            }
            let ranges = mark
                .filter(|_| Some(department.id) == matched)
                .map_or(&[][..], |marks| &marks.ranges);
            pieces.extend(marked(&department.name, ranges));
        }
        (!pieces.is_empty()).then_some(pieces)
    }

    /// Rows of a department, with a heading wherever a department begins.
    pub(super) fn listed(
        &self,
        listed: Vec<Listed>,
        standings: &[Standing],
        of: DepartmentId,
    ) -> Vec<Row> {
        // The heading of the list names its department already.
        let mut last = Some(Some(of));
        let mut rows = Vec::with_capacity(listed.len());
        for (listed, standing) in listed.into_iter().zip(standings) {
            let department = listed.department;
            let begins = last != Some(department);
            last = Some(department);
            let group = begins.then(|| match department {
                Some(id) => self.lens.title(id),
                None => self.l.t("directory-group-no-department").into_owned(),
            });
            rows.push(self.member(&listed, standing, group));
        }
        rows
    }

    fn member(&self, listed: &Listed, standing: &Standing, group: Option<String>) -> Row {
        let entry = &listed.entry;
        let mut facts = Vec::new();
        if !entry.position.is_empty() {
            facts.push(plain(&entry.position));
        }
        if !entry.extension.is_empty() {
            facts.push(self.labelled("directory-extension", &entry.extension, &[]));
        }
        Row {
            name: plain(&entry.name),
            reading: plain(&listed.reading),
            leads: listed.leads,
            facts,
            group,
            ..self.row(listed.id, &entry.name, standing)
        }
    }

    fn row(&self, id: MemberId, name: &str, standing: &Standing) -> Row {
        Row {
            id,
            face: Face {
                id,
                avatar: self.avatars.get(&id).copied(),
            },
            plain: name.to_owned(),
            name: Vec::new(),
            reading: Vec::new(),
            facts: Vec::new(),
            leads: false,
            state: State::of(standing, id == self.lens.viewer),
            href: self.view.with_member(id).card_url(),
            is_current: self.view.member == Some(id),
            group: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_cut_a_text() {
        let cut = marked("曾诗涵", std::slice::from_ref(&(0..6)));
        assert_eq!(cut, [("曾诗".to_owned(), true), ("涵".to_owned(), false)]);
        assert_eq!(marked("abc", &[]), [("abc".to_owned(), false)]);
        assert_eq!(
            marked("曾", std::slice::from_ref(&(1..2))),
            [("曾".to_owned(), false)],
            "a range inside a character is no mark"
        );
    }
}
