//! The one table of routes. Each line says who may use the route and what answers it; the router is made from the table,
//! and tests walk it with nobody, with the wrong role and with somebody of another company.

use axum::{
    Router,
    handler::Handler,
    http::StatusCode,
    middleware::from_fn_with_state,
    routing::{MethodRouter, any, get, post},
};
use guanxi_model::role::Right;

use crate::{
    assets,
    auth::{Access, guard},
    console::{
        audit, code as codes, contact, corp, customer, department, directory, find, home, member,
        person, profile, request, scan, sign_in,
    },
    console::{find_ask, visibility},
    edge::{self, Limits},
    error::{self, Failure},
    live, preference,
    public::code,
    reply,
    state::App,
};

/// How a route is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Reads a page.
    Get,
    /// Changes something, by a form.
    Post,
}

/// One line of the table.
#[derive(Debug, Clone)]
pub struct Route {
    /// How.
    pub verb: Verb,
    /// Address; `{id}` and the like stand for parts.
    pub path: &'static str,
    /// By whom.
    pub access: Access,
    method: MethodRouter<App>,
}

fn read<H: Handler<T, App>, T: 'static>(path: &'static str, access: Access, handler: H) -> Route {
    Route {
        verb: Verb::Get,
        path,
        access,
        method: get(handler),
    }
}

fn change<H: Handler<T, App>, T: 'static>(path: &'static str, access: Access, handler: H) -> Route {
    Route {
        verb: Verb::Post,
        path,
        access,
        method: post(handler),
    }
}

/// Who may use the pages of visibility.
const SIGHT: Access = Access::Right(Right::EditVisibility);
/// Who may use the pages of members' questions.
const ASKS: Access = Access::Right(Right::AnswerAsks);

/// All routes of the console.
#[expect(
    clippy::too_many_lines,
    reason = "one table, so that it can be read and walked as a whole"
)]
pub fn table() -> Vec<Route> {
    use Access::{Member, Person, Public, Right as With};
    vec![
        // Signing in
        read("/sign-in", Public, sign_in::number),
        change("/sign-in", Public, sign_in::send_code),
        read("/sign-in/code", Public, sign_in::code),
        change("/sign-in/code", Public, sign_in::try_code),
        read("/sign-in/company", Person, sign_in::company),
        change("/sign-out", Person, sign_in::out),
        change("/preference", Public, preference::change),
        // Visitors and their codes
        read("/q/{token}", Public, code::page),
        read("/q/{token}/card.vcf", Public, code::file),
        change("/q/{token}/number", Public, code::number),
        read("/q/{token}/code", Public, code::code),
        change("/q/{token}/code", Public, code::try_code),
        change("/q/{token}/add", Person, code::add),
        read("/q/{token}/done", Public, code::done),
        // Home and live pages
        read("/", Member, home::page),
        read("/live", Person, live::stream),
        // Directory and "can't find"
        read("/directory", Member, directory::page),
        read("/directory/members/{id}", Member, directory::member),
        change(
            "/directory/members/{id}/request",
            Member,
            directory::request,
        ),
        change(
            "/directory/members/{id}/withdraw",
            Member,
            directory::withdraw,
        ),
        change("/directory/members/{id}/accept", Member, directory::accept),
        change(
            "/directory/members/{id}/decline",
            Member,
            directory::decline,
        ),
        change("/directory/members/{id}/undo", Member, directory::undo),
        read(
            "/directory/members/{id}/block",
            Member,
            directory::ask_block,
        ),
        change("/directory/members/{id}/block", Member, directory::block),
        change(
            "/directory/members/{id}/unblock",
            Member,
            directory::unblock,
        ),
        read("/directory/requests/new", Member, directory::choose),
        change("/directory/requests", Member, directory::send),
        read("/directory/requests/{id}", Member, directory::result),
        read("/directory/find", Member, find::page),
        change("/directory/find", Member, find::ask),
        // Requests
        read("/requests", Member, request::list),
        read("/requests/accept-all", Member, request::ask_accept_all),
        change("/requests/accept-all", Member, request::accept_all),
        change("/requests/{id}/accept", Member, request::accept),
        read("/requests/{id}/decline", Member, request::ask_decline),
        change("/requests/{id}/decline", Member, request::decline),
        change("/requests/{id}/withdraw", Member, request::withdraw),
        change("/requests/{id}/undo", Member, request::undo),
        // Contacts
        read("/contacts", Member, contact::page),
        read("/contacts/export.csv", Member, contact::file),
        read("/contacts/blocks", Member, contact::blocks),
        change("/blocks/{id}/lift", Member, contact::lift_block),
        read("/contacts/{id}", Member, contact::one),
        read("/contacts/{id}/note", Member, contact::ask_note),
        change("/contacts/{id}/note", Member, contact::note),
        change("/contacts/{id}/star", Member, contact::star),
        change("/contacts/{id}/remove", Member, contact::remove),
        change("/contacts/{id}/restore", Member, contact::restore),
        // Customers
        read("/customers", Member, customer::list),
        read("/customers/export.csv", Member, customer::file),
        read("/customers/{id}", Member, customer::one),
        change("/customers/{id}/note", Member, customer::note),
        change("/customers/{id}/remove", Member, customer::remove),
        change("/customers/{id}/restore", Member, customer::restore),
        // Persons without an account
        read("/person", Person, person::page),
        change("/person/requests/{id}/withdraw", Person, person::withdraw),
        read("/person/contacts/{id}/end", Person, person::ask_end),
        change("/person/contacts/{id}/end", Person, person::end),
        read("/person/export.json", Person, person::export),
        read("/person/delete", Person, person::ask_delete),
        change("/person/delete", Person, person::delete),
        // QR codes and scanning
        read("/codes", Member, codes::list),
        read("/codes/new", Member, codes::new),
        change("/codes/new", Member, codes::create),
        read("/codes/{id}", Member, codes::page),
        read("/codes/{id}/code.svg", Member, codes::svg),
        read("/codes/{id}/code.png", Member, codes::png),
        read("/codes/{id}/poster", Member, codes::poster),
        read("/codes/{id}/signature", Member, codes::signature),
        read(
            "/codes/{id}/signature.html",
            Member,
            codes::signature_source,
        ),
        read("/codes/{id}/scans.csv", Member, codes::file),
        change("/codes/{id}/extend", Member, codes::extend),
        change("/codes/{id}/revoke", Member, codes::revoke),
        change("/codes/{id}/restore", Member, codes::restore),
        read("/q/{token}/code.png", Public, codes::picture),
        read("/scan", Member, scan::page),
        change("/scan", Member, scan::read),
        // Profile and sessions
        read("/me", Person, profile::page),
        change("/me/company", Person, profile::switch),
        change(
            "/me/sessions/end-others",
            Person,
            profile::end_other_sessions,
        ),
        change("/me/sessions/{id}/end", Person, profile::end_session),
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
            "/admin/people/roles",
            With(Right::GrantRoles),
            member::holders,
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
        read("/admin/find-asks/{id}", ASKS, find_ask::page),
        change("/admin/find-asks/{id}", ASKS, find_ask::answer),
        // Administration: QR codes
        read("/admin/codes", With(Right::EditCodes), codes::list_all),
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

/// The router of everything that the console and its visitors see, with the usual limits.
pub fn router(app: &App) -> Router {
    router_with(app, Limits::default())
}

/// The same, with limits of its own.
pub fn router_with(app: &App, limits: Limits) -> Router {
    let mut router = Router::new();
    for route in table() {
        let guarded = route
            .method
            .route_layer(from_fn_with_state((app.clone(), route.access), guard));
        router = router.route(route.path, guarded);
    }
    // An address that is none gets a page too, in the language of whoever asks.
    let unknown = any(async || Failure::Status(StatusCode::NOT_FOUND))
        .layer(from_fn_with_state((app.clone(), Access::Public), guard));
    let router = edge::hold(router.fallback(unknown), limits);
    let router = router
        .layer(from_fn_with_state(app.clone(), error::render))
        .with_state(app.clone());
    // Files need no database and no language, so they stand outside.
    let router = router.merge(assets::routes());
    edge::watch_requests(reply::finish(router), app)
}
