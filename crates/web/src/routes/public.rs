//! Routes of those who need no company: signing in, visitors of codes, persons and what is theirs.

use super::{Route, change, read};
use crate::{
    auth::Access,
    console::{code as codes, conversation, person, sign_in},
    preference,
    public::{code, live_code},
};

/// The lines.
pub(super) fn table() -> Vec<Route> {
    use Access::{Person, Public};
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
        read("/q/{token}/logo.jpg", Public, code::logo),
        change("/q/{token}/number", Public, code::number),
        read("/q/{token}/code", Public, code::code),
        change("/q/{token}/code", Public, code::try_code),
        change("/q/{token}/add", Person, code::add),
        read("/q/{token}/done", Public, code::done),
        read("/q/{token}/code.png", Public, codes::picture),
        // Visitors of live codes
        read("/c/{slug}", Public, live_code::page),
        change("/c/{slug}/number", Public, live_code::number),
        read("/c/{slug}/code", Public, live_code::code),
        change("/c/{slug}/code", Public, live_code::try_code),
        change("/c/{slug}/add", Person, live_code::add),
        change("/c/{slug}/wait", Person, live_code::wait),
        // Persons without an account
        read("/person", Person, person::page),
        change("/person/requests/{id}/withdraw", Person, person::withdraw),
        read("/person/contacts/{id}/end", Person, person::ask_end),
        change("/person/contacts/{id}/end", Person, person::end),
        read("/person/talks/{id}", Person, conversation::own),
        change("/person/talks/{id}/say", Person, conversation::say_own),
        change("/person/found-by", Person, person::set_found_by),
        read("/person/export.json", Person, person::export),
        read("/person/delete", Person, person::ask_delete),
        change("/person/delete", Person, person::delete),
    ]
}
