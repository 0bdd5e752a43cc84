//! Rows of persons: individuals known by a verified phone number or e-mail.

use guanxi_model::{
    id::PersonId,
    person::{FoundBy, Phone},
};

use crate::{Error, Param, Result, Row, ToParam, Tx, params};

/// A person as stored.
#[derive(Debug, Clone)]
pub struct Person {
    /// Number.
    pub id: PersonId,
    /// Verified mobile number, E.164.
    pub mobile: Option<Phone>,
    /// Name as last known.
    pub name: String,
    /// Language of pages, if he chose one.
    pub language: Option<String>,
    /// `light` or `dark`, if he chose one.
    pub theme: Option<String>,
    /// When he first proved his number.
    pub created_at_ms: i64,
}

const FIND: &str = "SELECT person_id, mobile, name, language, theme, created_at_ms FROM person WHERE person_id = $1";
const FIND_BY_MOBILE: &str =
    "SELECT person_id, mobile, name, language, theme, created_at_ms FROM person WHERE mobile = $1";
const INSERT: &str = "INSERT INTO person (person_id, mobile, name, language, theme, created_at_ms)
    VALUES ($1, $2, $3, $4, $5, $6)";
const SET_DISPLAY: &str = "UPDATE person SET language = $2, theme = $3 WHERE person_id = $1";

const FOUND_BY: &str = "SELECT found_by FROM person WHERE person_id = $1";
const SET_FOUND_BY: &str = "UPDATE person SET found_by = $2 WHERE person_id = $1";

const ERASE: &str =
    "UPDATE person SET mobile = NULL, email = NULL, name = '', language = NULL, theme = NULL
    WHERE person_id = $1";

/// All statements, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    FIND,
    FIND_BY_MOBILE,
    INSERT,
    SET_DISPLAY,
    FOUND_BY,
    SET_FOUND_BY,
    ERASE,
];

fn read(row: &Row<'_>) -> Result<Person> {
    Ok(Person {
        id: row.get(0)?,
        mobile: phone(row, 1)?,
        name: row.get(2)?,
        language: row.get(3)?,
        theme: row.get(4)?,
        created_at_ms: row.get(5)?,
    })
}

/// Reads a number as it was stored.
pub(crate) fn phone(row: &Row<'_>, column: usize) -> Result<Option<Phone>> {
    let Some(text) = row.get::<Option<String>>(column)? else {
        return Ok(None);
    };
    text.parse().map(Some).map_err(|_| Error::Mismatch {
        column,
        wanted: "a phone number",
    })
}

/// The person, if he exists.
pub fn find(tx: &mut Tx<'_>, id: PersonId) -> Result<Option<Person>> {
    tx.find(FIND, params![id], read)
}

/// The person who proved this number.
pub fn find_by_mobile(tx: &mut Tx<'_>, mobile: Phone) -> Result<Option<Person>> {
    tx.find(FIND_BY_MOBILE, params![mobile.to_string()], read)
}

/// Writes a new person.
pub fn insert(tx: &mut Tx<'_>, new: &Person) -> Result<()> {
    let mobile = new.mobile.map(|mobile| mobile.to_string());
    tx.execute(
        INSERT,
        params![
            new.id,
            mobile,
            new.name,
            new.language,
            new.theme,
            new.created_at_ms
        ],
    )?;
    Ok(())
}

/// Writes many new persons.
pub fn insert_many(tx: &mut Tx<'_>, new: &[Person]) -> Result<()> {
    let mobiles: Vec<Option<String>> = new
        .iter()
        .map(|person| person.mobile.map(|mobile| mobile.to_string()))
        .collect();
    let rows = new.iter().zip(&mobiles).map(|(person, mobile)| {
        [
            person.id.to_param(),
            mobile.to_param(),
            Param::Text(&person.name),
            person.language.to_param(),
            person.theme.to_param(),
            Param::Int(person.created_at_ms),
        ]
    });
    tx.execute_many(INSERT, rows)?;
    Ok(())
}

/// Writes language and theme of pages.
pub fn set_display(
    tx: &mut Tx<'_>,
    id: PersonId,
    language: Option<&str>,
    theme: Option<&str>,
) -> Result<()> {
    tx.execute(SET_DISPLAY, params![id, language, theme])?;
    Ok(())
}

/// Who may find a person by his number.
pub fn found_by(tx: &mut Tx<'_>, id: PersonId) -> Result<FoundBy> {
    tx.get(FOUND_BY, params![id], |row| {
        FoundBy::from_number(row.get(0)?).ok_or(Error::Mismatch {
            column: 0,
            wanted: "who may find a person",
        })
    })
}

/// Writes who may find a person by his number.
pub fn set_found_by(tx: &mut Tx<'_>, id: PersonId, choice: FoundBy) -> Result<()> {
    tx.execute(SET_FOUND_BY, params![id, choice.number()])?;
    Ok(())
}

/// Takes away all that tells who a person is; the row stays, so that what others have written still has an end.
pub fn erase(tx: &mut Tx<'_>, id: PersonId) -> Result<()> {
    tx.execute(ERASE, params![id])?;
    Ok(())
}
