//! What the two engines have in common: which they are and how rows flow out of them.

pub(crate) mod postgres;
pub(crate) mod sqlite;

/// The two databases that a store can stand on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Engine {
    /// The file inside the data folder, for one node.
    Sqlite,
    /// A server, for several nodes.
    Postgres,
}

/// Whether the receiver of rows wants more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    Go,
    Stop,
}
