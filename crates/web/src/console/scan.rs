//! Scanning in the console, from a picture or by the camera. What a code says is shown; only a code of this installation leads on.

use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode},
    response::{IntoResponse as _, Response},
};

use crate::{
    auth::Actor,
    code_reader::{self, Said, Unread},
    console,
    error::Failure,
    page::{Place, Shell},
    reply,
    upload::Uploaded,
};

/// Longest text that a browser has read by itself.
const TEXT_MAX: usize = 4096;

#[derive(Template)]
#[template(path = "scan.html")]
struct Page {
    shell: Shell,
    said: Vec<Said>,
    /// Key of the sentence about a picture that gave nothing, or empty.
    unread: String,
}

impl Page {
    fn error(&self) -> String {
        if self.unread.is_empty() {
            String::new()
        } else {
            self.shell.l.t(&self.unread).into_owned()
        }
    }
}

async fn show(
    actor: &Actor,
    status: StatusCode,
    said: Vec<Said>,
    unread: String,
) -> Result<Response, Failure> {
    let frame = actor.read(console::frame).await?;
    let page = Page {
        shell: frame.shell(actor, Place::Scan),
        said,
        unread,
    };
    Ok(reply::page_with(status, &page.shell, &page))
}

/// `GET /scan`
pub async fn page(actor: Actor) -> Result<Response, Failure> {
    show(&actor, StatusCode::OK, Vec::new(), String::new()).await
}

/// `POST /scan`: a picture, a frame of the camera, or the text that the browser itself has read.
pub async fn read(sent: Uploaded) -> Result<Response, Failure> {
    let Uploaded { actor, form, file } = sent;
    let is_script = form.is_on("frame");
    let texts = form.all("text").filter(|text| !text.is_empty());
    let texts: Vec<String> = texts
        .filter(|text| text.len() <= TEXT_MAX)
        .take(code_reader::CODES_MAX)
        .map(str::to_owned)
        .collect();
    let read = if !texts.is_empty() {
        Ok(texts)
    } else if file.is_empty() {
        Err("no_picture")
    } else {
        code_reader::read(file).await.map_err(Unread::code)
    };
    match read {
        Ok(texts) => {
            let here = &actor.app.public_url;
            let mut said: Vec<Said> = texts.iter().map(|text| Said::of(text, here)).collect();
            said.dedup();
            // One code of this server is what was looked for; among several the reader chooses.
            match said.as_slice() {
                [Said::Ours(token)] => Ok(lead(&format!("/q/{token}"), is_script)),
                _ => show(&actor, StatusCode::OK, said, String::new()).await,
            }
        }
        // The camera goes on looking.
        Err(_) if is_script => Ok(StatusCode::NO_CONTENT.into_response()),
        Err(code) => {
            let key = format!("scan-{code}");
            show(&actor, StatusCode::UNPROCESSABLE_ENTITY, Vec::new(), key).await
        }
    }
}

/// Leads on to the public page of a code; a script goes there by itself, since following would count as a scan.
fn lead(path: &str, is_script: bool) -> Response {
    if !is_script {
        return reply::see_other(path);
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    if let Ok(path) = HeaderValue::from_str(path) {
        response.headers_mut().insert("x-leads-to", path);
    }
    response
}
