//! Vocabulary and pure rules of guanxi: no database, no network, no clock, no chance.

pub mod audit;
pub mod conversation;
pub mod corp;
pub mod department;
pub mod field;
pub mod id;
pub mod live_code;
pub mod member;
pub mod party;
pub mod person;
pub mod qr_code;
pub mod request;
pub mod role;
pub mod token;
pub mod visibility;
pub mod webhook;
