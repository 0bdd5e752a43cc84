//! Operations of those who administer live codes.

use guanxi_model::{
    role::Right::EditCodes,
    token::Scope::{CodesRead, CodesWrite},
};

use crate::api::{
    live_code,
    operation::{Door::Right, Operation, delete, get, post, put},
};

/// The heading of the document under which they stand.
const TAG: &str = "Live codes";

/// The lines.
#[expect(
    clippy::too_many_lines,
    reason = "one table, so that it can be read as a whole"
)]
pub(super) fn table() -> Vec<Operation> {
    let (reads, writes) = (Right(EditCodes, CodesRead), Right(EditCodes, CodesWrite));
    vec![
        get("/admin/live-codes", reads, "listLiveCodes", live_code::list)
            .says(TAG, "All live codes, the newest first"),
        post(
            "/admin/live-codes",
            writes,
            "createLiveCode",
            live_code::create,
        )
        .says(TAG, "Makes a live code with a draft"),
        get(
            "/admin/live-codes/{id}",
            reads,
            "getLiveCode",
            live_code::get,
        )
        .says(TAG, "A live code with its published plan"),
        delete(
            "/admin/live-codes/{id}",
            writes,
            "deleteLiveCode",
            live_code::delete,
        )
        .says(
            TAG,
            "Deletes a live code; that can be taken back for ten minutes",
        ),
        post(
            "/admin/live-codes/{id}/restore",
            writes,
            "restoreLiveCode",
            live_code::restore,
        )
        .says(TAG, "Takes a deletion back"),
        post(
            "/admin/live-codes/{id}/pause",
            writes,
            "pauseLiveCode",
            live_code::pause,
        )
        .says(TAG, "Lets a live code serve nobody for a while"),
        post(
            "/admin/live-codes/{id}/resume",
            writes,
            "resumeLiveCode",
            live_code::resume,
        )
        .says(TAG, "Lets it serve again"),
        post(
            "/admin/live-codes/{id}/duplicate",
            writes,
            "duplicateLiveCode",
            live_code::duplicate,
        )
        .says(TAG, "Makes a live code like another, as a draft"),
        get(
            "/admin/live-codes/{id}/draft",
            reads,
            "getLiveCodeDraft",
            live_code::draft,
        )
        .says(TAG, "What waits to be published, and what would come of it"),
        put(
            "/admin/live-codes/{id}/draft",
            writes,
            "replaceLiveCodeDraft",
            live_code::save_draft,
        )
        .says(TAG, "Replaces the draft; what is live stays as it is")
        .guarded(),
        delete(
            "/admin/live-codes/{id}/draft",
            writes,
            "dropLiveCodeDraft",
            live_code::drop_draft,
        )
        .says(TAG, "Throws the draft away"),
        post(
            "/admin/live-codes/{id}/publish",
            writes,
            "publishLiveCode",
            live_code::publish,
        )
        .says(
            TAG,
            "Makes the draft live, or says all that is wrong with it",
        ),
        get(
            "/admin/live-codes/{id}/versions",
            reads,
            "listLiveCodeVersions",
            live_code::versions,
        )
        .says(TAG, "What was published, the newest first"),
        get(
            "/admin/live-codes/{id}/scans",
            reads,
            "listLiveCodeScans",
            live_code::scans,
        )
        .says(TAG, "Scans of a live code, the newest first"),
        get(
            "/admin/live-codes/{id}/receipt",
            reads,
            "getLiveCodeReceipt",
            live_code::receipt,
        )
        .says(TAG, "Why a scan led to whom it led"),
    ]
}
