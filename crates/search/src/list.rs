//! Ascending lists of slots in several shapes, and cursors that skip through them.

use std::ops::Range;

/// Slots per block; a slot inside its block fits 16 bits, which halves the memory of long lists.
const BLOCK_BITS: u32 = 16;

/// Many long lists in one place.
#[derive(Debug, Default)]
pub(crate) struct BlockLists {
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
        const WORDS: usize = 1 << (BLOCK_BITS - 6);
        for block in 0..self.blocks {
            self.starts.push(self.low.len() as u32);
            let words = &mut bits[block * WORDS..];
            let count = words.len().min(WORDS);
            for (index, word) in words[..count].iter_mut().enumerate() {
                while *word != 0 {
                    self.low
                        .push((index as u32 * 64 + word.trailing_zeros()) as u16);
                    *word &= *word - 1;
                }
            }
        }
        self.starts.push(self.low.len() as u32);
        number as u32
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

impl BlockList<'_> {
    fn len(&self) -> usize {
        (self.starts[self.starts.len() - 1] - self.starts[0]) as usize
    }

    /// Returns the first slot at or after the target, and its position; `from` is a position not beyond it.
    fn seek(&self, from: u32, target: u32) -> Option<(u32, u32)> {
        let mut block = (target >> BLOCK_BITS) as usize;
        let last = self.starts.len() - 1;
        if block >= last {
            return None;
        }
        let start = self.starts[block].max(from);
        let part = &self.low[start as usize..self.starts[block + 1].max(start) as usize];
        let mut at = start + gallop(part, (target & 0xffff) as u16) as u32;
        while at >= self.starts[block + 1] {
            block += 1;
            if block == last {
                return None;
            }
            at = at.max(self.starts[block]);
        }
        let slot = (block as u32) << BLOCK_BITS | u32::from(self.low[at as usize]);
        Some((slot, at))
    }
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
}

impl List<'_> {
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Slice(list) => list.is_empty(),
            Self::Owned(list) => list.is_empty(),
            Self::Blocks(list) => list.len() == 0,
            Self::Ranges(ranges) => ranges.is_empty(),
        }
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
        }
        self.asked = target;
        self.found = self.advance(list, target);
        self.found
    }

    /// Whether the last seek found this slot.
    #[inline]
    pub(crate) fn is_at(&self, slot: u32) -> bool {
        self.found == Some(slot)
    }

    fn advance(&mut self, list: &List<'_>, target: u32) -> Option<u32> {
        let slice: &[u32] = match list {
            List::Slice(slice) => slice,
            List::Owned(slice) => slice,
            List::Blocks(blocks) => {
                let (slot, at) = blocks.seek(self.at, target)?;
                self.at = at;
                return Some(slot);
            }
            List::Ranges(ranges) => {
                let rest = &ranges[self.at as usize..];
                self.at += rest.partition_point(|range| range.end <= target) as u32;
                return ranges
                    .get(self.at as usize)
                    .map(|range| range.start.max(target));
            }
        };
        self.at += gallop(&slice[self.at as usize..], target) as u32;
        slice.get(self.at as usize).copied()
    }
}
