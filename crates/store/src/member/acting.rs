//! The member who acts, together with what lets him act: a session or a token that lives.

use guanxi_model::id::{CorpId, MemberId, SessionId, TokenId};

use super::{Member, add_row};
use crate::{Param, Result, Tx, params};

const FIND_ACTING: &str = columns!(and ", d.member_id, d.department_id, d.leads, d.ord, c.version";
    "JOIN corp c ON c.corp_id = m.corp_id JOIN session s ON s.session_id = $3
    LEFT JOIN member_department d ON d.corp_id = m.corp_id AND d.member_id = m.member_id
    WHERE m.corp_id = $1 AND m.member_id = $2 AND s.expires_at_ms > $4 ORDER BY d.place");
const FIND_ACTING_BY_TOKEN: &str = columns!(and ", d.member_id, d.department_id, d.leads, d.ord, c.version";
    "JOIN corp c ON c.corp_id = m.corp_id JOIN access_token t ON t.corp_id = m.corp_id AND t.member_id = m.member_id
    LEFT JOIN member_department d ON d.corp_id = m.corp_id AND d.member_id = m.member_id
    WHERE m.corp_id = $1 AND m.member_id = $2 AND t.token_id = $3 AND t.expires_at_ms > $4 AND t.revoked_at_ms IS NULL
    ORDER BY d.place");

/// All statements, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[FIND_ACTING, FIND_ACTING_BY_TOKEN];

/// The member with his departments and the version of his corp, if this session lives: all that a request begins with.
pub fn find_acting(
    tx: &mut Tx<'_>,
    corp: CorpId,
    id: MemberId,
    session: SessionId,
    now_ms: i64,
) -> Result<Option<(Member, i64)>> {
    acting(tx, FIND_ACTING, params![corp, id, session, now_ms])
}

fn acting(tx: &mut Tx<'_>, sql: &'static str, ids: &[Param<'_>]) -> Result<Option<(Member, i64)>> {
    let (mut found, mut version) = (None, 0);
    tx.for_each(sql, ids, |row| {
        version = row.get(21)?;
        add_row(row, &mut found)
    })?;
    Ok(found.map(|member| (member, version)))
}

/// As [`find_acting`], for a token of his that lives instead of a session.
pub fn find_acting_by_token(
    tx: &mut Tx<'_>,
    corp: CorpId,
    id: MemberId,
    token: TokenId,
    now_ms: i64,
) -> Result<Option<(Member, i64)>> {
    acting(tx, FIND_ACTING_BY_TOKEN, params![corp, id, token, now_ms])
}
