//! What one would write in an afternoon to deal out members: a row lock in PostgreSQL, or a script in Redis. Without HTTP around it.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{Ipv4Addr, TcpStream},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use hdrhistogram::Histogram;
use postgres::{Client, NoTls};
use tempfile::TempDir;

use super::{Database, crowd_of};
use crate::{
    load::Run,
    server::{Server, free_port},
};

/// One code and its members in tables. Whoever allocates locks the row of the code, takes the member who was used least, counts
/// him, and writes the scan.
#[derive(Debug)]
pub(crate) struct Naive(Database);

impl Naive {
    /// Makes a code with so many members.
    pub(crate) fn make(server: &str, members: usize) -> anyhow::Result<Self> {
        let database = Database::create(server)?;
        Client::connect(&database.url, NoTls)?.batch_execute(&format!(
            "CREATE TABLE code (id bigint PRIMARY KEY, name text NOT NULL);
             CREATE TABLE seat (code bigint NOT NULL, member bigint NOT NULL, used bigint NOT NULL, PRIMARY KEY (code, member));
             CREATE INDEX ON seat (code, used, member);
             CREATE TABLE scan (id bigserial PRIMARY KEY, code bigint NOT NULL, member bigint NOT NULL, network text NOT NULL,
                 at timestamptz NOT NULL DEFAULT now());
             INSERT INTO code VALUES (1, '门店');
             INSERT INTO seat SELECT 1, n, 0 FROM generate_series(1, {members}) n; ANALYZE"
        ))?;
        Ok(Self(database))
    }

    /// Allocates over so many connections.
    pub(crate) fn run(&self, clients: usize, time: Duration) -> anyhow::Result<Run> {
        let url = self.0.url.clone();
        crowd_of(clients, time, move |until| {
            let mut client = Client::connect(&url, NoTls)?;
            let lock = client.prepare("SELECT name FROM code WHERE id = 1 FOR UPDATE")?;
            let pick = client
                .prepare("SELECT member FROM seat WHERE code = 1 ORDER BY used, member LIMIT 1")?;
            let count =
                client.prepare("UPDATE seat SET used = used + 1 WHERE code = 1 AND member = $1")?;
            let write =
                client.prepare("INSERT INTO scan (code, member, network) VALUES (1, $1, $2)")?;
            let mut latency = Histogram::new(3)?;
            while Instant::now() < until {
                let asked = Instant::now();
                let mut transaction = client.transaction()?;
                transaction.query_one(&lock, &[])?;
                let member: i64 = transaction.query_one(&pick, &[])?.get(0);
                transaction.execute(&count, &[&member])?;
                transaction.execute(&write, &[&member, &"203.0.113.0/24"])?;
                transaction.commit()?;
                latency.record(u64::try_from(asked.elapsed().as_micros())?.max(1))?;
            }
            Ok(latency)
        })
    }
}

/// The same in Redis: the script runs alone, and its answer waits for the disk.
const SCRIPT: &str = "local m = redis.call('ZRANGE', KEYS[1], 0, 0)[1] redis.call('ZINCRBY', KEYS[1], 1, m) \
    redis.call('RPUSH', KEYS[2], m .. ' ' .. ARGV[1]) return m";

/// A Redis with one code.
#[derive(Debug)]
pub(crate) struct Redis {
    server: Server,
    _folder: TempDir,
}

impl Redis {
    /// Starts it with so many members; None where it is not installed.
    pub(crate) fn start(members: usize) -> anyhow::Result<Option<Self>> {
        let Some(program) = super::find("redis-server") else {
            return Ok(None);
        };
        let (folder, port) = (tempfile::tempdir()?, free_port()?);
        let mut command = Command::new(program);
        command
            .current_dir(folder.path())
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
            .args([
                "--save",
                "",
                "--appendonly",
                "yes",
                "--appendfsync",
                "always",
            ]);
        let server = Server::other(command, port)?;
        let mut wire = Wire::open(port)?;
        let numbers: Vec<String> = (1..=members).map(|number| format!("{number:05}")).collect();
        for part in numbers.chunks(1000) {
            let mut words = vec!["ZADD", "seats"];
            words.extend(part.iter().flat_map(|number| ["0", number.as_str()]));
            wire.ask(&words)?;
        }
        Ok(Some(Self {
            server,
            _folder: folder,
        }))
    }

    /// Allocates over so many connections.
    pub(crate) fn run(&self, clients: usize, time: Duration) -> anyhow::Result<Run> {
        let port = self.server.port;
        crowd_of(clients, time, move |until| {
            let mut wire = Wire::open(port)?;
            let script = wire.ask(&["SCRIPT", "LOAD", SCRIPT])?;
            let mut latency = Histogram::new(3)?;
            while Instant::now() < until {
                let asked = Instant::now();
                wire.ask(&["EVALSHA", &script, "2", "seats", "scans", "203.0.113.0/24"])?;
                latency.record(u64::try_from(asked.elapsed().as_micros())?.max(1))?;
            }
            Ok(latency)
        })
    }
}

/// A connection to Redis.
struct Wire(BufReader<TcpStream>);

impl Wire {
    fn open(port: u16) -> anyhow::Result<Self> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::new(stream)))
    }

    /// Sends a command; the text or the number that it comes to.
    fn ask(&mut self, words: &[&str]) -> anyhow::Result<String> {
        let mut command = format!("*{}\r\n", words.len()).into_bytes();
        for word in words {
            write!(command, "${}\r\n{word}\r\n", word.len())?;
        }
        self.0.get_mut().write_all(&command)?;
        let head = self.line()?;
        match head.split_at_checked(1).context("redis hung up")? {
            ("$", _) => self.line(),
            (":" | "+", rest) => Ok(rest.to_owned()),
            _ => bail!("redis: {head}"),
        }
    }

    fn line(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        self.0.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }
}
