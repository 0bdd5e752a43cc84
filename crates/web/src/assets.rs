//! The files of `assets/`: style sheet, icons, browser module, embedded in the binary and served under names that carry their content.
//!
//! `url("guanxi.css")` is `/assets/guanxi.<hash>.css`, which a browser may keep for ever. Debug builds read the files from disk on each request, so a change
//! shows after a reload without building.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Write as _;
use std::sync::LazyLock;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use include_dir::{Dir, include_dir};
use sha2::{Digest as _, Sha256};

use crate::hex;

static FOLDER: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets");
static ASSETS: LazyLock<Assets> = LazyLock::new(Assets::load);

/// Where debug builds find the files.
const ON_DISK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets");
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_EACH_TIME: HeaderValue = HeaderValue::from_static("no-cache");

struct Assets {
    by_name: HashMap<&'static str, Asset>,
    /// From `guanxi.<hash>.css` to `guanxi.css`.
    by_hashed: HashMap<String, &'static str>,
}

struct Asset {
    url: String,
    etag: String,
    plain: &'static [u8],
    brotli: Vec<u8>,
    gzip: Vec<u8>,
}

impl Assets {
    fn load() -> Self {
        let mut assets = Self {
            by_name: HashMap::new(),
            by_hashed: HashMap::new(),
        };
        for file in FOLDER.files() {
            let Some(name) = file.path().to_str() else {
                continue;
            };
            let hash = hash(file.contents());
            let hashed = hashed_name(name, &hash);
            assets.by_name.insert(
                name,
                Asset {
                    url: format!("/assets/{hashed}"),
                    etag: format!("\"{hash}\""),
                    plain: file.contents(),
                    // Unoptimised compression takes seconds, and debug builds serve from disk.
                    brotli: if cfg!(debug_assertions) {
                        Vec::new()
                    } else {
                        brotli(file.contents())
                    },
                    gzip: if cfg!(debug_assertions) {
                        Vec::new()
                    } else {
                        gzip(file.contents())
                    },
                },
            );
            assets.by_hashed.insert(hashed, name);
        }
        assets
    }
}

/// Gives the address of an asset by its file name.
///
/// A name that does not exist is a slip of the pen in a template: it panics in debug builds and leads to a 404 in release builds.
pub fn url(name: &'static str) -> Cow<'static, str> {
    if cfg!(debug_assertions) {
        assert!(FOLDER.contains(name), "no asset named {name}");
        return Cow::Owned(format!("/assets/{name}"));
    }
    ASSETS
        .by_name
        .get(name)
        .map_or(Cow::Borrowed("/assets/missing"), |asset| {
            Cow::Borrowed(&asset.url)
        })
}

/// Compresses and hashes the assets now rather than in the first request.
pub fn warm_up() {
    LazyLock::force(&ASSETS);
}

/// Serves the assets.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{name}", get(serve))
}

async fn serve(Path(asked): Path<String>, headers: HeaderMap) -> Response {
    let (name, cache) = match ASSETS.by_hashed.get(&asked) {
        Some(name) => (*name, FOREVER),
        None => (asked.as_str(), ASK_EACH_TIME),
    };
    let Some(asset) = ASSETS.by_name.get(name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if cfg!(debug_assertions)
        && let Ok(bytes) = std::fs::read(format!("{ON_DISK}/{name}"))
    {
        return answer(name, ASK_EACH_TIME, None, None, bytes.into());
    }
    let fresh = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|known| {
            known
                .split(',')
                .any(|tag| tag.trim().trim_start_matches("W/") == asset.etag)
        });
    if fresh {
        let mut response = answer(name, cache, Some(&asset.etag), None, Body::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    let (encoding, bytes): (_, &'static [u8]) = if cfg!(debug_assertions) {
        (None, asset.plain)
    } else if accepts(&headers, "br") {
        (Some("br"), &asset.brotli)
    } else if accepts(&headers, "gzip") {
        (Some("gzip"), &asset.gzip)
    } else {
        (None, asset.plain)
    };
    answer(name, cache, Some(&asset.etag), encoding, Body::from(bytes))
}

fn answer(
    name: &str,
    cache: HeaderValue,
    etag: Option<&str>,
    encoding: Option<&'static str>,
    body: Body,
) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(media_type(name)),
    );
    headers.insert(header::CACHE_CONTROL, cache);
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(etag) = etag.and_then(|etag| HeaderValue::from_str(etag).ok()) {
        headers.insert(header::ETAG, etag);
    }
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|item| {
            let mut parts = item.split(';').map(str::trim);
            parts.next() == Some(encoding)
                && !parts.any(|weight| matches!(weight, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
        })
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ext)| ext) {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "webmanifest" => "application/manifest+json",
        "png" => "image/png",
        _ => "application/octet-stream",
    }
}

fn hash(bytes: &[u8]) -> String {
    hex::encode(&Sha256::digest(bytes)[..6])
}

fn hashed_name(name: &str, hash: &str) -> String {
    match name.rsplit_once('.') {
        Some((stem, ext)) => format!("{stem}.{hash}.{ext}"),
        None => format!("{name}.{hash}"),
    }
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut out, 4096, 11, 20);
    writer.write_all(bytes).expect("writing to memory");
    drop(writer);
    out
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(bytes).expect("writing to memory");
    writer.finish().expect("writing to memory")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_carry_the_content() {
        let asset = &ASSETS.by_name["guanxi.css"];
        assert!(asset.url.starts_with("/assets/guanxi."));
        assert_eq!(
            ASSETS.by_hashed[asset.url.trim_start_matches("/assets/")],
            "guanxi.css"
        );
        assert_ne!(hash(b"a"), hash(b"b"));
    }

    #[test]
    fn a_refused_encoding_is_not_used() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::ACCEPT_ENCODING,
            HeaderValue::from_static("gzip, br;q=0"),
        );
        assert!(accepts(&headers, "gzip"));
        assert!(!accepts(&headers, "br"));
    }

    #[test]
    fn a_first_visit_stays_small() {
        let files = ["guanxi.css", "app.js", "icons.svg", "favicon.svg"];
        let bytes: usize = files
            .iter()
            .map(|name| brotli(ASSETS.by_name[name].plain).len())
            .sum();
        assert!(bytes < 25_000, "assets take {bytes} bytes");
    }
}
