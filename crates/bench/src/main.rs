//! Measures guanxi beside bare limits and peers in one run, at three sizes, and writes a table and JSON.
//!
//! `scripts/bench` builds, installs and runs all of it. The server is the real binary in a process of its own; it shares
//! the machine with the load. A figure means little without the figures beside it.

mod bare;
mod code;
mod crowd;
mod goal;
mod import;
mod live;
mod load;
mod page;
mod peer;
mod phone;
mod render;
mod report;
mod request;
mod search;
mod server;
mod start;
mod table;
mod turn;
mod verify;

use std::{path::PathBuf, time::Duration};

use clap::{Parser, ValueEnum};
use serde::{Deserialize, Serialize};

use crate::report::Report;

/// What can be measured by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Part {
    /// From the start of the process to the first page, memory at rest, size of the binary.
    Start,
    /// Time of every page of the console on the demo, and what a first visit loads.
    Page,
    /// Pictures of QR codes.
    Render,
    /// Phone numbers to E.164.
    Phone,
    /// Many members at once through the application.
    Import,
    /// Checking an audit log from its first entry.
    Verify,
    /// A contact request and its acceptance.
    Request,
    /// The page of a QR code, with its scan on record.
    Code,
    /// The scan of a live code: who is chosen, written down for good, and his card.
    Live,
    /// Directory search over HTTP.
    Search,
}

/// Measures guanxi beside bare limits and peers.
#[derive(Debug, Parser)]
pub(crate) struct Cli {
    /// What to measure; all of it if left out
    #[arg(long, value_delimiter = ',')]
    part: Vec<Part>,
    /// Sizes as multiples of each part's smallest
    #[arg(long, value_delimiter = ',', default_values_t = [1, 10, 100])]
    sizes: Vec<usize>,
    /// Runs of each kind, taken in turn; the table shows the median, the smallest and the largest
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Seconds of each run
    #[arg(long, default_value_t = 1.0)]
    seconds: f64,
    /// Everything once, briefly, with little data: shows that it runs
    #[arg(long)]
    quick: bool,
    /// The server to measure
    #[arg(long, default_value = "target/release/guanxi")]
    binary: PathBuf,
    /// PostgreSQL server on which databases may be made; without it only SQLite is measured
    #[arg(long, env = "BENCH_POSTGRES")]
    postgres: Option<String>,
    /// Python with the modules that `scripts/bench-peers` installs
    #[arg(long, default_value = "target/bench/venv/bin/python")]
    python: PathBuf,
    /// Most entries that slapd has to load; above that it is left out
    #[arg(long, default_value_t = 1_000_000)]
    slapd_most: usize,
    /// Folder for the results; those of other parts are kept there
    #[arg(long, default_value = "target/bench")]
    out: PathBuf,
    /// Writes the table of the results that are there, and measures nothing
    #[arg(long)]
    table: bool,
    /// Serves the bare limits on this port (internal)
    #[arg(long, hide = true)]
    bare: Option<u16>,
}

impl Cli {
    /// Length of a run.
    fn time(&self) -> Duration {
        Duration::from_secs_f64(self.seconds)
    }

    /// The sizes of a part by its smallest.
    fn sizes_from(&self, smallest: usize) -> Vec<usize> {
        self.sizes.iter().map(|size| size * smallest).collect()
    }

    fn briefly(mut self) -> Self {
        if self.quick {
            self.sizes = vec![1];
            self.rounds = 1;
            self.seconds = 0.2;
        }
        self
    }
}

fn main() -> anyhow::Result<()> {
    let cli = Cli::parse().briefly();
    if let Some(port) = cli.bare {
        return bare::serve(port);
    }
    let mut report = Report::open(&cli.out)?;
    if !cli.table {
        let all = Part::value_variants();
        let parts = if cli.part.is_empty() { all } else { &cli.part };
        for part in parts {
            report.begin(*part);
            measure(*part, &cli, &mut report)?;
            report.write(&cli.out)?;
        }
    }
    table::write(&report, &cli.out)
}

fn measure(part: Part, cli: &Cli, report: &mut Report) -> anyhow::Result<()> {
    match part {
        Part::Start => start::measure(cli, report),
        Part::Page => page::measure(cli, report),
        Part::Render => render::measure(cli, report),
        Part::Phone => phone::measure(cli, report),
        Part::Import => import::measure(cli, report),
        Part::Verify => verify::measure(cli, report),
        Part::Request => request::measure(cli, report),
        Part::Code => code::measure(cli, report),
        Part::Live => live::measure(cli, report),
        Part::Search => search::measure(cli, report),
    }
}
