//! Customers of the acting member: persons outside the company who are his contacts.

use guanxi_app::{
    Cx, Me, Result,
    customer::{self, Held},
};
use guanxi_model::{id::PersonId, party::Party};
use guanxi_store::Tx;
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    answer::{Done, Item, Page},
    call::Call,
    contact::{AddWayWord, Note},
    shape::{Empty, Time, list_query, place},
};

/// A customer as the acting member sees him.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Customer {
    /// `external_userid`: how this company names the person. Another company has another name for him.
    external_userid: String,
    /// The name that he gave; empty once he has had himself deleted.
    name: String,
    /// The member's own name for him, or empty.
    remark: String,
    /// The member's own tags.
    tags: Vec<String>,
    /// Whether the member keeps him at the top.
    starred: bool,
    /// How they met.
    add_way: AddWayWord,
    /// What the code is called by which he came, or empty.
    code: String,
    /// Since when they are contacts.
    since: Time,
}

impl From<Held> for Customer {
    fn from(held: Held) -> Self {
        let contact = held.contact;
        Self {
            external_userid: held.external_id,
            name: held.name,
            remark: contact.remark,
            tags: contact.tags,
            starred: contact.starred,
            add_way: contact.add_way.into(),
            code: held.code,
            since: Time(contact.since_ms),
        }
    }
}

impl Customer {
    fn matches(&self, typed: &str, tag: Option<&str>) -> bool {
        let has = |text: &String| text.to_lowercase().contains(typed);
        let texts = [&self.name, &self.remark, &self.code];
        (typed.is_empty() || texts.into_iter().chain(&self.tags).any(has))
            && tag.is_none_or(|tag| self.tags.iter().any(|own| own == tag))
    }
}

list_query! {
    /// Which customers.
    CustomerQuery {
        /// Part of a name, remark, tag or the name of the code.
        q: String,
        /// Exactly this tag.
        tag: String,
    }
}

/// `GET /customers`
pub(crate) fn list(tx: &mut Tx<'_>, call: &Call<CustomerQuery>) -> Result<Page<Customer>> {
    let me = call.cx.me(tx)?;
    let query = &call.query;
    let from = place(query.cursor.as_ref())?.unwrap_or(0);
    let typed = query.q.as_deref().unwrap_or_default().trim().to_lowercase();
    let customers = customer::list(tx, &me)?.into_iter().map(Customer::from);
    let customers = customers.filter(|customer| customer.matches(&typed, query.tag.as_deref()));
    Ok(Page::cut(customers.collect(), from, query.limit.rows()))
}

/// The customer whom the address names.
fn person<Q, B>(tx: &mut Tx<'_>, call: &Call<Q, B>, me: &Me) -> Result<PersonId> {
    customer::find_external(tx, me, call.name("contact")?)
}

/// `GET /customers/{external_userid}`
pub(crate) fn get(tx: &mut Tx<'_>, call: &Call) -> Result<Item<Customer>> {
    let me = call.cx.me(tx)?;
    let id = person(tx, call, &me)?;
    let held = customer::find(tx, &me, id)?;
    Ok(Item(held.into()))
}

/// `PUT /customers/{external_userid}`
pub(crate) fn replace(tx: &mut Tx<'_>, call: &Call<Empty, Note>) -> Result<Item<Customer>> {
    let me = call.cx.me(tx)?;
    let id = person(tx, call, &me)?;
    let Note {
        remark,
        tags,
        starred,
    } = &call.body;
    customer::note(tx, &call.cx, id, remark, tags, *starred)?;
    Ok(Item(customer::find(tx, &me, id)?.into()))
}

/// `DELETE /customers/{external_userid}`
pub(crate) fn end(tx: &mut Tx<'_>, call: &Call) -> Result<Done> {
    let me = call.cx.me(tx)?;
    let id = person(tx, call, &me)?;
    customer::end(tx, &call.cx, id)?;
    Ok(Done)
}

/// `POST /customers/{external_userid}/restore`
pub(crate) fn restore(tx: &mut Tx<'_>, call: &Call) -> Result<Item<Customer>> {
    let me = call.cx.me(tx)?;
    let id = person(tx, call, &me)?;
    customer::restore(tx, &call.cx, id)?;
    Ok(Item(customer::find(tx, &me, id)?.into()))
}

/// How this company names a party: a member by his number, a person outside by his `external_userid`, never by the number under
/// which other companies meet him too.
pub(super) fn id_of(tx: &mut Tx<'_>, cx: &Cx, me: &Me, party: Party) -> Result<String> {
    match party {
        Party::Member { id, .. } => Ok(id.to_string()),
        Party::Person { id } => customer::external_id(tx, &cx.env, me.corp_id, id),
    }
}
