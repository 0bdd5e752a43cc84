//! The payloads in JSON Schema, for receivers and for the documents.

use guanxi_model::{
    live_code::alert::Kind as Reason,
    qr_code::Outcome,
    webhook::{Kind, State, VERSION},
};
use serde_json::{Map, Value, json};

/// The schema of all payloads. A copy lies in `docs/webhooks.schema.json`; a test compares them.
pub fn schema() -> Value {
    let kinds = || Kind::ALL.into_iter().chain([Kind::Example]);
    let payloads: Map<String, Value> = kinds()
        .map(|kind| (kind.name().to_owned(), payload(kind)))
        .collect();
    let any: Vec<Value> = kinds()
        .map(|kind| json!({ "$ref": format!("#/$defs/{}", kind.name()) }))
        .collect();
    let mut parts = payloads;
    parts.extend([
        ("id".to_owned(), text("^[0-9a-f]{32}$")),
        (
            "time".to_owned(),
            json!({ "type": "string", "format": "date-time" }),
        ),
        ("member".to_owned(), member()),
        ("live_code".to_owned(), live_code()),
        (
            "party".to_owned(),
            json!({ "oneOf": [refer("member"), person(), outsider()] }),
        ),
    ]);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Payloads of webhooks",
        "description": "The body of every message. New members may come; what is here keeps its meaning within a version.",
        "oneOf": any,
        "$defs": parts,
    })
}

fn refer(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

fn text(pattern: &str) -> Value {
    json!({ "type": "string", "pattern": pattern })
}

fn maybe(kind: &str, description: &str) -> Value {
    json!({ "type": [kind, "null"], "description": description })
}

/// An object that holds exactly these.
fn object(members: Value, description: &str) -> Value {
    let names = members
        .as_object()
        .map(|members| members.keys().cloned().collect::<Vec<_>>());
    json!({
        "type": "object",
        "description": description,
        "required": names.unwrap_or_default(),
        "properties": members,
    })
}

fn member() -> Value {
    let members = json!({
        "type": { "const": "member" },
        "id": refer("id"),
        "userid": maybe("string", "Account in the company."),
    });
    object(members, "A member of the company.")
}

fn live_code() -> Value {
    let members = json!({
        "id": refer("id"),
        "name": maybe("string", "Name."),
        "state": maybe("string", "Channel tag."),
        "version": { "type": "integer", "description": "Version that is live; 0 before the first." },
    });
    object(
        members,
        "A live code, as it is when the message is written.",
    )
}

fn customer() -> Value {
    maybe(
        "string",
        "The company's name for the customer; null before a first contact and once his data is deleted.",
    )
}

/// What is told of conversations: who, never what.
fn talk(kind: Kind) -> Value {
    let mut members = json!({
        "conversation": refer("id"),
        "member": refer("member"),
        "external_userid": customer(),
        "live_code": { "oneOf": [refer("id"), { "type": "null" }], "description": "Which code led to it." },
        "promised_at": { "oneOf": [refer("time"), { "type": "null" }], "description": "When the first answer was promised." },
        "answered_at": { "oneOf": [refer("time"), { "type": "null" }], "description": "When the first answer came." },
    });
    match kind {
        Kind::ConversationMessage => {
            members["message"] = refer("id");
            members["from"] = json!({ "enum": ["customer", "member"] });
            members["length"] =
                json!({ "type": "integer", "description": "Characters of the text." });
        }
        Kind::ConversationHandedOver => {
            members["handed_from"] = json!({ "oneOf": [refer("member"), { "type": "null" }] });
        }
        _ => {}
    }
    members
}

fn person() -> Value {
    let members = json!({
        "type": { "const": "person" },
        "external_userid": maybe("string", "The company's name for the person; null before a first contact."),
    });
    object(members, "Somebody outside, such as a customer.")
}

fn outsider() -> Value {
    object(
        json!({ "type": { "const": "outsider" } }),
        "A member of another company.",
    )
}

/// One payload as a whole.
pub fn payload(kind: Kind) -> Value {
    let members = json!({
        "type": { "const": kind.name() },
        "version": { "const": VERSION },
        "timestamp": refer("time"),
        "corpid": text("^ww[0-9a-f]{16}$"),
        "sequence": {
            "type": "integer",
            "minimum": 1,
            "description": "Grows; of two messages about one subject the later one has the greater.",
        },
        "subject": refer("id"),
        "data": data(kind),
    });
    object(members, says(kind))
}

/// When it is sent.
pub const fn says(kind: Kind) -> &'static str {
    match kind {
        Kind::RequestSent => "Somebody asks to become a contact.",
        Kind::RequestAccepted => "A request was accepted.",
        Kind::RequestDeclined => "A request was declined.",
        Kind::RequestWithdrawn => "A request was withdrawn by its sender.",
        Kind::RequestExpired => "A request has expired.",
        Kind::RequestReopened => "A decision on a request was taken back; it waits again.",
        Kind::ContactMade => "Two members are contacts now.",
        Kind::ContactEnded => "Two members are no longer contacts.",
        Kind::CustomerAdded => "A member and a customer are contacts now.",
        Kind::CustomerRemoved => "A member and a customer are no longer contacts.",
        Kind::MemberChanged => {
            "A member was added, changed, moved, or changed status. Tells how he is when the message is written."
        }
        Kind::DirectoryReloaded => {
            "So many members changed at once that the directory should be read anew."
        }
        Kind::DepartmentChanged => "Departments or their leaders changed.",
        Kind::VisibilityChanged => "Rules or single permissions of visibility changed.",
        Kind::RoleChanged => "Roles changed.",
        Kind::SettingsChanged => "Name or settings of the company changed.",
        Kind::AskChanged => {
            "A member asked the administrators about somebody he cannot find, or was answered."
        }
        Kind::CodeChanged => {
            "A QR code was made, changed, revoked or handed over. Tells how it is when the message is written."
        }
        Kind::CodeScanned => "A QR code was scanned, or led to a contact or request.",
        Kind::LiveCodePublished => "A version of a live code went live.",
        Kind::LiveCodePaused => "A live code was paused.",
        Kind::LiveCodeResumed => "A paused live code serves again.",
        Kind::LiveCodeDeleted => "A live code was deleted.",
        Kind::LiveCodeRestored => "The deletion of a live code was taken back.",
        Kind::LiveCodeAdded => "A scan of a live code has led a customer to a member.",
        Kind::LiveCodeWaiting => {
            "A visitor of a live code has left a number because nobody could be chosen."
        }
        Kind::AlertOpened => "Something is not well with a live code.",
        Kind::AlertClosed => "An alert of a live code is over.",
        Kind::ConversationStarted => {
            "A conversation of a customer with a member began, or began again by a code."
        }
        Kind::ConversationMessage => "One side said something. The text is not told.",
        Kind::ConversationHandedOver => "A colleague has the conversation now.",
        Kind::ConversationClosed => "A conversation was settled.",
        Kind::ConversationReopened => "A settled conversation was taken up again.",
        Kind::ConversationMissed => "The answer that a customer was promised did not come in time.",
        Kind::WebhookChanged => {
            "An endpoint was made, changed, paused, resumed, deleted or switched off."
        }
        Kind::Example => "An administrator has sent an example.",
    }
}

fn data(kind: Kind) -> Value {
    let members = match kind {
        Kind::RequestSent
        | Kind::RequestAccepted
        | Kind::RequestDeclined
        | Kind::RequestWithdrawn
        | Kind::RequestExpired
        | Kind::RequestReopened => json!({
            "request": refer("id"),
            "sender": refer("party"),
            "recipient": refer("party"),
        }),
        Kind::ContactMade | Kind::ContactEnded => json!({
            "parties": { "type": "array", "items": refer("party"), "minItems": 2, "maxItems": 2 },
        }),
        Kind::CustomerAdded | Kind::CustomerRemoved => json!({
            "member": refer("member"),
            "external_userid": maybe("string", "The company's name for the customer; null once his data is deleted."),
        }),
        Kind::MemberChanged => json!({
            "member": refer("member"),
            "name": maybe("string", "Name."),
            "status": { "enum": ["active", "disabled", "not_activated", "left", null] },
            "departments": { "type": "array", "items": { "type": "integer" } },
        }),
        Kind::DirectoryReloaded
        | Kind::DepartmentChanged
        | Kind::VisibilityChanged
        | Kind::RoleChanged
        | Kind::SettingsChanged => json!({}),
        Kind::AskChanged => json!({ "member": refer("member") }),
        Kind::CodeChanged => json!({
            "code": refer("id"),
            "owner": refer("member"),
            "expires_at": { "oneOf": [refer("time"), { "type": "null" }] },
            "revoked_at": { "oneOf": [refer("time"), { "type": "null" }] },
        }),
        Kind::CodeScanned => json!({
            "code": refer("id"),
            "owner": refer("member"),
            "scan": { "oneOf": [refer("id"), { "type": "null" }] },
            "outcome": { "enum": outcomes() },
            "external_userid": maybe("string", "The company's name for the visitor, if he is a customer."),
        }),
        Kind::LiveCodePublished
        | Kind::LiveCodePaused
        | Kind::LiveCodeResumed
        | Kind::LiveCodeDeleted
        | Kind::LiveCodeRestored => json!({ "live_code": refer("live_code") }),
        Kind::LiveCodeAdded => json!({
            "live_code": refer("live_code"),
            "scan": { "type": "integer", "description": "Number of the scan in the company's log." },
            "conversation": refer("id"),
            "member": refer("member"),
            "external_userid": customer(),
        }),
        Kind::LiveCodeWaiting => json!({
            "live_code": refer("live_code"),
            "waiting": refer("id"),
            "external_userid": customer(),
        }),
        Kind::AlertOpened | Kind::AlertClosed => {
            let reasons = Reason::ALL.into_iter().map(Reason::name);
            json!({
                "alert": refer("id"),
                "live_code": refer("live_code"),
                "reason": { "enum": reasons.collect::<Vec<_>>() },
                "count": { "type": "integer", "description": "How many, when it opened: customers, members, or promises." },
                "whole": { "type": "integer", "description": "Of how many." },
                "opened_at": refer("time"),
                "closed_at": { "oneOf": [refer("time"), { "type": "null" }] },
            })
        }
        Kind::ConversationStarted
        | Kind::ConversationMessage
        | Kind::ConversationHandedOver
        | Kind::ConversationClosed
        | Kind::ConversationReopened
        | Kind::ConversationMissed => talk(kind),
        Kind::WebhookChanged => {
            let states = State::ALL.into_iter().map(State::name);
            let states: Vec<&str> = states.chain(["deleted"]).collect();
            json!({ "webhook": refer("id"), "state": { "enum": states } })
        }
        Kind::Example => json!({ "webhook": refer("id"), "description": { "type": "string" } }),
    };
    object(members, "What differs by type.")
}

fn outcomes() -> Vec<Value> {
    let known = (0..64).filter_map(Outcome::from_number);
    let names = known.map(|outcome| json!(outcome.name()));
    names.chain([Value::Null]).collect()
}
