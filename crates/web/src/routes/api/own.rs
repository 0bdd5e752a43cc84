//! Operations of members: what they find, whom they know, what is their own.

use axum::http::Method;
use guanxi_model::token::Scope::{
    AsksRead, AsksWrite, CodesRead, CodesWrite, ContactsRead, ContactsWrite, CustomersRead,
    CustomersWrite, DirectoryRead, MeRead, MeWrite, RequestsRead, RequestsWrite, TokensRead,
    TokensWrite,
};

use crate::api::{
    answer::Done,
    avatar, code, contact, customer, directory, find_ask, me,
    operation::{Door::Member, Operation, delete, get, later, post, put, success},
    request, token,
};

/// The lines.
#[expect(
    clippy::too_many_lines,
    reason = "one table, so that it can be read as a whole"
)]
pub(super) fn table() -> Vec<Operation> {
    vec![
        // The member himself
        get("/me", Member(MeRead), "getMe", me::get)
            .says("Me", "The acting member, his budget and what waits for him"),
        get(
            "/me/sessions",
            Member(MeRead),
            "listSessions",
            me::sessions,
        )
        .says("Me", "Devices on which he has signed in"),
        delete(
            "/me/sessions/{id}",
            Member(MeWrite),
            "endSession",
            me::end_session,
        )
        .says("Me", "Ends a session"),
        put(
            "/me/display",
            Member(MeWrite),
            "setDisplay",
            me::set_display,
        )
        .says("Me", "Sets language and theme of his pages"),
        later(
            Method::PUT,
            ("/me/avatar", Member(MeWrite), "setOwnAvatar"),
            success::<Done>(),
            avatar::put_own,
        )
        .says("Me", "Shows a picture of him"),
        delete(
            "/me/avatar",
            Member(MeWrite),
            "removeOwnAvatar",
            avatar::remove_own,
        )
        .says("Me", "Takes his picture off"),
        post(
            "/me/avatar/restore",
            Member(MeWrite),
            "restoreOwnAvatar",
            avatar::restore_own,
        )
        .says("Me", "Takes that back, within ten minutes"),
        get(
            "/directory/{id}/avatar",
            Member(DirectoryRead),
            "getAvatar",
            avatar::get,
        )
        .says("Directory", "The picture of a colleague whom the member sees"),
        get(
            "/me/tokens",
            Member(TokensRead),
            "listOwnTokens",
            token::list_own,
        )
        .says("Me", "His access tokens, the newest first"),
        post(
            "/me/tokens",
            Member(TokensWrite),
            "createOwnToken",
            token::create_own,
        )
        .says("Me", "Makes an access token")
        .note("It may do no more and live no longer than the token that makes it. Its secret is told this once.")
        .secret(),
        get(
            "/me/tokens/{id}",
            Member(TokensRead),
            "getOwnToken",
            token::get_own,
        )
        .says("Me", "One of his access tokens"),
        delete(
            "/me/tokens/{id}",
            Member(TokensWrite),
            "revokeOwnToken",
            token::revoke_own,
        )
        .says("Me", "Revokes an access token"),
        // Directory
        get(
            "/directory",
            Member(DirectoryRead),
            "searchDirectory",
            directory::list,
        )
        .says("Directory", "Colleagues whom he sees: by a search, or all by department")
        .sees_directory(),
        get(
            "/directory/departments",
            Member(DirectoryRead),
            "listSeenDepartments",
            directory::departments,
        )
        .says("Directory", "Departments whose names he sees, in the order of the tree")
        .sees_directory(),
        get(
            "/directory/reasons",
            Member(DirectoryRead),
            "explainMissing",
            directory::reasons,
        )
        .says("Directory", "Why somebody is not found, as far as he may know")
        .sees_directory(),
        get(
            "/directory/{id}",
            Member(DirectoryRead),
            "getCard",
            directory::card,
        )
        .says("Directory", "The card of a colleague")
        .sees_directory(),
        get(
            "/me/asks",
            Member(AsksRead),
            "listOwnAsks",
            find_ask::list_own,
        )
        .says("Directory", "His questions to the administrators about people whom he did not find"),
        post("/me/asks", Member(AsksWrite), "ask", find_ask::ask)
            .says("Directory", "Asks the administrators about somebody whom he does not find"),
        // QR codes
        get("/codes", Member(CodesRead), "listCodes", code::list)
            .says("QR codes", "His QR codes, the newest first"),
        post("/codes", Member(CodesWrite), "createCode", code::create)
            .says("QR codes", "Makes a QR code"),
        get("/codes/{id}", Member(CodesRead), "getCode", code::get)
            .says("QR codes", "A QR code"),
        put(
            "/codes/{id}",
            Member(CodesWrite),
            "replaceCode",
            code::replace,
        )
        .says("QR codes", "Changes a QR code; its days count from now")
        .guarded(),
        post(
            "/codes/{id}/revoke",
            Member(CodesWrite),
            "revokeCode",
            code::revoke,
        )
        .says("QR codes", "Takes a QR code back: from now on it leads to nobody"),
        post(
            "/codes/{id}/restore",
            Member(CodesWrite),
            "restoreCode",
            code::restore,
        )
        .says("QR codes", "Takes that back, within ten minutes"),
        get(
            "/codes/{id}/picture.svg",
            Member(CodesRead),
            "getCodeSvg",
            code::svg,
        )
        .says("QR codes", "The code as a picture in SVG"),
        get(
            "/codes/{id}/picture.png",
            Member(CodesRead),
            "getCodePng",
            code::png,
        )
        .says("QR codes", "The code as a picture in PNG"),
        get(
            "/codes/{id}/scans",
            Member(CodesRead),
            "listScans",
            code::scans,
        )
        .says("QR codes", "Scans of a QR code, refused ones too, the newest first"),
        // Requests
        get(
            "/requests/received",
            Member(RequestsRead),
            "listReceivedRequests",
            request::received,
        )
        .says("Requests", "Requests that wait for his answer, the newest first"),
        get(
            "/requests/settled",
            Member(RequestsRead),
            "listSettledRequests",
            request::settled,
        )
        .says("Requests", "Requests to him that are settled, the newest first"),
        get(
            "/requests/sent",
            Member(RequestsRead),
            "listSentRequests",
            request::sent,
        )
        .says("Requests", "Requests that he has sent, the newest first"),
        get(
            "/requests/{id}",
            Member(RequestsRead),
            "getRequest",
            request::get,
        )
        .says("Requests", "A request that he received or sent"),
        post(
            "/requests",
            Member(RequestsWrite),
            "sendRequest",
            request::send,
        )
        .says("Requests", "Asks a colleague to become a contact")
        .note("Asking twice while the first waits gives the same request; two that cross make a contact."),
        post(
            "/requests/batches",
            Member(RequestsWrite),
            "sendBatch",
            request::send_many,
        )
        .says("Requests", "Asks many colleagues, with a result for each"),
        get(
            "/requests/batches/{id}",
            Member(RequestsRead),
            "getBatch",
            request::batch,
        )
        .says("Requests", "What became of requests to many"),
        post(
            "/requests/{id}/accept",
            Member(RequestsWrite),
            "acceptRequest",
            request::accept,
        )
        .says("Requests", "Accepts a request"),
        post(
            "/requests/{id}/decline",
            Member(RequestsWrite),
            "declineRequest",
            request::decline,
        )
        .says("Requests", "Declines a request"),
        post(
            "/requests/{id}/withdraw",
            Member(RequestsWrite),
            "withdrawRequest",
            request::withdraw,
        )
        .says("Requests", "Takes back a request that he has sent"),
        post(
            "/requests/{id}/undo",
            Member(RequestsWrite),
            "undoRequest",
            request::undo,
        )
        .says("Requests", "Takes back his last decision, within ten minutes"),
        // Contacts
        get(
            "/contacts",
            Member(ContactsRead),
            "listContacts",
            contact::list,
        )
        .says("Contacts", "His contacts: starred ones first, then by name"),
        get(
            "/contacts/{id}",
            Member(ContactsRead),
            "getContact",
            contact::get,
        )
        .says("Contacts", "A contact"),
        put(
            "/contacts/{id}",
            Member(ContactsWrite),
            "replaceContact",
            contact::replace,
        )
        .says("Contacts", "Replaces remark, tags and star of a contact")
        .guarded(),
        delete(
            "/contacts/{id}",
            Member(ContactsWrite),
            "endContact",
            contact::end,
        )
        .says("Contacts", "Ends a contact, on both sides"),
        post(
            "/contacts/{id}/restore",
            Member(ContactsWrite),
            "restoreContact",
            contact::restore,
        )
        .says("Contacts", "Takes the end of a contact back, within ten minutes"),
        get(
            "/blocks",
            Member(ContactsRead),
            "listBlocks",
            contact::blocks,
        )
        .says("Contacts", "Whom he has blocked, the newest first"),
        put(
            "/blocks/{id}",
            Member(ContactsWrite),
            "block",
            contact::block,
        )
        .says("Contacts", "Blocks a colleague, who does not notice"),
        delete(
            "/blocks/{id}",
            Member(ContactsWrite),
            "unblock",
            contact::unblock,
        )
        .says("Contacts", "Lifts a block"),
        // Customers
        get(
            "/customers",
            Member(CustomersRead),
            "listCustomers",
            customer::list,
        )
        .says("Customers", "His customers"),
        get(
            "/customers/{external_userid}",
            Member(CustomersRead),
            "getCustomer",
            customer::get,
        )
        .says("Customers", "A customer"),
        put(
            "/customers/{external_userid}",
            Member(CustomersWrite),
            "replaceCustomer",
            customer::replace,
        )
        .says("Customers", "Replaces remark, tags and star of a customer")
        .guarded(),
        delete(
            "/customers/{external_userid}",
            Member(CustomersWrite),
            "endCustomer",
            customer::end,
        )
        .says("Customers", "Ends the contact with a customer"),
        post(
            "/customers/{external_userid}/restore",
            Member(CustomersWrite),
            "restoreCustomer",
            customer::restore,
        )
        .says("Customers", "Takes that back, within ten minutes"),
    ]
}
