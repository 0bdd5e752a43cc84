//! Making a token: its name, life and scopes, and the one page that shows it.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use guanxi_app::{
    Error,
    token::{self, Made},
};
use guanxi_model::{
    department::{DepartmentId, Tree},
    role::{Right, Role, RoleGrant},
    token::{Scope, Terms},
};

use super::{base, scope_key};
use crate::{
    auth::{Actor, Form, Posted},
    console,
    error::{Failure, field_sentence},
    locale::Locale,
    page::{Errors, Place, Shell},
    reply,
};

/// Lives that are offered, in days.
const DAYS: [u32; 4] = [7, 30, 90, 366];
/// Roles that a token of the company can have.
const ROLES: [Role; 3] = [Role::DirectoryAdmin, Role::ChannelManager, Role::Auditor];

/// A token as typed.
#[derive(Debug, Clone)]
struct Typed {
    name: String,
    days: u32,
    scopes: Vec<Scope>,
    role: Option<Role>,
    department: Option<i64>,
}

impl Default for Typed {
    fn default() -> Self {
        Self {
            name: String::new(),
            days: 90,
            scopes: Vec::new(),
            role: None,
            department: None,
        }
    }
}

impl Typed {
    fn read(form: &Form) -> Self {
        Self {
            name: form.text("name").to_owned(),
            days: form.parse("days").unwrap_or(u32::MAX),
            scopes: form.all("scopes").filter_map(Scope::from_name).collect(),
            role: Role::from_name(form.text("role")),
            department: form.parse("department"),
        }
    }

    fn terms(&self) -> Terms {
        let department = self.department.map(DepartmentId);
        let grant = self.role.map(|role| RoleGrant { role, department });
        Terms {
            name: self.name.clone(),
            scopes: self.scopes.clone(),
            days: self.days,
            roles: grant.into_iter().collect(),
        }
    }
}

/// One of several things to choose.
struct Choice {
    value: String,
    name: String,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "token-new.html")]
struct New {
    shell: Shell,
    typed: Typed,
    is_all: bool,
    lives: Vec<Choice>,
    /// Scopes about what is a member's own, and those of administration.
    own: Vec<Choice>,
    admin: Vec<Choice>,
    roles: Vec<Choice>,
    /// Departments to which a role can be limited.
    departments: Vec<Choice>,
    errors: Errors,
}

impl New {
    fn base(&self) -> &'static str {
        base(self.is_all)
    }
}

impl Typed {
    fn lives(&self, l: Locale) -> Vec<Choice> {
        let choice = |days: u32| Choice {
            value: days.to_string(),
            name: l.n("token-days-n", days).into_owned(),
            is_chosen: self.days == days,
        };
        DAYS.into_iter().map(choice).collect()
    }

    fn scopes(&self, l: Locale, is_all: bool, of_administration: bool) -> Vec<Choice> {
        let all = Scope::ALL.iter().copied();
        all.filter(|scope| scope.is_administration() == of_administration)
            .filter(|scope| !is_all || scope.serves_company())
            .map(|scope| Choice {
                value: scope.name().to_owned(),
                name: l.t(&scope_key(scope)).into_owned(),
                is_chosen: self.scopes.contains(&scope),
            })
            .collect()
    }

    fn roles(&self, l: Locale) -> Vec<Choice> {
        let choice = |role: Role| Choice {
            value: role.name().to_owned(),
            name: l.t(&format!("people-role-{}", role.name())).into_owned(),
            is_chosen: self.role == Some(role),
        };
        ROLES.into_iter().map(choice).collect()
    }

    fn departments(&self, tree: &Tree) -> Vec<Choice> {
        let path = |id| {
            let names: Vec<&str> = tree
                .path(id)
                .iter()
                .skip(1)
                .map(|department| department.name.as_str())
                .collect();
            names.join(" / ")
        };
        let below = tree.all().iter().skip(1);
        below
            .map(|department| Choice {
                value: department.id.0.to_string(),
                name: path(department.id),
                is_chosen: self.department == Some(department.id.0),
            })
            .collect()
    }
}

#[derive(Template)]
#[template(path = "token-made.html")]
struct Shown {
    shell: Shell,
    made: Made,
    is_all: bool,
    /// What the bearer can try at once.
    example: String,
}

impl Shown {
    fn base(&self) -> &'static str {
        base(self.is_all)
    }
}

const fn place(is_all: bool) -> Place {
    if is_all {
        Place::AllTokens
    } else {
        Place::Profile
    }
}

async fn form_page(
    actor: &Actor,
    is_all: bool,
    status: StatusCode,
    typed: Typed,
    errors: Errors,
) -> Result<Response, Failure> {
    let frame = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            if is_all {
                frame.me.require(Right::EditTokens)?;
            }
            Ok(frame)
        })
        .await?;
    let l = actor.l;
    let departments = if is_all {
        typed.departments(frame.me.corp.tree())
    } else {
        Vec::new()
    };
    let page = New {
        lives: typed.lives(l),
        own: typed.scopes(l, is_all, false),
        admin: typed.scopes(l, is_all, true),
        roles: typed.roles(l),
        departments,
        shell: frame.shell(actor, place(is_all)),
        typed,
        is_all,
        errors,
    };
    Ok(reply::page_with(status, &page.shell, &page))
}

async fn make(posted: Posted, is_all: bool) -> Result<Response, Failure> {
    let Posted { actor, form } = posted;
    let typed = Typed::read(&form);
    let terms = typed.terms();
    let written = actor.write(move |tx, cx| {
        let made = if is_all {
            token::create_for_company(tx, cx, terms.clone())?
        } else {
            token::create(tx, cx, terms.clone())?
        };
        Ok((made, console::frame(tx, cx)?))
    });
    let (made, frame) = match written.await {
        Ok(done) => done,
        Err(Error::Invalid(fields)) => {
            let mut errors = Errors::default();
            for field in &fields {
                errors.add(field.field, field_sentence(actor.l, field));
            }
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return form_page(&actor, is_all, status, typed, errors).await;
        }
        Err(error) => return Err(error.into()),
    };
    let example = format!(
        "curl -H 'Authorization: Bearer {}' {}/api/v1/token",
        made.text, actor.app.public_url
    );
    let page = Shown {
        shell: frame.shell(&actor, place(is_all)),
        made,
        is_all,
        example,
    };
    Ok(reply::page(&page.shell, &page))
}

/// `GET /me/tokens/new`
pub async fn new(actor: Actor) -> Result<Response, Failure> {
    let (typed, errors) = (Typed::default(), Errors::default());
    form_page(&actor, false, StatusCode::OK, typed, errors).await
}

/// `POST /me/tokens/new`
pub async fn create(posted: Posted) -> Result<Response, Failure> {
    make(posted, false).await
}

/// `GET /admin/tokens/new`
pub async fn new_for_company(actor: Actor) -> Result<Response, Failure> {
    let (typed, errors) = (Typed::default(), Errors::default());
    form_page(&actor, true, StatusCode::OK, typed, errors).await
}

/// `POST /admin/tokens/new`
pub async fn create_for_company(posted: Posted) -> Result<Response, Failure> {
    make(posted, true).await
}
