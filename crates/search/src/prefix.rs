//! Slots by the beginning of a key.
//!
//! Keys are cut to 16 bytes and sorted, so every prefix is a range of keys. A prefix that many slots share has its list of slots made in
//! advance; the slots of a rare prefix are gathered and sorted when asked for. Either way a caller gets slots in ascending order, which
//! is the order of the directory.

use rustc_hash::FxHashMap;

use crate::list::{BlockLists, List, gallop};
use crate::typo::Slip;

/// Bytes of a key that are kept.
pub(crate) const KEY_BYTES: usize = 16;

/// A prefix with more rows than this has a list of its own.
const GATHERED: usize = if cfg!(test) { 3 } else { 512 };

/// Below this many rows sorting is quicker than a bitmap. It must stay below what makes a block dense.
const FEW: usize = if cfg!(test) { 6 } else { 2048 };

/// The first bytes of a text, comparable as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Packed(u64, u64);

impl Packed {
    pub(crate) fn new(text: &[u8]) -> Self {
        let mut bytes = [0; KEY_BYTES];
        let length = text.len().min(KEY_BYTES);
        bytes[..length].copy_from_slice(&text[..length]);
        let whole = u128::from_be_bytes(bytes);
        Self((whole >> 64) as u64, whole as u64)
    }

    fn bits(self) -> u128 {
        u128::from(self.0) << 64 | u128::from(self.1)
    }

    fn byte(self, index: usize) -> u8 {
        self.bits().to_be_bytes()[index]
    }

    /// The largest key that begins with this prefix of so many bytes.
    fn last(self, bytes: usize) -> u128 {
        self.bits() | u128::MAX.checked_shr(8 * bytes as u32).unwrap_or(0)
    }
}

/// Keys with their slots before sorting.
#[derive(Debug, Default)]
pub(crate) struct Rows(Vec<(Packed, u32)>);

impl Rows {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn push(&mut self, text: &str, slot: u32) {
        self.0.push((Packed::new(text.as_bytes()), slot));
    }
}

/// The sorted keys with their slots.
#[derive(Debug, Default)]
pub(crate) struct PrefixIndex {
    keys: Vec<Packed>,
    /// Where each key's slots start, and the end.
    starts: Vec<u32>,
    slots: Vec<u32>,
    lists: BlockLists,
    list_of: FxHashMap<Packed, u32>,
}

impl PrefixIndex {
    /// Sorts the rows; all slots are below `slots`.
    pub(crate) fn build(rows: Rows, slots: usize) -> Self {
        let mut rows = rows.0;
        rows.sort_unstable();
        rows.dedup();
        let mut index = Self {
            slots: Vec::with_capacity(rows.len()),
            ..Self::default()
        };
        for (key, slot) in rows {
            index.add_key(key);
            index.slots.push(slot);
        }
        index.finish(slots)
    }

    /// Builds the index of few texts that many slots share: `rows` name a group instead of a slot, `groups` the slots of each.
    pub(crate) fn build_shared(rows: Rows, groups: &[Vec<u32>], slots: usize) -> Self {
        let mut rows = rows.0;
        rows.sort_unstable();
        rows.dedup();
        let mut index = Self::default();
        for same in rows.chunk_by(|one, other| one.0 == other.0) {
            index.add_key(same[0].0);
            let start = index.slots.len();
            for (_, group) in same {
                index.slots.extend_from_slice(&groups[*group as usize]);
            }
            if same.len() > 1 {
                index.slots[start..].sort_unstable();
            }
        }
        index.slots.shrink_to_fit();
        index.finish(slots)
    }

    fn add_key(&mut self, key: Packed) {
        if self.keys.last() != Some(&key) {
            self.keys.push(key);
            self.starts.push(self.slots.len() as u32);
        }
    }

    fn finish(mut self, slots: usize) -> Self {
        self.starts.push(self.slots.len() as u32);
        self.keys.shrink_to_fit();
        self.starts.shrink_to_fit();
        self.lists = BlockLists::new(slots);
        if self.slots.len() > GATHERED {
            let mut bits = vec![0; slots.div_ceil(64)];
            self.list_common(0, self.keys.len(), 0, None, &mut bits);
            self.lists.shrink();
        }
        self
    }

    /// Makes the lists of the common prefixes that are one byte longer than `depth` within a range of keys, and of longer ones.
    fn list_common(
        &mut self,
        from: usize,
        to: usize,
        depth: usize,
        same: Option<(usize, u32)>,
        bits: &mut [u64],
    ) {
        if depth == KEY_BYTES {
            return;
        }
        let mut start = from;
        while start < to {
            let byte = self.keys[start].byte(depth);
            let end = start + self.keys[start..to].partition_point(|key| key.byte(depth) <= byte);
            let rows = self.starts[start] as usize..self.starts[end] as usize;
            // A key that ends here has no longer prefixes, and the slots of a single key are in order already.
            if byte != 0 && end - start > 1 && rows.len() > GATHERED {
                // A byte that does not narrow the range shares the list.
                let number = match same {
                    Some((count, number)) if count == rows.len() => number,
                    _ if rows.len() < FEW => {
                        let mut slots = self.slots[rows.clone()].to_vec();
                        slots.sort_unstable();
                        slots.dedup();
                        self.lists.push_few(&slots)
                    }
                    _ => {
                        for slot in &self.slots[rows.clone()] {
                            bits[*slot as usize / 64] |= 1 << (slot % 64);
                        }
                        self.lists.push(bits)
                    }
                };
                let prefix = Packed::new(&self.keys[start].bits().to_be_bytes()[..=depth]);
                self.list_of.insert(prefix, number);
                self.list_common(start, end, depth + 1, Some((rows.len(), number)), bits);
            }
            start = end;
        }
    }

    /// Whether there are no keys.
    pub(crate) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The range of keys that begin with the text, as far as keys go.
    fn range(&self, text: &[u8]) -> (usize, usize) {
        let prefix = Packed::new(text);
        let last = prefix.last(text.len().min(KEY_BYTES));
        let from = self.keys.partition_point(|key| *key < prefix);
        let to = from + self.keys[from..].partition_point(|key| key.bits() <= last);
        (from, to)
    }

    /// Counts the rows whose key begins with the text.
    pub(crate) fn count(&self, text: &str) -> usize {
        if self.is_empty() {
            return 0;
        }
        let (from, to) = self.range(text.as_bytes());
        (self.starts[to] - self.starts[from]) as usize
    }

    /// Returns the slots whose key begins with the text.
    pub(crate) fn prefix(&self, text: &str) -> List<'_> {
        if self.is_empty() {
            return List::Slice(&[]);
        }
        let (from, to) = self.range(text.as_bytes());
        let rows = self.starts[from] as usize..self.starts[to] as usize;
        if to - from <= 1 {
            return List::Slice(&self.slots[rows]);
        }
        if rows.len() > GATHERED
            && let Some(number) = self.list_of.get(&Packed::new(text.as_bytes()))
        {
            return List::Blocks(self.lists.get(*number));
        }
        let mut slots = self.slots[rows].to_vec();
        slots.sort_unstable();
        slots.dedup();
        List::Owned(slots)
    }

    /// Returns the slots whose key is the text, as far as keys go.
    pub(crate) fn exact(&self, text: &str) -> List<'_> {
        match self.keys.binary_search(&Packed::new(text.as_bytes())) {
            Ok(at) => {
                List::Slice(&self.slots[self.starts[at] as usize..self.starts[at + 1] as usize])
            }
            Err(_) => List::Slice(&[]),
        }
    }

    /// Calls back with those slips, given in order, that some key begins with.
    pub(crate) fn find_slips<'s>(&self, slips: &'s [Slip], mut each: impl FnMut(&'s Slip)) {
        let mut at = 0;
        for slip in slips {
            at += gallop(&self.keys[at..], slip.key);
            let Some(key) = self.keys.get(at) else {
                return;
            };
            if key.bits() <= slip.key.last(slip.text().len().min(KEY_BYTES)) {
                each(slip);
            }
        }
    }

    pub(crate) fn heap_bytes(&self) -> usize {
        self.keys.capacity() * size_of::<Packed>()
            + (self.starts.capacity() + self.slots.capacity()) * 4
            + self.lists.heap_bytes()
            + self.list_of.capacity() * (size_of::<(Packed, u32)>() + 1)
    }
}
