//! What an operation answers: a body with its status and headers, kept as JSON where the same request may come again.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use guanxi_app::{Error, Result};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::shape::Cursor;
use crate::hex;

/// Media type of nearly all answers.
pub(crate) const JSON: &str = "application/json";

/// An answer before it becomes one of HTTP.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Answer {
    /// Status.
    pub(crate) status: u16,
    /// Address of what was made.
    pub(crate) location: Option<String>,
    /// Address of the next page.
    pub(crate) next: Option<String>,
    /// Media type; none without a body.
    pub(crate) media: Option<String>,
    /// Body, as text.
    pub(crate) text: String,
    /// Body that is no text, such as a picture.
    #[serde(skip)]
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    fn json(status: StatusCode, value: &impl Serialize) -> Result<Self> {
        let text =
            serde_json::to_string(value).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Self {
            status: status.as_u16(),
            location: None,
            next: None,
            media: Some(JSON.to_owned()),
            text,
            bytes: Vec::new(),
        })
    }

    /// Strong tag of what the answer holds.
    pub(crate) fn tag(&self) -> String {
        let sum = Sha256::new()
            .chain_update(self.text.as_bytes())
            .chain_update(&self.bytes)
            .finalize();
        format!("\"{}\"", hex::encode(&sum[..16]))
    }

    /// The answer in HTTP.
    pub(crate) fn into_response(self) -> Response {
        let body = if self.bytes.is_empty() {
            Body::from(self.text)
        } else {
            Body::from(self.bytes)
        };
        let mut response = Response::new(body);
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        let mut put = |name, value: Option<String>| {
            if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
                headers.insert(name, value);
            }
        };
        put(header::CONTENT_TYPE, self.media);
        put(header::LOCATION, self.location);
        let next = self.next.map(|next| format!("<{next}>; rel=\"next\""));
        put(header::LINK, next);
        response
    }
}

/// What a handler returns: it knows its status, schema and shape.
pub(crate) trait Reply: Send + 'static {
    /// Status of the answer.
    const STATUS: StatusCode;
    /// Media type; none without a body.
    const MEDIA: Option<&'static str> = Some(JSON);
    /// Whether the answer has a `Location`.
    const HAS_LOCATION: bool = false;
    /// Whether the answer is one page of a list.
    const IS_LIST: bool = false;

    /// Schema of the body.
    fn schema(_: &mut SchemaGenerator) -> Option<Schema> {
        None
    }

    /// The answer to a request for this address.
    fn answer(self, address: &str) -> Result<Answer>;
}

/// A thing, 200.
#[derive(Debug)]
pub(crate) struct Item<T>(pub(crate) T);

impl<T: Serialize + JsonSchema + Send + 'static> Reply for Item<T> {
    const STATUS: StatusCode = StatusCode::OK;

    fn schema(schemas: &mut SchemaGenerator) -> Option<Schema> {
        Some(schemas.subschema_for::<T>())
    }

    fn answer(self, _: &str) -> Result<Answer> {
        Answer::json(Self::STATUS, &self.0)
    }
}

/// A thing that was made, 201, with its address.
#[derive(Debug)]
pub(crate) struct Made<T> {
    /// Its address.
    pub(crate) at: String,
    /// The thing.
    pub(crate) item: T,
}

impl<T: Serialize + JsonSchema + Send + 'static> Reply for Made<T> {
    const STATUS: StatusCode = StatusCode::CREATED;
    const HAS_LOCATION: bool = true;

    fn schema(schemas: &mut SchemaGenerator) -> Option<Schema> {
        Some(schemas.subschema_for::<T>())
    }

    fn answer(self, _: &str) -> Result<Answer> {
        Ok(Answer {
            location: Some(self.at),
            ..Answer::json(Self::STATUS, &self.item)?
        })
    }
}

/// Done, and nothing to say, 204.
#[derive(Debug)]
pub(crate) struct Done;

impl Reply for Done {
    const STATUS: StatusCode = StatusCode::NO_CONTENT;
    const MEDIA: Option<&'static str> = None;

    fn answer(self, _: &str) -> Result<Answer> {
        Ok(Answer {
            status: Self::STATUS.as_u16(),
            location: None,
            next: None,
            media: None,
            text: String::new(),
            bytes: Vec::new(),
        })
    }
}

/// One page of a list, 200.
#[derive(Debug)]
pub(crate) struct Page<T> {
    /// The rows.
    pub(crate) items: Vec<T>,
    /// Where the next page begins, if there is one.
    pub(crate) next: Option<String>,
}

impl<T> Page<T> {
    /// All there is.
    pub(crate) const fn whole(items: Vec<T>) -> Self {
        Self { items, next: None }
    }

    /// A page of rows of which one more was read than is shown; the next begins behind the last shown.
    pub(crate) fn of<R, P: ToString>(
        mut rows: Vec<R>,
        shown: usize,
        place: impl Fn(&R) -> P,
        view: impl FnMut(R) -> T,
    ) -> Self {
        let has_more = rows.len() > shown;
        rows.truncate(shown);
        let last = rows.last().filter(|_| has_more);
        let next = last.map(|row| Cursor::write(place(row)));
        Self {
            items: rows.into_iter().map(view).collect(),
            next,
        }
    }

    /// A page cut out of rows that are all there.
    pub(crate) fn cut(rows: Vec<T>, from: usize, shown: usize) -> Self {
        let until = from.saturating_add(shown);
        let next = (until < rows.len()).then(|| Cursor::write(until));
        Self {
            items: rows.into_iter().skip(from).take(shown).collect(),
            next,
        }
    }
}

/// One page of a list.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "{T}List")]
struct Listing<T> {
    /// The rows of this page.
    items: Vec<T>,
    /// Address of the next page; null on the last.
    next: Option<String>,
}

impl<T: Serialize + JsonSchema + Send + 'static> Reply for Page<T> {
    const STATUS: StatusCode = StatusCode::OK;
    const IS_LIST: bool = true;

    fn schema(schemas: &mut SchemaGenerator) -> Option<Schema> {
        Some(schemas.subschema_for::<Listing<T>>())
    }

    fn answer(self, address: &str) -> Result<Answer> {
        let next = self.next.map(|cursor| turned(address, &cursor));
        let listing = Listing {
            items: self.items,
            next: next.clone(),
        };
        Ok(Answer {
            next,
            ..Answer::json(Self::STATUS, &listing)?
        })
    }
}

/// The same address with another cursor.
fn turned(address: &str, cursor: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let kept = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "cursor");
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(kept)
        .append_pair("cursor", cursor)
        .finish();
    format!("{path}?{query}")
}

/// A picture in SVG, 200.
#[derive(Debug)]
pub(crate) struct Svg(pub(crate) String);

impl Reply for Svg {
    const STATUS: StatusCode = StatusCode::OK;
    const MEDIA: Option<&'static str> = Some("image/svg+xml");

    fn answer(self, _: &str) -> Result<Answer> {
        Ok(Answer {
            media: Self::MEDIA.map(str::to_owned),
            text: self.0,
            ..Done.answer("")?
        }
        .with_status(Self::STATUS))
    }
}

/// A picture in PNG, 200.
#[derive(Debug)]
pub(crate) struct Png(pub(crate) Vec<u8>);

impl Reply for Png {
    const STATUS: StatusCode = StatusCode::OK;
    const MEDIA: Option<&'static str> = Some("image/png");

    fn answer(self, _: &str) -> Result<Answer> {
        Ok(Answer {
            media: Self::MEDIA.map(str::to_owned),
            bytes: self.0,
            ..Done.answer("")?
        }
        .with_status(Self::STATUS))
    }
}

/// A picture in JPEG, 200.
#[derive(Debug)]
pub(crate) struct Jpeg(pub(crate) Vec<u8>);

impl Reply for Jpeg {
    const STATUS: StatusCode = StatusCode::OK;
    const MEDIA: Option<&'static str> = Some("image/jpeg");

    fn answer(self, _: &str) -> Result<Answer> {
        Ok(Answer {
            media: Self::MEDIA.map(str::to_owned),
            bytes: self.0,
            ..Done.answer("")?
        }
        .with_status(Self::STATUS))
    }
}

impl Answer {
    fn with_status(self, status: StatusCode) -> Self {
        Self {
            status: status.as_u16(),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_keeps_the_filters() {
        let next = turned("/api/v1/members?status=left&cursor=old&limit=2", "new");
        assert_eq!(next, "/api/v1/members?status=left&limit=2&cursor=new");
    }

    #[test]
    fn a_page_knows_whether_there_is_more() {
        let page = Page::of(vec![1, 2, 3], 2, |row| *row, |row| row);
        assert_eq!(page.items, [1, 2]);
        assert_eq!(page.next, Some(Cursor::write(2)));
        assert_eq!(Page::of(vec![1, 2], 2, |row| *row, |row| row).next, None);
        assert_eq!(Page::cut(vec![1, 2, 3], 2, 2).items, [3]);
        assert_eq!(Page::cut(vec![1, 2, 3], usize::MAX, 2).next, None);
    }
}
