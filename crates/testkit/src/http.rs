//! One blocking HTTP request without a client library, for places where no runtime may be at hand: destructors and start-up.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

/// What a server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Status.
    pub status: u16,
    /// Status line and headers, in small letters.
    pub head: String,
    /// Body as text.
    pub body: String,
}

/// Sends a form, or without fields asks for a page, with a cookie; an error means that the server broke off.
pub fn call(
    port: u16,
    path: &str,
    cookie: &str,
    form: Option<&str>,
    patience: Duration,
) -> io::Result<Answer> {
    call_from(port, "", path, cookie, form, patience)
}

/// As [`call`], from an address that a server believes which trusts its proxy; empty for one's own.
pub fn call_from(
    port: u16,
    address: &str,
    path: &str,
    cookie: &str,
    form: Option<&str>,
    patience: Duration,
) -> io::Result<Answer> {
    let method = if form.is_some() { "POST" } else { "GET" };
    let from = if address.is_empty() {
        String::new()
    } else {
        format!("X-Forwarded-For: {address}\r\n")
    };
    let headers =
        format!("Cookie: {cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\n{from}");
    send(
        port,
        method,
        path,
        &headers,
        form.unwrap_or_default(),
        patience,
    )
}

/// Sends one request to a loopback port and reads the answer to its end; gives up after `patience`.
pub(crate) fn request(
    port: u16,
    method: &str,
    path: &str,
    body: &str,
    patience: Duration,
) -> io::Result<Answer> {
    send(
        port,
        method,
        path,
        "Content-Type: application/json\r\n",
        body,
        patience,
    )
}

fn send(
    port: u16,
    method: &str,
    path: &str,
    headers: &str,
    body: &str,
    patience: Duration,
) -> io::Result<Answer> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, patience)?;
    stream.set_read_timeout(Some(patience))?;
    stream.set_write_timeout(Some(patience))?;
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut raw = Vec::new();
    read_answer(&mut stream, &mut raw)?;
    parse(&raw).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "answer is not http"))
}

/// Reads until the connection ends or the announced length is there: chromedriver keeps the connection open whatever it is told.
fn read_answer(stream: &mut TcpStream, raw: &mut Vec<u8>) -> io::Result<()> {
    let mut block = [0; 16 * 1024];
    while !is_complete(raw) {
        match stream.read(&mut block)? {
            0 => break,
            read => raw.extend_from_slice(&block[..read]),
        }
    }
    Ok(())
}

fn is_complete(raw: &[u8]) -> bool {
    let Some(head_ends_at) = raw.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
        return false;
    };
    let head = String::from_utf8_lossy(&raw[..head_ends_at]);
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, length)| length.trim().parse::<usize>().ok())
        .is_some_and(|length| raw.len() >= head_ends_at + 4 + length)
}

fn parse(raw: &[u8]) -> Option<Answer> {
    let text = String::from_utf8_lossy(raw);
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Answer {
        status,
        head: head.to_lowercase(),
        body: body.to_owned(),
    })
}
