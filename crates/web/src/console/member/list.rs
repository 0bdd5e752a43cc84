//! The list of members, by state, department and text.

use askama::Template;
use axum::response::Response;
use guanxi_app::{Me, member};
use guanxi_model::{
    department::DepartmentId,
    id::MemberId,
    member::Status,
    person::Phone,
    role::{Right, Roles},
};

use super::{Choice, choices, main_department, roles_of, status_key, tag};
use crate::{
    auth::{Actor, Form},
    console,
    error::Failure,
    locale::Locale,
    page::{Face, Pager, Place, Shell, encoded},
    reply,
};

/// Rows of a page.
const ROWS: i64 = 50;
/// Address of the list.
pub(super) const HERE: &str = "/admin/people";

#[derive(Template)]
#[template(path = "member-list.html")]
struct List {
    shell: Shell,
    wish: Wish,
    tabs: Vec<Tab>,
    departments: Vec<Choice>,
    rows: Vec<Row>,
    pager: Pager,
    export: String,
    back: String,
    total: i64,
    can_create: bool,
    can_grant: bool,
}

struct Tab {
    href: String,
    label: String,
    count: i64,
    is_current: bool,
}

struct Row {
    id: MemberId,
    face: Face,
    name: String,
    alias: String,
    userid: String,
    position: String,
    department: String,
    others: usize,
    mobile: String,
    status_key: String,
    tag: &'static str,
    is_listed: bool,
    roles: Vec<String>,
    can_edit: bool,
}

/// What the address asks for.
#[derive(Debug, Clone, Default)]
pub(super) struct Wish {
    pub(super) text: String,
    pub(super) status: Option<Status>,
    pub(super) department: Option<DepartmentId>,
    after: String,
    before: String,
    /// Number of the first row, as the page before counted; only for show.
    from: u64,
}

impl Wish {
    /// Reads the query of an address.
    pub(super) fn read(path: &str) -> Self {
        let query = path.split_once('?').map_or("", |(_, query)| query);
        let form = Form::read(query.as_bytes());
        let status = form.text("status");
        Self {
            text: form.text("q").trim().chars().take(100).collect(),
            status: Status::ALL.into_iter().find(|s| s.name() == status),
            department: form.parse("department").map(DepartmentId),
            after: form.text("after").to_owned(),
            before: form.text("before").to_owned(),
            from: form.parse("from").unwrap_or(1).clamp(1, 100_000_000),
        }
    }

    /// The filter of the application.
    pub(super) fn filter(&self, limit: i64) -> member::Filter {
        let place = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        member::Filter {
            status: self.status,
            department: self.department,
            text: self.text.clone(),
            after: place(&self.after),
            before: place(&self.before),
            limit,
        }
    }

    /// The query of this filter in another state, from its beginning.
    fn query(&self, status: Option<Status>) -> String {
        let mut parts = Vec::new();
        if !self.text.is_empty() {
            parts.push(format!("q={}", encoded(&self.text)));
        }
        parts.extend(status.map(|status| format!("status={}", status.name())));
        parts.extend(self.department.map(|id| format!("department={}", id.0)));
        if parts.is_empty() {
            String::new()
        } else {
            format!("?{}", parts.join("&"))
        }
    }

    fn href(&self, status: Option<Status>) -> String {
        format!("{HERE}{}", self.query(status))
    }

    /// Address of a neighbouring page.
    fn turn(&self, how: &str, place: &str, from: u64) -> String {
        let href = self.href(self.status);
        let joint = if href.contains('?') { '&' } else { '?' };
        format!("{href}{joint}{how}={}&from={from}", encoded(place))
    }

    fn is_in(&self, choice: &Choice) -> bool {
        self.department == Some(DepartmentId(choice.id))
    }

    fn is_narrow(&self) -> bool {
        !self.text.is_empty() || self.department.is_some() || self.status.is_some()
    }
}

/// `GET /admin/people`
pub async fn list(actor: Actor) -> Result<Response, Failure> {
    let wish = Wish::read(&actor.path);
    let filter = wish.filter(ROWS);
    let (frame, page, counts) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let page = member::page(tx, &frame.me, &filter)?;
            let counts = member::count_by_status(tx, &frame.me, &filter)?;
            Ok((frame, page, counts))
        })
        .await?;
    let me = frame.me.clone();
    let roles: &Roles = me.roles();
    let rows: Vec<Row> = page
        .rows
        .into_iter()
        .map(|row| shown(actor.l, &me, row))
        .collect();
    let (tabs, total) = tabs(actor.l, &wish, &counts);
    let pager = pager(
        &wish,
        rows.len(),
        total,
        page.next.as_deref(),
        page.previous.as_deref(),
    );
    let page = List {
        tabs,
        departments: choices(me.corp.tree(), &member::readable_departments(&me)),
        rows,
        pager,
        export: format!("{HERE}/export.csv{}", wish.query(wish.status)),
        back: actor.path.clone(),
        total,
        can_create: roles.allow_somewhere(Right::EditPeople),
        can_grant: roles.allow(Right::GrantRoles),
        shell: frame.shell(&actor, Place::People),
        wish,
    };
    Ok(reply::page(&page.shell, &page))
}

fn shown(l: Locale, me: &Me, row: member::Row) -> Row {
    let face = Face::of(&row.member);
    let profile = row.member.profile;
    let (department, others) = main_department(me.corp.tree(), &profile);
    Row {
        id: row.member.id,
        face,
        name: profile.name,
        alias: profile.alias,
        userid: profile.userid,
        position: profile.position,
        department,
        others,
        mobile: profile.mobile.map(Phone::masked).unwrap_or_default(),
        status_key: status_key(row.member.status),
        tag: tag(row.member.status),
        is_listed: row.member.status.is_listed(),
        roles: roles_of(l, me, row.member.id),
        can_edit: row.can_edit,
    }
}

/// The states with their numbers, and the number of the chosen one.
fn tabs(l: Locale, wish: &Wish, counts: &[(Status, i64)]) -> (Vec<Tab>, i64) {
    let all: i64 = counts.iter().map(|(_, count)| count).sum();
    let tab = |status: Option<Status>, count| Tab {
        href: wish.href(status),
        label: match status {
            None => l.t("people-status-all").into_owned(),
            Some(status) => l.t(&status_key(status)).into_owned(),
        },
        count,
        is_current: wish.status == status,
    };
    let states = counts
        .iter()
        .map(|(status, count)| tab(Some(*status), *count));
    let tabs: Vec<Tab> = std::iter::once(tab(None, all)).chain(states).collect();
    let total = tabs
        .iter()
        .find(|tab| tab.is_current)
        .map_or(0, |tab| tab.count);
    (tabs, total)
}

fn pager(
    wish: &Wish,
    rows: usize,
    total: i64,
    next: Option<&str>,
    previous: Option<&str>,
) -> Pager {
    let (rows, limit) = (rows as u64, ROWS.unsigned_abs());
    let to = wish.from + rows.saturating_sub(1);
    Pager {
        from: wish.from,
        to,
        total: u64::try_from(total).ok(),
        previous: previous
            .map(|place| wish.turn("before", place, wish.from.saturating_sub(limit).max(1))),
        next: next.map(|place| wish.turn("after", place, to + 1)),
    }
}
