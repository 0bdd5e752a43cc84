//! Somebody who visits the server from outside: requests with cookies, forms, and an ear for live pages.

use std::fmt::Write as _;
use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Command, Output},
    time::{Duration, Instant},
};

use guanxi_testkit::process::Process;

const PATIENCE: Duration = Duration::from_secs(10);

/// What the server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

/// A browser without a screen.
#[derive(Debug)]
pub(crate) struct Visitor {
    pub(crate) port: u16,
    pub(crate) cookies: BTreeMap<String, String>,
}

impl Visitor {
    pub(crate) fn new(port: u16) -> Self {
        Self {
            port,
            cookies: BTreeMap::new(),
        }
    }

    pub(crate) fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, "")
    }

    pub(crate) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let fields = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", encoded(value)));
        self.send("POST", path, &fields.collect::<Vec<_>>().join("&"))
    }

    /// Signs in with the code that the server writes to its log.
    pub(crate) fn sign_in(&mut self, server: &Process, mobile: &str) {
        let known = server.stderr().matches("one_time_code").count()
            + server.stderr().matches("value=").count();
        let answer = self.post("/sign-in", &[("mobile", mobile), ("next", "/")]);
        assert_eq!(answer.status, 303, "{}", answer.body);
        let started = Instant::now();
        let code = loop {
            let log = server.stderr();
            let codes: Vec<&str> = log
                .split("value=\"")
                .skip(1)
                .filter_map(|rest| rest.split('"').next())
                .collect();
            if codes.len() + log.matches("one_time_code").count() > known && !codes.is_empty() {
                break (*codes.last().unwrap()).to_owned();
            }
            assert!(started.elapsed() < PATIENCE, "no code in the log:\n{log}");
            std::thread::yield_now();
        };
        self.enter(&answer.headers["location"], code);
    }

    /// Goes on from the page for the code.
    pub(crate) fn enter(&mut self, location: &str, code: String) {
        let page = self.get(location);
        let mut fields: Vec<(String, String)> = hidden_fields(&page.body);
        fields.retain(|(name, _)| name != "code");
        fields.push(("code".into(), code));
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let answer = self.post("/sign-in/code", &fields);
        assert_eq!(answer.status, 303, "{}", answer.body);
        assert!(self.cookies.contains_key("session"));
    }

    /// The token for forms, as the page bears it.
    pub(crate) fn token(&mut self, path: &str) -> String {
        self.field(path, "_csrf")
    }

    /// The value of a hidden field on a page.
    pub(crate) fn field(&mut self, path: &str, name: &str) -> String {
        let page = self.get(path);
        let found = hidden_fields(&page.body)
            .into_iter()
            .find(|(other, _)| other == name);
        found
            .unwrap_or_else(|| panic!("no form at {path}: {}", page.body))
            .1
    }

    /// Opens the stream of live pages.
    pub(crate) fn listen(&self) -> Ear {
        let mut stream = self.connect("GET", "/live", "");
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        stream.flush().unwrap();
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        assert!(line.contains("200"), "{line}");
        while line.trim() != "" {
            line.clear();
            reader.read_line(&mut line).unwrap();
        }
        Ear(reader)
    }

    fn connect(&self, method: &str, path: &str, body: &str) -> TcpStream {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{}\r\nconnection: close\r\ncookie: {}\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
            self.port,
            cookies.join("; "),
            body.len()
        )
        .unwrap();
        stream
    }

    fn send(&mut self, method: &str, path: &str, body: &str) -> Answer {
        let mut raw = Vec::new();
        self.connect(method, path, body)
            .read_to_end(&mut raw)
            .unwrap();
        let text = String::from_utf8_lossy(&raw);
        let (head, body) = text
            .split_once("\r\n\r\n")
            .unwrap_or_else(|| panic!("no answer to {method} {path}"));
        let mut lines = head.lines();
        let status = lines
            .next()
            .unwrap()
            .split(' ')
            .nth(1)
            .unwrap()
            .parse()
            .unwrap();
        let mut headers = BTreeMap::new();
        for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
            if name == "set-cookie" {
                let (name, value) = value.split(';').next().unwrap().split_once('=').unwrap();
                self.cookies.insert(name.into(), value.into());
            }
            headers.insert(name.to_owned(), value.to_owned());
        }
        Answer {
            status,
            headers,
            body: body.to_owned(),
        }
    }
}

/// An open stream of live pages.
#[derive(Debug)]
pub(crate) struct Ear(BufReader<TcpStream>);

impl Ear {
    /// The next topics, or None when the stream ends.
    pub(crate) fn next(&mut self) -> Option<String> {
        let mut line = String::new();
        loop {
            line.clear();
            if self.0.read_line(&mut line).expect("news come in time") == 0 {
                return None;
            }
            if let Some(topics) = line.trim_end().strip_prefix("data: ") {
                return Some(topics.to_owned());
            }
        }
    }
}

/// Runs a command of the binary in a folder, with these variables and no others of its kind.
pub(crate) fn run(home: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guanxi"));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("GUANXI_") || text == "RUST_LOG" {
            command.env_remove(&name);
        }
    }
    command
        .args(arguments)
        .envs(variables.iter().copied())
        .current_dir(home)
        .output()
        .expect("the binary runs")
}

/// What a command printed.
pub(crate) fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

fn hidden_fields(page: &str) -> Vec<(String, String)> {
    let inputs = page
        .split("<input")
        .skip(1)
        .filter_map(|rest| rest.split('>').next());
    let attribute = |input: &str, name: &str| {
        let rest = input.split(&format!(" {name}=\"")).nth(1)?;
        Some(
            rest.split('"')
                .next()?
                .replace("&#43;", "+")
                .replace("&amp;", "&"),
        )
    };
    inputs
        .filter(|input| attribute(input, "type").as_deref() == Some("hidden"))
        .filter_map(|input| Some((attribute(input, "name")?, attribute(input, "value")?)))
        .collect()
}

fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            out.push(byte as char);
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
