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
    /// Answers with another status than was expected.
    pub(crate) refused: u64,
}

impl Run {
    /// Latencies in words.
    pub(crate) fn note(&self) -> String {
        let at = |share| self.latency.value_at_quantile(share) as f64 / 1000.0;
        let refused = if self.refused == 0 {
            String::new()
        } else {
            format!(", {} refused", self.refused)
        };
        format!(
            "p50 {:.2} ms, p99 {:.2} ms, max {:.1} ms{refused}",
            at(0.5),
            at(0.99),
            self.latency.max() as f64 / 1000.0
        )
    }
}

/// Gives the next request as bytes, or None when there are no more: number of the connection, number of its request.
pub(crate) type Next = dyn Fn(usize, usize) -> Option<Vec<u8>> + Send + Sync;

/// Sends requests over so many connections until time or requests are over. `expected` are the statuses that count as done.
pub(crate) fn run(
    port: u16,
    connections: usize,
    time: Duration,
    expected: &'static [u16],
    next: &Arc<Next>,
) -> anyhow::Result<Run> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let started = Instant::now();
        let mut tasks = Vec::new();
        for connection in 0..connections {
            let next = Arc::clone(next);
            tasks.push(tokio::spawn(drive(
                port,
                connection,
                started + time,
                expected,
                next,
            )));
        }
        let mut latency = Histogram::new(3)?;
        let mut refused = 0;
        for task in tasks {
            let (own, own_refused) = task.await??;
            latency.add(own)?;
            refused += own_refused;
        }
        let per_second = latency.len() as f64 / started.elapsed().as_secs_f64();
        Ok(Run {
            per_second,
            latency,
            refused,
        })
    })
}

async fn drive(
    port: u16,
    connection: usize,
    until: Instant,
    expected: &[u16],
    next: Arc<Next>,
) -> anyhow::Result<(Histogram<u64>, u64)> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect(address)
        .await
        .context("the server refuses connections")?;
    stream.set_nodelay(true)?;
    let mut latency = Histogram::new(3)?;
    let (mut refused, mut number, mut buffer) = (0, 0, Vec::with_capacity(64 * 1024));
    while Instant::now() < until {
        let Some(request) = next(connection, number) else {
            break;
        };
        let started = Instant::now();
        stream.write_all(&request).await?;
        let status = answer(&mut stream, &mut buffer).await?;
        if expected.contains(&status) {
            latency.record(u64::try_from(started.elapsed().as_micros())?.max(1))?;
        } else {
            refused += 1;
        }
        number += 1;
    }
    Ok((latency, refused))
}

/// Reads one answer to its end and returns its status.
async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> anyhow::Result<u16> {
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
            return Ok(status);
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
