//! From nothing to the first page: the demo is made, the server answers; then memory at rest.

use std::time::{Duration, Instant};

use crate::{
    Cli, Part,
    report::Report,
    server::Server,
    turn::{in_turn, side},
};

/// How long the server is left alone before its memory counts: its caches are filled by then.
const REST: Duration = Duration::from_secs(2);

/// Measures start-up with an empty folder, start-up with the demo in place, and memory.
pub(crate) fn measure(cli: &Cli, report: &mut Report) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let data = |round: usize| folder.path().join(round.to_string()).display().to_string();
    let start = |round| Server::guanxi(&cli.binary, &["--demo", "--data", &data(round)]);
    let sides = vec![
        side("empty folder to ready demo", "s", |round| {
            Ok(start(round)?.ready_after.as_secs_f64())
        }),
        side("existing demo to ready", "s", |round| {
            Ok(start(round)?.ready_after.as_secs_f64())
        }),
        side("memory at rest", "MiB", |round| {
            let (server, since) = (start(round)?, Instant::now());
            while since.elapsed() < REST {
                std::thread::park_timeout(REST);
            }
            Ok(server.resident_mib())
        }),
        side("binary", "MB", |_| {
            Ok(std::fs::metadata(&cli.binary)?.len() as f64 / 1e6)
        }),
    ];
    in_turn(report, (Part::Start, "start", 2_000), cli.rounds, sides)
}
