//! A PostgreSQL server that stops and comes back.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use guanxi_store::{Options, testing::Database};
use guanxi_testkit::process::Process;

use crate::{Acknowledged, BINARY, ask, ask_until_refused, check, company, wait_for_ready};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/postgres");

/// A PostgreSQL server of this test alone.
struct Server {
    folder: tempfile::TempDir,
    url: String,
}

impl Server {
    fn start() -> Self {
        let mut server = Self {
            folder: tempfile::tempdir().expect("a folder"),
            url: String::new(),
        };
        let output = server.script("start");
        String::from_utf8_lossy(&output.stdout)
            .trim()
            .clone_into(&mut server.url);
        assert!(output.status.success(), "{output:?}");
        server
    }

    fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    fn script(&self, act: &str) -> std::process::Output {
        let mut command = Command::new(SCRIPT);
        command.arg(act).env("GUANXI_POSTGRES_STATE", self.state());
        command.output().expect("the script runs")
    }

    /// Stops or starts the server, which keeps its data and its port.
    fn turn(&self, act: &str) {
        let state = std::fs::read_to_string(self.state()).expect("the state of the script");
        let [folder, port, programs] = state.lines().collect::<Vec<_>>()[..] else {
            panic!("{state}")
        };
        let command = format!(
            "exec {programs}/pg_ctl -D {folder}/data -m fast -w -l {folder}/data/server.log -o '-p {port}' {act}"
        );
        let is_root = Command::new("id")
            .arg("-u")
            .output()
            .expect("id runs")
            .stdout
            == b"0\n";
        let mut shell = Command::new(if is_root { "runuser" } else { "sh" });
        if is_root {
            shell.args(["-u", "postgres", "--", "sh"]);
        }
        let status = shell
            .args(["-c", &command])
            .current_dir(folder)
            .stdout(std::process::Stdio::null())
            .status();
        assert!(status.expect("pg_ctl runs").success(), "{act}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.script("stop");
    }
}

#[test]
fn a_database_that_stops_is_told_and_over_when_it_is_back() {
    // The rule of all tests decides whether PostgreSQL is left out.
    if Database::fresh().is_none() {
        return;
    }
    let server = Server::start();
    let options = Options::postgres(server.url.clone());
    let (corp, clients) = company(&options);
    let home = tempfile::tempdir().expect("a folder");
    let mut process = Process::serve(Path::new(BINARY), home.path(), &["--database", &server.url]);
    let (mut next, known) = (0, Acknowledged::default());
    for _ in 0..20 {
        next += 1;
        let answer = ask(process.port(), &clients, next, &known).expect("an answer");
        assert_eq!(answer.status, 303, "{}", answer.body);
    }
    server.turn("stop");
    let refused = ask_until_refused(process.port(), &clients, &mut next, &known);
    assert!(refused.head.contains("retry-after"), "{}", refused.head);
    let (says, _) = wait_for_ready(&process, 503);
    assert!(says.contains("database"), "{says}");
    server.turn("start");
    let (_, took) = wait_for_ready(&process, 200);
    println!("ready {took:?} after the database was back");
    next += 1;
    let answer = ask(process.port(), &clients, next, &known).expect("an answer");
    assert_eq!(answer.status, 303, "{}", answer.body);
    process.stop();
    check(&options, corp.id, &clients, &known);
}
