//! Posts messages to endpoints of companies over HTTP: no redirects, no waiting beyond ten seconds, little of the answer read, and
//! no connection to an address inside the operator's network unless he allows it.

use std::{cell::Cell, io::Read as _, net::SocketAddr, time::Duration};

use guanxi_app::outside::{Answered, NoAnswer, Outgoing, Post};
use guanxi_model::webhook::is_public;
use ureq::{
    Agent, Error,
    config::Config,
    http::Uri,
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::{DefaultConnector, NextTimeout},
    },
};

/// Time for one try, from the name of the host to the end of the answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Time to reach the host.
const CONNECT: Duration = Duration::from_secs(5);
/// Bytes of an answer that are read.
const EXCERPT: u64 = 2048;
/// Longest pause that an endpoint can ask for, in seconds; the rules shorten it further.
const PAUSE_MAX_S: i64 = 7 * 86_400;

/// Posts to endpoints.
#[derive(Debug)]
pub(crate) struct HttpPost {
    agent: Agent,
    is_free: bool,
}

impl HttpPost {
    /// Posts to public addresses over TLS, or to any address at all where the operator allows it.
    pub(crate) fn new(is_free: bool) -> Self {
        let config = Config::builder()
            .timeout_global(Some(PATIENCE))
            .timeout_connect(Some(CONNECT))
            .max_redirects(0)
            .http_status_as_error(false)
            .https_only(!is_free)
            // A proxy would look names up by itself, past the guard.
            .proxy(None)
            .max_idle_connections(64)
            .max_idle_connections_per_host(16)
            .user_agent(concat!("guanxi-webhooks/", env!("CARGO_PKG_VERSION")))
            .build();
        let guard = Guard {
            names: DefaultResolver::default(),
            is_free,
        };
        Self {
            agent: Agent::with_parts(config, DefaultConnector::default(), guard),
            is_free,
        }
    }

    fn send(&self, message: &Outgoing) -> Result<Answered, Error> {
        let mut request = self
            .agent
            .post(&message.url)
            .header("content-type", "application/json");
        for (name, value) in &message.headers {
            request = request.header(*name, value);
        }
        let mut response = request.send(message.body.as_bytes())?;
        let retry_after_ms = response
            .headers()
            .get("retry-after")
            .and_then(|value| value.to_str().ok()?.trim().parse::<i64>().ok())
            .map(|seconds| seconds.clamp(0, PAUSE_MAX_S) * 1000);
        let status = response.status().as_u16();
        let mut excerpt = Vec::new();
        // The status is what counts: an answer that breaks off behind it is an answer.
        let _ = response
            .body_mut()
            .as_reader()
            .take(EXCERPT)
            .read_to_end(&mut excerpt);
        Ok(Answered {
            status,
            excerpt,
            retry_after_ms,
        })
    }
}

impl Post for HttpPost {
    fn post(&self, message: &Outgoing) -> Result<Answered, NoAnswer> {
        REFUSED.set(false);
        self.send(message).map_err(|error| {
            if REFUSED.get() {
                NoAnswer::PrivateHost
            } else {
                reason(&error)
            }
        })
    }

    fn is_free(&self) -> bool {
        self.is_free
    }
}

thread_local! {
    /// Whether the guard refused the host of the message that this thread is sending.
    static REFUSED: Cell<bool> = const { Cell::new(false) };
}

/// Looks names up and lets only public addresses through. What it returns is what is connected to: a name that stands for
/// something else a moment later changes nothing.
#[derive(Debug)]
struct Guard {
    names: DefaultResolver,
    is_free: bool,
}

impl Resolver for Guard {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let found = self.names.resolve(uri, config, timeout)?;
        if self.is_free {
            return Ok(found);
        }
        let mut public = self.empty();
        let is_allowed = |address: &&SocketAddr| is_public(address.ip());
        for address in found.iter().filter(is_allowed) {
            public.push(*address);
        }
        if public.is_empty() {
            REFUSED.set(true);
            return Err(Error::HostNotFound);
        }
        Ok(public)
    }
}

/// What went wrong, without the address and whatever else the library would tell.
fn reason(error: &Error) -> NoAnswer {
    match error {
        Error::Timeout(_) => NoAnswer::Timeout,
        Error::HostNotFound => NoAnswer::UnknownHost,
        Error::ConnectionFailed => NoAnswer::Refused,
        Error::Tls(_) | Error::Rustls(_) => NoAnswer::Certificate,
        Error::Io(error) => match error.kind() {
            std::io::ErrorKind::ConnectionRefused => NoAnswer::Refused,
            std::io::ErrorKind::TimedOut | std::io::ErrorKind::WouldBlock => NoAnswer::Timeout,
            // What becomes of a look-up that finds nothing has no kind of its own.
            _ if error.to_string().contains("lookup address") => NoAnswer::UnknownHost,
            _ => NoAnswer::Broken,
        },
        _ => NoAnswer::Broken,
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{BufRead as _, BufReader, Write as _},
        net::TcpListener,
    };

    use super::*;

    fn message(url: String) -> Outgoing {
        Outgoing {
            url,
            headers: vec![("webhook-id", "msg_1".into())],
            body: "{\"type\":\"x\"}".into(),
        }
    }

    /// Answers one request so, and returns its head.
    fn answering(answer: &'static [u8]) -> (String, std::thread::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!(
            "http://127.0.0.1:{}/in",
            listener.local_addr().unwrap().port()
        );
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut head = Vec::new();
            let mut lines = BufReader::new(stream.try_clone().unwrap());
            loop {
                let mut line = String::new();
                lines.read_line(&mut line).unwrap();
                if line.trim().is_empty() {
                    break;
                }
                head.push(line.trim().to_ascii_lowercase());
            }
            let mut body = [0; 12];
            lines.read_exact(&mut body).unwrap();
            // Somebody who has read enough hangs up.
            let _ = stream.write_all(answer);
            head
        });
        (url, server)
    }

    #[test]
    fn an_answer_is_what_it_is_redirects_too() {
        let (url, server) = answering(
            b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\nretry-after: 7\r\ncontent-length: 5\r\n\r\nhello",
        );
        let answered = HttpPost::new(true).post(&message(url)).unwrap();
        assert_eq!(
            (answered.status, answered.retry_after_ms),
            (302, Some(7000))
        );
        assert_eq!(answered.excerpt, b"hello");
        let head = server.join().unwrap();
        assert!(head.contains(&"webhook-id: msg_1".to_owned()), "{head:?}");
        assert!(
            head.contains(&"content-type: application/json".to_owned()),
            "{head:?}"
        );
    }

    #[test]
    fn a_long_answer_is_not_read_to_its_end() {
        let answer: Vec<u8> = [
            b"HTTP/1.1 500 No\r\ncontent-length: 100000000\r\n\r\n".to_vec(),
            vec![b'x'; 1 << 20],
        ]
        .concat();
        let (url, server) = answering(answer.leak());
        let answered = HttpPost::new(true).post(&message(url)).unwrap();
        assert_eq!(
            (answered.status, answered.excerpt.len() as u64),
            (500, EXCERPT)
        );
        server.join().unwrap();
    }

    #[test]
    fn inner_addresses_are_not_connected_to() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        listener.set_nonblocking(true).unwrap();
        let guarded = HttpPost::new(false);
        for host in [
            "127.0.0.1",
            "localhost",
            "[::1]",
            "0.0.0.0",
            "[::ffff:127.0.0.1]",
        ] {
            let told = guarded.post(&message(format!("https://{host}:{port}/")));
            assert_eq!(told, Err(NoAnswer::PrivateHost), "{host}");
        }
        assert!(listener.accept().is_err(), "nobody came");
        let told = guarded.post(&message(format!("http://127.0.0.1:{port}/")));
        assert!(told.is_err(), "unencrypted");
    }

    #[test]
    fn why_there_is_no_answer_is_told_apart() {
        let free = HttpPost::new(true);
        let closed = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        let told = free.post(&message(format!("http://{closed}/")));
        assert_eq!(told, Err(NoAnswer::Refused));
        let told = free.post(&message("http://nowhere.invalid/".into()));
        assert_eq!(told, Err(NoAnswer::UnknownHost));
    }
}
