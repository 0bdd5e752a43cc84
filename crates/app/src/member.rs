//! Members as administrators see and change them: one account, the list, many at once, in and out as a file.
//!
//! A right may be limited to departments. Such an administrator sees everyone who has a department there, and changes only
//! those who have all of theirs there. Nobody changes an account that may do more than he himself: he could give it his own
//! phone number and sign in with it.

mod bulk;
mod change;
mod many;

use guanxi_model::{
    department::DepartmentId,
    id::{CorpId, MemberId},
    member::{Place, Profile, Status},
    role::{Right, Roles},
};
use guanxi_search::Sound;
use guanxi_store::{self as store, Tx, member::Member};
use serde_json::{Value, json};

pub(crate) use bulk::importing;
pub use bulk::{BadRow, Imported, announce_export, export, import};
pub use change::{Changed, MANY_MAX, change, change_many, move_many, reactivate};
pub use many::{
    BULK_KEPT_MS, BULK_UNDO_MS, Bulk, Deed, Fate, Refused, Was, Who, begin, bulk, count_matching,
    step, undo,
};

use crate::{
    Cx, Error, Me, Result, audit, corp,
    event::{self, Event, Part},
    live_code::visit,
    session,
};

/// Most members named by one event, since the message to other nodes has a limit.
const PER_EVENT: usize = 100;

/// Namesakes for whom a userid is proposed.
const PROPOSALS: usize = 99;

/// What the list of members shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only this state.
    pub status: Option<Status>,
    /// Only this department and below.
    pub department: Option<DepartmentId>,
    /// Text within name, alias, userid, employee number, e-mail or mobile; empty for all.
    pub text: String,
    /// Continue behind this place, as [`Page::next`] gave it.
    pub after: Option<String>,
    /// Go back to what stands before this place, as [`Page::previous`] gave it.
    pub before: Option<String>,
    /// Rows of a page.
    pub limit: i64,
}

/// One row of the list.
#[derive(Debug, Clone)]
pub struct Row {
    /// The member with his departments.
    pub member: Member,
    /// Whether the actor may change him.
    pub can_edit: bool,
}

/// One page of the list.
#[derive(Debug, Clone)]
pub struct Page {
    /// Members by userid.
    pub rows: Vec<Row>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
    /// Where the page before ends, if there is one.
    pub previous: Option<String>,
}

/// One page of the members whom the actor may read.
pub fn page(tx: &mut Tx<'_>, me: &Me, filter: &Filter) -> Result<Page> {
    me.require_some(Right::ReadPeople)?;
    let lower = |place: &Option<String>| place.as_deref().unwrap_or_default().to_ascii_lowercase();
    let wanted = store::member::Filter {
        status: filter.status,
        departments: readable(me, filter.department)?,
        text: filter.text.trim().to_lowercase(),
        after: lower(&filter.after),
        before: lower(&filter.before),
        limit: filter.limit + 1,
    };
    let members = store::member::page(tx, me.corp_id, &wanted)?;
    let (members, next, previous) = cut(members, &wanted);
    let mut rows = Vec::with_capacity(members.len());
    for member in members {
        let can_edit = may_edit(me, &member);
        rows.push(Row { member, can_edit });
    }
    Ok(Page {
        rows,
        next,
        previous,
    })
}

/// Takes off the row that only tells of more, and names both ends where there is more.
fn cut(
    mut members: Vec<Member>,
    wanted: &store::member::Filter,
) -> (Vec<Member>, Option<String>, Option<String>) {
    let limit = usize::try_from(wanted.limit - 1).unwrap_or(0);
    let has_more = members.len() > limit;
    let goes_back = !wanted.before.is_empty();
    if goes_back {
        members.drain(..members.len().saturating_sub(limit));
    } else {
        members.truncate(limit);
    }
    let place = |member: Option<&Member>| member.map(|m| m.profile.userid.to_ascii_lowercase());
    let next = place(members.last()).filter(|_| has_more || goes_back);
    let has_before = if goes_back {
        has_more
    } else {
        !wanted.after.is_empty()
    };
    let previous = place(members.first()).filter(|_| has_before);
    (members, next, previous)
}

/// How many members whom the actor may read are in each state, of those whom the filter lets through whatever their state;
/// every state is named.
pub fn count_by_status(tx: &mut Tx<'_>, me: &Me, filter: &Filter) -> Result<Vec<(Status, i64)>> {
    me.require_some(Right::ReadPeople)?;
    let departments = readable(me, filter.department)?;
    let text = filter.text.trim().to_lowercase();
    let counts = store::member::count_by_status(tx, me.corp_id, departments.as_deref(), &text)?;
    let count = |status| {
        let found = counts.iter().find(|(counted, _)| *counted == status);
        (status, found.map_or(0, |(_, count)| *count))
    };
    Ok(Status::ALL.into_iter().map(count).collect())
}

/// Departments whose members the actor may read, in the order of the tree.
pub fn readable_departments(me: &Me) -> Vec<DepartmentId> {
    reach(me, Right::ReadPeople)
}

/// Departments into which the actor may put members, in the order of the tree.
pub fn editable_departments(me: &Me) -> Vec<DepartmentId> {
    reach(me, Right::EditPeople)
}

fn reach(me: &Me, right: Right) -> Vec<DepartmentId> {
    let (roles, tree) = (me.roles(), me.corp.tree());
    let all = tree.all().iter().map(|department| department.id);
    if roles.allow(right) {
        return all.collect();
    }
    all.filter(|id| roles.allow_in(right, tree, *id)).collect()
}

/// How many sessions work with the account of a member whom [`get`] has given.
pub fn count_sessions(tx: &mut Tx<'_>, cx: &Cx, me: &Me, member: &Member) -> Result<usize> {
    me.require_some(Right::ReadPeople)?;
    let Some(person) = member.person else {
        return Ok(0);
    };
    let account = Some((me.corp_id, member.id));
    let sessions = store::session::list(tx, person, cx.now())?;
    Ok(sessions
        .iter()
        .filter(|session| session.account == account)
        .count())
}

/// One member with all his fields, for those who may read him.
pub fn get(tx: &mut Tx<'_>, me: &Me, id: MemberId) -> Result<Row> {
    me.require_some(Right::ReadPeople)?;
    let member = find_readable(tx, me, id)?;
    let can_edit = may_edit(me, &member);
    Ok(Row { member, can_edit })
}

/// Makes a member, who is activated by his first sign-in.
pub fn create(tx: &mut Tx<'_>, cx: &Cx, profile: Profile) -> Result<MemberId> {
    let me = cx.me_with_some(tx, Right::EditPeople)?;
    let profile = profile.checked()?;
    check_places(&me, &profile.places)?;
    let id = cx.new_id(MemberId::from_u128);
    let leads = profile.places.iter().any(|place| place.leads);
    let member = new_member(cx, id, profile);
    store::member::insert(tx, me.corp_id, &member).map_err(taken)?;
    let detail = audit_value(&member);
    audit::record(
        tx,
        cx,
        me.corp_id,
        "member.created",
        Some(object(id)),
        &detail,
    )?;
    announce(tx, cx, me.corp_id, &[id])?;
    if leads {
        corp::touch_part(tx, cx, me.corp_id, Part::Departments)?;
    }
    Ok(id)
}

/// A free userid that sounds like a name, for a new member; empty if the name gives none.
pub fn propose_userid(tx: &mut Tx<'_>, cx: &Cx, name: &str) -> Result<String> {
    let me = cx.me_with_some(tx, Right::EditPeople)?;
    let letters = latin(name);
    if letters.is_empty() {
        return Ok(letters);
    }
    let numbers = (2..=PROPOSALS).map(|number| number.to_string());
    for tail in std::iter::once(String::new()).chain(numbers) {
        let userid = format!("{letters}{tail}");
        if store::member::find_by_userid(tx, me.corp_id, &userid)?.is_none() {
            return Ok(userid);
        }
    }
    Ok(String::new())
}

/// A name as a userid: `zengshihan`, `zara.stein`; empty where other letters are needed.
fn latin(name: &str) -> String {
    let sound = Sound::of(name);
    let text = if sound.reading.is_empty() {
        let words = name.split_whitespace().map(|word| Sound::of(word).letters);
        words
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(".")
    } else {
        sound.letters
    };
    let fits = text.len() <= 60 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.');
    if fits { text } else { String::new() }
}

/// Writes all fields of a member. With another mobile number he has to sign in anew and prove it.
pub fn update(tx: &mut Tx<'_>, cx: &Cx, id: MemberId, profile: Profile) -> Result<()> {
    let me = cx.me_with_some(tx, Right::EditPeople)?;
    let profile = profile.checked()?;
    let old = find_editable(tx, &me, id)?;
    check_places(&me, &profile.places)?;
    if profile == old.profile {
        return Ok(());
    }
    store::member::update(tx, me.corp_id, id, &profile, cx.now()).map_err(taken)?;
    let leads_changed = led(&old.profile.places) != led(&profile.places);
    let mut new = Member {
        profile,
        ..old.clone()
    };
    if old.person.is_some() && old.profile.mobile != new.profile.mobile {
        session::end_of_member(tx, cx, &old)?;
        if old.status == Status::Active {
            new.status = Status::NotActivated;
        }
        store::member::cut_person(tx, me.corp_id, id, new.status, cx.now())?;
    }
    let (before, after) = (audit_value(&old), audit_value(&new));
    let corp = me.corp_id;
    audit::change(
        tx,
        cx,
        corp,
        "member.updated",
        Some(object(id)),
        &before,
        &after,
    )?;
    announce(tx, cx, corp, &[id])?;
    if leads_changed {
        corp::touch_part(tx, cx, corp, Part::Departments)?;
    }
    Ok(())
}

/// Whether the actor may change the member.
pub fn may_edit(me: &Me, member: &Member) -> bool {
    is_within(me, Right::EditPeople, &member.profile.places)
        && may_do_all_of(me, me.corp.roles_of(member.id))
}

fn find_readable(tx: &mut Tx<'_>, me: &Me, id: MemberId) -> Result<Member> {
    let member = store::member::find(tx, me.corp_id, id)?;
    member
        .filter(|member| is_readable(me, member))
        .ok_or(Error::not_found("member"))
}

/// The member, if the actor may change him; one whom he may not even read does not exist for him.
pub(crate) fn find_editable(tx: &mut Tx<'_>, me: &Me, id: MemberId) -> Result<Member> {
    let member = find_readable(tx, me, id)?;
    if !is_within(me, Right::EditPeople, &member.profile.places) {
        let right = Right::EditPeople;
        return Err(Error::Forbidden { right });
    }
    if !may_do_all_of(me, me.corp.roles_of(id)) {
        let right = Right::GrantRoles;
        return Err(Error::Forbidden { right });
    }
    Ok(member)
}

/// Whether at least one of the member's departments is within the actor's reach.
fn is_readable(me: &Me, member: &Member) -> bool {
    let (roles, tree) = (me.roles(), me.corp.tree());
    let places = &member.profile.places;
    roles.allow(Right::ReadPeople)
        || places
            .iter()
            .any(|place| roles.allow_in(Right::ReadPeople, tree, place.department))
}

/// Whether all places are within the actor's reach.
fn is_within(me: &Me, right: Right, places: &[Place]) -> bool {
    let (roles, tree) = (me.roles(), me.corp.tree());
    roles.allow(right)
        || (!places.is_empty()
            && places
                .iter()
                .all(|place| roles.allow_in(right, tree, place.department)))
}

/// Whether the actor may do everything that these roles allow.
fn may_do_all_of(me: &Me, roles: &Roles) -> bool {
    let (mine, tree) = (me.roles(), me.corp.tree());
    roles.0.iter().all(|grant| {
        let one = Roles(vec![*grant]);
        Right::ALL
            .into_iter()
            .filter(|right| one.allow_somewhere(*right))
            .all(|right| match grant.department {
                None => mine.allow(right),
                Some(department) => mine.allow_in(right, tree, department),
            })
    })
}

/// Departments that a list is limited to; None for everywhere.
fn readable(me: &Me, wanted: Option<DepartmentId>) -> Result<Option<Vec<DepartmentId>>> {
    let tree = me.corp.tree();
    let limits = me.roles().limits(Right::ReadPeople);
    let is_allowed =
        |id: DepartmentId| limits.is_empty() || limits.iter().any(|top| tree.contains(*top, id));
    let tops = match wanted {
        Some(id) if tree.find(id).is_none() || !is_allowed(id) => {
            return Err(Error::not_found("department"));
        }
        Some(id) => vec![id],
        None if limits.is_empty() => return Ok(None),
        None => limits,
    };
    let below = tops.into_iter().flat_map(|top| tree.subtree(top));
    Ok(Some(below.map(|at| tree.all()[at].id).collect()))
}

/// Departments of a profile exist and are within the actor's reach.
fn check_places(me: &Me, places: &[Place]) -> Result<()> {
    let tree = me.corp.tree();
    if places.iter().any(|p| tree.find(p.department).is_none()) {
        return Err(Error::invalid("department", "unknown_department"));
    }
    if !is_within(me, Right::EditPeople, places) {
        let right = Right::EditPeople;
        return Err(Error::Forbidden { right });
    }
    Ok(())
}

fn new_member(cx: &Cx, id: MemberId, profile: Profile) -> Member {
    Member {
        id,
        profile,
        status: Status::NotActivated,
        person: None,
        created_at_ms: cx.now(),
        updated_at_ms: cx.now(),
        left_at_ms: None,
        avatar: None,
    }
}

/// Turns a key that another member holds into a refused field.
fn taken(error: store::Error) -> Error {
    let keys = [
        ("member_userid", "userid", "userid_taken"),
        ("member_mobile", "mobile", "mobile_taken"),
        ("member_email", "email", "email_taken"),
    ];
    let found = keys
        .into_iter()
        .find(|(index, ..)| error.is_unique_on(index));
    found.map_or_else(
        || Error::from(error),
        |(_, field, code)| Error::invalid(field, code),
    )
}

/// Departments that a member leads, whatever their order.
fn led(places: &[Place]) -> Vec<DepartmentId> {
    let mut led: Vec<DepartmentId> = places
        .iter()
        .filter(|place| place.leads)
        .map(|place| place.department)
        .collect();
    led.sort_unstable();
    led
}

fn object(id: MemberId) -> (&'static str, String) {
    ("member", id.to_string())
}

/// What the audit log keeps of a member.
fn audit_value(member: &Member) -> Value {
    let mut value = json!(member.profile);
    value["status"] = json!(member.status);
    value
}

/// Tells of changed members.
pub(crate) fn announce(tx: &mut Tx<'_>, cx: &Cx, corp: CorpId, members: &[MemberId]) -> Result<()> {
    for members in members.chunks(PER_EVENT) {
        let members = members.to_vec();
        visit::tell(tx, cx, corp, &visit::Note::Placed(members.clone()))?;
        let changed = Event::MembersChanged { corp, members };
        event::emit(tx, cx, corp.as_u128(), &changed)?;
    }
    Ok(())
}
