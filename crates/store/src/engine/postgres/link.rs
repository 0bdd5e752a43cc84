//! A connection driven by the thread that owns it: no task and no other thread stands between a statement and the socket.

use std::{
    collections::HashMap,
    fmt,
    future::poll_fn,
    pin::pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{
    AsyncMessage, Client, Config, Connection, NoTls, Notification, Socket, Statement,
    tls::NoTlsStream,
};

use crate::{
    error::{Error, Result},
    pulse::Mode,
};

/// The server ends a statement after this time.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(30);
/// A server that says nothing for longer than it may take over a statement is gone.
const SILENCE: Duration = Duration::from_secs(35);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Said instead of speaking in clear to a server that must not be spoken to so.
const NO_TLS: &str = "sslmode asks for TLS, which this release does not speak to PostgreSQL: use a socket, a private \
    network or a tunnel, and sslmode=disable";

/// Why a request got no answer that can be used.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The connection is gone.
    Lost,
    /// The server or the driver refused.
    Refused(tokio_postgres::Error),
}

impl From<tokio_postgres::Error> for Fault {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Refused(error)
    }
}

/// A connection, or the place where one belongs.
pub(crate) struct Link {
    config: Config,
    mode: Mode,
    runtime: Runtime,
    wire: Option<Wire>,
}

struct Wire {
    client: Client,
    connection: Connection<Socket, NoTlsStream>,
    statements: HashMap<(usize, usize), Statement>,
    notifications: Vec<Notification>,
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The settings hold a password.
        f.debug_struct("Link")
            .field("connected", &self.wire.is_some())
            .finish_non_exhaustive()
    }
}

/// Reads an address such as `postgres://user:password@host/database`.
pub(crate) fn settings(url: &str) -> Result<Config> {
    if asks_for_tls(url) {
        return Err(Error::Unavailable(NO_TLS));
    }
    let mut config: Config = url
        .parse()
        .map_err(|_| Error::Unavailable("the address of the database cannot be read"))?;
    config.application_name("guanxi");
    config.connect_timeout(CONNECT_TIMEOUT);
    config.tcp_user_timeout(Duration::from_secs(10));
    config.keepalives_idle(Duration::from_secs(10));
    config.keepalives_interval(Duration::from_secs(3));
    config.keepalives_retries(3);
    Ok(config)
}

/// Whether the address wants an encrypted connection or none. The driver would go on without one, or not say why it stops.
fn asks_for_tls(url: &str) -> bool {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    query
        .split('&')
        .filter_map(|pair| pair.strip_prefix("sslmode="))
        .any(|mode| mode == "require" || mode.starts_with("verify"))
}

impl Link {
    /// A link that is not connected yet.
    pub(crate) fn new(config: Config, mode: Mode) -> Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime
            .map_err(|e| Error::Internal(format!("a runtime cannot start: {}", e.kind())))?;
        Ok(Self {
            config,
            mode,
            runtime,
            wire: None,
        })
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.wire.is_some()
    }

    /// Gives the connection up.
    pub(crate) fn close(&mut self) {
        self.wire = None;
    }

    /// Opens the connection anew.
    pub(crate) fn connect(&mut self) -> Result<(), Fault> {
        self.wire = None;
        let attempt =
            async { tokio::time::timeout(2 * CONNECT_TIMEOUT, self.config.connect(NoTls)).await };
        let opened = self.runtime.block_on(attempt);
        let (client, connection) = opened.map_err(|_| Fault::Lost)??;
        self.wire = Some(Wire {
            client,
            connection,
            statements: HashMap::new(),
            notifications: Vec::new(),
        });
        let limits = format!(
            "SET statement_timeout = {};
             SET idle_in_transaction_session_timeout = 60000;
             SET client_min_messages = warning;
             SET default_transaction_read_only = {}",
            STATEMENT_TIMEOUT.as_millis(),
            self.mode == Mode::Read
        );
        self.drive(async |client| client.batch_execute(&limits).await)
    }

    /// Prepares a text once per connection. Static texts are told apart by their place in the binary.
    pub(crate) fn prepare(&mut self, sql: &'static str) -> Result<Statement, Fault> {
        let key = (sql.as_ptr() as usize, sql.len());
        let wire = self.wire.as_ref().ok_or(Fault::Lost)?;
        if let Some(statement) = wire.statements.get(&key) {
            return Ok(statement.clone());
        }
        let statement = self.drive(async |client| client.prepare(sql).await)?;
        if let Some(wire) = &mut self.wire {
            wire.statements.insert(key, statement.clone());
        }
        Ok(statement)
    }

    /// Forgets what was prepared, after the schema has changed under it.
    pub(crate) fn forget_statements(&mut self) {
        if let Some(wire) = &mut self.wire {
            wire.statements.clear();
        }
    }

    /// Runs a request to its end, moving the connection's bytes meanwhile.
    pub(crate) fn drive<T>(
        &mut self,
        request: impl AsyncFnOnce(&Client) -> Result<T, tokio_postgres::Error>,
    ) -> Result<T, Fault> {
        let Wire {
            client,
            connection,
            notifications,
            ..
        } = self.wire.as_mut().ok_or(Fault::Lost)?;
        let outcome = self.runtime.block_on(async {
            let mut request = pin!(request(client));
            let work = poll_fn(|cx| {
                if let Poll::Ready(done) = request.as_mut().poll(cx) {
                    return Poll::Ready(Some(done));
                }
                let alive = pump(connection, notifications, cx);
                match request.as_mut().poll(cx) {
                    Poll::Ready(done) => Poll::Ready(Some(done)),
                    Poll::Pending if alive => Poll::Pending,
                    Poll::Pending => Poll::Ready(None),
                }
            });
            tokio::time::timeout(SILENCE, work).await.unwrap_or(None)
        });
        if outcome.is_none() {
            self.wire = None;
        }
        outcome.ok_or(Fault::Lost)?.map_err(Fault::from)
    }

    /// Sends words without waiting for their answer, which the next request skips.
    pub(crate) fn send(&mut self, words: &'static str) {
        let Some(Wire {
            client,
            connection,
            notifications,
            ..
        }) = &mut self.wire
        else {
            return;
        };
        let alive = self.runtime.block_on(async {
            let mut request = pin!(client.batch_execute(words));
            poll_fn(|cx| {
                let _ = request.as_mut().poll(cx);
                Poll::Ready(pump(connection, notifications, cx))
            })
            .await
        });
        if !alive {
            self.wire = None;
        }
    }

    /// Looks whether the server has closed an idle connection.
    pub(crate) fn check(&mut self) {
        let Some(Wire {
            connection,
            notifications,
            ..
        }) = &mut self.wire
        else {
            return;
        };
        if !self.runtime.block_on(poll_fn(|cx| {
            Poll::Ready(pump(connection, notifications, cx))
        })) {
            self.wire = None;
        }
    }

    /// Waits for a notification or for other news, then hands over what has come: `None` when the connection is gone.
    pub(crate) fn listen<T>(
        &mut self,
        news: impl Future<Output = T>,
    ) -> Option<(Vec<Notification>, Option<T>)> {
        let Wire {
            connection,
            notifications,
            ..
        } = self.wire.as_mut()?;
        let heard = self.runtime.block_on(async {
            let mut news = pin!(news);
            poll_fn(|cx| {
                let alive = pump(connection, notifications, cx);
                match news.as_mut().poll(cx) {
                    Poll::Ready(news) => Poll::Ready(Some(Some(news))),
                    Poll::Pending if !alive => Poll::Ready(None),
                    Poll::Pending if notifications.is_empty() => Poll::Pending,
                    Poll::Pending => Poll::Ready(Some(None)),
                }
            })
            .await
        });
        let notifications = std::mem::take(notifications);
        if heard.is_none() {
            self.wire = None;
        }
        heard.map(|news| (notifications, news))
    }

    /// Waits without a connection.
    pub(crate) fn wait<T>(&self, news: impl Future<Output = T>) -> T {
        self.runtime.block_on(news)
    }
}

/// Moves bytes as far as they go; false when the connection has ended and must not be asked again.
fn pump(
    connection: &mut Connection<Socket, NoTlsStream>,
    notifications: &mut Vec<Notification>,
    cx: &mut Context<'_>,
) -> bool {
    loop {
        match connection.poll_message(cx) {
            Poll::Ready(Some(Ok(AsyncMessage::Notification(notification)))) => {
                notifications.push(notification);
            }
            Poll::Ready(Some(Ok(_))) => {}
            Poll::Ready(Some(Err(_)) | None) => return false,
            Poll::Pending => return true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_asks_for_tls_is_refused_in_words() {
        for mode in ["require", "verify-ca", "verify-full"] {
            let url = format!("postgres://me@db/x?application_name=y&sslmode={mode}");
            let refused = settings(&url).map(drop);
            assert_eq!(refused, Err(Error::Unavailable(NO_TLS)), "{mode}");
        }
        for query in ["", "?sslmode=prefer", "?sslmode=disable"] {
            let url = format!("postgres://me@db/x{query}");
            assert!(settings(&url).is_ok(), "{query}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_address_is_read_or_refused(text in ".{0,80}", rest in "[a-z0-9:@/?&=%.,\\[\\]-]{0,60}") {
            drop(settings(&text));
            drop(settings(&format!("postgres://{rest}")));
        }
    }
}
