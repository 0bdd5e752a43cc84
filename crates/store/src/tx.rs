//! A transaction as closures see it: the same few verbs on both engines.
//!
//! After a failed statement the transaction takes no more statements and never commits (PostgreSQL works like that; here SQLite
//! does too). What may fail and go on belongs into an `ON CONFLICT` clause or into [`Tx::attempt`].

use std::time::Instant;

use guanxi_model::audit::Entry;

use crate::{
    engine::{Engine, Flow, postgres, sqlite},
    error::{Error, Result},
    value::{self, Param, Row},
};

/// Work to do after a commit.
pub(crate) type AfterCommit = Box<dyn FnOnce() + Send>;

/// An open transaction.
#[derive(Debug)]
pub struct Tx<'a> {
    pub(crate) link: Link<'a>,
    pub(crate) after_commit: Effects,
    /// Audit entries that are sealed right before the commit (SQLite).
    pub(crate) entries: Vec<Entry>,
    began: Instant,
    failed: bool,
    /// Nothing is committed in the end.
    reads: bool,
    /// How many statements it still takes, where that is limited.
    left: Option<u32>,
}

/// The connection below a transaction.
#[derive(Debug)]
pub(crate) enum Link<'a> {
    Sqlite(&'a mut sqlite::Session),
    Postgres(&'a mut postgres::Session),
}

/// Work that waits for the commit, in the order in which it was asked for.
#[derive(Default)]
pub(crate) struct Effects(pub(crate) Vec<AfterCommit>);

impl std::fmt::Debug for Effects {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} effects", self.0.len())
    }
}

impl<'a> Tx<'a> {
    pub(crate) fn new(link: Link<'a>) -> Self {
        Self {
            link,
            after_commit: Effects::default(),
            entries: Vec::new(),
            began: Instant::now(),
            failed: false,
            reads: false,
            left: None,
        }
    }

    /// One statement without a transaction around it.
    pub(crate) fn single(link: Link<'a>) -> Self {
        Self {
            left: Some(1),
            ..Self::new(link)
        }
    }

    /// The same transaction, of which nothing is kept: what would have to be kept fails.
    pub(crate) fn reading(mut self, reads: bool) -> Self {
        self.reads = reads;
        self
    }

    /// When it began, before its first statement: it sees all that was committed before.
    pub fn began(&self) -> Instant {
        self.began
    }

    /// Which engine runs this transaction.
    pub fn engine(&self) -> Engine {
        match self.link {
            Link::Sqlite(_) => Engine::Sqlite,
            Link::Postgres(_) => Engine::Postgres,
        }
    }

    /// Picks the text of a statement that the engines word differently.
    pub fn dialect(&self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        match self.engine() {
            Engine::Sqlite => sqlite,
            Engine::Postgres => postgres,
        }
    }

    /// Runs a statement and returns the number of rows that it changed.
    pub fn execute(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<u64> {
        self.ready()?;
        let done = value::check(params).and_then(|()| match &mut self.link {
            Link::Sqlite(session) => session.execute(sql, params),
            Link::Postgres(session) => session.execute(sql, params),
        });
        self.note(done)
    }

    /// Runs a statement whose outcome nobody asks for. On PostgreSQL it travels together with the next one or with the commit, so
    /// it costs no wait of its own, and should it fail, that one fails.
    pub fn post(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<()> {
        if matches!(self.link, Link::Sqlite(_)) {
            return self.execute(sql, params).map(drop);
        }
        self.ready()?;
        self.writes()?;
        let done = value::check(params);
        if let Link::Postgres(session) = &mut self.link {
            session.post(sql, params);
        }
        self.note(done)
    }

    /// Runs one statement for many rows of parameters and returns the number of rows changed. On PostgreSQL the rows travel
    /// without waiting for each other, so this is the way to load many.
    pub fn execute_many<'p, P: AsRef<[Param<'p>]>>(
        &mut self,
        sql: &'static str,
        rows: impl IntoIterator<Item = P>,
    ) -> Result<u64> {
        self.ready()?;
        let done = match &mut self.link {
            Link::Sqlite(session) => rows.into_iter().try_fold(0, |sum, row| {
                value::check(row.as_ref())?;
                Ok(sum + session.execute(sql, row.as_ref())?)
            }),
            Link::Postgres(session) => session.execute_many(sql, rows),
        };
        self.note(done)
    }

    /// The first row, if there is one.
    pub fn find<T>(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
        read: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut read = Some(read);
        let mut found = None;
        self.query(sql, params, &mut |row| {
            found = read.take().map(|read| read(row));
            Flow::Stop
        })?;
        found.transpose()
    }

    /// The first row, which must exist: [`Error::Missing`] otherwise.
    pub fn get<T>(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
        read: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<T> {
        self.find(sql, params, read)?.ok_or(Error::Missing)
    }

    /// All rows; the statement bounds their number.
    pub fn list<T>(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut rows = Vec::new();
        self.for_each(sql, params, |row| {
            rows.push(read(row)?);
            Ok::<_, Error>(())
        })?;
        Ok(rows)
    }

    /// Hands over each row as it arrives, in bounded memory, until the end or the first error. PostgreSQL ends a statement after
    /// 30 s, slow receivers included, so what may take longer is read in pages.
    pub fn for_each<E: From<Error>>(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
        mut each: impl FnMut(&Row<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut failure = None;
        self.query(sql, params, &mut |row| match each(row) {
            Ok(()) => Flow::Go,
            Err(error) => {
                failure = Some(error);
                Flow::Stop
            }
        })?;
        failure.map_or(Ok(()), Err)
    }

    /// Runs a part that may fail: its error rolls back this part alone and the transaction goes on.
    pub fn attempt<T, E: From<Error>>(
        &mut self,
        part: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        self.ready()?;
        let (effects, entries) = (self.after_commit.0.len(), self.entries.len());
        let opened = self.control(Control::Save);
        self.note(opened)?;
        let mut result = part(self);
        if result.is_ok() && !self.failed {
            // What was posted inside may fail only now.
            match self.control(Control::Release) {
                Ok(()) => return result,
                Err(error) => result = Err(error.into()),
            }
        }
        self.after_commit.0.truncate(effects);
        self.entries.truncate(entries);
        let undone = self.control(Control::Undo);
        self.failed = undone.is_err();
        undone?;
        Err(result.err().unwrap_or_else(|| ignored().into()))
    }

    /// Prepares a statement without running it, for tests that look at every text.
    #[cfg(feature = "testing")]
    pub fn prepare(&mut self, sql: &'static str) -> Result<()> {
        self.ready()?;
        let done = match &mut self.link {
            Link::Sqlite(session) => session.prepare(sql),
            Link::Postgres(session) => session.prepare(sql),
        };
        self.note(done)
    }

    /// Runs work after the commit has succeeded, or at the end of a read that has, in order, and never after a rollback. A
    /// closure that runs twice registers anew each time. The work must be short: it holds up the answers of others.
    pub fn on_commit(&mut self, work: impl FnOnce() + Send + 'static) {
        self.after_commit.0.push(Box::new(work));
    }

    /// Keeps an audit entry until the commit, where it is sealed with those of the others.
    pub(crate) fn keep_entry(&mut self, entry: Entry) -> Result<()> {
        self.ready()?;
        self.writes()?;
        // What cannot be stored must fail here, where it fails alone.
        let from = entry.from.as_deref().unwrap_or_default();
        let done = value::check(&[Param::Text(&entry.detail), Param::Text(from)]);
        self.entries.push(entry);
        self.note(done)
    }

    /// Whether a statement failed and was not undone.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed
    }

    fn query(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> Flow,
    ) -> Result<()> {
        self.ready()?;
        let done = value::check(params).and_then(|()| match &mut self.link {
            Link::Sqlite(session) => session.query(sql, params, each),
            Link::Postgres(session) => session.query(sql, params, each),
        });
        self.note(done)
    }

    fn control(&mut self, control: Control) -> Result<()> {
        match &mut self.link {
            Link::Sqlite(session) => session.control(control),
            Link::Postgres(session) => session.control(control),
        }
    }

    /// Refuses a statement that must not follow those before it.
    fn ready(&mut self) -> Result<()> {
        if self.failed {
            return Err(ignored());
        }
        if let Some(left) = &mut self.left {
            *left = left
                .checked_sub(1)
                .ok_or_else(|| Error::Internal("a second statement in a single read".into()))?;
        }
        Ok(())
    }

    /// Refuses what a read would lose without a word.
    fn writes(&mut self) -> Result<()> {
        let done = if self.reads {
            Err(Error::Internal("a write inside a read".into()))
        } else {
            Ok(())
        };
        self.note(done)
    }

    fn note<T>(&mut self, done: Result<T>) -> Result<T> {
        self.failed |= done.is_err();
        done
    }
}

/// Savepoint of a part.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Control {
    Save,
    Release,
    Undo,
}

impl Control {
    /// The statements, the same on both engines.
    pub(crate) const fn sql(self) -> &'static str {
        match self {
            Self::Save => "SAVEPOINT part",
            Self::Release => "RELEASE part",
            Self::Undo => "ROLLBACK TO part; RELEASE part",
        }
    }
}

/// The error of a closure that went on after a failed statement.
pub(crate) fn ignored() -> Error {
    Error::Internal("the error of an earlier statement of this transaction was ignored".into())
}
