//! Copies of a SQLite database: made while it is in use, looked through, and put in the place of another.
//!
//! A copy appears under its name only when it is whole and on the disk. A restore never touches the file it is given, and
//! keeps the database whose place it takes.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io::{self, Read as _},
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, chown},
    path::{Path, PathBuf},
    sync::Arc,
};

use guanxi_model::audit::{Fault, Head};
use sha2::{Digest as _, Sha256};

use crate::{
    Param,
    engine::sqlite::{Role, Session},
    error::Error as StoreError,
    lock::Lock,
    migrate::{self, Migrations},
    pulse::Pulse,
    tx::{Link, Tx},
};

const COPY: &str = "VACUUM INTO $1";
const CHECK: &str = "PRAGMA integrity_check(1)";
const REFERENCES: &str = "PRAGMA foreign_key_check";
const HAS_SCHEMA: &str = "SELECT count(*) FROM sqlite_master WHERE name = 'migration'";
/// Moves what the log holds into the file and takes the log away; refused while anybody else has the file open.
const ONE_FILE: &str = "PRAGMA journal_mode=DELETE";
/// What every SQLite file begins with.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Why a copy was not made or not restored. Nothing has changed in any case.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file to write is there already.
    #[error("{0} exists already: choose another name, or move it away")]
    Exists(PathBuf),
    /// The file to read is not there.
    #[error("there is no file {0}")]
    Missing(PathBuf),
    /// Somebody uses the database that would be replaced.
    #[error("the database {0} is in use: stop the server and every other command first")]
    InUse(PathBuf),
    /// The file is no database of guanxi, or a damaged one.
    #[error("{0} is not a whole database of guanxi: {1}")]
    Damaged(PathBuf, String),
    /// The sum of the file is another than expected.
    #[error("{0} is not the file expected: its SHA-256 is {1}")]
    Differs(PathBuf, String),
    /// A log in the copy is not whole.
    #[error("an audit log in {0} is not whole")]
    Broken(PathBuf, Contents),
    /// The system refused.
    #[error("{0} {1}: {2}")]
    Io(&'static str, PathBuf, #[source] io::Error),
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

type Result<T> = std::result::Result<T, Error>;

/// What a copy holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// Size.
    pub bytes: u64,
    /// SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
    /// Last step of its schema.
    pub schema: i64,
    /// Its companies with their logs; None where the schema is older than this binary, which cannot look then.
    pub corps: Option<Vec<Log>>,
}

/// A company's log in a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// Public id of the company.
    pub corpid: String,
    /// Its name.
    pub name: String,
    /// The head of its chain, or the first fault.
    pub found: std::result::Result<Head, Fault>,
}

impl Contents {
    /// Whether no log shows a fault.
    pub fn is_whole(&self) -> bool {
        let corps = self.corps.as_deref().unwrap_or_default();
        corps.iter().all(|log| log.found.is_ok())
    }
}

/// Where a restore has put things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What is in place now.
    pub contents: Contents,
    /// The database that was there before, should there have been one.
    pub aside: Option<PathBuf>,
}

/// Writes a copy of a database, which may be in use, as of one moment.
pub fn create(database: &Path, target: &Path) -> Result<Contents> {
    if target.symlink_metadata().is_ok() {
        return Err(Error::Exists(target.to_owned()));
    }
    if !database.exists() {
        return Err(Error::Missing(database.to_owned()));
    }
    let draft = Draft::new(&sibling(target, &format!(".{}.part", std::process::id())))?;
    {
        let mut session = Session::open(database, Role::Checkpointer, Arc::new(Pulse::default()))?;
        let place = draft
            .0
            .to_str()
            .ok_or_else(|| Error::Damaged(target.to_owned(), "its name is not UTF-8".to_owned()))?;
        session.execute(COPY, &[Param::Text(place)])?;
    }
    let (schema, corps) = look(&draft.0, target)?;
    draft.single_file()?;
    let contents = summed(&draft.0, schema, corps)?;
    draft.publish(target)?;
    Ok(contents)
}

/// Puts a copy in the place of a database that nobody uses; `suffix` is added to the name of the one that was there.
///
/// A copy of an older schema is brought up to date on the way. One whose log is not whole is refused unless that is
/// accepted.
pub fn restore(
    file: &Path,
    database: &Path,
    suffix: &str,
    sha256: Option<&str>,
    accept_broken: bool,
) -> Result<Restored> {
    if !file.is_file() {
        return Err(Error::Missing(file.to_owned()));
    }
    let failed = |error| Error::Io("cannot lock", database.to_owned(), error);
    let _lock = Lock::alone(database)
        .map_err(failed)?
        .ok_or_else(|| Error::InUse(database.to_owned()))?;
    let aside = sibling(database, suffix);
    if aside.symlink_metadata().is_ok() {
        return Err(Error::Exists(aside));
    }
    let draft = Draft::new(&sibling(database, ".restoring"))?;
    let copy = |error| Error::Io("cannot copy", file.to_owned(), error);
    let mut source = File::open(file).map_err(copy)?;
    let mut place = OpenOptions::new()
        .write(true)
        .open(&draft.0)
        .map_err(copy)?;
    io::copy(&mut source, &mut place).map_err(copy)?;
    drop(place);
    let given = sum(&draft.0)?;
    if sha256.is_some_and(|wanted| !wanted.eq_ignore_ascii_case(&given)) {
        return Err(Error::Differs(file.to_owned(), given));
    }
    look(&draft.0, file)?;
    migrate::sqlite(
        &draft.0,
        &Migrations::embedded()?,
        &Arc::new(Pulse::default()),
    )?;
    let (schema, corps) = look(&draft.0, file)?;
    draft.single_file()?;
    let contents = summed(&draft.0, schema, corps)?;
    if !contents.is_whole() && !accept_broken {
        return Err(Error::Broken(file.to_owned(), contents));
    }
    let replaced = put_aside(database, &aside)?;
    draft.owned_like(if replaced { &aside } else { database });
    draft.replace(database)?;
    Ok(Restored {
        contents,
        aside: replaced.then_some(aside),
    })
}

/// Looks whether a file is a whole database of guanxi; `name` is what it is called towards the operator.
fn look(file: &Path, name: &Path) -> Result<(i64, Option<Vec<Log>>)> {
    let damaged = |text: String| Error::Damaged(name.to_owned(), text);
    let not_read = |error: StoreError| match error {
        StoreError::Migration(text) => damaged(text),
        StoreError::Corrupt => damaged("it is damaged, or no database at all".to_owned()),
        other => Error::Store(other),
    };
    let pulse = Arc::new(Pulse::default());
    let mut session = Session::open(file, Role::Checkpointer, pulse).map_err(not_read)?;
    let mut tx = Tx::new(Link::Sqlite(&mut session));
    let found: String = tx.get(CHECK, &[], |row| row.get(0)).map_err(not_read)?;
    if found != "ok" {
        return Err(damaged(found));
    }
    if let Some(table) = tx.find(REFERENCES, &[], |row| row.get::<String>(0))? {
        return Err(damaged(format!("table {table} points at missing rows")));
    }
    let has_schema: i64 = tx.get(HAS_SCHEMA, &[], |row| row.get(0))?;
    if has_schema == 0 {
        return Err(damaged("it has no tables of guanxi".to_owned()));
    }
    let steps = Migrations::embedded()?;
    let schema = migrate::applied(&mut tx, &steps).map_err(not_read)?;
    if steps
        .steps()
        .last()
        .is_some_and(|last| last.number > schema)
    {
        return Ok((schema, None));
    }
    let mut logs = Vec::new();
    for corp in crate::corp::list(&mut tx)? {
        logs.push(Log {
            found: crate::audit::chain::verify(&mut tx, corp.id)?,
            corpid: corp.corpid,
            name: corp.name,
        });
    }
    Ok((schema, Some(logs)))
}

fn summed(file: &Path, schema: i64, corps: Option<Vec<Log>>) -> Result<Contents> {
    let bytes =
        fs::metadata(file).map_err(|error| Error::Io("cannot read", file.to_owned(), error))?;
    Ok(Contents {
        bytes: bytes.len(),
        sha256: sum(file)?,
        schema,
        corps,
    })
}

fn sum(file: &Path) -> Result<String> {
    let read = |error| Error::Io("cannot read", file.to_owned(), error);
    let (mut opened, mut digest) = (File::open(file).map_err(read)?, Sha256::new());
    let mut buffer = vec![0; 1 << 20];
    loop {
        let count = opened.read(&mut buffer).map_err(read)?;
        if count == 0 {
            break;
        }
        digest.update(&buffer[..count]);
    }
    let hash = guanxi_model::audit::Hash(digest.finalize().into());
    Ok(hash.to_string())
}

/// Whether a file begins as databases do.
fn is_database(file: &Path) -> bool {
    let mut first = [0; MAGIC.len()];
    let read = File::open(file).and_then(|mut file| file.read_exact(&mut first));
    read.is_ok() && first == *MAGIC
}

/// Moves the database away with all that belongs to it; false where there is none.
fn put_aside(database: &Path, aside: &Path) -> Result<bool> {
    if !database.exists() {
        return Ok(false);
    }
    // A file that cannot be read is damaged, which may be the reason for the restore.
    // SQLite might throw its log away, so it is not even tried.
    if is_database(database) {
        let opened = Session::open(database, Role::Checkpointer, Arc::new(Pulse::default()));
        let settled = opened.and_then(|mut session| session.batch(ONE_FILE));
        if settled == Err(StoreError::Busy) {
            return Err(Error::InUse(database.to_owned()));
        }
    }
    let failed = |error| Error::Io("cannot put aside", database.to_owned(), error);
    for ending in ["-wal", "-shm"] {
        let (from, to) = (sibling(database, ending), sibling(aside, ending));
        match fs::rename(&from, &to) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
    }
    // A second name, so that there is a database under the usual name at every moment.
    fs::hard_link(database, aside)
        .or_else(|_| fs::rename(database, aside))
        .map_err(failed)?;
    Ok(true)
}

/// A file in the making; what is not published goes with the value.
struct Draft(PathBuf);

impl Draft {
    /// Makes an empty file that only its owner reads: it will hold everything that the server knows.
    fn new(path: &Path) -> Result<Self> {
        let made = |error| Error::Io("cannot write", path.to_owned(), error);
        // One that a killed command has left is of no use to anybody.
        let draft = Self(path.to_owned());
        draft.remove();
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .map_err(made)?;
        Ok(draft)
    }

    /// Leaves one file without a log beside it.
    fn single_file(&self) -> Result<()> {
        let mut session = Session::open(&self.0, Role::Checkpointer, Arc::new(Pulse::default()))?;
        session.batch(ONE_FILE)?;
        Ok(())
    }

    /// Gives the file owner and rights of what it stands in for, or of the folder, as far as that is allowed.
    fn owned_like(&self, old: &Path) {
        let like = fs::metadata(old).or_else(|_| fs::metadata(folder(old)));
        let Ok(like) = like else { return };
        // Whoever may not give files away owns them all.
        let _ = chown(&self.0, Some(like.uid()), Some(like.gid()));
        if like.is_file() {
            let _ = fs::set_permissions(&self.0, like.permissions());
        }
    }

    /// Gives the file its name, unless that is taken.
    fn publish(self, target: &Path) -> Result<()> {
        let failed = |error| Error::Io("cannot write", target.to_owned(), error);
        self.sync()?;
        match fs::hard_link(&self.0, target) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(Error::Exists(target.to_owned()));
            }
            // A file system that knows no second names.
            Err(_) => fs::rename(&self.0, target).map_err(failed)?,
            Ok(()) => {}
        }
        drop(self);
        sync_folder(target).map_err(failed)
    }

    /// Puts the file in the place of another.
    fn replace(self, target: &Path) -> Result<()> {
        let failed = |error| Error::Io("cannot write", target.to_owned(), error);
        self.sync()?;
        fs::rename(&self.0, target).map_err(failed)?;
        sync_folder(target).map_err(failed)
    }

    fn sync(&self) -> Result<()> {
        let synced = File::open(&self.0).and_then(|file| file.sync_all());
        synced.map_err(|error| Error::Io("cannot write", self.0.clone(), error))
    }

    fn remove(&self) {
        for ending in ["", "-wal", "-shm", "-journal"] {
            let _ = fs::remove_file(sibling(&self.0, ending));
        }
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        self.remove();
    }
}

fn sibling(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    name.into()
}

fn folder(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(folder(path))?.sync_all()
}
