//! Rows of roles given to members.

use guanxi_model::{
    department::DepartmentId,
    id::{CorpId, MemberId},
    role::{Role, RoleGrant},
};

use crate::{Error, Result, Row, Tx, params};

const LIST: &str =
    "SELECT role, department_id, member_id FROM role_grant WHERE corp_id = $1 AND member_id = $2";
const LIST_ALL: &str = "SELECT role, department_id, member_id FROM role_grant WHERE corp_id = $1 ORDER BY role, member_id";
const INSERT: &str =
    "INSERT INTO role_grant (corp_id, member_id, role, department_id) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING";
const CLEAR: &str = "DELETE FROM role_grant WHERE corp_id = $1 AND member_id = $2";

const TAKEN: &str =
    "SELECT role, department_id, member_id FROM role_taken WHERE corp_id = $1 AND member_id = $2
    ORDER BY role, department_id";
const TAKE: &str = "INSERT INTO role_taken (corp_id, member_id, role, department_id)
    SELECT corp_id, member_id, role, department_id FROM role_grant
    WHERE corp_id = $1 AND member_id = $2";
const FORGET_TAKEN: &str = "DELETE FROM role_taken WHERE corp_id = $1 AND member_id = $2";

/// All statements, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[LIST, LIST_ALL, INSERT, CLEAR, TAKEN, TAKE, FORGET_TAKEN];

fn read(row: &Row<'_>) -> Result<(MemberId, RoleGrant)> {
    let name: String = row.get(0)?;
    let department: i64 = row.get(1)?;
    let grant = RoleGrant {
        role: Role::from_name(&name)
            .ok_or_else(|| Error::Internal(format!("unknown role {name}")))?,
        department: (department != 0).then_some(DepartmentId(department)),
    };
    Ok((row.get(2)?, grant))
}

/// Roles of one member.
pub fn list(tx: &mut Tx<'_>, corp: CorpId, member: MemberId) -> Result<Vec<RoleGrant>> {
    tx.list(LIST, params![corp, member], |row| {
        read(row).map(|(_, grant)| grant)
    })
}

/// Everybody with a role.
pub fn list_all(tx: &mut Tx<'_>, corp: CorpId) -> Result<Vec<(MemberId, RoleGrant)>> {
    tx.list(LIST_ALL, params![corp], read)
}

/// Replaces the roles of one member.
pub fn replace(
    tx: &mut Tx<'_>,
    corp: CorpId,
    member: MemberId,
    grants: &[RoleGrant],
) -> Result<()> {
    tx.execute(CLEAR, params![corp, member])?;
    for grant in grants {
        let department = grant.department.map_or(0, |d| d.0);
        tx.execute(INSERT, params![corp, member, grant.role.name(), department])?;
    }
    Ok(())
}

/// Takes all roles of a member who goes, and remembers which they were; one who has none keeps what was remembered before.
pub fn take(tx: &mut Tx<'_>, corp: CorpId, member: MemberId) -> Result<()> {
    if list(tx, corp, member)?.is_empty() {
        return Ok(());
    }
    forget_taken(tx, corp, member)?;
    tx.execute(TAKE, params![corp, member])?;
    tx.execute(CLEAR, params![corp, member])?;
    Ok(())
}

/// Roles that were taken from a member when he went.
pub fn taken(tx: &mut Tx<'_>, corp: CorpId, member: MemberId) -> Result<Vec<RoleGrant>> {
    tx.list(TAKEN, params![corp, member], |row| {
        read(row).map(|(_, grant)| grant)
    })
}

/// Forgets which roles were taken from a member.
pub fn forget_taken(tx: &mut Tx<'_>, corp: CorpId, member: MemberId) -> Result<()> {
    tx.execute(FORGET_TAKEN, params![corp, member])?;
    Ok(())
}
