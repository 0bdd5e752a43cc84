//! `guanxi migrate`: brings the database to the schema of this binary, so that a release can do it before its nodes start.

use std::process::ExitCode;

use guanxi_store::{Store, inspect};

use crate::settings::Settings;

/// Applies what is pending and says what that was.
pub(crate) fn run(settings: &Settings) -> anyhow::Result<ExitCode> {
    let options = settings.store()?;
    let before = inspect(&options)?
        .map(|condition| condition.pending)
        .transpose()?;
    Store::open(&options)?;
    match before.as_deref() {
        Some([]) => println!("nothing to do: the schema is that of this binary"),
        Some(steps) => steps.iter().for_each(|step| println!("applied {step}")),
        None => println!("made a new database"),
    }
    Ok(ExitCode::SUCCESS)
}
