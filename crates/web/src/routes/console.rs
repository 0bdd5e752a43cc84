//! Routes of members: what they find, whom they know, what is their own.

use super::{Route, change, read};
use crate::{
    auth::Access,
    console::{
        api_reference, avatar, code as codes, contact, conversation, customer, directory, find,
        home, live_own, profile, request, scan, token,
    },
    live,
};

/// The lines.
#[expect(
    clippy::too_many_lines,
    reason = "one table, so that it can be read as a whole"
)]
pub(super) fn table() -> Vec<Route> {
    use Access::{Member, Person};
    vec![
        // Home and live pages
        read("/", Member, home::page),
        read("/live", Person, live::stream),
        // Directory and "can't find"
        read("/directory", Member, directory::page),
        read("/directory/export.csv", Member, directory::file),
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
        read("/requests/export.csv", Member, request::file),
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
        read("/contacts/blocks/export.csv", Member, contact::blocks_file),
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
        // Conversations with customers
        read("/conversations", Member, conversation::list),
        read("/conversations/answers", Member, conversation::answers),
        change("/conversations/answers", Member, conversation::keep_answer),
        read("/conversations/answers/{id}", Member, conversation::answer),
        change(
            "/conversations/answers/{id}",
            Member,
            conversation::change_answer,
        ),
        change(
            "/conversations/answers/{id}/delete",
            Member,
            conversation::delete_answer,
        ),
        read("/conversations/{id}", Member, conversation::page),
        change("/conversations/{id}/say", Member, conversation::say),
        change("/conversations/{id}/resolve", Member, conversation::resolve),
        change("/conversations/{id}/reopen", Member, conversation::reopen),
        read(
            "/conversations/{id}/hand-over",
            Member,
            conversation::ask_hand_over,
        ),
        change(
            "/conversations/{id}/hand-over",
            Member,
            conversation::hand_over,
        ),
        // QR codes and scanning
        read("/codes", Member, codes::list),
        read("/codes/export.csv", Member, codes::own_file),
        read("/codes/new", Member, codes::new),
        change("/codes/new", Member, codes::create),
        read("/codes/live", Member, live_own::page),
        change("/codes/live/off", Member, live_own::off),
        change("/codes/live/on", Member, live_own::on),
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
        read("/scan", Member, scan::page),
        change("/scan", Member, scan::read),
        // Access tokens and the reference of the REST interface
        read("/me/tokens", Member, token::list),
        read("/me/tokens/new", Member, token::new),
        change("/me/tokens/new", Member, token::create),
        change("/me/tokens/{id}/revoke", Member, token::revoke),
        read("/api-reference", Member, api_reference::page),
        read("/api-reference/problems", Member, api_reference::problems),
        // Profile and sessions
        read("/me", Person, profile::page),
        read("/me/sessions.csv", Person, profile::sessions_file),
        read("/avatars/{id}", Member, avatar::picture),
        read("/me/avatar", Member, avatar::mine),
        change("/me/avatar", Member, avatar::put_mine),
        change("/me/avatar/remove", Member, avatar::remove_mine),
        change("/me/avatar/restore", Member, avatar::restore_mine),
        change("/me/company", Person, profile::switch),
        change(
            "/me/sessions/end-others",
            Person,
            profile::end_other_sessions,
        ),
        change("/me/sessions/{id}/end", Person, profile::end_session),
    ]
}
