//! Pages and interfaces over HTTP: translates requests into calls of `guanxi_app` and outcomes into answers.

pub mod assets;
pub mod cookie;
pub mod csrf;
mod hex;
pub mod locale;
pub mod page;
pub mod preference;
pub mod reply;
