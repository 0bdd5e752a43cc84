//! Ascending lists of slots in several shapes, and cursors that skip through them.

use std::ops::Range;

/// Slots per block; a slot inside its block fits 16 bits, which halves the memory of long lists.
///
/// Tests use small blocks, so that small companies have many.
pub(crate) const BLOCK_BITS: u32 = if cfg!(test) { 7 } else { 16 };

/// 64-bit words in the bitmap of a block.
pub(crate) const BLOCK_WORDS: usize = 1 << (BLOCK_BITS - 6);

/// 16-bit words in the bitmap of a block. A block with so many slots is kept as a bitmap, which is never longer than its list.
const DENSE: usize = 1 << (BLOCK_BITS - 4);

/// Many long lists in one place.
#[derive(Debug, Default)]
pub(crate) struct BlockLists {
    /// Low halves of slots; or, where a block has `DENSE` of these, its bitmap.
    low: Vec<u16>,
    /// For each list, where each block starts in `low`, and the end.
    starts: Vec<u32>,
    blocks: usize,
}

impl BlockLists {
    /// Holds lists of slots below `slots`.
    pub(crate) fn new(slots: usize) -> Self {
        Self {
            low: Vec::new(),
            starts: Vec::new(),
            blocks: (slots >> BLOCK_BITS) + 1,
        }
    }

    /// Adds the set bits of a bitmap as a list and clears them; returns the list's number.
    pub(crate) fn push(&mut self, bits: &mut [u64]) -> u32 {
        let number = self.starts.len() / (self.blocks + 1);
        for block in 0..self.blocks {
            self.starts.push(self.low.len() as u32);
            let from = (block * BLOCK_WORDS).min(bits.len());
            let to = (from + BLOCK_WORDS).min(bits.len());
            self.push_block(&bits[from..to]);
        }
        bits.fill(0);
        self.starts.push(self.low.len() as u32);
        number as u32
    }

    /// Adds ascending slots as a list; quicker than a bitmap if they are few.
    pub(crate) fn push_few(&mut self, slots: &[u32]) -> u32 {
        let number = self.starts.len() / (self.blocks + 1);
        let mut rest = slots;
        for block in 0..self.blocks {
            self.starts.push(self.low.len() as u32);
            let count = rest.partition_point(|slot| (slot >> BLOCK_BITS) as usize <= block);
            let (here, later) = rest.split_at(count);
            self.low.extend(
                here.iter()
                    .map(|slot| (slot & ((1 << BLOCK_BITS) - 1)) as u16),
            );
            rest = later;
        }
        self.starts.push(self.low.len() as u32);
        number as u32
    }

    fn push_block(&mut self, words: &[u64]) {
        let count: u32 = words.iter().map(|word| word.count_ones()).sum();
        if count as usize >= DENSE {
            let start = self.low.len();
            for word in words {
                self.low
                    .extend([0, 16, 32, 48].map(|shift| (word >> shift) as u16));
            }
            self.low.resize(start + DENSE, 0);
            return;
        }
        for (index, word) in words.iter().enumerate() {
            let mut word = *word;
            while word != 0 {
                self.low
                    .push((index as u32 * 64 + word.trailing_zeros()) as u16);
                word &= word - 1;
            }
        }
    }

    /// Returns a list by its number.
    pub(crate) fn get(&self, number: u32) -> BlockList<'_> {
        let from = number as usize * (self.blocks + 1);
        BlockList {
            low: &self.low,
            starts: &self.starts[from..=from + self.blocks],
        }
    }

    pub(crate) fn shrink(&mut self) {
        self.low.shrink_to_fit();
        self.starts.shrink_to_fit();
    }

    pub(crate) fn heap_bytes(&self) -> usize {
        self.low.capacity() * 2 + self.starts.capacity() * 4
    }
}

/// One long list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BlockList<'a> {
    low: &'a [u16],
    starts: &'a [u32],
}

impl<'a> BlockList<'a> {
    /// A length to choose lists by; blocks kept as bitmaps count less than they hold.
    fn weight(&self) -> usize {
        (self.starts[self.starts.len() - 1] - self.starts[0]) as usize
    }

    fn block(&self, block: usize) -> &'a [u16] {
        match (self.starts.get(block), self.starts.get(block + 1)) {
            (Some(start), Some(end)) => &self.low[*start as usize..*end as usize],
            _ => &[],
        }
    }

    /// Returns the first slot at or after the target, and its position in its block; `from` is a position in the block of the target
    /// that is not beyond it.
    #[inline]
    fn seek(&self, from: u32, target: u32) -> Option<(u32, u32)> {
        let mut block = (target >> BLOCK_BITS) as usize;
        let mut low = (target & ((1 << BLOCK_BITS) - 1)) as u16;
        let mut from = from;
        while block + 1 < self.starts.len() {
            let part = self.block(block);
            let base = (block as u32) << BLOCK_BITS;
            if part.len() == DENSE {
                if let Some(found) = next_bit(part, low) {
                    return Some((base | found, 0));
                }
            } else {
                let at = from as usize + gallop(&part[from as usize..], low);
                if let Some(found) = part.get(at) {
                    return Some((base | u32::from(*found), at as u32));
                }
            }
            block += 1;
            low = 0;
            from = 0;
        }
        None
    }
}

/// Returns the first set bit at or after a position of a bitmap.
#[inline]
fn next_bit(words: &[u16], from: u16) -> Option<u32> {
    let mut index = usize::from(from / 16);
    let mut word = words[index] & (u16::MAX << (from % 16));
    while word == 0 {
        index += 1;
        word = *words.get(index)?;
    }
    Some(index as u32 * 16 + word.trailing_zeros())
}

/// Returns how many items lie before the target; quick if few do.
#[inline]
pub(crate) fn gallop<T: Copy + PartialOrd>(items: &[T], target: T) -> usize {
    if items.first().is_none_or(|first| *first >= target) {
        return 0;
    }
    let mut step = 1;
    while step < items.len() && items[step] < target {
        step *= 2;
    }
    let low = step / 2;
    let high = (step + 1).min(items.len());
    low + items[low..high].partition_point(|item| *item < target)
}

/// An ascending list of slots without repetitions.
#[derive(Debug)]
pub(crate) enum List<'a> {
    Slice(&'a [u32]),
    Owned(Vec<u32>),
    Blocks(BlockList<'a>),
    /// Disjoint ascending ranges.
    Ranges(Vec<Range<u32>>),
    /// A bit for each slot.
    Bits(Vec<u64>),
}

impl List<'_> {
    pub(crate) fn is_empty(&self) -> bool {
        self.weight() == 0
    }

    /// A length to choose lists by.
    pub(crate) fn weight(&self) -> usize {
        match self {
            Self::Slice(list) => list.len(),
            Self::Owned(list) => list.len(),
            Self::Blocks(list) => list.weight(),
            Self::Ranges(ranges) => ranges.iter().map(ExactSizeIterator::len).sum(),
            Self::Bits(bits) => bits.len(),
        }
    }

    /// Sets the bits of the slots in one block.
    pub(crate) fn add_to(&self, block: usize, bits: &mut [u64; BLOCK_WORDS]) {
        let start = (block as u32) << BLOCK_BITS;
        let end = start + (1 << BLOCK_BITS);
        match self {
            Self::Slice(list) => add_slots(list, start, end, bits),
            Self::Owned(list) => add_slots(list, start, end, bits),
            Self::Blocks(list) => {
                let part = list.block(block);
                if part.len() == DENSE {
                    for (word, four) in bits.iter_mut().zip(part.chunks_exact(4)) {
                        *word |= four
                            .iter()
                            .rev()
                            .fold(0, |word, part| word << 16 | u64::from(*part));
                    }
                } else {
                    for slot in part {
                        bits[usize::from(slot / 64)] |= 1 << (slot % 64);
                    }
                }
            }
            Self::Ranges(ranges) => {
                let from = ranges.partition_point(|range| range.end <= start);
                for range in ranges[from..].iter().take_while(|range| range.start < end) {
                    fill(
                        bits,
                        range.start.max(start) - start..range.end.min(end) - start,
                    );
                }
            }
            Self::Bits(all) => {
                let from = (block * BLOCK_WORDS).min(all.len());
                bits.iter_mut()
                    .zip(&all[from..])
                    .for_each(|(word, other)| *word |= other);
            }
        }
    }
}

/// Returns the slots that are in all lists, by bitmaps: the way to go if the lists are long and most of the result is wanted.
pub(crate) fn common(lists: &[&List<'_>], slots: u32) -> Vec<u32> {
    let mut out = Vec::new();
    for block in 0..=(slots >> BLOCK_BITS) as usize {
        let mut bits = [u64::MAX; BLOCK_WORDS];
        for list in lists {
            let mut other = [0; BLOCK_WORDS];
            list.add_to(block, &mut other);
            narrow(&mut bits, &other);
        }
        let base = (block as u32) << BLOCK_BITS;
        for (index, word) in bits.iter().enumerate() {
            let mut word = *word;
            while word != 0 {
                out.push(base + index as u32 * 64 + word.trailing_zeros());
                word &= word - 1;
            }
        }
    }
    out
}

/// Clears the bits that are not in the other bitmap.
pub(crate) fn narrow(bits: &mut [u64; BLOCK_WORDS], by: &[u64; BLOCK_WORDS]) {
    bits.iter_mut().zip(by).for_each(|(word, by)| *word &= by);
}

fn add_slots(list: &[u32], start: u32, end: u32, bits: &mut [u64; BLOCK_WORDS]) {
    let from = list.partition_point(|slot| *slot < start);
    for slot in list[from..].iter().take_while(|slot| **slot < end) {
        let low = slot - start;
        bits[low as usize / 64] |= 1 << (low % 64);
    }
}

/// Sets a range of bits.
pub(crate) fn fill(bits: &mut [u64], range: Range<u32>) {
    if range.is_empty() {
        return;
    }
    let (first, last) = (range.start as usize / 64, (range.end as usize - 1) / 64);
    let head = u64::MAX << (range.start % 64);
    let tail = u64::MAX >> (63 - (range.end - 1) % 64);
    if first == last {
        bits[first] |= head & tail;
    } else {
        bits[first] |= head;
        bits[first + 1..last].fill(u64::MAX);
        bits[last] |= tail;
    }
}

/// Walks forward through a list; goes back only on [`Cursor::seek`] to an earlier slot.
#[derive(Debug)]
pub(crate) struct Cursor {
    at: u32,
    /// What the last seek found, and what for: nothing lies between the two.
    asked: u32,
    found: Option<u32>,
}

impl Cursor {
    pub(crate) fn new() -> Self {
        Self {
            at: 0,
            asked: u32::MAX,
            found: None,
        }
    }

    /// Returns the first slot at or after the target.
    #[inline]
    pub(crate) fn seek(&mut self, list: &List<'_>, target: u32) -> Option<u32> {
        if self.asked <= target {
            match self.found {
                Some(found) if found < target => {}
                known => return known,
            }
        } else {
            self.at = 0;
            self.found = None;
        }
        let found = self.advance(list, target);
        self.asked = target;
        self.found = found;
        found
    }

    /// Whether the last seek found this slot.
    #[inline]
    pub(crate) fn is_at(&self, slot: u32) -> bool {
        self.found == Some(slot)
    }

    #[inline]
    fn advance(&mut self, list: &List<'_>, target: u32) -> Option<u32> {
        let slice: &[u32] = match list {
            List::Slice(slice) => slice,
            List::Owned(slice) => slice,
            List::Blocks(blocks) => {
                // The position is of use only inside the block where it was found.
                let same = self
                    .found
                    .is_some_and(|found| found >> BLOCK_BITS == target >> BLOCK_BITS);
                let (slot, at) = blocks.seek(if same { self.at } else { 0 }, target)?;
                self.at = at;
                return Some(slot);
            }
            List::Ranges(ranges) => {
                let rest = &ranges[self.at as usize..];
                self.at += skip(rest, target) as u32;
                return ranges
                    .get(self.at as usize)
                    .map(|range| range.start.max(target));
            }
            List::Bits(bits) => {
                let mut index = target as usize / 64;
                let mut word = bits.get(index)? & (u64::MAX << (target % 64));
                while word == 0 {
                    index += 1;
                    word = *bits.get(index)?;
                }
                return Some(index as u32 * 64 + word.trailing_zeros());
            }
        };
        self.at += gallop(&slice[self.at as usize..], target) as u32;
        slice.get(self.at as usize).copied()
    }
}

/// Returns how many ranges end at or before the target; quick if few do.
#[inline]
pub(crate) fn skip(ranges: &[Range<u32>], target: u32) -> usize {
    let mut step = 1;
    while step < ranges.len() && ranges[step].end <= target {
        step *= 2;
    }
    let low = step / 2;
    let high = (step + 1).min(ranges.len());
    low + ranges[low..high].partition_point(|range| range.end <= target)
}
