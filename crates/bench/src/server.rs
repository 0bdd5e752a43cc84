//! Processes to measure: the server over prepared data, and the bare one.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};

/// A running process; killed when it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// Port on loopback.
    pub(crate) port: u16,
    /// From the start of the process to the first answer.
    pub(crate) ready_after: Duration,
}

impl Server {
    /// Starts `guanxi serve` with further arguments and waits until it is ready.
    pub(crate) fn guanxi(binary: &Path, arguments: &[&str]) -> anyhow::Result<Self> {
        let port = free_port()?;
        let mut command = Command::new(binary);
        command
            .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
            .args(arguments);
        Self::start(command, port, "/readyz")
    }

    /// Starts the bare server of this very program.
    pub(crate) fn bare() -> anyhow::Result<Self> {
        let port = free_port()?;
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["bare", "--port", &port.to_string()]);
        Self::start(command, port, "/select")
    }

    fn start(mut command: Command, port: u16, ready: &str) -> anyhow::Result<Self> {
        let started = Instant::now();
        let child = command
            .env("RUST_LOG", "warn")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().display()))?;
        let mut server = Self {
            child,
            port,
            ready_after: Duration::ZERO,
        };
        while !is_ready(port, ready) {
            if server.child.try_wait()?.is_some() || started.elapsed() > Duration::from_mins(2) {
                bail!("the server did not get ready");
            }
            std::thread::yield_now();
        }
        server.ready_after = started.elapsed();
        Ok(server)
    }

    /// Memory in use, in MiB, as the system counts it.
    pub(crate) fn resident_mib(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))
            .unwrap_or_default();
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS:"))
            .unwrap_or_default();
        let kib: f64 = line
            .split_whitespace()
            .nth(1)
            .and_then(|kib| kib.parse().ok())
            .unwrap_or_default();
        kib / 1024.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port())
}

fn is_ready(port: u16, path: &str) -> bool {
    use std::io::{Read as _, Write as _};
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let Ok(mut stream) = TcpStream::connect_timeout(&address, Duration::from_millis(100)) else {
        return false;
    };
    let mut start = [0; 12];
    let asked = write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    );
    asked.is_ok() && stream.read_exact(&mut start).is_ok() && start.ends_with(b"200")
}
