//! The binary `guanxi`: reads settings, wires the parts together, runs the server or one of its commands.

mod serve;
mod settings;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "guanxi", version, about = "Self-hosted contact server for companies")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the server.
    Serve(settings::Serve),
}

fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    match Cli::parse().command {
        Command::Serve(serve) => serve::run(serve),
    }
}
