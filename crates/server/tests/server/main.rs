//! The binary from outside: its commands, its settings, and servers on real ports.

mod command;
mod nodes;
mod smoke;
mod visitor;
