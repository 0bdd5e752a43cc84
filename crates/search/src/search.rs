//! One search from the typed text to the answer: plan and walk each segment, merge, explain.

use std::cmp::Ordering;

use crate::explain::{Marks, Subject};
use crate::gather;
use crate::index::{Index, Part};
use crate::many;
use crate::near::Near;
use crate::plan::{Ground, Plan, TermPlan};
use crate::query::{Answer, Class, Field, Hit, Query, TOTAL_CAP, Total};
use crate::reading;
use crate::segment::order;
use crate::term::Terms;
use crate::text::Units;
use crate::tree::Place;
use crate::walk::{Found, Walk};

/// Answers a query.
pub(crate) fn search(index: &Index, query: &Query<'_>) -> Answer {
    let nothing = Answer {
        hits: Vec::new(),
        total: Total::Exact(0),
        corrected: false,
    };
    let mut terms = Terms::parse(query.text);
    let Some(near) = Near::new(&index.tree, query.near, query.department) else {
        return nothing;
    };
    if terms.each.is_empty() {
        return nothing;
    }
    let mut search = Search {
        index,
        query,
        near: &near,
        typos: false,
    };
    let mut found = search.find(&terms);
    if found.is_empty() {
        search.typos = true;
        terms.forgive();
        found = search.find(&terms);
    }
    let cap = search.cap();
    let total = if found.len() >= cap {
        Total::AtLeast(cap)
    } else {
        Total::Exact(found.len())
    };
    let hits = found
        .iter()
        .take(cap)
        .skip(query.offset)
        .take(query.limit)
        .map(|(part, found)| search.hit(&index.parts[*part], *found, &terms))
        .collect::<Vec<_>>();
    Answer {
        corrected: search.typos && !found.is_empty(),
        hits,
        total,
    }
}

struct Search<'a> {
    index: &'a Index,
    query: &'a Query<'a>,
    near: &'a Near,
    typos: bool,
}

/// A found person and the number of the part he is in.
type InPart = (usize, Found);

impl<'a> Search<'a> {
    fn cap(&self) -> usize {
        TOTAL_CAP.max(self.query.offset.saturating_add(self.query.limit))
    }

    fn find(&self, terms: &Terms) -> Vec<InPart> {
        let mut all: Vec<InPart> = Vec::new();
        for (number, part) in self.index.parts.iter().enumerate() {
            let found = self.find_in(part, terms);
            if all.is_empty() {
                all = found.into_iter().map(|found| (number, found)).collect();
            } else if !found.is_empty() {
                all = self.merge(
                    all,
                    found.into_iter().map(|found| (number, found)).collect(),
                );
            }
        }
        all
    }

    fn ground(&self, part: &'a Part) -> Ground<'a> {
        Ground {
            segment: &part.segment,
            layout: &part.layout,
            tree: &self.index.tree,
            scope: self.query.scope,
            mobile_allowed: self.query.mobile_allowed,
            typos: self.typos,
        }
    }

    fn find_in(&self, part: &'a Part, terms: &Terms) -> Vec<Found> {
        let ground = self.ground(part);
        let visible = self.query.scope.visible(&part.segment);
        let tiers = self.near.slots(&part.layout, part.segment.slots());
        let walk = Walk {
            ground,
            visible: &visible,
            tiers: &tiers,
            singles: self.near.is_everywhere(),
            dead: &part.dead,
            cap: self.cap(),
        };
        let plan = |term| TermPlan::new(term, gather::sources(&ground, term));
        // A joined term matches people whatever their department, so it finds the nearest slot first.
        let mut plans: Vec<Plan<'_, '_>> = Vec::with_capacity(2);
        plans.extend(terms.joined.iter().map(|term| Plan::new(vec![plan(term)])));
        let all = Plan::new(terms.each.iter().map(plan).collect());
        plans.push(many::combine(&walk, all));
        walk.run(&mut plans)
    }

    /// Merges two sorted lists and cuts the result.
    fn merge(&self, left: Vec<InPart>, right: Vec<InPart>) -> Vec<InPart> {
        let mut out = Vec::with_capacity(left.len() + right.len());
        let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
        while let (Some(one), Some(other)) = (left.peek(), right.peek()) {
            let next = if self.compare(one, other) == Ordering::Greater {
                right.next()
            } else {
                left.next()
            };
            out.extend(next);
        }
        out.extend(left);
        out.extend(right);
        out.truncate(self.cap());
        out
    }

    fn compare(&self, one: &InPart, other: &InPart) -> Ordering {
        let rank = |found: &Found| (found.level, found.tier);
        rank(&one.1)
            .cmp(&rank(&other.1))
            .then_with(|| self.place(one).cmp(&self.place(other)))
            .then_with(|| self.collation(one).cmp(&self.collation(other)))
    }

    fn place(&self, (part, found): &InPart) -> (Place, i64) {
        let segment = &self.index.parts[*part].segment;
        order(&self.index.tree, segment.department(found.slot))
    }

    fn collation(&self, (part, found): &InPart) -> impl Ord + 'a {
        let segment = &self.index.parts[*part].segment;
        let doc = segment.doc(found.slot);
        segment.collation(doc)
    }

    fn hit(&self, part: &Part, found: Found, terms: &Terms) -> Hit {
        let segment = &*part.segment;
        let doc = segment.doc(found.slot);
        let fields = segment.record(doc).fields();
        let department = segment.department(found.slot);
        let subject = Subject {
            fields,
            name: Units::of(fields.name),
            alias: Units::of(fields.alias),
            tree: &self.index.tree,
            place: self
                .index
                .tree
                .place(department)
                .filter(|_| self.query.scope.sees_department(department)),
            scope: self.query.scope,
            mobile_allowed: self.query.mobile_allowed,
        };
        let reading = reading::read(fields.name, &subject.name);
        let mut marks = Marks::default();
        let joined = terms
            .joined
            .as_ref()
            .and_then(|term| Some((term, subject.best(term, Some(found.level))?)))
            .filter(|(_, best)| best.level == found.level);
        // One term matches at the level found; of several, only the worst does.
        let known = (terms.each.len() == 1).then_some(found.level);
        let matched: Vec<_> = match joined {
            Some(best) => vec![best],
            None => terms
                .each
                .iter()
                .filter_map(|term| Some((term, subject.best(term, known)?)))
                .collect(),
        };
        for (term, best) in &matched {
            subject.mark(best, term, &reading, &mut marks);
        }
        let worst = matched
            .iter()
            .map(|(_, best)| best)
            .max_by_key(|best| best.level);
        let (name_marks, reading_marks, marks) = marks.finish();
        Hit {
            key: segment.records.key(doc),
            field: worst.map_or(Field::Name, |best| best.field),
            class: worst.map_or(Class::Substring, |best| best.class),
            proximity: self.near.proximity(found.tier),
            name_marks,
            reading: reading.text,
            reading_marks,
            marks,
        }
    }
}
