//! An access token (访问令牌): what a program may do with it, for how long, and what it looks like.

use data_encoding::BASE32_NOPAD;
use serde::{Deserialize, Serialize};

use crate::{
    field::{self, Invalid},
    role::{Role, RoleGrant},
};

/// Longest name of a token, in characters.
pub const NAME_MAX: usize = 40;
/// Longest life of a token, in days.
pub const DAYS_MAX: u32 = 366;
/// Most living tokens of one member.
pub const PER_MEMBER_MAX: usize = 20;
/// Most living tokens of a company's own.
pub const PER_CORP_MAX: usize = 100;
/// Random bytes of a token.
pub const SECRET_BYTES: usize = 32;
/// What every token begins with, so that scanners for lost secrets know it.
pub const PREFIX: &str = "guanxi_";

macro_rules! scopes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal;)*) => {
        /// One thing that a token may be used for. It never gives more than its bearer may do himself.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Scope {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)*
        }

        impl Scope {
            /// All scopes, in the order in which pages list them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Stable name.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

scopes! {
    /// The member's own card, budget and sessions.
    MeRead = "me:read";
    /// Ends sessions, changes language and theme.
    MeWrite = "me:write";
    /// Searches colleagues, as far as the member sees them.
    DirectoryRead = "directory:read";
    /// Contact requests, received and sent.
    RequestsRead = "requests:read";
    /// Sends and answers contact requests.
    RequestsWrite = "requests:write";
    /// Contacts and blocks.
    ContactsRead = "contacts:read";
    /// Notes on contacts, ending them, blocking.
    ContactsWrite = "contacts:write";
    /// Customers.
    CustomersRead = "customers:read";
    /// Notes on customers, ending the contact.
    CustomersWrite = "customers:write";
    /// QR codes, their pictures and scans.
    CodesRead = "codes:read";
    /// Makes, changes and revokes QR codes.
    CodesWrite = "codes:write";
    /// What the member could not find, and the answers.
    AsksRead = "asks:read";
    /// Asks the administrators.
    AsksWrite = "asks:write";
    /// Administration: members, departments, roles.
    PeopleRead = "people:read";
    /// Administration: changes members and departments.
    PeopleWrite = "people:write";
    /// Administration: gives and takes roles.
    RolesWrite = "roles:write";
    /// Administration: visibility rules, previews and explanations.
    VisibilityRead = "visibility:read";
    /// Administration: changes visibility.
    VisibilityWrite = "visibility:write";
    /// Administration: policies and settings.
    SettingsRead = "settings:read";
    /// Administration: changes policies and settings.
    SettingsWrite = "settings:write";
    /// Administration: the audit log.
    AuditRead = "audit:read";
    /// Administration: webhooks, and what was sent to them.
    WebhooksRead = "webhooks:read";
    /// Administration: makes, changes, tries and deletes webhooks.
    WebhooksWrite = "webhooks:write";
    /// Tokens.
    TokensRead = "tokens:read";
    /// Makes tokens that may do no more than this one, and revokes tokens.
    TokensWrite = "tokens:write";
}

impl Scope {
    /// Reads the stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|scope| scope.name() == name)
    }

    /// Whether it is about administering the company, not about what is the member's own.
    pub const fn is_administration(self) -> bool {
        matches!(
            self,
            Self::PeopleRead
                | Self::PeopleWrite
                | Self::RolesWrite
                | Self::VisibilityRead
                | Self::VisibilityWrite
                | Self::SettingsRead
                | Self::SettingsWrite
                | Self::AuditRead
                | Self::WebhooksRead
                | Self::WebhooksWrite
        )
    }

    /// Whether a token of the company, which has no inbox and no contacts, can make use of it.
    pub const fn serves_company(self) -> bool {
        matches!(
            self,
            Self::AsksRead | Self::AsksWrite | Self::CodesRead | Self::CodesWrite
        ) || (self.is_administration() && !matches!(self, Self::RolesWrite))
    }
}

/// What is wanted of a new token.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    /// What it is called.
    pub name: String,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// How long it lives, in days.
    pub days: u32,
    /// For a token of the company, what it may do there; empty for a member's own, which may do what he may.
    pub roles: Vec<RoleGrant>,
}

impl Terms {
    /// Checks what was typed; scopes come out in order, each once.
    pub fn checked(mut self, for_company: bool) -> Result<Self, Vec<Invalid>> {
        let mut refused = Vec::new();
        match field::line("name", &self.name, 1, NAME_MAX) {
            Ok(name) => self.name = name,
            Err(invalid) => refused.push(invalid),
        }
        if !(1..=DAYS_MAX).contains(&self.days) {
            refused.push(Invalid::new("days", "token_days"));
        }
        self.scopes.sort_unstable();
        self.scopes.dedup();
        if self.scopes.is_empty() {
            refused.push(Invalid::new("scopes", "required"));
        }
        if for_company {
            if !self.scopes.iter().all(|scope| scope.serves_company()) {
                refused.push(Invalid::new("scopes", "not_for_company"));
            }
            if self.roles.is_empty() {
                refused.push(Invalid::new("roles", "required"));
            }
            if self.roles.iter().any(|grant| grant.role == Role::Owner) {
                refused.push(Invalid::new("roles", "not_for_company"));
            }
        } else if !self.roles.is_empty() {
            refused.push(Invalid::new("roles", "not_for_member"));
        }
        if refused.is_empty() {
            Ok(self)
        } else {
            Err(refused)
        }
    }
}

/// Writes a token as its bearer sends it.
pub fn text(secret: [u8; SECRET_BYTES]) -> String {
    format!(
        "{PREFIX}{}",
        BASE32_NOPAD.encode(&secret).to_ascii_lowercase()
    )
}

/// Whether a text has the form of a token; what has another is not even looked up.
pub fn is_well_formed(text: &str) -> bool {
    text.strip_prefix(PREFIX).is_some_and(|secret| {
        secret.len() == 52
            && secret
                .bytes()
                .all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(scopes: &[Scope]) -> Terms {
        Terms {
            name: " CRM ".into(),
            scopes: scopes.to_vec(),
            days: 30,
            roles: Vec::new(),
        }
    }

    fn codes(terms: Terms, for_company: bool) -> Vec<(&'static str, &'static str)> {
        let refused = terms.checked(for_company).unwrap_err();
        refused.iter().map(|one| (one.field, one.code)).collect()
    }

    #[test]
    fn names_of_scopes_read_back() {
        for scope in Scope::ALL {
            assert_eq!(Scope::from_name(scope.name()), Some(*scope));
            let json = serde_json::to_string(scope).unwrap();
            assert_eq!(json, format!("\"{}\"", scope.name()));
        }
    }

    #[test]
    fn a_token_needs_a_name_scopes_and_an_end() {
        let good = terms(&[Scope::MeRead, Scope::MeRead])
            .checked(false)
            .unwrap();
        assert_eq!((good.name.as_str(), good.scopes.len()), ("CRM", 1));
        let mut bad = terms(&[]);
        bad.name.clear();
        bad.days = DAYS_MAX + 1;
        assert_eq!(
            codes(bad, false),
            [
                ("name", "required"),
                ("days", "token_days"),
                ("scopes", "required")
            ]
        );
    }

    #[test]
    fn a_company_token_holds_a_role_and_nothing_of_a_member() {
        let mut new = terms(&[Scope::PeopleRead]);
        assert_eq!(codes(new.clone(), true), [("roles", "required")]);
        let grant = |role| RoleGrant {
            role,
            department: None,
        };
        new.roles = vec![grant(Role::DirectoryAdmin)];
        assert!(new.clone().checked(true).is_ok());
        assert_eq!(codes(new.clone(), false), [("roles", "not_for_member")]);
        new.roles = vec![grant(Role::Owner)];
        new.scopes = vec![Scope::ContactsRead];
        assert_eq!(
            codes(new, true),
            [("scopes", "not_for_company"), ("roles", "not_for_company")]
        );
    }

    #[test]
    fn tokens_are_known_by_their_form() {
        let token = text([7; SECRET_BYTES]);
        assert!(is_well_formed(&token), "{token}");
        assert!(!is_well_formed(&token[1..]));
        assert!(!is_well_formed(&token.to_uppercase()));
    }
}
