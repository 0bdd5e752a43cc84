//! Rows of access tokens. The token itself is known to its bearer alone; here is its hash.

use guanxi_model::{
    id::{CorpId, MemberId, TokenId},
    role::RoleGrant,
    token::Scope,
};

use crate::{Param, Result, Row, Tx, params};

/// A token as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Number.
    pub id: TokenId,
    /// Whose company it works for.
    pub corp: CorpId,
    /// Whose token it is; None for one of the company's own.
    pub member: Option<MemberId>,
    /// Who made it: a member, or the token that made it.
    pub made_by: u128,
    /// What it is called.
    pub name: String,
    /// What it may be used for; scopes that this version does not know are left out.
    pub scopes: Vec<Scope>,
    /// What a company's token may do there; empty for a member's.
    pub roles: Vec<RoleGrant>,
    /// When it was made.
    pub created_at_ms: i64,
    /// When it ends by itself.
    pub expires_at_ms: i64,
    /// When it was last used, exact to some minutes.
    pub used_at_ms: Option<i64>,
    /// When it was revoked.
    pub revoked_at_ms: Option<i64>,
}

macro_rules! columns {
    ($($rest:tt)*) => {
        concat!(
            "SELECT token_id, corp_id, member_id, made_by, name, scopes, roles, created_at_ms, expires_at_ms, ",
            "used_at_ms, revoked_at_ms FROM access_token ",
            $($rest)*
        )
    };
}

const FIND_BY_HASH: &str = columns!("WHERE token_hash = $1");
const FIND: &str = columns!("WHERE corp_id = $1 AND token_id = $2");
const FIND_ACTING: &str =
    "SELECT c.version, t.name, t.roles FROM access_token t JOIN corp c ON c.corp_id = t.corp_id
    WHERE t.corp_id = $1 AND t.token_id = $2 AND t.expires_at_ms > $3 AND t.revoked_at_ms IS NULL";
const LIST_OF: &str = columns!(
    "WHERE corp_id = $1 AND member_id = $2 AND token_id < $3 ORDER BY token_id DESC LIMIT $4"
);
const LIST: &str = columns!("WHERE corp_id = $1 AND token_id < $2 ORDER BY token_id DESC LIMIT $3");
const COUNT_OF: &str = "SELECT count(*) FROM access_token WHERE corp_id = $1 AND member_id = $2
    AND revoked_at_ms IS NULL AND expires_at_ms > $3";
const COUNT_OF_CORP: &str =
    "SELECT count(*) FROM access_token WHERE corp_id = $1 AND member_id IS NULL
    AND revoked_at_ms IS NULL AND expires_at_ms > $2";
const INSERT: &str =
    "INSERT INTO access_token (corp_id, token_id, token_hash, member_id, made_by, name, scopes, roles,
    created_at_ms, expires_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const USED: &str = "UPDATE access_token SET used_at_ms = $3 WHERE corp_id = $1 AND token_id = $2";
const REVOKE: &str =
    "UPDATE access_token SET revoked_at_ms = $3 WHERE corp_id = $1 AND token_id = $2
    AND revoked_at_ms IS NULL";
const REVOKE_OF_MEMBER: &str = "UPDATE access_token SET revoked_at_ms = $3
    WHERE corp_id = $1 AND member_id = $2 AND revoked_at_ms IS NULL AND expires_at_ms > $3 RETURNING token_id, name";
const MADE_BY: &str = columns!(
    "WHERE corp_id = $1 AND made_by = $2 AND revoked_at_ms IS NULL AND expires_at_ms > $3"
);
const FORGET: &str = "DELETE FROM access_token WHERE expires_at_ms < $1 OR revoked_at_ms < $1";

/// All statements, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    FIND_BY_HASH,
    FIND,
    FIND_ACTING,
    LIST_OF,
    LIST,
    COUNT_OF,
    COUNT_OF_CORP,
    INSERT,
    USED,
    REVOKE,
    REVOKE_OF_MEMBER,
    MADE_BY,
    FORGET,
];

fn read(row: &Row<'_>) -> Result<Token> {
    let scopes: String = row.get(5)?;
    let roles: String = row.get(6)?;
    let names: Vec<String> = crate::from_json(&scopes)?;
    Ok(Token {
        id: row.get(0)?,
        corp: row.get(1)?,
        member: row.get(2)?,
        made_by: row.get(3)?,
        name: row.get(4)?,
        scopes: names
            .iter()
            .filter_map(|name| Scope::from_name(name))
            .collect(),
        roles: crate::from_json(&roles)?,
        created_at_ms: row.get(7)?,
        expires_at_ms: row.get(8)?,
        used_at_ms: row.get(9)?,
        revoked_at_ms: row.get(10)?,
    })
}

/// The token of this hash, dead ones too.
pub fn find_by_hash(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<Token>> {
    tx.find(FIND_BY_HASH, params![hash], read)
}

/// A token of a corp.
pub fn find(tx: &mut Tx<'_>, corp: CorpId, id: TokenId) -> Result<Option<Token>> {
    tx.find(FIND, params![corp, id], read)
}

/// What a living token stands for: version of its corp, name, roles.
pub fn find_acting(
    tx: &mut Tx<'_>,
    corp: CorpId,
    id: TokenId,
    now_ms: i64,
) -> Result<Option<(i64, String, Vec<RoleGrant>)>> {
    tx.find(FIND_ACTING, params![corp, id, now_ms], |row| {
        let roles: String = row.get(2)?;
        Ok((row.get(0)?, row.get(1)?, crate::from_json(&roles)?))
    })
}

/// Tokens of a member, the newest first, older than `before`.
pub fn list_of(
    tx: &mut Tx<'_>,
    corp: CorpId,
    member: MemberId,
    before: TokenId,
    limit: i64,
) -> Result<Vec<Token>> {
    tx.list(LIST_OF, params![corp, member, before, limit], read)
}

/// All tokens of a corp and its members, the newest first, older than `before`.
pub fn list(tx: &mut Tx<'_>, corp: CorpId, before: TokenId, limit: i64) -> Result<Vec<Token>> {
    tx.list(LIST, params![corp, before, limit], read)
}

/// How many tokens of a member, or without one of the corp itself, live.
pub fn count_of(
    tx: &mut Tx<'_>,
    corp: CorpId,
    member: Option<MemberId>,
    now_ms: i64,
) -> Result<i64> {
    match member {
        Some(member) => tx.get(COUNT_OF, params![corp, member, now_ms], |row| row.get(0)),
        None => tx.get(COUNT_OF_CORP, params![corp, now_ms], |row| row.get(0)),
    }
}

/// Writes a new token.
pub fn insert(tx: &mut Tx<'_>, hash: &[u8], new: &Token) -> Result<()> {
    let scopes = crate::json(&new.scopes)?;
    let roles = crate::json(&new.roles)?;
    tx.execute(
        INSERT,
        params![
            new.corp,
            new.id,
            hash,
            new.member,
            new.made_by,
            new.name,
            scopes,
            roles,
            new.created_at_ms,
            new.expires_at_ms
        ],
    )?;
    Ok(())
}

/// Writes when a token was last used.
pub fn used(tx: &mut Tx<'_>, corp: CorpId, id: TokenId, now_ms: i64) -> Result<()> {
    tx.execute(USED, params![corp, id, now_ms])?;
    Ok(())
}

/// Revokes a token; false if it was revoked before.
pub fn revoke(tx: &mut Tx<'_>, corp: CorpId, id: TokenId, now_ms: i64) -> Result<bool> {
    Ok(tx.execute(REVOKE, params![corp, id, now_ms])? > 0)
}

/// Revokes all living tokens of a member, with their names.
pub fn revoke_of_member(
    tx: &mut Tx<'_>,
    corp: CorpId,
    member: MemberId,
    now_ms: i64,
) -> Result<Vec<(TokenId, String)>> {
    tx.list(REVOKE_OF_MEMBER, params![corp, member, now_ms], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}

/// Revokes all living tokens that were made by a token, and returns them.
pub fn revoke_made_by(
    tx: &mut Tx<'_>,
    corp: CorpId,
    maker: TokenId,
    now_ms: i64,
) -> Result<Vec<Token>> {
    let made = tx.list(MADE_BY, params![corp, maker, now_ms], read)?;
    for token in &made {
        revoke(tx, corp, token.id, now_ms)?;
    }
    Ok(made)
}

/// Forgets tokens that ended before a time.
pub fn forget(tx: &mut Tx<'_>, before_ms: i64) -> Result<u64> {
    tx.execute(FORGET, &[Param::Int(before_ms)])
}
