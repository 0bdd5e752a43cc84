//! QR codes: the member's own with pictures and scans, and all of them for administrators.

use guanxi_app::{
    Error, Me, Result, customer, logo,
    qr_code::{self, Filter, Kind, Listed},
};
use guanxi_model::{
    id::CodeId,
    qr_code::{Dead, Outcome, Shown, Terms},
};
use guanxi_store::{Tx, qr_code::Scan};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    answer::{Item, Made, Page, Png, Svg},
    call::Call,
    operation::ROOT,
    shape::{Empty, Id, ListQuery, Time, list_query, place, words},
};
use crate::code_image::{Brand, PNG_MAX, PNG_MIN};

/// Width of a PNG if none is asked for, in pixels.
const WIDTH: u32 = 512;

words! {
    /// Why a code leads to nobody.
    DeadWord of Dead {
        /// Its owner or an administrator took it back.
        Revoked,
        /// It was for one visitor, who has come.
        Used,
        /// Its time is over.
        Expired,
        /// The owner's account is switched off for now.
        OwnerDisabled,
        /// The owner has left the company.
        OwnerLeft,
    }
}

/// What a code shows beside name, company and position.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct ShownView {
    /// The mobile number.
    mobile: bool,
    /// The e-mail address.
    email: bool,
    /// The employee number.
    employee_no: bool,
    /// Custom fields, by their names.
    custom: Vec<String>,
}

/// A QR code.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Code {
    /// Its number.
    id: Id,
    /// Number of the member to whom it leads.
    owner: Id,
    /// His name; empty if nothing is known of him any more.
    owner_name: String,
    /// What the owner calls it, or empty.
    name: String,
    /// The address that it carries.
    url: String,
    /// Whether it dies with the first contact that it makes.
    single_use: bool,
    /// Whether the owner confirms each visitor.
    confirm: bool,
    /// What it shows.
    shown: ShownView,
    /// Why it leads to nobody now; null while it lives.
    dead: Option<DeadWord>,
    /// Scans, refused ones too.
    scans: i64,
    /// Contacts and requests that came of them.
    adds: i64,
    /// The last scan.
    scanned_at: Option<Time>,
    /// When it was made.
    created_at: Time,
    /// When it expires; null for never.
    expires_at: Option<Time>,
    /// When it was revoked.
    revoked_at: Option<Time>,
}

fn url<Q, B>(call: &Call<Q, B>, listed: &Listed) -> String {
    let token = call.app.codes.token(listed.code.slug);
    format!("{}/q/{token}", call.app.public_url)
}

fn view<Q, B>(call: &Call<Q, B>, me: &Me, listed: Listed) -> Code {
    let url = url(call, &listed);
    let expires_at_ms = listed.code.expires_at(&me.corp.settings);
    let Listed {
        code,
        owner,
        counted,
        dead,
    } = listed;
    Code {
        id: code.id.into(),
        owner: code.owner.into(),
        owner_name: owner.map(|owner| owner.profile.name).unwrap_or_default(),
        name: code.name,
        url,
        single_use: code.single_use,
        confirm: code.confirm,
        shown: ShownView {
            mobile: code.shown.mobile,
            email: code.shown.email,
            employee_no: code.shown.employee_no,
            custom: code.shown.custom,
        },
        dead: dead.map(DeadWord::from),
        scans: counted.scans,
        adds: counted.adds,
        scanned_at: counted.last_at_ms.map(Time),
        created_at: Time(code.created_at_ms),
        expires_at: expires_at_ms.map(Time),
        revoked_at: code.revoked_at_ms.map(Time),
    }
}

fn one<Q, B>(tx: &mut Tx<'_>, call: &Call<Q, B>, id: CodeId) -> Result<Code> {
    let me = call.cx.acting(tx)?;
    let listed = qr_code::find(tx, &call.cx, &me, id)?;
    Ok(view(call, &me, listed))
}

/// `GET /codes`
pub(crate) fn list(tx: &mut Tx<'_>, call: &Call<ListQuery>) -> Result<Page<Code>> {
    let me = call.cx.me(tx)?;
    let before = place(call.query.cursor.as_ref())?;
    let limit = call.query.limit;
    let rows = qr_code::list_own(tx, &call.cx, &me, before, limit.ahead())?;
    let page = Page::of(
        rows,
        limit.rows(),
        |row| row.code.id,
        |row| view(call, &me, row),
    );
    Ok(page)
}

/// `GET /codes/{id}` and `GET /admin/codes/{id}`
pub(crate) fn get(tx: &mut Tx<'_>, call: &Call) -> Result<Item<Code>> {
    Ok(Item(one(tx, call, call.id("code")?)?))
}

/// What a code is to show beside name, company and position.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct NewShown {
    /// The mobile number.
    mobile: bool,
    /// The e-mail address.
    email: bool,
    /// The employee number.
    employee_no: bool,
    /// Custom fields, by their names.
    #[schemars(length(max = 20))]
    custom: Vec<String>,
}

/// What is wanted of a code.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeTerms {
    /// What the owner calls it, or empty.
    #[serde(default)]
    #[schemars(length(max = 32))]
    name: String,
    /// Days from now until it expires; null for a permanent one, where the company allows it.
    #[serde(default)]
    #[schemars(range(min = 1, max = 3650))]
    days: Option<u32>,
    /// Whether it dies with the first contact that it makes.
    #[serde(default)]
    single_use: bool,
    /// Whether the owner confirms each visitor.
    #[serde(default)]
    confirm: bool,
    /// What it shows.
    #[serde(default)]
    shown: NewShown,
}

impl CodeTerms {
    fn terms(&self) -> Result<Terms> {
        let shown = self.shown.clone();
        if shown.custom.len() > 20 || shown.custom.iter().any(|name| name.len() > 128) {
            return Err(Error::invalid("shown", "too_many"));
        }
        Ok(Terms {
            name: self.name.clone(),
            days: self.days,
            single_use: self.single_use,
            confirm: self.confirm,
            shown: Shown {
                mobile: shown.mobile,
                email: shown.email,
                employee_no: shown.employee_no,
                custom: shown.custom,
            },
        })
    }
}

/// `POST /codes`
pub(crate) fn create(tx: &mut Tx<'_>, call: &Call<Empty, CodeTerms>) -> Result<Made<Code>> {
    let code = qr_code::create(tx, &call.cx, call.body.terms()?)?;
    Ok(Made {
        at: format!("{ROOT}/codes/{}", code.id),
        item: one(tx, call, code.id)?,
    })
}

/// `PUT /codes/{id}`
pub(crate) fn replace(tx: &mut Tx<'_>, call: &Call<Empty, CodeTerms>) -> Result<Item<Code>> {
    let id = call.id("code")?;
    qr_code::change(tx, &call.cx, id, call.body.terms()?)?;
    Ok(Item(one(tx, call, id)?))
}

/// `POST /codes/{id}/revoke` and the same for administrators
pub(crate) fn revoke(tx: &mut Tx<'_>, call: &Call) -> Result<Item<Code>> {
    let id = call.id("code")?;
    qr_code::revoke(tx, &call.cx, id)?;
    Ok(Item(one(tx, call, id)?))
}

/// `POST /codes/{id}/restore` and the same for administrators
pub(crate) fn restore(tx: &mut Tx<'_>, call: &Call) -> Result<Item<Code>> {
    let id = call.id("code")?;
    qr_code::restore(tx, &call.cx, id)?;
    Ok(Item(one(tx, call, id)?))
}

/// The address of a code, and the company as the code shows it.
fn branded<Q>(tx: &mut Tx<'_>, call: &Call<Q>) -> Result<(String, Brand)> {
    let me = call.cx.acting(tx)?;
    let listed = qr_code::find(tx, &call.cx, &me, call.id("code")?)?;
    let brand = Brand {
        name: me.corp.name.clone(),
        logo: logo::in_codes(tx, &me.corp)?,
    };
    Ok((url(call, &listed), brand))
}

fn too_long() -> Error {
    Error::Internal("an address is too long for a QR code".into())
}

/// `GET /codes/{id}/picture.svg`
pub(crate) fn svg(tx: &mut Tx<'_>, call: &Call) -> Result<Svg> {
    let (address, brand) = branded(tx, call)?;
    Ok(Svg(brand.svg_file(&address).ok_or_else(too_long)?))
}

/// How large a picture is.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Size {
    /// Width in pixels; 512 if it is left out.
    #[serde(default)]
    #[schemars(range(min = PNG_MIN, max = PNG_MAX))]
    width: Option<u32>,
}

/// `GET /codes/{id}/picture.png`
pub(crate) fn png(tx: &mut Tx<'_>, call: &Call<Size>) -> Result<Png> {
    let width = call.query.width.unwrap_or(WIDTH);
    let (address, brand) = branded(tx, call)?;
    if !(PNG_MIN..=PNG_MAX).contains(&width) {
        return Err(Error::invalid("width", "out_of_range"));
    }
    Ok(Png(brand.png(&address, width).ok_or_else(too_long)?))
}

/// What a scan came to.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum ScanWord {
    /// The card was shown.
    Shown,
    /// The visitor became a contact.
    Added,
    /// The owner was asked.
    Asked,
    /// They were contacts, or the visitor had asked before.
    Known,
    /// The code leads to nobody; `dead` says why.
    Dead,
    /// A rule of contact requests refused the visitor.
    Refused,
    /// Too many scans came from the same place; nobody was shown.
    Slowed,
}

/// A scan.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ScanView {
    /// Its number.
    id: Id,
    /// What it came to.
    outcome: ScanWord,
    /// Why the code led to nobody.
    dead: Option<DeadWord>,
    /// `external_userid` of the visitor, if he was known.
    external_userid: Option<String>,
    /// Shortened address.
    address: String,
    /// When.
    at: Time,
    /// How many scans of a flood this one stands for; 1 for any other.
    times: i64,
}

impl ScanView {
    fn new(scan: Scan, external_userid: Option<String>) -> Self {
        let (outcome, dead) = match scan.outcome {
            Outcome::Shown => (ScanWord::Shown, None),
            Outcome::Added => (ScanWord::Added, None),
            Outcome::Asked => (ScanWord::Asked, None),
            Outcome::Known => (ScanWord::Known, None),
            Outcome::Dead(dead) => (ScanWord::Dead, Some(dead.into())),
            Outcome::Refused => (ScanWord::Refused, None),
            Outcome::Slowed => (ScanWord::Slowed, None),
        };
        Self {
            id: scan.id.into(),
            outcome,
            dead,
            external_userid,
            address: scan.address,
            at: Time(scan.at_ms),
            times: scan.times,
        }
    }
}

/// `GET /codes/{id}/scans` and the same for administrators
pub(crate) fn scans(tx: &mut Tx<'_>, call: &Call<ListQuery>) -> Result<Page<ScanView>> {
    let me = call.cx.acting(tx)?;
    let before = place(call.query.cursor.as_ref())?;
    let limit = call.query.limit;
    let rows = qr_code::list_scans(tx, &me, call.id("code")?, before, limit.ahead())?;
    let mut named = Vec::with_capacity(rows.len());
    for scan in rows {
        let name = |person| customer::external_id(tx, &call.cx.env, me.corp_id, person);
        let visitor = scan.person.map(name).transpose()?;
        named.push((scan, visitor));
    }
    Ok(Page::of(
        named,
        limit.rows(),
        |(scan, _)| scan.id,
        |(scan, visitor)| ScanView::new(scan, visitor),
    ))
}

words! {
    /// State of codes.
    KindWord of Kind {
        /// They lead to their owners.
        Alive,
        /// They lead to nobody.
        Dead,
        /// Their owners have left.
        Orphaned,
    }
}

list_query! {
    /// Which codes.
    AllQuery {
        /// Only in this state.
        kind: KindWord,
        /// Only of this member.
        owner: Id,
    }
}

/// `GET /admin/codes`
pub(crate) fn list_all(tx: &mut Tx<'_>, call: &Call<AllQuery>) -> Result<Page<Code>> {
    let me = call.cx.acting(tx)?;
    let query = &call.query;
    let filter = Filter {
        kind: query.kind.map(Kind::from),
        owner: query.owner.map(Into::into),
    };
    let before = place(query.cursor.as_ref())?;
    let rows = qr_code::list_all(tx, &call.cx, &me, &filter, before, query.limit.ahead())?;
    let page = Page::of(
        rows,
        query.limit.rows(),
        |row| row.code.id,
        |row| view(call, &me, row),
    );
    Ok(page)
}

/// To whom a code goes.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HandOver {
    /// Number of the member who gets it.
    to: Id,
}

/// `POST /admin/codes/{id}/hand-over`
pub(crate) fn hand_over(tx: &mut Tx<'_>, call: &Call<Empty, HandOver>) -> Result<Item<Code>> {
    let id = call.id("code")?;
    qr_code::hand_over(tx, &call.cx, id, call.body.to.into())?;
    Ok(Item(one(tx, call, id)?))
}
