//! `guanxi backup` and `guanxi restore`: the whole SQLite database as one file, taken while the server runs.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::bail;
use clap::Args;
use guanxi_app::outside::{Clock as _, SystemClock};
use guanxi_store::backup::{self, Contents, Error, Log};
use serde_json::json;

use crate::{doctor::without_password, settings::Settings};

/// Where to write the copy.
#[derive(Debug, Clone, Args)]
pub(crate) struct Copy {
    /// File to write; one that exists is never overwritten
    file: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What to restore.
#[derive(Debug, Clone, Args)]
pub(crate) struct Source {
    /// File that `guanxi backup` wrote; it stays as it is
    file: PathBuf,
    /// SHA-256 that the file must have, as `guanxi backup` printed it
    #[arg(long, value_name = "HEX")]
    sha256: Option<String>,
    /// Restore also where an audit log in the file is not whole
    #[arg(long)]
    accept_broken_log: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Writes a copy and says what is in it; ends with 1 where an audit log is not whole.
pub(crate) fn create(settings: &Settings, copy: Copy) -> anyhow::Result<ExitCode> {
    let database = database(settings)?;
    let contents = backup::create(&database, &copy.file)?;
    if copy.json {
        println!("{}", as_json(&copy.file, &contents, None));
    } else {
        println!(
            "backed up {} to {}, {} bytes",
            database.display(),
            copy.file.display(),
            contents.bytes
        );
        show(&contents);
    }
    Ok(if contents.is_whole() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Puts a copy in place of the database and says where the old one is.
pub(crate) fn restore(settings: &Settings, source: Source) -> anyhow::Result<ExitCode> {
    let database = database(settings)?;
    std::fs::create_dir_all(&settings.data.value)?;
    let now = jiff::Timestamp::from_millisecond(SystemClock.now_ms())?;
    let suffix = format!(".before-restore-{}", now.strftime("%Y%m%dT%H%M%S%.3fZ"));
    let restored = backup::restore(
        &source.file,
        &database,
        &suffix,
        source.sha256.as_deref(),
        source.accept_broken_log,
    );
    let restored = match restored {
        Err(Error::Broken(file, contents)) => {
            show(&contents);
            bail!(
                "an audit log in {} is not whole: nothing was changed; --accept-broken-log restores it all the same",
                file.display()
            );
        }
        other => other?,
    };
    if source.json {
        println!(
            "{}",
            as_json(&source.file, &restored.contents, restored.aside.as_deref())
        );
    } else {
        println!(
            "restored {} to {}",
            source.file.display(),
            database.display()
        );
        show(&restored.contents);
        if let Some(aside) = restored.aside {
            println!("the database that was there is kept as {}", aside.display());
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn database(settings: &Settings) -> anyhow::Result<PathBuf> {
    let Some(url) = &settings.database.value else {
        return Ok(settings.data.value.join("guanxi.db"));
    };
    let url = without_password(url);
    bail!(
        "a PostgreSQL database is backed up by its own tools:\n  \
         pg_dump --format=custom --file=guanxi.dump '{url}'\n  \
         pg_restore --clean --if-exists --single-transaction --dbname='{url}' guanxi.dump\n\
         or, to lose nothing at all, by continuous archiving; see docs/OPERATIONS.md. \
         `guanxi audit verify` checks what was restored"
    );
}

fn show(contents: &Contents) {
    println!("sha256 {}", contents.sha256);
    let Some(logs) = &contents.corps else {
        println!(
            "schema {:04} is older than this binary: its audit logs are checked when it is restored",
            contents.schema
        );
        return;
    };
    for Log {
        corpid,
        name,
        found,
    } in logs
    {
        match found {
            Ok(head) => println!("{corpid}  whole    {}:{}  {name}", head.seq, head.hash),
            Err(fault) => println!(
                "{corpid}  NOT WHOLE at number {}: {}  {name}",
                fault.seq,
                fault.kind.name()
            ),
        }
    }
}

fn as_json(file: &Path, contents: &Contents, aside: Option<&Path>) -> serde_json::Value {
    let logs = contents.corps.iter().flatten().map(|log| {
        json!({
            "corpid": log.corpid,
            "name": log.name,
            "whole": log.found.is_ok(),
            "head": log.found.ok(),
        })
    });
    json!({
        "file": file,
        "bytes": contents.bytes,
        "sha256": contents.sha256,
        "schema": contents.schema,
        "corps": logs.collect::<Vec<_>>(),
        "kept": aside,
    })
}
