//! The one error of the store: causes that callers can tell apart, the same on both engines.
//!
//! No text here holds a row value or a secret, so every error may be logged.

/// What a store operation can fail with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Too much work is waiting, or a transaction lost against others again and again; try later.
    #[error("the store is busy")]
    Busy,
    /// The database cannot be reached, or it is not known whether the commit happened.
    #[error("the database is not available: {0}")]
    Unavailable(&'static str),
    /// The disk below the database is full; nothing was changed.
    #[error("the disk of the database is full")]
    DiskFull,
    /// The database accepts no writes.
    #[error("the database is read-only")]
    ReadOnly,
    /// A unique key exists already; the name is that of the index, see [`Error::is_unique_on`].
    #[error("a row with this key exists already: {constraint}")]
    Unique {
        /// Name as in `CREATE UNIQUE INDEX`, else `<table>_pkey` or `<table>_<columns>_key`.
        constraint: String,
    },
    /// A row that this one points at is missing, or still pointed at.
    #[error("a row refers to one that is missing")]
    ForeignKey,
    /// A row that must exist does not.
    #[error("a row that must exist is missing")]
    Missing,
    /// A column holds another type than the reader asked for.
    #[error("column {column} does not hold {wanted}")]
    Mismatch {
        /// Position in the row, from 0.
        column: usize,
        /// The Rust type that was asked for.
        wanted: &'static str,
    },
    /// A text parameter holds a NUL character, which PostgreSQL cannot store.
    #[error("a text holds a NUL character")]
    Nul,
    /// The database file is damaged or is no database.
    #[error("the database file is damaged")]
    Corrupt,
    /// The schema does not fit this binary.
    #[error("migration {0}")]
    Migration(String),
    /// Anything unforeseen: a bug in a statement, a panic in a closure.
    #[error("store failure: {0}")]
    Internal(String),
}

/// Result of a store operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Whether this is a violation of the named unique index or key.
    pub fn is_unique_on(&self, name: &str) -> bool {
        matches!(self, Self::Unique { constraint } if constraint == name)
    }
}
