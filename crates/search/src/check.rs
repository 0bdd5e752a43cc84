//! Looks at one person to tell whether a candidate really matches.

use rustc_hash::FxHashMap;

use crate::pattern::{self, Level, match_code, match_name, match_name_from, match_plain};
use crate::plan::{Check, Ground};
use crate::query::{Class, Field};
use crate::record::Doc;
use crate::term::Term;
use crate::text::{Units, bare, folded};
use crate::typo;

/// Checks candidates of one segment.
#[derive(Debug)]
pub(crate) struct Checker<'a> {
    ground: Ground<'a>,
    units: Units,
    /// Positions looked at for the last term: many people share one.
    positions: FxHashMap<u32, Option<Class>>,
    position_term: String,
}

impl<'a> Checker<'a> {
    pub(crate) fn new(ground: Ground<'a>) -> Self {
        Self {
            ground,
            units: Units::default(),
            positions: FxHashMap::default(),
            position_term: String::new(),
        }
    }

    /// Whether the field passes the check at this level or a better one.
    pub(crate) fn passes(&mut self, check: Check, limit: Level, term: &Term, doc: Doc) -> bool {
        let record = self.ground.segment.record(doc);
        let level = match check {
            Check::Sure => return true,
            // Each term is asked for its own sources, by the plan.
            Check::Each => return false,
            Check::Field(field) => {
                let class = match field {
                    Field::Name | Field::Alias => {
                        self.units.load(if field == Field::Name {
                            record.name()
                        } else {
                            record.alias()
                        });
                        // Later units only count where they may.
                        let found = if limit < pattern::level(Class::Substring, field) {
                            match_name_from(&self.units, &term.bare, 0)
                        } else {
                            match_name(&self.units, &term.bare)
                        };
                        found.map(|found| found.class)
                    }
                    Field::Position => self.position(record.position(), &term.bare),
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

    fn position(&mut self, number: u32, term: &str) -> Option<Class> {
        if self.position_term != term {
            term.clone_into(&mut self.position_term);
            self.positions.clear();
        }
        let units = &mut self.units;
        *self.positions.entry(number).or_insert_with(|| {
            units.load(self.ground.segment.records.position(number));
            match_plain(units, term).map(|(class, _)| class)
        })
    }
}
