//! The binary from outside: its commands, its settings, and servers on real ports.

#![expect(
    clippy::unwrap_used,
    reason = "a failed unwrap in a test is a failed test"
)]

mod backup;
mod command;
mod nodes;
mod simulate;
mod smoke;
mod sms;
mod visitor;
