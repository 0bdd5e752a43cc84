//! Routes of those who administer a company, each with the right that it takes.

use guanxi_model::role::Right;

use super::{Route, change, read};
use crate::{
    auth::Access,
    console::{
        audit, avatar, code as codes, corp, customer, department, find_ask, logo, member, token,
        visibility, webhook,
    },
};

/// Who may use the pages of visibility.
const SIGHT: Access = Access::Right(Right::EditVisibility);
/// Who may use the pages of members' questions.
const ASKS: Access = Access::Right(Right::AnswerAsks);

/// Who may use the pages of webhooks.
const HOOKS: Access = Access::Right(Right::EditWebhooks);

/// The lines.
#[expect(
    clippy::too_many_lines,
    reason = "one table, so that it can be read as a whole"
)]
pub(super) fn table() -> Vec<Route> {
    use Access::Right as With;
    vec![
        // Administration: people, departments, roles
        read("/admin/people", With(Right::ReadPeople), member::list),
        read(
            "/admin/people/export.csv",
            With(Right::ReadPeople),
            member::file,
        ),
        read("/admin/people/new", With(Right::EditPeople), member::new),
        change("/admin/people/new", With(Right::EditPeople), member::create),
        read(
            "/admin/people/batch",
            With(Right::EditPeople),
            member::batch,
        ),
        change(
            "/admin/people/batch",
            With(Right::EditPeople),
            member::batch_change,
        ),
        read(
            "/admin/people/batch/{id}",
            With(Right::EditPeople),
            member::batch_page,
        ),
        read(
            "/admin/people/batch/{id}/export.csv",
            With(Right::EditPeople),
            member::batch_file,
        ),
        change(
            "/admin/people/batch/{id}/go-on",
            With(Right::EditPeople),
            member::batch_go_on,
        ),
        change(
            "/admin/people/batch/{id}/undo",
            With(Right::EditPeople),
            member::batch_undo,
        ),
        read(
            "/admin/people/roles",
            With(Right::GrantRoles),
            member::holders,
        ),
        read(
            "/admin/people/roles/export.csv",
            With(Right::GrantRoles),
            member::holders_file,
        ),
        read("/admin/people/{id}", With(Right::ReadPeople), member::page),
        read(
            "/admin/people/{id}/edit",
            With(Right::EditPeople),
            member::edit,
        ),
        change(
            "/admin/people/{id}/edit",
            With(Right::EditPeople),
            member::update,
        ),
        read(
            "/admin/people/{id}/avatar",
            With(Right::EditPeople),
            avatar::theirs,
        ),
        change(
            "/admin/people/{id}/avatar",
            With(Right::EditPeople),
            avatar::put_theirs,
        ),
        change(
            "/admin/people/{id}/avatar/remove",
            With(Right::EditPeople),
            avatar::remove_theirs,
        ),
        change(
            "/admin/people/{id}/avatar/restore",
            With(Right::EditPeople),
            avatar::restore_theirs,
        ),
        read(
            "/admin/people/{id}/disable",
            With(Right::EditPeople),
            member::ask_disable,
        ),
        change(
            "/admin/people/{id}/disable",
            With(Right::EditPeople),
            member::disable,
        ),
        read(
            "/admin/people/{id}/leave",
            With(Right::EditPeople),
            member::ask_leave,
        ),
        change(
            "/admin/people/{id}/leave",
            With(Right::EditPeople),
            member::leave,
        ),
        read(
            "/admin/people/{id}/reactivate",
            With(Right::EditPeople),
            member::ask_reactivate,
        ),
        change(
            "/admin/people/{id}/reactivate",
            With(Right::EditPeople),
            member::reactivate,
        ),
        read(
            "/admin/people/{id}/roles",
            With(Right::GrantRoles),
            member::roles,
        ),
        change(
            "/admin/people/{id}/roles",
            With(Right::GrantRoles),
            member::replace_roles,
        ),
        read(
            "/admin/departments",
            With(Right::EditDepartments),
            department::top,
        ),
        read(
            "/admin/departments/export.csv",
            With(Right::EditDepartments),
            department::file,
        ),
        read(
            "/admin/departments/{id}",
            With(Right::EditDepartments),
            department::page,
        ),
        change(
            "/admin/departments/{id}",
            With(Right::EditDepartments),
            department::update,
        ),
        change(
            "/admin/departments/{id}/new",
            With(Right::EditDepartments),
            department::create,
        ),
        change(
            "/admin/departments/{id}/shift",
            With(Right::EditDepartments),
            department::shift,
        ),
        read(
            "/admin/departments/{id}/delete",
            With(Right::EditDepartments),
            department::ask_delete,
        ),
        change(
            "/admin/departments/{id}/delete",
            With(Right::EditDepartments),
            department::delete,
        ),
        // Administration: visibility and questions
        read("/admin/visibility", SIGHT, visibility::page),
        read(
            "/admin/visibility/export.csv",
            SIGHT,
            visibility::export::rules,
        ),
        read("/admin/visibility/rules/new", SIGHT, visibility::rule::new),
        change(
            "/admin/visibility/rules/new",
            SIGHT,
            visibility::rule::create,
        ),
        read(
            "/admin/visibility/rules/{id}",
            SIGHT,
            visibility::rule::edit,
        ),
        change(
            "/admin/visibility/rules/{id}",
            SIGHT,
            visibility::rule::update,
        ),
        change(
            "/admin/visibility/rules/{id}/delete",
            SIGHT,
            visibility::delete_rule,
        ),
        change(
            "/admin/visibility/rules/{id}/undo",
            SIGHT,
            visibility::undo_rule,
        ),
        change(
            "/admin/visibility/leaders/on",
            SIGHT,
            visibility::leaders_on,
        ),
        change(
            "/admin/visibility/leaders/off",
            SIGHT,
            visibility::leaders_off,
        ),
        read("/admin/visibility/grants", SIGHT, visibility::grant::list),
        read(
            "/admin/visibility/grants/export.csv",
            SIGHT,
            visibility::export::grants,
        ),
        read(
            "/admin/visibility/grants/new",
            SIGHT,
            visibility::grant::new,
        ),
        change(
            "/admin/visibility/grants/new",
            SIGHT,
            visibility::grant::create,
        ),
        change(
            "/admin/visibility/grants/{id}/delete",
            SIGHT,
            visibility::grant::delete,
        ),
        change(
            "/admin/visibility/grants/{id}/undo",
            SIGHT,
            visibility::grant::undo,
        ),
        read(
            "/admin/visibility/preview",
            SIGHT,
            visibility::preview::page,
        ),
        read(
            "/admin/visibility/explain",
            SIGHT,
            visibility::explain::page,
        ),
        read("/admin/find-asks", ASKS, find_ask::list),
        read("/admin/find-asks/export.csv", ASKS, find_ask::file),
        read("/admin/find-asks/{id}", ASKS, find_ask::page),
        change("/admin/find-asks/{id}", ASKS, find_ask::answer),
        // Administration: QR codes
        read("/admin/codes", With(Right::EditCodes), codes::list_all),
        read(
            "/admin/codes/export.csv",
            With(Right::EditCodes),
            codes::all_file,
        ),
        read(
            "/admin/codes/{id}/hand-over",
            With(Right::EditCodes),
            codes::ask_hand_over,
        ),
        change(
            "/admin/codes/{id}/hand-over",
            With(Right::EditCodes),
            codes::hand_over,
        ),
        read(
            "/admin/codes/of/{id}/hand-over",
            With(Right::EditCodes),
            codes::ask_hand_over_all,
        ),
        change(
            "/admin/codes/of/{id}/hand-over",
            With(Right::EditCodes),
            codes::hand_over_all,
        ),
        read(
            "/admin/customers",
            With(Right::EditCodes),
            customer::list_all,
        ),
        read(
            "/admin/customers/export.csv",
            With(Right::EditCodes),
            customer::file_all,
        ),
        // Administration: webhooks
        read("/admin/webhooks", HOOKS, webhook::list),
        read("/admin/webhooks/new", HOOKS, webhook::new),
        change("/admin/webhooks/new", HOOKS, webhook::create),
        read("/admin/webhooks/schema.json", HOOKS, webhook::schema_file),
        read("/admin/webhooks/{id}", HOOKS, webhook::page),
        read("/admin/webhooks/{id}/edit", HOOKS, webhook::edit),
        change("/admin/webhooks/{id}/edit", HOOKS, webhook::update),
        read("/admin/webhooks/{id}/rotate", HOOKS, webhook::ask_rotate),
        change("/admin/webhooks/{id}/rotate", HOOKS, webhook::rotate),
        change("/admin/webhooks/{id}/pause", HOOKS, webhook::pause),
        change("/admin/webhooks/{id}/resume", HOOKS, webhook::resume),
        change("/admin/webhooks/{id}/example", HOOKS, webhook::example),
        change("/admin/webhooks/{id}/resend", HOOKS, webhook::resend_all),
        read("/admin/webhooks/{id}/messages.csv", HOOKS, webhook::file),
        read("/admin/webhooks/{id}/message", HOOKS, webhook::message),
        change("/admin/webhooks/{id}/message", HOOKS, webhook::resend),
        read("/admin/webhooks/{id}/delete", HOOKS, webhook::ask_delete),
        change("/admin/webhooks/{id}/delete", HOOKS, webhook::delete),
        change("/admin/webhooks/{id}/restore", HOOKS, webhook::restore),
        // Administration: access tokens
        read("/admin/tokens", With(Right::EditTokens), token::list_all),
        read(
            "/admin/tokens/new",
            With(Right::EditTokens),
            token::new_for_company,
        ),
        change(
            "/admin/tokens/new",
            With(Right::EditTokens),
            token::create_for_company,
        ),
        change(
            "/admin/tokens/{id}/revoke",
            With(Right::EditTokens),
            token::revoke_any,
        ),
        // Administration: policies, settings, audit
        read("/admin/policies", With(Right::EditPolicies), corp::policies),
        change(
            "/admin/policies",
            With(Right::EditPolicies),
            corp::save_policies,
        ),
        read("/admin/settings", With(Right::EditSettings), corp::settings),
        change(
            "/admin/settings",
            With(Right::EditSettings),
            corp::save_settings,
        ),
        read(
            "/admin/settings/logo",
            With(Right::EditSettings),
            logo::page,
        ),
        change("/admin/settings/logo", With(Right::EditSettings), logo::put),
        change(
            "/admin/settings/logo/remove",
            With(Right::EditSettings),
            logo::remove,
        ),
        change(
            "/admin/settings/logo/restore",
            With(Right::EditSettings),
            logo::restore,
        ),
        read("/admin/audit", With(Right::ReadAudit), audit::page),
        change("/admin/audit/check", With(Right::ReadAudit), audit::check),
        read(
            "/admin/audit/export.csv",
            With(Right::ReadAudit),
            audit::csv_file,
        ),
        read(
            "/admin/audit/export.jsonl",
            With(Right::ReadAudit),
            audit::json_file,
        ),
        read("/admin/audit/{id}", With(Right::ReadAudit), audit::entry),
    ]
}
