//! Access tokens in the console: a member's own, and for administrators those of all and of the company.

mod form;

use std::collections::{HashMap, hash_map::Entry};

use askama::Template;
use axum::{extract::Path, response::Response};
use guanxi_app::{Error, contact::name_of, token};
use guanxi_model::{
    id::{MemberId, TokenId},
    token::Scope,
};
use guanxi_store::token::Token;

pub use form::{create, create_for_company, new, new_for_company};

use crate::{
    auth::{Actor, Form, Posted},
    console,
    error::Failure,
    locale::Locale,
    page::{Flash, Place, Shell},
    reply,
};

/// Tokens of a page.
const LIMIT: usize = 30;

/// Key of the name of a scope.
fn scope_key(scope: Scope) -> String {
    format!("scope-{}", scope.name().replace(':', "-"))
}

/// A token as lists show it.
struct Row {
    token: Token,
    /// Whose it is; empty for one of the company's own.
    owner: String,
    now_ms: i64,
}

impl Row {
    fn is_live(&self) -> bool {
        self.token.revoked_at_ms.is_none() && self.token.expires_at_ms > self.now_ms
    }

    fn state(&self) -> &'static str {
        match (self.token.revoked_at_ms, self.is_live()) {
            (Some(_), _) => "token-state-revoked",
            (None, true) => "token-state-live",
            (None, false) => "token-state-expired",
        }
    }

    fn tag(&self) -> &'static str {
        if self.is_live() { "ok" } else { "" }
    }

    fn used(&self, shell: &Shell) -> String {
        match self.token.used_at_ms {
            Some(ms) => shell.l.t1("token-used", "time", shell.ago(ms)),
            None => shell.l.t("token-never-used"),
        }
        .into_owned()
    }

    fn ends(&self, shell: &Shell) -> String {
        let key = if self.is_live() {
            "token-expires"
        } else {
            "token-ended"
        };
        let at_ms = self.token.revoked_at_ms.unwrap_or(self.token.expires_at_ms);
        let date = shell.l.date(at_ms, &shell.tz);
        shell.l.t1(key, "date", date).into_owned()
    }

    fn scopes(&self, l: &Locale) -> String {
        let names: Vec<String> = self
            .token
            .scopes
            .iter()
            .map(|scope| l.t(&scope_key(*scope)).into_owned())
            .collect();
        names.join(&l.t("audit-comma"))
    }

    fn roles(&self, l: &Locale) -> Vec<String> {
        let roles = self.token.roles.iter();
        roles
            .map(|grant| {
                l.t(&format!("people-role-{}", grant.role.name()))
                    .into_owned()
            })
            .collect()
    }
}

#[derive(Template)]
#[template(path = "tokens.html")]
struct Page {
    shell: Shell,
    rows: Vec<Row>,
    /// Whether these are the tokens of all.
    is_all: bool,
    older: Option<String>,
}

impl Page {
    fn base(&self) -> &'static str {
        base(self.is_all)
    }
}

const fn base(is_all: bool) -> &'static str {
    if is_all {
        "/admin/tokens"
    } else {
        "/me/tokens"
    }
}

async fn show(actor: &Actor, is_all: bool) -> Result<Response, Failure> {
    let before: Option<TokenId> = Form::query(&actor.path).parse("before");
    let (frame, mut tokens, names) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let limit = LIMIT as i64 + 1;
            let tokens = if is_all {
                token::list(tx, &frame.me, before, limit)?
            } else {
                token::list_own(tx, &frame.me, before, limit)?
            };
            let mut names: HashMap<MemberId, String> = HashMap::new();
            for member in tokens.iter().filter_map(|token| token.member) {
                if let Entry::Vacant(unnamed) = names.entry(member) {
                    unnamed.insert(name_of(tx, frame.me.corp_id, member)?);
                }
            }
            Ok((frame, tokens, names))
        })
        .await?;
    let has_more = tokens.len() > LIMIT;
    tokens.truncate(LIMIT);
    let last = tokens.last().filter(|_| has_more);
    let older = last.map(|last| format!("{}?before={}", base(is_all), last.id));
    let now_ms = actor.cx.now();
    let rows = tokens.into_iter().map(|token| Row {
        owner: token
            .member
            .and_then(|member| names.get(&member).cloned())
            .unwrap_or_default(),
        token,
        now_ms,
    });
    let place = if is_all {
        Place::AllTokens
    } else {
        Place::Profile
    };
    let page = Page {
        rows: rows.collect(),
        shell: frame.shell(actor, place),
        is_all,
        older,
    };
    Ok(reply::page(&page.shell, &page))
}

/// `GET /me/tokens`
pub async fn list(actor: Actor) -> Result<Response, Failure> {
    show(&actor, false).await
}

/// `GET /admin/tokens`
pub async fn list_all(actor: Actor) -> Result<Response, Failure> {
    show(&actor, true).await
}

fn named(Path(id): Path<String>) -> Result<TokenId, Failure> {
    id.parse().map_err(|_| Error::not_found("token").into())
}

fn revoked(actor: &Actor, is_all: bool) -> Response {
    let flash = Flash::text(actor.l.t("token-revoked"));
    reply::see_other_with(base(is_all), &flash, &actor.secret)
}

/// `POST /me/tokens/{id}/revoke`
pub async fn revoke(id: Path<String>, Posted { actor, .. }: Posted) -> Result<Response, Failure> {
    let id = named(id)?;
    actor
        .write(move |tx, cx| token::revoke_own(tx, cx, id))
        .await?;
    Ok(revoked(&actor, false))
}

/// `POST /admin/tokens/{id}/revoke`
pub async fn revoke_any(
    id: Path<String>,
    Posted { actor, .. }: Posted,
) -> Result<Response, Failure> {
    let id = named(id)?;
    actor.write(move |tx, cx| token::revoke(tx, cx, id)).await?;
    Ok(revoked(&actor, true))
}
