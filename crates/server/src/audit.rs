//! `guanxi audit`: checking from outside that nobody has altered the logs.

use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Args;
use guanxi_model::audit::Head;

use crate::{corp, serve, settings::Settings};

/// What to check.
#[derive(Debug, Clone, Args)]
pub(crate) struct What {
    /// Only the company with this public id
    #[arg(long)]
    corpid: Option<String>,
    /// A head noted earlier, as this command prints it: the log must pass through it; needs --corpid
    #[arg(long, value_name = "NUMBER:HASH", requires = "corpid", value_parser = head)]
    known: Option<Head>,
}

fn head(text: &str) -> anyhow::Result<Head> {
    let (seq, hash) = text
        .split_once(':')
        .context("a head is a number, a colon and a hash")?;
    Ok(Head {
        seq: seq.parse()?,
        hash: hash.parse()?,
    })
}

/// Follows every chain and prints one line for each.
pub(crate) fn verify(settings: &Settings, what: What) -> anyhow::Result<ExitCode> {
    if settings.database.value.is_none() && !settings.data.value.join("guanxi.db").exists() {
        bail!("there is no database in {}", settings.data.value.display());
    }
    crate::runtime()?.block_on(async {
        let env = serve::open(settings).await?;
        let corps = corp::named(
            env.store.read(guanxi_store::corp::list).await?,
            what.corpid.as_deref(),
        )?;
        let mut code = ExitCode::SUCCESS;
        for corp in corps {
            match guanxi_app::audit::verify(&env, corp.id, what.known).await? {
                Ok(head) => println!(
                    "{}  whole    {}:{}  {}",
                    corp.corpid, head.seq, head.hash, corp.name
                ),
                Err(fault) => {
                    code = ExitCode::FAILURE;
                    println!(
                        "{}  NOT WHOLE at number {}: {}  {}",
                        corp.corpid,
                        fault.seq,
                        fault.kind.name(),
                        corp.name
                    );
                }
            }
        }
        Ok(code)
    })
}
