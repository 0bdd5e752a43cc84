//! The process harness with this very test program as the server: one test, started again as a child, answers `/readyz`.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::Command;

use guanxi_testkit::process::Process;

const PORT: &str = "GUANXI_HARNESS_PORT";
const CHILD: &str = "child_that_answers_readyz";

fn child(port: u16) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("a program knows its path"));
    command
        .args([CHILD, "--exact", "--nocapture"])
        .env(PORT, port.to_string());
    command
}

#[test]
fn child_that_answers_readyz() {
    let Ok(port) = std::env::var(PORT) else {
        return;
    };
    if port == "0" {
        eprintln!("no such settings file");
        std::process::exit(2);
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port.parse().unwrap())).unwrap();
    eprintln!("listening");
    for stream in listener.incoming() {
        answer(stream.unwrap());
    }
}

fn answer(mut stream: TcpStream) {
    let mut request = [0; 1024];
    if stream.read(&mut request).is_ok_and(|read| read > 0) {
        drop(stream.write_all(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"));
    }
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "what the child says is read by a thread that tells of nothing"
)]
fn a_server_is_started_killed_and_started_again() {
    let mut server = Process::start(child);
    let port = server.port();
    assert_eq!(server.url("/x"), format!("http://127.0.0.1:{port}/x"));
    assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok());

    server.kill();
    assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err());

    server.restart();
    assert_eq!(server.port(), port);
    // What it says is read by a thread, a little behind the answer.
    for _ in 0..1000 {
        if server.stderr().matches("listening").count() == 2 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert_eq!(
        server.stderr().matches("listening").count(),
        2,
        "{}",
        server.stderr()
    );
    assert!(!server.stop().success(), "this child knows no graceful end");
}

#[test]
fn a_server_that_cannot_start_says_why() {
    let started = std::panic::catch_unwind(|| Process::start(|_| child(0)));
    let message = *started.unwrap_err().downcast::<String>().unwrap();
    assert!(message.contains("no such settings file"), "{message}");
}
