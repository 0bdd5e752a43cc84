//! Every page of the console on the demo: time of the server, and what a first visit loads.
//!
//! The pages come from the server's own table of routes; addresses with parts are taken from links on other pages.

mod client;

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use guanxi_app::{
    demo,
    outside::{Chance as _, SystemChance},
};
use guanxi_model::id::SessionId;
use guanxi_store::{self as store, Options};
use guanxi_web::{
    auth,
    routes::{self, Verb},
};
use hdrhistogram::Histogram;

use self::client::{Answer, Client};
use crate::{
    Cli, Part, crowd, load,
    report::Report,
    server::Server,
    turn::{Taken, in_turn, side},
};

/// Group of the times, for the table.
pub(crate) const TIMES: &str = "console page, server time at p99";
/// Group of the sizes, for the table.
pub(crate) const VISITS: &str = "console page, first visit compressed";
/// Routes that stream rather than answer.
const STREAMS: [&str; 1] = ["/live"];
/// Links from page to page that are followed.
const STEPS: usize = 3;

/// A page and who sees it.
#[derive(Debug, Clone)]
struct Page {
    address: String,
    cookie: String,
}

/// Measures all pages, with one client.
pub(crate) fn measure(cli: &Cli, report: &mut Report) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().display().to_string();
    let arguments = ["--demo", "--data", &data];
    drop(Server::guanxi(&cli.binary, &arguments)?);
    let options = Options::sqlite(folder.path().join("guanxi.db"));
    let cookies = tokio::runtime::Runtime::new()?.block_on(sign_in(&options))?;
    let server = Server::guanxi(&cli.binary, &arguments)?;
    let pages = find(server.port, &cookies)?;
    // A page gets its share of what a run usually takes.
    let time = cli.time() / 8;
    let sides = pages
        .iter()
        .map(|(route, page)| {
            let port = server.port;
            side(route.clone(), "ms", move |_| slowest(port, page, time))
        })
        .collect();
    in_turn(report, (Part::Page, TIMES, 0), cli.rounds, sides)?;
    let sides = pages
        .iter()
        .map(|(route, page)| {
            let port = server.port;
            side(route.clone(), "KB", move |_| visit(port, page))
        })
        .collect();
    in_turn(report, (Part::Page, VISITS, 0), 1, sides)
}

/// Signs in everybody whom a visitor of the demo can be; whole header lines.
async fn sign_in(options: &Options) -> anyhow::Result<Vec<String>> {
    let env = crowd::node(options).await?;
    let now_ms = env.clock.now_ms();
    let tokens: Vec<(String, SessionId)> = demo::guests()
        .iter()
        .map(|_| {
            let [one, other, id] = [(); 3].map(|()| SystemChance.number());
            (format!("{one:032x}{other:032x}"), SessionId::from_u128(id))
        })
        .collect();
    let written = tokens.clone();
    env.store
        .write(move |tx| -> guanxi_app::Result<_> {
            for (guest, (token, id)) in demo::guests().iter().zip(&written) {
                let person = store::person::find_by_mobile(tx, guest.mobile)?
                    .ok_or(guanxi_app::Error::not_found("person"))?;
                let accounts = store::member::list_by_person(tx, person.id)?;
                let account = accounts.first().map(|(corp, member)| (*corp, member.id));
                crowd::open(tx, now_ms, (*id, token), person.id, account)?;
            }
            Ok(())
        })
        .await?;
    let header = |(token, _)| format!("Cookie: {}={token}\r\n", auth::COOKIE);
    Ok(tokens.into_iter().map(header).collect())
}

/// All pages that somebody sees, by their routes.
fn find(port: u16, cookies: &[String]) -> anyhow::Result<BTreeMap<String, Page>> {
    let mut client = Client::connect(port)?;
    let (mut pages, mut links) = (BTreeMap::new(), BTreeSet::new());
    let routes: Vec<&str> = routes::table()
        .iter()
        .filter(|route| route.verb == Verb::Get && !STREAMS.contains(&route.path))
        .map(|route| route.path)
        .collect();
    for _ in 0..STEPS {
        for route in &routes {
            for (at, cookie) in cookies.iter().enumerate() {
                let key = ((*route).to_owned(), at);
                let address = if route.contains('{') {
                    let fits = |(who, link): &&(usize, String)| *who == at && fits(route, link);
                    links.iter().find(fits).map(|(_, link)| link.clone())
                } else {
                    Some((*route).to_owned())
                };
                let Some(address) = address.filter(|_| !pages.contains_key(&key)) else {
                    continue;
                };
                let answer = client.ask(&load::get(&address, cookie))?;
                if answer.status != 200 || !answer.media_type.starts_with("text/html") {
                    continue;
                }
                let text = String::from_utf8_lossy(&answer.body);
                links.extend(quoted(&text).map(|link| (at, link)));
                let cookie = cookie.clone();
                pages.insert(key, Page { address, cookie });
            }
        }
    }
    // The best guest who sees it stands for all.
    let mut first = BTreeMap::new();
    for ((route, _), page) in pages {
        first.entry(route).or_insert(page);
    }
    Ok(first)
}

/// Addresses on this server in a page, without queries.
fn quoted(page: &str) -> impl Iterator<Item = String> {
    let addresses = page.split("=\"").skip(1);
    addresses
        .filter_map(|rest| rest.split('"').next())
        .filter(|text| text.starts_with('/'))
        .filter_map(|text| text.split(['?', '#']).next().map(str::to_owned))
}

/// Whether an address is one of a route with parts.
fn fits(route: &str, address: &str) -> bool {
    let (mut parts, mut given) = (route.split('/'), address.split('/'));
    loop {
        match (parts.next(), given.next()) {
            (None, None) => return true,
            (Some(part), Some(given)) => {
                // Words such as `new` stand where ids do, and are routes of their own.
                let is_id = given.bytes().any(|byte| byte.is_ascii_digit());
                if part != given && !(part.starts_with('{') && is_id) {
                    return false;
                }
            }
            _ => return false,
        }
    }
}

/// Latency of the slowest hundredth with one client, in milliseconds.
fn slowest(port: u16, page: &Page, time: Duration) -> anyhow::Result<Taken> {
    let mut client = Client::connect(port)?;
    let request = load::get(&page.address, &page.cookie);
    client.ask(&request)?;
    let (started, mut latency) = (Instant::now(), Histogram::<u64>::new(3)?);
    while started.elapsed() < time {
        let asked = Instant::now();
        client.ask(&request)?;
        latency.record(u64::try_from(asked.elapsed().as_micros())?.max(1))?;
    }
    let at = |share| latency.value_at_quantile(share) as f64 / 1000.0;
    let note = format!("p50 {:.2} ms of {}", at(0.5), latency.len());
    Ok(Taken::from(at(0.99)).with(note))
}

/// Bytes of the page and of all files that it names, compressed where the server does so, in kilobytes.
fn visit(port: u16, page: &Page) -> anyhow::Result<Taken> {
    let mut client = Client::connect(port)?;
    let Answer { body, .. } = client.ask(&load::get(&page.address, &page.cookie))?;
    let files: BTreeSet<String> = quoted(&String::from_utf8_lossy(&body))
        .filter(|address| address.starts_with("/assets/"))
        .collect();
    let compressed = format!("{}Accept-Encoding: br, gzip\r\n", page.cookie);
    let mut bytes = |address: &str| -> anyhow::Result<usize> {
        Ok(client.ask(&load::get(address, &compressed))?.body.len())
    };
    let own = bytes(&page.address)?;
    let mut all = own;
    for file in &files {
        all += bytes(file)?;
    }
    let note = format!(
        "{:.1} KB of it the page, {} files",
        own as f64 / 1000.0,
        files.len()
    );
    Ok(Taken::from(all as f64 / 1000.0).with(note))
}
