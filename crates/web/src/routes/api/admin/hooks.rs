//! Operations on endpoints that are told of what happens.

use guanxi_model::{
    role::Right::EditWebhooks,
    token::Scope::{WebhooksRead, WebhooksWrite},
};

use crate::api::{
    operation::{Door::Right, Operation, delete, get, post, put},
    webhook,
};

/// The lines.
pub(super) fn table() -> Vec<Operation> {
    let (reads, writes) = (
        Right(EditWebhooks, WebhooksRead),
        Right(EditWebhooks, WebhooksWrite),
    );
    vec![
        get("/admin/webhooks", reads, "listWebhooks", webhook::list)
            .says("Webhooks", "All endpoints, the oldest first"),
        post("/admin/webhooks", writes, "createWebhook", webhook::create)
            .says("Webhooks", "Makes an endpoint")
            .note("Its secret is told this once.")
            .secret(),
        get("/admin/webhooks/{id}", reads, "getWebhook", webhook::get)
            .says("Webhooks", "An endpoint"),
        put(
            "/admin/webhooks/{id}",
            writes,
            "replaceWebhook",
            webhook::replace,
        )
        .says(
            "Webhooks",
            "Replaces address, description and events of an endpoint",
        )
        .guarded(),
        delete(
            "/admin/webhooks/{id}",
            writes,
            "deleteWebhook",
            webhook::delete,
        )
        .says("Webhooks", "Deletes an endpoint"),
        post(
            "/admin/webhooks/{id}/restore",
            writes,
            "restoreWebhook",
            webhook::restore,
        )
        .says("Webhooks", "Takes that back, within ten minutes"),
        post(
            "/admin/webhooks/{id}/pause",
            writes,
            "pauseWebhook",
            webhook::pause,
        )
        .says("Webhooks", "Lets messages wait"),
        post(
            "/admin/webhooks/{id}/resume",
            writes,
            "resumeWebhook",
            webhook::resume,
        )
        .says(
            "Webhooks",
            "Sends again, after a pause or after the server switched it off",
        ),
        post(
            "/admin/webhooks/{id}/rotate",
            writes,
            "rotateWebhookSecret",
            webhook::rotate,
        )
        .says("Webhooks", "Gives an endpoint a new secret")
        .note("It is told this once; the old one signs beside it for a day.")
        .secret(),
        post(
            "/admin/webhooks/{id}/test",
            writes,
            "testWebhook",
            webhook::test,
        )
        .says("Webhooks", "Sends an example"),
        get(
            "/admin/webhooks/{id}/deliveries",
            reads,
            "listDeliveries",
            webhook::deliveries,
        )
        .says("Webhooks", "Messages for an endpoint, the newest first"),
        get(
            "/admin/webhooks/{id}/tries",
            reads,
            "listTries",
            webhook::tries,
        )
        .says("Webhooks", "One message with its tries, the newest first"),
        post(
            "/admin/webhooks/{id}/resend",
            writes,
            "resendDeliveries",
            webhook::resend,
        )
        .says(
            "Webhooks",
            "Sends one message again, or all that were given up",
        ),
    ]
}
