//! The page of a member's QR code: each view is a durable scan record. Visitors come from many addresses, as a proxy names them.

use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use guanxi_app::{Actor, qr_code};
use guanxi_model::{corp::Settings, qr_code::Terms};

use crate::{
    Cli, Part, crowd,
    load::{self, Next},
    peer::nginx,
    report::Report,
    server::Server,
    turn::{Side, in_turn, side},
};

/// Connections of the load.
const CONNECTIONS: usize = 64;
/// Members of the smallest corp.
const MEMBERS: usize = 2_000;
/// Visits from one network before the next comes; from so many at once no node refuses any.
const VISITS: u32 = 200;
/// Part of the tokens' key: the same for the one who makes codes and the server that reads them.
const PUBLIC_URL: &str = "http://bench.test";

/// Measures the page at three sizes of the corp, on each engine, beside bare limits.
pub(crate) fn measure(cli: &Cli, report: &mut Report) -> anyhow::Result<()> {
    let bare = Server::bare()?;
    let nginx = nginx::start()?;
    for size in cli.sizes_from(MEMBERS) {
        let places = crowd::places(cli.postgres.as_deref())?;
        let mut sides = vec![
            limit(cli, &bare, "bare axum redirect", "/redirect"),
            limit(cli, &bare, "near-limit scan program", "/scan"),
        ];
        if let Some((nginx, _)) = &nginx {
            sides.push(limit(cli, nginx, "nginx redirect", "/redirect"));
        }
        for place in &places {
            let runtime = tokio::runtime::Runtime::new()?;
            let tokens = Arc::new(runtime.block_on(prepare(place, size))?);
            let mut arguments = place.arguments.clone();
            arguments.extend(["--public-url", PUBLIC_URL, "--trust-proxy"].map(str::to_owned));
            let server = Server::guanxi(&cli.binary, &arguments)?;
            // Goes on from round to round, so that none begins with networks that have not rested from the one before.
            let next = visitors(tokens);
            sides.push(side(format!("guanxi, {}", place.engine), "/s", move |_| {
                // Taken as a whole, so that it lives as long as it is measured.
                let server = &server;
                load::run(server.port, CONNECTIONS, cli.time(), &[200], &next)
            }));
        }
        let what = (Part::Code, "code page with durable scan record", size);
        in_turn(report, what, cli.rounds, sides)?;
    }
    Ok(())
}

fn limit<'a>(cli: &'a Cli, server: &'a Server, name: &str, path: &'static str) -> Side<'a> {
    let next: Arc<Next> = Arc::new(move |_, _, _| Some(load::get(path, "")));
    side(name, "/s", move |_| {
        load::run(server.port, CONNECTIONS, cli.time(), &[302, 307], &next)
    })
}

fn visitors(tokens: Arc<Vec<String>>) -> Arc<Next> {
    let visits = AtomicU32::new(0);
    Arc::new(move |connection, number, _| {
        let token = &tokens[(connection + number) % tokens.len()];
        // What is slowed is a network of 256 addresses, not a single one.
        let network = visits.fetch_add(1, Ordering::Relaxed) / VISITS;
        let address = Ipv4Addr::from_bits((0x0100_0000 + (network << 8)) | 7);
        let from = format!("X-Forwarded-For: {address}\r\n");
        Some(load::get(&format!("/q/{token}"), &from))
    })
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
