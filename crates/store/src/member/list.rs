//! Lists of members: the administrators' page, counts, exports, and those who are gone.

use guanxi_model::{
    department::DepartmentId,
    id::{CorpId, MemberId},
    member::Status,
};

use super::{Member, among::fill_places, read, read_place};
use crate::{Error, Result, Row, Tx, json, params};

/// What a page of the administrators' list asks for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only this state.
    pub status: Option<Status>,
    /// Only members of one of these departments; None for everywhere.
    pub departments: Option<Vec<DepartmentId>>,
    /// Lower-case text within name, alias, userid, employee number, e-mail or mobile; empty for all.
    pub text: String,
    /// Continue behind this userid, in lower case; empty for the beginning.
    pub after: String,
    /// Only the last rows before this userid, in lower case; empty for none such.
    pub before: String,
    /// Rows of a page.
    pub limit: i64,
}

/// Condition that a member is in one of the departments of a JSON array; the engines read one differently.
macro_rules! in_departments {
    ($parameter:literal, $list:literal) => {
        concat!(
            "(",
            $parameter,
            " = '[]' OR EXISTS (SELECT 1 FROM member_department d WHERE d.corp_id = m.corp_id ",
            "AND d.member_id = m.member_id AND d.department_id IN (",
            $list,
            ")))"
        )
    };
}

/// Condition that a member is in one of the departments `$2` and has the text `$3` in one of the searched columns.
macro_rules! fits {
    ($list:literal) => {
        concat!(
            in_departments!("$2", $list),
            " AND ($3 = '' OR m.userid_lower LIKE $3 ESCAPE '\\' OR fold(m.name) LIKE $3 ESCAPE '\\'
            OR fold(m.alias) LIKE $3 ESCAPE '\\' OR m.mobile LIKE $3 ESCAPE '\\'
            OR fold(m.email) LIKE $3 ESCAPE '\\' OR fold(m.employee_no) LIKE $3 ESCAPE '\\')"
        )
    };
}

macro_rules! page {
    ($list:literal, $bound:literal) => {
        columns!(
            "WHERE m.corp_id = $1 AND ",
            fits!($list),
            " AND ($4 = 0 OR m.status = $4) AND m.userid_lower ",
            $bound,
            " LIMIT $6"
        )
    };
}

macro_rules! count_by_status {
    ($list:literal) => {
        concat!(
            "SELECT m.status, count(*) FROM member m WHERE m.corp_id = $1 AND ",
            fits!($list),
            " GROUP BY m.status"
        )
    };
}

const PAGE_SQLITE: &str = page!(
    "SELECT value FROM json_each($2)",
    "> $5 ORDER BY m.userid_lower"
);
const PAGE_POSTGRES: &str = page!(
    "SELECT value::bigint FROM json_array_elements_text($2::json)",
    "> $5 ORDER BY m.userid_lower"
);
const PAGE_BACK_SQLITE: &str = page!(
    "SELECT value FROM json_each($2)",
    "< $5 ORDER BY m.userid_lower DESC"
);
const PAGE_BACK_POSTGRES: &str = page!(
    "SELECT value::bigint FROM json_array_elements_text($2::json)",
    "< $5 ORDER BY m.userid_lower DESC"
);
const COUNT_SQLITE: &str = count_by_status!("SELECT value FROM json_each($2)");
const COUNT_POSTGRES: &str =
    count_by_status!("SELECT value::bigint FROM json_array_elements_text($2::json)");

macro_rules! with_places {
    ($($rest:tt)*) => {
        columns!(
            and ", d.department_id, d.leads, d.ord";
            "LEFT JOIN member_department d ON d.corp_id = m.corp_id AND d.member_id = m.member_id ",
            $($rest)*
        )
    };
}

const EVERYBODY: &str =
    with_places!("WHERE m.corp_id = $1 ORDER BY m.userid_lower, m.member_id, d.place");
// The inner question is answered by the index `member_gone` alone; asked directly, SQLite reads all members.
const GONE: &str = with_places!(
    "WHERE m.corp_id = $1
    AND m.member_id IN (SELECT g.member_id FROM member g WHERE g.corp_id = $1 AND g.status IN (2, 5))
    ORDER BY m.member_id DESC, d.place LIMIT $2"
);
const GONE_BY_NAME: &str = with_places!(
    "WHERE m.corp_id = $1
    AND m.member_id IN (SELECT g.member_id FROM member g WHERE g.corp_id = $1 AND g.status IN (2, 5)
    AND (g.userid_lower = $2 OR fold(g.name) = $2 OR fold(g.alias) = $2) ORDER BY g.member_id LIMIT $3)
    ORDER BY m.member_id, d.place"
);
const LISTED_PLACES: &str = "SELECT d.member_id, d.department_id FROM member_department d
    JOIN member m ON m.corp_id = d.corp_id AND m.member_id = d.member_id
    WHERE d.corp_id = $1 AND m.status IN (1, 4) ORDER BY d.member_id, d.place";
const KEYS: &str =
    "SELECT userid_lower, CASE WHEN status <> 5 THEN mobile END, CASE WHEN status <> 5 THEN email END
    FROM member WHERE corp_id = $1";
const LEAVE_DOUBLE_PLACES: &str = "DELETE FROM member_department WHERE corp_id = $1 AND department_id = $2
    AND member_id IN (SELECT d.member_id FROM member_department d WHERE d.corp_id = $1 AND d.department_id = $3)
    AND member_id IN (SELECT m.member_id FROM member m WHERE m.corp_id = $1 AND m.status = 5)";
const LEAVE_PLACES: &str =
    "UPDATE member_department SET department_id = $3, leads = false WHERE corp_id = $1 AND department_id = $2
    AND member_id IN (SELECT m.member_id FROM member m WHERE m.corp_id = $1 AND m.status = 5)";

/// Statements that both engines share, for the test that prepares each on both.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    EVERYBODY,
    GONE,
    GONE_BY_NAME,
    LISTED_PLACES,
    KEYS,
    LEAVE_DOUBLE_PLACES,
    LEAVE_PLACES,
];

/// The same for statements of one engine.
#[cfg(test)]
pub(crate) const SQLITE: &[&str] = &[PAGE_SQLITE, PAGE_BACK_SQLITE, COUNT_SQLITE];
#[cfg(test)]
pub(crate) const POSTGRES: &[&str] = &[PAGE_POSTGRES, PAGE_BACK_POSTGRES, COUNT_POSTGRES];

/// A JSON array of departments. An empty one stands for everywhere in the statements, so nowhere is a number that no
/// department has.
fn array(departments: Option<&[DepartmentId]>) -> Result<String> {
    match departments {
        None => Ok("[]".into()),
        Some([]) => Ok("[0]".into()),
        Some(departments) => json(departments),
    }
}

/// One page of the administrators' list, by userid, with departments.
pub fn page(tx: &mut Tx<'_>, corp: CorpId, filter: &Filter) -> Result<Vec<Member>> {
    let like = like(&filter.text);
    let status = filter.status.map_or(0, Status::number);
    let departments = array(filter.departments.as_deref())?;
    let (sql, bound) = if filter.before.is_empty() {
        (tx.dialect(PAGE_SQLITE, PAGE_POSTGRES), &filter.after)
    } else {
        let back = tx.dialect(PAGE_BACK_SQLITE, PAGE_BACK_POSTGRES);
        (back, &filter.before)
    };
    let params = params![corp, departments, like, status, bound, filter.limit];
    let mut members = tx.list(sql, params, read)?;
    if !filter.before.is_empty() {
        members.reverse();
    }
    fill_places(tx, corp, &mut members)?;
    Ok(members)
}

/// Pattern for a text anywhere in a column; empty for an empty text.
fn like(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let escaped = text
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    format!("%{escaped}%")
}

/// How many members are in each state: everywhere or in some departments, all or those with a lower-case text.
pub fn count_by_status(
    tx: &mut Tx<'_>,
    corp: CorpId,
    departments: Option<&[DepartmentId]>,
    text: &str,
) -> Result<Vec<(Status, i64)>> {
    let sql = tx.dialect(COUNT_SQLITE, COUNT_POSTGRES);
    tx.list(sql, params![corp, array(departments)?, like(text)], |row| {
        let status = Status::from_number(row.get(0)?).ok_or(Error::Mismatch {
            column: 0,
            wanted: "a status",
        })?;
        Ok((status, row.get(1)?))
    })
}

/// Puts rows of one member for each department together; the rows of a member follow each other.
struct Gather<E, F: FnMut(Member) -> Result<(), E>> {
    member: Option<Member>,
    each: F,
}

impl<E: From<Error>, F: FnMut(Member) -> Result<(), E>> Gather<E, F> {
    fn take(&mut self, row: &Row<'_>) -> Result<(), E> {
        let id: MemberId = row.get(0)?;
        if self.member.as_ref().is_none_or(|member| member.id != id) {
            let before = self.member.replace(read(row)?);
            before.map_or(Ok(()), &mut self.each)?;
        }
        let has_place = row.get::<Option<i64>>(17)?.is_some();
        if let Some(member) = self.member.as_mut().filter(|_| has_place) {
            member.profile.places.push(read_place(row, 16)?);
        }
        Ok(())
    }

    fn end(mut self) -> Result<(), E> {
        self.member.take().map_or(Ok(()), self.each)
    }
}

/// Hands over all members of a corp with their departments, by userid, in bounded memory.
pub fn for_each<E: From<Error>>(
    tx: &mut Tx<'_>,
    corp: CorpId,
    each: impl FnMut(Member) -> Result<(), E>,
) -> Result<(), E> {
    let mut gather = Gather { member: None, each };
    tx.for_each(EVERYBODY, params![corp], |row| gather.take(row))?;
    gather.end()
}

fn gathered(
    tx: &mut Tx<'_>,
    sql: &'static str,
    params: &[crate::Param<'_>],
) -> Result<Vec<Member>> {
    let mut members = Vec::new();
    let mut gather = Gather {
        member: None,
        each: |member| {
            members.push(member);
            Ok::<_, Error>(())
        },
    };
    tx.for_each(sql, params, |row| gather.take(row))?;
    gather.end()?;
    Ok(members)
}

/// Disabled and left members with their last departments, the newest accounts first, about as many rows as the limit says.
pub fn list_gone(tx: &mut Tx<'_>, corp: CorpId, limit: i64) -> Result<Vec<Member>> {
    gathered(tx, GONE, params![corp, limit])
}

/// Disabled and left members whose name, alias or userid is exactly this text in lower case, so many at most.
pub fn find_gone(tx: &mut Tx<'_>, corp: CorpId, text: &str, limit: i64) -> Result<Vec<Member>> {
    gathered(tx, GONE_BY_NAME, params![corp, text, limit])
}

/// Hands over every listed member with his departments, by id, without anything else of him.
pub fn for_each_place<E: From<Error>>(
    tx: &mut Tx<'_>,
    corp: CorpId,
    mut each: impl FnMut(MemberId, &[DepartmentId]) -> Result<(), E>,
) -> Result<(), E> {
    let mut current = None;
    let mut departments: Vec<DepartmentId> = Vec::new();
    tx.for_each(LISTED_PLACES, params![corp], |row| {
        let id: MemberId = row.get(0)?;
        if let Some(before) = current.replace(id).filter(|before| *before != id) {
            each(before, &departments)?;
            departments.clear();
        }
        departments.push(DepartmentId(row.get(1)?));
        Ok::<_, E>(())
    })?;
    current.map_or(Ok(()), |last| each(last, &departments))
}

/// Puts those who have left from one department to another, so that the first can be deleted.
pub fn places_of_left(
    tx: &mut Tx<'_>,
    corp: CorpId,
    from: DepartmentId,
    to: DepartmentId,
) -> Result<()> {
    tx.execute(LEAVE_DOUBLE_PLACES, params![corp, from.0, to.0])?;
    tx.execute(LEAVE_PLACES, params![corp, from.0, to.0])?;
    Ok(())
}

/// Hands over what is taken in a corp: each userid in lower case, with the mobile number and e-mail that it holds.
pub fn keys(
    tx: &mut Tx<'_>,
    corp: CorpId,
    mut each: impl FnMut(String, Option<String>, Option<String>),
) -> Result<()> {
    tx.for_each(KEYS, params![corp], |row| {
        each(row.get(0)?, row.get(1)?, row.get(2)?);
        Ok::<_, Error>(())
    })
}
