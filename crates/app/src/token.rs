//! Access tokens: made, used, revoked. A member's token acts as the member; one of the company's own has roles instead.
//!
//! Whoever acts by a token can only make tokens that may do no more and live no longer than his own.

use std::sync::Arc;

use guanxi_model::{
    corp::DAY_MS,
    id::{CorpId, MemberId, TokenId},
    member::Status,
    role::Right,
    token::{self as rules, Scope, Terms},
};
use guanxi_store::{self as store, Tx, token::Token};
use serde_json::json;

use crate::{
    Actor, Bearer, Cx, Env, Error, Me, Result, audit,
    event::{self, Event},
    role,
    session::token_hash,
};

/// How long a token that is over stays on its lists.
pub const KEPT_MS: i64 = 30 * DAY_MS;
/// How long the answer to a request with a key is kept, in milliseconds.
pub const ANSWERS_MS: i64 = DAY_MS;
/// A token in use is written down again after this time, in milliseconds.
const USED_EVERY_MS: i64 = 10 * 60 * 1000;

/// A new token.
#[derive(Debug, Clone)]
pub struct Made {
    /// As stored.
    pub token: Token,
    /// For its bearer, shown once; stored nowhere.
    pub text: String,
}

/// Who bears a token that lives.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The token.
    pub token: Token,
    /// For whom it stands.
    pub bearer: Bearer,
}

impl Identity {
    /// Whether the token may be used for this.
    pub fn may(&self, scope: Scope) -> bool {
        self.token.scopes.contains(&scope)
    }

    /// The actor that it makes.
    pub const fn actor(&self) -> Actor {
        Actor::Token(self.bearer)
    }
}

/// Finds out who bears a token; nobody if it is not one, has ended, or its member works here no longer.
pub async fn authenticate(env: &Arc<Env>, text: &str) -> Result<Option<Identity>> {
    if !rules::is_well_formed(text) {
        return Ok(None);
    }
    let (hash, now_ms) = (token_hash(text), env.clock.now_ms());
    let found = env
        .store
        .read(move |tx| -> Result<_> {
            let token = store::token::find_by_hash(tx, &hash)?
                .filter(|token| token.expires_at_ms > now_ms && token.revoked_at_ms.is_none());
            let Some(token) = token else { return Ok(None) };
            let member = match token.member {
                None => None,
                Some(id) => match store::member::find(tx, token.corp, id)? {
                    Some(member) if member.status == Status::Active => Some((id, member.person)),
                    _ => return Ok(None),
                },
            };
            let bearer = Bearer {
                token: token.id,
                corp: token.corp,
                member,
            };
            Ok(Some(Identity { token, bearer }))
        })
        .await?;
    let Some(identity) = found else {
        return Ok(None);
    };
    let used_at_ms = identity.token.used_at_ms;
    if used_at_ms.is_none_or(|used_at_ms| now_ms - used_at_ms >= USED_EVERY_MS) {
        let (corp, id) = (identity.token.corp, identity.token.id);
        env.store
            .write(move |tx| store::token::used(tx, corp, id, now_ms).map_err(Error::from))
            .await?;
    }
    Ok(Some(identity))
}

/// Makes a token of the acting member's own.
pub fn create(tx: &mut Tx<'_>, cx: &Cx, terms: Terms) -> Result<Made> {
    let me = cx.me(tx)?;
    let terms = terms.checked(false)?;
    let living = store::token::count_of(tx, me.corp_id, Some(me.member.id), cx.now())?;
    if living >= rules::PER_MEMBER_MAX as i64 {
        return Err(Error::Conflict {
            code: "too_many_tokens",
        });
    }
    make(tx, cx, &me, Some(me.member.id), terms)
}

/// Makes a token of the company's own, for those who administer tokens.
pub fn create_for_company(tx: &mut Tx<'_>, cx: &Cx, terms: Terms) -> Result<Made> {
    let me = cx.me_with(tx, Right::EditTokens)?;
    let mut terms = terms.checked(true)?;
    terms.roles = role::checked(&me.corp, &terms.roles)?;
    let living = store::token::count_of(tx, me.corp_id, None, cx.now())?;
    if living >= rules::PER_CORP_MAX as i64 {
        return Err(Error::Conflict {
            code: "too_many_tokens",
        });
    }
    make(tx, cx, &me, None, terms)
}

fn make(tx: &mut Tx<'_>, cx: &Cx, me: &Me, member: Option<MemberId>, terms: Terms) -> Result<Made> {
    let mut secret = [0; rules::SECRET_BYTES];
    cx.env.chance.fill(&mut secret);
    let text = rules::text(secret);
    let token = Token {
        id: cx.new_id(TokenId::from_u128),
        corp: me.corp_id,
        member,
        made_by: match cx.actor {
            Actor::Token(bearer) => bearer.token.as_u128(),
            _ => me.member.id.as_u128(),
        },
        name: terms.name,
        scopes: terms.scopes,
        roles: terms.roles,
        created_at_ms: cx.now(),
        expires_at_ms: cx.now() + i64::from(terms.days) * DAY_MS,
        used_at_ms: None,
        revoked_at_ms: None,
    };
    within_own(tx, cx, &token)?;
    store::token::insert(tx, &token_hash(&text), &token)?;
    let detail = json!({
        "name": token.name, "scopes": token.scopes, "roles": token.roles, "member": token.member,
        "expires_at_ms": token.expires_at_ms,
    });
    let object = Some(("token", token.id.to_string()));
    audit::record(tx, cx, me.corp_id, "token.made", object, &detail)?;
    announce(tx, cx, me.corp_id, token.id, member)?;
    Ok(Made { token, text })
}

/// Refuses a token that could do more than the one by which it is made.
fn within_own(tx: &mut Tx<'_>, cx: &Cx, new: &Token) -> Result<()> {
    let Actor::Token(bearer) = cx.actor else {
        return Ok(());
    };
    let own = store::token::find(tx, bearer.corp, bearer.token)?.ok_or(Error::SignedOut)?;
    if !new.scopes.iter().all(|scope| own.scopes.contains(scope)) {
        return Err(Error::invalid("scopes", "more_than_own"));
    }
    if new.expires_at_ms > own.expires_at_ms {
        return Err(Error::invalid("days", "longer_than_own"));
    }
    Ok(())
}

/// Tokens of the acting member's own, the newest first, older than `before`.
pub fn list_own(
    tx: &mut Tx<'_>,
    me: &Me,
    before: Option<TokenId>,
    limit: i64,
) -> Result<Vec<Token>> {
    let before = before.unwrap_or(TokenId::from_u128(u128::MAX));
    let (corp, member) = (me.corp_id, me.member.id);
    Ok(store::token::list_of(tx, corp, member, before, limit)?)
}

/// A token of the acting member's own.
pub fn find_own(tx: &mut Tx<'_>, me: &Me, id: TokenId) -> Result<Token> {
    store::token::find(tx, me.corp_id, id)?
        .filter(|token| token.member == Some(me.member.id))
        .ok_or(Error::not_found("token"))
}

/// All tokens of the company and its members, for those who administer tokens.
pub fn list(tx: &mut Tx<'_>, me: &Me, before: Option<TokenId>, limit: i64) -> Result<Vec<Token>> {
    me.require(Right::EditTokens)?;
    let before = before.unwrap_or(TokenId::from_u128(u128::MAX));
    Ok(store::token::list(tx, me.corp_id, before, limit)?)
}

/// Any token of the company, for those who administer tokens.
pub fn find(tx: &mut Tx<'_>, me: &Me, id: TokenId) -> Result<Token> {
    me.require(Right::EditTokens)?;
    store::token::find(tx, me.corp_id, id)?.ok_or(Error::not_found("token"))
}

/// Revokes a token of the acting member's own; doing it twice is answered alike.
pub fn revoke_own(tx: &mut Tx<'_>, cx: &Cx, id: TokenId) -> Result<Token> {
    let me = cx.me(tx)?;
    let token = find_own(tx, &me, id)?;
    revoked(tx, cx, token)
}

/// Revokes any token of the company, for those who administer tokens.
pub fn revoke(tx: &mut Tx<'_>, cx: &Cx, id: TokenId) -> Result<Token> {
    let me = cx.me_with(tx, Right::EditTokens)?;
    let token = find(tx, &me, id)?;
    revoked(tx, cx, token)
}

fn revoked(tx: &mut Tx<'_>, cx: &Cx, mut token: Token) -> Result<Token> {
    if store::token::revoke(tx, token.corp, token.id, cx.now())? {
        token.revoked_at_ms = Some(cx.now());
        record_end(tx, cx, token.corp, (token.id, &token.name), token.member)?;
        end_made_by(tx, cx, token.corp, token.id)?;
    }
    Ok(token)
}

/// Revokes what was made by a token that ends, and what was made by that: whoever had it must not have kept another.
fn end_made_by(tx: &mut Tx<'_>, cx: &Cx, corp: CorpId, maker: TokenId) -> Result<()> {
    let mut makers = vec![maker];
    while let Some(maker) = makers.pop() {
        for token in store::token::revoke_made_by(tx, corp, maker, cx.now())? {
            record_end(tx, cx, corp, (token.id, &token.name), token.member)?;
            makers.push(token.id);
        }
    }
    Ok(())
}

/// Revokes all tokens of a member who was disabled or has left.
pub fn end_of_member(tx: &mut Tx<'_>, cx: &Cx, corp: CorpId, member: MemberId) -> Result<()> {
    for (id, name) in store::token::revoke_of_member(tx, corp, member, cx.now())? {
        record_end(tx, cx, corp, (id, &name), Some(member))?;
        end_made_by(tx, cx, corp, id)?;
    }
    Ok(())
}

fn record_end(
    tx: &mut Tx<'_>,
    cx: &Cx,
    corp: CorpId,
    (id, name): (TokenId, &str),
    member: Option<MemberId>,
) -> Result<()> {
    let object = Some(("token", id.to_string()));
    let detail = json!({ "name": name, "member": member });
    audit::record(tx, cx, corp, "token.revoked", object, &detail)?;
    announce(tx, cx, corp, id, member)
}

fn announce(
    tx: &mut Tx<'_>,
    cx: &Cx,
    corp: CorpId,
    token: TokenId,
    member: Option<MemberId>,
) -> Result<()> {
    let changed = Event::TokenChanged {
        corp,
        token,
        member,
    };
    event::emit(tx, cx, corp.as_u128(), &changed)
}
