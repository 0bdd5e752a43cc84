//! The directory as the acting member sees it: searching, browsing, the tree, a card, and why somebody is not found.

use guanxi_app::{
    Error, Result,
    contact::Standing,
    directory::{self as app, Lens, Mobile, Search},
    find_ask,
};
use guanxi_model::{
    department::{DepartmentId, ROOT},
    id::MemberId,
};
use guanxi_search::Entry;
use guanxi_store::Tx;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    answer::{Item, Page},
    call::Call,
    contact::StatusWord,
    me::DepartmentRef,
    shape::{Cursor, Id, ListQuery, Time, list_query, place},
};

/// Places up to which one may page; further on, a better query helps.
const DEEPEST: usize = 10_000;

/// A colleague of a list.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Colleague {
    /// His number.
    id: Id,
    /// His name.
    name: String,
    /// Another name, or empty.
    alias: String,
    /// Job title, or empty.
    position: String,
    /// Departments that the member may see, the main one first.
    departments: Vec<DepartmentRef>,
    /// Extension, or empty.
    extension: String,
    /// Employee number, or empty.
    employee_no: String,
    /// E-mail address, or empty.
    email: String,
}

fn named(lens: &Lens, ids: impl IntoIterator<Item = i64>) -> Vec<DepartmentRef> {
    let tree = lens.corp.tree();
    let known = ids
        .into_iter()
        .map(DepartmentId)
        .filter(|id| lens.scope.sees_department(*id))
        .filter_map(|id| tree.find(id));
    known
        .map(|department| DepartmentRef {
            number: department.id.0,
            name: department.name.clone(),
        })
        .collect()
}

impl Colleague {
    fn new(lens: &Lens, id: MemberId, entry: Entry) -> Self {
        Self {
            id: id.into(),
            departments: named(lens, entry.departments),
            name: entry.name,
            alias: entry.alias,
            position: entry.position,
            extension: entry.extension,
            employee_no: entry.employee_no,
            email: entry.email,
        }
    }
}

list_query! {
    /// Whom to look for.
    DirectoryQuery {
        /// Name, pinyin, initials, position, extension, employee number or e-mail; without it everybody is listed by department.
        q: String,
        /// Number of a department, with all below it.
        department: i64,
    }
}

/// `GET /directory`
pub(crate) fn list(tx: &mut Tx<'_>, call: &Call<DirectoryQuery>) -> Result<Page<Colleague>> {
    let me = call.cx.me(tx)?;
    let (directory, lens) = call.sight(&me)?;
    let query = &call.query;
    let from: usize = place(query.cursor.as_ref())?.unwrap_or(0);
    if from > DEEPEST {
        return Err(Error::invalid("cursor", "out_of_range"));
    }
    let department = query.department.map(DepartmentId);
    // A department that he may not see is like one that is not there.
    if department.is_some_and(|id| !lens.scope.sees_department(id)) {
        return Ok(Page::whole(Vec::new()));
    }
    let text = query.q.as_deref().unwrap_or_default().trim();
    let shown = query.limit.rows();
    let mut items: Vec<Colleague> = if text.is_empty() {
        let within = department.unwrap_or(ROOT);
        let rows = directory.browse(&lens, within, from, shown + 1).into_iter();
        rows.map(|row| Colleague::new(&lens, row.id, row.entry))
            .collect()
    } else {
        let wanted = Search {
            text,
            department: department.filter(|id| *id != ROOT),
            offset: from,
            limit: shown + 1,
        };
        let found = directory.search(&lens, &wanted).found.into_iter();
        found
            .map(|found| Colleague::new(&lens, found.id, found.entry))
            .collect()
    };
    let has_more = items.len() > shown;
    items.truncate(shown);
    Ok(Page {
        items,
        next: has_more.then(|| Cursor::write(from + shown)),
    })
}

/// A department of the tree that the member sees.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SeenDepartment {
    /// Its number.
    number: i64,
    /// Its name.
    name: String,
    /// Number of the next department above it that he sees; null for the company itself.
    parent: Option<i64>,
    /// Colleagues in it and below whom he sees.
    members: usize,
}

/// `GET /directory/departments`
pub(crate) fn departments(tx: &mut Tx<'_>, call: &Call<ListQuery>) -> Result<Page<SeenDepartment>> {
    let me = call.cx.me(tx)?;
    let (directory, lens) = call.sight(&me)?;
    let from = place(call.query.cursor.as_ref())?.unwrap_or(0);
    let (tree, counts) = (lens.corp.tree(), directory.counts(&lens));
    let above = |id: DepartmentId| {
        let mut next = tree.find(id).and_then(|department| department.parent);
        while let Some(id) = next.filter(|id| *id != ROOT && !lens.scope.sees_department(*id)) {
            next = tree.find(id).and_then(|department| department.parent);
        }
        next.unwrap_or(ROOT)
    };
    let mut seen = vec![SeenDepartment {
        number: ROOT.0,
        name: lens.corp.name.clone(),
        parent: None,
        members: counts.total(),
    }];
    let below = lens.scope.named().filter(|id| *id != ROOT);
    seen.extend(below.filter_map(|id| {
        Some(SeenDepartment {
            number: id.0,
            name: tree.find(id)?.name.clone(),
            parent: Some(above(id).0),
            members: counts.below(id.0),
        })
    }));
    Ok(Page::cut(seen, from, call.query.limit.rows()))
}

/// How the member stands with a colleague.
#[derive(Debug, Serialize, JsonSchema)]
struct StandingView {
    /// They are contacts.
    are_contacts: bool,
    /// Number of his own request that waits.
    sent_request: Option<Id>,
    /// Number of the colleague's request that waits.
    received_request: Option<Id>,
    /// He has blocked the colleague.
    has_blocked: bool,
}

impl From<Standing> for StandingView {
    fn from(standing: Standing) -> Self {
        Self {
            are_contacts: standing.contact.is_some(),
            sent_request: standing.sent.map(|request| request.id.into()),
            received_request: standing.received.map(|request| request.id.into()),
            has_blocked: standing.has_blocked,
        }
    }
}

/// A member by number and name.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct MemberRef {
    /// His number.
    pub(crate) id: Id,
    /// His name.
    pub(crate) name: String,
}

/// The card of a colleague.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Card {
    /// His number.
    id: Id,
    /// His user ID.
    userid: String,
    /// His name.
    name: String,
    /// Another name, or empty.
    alias: String,
    /// Job title, or empty.
    position: String,
    /// Departments that the member may see, the main one first.
    departments: Vec<DepartmentRef>,
    /// Who leads him, as far as the member sees them.
    leaders: Vec<MemberRef>,
    /// Extension, or empty.
    extension: String,
    /// Employee number, or empty.
    employee_no: String,
    /// E-mail address.
    email: Option<String>,
    /// Mobile number in E.164 form, as far as the company shows it to him.
    mobile: Option<String>,
    /// Whether there is a number that contacts may see.
    mobile_for_contacts: bool,
    /// State of the account.
    status: StatusWord,
    /// Whether this is the member himself.
    is_me: bool,
    /// How the member stands with him.
    standing: StandingView,
}

/// `GET /directory/{id}`
pub(crate) fn card(tx: &mut Tx<'_>, call: &Call) -> Result<Item<Card>> {
    let me = call.cx.me(tx)?;
    let (directory, lens) = call.sight(&me)?;
    let card = app::card(tx, &call.cx, &me, &directory, &lens, call.id("member")?)?;
    let profile = card.member.profile;
    let leaders = card.leaders.into_iter().map(|leader| MemberRef {
        id: leader.id.into(),
        name: leader.name,
    });
    Ok(Item(Card {
        id: card.member.id.into(),
        departments: named(&lens, profile.places.iter().map(|place| place.department.0)),
        userid: profile.userid,
        name: profile.name,
        alias: profile.alias,
        position: profile.position,
        leaders: leaders.collect(),
        extension: profile.extension,
        employee_no: profile.employee_no,
        email: profile.email.map(|email| email.to_string()),
        mobile: match card.mobile {
            Mobile::Shown(number) => Some(number.to_string()),
            Mobile::ForContacts | Mobile::Hidden => None,
        },
        mobile_for_contacts: card.mobile == Mobile::ForContacts,
        status: card.member.status.into(),
        is_me: card.is_me,
        standing: card.standing.into(),
    }))
}

/// Whom the member cannot find.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FindQuery {
    /// What he typed into the search box.
    #[schemars(length(min = 1, max = 64))]
    q: String,
}

/// A colleague who is not where one looks for him.
#[derive(Debug, Serialize, JsonSchema)]
struct Missed {
    /// His number.
    id: Id,
    /// His name.
    name: String,
    /// Departments that the member may see.
    departments: Vec<DepartmentRef>,
}

/// Why somebody is not found, as far as the member may know.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Reasons {
    /// Likely meant: people whom he sees, one slip away.
    typos: Vec<Colleague>,
    /// Disabled or left, and visible to him if they were not.
    gone: Vec<Missed>,
    /// Found, but they have not signed in yet.
    not_activated: Vec<Missed>,
    /// How many people he sees at all.
    colleagues: usize,
    /// Number of his question about this text, if one is open.
    asked: Option<Id>,
    /// When he asked it.
    asked_at: Option<Time>,
}

/// `GET /directory/reasons`
pub(crate) fn reasons(tx: &mut Tx<'_>, call: &Call<FindQuery>) -> Result<Item<Reasons>> {
    let me = call.cx.me(tx)?;
    let (directory, lens) = call.sight(&me)?;
    let classes = find_ask::classes(tx, &me, &directory, &lens, &call.query.q)?;
    let missed = |known: Vec<find_ask::Known>| {
        let missed = known.into_iter().map(|known| Missed {
            id: known.id.into(),
            name: known.name,
            departments: named(&lens, known.departments.into_iter().map(|id| id.0)),
        });
        missed.collect()
    };
    let typos = classes.typos.into_iter();
    Ok(Item(Reasons {
        typos: typos
            .map(|found| Colleague::new(&lens, found.id, found.entry))
            .collect(),
        gone: missed(classes.gone),
        not_activated: missed(classes.not_activated),
        colleagues: classes.colleagues,
        asked_at: classes.asked.as_ref().map(|ask| Time(ask.created_at_ms)),
        asked: classes.asked.map(|ask| ask.id.into()),
    }))
}
