//! The listener: takes connections up to a bound, gives each a time limit for its headers, and lets them finish at the end.

use std::{future::Future, net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context as _;
use axum::{Router, body::Body, extract::ConnectInfo};
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tower::ServiceExt as _;

mod crowd;

pub(crate) use crowd::Crowd;

/// Open connections at most; more wait in the queue of the system.
const CONNECTIONS: usize = 10_000;
/// How long a client may take to send the head of a request, and how long an idle connection is kept.
const HEAD_WITHIN: Duration = Duration::from_secs(30);
/// How long requests under way may take once the server stops.
const FINISH_WITHIN: Duration = Duration::from_secs(10);
/// Pause after the system refused a connection, mostly for want of file descriptors.
const AFTER_REFUSAL: Duration = Duration::from_millis(100);

/// Takes the address, so that a port in use is told before anything else is done.
pub(crate) async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address}: is another server running there? choose another with --listen")
    })
}

/// Answers connections until told to stop; then takes no more and waits for those under way.
///
/// `stopping` runs first, while the address still answers, and ends what would never finish by itself.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    crowd: Crowd,
    stop: impl Future<Output = ()>,
    stopping: impl FnOnce(),
) {
    let connections = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let mut stop = std::pin::pin!(stop);
    loop {
        let next = async {
            let place = Arc::clone(&room).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let Some(one) = crowd.enter(peer.ip()) else {
                    tracing::debug!("a connection was not taken: its address has too many");
                    continue;
                };
                let connection = connections.watch(connection(stream, peer, router.clone()));
                tokio::spawn(async move {
                    // A client that goes away or sends nonsense is its own affair.
                    if let Err(error) = connection.await {
                        tracing::debug!(%error, "a connection ended early");
                    }
                    drop((place, one));
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection was not taken");
                pause().await;
            }
        }
    }
    stopping();
    drop(listener);
    if tokio::time::timeout(FINISH_WITHIN, connections.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("requests were cut off after {} s", FINISH_WITHIN.as_secs());
    }
}

fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
) -> impl hyper_util::server::graceful::GracefulConnection<
    Error = hyper::Error,
    Output = hyper::Result<()>,
> {
    // Answers are written whole, so waiting for more to send only delays them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection cannot be told to send at once");
    }
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request)
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .serve_connection(TokioIo::new(stream), service)
}

#[expect(
    clippy::disallowed_methods,
    reason = "nothing tells when the system takes connections again"
)]
async fn pause() {
    tokio::time::sleep(AFTER_REFUSAL).await;
}
