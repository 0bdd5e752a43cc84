//! What went wrong, as a page: one status, one stable code and one sentence for each cause.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use guanxi_app::{Error, session::Identity};
use guanxi_model::{field::Invalid, request::Refusal};
use jiff::tz::TimeZone;

use crate::{
    api,
    auth::{self, Actor},
    console,
    edge::{Hold, RequestId},
    locale::{Arg, Locale},
    page::{Gate, Place, Shell, Theme},
    preference, reply,
    state::App,
};

/// Why a request got no page of its own.
#[derive(Debug, Clone)]
pub enum Failure {
    /// The application says so.
    App(Error),
    /// A changing request that no page of ours has sent.
    Forged,
    /// The person works with no account, so there is no console for him.
    NoCompany,
    /// HTTP itself: wrong method, too large, unknown address.
    Status(StatusCode),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::App(error)
    }
}

impl Failure {
    /// Stable code, for keys of texts (`error-<code>`).
    pub fn code(&self) -> &'static str {
        match self {
            Self::App(error) => error.code(),
            Self::Forged => "forged",
            Self::NoCompany => "no_company",
            Self::Status(StatusCode::METHOD_NOT_ALLOWED) => "method",
            Self::Status(StatusCode::PAYLOAD_TOO_LARGE) => "too_large",
            Self::Status(StatusCode::REQUEST_TIMEOUT) => "too_slow",
            Self::Status(StatusCode::UNSUPPORTED_MEDIA_TYPE) => "media_type",
            Self::Status(StatusCode::NOT_FOUND) => "not_found",
            Self::Status(StatusCode::INTERNAL_SERVER_ERROR) => "internal",
            Self::Status(StatusCode::SERVICE_UNAVAILABLE) => "busy",
            Self::Status(_) => "bad_request",
        }
    }

    /// Status of the answer.
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::App(error) => status(error),
            Self::Forged => StatusCode::FORBIDDEN,
            Self::NoCompany => StatusCode::NOT_FOUND,
            Self::Status(status) => *status,
        }
    }
}

const fn status(error: &Error) -> StatusCode {
    match error {
        Error::NotFound { .. } => StatusCode::NOT_FOUND,
        Error::SignedOut => StatusCode::UNAUTHORIZED,
        Error::Forbidden { .. } => StatusCode::FORBIDDEN,
        Error::Refused(Refusal::CoolDown { .. } | Refusal::DailyLimit { .. })
        | Error::OverLimit { .. } => StatusCode::TOO_MANY_REQUESTS,
        Error::Refused(Refusal::Oneself) | Error::Invalid(_) | Error::Plan(_) => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Error::Refused(_) | Error::Conflict { .. } => StatusCode::CONFLICT,
        Error::Busy(_) => StatusCode::SERVICE_UNAVAILABLE,
        Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl IntoResponse for Failure {
    /// The page itself is made by `render`, which knows the reader's language.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The sentence for an error, for a page, a toast or a result in a list.
pub fn sentence(l: Locale, error: &Error, tz: &TimeZone) -> String {
    let key = format!("error-{}", error.code());
    let at = |ms: i64| Arg::from(l.date_time(ms, tz));
    match error {
        Error::Refused(Refusal::CoolDown { until_ms }) => l.with(&key, &[("until", at(*until_ms))]),
        Error::Refused(Refusal::DailyLimit { limit }) => {
            l.with(&key, &[("limit", Arg::from(i64::from(*limit)))])
        }
        Error::Refused(Refusal::NotPending { state }) => l.t(&format!("{key}-{}", state.name())),
        Error::OverLimit { retry_at_ms, .. } => l.with(&key, &[("until", at(*retry_at_ms))]),
        Error::NotFound { noun } if l.has(&format!("{key}-{noun}")) => {
            l.t(&format!("{key}-{noun}"))
        }
        Error::Invalid(fields) => {
            return fields
                .iter()
                .map(|field| field_sentence(l, field))
                .collect::<Vec<_>>()
                .join(" ");
        }
        _ => l.t(&key),
    }
    .into_owned()
}

/// The sentence for a refused field: `field-<field>-<code>` where there is one, else `field-<code>`.
pub fn field_sentence(l: Locale, invalid: &Invalid) -> String {
    let own = format!("field-{}-{}", invalid.field, invalid.code);
    if l.has(&own) {
        l.t(&own).into_owned()
    } else {
        l.t(&format!("field-{}", invalid.code)).into_owned()
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct Page {
    gate: Gate,
    title: String,
    text: String,
    code: &'static str,
    reference: Option<String>,
}

#[derive(Template)]
#[template(path = "failure.html")]
struct Inside {
    shell: Shell,
    title: String,
    text: String,
    code: &'static str,
}

/// Turns failures into pages in the reader's language; the unforeseen is logged here, once, with a number to ask by.
pub(crate) async fn render(
    State((app, hold)): State<(App, Hold)>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers().clone();
    let path = request
        .uri()
        .path_and_query()
        .map_or_else(String::new, ToString::to_string);
    let is_page = matches!(
        *request.method(),
        axum::http::Method::GET | axum::http::Method::HEAD
    );
    let uri = request.uri().clone();
    let id = request.extensions().get::<RequestId>().cloned();
    let mut response = hold.run(request, next).await;
    let Some(failure) = response
        .extensions_mut()
        .remove::<Failure>()
        .or_else(|| bare(&response))
    else {
        return response;
    };
    if api::is_below(uri.path()) {
        return api::problem::refused(failure, &headers, id.as_ref());
    }
    if matches!(failure, Failure::App(Error::SignedOut)) {
        let next = if is_page && path != "/" {
            format!("?next={}", crate::page::encoded(&path))
        } else {
            String::new()
        };
        return reply::see_other(&format!("/sign-in{next}"));
    }
    if matches!(failure, Failure::NoCompany) && is_page {
        return reply::see_other("/person");
    }
    let reader = Reader {
        identity: response.extensions_mut().remove::<Arc<Identity>>(),
        headers,
        uri,
    };
    let mut response = page(&app, reader, &failure, id).await;
    if let Ok(code) = HeaderValue::from_str(failure.code()) {
        response.headers_mut().insert("x-error-code", code);
    }
    if failure.status() == StatusCode::SERVICE_UNAVAILABLE {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
    }
    response
}

/// Who reads the page of a failure.
struct Reader {
    identity: Option<Arc<Identity>>,
    headers: HeaderMap,
    uri: Uri,
}

impl Reader {
    /// The person's own settings, then what the browser brings along.
    fn frame(&self) -> (Locale, Theme) {
        let person = self.identity.as_ref().map(|identity| &identity.person);
        let language = person.and_then(|person| person.language.as_deref());
        let theme = person.and_then(|person| person.theme.as_deref());
        (
            preference::locale(&self.headers, language),
            theme.map_or_else(|| Theme::chosen(&self.headers), Theme::named),
        )
    }

    /// The zone in which the corp counts its days.
    fn zone(&self, app: &App) -> TimeZone {
        let identity = self.identity.as_ref();
        identity.map_or(TimeZone::UTC, |identity| auth::zone(app, identity))
    }

    /// The frame of the console, for a member whose failure is none of the server's own.
    async fn shell(&self, app: &App, failure: &Failure) -> Option<Shell> {
        let identity = self.identity.as_ref()?;
        if identity.session.account.is_none() || !failure.status().is_client_error() {
            return None;
        }
        let (mut parts, ()) = axum::http::Request::new(()).into_parts();
        (parts.headers, parts.uri) = (self.headers.clone(), self.uri.clone());
        parts.extensions.insert(Arc::clone(identity));
        let actor = Actor::from_parts(&parts, app).ok()?;
        let frame = actor.read(console::frame).await.ok()?;
        Some(frame.shell(&actor, Place::of(self.uri.path())))
    }
}

async fn page(app: &App, reader: Reader, failure: &Failure, id: Option<RequestId>) -> Response {
    let (l, theme) = reader.frame();
    let text = describe(l, failure, &reader.zone(app));
    let title_key = format!("error-title-{}", failure.code());
    let title = if l.has(&title_key) {
        l.t(&title_key)
    } else {
        l.t("error-title")
    }
    .into_owned();
    if let Some(shell) = reader.shell(app, failure).await {
        let inside = Inside {
            shell,
            title,
            text,
            code: failure.code(),
        };
        return reply::page_with(failure.status(), &inside.shell, &inside);
    }
    let is_unforeseen = failure.status() == StatusCode::INTERNAL_SERVER_ERROR;
    let reference = id
        .filter(|_| is_unforeseen)
        .map(|RequestId(id)| id.to_string());
    let gate = Gate {
        l,
        theme,
        corp: String::new(),
        path: reader
            .uri
            .path_and_query()
            .map_or_else(String::new, ToString::to_string),
    };
    let page = Page {
        gate,
        title,
        text,
        code: failure.code(),
        reference,
    };
    reply::html(failure.status(), &page)
}

/// Failures of the router itself: no such address, wrong method, a body that is too large.
fn bare(response: &Response) -> Option<Failure> {
    let status = response.status();
    let is_bare = !response.headers().contains_key(header::CONTENT_TYPE)
        || response
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind == "text/plain; charset=utf-8");
    ((status.is_client_error() || status.is_server_error()) && is_bare)
        .then_some(Failure::Status(status))
}

/// The sentence of a failure. The log line stands in the span of the request, which bears its number.
fn describe(l: Locale, failure: &Failure, zone: &TimeZone) -> String {
    match failure {
        Failure::App(error) => {
            log(error);
            sentence(l, error, zone)
        }
        other => l.t(&format!("error-{}", other.code())).into_owned(),
    }
}

/// Puts the unforeseen on record, once.
pub(crate) fn log(error: &Error) {
    match error {
        Error::Internal(cause) => tracing::error!(error = cause, "a request failed"),
        Error::Busy(cause) => tracing::warn!(error = %cause, "a request was put off"),
        _ => {}
    }
}
