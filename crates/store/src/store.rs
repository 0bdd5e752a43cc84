//! The store itself: queues in front of the threads that own the connections.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, mpsc::sync_channel},
    thread::JoinHandle,
};

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use tokio::sync::oneshot;

use crate::{
    engine::{
        Engine,
        postgres::{self, Bus, Link, Signal},
        sqlite::{self, Role},
    },
    error::{Error, Result},
    lock::Lock,
    migrate::{self, Migrations},
    pulse::{Mode, Pulse, Stats},
    task::{Call, Job, Reply},
    tx::Tx,
};

/// The statement that tries whether writing works: it changes nothing and still goes through to the disk.
const PROBE: &str =
    "UPDATE migration SET name = name WHERE number = (SELECT MIN(number) FROM migration)";

/// Where the data lies.
#[derive(Clone, PartialEq, Eq)]
pub enum Database {
    /// A file, made when missing.
    Sqlite {
        /// Its place; its folder exists.
        path: PathBuf,
    },
    /// A server.
    Postgres {
        /// Address such as `postgres://user:password@host:5432/database`.
        url: String,
    },
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite { path } => f.debug_struct("Sqlite").field("path", path).finish(),
            // The address holds a password.
            Self::Postgres { .. } => f.debug_struct("Postgres").finish_non_exhaustive(),
        }
    }
}

/// How to open a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Where the data lies.
    pub database: Database,
    /// Threads that read, each with a connection.
    pub readers: usize,
    /// Threads that write, each with a connection; SQLite has one whatever this says.
    pub writers: usize,
    /// Reads that may wait before others are refused.
    pub read_queue: usize,
    /// Writes that may wait before others are refused.
    pub write_queue: usize,
}

impl Options {
    /// A file with the usual limits.
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        Self::new(Database::Sqlite { path: path.into() }, 4, 1)
    }

    /// A server with the usual limits.
    pub fn postgres(url: impl Into<String>) -> Self {
        Self::new(Database::Postgres { url: url.into() }, 8, 16)
    }

    fn new(database: Database, readers: usize, writers: usize) -> Self {
        Self {
            database,
            readers,
            writers,
            read_queue: 4096,
            write_queue: 4096,
        }
    }
}

/// The data of guanxi. Cloning is cheap; the last clone that is dropped closes the store.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    engine: Engine,
    queues: Option<Queues>,
    pulse: Arc<Pulse>,
    threads: Vec<JoinHandle<()>>,
    /// Let go of last, when no connection is left.
    _lock: Option<Lock>,
}

/// What a closure needs around it.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// A transaction.
    Whole,
    /// Nothing: it is one statement.
    Single,
    /// A transaction that stands in line.
    InLine,
}

/// Dropping these ends the threads.
struct Queues {
    reads: Sender<Job>,
    writes: Sender<Job>,
    bus: Option<Bus>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("engine", &self.0.engine)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the database, bringing it to the schema of this binary. Blocks until it can be used.
    pub fn open(options: &Options) -> Result<Self> {
        Self::open_with(options, &Migrations::embedded()?)
    }

    /// Opens the database with another schema.
    pub fn open_with(options: &Options, schema: &Migrations) -> Result<Self> {
        // Away from the caller's thread, which may be part of a runtime and must not be blocked by another one.
        std::thread::scope(|scope| {
            let opening = scope.spawn(|| match &options.database {
                Database::Sqlite { path } => open_sqlite(path, options, schema),
                Database::Postgres { url } => open_postgres(url, options, schema),
            });
            opening
                .join()
                .unwrap_or_else(|_| Err(Error::Internal("opening the store panicked".into())))
        })
    }

    /// Which engine holds the data.
    pub fn engine(&self) -> Engine {
        self.0.engine
    }

    /// Runs a closure in a transaction that only reads and sees one state of the data. It need not run when nobody waits any more.
    pub async fn read<T, E, F>(&self, closure: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.wait(Mode::Read, Kind::Whole, closure).await
    }

    /// Runs a closure of one statement that reads, without a transaction around it: the cheapest way to look something up. A
    /// second statement is an error.
    pub async fn read_one<T, E, F>(&self, closure: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.wait(Mode::Read, Kind::Single, closure).await
    }

    /// Runs a closure in a transaction and commits where it returns `Ok`. It runs to its end even if the caller stops waiting, and
    /// may run again when its transaction loses against another: it must have no effect but through the transaction. It must not
    /// wait for anything else either, for on SQLite all writers wait for it.
    pub async fn write<T, E, F>(&self, closure: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.wait(Mode::Write, Kind::Whole, closure).await
    }

    /// Like [`Store::write`], for a closure whose first statement locks the one row at which all of its kind stand in line: behind the
    /// lock it sees whatever was committed before. On PostgreSQL others like it then wait, where [`Store::write`] would have all but
    /// one begin again. What it reads is not guarded against anybody else.
    pub async fn write_in_line<T, E, F>(&self, closure: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.wait(Mode::Write, Kind::InLine, closure).await
    }

    /// Like [`Store::read`], for threads outside the runtime.
    pub fn read_blocking<T, E, F>(&self, closure: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.block(Mode::Read, closure)
    }

    /// Like [`Store::write`], for threads outside the runtime.
    pub fn write_blocking<T, E, F>(&self, closure: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.block(Mode::Write, closure)
    }

    /// Whether the store can write and read. Costs nothing while all is well; after a failure each call tries again.
    pub async fn health(&self) -> Result<()> {
        if self.0.pulse.trouble().is_some() {
            self.write(|tx| tx.execute(PROBE, &[]).map(drop)).await?;
        }
        self.0.reachable(Mode::Write)?;
        self.0.reachable(Mode::Read)
    }

    /// Counters for metrics.
    pub fn stats(&self) -> Stats {
        let (reads, writes) = self
            .0
            .queues
            .as_ref()
            .map_or((0, 0), |q| (q.reads.len(), q.writes.len()));
        Stats {
            waiting_reads: reads,
            waiting_writes: writes,
            ..self.0.pulse.stats()
        }
    }

    /// Tells the other nodes one line, at the latest 5 ms from now. There are none on SQLite.
    pub fn broadcast(&self, message: &str) -> Result<()> {
        match self.bus() {
            Some(bus) => bus.broadcast(message),
            None => Ok(()),
        }
    }

    /// Calls back for each message of another node, on a thread of the store.
    pub fn listen(&self, listener: impl Fn(&Signal) + Send + Sync + 'static) {
        if let Some(bus) = self.bus() {
            bus.listen(Box::new(listener));
        }
    }

    fn bus(&self) -> Option<&Bus> {
        self.0.queues.as_ref()?.bus.as_ref()
    }

    async fn wait<T, E, F>(&self, mode: Mode, kind: Kind, closure: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (sender, answer) = oneshot::channel();
        self.0.submit(
            mode,
            Box::new(Call {
                closure,
                single: matches!(kind, Kind::Single),
                in_line: matches!(kind, Kind::InLine),
                result: None,
                reply: Reply::Async(sender),
            }),
        )?;
        answer.await.unwrap_or_else(|_| Err(CLOSED.into()))
    }

    fn block<T, E, F>(&self, mode: Mode, closure: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (sender, answer) = sync_channel(1);
        self.0.submit(
            mode,
            Box::new(Call {
                closure,
                single: false,
                in_line: false,
                result: None,
                reply: Reply::Blocking(sender),
            }),
        )?;
        answer.recv().unwrap_or_else(|_| Err(CLOSED.into()))
    }
}

/// The answer of a store whose threads have ended.
const CLOSED: Error = Error::Unavailable("the store is closed");

impl Inner {
    fn submit(&self, mode: Mode, job: Job) -> Result<()> {
        self.reachable(mode)?;
        let queues = self.queues.as_ref().ok_or(CLOSED)?;
        let queue = match mode {
            Mode::Read => &queues.reads,
            Mode::Write => &queues.writes,
        };
        queue.try_send(job).map_err(|refused| match refused {
            TrySendError::Full(_) => {
                self.pulse.refused();
                Error::Busy
            }
            TrySendError::Disconnected(_) => CLOSED,
        })
    }

    /// Refuses at once while no thread has a connection.
    fn reachable(&self, mode: Mode) -> Result<()> {
        if self.engine == Engine::Postgres && self.pulse.connected(mode) == 0 {
            return Err(postgres::UNREACHABLE);
        }
        Ok(())
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.pulse.close();
        self.queues = None;
        let own = std::thread::current().id();
        for thread in self.threads.drain(..) {
            // The last clone may have lived in a closure.
            if thread.thread().id() != own {
                let _ = thread.join();
            }
        }
    }
}

/// The queues on the side of the threads.
struct Desk {
    reads: Receiver<Job>,
    writes: Receiver<Job>,
    threads: Vec<JoinHandle<()>>,
}

impl Desk {
    fn new(options: &Options) -> (Self, Queues) {
        let (read_sender, reads) = bounded(options.read_queue);
        let (write_sender, writes) = bounded(options.write_queue);
        (
            Self {
                reads,
                writes,
                threads: Vec::new(),
            },
            Queues {
                reads: read_sender,
                writes: write_sender,
                bus: None,
            },
        )
    }

    /// Name of the threads of a mode, and what they serve.
    fn of(&self, mode: Mode) -> (&'static str, Receiver<Job>) {
        match mode {
            Mode::Read => ("store-read", self.reads.clone()),
            Mode::Write => ("store-write", self.writes.clone()),
        }
    }

    fn spawn(&mut self, name: &str, work: impl FnOnce() + Send + 'static) -> Result<()> {
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(work);
        self.threads.push(
            thread.map_err(|e| Error::Internal(format!("a thread cannot start: {}", e.kind())))?,
        );
        Ok(())
    }
}

fn open_sqlite(path: &Path, options: &Options, schema: &Migrations) -> Result<Store> {
    let pulse = Arc::new(Pulse::default());
    let lock = Lock::shared(path)?;
    migrate::sqlite(path, schema, &pulse)?;
    let (mut desk, queues) = Desk::new(options);
    let writer = sqlite::Session::open(path, Role::Writer, Arc::clone(&pulse))?;
    let checkpointer = sqlite::Session::open(path, Role::Checkpointer, Arc::clone(&pulse))?;
    let (wrote, written) = bounded(1);
    desk.spawn("store-checkpoint", move || {
        sqlite::checkpoint_loop(checkpointer, &written);
    })?;
    let (name, jobs) = desk.of(Mode::Write);
    desk.spawn(name, move || {
        sqlite::write_loop(writer, &jobs, &wrote);
    })?;
    for _ in 0..options.readers.max(1) {
        let reader = sqlite::Session::open(path, Role::Reader, Arc::clone(&pulse))?;
        let (name, jobs) = desk.of(Mode::Read);
        desk.spawn(name, move || sqlite::read_loop(reader, &jobs))?;
    }
    Ok(Store(Arc::new(Inner {
        engine: Engine::Sqlite,
        queues: Some(queues),
        pulse,
        threads: desk.threads,
        _lock: Some(lock),
    })))
}

fn open_postgres(url: &str, options: &Options, schema: &Migrations) -> Result<Store> {
    let pulse = Arc::new(Pulse::default());
    let settings = postgres::settings(url)?;
    migrate::postgres(Link::new(settings.clone(), Mode::Write)?, schema)?;
    let (mut desk, mut queues) = Desk::new(options);
    let (started, starts) = sync_channel(options.readers + options.writers);
    let modes = [
        (Mode::Read, options.readers.max(1)),
        (Mode::Write, options.writers.max(1)),
    ];
    for mode in modes
        .iter()
        .flat_map(|&(mode, count)| std::iter::repeat_n(mode, count))
    {
        let session = postgres::Session::new(Link::new(settings.clone(), mode)?);
        let seed = desk.threads.len() as u64;
        let worker = postgres::Worker {
            session,
            mode,
            pulse: Arc::clone(&pulse),
            seed,
        };
        let started = started.clone();
        let (name, jobs) = desk.of(mode);
        desk.spawn(name, move || worker.serve(&jobs, started))?;
    }
    drop(started);
    starts.iter().collect::<Result<()>>()?;
    let (bus, thread) = postgres::start_bus(Link::new(settings, Mode::Write)?)?;
    queues.bus = Some(bus);
    desk.threads.push(thread);
    Ok(Store(Arc::new(Inner {
        engine: Engine::Postgres,
        queues: Some(queues),
        pulse,
        threads: desk.threads,
        _lock: None,
    })))
}
