//! Forms with a file. The body of such a route is read only after its sender is known, under a limit and a time of its own.

use std::time::Duration;

use axum::{
    extract::{FromRequest, Request},
    http::{StatusCode, header},
};
use tokio::sync::Semaphore;

use crate::{
    auth::{Actor, Form},
    csrf,
    error::Failure,
    state::App,
};

/// Largest body of a form with a file, in bytes.
const BODY_MAX: u64 = 12 * 1024 * 1024;
/// Time for a client to send it.
const SENDING: Duration = Duration::from_secs(25);
/// Files that are received at once; more are sent away.
const ROOM_MAX: usize = 16;

static ROOM: Semaphore = Semaphore::const_new(ROOM_MAX);

/// Routes whose body is left to [`Uploaded`].
const PATHS: [&str; 4] = [
    "/scan",
    "/me/avatar",
    "/admin/people/{id}/avatar",
    "/admin/settings/logo",
];

/// Whether a route takes files.
pub(crate) fn takes_files(path: &str) -> bool {
    PATHS.contains(&path)
}

/// A form with a file, sent from a page of ours by a signed-in person.
#[derive(Debug)]
pub struct Uploaded {
    /// Who.
    pub actor: Actor,
    /// The other fields.
    pub form: Form,
    /// The file; empty if none was chosen.
    pub file: Vec<u8>,
}

impl FromRequest<App> for Uploaded {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let (parts, body) = request.into_parts();
        let actor = Actor::from_parts(&parts, app)?;
        let value = |name: &str| {
            parts
                .headers
                .get(name)
                .and_then(|value| value.to_str().ok())
        };
        let _place = ROOM
            .try_acquire()
            .map_err(|_| Failure::Status(StatusCode::SERVICE_UNAVAILABLE))?;
        let kind = value(header::CONTENT_TYPE.as_str()).unwrap_or_default();
        let (form, file) = match multer::parse_boundary(kind) {
            Ok(boundary) => {
                let limit = multer::SizeLimit::new().whole_stream(BODY_MAX);
                let limits = multer::Constraints::new().size_limit(limit);
                let stream = body.into_data_stream();
                let form = multer::Multipart::with_constraints(stream, boundary, limits);
                tokio::time::timeout(SENDING, fields(form))
                    .await
                    .map_err(|_| Failure::Status(StatusCode::REQUEST_TIMEOUT))??
            }
            Err(_) if kind.starts_with("application/x-www-form-urlencoded") => {
                let read = axum::body::to_bytes(body, crate::auth::FORM_MAX);
                let bytes = tokio::time::timeout(SENDING, read)
                    .await
                    .map_err(|_| Failure::Status(StatusCode::REQUEST_TIMEOUT))?
                    .map_err(|_| Failure::Status(StatusCode::PAYLOAD_TOO_LARGE))?;
                (Form::read(&bytes), Vec::new())
            }
            Err(_) => return Err(Failure::Status(StatusCode::UNSUPPORTED_MEDIA_TYPE)),
        };
        let token = value(csrf::HEADER).unwrap_or_else(|| form.text(csrf::FIELD));
        if csrf::is_from_here(&parts.headers) && csrf::is_valid(&actor.secret, token) {
            Ok(Self { actor, form, file })
        } else {
            Err(Failure::Forged)
        }
    }
}

async fn fields(mut form: multer::Multipart<'_>) -> Result<(Form, Vec<u8>), Failure> {
    let (mut fields, mut file) = (Vec::new(), Vec::new());
    while let Some(field) = form.next_field().await.map_err(refusal)? {
        if field.file_name().is_some() {
            file = field.bytes().await.map_err(refusal)?.to_vec();
        } else {
            let name = field.name().unwrap_or_default().to_owned();
            // Our pages are in UTF-8, and so is what browsers send from them; tables of every other encoding stay out of the binary.
            let bytes = field.bytes().await.map_err(refusal)?;
            fields.push((name, String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    Ok((Form::from(fields), file))
}

fn refusal(error: multer::Error) -> Failure {
    Failure::Status(match error {
        multer::Error::StreamSizeExceeded { .. } | multer::Error::FieldSizeExceeded { .. } => {
            StatusCode::PAYLOAD_TOO_LARGE
        }
        _ => StatusCode::BAD_REQUEST,
    })
}
