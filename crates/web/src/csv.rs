//! Lists as files: CSV for spreadsheets, harmless to open, and JSON lines for other systems, in bounded memory.
//!
//! A file is written page by page while it is sent, so that a list of any length takes the memory of one page and no
//! transaction waits for a slow reader.

use std::{borrow::Cow, io};

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use futures_util::{StreamExt as _, stream};
use guanxi_app::{Error, Result};

use crate::xlsx::Cell;

/// Without it Excel takes UTF-8 for something else.
const MARK: &str = "\u{feff}";

/// Rows of a file, written one by one.
#[derive(Debug, Default)]
pub struct Rows(Vec<u8>);

impl Rows {
    /// Adds a row; no cell of it can act as a formula.
    pub fn push<C: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = C>) {
        let mut writer = csv::WriterBuilder::new()
            .flexible(true)
            .terminator(csv::Terminator::CRLF)
            .from_writer(&mut self.0);
        for cell in cells {
            // Writing to memory does not fail.
            let _ = writer.write_field(guarded(cell.as_ref()).as_bytes());
        }
        let _ = writer.write_record(None::<&[u8]>);
    }
}

/// A cell that a spreadsheet would take for a formula gets an apostrophe in front.
fn guarded(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// Answers with a file: the head, then what `step` gives for each place, from `start` until it names no next place.
///
/// An error in the middle breaks the connection off, so that half a file is not taken for the whole.
pub fn download<S, F, Fut>(name: &str, head: Rows, start: S, step: F) -> Response
where
    S: Send + 'static,
    F: Fn(S) -> Fut + Send + 'static,
    Fut: Future<Output = Result<(Rows, Option<S>)>> + Send + 'static,
{
    let first = marked(head);
    let step = move |place| {
        let rows = step(place);
        async move { rows.await.map(|(rows, next)| (rows.0, next)) }
    };
    file(name, "text/csv; charset=utf-8", first, start, step)
}

/// Answers with a file of rows that are all at hand.
pub fn whole(name: &str, head: Rows, rows: Rows) -> Response {
    let rows = std::sync::Arc::new(rows.0);
    file(
        name,
        "text/csv; charset=utf-8",
        marked(head),
        (),
        move |()| {
            let rows = std::sync::Arc::clone(&rows);
            async move { Ok((rows.to_vec(), None)) }
        },
    )
}

/// Answers with a table, its head first.
pub fn table(name: &str, table: Vec<Vec<Cell>>) -> Response {
    let (mut head, mut rest) = (Rows::default(), Rows::default());
    for (number, row) in table.into_iter().enumerate() {
        let cells = row.into_iter().map(|cell| match cell {
            Cell::Text(text) => text,
            Cell::Number(number) => number.to_string(),
        });
        let rows = if number == 0 { &mut head } else { &mut rest };
        rows.push(cells);
    }
    whole(name, head, rest)
}

/// The first bytes of a file for spreadsheets.
fn marked(head: Rows) -> Vec<u8> {
    let mut first = MARK.as_bytes().to_vec();
    first.extend(head.0);
    first
}

/// A file of JSON lines, written page by page; it has no head.
pub fn lines<S, F, Fut>(name: &str, start: S, step: F) -> Response
where
    S: Send + 'static,
    F: Fn(S) -> Fut + Send + 'static,
    Fut: Future<Output = Result<(Vec<u8>, Option<S>)>> + Send + 'static,
{
    file(
        name,
        "application/jsonl; charset=utf-8",
        Vec::new(),
        start,
        step,
    )
}

fn file<S, F, Fut>(name: &str, kind: &'static str, first: Vec<u8>, start: S, step: F) -> Response
where
    S: Send + 'static,
    F: Fn(S) -> Fut + Send + 'static,
    Fut: Future<Output = Result<(Vec<u8>, Option<S>)>> + Send + 'static,
{
    let rest = stream::unfold((Some(start), step), |(place, step)| async move {
        let result = step(place?).await;
        Some(match result {
            Ok((bytes, next)) => (Ok(bytes), (next, step)),
            Err(error) => (Err(broken(&error)), (None, step)),
        })
    });
    // Compression asks again after the end, which only a fused stream answers.
    let all = stream::iter([Ok(first)]).chain(rest.fuse());
    let mut response = (StatusCode::OK, Body::from_stream(all)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.extend(attached(name));
    response
}

/// The header by which a browser keeps an answer as a file of this name.
pub(crate) fn attached(name: &str) -> Option<(header::HeaderName, HeaderValue)> {
    let name = crate::page::encoded(name).replace('+', "%20");
    let value = HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{name}")).ok()?;
    Some((header::CONTENT_DISPOSITION, value))
}

fn broken(error: &Error) -> io::Error {
    tracing::warn!(%error, "an export broke off");
    io::Error::other(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        let mut rows = Rows::default();
        rows.push(["=1+1", "+86138", "-1", "@x", "曾诗涵", "a,b\"c"]);
        let text = String::from_utf8(rows.0).unwrap();
        assert_eq!(text, "'=1+1,'+86138,'-1,'@x,曾诗涵,\"a,b\"\"c\"\r\n");
    }

    #[tokio::test]
    async fn a_file_is_written_page_by_page() {
        let mut head = Rows::default();
        head.push(["n"]);
        let response = download("成员 1.csv", head, 0, |at| async move {
            let mut rows = Rows::default();
            rows.push([at.to_string()]);
            Ok((rows, (at < 2).then_some(at + 1)))
        });
        assert_eq!(
            response.headers()[header::CONTENT_DISPOSITION],
            "attachment; filename*=UTF-8''%E6%88%90%E5%91%98%201.csv"
        );
        let body = axum::body::to_bytes(response.into_body(), 1000)
            .await
            .unwrap();
        assert_eq!(body, "\u{feff}n\r\n0\r\n1\r\n2\r\n");
    }

    #[tokio::test]
    async fn the_end_of_a_file_stays_the_end() {
        let response = download("x.csv", Rows::default(), (), |()| async {
            Ok((Rows::default(), None))
        });
        let mut body = response.into_body().into_data_stream();
        while body.next().await.is_some() {}
        assert!(body.next().await.is_none());
    }

    #[tokio::test]
    async fn half_a_file_is_no_file() {
        let response = download("x.csv", Rows::default(), (), |()| async {
            Err(Error::not_found("member"))
        });
        assert!(
            axum::body::to_bytes(response.into_body(), 1000)
                .await
                .is_err()
        );
    }
}
