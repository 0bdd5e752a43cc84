//! Operations of those who administer a company, each with the right that it takes.

mod hooks;
mod live_codes;
mod people;
mod rules;

use axum::http::Method;
use guanxi_model::{
    role::Right::{EditCodes, EditPolicies, EditSettings, EditTokens, ReadAudit},
    token::Scope::{
        AuditRead, CodesRead, CodesWrite, SettingsRead, SettingsWrite, TokensRead, TokensWrite,
    },
};

use crate::api::{
    answer::{Done, Item},
    audit, code, corp, logo,
    operation::{Door::Right, Operation, delete, get, later, post, put, stream, success},
    token,
};

/// The lines.
pub(super) fn table() -> Vec<Operation> {
    [
        people::table(),
        rules::table(),
        hooks::table(),
        codes(),
        live_codes::table(),
        company(),
        log(),
        tokens(),
    ]
    .concat()
}

fn codes() -> Vec<Operation> {
    let (reads, writes) = (Right(EditCodes, CodesRead), Right(EditCodes, CodesWrite));
    vec![
        get("/admin/codes", reads, "listAllCodes", code::list_all)
            .says("All QR codes", "QR codes of all members, the newest first"),
        get("/admin/codes/{id}", reads, "getAnyCode", code::get)
            .says("All QR codes", "A QR code of anybody"),
        get(
            "/admin/codes/{id}/scans",
            reads,
            "listScansOfAny",
            code::scans,
        )
        .says("All QR codes", "Scans of a QR code of anybody"),
        post(
            "/admin/codes/{id}/revoke",
            writes,
            "revokeAnyCode",
            code::revoke,
        )
        .says("All QR codes", "Takes back a QR code of anybody"),
        post(
            "/admin/codes/{id}/restore",
            writes,
            "restoreAnyCode",
            code::restore,
        )
        .says("All QR codes", "Takes that back, within ten minutes"),
        post(
            "/admin/codes/{id}/hand-over",
            writes,
            "handOverCode",
            code::hand_over,
        )
        .says(
            "All QR codes",
            "Gives a QR code to another member; printed ones live on",
        ),
    ]
}

fn company() -> Vec<Operation> {
    vec![
        get(
            "/admin/policies",
            Right(EditPolicies, SettingsRead),
            "getPolicies",
            corp::get_policies,
        )
        .says("Company", "Policies of contact requests"),
        put(
            "/admin/policies",
            Right(EditPolicies, SettingsWrite),
            "replacePolicies",
            corp::replace_policies,
        )
        .says("Company", "Replaces the policies of contact requests")
        .guarded(),
        get(
            "/admin/settings",
            Right(EditSettings, SettingsRead),
            "getSettings",
            corp::get_settings,
        )
        .says(
            "Company",
            "Name, language, time zone and region of the company",
        ),
        put(
            "/admin/settings",
            Right(EditSettings, SettingsWrite),
            "replaceSettings",
            corp::replace_settings,
        )
        .says("Company", "Replaces name, language, time zone and region")
        .guarded(),
        get(
            "/admin/logo",
            Right(EditSettings, SettingsRead),
            "getLogo",
            logo::get,
        )
        .says("Company", "The logo, 256 pixels wide"),
        later(
            Method::PUT,
            ("/admin/logo", Right(EditSettings, SettingsWrite), "setLogo"),
            success::<Done>(),
            logo::put,
        )
        .says("Company", "Shows a logo on cards, posters and codes"),
        delete(
            "/admin/logo",
            Right(EditSettings, SettingsWrite),
            "removeLogo",
            logo::remove,
        )
        .says("Company", "Takes the logo off"),
        post(
            "/admin/logo/restore",
            Right(EditSettings, SettingsWrite),
            "restoreLogo",
            logo::restore,
        )
        .says("Company", "Takes that back, within ten minutes"),
    ]
}

fn log() -> Vec<Operation> {
    let reads = Right(ReadAudit, AuditRead);
    vec![
        get("/admin/audit", reads, "listAudit", audit::list)
            .says("Audit log", "Entries of the audit log, the newest first"),
        get("/admin/audit/head", reads, "getAuditHead", audit::head)
            .says("Audit log", "The newest sealed entry, to be kept elsewhere"),
        later(
            Method::GET,
            ("/admin/audit/export", reads, "exportAudit"),
            stream(audit::LINES),
            audit::export,
        )
        .says("Audit log", "All entries as JSON lines, streamed whatever their number")
        .note("Each line has number and hash, so that another system can check the chain. `limit` does not count."),
        later(
            Method::POST,
            ("/admin/audit/verify", reads, "verifyAudit"),
            success::<Item<audit::Checked>>(),
            audit::verify,
        )
        .says("Audit log", "Follows the chain from its first entry to its head"),
        get("/admin/audit/{id}", reads, "getAuditEntry", audit::get)
            .says("Audit log", "An entry"),
    ]
}

fn tokens() -> Vec<Operation> {
    let (reads, writes) = (
        Right(EditTokens, TokensRead),
        Right(EditTokens, TokensWrite),
    );
    vec![
        get("/admin/tokens", reads, "listTokens", token::list)
            .says("Tokens", "Tokens of the company and of all members, the newest first"),
        post(
            "/admin/tokens",
            writes,
            "createCompanyToken",
            token::create,
        )
        .says("Tokens", "Makes a token of the company's own")
        .note("It may do no more and live no longer than the token that makes it. Its secret is told this once.")
        .secret(),
        get("/admin/tokens/{id}", reads, "getAnyToken", token::get).says("Tokens", "A token"),
        delete(
            "/admin/tokens/{id}",
            writes,
            "revokeAnyToken",
            token::revoke,
        )
        .says("Tokens", "Revokes a token"),
    ]
}
