//! The OpenAPI 3.1 document, written from the table of operations and the types of their queries, bodies and answers.

use std::sync::OnceLock;

use guanxi_model::token::Scope;
use schemars::{
    SchemaGenerator,
    generate::{Contract, SchemaSettings},
};
use serde_json::{Map, Value, json};

use super::{
    answer::JSON,
    operation::{Door, Operation},
    problem::{PROBLEM, Problem},
};

mod hooks;

static DOCUMENT: OnceLock<Value> = OnceLock::new();

/// The document; made once.
pub fn document() -> &'static Value {
    DOCUMENT.get_or_init(|| Writer::default().write(&crate::routes::api::table()))
}

/// The document as a text to check in.
pub fn text() -> String {
    // A value always becomes JSON.
    let text = serde_json::to_string_pretty(document()).unwrap_or_default();
    format!("{text}\n")
}

const ABOUT: &str = "\
Everything that the console can do, for programs. A call bears an access token (`Authorization: Bearer guanxi_…`), made on the page \
of one's own profile or, for the company's own programs, in the administration. A token does what its scopes name and never more than its bearer may do.

Lists come in pages: follow `next` until it is null. Answers to GET have an `ETag`; send it back as `If-None-Match` to save the transfer, or as `If-Match` so that a change \
touches only what you have seen. POST takes an `Idempotency-Key`: the same key with the same request within 24 hours is answered with the first answer and does nothing. \
Refusals are problem documents (RFC 9457) with a stable `code`; their sentences follow `Accept-Language`.";

/// Puts the parts together.
struct Writer {
    incoming: SchemaGenerator,
    outgoing: SchemaGenerator,
}

impl Default for Writer {
    fn default() -> Self {
        let settings = |contract| {
            let mut settings = SchemaSettings::draft2020_12();
            settings.definitions_path = "/components/schemas".into();
            settings.meta_schema = None;
            settings.contract = contract;
            settings.into_generator()
        };
        Self {
            incoming: settings(Contract::Deserialize),
            outgoing: settings(Contract::Serialize),
        }
    }
}

impl Writer {
    fn write(mut self, table: &[Operation]) -> Value {
        let mut paths = Map::new();
        let mut groups: Vec<&str> = Vec::new();
        for operation in table {
            if !groups.contains(&operation.group) {
                groups.push(operation.group);
            }
            let written = self.operation(operation);
            let path = paths
                .entry(operation.address())
                .or_insert_with(|| json!({}));
            path[operation.method.as_str().to_ascii_lowercase()] = written;
        }
        self.outgoing.subschema_for::<Problem>();
        let scopes: Vec<&str> = Scope::ALL.iter().map(|scope| scope.name()).collect();
        json!({
            "openapi": "3.1.0",
            "info": {
                "title": "guanxi",
                "version": "1",
                "description": ABOUT,
                "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
            },
            "servers": [{ "url": "/", "description": "This server" }],
            "tags": groups.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>(),
            "security": [{ "token": [] }],
            "paths": paths,
            "webhooks": hooks::messages(),
            "components": {
                "schemas": self.schemas(),
                "responses": refusals(),
                "headers": headers(),
                "securitySchemes": {
                    "token": {
                        "type": "http",
                        "scheme": "bearer",
                        "description": format!("An access token. Scopes: {}.", scopes.join(", ")),
                    },
                },
            },
        })
    }

    /// Schemas of both directions; a type that goes both ways must look the same in both.
    fn schemas(&mut self) -> Map<String, Value> {
        let mut all = self.incoming.take_definitions(true);
        for (name, schema) in self.outgoing.take_definitions(true) {
            let known = all.insert(name.clone(), schema.clone());
            debug_assert!(
                known.is_none_or(|known| known == schema),
                "{name} is read and written, but not alike: give what is read a type of its own"
            );
        }
        all.extend(hooks::schemas());
        all
    }

    fn operation(&mut self, operation: &Operation) -> Value {
        let security = match operation.door {
            Door::Open => json!([]),
            Door::Bearer => json!([{ "token": [] }]),
            Door::Member(scope) | Door::Right(_, scope) => json!([{ "token": [scope.name()] }]),
        };
        let mut written = json!({
            "operationId": operation.name,
            "tags": [operation.group],
            "summary": operation.summary,
            "security": security,
            "parameters": self.parameters(operation),
            "responses": self.answers(operation),
        });
        let who = match operation.door {
            Door::Open => "Needs no token.",
            Door::Bearer => "For any token.",
            Door::Member(_) => "For the token of a member.",
            Door::Right(..) => {
                "For the token of a member who has the right, or a token of the company with such a role."
            }
        };
        let note = operation.note;
        let space = if note.is_empty() { "" } else { " " };
        written["description"] = json!(format!("{note}{space}{who}"));
        if let Some(describe) = operation.body {
            let schema = describe(&mut self.incoming);
            written["requestBody"] = json!({
                "required": true,
                "content": { JSON: { "schema": schema } },
            });
        }
        written
    }

    fn parameters(&mut self, operation: &Operation) -> Vec<Value> {
        let mut parameters = Vec::new();
        if operation.path.contains("{id}") {
            let schema = json!({ "type": "string", "pattern": "^[0-9a-f]{32}$" });
            parameters
                .push(json!({ "name": "id", "in": "path", "required": true, "schema": schema }));
        }
        if operation.path.contains("{external_userid}") {
            let schema = json!({ "type": "string", "pattern": "^wm[0-9a-f]{30}$" });
            parameters.push(
                json!({ "name": "external_userid", "in": "path", "required": true, "schema": schema }),
            );
        }
        if operation.path.contains("{number}") {
            let schema = json!({ "type": "integer", "format": "int64", "minimum": 1 });
            parameters.push(
                json!({ "name": "number", "in": "path", "required": true, "schema": schema }),
            );
        }
        if let Some(describe) = operation.query {
            let schema = describe(&mut self.incoming).to_value();
            parameters.extend(queries(&schema));
        }
        let mut header = |name: &str, required: bool, about: &str| {
            parameters.push(json!({
                "name": name, "in": "header", "required": required, "description": about,
                "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" },
            }));
        };
        if !operation.is_change() && operation.success.media == Some(JSON) {
            header(
                "If-None-Match",
                false,
                "Tag of what you have; the answer is 304 if it still holds.",
            );
        }
        if operation.is_guarded {
            header("If-Match", true, "Tag of what you have seen, or `*`.");
        }
        if operation.keeps_answers {
            header(
                "Idempotency-Key",
                false,
                "Any text of your own that is new for each thing to do; the same again does nothing twice.",
            );
        }
        parameters
    }

    fn answers(&mut self, operation: &Operation) -> Value {
        let success = operation.success;
        let mut answer = json!({ "description": "Done." });
        if let Some(media) = success.media {
            let schema = success.schema.and_then(|schema| schema(&mut self.outgoing));
            let schema =
                schema.map_or_else(|| json!({ "type": "string" }), schemars::Schema::to_value);
            answer["content"] = json!({ media: { "schema": schema } });
            answer["description"] = json!("What was asked for.");
        }
        let mut told = Map::new();
        let mut tell = |header: &str, name: &str| {
            told.insert(
                header.to_owned(),
                json!({ "$ref": format!("#/components/headers/{name}") }),
            );
        };
        if operation.door != Door::Open {
            tell("RateLimit", "RateLimit");
            tell("RateLimit-Policy", "RateLimitPolicy");
        }
        if !operation.is_change() {
            tell("ETag", "ETag");
        }
        if success.has_location {
            tell("Location", "Location");
        }
        if success.is_list {
            tell("Link", "Link");
        }
        if operation.keeps_answers {
            tell("Idempotent-Replayed", "IdempotentReplayed");
        }
        answer["headers"] = Value::Object(told);
        let mut answers = Map::new();
        answers.insert(success.status.to_string(), answer);
        if !operation.is_change() {
            answers.insert(
                "304".into(),
                json!({ "description": "What you have still holds." }),
            );
        }
        for status in statuses(operation) {
            answers.insert(
                status.to_string(),
                json!({ "$ref": format!("#/components/responses/{status}") }),
            );
        }
        Value::Object(answers)
    }
}

/// Statuses with which an operation may refuse.
fn statuses(operation: &Operation) -> Vec<u16> {
    let mut statuses = vec![400, 406, 408, 500, 503];
    if operation.door != Door::Open {
        statuses.extend([401, 403, 429]);
    }
    if operation.path.contains('{') || operation.door != Door::Open {
        statuses.push(404);
    }
    if operation.query.is_some() {
        statuses.push(422);
    }
    if operation.is_change() {
        statuses.extend([409, 412, 413, 415, 422]);
    }
    if operation.is_guarded {
        statuses.push(428);
    }
    statuses.sort_unstable();
    statuses.dedup();
    statuses
}

const REFUSALS: [(u16, &str); 14] = [
    (400, "The request cannot be read."),
    (401, "No token, or one that has ended."),
    (
        403,
        "The token's scopes or its bearer's rights do not reach so far.",
    ),
    (404, "There is no such thing, or the bearer may not see it."),
    (
        406,
        "The answer has another media type than the caller accepts.",
    ),
    (408, "The body did not arrive in time."),
    (409, "Something stands against it; the code says what."),
    (412, "It has changed since the caller saw it."),
    (413, "The body is too large."),
    (415, "The body is not JSON."),
    (
        422,
        "Fields do not hold what they must; `errors` names them.",
    ),
    (428, "The change must say what it is based on (`If-Match`)."),
    (429, "Too many requests, or a budget is used up."),
    (503, "There is too much to do; try again soon."),
];

fn refusals() -> Map<String, Value> {
    let body = || json!({ PROBLEM: { "schema": { "$ref": "#/components/schemas/Problem" } } });
    let mut refusals = Map::new();
    for (status, about) in REFUSALS {
        refusals.insert(
            status.to_string(),
            json!({ "description": about, "content": body() }),
        );
    }
    let text = json!({ "schema": { "type": "string" } });
    refusals["401"]["headers"] = json!({ "WWW-Authenticate": text });
    let seconds = json!({ "schema": { "type": "string", "pattern": "^[0-9]+$" } });
    refusals["503"]["headers"] = json!({ "Retry-After": seconds });
    refusals.insert(
        "500".into(),
        json!({ "description": "Something unforeseen; it is in the server's log.", "content": body() }),
    );
    refusals
}

fn headers() -> Value {
    let text = |about: &str| json!({ "description": about, "schema": { "type": "string" } });
    json!({
        "ETag": text("Tag of what the answer holds."),
        "Location": text("Address of what was made."),
        "Link": text("Address of the next page, with `rel=\"next\"`."),
        "RateLimit": text("Requests that are left (`r`), and seconds until all are there again (`t`)."),
        "RateLimitPolicy": text("Requests (`q`) in a time (`w`, in seconds)."),
        "IdempotentReplayed": text("`true` where the answer is one from before."),
    })
}

/// The fields of a query as parameters.
fn queries(schema: &Value) -> Vec<Value> {
    let required: Vec<&str> = schema["required"]
        .as_array()
        .map(|names| names.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let Some(fields) = schema["properties"].as_object() else {
        return Vec::new();
    };
    let fields = fields.iter().map(|(name, field)| {
        let mut field = field.clone();
        let about = field
            .as_object_mut()
            .and_then(|field| field.remove("description"))
            .unwrap_or_else(|| json!(""));
        json!({
            "name": name, "in": "query", "required": required.contains(&name.as_str()),
            "description": about, "schema": plain(field),
        })
    });
    fields.collect()
}

/// A query knows no null: a field is there or not.
fn plain(mut schema: Value) -> Value {
    if let Some(kinds) = schema["type"].as_array() {
        let kinds: Vec<Value> = kinds
            .iter()
            .filter(|kind| **kind != "null")
            .cloned()
            .collect();
        schema["type"] = kinds.first().cloned().unwrap_or(Value::Null);
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        let choices: Vec<&Value> = choices
            .iter()
            .filter(|choice| choice["type"] != "null")
            .collect();
        if let [only] = choices[..] {
            return only.clone();
        }
    }
    if schema["default"].is_null()
        && let Some(fields) = schema.as_object_mut()
    {
        fields.remove("default");
    }
    if schema["type"].is_null()
        && let Some(fields) = schema.as_object_mut()
    {
        fields.remove("type");
    }
    schema
}

/// `GET /api/v1/openapi.json` stands in the table like everything else.
#[expect(
    clippy::unnecessary_wraps,
    reason = "a handler like all others, though it cannot fail"
)]
pub(crate) fn served(
    _: &mut guanxi_store::Tx<'_>,
    _: &super::call::Call,
) -> guanxi_app::Result<super::answer::Item<&'static Value>> {
    Ok(super::answer::Item(document()))
}
