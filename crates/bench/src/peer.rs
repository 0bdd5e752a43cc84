//! What a user would pick instead, started on loopback and stopped afterwards; here PostgreSQL with trigrams.

pub(crate) mod allocate;
pub(crate) mod chat;
mod ldap;
pub(crate) mod nginx;
pub(crate) mod python;
pub(crate) mod slapd;
mod xmpp;

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;
use postgres::{Client, NoTls};

use crate::{crowd, load::Run};

/// A database that goes with this value.
#[derive(Debug)]
pub(crate) struct Database {
    server: String,
    name: String,
    /// Its address.
    pub(crate) url: String,
}

impl Database {
    /// Makes an empty database on a server.
    pub(crate) fn create(server: &str) -> anyhow::Result<Self> {
        use guanxi_app::outside::Chance as _;
        let name = format!(
            "guanxi_bench_{:016x}",
            guanxi_app::outside::SystemChance.number() as u64
        );
        Client::connect(server, NoTls)?.batch_execute(&format!("CREATE DATABASE {name}"))?;
        let url = match server.rfind('/') {
            Some(at) if at > "postgres://".len() => format!("{}/{name}", &server[..at]),
            _ => format!("{server}/{name}"),
        };
        Ok(Self {
            server: server.to_owned(),
            name,
            url,
        })
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let dropped = Client::connect(&self.server, NoTls).and_then(|mut client| {
            client.batch_execute(&format!("DROP DATABASE {} WITH (FORCE)", self.name))
        });
        if let Err(error) = dropped {
            eprintln!("a database is left behind: {error}");
        }
    }
}

/// The same people in one table, with a trigram index over the name and one over all fields.
#[derive(Debug)]
pub(crate) struct Trigrams {
    _database: Database,
    url: String,
}

impl Trigrams {
    /// Loads so many people.
    pub(crate) fn load(server: &str, members: usize) -> anyhow::Result<Self> {
        use std::io::Write as _;
        let database = Database::create(server)?;
        let mut client = Client::connect(&database.url, NoTls)?;
        client.batch_execute(
            "CREATE EXTENSION pg_trgm;
             CREATE TABLE member (id bigint PRIMARY KEY, name text NOT NULL, line text NOT NULL)",
        )?;
        let mut copy = client.copy_in("COPY member FROM STDIN")?;
        for number in 0..members {
            let profile = crowd::profile(number);
            writeln!(
                copy,
                "{number}\t{}\t{} {} {} {} {}",
                profile.name,
                profile.name,
                profile.userid,
                profile.position,
                profile.extension,
                profile.employee_no
            )?;
        }
        copy.finish()?;
        client.batch_execute(
            "CREATE INDEX ON member USING gin (line gin_trgm_ops);
             CREATE INDEX ON member USING gin (name gin_trgm_ops); ANALYZE member",
        )?;
        let url = database.url.clone();
        Ok(Self {
            _database: database,
            url,
        })
    }

    /// Asks one question again and again over so many connections, of one column.
    pub(crate) fn ask(
        &self,
        column: &'static str,
        text: &str,
        connections: usize,
        time: Duration,
    ) -> anyhow::Result<Run> {
        let (url, like) = (self.url.clone(), format!("%{text}%"));
        let sql = format!(
            "SELECT id, name FROM member WHERE {column} LIKE $1
             ORDER BY similarity(name, $1) DESC, name LIMIT 20"
        );
        crowd_of(connections, time, move |until| {
            let mut client = Client::connect(&url, NoTls)?;
            let statement = client.prepare(&sql)?;
            let mut latency = Histogram::new(3)?;
            while Instant::now() < until {
                let asked = Instant::now();
                client.query(&statement, &[&like])?;
                latency.record(u64::try_from(asked.elapsed().as_micros())?.max(1))?;
            }
            Ok(latency)
        })
    }
}

/// Lets so many threads ask at once until the time is over.
pub(crate) fn crowd_of(
    threads: usize,
    time: Duration,
    ask: impl Fn(Instant) -> anyhow::Result<Histogram<u64>> + Send + Sync + 'static,
) -> anyhow::Result<Run> {
    let (started, ask) = (Instant::now(), Arc::new(ask));
    let threads: Vec<_> = (0..threads)
        .map(|_| {
            let ask = Arc::clone(&ask);
            std::thread::spawn(move || ask(started + time))
        })
        .collect();
    let mut latency = Histogram::new(3)?;
    for thread in threads {
        let own = thread
            .join()
            .map_err(|_| anyhow::anyhow!("a client panicked"))??;
        latency.add(own)?;
    }
    Ok(Run {
        per_second: latency.len() as f64 / started.elapsed().as_secs_f64(),
        latency,
    })
}

/// Where a program is; servers stand in folders that only root has on the path.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .chain(["/usr/sbin".into(), "/sbin".into()])
        .map(|folder| folder.join(program))
        .find(|file| file.is_file());
    if found.is_none() {
        println!("{program} is not installed and left out: scripts/bench-peers");
    }
    found
}
