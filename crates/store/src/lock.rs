//! Who uses the file of a SQLite database: every open store shares the lock beside it, a restore wants it alone.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::ErrorKind,
    path::{Path, PathBuf},
};

use crate::{Error, Result};

/// Held as long as the value lives; the system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: Option<File>,
}

impl Lock {
    /// Takes part in the use of a database.
    pub(crate) fn shared(database: &Path) -> Result<Self> {
        match open(&beside(database)) {
            Ok(file) => match file.try_lock_shared() {
                Ok(()) => Ok(Self { _file: Some(file) }),
                Err(TryLockError::WouldBlock) => Err(Error::Unavailable(
                    "the database is being restored by another process",
                )),
                // A file system without locks.
                Err(TryLockError::Error(_)) => Ok(Self { _file: None }),
            },
            // Where not even an empty file can be made, restoring is impossible too.
            Err(_) => Ok(Self { _file: None }),
        }
    }

    /// Takes a database away from all others; None while somebody uses it.
    pub(crate) fn alone(database: &Path) -> std::io::Result<Option<Self>> {
        let file = open(&beside(database))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: Some(file) })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

fn beside(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}

fn open(path: &Path) -> std::io::Result<File> {
    // A lock that another user has made can still be shared.
    match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            OpenOptions::new().create(true).append(true).open(path)
        }
        opened => opened,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_share_and_one_is_alone() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("guanxi.db");
        let (first, second) = (Lock::shared(&database), Lock::shared(&database));
        assert!(first.is_ok() && second.is_ok());
        assert!(Lock::alone(&database).unwrap().is_none());
        drop((first, second));
        let alone = Lock::alone(&database).unwrap();
        assert!(alone.is_some());
        assert!(matches!(
            Lock::shared(&database),
            Err(Error::Unavailable(_))
        ));
        drop(alone);
        assert!(Lock::shared(&database).is_ok());
    }
}
