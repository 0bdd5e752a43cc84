//! What a visitor does after the scan of a live code: he adds the member whose card he was shown.

use std::sync::Arc;

use guanxi_model::{
    field,
    id::{CodeId, CorpId, LiveCodeId, MemberId, PersonId},
    member::Status,
    party::Party,
    request::{self as rules, AddWay, Refusal},
};
use guanxi_store::{self as store, Tx, live_log::Scan};
use serde::{Deserialize, Serialize};

use super::desk;
use crate::{
    Cx, Error, Result,
    contact::pipeline::{Outcome, Wish},
    conversation, live_code,
    qr_code::visit::{PERSON_REQUESTS_PER_DAY, visitor as visitor_of},
};

/// Longest remark of a contact, in characters.
const REMARK_MAX: usize = 32;

/// What the pools of a corp have to be told; taken up before the next scan is decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// Switch-off, quota or open work of a member may have changed: they are read anew.
    Member(MemberId),
    /// State or departments of members may have changed: pools of departments follow.
    Placed(Vec<MemberId>),
    /// Departments or settings of the corp have changed.
    Corp,
    /// A version of a code was published.
    Published {
        /// Which code.
        code: LiveCodeId,
        /// Which version.
        version: u32,
    },
    /// A code was deleted.
    Deleted(LiveCodeId),
    /// A scan became an add.
    Added {
        /// Which code.
        code: LiveCodeId,
        /// Number of the scan in the log.
        seq: i64,
        /// Who scanned.
        visitor: u128,
        /// Whom he added.
        member: MemberId,
        /// When.
        at_ms: i64,
    },
    /// Turns were given to a member, or taken from him.
    Credit {
        /// Of which code.
        code: LiveCodeId,
        /// To whom.
        member: MemberId,
        /// How many.
        turns: i32,
    },
}

/// Tells the pools of a corp something, in the transaction in which it happens. A corp that has published nothing has no pools.
pub fn tell(tx: &mut Tx<'_>, cx: &Cx, corp: CorpId, note: &Note) -> Result<()> {
    if matches!(note, Note::Published { .. }) {
        store::live_log::begin(tx, corp)?;
    } else if !store::live_log::has_begun(tx, corp)? {
        return Ok(());
    }
    let body = serde_json::to_string(note).map_err(|error| Error::Internal(error.to_string()))?;
    store::live_log::put_in(tx, corp, cx.new_id(|id| id), &body)?;
    let env = Arc::clone(&cx.env);
    tx.on_commit(move || desk::nudge(&env, corp));
    Ok(())
}

/// What adding came to. A refusal is no error, since the try itself is on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Added {
    /// They are contacts now, or were before.
    Contacts(MemberId),
    /// The member has been asked.
    Asked(MemberId),
    /// The place is not kept any more, or was used: scan again.
    Lapsed,
    /// A rule refuses.
    Refused(Refusal),
}

/// Adds the member whose card a scan showed as a contact of the actor's, or asks him, through the one pipeline. `visitor` is the
/// number that the scan was made with. The member's state is read in this transaction: from the commit on that disables him nobody
/// is added.
pub fn add(
    tx: &mut Tx<'_>,
    cx: &Cx,
    code: LiveCodeId,
    corp: CorpId,
    visitor: u128,
    seq: i64,
    message: &str,
) -> Result<Added> {
    let message = rules::message(message)?;
    let by = visitor_of(tx, cx, corp)?.ok_or(Error::SignedOut)?;
    add_as(tx, cx, by, (corp, code), (visitor, seq), message)
}

/// The same for a party and person who are known, by a code of a corp and the scan of a visitor.
pub(crate) fn add_as(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (sender, person): (Party, PersonId),
    (corp, code): (CorpId, LiveCodeId),
    (visitor, seq): (u128, i64),
    message: String,
) -> Result<Added> {
    let scan = store::live_log::find_scan(tx, corp, seq)?
        .filter(|scan| scan.code == code && scan.visitor == visitor);
    let Some((scan, member)) = scan.and_then(|scan| Some((scan, scan.member?))) else {
        return Ok(Added::Lapsed);
    };
    let recipient = Party::Member { corp, id: member };
    if sender == recipient {
        return Ok(Added::Refused(Refusal::Oneself));
    }
    if store::contact::are_contacts(tx, sender, recipient)? {
        return Ok(Added::Contacts(member));
    }
    let found = live_code::find_by_id(tx, cx, corp, code)?;
    let is_kept = scan.until_ms.is_some_and(|until_ms| cx.now() < until_ms);
    let status = store::member::hold(tx, corp, member)?;
    let (Some(plan), true, Some(Status::Active)) = (&found.plan, is_kept, status) else {
        return Ok(Added::Lapsed);
    };
    let wish = Wish {
        sender,
        recipient,
        corp: &found.corp,
        message,
        add_way: AddWay::LiveCode,
        // Requests and customers keep the number of what they came by; the door says which kind of code it is.
        code: Some(CodeId::from_u128(code.as_u128())),
        at_once: !plan.confirm,
        limit: PERSON_REQUESTS_PER_DAY,
    };
    become_add(tx, cx, wish, seq, &scan, (member, person), &plan.state)
}

/// Makes an add of a scan: its row, the wish through the pipeline, and the note for the pools. A scan becomes one once.
pub(crate) fn become_add(
    tx: &mut Tx<'_>,
    cx: &Cx,
    wish: Wish<'_>,
    seq: i64,
    scan: &Scan,
    pair: (MemberId, PersonId),
    state: &str,
) -> Result<Added> {
    let (corp, member) = (wish.corp.id, pair.0);
    let done = tx.attempt(|tx| {
        let is_new = store::live_log::insert_add(tx, corp, seq, scan, pair, state, cx.now())?;
        if !is_new {
            return Ok(None);
        }
        wish.carry_out(tx, cx).map(Some)
    });
    let added = match done {
        Ok(None) => return Ok(Added::Lapsed),
        Ok(Some(Outcome::StillPending(_))) => return Ok(Added::Asked(member)),
        Ok(Some(Outcome::AlreadyContacts)) => return Ok(Added::Contacts(member)),
        Ok(Some(Outcome::Met(_))) => Added::Contacts(member),
        Ok(Some(Outcome::Asked(_))) => Added::Asked(member),
        Err(Error::Refused(refusal)) => return Ok(Added::Refused(refusal)),
        Err(error) => return Err(error),
    };
    tell_added(tx, cx, corp, seq, scan, member)?;
    Ok(added)
}

/// Tells the pools that a scan became an add.
pub(crate) fn tell_added(
    tx: &mut Tx<'_>,
    cx: &Cx,
    corp: CorpId,
    seq: i64,
    scan: &Scan,
    member: MemberId,
) -> Result<()> {
    let note = Note::Added {
        code: scan.code,
        seq,
        visitor: scan.visitor,
        member,
        at_ms: cx.now(),
    };
    tell(tx, cx, corp, &note)
}

/// Gives a customer who came by a live code what its plan says: tags, remark, and a conversation with a welcome.
pub(crate) fn met(
    tx: &mut Tx<'_>,
    cx: &Cx,
    corp: CorpId,
    member: MemberId,
    person: PersonId,
) -> Result<()> {
    let Some((seq, code)) = store::live_log::find_add(tx, corp, person, member)? else {
        return Ok(());
    };
    let found = live_code::find_by_id(tx, cx, corp, code)?;
    let Some(plan) = &found.plan else {
        return Ok(());
    };
    let owner = Party::Member { corp, id: member };
    if let Some(mut contact) = store::contact::find(tx, owner, Party::Person { id: person })? {
        contact.tags.extend(plan.marks.tags.iter().cloned());
        let mut seen = rustc_hash::FxHashSet::default();
        contact.tags.retain(|tag| seen.insert(tag.clone()));
        if !plan.marks.remark.is_empty() {
            let settings = &found.corp.settings;
            let day = jiff::Timestamp::from_millisecond(cx.now())
                .map(|now| now.to_zoned(settings.zone()).date().to_string())
                .unwrap_or_default();
            let customer =
                store::person::find(tx, person)?.map_or_else(String::new, |one| one.name);
            let facts = [
                ("{customer}", customer.as_str()),
                ("{code}", &plan.name),
                ("{date}", &day),
                ("{state}", &plan.state),
            ];
            let remark = field::filled(&plan.marks.remark, &facts);
            contact.remark = remark.chars().take(REMARK_MAX).collect();
        }
        store::contact::note(tx, &contact)?;
    }
    conversation::begin_with(tx, cx, &found, member, person, seq)?;
    Ok(())
}
