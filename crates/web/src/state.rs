//! What every handler shares: the node, and how the outside reaches it.

use std::sync::Arc;

pub use guanxi_app::demo::Guest as DemoPerson;
use guanxi_app::{Env, qr_code};

use crate::api::limit::Limits;

/// State of the router.
pub type App = Arc<Web>;

/// What every handler shares.
#[derive(Debug)]
pub struct Web {
    /// The node.
    pub env: Arc<Env>,
    /// Address under which browsers reach the server, without a slash at the end.
    pub public_url: String,
    /// Proves the tokens of QR codes.
    pub codes: qr_code::Key,
    /// Whether a proxy in front names the caller in `X-Forwarded-For`.
    pub trust_proxy: bool,
    /// How often a token may call the REST interface.
    pub api_limits: Limits,
    /// People to try the demo with, shown on the sign-in page; empty in real use.
    pub demo: Vec<DemoPerson>,
}

impl Web {
    /// Whether cookies may travel by HTTPS only.
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}
