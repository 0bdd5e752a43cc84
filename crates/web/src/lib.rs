//! Pages and interfaces over HTTP: translates requests into calls of `guanxi_app` and outcomes into answers.

pub mod api;
pub mod assets;
pub mod auth;
pub mod chart;
pub mod code_image;
pub mod code_reader;
pub mod console;
pub mod cookie;
pub mod csrf;
pub mod csv;
pub mod device;
pub mod edge;
pub mod error;
mod forwarded;
mod hex;
pub mod live;
pub mod locale;
pub mod page;
pub mod picture;
pub mod preference;
pub mod public;
pub mod reply;
pub mod routes;
pub mod state;
pub mod upload;
pub mod xlsx;
