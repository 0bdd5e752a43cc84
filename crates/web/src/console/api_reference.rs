//! The reference of the REST interface, rendered from its OpenAPI document.

use askama::Template;
use axum::response::Response;
use serde_json::{Map, Value};

use crate::{
    api::{document::document, problem},
    auth::{Actor, Form},
    console,
    error::Failure,
    page::{Place, Shell, encoded},
    reply,
};

/// How deep a schema is unfolded; what lies deeper is named only.
const DEPTH: usize = 3;

/// A part of the interface.
struct Part {
    name: String,
    operations: usize,
    href: String,
    is_current: bool,
}

/// A parameter, or a field of a body or an answer.
struct Field {
    /// Its name, with those of the fields around it.
    name: String,
    kind: String,
    about: String,
    is_required: bool,
}

/// One operation.
struct Line {
    name: String,
    method: String,
    path: String,
    summary: String,
    about: String,
    /// The scope that it takes; empty where it takes none.
    scope: String,
    is_open: bool,
    parameters: Vec<Field>,
    body: Vec<Field>,
    status: String,
    answer: Vec<Field>,
    answer_kind: String,
    refusals: Vec<(String, String)>,
    example: String,
}

#[derive(Template)]
#[template(path = "api-reference.html")]
struct Page {
    shell: Shell,
    base: String,
    parts: Vec<Part>,
    current: String,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "api-problems.html")]
struct Problems {
    shell: Shell,
    rows: Vec<(u16, &'static str, String)>,
}

/// `GET /api-reference`
pub async fn page(actor: Actor) -> Result<Response, Failure> {
    let frame = actor.read(console::frame).await?;
    let wanted = Form::query(&actor.path).text("part").to_owned();
    let document = document();
    let operations = operations(document);
    let names = document["tags"].as_array().into_iter().flatten();
    let parts = names
        .filter_map(|tag| tag["name"].as_str())
        .map(|name| Part {
            name: name.to_owned(),
            operations: operations
                .iter()
                .filter(|(_, _, operation)| part(operation) == name)
                .count(),
            href: format!("/api-reference?part={}", encoded(name)),
            is_current: name == wanted,
        });
    let parts: Vec<Part> = parts.collect();
    let current = parts.iter().find(|part| part.is_current);
    let current = current.map_or_else(String::new, |part| part.name.clone());
    let lines = operations
        .iter()
        .filter(|(_, _, operation)| !current.is_empty() && part(operation) == current);
    let base = actor.app.public_url.clone();
    let lines = lines
        .map(|(path, method, operation)| line(&base, path, method, operation))
        .collect();
    let page = Page {
        shell: frame.shell(&actor, Place::Profile),
        base,
        parts,
        current,
        lines,
    };
    Ok(reply::page(&page.shell, &page))
}

/// `GET /api-reference/problems`
pub async fn problems(actor: Actor) -> Result<Response, Failure> {
    let frame = actor.read(console::frame).await?;
    let l = actor.l;
    let rows = problem::CODES.iter();
    let page = Problems {
        shell: frame.shell(&actor, Place::Profile),
        rows: rows
            .map(|(status, code)| (*status, *code, problem::meaning(l, code)))
            .collect(),
    };
    Ok(reply::page(&page.shell, &page))
}

/// All operations with their addresses and methods, those that read first at each address.
fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
    let paths = document["paths"].as_object().into_iter().flatten();
    paths
        .flat_map(|(path, item)| {
            METHODS.into_iter().filter_map(move |method| {
                let operation = item.get(method)?;
                Some((path.as_str(), method, operation))
            })
        })
        .collect()
}

fn part(operation: &Value) -> &str {
    operation["tags"][0].as_str().unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn line(base: &str, path: &str, method: &str, operation: &Value) -> Line {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let parameters = parameters.map(|parameter| Field {
        name: text(&parameter["name"]),
        kind: kind(&parameter["schema"]),
        about: text(&parameter["description"]),
        is_required: parameter["required"] == Value::Bool(true),
    });
    let body = &operation["requestBody"]["content"]["application/json"]["schema"];
    let answers = operation["responses"].as_object();
    let good = answers
        .into_iter()
        .flatten()
        .find(|(status, _)| status.starts_with('2'));
    let (status, good) = good.map_or((String::new(), &Value::Null), |(status, answer)| {
        (status.clone(), answer)
    });
    let media = good["content"].as_object();
    let media = media.and_then(|media| media.iter().next());
    let refusals = answers.into_iter().flatten();
    let refusals = refusals.filter(|(status, _)| status.starts_with(['4', '5']));
    let security = &operation["security"][0];
    Line {
        name: text(&operation["operationId"]),
        method: method.to_ascii_uppercase(),
        path: path.to_owned(),
        summary: text(&operation["summary"]),
        about: text(&operation["description"]),
        scope: text(&security["token"][0]),
        is_open: security.is_null(),
        parameters: parameters.collect(),
        body: fields(body),
        status,
        answer: media.map_or_else(Vec::new, |(_, media)| fields(&media["schema"])),
        answer_kind: media.map_or_else(String::new, |(media, _)| media.clone()),
        refusals: refusals
            .map(|(status, answer)| (status.clone(), text(&resolved(answer)["description"])))
            .collect(),
        example: example(base, path, method, operation),
    }
}

/// The same call with curl.
fn example(base: &str, path: &str, method: &str, operation: &Value) -> String {
    let mut example = "curl".to_owned();
    if method != "get" {
        example.push_str(" -X ");
        example.push_str(&method.to_ascii_uppercase());
    }
    if operation["security"][0].is_object() {
        example.push_str(" -H \"Authorization: Bearer $TOKEN\"");
    }
    let needs_tag = operation["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .any(|parameter| parameter["name"] == "If-Match");
    if needs_tag {
        example.push_str(" -H 'If-Match: \"…\"'");
    }
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    if !schema.is_null() {
        let body = sample(schema, 0);
        example.push_str(" --json '");
        example.push_str(&body.to_string());
        example.push('\'');
    }
    example.push_str(" '");
    example.push_str(base);
    example.push_str(path);
    example.push('\'');
    example
}

/// A schema behind its reference.
fn resolved(schema: &Value) -> &Value {
    let mut schema = schema;
    // No reference leads to a reference that leads back.
    for _ in 0..8 {
        match schema["$ref"].as_str() {
            Some(address) => {
                let pointer = address.trim_start_matches('#');
                schema = document().pointer(pointer).unwrap_or(&Value::Null);
            }
            None => break,
        }
    }
    schema
}

/// The schema that is meant where null is allowed too.
fn meant(schema: &Value) -> &Value {
    let schema = resolved(schema);
    let choices = schema["anyOf"].as_array();
    let real = choices
        .into_iter()
        .flatten()
        .find(|choice| choice["type"] != "null");
    real.map_or(schema, resolved)
}

/// What a value is, in few words.
fn kind(schema: &Value) -> String {
    let schema = meant(schema);
    let words = |values: &Vec<Value>| {
        let words: Vec<String> = values
            .iter()
            .map(|value| match value {
                Value::String(word) => word.clone(),
                other => other.to_string(),
            })
            .collect();
        words.join(" | ")
    };
    if let Some(values) = schema["enum"].as_array() {
        return words(values);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let known = choices.iter().filter(|choice| !choice["const"].is_null());
        let known: Vec<Value> = known.map(|choice| choice["const"].clone()).collect();
        if !known.is_empty() {
            return words(&known);
        }
        let shapes: Vec<String> = choices
            .iter()
            .filter_map(|choice| choice["properties"].as_object())
            .flat_map(Map::keys)
            .map(|name| format!("{{ {name} }}"))
            .collect();
        return shapes.join(" | ");
    }
    if schema["type"] == "array" {
        return format!("[{}]", kind(&schema["items"]));
    }
    let name = match &schema["type"] {
        Value::String(name) => name.clone(),
        Value::Array(names) => words(names),
        _ => "object".to_owned(),
    };
    match schema["format"].as_str() {
        Some(format @ ("date-time" | "email" | "uri")) => format!("{name} ({format})"),
        _ => name,
    }
}

/// Fields of a schema, those inside others behind them.
fn fields(schema: &Value) -> Vec<Field> {
    let mut list = Vec::new();
    unfold(schema, "", 0, &mut list);
    list
}

fn unfold(schema: &Value, above: &str, level: usize, list: &mut Vec<Field>) {
    let mut schema = meant(schema);
    while schema["type"] == "array" {
        schema = meant(&schema["items"]);
    }
    let Some(properties) = schema["properties"].as_object() else {
        return;
    };
    let required = schema["required"].as_array();
    for (name, field) in properties {
        let is_required = required.is_some_and(|names| names.iter().any(|one| one == name));
        let own = text(&field["description"]);
        let about = if own.is_empty() {
            text(&meant(field)["description"])
        } else {
            own
        };
        let path = format!("{above}{name}");
        list.push(Field {
            name: path.clone(),
            kind: kind(field),
            about,
            is_required,
        });
        if level + 1 < DEPTH {
            unfold(field, &format!("{path}."), level + 1, list);
        }
    }
}

/// A body that shows what is meant: what is required, with plain values.
fn sample(schema: &Value, level: usize) -> Value {
    let schema = meant(schema);
    if let Some(first) = schema["enum"].as_array().and_then(|values| values.first()) {
        return first.clone();
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let first = choices.first().unwrap_or(&Value::Null);
        return match &first["const"] {
            Value::Null => sample(first, level),
            word => word.clone(),
        };
    }
    match schema["type"].as_str() {
        Some("string") => Value::from(if schema["pattern"] == "^[0-9a-f]{32}$" {
            "0190…"
        } else {
            "…"
        }),
        Some("integer") => schema["minimum"].as_i64().unwrap_or(1).into(),
        Some("boolean") => Value::Bool(false),
        Some("array") => Value::Array(vec![sample(&schema["items"], level + 1)]),
        _ if level > DEPTH => Value::Object(Map::new()),
        _ => {
            let required = schema["required"].as_array().into_iter().flatten();
            let names = required.filter_map(Value::as_str);
            let fields = names.map(|name| {
                let value = sample(&schema["properties"][name], level + 1);
                (name.to_owned(), value)
            });
            Value::Object(fields.collect())
        }
    }
}
