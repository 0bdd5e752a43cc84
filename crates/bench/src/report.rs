//! Results: rows that are printed when they are taken, and kept as JSON from run to run.

use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::Part;

/// One measured thing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Row {
    /// Part of the measurements.
    pub(crate) part: Part,
    /// Comparison that it belongs to, for example `search, one Han character`.
    pub(crate) group: String,
    /// What was measured, for example `guanxi, SQLite`.
    pub(crate) name: String,
    /// Size of the data, or 0.
    pub(crate) size: usize,
    /// Unit of the values: `/s` where more is better, anything else where less is.
    pub(crate) unit: String,
    /// One value for each run, in their order.
    pub(crate) values: Vec<f64>,
    /// Latency of the slowest hundredth in each run, in milliseconds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) p99_ms: Vec<f64>,
    /// Further facts in words.
    pub(crate) note: String,
}

impl Row {
    /// The middle value.
    pub(crate) fn median(&self) -> f64 {
        median(&self.values)
    }

    /// The middle of the latencies of the slowest hundredth.
    pub(crate) fn median_p99_ms(&self) -> Option<f64> {
        (!self.p99_ms.is_empty()).then(|| median(&self.p99_ms))
    }

    /// Smallest and largest value.
    pub(crate) fn range(&self) -> (f64, f64) {
        let min = self.values.iter().copied().fold(f64::INFINITY, f64::min);
        (min, self.values.iter().copied().fold(0.0, f64::max))
    }

    fn key(&self) -> (Part, &str, &str, usize) {
        (self.part, &self.group, &self.name, self.size)
    }

    fn line(&self) -> String {
        let (min, max) = self.range();
        let [median, min, max] = [self.median(), min, max].map(figure);
        let p99 = self
            .median_p99_ms()
            .map_or(String::new(), |ms| format!("p99 {} ms  ", figure(ms)));
        format!(
            "{} [{}] {}: {median} {} ({min} – {max})  {p99}{}",
            self.group, self.size, self.name, self.unit, self.note
        )
    }
}

/// The middle value, or the mean of the two in the middle.
fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => 0.0,
        count => f64::midpoint(values[(count - 1) / 2], values[count / 2]),
    }
}

/// All results.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Report {
    /// What it was measured on.
    pub(crate) machine: String,
    /// What was measured.
    pub(crate) rows: Vec<Row>,
}

impl Report {
    /// The results of earlier runs in the folder, or none.
    pub(crate) fn open(folder: &Path) -> anyhow::Result<Self> {
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let file = folder.join("results.json");
        let rows = match std::fs::read(&file) {
            Ok(bytes) => {
                let kept: Self = serde_json::from_slice(&bytes)
                    .with_context(|| format!("{} is of another version", file.display()))?;
                kept.rows
            }
            Err(_) => Vec::new(),
        };
        Ok(Self {
            machine: format!(
                "{cores} cores shared with the load, {}",
                std::env::consts::ARCH
            ),
            rows,
        })
    }

    /// Says which part comes.
    #[expect(clippy::unused_self, reason = "whoever reports says what comes")]
    pub(crate) fn begin(&self, part: Part) {
        println!("-- {part:?}");
    }

    /// Adds a row in place of an earlier one of the same thing, and prints it at once, since a run takes minutes.
    pub(crate) fn add(&mut self, row: Row) {
        println!("{}", row.line());
        match self.rows.iter_mut().find(|kept| kept.key() == row.key()) {
            Some(kept) => *kept = row,
            None => self.rows.push(row),
        }
    }

    /// Writes `results.json`.
    pub(crate) fn write(&self, folder: &Path) -> anyhow::Result<()> {
        std::fs::create_dir_all(folder)?;
        let json = serde_json::to_string_pretty(self)?;
        std::fs::write(folder.join("results.json"), json).context("cannot write results.json")
    }
}

/// A value with three digits that count, thousands apart.
pub(crate) fn figure(value: f64) -> String {
    if value < 10.0 {
        return format!("{value:.2}");
    }
    if value < 100.0 {
        return format!("{value:.1}");
    }
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between_the_two_in_the_middle() {
        let cases: [(&[f64], f64); 4] = [
            (&[], 0.0),
            (&[3.0], 3.0),
            (&[4.0, 1.0], 2.5),
            (&[9.0, 1.0, 2.0], 2.0),
        ];
        for (values, middle) in cases {
            assert!((median(values) - middle).abs() < 1e-9, "{values:?}");
        }
    }
}
