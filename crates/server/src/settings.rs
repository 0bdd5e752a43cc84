//! Settings of the server: flags, environment, file, defaults, in this order of precedence.

use std::{net::SocketAddr, path::PathBuf};

use clap::Args;

/// What `serve` needs to know.
#[derive(Debug, Clone, Args)]
pub struct Serve {
    /// Address to listen on.
    #[arg(long, env = "GUANXI_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Address under which browsers reach the server.
    #[arg(long, env = "GUANXI_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// Folder of the SQLite database.
    #[arg(long, env = "GUANXI_DATA", default_value = "guanxi-data")]
    pub data: PathBuf,
    /// PostgreSQL instead of SQLite.
    #[arg(long, env = "GUANXI_DATABASE", conflicts_with = "data")]
    pub database: Option<String>,
    /// Fill an empty database with a demo.
    #[arg(long, env = "GUANXI_DEMO")]
    pub demo: bool,
}
