//! One act on many members, chosen one by one or by a filter: the names and what will happen, then a result for each.

mod done;

use askama::Template;
use axum::{http::StatusCode, response::Response};
use guanxi_app::{
    Error,
    member::{self, Deed, Who},
};
use guanxi_model::{
    department::DepartmentId,
    id::{BulkId, MemberId},
    member::Change,
    role::Right,
};

pub use done::{file, go_on, page, undo};

use super::{
    Choice, act_name, choices,
    list::{self, HERE},
    main_department,
};
use crate::{
    auth::{Actor, Form, Posted},
    console,
    error::{Failure, sentence},
    page::{Errors, Face, Flash, Place, Shell},
    reply,
};

/// What can be done with many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Change(Change),
    Move,
}

impl Act {
    const ALL: [Self; 4] = [
        Self::Move,
        Self::Change(Change::Reactivate),
        Self::Change(Change::Disable),
        Self::Change(Change::Leave),
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Change(change) => act_name(change),
            Self::Move => "move",
        }
    }

    const fn lets_go(self) -> bool {
        matches!(self, Self::Change(Change::Disable | Change::Leave))
    }
}

/// Names that the question lists before it only counts.
const NAMED: usize = 50;

/// What the form or the address asks for.
#[derive(Debug, Clone)]
struct Wish {
    /// Number of the act, made with its page: the same page sent twice acts once.
    id: Option<BulkId>,
    act: Act,
    ids: Vec<MemberId>,
    /// All whom the list shows are meant, not `ids`.
    all: Option<list::Wish>,
    /// How many the page said that these are.
    expected: Option<i64>,
    /// The department that the list was narrowed to.
    department: Option<DepartmentId>,
    /// Where to, for a move.
    to: Option<DepartmentId>,
    /// Whether only `department` is left, not all.
    only: bool,
    /// Whether the number was confirmed after the guard has asked.
    confirmed: bool,
    back: String,
}

impl Wish {
    fn read(form: &Form) -> Result<Self, Failure> {
        let act = Act::ALL
            .into_iter()
            .find(|act| act.name() == form.text("act"));
        let back = form.text("back");
        let is_ours = reply::is_local(back) && back.starts_with(HERE);
        let back = if is_ours { back } else { HERE };
        Ok(Self {
            id: form.parse("batch"),
            all: form.is_on("all").then(|| list::Wish::read(back)),
            expected: form.parse("expected"),
            act: act.ok_or(Failure::Status(StatusCode::BAD_REQUEST))?,
            ids: form.parse_all("member"),
            department: form.parse("department").map(DepartmentId),
            to: form.parse("to").map(DepartmentId),
            only: form.text("from") == "one",
            confirmed: form.is_on("confirmed"),
            back: back.to_owned(),
        })
    }

    /// Whether nobody is meant.
    fn is_empty(&self) -> bool {
        self.all.is_none() && self.ids.is_empty()
    }

    /// What is to be done, once it is known where to.
    fn deed(&self) -> Option<Deed> {
        match (self.act, self.to) {
            (Act::Change(change), _) => Some(Deed::Change(change)),
            (Act::Move, Some(to)) => Some(Deed::Move {
                from: self.department.filter(|_| self.only),
                to,
            }),
            (Act::Move, None) => None,
        }
    }

    /// With whom.
    fn who(&self) -> Who {
        match &self.all {
            Some(list) => Who::Matching(list.filter(1), self.expected.unwrap_or_default()),
            None => Who::Named(self.ids.clone()),
        }
    }
}

#[derive(Template)]
#[template(path = "member-batch.html")]
struct Ask {
    shell: Shell,
    wish: Wish,
    id: BulkId,
    act: &'static str,
    /// How many are meant.
    count: usize,
    /// The first of them.
    people: Vec<Person>,
    /// Where members can be moved to.
    departments: Vec<Choice>,
    /// Name of the department that the list was narrowed to.
    from: String,
    errors: Errors,
    /// The guard has asked for a second confirmation.
    is_guarded: bool,
    /// What else has to be looked at before it is sent again.
    notice: String,
}

impl Ask {
    /// How many are meant beyond those named.
    fn more(&self) -> usize {
        self.count.saturating_sub(self.people.len())
    }

    fn is_target(&self, choice: &Choice) -> bool {
        self.wish.to == Some(DepartmentId(choice.id))
    }
}

struct Person {
    id: MemberId,
    face: Face,
    name: String,
    department: String,
    is_listed: bool,
}

/// `GET /admin/people/batch?act=…&member=…&member=…`
pub async fn ask(actor: Actor) -> Result<Response, Failure> {
    let query = actor.path.split_once('?').map_or("", |(_, query)| query);
    let wish = Wish::read(&Form::read(query.as_bytes()))?;
    if wish.is_empty() {
        return Ok(nobody(&actor, &wish));
    }
    question(&actor, wish, StatusCode::OK, Errors::default(), None).await
}

/// Back to the list, with a word about what is missing.
fn nobody(actor: &Actor, wish: &Wish) -> Response {
    let flash = Flash::text(actor.l.t("people-pick-first"));
    reply::see_other_with(&wish.back, &flash, &actor.secret)
}

async fn question(
    actor: &Actor,
    wish: Wish,
    status: StatusCode,
    errors: Errors,
    refused: Option<Error>,
) -> Result<Response, Failure> {
    let (ids, all) = (wish.ids.clone(), wish.all.clone());
    let read = actor.read(move |tx, cx| {
        let frame = console::frame(tx, cx)?;
        if let Some(all) = &all {
            let filter = all.filter(NAMED as i64);
            let rows = member::page(tx, &frame.me, &filter)?.rows;
            let count = member::count_matching(tx, &frame.me, &filter)?;
            return Ok((frame, rows, usize::try_from(count).unwrap_or_default()));
        }
        let mut rows = Vec::new();
        for id in ids.iter().take(member::MANY_MAX) {
            match member::get(tx, &frame.me, *id) {
                Ok(row) => rows.push(row),
                Err(Error::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let count = rows.len();
        Ok((frame, rows, count))
    });
    let (frame, rows, count) = read.await?;
    if rows.is_empty() {
        return Err(Error::not_found("member").into());
    }
    let me = frame.me.clone();
    if !me.roles().allow_somewhere(Right::EditPeople) {
        let right = Right::EditPeople;
        return Err(Error::Forbidden { right }.into());
    }
    let tree = me.corp.tree();
    let person = |row: member::Row| Person {
        id: row.member.id,
        face: Face::of(&row.member),
        department: main_department(tree, &row.member.profile).0,
        is_listed: row.member.status.is_listed(),
        name: row.member.profile.name,
    };
    let from = wish.department.and_then(|id| tree.find(id));
    let is_guarded = matches!(refused, Some(Error::Conflict { code: "bulk_guard" }));
    let notice = match refused {
        Some(error) if !is_guarded => sentence(actor.l, &error, &me.corp.settings.zone()),
        _ if count > member::MANY_MAX => actor.l.n("people-too-many", count).into_owned(),
        _ => String::new(),
    };
    let page = Ask {
        id: wish
            .id
            .unwrap_or_else(|| actor.cx.new_id(BulkId::from_u128)),
        act: wish.act.name(),
        count,
        people: rows.into_iter().map(person).collect(),
        departments: choices(tree, &member::editable_departments(&me)),
        from: from
            .map(|department| department.name.clone())
            .unwrap_or_default(),
        errors,
        is_guarded,
        notice,
        wish,
        shell: frame.shell(actor, Place::People),
    };
    Ok(reply::page_with(status, &page.shell, &page))
}

/// `POST /admin/people/batch`: begins, and answers with the page of results, or of how far it has come.
pub async fn change_many(Posted { actor, form }: Posted) -> Result<Response, Failure> {
    let wish = Wish::read(&form)?;
    if wish.is_empty() {
        return Ok(nobody(&actor, &wish));
    }
    let Some(deed) = wish.deed() else {
        let mut errors = Errors::default();
        errors.add("to", actor.l.t("field-department-required"));
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return question(&actor, wish, status, errors, None).await;
    };
    let id = wish
        .id
        .unwrap_or_else(|| actor.cx.new_id(BulkId::from_u128));
    let (who, confirmed) = (wish.who(), wish.confirmed);
    let begun = actor.write(move |tx, cx| member::begin(tx, cx, id, deed, &who, confirmed));
    match begun.await {
        Ok(()) => done::run(&actor, id, &wish.back).await,
        Err(error @ Error::Conflict { .. }) => {
            let status = StatusCode::CONFLICT;
            question(&actor, wish, status, Errors::default(), Some(error)).await
        }
        Err(Error::Invalid(fields)) => {
            let mut errors = Errors::default();
            for field in fields.iter().filter(|field| field.field == "department") {
                errors.refuse("to", actor.l, field);
            }
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            question(&actor, wish, status, errors, None).await
        }
        Err(error) => Err(error.into()),
    }
}
