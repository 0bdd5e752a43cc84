//! The server as a process on a real port: it comes up, answers, is watched, and goes down without cutting anybody off.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use crate::visitor::{Visitor, run, text};
use guanxi_testkit::process::{Process, free_port};

fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_guanxi"))
}

#[test]
fn a_demo_is_there_at_once_and_goes_without_a_trace() {
    let home = tempfile::tempdir().unwrap();
    let metrics = free_port();
    let mut server = Process::serve(
        binary(),
        home.path(),
        &["--demo", "--metrics", &format!("127.0.0.1:{metrics}")],
    );
    let mut nobody = Visitor::new(server.port());
    assert_eq!(nobody.get("/healthz").body, "ok\n");
    let home_page = nobody.get("/");
    assert_eq!(
        (home_page.status, home_page.headers["location"].as_str()),
        (303, "/sign-in")
    );
    assert_eq!(nobody.get("/no/such/page").status, 404);
    let page = nobody.get("/sign-in");
    assert!(
        page.body.contains("林知夏"),
        "the page says whom to sign in as"
    );
    assert_eq!(page.headers["x-request-id"].len(), 16);

    let mut lin = Visitor::new(server.port());
    lin.sign_in(&server, "13800000001");
    let home_page = lin.get("/");
    assert_eq!(home_page.status, 200);
    assert!(
        !home_page.headers.contains_key("strict-transport-security"),
        "no HTTPS here"
    );

    let figures = Visitor::new(metrics).get("/metrics").body;
    assert!(
        figures.contains("guanxi_requests_total{method=\"GET\",route=\"/\",status=\"200\"} 1"),
        "{figures}"
    );
    assert!(figures.contains("guanxi_directory_members 2"), "{figures}");
    for job in [
        "guanxi_jobs_total{work=\"loading a directory\",result=\"done\"}",
        "guanxi_jobs_last_success_timestamp_seconds{work=\"expiring requests\"}",
    ] {
        assert!(figures.contains(job), "{job} is missing in {figures}");
    }

    let mut ear = lin.listen();
    let asked = Instant::now();
    assert!(server.stop().success());
    assert!(
        asked.elapsed() < Duration::from_secs(5),
        "an open page does not hold the server up"
    );
    assert_eq!(ear.next(), None, "the stream has ended");
    assert!(server.stderr().contains("stopped"));
}

#[test]
fn a_port_in_use_is_told_before_anything_is_written() {
    let home = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = run(home.path(), &[], &["serve", "--listen", &address]);
    assert!(!output.status.success());
    assert!(text(&output).contains(&format!("cannot listen on {address}")));
    assert!(!home.path().join("guanxi-data").exists());
}

#[test]
fn https_and_a_proxy_are_taken_at_their_word() {
    let home = tempfile::tempdir().unwrap();
    let server = Process::serve(
        binary(),
        home.path(),
        &[
            "--public-url",
            "https://contacts.example.com/",
            "--trust-proxy",
        ],
    );
    let mut visitor = Visitor::new(server.port());
    let page = visitor.get("/sign-in");
    assert_eq!(
        page.headers["strict-transport-security"],
        "max-age=31536000"
    );
}
