//! The page of a member's QR code: each view is a durable scan record. Visitors come from many addresses, as a proxy names them.

use std::{sync::Arc, time::Duration};

use guanxi_app::{Actor, qr_code};
use guanxi_model::{corp::Settings, qr_code::Terms};

use crate::{
    Cli, crowd,
    load::{self, Next},
    report::{Report, Row},
    server::Server,
};

/// Connections of the load.
const CONNECTIONS: usize = 64;
/// Members of the corp, at three sizes.
const SIZES: [usize; 3] = [2_000, 20_000, 200_000];
/// Part of the tokens' key: the same for the one who makes codes and the server that reads them.
const PUBLIC_URL: &str = "http://bench.test";

/// Measures the page at three sizes of the corp, on each engine, beside a bare redirect.
pub(crate) fn measure(cli: &Cli, report: &mut Report) -> anyhow::Result<()> {
    let time = Duration::from_secs(cli.seconds);
    let bare = Server::bare()?;
    let redirect: Arc<Next> = Arc::new(|_, _| Some(load::get("/redirect", "")));
    for size in SIZES {
        for place in crowd::places(cli.postgres.as_deref())? {
            let runtime = tokio::runtime::Runtime::new()?;
            let tokens = runtime.block_on(prepare(&place, size))?;
            drop(runtime);
            let mut arguments: Vec<&str> = place.arguments.iter().map(String::as_str).collect();
            arguments.extend(["--public-url", PUBLIC_URL, "--trust-proxy"]);
            let server = Server::guanxi(&cli.binary, &arguments)?;
            let tokens = Arc::new(tokens);
            let (mut limits, mut scans, mut note) = (vec![], vec![], String::new());
            for _ in 0..cli.rounds {
                limits.push(load::run(bare.port, CONNECTIONS, time, &[307], &redirect)?.per_second);
                let own = Arc::clone(&tokens);
                let next: Arc<Next> = Arc::new(move |connection, number| {
                    let token = &own[(connection + number) % own.len()];
                    let from = format!(
                        "X-Forwarded-For: 10.{connection}.{}.{}\r\n",
                        number / 250 % 250,
                        number % 250
                    );
                    Some(load::get(&format!("/q/{token}"), &from))
                });
                let run = load::run(server.port, CONNECTIONS, time, &[200], &next)?;
                note = run.note();
                scans.push(run.per_second);
            }
            let mut add = |name: String, values, note: String| {
                report.add(Row {
                    group: "code page".to_owned(),
                    name,
                    size,
                    unit: "/s",
                    values,
                    note,
                });
            };
            add("bare redirect beside it".to_owned(), limits, String::new());
            add(format!("guanxi, {}", place.engine), scans, note);
        }
    }
    Ok(())
}

/// Makes a corp with a hundred codes of as many members; returns their tokens.
async fn prepare(place: &crowd::Home, size: usize) -> anyhow::Result<Vec<String>> {
    let env = crowd::node(&place.options).await?;
    let corp = crowd::corp(&env, Settings::default()).await?;
    crowd::members(&env, corp, 0..size).await?;
    let key = qr_code::Key::new(&env.pepper, PUBLIC_URL);
    let mut tokens = Vec::new();
    for person in crowd::sign_in(&env, corp, 100).await? {
        let actor = Actor::Person {
            person: person.natural,
            session: person.session,
            account: Some((corp, person.id)),
        };
        let cx = env.cx(actor, String::new(), "zh-Hans".to_owned());
        let code = env
            .store
            .write(move |tx| qr_code::create(tx, &cx, Terms::default()))
            .await?;
        tokens.push(key.token(code.slug));
    }
    Ok(tokens)
}
