//! A contact request and its acceptance, both durable, over HTTP with forms as a browser sends them.
//!
//! What counts are the acts alone: each is a form that is answered by a redirect, which the load does not follow, as little as a
//! client of an interface would.

use std::sync::Arc;

use guanxi_model::corp::Settings;

use crate::{
    Cli, Part,
    crowd::{self, Home, Person},
    load::{self, Listeners, Next, Plan},
    peer::chat::Chat,
    report::Report,
    server::Server,
    turn::{Side, in_turn, side},
};

/// Connections of the load.
const CONNECTIONS: usize = 50;
/// Members of the smallest corp, and how many of them ask and answer.
const MEMBERS: usize = 2_000;
const PEOPLE: usize = 1_000;
const GROUP: &str = "contact request and acceptance";

/// Measures whole acts at three sizes of the corp, on each engine, beside bare limits and chat servers.
pub(crate) fn measure(cli: &Cli, report: &mut Report) -> anyhow::Result<()> {
    let bare = Server::bare()?;
    let sizes = cli.sizes_from(MEMBERS);
    for size in &sizes {
        let places = crowd::places(cli.postgres.as_deref())?;
        // The peers have no companies: they are measured once, beside the largest.
        let chats = if Some(size) == sizes.last() {
            Chat::all(CONNECTIONS)?
        } else {
            Vec::new()
        };
        let mut sides = vec![
            limit(cli, &bare, "bare axum redirect", "/redirect", 1),
            limit(
                cli,
                &bare,
                "near-limit scan program, two for an act",
                "/scan",
                2,
            ),
        ];
        for place in &places {
            sides.extend(house(cli, place, *size)?);
        }
        for chat in &chats {
            sides.push(side(chat.name, "/s", |_| chat.befriend(cli.time())));
        }
        in_turn(report, (Part::Request, GROUP, *size), cli.rounds, sides)?;
    }
    Ok(())
}

fn limit<'a>(
    cli: &'a Cli,
    server: &'a Server,
    name: &str,
    path: &'static str,
    steps: usize,
) -> Side<'a> {
    let next: Arc<Next> = Arc::new(move |_, _, _| Some(load::get(path, "")));
    let port = server.port;
    side(name, "/s", move |_| {
        load::run_plan(port, plan(cli, steps, &[307]), &next)
    })
}

fn plan(cli: &Cli, steps: usize, expected: &'static [u16]) -> Plan {
    Plan {
        connections: CONNECTIONS,
        time: cli.time(),
        expected,
        steps,
    }
}

/// The server over a corp, with nobody's page open, and with a page open for each of those who ask and answer.
fn house<'a>(cli: &'a Cli, place: &Home, size: usize) -> anyhow::Result<[Side<'a>; 2]> {
    let runtime = tokio::runtime::Runtime::new()?;
    let people = Arc::new(runtime.block_on(prepare(place, size))?);
    drop(runtime);
    let server = Arc::new(Server::guanxi(&cli.binary, &place.arguments)?);
    let ways = [
        (format!("guanxi, {}", place.engine), false),
        (
            format!("guanxi, {}, {PEOPLE} pages live", place.engine),
            true,
        ),
    ];
    Ok(ways.map(|(name, is_live)| {
        let (server, people) = (Arc::clone(&server), Arc::clone(&people));
        side(name, "/s", move |round| {
            let pages = is_live.then(|| {
                let asks = people
                    .iter()
                    .map(|person| load::get("/live", &person.cookie));
                Listeners::open(server.port, asks.collect())
            });
            let pages = pages.transpose()?;
            let acts = acts(&people, 2 * round + usize::from(is_live), 2 * cli.rounds);
            let run = load::run_plan(server.port, plan(cli, 2, &[200, 303]), &acts);
            drop(pages);
            run
        })
    }))
}

async fn prepare(place: &Home, size: usize) -> anyhow::Result<Vec<Person>> {
    let env = crowd::node(&place.options).await?;
    let settings = Settings {
        requests_per_day: 10_000,
        ..Settings::default()
    };
    let corp = crowd::corp(&env, settings).await?;
    crowd::members(&env, corp, 0..size).await?;
    crowd::sign_in(&env, corp, PEOPLE).await
}

/// Every connection asks for people of its own, others whom they have not asked yet, and accepts for those.
fn acts(people: &Arc<Vec<Person>>, round: usize, rounds: usize) -> Arc<Next> {
    let people = Arc::clone(people);
    Arc::new(move |connection, number, answer| {
        let (own, act) = (PEOPLE / CONNECTIONS, number / 2);
        let from = connection * own + act % own;
        // Each round asks people at other distances; the lower half of them keeps requests from crossing.
        let distance = 1 + (act / own) * rounds + round;
        if distance >= PEOPLE / 2 {
            return None;
        }
        let (sender, recipient) = (&people[from], &people[(from + distance) % PEOPLE]);
        let (actor, address) = if number % 2 == 0 {
            let address = format!("/directory/members/{}/request", recipient.id);
            (sender, address)
        } else {
            let request = asked(answer).unwrap_or_default();
            (recipient, format!("/requests/{request}/accept"))
        };
        let body = format!("_csrf={}&message=hello", actor.token);
        Some(load::post(&address, &actor.cookie, &body))
    })
}

/// The request that an answer to its sender lets him take back: its address travels in a cookie, in hexadecimal digits.
fn asked(head: &str) -> Option<String> {
    let cookie = head.split_once("flash=")?.1.split_once('.')?.1;
    let digits = cookie.split(';').next()?.as_bytes();
    let text: Vec<u8> = digits
        .chunks(2)
        .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    let text = String::from_utf8(text).ok()?;
    let id = text.split_once("request=")?.1;
    Some(id.chars().take_while(char::is_ascii_alphanumeric).collect())
}
