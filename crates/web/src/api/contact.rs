//! Contacts of the acting member, and whom he has blocked.

use guanxi_app::{
    Result,
    contact::{self, Known},
};
use guanxi_model::{id::MemberId, member::Status, party::Party, request::AddWay};
use guanxi_store::Tx;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    answer::{Done, Item, Page},
    call::Call,
    customer::id_of,
    shape::{Empty, Id, ListQuery, Time, list_query, place, words},
};
use crate::console::contact::{Filter, sorted};

words! {
    /// State of an account.
    StatusWord of Status {
        /// He works with it.
        Active,
        /// Switched off for now.
        Disabled,
        /// He has not signed in yet.
        NotActivated,
        /// He has left the company.
        Left,
    }
}

words! {
    /// The door by which two have met.
    AddWayWord of AddWay {
        /// The directory.
        Colleague,
        /// Many at once from the directory.
        Batch,
        /// A QR code.
        QrCode,
        /// A live code.
        LiveCode,
    }
}

/// A contact as the acting member sees it.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Contact {
    /// Number of the colleague.
    id: Id,
    /// His name.
    name: String,
    /// Another name, or empty.
    alias: String,
    /// Main department as far as the member sees it, or empty.
    department: String,
    /// Job title, or empty.
    position: String,
    /// State of his account.
    status: StatusWord,
    /// Mobile number in E.164 form, where the company lets contacts see it.
    mobile: Option<String>,
    /// E-mail address.
    email: Option<String>,
    /// Extension, or empty.
    extension: String,
    /// The member's own name for him, or empty.
    remark: String,
    /// The member's own tags.
    tags: Vec<String>,
    /// Whether the member keeps him at the top.
    starred: bool,
    /// How they met.
    add_way: AddWayWord,
    /// Since when they are contacts.
    since: Time,
}

impl From<Known> for Contact {
    fn from(known: Known) -> Self {
        let Known {
            contact,
            peer,
            mobile,
            email,
            extension,
        } = known;
        Self {
            id: peer.id.into(),
            name: peer.name,
            alias: peer.alias,
            department: peer.department,
            position: peer.position,
            status: peer.status.into(),
            mobile: mobile.map(|mobile| mobile.to_string()),
            email,
            extension,
            remark: contact.remark,
            tags: contact.tags,
            starred: contact.starred,
            add_way: contact.add_way.into(),
            since: Time(contact.since_ms),
        }
    }
}

list_query! {
    /// Which contacts.
    ContactQuery {
        /// Part of a name, remark, department, position or tag; pinyin and initials too.
        q: String,
        /// Exactly this tag.
        tag: String,
    }
}

/// `GET /contacts`
pub(crate) fn list(tx: &mut Tx<'_>, call: &Call<ContactQuery>) -> Result<Page<Contact>> {
    let me = call.cx.me(tx)?;
    let query = &call.query;
    let from = place(query.cursor.as_ref())?.unwrap_or(0);
    let typed = query.q.as_deref().unwrap_or_default();
    let filter = Filter {
        q: typed.trim().chars().take(64).collect(),
        tag: query.tag.clone().unwrap_or_default(),
    };
    let rows = sorted(contact::known(tx, &call.cx, &me)?, &filter);
    let contacts = rows.into_iter().map(|row| row.known.into()).collect();
    Ok(Page::cut(contacts, from, query.limit.rows()))
}

/// `GET /contacts/{id}`
pub(crate) fn get(tx: &mut Tx<'_>, call: &Call) -> Result<Item<Contact>> {
    let me = call.cx.me(tx)?;
    let known = contact::find_known(tx, &call.cx, &me, call.id("contact")?)?;
    Ok(Item(known.into()))
}

/// The member's own notes on a contact.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Note {
    /// His own name for the other, or empty.
    #[schemars(length(max = 32))]
    pub(super) remark: String,
    /// His own tags.
    #[schemars(length(max = 20))]
    pub(super) tags: Vec<String>,
    /// Whether the other is kept at the top.
    pub(super) starred: bool,
}

/// `PUT /contacts/{id}`
pub(crate) fn replace(tx: &mut Tx<'_>, call: &Call<Empty, Note>) -> Result<Item<Contact>> {
    let id: MemberId = call.id("contact")?;
    let Note {
        remark,
        tags,
        starred,
    } = &call.body;
    contact::note(tx, &call.cx, id, remark, tags, *starred)?;
    let me = call.cx.me(tx)?;
    Ok(Item(contact::find_known(tx, &call.cx, &me, id)?.into()))
}

/// `DELETE /contacts/{id}`
pub(crate) fn end(tx: &mut Tx<'_>, call: &Call) -> Result<Done> {
    contact::end(tx, &call.cx, call.id("contact")?)?;
    Ok(Done)
}

/// `POST /contacts/{id}/restore`
pub(crate) fn restore(tx: &mut Tx<'_>, call: &Call) -> Result<Item<Contact>> {
    let id: MemberId = call.id("contact")?;
    contact::restore(tx, &call.cx, id)?;
    let me = call.cx.me(tx)?;
    Ok(Item(contact::find_known(tx, &call.cx, &me, id)?.into()))
}

/// Somebody whom the acting member has blocked.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Block {
    /// Number of the colleague; of a person outside the company his `external_userid`.
    id: String,
    /// His name; empty if nothing is known of him any more.
    name: String,
    /// Since when.
    since: Time,
}

/// `GET /blocks`
pub(crate) fn blocks(tx: &mut Tx<'_>, call: &Call<ListQuery>) -> Result<Page<Block>> {
    let me = call.cx.me(tx)?;
    let from = place(call.query.cursor.as_ref())?.unwrap_or(0);
    let blocks = contact::list_blocks(tx, &me)?;
    let parties: Vec<Party> = blocks.iter().map(|(party, _)| *party).collect();
    let named = contact::peers_of(tx, &call.cx, &me, &parties)?;
    let mut listed = Vec::with_capacity(blocks.len());
    for (party, since_ms) in blocks {
        listed.push(Block {
            id: id_of(tx, &call.cx, &me, party)?,
            name: named
                .get(&party.id())
                .map(|peer| peer.name.clone())
                .unwrap_or_default(),
            since: Time(since_ms),
        });
    }
    Ok(Page::cut(listed, from, call.query.limit.rows()))
}

/// `PUT /blocks/{id}`
pub(crate) fn block(tx: &mut Tx<'_>, call: &Call) -> Result<Done> {
    contact::block(tx, &call.cx, call.id("member")?)?;
    Ok(Done)
}

/// `DELETE /blocks/{id}`
pub(crate) fn unblock(tx: &mut Tx<'_>, call: &Call) -> Result<Done> {
    contact::lift_block(tx, &call.cx, call.id("member")?)?;
    Ok(Done)
}
