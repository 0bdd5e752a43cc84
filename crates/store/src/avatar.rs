//! Rows of members' pictures. Which picture an account shows stands in its own row, so that lists need no second look.

use guanxi_model::id::{AvatarId, CorpId, MemberId};

use crate::{Error, Result, Tx, params};

const PUT: &str =
    "INSERT INTO avatar (corp_id, member_id, avatar_id, picture, created_at_ms, removed_at_ms)
    VALUES ($1, $2, $3, $4, $5, NULL) ON CONFLICT (corp_id, member_id) DO UPDATE SET
    avatar_id = excluded.avatar_id, picture = excluded.picture, created_at_ms = excluded.created_at_ms,
    removed_at_ms = NULL";
const SHOW: &str = "UPDATE member SET avatar_id = $3 WHERE corp_id = $1 AND member_id = $2";
const FIND: &str = "SELECT avatar_id, picture FROM avatar
    WHERE corp_id = $1 AND member_id = $2 AND removed_at_ms IS NULL";
const REMOVE: &str = "UPDATE avatar SET removed_at_ms = $3
    WHERE corp_id = $1 AND member_id = $2 AND removed_at_ms IS NULL";
const FIND_REMOVED: &str = "SELECT avatar_id FROM avatar
    WHERE corp_id = $1 AND member_id = $2 AND removed_at_ms > $3";
const RESTORE: &str =
    "UPDATE avatar SET removed_at_ms = NULL WHERE corp_id = $1 AND member_id = $2";
const ERASE: &str = "DELETE FROM avatar WHERE corp_id = $1 AND member_id = $2";
const FORGET: &str = "DELETE FROM avatar WHERE removed_at_ms < $1";
const AMONG: &str =
    "SELECT member_id, avatar_id FROM member WHERE corp_id = $1 AND avatar_id IS NOT NULL AND member_id IN (
    $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
    $24, $25, $26)";

/// All statements, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    PUT,
    SHOW,
    FIND,
    REMOVE,
    FIND_REMOVED,
    RESTORE,
    ERASE,
    FORGET,
    AMONG,
];

/// Writes the picture of a member and shows it.
pub fn put(
    tx: &mut Tx<'_>,
    corp: CorpId,
    member: MemberId,
    id: AvatarId,
    picture: &[u8],
    now_ms: i64,
) -> Result<()> {
    tx.execute(PUT, params![corp, member, id, picture, now_ms])?;
    show(tx, corp, member, Some(id))
}

fn show(tx: &mut Tx<'_>, corp: CorpId, member: MemberId, id: Option<AvatarId>) -> Result<()> {
    tx.execute(SHOW, params![corp, member, id])?;
    Ok(())
}

/// The picture of a member, should he have one.
pub fn find(
    tx: &mut Tx<'_>,
    corp: CorpId,
    member: MemberId,
) -> Result<Option<(AvatarId, Vec<u8>)>> {
    tx.find(FIND, params![corp, member], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}

/// Takes the picture of a member off; it is kept until [`forget`].
pub fn remove(tx: &mut Tx<'_>, corp: CorpId, member: MemberId, now_ms: i64) -> Result<()> {
    tx.execute(REMOVE, params![corp, member, now_ms])?;
    show(tx, corp, member, None)
}

/// Shows a picture again that was taken off after a time; None if there is none such.
pub fn restore(
    tx: &mut Tx<'_>,
    corp: CorpId,
    member: MemberId,
    after_ms: i64,
) -> Result<Option<AvatarId>> {
    let found: Option<AvatarId> =
        tx.find(FIND_REMOVED, params![corp, member, after_ms], |row| {
            row.get(0)
        })?;
    if found.is_some() {
        tx.execute(RESTORE, params![corp, member])?;
        show(tx, corp, member, found)?;
    }
    Ok(found)
}

/// Deletes the picture of a member at once.
pub fn erase(tx: &mut Tx<'_>, corp: CorpId, member: MemberId) -> Result<()> {
    tx.execute(ERASE, params![corp, member])?;
    show(tx, corp, member, None)
}

/// Forgets pictures that were taken off before a time.
pub fn forget(tx: &mut Tx<'_>, before_ms: i64) -> Result<u64> {
    tx.execute(FORGET, params![before_ms])
}

/// Which pictures some members show; who has none is left out.
pub fn list_among(
    tx: &mut Tx<'_>,
    corp: CorpId,
    ids: &[MemberId],
) -> Result<Vec<(MemberId, AvatarId)>> {
    let mut found = Vec::new();
    for some in ids.chunks(crate::contact::AMONG_MAX) {
        let params = crate::member::among::among_params(corp, some);
        tx.for_each(AMONG, &params, |row| {
            found.push((row.get(0)?, row.get(1)?));
            Ok::<_, Error>(())
        })?;
    }
    Ok(found)
}
