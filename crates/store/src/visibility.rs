//! Rows of visibility rules and grants; the rules themselves are JSON, since they are always read as a whole.

use guanxi_model::{
    id::{CorpId, RuleId},
    visibility::{Grant, Rule},
};

use crate::{Result, Tx, params};

const LIST: &str =
    "SELECT body FROM visibility_rule WHERE corp_id = $1 AND sort = $2 ORDER BY rule_id";
const PUT: &str = "INSERT INTO visibility_rule (corp_id, rule_id, sort, body, expires_at_ms) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (corp_id, rule_id) DO UPDATE SET body = excluded.body, expires_at_ms = excluded.expires_at_ms";
const DELETE: &str = "DELETE FROM visibility_rule WHERE corp_id = $1 AND rule_id = $2";
const EXPIRED: &str =
    "DELETE FROM visibility_rule WHERE expires_at_ms <= $1 RETURNING corp_id, body";

/// All statements, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[LIST, PUT, DELETE, EXPIRED];

/// All rules of a corp, the oldest first.
pub fn list_rules(tx: &mut Tx<'_>, corp: CorpId) -> Result<Vec<Rule>> {
    tx.list(LIST, params![corp, "rule"], |row| {
        crate::from_json(&row.get::<String>(0)?)
    })
}

/// All grants of a corp, expired ones too until they are swept.
pub fn list_grants(tx: &mut Tx<'_>, corp: CorpId) -> Result<Vec<Grant>> {
    tx.list(LIST, params![corp, "grant"], |row| {
        crate::from_json(&row.get::<String>(0)?)
    })
}

/// Writes a rule, new or changed.
pub fn put_rule(tx: &mut Tx<'_>, corp: CorpId, rule: &Rule) -> Result<()> {
    tx.execute(
        PUT,
        params![corp, rule.id, "rule", crate::json(rule)?, None::<i64>],
    )?;
    Ok(())
}

/// Writes a grant.
pub fn put_grant(tx: &mut Tx<'_>, corp: CorpId, grant: &Grant) -> Result<()> {
    tx.execute(
        PUT,
        params![
            corp,
            grant.id,
            "grant",
            crate::json(grant)?,
            grant.expires_at_ms
        ],
    )?;
    Ok(())
}

/// Deletes a rule or grant; false if there was none.
pub fn delete(tx: &mut Tx<'_>, corp: CorpId, id: RuleId) -> Result<bool> {
    Ok(tx.execute(DELETE, params![corp, id])? > 0)
}

/// Deletes grants whose time is over and names them with their corps.
pub fn delete_expired(tx: &mut Tx<'_>, now_ms: i64) -> Result<Vec<(CorpId, Grant)>> {
    tx.list(EXPIRED, params![now_ms], |row| {
        Ok((row.get(0)?, crate::from_json(&row.get::<String>(1)?)?))
    })
}
