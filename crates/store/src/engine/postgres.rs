//! PostgreSQL: some threads that each own a connection and drive it themselves.
//!
//! The words of transaction control travel together with the first statement and are not waited for at the end, so a read of one
//! statement costs one round trip and still sees one snapshot from its first statement to its last. Writes whose outcome nobody
//! asks for travel with what comes next, the commit at the latest.

mod bus;
mod fault;
mod link;
mod value;
mod worker;

use futures_util::{
    StreamExt,
    future::{join, join_all},
    pin_mut,
};
use tokio_postgres::Statement;

use crate::{
    engine::Flow,
    error::{Error, Result},
    tx::Control,
    value::{Kept, Param, RawRow, Row, ToParam, check},
};

pub use bus::Signal;
pub(crate) use bus::{Bus, start as start_bus};
use fault::Trouble;
pub(crate) use link::{Link, settings};
pub(crate) use worker::{UNREACHABLE, Worker};

/// Rows handed over at a time, and statements in flight at a time in a bulk load.
const WINDOW: usize = 256;

/// One connection, with the state of its transaction.
#[derive(Debug)]
pub(crate) struct Session {
    link: Link,
    /// The words that open the transaction, until its first statement takes them along.
    opening: Option<&'static str>,
    /// Statements that travel with the next one.
    posted: Vec<(&'static str, Vec<Kept>)>,
    trouble: Option<Trouble>,
    last_error: Option<Error>,
}

/// What travels in front of a statement: the words that open the transaction, and what was posted since the one before.
#[derive(Default)]
struct Ahead {
    opening: Option<&'static str>,
    posted: Vec<(Statement, Vec<Kept>)>,
}

impl Session {
    pub(crate) fn new(link: Link) -> Self {
        Self {
            link,
            opening: None,
            posted: Vec::new(),
            trouble: None,
            last_error: None,
        }
    }

    /// Keeps a statement for the next journey.
    pub(crate) fn post(&mut self, sql: &'static str, params: &[Param<'_>]) {
        let params = params.iter().map(Kept::from).collect();
        self.posted.push((sql, params));
    }

    /// Takes what has to travel in front of the next statement.
    fn ahead(&mut self) -> Result<Ahead> {
        let mut ahead = Ahead::default();
        for (sql, params) in std::mem::take(&mut self.posted) {
            let statement = self.link.prepare(sql).map_err(|e| self.fault(e))?;
            ahead.posted.push((statement, params));
        }
        ahead.opening = self.opening.take();
        Ok(ahead)
    }

    /// Opens the connection.
    pub(crate) fn connect(&mut self) -> Result<()> {
        self.link.connect().map_err(|e| self.fault(e))
    }

    /// Runs statements without parameters or rows.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<()> {
        let done = self
            .link
            .drive(async |client| client.batch_execute(sql).await);
        done.map_err(|e| self.fault(e))
    }

    #[cfg(feature = "testing")]
    pub(crate) fn prepare(&mut self, sql: &'static str) -> Result<()> {
        let done = self.link.prepare(sql);
        done.map(drop).map_err(|e| self.fault(e))
    }

    /// Asks for one number about one text.
    #[cfg(feature = "testing")]
    pub(crate) fn count(&mut self, sql: &str, about: &str) -> Result<i64> {
        let done = self
            .link
            .drive(async |client| client.query_one(sql, &[&about]).await?.try_get(0));
        done.map_err(|e| self.fault(e))
    }

    pub(crate) fn execute(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<u64> {
        let statement = self.link.prepare(sql).map_err(|e| self.fault(e))?;
        let ahead = self.ahead()?;
        let done = self.link.drive(async |client| {
            let (sent, done) =
                join(ahead.send(client), client.execute_raw(&statement, params)).await;
            sent.and(done)
        });
        done.map_err(|e| self.fault(e))
    }

    pub(crate) fn execute_many<'p, P: AsRef<[Param<'p>]>>(
        &mut self,
        sql: &'static str,
        rows: impl IntoIterator<Item = P>,
    ) -> Result<u64> {
        let statement = self.link.prepare(sql).map_err(|e| self.fault(e))?;
        let mut rows = rows.into_iter().peekable();
        let mut sum = 0;
        while rows.peek().is_some() {
            let window: Vec<P> = rows.by_ref().take(WINDOW).collect();
            window.iter().try_for_each(|row| check(row.as_ref()))?;
            let ahead = self.ahead()?;
            let done = self.link.drive(async |client| {
                let sent = window
                    .iter()
                    .map(|row| client.execute_raw(&statement, row.as_ref()));
                // In order and without waiting: polling the first time sends.
                let all = futures_util::stream::iter(sent).buffered(WINDOW);
                pin_mut!(all);
                ahead.send(client).await?;
                let mut changed = 0;
                while let Some(done) = all.next().await {
                    changed += done?;
                }
                Ok(changed)
            });
            sum += done.map_err(|e| self.fault(e))?;
        }
        Ok(sum)
    }

    pub(crate) fn query(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> Flow,
    ) -> Result<()> {
        let statement = self.link.prepare(sql).map_err(|e| self.fault(e))?;
        let ahead = self.ahead()?;
        let asked = self.link.drive(async |client| {
            let (sent, rows) = join(ahead.send(client), client.query_raw(&statement, params)).await;
            sent.and(rows)
        });
        let rows = asked.map_err(|e| self.fault(e))?.ready_chunks(WINDOW);
        pin_mut!(rows);
        let mut flow = Flow::Go;
        // The receiver runs outside the connection's runtime, so that it may wait for a slow reader of an export. One who has seen
        // enough still waits for the end: a transaction may lose behind its last row, and the answer travels in any case.
        while let Some(chunk) = self
            .link
            .drive(async |_| Ok(rows.next().await))
            .map_err(|e| self.fault(e))?
        {
            for row in chunk {
                let row = row.map_err(|e| self.fault(e.into()))?;
                if flow == Flow::Go {
                    flow = each(&Row(RawRow::Postgres(&row)));
                }
            }
        }
        Ok(())
    }

    pub(crate) fn control(&mut self, control: Control) -> Result<()> {
        if matches!(control, Control::Undo) {
            // All of it belongs to the part that is undone.
            self.posted.clear();
        }
        self.words(control.sql())
    }

    /// Runs words of transaction control, behind what has to travel before them.
    fn words(&mut self, words: &'static str) -> Result<()> {
        let ahead = self.ahead()?;
        let done = self.link.drive(async |client| {
            let (sent, done) = join(ahead.send(client), client.batch_execute(words)).await;
            sent.and(done)
        });
        done.map_err(|e| self.fault(e))
    }

    /// Names the cause, and remembers what the worker must do about it.
    fn fault(&mut self, fault: link::Fault) -> Error {
        let (error, trouble) = fault::named(&fault);
        if trouble == Some(Trouble::Stale) {
            self.link.forget_statements();
        }
        self.trouble = self.trouble.or(trouble);
        self.last_error = Some(error.clone());
        error
    }
}

impl Ahead {
    /// Sends all without waiting, in order, when it is polled first; then waits for the answers. The first refusal counts: those
    /// behind it only tell that the transaction has failed.
    async fn send(
        &self,
        client: &tokio_postgres::Client,
    ) -> std::result::Result<(), tokio_postgres::Error> {
        let opened = async {
            match self.opening {
                Some(words) => client.batch_execute(words).await,
                None => Ok(()),
            }
        };
        let posted = self.posted.iter().map(async |(statement, params)| {
            let params = params.iter().map(ToParam::to_param);
            client.execute_raw(statement, params).await
        });
        let (opened, posted) = join(opened, join_all(posted)).await;
        opened?;
        posted.into_iter().try_for_each(|done| done.map(drop))
    }
}
