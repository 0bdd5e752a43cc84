//! What carries one-time codes: nothing until it is set up, then a carrier that is reached by HTTP.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpListener,
    path::Path,
    process::Command,
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use guanxi_testkit::process::Process;

use crate::visitor::{Visitor, run, text};

const PATIENCE: Duration = Duration::from_secs(10);
const OWNER: &str = "13900000001";

fn with_company(home: &Path) {
    let words = "corp create --name 青禾 --admin-name 林知夏 --admin-mobile 13900000001";
    let words: Vec<&str> = words.split(' ').collect();
    let made = run(home, &[], &words);
    assert!(made.status.success(), "{}", text(&made));
}

/// A carrier that is down for the first message and takes the second; hands over what it was sent, head and body.
fn carrier() -> (String, Receiver<(String, serde_json::Value)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/send", listener.local_addr().unwrap());
    let (sender, received) = channel();
    std::thread::spawn(move || {
        for status in ["503 Service Unavailable", "202 Accepted"] {
            let (stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(&stream);
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                assert!(reader.read_line(&mut head).unwrap() > 0, "{head}");
            }
            let lower = head.to_lowercase();
            let length = lower.split("content-length: ").nth(1).unwrap();
            let length = length.split_whitespace().next().unwrap().parse().unwrap();
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let answer =
                format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            (&stream).write_all(answer.as_bytes()).unwrap();
            let body = serde_json::from_slice(&body).unwrap();
            sender.send((head, body)).unwrap();
        }
    });
    (url, received)
}

#[test]
fn a_carrier_gets_the_code_and_the_log_does_not() {
    let home = tempfile::tempdir().unwrap();
    with_company(home.path());
    let (url, received) = carrier();
    let binary = Path::new(env!("CARGO_BIN_EXE_guanxi"));
    let flags = ["--sms", "http", "--sms-url", &url, "--sms-header"];
    let flags = [
        &flags[..],
        &["Authorization: Bearer secret", "--log", "trace"],
    ]
    .concat();
    let server = Process::serve(binary, home.path(), &flags);
    let mut owner = Visitor::new(server.port());
    let answer = owner.post("/sign-in", &[("mobile", OWNER), ("next", "/")]);
    assert_eq!(answer.status, 303, "{}", answer.body);
    let (_, first) = received.recv_timeout(PATIENCE).unwrap();
    let (head, message) = received.recv_timeout(PATIENCE).unwrap();
    assert_eq!(first, message, "the second try brings the same");
    assert!(head.starts_with("POST /send HTTP/1.1\r\n"), "{head}");
    let lower = head.to_lowercase();
    assert!(lower.contains("authorization: bearer secret"), "{head}");
    assert_eq!(message["to"], "+8613900000001");
    assert_eq!(message["template"], "sign_in_code");
    assert!(!message["language"].as_str().unwrap().is_empty());
    let code = message["code"].as_str().unwrap().to_owned();
    assert_eq!(code.len(), 6);
    owner.enter(&answer.headers["location"], code.clone());
    let log = server.stderr();
    for secret in [format!("\"{code}\""), "Bearer secret".into()] {
        assert!(!log.contains(&secret), "{log}");
    }
}

#[test]
fn without_a_carrier_no_code_is_made() {
    let home = tempfile::tempdir().unwrap();
    with_company(home.path());
    let folder = home.path().to_owned();
    let server = Process::start(move |port| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_guanxi"));
        command.arg("serve").current_dir(&folder);
        command.args(["--listen", &format!("127.0.0.1:{port}")]);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("GUANXI_") {
                command.env_remove(name);
            }
        }
        command
    });
    let mut owner = Visitor::new(server.port());
    assert!(
        owner.get("/sign-in").body.contains("没有接入短信服务")
            || owner
                .get("/sign-in")
                .body
                .contains("no carrier of text messages")
    );
    for mobile in [OWNER, "13900000002"] {
        let answer = owner.post("/sign-in", &[("mobile", mobile), ("next", "/")]);
        assert_eq!(answer.status, 503, "{mobile}");
    }
    let log = server.stderr();
    assert_eq!(
        log.matches("no carrier of text messages").count(),
        1,
        "{log}"
    );
    assert!(!log.contains("value="), "{log}");
}

#[test]
fn half_a_carrier_is_refused() {
    let home = tempfile::tempdir().unwrap();
    for (flags, told) in [
        (&["--sms", "http"][..], "needs sms_url"),
        (&["--sms", "http", "--demo"], "a demo sends no messages"),
        (&["--sms-url", "https://sms.example.com"], "count only with"),
    ] {
        for command in ["serve", "doctor"] {
            let output = run(home.path(), &[], &[&[command][..], flags].concat());
            assert!(!output.status.success(), "{command} {flags:?}");
            assert!(text(&output).contains(told), "{}", text(&output));
        }
    }
    let output = run(home.path(), &[], &["doctor"]);
    assert!(
        text(&output).contains("none is set up"),
        "{}",
        text(&output)
    );
    let output = run(home.path(), &[], &["doctor", "--sms-header", "my secret"]);
    assert!(!output.status.success() && !text(&output).contains("my secret"));
}
