//! The log: to standard error, as lines for people or as JSON, panics included.

use std::io::IsTerminal as _;

use anyhow::Context as _;
use tracing_subscriber::EnvFilter;

use crate::settings::{LogFormat, Settings};

/// Starts the log of the process.
pub(crate) fn start(settings: &Settings) -> anyhow::Result<()> {
    let filter = &settings.log.value;
    let filter = EnvFilter::try_new(filter)
        .with_context(|| format!("the log filter `{filter}` does not read"))?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match settings.log_format.value {
        LogFormat::Text => log.with_ansi(std::io::stderr().is_terminal()).init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        let payload = panic.payload();
        let text = payload
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("no text");
        tracing::error!(
            panic.place = place,
            panic.text = text,
            "a bug: something panicked"
        );
    }));
    for name in unknown_variables() {
        tracing::warn!(name, "this variable is no setting and is ignored");
    }
    Ok(())
}

/// Variables that look like settings and are none, for example after a slip of the finger.
fn unknown_variables() -> Vec<String> {
    use clap::CommandFactory as _;
    let command = crate::Cli::command();
    let mut known: Vec<String> = Vec::new();
    let mut waiting = vec![&command];
    while let Some(command) = waiting.pop() {
        let variables = command
            .get_arguments()
            .filter_map(|argument| argument.get_env());
        known.extend(variables.map(|name| name.to_string_lossy().into_owned()));
        waiting.extend(command.get_subcommands());
    }
    let given = std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned());
    given
        .filter(|name| {
            name.starts_with("GUANXI_")
                && !name.starts_with("GUANXI_TEST_")
                && !known.contains(name)
        })
        .collect()
}
