//! Builds a segment: puts people in directory order, then makes every index over them.

use std::hash::Hasher;

use rustc_hash::{FxHashSet, FxHasher};

use super::{NameIndex, Run, Segment, Slot, collation_start, order};
use crate::Entry;
use crate::prefix::{Packed, PrefixIndex, Rows};
use crate::record::{Doc, KeyTable, Record, Records};
use crate::text::{Units, bare, folded};
use crate::tree::{Place, Tree, unique_number};

/// Segments with fewer people are built on one thread.
const WORTH_A_THREAD: usize = 20_000;

/// The run of people without a department.
const NO_DEPARTMENT: i64 = i64::MIN;

pub(super) fn hash(word: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(word.as_bytes());
    hasher.finish()
}

/// One person in one department.
struct Appearance {
    place: (Place, i64),
    spelling: Packed,
    doc: Doc,
    main: bool,
}

impl Segment {
    /// Builds a segment; of several entries with the same key the last one counts.
    pub(crate) fn build(tree: &Tree, entries: impl Iterator<Item = Entry>) -> Self {
        let mut records = Records::default();
        entries.for_each(|entry| records.push(&entry));
        let mut appearances = appearances(tree, &records);
        let names = |doc: Doc| (records.get(doc).name(), records.key(doc));
        appearances.sort_unstable_by(|a, b| {
            (a.place, a.spelling)
                .cmp(&(b.place, b.spelling))
                .then_with(|| names(a.doc).cmp(&names(b.doc)))
        });
        let mut old = Vec::with_capacity(records.len());
        let mut new = vec![0; records.len()];
        let mut segment = Self::empty();
        for (slot, appearance) in appearances.iter().enumerate() {
            if appearance.main {
                new[appearance.doc as usize] = old.len() as Doc;
                old.push(appearance.doc);
                segment.home.push(slot as Slot);
            }
            segment.extend_runs(appearance.place, tree);
        }
        for (slot, appearance) in appearances.iter().enumerate() {
            let doc = new[appearance.doc as usize];
            segment.slots.push(doc);
            if !appearance.main {
                segment.further.push((doc, slot as Slot));
            }
        }
        drop(appearances);
        segment.further.sort_unstable();
        segment.records = records.reordered(&old);
        segment.table = KeyTable::build(segment.records.keys());
        segment.index();
        segment
    }

    fn empty() -> Self {
        Self {
            number: unique_number(),
            records: Records::default(),
            table: KeyTable::default(),
            slots: Vec::new(),
            runs: Vec::new(),
            home: Vec::new(),
            further: Vec::new(),
            names: NameIndex::default(),
            aliases: NameIndex::default(),
            words: FxHashSet::default(),
            position: PrefixIndex::default(),
            position_inner: PrefixIndex::default(),
            extension: PrefixIndex::default(),
            employee_no: PrefixIndex::default(),
            email: PrefixIndex::default(),
            mobile: PrefixIndex::default(),
        }
    }

    fn extend_runs(&mut self, (place, unknown): (Place, i64), tree: &Tree) {
        let id = if (place as usize) < tree.len() {
            tree.node(place).id
        } else {
            unknown
        };
        match self.runs.last_mut() {
            Some(run) if run.id == id => run.end += 1,
            last => {
                let start = last.map_or(0, |run| run.end);
                self.runs.push(Run {
                    id,
                    start,
                    end: start + 1,
                });
            }
        }
    }

    fn index(&mut self) {
        let this = &*self;
        let big = this.slots.len() >= WORTH_A_THREAD;
        let first = || this.index_names(Record::name);
        let second = || (this.index_names(Record::alias), this.index_fields());
        let ((names, words), ((aliases, more), fields)) = if big {
            std::thread::scope(|scope| {
                let other = scope.spawn(second);
                (
                    first(),
                    other
                        .join()
                        .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
                )
            })
        } else {
            (first(), second())
        };
        let [
            position,
            position_inner,
            extension,
            employee_no,
            email,
            mobile,
        ] = fields;
        self.names = names;
        self.aliases = aliases;
        self.words = words;
        self.words.extend(more);
        self.words.shrink_to_fit();
        self.position = position;
        self.position_inner = position_inner;
        self.extension = extension;
        self.employee_no = employee_no;
        self.email = email;
        self.mobile = mobile;
    }

    fn index_names<'a>(
        &'a self,
        field: impl Fn(Record<'a>) -> &'a str,
    ) -> (NameIndex, FxHashSet<u64>) {
        let mut words = FxHashSet::default();
        let [mut lead, mut second, mut later] = [const { Rows::new() }; 3];
        let (mut lead_initials, mut inner_initials) = (Rows::default(), Rows::default());
        let mut units = Units::default();
        for slot in 0..self.slots() {
            units.load(field(self.record(self.doc(slot))));
            let spelt = units.has_readings();
            for start in 0..units.len() {
                let (rows, initials) = match start {
                    0 => (&mut lead, &mut lead_initials),
                    1 => (&mut second, &mut inner_initials),
                    _ => (&mut later, &mut inner_initials),
                };
                rows.push(units.from(start), slot);
                if spelt {
                    units.spellings(start, false, &mut |text| rows.push(text, slot));
                }
                // One letter alone is the beginning of the spelling.
                if units.len() - start > 1 {
                    units.spellings(start, true, &mut |text| initials.push(text, slot));
                }
                if units.get(start).han.is_none() {
                    words.insert(hash(units.text(start)));
                }
            }
        }
        let slots = self.slots.len();
        let index = NameIndex {
            lead: PrefixIndex::build(lead, slots),
            second: PrefixIndex::build(second, slots),
            later: PrefixIndex::build(later, slots),
            lead_initials: PrefixIndex::build(lead_initials, slots),
            inner_initials: PrefixIndex::build(inner_initials, slots),
        };
        (index, words)
    }

    fn index_fields(&self) -> [PrefixIndex; 6] {
        let mut rows: [Rows; 4] = Default::default();
        let mut holders = vec![Vec::new(); self.records.positions()];
        for slot in 0..self.slots() {
            let record = self.record(self.doc(slot));
            holders[record.position() as usize].push(slot);
            let [extension, employee_no, email, mobile] = &mut rows;
            let fields = record.fields();
            let last_first = fields.mobile.trim_start_matches('+').chars().rev();
            for (rows, text) in [
                (extension, bare(fields.extension)),
                (employee_no, bare(fields.employee_no)),
                (email, folded(fields.email)),
                (mobile, last_first.collect()),
            ] {
                if !text.is_empty() {
                    rows.push(&text, slot);
                }
            }
        }
        let slots = self.slots.len();
        let [position, position_inner] = self.index_positions(&holders);
        let [extension, employee_no, email, mobile] =
            rows.map(|rows| PrefixIndex::build(rows, slots));
        [
            position,
            position_inner,
            extension,
            employee_no,
            email,
            mobile,
        ]
    }

    fn index_positions(&self, holders: &[Vec<Slot>]) -> [PrefixIndex; 2] {
        let [mut whole, mut inner] = [const { Rows::new() }; 2];
        for number in 0..holders.len() as u32 {
            let units = Units::of(self.records.position(number));
            for start in 0..units.len() {
                let rows = if start == 0 { &mut whole } else { &mut inner };
                rows.push(units.from(start), number);
            }
        }
        [whole, inner].map(|rows| PrefixIndex::build_shared(rows, holders, self.slots.len()))
    }
}

fn appearances(tree: &Tree, records: &Records) -> Vec<Appearance> {
    let table = KeyTable::build(records.keys());
    let mut out = Vec::with_capacity(records.len() + records.len() / 16);
    let mut units = Units::default();
    let mut departments: Vec<i64> = Vec::new();
    for doc in 0..records.len() as Doc {
        if table.find(records, records.key(doc)) != Some(doc) {
            continue;
        }
        let record = records.get(doc);
        units.load(record.name());
        let spelling = collation_start(&units);
        departments.clear();
        departments.extend(record.departments());
        if departments.is_empty() {
            departments.push(NO_DEPARTMENT);
        }
        for (index, id) in departments.iter().enumerate() {
            if !departments[..index].contains(id) {
                out.push(Appearance {
                    place: order(tree, *id),
                    spelling,
                    doc,
                    main: index == 0,
                });
            }
        }
    }
    out
}
