//! A server run as a process of its own: started on a free port, waited for, killed without mercy, started again.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::http;

const READY_WITHIN: Duration = Duration::from_secs(20);
const STOPPED_WITHIN: Duration = Duration::from_secs(20);
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(10);

type MakeCommand = Box<dyn Fn(u16) -> Command + Send>;

/// A running server; killed when dropped.
pub struct Process {
    make_command: MakeCommand,
    port: u16,
    child: Child,
    log: Arc<Mutex<String>>,
    log_reader: Option<JoinHandle<()>>,
    ready_after: Duration,
}

impl std::fmt::Debug for Process {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Process")
            .field("port", &self.port)
            .field("id", &self.child.id())
            .finish_non_exhaustive()
    }
}

impl Process {
    /// Starts `guanxi serve` on a free port in the folder `home`, where SQLite keeps its data, and waits until it is ready.
    pub fn serve(binary: &Path, home: &Path, arguments: &[&str]) -> Self {
        let binary = binary.to_owned();
        let home = home.to_owned();
        let arguments: Vec<String> = arguments
            .iter()
            .map(|&argument| argument.to_owned())
            .collect();
        Self::start(move |port| {
            let mut command = Command::new(&binary);
            command.arg("serve").args(&arguments).current_dir(&home);
            command.arg("--listen").arg(format!("127.0.0.1:{port}"));
            // Settings of whoever runs the tests must not reach the server under test.
            for (name, _) in std::env::vars_os() {
                if name.to_string_lossy().starts_with("GUANXI_") {
                    command.env_remove(name);
                }
            }
            // Where tests read one-time codes, unless a flag says otherwise.
            command.env("GUANXI_SMS", "log");
            command
        })
    }

    /// Starts the demo, whose people sign in with the code that the page shows.
    pub fn demo(binary: &Path, home: &Path) -> Self {
        Self::serve(binary, home, &["--demo"])
    }

    /// Starts any server whose command is made from the port it shall listen on, and waits until `/readyz` says 200.
    pub fn start(make_command: impl Fn(u16) -> Command + Send + 'static) -> Self {
        let port = free_port();
        let (child, log, log_reader) = spawn(make_command(port));
        let mut process = Self {
            make_command: Box::new(make_command),
            port,
            child,
            log,
            log_reader: Some(log_reader),
            ready_after: Duration::ZERO,
        };
        process.wait_until_ready();
        process
    }

    /// Returns the port on 127.0.0.1, which stays the same after [`Process::restart`].
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Returns the number of the running process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Returns the address of a path that begins with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Returns how long the last start took until the server was ready.
    pub fn ready_after(&self) -> Duration {
        self.ready_after
    }

    /// Returns what the process has written to its standard error so far, all starts together.
    pub fn stderr(&self) -> String {
        self.log
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Kills the process at once, as `kill -9` and a power cut do.
    pub fn kill(&mut self) {
        // An error means that it has already ended, which is what is wanted.
        drop(self.child.kill());
        drop(self.child.wait());
        if let Some(reader) = self.log_reader.take() {
            drop(reader.join());
        }
    }

    /// Asks the process to end (SIGTERM) and returns how it did; it is killed when that takes too long.
    pub fn stop(&mut self) -> ExitStatus {
        let asked = Command::new("kill")
            .arg("-TERM")
            .arg(self.child.id().to_string())
            .status();
        assert!(
            asked.is_ok_and(|status| status.success()),
            "cannot send SIGTERM to {self:?}"
        );
        let asked_at = Instant::now();
        while asked_at.elapsed() < STOPPED_WITHIN {
            if let Some(status) = self
                .child
                .try_wait()
                .expect("the state of a child can be read")
            {
                self.kill();
                return status;
            }
            pause();
        }
        self.kill();
        panic!(
            "{self:?} did not stop within {STOPPED_WITHIN:?}:\n{}",
            self.stderr()
        );
    }

    /// Starts the same command on the same port and data again, ending the running process first if there is one.
    pub fn restart(&mut self) {
        self.kill();
        let (child, log, log_reader) = spawn((self.make_command)(self.port));
        let before = self.stderr();
        log.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert_str(0, &before);
        self.child = child;
        self.log = log;
        self.log_reader = Some(log_reader);
        self.wait_until_ready();
    }

    fn wait_until_ready(&mut self) {
        let started_at = Instant::now();
        while started_at.elapsed() < READY_WITHIN {
            if let Ok(Some(status)) = self.child.try_wait() {
                self.kill();
                panic!(
                    "the server ended before it was ready ({status}):\n{}",
                    self.stderr()
                );
            }
            let answer = http::request(self.port, "GET", "/readyz", "", READY_WITHIN);
            if answer.is_ok_and(|answer| answer.status == 200) {
                self.ready_after = started_at.elapsed();
                return;
            }
            pause();
        }
        self.kill();
        panic!(
            "the server was not ready within {READY_WITHIN:?}:\n{}",
            self.stderr()
        );
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            eprintln!("--- standard error of the server ---\n{}", self.stderr());
        }
    }
}

/// Returns a port that nothing listened on a moment ago.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a loopback port is free");
    listener
        .local_addr()
        .expect("a bound socket has an address")
        .port()
}

fn spawn(mut command: Command) -> (Child, Arc<Mutex<String>>, JoinHandle<()>) {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
    let stderr = child.stderr.take().expect("standard error is piped");
    let log = Arc::new(Mutex::new(String::new()));
    let reader = std::thread::spawn({
        let log = Arc::clone(&log);
        move || collect(stderr, &log)
    });
    (child, log, reader)
}

fn collect(stderr: ChildStderr, log: &Mutex<String>) {
    for line in BufReader::new(stderr).lines().map_while(Result::ok) {
        let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
        log.push_str(&line);
        log.push('\n');
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "another process can only be asked again and again"
)]
fn pause() {
    std::thread::sleep(LOOK_AGAIN_AFTER);
}
