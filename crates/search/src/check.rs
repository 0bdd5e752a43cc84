//! Looks at one person to tell whether a candidate really matches.

use crate::explain::Subject;
use crate::pattern::{self, Level, match_code, match_name, match_name_from, match_plain};
use crate::plan::{Check, Ground};
use crate::query::Field;
use crate::record::Doc;
use crate::segment::Slot;
use crate::term::Term;
use crate::text::{Units, bare, folded};
use crate::typo;

/// Checks candidates of one segment.
#[derive(Debug)]
pub(crate) struct Checker<'a> {
    ground: Ground<'a>,
    units: Units,
}

impl<'a> Checker<'a> {
    pub(crate) fn new(ground: Ground<'a>) -> Self {
        Self {
            ground,
            units: Units::default(),
        }
    }

    /// Whether the field passes the check at this level or a better one.
    pub(crate) fn passes(&mut self, check: Check, limit: Level, term: &Term, doc: Doc) -> bool {
        let record = self.ground.segment.record(doc);
        let level = match check {
            Check::Sure => return true,
            // Looked at with the department in mind, by `passes_all`.
            Check::All => return false,
            Check::Field(field) => {
                let class = match field {
                    Field::Name | Field::Alias => {
                        self.units.load(if field == Field::Name {
                            record.name()
                        } else {
                            record.alias()
                        });
                        // Later units only count where they may.
                        let found = if limit < pattern::level(crate::Class::Substring, field) {
                            match_name_from(&self.units, &term.bare, 0)
                        } else {
                            match_name(&self.units, &term.bare)
                        };
                        found.map(|found| found.class)
                    }
                    Field::Position => {
                        self.units.load(record.position());
                        match_plain(&self.units, &term.bare).map(|(class, _)| class)
                    }
                    Field::Extension => match_code(&bare(record.fields().extension), &term.bare),
                    Field::EmployeeNo => match_code(&bare(record.fields().employee_no), &term.bare),
                    Field::Email => match_code(&folded(record.fields().email), &term.raw),
                    Field::Department | Field::Mobile => None,
                };
                class.map(|class| pattern::level(class, field))
            }
            Check::Typo(field) => {
                self.units.load(if field == Field::Name {
                    record.name()
                } else {
                    record.alias()
                });
                typo::match_term(&self.units, term).map(|found| found.level(field))
            }
        };
        level.is_some_and(|level| level <= limit)
    }

    /// Whether all terms match at this level or a better one; `single` hides the department.
    pub(crate) fn passes_all(
        &self,
        terms: &[&Term],
        limit: Level,
        slot: Slot,
        doc: Doc,
        single: bool,
    ) -> bool {
        let Ground {
            segment,
            tree,
            scope,
            ..
        } = self.ground;
        let fields = segment.record(doc).fields();
        let subject = Subject {
            fields,
            name: Units::of(fields.name),
            alias: Units::of(fields.alias),
            tree,
            place: tree.place(segment.department(slot)).filter(|_| !single),
            scope,
            mobile_allowed: self.ground.mobile_allowed,
            typos: self.ground.typos,
        };
        terms.iter().all(|term| {
            subject
                .best(term, None)
                .is_some_and(|found| found.level <= limit)
        })
    }
}
