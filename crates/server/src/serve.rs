//! `guanxi serve`: opens the store, starts the jobs, answers until it is told to stop, and then leaves nothing half done.

use std::{fmt::Write as _, process::ExitCode, sync::Arc, time::Duration};

use guanxi_app::{
    Env,
    demo::{self, Guest},
    job,
    outside::{LogSms, NoSms, Sms, SystemChance, SystemClock},
    qr_code,
};
use guanxi_model::person::Phone;
use guanxi_store::{Engine, Store};
use guanxi_web::{
    assets,
    edge::{self, Limits, Phase},
    routes,
    state::Web,
};
use tokio::{net::TcpListener, signal::unix, sync::watch, task::JoinHandle};

use crate::{
    listen::{self, Crowd},
    metrics,
    settings::{self, Settings},
    sms::HttpSms,
    webhook::HttpPost,
};

/// Runs the server until SIGTERM or Ctrl-C.
pub(crate) fn run(settings: &Settings) -> anyhow::Result<ExitCode> {
    if let Some(fault) = settings.carrier.fault(settings.demo.value) {
        anyhow::bail!(fault);
    }
    crate::runtime()?.block_on(serve(settings))?;
    Ok(ExitCode::SUCCESS)
}

async fn serve(settings: &Settings) -> anyhow::Result<()> {
    // From here on, so that a signal during the start is not lost.
    let stop = stop_signal()?;
    let listener = listen::bind(settings.listen.value).await?;
    let metrics_listener = match settings.metrics.value {
        Some(address) => Some(listen::bind(address).await?),
        None => None,
    };
    let warm = tokio::task::spawn_blocking(warm_up);
    let env = open(settings).await?;
    let guests = if settings.demo.value {
        demo::fill(&env).await?.guests
    } else {
        Vec::new()
    };
    let (tell, phase) = watch::channel(Phase::Starting);
    let metrics = metrics_listener
        .map(|listener| serve_metrics(listener, &env, phase.clone()))
        .transpose()?;
    // Set before the jobs start, which send by it.
    let _ = env
        .post
        .set(Arc::new(HttpPost::new(settings.webhook_private.value)));
    let mut jobs = job::start(&env);
    warm.await?;

    let app = Arc::new(Web {
        env: Arc::clone(&env),
        api_limits: guanxi_web::api::limit::Limits::new(settings.api_rate.value),
        codes: qr_code::Key::new(&env.pepper, &settings.public_url.value),
        public_url: settings.public_url.value.clone(),
        trust_proxy: settings.trust_proxy.value,
        demo: guests.clone(),
    });
    let limits = Limits {
        requests: settings.max_requests.value,
        patience: Duration::from_secs(settings.request_timeout_s.value),
        ..Limits::default()
    };
    let router = routes::router_with(&app, limits).merge(edge::health(&app, phase));
    let stopping = {
        let (tell, env) = (tell.clone(), Arc::clone(&env));
        move || {
            tracing::info!("stopping: requests under way are finished");
            tell.send_replace(Phase::Stopping);
            env.hub.stop_pages();
        }
    };
    // A proxy brings everybody's connections from one address.
    let crowd = if settings.trust_proxy.value {
        Crowd::unlimited()
    } else {
        Crowd::default()
    };
    let serving = tokio::spawn(listen::serve(listener, router, crowd, stop, stopping));
    jobs.ready().await;
    tell.send_if_modified(|phase| {
        let is_starting = *phase == Phase::Starting;
        if is_starting {
            *phase = Phase::Ready;
        }
        is_starting
    });
    announce(settings, &env, &guests);
    serving.await?;
    jobs.stop().await;
    if let Some(metrics) = metrics {
        metrics.abort();
    }
    tracing::info!("stopped");
    Ok(())
}

/// Puts the node together; the database is brought to the schema of this binary.
pub(crate) async fn open(settings: &Settings) -> anyhow::Result<Arc<Env>> {
    let options = settings.store()?;
    let store = tokio::task::spawn_blocking(move || Store::open(&options)).await??;
    let sms = carrier(settings);
    Ok(Env::new(store, Arc::new(SystemClock), Arc::new(SystemChance), sms).await?)
}

/// What carries text messages, by the settings.
fn carrier(settings: &Settings) -> Arc<dyn Sms> {
    let carrier = &settings.carrier;
    match (carrier.sms.value, &carrier.url.value) {
        (Some(settings::Sms::Http), Some(url)) => {
            Arc::new(HttpSms::new(url.clone(), carrier.header.value.clone()))
        }
        (Some(settings::Sms::Log), _) => Arc::new(LogSms {
            show_codes: settings.demo.value,
        }),
        _ => Arc::new(NoSms),
    }
}

/// Does now what would otherwise be done by the first request.
fn warm_up() {
    assets::warm_up();
    // Decodes the metadata of the world's numbers.
    let _ = Phone::parse("13800000000", "CN");
}

fn serve_metrics(
    listener: TcpListener,
    env: &Arc<Env>,
    mut phase: watch::Receiver<Phase>,
) -> anyhow::Result<JoinHandle<()>> {
    let handle = metrics::start()?;
    let env = Arc::clone(env);
    let router = edge::metrics_page(move || metrics::text(&handle, &env));
    Ok(tokio::spawn(async move {
        let stop = async move {
            let _ = phase.wait_for(|phase| *phase == Phase::Stopping).await;
        };
        listen::serve(listener, router, Crowd::unlimited(), stop, || {}).await;
    }))
}

/// Waits for SIGTERM or Ctrl-C.
fn stop_signal() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = unix::signal(unix::SignalKind::terminate())?;
    let mut interrupt = unix::signal(unix::SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Says where to go, and in a demo as whom.
fn announce(settings: &Settings, env: &Env, guests: &[Guest]) {
    let engine = match env.store.engine() {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgresql",
    };
    let url = &settings.public_url.value;
    tracing::info!(address = %settings.listen.value, url, engine, "ready");
    match settings.carrier.sms.value {
        None => tracing::warn!(
            "no carrier of text messages is set up, so nobody can sign in anew: set sms, see `guanxi doctor`"
        ),
        Some(settings::Sms::Log) if !settings.demo.value => tracing::warn!(
            "one-time codes are written to this log (sms = log): whoever reads it can sign in as anybody"
        ),
        Some(_) => {}
    }
    if settings.demo.value {
        tracing::warn!("this is a demo: whoever reaches the server can sign in as anybody");
        print(&welcome(url, guests));
    }
}

fn welcome(url: &str, guests: &[Guest]) -> String {
    let mut text = format!(
        "\n  guanxi 关系   {url}\n\n  Sign in with one of these numbers; the page shows the code.\n\n"
    );
    for guest in guests {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "  {:<15} {} · {}",
            guest.mobile.to_string(),
            guest.name,
            guest.post.en
        );
        let _ = writeln!(text, "  {:<15}   {}", "", guest.task.en);
    }
    text
}

/// To standard output, which may be closed.
fn print(text: &str) {
    use std::io::Write as _;
    let _ = std::io::stdout().write_all(text.as_bytes());
}
