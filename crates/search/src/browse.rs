//! The directory without a search: who stands in a department and below, and how many are below each.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::index::{Index, Part};
use crate::reading;
use crate::record::Doc;
use crate::segment::{Run, Slot};
use crate::text::Units;
use crate::tree::{Place, Tree};
use crate::{Key, Scope};

/// A page of a department's list.
#[derive(Debug, Clone, Copy)]
pub struct Browse<'a> {
    pub scope: &'a Scope,
    /// This department and those below it; None for everybody whom the scope shows.
    pub department: Option<i64>,
    pub offset: usize,
    pub limit: usize,
}

/// A person as a department's list shows him.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub key: Key,
    /// The department in which the list has him; None for one who is in no visible department.
    pub department: Option<i64>,
    /// The name in pinyin with tone marks; empty for a name without Han characters.
    pub reading: String,
}

/// How many visible people are in each department and below it, each of them counted once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    by_department: FxHashMap<i64, usize>,
    total: usize,
}

impl Counts {
    /// Gives the number of people in a department and below it.
    pub fn below(&self, department: i64) -> usize {
        self.by_department
            .get(&department)
            .copied()
            .unwrap_or_default()
    }

    /// Gives the number of all people whom the scope shows.
    pub fn total(&self) -> usize {
        self.total
    }
}

impl Index {
    /// Counts the visible people by department.
    pub fn counts(&self, scope: &Scope) -> Counts {
        let tree = &*self.tree;
        let mut sums = Sums {
            at: vec![0; tree.len()],
            total: 0,
        };
        for part in &self.parts {
            sums.add(tree, part, scope);
        }
        // A department stands behind the one above it, so going backwards each is complete when it is added.
        for place in (0..sums.at.len()).rev() {
            if let Some(parent) = tree.node(place as Place).parent {
                sums.at[parent as usize] += sums.at[place];
            }
        }
        let by_department = sums.at.iter().enumerate();
        let by_department = by_department.filter(|(_, count)| **count > 0);
        Counts {
            by_department: by_department
                .map(|(place, count)| (tree.node(place as Place).id, *count as usize))
                .collect(),
            total: sums.total as usize,
        }
    }

    /// Lists people department by department in the order of the tree; inside a department those of the lowest rank first, then
    /// by pinyin. The rank is the caller's, for a person in a department.
    pub fn browse(&self, page: &Browse<'_>, rank: impl Fn(Key, i64) -> i64) -> Vec<Listed> {
        let tree = &*self.tree;
        let places = match page.department.map(|id| tree.place(id)) {
            None => 0..tree.len() as Place,
            Some(Some(place)) => tree.subtree(place),
            Some(None) => return Vec::new(),
        };
        let mut list = List {
            index: self,
            seen: FxHashSet::default(),
            rows: Vec::new(),
        };
        let wanted = page.offset.saturating_add(page.limit);
        for place in places {
            if list.rows.len() >= wanted {
                break;
            }
            list.add_department(page.scope, tree.node(place).id, &rank);
        }
        if page.department.is_none() && list.rows.len() < wanted {
            list.add_others(page.scope);
        }
        let rows = list.rows.into_iter().skip(page.offset).take(page.limit);
        rows.map(|(part, doc, department)| self.listed(part, doc, department))
            .collect()
    }

    fn listed(&self, part: usize, doc: Doc, department: Option<i64>) -> Listed {
        let segment = &self.parts[part].segment;
        let name = segment.record(doc).name();
        Listed {
            key: segment.records.key(doc),
            department,
            reading: reading::read(name, &Units::of(name)).text,
        }
    }
}

/// People by the place they stand at, before those below are added.
struct Sums {
    at: Vec<i64>,
    total: i64,
}

impl Sums {
    fn add(&mut self, tree: &Tree, part: &Part, scope: &Scope) {
        let segment = &part.segment;
        let visible = scope.visible(segment);
        for run in segment.runs() {
            let count = within(&visible.slots, run)
                .map(|range| part.alive(range))
                .sum::<usize>();
            self.total += count as i64;
            if let Some(place) = tree.place(run.id) {
                self.at[place as usize] += count as i64;
            }
        }
        for range in &visible.singles {
            self.total += part.alive(range.clone()) as i64;
        }
        // Whoever stands in several departments was counted in each; where they join, once is enough.
        let mut places: Vec<Option<Place>> = Vec::new();
        for doc in segment.docs_in_several() {
            if part.is_dead(doc) {
                continue;
            }
            places.clear();
            segment.slots_of(doc, |slot| {
                if contains(&visible.slots, slot) {
                    places.push(tree.place(segment.department(slot)));
                }
            });
            places.sort_unstable();
            self.total -= places.len().saturating_sub(1) as i64;
            for pair in places.windows(2) {
                if let [Some(one), Some(other)] = *pair
                    && let Some(above) = joint(tree, one, other)
                {
                    self.at[above as usize] -= 1;
                }
            }
        }
    }
}

/// Returns the lowest department that has both below it.
fn joint(tree: &Tree, one: Place, other: Place) -> Option<Place> {
    tree.path(one)
        .find(|place| tree.subtree(*place).contains(&other))
}

fn contains(ranges: &[Range<Slot>], slot: Slot) -> bool {
    let next = ranges.partition_point(|range| range.end <= slot);
    ranges.get(next).is_some_and(|range| range.start <= slot)
}

/// Returns the parts of normalised ranges that lie in a run.
fn within(ranges: &[Range<Slot>], run: &Run) -> impl Iterator<Item = Range<Slot>> {
    let (start, end) = (run.start, run.end);
    let first = ranges.partition_point(|range| range.end <= start);
    let rest = ranges[first..].iter();
    rest.take_while(move |range| range.start < end)
        .map(move |range| range.start.max(start)..range.end.min(end))
}

/// A list as it grows: part, person and department of each row.
struct List<'a> {
    index: &'a Index,
    seen: FxHashSet<Key>,
    rows: Vec<(usize, Doc, Option<i64>)>,
}

impl List<'_> {
    fn add_department(&mut self, scope: &Scope, id: i64, rank: &impl Fn(Key, i64) -> i64) {
        let parts = &self.index.parts;
        let mut here: Vec<(usize, Doc)> = Vec::new();
        for (number, part) in parts.iter().enumerate() {
            let Some(run) = part.segment.run(id) else {
                continue;
            };
            let visible = scope.visible(&part.segment);
            let slots = within(&visible.slots, run).flatten();
            let docs = slots.map(|slot| part.segment.doc(slot));
            here.extend(
                docs.filter(|doc| !part.is_dead(*doc))
                    .map(|doc| (number, doc)),
            );
        }
        let key = |part: usize, doc: Doc| parts[part].segment.records.key(doc);
        // The slots of one part are sorted by pinyin already.
        if here.windows(2).any(|pair| pair[0].0 != pair[1].0) {
            here.sort_by_cached_key(|(part, doc)| {
                (
                    rank(key(*part, *doc), id),
                    parts[*part].segment.collation(*doc),
                )
            });
        } else {
            here.sort_by_cached_key(|(part, doc)| rank(key(*part, *doc), id));
        }
        for (part, doc) in here {
            if self.seen.insert(key(part, doc)) {
                self.rows.push((part, doc, Some(id)));
            }
        }
    }

    /// Adds those in departments that the tree does not know, and those who are visible one by one.
    fn add_others(&mut self, scope: &Scope) {
        for (number, part) in self.index.parts.iter().enumerate() {
            let visible = scope.visible(&part.segment);
            let unknown = part.segment.runs().iter();
            let unknown = unknown.filter(|run| self.index.tree.place(run.id).is_none());
            let unknown = unknown.flat_map(|run| within(&visible.slots, run));
            for slot in unknown.chain(visible.singles.iter().cloned()).flatten() {
                let doc = part.segment.doc(slot);
                if !part.is_dead(doc) && self.seen.insert(part.segment.records.key(doc)) {
                    self.rows.push((number, doc, None));
                }
            }
        }
    }
}
