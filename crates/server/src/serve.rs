//! `guanxi serve`: opens the store, starts the jobs, listens until it is told to stop.

use std::{net::SocketAddr, sync::Arc};

use anyhow::Context as _;
use guanxi_app::{
    Env,
    outside::{LogSms, SystemChance, SystemClock},
};
use guanxi_store::{Options, Store};
use guanxi_web::{routes, state::Web};

use crate::settings::Serve;

/// Runs the server until SIGTERM or Ctrl-C.
pub fn run(settings: Serve) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(serve(settings))
}

async fn serve(settings: Serve) -> anyhow::Result<()> {
    let options = match &settings.database {
        Some(url) => Options::postgres(url),
        None => {
            std::fs::create_dir_all(&settings.data)
                .with_context(|| format!("cannot make the data folder {}", settings.data.display()))?;
            Options::sqlite(settings.data.join("guanxi.db"))
        }
    };
    let store = Store::open(&options)?;
    let sms = Arc::new(LogSms { show_codes: settings.demo });
    let env = Env::new(store, Arc::new(SystemClock), Arc::new(SystemChance), sms).await?;
    let listener = tokio::net::TcpListener::bind(settings.listen).await?;
    let public_url = settings.public_url.unwrap_or_else(|| format!("http://{}", settings.listen));
    let app = Arc::new(Web { env, public_url, trust_proxy: false, demo: Vec::new() });
    let service = routes::router(&app).into_make_service_with_connect_info::<SocketAddr>();
    tracing::info!(address = %settings.listen, "listening");
    axum::serve(listener, service).with_graceful_shutdown(stopped()).await?;
    Ok(())
}

async fn stopped() {
    let _ = tokio::signal::ctrl_c().await;
}
