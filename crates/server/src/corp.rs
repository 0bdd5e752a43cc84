//! `guanxi corp`: making companies and listing them, which no page can do.

use std::process::ExitCode;

use anyhow::{anyhow, bail};
use clap::Args;
use guanxi_app::{Error, audit};
use guanxi_model::{corp::Settings as CorpSettings, field::Invalid, person::Phone};
use serde_json::json;

use crate::{serve, settings::Settings};

/// What it takes to make a company.
#[derive(Debug, Clone, Args)]
pub(crate) struct New {
    /// Name of the company
    #[arg(long)]
    name: String,
    /// Name of its owner
    #[arg(long)]
    admin_name: String,
    /// Mobile number of the owner, with which he signs in
    #[arg(long)]
    admin_mobile: String,
    /// Language of the company, zh-Hans or en
    #[arg(long, default_value = "zh-Hans")]
    language: String,
    /// Time zone in which the company's days begin and end
    #[arg(long, default_value = "Asia/Shanghai")]
    time_zone: String,
    /// Region of phone numbers without a country code
    #[arg(long, default_value = "CN")]
    region: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Makes a company and says how its owner gets in.
pub(crate) fn create(settings: &Settings, new: New) -> anyhow::Result<ExitCode> {
    crate::runtime()?.block_on(async {
        let env = serve::open(settings).await?;
        let cx = env.job("operator");
        let wanted = guanxi_app::corp::NewCorp {
            name: new.name.clone(),
            admin_name: new.admin_name.clone(),
            admin_mobile: new.admin_mobile.clone(),
            settings: CorpSettings {
                language: new.language.clone(),
                time_zone: new.time_zone.clone(),
                region: new.region.clone(),
                ..CorpSettings::default()
            },
        };
        let made = env.store.write(move |tx| -> guanxi_app::Result<_> {
            let (id, owner) = guanxi_app::corp::create(tx, &cx, &wanted)?;
            // Nobody else knows the company yet, so its first entry need not wait for the server's sealer.
            audit::seal(tx, id)?;
            let corpid = guanxi_store::corp::find(tx, id)?.ok_or(Error::not_found("corp"))?.corpid;
            Ok((corpid, owner))
        });
        let (corpid, owner) = made.await.map_err(in_words)?;
        let mobile = Phone::parse(&new.admin_mobile, &new.region).map_err(|invalid| anyhow!("{}", flag(&invalid)))?;
        if new.json {
            println!("{}", json!({ "corpid": corpid, "name": new.name, "owner": owner, "owner_mobile": mobile }));
        } else {
            println!("made {} ({corpid})", new.name);
            println!("{} signs in at {}/sign-in with {mobile}", new.admin_name, settings.public_url.value);
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// Says which flag is wrong.
fn in_words(error: Error) -> anyhow::Error {
    match error {
        Error::Invalid(fields) => {
            anyhow!("{}", fields.iter().map(flag).collect::<Vec<_>>().join("; "))
        }
        other => other.into(),
    }
}

fn flag(invalid: &Invalid) -> String {
    let flag = match invalid.field {
        "mobile" => "--admin-mobile".to_owned(),
        field => format!("--{}", field.replace('_', "-")),
    };
    format!("{flag}: {}", invalid.code.replace('_', " "))
}

/// Lists the companies.
pub(crate) fn list(settings: &Settings, json: bool) -> anyhow::Result<ExitCode> {
    crate::runtime()?.block_on(async {
        let env = serve::open(settings).await?;
        let corps = env.store.read(guanxi_store::corp::list).await?;
        for corp in corps {
            if json {
                println!("{}", json!({ "corpid": corp.corpid, "name": corp.name, "created_at_ms": corp.created_at_ms }));
            } else {
                println!("{}  {}", corp.corpid, corp.name);
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// The company with a public id.
pub(crate) fn named(
    corps: Vec<guanxi_store::corp::Corp>,
    corpid: Option<&str>,
) -> anyhow::Result<Vec<guanxi_store::corp::Corp>> {
    let Some(corpid) = corpid else {
        return Ok(corps);
    };
    let found: Vec<_> = corps
        .into_iter()
        .filter(|corp| corp.corpid == corpid)
        .collect();
    if found.is_empty() {
        bail!("there is no company {corpid}; `guanxi corp list` shows all");
    }
    Ok(found)
}
