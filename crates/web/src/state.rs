//! What every handler shares: the node, and how the outside reaches it.

use std::sync::Arc;

use guanxi_app::Env;
pub use guanxi_app::demo::Guest as DemoPerson;

/// State of the router.
pub type App = Arc<Web>;

/// What every handler shares.
#[derive(Debug)]
pub struct Web {
    /// The node.
    pub env: Arc<Env>,
    /// Address under which browsers reach the server, without a slash at the end.
    pub public_url: String,
    /// Whether a proxy in front names the caller in `X-Forwarded-For`.
    pub trust_proxy: bool,
    /// People to try the demo with, shown on the sign-in page; empty in real use.
    pub demo: Vec<DemoPerson>,
}

impl Web {
    /// Whether cookies may travel by HTTPS only.
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}
