//! People packed into one text, and the table that finds them by key.

use rustc_hash::FxHashMap;

use crate::{Entry, Key};

/// Numbers people from zero in directory order.
pub(crate) type Doc = u32;

/// The packed people.
#[derive(Debug, Default)]
pub(crate) struct Records {
    keys: Vec<Key>,
    /// Where each record starts in the arena.
    starts: Vec<u32>,
    arena: String,
    /// Texts that many people share, such as positions.
    shared: Vec<Box<str>>,
    shared_of: FxHashMap<Box<str>, u32>,
}

impl Records {
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    pub(crate) fn keys(&self) -> &[Key] {
        &self.keys
    }

    pub(crate) fn key(&self, doc: Doc) -> Key {
        self.keys[doc as usize]
    }

    /// Appends a person.
    pub(crate) fn push(&mut self, entry: &Entry) {
        self.keys.push(entry.key);
        self.starts.push(self.arena.len() as u32);
        let position = self.share(&entry.position);
        let arena = &mut self.arena;
        put_text(arena, &entry.name);
        put_text(arena, &entry.alias);
        put_number(arena, u64::from(position));
        put_number(arena, entry.departments.len() as u64);
        for id in &entry.departments {
            // Zigzag, so that small negative ids stay short.
            put_number(arena, ((id << 1) ^ (id >> 63)) as u64);
        }
        for text in [&entry.extension, &entry.employee_no, &entry.email] {
            put_text(arena, text);
        }
        put_text(arena, entry.mobile.as_deref().unwrap_or_default());
    }

    fn share(&mut self, text: &str) -> u32 {
        if let Some(number) = self.shared_of.get(text) {
            return *number;
        }
        let number = self.shared.len() as u32;
        self.shared.push(text.into());
        self.shared_of.insert(text.into(), number);
        number
    }

    /// Returns the people in another order; `order` lists the old numbers.
    pub(crate) fn reordered(mut self, order: &[Doc]) -> Self {
        let mut arena = String::with_capacity(self.arena.len());
        let mut starts = Vec::with_capacity(order.len());
        for doc in order {
            starts.push(arena.len() as u32);
            let from = self.starts[*doc as usize] as usize;
            let to = self
                .starts
                .get(*doc as usize + 1)
                .map_or(self.arena.len(), |end| *end as usize);
            arena.push_str(&self.arena[from..to]);
        }
        self.keys = order.iter().map(|doc| self.keys[*doc as usize]).collect();
        self.shared_of = FxHashMap::default();
        self.shared.shrink_to_fit();
        Self {
            starts,
            arena,
            ..self
        }
    }

    /// Counts the different positions.
    pub(crate) fn positions(&self) -> usize {
        self.shared.len()
    }

    /// Returns a position by its number.
    pub(crate) fn position(&self, number: u32) -> &str {
        &self.shared[number as usize]
    }

    /// Returns a view of one person.
    pub(crate) fn get(&self, doc: Doc) -> Record<'_> {
        Record {
            shared: &self.shared,
            packed: &self.arena[self.starts[doc as usize] as usize..],
        }
    }

    pub(crate) fn heap_bytes(&self) -> usize {
        let shared: usize = self.shared.iter().map(|text| text.len() + 16).sum();
        self.keys.capacity() * 16 + self.starts.capacity() * 4 + self.arena.capacity() + shared
    }
}

/// A view of one packed person.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Record<'a> {
    shared: &'a [Box<str>],
    packed: &'a str,
}

/// The fields of one person.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields<'a> {
    pub(crate) name: &'a str,
    pub(crate) alias: &'a str,
    pub(crate) position: &'a str,
    pub(crate) extension: &'a str,
    pub(crate) employee_no: &'a str,
    pub(crate) email: &'a str,
    pub(crate) mobile: &'a str,
}

impl<'a> Record<'a> {
    /// Reads the name alone, which stands first.
    pub(crate) fn name(self) -> &'a str {
        take_text(&mut { self.packed })
    }

    /// Reads the alias alone.
    pub(crate) fn alias(self) -> &'a str {
        let mut rest = self.packed;
        take_text(&mut rest);
        take_text(&mut rest)
    }

    /// Reads the number of the position alone.
    pub(crate) fn position(self) -> u32 {
        let mut rest = self.packed;
        take_text(&mut rest);
        take_text(&mut rest);
        take_number(&mut rest) as u32
    }

    fn shared_text(self, number: u64) -> &'a str {
        &self.shared[number as usize]
    }

    /// Calls back with the departments, the main one first.
    pub(crate) fn departments(self) -> impl Iterator<Item = i64> {
        let mut rest = self.packed;
        take_text(&mut rest);
        take_text(&mut rest);
        take_number(&mut rest);
        let count = take_number(&mut rest);
        (0..count).map(move |_| take_id(&mut rest))
    }

    /// Reads all texts.
    pub(crate) fn fields(self) -> Fields<'a> {
        let mut rest = self.packed;
        let name = take_text(&mut rest);
        let alias = take_text(&mut rest);
        let position = self.shared_text(take_number(&mut rest));
        for _ in 0..take_number(&mut rest) {
            take_number(&mut rest);
        }
        Fields {
            name,
            alias,
            position,
            extension: take_text(&mut rest),
            employee_no: take_text(&mut rest),
            email: take_text(&mut rest),
            mobile: take_text(&mut rest),
        }
    }

    /// Unpacks the person.
    pub(crate) fn entry(self, key: Key) -> Entry {
        let fields = self.fields();
        Entry {
            key,
            name: fields.name.to_owned(),
            alias: fields.alias.to_owned(),
            position: fields.position.to_owned(),
            departments: self.departments().collect(),
            extension: fields.extension.to_owned(),
            employee_no: fields.employee_no.to_owned(),
            email: fields.email.to_owned(),
            mobile: (!fields.mobile.is_empty()).then(|| fields.mobile.to_owned()),
        }
    }
}

/// Set in a character of a number that is not the last.
const MORE: u8 = 0x40;

/// Writes six bits in each character, so that the arena stays a text and is not validated again at each look.
fn put_number(out: &mut String, mut value: u64) {
    while value >= u64::from(MORE) {
        out.push(char::from((value as u8 % MORE) | MORE));
        value >>= 6;
    }
    out.push(char::from(value as u8));
}

#[inline]
fn take_number(packed: &mut &str) -> u64 {
    let mut value = 0;
    for (index, byte) in packed.bytes().enumerate() {
        value |= u64::from(byte % MORE) << (6 * index);
        if byte < MORE {
            *packed = &packed[index + 1..];
            break;
        }
    }
    value
}

fn take_id(packed: &mut &str) -> i64 {
    let value = take_number(packed);
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

fn put_text(out: &mut String, text: &str) {
    put_number(out, text.len() as u64);
    out.push_str(text);
}

#[inline]
fn take_text<'a>(packed: &mut &'a str) -> &'a str {
    let length = take_number(packed) as usize;
    let (text, rest) = packed.split_at(length);
    *packed = rest;
    text
}

/// Finds people by key: an open-addressed table that stores numbers only.
#[derive(Debug, Default)]
pub(crate) struct KeyTable {
    cells: Vec<u32>,
}

const EMPTY: u32 = u32::MAX;

impl KeyTable {
    /// Builds the table; of several people with the same key only the last is found.
    pub(crate) fn build(keys: &[Key]) -> Self {
        let size = (keys.len() * 2).next_power_of_two().max(4);
        let mut table = Self {
            cells: vec![EMPTY; size],
        };
        for (doc, key) in keys.iter().enumerate() {
            let mut at = table.home(*key);
            while table.cells[at] != EMPTY && keys[table.cells[at] as usize] != *key {
                at = (at + 1) & (size - 1);
            }
            table.cells[at] = doc as u32;
        }
        table
    }

    fn home(&self, key: Key) -> usize {
        let mixed = (key as u64 ^ (key >> 64) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 32) as usize & (self.cells.len() - 1)
    }

    /// Returns the person's number.
    pub(crate) fn find(&self, records: &Records, key: Key) -> Option<Doc> {
        if self.cells.is_empty() {
            return None;
        }
        let mut at = self.home(key);
        loop {
            match self.cells[at] {
                EMPTY => return None,
                doc if records.key(doc) == key => return Some(doc),
                _ => at = (at + 1) & (self.cells.len() - 1),
            }
        }
    }

    pub(crate) fn heap_bytes(&self) -> usize {
        self.cells.capacity() * 4
    }
}
