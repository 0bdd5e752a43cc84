//! What tests need and the product does not: a browser, a database, a server as a process.

pub mod browser;
pub mod http;
pub mod process;
pub mod world;
