//! Writes pictures of one bit in which most lines repeat the one above, as PNG.
//!
//! A general compressor looks for repetition everywhere and takes most of the time that a picture needs. Here it is known: each
//! different line is written out once and then referred to, with a Huffman code of its own for the few bytes that occur.

/// End of the compressed data, among the codes for bytes and lengths.
const END: usize = 256;
/// Codes for bytes, the end and lengths.
const CODES: usize = 286;
/// Longest stretch that one reference repeats.
const STRETCH_MAX: usize = 258;

/// A picture of one bit: different lines from top to bottom, each with how often it comes.
#[derive(Debug)]
pub(super) struct Picture {
    width: usize,
    /// Bytes of a line: its filter, which is none, and eight pixels each.
    line: usize,
    lines: Vec<u8>,
    times: Vec<usize>,
}

impl Picture {
    /// A picture of this width, without lines.
    pub(super) fn new(width: usize, lines: usize) -> Self {
        let line = 1 + width.div_ceil(8);
        Self {
            width,
            line,
            lines: Vec::with_capacity(lines * line),
            times: Vec::with_capacity(lines),
        }
    }

    /// Adds a white line that comes so many times; returns its pixels.
    pub(super) fn push(&mut self, times: usize) -> &mut [u8] {
        let start = self.lines.len();
        self.lines.push(0);
        self.lines.resize(start + self.line, 0xff);
        self.times.push(times);
        &mut self.lines[start + 1..]
    }

    /// The file.
    pub(super) fn file(&self) -> Vec<u8> {
        let height: usize = self.times.iter().sum();
        let mut file = Vec::with_capacity(2048);
        file.extend(b"\x89PNG\r\n\x1a\n");
        let mut head = Vec::with_capacity(13);
        head.extend((self.width as u32).to_be_bytes());
        head.extend((height as u32).to_be_bytes());
        // One bit, grey, and the only compression, filters and order without interlacing that matter.
        head.extend([1, 0, 0, 0, 0]);
        chunk(&mut file, *b"IHDR", &head);
        chunk(&mut file, *b"IDAT", &self.compressed());
        chunk(&mut file, *b"IEND", &[]);
        file
    }

    fn each(&self) -> impl Iterator<Item = (&[u8], usize)> {
        let times = self.times.iter().copied();
        self.lines.chunks_exact(self.line).zip(times)
    }

    /// The lines as zlib has them.
    fn compressed(&self) -> Vec<u8> {
        let mut bits = Bits::default();
        bits.bytes.reserve(2048);
        bits.bytes.extend([0x78, 0x01]);
        let codes = codes(&lengths(&self.counts()));
        let distance = Reference::distance(self.line);
        // The last block, with codes of its own.
        bits.put(0b101, 3);
        announce(&mut bits, &codes, distance.code);
        for (line, times) in self.each() {
            for byte in line {
                let (code, length) = codes[usize::from(*byte)];
                bits.put(code, length);
            }
            for stretch in stretches(self.line * (times - 1)) {
                let reference = Reference::length(stretch);
                let (code, length) = codes[reference.code];
                bits.put(code, length);
                bits.put(reference.rest, reference.rest_bits);
                // The only distance there is has a code of one bit.
                bits.put(0, 1);
                bits.put(distance.rest, distance.rest_bits);
            }
        }
        let (code, length) = codes[END];
        bits.put(code, length);
        let mut bytes = bits.finish();
        bytes.extend(self.checksum().to_be_bytes());
        bytes
    }

    /// How often each code is needed.
    fn counts(&self) -> [u32; CODES] {
        let mut counts = [0; CODES];
        counts[END] = 1;
        for (line, times) in self.each() {
            for byte in line {
                counts[usize::from(*byte)] += 1;
            }
            for stretch in stretches(self.line * (times - 1)) {
                counts[Reference::length(stretch).code] += 1;
            }
        }
        counts
    }

    /// Adler-32 of all lines. What a line adds depends only on its sum and its weighted sum, so repetitions are cheap.
    fn checksum(&self) -> u32 {
        const MODULUS: u64 = 65_521;
        let (mut low, mut high) = (1_u64, 0_u64);
        let length = self.line as u64;
        for (line, times) in self.each() {
            let (mut sum, mut weighted) = (0_u64, 0_u64);
            for byte in line {
                sum += u64::from(*byte);
                weighted += sum;
            }
            for _ in 0..times {
                high = (high + length * low + weighted) % MODULUS;
                low = (low + sum) % MODULUS;
            }
        }
        (high << 16 | low) as u32
    }
}

/// Splits what repeats into stretches that one reference can name: three bytes at least.
fn stretches(mut left: usize) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let next = match left {
            0 => return None,
            1..=STRETCH_MAX => left,
            _ => STRETCH_MAX.min(left - 3),
        };
        left -= next;
        Some(next)
    })
}

/// A length or distance: its code, and bits behind that say the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Reference {
    code: usize,
    rest: u32,
    rest_bits: u32,
}

impl Reference {
    fn length(length: usize) -> Self {
        if length == STRETCH_MAX {
            return Self {
                code: CODES - 1,
                rest: 0,
                rest_bits: 0,
            };
        }
        let of = Self::split(length - 3, 2);
        Self {
            code: END + 1 + of.code,
            ..of
        }
    }

    fn distance(distance: usize) -> Self {
        Self::split(distance - 1, 1)
    }

    /// Numbers from nothing on, in groups of codes that grow: as many as `bits` tell apart for each size.
    fn split(number: usize, bits: u32) -> Self {
        let rest_bits = (number >> bits).checked_ilog2().unwrap_or(0);
        Self {
            code: ((rest_bits as usize) << bits) + (number >> rest_bits),
            rest: (number & ((1 << rest_bits) - 1)) as u32,
            rest_bits,
        }
    }
}

/// Lengths of the codes that a Huffman tree gives, 15 bits at most.
fn lengths(counts: &[u32; CODES]) -> [u8; CODES] {
    // A rare code counts for more than it is, which keeps the tree below 16 levels: those need weights that grow like Fibonacci's.
    let floor = counts.iter().sum::<u32>() / 1024 + 1;
    let mut nodes: Vec<(u32, usize)> = counts.iter().copied().zip(0..).collect();
    nodes.retain(|(count, _)| *count > 0);
    nodes.sort_unstable();
    let leaves = nodes.len();
    for (count, _) in &mut nodes {
        *count = (*count).max(floor);
    }
    let mut parents = vec![0_usize; 2 * leaves];
    let (mut leaf, mut branch) = (0, leaves);
    while nodes.len() < 2 * leaves - 1 {
        let mut weight = 0;
        for _ in 0..2 {
            let is_leaf =
                leaf < leaves && (branch == nodes.len() || nodes[leaf].0 <= nodes[branch].0);
            let least = if is_leaf { &mut leaf } else { &mut branch };
            weight += nodes[*least].0;
            parents[*least] = nodes.len();
            *least += 1;
        }
        nodes.push((weight, 0));
    }
    let mut depths = vec![0_u8; nodes.len()];
    let mut lengths = [0; CODES];
    for node in (0..nodes.len() - 1).rev() {
        depths[node] = depths[parents[node]] + 1;
        if node < leaves {
            lengths[nodes[node].1] = depths[node];
        }
    }
    lengths
}

/// The codes of these lengths, turned round as the format has them, with their lengths.
fn codes(lengths: &[u8; CODES]) -> [(u32, u32); CODES] {
    let mut codes = [(0, 0); CODES];
    let mut next = 0_u32;
    for length in 1..16_u8 {
        next <<= 1;
        for (code, _) in codes
            .iter_mut()
            .zip(lengths)
            .filter(|(_, own)| **own == length)
        {
            *code = (
                next.reverse_bits() >> (32 - u32::from(length)),
                u32::from(length),
            );
            next += 1;
        }
    }
    codes
}

/// Says which codes there are, in a code that is always the same: 13 of its words have four bits, the rare ones five.
fn announce(bits: &mut Bits, codes: &[(u32, u32); CODES], distance: usize) {
    const ORDER: [usize; 19] = [
        16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
    ];
    let size = |word: usize| {
        if matches!(word, 1 | 2 | 13..=16) {
            5
        } else {
            4
        }
    };
    let number = |word: usize| match word {
        0 => 0,
        3..=12 => word as u32 - 2,
        17 | 18 => word as u32 - 6,
        1 | 2 => word as u32 + 25,
        rare => rare as u32 + 15,
    };
    let say = |bits: &mut Bits, word: usize| {
        bits.put(number(word).reverse_bits() >> (32 - size(word)), size(word));
    };
    bits.put(CODES as u32 - 257, 5);
    bits.put(distance as u32, 5);
    bits.put(ORDER.len() as u32 - 4, 4);
    for word in ORDER {
        bits.put(size(word), 3);
    }
    let all = codes.iter().map(|(_, length)| *length);
    // Of the distances only the last is used, and its code has one bit.
    let all = all.chain(std::iter::repeat_n(0, distance)).chain([1]);
    let mut zeros = 0_usize;
    for length in all {
        if length == 0 {
            zeros += 1;
            continue;
        }
        while zeros > 0 {
            let run = zeros.min(138);
            match run {
                1 | 2 => (0..run).for_each(|_| say(bits, 0)),
                3..=10 => {
                    say(bits, 17);
                    bits.put(run as u32 - 3, 3);
                }
                _ => {
                    say(bits, 18);
                    bits.put(run as u32 - 11, 7);
                }
            }
            zeros -= run;
        }
        say(bits, length as usize);
    }
}

/// Bits, the first of them lowest in its byte.
#[derive(Debug, Default)]
struct Bits {
    bytes: Vec<u8>,
    waiting: u64,
    count: u32,
}

impl Bits {
    fn put(&mut self, value: u32, count: u32) {
        self.waiting |= u64::from(value) << self.count;
        self.count += count;
        if self.count >= 32 {
            self.bytes.extend((self.waiting as u32).to_le_bytes());
            self.waiting >>= 32;
            self.count -= 32;
        }
    }

    fn finish(mut self) -> Vec<u8> {
        let left = self.count.div_ceil(8) as usize;
        self.bytes.extend(&self.waiting.to_le_bytes()[..left]);
        self.bytes
    }
}

pub(super) fn chunk(file: &mut Vec<u8>, kind: [u8; 4], content: &[u8]) {
    file.extend((content.len() as u32).to_be_bytes());
    let start = file.len();
    file.extend(kind);
    file.extend(content);
    let sum = crc32fast::hash(&file[start..]);
    file.extend(sum.to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_those_of_the_format() {
        let of = |reference: Reference| (reference.code, reference.rest, reference.rest_bits);
        let lengths = [
            (3, 257, 0, 0),
            (10, 264, 0, 0),
            (11, 265, 0, 1),
            (257, 284, 30, 5),
            (258, 285, 0, 0),
        ];
        for (length, code, rest, bits) in lengths {
            assert_eq!(
                of(Reference::length(length)),
                (code, rest, bits),
                "{length}"
            );
        }
        let distances = [
            (1, 0, 0, 0),
            (4, 3, 0, 0),
            (5, 4, 0, 1),
            (64, 11, 15, 4),
            (257, 16, 0, 7),
        ];
        for (distance, code, rest, bits) in distances {
            assert_eq!(
                of(Reference::distance(distance)),
                (code, rest, bits),
                "{distance}"
            );
        }
    }

    #[test]
    fn every_stretch_can_be_named() {
        for length in 3..2000 {
            let parts: Vec<usize> = stretches(length).collect();
            assert_eq!(parts.iter().sum::<usize>(), length);
            assert!(
                parts.iter().all(|part| (3..=258).contains(part)),
                "{length}"
            );
        }
    }

    #[test]
    fn no_code_is_too_long() {
        let mut counts = [0; CODES];
        let (mut one, mut other) = (1, 1);
        for count in counts.iter_mut().take(30) {
            *count = one;
            (one, other) = (other, one + other);
        }
        let lengths = lengths(&counts);
        assert!(lengths.iter().all(|length| *length <= 15));
        let full: u32 = lengths
            .iter()
            .filter(|length| **length > 0)
            .map(|length| 1 << (15 - length))
            .sum();
        assert_eq!(full, 1 << 15);
    }

    #[test]
    fn any_picture_reads_back() {
        for width in [9, 64, 513, 2048] {
            let mut picture = Picture::new(width, 40);
            let mut wanted = Vec::new();
            for row in 0..40_usize {
                let times = 1 + row % 14;
                let line = picture.push(times);
                for (at, byte) in line.iter_mut().enumerate() {
                    *byte = (at * row * 37 + at / 3) as u8;
                }
                let line = line.to_vec();
                wanted.extend(std::iter::repeat_n(line, times));
            }
            let read = image::load_from_memory(&picture.file())
                .unwrap()
                .into_luma8();
            assert_eq!(
                (read.width() as usize, read.height() as usize),
                (width, wanted.len())
            );
            for (x, y, pixel) in read.enumerate_pixels() {
                let byte = wanted[y as usize][x as usize / 8];
                let is_white = byte & (0x80 >> (x % 8)) != 0;
                assert_eq!(pixel.0, [if is_white { 255 } else { 0 }], "{x} {y}");
            }
        }
    }
}
