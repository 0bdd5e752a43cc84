//! The binary `guanxi`: reads settings, wires the parts together, runs the server or one of its commands.

mod audit;
mod backup;
mod corp;
mod doctor;
mod listen;
mod log;
mod metrics;
mod migrate;
mod serve;
mod settings;
mod simulate;
mod sms;
mod webhook;

use std::process::ExitCode;

use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use settings::{Common, Given, Network, Place, Settings};

#[derive(Debug, Parser)]
#[command(
    name = "guanxi",
    version,
    about = "Self-hosted contact server for companies"
)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the server
    Serve {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        network: Network,
    },
    /// Brings the database to the schema of this binary; `serve` does the same at its start
    Migrate {
        #[command(flatten)]
        place: Place,
    },
    /// Companies
    #[command(subcommand)]
    Corp(Corp),
    /// Looks at settings, database and machine, and says what to mend; ends with 1 where something is wrong
    Doctor {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        network: Network,
    },
    /// The audit log
    #[command(subcommand)]
    Audit(Audit),
    /// Writes the SQLite database into one file, also while the server runs
    Backup {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        copy: backup::Copy,
    },
    /// Puts a backup in place of the SQLite database of a stopped server, and keeps the old one
    Restore {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        source: backup::Source,
    },
    /// Plays a day of scans of a live code before it happens: waits, shares, caps, promises under each strategy
    Simulate(simulate::What),
}

#[derive(Debug, Subcommand)]
enum Corp {
    /// Makes a company and its owner, who then signs in by his mobile number
    Create {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        new: corp::New,
    },
    /// Lists the companies
    List {
        #[command(flatten)]
        place: Place,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
enum Audit {
    /// Follows the chain of every company's log from its first entry; ends with 1 where one is not whole
    Verify {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        what: audit::What,
    },
}

fn main() -> anyhow::Result<ExitCode> {
    let matches = Cli::command().get_matches();
    let Cli { common, command } = Cli::from_arg_matches(&matches).map_err(|error| error.exit())?;
    let (place, network) = match &command {
        // It plays with numbers alone: no settings, no database.
        Command::Simulate(what) => return simulate::run(what),
        Command::Serve { place, network } | Command::Doctor { place, network } => {
            (place, Some(network))
        }
        Command::Migrate { place }
        | Command::Corp(Corp::Create { place, .. } | Corp::List { place, .. })
        | Command::Audit(Audit::Verify { place, .. })
        | Command::Backup { place, .. }
        | Command::Restore { place, .. } => (place, None),
    };
    let given = Given {
        common,
        place: place.clone(),
        network: network.cloned().unwrap_or_default(),
    };
    let settings = Settings::resolve(given, leaf(&matches))?;
    log::start(&settings)?;
    match command {
        Command::Serve { .. } => serve::run(&settings),
        Command::Migrate { .. } => migrate::run(&settings),
        Command::Doctor { .. } => Ok(doctor::run(&settings)),
        Command::Corp(Corp::Create { new, .. }) => corp::create(&settings, new),
        Command::Corp(Corp::List { json, .. }) => corp::list(&settings, json),
        Command::Audit(Audit::Verify { what, .. }) => audit::verify(&settings, what),
        Command::Backup { copy, .. } => backup::create(&settings, copy),
        Command::Restore { source, .. } => backup::restore(&settings, source),
        Command::Simulate(what) => simulate::run(&what),
    }
}

/// Matches of the innermost command, which took the flags.
fn leaf(matches: &ArgMatches) -> &ArgMatches {
    match matches.subcommand() {
        Some((_, inner)) => leaf(inner),
        None => matches,
    }
}

/// A runtime for a command that needs one.
fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?)
}
