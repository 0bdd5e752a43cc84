//! The operations, each on both databases, in a small company.

mod audit;
mod contact;
mod department;
mod find_ask;
mod member;
mod request;
mod role;
mod session;
mod support;
mod visibility;
