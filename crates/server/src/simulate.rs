//! `guanxi simulate`: plays a scenario through the engine that serves scans, under one strategy after another, and tells
//! waits, shares, caps and promises. It needs no database.

mod chart;
mod scenario;
mod words;

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use anyhow::{Context as _, Result};
use clap::Args;
use guanxi_model::live_code::simulate::{self, Report};

/// What to play.
#[derive(Debug, Clone, Args)]
pub(crate) struct What {
    /// A scenario file, or sale-day, quiet-week or crowded-pool
    scenario: String,
    /// Print JSON, with every member and every minute
    #[arg(long)]
    json: bool,
    /// Write a chart of who waits when
    #[arg(long, value_name = "FILE.svg")]
    chart: Option<PathBuf>,
}

/// Plays the scenario under each of its strategies.
pub(crate) fn run(what: &What) -> Result<ExitCode> {
    let scenario = scenario::read(&what.scenario)?;
    let mut reports: Vec<Report> = Vec::new();
    let mut out = std::io::stdout().lock();
    if !what.json {
        let (scans, members) = (scenario.day.scans.len(), scenario.day.members.len());
        writeln!(
            out,
            "{}: {scans} scans, {members} members\n",
            scenario.title
        )?;
    }
    for &strategy in &scenario.strategies {
        let started = Instant::now();
        let report = simulate::run(&scenario.day, strategy, None);
        if !what.json {
            let took = started.elapsed().as_secs_f64();
            writeln!(
                out,
                "{}  played in {took:.1} s\n",
                words::report(&report, &scenario.groups)
            )?;
        }
        reports.push(report);
    }
    if what.json {
        serde_json::to_writer(&mut out, &reports)?;
        writeln!(out)?;
    }
    if let Some(path) = &what.chart {
        save(
            path,
            &chart::draw(&scenario.title, &scenario.day.zone, &reports),
        )?;
    }
    Ok(ExitCode::SUCCESS)
}

fn save(path: &Path, svg: &str) -> Result<()> {
    std::fs::write(path, svg).with_context(|| format!("cannot write {}", path.display()))
}
