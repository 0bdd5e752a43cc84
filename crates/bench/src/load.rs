//! The load: connections that stay open, each with one request under way, in a small runtime of its own.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use hdrhistogram::Histogram;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// What one run came to.
#[derive(Debug)]
pub(crate) struct Run {
    /// Answers in a second.
    pub(crate) per_second: f64,
    /// Latencies in microseconds.
    pub(crate) latency: Histogram<u64>,
}

impl Run {
    /// Latency below which this share of the answers came, in milliseconds.
    pub(crate) fn at_ms(&self, share: f64) -> f64 {
        self.latency.value_at_quantile(share) as f64 / 1000.0
    }

    /// The longest wait, in words.
    pub(crate) fn note(&self) -> String {
        format!("longest {:.1} ms", self.latency.max() as f64 / 1000.0)
    }
}

/// Gives the next request as bytes, or None when there are no more: number of the connection, number of its request, head
/// of the answer to its request before.
pub(crate) type Next = dyn Fn(usize, usize, &str) -> Option<Vec<u8>> + Send + Sync;

/// What to send, and what counts as done.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    /// Connections, each with one request under way.
    pub(crate) connections: usize,
    /// How long.
    pub(crate) time: Duration,
    /// Statuses of a good answer; with any other the measurement means nothing and fails.
    pub(crate) expected: &'static [u16],
    /// Requests that make up one act, whose time runs from the first to the last.
    pub(crate) steps: usize,
}

/// Sends requests over so many connections until time or requests are over. `expected` are the statuses of good answers.
pub(crate) fn run(
    port: u16,
    connections: usize,
    time: Duration,
    expected: &'static [u16],
    next: &Arc<Next>,
) -> anyhow::Result<Run> {
    let plan = Plan {
        connections,
        time,
        expected,
        steps: 1,
    };
    run_plan(port, plan, next)
}

/// Sends requests as planned; the figures are those of whole acts.
pub(crate) fn run_plan(port: u16, plan: Plan, next: &Arc<Next>) -> anyhow::Result<Run> {
    run_on(&[port], plan, next)
}

/// As [`run_plan`], over several servers, each of which has its part of the connections.
pub(crate) fn run_on(ports: &[u16], plan: Plan, next: &Arc<Next>) -> anyhow::Result<Run> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let started = Instant::now();
        let mut tasks = Vec::new();
        for connection in 0..plan.connections {
            let (next, port) = (Arc::clone(next), ports[connection % ports.len()]);
            tasks.push(tokio::spawn(drive(port, connection, started, plan, next)));
        }
        let mut latency = Histogram::new(3)?;
        for task in tasks {
            latency.add(task.await??)?;
        }
        let per_second = latency.len() as f64 / started.elapsed().as_secs_f64();
        Ok(Run {
            per_second,
            latency,
        })
    })
}

async fn drive(
    port: u16,
    connection: usize,
    started: Instant,
    plan: Plan,
    next: Arc<Next>,
) -> anyhow::Result<Histogram<u64>> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect(address)
        .await
        .context("the server refuses connections")?;
    stream.set_nodelay(true)?;
    let mut latency = Histogram::new(3)?;
    let (mut number, mut head, mut buffer) = (0, 0, Vec::with_capacity(64 * 1024));
    let (until, mut begun) = (started + plan.time, Instant::now());
    loop {
        let step = number % plan.steps;
        if step == 0 {
            begun = Instant::now();
            if begun >= until {
                break;
            }
        }
        let before = std::str::from_utf8(&buffer[..head])?;
        let Some(request) = next(connection, number, before) else {
            break;
        };
        stream.write_all(&request).await?;
        let status;
        (status, head) = answer(&mut stream, &mut buffer).await?;
        if !plan.expected.contains(&status) {
            let request = String::from_utf8_lossy(&request);
            let asked = request.lines().next().unwrap_or_default();
            bail!("{asked} was answered with {status}, the measurement means nothing");
        }
        number += 1;
        if step + 1 == plan.steps {
            latency.record(u64::try_from(begun.elapsed().as_micros())?.max(1))?;
        }
    }
    Ok(latency)
}

/// Reads one answer to its end and returns its status and the length of its head.
async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> anyhow::Result<(u16, usize)> {
    buffer.clear();
    loop {
        if let Some(end) = buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            let head = std::str::from_utf8(&buffer[..end])?;
            let status = head.get(9..12).context("no status")?.parse()?;
            let length = head
                .lines()
                .filter_map(|line| line.split_once(": "))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .map_or(Ok(0), |(_, length)| length.parse::<usize>())?;
            while buffer.len() < end + 4 + length {
                if stream.read_buf(buffer).await? == 0 {
                    bail!("the server broke off");
                }
            }
            return Ok((status, end));
        }
        if stream.read_buf(buffer).await? == 0 {
            bail!("the server broke off");
        }
    }
}

/// A request for a page; `headers` are whole lines.
pub(crate) fn get(path: &str, headers: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n").into_bytes()
}

/// A form; `headers` are whole lines.
pub(crate) fn post(path: &str, headers: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}Content-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Streams that stay open and are read as they come, by a thread of their own, until this is dropped.
#[derive(Debug)]
pub(crate) struct Listeners {
    runtime: Option<tokio::runtime::Runtime>,
}

impl Listeners {
    /// Opens one for each request, and waits until each has begun.
    pub(crate) fn open(port: u16, asks: Vec<Vec<u8>>) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        runtime.block_on(async {
            for ask in asks {
                let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
                stream.write_all(&ask).await?;
                let mut bytes = vec![0; 4096];
                let begun = stream.read(&mut bytes).await?;
                if !bytes[..begun].starts_with(b"HTTP/1.1 200") {
                    bail!("a live page was refused");
                }
                tokio::spawn(async move {
                    while stream.read(&mut bytes).await.is_ok_and(|count| count > 0) {}
                });
            }
            anyhow::Ok(())
        })?;
        Ok(Self {
            runtime: Some(runtime),
        })
    }
}

impl Drop for Listeners {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
