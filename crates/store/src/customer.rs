//! Rows of customers: persons outside a corp who are contacts of its members, as this corp names them.

use guanxi_model::{
    id::{CodeId, CorpId, PersonId},
    party::Party,
};

use crate::{Result, Row, Tx, contact::Contact, params};

/// A customer of one corp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// Who.
    pub person: PersonId,
    /// `external_userid`, the name by which integrators of this corp know him.
    pub external_id: String,
    /// Code by which he came first.
    pub code: Option<CodeId>,
    /// When he first became a contact of somebody here.
    pub created_at_ms: i64,
}

macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "SELECT person_id, external_id, code_id, created_at_ms FROM customer ",
            $rest
        )
    };
}

const FIND: &str = columns!("WHERE corp_id = $1 AND person_id = $2");
const FIND_EXTERNAL: &str = columns!("WHERE corp_id = $1 AND external_id = $2");
const INSERT: &str =
    "INSERT INTO customer (corp_id, person_id, external_id, code_id, created_at_ms)
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (corp_id, person_id) DO NOTHING";
/// Those whose name holds a pattern in small letters, or who are named so by integrators; the ids of persons grow with time.
const PAGE: &str = "SELECT c.person_id, c.external_id, c.code_id, c.created_at_ms FROM customer c
    JOIN person p ON p.person_id = c.person_id
    WHERE c.corp_id = $1 AND c.person_id < $2
    AND ($3 = '' OR c.external_id = $3 OR lower(p.name) LIKE $4 ESCAPE '!')
    ORDER BY c.person_id DESC LIMIT $5";
const CORPS_OF: &str = "SELECT DISTINCT peer_scope FROM contact WHERE scope = $1 AND owner_id = $1";

/// All statements, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[FIND, FIND_EXTERNAL, INSERT, PAGE, CORPS_OF];

fn read(row: &Row<'_>) -> Result<Customer> {
    Ok(Customer {
        person: row.get(0)?,
        external_id: row.get(1)?,
        code: row.get(2)?,
        created_at_ms: row.get(3)?,
    })
}

/// The customer that a person is for this corp.
pub fn find(tx: &mut Tx<'_>, corp: CorpId, person: PersonId) -> Result<Option<Customer>> {
    tx.find(FIND, params![corp, person], read)
}

/// The customer whom integrators name so.
pub fn find_external(tx: &mut Tx<'_>, corp: CorpId, external_id: &str) -> Result<Option<Customer>> {
    tx.find(FIND_EXTERNAL, params![corp, external_id], read)
}

/// Writes a new customer; one who is known stays as he is.
pub fn insert(tx: &mut Tx<'_>, corp: CorpId, new: &Customer) -> Result<()> {
    tx.execute(
        INSERT,
        params![
            corp,
            new.person,
            new.external_id,
            new.code,
            new.created_at_ms
        ],
    )?;
    Ok(())
}

/// Customers of a corp, the newest persons first, older than `before`; empty text finds all.
pub fn page(
    tx: &mut Tx<'_>,
    corp: CorpId,
    text: &str,
    before: PersonId,
    limit: i64,
) -> Result<Vec<Customer>> {
    let typed = text.to_lowercase();
    let mut pattern = String::from("%");
    for c in typed.chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    tx.list(PAGE, params![corp, before, typed, pattern, limit], read)
}

/// Corps in which a person has or had a contact.
pub fn list_corps(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<CorpId>> {
    tx.list(CORPS_OF, params![person], |row| row.get(0))
}

/// Contacts of a member that are customers, among all that he has.
pub fn list_of(tx: &mut Tx<'_>, owner: Party) -> Result<Vec<Contact>> {
    let mut contacts = crate::contact::list(tx, owner)?;
    contacts.retain(|contact| matches!(contact.peer, Party::Person { .. }));
    Ok(contacts)
}
