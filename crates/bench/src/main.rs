//! Measures guanxi beside bare limits and peers in one run, at three sizes, and writes a table and JSON.
//!
//! `cargo build --release && cargo run --release -p guanxi-bench -- all`. The server is the real binary in a process of
//! its own; it shares the machine with the load. A figure means little without the figures beside it.

mod bare;
mod code;
mod crowd;
mod import;
mod load;
mod peer;
mod report;
mod request;
mod search;
mod server;
mod start;

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

use crate::report::Report;

/// What to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// Everything below, in turn.
    All,
    /// Directory search over HTTP.
    Search,
    /// A contact request and its acceptance.
    Request,
    /// The page of a QR code, with its scan on record.
    Code,
    /// Many members at once through the application.
    Import,
    /// From the start of the process to the first page.
    Start,
    /// A server that only redirects, or only reads one row: what the machine can do at best.
    #[value(hide = true)]
    Bare,
}

/// Measures guanxi beside bare limits and peers.
#[derive(Debug, Parser)]
pub(crate) struct Cli {
    what: What,
    /// The server to measure.
    #[arg(long, default_value = "target/release/guanxi")]
    binary: PathBuf,
    /// PostgreSQL server on which databases may be made; without it only SQLite is measured.
    #[arg(long, env = "GUANXI_TEST_POSTGRES")]
    postgres: Option<String>,
    /// Largest number of members for the search; a tenth and a hundredth are measured too.
    #[arg(long, default_value_t = 1_000_000)]
    members: usize,
    /// Seconds of each run.
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// Runs of each kind, taken in turn; the table shows the median, the smallest and the largest.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Folder for the results.
    #[arg(long, default_value = "target/bench")]
    out: PathBuf,
    /// Port of a bare server (internal).
    #[arg(long, hide = true, default_value_t = 0)]
    port: u16,
}

fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    if cli.what == What::Bare {
        return bare::serve(cli.port);
    }
    let mut report = Report::new();
    let wants = |what| cli.what == What::All || cli.what == what;
    if wants(What::Start) {
        start::measure(&cli, &mut report)?;
    }
    if wants(What::Import) {
        import::measure(&cli, &mut report)?;
    }
    if wants(What::Request) {
        request::measure(&cli, &mut report)?;
    }
    if wants(What::Code) {
        code::measure(&cli, &mut report)?;
    }
    if wants(What::Search) {
        search::measure(&cli, &mut report)?;
    }
    report.write(&cli.out)
}
