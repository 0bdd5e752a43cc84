//! How a term matches one person: the deciding field and what to highlight.

use std::ops::Range;

use crate::pattern::{self, Level, NameMatch, match_code, match_mobile, match_name, match_plain};
use crate::query::{Class, Field, FieldMarks};
use crate::reading::Reading;
use crate::record::Fields;
use crate::scope::Scope;
use crate::term::Term;
use crate::text::{Units, fold, folded};
use crate::tree::{Place, Tree};
use crate::typo;

/// A person, in one of his departments, as a viewer sees him.
pub(crate) struct Subject<'a> {
    pub(crate) fields: Fields<'a>,
    pub(crate) name: Units,
    pub(crate) alias: Units,
    pub(crate) tree: &'a Tree,
    /// The department, if it is in the tree and visible.
    pub(crate) place: Option<Place>,
    pub(crate) scope: &'a Scope,
    pub(crate) mobile_allowed: bool,
}

/// The best match of a term.
#[derive(Debug)]
pub(crate) struct Match {
    pub(crate) level: Level,
    pub(crate) field: Field,
    pub(crate) class: Class,
    at: At,
}

/// Where a match lies.
#[derive(Debug)]
enum At {
    Units(Box<NameMatch>),
    /// From this unit on.
    Unit(usize),
    Start,
    Department(Place, usize),
    End,
}

impl Subject<'_> {
    /// Returns the best match of a term; `known` is its level, if that is known.
    pub(crate) fn best(&self, term: &Term, known: Option<Level>) -> Option<Match> {
        let mut best: Option<Match> = None;
        for field in [Field::Name, Field::Alias] {
            if known.is_none_or(|level| pattern::is_about(level, field)) {
                self.offer_name(field, term, &mut best);
            }
        }
        if !term.names_only && known.is_none_or(|level| pattern::is_about(level, Field::Position)) {
            self.offer_fields(term, &mut best);
        }
        best
    }

    fn offer_name(&self, field: Field, term: &Term, best: &mut Option<Match>) {
        let units = if field == Field::Name {
            &self.name
        } else {
            &self.alias
        };
        let at = |found| At::Units(Box::new(found));
        if let Some(found) = match_name(units, &term.bare) {
            offer(
                best,
                field,
                found.class,
                pattern::level(found.class, field),
                at(found),
            );
        } else if term.is_forgiven
            && let Some(corrected) = typo::match_term(units, term)
            && let Some(found) = corrected.matched(units)
        {
            offer(best, field, Class::Typo, corrected.level(field), at(found));
        }
    }

    fn offer_fields(&self, term: &Term, best: &mut Option<Match>) {
        let mut offer =
            |field, class, at| offer(best, field, class, pattern::level(class, field), at);
        let fields = &self.fields;
        if let Some((class, start)) = match_plain(&Units::of(fields.position), &term.bare) {
            offer(Field::Position, class, At::Unit(start));
        }
        if let Some((class, place, start)) = self.department(term) {
            offer(Field::Department, class, At::Department(place, start));
        }
        for (field, code, typed) in [
            (
                Field::Extension,
                crate::text::bare(fields.extension),
                &term.bare,
            ),
            (
                Field::EmployeeNo,
                crate::text::bare(fields.employee_no),
                &term.bare,
            ),
            (Field::Email, folded(fields.email), &term.raw),
        ] {
            if let Some(class) = match_code(&code, typed) {
                offer(field, class, At::Start);
            }
        }
        if let (Some(number), true) = (
            &term.number,
            self.mobile_allowed && !fields.mobile.is_empty(),
        ) && let Some(class) = match_mobile(fields.mobile, number)
        {
            offer(Field::Mobile, class, At::End);
        }
    }

    fn department(&self, term: &Term) -> Option<(Class, Place, usize)> {
        let own = self.place?;
        self.tree
            .path(own)
            .filter(|place| self.tree.named(*place).contains(&own))
            .filter(|place| self.scope.sees_department(self.tree.node(*place).id))
            .filter_map(|place| {
                self.tree
                    .match_name(place, &term.bare)
                    .map(|(class, start)| (class, place, start))
            })
            .min_by_key(|(class, place, _)| (*class, std::cmp::Reverse(*place)))
    }

    /// Adds the marks of a match.
    pub(crate) fn mark(&self, found: &Match, term: &Term, reading: &Reading, marks: &mut Marks) {
        let (text, ranges) = match (&found.at, found.field) {
            (At::Units(steps), Field::Name) => return marks.add_name(&self.name, steps, reading),
            (At::Units(steps), _) => (self.fields.alias, alias_ranges(&self.alias, steps)),
            (At::Unit(start), _) => (
                self.fields.position,
                unit_ranges(&Units::of(self.fields.position), *start, term),
            ),
            (At::Department(place, start), _) => {
                let node = self.tree.node(*place);
                let ranges = unit_ranges(&Units::of(&node.name), *start, term);
                return marks.add_other(Field::Department, Some(node.id), ranges);
            }
            (At::Start, Field::Email) => (
                self.fields.email,
                start_range(self.fields.email, &term.raw, |_| true),
            ),
            (At::Start, field) => {
                let text = if field == Field::Extension {
                    self.fields.extension
                } else {
                    self.fields.employee_no
                };
                (text, start_range(text, &term.bare, char::is_alphanumeric))
            }
            (At::End, _) => {
                let text = self.fields.mobile;
                let typed = term.number.as_ref().map_or(0, |number| number.digits.len());
                (
                    text,
                    std::iter::once(text.len() - typed..text.len()).collect(),
                )
            }
        };
        if !text.is_empty() {
            marks.add_other(found.field, None, ranges);
        }
    }
}

fn offer(best: &mut Option<Match>, field: Field, class: Class, level: Level, at: At) {
    if best
        .as_ref()
        .is_none_or(|known| (level, field) < (known.level, known.field))
    {
        *best = Some(Match {
            level,
            field,
            class,
            at,
        });
    }
}

fn alias_ranges(units: &Units, found: &NameMatch) -> Vec<Range<usize>> {
    (0..found.length)
        .map(|index| units.origin_of(found.start + index, usize::from(found.steps[index].bytes)))
        .collect()
}

/// Returns where a term lies in a plain text, unit by unit.
fn unit_ranges(units: &Units, start: usize, term: &Term) -> Vec<Range<usize>> {
    let mut rest = term.bare.len();
    let mut ranges = Vec::new();
    for at in start..units.len() {
        if rest == 0 {
            break;
        }
        let bytes = rest.min(units.text(at).len());
        ranges.push(units.origin_of(at, bytes));
        rest -= bytes;
    }
    ranges
}

/// Returns the beginning of a text that folds to as much as was typed.
fn start_range(text: &str, typed: &str, keep: fn(char) -> bool) -> Vec<Range<usize>> {
    let mut rest = typed.len();
    let mut range = 0..0;
    for (at, c) in text.char_indices() {
        if rest == 0 {
            break;
        }
        let mut used = 0;
        fold(c, |f| used += if keep(f) { f.len_utf8() } else { 0 });
        if used > 0 && range.is_empty() {
            range.start = at;
        }
        rest = rest.saturating_sub(used);
        range.end = at + c.len_utf8();
    }
    vec![range]
}

/// Marks of one person, gathered over all terms.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    name: Vec<Range<usize>>,
    reading: Vec<Range<usize>>,
    others: Vec<FieldMarks>,
}

impl Marks {
    fn add_name(&mut self, units: &Units, found: &NameMatch, reading: &Reading) {
        for (index, step) in found.steps[..found.length].iter().enumerate() {
            let at = found.start + index;
            let bytes = usize::from(step.bytes);
            let origin = units.origin_of(at, bytes);
            let shown = reading.units.get(at).cloned();
            match (shown, step.reading) {
                (Some(shown), Some(number)) => {
                    let form = units.readings(at)[usize::from(number)];
                    self.reading
                        .push(read_part(&reading.text, shown, form, bytes));
                }
                // A word stands in the reading as it is written.
                (Some(shown), None) if units.get(at).han.is_none() => {
                    self.reading.push(shown.start..shown.start + origin.len());
                }
                _ => {}
            }
            self.name.push(origin);
        }
    }

    fn add_other(&mut self, field: Field, department: Option<i64>, ranges: Vec<Range<usize>>) {
        match self
            .others
            .iter_mut()
            .find(|marks| marks.field == field && marks.department == department)
        {
            Some(marks) => marks.ranges.extend(ranges),
            None => self.others.push(FieldMarks {
                field,
                department,
                ranges,
            }),
        }
    }

    /// Returns name marks, reading marks and the marks of other fields, each in order and joined.
    pub(crate) fn finish(mut self) -> (Vec<Range<usize>>, Vec<Range<usize>>, Vec<FieldMarks>) {
        join(&mut self.name);
        join(&mut self.reading);
        self.others
            .iter_mut()
            .for_each(|marks| join(&mut marks.ranges));
        (self.name, self.reading, self.others)
    }
}

/// Returns the part of a shown syllable that was typed; all of it if another reading was.
fn read_part(text: &str, shown: Range<usize>, form: &str, bytes: usize) -> Range<usize> {
    let syllable = &text[shown.clone()];
    if bytes == form.len() || !folded(syllable).starts_with(&form[..bytes]) {
        return shown;
    }
    let end = syllable
        .char_indices()
        .nth(bytes)
        .map_or(syllable.len(), |(at, _)| at);
    shown.start..shown.start + end
}

fn join(ranges: &mut Vec<Range<usize>>) {
    ranges.retain(|range| !range.is_empty());
    ranges.sort_unstable_by_key(|range| range.start);
    ranges.dedup_by(|next, last| {
        let joins = next.start <= last.end;
        if joins {
            last.end = last.end.max(next.end);
        }
        joins
    });
}
