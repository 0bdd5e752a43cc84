//! Many members at once through the application: checks, phone numbers, rows, audit, and the index built over them.

use std::time::Instant;

use guanxi_model::corp::Settings;

use crate::{
    Cli, crowd,
    report::{Report, Row},
};

/// Sizes that are measured.
const SIZES: [usize; 3] = [1_000, 10_000, 100_000];

/// Measures the import and the loading of the directory on each engine.
pub(crate) fn measure(cli: &Cli, report: &mut Report) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    for size in SIZES {
        for engine in 0..=usize::from(cli.postgres.is_some()) {
            let (mut imports, mut loads, mut name) = (Vec::new(), Vec::new(), "");
            for _ in 0..cli.rounds {
                let mut places = crowd::places(cli.postgres.as_deref())?;
                let place = places.swap_remove(engine);
                name = place.engine;
                runtime.block_on(async {
                    let env = crowd::node(&place.options).await?;
                    let corp = crowd::corp(&env, Settings::default()).await?;
                    let started = Instant::now();
                    crowd::members(&env, corp, 0..size).await?;
                    imports.push(started.elapsed().as_secs_f64());
                    let started = Instant::now();
                    guanxi_app::directory::load(&env, corp).await?;
                    loads.push(started.elapsed().as_secs_f64());
                    anyhow::Ok(())
                })?;
            }
            for (what, values) in [
                ("import of members", imports),
                ("directory into memory", loads),
            ] {
                let (group, name, note) =
                    (what.to_owned(), format!("guanxi, {name}"), String::new());
                report.add(Row {
                    group,
                    name,
                    size,
                    unit: "s",
                    values,
                    note,
                });
            }
        }
    }
    Ok(())
}
