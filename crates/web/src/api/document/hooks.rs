//! The messages of webhooks in the OpenAPI document: one for each event, with the schema that receivers rely on.

use guanxi_app::webhook::schema;
use guanxi_model::webhook::Kind;
use serde_json::{Map, Value, json};

use super::JSON;

/// What the names of these schemas begin with, so that they meet no other.
const PREFIX: &str = "Webhook.";

/// Schemas of all messages and of what they share.
pub(super) fn schemas() -> Map<String, Value> {
    let text = schema::schema()["$defs"].to_string();
    let text = text.replace("#/$defs/", &format!("#/components/schemas/{PREFIX}"));
    let parts: Map<String, Value> = serde_json::from_str(&text).unwrap_or_default();
    let parts = parts.into_iter();
    parts
        .map(|(name, part)| (format!("{PREFIX}{name}"), part))
        .collect()
}

/// Each message as a call that the server makes.
pub(super) fn messages() -> Map<String, Value> {
    let schemas = schemas();
    let kinds = Kind::ALL.into_iter().chain([Kind::Example]);
    let message = |kind: Kind| {
        let name = format!("{PREFIX}{}", kind.name());
        let about = &schemas[&name]["description"];
        let body = json!({ "$ref": format!("#/components/schemas/{name}") });
        let call = json!({
            "post": {
                "operationId": format!("on.{}", kind.name()),
                "tags": ["Webhooks"],
                "summary": about,
                "description": "Signed after Standard Webhooks; sent again until it is taken.",
                "security": [],
                "parameters": headers(),
                "requestBody": { "required": true, "content": { JSON: { "schema": body } } },
                "responses": {
                    "2XX": { "description": "Taken." },
                    "410": { "description": "The endpoint is gone for good; nothing more is sent." },
                    "default": { "description": "Not taken: it is sent again, up to three days." },
                },
            },
        });
        (kind.name().to_owned(), call)
    };
    kinds.map(message).collect()
}

fn headers() -> Value {
    let header = |name: &str, about: &str| {
        json!({
            "name": name, "in": "header", "required": true, "description": about,
            "schema": { "type": "string" },
        })
    };
    json!([
        header(
            "webhook-id",
            "Number of the message, the same through all tries."
        ),
        header(
            "webhook-timestamp",
            "When this try was made, in seconds since 1970."
        ),
        header(
            "webhook-signature",
            "Signatures of id, time and body, each `v1,` and base64."
        ),
    ])
}
