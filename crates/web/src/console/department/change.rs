//! Changes of departments: below, name and place, order, away.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use guanxi_app::{
    Error, Result as Did,
    department::{self, Direction},
};
use guanxi_model::{
    department::{DepartmentId, ROOT},
    role::Right,
};

use super::{Typed, named, path_of, show};
use crate::{
    auth::{Actor, Posted},
    console,
    error::{Failure, field_sentence, sentence},
    page::{Errors, Flash, Place, Shell},
    reply,
};

/// `POST /admin/departments/{id}/new`: makes a department below.
pub async fn create(id: Path<String>, posted: Posted) -> Result<Response, Failure> {
    let (id, Posted { actor, form }) = (named(id)?, posted);
    let name = form.text("name").to_owned();
    // Behind all its siblings, unless some were put behind the usual order.
    let made = actor
        .write_once(move |tx, cx| department::create(tx, cx, id, &name, 0))
        .await;
    match made {
        Ok(_) => {
            let text = actor
                .l
                .t1("department-created", "name", form.text("name").trim());
            Ok(reply::see_other_with(
                &path_of(id),
                &Flash::text(text),
                &actor.secret,
            ))
        }
        Err(error) => {
            let typed = Typed {
                new: form.text("name").to_owned(),
                ..stored(&actor, id).await?
            };
            refused(&actor, id, "new", error, typed).await
        }
    }
}

/// `POST /admin/departments/{id}`: name and place.
pub async fn update(id: Path<String>, posted: Posted) -> Result<Response, Failure> {
    let (id, Posted { actor, form }) = (named(id)?, posted);
    let (name, parent) = (form.text("name").to_owned(), form.parse("parent"));
    let written = actor.write(move |tx, cx| -> Did<()> {
        let editable = department::list(tx, cx)?;
        let old = editable.tree.find(id).filter(|_| editable.contains(id));
        let old = old.ok_or(Error::not_found("department"))?;
        let parent = parent.map(DepartmentId).or(old.parent).unwrap_or(ROOT);
        department::update(tx, cx, id, parent, &name, old.order)
    });
    match written.await {
        Ok(()) => {
            let text = actor
                .l
                .t1("department-saved", "name", form.text("name").trim());
            Ok(reply::see_other_with(
                &path_of(id),
                &Flash::text(text),
                &actor.secret,
            ))
        }
        Err(error) => {
            let name = form.text("name").to_owned();
            let typed = Typed {
                name,
                parent: form.parse("parent"),
                ..Typed::default()
            };
            refused(&actor, id, "name", error, typed).await
        }
    }
}

/// What the form of name and place shows before anything is typed.
async fn stored(actor: &Actor, id: DepartmentId) -> Result<Typed, Failure> {
    let editable = actor.read(department::list).await?;
    let found = editable
        .tree
        .find(id)
        .cloned()
        .ok_or(Error::not_found("department"))?;
    Ok(Typed {
        name: found.name,
        parent: found.parent.map(|parent| parent.0),
        ..Typed::default()
    })
}

/// The page with the reason next to the field; `name_field` is where a refused name was typed.
async fn refused(
    actor: &Actor,
    id: DepartmentId,
    name_field: &'static str,
    error: Error,
    typed: Typed,
) -> Result<Response, Failure> {
    let mut errors = Errors::default();
    let status = match &error {
        Error::Invalid(fields) => {
            for field in fields {
                // The form of a new department has one field for all that may be wrong.
                let is_here = field.field == "name" || name_field == "new";
                let on = if is_here { name_field } else { field.field };
                let text = match (field.field, field.code) {
                    // Names are asked for of people, too.
                    ("name", "required") => actor.l.t("department-name-required").into_owned(),
                    _ => field_sentence(actor.l, field),
                };
                errors.add(on, text);
            }
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Error::Conflict { .. } => {
            errors.add(name_field, sentence(actor.l, &error, &actor.zone()));
            StatusCode::CONFLICT
        }
        _ => return Err(error.into()),
    };
    show(actor, Some(id), status, Some(typed), errors).await
}

/// `POST /admin/departments/{id}/shift`: one place up or down among its siblings.
pub async fn shift(id: Path<String>, posted: Posted) -> Result<Response, Failure> {
    let (id, Posted { actor, form }) = (named(id)?, posted);
    let is_up = form.text("direction") == "up";
    let direction = if is_up {
        Direction::Up
    } else {
        Direction::Down
    };
    let written = actor.write(move |tx, cx| -> Did<(DepartmentId, bool)> {
        let tree = department::list(tx, cx)?.tree;
        department::shift(tx, cx, id, direction)?;
        let parent = tree.find(id).and_then(|old| old.parent).unwrap_or(ROOT);
        let mut siblings = tree.children(parent);
        let end = if is_up {
            siblings.next()
        } else {
            siblings.last()
        };
        Ok((parent, end.is_some_and(|end| end.id == id)))
    });
    let (parent, is_at_end) = written.await?;
    if is_at_end {
        let key = if is_up {
            "department-is-first"
        } else {
            "department-is-last"
        };
        let flash = Flash::text(actor.l.t(key));
        return Ok(reply::see_other_with(
            &path_of(parent),
            &flash,
            &actor.secret,
        ));
    }
    Ok(reply::see_other(&path_of(parent)))
}

#[derive(Template)]
#[template(path = "department-delete.html")]
struct Delete {
    shell: Shell,
    id: DepartmentId,
    name: String,
    refusal: String,
    /// What is to be moved away first.
    members: i64,
    departments: usize,
    can_read_people: bool,
}

impl Delete {
    fn is_full(&self) -> bool {
        self.members > 0 || self.departments > 0
    }
}

/// `GET /admin/departments/{id}/delete`
pub async fn ask_delete(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    question(&actor, named(id)?, None).await
}

async fn question(
    actor: &Actor,
    id: DepartmentId,
    refused: Option<Error>,
) -> Result<Response, Failure> {
    let read = actor.read(move |tx, cx| {
        let (frame, editable) = (console::frame(tx, cx)?, department::list(tx, cx)?);
        let holds = if id == ROOT {
            (0, 0)
        } else {
            department::holds(tx, cx, id)?
        };
        Ok((frame, editable, holds))
    });
    let (frame, editable, (members, departments)) = read.await?;
    let found = editable
        .tree
        .find(id)
        .filter(|_| editable.contains(id))
        .cloned();
    let found = found.ok_or(Error::not_found("department"))?;
    let zone = frame.me.corp.settings.zone();
    let page = Delete {
        id,
        name: found.name,
        refusal: refused
            .as_ref()
            .map(|error| sentence(actor.l, error, &zone))
            .unwrap_or_default(),
        members,
        departments,
        can_read_people: frame.me.roles().allow_somewhere(Right::ReadPeople),
        shell: frame.shell(actor, Place::Departments),
    };
    let status = if refused.is_some() {
        StatusCode::CONFLICT
    } else {
        StatusCode::OK
    };
    Ok(reply::page_with(status, &page.shell, &page))
}

/// `POST /admin/departments/{id}/delete`
pub async fn delete(id: Path<String>, posted: Posted) -> Result<Response, Failure> {
    let (id, Posted { actor, .. }) = (named(id)?, posted);
    let written = actor.write(move |tx, cx| {
        let editable = department::list(tx, cx)?;
        let old = editable
            .tree
            .find(id)
            .filter(|_| editable.contains(id))
            .cloned();
        let old = old.ok_or(Error::not_found("department"))?;
        department::delete(tx, cx, id)?;
        Ok(old)
    });
    match written.await {
        Ok(old) => {
            let text = actor.l.t1("department-deleted", "name", old.name);
            let above = path_of(old.parent.unwrap_or(ROOT));
            Ok(reply::see_other_with(
                &above,
                &Flash::text(text),
                &actor.secret,
            ))
        }
        Err(error @ Error::Conflict { .. }) => question(&actor, id, Some(error)).await,
        Err(error) => Err(error.into()),
    }
}
