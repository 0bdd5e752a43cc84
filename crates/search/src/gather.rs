//! Where to look for a term: the lists of slots in a segment that together hold every match.

use crate::list::{Cursor, List};
use crate::pattern::{self, Level};
use crate::plan::{Check, Ground, Source};
use crate::prefix::{KEY_BYTES, PrefixIndex};
use crate::query::{Class, Field};
use crate::segment::{NameIndex, normalise};
use crate::split::{self, Spelt};
use crate::term::Term;
use crate::typo;

/// Collects the sources of a term.
pub(crate) fn sources<'a>(ground: &Ground<'a>, term: &Term) -> Vec<Source<'a>> {
    let mut gatherer = Gatherer {
        ground: *ground,
        term,
        sources: Vec::with_capacity(16),
    };
    let segment = ground.segment;
    let spelt = Spelt::new(&term.bare);
    for (field, names) in [
        (Field::Name, &segment.names),
        (Field::Alias, &segment.aliases),
    ] {
        if names.lead.is_empty() {
            continue;
        }
        gatherer.add_names(field, names, &spelt);
        if term.is_forgiven {
            gatherer.add_typos(field, names);
        }
    }
    if !term.names_only {
        gatherer.add_fields();
        gatherer.add_departments();
    }
    gatherer.sources
}

struct Gatherer<'a, 't> {
    ground: Ground<'a>,
    term: &'t Term,
    sources: Vec<Source<'a>>,
}

impl<'a> Gatherer<'a, '_> {
    fn add(&mut self, level: Level, list: List<'a>, check: Check) {
        if !list.is_empty() {
            self.sources.push(Source::new(level, list, check));
        }
    }

    /// Adds slots that are in all of the lists.
    fn add_common(&mut self, level: Level, mut lists: Vec<List<'a>>, check: Check) {
        lists.sort_by_key(List::weight);
        let mut lists = lists.into_iter();
        if let Some(first) = lists.next().filter(|first| !first.is_empty()) {
            let mut source = Source::new(level, first, check);
            source.also = lists.map(|list| (list, Cursor::new())).collect();
            self.sources.push(source);
        }
    }

    fn add_names(&mut self, field: Field, names: &'a NameIndex, spelt: &Spelt) {
        let term = self.term.bare.as_str();
        let [exact, prefix, inner] = [Class::Exact, Class::Prefix, Class::Substring]
            .map(|class| pattern::level(class, field));
        let checked = Check::Field(field);
        let check = sure_if_short(term, checked);
        self.add(exact, names.lead.exact(term), check);
        self.add(prefix, names.lead.prefix(term), check);
        self.add(inner, names.second.prefix(term), check);
        self.add(inner, names.later.prefix(term), check);
        if spelt.is_mixed() {
            self.add_mixed(field, names, spelt);
        }
        if spelt.is_splittable() {
            self.add_initials(field, names, spelt);
        }
    }

    /// Adds names of which a term of Han characters and letters is the beginning or the whole, or that of a later part.
    fn add_mixed(&mut self, field: Field, names: &'a NameIndex, spelt: &Spelt) {
        let [exact, prefix, inner] = [Class::Exact, Class::Prefix, Class::Substring]
            .map(|class| pattern::level(class, field));
        let checked = Check::Field(field);
        let check = if spelt.is_plain() {
            Check::Sure
        } else {
            checked
        };
        let NameIndex {
            lead,
            second,
            later,
            ..
        } = names;
        let text = spelt.text();
        // The same letters may be written in many ways; the characters of the term rule out most.
        if let Some(run) = spelt.leading_run() {
            self.add_common(exact, vec![lead.exact(text), lead.prefix(run)], checked);
            for (level, index) in [(prefix, lead), (inner, second), (inner, later)] {
                self.add_common(level, vec![index.prefix(text), index.prefix(run)], check);
            }
        } else if let Some(run) = spelt.first_run() {
            for written in [second, later] {
                self.add_common(exact, vec![lead.exact(text), written.prefix(run)], checked);
                self.add_common(
                    prefix,
                    vec![lead.prefix(text), written.prefix(run)],
                    checked,
                );
            }
            for index in [second, later] {
                self.add_common(inner, vec![index.prefix(text), later.prefix(run)], checked);
            }
        }
    }

    fn add_initials(&mut self, field: Field, names: &'a NameIndex, spelt: &Spelt) {
        let checked = Check::Field(field);
        let term = self.term.bare.as_str();
        let check = if self.term.is_letters() {
            sure_if_short(term, checked)
        } else {
            checked
        };
        let segment = self.ground.segment;
        for (class, initials, candidates) in [
            (
                Class::Initials,
                &names.lead_initials,
                split::from_first(segment, spelt, names),
            ),
            (
                Class::Substring,
                &names.inner_initials,
                split::from_later(segment, spelt, names),
            ),
        ] {
            let level = pattern::level(class, field);
            self.add(level, initials.prefix(term), check);
            for candidates in candidates {
                let check = if candidates.sure {
                    Check::Sure
                } else {
                    checked
                };
                self.add_common(level, candidates.lists, check);
            }
        }
    }

    fn add_typos(&mut self, field: Field, names: &'a NameIndex) {
        let whole = pattern::level(Class::Typo, field);
        let part = whole + 2;
        let check = Check::Typo(field);
        if self.term.is_letters() {
            names.lead.find_slips(&self.term.slips, |slip| {
                let text = slip.text();
                self.add(whole, names.lead.exact(text), sure_if_short(text, check));
                if slip.may_begin() {
                    self.add(part, names.lead.prefix(text), sure_if_short(text, check));
                }
            });
            for index in [&names.second, &names.later] {
                index.find_slips(&self.term.slips, |slip| {
                    let text = slip.text();
                    self.add(part, index.exact(text), sure_if_short(text, check));
                });
            }
        } else if self.term.is_han() {
            for form in &self.term.swapped {
                self.add(whole, names.lead.exact(form), sure_if_short(form, check));
                self.add(part, names.lead.prefix(form), sure_if_short(form, check));
                self.add(part, names.second.prefix(form), sure_if_short(form, check));
                self.add(part, names.later.prefix(form), sure_if_short(form, check));
            }
            let NameIndex {
                lead,
                second,
                later,
                ..
            } = names;
            for homophone in typo::homophones(&self.term.bare) {
                let spelling = homophone.spelling.as_str();
                let mut add =
                    |level, first: List<'a>, own: &'a PrefixIndex, next: &'a PrefixIndex| {
                        let written = if homophone.is_first { next } else { own };
                        self.add_common(
                            level,
                            vec![first, written.prefix(&homophone.written)],
                            check,
                        );
                    };
                add(whole, lead.exact(spelling), lead, second);
                add(part, lead.prefix(spelling), lead, second);
                add(part, second.prefix(spelling), second, later);
                add(part, later.prefix(spelling), later, later);
            }
        }
    }

    fn add_fields(&mut self) {
        let segment = self.ground.segment;
        let (bare, raw) = (self.term.bare.as_str(), self.term.raw.as_str());
        self.add_code(Field::Position, &segment.position, bare);
        let inner = pattern::level(Class::Substring, Field::Position);
        let check = sure_if_short(bare, Check::Field(Field::Position));
        self.add(inner, segment.position_inner.prefix(bare), check);
        self.add_code(Field::Extension, &segment.extension, bare);
        self.add_code(Field::EmployeeNo, &segment.employee_no, bare);
        self.add_code(Field::Email, &segment.email, raw);
        if self.ground.mobile_allowed
            && let Some(number) = &self.term.number
        {
            let last_first: String = number.digits.chars().rev().collect();
            let exact = pattern::level(Class::Exact, Field::Mobile);
            self.add(exact, segment.mobile.exact(&last_first), Check::Sure);
            if !number.international {
                let home: String = pattern::HOME.chars().rev().collect();
                self.add(
                    exact,
                    segment.mobile.exact(&(last_first.clone() + &home)),
                    Check::Sure,
                );
                self.add(inner, segment.mobile.prefix(&last_first), Check::Sure);
            }
        }
    }

    fn add_code(&mut self, field: Field, index: &'a PrefixIndex, text: &str) {
        let check = sure_if_short(text, Check::Field(field));
        self.add(
            pattern::level(Class::Exact, field),
            index.exact(text),
            check,
        );
        self.add(
            pattern::level(Class::Prefix, field),
            index.prefix(text),
            check,
        );
    }

    /// Adds the slots below each visible department whose name matches.
    fn add_departments(&mut self) {
        let Ground {
            tree,
            layout,
            scope,
            ..
        } = self.ground;
        for class in [Class::Exact, Class::Prefix, Class::Substring] {
            let mut slots = Vec::new();
            let mut covered = 0;
            tree.matching(&self.term.bare, class, |place| {
                if place >= covered && scope.sees_department(tree.node(place).id) {
                    let places = tree.named(place);
                    covered = places.end;
                    layout.add_slots(&places, &mut slots);
                }
            });
            normalise(&mut slots);
            if !slots.is_empty() {
                let level = pattern::level(class, Field::Department);
                let mut source = Source::new(level, List::Ranges(slots), Check::Sure);
                source.department = true;
                self.sources.push(source);
            }
        }
    }
}

/// Keys are cut, so a long text says only where to look.
fn sure_if_short(text: &str, check: Check) -> Check {
    if text.len() < KEY_BYTES {
        Check::Sure
    } else {
        check
    }
}
