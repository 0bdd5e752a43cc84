//! One act on many members as a work of its own: begun with the exact people, done part by part so that nobody else waits for
//! long, with a result for each that can be read for a month, and taken back to where each was.
//!
//! How far it has come stands in the database alone: any node goes on with what a killed one has left.

use guanxi_model::{
    corp::DAY_MS,
    department::DepartmentId,
    id::{BulkId, MemberId},
    member::{Change, Place, Status},
    role::Right,
};
use guanxi_store::{self as store, Tx};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    Filter,
    change::{MANY_MAX, Work, check_target, distinct, guard},
    check_places, find_editable, page,
};
use crate::{Cx, Error, Me, Result};

/// Members of one part.
const PART: usize = 100;
/// Members read at once to find whom a filter means.
const READ: i64 = 500;
/// How long an act can be taken back, in milliseconds.
pub const BULK_UNDO_MS: i64 = DAY_MS;
/// How long results are kept, in milliseconds.
pub const BULK_KEPT_MS: i64 = 30 * DAY_MS;

/// What is done with each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// Another state.
    Change(Change),
    /// To a department: out of `from` alone, or out of all.
    Move {
        /// Only out of this one.
        from: Option<DepartmentId>,
        /// Where to.
        to: DepartmentId,
    },
    /// Back to where each was before another act.
    Undo(BulkId),
}

/// With whom.
#[derive(Debug, Clone)]
pub enum Who {
    /// These.
    Named(Vec<MemberId>),
    /// All whom the list shows under a filter, who must be as many as the actor has confirmed.
    Matching(Filter, i64),
}

/// Where a member was, or is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Was {
    /// In this state.
    Status(Status),
    /// At these places.
    Places(Vec<Place>),
}

/// Why it did not happen for one, in a form that can be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// The field that was refused, or empty.
    pub field: String,
    /// Stable code.
    pub code: String,
}

/// What came of it for one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fate {
    /// Whom it concerned.
    pub member: MemberId,
    /// Why it did not happen, if it did not.
    pub refused: Option<Refused>,
    /// Where he was and where he is, if that is not the same.
    pub change: Option<(Was, Was)>,
}

/// An act as its actor reads it.
#[derive(Debug, Clone)]
pub struct Bulk {
    /// Number.
    pub id: BulkId,
    /// What is done.
    pub deed: Deed,
    /// For an undo, what is taken back.
    pub undoes: Option<Deed>,
    /// How many members are meant.
    pub total: usize,
    /// What came of it for those who have been gone through.
    pub fates: Vec<Fate>,
    /// Whether it has been taken back.
    pub is_undone: bool,
    /// When it was sent.
    pub created_at_ms: i64,
    /// When it last came on.
    pub updated_at_ms: i64,
}

impl Bulk {
    /// Whether everybody has been gone through.
    pub fn is_done(&self) -> bool {
        self.fates.len() >= self.total
    }

    /// How many can be brought back now.
    pub fn undoable(&self, now_ms: i64) -> usize {
        let may_be = self.is_done()
            && !self.is_undone
            && !matches!(self.deed, Deed::Undo(_))
            && now_ms < self.created_at_ms + BULK_UNDO_MS;
        let changed = self.fates.iter().filter(|fate| fate.change.is_some());
        if may_be { changed.count() } else { 0 }
    }
}

/// How many members a filter means, in the state that it names.
pub fn count_matching(tx: &mut Tx<'_>, me: &Me, filter: &Filter) -> Result<i64> {
    let counts = super::count_by_status(tx, me, filter)?.into_iter();
    let counted = counts.filter(|(status, _)| filter.status.is_none_or(|wanted| wanted == *status));
    Ok(counted.map(|(_, count)| count).sum())
}

/// Begins an act under a number that the actor's page made; the same number again begins nothing.
///
/// It is refused as `bulk_guard` like a smaller act, unless it is `confirmed`, and as `matches_changed` if a filter means
/// another number of members than the actor was shown.
pub fn begin(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: BulkId,
    deed: Deed,
    who: &Who,
    confirmed: bool,
) -> Result<()> {
    let me = cx.me_with_some(tx, Right::EditPeople)?;
    if is_begun(tx, &me, id)? {
        return Ok(());
    }
    let ids = match who {
        Who::Named(ids) => distinct(ids)?,
        Who::Matching(filter, expected) => {
            let found = matching(tx, &me, filter)?;
            if i64::try_from(found.len()) != Ok(*expected) {
                return Err(Error::Conflict {
                    code: "matches_changed",
                });
            }
            distinct(&found)?
        }
    };
    match deed {
        Deed::Change(Change::Disable | Change::Leave) if !confirmed => guard(tx, &me, &ids)?,
        Deed::Change(_) => {}
        Deed::Move { to, .. } => check_target(&me, to)?,
        Deed::Undo(_) => return Err(Error::not_found("bulk")),
    }
    put(tx, cx, &me, id, deed, &ids)
}

/// Begins to take an act of the actor's back, for all for whom it changed something.
pub fn undo(tx: &mut Tx<'_>, cx: &Cx, id: BulkId, of: BulkId) -> Result<()> {
    let me = cx.me_with_some(tx, Right::EditPeople)?;
    if is_begun(tx, &me, id)? {
        return Ok(());
    }
    let old = own(tx, &me, of)?;
    if old.undoable(cx.now()) == 0 {
        return Err(Error::Conflict { code: "bulk_past" });
    }
    let changed = old.fates.iter().filter(|fate| fate.change.is_some());
    let ids: Vec<MemberId> = changed.map(|fate| fate.member).collect();
    put(tx, cx, &me, id, Deed::Undo(of), &ids)?;
    Ok(store::bulk::set_undone(tx, me.corp_id, of, id)?)
}

/// An act of the actor's with what came of it.
pub fn bulk(tx: &mut Tx<'_>, me: &Me, id: BulkId) -> Result<Bulk> {
    me.require_some(Right::EditPeople)?;
    own(tx, me, id)
}

/// Goes through the next part of an act; false once nobody is left.
pub fn step(tx: &mut Tx<'_>, cx: &Cx, id: BulkId) -> Result<bool> {
    let me = cx.me_with_some(tx, Right::EditPeople)?;
    let row = find(tx, &me, id)?;
    let ids: Vec<MemberId> = read(&row.members)?;
    let taken = usize::try_from(row.taken).unwrap_or(usize::MAX);
    let part: Vec<MemberId> = ids.iter().skip(taken).take(PART).copied().collect();
    if part.is_empty() {
        return Ok(false);
    }
    let to = row.taken + part.len() as i64;
    if !store::bulk::advance(tx, me.corp_id, id, row.taken, to, cx.now())? {
        // Somebody else goes on with it.
        return Ok(true);
    }
    let deed: Deed = read(&row.deed)?;
    let past = match deed {
        Deed::Undo(of) => own(tx, &me, of)?.fates,
        _ => Vec::new(),
    };
    let mut work = Work::new(&me);
    let mut fates = Vec::with_capacity(part.len());
    for member in part {
        match tx.attempt(|tx| one(tx, cx, &mut work, &me, member, deed, &past)) {
            // These concern all of it, or are worth a retry of all of it.
            Err(error @ (Error::Busy(_) | Error::Internal(_) | Error::SignedOut)) => {
                return Err(error);
            }
            outcome => fates.push(fate(member, outcome)),
        }
    }
    work.finish(tx, cx)?;
    store::bulk::put_part(tx, me.corp_id, id, row.taken, &text(&fates)?)?;
    Ok(to < row.total)
}

fn one(
    tx: &mut Tx<'_>,
    cx: &Cx,
    work: &mut Work<'_>,
    me: &Me,
    id: MemberId,
    deed: Deed,
    past: &[Fate],
) -> Result<Option<(Was, Was)>> {
    let before = find_editable(tx, me, id)?;
    match deed {
        Deed::Change(change) => work.change(tx, cx, id, change)?,
        Deed::Move { from, to } => work.relocate(tx, cx, id, from, to)?,
        Deed::Undo(_) => {
            let fate = past.iter().find(|fate| fate.member == id);
            let change = fate.and_then(|fate| fate.change.clone());
            let (was, is) = change.ok_or(Error::not_found("member"))?;
            restore(tx, cx, work, me, id, &was, &is)?;
        }
    }
    let after = find_editable(tx, me, id);
    // One who was moved out of the actor's reach is where the act put him.
    let places = match (&after, deed) {
        (Ok(member), _) => member.profile.places.clone(),
        (Err(_), _) => store::member::find(tx, me.corp_id, id)?
            .map(|member| member.profile.places)
            .unwrap_or_default(),
    };
    let status = after.map_or(before.status, |member| member.status);
    Ok(if status != before.status {
        Some((Was::Status(before.status), Was::Status(status)))
    } else if places != before.profile.places {
        Some((Was::Places(before.profile.places), Was::Places(places)))
    } else {
        None
    })
}

/// Brings one back to where he was, unless somebody has changed that meanwhile.
fn restore(
    tx: &mut Tx<'_>,
    cx: &Cx,
    work: &mut Work<'_>,
    me: &Me,
    id: MemberId,
    was: &Was,
    is: &Was,
) -> Result<()> {
    let member = find_editable(tx, me, id)?;
    let changed = Error::Conflict {
        code: "changed_meanwhile",
    };
    match (was, is) {
        (Was::Places(was), Was::Places(is)) => {
            if member.profile.places != *is {
                return Err(changed);
            }
            check_places(me, was)?;
            work.replace_places(tx, cx, id, is, was)
        }
        (Was::Status(was), Was::Status(is)) => {
            if member.status != *is {
                return Err(changed);
            }
            if !is.is_listed() {
                work.reactivate(tx, cx, id, me.roles().allow(Right::GrantRoles))?;
            }
            match was {
                Status::Disabled => work.change(tx, cx, id, Change::Disable),
                Status::Left => work.change(tx, cx, id, Change::Leave),
                Status::Active | Status::NotActivated => Ok(()),
            }
        }
        _ => Err(changed),
    }
}

fn fate(member: MemberId, outcome: Result<Option<(Was, Was)>>) -> Fate {
    let (refused, change) = match outcome {
        Ok(change) => (None, change),
        Err(error) => (Some(Refused::of(&error)), None),
    };
    Fate {
        member,
        refused,
        change,
    }
}

impl Refused {
    fn of(error: &Error) -> Self {
        match error {
            Error::Invalid(fields) if !fields.is_empty() => Self {
                field: fields[0].field.to_owned(),
                code: fields[0].code.to_owned(),
            },
            other => Self {
                field: String::new(),
                code: other.code().to_owned(),
            },
        }
    }
}

/// All members whom a filter means; more than one act takes are too many.
fn matching(tx: &mut Tx<'_>, me: &Me, filter: &Filter) -> Result<Vec<MemberId>> {
    let mut wanted = Filter {
        after: None,
        before: None,
        limit: READ,
        ..filter.clone()
    };
    let mut ids = Vec::new();
    loop {
        let found = page(tx, me, &wanted)?;
        ids.extend(found.rows.iter().map(|row| row.member.id));
        if ids.len() > MANY_MAX {
            return Err(Error::invalid("members", "too_many"));
        }
        if found.next.is_none() {
            return Ok(ids);
        }
        wanted.after = found.next;
    }
}

/// Whether the actor has begun an act under this number.
fn is_begun(tx: &mut Tx<'_>, me: &Me, id: BulkId) -> Result<bool> {
    match store::bulk::find(tx, me.corp_id, id)? {
        Some(row) if row.actor != me.member.id => Err(Error::not_found("bulk")),
        found => Ok(found.is_some()),
    }
}

fn find(tx: &mut Tx<'_>, me: &Me, id: BulkId) -> Result<store::bulk::Bulk> {
    let found = store::bulk::find(tx, me.corp_id, id)?;
    found
        .filter(|row| row.actor == me.member.id)
        .ok_or(Error::not_found("bulk"))
}

fn own(tx: &mut Tx<'_>, me: &Me, id: BulkId) -> Result<Bulk> {
    let row = find(tx, me, id)?;
    let deed: Deed = read(&row.deed)?;
    let undoes = match deed {
        Deed::Undo(of) => Some(read(&find(tx, me, of)?.deed)?),
        _ => None,
    };
    let mut fates: Vec<Fate> = Vec::new();
    for part in store::bulk::parts(tx, me.corp_id, id)? {
        fates.extend(read::<Vec<Fate>>(&part)?);
    }
    Ok(Bulk {
        id,
        deed,
        undoes,
        total: usize::try_from(row.total).unwrap_or_default(),
        fates,
        is_undone: row.undone_by.is_some(),
        created_at_ms: row.created_at_ms,
        updated_at_ms: row.updated_at_ms,
    })
}

fn put(tx: &mut Tx<'_>, cx: &Cx, me: &Me, id: BulkId, deed: Deed, ids: &[MemberId]) -> Result<()> {
    let row = store::bulk::Bulk {
        id,
        actor: me.member.id,
        deed: text(&deed)?,
        members: text(&ids)?,
        total: ids.len() as i64,
        taken: 0,
        undone_by: None,
        created_at_ms: cx.now(),
        updated_at_ms: cx.now(),
    };
    Ok(store::bulk::insert(tx, me.corp_id, &row)?)
}

fn text<T: Serialize + ?Sized>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::Internal(error.to_string()))
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| Error::Internal(error.to_string()))
}
