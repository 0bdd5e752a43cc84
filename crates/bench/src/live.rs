//! The scan of a live code: who is chosen, written down for good, and answered with his card. A code has no redirect of its own: the
//! answer is the page. Every visit comes from a device and a network of its own, as a proxy names them.

use std::{
    cell::Cell,
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use anyhow::{Context as _, ensure};
use guanxi_app::{
    live_code::visit::{self, Note},
    outside::{Chance as _, SystemChance},
    qr_code,
};
use guanxi_model::{
    corp::Settings,
    id::LiveCodeId,
    live_code::{
        plan::{Entry, Plan, Who},
        pool::Strategy,
    },
    member::Status,
    qr_code::Slug,
};
use guanxi_store::{
    self as store, Param,
    live_code::{LiveCode, Version},
};

use crate::{
    Cli, Part,
    crowd::{self, Home},
    load::{self, Next, Plan as Load, Run},
    peer::{
        allocate::{Naive, Redis},
        nginx,
    },
    report::Report,
    server::Server,
    turn::{Side, in_turn, side},
};

/// Connections of the load.
const CONNECTIONS: usize = 64;
/// Members of the smallest hot code, and codes where there are fewest.
const MEMBERS: usize = 100;
const CODES: usize = 10;
/// Members of each of many codes.
const FEW: usize = 10;
/// Part of the tokens' key: the same for the one who makes codes and the servers that read them.
const PUBLIC_URL: &str = "http://bench.test";
/// The comparison of one code whose members vary, and that of many small ones.
pub(crate) const HOT: &str = "live code, scan to the card of the chosen member";
const MANY: &str = "live codes of 10 members each, scan to the card";
/// Names of sides.
pub(crate) const TWO_NODES: &str = "guanxi, PostgreSQL, two nodes";
pub(crate) const REDIS: &str = "Redis script, append-only file always, 32 clients";
pub(crate) const NAIVE: [(&str, usize); 2] = [
    ("naive row lock on PostgreSQL, 8 clients", 8),
    ("naive row lock on PostgreSQL, 32 clients", 32),
];

/// Measures one hot code and many small ones, at three sizes each.
pub(crate) fn measure(cli: &Cli, report: &mut Report) -> anyhow::Result<()> {
    let bare = Server::bare()?;
    let nginx = nginx::start()?;
    for members in cli.sizes_from(MEMBERS) {
        let naive = cli.postgres.as_deref();
        let naive = naive.map(|server| Naive::make(server, members));
        let (naive, redis) = (naive.transpose()?, Redis::start(members)?);
        let houses = houses(cli, members, 1)?;
        let mut sides = limits(cli, &bare);
        if let Some((nginx, _)) = &nginx {
            sides.push(limit(cli, nginx, "nginx redirect", "/redirect"));
        }
        if let Some(naive) = &naive {
            let naives = NAIVE
                .map(|(name, clients)| side(name, "/s", move |_| naive.run(clients, cli.time())));
            sides.extend(naives);
        }
        if let Some(redis) = &redis {
            sides.push(side(REDIS, "/s", |_| redis.run(32, cli.time())));
        }
        sides.extend(houses.iter().map(|house| house.side(cli)));
        in_turn(report, (Part::Live, HOT, members), cli.rounds, sides)?;
    }
    for codes in cli.sizes_from(CODES) {
        let houses = houses(cli, FEW, codes)?;
        let mut sides = limits(cli, &bare);
        sides.extend(houses.iter().map(|house| house.side(cli)));
        in_turn(report, (Part::Live, MANY, codes), cli.rounds, sides)?;
    }
    Ok(())
}

fn limits<'a>(cli: &'a Cli, bare: &'a Server) -> Vec<Side<'a>> {
    vec![
        limit(cli, bare, "bare axum redirect", "/redirect"),
        limit(cli, bare, "near-limit scan program", "/scan"),
    ]
}

fn limit<'a>(cli: &'a Cli, server: &'a Server, name: &str, path: &'static str) -> Side<'a> {
    let next: Arc<Next> = Arc::new(move |_, _, _| Some(load::get(path, "")));
    side(name, "/s", move |_| {
        load::run(server.port, CONNECTIONS, cli.time(), &[302, 307], &next)
    })
}

/// A company with published codes, and the nodes that serve it.
struct House {
    name: String,
    nodes: Vec<Server>,
    visits: Arc<Next>,
    /// Scans that were answered.
    answered: Cell<u64>,
    home: Home,
}

/// On SQLite, and with PostgreSQL with one node and with two.
fn houses(cli: &Cli, members: usize, codes: usize) -> anyhow::Result<Vec<House>> {
    let mut homes = Vec::new();
    for home in crowd::places(cli.postgres.as_deref())? {
        let name = match home.engine {
            "SQLite" => "guanxi, SQLite".to_owned(),
            engine => format!("guanxi, {engine}, one node"),
        };
        homes.push((name, home, 1));
    }
    if let Some(server) = &cli.postgres {
        homes.push((TWO_NODES.to_owned(), crowd::postgres_place(server)?, 2));
    }
    let open = |(name, home, nodes)| House::open(cli, name, home, nodes, members, codes);
    homes.into_iter().map(open).collect()
}

impl House {
    fn open(
        cli: &Cli,
        name: String,
        home: Home,
        nodes: usize,
        members: usize,
        codes: usize,
    ) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Runtime::new()?;
        let tokens = runtime.block_on(prepare(&home, members, codes))?;
        drop(runtime);
        let mut arguments = home.arguments.clone();
        arguments.extend(["--public-url", PUBLIC_URL, "--trust-proxy"].map(str::to_owned));
        let start = |_| Server::guanxi(&cli.binary, &arguments);
        let house = Self {
            name,
            nodes: (0..nodes).map(start).collect::<anyhow::Result<_>>()?,
            visits: visits(tokens),
            answered: Cell::new(0),
            home,
        };
        // The first scan of a node reads what was published, which is done once and is not what is measured.
        for node in 0..nodes {
            let plan = Load {
                connections: 1,
                ..house.load(cli)
            };
            house.count(&load::run_on(
                &[house.nodes[node].port],
                plan,
                &house.visits,
            )?)?;
        }
        Ok(house)
    }

    fn load(&self, cli: &Cli) -> Load {
        Load {
            connections: CONNECTIONS,
            time: cli.time(),
            expected: &[200],
            steps: 1,
        }
    }

    fn side<'a>(&'a self, cli: &'a Cli) -> Side<'a> {
        let ports: Vec<u16> = self.nodes.iter().map(|node| node.port).collect();
        side(self.name.as_str(), "/s", move |_| {
            let run = load::run_on(&ports, self.load(cli), &self.visits)?;
            self.count(&run)?;
            Ok(run)
        })
    }

    /// A page that says that nobody is free is an answer, too: what counts is that each has led to a member, and is stored.
    fn count(&self, run: &Run) -> anyhow::Result<()> {
        const STORED: &str =
            "SELECT count(*) FROM live_log WHERE kind = 1 AND member_id IS NOT NULL";
        self.answered.set(self.answered.get() + run.latency.len());
        let stored: i64 = match (&self.home.file, self.home.url()) {
            (Some(file), _) => {
                rusqlite::Connection::open(file)?.query_row(STORED, [], |row| row.get(0))?
            }
            (None, Some(url)) => postgres::Client::connect(url, postgres::NoTls)?
                .query_one(STORED, &[])?
                .get(0),
            (None, None) => 0,
        };
        let (stored, answered) = (u64::try_from(stored)?, self.answered.get());
        ensure!(
            stored >= answered,
            "{}: {answered} scans were answered, {stored} with a member are stored",
            self.name
        );
        Ok(())
    }
}

fn visits(tokens: Vec<String>) -> Arc<Next> {
    let visits = AtomicU32::new(0);
    Arc::new(move |_, _, _| {
        let number = visits.fetch_add(1, Ordering::Relaxed);
        let token = &tokens[number as usize % tokens.len()];
        // What is slowed is a network of 256 addresses, not a single one.
        let address = Ipv4Addr::from_bits(0x0100_0007_u32.wrapping_add(number << 8));
        let from = format!("X-Forwarded-For: {address}\r\n");
        Some(load::get(&format!("/c/{token}"), &from))
    })
}

/// Makes a corp with so many codes of as many members; returns their tokens.
async fn prepare(home: &Home, members: usize, codes: usize) -> anyhow::Result<Vec<String>> {
    let env = crowd::node(&home.options).await?;
    let corp = crowd::corp(&env, Settings::default()).await?;
    let profiles = (0..members * codes).map(crowd::profile).collect();
    let ids = crowd::import(&env, corp, profiles).await?;
    let entries: Vec<Entry> = ids
        .into_iter()
        .map(|id| Entry::of(Who::Member(id)))
        .collect();
    let plans: Vec<Plan> = entries
        .chunks(members)
        .enumerate()
        .map(|(code, seats)| {
            let name = format!("{code} 号活码");
            Plan::simple(&name, Strategy::RoundRobin, seats.to_vec())
        })
        .collect();
    let (cx, now_ms) = (env.job("bench"), env.clock.now_ms());
    let slugs = env.store.write(move |tx| -> guanxi_app::Result<Vec<Slug>> {
        let active = [Param::Int(Status::Active.number())];
        tx.execute("UPDATE member SET status = $1", &active)?;
        let mut slugs = Vec::new();
        for plan in &plans {
            let mut slug = Slug::default();
            SystemChance.fill(&mut slug);
            let code = LiveCode {
                id: cx.new_id(LiveCodeId::from_u128),
                slug,
                name: plan.name.clone(),
                group: String::new(),
                state: String::new(),
                version: 1,
                paused_at_ms: None,
                deleted_at_ms: None,
                made_by: 0,
                created_at_ms: now_ms,
            };
            let version = Version {
                number: 1,
                plan: plan.clone(),
                note: String::new(),
                based_on: 0,
                made_by: 0,
                made_at_ms: now_ms,
            };
            store::live_code::insert(tx, corp, &code)?;
            store::live_code::insert_version(tx, corp, code.id, &version)?;
            let note = Note::Published {
                code: code.id,
                version: 1,
            };
            visit::tell(tx, &cx, corp, &note)?;
            slugs.push(slug);
        }
        Ok(slugs)
    });
    let slugs = slugs.await.context("cannot publish")?;
    let key = qr_code::Key::new(&env.pepper, PUBLIC_URL);
    Ok(slugs.into_iter().map(|slug| key.token(slug)).collect())
}
