//! What went wrong, as a problem document (RFC 9457): a stable code, a sentence in the caller's language, and each refused field.

use std::borrow::Cow;

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use guanxi_app::Error;
use guanxi_model::{field::Invalid, live_code::plan::check::Wrong, token::Scope};
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    edge::RequestId,
    error::{Failure, field_sentence, sentence},
    locale::Locale,
};

/// Media type of a problem.
pub const PROBLEM: &str = "application/problem+json";

/// Why a call was refused.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    status: StatusCode,
    code: &'static str,
    fields: Vec<Refused>,
    /// The application's own error, which has its own sentence.
    error: Option<Error>,
    /// Further headers.
    headers: Vec<(header::HeaderName, String)>,
}

/// A refused field.
#[derive(Debug, Clone)]
struct Refused {
    field: Cow<'static, str>,
    code: &'static str,
    /// What the reader of the request said, where there is no sentence.
    note: Option<String>,
}

/// A problem document (RFC 9457).
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Problem {
    /// Address that stands for this kind of problem, below the reference page.
    #[serde(rename = "type")]
    kind: String,
    /// What kind of problem it is, in a few words of the caller's language.
    title: String,
    /// Status of the answer.
    status: u16,
    /// What went wrong, in a sentence of the caller's language.
    detail: String,
    /// Stable code of the problem, for programs.
    code: String,
    /// Number of the request, to be found in the server's log.
    request_id: String,
    /// Fields that were refused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    errors: Vec<FieldProblem>,
}

/// A field that was refused.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct FieldProblem {
    /// Which: its name in the body, the query or the headers, `places[0].department` for one deeper inside.
    field: String,
    /// Stable code, for programs.
    code: String,
    /// What is wrong with it, in the caller's language.
    detail: String,
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let failure = Failure::App(error.clone());
        let fields = match &error {
            Error::Invalid(fields) => fields.iter().map(Refused::of).collect(),
            Error::Plan(wrong) => wrong.iter().map(Refused::at).collect(),
            _ => Vec::new(),
        };
        let mut fault = Self {
            status: failure.status(),
            code: error.code(),
            fields,
            error: None,
            headers: Vec::new(),
        };
        match &error {
            Error::SignedOut => return Self::no_token(true),
            // The sentence of pages speaks of pages.
            Error::Forbidden { .. } => return fault,
            Error::Busy(_) => fault.put(header::RETRY_AFTER, "2".to_owned()),
            _ => {}
        }
        fault.error = Some(error);
        fault
    }
}

impl From<guanxi_store::Error> for Fault {
    fn from(error: guanxi_store::Error) -> Self {
        Error::from(error).into()
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::App(error) => error.into(),
            other => {
                let mut fault = Self::new(other.status(), other.code());
                if other.status() == StatusCode::SERVICE_UNAVAILABLE {
                    fault.put(header::RETRY_AFTER, "2".to_owned());
                }
                fault
            }
        }
    }
}

impl Refused {
    fn of(invalid: &Invalid) -> Self {
        Self {
            field: Cow::Borrowed(invalid.field),
            code: invalid.code,
            note: None,
        }
    }

    fn at(wrong: &Wrong) -> Self {
        Self {
            field: Cow::Owned(wrong.place.clone()),
            code: wrong.code,
            note: None,
        }
    }

    fn describe(self, l: Locale) -> FieldProblem {
        let detail = match (self.note, &self.field) {
            (Some(note), _) => note,
            (None, Cow::Borrowed(field)) => field_sentence(l, &Invalid::new(field, self.code)),
            (None, Cow::Owned(_)) => l.t(&format!("field-{}", self.code)).into_owned(),
        };
        FieldProblem {
            field: self.field.into_owned(),
            code: self.code.to_owned(),
            detail,
        }
    }
}

impl Fault {
    /// A refusal of HTTP itself.
    pub(crate) const fn new(status: StatusCode, code: &'static str) -> Self {
        Self {
            status,
            code,
            fields: Vec::new(),
            error: None,
            headers: Vec::new(),
        }
    }

    fn put(&mut self, name: header::HeaderName, value: String) {
        self.headers.push((name, value));
    }

    /// With a header.
    pub(crate) fn with(mut self, name: header::HeaderName, value: String) -> Self {
        self.put(name, value);
        self
    }

    /// No token was sent, or one that is none or has ended.
    pub(crate) fn no_token(was_sent: bool) -> Self {
        let (code, challenge) = if was_sent {
            (
                "token_invalid",
                "Bearer realm=\"guanxi\", error=\"invalid_token\"",
            )
        } else {
            ("token_missing", "Bearer realm=\"guanxi\"")
        };
        Self::new(StatusCode::UNAUTHORIZED, code)
            .with(header::WWW_AUTHENTICATE, challenge.to_owned())
    }

    /// The token may not be used for this.
    pub(crate) fn scope(scope: Scope) -> Self {
        let challenge = format!(
            "Bearer realm=\"guanxi\", error=\"insufficient_scope\", scope=\"{}\"",
            scope.name()
        );
        Self::new(StatusCode::FORBIDDEN, "scope_missing").with(header::WWW_AUTHENTICATE, challenge)
    }

    /// The query does not read.
    pub(crate) fn query(path: &str, note: &str) -> Self {
        let mut fault = Self::new(StatusCode::BAD_REQUEST, "query_malformed");
        fault.fields.push(Refused {
            field: Cow::Owned(place(path, note)),
            code: "malformed",
            note: Some(note.to_owned()),
        });
        fault
    }

    /// A header does not read.
    pub(crate) fn header(name: &str) -> Self {
        let mut fault = Self::new(StatusCode::BAD_REQUEST, "header_malformed");
        fault.fields.push(Refused {
            field: Cow::Owned(name.to_owned()),
            code: "malformed",
            note: None,
        });
        fault
    }

    /// The body does not read: it is no JSON, or has another shape.
    pub(crate) fn body(path: &str, error: &serde_json::Error) -> Self {
        let note = error.to_string();
        if !error.is_data() {
            let mut fault = Self::new(StatusCode::BAD_REQUEST, "json_malformed");
            fault.fields.push(Refused {
                field: Cow::Owned(String::new()),
                code: "malformed",
                note: Some(note),
            });
            return fault;
        }
        let mut fault = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid");
        fault.fields.push(Refused {
            field: Cow::Owned(place(path, &note)),
            code: "malformed",
            note: Some(note),
        });
        fault
    }

    /// The problem as an answer.
    pub(crate) fn into_response(self, l: Locale, id: Option<&RequestId>) -> Response {
        let zone = TimeZone::UTC;
        let detail = match &self.error {
            Some(error) => {
                crate::error::log(error);
                sentence(l, error, &zone)
            }
            None => l.t(&format!("problem-{}", self.code)).into_owned(),
        };
        let fields = self.fields.into_iter();
        let problem = Problem {
            kind: format!("/api-reference/problems#{}", self.code),
            title: l
                .t(&format!("problem-title-{}", self.status.as_u16()))
                .into_owned(),
            status: self.status.as_u16(),
            detail,
            code: self.code.to_owned(),
            request_id: id.map_or_else(String::new, |RequestId(id)| id.to_string()),
            errors: fields.map(|field| field.describe(l)).collect(),
        };
        // A struct of texts always becomes JSON.
        let text = serde_json::to_string(&problem).unwrap_or_default();
        let mut response = Response::new(Body::from(text));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM));
        speak(headers, l);
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
        response
    }
}

/// The answer to a call that failed before or around its operation.
pub(crate) fn refused(failure: Failure, headers: &HeaderMap, id: Option<&RequestId>) -> Response {
    Fault::from(failure).into_response(super::gate::language(headers), id)
}

/// Stable codes with their statuses, for the reference page.
pub(crate) const CODES: &[(u16, &str)] = &[
    (400, "header_malformed"),
    (400, "json_malformed"),
    (400, "query_malformed"),
    (401, "token_invalid"),
    (401, "token_missing"),
    (403, "forbidden"),
    (403, "member_token_needed"),
    (403, "scope_missing"),
    (404, "address_unknown"),
    (404, "not_found"),
    (405, "method_not_allowed"),
    (406, "not_acceptable"),
    (408, "too_slow"),
    (409, "ask_answered"),
    (409, "bulk_guard"),
    (409, "check_running"),
    (409, "department_has_children"),
    (409, "department_has_members"),
    (409, "department_in_use"),
    (409, "last_owner"),
    (409, "member_left"),
    (409, "member_not_listed"),
    (409, "oneself"),
    (409, "request_blocked_by_you"),
    (409, "request_too_late_to_undo"),
    (409, "too_many_codes"),
    (409, "too_many_tokens"),
    (412, "changed_meanwhile"),
    (413, "too_large"),
    (415, "media_type"),
    (422, "idempotency_key_reused"),
    (422, "invalid"),
    (428, "if_match_required"),
    (429, "too_many_requests"),
    (500, "internal"),
    (503, "busy"),
];

/// The sentence of a code on the reference page.
pub(crate) fn meaning(l: Locale, code: &str) -> String {
    let own = format!("problem-{code}");
    if l.has(&own) {
        l.t(&own).into_owned()
    } else {
        l.t(&format!("error-{code}")).into_owned()
    }
}

/// Says in which language an answer speaks.
fn speak(headers: &mut HeaderMap, l: Locale) {
    if let Ok(tag) = HeaderValue::from_str(l.tag()) {
        headers.insert(header::CONTENT_LANGUAGE, tag);
    }
    headers.append(header::VARY, HeaderValue::from_static("accept-language"));
}

/// The field that is meant; the reader names a missing or unknown one only in its words.
fn place(path: &str, note: &str) -> String {
    let named = note
        .split_once("field `")
        .and_then(|(_, rest)| rest.split_once('`'))
        .map(|(name, _)| name);
    match (path, named) {
        ("." | "", Some(name)) => name.to_owned(),
        ("." | "" | "?", None) => String::new(),
        (path, Some(name)) if !path.ends_with(name) => format!("{path}.{name}"),
        (path, _) => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_and_unknown_fields_are_named() {
        assert_eq!(place(".", "missing field `name` at line 1"), "name");
        assert_eq!(place("x", "unknown field `x`, expected `name`"), "x");
        assert_eq!(place("roles[0]", "missing field `role`"), "roles[0].role");
        assert_eq!(place("days", "invalid type: string"), "days");
    }

    #[test]
    fn what_is_broken_and_what_has_another_shape_differ() {
        let broken = serde_json::from_str::<bool>("tru").unwrap_err();
        assert_eq!(Fault::body(".", &broken).code, "json_malformed");
        let other = serde_json::from_str::<bool>("1").unwrap_err();
        let fault = Fault::body("starred", &other);
        assert_eq!((fault.code, fault.status.as_u16()), ("invalid", 422));
    }
}
