//! Directory search over HTTP, as the browser asks while somebody types: the part of the page with the hits.

use std::sync::Arc;

use guanxi_model::corp::Settings;

use crate::{
    Cli, Part,
    crowd::{self, Person},
    load::{self, Next},
    peer::{
        Trigrams,
        slapd::{self, Slapd},
    },
    report::Report,
    server::Server,
    turn::{Taken, in_turn, side},
};

/// Kinds of questions, and where peers look for the same text, if they can answer it at all.
const KINDS: [Kind; 14] = [
    kind("one Han character", "张", &[]),
    kind("two Han characters", "思涵", &[Place::Name, Place::Box]),
    kind("whole name", "张伟", &[]),
    kind("one letter", "z", &[]),
    kind("initials", "zs", &[]),
    kind("pinyin", "zhangsi", &[]),
    kind("mixed", "张s", &[]),
    kind("letter and Han character", "z思", &[]),
    kind("surname and given name", "zhang wei", &[]),
    kind("two surnames", "张 王", &[]),
    kind("surname and position", "张 店长", &[]),
    kind("slip of the keys", "zhagnwei", &[]),
    kind("employee number", "QH-00123", &[Place::Box]),
    kind("no hit", "qqzzxx", &[Place::Box]),
];
/// Clients at once: of the server, and of peers, which are slower with more.
const CLIENTS: usize = 32;
const PEER_CLIENTS: usize = 4;
/// Members of the smallest corp.
const MEMBERS: usize = 10_000;

#[derive(Debug, Clone, Copy)]
struct Kind {
    name: &'static str,
    text: &'static str,
    places: &'static [Place],
}

/// Where peers look: in the name, or in all fields as the one box does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Name,
    Box,
}

const fn kind(name: &'static str, text: &'static str, places: &'static [Place]) -> Kind {
    Kind { name, text, places }
}

/// What stands side by side.
struct Sides {
    server: Server,
    person: Person,
    trigrams: Option<Trigrams>,
    slapd: Option<Slapd>,
}

/// Measures each kind with one client and with many, at three sizes, beside one row read and beside peers.
pub(crate) fn measure(cli: &Cli, report: &mut Report) -> anyhow::Result<()> {
    let bare = Server::bare()?;
    for size in cli.sizes_from(MEMBERS) {
        let place = crowd::places(None)?.swap_remove(0);
        let runtime = tokio::runtime::Runtime::new()?;
        let person = runtime.block_on(async {
            let env = crowd::node(&place.options).await?;
            let corp = crowd::corp(&env, Settings::default()).await?;
            crowd::members(&env, corp, 0..size).await?;
            anyhow::Ok(crowd::sign_in(&env, corp, 1).await?.swap_remove(0))
        })?;
        drop(runtime);
        loading(cli, report, &place.arguments, size)?;
        let trigrams = cli.postgres.as_deref();
        let sides = Sides {
            server: Server::guanxi(&cli.binary, &place.arguments)?,
            person,
            trigrams: trigrams
                .map(|server| Trigrams::load(server, size))
                .transpose()?,
            slapd: if size > cli.slapd_most {
                None
            } else {
                Slapd::load(size)?
            },
        };
        if let Some(slapd) = &sides.slapd {
            println!("slapadd took {:.0} s", slapd.loaded_after.as_secs_f64());
        }
        for kind in KINDS {
            measure_kind(cli, report, &bare, &sides, kind, size)?;
        }
    }
    Ok(())
}

/// From the start of the process to the first answer, and its memory then.
fn loading(
    cli: &Cli,
    report: &mut Report,
    arguments: &[String],
    size: usize,
) -> anyhow::Result<()> {
    let start = || Server::guanxi(&cli.binary, arguments);
    let sides = vec![
        side("start to ready", "s", |_| {
            Ok(start()?.ready_after.as_secs_f64())
        }),
        side("memory of the server", "MiB", |_| {
            Ok(start()?.resident_mib())
        }),
    ];
    in_turn(report, (Part::Search, "search", size), cli.rounds, sides)
}

fn measure_kind(
    cli: &Cli,
    report: &mut Report,
    bare: &Server,
    sides: &Sides,
    kind: Kind,
    size: usize,
) -> anyhow::Result<()> {
    let (server, time) = (&sides.server, cli.time());
    let query: String = form_urlencoded::byte_serialize(kind.text.as_bytes()).collect();
    let headers = format!("{}X-Fragment: hits\r\n", sides.person.cookie);
    let asked = load::get(&format!("/directory?q={query}"), &headers);
    let ask: Arc<Next> = Arc::new(move |_, _, _| Some(asked.clone()));
    let select: Arc<Next> = Arc::new(|_, _, _| Some(load::get("/select", "")));
    let mut all = vec![
        side("guanxi, one client, p99", "ms", |_| {
            let run = load::run(server.port, 1, time, &[200], &ask)?;
            Ok(Taken::slowest(&run))
        }),
        side("guanxi, 32 clients", "/s", |_| {
            load::run(server.port, CLIENTS, time, &[200], &ask)
        }),
        side("axum and one SELECT, 32 clients", "/s", |_| {
            load::run(bare.port, CLIENTS, time, &[200], &select)
        }),
    ];
    for place in kind.places {
        let (named, column, fields): (_, _, &[&str]) = match place {
            Place::Name => ("name alone", "name", &["cn"]),
            Place::Box => ("one box", "line", &slapd::ALL),
        };
        if let Some(slapd) = &sides.slapd {
            all.push(side(format!("slapd, {named}"), "/s", move |_| {
                slapd.ask(fields, kind.text, PEER_CLIENTS, time)
            }));
        }
        if let Some(trigrams) = &sides.trigrams {
            all.push(side(format!("pg_trgm, {named}"), "/s", move |_| {
                trigrams.ask(column, kind.text, PEER_CLIENTS, time)
            }));
        }
    }
    let group = format!("search, {}", kind.name);
    in_turn(report, (Part::Search, &group, size), cli.rounds, all)
}
