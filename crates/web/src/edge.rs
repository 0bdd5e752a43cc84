//! What surrounds every request: its number, a time limit, a limit of requests under way, panics, figures for metrics,
//! and the answers for those who watch the node.

use std::{
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, HttpBody as _},
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
    routing::get,
};
use futures_util::FutureExt as _;
use tokio::sync::{Semaphore, watch};
use tracing::Instrument as _;

use crate::{auth::FORM_MAX, error::Failure, reply, state::App, upload};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest number of a request that is taken over from a proxy.
const ID_MAX: usize = 64;

/// How much is taken on, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Requests under way at most; the bodies of request and answer do not count.
    pub requests: usize,
    /// Time for a client to send the body of a request.
    pub sending: Duration,
    /// Time until an answer must begin.
    pub patience: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            requests: 1024,
            sending: Duration::from_secs(5),
            patience: Duration::from_secs(30),
        }
    }
}

/// Number of a request, in the log and in the answer.
#[derive(Debug, Clone)]
pub struct RequestId(pub Arc<str>);

/// Keeps a crowd, a slow request or a panic from taking the node with it. The failures get their page further out.
#[derive(Debug, Clone)]
pub(crate) struct Hold {
    room: Arc<Semaphore>,
    limits: Limits,
}

impl Hold {
    /// Takes on so much, all routes together.
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            room: Arc::new(Semaphore::new(limits.requests)),
            limits,
        }
    }

    /// Has a request answered, if there is room.
    pub(crate) async fn run(&self, request: Request, next: Next) -> Response {
        // Before a place is taken, so that clients who send slowly keep nobody out.
        let request = match whole(request, self.limits.sending).await {
            Ok(request) => request,
            Err(failure) => return failure.into_response(),
        };
        let Ok(_place) = self.room.try_acquire() else {
            metrics::counter!("guanxi_requests_shed_total").increment(1);
            return Failure::Status(StatusCode::SERVICE_UNAVAILABLE).into_response();
        };
        let answer = AssertUnwindSafe(next.run(request)).catch_unwind();
        match tokio::time::timeout(self.limits.patience, answer).await {
            Ok(Ok(response)) => response,
            // What it said has been logged by the hook of the binary.
            Ok(Err(_)) => Failure::Status(StatusCode::INTERNAL_SERVER_ERROR).into_response(),
            Err(_) => {
                tracing::warn!("a request took too long and was given up");
                Failure::Status(StatusCode::SERVICE_UNAVAILABLE).into_response()
            }
        }
    }
}

/// The request with its body in memory.
async fn whole(request: Request, within: Duration) -> Result<Request, Failure> {
    let (parts, body) = request.into_parts();
    // A file is received by its handler, once the sender is known.
    let is_file = parts
        .extensions
        .get::<MatchedPath>()
        .is_some_and(|path| upload::takes_files(path.as_str()));
    if body.is_end_stream() || is_file {
        return Ok(Request::from_parts(parts, body));
    }
    let body = tokio::time::timeout(within, axum::body::to_bytes(body, FORM_MAX))
        .await
        .map_err(|_| Failure::Status(StatusCode::REQUEST_TIMEOUT))?
        .map_err(|_| Failure::Status(StatusCode::PAYLOAD_TOO_LARGE))?;
    Ok(Request::from_parts(parts, Body::from(body)))
}

/// Numbers, logs and counts every request, and adds the headers that all answers share; the outermost layer.
pub(crate) async fn watch(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = RequestId(request_id(&app, &request));
    let method = request.method().clone();
    // The template, never the address itself: it may hold what somebody typed.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("-", MatchedPath::as_str)
        .to_owned();
    request.extensions_mut().insert(id.clone());
    let span = tracing::error_span!("request", id = &*id.0);
    let mut response = next.run(request).instrument(span.clone()).await;
    let (status, took) = (response.status(), started.elapsed());
    span.in_scope(|| {
        tracing::debug!(http.method = %method, http.route = route, http.status = status.as_u16(),
            took_us = took.as_micros() as u64, "answered");
    });
    metrics::counter!("guanxi_requests_total", "method" => word(&method), "route" => route.clone(),
        "status" => status.as_u16().to_string())
    .increment(1);
    metrics::histogram!("guanxi_request_duration_seconds", "route" => route)
        .record(took.as_secs_f64());
    let headers = response.headers_mut();
    reply::add_headers(headers);
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        headers.insert(REQUEST_ID, value);
    }
    if app.is_secure() {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        );
    }
    response
}

/// One of few words, so that nobody can fill the metrics with methods of his own.
fn word(method: &axum::http::Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        _ => "other",
    }
}

/// The number that a trusted proxy gave, or a new one.
fn request_id(app: &App, request: &Request) -> Arc<str> {
    let given = request
        .headers()
        .get(REQUEST_ID)
        .filter(|_| app.trust_proxy);
    let given = given.and_then(|value| value.to_str().ok()).filter(|id| {
        (1..=ID_MAX).contains(&id.len())
            && id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    });
    given.map_or_else(
        || format!("{:016x}", app.env.chance.number() as u64).into(),
        Arc::from,
    )
}

/// How far the node is, for those who send it work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Directories are being read.
    Starting,
    /// Everything is there.
    Ready,
    /// Told to stop.
    Stopping,
}

/// `GET /healthz`: the process answers; `GET /readyz`: it can do its work.
pub fn health(app: &App, phase: watch::Receiver<Phase>) -> Router {
    let app = app.clone();
    let ready = move || async move {
        let now = *phase.borrow();
        let (status, text) = match now {
            Phase::Starting => (StatusCode::SERVICE_UNAVAILABLE, "starting\n".to_owned()),
            Phase::Stopping => (StatusCode::SERVICE_UNAVAILABLE, "stopping\n".to_owned()),
            Phase::Ready => match app.env.store.health().await {
                Ok(()) => (StatusCode::OK, "ready\n".to_owned()),
                Err(error) => (StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n")),
            },
        };
        (status, [(header::CACHE_CONTROL, "no-store")], text)
    };
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
}

/// `GET /metrics`, for the listener that only the operator reaches.
pub fn metrics_page(render: impl Fn() -> String + Clone + Send + Sync + 'static) -> Router {
    let text = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    Router::new().route(
        "/metrics",
        get(move || async move { ([(header::CONTENT_TYPE, text)], render()) }),
    )
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, middleware::from_fn};
    use tower::ServiceExt as _;

    use super::*;

    fn hold(router: Router, limits: Limits) -> Router {
        let hold = Hold::new(limits);
        router.layer(from_fn(move |request, next| {
            let hold = hold.clone();
            async move { hold.run(request, next).await }
        }))
    }

    fn limits(requests: usize, ms: u64) -> Limits {
        Limits {
            requests,
            sending: Duration::from_millis(10),
            patience: Duration::from_millis(ms),
        }
    }

    async fn status(router: &Router) -> StatusCode {
        router
            .clone()
            .oneshot(Request::new(Body::empty()))
            .await
            .unwrap()
            .status()
    }

    #[tokio::test]
    async fn a_crowd_is_sent_away_and_served_later() {
        let gate = Arc::new(tokio::sync::Notify::new());
        let waits = Arc::clone(&gate);
        let slow = move || {
            let waits = Arc::clone(&waits);
            async move { waits.notified().await }
        };
        let router = hold(Router::new().route("/", get(slow)), limits(1, 60_000));
        let first = tokio::spawn(router.clone().oneshot(Request::new(Body::empty())));
        tokio::task::yield_now().await;
        assert_eq!(status(&router).await, StatusCode::SERVICE_UNAVAILABLE);
        gate.notify_one();
        assert_eq!(first.await.unwrap().unwrap().status(), StatusCode::OK);
        gate.notify_one();
        assert_eq!(status(&router).await, StatusCode::OK);
    }

    #[tokio::test]
    async fn who_sends_slowly_keeps_nobody_out() {
        let router = Router::new().route("/", axum::routing::post(|_: String| async {}));
        let router = hold(router, limits(1, 60_000));
        let post = |body: Body| {
            let request = Request::post("/").body(body).unwrap();
            router.clone().oneshot(request)
        };
        let endless = futures_util::stream::pending::<Result<String, std::io::Error>>();
        let slow = tokio::spawn(post(Body::from_stream(endless)));
        tokio::task::yield_now().await;
        let other = post(Body::from("a=b")).await.unwrap();
        assert_eq!(other.status(), StatusCode::OK);
        let slow = slow.await.unwrap().unwrap();
        assert_eq!(slow.status(), StatusCode::REQUEST_TIMEOUT);
        let large = post(Body::from("a".repeat(FORM_MAX + 1))).await.unwrap();
        assert_eq!(large.status(), StatusCode::PAYLOAD_TOO_LARGE);
    }

    #[tokio::test]
    async fn what_takes_too_long_or_panics_is_answered() {
        async fn bug() -> StatusCode {
            panic!("a bug")
        }
        let never = || std::future::pending::<()>();
        let router = hold(Router::new().route("/", get(never)), limits(1, 10));
        assert_eq!(status(&router).await, StatusCode::SERVICE_UNAVAILABLE);
        let router = hold(Router::new().route("/", get(bug)), limits(1, 1000));
        assert_eq!(status(&router).await, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(
            status(&router).await,
            StatusCode::INTERNAL_SERVER_ERROR,
            "the place is free again"
        );
    }
}
