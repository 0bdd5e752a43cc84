//! Directory search over HTTP, as the browser asks while somebody types: the part of the page with the hits.

use std::{sync::Arc, time::Duration};

use guanxi_model::corp::Settings;

use crate::{
    Cli,
    crowd::{self, Crowd, Person},
    load::{self, Next},
    peer::Trigrams,
    report::{Report, Row},
    server::Server,
};

/// Kinds of questions; the plain text that a trigram search can be asked instead, if it can at all.
const KINDS: [(&str, &str, Option<&str>); 9] = [
    ("one Han character", "张", None),
    ("two Han characters", "思涵", Some("思涵")),
    ("whole name", "张伟", Some("张伟")),
    ("one letter", "z", None),
    ("initials", "zs", None),
    ("pinyin", "zhangsi", None),
    ("mixed", "张s", None),
    ("employee number", "QH-00123", Some("QH-00123")),
    ("no hit", "qqzzxx", Some("qqzzxx")),
];
const CONNECTIONS: usize = 32;

/// Measures each kind with one client and with many, at three sizes, beside one row read and beside trigrams.
pub(crate) fn measure(cli: &Cli, report: &mut Report) -> anyhow::Result<()> {
    let time = Duration::from_secs(cli.seconds);
    let bare = Server::bare()?;
    for size in [cli.members / 100, cli.members / 10, cli.members] {
        let place = crowd::places(None)?.swap_remove(0);
        let runtime = tokio::runtime::Runtime::new()?;
        let crowd = runtime.block_on(async {
            let env = crowd::node(&place.options).await?;
            let corp = crowd::corp(&env, Settings::default()).await?;
            crowd::members(&env, corp, 0..size).await?;
            anyhow::Ok(Crowd {
                corp,
                people: crowd::sign_in(&env, corp, 10).await?,
            })
        })?;
        drop(runtime);
        let arguments: Vec<&str> = place.arguments.iter().map(String::as_str).collect();
        let server = Server::guanxi(&cli.binary, &arguments)?;
        memory(&server, size, report);
        let trigrams = match &cli.postgres {
            Some(postgres) => Some(Trigrams::load(postgres, size)?),
            None => None,
        };
        for kind in KINDS {
            measure_kind(
                cli,
                report,
                &server,
                &bare,
                trigrams.as_ref(),
                &crowd.people[0],
                kind,
                (size, time),
            )?;
        }
    }
    Ok(())
}

fn memory(server: &Server, size: usize, report: &mut Report) {
    let mut add = |name: &str, unit, value| {
        let (group, name) = ("search".to_owned(), name.to_owned());
        report.add(Row {
            group,
            name,
            size,
            unit,
            values: vec![value],
            note: String::new(),
        });
    };
    add("start to ready", "s", server.ready_after.as_secs_f64());
    add("memory of the server", "MiB", server.resident_mib());
}

#[expect(
    clippy::too_many_arguments,
    reason = "one comparison needs all that stands beside it"
)]
fn measure_kind(
    cli: &Cli,
    report: &mut Report,
    server: &Server,
    bare: &Server,
    trigrams: Option<&Trigrams>,
    person: &Person,
    (kind, text, like): (&str, &str, Option<&str>),
    (size, time): (usize, Duration),
) -> anyhow::Result<()> {
    let query: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
    let asked = load::get(
        &format!("/directory?q={query}"),
        &format!("{}X-Fragment: hits\r\n", person.cookie),
    );
    let ask: Arc<Next> = Arc::new(move |_, _| Some(asked.clone()));
    let select: Arc<Next> = Arc::new(|_, _| Some(load::get("/select", "")));
    let (mut single, mut many, mut limit, mut peer) = (vec![], vec![], vec![], vec![]);
    let (mut single_note, mut many_note, mut peer_note) =
        (String::new(), String::new(), String::new());
    for _ in 0..cli.rounds {
        let run = load::run(server.port, 1, time, &[200], &ask)?;
        single_note = run.note();
        single.push(run.latency.value_at_quantile(0.99) as f64 / 1000.0);
        let run = load::run(server.port, CONNECTIONS, time, &[200], &ask)?;
        many_note = run.note();
        many.push(run.per_second);
        limit.push(load::run(bare.port, CONNECTIONS, time, &[200], &select)?.per_second);
        if let (Some(trigrams), Some(like)) = (trigrams, like) {
            let (per_second, latency) = trigrams.ask(like, 4, time)?;
            peer_note = format!(
                "p99 {:.1} ms",
                latency.value_at_quantile(0.99) as f64 / 1000.0
            );
            peer.push(per_second);
        }
    }
    let mut add = |name: &str, unit, values: Vec<f64>, note: String| {
        if !values.is_empty() {
            let (group, name) = (format!("search, {kind}"), name.to_owned());
            report.add(Row {
                group,
                name,
                size,
                unit,
                values,
                note,
            });
        }
    };
    add("guanxi, one client, p99", "ms", single, single_note);
    add("guanxi, 32 clients", "/s", many, many_note);
    add("axum and one row, 32 clients", "/s", limit, String::new());
    add("PostgreSQL trigrams, 4 clients", "/s", peer, peer_note);
    Ok(())
}
