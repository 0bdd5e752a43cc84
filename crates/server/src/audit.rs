//! `guanxi audit`: checking from outside that nobody has altered the logs.

use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Args;
use guanxi_app::{
    Error,
    audit::{self, Outcome},
};
use guanxi_model::audit::{Fault, Head};
use guanxi_store::corp::Corp;
use serde_json::json;

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
    /// Print JSON, one line for each company
    #[arg(long)]
    json: bool,
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
            let outcome = audit::verify(&env, corp.id, what.known).await;
            let outcome = outcome.map_err(|error| in_words(error, what.known))?;
            if outcome.found.is_err() {
                code = ExitCode::FAILURE;
            }
            if what.json {
                println!("{}", as_json(&corp, &outcome));
            } else {
                println!("{}", as_line(&corp, &outcome));
            }
        }
        Ok(code)
    })
}

fn in_words(error: Error, known: Option<Head>) -> anyhow::Error {
    match (&error, known) {
        (Error::Invalid(fields), Some(known))
            if fields
                .iter()
                .any(|field| field.code == "removed_by_retention") =>
        {
            anyhow::anyhow!(
                "number {} was removed by the company's rule on keeping its log: use a head noted later",
                known.seq
            )
        }
        _ => error.into(),
    }
}

fn as_line(corp: &Corp, outcome: &Outcome) -> String {
    let Corp { corpid, name, .. } = corp;
    match outcome.found {
        Ok(head) if outcome.base.seq > 0 => format!(
            "{corpid}  whole    {}:{}  {name}, from number {} on; what came before was removed by rule",
            head.seq,
            head.hash,
            outcome.base.seq + 1
        ),
        Ok(head) => format!("{corpid}  whole    {}:{}  {name}", head.seq, head.hash),
        Err(fault) => {
            let (seq, kind) = (fault.seq, fault.kind.name());
            let entry = shown(&fault);
            format!("{corpid}  NOT WHOLE at number {seq}: {kind}{entry}  {name}")
        }
    }
}

/// The entry at which a fault shows, by id and time.
fn shown(fault: &Fault) -> String {
    let Some(entry) = fault.entry else {
        return String::new();
    };
    let time = fault.at_ms.and_then(time).unwrap_or_default();
    format!(", seen at entry {entry} of {time}")
}

fn time(ms: i64) -> Option<String> {
    let time = jiff::Timestamp::from_millisecond(ms).ok()?;
    Some(time.to_string())
}

fn as_json(corp: &Corp, outcome: &Outcome) -> serde_json::Value {
    let removed = (outcome.base.seq > 0).then_some(outcome.base);
    let (head, fault) = match outcome.found {
        Ok(head) => (Some(head), None),
        Err(fault) => (
            None,
            Some(json!({
                "kind": fault.kind.name(),
                "seq": fault.seq,
                "entry": fault.entry,
                "at_ms": fault.at_ms,
                "at": fault.at_ms.and_then(time),
            })),
        ),
    };
    json!({
        "corpid": corp.corpid,
        "name": corp.name,
        "whole": fault.is_none(),
        "head": head,
        "known": head.map(|head| format!("{}:{}", head.seq, head.hash)),
        "removed_until": removed,
        "fault": fault,
    })
}
