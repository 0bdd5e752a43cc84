//! Some members by their ids, with their departments: a few statements, however many they are.

use guanxi_model::id::{CorpId, MemberId};

use super::{Member, read, read_place};
use crate::{Error, Param, Result, Tx, contact::AMONG_MAX};

/// Members that one statement asks about.
macro_rules! among {
    ($column:literal) => {
        concat!(
            $column,
            " IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, ",
            "$24, $25, $26)"
        )
    };
}

const AMONG: &str = columns!(
    "WHERE m.corp_id = $1 AND ",
    among!("m.member_id"),
    " ORDER BY m.member_id"
);
const AMONG_PLACES: &str = concat!(
    "SELECT member_id, department_id, leads, ord FROM member_department WHERE corp_id = $1 AND ",
    among!("member_id"),
    " ORDER BY member_id, place"
);
/// Both statements, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[AMONG, AMONG_PLACES];

/// Members with these ids and their departments, in no order; whoever does not exist is left out.
pub fn list_among(tx: &mut Tx<'_>, corp: CorpId, ids: &[MemberId]) -> Result<Vec<Member>> {
    let mut found = Vec::with_capacity(ids.len());
    for some in ids.chunks(AMONG_MAX) {
        found.extend(tx.list(AMONG, &among_params(corp, some), read)?);
    }
    fill_places(tx, corp, &mut found)?;
    Ok(found)
}

/// Reads the departments of members who were read without.
pub(super) fn fill_places(tx: &mut Tx<'_>, corp: CorpId, members: &mut [Member]) -> Result<()> {
    for some in members.chunks_mut(AMONG_MAX) {
        let ids: Vec<MemberId> = some.iter().map(|member| member.id).collect();
        tx.for_each(AMONG_PLACES, &among_params(corp, &ids), |row| {
            let id: MemberId = row.get(0)?;
            if let Some(member) = some.iter_mut().find(|member| member.id == id) {
                member.profile.places.push(read_place(row, 0)?);
            }
            Ok::<_, Error>(())
        })?;
    }
    Ok(())
}

/// Places without a member repeat the last.
pub(crate) fn among_params(corp: CorpId, ids: &[MemberId]) -> Vec<Param<'static>> {
    let ids = (0..AMONG_MAX).filter_map(|at| ids.get(at).or(ids.last()));
    let ids = ids.map(|id| Param::Id(id.as_u128()));
    std::iter::once(Param::Id(corp.as_u128()))
        .chain(ids)
        .collect()
}
