//! Single permissions: who may see whom in spite of all rules, until when; adding one, taking one back.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use guanxi_app::{Error, visibility};
use guanxi_model::{
    field::Invalid,
    id::RuleId,
    visibility::{Grant, Subject},
};

use super::{
    directory_of, id, names_of,
    picker::{self, Picker, Purpose},
    query, read,
};
use crate::{
    auth::{Actor, Form, Posted},
    error::Failure,
    page::{Errors, Flash, Pager, Place, Shell},
    reply,
};

const GRANTS: &str = "/admin/visibility/grants";
/// Days that the form offers.
const DAYS: [u32; 4] = [7, 30, 90, 365];
/// Days that the form proposes.
const DAYS_PROPOSED: u32 = 30;

const fn purpose(name: &'static str, find: &'static str, key: &'static str) -> Purpose {
    Purpose {
        name,
        find,
        key,
        is_many: false,
        has_departments: true,
    }
}

const WHO: Purpose = purpose("who", "find_who", "visibility-grant-who");
const WHOM: Purpose = purpose("whom", "find_whom", "visibility-grant-whom");

#[derive(Template)]
#[template(path = "visibility-grants.html")]
struct List {
    shell: Shell,
    /// Permissions in all.
    all: usize,
    rows: Vec<Row>,
    pager: Pager,
    rules: usize,
}

struct Row {
    id: RuleId,
    title: String,
    until: String,
    has_end: bool,
}

/// `GET /admin/visibility/grants`
pub async fn list(actor: Actor) -> Result<Response, Failure> {
    let directory = directory_of(&actor).await?;
    let (frame, listing) = actor.read(read).await?;
    let names = names_of(&actor, &frame, &directory, listing.names);
    let mut grants: Vec<&Grant> = listing.grants.iter().collect();
    let all = grants.len();
    let number = query(&actor).parse("page");
    let address = |number| format!("{GRANTS}?page={number}");
    let pager = Pager::cut(&mut grants, number, super::LIMIT, address);
    let rows = grants.into_iter().map(|grant| Row {
        id: grant.id,
        title: names.grant(grant),
        until: names.until(grant),
        has_end: grant.expires_at_ms.is_some(),
    });
    let page = List {
        all,
        rows: rows.collect(),
        pager,
        rules: listing.rules.len(),
        shell: frame.shell(&actor, Place::Visibility),
    };
    Ok(reply::page(&page.shell, &page))
}

#[derive(Template)]
#[template(path = "visibility-grant.html")]
struct Page {
    shell: Shell,
    who: Picker,
    whom: Picker,
    /// Choices of days with their words, and which is chosen; 0 is for good.
    days: Vec<(u32, String, bool)>,
    says: String,
    errors: Errors,
}

/// `GET /admin/visibility/grants/new`
pub async fn new(actor: Actor) -> Result<Response, Failure> {
    let form = query(&actor);
    show(&actor, &form, &[], StatusCode::OK).await
}

/// `POST /admin/visibility/grants/new`
pub async fn create(Posted { actor, form }: Posted) -> Result<Response, Failure> {
    let (who, whom) = (picker::one(&form, WHO.name), picker::one(&form, WHOM.name));
    let missing =
        |name, chosen: Option<Subject>| chosen.is_none().then(|| Invalid::new(name, "required"));
    let (Some(viewer), Some(target)) = (who, whom) else {
        let invalid: Vec<Invalid> = [missing("who", who), missing("whom", whom)]
            .into_iter()
            .flatten()
            .collect();
        return show(&actor, &form, &invalid, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let days = Some(days(&form)).filter(|days| *days > 0);
    let put = actor
        .write_once(move |tx, cx| Ok(visibility::put_grant(tx, cx, viewer, target, days)?.id))
        .await;
    match put {
        Ok(grant) => {
            let undo = format!("{GRANTS}/{grant}/undo");
            let flash = Flash::undo(actor.l.t("visibility-grant-saved"), undo);
            Ok(reply::see_other_with(GRANTS, &flash, &actor.secret))
        }
        Err(Error::Invalid(fields)) => {
            show(&actor, &form, &fields, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error.into()),
    }
}

fn days(form: &Form) -> u32 {
    form.parse("days").unwrap_or(DAYS_PROPOSED)
}

async fn show(
    actor: &Actor,
    form: &Form,
    invalid: &[Invalid],
    status: StatusCode,
) -> Result<Response, Failure> {
    let directory = directory_of(actor).await?;
    let (frame, listing) = actor.read(read).await?;
    let names = names_of(actor, &frame, &directory, listing.names);
    let mut errors = Errors::default();
    for field in invalid {
        let name = match field.field {
            "viewer" => "who",
            "target" => "whom",
            other => other,
        };
        errors.refuse(name, actor.l, field);
    }
    let picker = |purpose: Purpose| {
        let chosen: Vec<Subject> = picker::one(form, purpose.name).into_iter().collect();
        Picker::new(
            &names,
            purpose,
            &chosen,
            form.text(purpose.find),
            errors.on(purpose.name),
        )
    };
    let both = picker::one(form, WHO.name).zip(picker::one(form, WHOM.name));
    let says = both.map(|(viewer, target)| {
        let (id, expires_at_ms) = (RuleId::from_u128(0), None);
        names.grant(&Grant {
            id,
            viewer,
            target,
            expires_at_ms,
        })
    });
    let chosen = days(form);
    let word = |days: u32| match days {
        0 => actor.l.t("visibility-for-good"),
        days => actor.l.n("time-days", days),
    };
    let page = Page {
        who: picker(WHO),
        whom: picker(WHOM),
        days: DAYS
            .into_iter()
            .chain([0])
            .map(|days| (days, word(days).into_owned(), days == chosen))
            .collect(),
        says: says.unwrap_or_default(),
        errors,
        shell: frame.shell(actor, Place::Visibility),
    };
    Ok(reply::page_with(status, &page.shell, &page))
}

/// `POST /admin/visibility/grants/{id}/delete`
pub async fn delete(
    Path(grant): Path<String>,
    Posted { actor, .. }: Posted,
) -> Result<Response, Failure> {
    let grant = id::<RuleId>(&grant, "grant")?;
    actor
        .write(move |tx, cx| visibility::delete_grant(tx, cx, grant))
        .await?;
    let flash = Flash::undo(
        actor.l.t("visibility-grant-deleted"),
        format!("{GRANTS}/{grant}/undo"),
    );
    Ok(reply::see_other_with(GRANTS, &flash, &actor.secret))
}

/// `POST /admin/visibility/grants/{id}/undo`
pub async fn undo(
    Path(grant): Path<String>,
    Posted { actor, .. }: Posted,
) -> Result<Response, Failure> {
    super::undo(actor, id(&grant, "grant")?, GRANTS).await
}
