//! Messages between nodes, over one connection that both listens and notifies.
//!
//! A NOTIFY inside a business transaction would make PostgreSQL commit such transactions one after another, so messages travel
//! in transactions of their own and several at a time. They are hints: a node that missed some is told to look for itself.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread::JoinHandle,
    time::Duration,
};

use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::link::{Fault, Link};
use crate::error::{Error, Result};

/// How long messages wait for others.
const GATHER: Duration = Duration::from_millis(5);
/// PostgreSQL takes payloads below 8000 bytes.
const PAYLOAD: usize = 7_900;
const QUEUE: usize = 4_096;
const RECONNECT: Duration = Duration::from_secs(1);
/// Says that messages were lost; no message is empty.
const MISSED: &str = "";

/// What a node hears from the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signal {
    /// A message of another node.
    Message(String),
    /// Messages may have been missed: look at the tables.
    Resync,
}

type Listener = Box<dyn Fn(&Signal) + Send + Sync>;

/// The store's end of the bus.
pub(crate) struct Bus {
    outgoing: Sender<String>,
    line: Arc<Line>,
}

/// What the store and the thread share.
#[derive(Default)]
struct Line {
    listeners: Mutex<Vec<Listener>>,
    overflowed: AtomicBool,
}

impl Bus {
    pub(crate) fn broadcast(&self, message: &str) -> Result<()> {
        if message.is_empty() || message.len() >= PAYLOAD || message.contains('\n') {
            return Err(Error::Internal(
                "a broadcast is one line of at most 7899 bytes".into(),
            ));
        }
        if self.outgoing.try_send(message.to_owned()).is_err() {
            self.line.overflowed.store(true, Relaxed);
        }
        Ok(())
    }

    pub(crate) fn listen(&self, listener: Listener) {
        self.line
            .listeners
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(listener);
    }
}

impl Line {
    fn tell(&self, signal: &Signal) {
        for listener in &*self
            .listeners
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
        {
            // A listener that panics must not make the node deaf.
            if catch_unwind(AssertUnwindSafe(|| listener(signal))).is_err() {
                tracing::error!("a listener of the bus panicked");
            }
        }
    }
}

/// Starts the thread of the bus, which ends when the bus is dropped.
pub(crate) fn start(connection: Link) -> Result<(Bus, JoinHandle<()>)> {
    let (outgoing, incoming) = channel(QUEUE);
    let line = Arc::new(Line::default());
    let mut operator = Operator {
        link: connection,
        incoming,
        line: Arc::clone(&line),
        own: 0,
        unsent: Vec::new(),
        open: true,
    };
    let thread = std::thread::Builder::new()
        .name("store-bus".into())
        .spawn(move || operator.serve());
    let thread =
        thread.map_err(|e| Error::Internal(format!("a thread cannot start: {}", e.kind())))?;
    Ok((Bus { outgoing, line }, thread))
}

/// The thread's side: the connection and what is still to be sent.
struct Operator {
    link: Link,
    incoming: Receiver<String>,
    line: Arc<Line>,
    /// The server's process behind this connection, by which own messages are known.
    own: i32,
    unsent: Vec<String>,
    open: bool,
}

impl Operator {
    fn serve(&mut self) {
        let mut first = true;
        while self.open {
            if self.join().is_ok() {
                if !std::mem::take(&mut first) {
                    self.line.tell(&Signal::Resync);
                }
                while self.open && self.turn().is_ok() {}
            } else {
                self.gather(RECONNECT);
            }
        }
    }

    fn join(&mut self) -> Result<(), Fault> {
        self.link.connect()?;
        let row = self.link.drive(async |client| {
            client
                .batch_execute("SET synchronous_commit = off; LISTEN guanxi")
                .await?;
            client.query_one("SELECT pg_backend_pid()", &[]).await
        })?;
        self.own = row.try_get(0)?;
        Ok(())
    }

    /// Waits for news of either side and passes them on.
    fn turn(&mut self) -> Result<(), Fault> {
        if self.unsent.is_empty() {
            let incoming = &mut self.incoming;
            let (heard, news) = self
                .link
                .listen(async { incoming.recv().await })
                .ok_or(Fault::Lost)?;
            for notification in heard {
                if notification.process_id() != self.own {
                    self.hear(notification.payload());
                }
            }
            match news {
                Some(Some(message)) => self.unsent.push(message),
                Some(None) => self.open = false,
                None => return Ok(()),
            }
            self.gather(GATHER);
        }
        self.send()
    }

    fn hear(&self, payload: &str) {
        for message in payload.split('\n') {
            self.line.tell(&match message {
                MISSED => Signal::Resync,
                text => Signal::Message(text.to_owned()),
            });
        }
    }

    /// Collects messages for a while.
    fn gather(&mut self, time: Duration) {
        let (incoming, unsent) = (&mut self.incoming, &mut self.unsent);
        let collect = async {
            while unsent.len() < QUEUE {
                match incoming.recv().await {
                    Some(message) => unsent.push(message),
                    None => return false,
                }
            }
            std::future::pending().await
        };
        let ended = self
            .link
            .wait(async { tokio::time::timeout(time, collect).await });
        self.open &= ended.unwrap_or(true);
    }

    fn send(&mut self) -> Result<(), Fault> {
        if self.line.overflowed.swap(false, Relaxed) {
            self.unsent.push(MISSED.into());
        }
        let payloads = payloads(&self.unsent);
        self.link.drive(async |client| {
            for payload in &payloads {
                client
                    .execute("SELECT pg_notify('guanxi', $1)", &[payload])
                    .await?;
            }
            Ok(())
        })?;
        self.unsent.clear();
        Ok(())
    }
}

/// Joins messages into as few payloads as they fit.
fn payloads(messages: &[String]) -> Vec<String> {
    let mut payloads: Vec<String> = Vec::new();
    for message in messages {
        match payloads.last_mut() {
            Some(last) if last.len() + 1 + message.len() < PAYLOAD => {
                last.push('\n');
                last.push_str(message);
            }
            _ => payloads.push(message.clone()),
        }
    }
    payloads
}

#[cfg(test)]
mod tests {
    use super::{PAYLOAD, payloads};

    #[test]
    fn messages_share_payloads_up_to_the_limit() {
        let messages = vec![
            "a".repeat(3_000),
            "b".repeat(3_000),
            "c".repeat(3_000),
            String::new(),
        ];
        let joined = payloads(&messages);
        assert_eq!(joined.len(), 2);
        assert!(joined.iter().all(|payload| payload.len() < PAYLOAD));
        assert_eq!(joined.join("\n").split('\n').collect::<Vec<_>>(), messages);
    }
}
