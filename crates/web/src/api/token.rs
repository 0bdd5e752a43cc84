//! Access tokens: the member's own, and for administrators those of all and of the company.

use guanxi_app::{
    Actor, Error, Result,
    token::{self, Made as New},
};
use guanxi_model::{
    id::TokenId,
    role,
    token::{Scope, Terms},
};
use guanxi_store::{Tx, token::Token};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::{
    answer::{Done, Item, Made, Page},
    call::Call,
    operation::ROOT,
    role::{NewRoleGrant, RoleGrant},
    shape::{Empty, Id, ListQuery, Time, place},
};

/// A scope by its name.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct ScopeWord(Scope);

impl JsonSchema for ScopeWord {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Scope".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names: Vec<&str> = Scope::ALL.iter().map(|scope| scope.name()).collect();
        json_schema!({
            "type": "string", "enum": names,
            "description": "What a token may be used for.",
        })
    }
}

/// A token without its secret.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AccessToken {
    /// Its number.
    id: Id,
    /// What it is called.
    name: String,
    /// Number of the member whose it is; null for one of the company's own.
    member: Option<Id>,
    /// Number of the member who made it, or of the token by which it was made: it ends with that.
    made_by: Id,
    /// What it may be used for.
    scopes: Vec<ScopeWord>,
    /// What one of the company's own may do there.
    roles: Vec<RoleGrant>,
    /// When it was made.
    created_at: Time,
    /// When it ends by itself.
    expires_at: Time,
    /// When it was last used, exact to some minutes.
    used_at: Option<Time>,
    /// When it was revoked.
    revoked_at: Option<Time>,
}

impl From<Token> for AccessToken {
    fn from(token: Token) -> Self {
        Self {
            id: token.id.into(),
            name: token.name,
            member: token.member.map(Id::from),
            made_by: Id::of(token.made_by),
            scopes: token.scopes.into_iter().map(ScopeWord).collect(),
            roles: token.roles.into_iter().map(RoleGrant::from).collect(),
            created_at: Time(token.created_at_ms),
            expires_at: Time(token.expires_at_ms),
            used_at: token.used_at_ms.map(Time),
            revoked_at: token.revoked_at_ms.map(Time),
        }
    }
}

/// A token with its secret, which is told this once.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct NewAccessToken {
    /// The token.
    token: AccessToken,
    /// What the program sends behind `Bearer`. It is stored nowhere.
    secret: String,
}

/// `GET /token`
pub(crate) fn current(tx: &mut Tx<'_>, call: &Call) -> Result<Item<AccessToken>> {
    call.cx.acting(tx)?;
    let Actor::Token(bearer) = call.cx.actor else {
        return Err(Error::SignedOut);
    };
    let token = guanxi_store::token::find(tx, bearer.corp, bearer.token)?;
    Ok(Item(token.ok_or(Error::SignedOut)?.into()))
}

fn page(rows: Vec<Token>, query: &ListQuery) -> Page<AccessToken> {
    Page::of(
        rows,
        query.limit.rows(),
        |token| token.id,
        AccessToken::from,
    )
}

/// `GET /me/tokens`
pub(crate) fn list_own(tx: &mut Tx<'_>, call: &Call<ListQuery>) -> Result<Page<AccessToken>> {
    let me = call.cx.me(tx)?;
    let before = place(call.query.cursor.as_ref())?;
    let rows = token::list_own(tx, &me, before, call.query.limit.ahead())?;
    Ok(page(rows, &call.query))
}

/// `GET /me/tokens/{id}`
pub(crate) fn get_own(tx: &mut Tx<'_>, call: &Call) -> Result<Item<AccessToken>> {
    let me = call.cx.me(tx)?;
    Ok(Item(token::find_own(tx, &me, call.id("token")?)?.into()))
}

/// A token to be made.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenTerms {
    /// What it is called.
    #[schemars(length(min = 1, max = 40))]
    name: String,
    /// What it may be used for; no more than the token by which it is made.
    #[schemars(length(min = 1))]
    scopes: Vec<ScopeWord>,
    /// How long it lives, in days; no longer than the token by which it is made.
    #[schemars(range(min = 1, max = 366))]
    days: u32,
}

fn scopes(words: &[ScopeWord]) -> Vec<Scope> {
    words.iter().map(|word| word.0).collect()
}

fn made(path: &str, new: New) -> Made<NewAccessToken> {
    let id: TokenId = new.token.id;
    Made {
        at: format!("{ROOT}{path}/{id}"),
        item: NewAccessToken {
            token: new.token.into(),
            secret: new.text,
        },
    }
}

/// `POST /me/tokens`
pub(crate) fn create_own(
    tx: &mut Tx<'_>,
    call: &Call<Empty, TokenTerms>,
) -> Result<Made<NewAccessToken>> {
    let terms = Terms {
        name: call.body.name.clone(),
        scopes: scopes(&call.body.scopes),
        days: call.body.days,
        roles: Vec::new(),
    };
    Ok(made("/me/tokens", token::create(tx, &call.cx, terms)?))
}

/// `DELETE /me/tokens/{id}`
pub(crate) fn revoke_own(tx: &mut Tx<'_>, call: &Call) -> Result<Done> {
    token::revoke_own(tx, &call.cx, call.id("token")?)?;
    Ok(Done)
}

/// `GET /admin/tokens`
pub(crate) fn list(tx: &mut Tx<'_>, call: &Call<ListQuery>) -> Result<Page<AccessToken>> {
    let me = call.cx.acting(tx)?;
    let before = place(call.query.cursor.as_ref())?;
    let rows = token::list(tx, &me, before, call.query.limit.ahead())?;
    Ok(page(rows, &call.query))
}

/// `GET /admin/tokens/{id}`
pub(crate) fn get(tx: &mut Tx<'_>, call: &Call) -> Result<Item<AccessToken>> {
    let me = call.cx.acting(tx)?;
    Ok(Item(token::find(tx, &me, call.id("token")?)?.into()))
}

/// A token of the company's own to be made.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CompanyTokenTerms {
    /// What it is called.
    #[schemars(length(min = 1, max = 40))]
    name: String,
    /// What it may be used for; no more than the token by which it is made.
    #[schemars(length(min = 1))]
    scopes: Vec<ScopeWord>,
    /// How long it lives, in days; no longer than the token by which it is made.
    #[schemars(range(min = 1, max = 366))]
    days: u32,
    /// What it may do in the company; never what takes an owner.
    #[schemars(length(min = 1, max = 20))]
    roles: Vec<NewRoleGrant>,
}

/// `POST /admin/tokens`
pub(crate) fn create(
    tx: &mut Tx<'_>,
    call: &Call<Empty, CompanyTokenTerms>,
) -> Result<Made<NewAccessToken>> {
    let roles = call.body.roles.iter().copied();
    let terms = Terms {
        name: call.body.name.clone(),
        scopes: scopes(&call.body.scopes),
        days: call.body.days,
        roles: roles.map(role::RoleGrant::from).collect(),
    };
    let new = token::create_for_company(tx, &call.cx, terms)?;
    Ok(made("/admin/tokens", new))
}

/// `DELETE /admin/tokens/{id}`
pub(crate) fn revoke(tx: &mut Tx<'_>, call: &Call) -> Result<Done> {
    token::revoke(tx, &call.cx, call.id("token")?)?;
    Ok(Done)
}
