//! From nothing to the first page: the demo is made, the server answers; then memory at rest.

use crate::{
    Cli,
    report::{Report, Row},
    server::Server,
};

/// Measures start-up with an empty folder, start-up with the demo in place, and memory.
pub(crate) fn measure(cli: &Cli, report: &mut Report) -> anyhow::Result<()> {
    let (mut first, mut again, mut memory) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..cli.rounds {
        let folder = tempfile::tempdir()?;
        let data = folder.path().join("data");
        let arguments = ["--demo", "--data", data.to_str().unwrap_or_default()];
        first.push(
            Server::guanxi(&cli.binary, &arguments)?
                .ready_after
                .as_secs_f64(),
        );
        let server = Server::guanxi(&cli.binary, &arguments)?;
        again.push(server.ready_after.as_secs_f64());
        memory.push(server.resident_mib());
    }
    let size = std::fs::metadata(&cli.binary)?.len() as f64 / 1024.0 / 1024.0;
    let mut add = |name: &str, unit, values| {
        report.add(Row {
            group: "start".into(),
            name: name.into(),
            size: 2_000,
            unit,
            values,
            note: String::new(),
        });
    };
    add("empty folder to ready demo", "s", first);
    add("existing demo to ready", "s", again);
    add("memory at rest", "MiB", memory);
    add("binary", "MiB", vec![size]);
    Ok(())
}
