//! The profile: who I am, language and theme, sessions, accounts in other companies.
