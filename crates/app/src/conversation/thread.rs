//! Reading conversations: a member's list and threads, a customer's own, and what those who look after channels may see.

use guanxi_model::{
    conversation::{Conversation, Message, Side},
    id::{ConversationId, CorpId, LiveCodeId, MemberId, MessageId},
    member::Status,
};
use guanxi_store::{
    self as store, Tx,
    conversation::{Listed, Own, Which},
    member::Member,
};

use super::{emit, have_parted, mine, theirs};
use crate::{Cx, Error, Me, Result, corp, customer, event::Talk, person};

/// Messages of a page.
const MESSAGES: i64 = 50;
/// Conversations of a person that are listed.
const OWN_MAX: i64 = 100;

/// Part of a list: how many, and how many before them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Rows.
    pub limit: usize,
    /// Rows that were shown before.
    pub offset: usize,
}

impl Page {
    fn bounds(self) -> (i64, i64) {
        (self.limit as i64, self.offset as i64)
    }
}

/// A conversation with what was said in it.
#[derive(Debug, Clone)]
pub struct Thread {
    /// The corp.
    pub corp: std::sync::Arc<corp::State>,
    /// The conversation.
    pub conversation: Conversation,
    /// The member who has it.
    pub member: Member,
    /// The name that the customer gave.
    pub name: String,
    /// What the member calls him, or empty.
    pub remark: String,
    /// What was said, the earliest first.
    pub messages: Vec<Message>,
    /// Something was said before.
    pub has_more: bool,
    /// The two have parted: nobody says anything more.
    pub is_over: bool,
    /// Names of members who take part, by their ids.
    pub names: Vec<(MemberId, String)>,
}

impl Thread {
    /// Whether the member is there at all.
    pub fn is_served(&self) -> bool {
        self.member.status == Status::Active
    }

    /// Name of a member who took part.
    pub fn name_of(&self, id: Option<MemberId>) -> &str {
        let found = self.names.iter().find(|(member, _)| Some(*member) == id);
        found.map_or("", |(_, name)| name.as_str())
    }
}

/// A conversation in a customer's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// With which corp.
    pub corp: CorpId,
    /// Name of the corp.
    pub corp_name: String,
    /// The member who has it.
    pub member: MemberId,
    /// His name.
    pub name: String,
    /// The conversation.
    pub conversation: Conversation,
}

/// Conversations of the actor's: open ones with those who wait longest first, or settled ones; of customers whose name or remark
/// holds a text.
pub fn list(tx: &mut Tx<'_>, me: &Me, which: Which, text: &str, page: Page) -> Result<Vec<Listed>> {
    let (corp, member) = (me.corp_id, me.member.id);
    let listed = store::conversation::list(tx, corp, member, which, text, page.bounds())?;
    Ok(listed)
}

/// Conversations of the acting person as a customer, the latest first.
pub fn list_own(tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<Partner>> {
    let (me, _) = person::me(tx, cx)?;
    let own = store::conversation::list_of_person(tx, me, OWN_MAX)?;
    own.into_iter()
        .map(|Own { corp, conversation }| {
            Ok(Partner {
                corp,
                corp_name: corp::state(tx, &cx.env, corp)?.name.clone(),
                member: conversation.member,
                name: store::member::name(tx, corp, conversation.member)?.unwrap_or_default(),
                conversation,
            })
        })
        .collect()
}

/// A conversation of the actor's, up to a message or to the end.
pub fn thread(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: ConversationId,
    before: Option<MessageId>,
) -> Result<Thread> {
    let me = cx.me(tx)?;
    let one = mine(tx, &me, id)?;
    gather(tx, cx, me.corp_id, one, before)
}

/// A conversation of the acting person's as a customer.
pub fn own_thread(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: ConversationId,
    before: Option<MessageId>,
) -> Result<Thread> {
    let (_, own) = theirs(tx, cx, id)?;
    let mut thread = gather(tx, cx, own.corp, own.conversation, before)?;
    // What the member calls him is the member's own.
    thread.remark.clear();
    Ok(thread)
}

/// The acting person's open conversation that a code has led to, while the member is there and the two have not parted.
pub fn find_by_code(tx: &mut Tx<'_>, cx: &Cx, code: LiveCodeId) -> Result<Option<Partner>> {
    for partner in list_own(tx, cx)? {
        let one = &partner.conversation;
        let is_of_code = one.origin.is_some_and(|(origin, _)| origin == code);
        if !is_of_code || !one.is_open() || have_parted(tx, partner.corp, one)? {
            continue;
        }
        let member = store::member::find(tx, partner.corp, one.member)?;
        if member.is_some_and(|member| member.status == Status::Active) {
            return Ok(Some(partner));
        }
    }
    Ok(None)
}

fn gather(
    tx: &mut Tx<'_>,
    cx: &Cx,
    corp_id: CorpId,
    one: Conversation,
    before: Option<MessageId>,
) -> Result<Thread> {
    let before = before.unwrap_or(MessageId::from_u128(u128::MAX));
    let mut messages = store::conversation::messages(tx, corp_id, one.id, before, MESSAGES + 1)?;
    let has_more = messages.len() as i64 > MESSAGES;
    messages.truncate(MESSAGES as usize);
    messages.reverse();
    let member =
        store::member::find(tx, corp_id, one.member)?.ok_or(Error::not_found("conversation"))?;
    let mut names: Vec<(MemberId, String)> = Vec::new();
    for id in messages.iter().filter_map(|said| said.member) {
        if !names.iter().any(|(known, _)| *known == id) {
            let name = store::member::name(tx, corp_id, id)?;
            names.push((id, name.unwrap_or_default()));
        }
    }
    let (name, remark) = customer::names(tx, corp_id, one.member, one.person)?;
    Ok(Thread {
        corp: corp::state(tx, &cx.env, corp_id)?,
        is_over: have_parted(tx, corp_id, &one)?,
        conversation: one,
        member,
        name,
        remark,
        messages,
        has_more,
        names,
    })
}

/// Notes that the member has read; nothing is written where that is no news.
pub fn read(tx: &mut Tx<'_>, cx: &Cx, id: ConversationId) -> Result<()> {
    let me = cx.me(tx)?;
    let one = mine(tx, &me, id)?;
    note_read(tx, cx, me.corp_id, one, Side::Member)
}

/// Notes that the customer has read.
pub fn read_own(tx: &mut Tx<'_>, cx: &Cx, id: ConversationId) -> Result<()> {
    let (_, own) = theirs(tx, cx, id)?;
    note_read(tx, cx, own.corp, own.conversation, Side::Customer)
}

fn note_read(
    tx: &mut Tx<'_>,
    cx: &Cx,
    corp: CorpId,
    mut one: Conversation,
    side: Side,
) -> Result<()> {
    if !one.read(side, cx.now()) {
        return Ok(());
    }
    store::conversation::update(tx, corp, &one)?;
    emit(tx, cx, corp, &one, Talk::Read)
}
