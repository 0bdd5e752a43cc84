//! Results: kept as rows, printed as a table, written as JSON.

use std::{fmt::Write as _, path::Path};

use anyhow::Context as _;
use serde::Serialize;

/// One measured thing.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    /// Comparison that it belongs to, for example `search, one Han character`.
    pub(crate) group: String,
    /// What was measured, for example `guanxi, SQLite`.
    pub(crate) name: String,
    /// Size of the data, or 0.
    pub(crate) size: usize,
    /// Unit of the values.
    pub(crate) unit: &'static str,
    /// One value for each run, in their order.
    pub(crate) values: Vec<f64>,
    /// Further facts in words.
    pub(crate) note: String,
}

/// All results of a run.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    machine: String,
    rows: Vec<Row>,
}

impl Row {
    /// The middle value.
    pub(crate) fn median(&self) -> f64 {
        let mut values = self.values.clone();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or_default()
    }

    fn range(&self) -> (f64, f64) {
        let min = self.values.iter().copied().fold(f64::INFINITY, f64::min);
        (min, self.values.iter().copied().fold(0.0, f64::max))
    }
}

impl Report {
    /// An empty report about this machine.
    pub(crate) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        Self {
            machine: format!("{cores} cores, {}", std::env::consts::ARCH),
            rows: Vec::new(),
        }
    }

    /// Adds a row and prints it at once, since a run takes minutes.
    pub(crate) fn add(&mut self, row: Row) {
        println!("{}", line(&row));
        self.rows.push(row);
    }

    /// Writes `results.json` and `table.md`.
    pub(crate) fn write(&self, folder: &Path) -> anyhow::Result<()> {
        std::fs::create_dir_all(folder)?;
        let json = serde_json::to_string_pretty(self)?;
        std::fs::write(folder.join("results.json"), json).context("cannot write results.json")?;
        let mut table = format!(
            "Measured on {}; median (smallest – largest).\n\n",
            self.machine
        );
        table.push_str("| what | size | measured | note |\n| --- | ---: | ---: | --- |\n");
        for row in &self.rows {
            writeln!(table, "{}", line(row))?;
        }
        std::fs::write(folder.join("table.md"), table).context("cannot write table.md")
    }
}

fn line(row: &Row) -> String {
    let (min, max) = row.range();
    let size = if row.size == 0 {
        String::new()
    } else {
        row.size.to_string()
    };
    let (median, min, max) = (figure(row.median()), figure(min), figure(max));
    let Row {
        group,
        name,
        unit,
        note,
        ..
    } = row;
    format!("| {group}: {name} | {size} | {median} {unit} ({min} – {max}) | {note} |")
}

fn figure(value: f64) -> String {
    if value >= 100.0 {
        format!("{value:.0}")
    } else if value >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.3}")
    }
}
