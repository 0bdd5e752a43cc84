//! A set of departments as bits by their place in the tree, where a subtree is one run of bits.

use std::ops::Range;

const WORD: usize = u64::BITS as usize;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Places {
    words: Vec<u64>,
    length: usize,
}

impl Places {
    pub(super) fn none(length: usize) -> Self {
        Self {
            words: vec![0; length.div_ceil(WORD)],
            length,
        }
    }

    pub(super) fn all(length: usize) -> Self {
        let mut places = Self::none(length);
        places.insert(0..length);
        places
    }

    pub(super) fn contains(&self, place: usize) -> bool {
        self.words
            .get(place / WORD)
            .is_some_and(|word| word >> (place % WORD) & 1 == 1)
    }

    pub(super) fn insert(&mut self, run: Range<usize>) {
        for (at, mask) in masks(run) {
            self.words[at] |= mask;
        }
    }

    pub(super) fn remove(&mut self, run: Range<usize>) {
        for (at, mask) in masks(run) {
            self.words[at] &= !mask;
        }
    }

    pub(super) fn has_any(&self, run: Range<usize>) -> bool {
        masks(run).any(|(at, mask)| self.words[at] & mask != 0)
    }

    pub(super) fn union(mut self, other: &Self) -> Self {
        self.words
            .iter_mut()
            .zip(&other.words)
            .for_each(|(word, more)| *word |= more);
        self
    }

    pub(super) fn intersection(mut self, other: &Self) -> Self {
        self.words
            .iter_mut()
            .zip(&other.words)
            .for_each(|(word, mask)| *word &= mask);
        self
    }

    pub(super) fn is_all(&self) -> bool {
        self.words
            .iter()
            .map(|word| word.count_ones() as usize)
            .sum::<usize>()
            == self.length
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        self.words.iter().enumerate().flat_map(|(at, &word)| {
            let mut rest = word;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros() as usize)?;
                rest &= rest - 1;
                Some(at * WORD + bit)
            })
        })
    }
}

/// The words that a run touches, each with the bits of the run in it.
fn masks(run: Range<usize>) -> impl Iterator<Item = (usize, u64)> {
    let words = if run.is_empty() {
        0..0
    } else {
        run.start / WORD..run.end.div_ceil(WORD)
    };
    words.map(move |at| {
        let first = run.start.saturating_sub(at * WORD);
        let beyond = (run.end - at * WORD).min(WORD);
        (at, (u64::MAX << first) & (u64::MAX >> (WORD - beyond)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_cross_words() {
        let mut places = Places::none(200);
        places.insert(60..130);
        places.insert(199..200);
        places.insert(5..5);
        places.remove(64..128);
        assert_eq!(
            places.iter().collect::<Vec<_>>(),
            [60, 61, 62, 63, 128, 129, 199]
        );
        assert!(places.has_any(100..129) && !places.has_any(64..128) && !places.has_any(200..200));
        assert!(places.contains(199) && !places.contains(198) && !places.contains(4000));
    }

    #[test]
    fn all_is_all_at_any_length() {
        for length in [0, 1, 63, 64, 65, 128, 200] {
            assert!(Places::all(length).is_all());
            assert_eq!(Places::all(length).iter().count(), length);
            assert_eq!(Places::none(length).is_all(), length == 0);
        }
    }
}
