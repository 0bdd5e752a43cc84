//! The chromedriver process that the sessions of one test process share.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use serde_json::Value;

use crate::http;

/// The environment variable with the path of chromedriver; without it, the one on the PATH is taken.
pub const DRIVER_VARIABLE: &str = "GUANXI_TEST_BROWSER";
/// The environment variable that, set to 1, lets browser tests pass without a browser.
pub const SKIP_VARIABLE: &str = "GUANXI_TEST_SKIP_BROWSER";

const STARTED: &str = "started successfully on port ";

/// The one driver that runs now. It ends with the last session, because nothing drops a static at exit.
static RUNNING: Mutex<Weak<Driver>> = Mutex::new(Weak::new());

/// A running chromedriver; killed when dropped.
#[derive(Debug)]
pub(super) struct Driver {
    child: Child,
    port: u16,
}

impl Driver {
    /// Returns the running driver or starts one; `None` where tests are told to do without.
    pub(super) fn shared() -> Option<Arc<Self>> {
        if std::env::var_os(SKIP_VARIABLE).is_some_and(|value| value == "1") {
            eprintln!("skipped: {SKIP_VARIABLE}=1");
            return None;
        }
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(driver) = running.upgrade() {
            return Some(driver);
        }
        let driver = Arc::new(Self::start(&driver_path()));
        *running = Arc::downgrade(&driver);
        Some(driver)
    }

    fn start(path: &Path) -> Self {
        // Port 0: the driver chooses a free one and prints it, so no other test can take it in between.
        let mut child = Command::new(path)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {}: {error}", path.display()));
        let mut lines = BufReader::new(child.stdout.take().expect("standard output is piped"));
        let port = read_port(&mut lines)
            .unwrap_or_else(|| panic!("{} did not say its port", path.display()));
        // A full pipe would stop the driver.
        std::thread::spawn(move || lines.lines().map_while(Result::ok).for_each(drop));
        Self { child, port }
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Sends one command outside any runtime, for destructors; `None` if the driver does not answer.
    pub(super) fn command(&self, method: &str, path: &str) -> Option<Value> {
        let answer = http::request(self.port, method, path, "", Duration::from_secs(10)).ok()?;
        serde_json::from_str(&answer.body).ok()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // An error means that it has already ended, which is what is wanted.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn read_port(lines: &mut BufReader<ChildStdout>) -> Option<u16> {
    let mut line = String::new();
    while lines.read_line(&mut line).ok()? > 0 {
        if let Some((_, port)) = line.split_once(STARTED) {
            return port.trim().trim_end_matches('.').parse().ok();
        }
        line.clear();
    }
    None
}

fn driver_path() -> PathBuf {
    if let Some(path) = std::env::var_os(DRIVER_VARIABLE) {
        let path = PathBuf::from(path);
        assert!(
            path.is_file(),
            "{DRIVER_VARIABLE} names {}, which is no file",
            path.display()
        );
        return path;
    }
    let search_path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&search_path)
        .map(|folder| folder.join("chromedriver"))
        .find(|path| path.is_file())
        .unwrap_or_else(|| {
            panic!(
                "browser tests need chromedriver: run `scripts/test browser`, or install chromium and chromium-driver, \
                 or set {DRIVER_VARIABLE} to its path; {SKIP_VARIABLE}=1 leaves these tests out"
            )
        })
}
