//! Rows of members and of the departments they belong to.

use guanxi_model::{
    department::DepartmentId,
    id::{AvatarId, CorpId, MemberId, PersonId},
    member::{Place, Profile, Status},
    party::Party,
    person::{Email, Phone},
};

use crate::{Error, Param, Result, Row, ToParam, Tx, params};

/// A member as stored. `profile.places` is filled by [`find`], not by lists that say so.
#[derive(Debug, Clone)]
pub struct Member {
    /// Number.
    pub id: MemberId,
    /// What administrators and syncs set.
    pub profile: Profile,
    /// State of the account.
    pub status: Status,
    /// The person behind the account, known since the first sign-in.
    pub person: Option<PersonId>,
    /// When the account was made.
    pub created_at_ms: i64,
    /// When it was last changed.
    pub updated_at_ms: i64,
    /// When he left.
    pub left_at_ms: Option<i64>,
    /// The picture that he shows.
    pub avatar: Option<AvatarId>,
}

macro_rules! columns {
    (and $more:literal; $($rest:tt)*) => {
        concat!(
            "SELECT m.member_id, m.userid, m.name, m.alias, m.mobile, m.email, m.position, m.extension, m.employee_no, ",
            "m.custom, m.status, m.person_id, m.created_at_ms, m.updated_at_ms, m.left_at_ms, m.corp_id, m.avatar_id",
            $more,
            " FROM member m ",
            $($rest)*
        )
    };
    ($($rest:tt)*) => {
        columns!(and ""; $($rest)*)
    };
}

pub(crate) mod acting;
pub(crate) mod among;
pub(crate) mod hold;
pub(crate) mod list;

pub use acting::{find_acting, find_acting_by_token};
pub use among::list_among;
pub use hold::hold;
pub use list::{
    Filter, count_by_status, find_gone, for_each, for_each_place, keys, list_gone, page,
    places_of_left,
};

/// One row for each department, so that a member costs one statement.
const FIND: &str = columns!(and ", d.member_id, d.department_id, d.leads, d.ord";
    "LEFT JOIN member_department d ON d.corp_id = m.corp_id AND d.member_id = m.member_id
    WHERE m.corp_id = $1 AND m.member_id = $2 ORDER BY d.place");
const NAME: &str = "SELECT name FROM member WHERE corp_id = $1 AND member_id = $2";
const FIND_BY_USERID: &str = columns!("WHERE m.corp_id = $1 AND m.userid_lower = $2");
const BY_MOBILE: &str = columns!("WHERE m.mobile = $1 ORDER BY m.corp_id, m.member_id");
const BY_PERSON: &str = columns!("WHERE m.person_id = $1 ORDER BY m.corp_id, m.member_id");
const ALL: &str = columns!("WHERE m.corp_id = $1 ORDER BY m.member_id");
const ALL_PLACES: &str = "SELECT member_id, department_id, leads, ord FROM member_department
    WHERE corp_id = $1 ORDER BY member_id, place";
const CONTACTS_OF: &str = columns!(
    "JOIN contact c ON c.peer_scope = m.corp_id AND c.peer_id = m.member_id
    WHERE c.scope = $1 AND c.owner_id = $2 AND c.ended_at_ms IS NULL ORDER BY m.member_id"
);
const CONTACTS_PLACES: &str =
    "SELECT d.member_id, d.department_id, d.leads, d.ord FROM member_department d
    JOIN contact c ON c.peer_scope = d.corp_id AND c.peer_id = d.member_id
    WHERE c.scope = $1 AND c.owner_id = $2 AND c.ended_at_ms IS NULL ORDER BY d.member_id, d.place";
const PLACES: &str = "SELECT member_id, department_id, leads, ord FROM member_department
    WHERE corp_id = $1 AND member_id = $2 ORDER BY place";
const INSERT: &str = "INSERT INTO member (corp_id, member_id, userid, userid_lower, name, alias, mobile, email, position,
    extension, employee_no, custom, status, person_id, created_at_ms, updated_at_ms)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)";
const UPDATE: &str = "UPDATE member SET userid = $3, userid_lower = $4, name = $5, alias = $6, mobile = $7, email = $8,
    position = $9, extension = $10, employee_no = $11, custom = $12, updated_at_ms = $13
    WHERE corp_id = $1 AND member_id = $2";
const SET_STATUS: &str = "UPDATE member SET status = $3, left_at_ms = $4, updated_at_ms = $5
    WHERE corp_id = $1 AND member_id = $2";
const SET_PERSON: &str = "UPDATE member SET person_id = $3, status = $4, updated_at_ms = $5
    WHERE corp_id = $1 AND member_id = $2";
const CUT_PERSON: &str = "UPDATE member SET person_id = NULL, status = $3, updated_at_ms = $4
    WHERE corp_id = $1 AND member_id = $2";
const TOUCH: &str = "UPDATE member SET updated_at_ms = $3 WHERE corp_id = $1 AND member_id = $2";
const CLEAR_PLACES: &str = "DELETE FROM member_department WHERE corp_id = $1 AND member_id = $2";
const INSERT_PLACE: &str =
    "INSERT INTO member_department (corp_id, member_id, place, department_id, leads, ord)
    VALUES ($1, $2, $3, $4, $5, $6)";
const LEADERS: &str =
    "SELECT member_id, department_id FROM member_department WHERE corp_id = $1 AND leads = true";
const IN_DEPARTMENT: &str = "SELECT count(*) FROM member_department d
    JOIN member m ON m.corp_id = d.corp_id AND m.member_id = d.member_id
    WHERE d.corp_id = $1 AND d.department_id = $2 AND m.status <> 5";

const NAMED: &str = "SELECT member_id, name FROM member WHERE corp_id = $1 AND name = $2 ORDER BY member_id LIMIT $3";

/// All statements that both engines share, for the test that prepares each on both.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    FIND,
    NAME,
    FIND_BY_USERID,
    BY_MOBILE,
    BY_PERSON,
    ALL,
    ALL_PLACES,
    CONTACTS_OF,
    CONTACTS_PLACES,
    PLACES,
    INSERT,
    UPDATE,
    SET_STATUS,
    SET_PERSON,
    CUT_PERSON,
    TOUCH,
    CLEAR_PLACES,
    INSERT_PLACE,
    LEADERS,
    IN_DEPARTMENT,
    NAMED,
];

fn read(row: &Row<'_>) -> Result<Member> {
    let custom: String = row.get(9)?;
    let status: i64 = row.get(10)?;
    Ok(Member {
        id: row.get(0)?,
        profile: Profile {
            userid: row.get(1)?,
            name: row.get(2)?,
            alias: row.get(3)?,
            mobile: crate::person::phone(row, 4)?,
            email: match row.get::<Option<String>>(5)? {
                Some(text) => Some(Email::parse(&text).map_err(|_| Error::Mismatch {
                    column: 5,
                    wanted: "an e-mail",
                })?),
                None => None,
            },
            position: row.get(6)?,
            extension: row.get(7)?,
            employee_no: row.get(8)?,
            places: Vec::new(),
            custom: if custom == "[]" {
                Vec::new()
            } else {
                crate::from_json(&custom)?
            },
        },
        status: Status::from_number(status).ok_or(Error::Mismatch {
            column: 10,
            wanted: "a status",
        })?,
        person: row.get(11)?,
        created_at_ms: row.get(12)?,
        updated_at_ms: row.get(13)?,
        left_at_ms: row.get(14)?,
        avatar: row.get(16)?,
    })
}

/// Reads department, lead and order behind a column.
fn read_place(row: &Row<'_>, behind: usize) -> Result<Place> {
    Ok(Place {
        department: DepartmentId(row.get(behind + 1)?),
        leads: row.get(behind + 2)?,
        order: row.get(behind + 3)?,
    })
}

fn with_places(tx: &mut Tx<'_>, corp: CorpId, found: Option<Member>) -> Result<Option<Member>> {
    let Some(mut member) = found else {
        return Ok(None);
    };
    member.profile.places = places(tx, corp, member.id)?;
    Ok(Some(member))
}

/// Members of exactly this name, the longest there first. Reads all of the corp, so it is for questions asked seldom.
pub fn list_named(
    tx: &mut Tx<'_>,
    corp: CorpId,
    name: &str,
    limit: i64,
) -> Result<Vec<(MemberId, String)>> {
    tx.list(NAMED, params![corp, name, limit], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}

/// The member with his departments, if he exists.
pub fn find(tx: &mut Tx<'_>, corp: CorpId, id: MemberId) -> Result<Option<Member>> {
    let mut found = None;
    tx.for_each(FIND, params![corp, id], |row| add_row(row, &mut found))?;
    Ok(found)
}

/// Takes the member from the first of his rows, and a department from each.
fn add_row(row: &Row<'_>, found: &mut Option<Member>) -> Result<()> {
    let member = match found {
        Some(member) => member,
        None => found.insert(read(row)?),
    };
    if row.get::<Option<MemberId>>(17)?.is_some() {
        member.profile.places.push(read_place(row, 17)?);
    }
    Ok(())
}

/// The name of a member.
pub fn name(tx: &mut Tx<'_>, corp: CorpId, id: MemberId) -> Result<Option<String>> {
    tx.find(NAME, params![corp, id], |row| row.get(0))
}

/// The member with this userid in whatever case, with his departments.
pub fn find_by_userid(tx: &mut Tx<'_>, corp: CorpId, userid: &str) -> Result<Option<Member>> {
    let found = tx.find(
        FIND_BY_USERID,
        params![corp, userid.to_ascii_lowercase()],
        read,
    )?;
    with_places(tx, corp, found)
}

/// Accounts of whatever corp with this mobile number, without departments.
pub fn list_by_mobile(tx: &mut Tx<'_>, mobile: Phone) -> Result<Vec<(CorpId, Member)>> {
    tx.list(BY_MOBILE, params![mobile.to_string()], |row| {
        Ok((row.get(15)?, read(row)?))
    })
}

/// Accounts of a person in whatever corp, without departments.
pub fn list_by_person(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<(CorpId, Member)>> {
    tx.list(BY_PERSON, params![person], |row| {
        Ok((row.get(15)?, read(row)?))
    })
}

/// Departments of a member, the main one first.
fn places(tx: &mut Tx<'_>, corp: CorpId, id: MemberId) -> Result<Vec<Place>> {
    tx.list(PLACES, params![corp, id], |row| read_place(row, 0))
}

/// All members of a corp with their departments, in the order of their ids. Meant for loading the directory.
pub fn list_all(tx: &mut Tx<'_>, corp: CorpId) -> Result<Vec<Member>> {
    list_placed(tx, ALL, ALL_PLACES, params![corp])
}

/// Members who are contacts of a party now, in whatever state, with their departments, in the order of their ids.
pub fn contacts_of(tx: &mut Tx<'_>, owner: Party) -> Result<Vec<Member>> {
    list_placed(
        tx,
        CONTACTS_OF,
        CONTACTS_PLACES,
        params![owner.scope(), owner.id()],
    )
}

fn list_placed(
    tx: &mut Tx<'_>,
    members: &'static str,
    places: &'static str,
    params: &[Param<'_>],
) -> Result<Vec<Member>> {
    let mut members = tx.list(members, params, read)?;
    let mut at = 0;
    tx.for_each(places, params, |row| {
        let id: MemberId = row.get(0)?;
        while at < members.len() && members[at].id < id {
            at += 1;
        }
        if let Some(member) = members.get_mut(at).filter(|member| member.id == id) {
            member.profile.places.push(read_place(row, 0)?);
        }
        Ok::<_, Error>(())
    })?;
    Ok(members)
}

/// Who leads which department.
pub fn leaders(tx: &mut Tx<'_>, corp: CorpId) -> Result<Vec<(MemberId, DepartmentId)>> {
    tx.list(LEADERS, params![corp], |row| {
        Ok((row.get(0)?, DepartmentId(row.get(1)?)))
    })
}

/// How many members who have not left are directly in a department.
pub fn count_in_department(tx: &mut Tx<'_>, corp: CorpId, department: DepartmentId) -> Result<i64> {
    tx.get(IN_DEPARTMENT, params![corp, department.0], |row| row.get(0))
}

/// Writes a new member with his departments. Refused as unique on `member_userid`, `member_mobile` or `member_email`.
pub fn insert(tx: &mut Tx<'_>, corp: CorpId, new: &Member) -> Result<()> {
    insert_many(tx, corp, std::slice::from_ref(new))
}

/// Writes many new members with their departments; those who have left are marked by [`set_status`].
pub fn insert_many(tx: &mut Tx<'_>, corp: CorpId, new: &[Member]) -> Result<()> {
    let texts: Vec<Texts> = new.iter().map(Texts::new).collect::<Result<_>>()?;
    let rows = new.iter().zip(&texts).map(|(member, texts)| {
        let profile = &member.profile;
        [
            corp.to_param(),
            member.id.to_param(),
            Param::Text(&profile.userid),
            Param::Text(&texts.userid_lower),
            Param::Text(&profile.name),
            Param::Text(&profile.alias),
            texts.mobile.to_param(),
            profile
                .email
                .as_ref()
                .map_or(Param::Null, |email| Param::Text(email.as_str())),
            Param::Text(&profile.position),
            Param::Text(&profile.extension),
            Param::Text(&profile.employee_no),
            Param::Text(&texts.custom),
            Param::Int(member.status.number()),
            member.person.to_param(),
            Param::Int(member.created_at_ms),
        ]
    });
    tx.execute_many(INSERT, rows)?;
    let places = new.iter().flat_map(|member| {
        let id = member.id;
        (0_i64..)
            .zip(&member.profile.places)
            .map(move |(at, place)| place_params(corp, id, at, place))
    });
    tx.execute_many(INSERT_PLACE, places)?;
    Ok(())
}

/// Columns of a member that are texts only in the database.
struct Texts {
    userid_lower: String,
    mobile: Option<String>,
    custom: String,
}

impl Texts {
    fn new(member: &Member) -> Result<Self> {
        let profile = &member.profile;
        Ok(Self {
            userid_lower: profile.userid.to_ascii_lowercase(),
            mobile: profile.mobile.map(|mobile| mobile.to_string()),
            custom: crate::json(&profile.custom)?,
        })
    }
}

fn place_params(corp: CorpId, id: MemberId, at: i64, place: &Place) -> [Param<'static>; 6] {
    [
        Param::Id(corp.as_u128()),
        Param::Id(id.as_u128()),
        Param::Int(at),
        Param::Int(place.department.0),
        Param::Bool(place.leads),
        Param::Int(place.order),
    ]
}

/// Writes the profile of a member, his departments too.
pub fn update(
    tx: &mut Tx<'_>,
    corp: CorpId,
    id: MemberId,
    profile: &Profile,
    now_ms: i64,
) -> Result<()> {
    tx.execute(
        UPDATE,
        params![
            corp,
            id,
            profile.userid,
            profile.userid.to_ascii_lowercase(),
            profile.name,
            profile.alias,
            profile.mobile.map(|mobile| mobile.to_string()),
            profile.email.as_ref().map(Email::as_str),
            profile.position,
            profile.extension,
            profile.employee_no,
            crate::json(&profile.custom)?,
            now_ms,
        ],
    )?;
    put_places(tx, corp, id, &profile.places)
}

/// Writes the departments of a member, the main one first.
pub fn replace_places(
    tx: &mut Tx<'_>,
    corp: CorpId,
    id: MemberId,
    places: &[Place],
    now_ms: i64,
) -> Result<()> {
    tx.execute(TOUCH, params![corp, id, now_ms])?;
    put_places(tx, corp, id, places)
}

fn put_places(tx: &mut Tx<'_>, corp: CorpId, id: MemberId, places: &[Place]) -> Result<()> {
    tx.execute(CLEAR_PLACES, params![corp, id])?;
    let rows = (0_i64..).zip(places);
    tx.execute_many(
        INSERT_PLACE,
        rows.map(|(at, place)| place_params(corp, id, at, place)),
    )?;
    Ok(())
}

/// Writes the state of an account, and when the member left.
pub fn set_status(
    tx: &mut Tx<'_>,
    corp: CorpId,
    id: MemberId,
    status: Status,
    now_ms: i64,
) -> Result<()> {
    let left_at_ms = (status == Status::Left).then_some(now_ms);
    tx.execute(
        SET_STATUS,
        params![corp, id, status.number(), left_at_ms, now_ms],
    )?;
    Ok(())
}

/// Ties an account to the person who proved its number, with the state that follows.
pub fn set_person(
    tx: &mut Tx<'_>,
    corp: CorpId,
    id: MemberId,
    person: PersonId,
    status: Status,
    now_ms: i64,
) -> Result<()> {
    tx.execute(
        SET_PERSON,
        params![corp, id, person, status.number(), now_ms],
    )?;
    Ok(())
}

/// Unties an account from its person, with the state that follows.
pub fn cut_person(
    tx: &mut Tx<'_>,
    corp: CorpId,
    id: MemberId,
    status: Status,
    now_ms: i64,
) -> Result<()> {
    tx.execute(CUT_PERSON, params![corp, id, status.number(), now_ms])?;
    Ok(())
}
