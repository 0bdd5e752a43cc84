//! Processes to measure: the server over prepared data, the bare one, and programs of others.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};

/// How long a program of others may take to end.
const PATIENCE: Duration = Duration::from_secs(10);

/// A running process; killed when it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// It gets a signal first that it can answer by ending them too.
    has_children: bool,
    /// Port on loopback.
    pub(crate) port: u16,
    /// From the start of the process to the first answer.
    pub(crate) ready_after: Duration,
}

impl Server {
    /// Starts `guanxi serve` with further arguments and waits until it is ready.
    pub(crate) fn guanxi<S: AsRef<str>>(binary: &Path, arguments: &[S]) -> anyhow::Result<Self> {
        let port = free_port()?;
        let mut command = Command::new(binary);
        command
            .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
            .args(arguments.iter().map(AsRef::as_ref));
        Self::start(command, port, |port| answers(port, "/readyz"))
    }

    /// Starts the bare server of this very program.
    pub(crate) fn bare() -> anyhow::Result<Self> {
        let port = free_port()?;
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["--bare", &port.to_string()]);
        Self::start(command, port, |port| answers(port, "/select"))
    }

    /// Starts a program of others, and waits until it listens.
    pub(crate) fn other(command: Command, port: u16) -> anyhow::Result<Self> {
        let mut server = Self::start(command, port, |port| connect(port).is_some())?;
        server.has_children = true;
        Ok(server)
    }

    fn start(mut command: Command, port: u16, is_ready: fn(u16) -> bool) -> anyhow::Result<Self> {
        let started = Instant::now();
        let child = command
            .env("RUST_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().display()))?;
        let mut server = Self {
            child,
            has_children: false,
            port,
            ready_after: Duration::ZERO,
        };
        while !is_ready(port) {
            if server.child.try_wait()?.is_some() || started.elapsed() > Duration::from_mins(2) {
                bail!(
                    "{} did not get ready on port {port}",
                    command.get_program().display()
                );
            }
            std::thread::yield_now();
        }
        server.ready_after = started.elapsed();
        Ok(server)
    }

    /// Memory in use, in MiB, as the system counts it.
    pub(crate) fn resident_mib(&self) -> f64 {
        memory_mib(self.child.id(), "VmRSS:").unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself, so that nothing here can matter.
        if self.has_children
            && Command::new("kill")
                .arg(self.child.id().to_string())
                .status()
                .is_ok()
        {
            let asked = Instant::now();
            while asked.elapsed() < PATIENCE && matches!(self.child.try_wait(), Ok(None)) {
                std::thread::park_timeout(Duration::from_millis(5));
            }
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a command to its end; most memory that it had in use, in MiB, and how long it took.
pub(crate) fn watch(mut command: Command) -> anyhow::Result<(f64, Duration)> {
    let started = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn()?;
    let mut most = 0.0_f64;
    loop {
        if let Some(status) = child.try_wait()? {
            if !status.success() {
                bail!("{} failed: {status}", command.get_program().display());
            }
            return Ok((most, started.elapsed()));
        }
        most = memory_mib(child.id(), "VmHWM:").unwrap_or(most);
        std::thread::park_timeout(Duration::from_millis(2));
    }
}

/// A line of the process's status, in MiB; None once it has ended.
fn memory_mib(process: u32, line: &str) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|text| text.starts_with(line))?;
    let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024.0)
}

/// A port that nobody listens on just now.
pub(crate) fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port())
}

fn connect(port: u16) -> Option<TcpStream> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpStream::connect_timeout(&address, Duration::from_millis(100)).ok()
}

fn answers(port: u16, path: &str) -> bool {
    use std::io::{Read as _, Write as _};
    let Some(mut stream) = connect(port) else {
        return false;
    };
    let mut start = [0; 12];
    let asked = write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    );
    asked.is_ok() && stream.read_exact(&mut start).is_ok() && start.ends_with(b"200")
}
