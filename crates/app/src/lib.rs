//! Operations of guanxi: who may do what, in which order, with which event. One file per noun.
//!
//! A function takes the open transaction and the context of the request, begins with the check of the right, and leaves
//! an audit entry and an event in the same transaction. Nothing here knows HTTP or SQL.

pub mod audit;
pub mod avatar;
pub mod contact;
pub mod conversation;
pub mod corp;
pub mod customer;
pub mod cx;
pub mod demo;
pub mod department;
pub mod directory;
pub mod error;
pub mod event;
pub mod export;
pub mod find_ask;
pub mod job;
pub mod live_alert;
pub mod live_code;
pub mod live_report;
pub mod logo;
pub mod member;
pub mod once;
pub mod outside;
pub mod person;
pub mod qr_code;
pub mod request;
pub mod role;
pub mod session;
mod throttle;
pub mod token;
pub mod visibility;
pub mod webhook;

pub use cx::{Actor, Bearer, Cx, Env, Me};
pub use error::{Error, Result};
