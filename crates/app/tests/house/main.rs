//! The operations, each on both databases, in a small company.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod audit;
mod avatar;
mod contact;
mod corp;
mod department;
mod find_ask;
mod live_after;
mod live_alert;
mod live_desk;
mod live_log;
mod live_what_if;
mod logo;
mod many;
mod member;
mod members;
mod once;
mod person;
mod qr_code;
mod request;
mod role;
mod session;
mod support;
mod visibility;
mod webhook;
