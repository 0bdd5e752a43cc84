//! Members of the company, for those who administer them: one by one and many at once.

use guanxi_app::{
    Me, Result,
    member::{self, Changed, Filter},
};
use guanxi_model::{
    department::DepartmentId,
    field::Invalid,
    id::MemberId,
    member::{Change, Place, Profile},
    person::{Email, Phone},
};
use guanxi_store::{Tx, member::Member as Stored};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    answer::{Item, Made, Page},
    call::Call,
    contact::StatusWord,
    operation::ROOT,
    shape::{Cursor, Empty, Id, Time, list_query, place, words},
};

/// A department to which somebody belongs.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct PlaceView {
    /// Its number.
    department: i64,
    /// Its name.
    name: String,
    /// Whether he leads it.
    leads: bool,
    /// Place in its list: larger ones stand earlier.
    order: i64,
}

/// A field of the company's own.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct CustomView {
    /// Its name.
    name: String,
    /// Its value.
    value: String,
}

/// A member with all that administrators may know.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Member {
    /// His number.
    id: Id,
    /// His user ID, unlike all others whatever the case of its letters.
    userid: String,
    /// His name.
    name: String,
    /// Another name, or empty.
    alias: String,
    /// Mobile number in E.164 form.
    mobile: Option<String>,
    /// E-mail address.
    email: Option<String>,
    /// Job title, or empty.
    position: String,
    /// Extension, or empty.
    extension: String,
    /// Employee number, or empty.
    employee_no: String,
    /// Departments, the main one first.
    places: Vec<PlaceView>,
    /// Fields of the company's own.
    custom: Vec<CustomView>,
    /// State of the account.
    status: StatusWord,
    /// Whether somebody has signed in to it.
    has_signed_in: bool,
    /// Whether the caller may change him.
    can_edit: bool,
    /// When the account was made.
    created_at: Time,
    /// When it was last changed.
    updated_at: Time,
    /// When he left.
    left_at: Option<Time>,
}

fn view(me: &Me, member: Stored, can_edit: bool) -> Member {
    let profile = member.profile;
    let tree = me.corp.tree();
    let places = profile.places.iter().map(|place| PlaceView {
        department: place.department.0,
        name: tree
            .find(place.department)
            .map(|department| department.name.clone())
            .unwrap_or_default(),
        leads: place.leads,
        order: place.order,
    });
    let custom = profile.custom.into_iter();
    Member {
        id: member.id.into(),
        userid: profile.userid,
        name: profile.name,
        alias: profile.alias,
        mobile: profile.mobile.map(|mobile| mobile.to_string()),
        email: profile.email.map(|email| email.to_string()),
        position: profile.position,
        extension: profile.extension,
        employee_no: profile.employee_no,
        places: places.collect(),
        custom: custom
            .map(|(name, value)| CustomView { name, value })
            .collect(),
        status: member.status.into(),
        has_signed_in: member.person.is_some(),
        can_edit,
        created_at: Time(member.created_at_ms),
        updated_at: Time(member.updated_at_ms),
        left_at: member.left_at_ms.map(Time),
    }
}

fn one<Q, B>(tx: &mut Tx<'_>, call: &Call<Q, B>, id: MemberId) -> Result<Member> {
    let me = call.cx.acting(tx)?;
    let row = member::get(tx, &me, id)?;
    Ok(view(&me, row.member, row.can_edit))
}

list_query! {
    /// Which members.
    MemberQuery {
        /// Only in this state.
        status: StatusWord,
        /// Number of a department, with all below it.
        department: i64,
        /// Part of name, alias, user ID, employee number, e-mail or mobile number.
        q: String,
    }
}

/// `GET /admin/members`
pub(crate) fn list(tx: &mut Tx<'_>, call: &Call<MemberQuery>) -> Result<Page<Member>> {
    let me = call.cx.acting(tx)?;
    let query = &call.query;
    let filter = Filter {
        status: query.status.map(Into::into),
        department: query.department.map(DepartmentId),
        text: query.q.clone().unwrap_or_default(),
        after: place(query.cursor.as_ref())?,
        before: None,
        limit: query.limit.rows() as i64,
    };
    let page = member::page(tx, &me, &filter)?;
    let rows = page.rows.into_iter();
    Ok(Page {
        items: rows
            .map(|row| view(&me, row.member, row.can_edit))
            .collect(),
        next: page.next.map(Cursor::write),
    })
}

/// `GET /admin/members/{id}`
pub(crate) fn get(tx: &mut Tx<'_>, call: &Call) -> Result<Item<Member>> {
    let id = call.id("member")?;
    Ok(Item(one(tx, call, id)?))
}

/// A department to which somebody is to belong.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewPlace {
    /// Its number.
    #[schemars(range(min = 1))]
    department: i64,
    /// Whether he leads it.
    #[serde(default)]
    leads: bool,
    /// Place in its list: larger ones stand earlier.
    #[serde(default)]
    #[schemars(range(min = 0, max = 4_294_967_295_i64))]
    order: i64,
}

/// A field of the company's own.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewCustom {
    /// Its name.
    #[schemars(length(min = 1, max = 32))]
    name: String,
    /// Its value.
    #[schemars(length(max = 64))]
    value: String,
}

/// What is set of a member.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MemberTerms {
    /// His user ID; one is made from his name if it is left out.
    #[serde(default)]
    #[schemars(length(max = 64))]
    userid: String,
    /// His name.
    #[schemars(length(min = 1, max = 64))]
    name: String,
    /// Another name, or empty.
    #[serde(default)]
    #[schemars(length(max = 64))]
    alias: String,
    /// Mobile number, in any notation that the company's region knows. He needs it or an e-mail address.
    #[serde(default)]
    #[schemars(length(max = 64))]
    mobile: Option<String>,
    /// E-mail address.
    #[serde(default)]
    #[schemars(length(max = 254))]
    email: Option<String>,
    /// Job title, or empty.
    #[serde(default)]
    #[schemars(length(max = 128))]
    position: String,
    /// Extension, or empty.
    #[serde(default)]
    #[schemars(length(max = 32))]
    extension: String,
    /// Employee number, or empty.
    #[serde(default)]
    #[schemars(length(max = 64))]
    employee_no: String,
    /// Departments, the main one first.
    #[schemars(length(min = 1, max = 20))]
    places: Vec<NewPlace>,
    /// Fields of the company's own.
    #[serde(default)]
    #[schemars(length(max = 20))]
    custom: Vec<NewCustom>,
}

impl MemberTerms {
    fn profile(&self, region: &str) -> Result<Profile> {
        let mut refused: Vec<Invalid> = Vec::new();
        let mut keep = |invalid: Invalid| refused.push(invalid);
        let filled = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let mobile = filled(&self.mobile).map(|text| Phone::parse(&text, region));
        let mobile = mobile.and_then(|read| read.map_err(&mut keep).ok());
        let email = filled(&self.email).map(|text| Email::parse_of_member(&text));
        let email = email.and_then(|read| read.map_err(&mut keep).ok());
        if self
            .places
            .iter()
            .any(|place| !(0..=i64::from(u32::MAX)).contains(&place.order))
        {
            keep(Invalid::new("order", "out_of_range"));
        }
        if !refused.is_empty() {
            return Err(refused.into());
        }
        let places = self.places.iter().map(|place| Place {
            department: DepartmentId(place.department),
            leads: place.leads,
            order: place.order,
        });
        let custom = self.custom.iter();
        Ok(Profile {
            userid: self.userid.clone(),
            name: self.name.clone(),
            alias: self.alias.clone(),
            mobile,
            email,
            position: self.position.clone(),
            extension: self.extension.clone(),
            employee_no: self.employee_no.clone(),
            places: places.collect(),
            custom: custom
                .map(|field| (field.name.clone(), field.value.clone()))
                .collect(),
        })
    }
}

/// `POST /admin/members`
pub(crate) fn create(tx: &mut Tx<'_>, call: &Call<Empty, MemberTerms>) -> Result<Made<Member>> {
    let me = call.cx.acting(tx)?;
    let mut profile = call.body.profile(&me.corp.settings.region)?;
    if profile.userid.trim().is_empty() {
        profile.userid = member::propose_userid(tx, &call.cx, &profile.name)?;
    }
    let id = member::create(tx, &call.cx, profile)?;
    Ok(Made {
        at: format!("{ROOT}/admin/members/{id}"),
        item: one(tx, call, id)?,
    })
}

/// `PUT /admin/members/{id}`
pub(crate) fn replace(tx: &mut Tx<'_>, call: &Call<Empty, MemberTerms>) -> Result<Item<Member>> {
    let id: MemberId = call.id("member")?;
    let me = call.cx.acting(tx)?;
    let mut profile = call.body.profile(&me.corp.settings.region)?;
    if profile.userid.trim().is_empty() {
        profile.userid = member::get(tx, &me, id)?.member.profile.userid;
    }
    member::update(tx, &call.cx, id, profile)?;
    Ok(Item(one(tx, call, id)?))
}

fn change(tx: &mut Tx<'_>, call: &Call, change: Change) -> Result<Item<Member>> {
    let id = call.id("member")?;
    member::change(tx, &call.cx, id, change)?;
    Ok(Item(one(tx, call, id)?))
}

/// `POST /admin/members/{id}/disable`
pub(crate) fn disable(tx: &mut Tx<'_>, call: &Call) -> Result<Item<Member>> {
    change(tx, call, Change::Disable)
}

/// `POST /admin/members/{id}/leave`
pub(crate) fn leave(tx: &mut Tx<'_>, call: &Call) -> Result<Item<Member>> {
    change(tx, call, Change::Leave)
}

/// `POST /admin/members/{id}/reactivate`
pub(crate) fn reactivate(tx: &mut Tx<'_>, call: &Call) -> Result<Item<Member>> {
    change(tx, call, Change::Reactivate)
}

/// `POST /admin/members/{id}/reactivate-with-roles`
pub(crate) fn reactivate_with_roles(tx: &mut Tx<'_>, call: &Call) -> Result<Item<Member>> {
    let id = call.id("member")?;
    member::reactivate(tx, &call.cx, id, true)?;
    Ok(Item(one(tx, call, id)?))
}

words! {
    /// What happens to many accounts.
    ChangeWord of Change {
        /// They are switched off.
        Disable,
        /// Their members have left.
        Leave,
        /// They work again.
        Reactivate,
    }
}

/// A change of many accounts.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ManyChange {
    /// What happens.
    change: ChangeWord,
    /// Numbers of the members.
    #[schemars(length(min = 1, max = 5000))]
    members: Vec<Id>,
    /// Said knowingly, where more of the listed members go than the company's guard allows.
    #[serde(default)]
    confirmed: bool,
}

/// What a change came to for one member.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ChangedMember {
    /// His number.
    member: Id,
    /// Whether it happened.
    done: bool,
    /// Stable code of what stood against it.
    code: Option<String>,
    /// The same in the caller's language.
    detail: Option<String>,
}

fn results<B>(call: &Call<Empty, B>, changed: Vec<Changed>) -> Page<ChangedMember> {
    let zone = jiff::tz::TimeZone::UTC;
    let row = |changed: Changed| {
        let error = changed.outcome.err();
        ChangedMember {
            member: changed.member.into(),
            done: error.is_none(),
            code: error.as_ref().map(|error| error.code().to_owned()),
            detail: error.map(|error| crate::error::sentence(call.l, &error, &zone)),
        }
    };
    Page::whole(changed.into_iter().map(row).collect())
}

fn ids(ids: &[Id]) -> Vec<MemberId> {
    ids.iter().map(|id| (*id).into()).collect()
}

/// `POST /admin/members/change`
pub(crate) fn change_many(
    tx: &mut Tx<'_>,
    call: &Call<Empty, ManyChange>,
) -> Result<Page<ChangedMember>> {
    let ManyChange {
        change,
        members,
        confirmed,
    } = &call.body;
    let change = (*change).into();
    let changed = member::change_many(tx, &call.cx, &ids(members), change, *confirmed)?;
    Ok(results(call, changed))
}

/// A move of many members.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ManyMove {
    /// Numbers of the members.
    #[schemars(length(min = 1, max = 5000))]
    members: Vec<Id>,
    /// Number of the department that they leave; all of theirs if it is left out.
    #[serde(default)]
    from: Option<i64>,
    /// Number of the department to which they go.
    to: i64,
}

/// `POST /admin/members/move`
pub(crate) fn move_many(
    tx: &mut Tx<'_>,
    call: &Call<Empty, ManyMove>,
) -> Result<Page<ChangedMember>> {
    let ManyMove { members, from, to } = &call.body;
    let (from, to) = (from.map(DepartmentId), DepartmentId(*to));
    let changed = member::move_many(tx, &call.cx, &ids(members), from, to)?;
    Ok(results(call, changed))
}
