//! Where to look for a term: the lists of slots in a segment that together hold every match.

use std::ops::Range;

use crate::list::{Cursor, List};
use crate::pattern::{self, Level};
use crate::prefix::{KEY_BYTES, PrefixIndex};
use crate::query::{Class, Field};
use crate::scope::Scope;
use crate::segment::{Layout, NameIndex, Segment, normalise};
use crate::split::{self, Spelt};
use crate::term::Term;
use crate::tree::Tree;
use crate::typo;

/// A list whose slots match a term at one level, or may do so.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    pub(crate) level: Level,
    pub(crate) list: List<'a>,
    pub(crate) cursor: Cursor,
    pub(crate) check: Check,
    /// The match is about the department of the slot, not about the person.
    pub(crate) department: bool,
}

/// What is to be looked at before a slot of a source counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Check {
    /// Nothing: each slot matches.
    Sure,
    /// This field, by the rules.
    Field(Field),
    /// The name or alias, with a slip.
    Typo(Field),
}

/// What a plan is made for.
#[derive(Clone, Copy)]
pub(crate) struct Ground<'a> {
    pub(crate) segment: &'a Segment,
    pub(crate) layout: &'a Layout,
    pub(crate) tree: &'a Tree,
    pub(crate) scope: &'a Scope,
    pub(crate) mobile_allowed: bool,
    /// Whether slips are forgiven.
    pub(crate) typos: bool,
}

/// Collects the sources of a term.
pub(crate) fn sources<'a>(ground: &Ground<'a>, term: &Term) -> Vec<Source<'a>> {
    let mut plan = Plan {
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
        plan.add_names(field, names, &spelt);
        if ground.typos {
            plan.add_typos(field, names);
        }
    }
    if !term.names_only {
        plan.add_fields();
        plan.add_departments();
    }
    plan.sources
}

struct Plan<'a, 't> {
    ground: Ground<'a>,
    term: &'t Term,
    sources: Vec<Source<'a>>,
}

impl<'a> Plan<'a, '_> {
    fn add(&mut self, level: Level, list: List<'a>, check: Check) {
        if !list.is_empty() {
            self.sources.push(Source {
                level,
                list,
                cursor: Cursor::new(),
                check,
                department: false,
            });
        }
    }

    fn add_names(&mut self, field: Field, names: &'a NameIndex, spelt: &Spelt) {
        let term = self.term.bare.as_str();
        let [exact, prefix, initials, inner] = [
            Class::Exact,
            Class::Prefix,
            Class::Initials,
            Class::Substring,
        ]
        .map(|class| pattern::level(class, field));
        let checked = Check::Field(field);
        // Keys are cut, so a long term says only where to look.
        let check = if term.len() < KEY_BYTES {
            Check::Sure
        } else {
            checked
        };
        self.add(exact, names.lead.exact(term), check);
        self.add(prefix, names.lead.prefix(term), check);
        self.add(inner, names.inner.prefix(term), check);
        if spelt.is_mixed() {
            self.add(exact, names.lead.exact(spelt.text()), checked);
            self.add(prefix, names.lead.prefix(spelt.text()), checked);
            self.add(inner, names.inner.prefix(spelt.text()), checked);
        }
        if !spelt.is_splittable() {
            return;
        }
        let sure = if self.term.is_letters() && term.len() < KEY_BYTES {
            Check::Sure
        } else {
            checked
        };
        self.add(initials, names.lead_initials.prefix(term), sure);
        self.add(inner, names.inner_initials.prefix(term), sure);
        let segment = self.ground.segment;
        for list in split::candidates(
            segment,
            spelt,
            &names.lead,
            &names.lead_initials,
            &names.inner,
        ) {
            self.add(initials, list, checked);
        }
        for list in split::candidates(
            segment,
            spelt,
            &names.inner,
            &names.inner_initials,
            &names.inner,
        ) {
            self.add(inner, list, checked);
        }
    }

    fn add_typos(&mut self, field: Field, names: &'a NameIndex) {
        let whole = pattern::level(Class::Typo, field);
        let part = whole + 2;
        let check = Check::Typo(field);
        let sure = |text: &str| {
            if text.len() < KEY_BYTES {
                Check::Sure
            } else {
                check
            }
        };
        if self.term.is_letters() {
            for variant in &self.term.variants {
                self.add(whole, names.lead.exact(variant), sure(variant));
                self.add(part, names.inner.exact(variant), sure(variant));
                if typo::may_begin(variant) {
                    self.add(part, names.lead.prefix(variant), sure(variant));
                }
            }
        } else if self.term.is_han() {
            for variant in &self.term.variants {
                self.add(whole, names.lead.exact(variant), sure(variant));
                self.add(part, names.lead.prefix(variant), sure(variant));
                self.add(part, names.inner.prefix(variant), sure(variant));
            }
            for spelling in typo::homophone_spellings(&self.term.bare) {
                self.add(whole, names.lead.exact(&spelling), check);
                self.add(part, names.lead.prefix(&spelling), check);
                self.add(part, names.inner.prefix(&spelling), check);
            }
        }
    }

    fn add_fields(&mut self) {
        let segment = self.ground.segment;
        let (bare, raw) = (self.term.bare.as_str(), self.term.raw.as_str());
        self.add_code(Field::Position, &segment.position, bare);
        let inner = pattern::level(Class::Substring, Field::Position);
        let check = if bare.len() < KEY_BYTES {
            Check::Sure
        } else {
            Check::Field(Field::Position)
        };
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
        let check = if text.len() < KEY_BYTES {
            Check::Sure
        } else {
            Check::Field(field)
        };
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
            let mut slots: Vec<Range<u32>> = Vec::new();
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
                self.sources.push(Source {
                    level: pattern::level(class, Field::Department),
                    list: List::Ranges(slots),
                    cursor: Cursor::new(),
                    check: Check::Sure,
                    department: true,
                });
            }
        }
    }
}
