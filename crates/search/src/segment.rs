//! An unchanging part of the directory with everything needed to search it.
//!
//! A person has one slot for each of his departments. Slots are numbered by department in depth-first order and inside a department by
//! pinyin, so a department, a subtree and a viewer's scope are ranges of slots, and ascending order is directory order.

mod build;

use std::ops::Range;

use rustc_hash::FxHashSet;

use crate::Key;
use crate::prefix::{Packed, PrefixIndex};
use crate::record::{Doc, KeyTable, Record, Records};
use crate::scope::Scope;
use crate::text::Units;
use crate::tree::{NOWHERE, Place, Tree};

/// Numbers the appearances of people in departments.
pub(crate) type Slot = u32;

/// A part of the directory.
#[derive(Debug)]
pub(crate) struct Segment {
    /// Unique in the process, so that caches know which segment they are about.
    pub(crate) number: u64,
    pub(crate) records: Records,
    table: KeyTable,
    slots: Vec<Doc>,
    runs: Vec<Run>,
    /// The slot of each person in the main department.
    home: Vec<Slot>,
    /// The slots in further departments.
    further: Vec<(Doc, Slot)>,
    pub(crate) names: NameIndex,
    pub(crate) aliases: NameIndex,
    /// Hashes of the words in names and aliases.
    words: FxHashSet<u64>,
    pub(crate) position: PrefixIndex,
    pub(crate) position_inner: PrefixIndex,
    pub(crate) extension: PrefixIndex,
    pub(crate) employee_no: PrefixIndex,
    pub(crate) email: PrefixIndex,
    /// Digits from the last to the first.
    pub(crate) mobile: PrefixIndex,
}

/// The slots of one department.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    pub(crate) id: i64,
    pub(crate) start: Slot,
    pub(crate) end: Slot,
}

/// Names, or aliases, by every way to type them.
#[derive(Debug, Default)]
pub(crate) struct NameIndex {
    /// From the first unit on: as written, and in every spelling.
    pub(crate) lead: PrefixIndex,
    /// From the second unit on.
    pub(crate) second: PrefixIndex,
    /// From each later unit on.
    pub(crate) later: PrefixIndex,
    /// First letters of all units.
    pub(crate) lead_initials: PrefixIndex,
    /// First letters from each unit but the first on.
    pub(crate) inner_initials: PrefixIndex,
}

impl Segment {
    /// Counts the slots.
    pub(crate) fn slots(&self) -> Slot {
        self.slots.len() as Slot
    }

    #[inline]
    pub(crate) fn doc(&self, slot: Slot) -> Doc {
        self.slots[slot as usize]
    }

    pub(crate) fn record(&self, doc: Doc) -> Record<'_> {
        self.records.get(doc)
    }

    pub(crate) fn find(&self, key: Key) -> Option<Doc> {
        self.table.find(&self.records, key)
    }

    /// Returns the department of a slot.
    pub(crate) fn department(&self, slot: Slot) -> i64 {
        let run = self.runs.partition_point(|run| run.end <= slot);
        self.runs[run].id
    }

    /// Returns what orders people within a department.
    pub(crate) fn collation(&self, doc: Doc) -> (Packed, &str, Key) {
        let name = self.record(doc).name();
        (
            collation_start(&Units::of(name)),
            name,
            self.records.key(doc),
        )
    }

    /// Returns the departments with their slots, in the order of the slots.
    pub(crate) fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// Finds the slots of one department.
    pub(crate) fn run(&self, id: i64) -> Option<&Run> {
        self.runs.iter().find(|run| run.id == id)
    }

    /// Returns the people who stand in more than one department.
    pub(crate) fn docs_in_several(&self) -> impl Iterator<Item = Doc> {
        let docs = self.further.iter().map(|(doc, _)| *doc);
        docs.enumerate()
            .filter(|(at, doc)| *at == 0 || self.further[at - 1].0 != *doc)
            .map(|(_, doc)| doc)
    }

    /// Calls back with every slot of a person.
    pub(crate) fn slots_of(&self, doc: Doc, mut each: impl FnMut(Slot)) {
        each(self.home[doc as usize]);
        let from = self.further.partition_point(|(other, _)| *other < doc);
        for (_, slot) in self.further[from..]
            .iter()
            .take_while(|(other, _)| *other == doc)
        {
            each(*slot);
        }
    }

    /// Whether the word occurs in a name or alias; rarely true of one that does not.
    pub(crate) fn knows_word(&self, word: &str) -> bool {
        self.words.contains(&build::hash(word))
    }

    pub(crate) fn heap_bytes(&self) -> usize {
        let plain = [
            &self.position,
            &self.position_inner,
            &self.extension,
            &self.employee_no,
            &self.email,
            &self.mobile,
        ];
        let names = [&self.names, &self.aliases];
        let spelt = names.iter().flat_map(|names| names.parts());
        self.records.heap_bytes()
            + self.table.heap_bytes()
            + (self.slots.capacity() + self.home.capacity() + 2 * self.further.capacity()) * 4
            + self.runs.capacity() * size_of::<Run>()
            + self.words.capacity() * 9
            + plain
                .into_iter()
                .chain(spelt)
                .map(PrefixIndex::heap_bytes)
                .sum::<usize>()
    }
}

impl NameIndex {
    fn parts(&self) -> [&PrefixIndex; 5] {
        [
            &self.lead,
            &self.second,
            &self.later,
            &self.lead_initials,
            &self.inner_initials,
        ]
    }
}

/// How the runs of a segment lie in the present tree.
#[derive(Debug)]
pub(crate) struct Layout {
    /// The slots of the department at each place.
    runs: Vec<Range<Slot>>,
    /// Where the slots at or behind each place begin, if `in_order`.
    edges: Vec<Slot>,
    /// Whether the segment was built with departments in the present order.
    pub(crate) in_order: bool,
}

impl Layout {
    pub(crate) fn new(segment: &Segment, tree: &Tree) -> Self {
        let mut runs = vec![0..0; tree.len()];
        let mut known_end = 0;
        let mut last_place = 0;
        let mut in_order = true;
        for run in &segment.runs {
            if let Some(place) = tree.place(run.id) {
                in_order &= run.start == known_end && place >= last_place;
                last_place = place;
                known_end = run.end;
                runs[place as usize] = run.start..run.end;
            }
        }
        let mut edges = vec![known_end; tree.len() + 1];
        if in_order {
            for place in (0..tree.len()).rev() {
                let run = &runs[place];
                edges[place] = if run.is_empty() {
                    edges[place + 1]
                } else {
                    run.start
                };
            }
        }
        Self {
            runs,
            edges,
            in_order,
        }
    }

    pub(crate) fn heap_bytes(&self) -> usize {
        self.runs.capacity() * size_of::<Range<Slot>>() + self.edges.capacity() * size_of::<Slot>()
    }

    /// Adds the slots of a range of places; call [`normalise`] after the last.
    pub(crate) fn add_slots(&self, places: &Range<Place>, out: &mut Vec<Range<Slot>>) {
        if self.in_order {
            out.push(self.edges[places.start as usize]..self.edges[places.end as usize]);
        } else {
            out.extend_from_slice(&self.runs[places.start as usize..places.end as usize]);
        }
    }
}

/// Sorts ranges, joins those that touch and drops empty ones.
pub(crate) fn normalise(ranges: &mut Vec<Range<u32>>) {
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

/// Returns the parts of the normalised ranges `from` that are not in the normalised ranges `minus`.
pub(crate) fn difference(from: &[Range<u32>], minus: &[Range<u32>]) -> Vec<Range<u32>> {
    let mut out = Vec::new();
    let mut next = 0;
    for range in from {
        let mut start = range.start;
        while next < minus.len() && minus[next].end <= start {
            next += 1;
        }
        for hole in minus[next..]
            .iter()
            .take_while(|hole| hole.start < range.end)
        {
            if hole.start > start {
                out.push(start..hole.start);
            }
            start = start.max(hole.end);
        }
        if start < range.end {
            out.push(start..range.end);
        }
    }
    out
}

/// What of a segment a viewer may see.
#[derive(Debug)]
pub(crate) struct Visible {
    /// Slots in visible departments.
    pub(crate) slots: Vec<Range<Slot>>,
    /// Main slots, as ranges of one, of people who are visible one by one and in no visible department.
    pub(crate) singles: Vec<Range<Slot>>,
    /// How many slots are in visible departments.
    count: Slot,
}

impl Visible {
    pub(crate) fn new(segment: &Segment, scope: &Scope) -> Self {
        let mut slots: Vec<Range<Slot>> = segment
            .runs
            .iter()
            .filter(|run| scope.sees_department(run.id))
            .map(|run| run.start..run.end)
            .collect();
        if scope.sees_everything() {
            slots = std::iter::once(0..segment.slots()).collect();
        }
        normalise(&mut slots);
        let hidden = Self::ranges(segment, scope.hidden(), |doc, out| {
            segment.slots_of(doc, |slot| out.push(slot..slot + 1));
        });
        let singles = Self::ranges(segment, scope.shown(), |doc, out| {
            let mut visible = scope.sees_everything();
            segment.slots_of(doc, |slot| {
                visible |= scope.sees_department(segment.department(slot));
            });
            if !visible {
                let slot = segment.home[doc as usize];
                out.push(slot..slot + 1);
            }
        });
        if !hidden.is_empty() {
            slots = difference(&slots, &hidden);
        }
        Self {
            count: slots.iter().map(|range| range.end - range.start).sum(),
            slots,
            singles,
        }
    }

    /// Whether a good part of the slots is visible.
    pub(crate) fn is_wide(&self, slots: Slot) -> bool {
        self.count > slots / 32
    }

    fn ranges(
        segment: &Segment,
        keys: impl Iterator<Item = Key>,
        add: impl Fn(Doc, &mut Vec<Range<Slot>>),
    ) -> Vec<Range<Slot>> {
        let mut out = Vec::new();
        keys.filter_map(|key| segment.find(key))
            .for_each(|doc| add(doc, &mut out));
        normalise(&mut out);
        out
    }
}

/// What a name is sorted by first: the beginning of its usual spelling.
pub(crate) fn collation_start(units: &Units) -> Packed {
    Packed::new(units.usual_spelling().as_bytes())
}

/// Returns the order of a department's slots among all: by place, unknown ones last.
pub(crate) fn order(tree: &Tree, id: i64) -> (Place, i64) {
    tree.place(id).map_or((NOWHERE, id), |place| (place, 0))
}
