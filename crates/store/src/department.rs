//! Rows of departments.

use guanxi_model::{
    department::{Department, DepartmentId},
    id::CorpId,
};

use crate::{Result, Row, Tx, params};

const LIST: &str = "SELECT department_id, parent_id, name, ord FROM department WHERE corp_id = $1";
const INSERT: &str = "INSERT INTO department (corp_id, department_id, parent_id, name, ord) VALUES ($1, $2, $3, $4, $5)";
const UPDATE: &str = "UPDATE department SET parent_id = $3, name = $4, ord = $5 WHERE corp_id = $1 AND department_id = $2";
const DELETE: &str = "DELETE FROM department WHERE corp_id = $1 AND department_id = $2";

/// All statements, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[LIST, INSERT, UPDATE, DELETE];

fn read(row: &Row<'_>) -> Result<Department> {
    Ok(Department {
        id: DepartmentId(row.get(0)?),
        parent: row.get::<Option<i64>>(1)?.map(DepartmentId),
        name: row.get(2)?,
        order: row.get(3)?,
    })
}

/// All departments of a corp, in no order.
pub fn list(tx: &mut Tx<'_>, corp: CorpId) -> Result<Vec<Department>> {
    tx.list(LIST, params![corp], read)
}

/// Writes a new department; a second one of the same name under the same parent is refused as `department_name`.
pub fn insert(tx: &mut Tx<'_>, corp: CorpId, new: &Department) -> Result<()> {
    tx.execute(
        INSERT,
        params![
            corp,
            new.id.0,
            new.parent.map(|p| p.0),
            &new.name,
            new.order
        ],
    )?;
    Ok(())
}

/// Writes name, parent and order.
pub fn update(tx: &mut Tx<'_>, corp: CorpId, changed: &Department) -> Result<()> {
    let parent = changed.parent.map(|p| p.0);
    tx.execute(
        UPDATE,
        params![corp, changed.id.0, parent, &changed.name, changed.order],
    )?;
    Ok(())
}

/// Removes a department; one with members or children is refused by a foreign key or the caller.
pub fn delete(tx: &mut Tx<'_>, corp: CorpId, id: DepartmentId) -> Result<()> {
    tx.execute(DELETE, params![corp, id.0])?;
    Ok(())
}
