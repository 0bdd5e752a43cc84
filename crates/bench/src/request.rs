//! A contact request and its acceptance, both durable, over HTTP with forms as a browser sends them.

use std::{sync::Arc, time::Duration};

use guanxi_model::{corp::Settings, id::RequestId, party::Party};
use guanxi_store as store;

use crate::{
    Cli,
    crowd::{self, Crowd, Home},
    load::{self, Next, Run},
    report::{Report, Row},
    server::Server,
};

/// Connections of the load.
const CONNECTIONS: usize = 50;
/// Members of the corp, and how many of them ask and answer.
const SIZES: [usize; 3] = [2_000, 20_000, 200_000];
const PEOPLE: usize = 1_000;

/// Measures sending and accepting at three sizes of the corp, on each engine, beside a bare redirect.
pub(crate) fn measure(cli: &Cli, report: &mut Report) -> anyhow::Result<()> {
    let time = Duration::from_secs(cli.seconds);
    let bare = Server::bare()?;
    let redirect: Arc<Next> = Arc::new(|_, _| Some(load::get("/redirect", "")));
    for size in SIZES {
        for place in crowd::places(cli.postgres.as_deref())? {
            let runtime = tokio::runtime::Runtime::new()?;
            let crowd = runtime.block_on(prepare(&place, size))?;
            drop(runtime);
            let arguments: Vec<&str> = place.arguments.iter().map(String::as_str).collect();
            let server = Server::guanxi(&cli.binary, &arguments)?;
            let (mut limits, mut sends, mut accepts, mut pairs) = (vec![], vec![], vec![], vec![]);
            let (mut send_note, mut accept_note) = (String::new(), String::new());
            for round in 0..cli.rounds {
                limits.push(load::run(bare.port, CONNECTIONS, time, &[307], &redirect)?.per_second);
                let sent = send(&server, &crowd, round, cli.rounds, time)?;
                let accepted = accept(&server, &place, &crowd)?;
                (send_note, accept_note) = (sent.note(), accepted.note());
                pairs.push(1.0 / (1.0 / sent.per_second + 1.0 / accepted.per_second));
                sends.push(sent.per_second);
                accepts.push(accepted.per_second);
            }
            let name = format!("guanxi, {}", place.engine);
            let mut add = |what: &str, name: &str, values, note: String| {
                let (group, name) = (what.to_owned(), name.to_owned());
                report.add(Row {
                    group,
                    name,
                    size,
                    unit: "/s",
                    values,
                    note,
                });
            };
            add("request", "bare redirect beside it", limits, String::new());
            add("request: send", &name, sends, send_note);
            add("request: accept", &name, accepts, accept_note);
            add("request: send and accept", &name, pairs, String::new());
        }
    }
    Ok(())
}

async fn prepare(place: &Home, size: usize) -> anyhow::Result<Crowd> {
    let env = crowd::node(&place.options).await?;
    let settings = Settings {
        requests_per_day: 10_000,
        ..Settings::default()
    };
    let corp = crowd::corp(&env, settings).await?;
    crowd::members(&env, corp, 0..size).await?;
    let people = crowd::sign_in(&env, corp, PEOPLE).await?;
    Ok(Crowd { corp, people })
}

/// Every connection sends for people of its own, to others whom they have not asked yet.
fn send(
    server: &Server,
    crowd: &Crowd,
    round: usize,
    rounds: usize,
    time: Duration,
) -> anyhow::Result<Run> {
    let people = crowd.people.clone();
    let next: Arc<Next> = Arc::new(move |connection, number| {
        let own = PEOPLE / CONNECTIONS;
        let from = connection * own + number % own;
        // Each round asks people at other distances; the lower distance half keeps requests from crossing.
        let distance = 1 + (number / own) * rounds + round;
        if distance >= PEOPLE / 2 {
            return None;
        }
        let (sender, recipient) = (&people[from], &people[(from + distance) % PEOPLE]);
        let body = format!("_csrf={}&message=hello", sender.token);
        let headers = format!("{}X-Fragment: card\r\n", sender.cookie);
        Some(load::post(
            &format!("/directory/members/{}/request", recipient.id),
            &headers,
            &body,
        ))
    });
    load::run(server.port, CONNECTIONS, time, &[200, 303], &next)
}

/// Accepts all that waits; the ids are read from the database beside the server.
fn accept(server: &Server, place: &Home, crowd: &Crowd) -> anyhow::Result<Run> {
    let opened = store::Store::open(&place.options)?;
    let (corp, people) = (crowd.corp, crowd.people.clone());
    let waiting: Vec<Vec<(usize, RequestId)>> =
        opened.read_blocking(move |tx| -> store::Result<_> {
            let mut waiting = vec![Vec::new(); CONNECTIONS];
            for (number, person) in people.iter().enumerate() {
                let owner = Party::Member {
                    corp,
                    id: person.id,
                };
                let last = RequestId::from_u128(u128::MAX);
                for request in store::request::received(tx, owner, last, 0, 10_000)? {
                    waiting[number % CONNECTIONS].push((number, request.id));
                }
            }
            Ok(waiting)
        })?;
    drop(opened);
    let people = crowd.people.clone();
    let next: Arc<Next> = Arc::new(move |connection, number| {
        let (who, id) = waiting[connection].get(number)?;
        let body = format!("_csrf={}", people[*who].token);
        Some(load::post(
            &format!("/requests/{id}/accept"),
            &people[*who].cookie,
            &body,
        ))
    });
    load::run(
        server.port,
        CONNECTIONS,
        Duration::from_mins(10),
        &[200, 303],
        &next,
    )
}
