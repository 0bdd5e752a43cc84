//! Customers of the acting member: persons outside the company who are his contacts.

use guanxi_app::{
    Result,
    customer::{self, Held},
};
use guanxi_model::id::PersonId;
use guanxi_store::Tx;
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    answer::{Done, Item, Page},
    call::Call,
    contact::{AddWayWord, Note},
    shape::{Empty, Id, Time, list_query, place},
};

/// A customer as the acting member sees him.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Customer {
    /// Number of the person.
    id: Id,
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
            id: held.person.into(),
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

/// `GET /customers/{id}`
pub(crate) fn get(tx: &mut Tx<'_>, call: &Call) -> Result<Item<Customer>> {
    let me = call.cx.me(tx)?;
    let held = customer::find(tx, &me, call.id("contact")?)?;
    Ok(Item(held.into()))
}

/// `PUT /customers/{id}`
pub(crate) fn replace(tx: &mut Tx<'_>, call: &Call<Empty, Note>) -> Result<Item<Customer>> {
    let id: PersonId = call.id("contact")?;
    let Note {
        remark,
        tags,
        starred,
    } = &call.body;
    customer::note(tx, &call.cx, id, remark, tags, *starred)?;
    let me = call.cx.me(tx)?;
    Ok(Item(customer::find(tx, &me, id)?.into()))
}

/// `DELETE /customers/{id}`
pub(crate) fn end(tx: &mut Tx<'_>, call: &Call) -> Result<Done> {
    customer::end(tx, &call.cx, call.id("contact")?)?;
    Ok(Done)
}

/// `POST /customers/{id}/restore`
pub(crate) fn restore(tx: &mut Tx<'_>, call: &Call) -> Result<Item<Customer>> {
    let id: PersonId = call.id("contact")?;
    customer::restore(tx, &call.cx, id)?;
    let me = call.cx.me(tx)?;
    Ok(Item(customer::find(tx, &me, id)?.into()))
}
