//! The demo: three companies with their people, rules and a past of 90 days, the same each time but for the date.
//!
//! Nothing here is needed by a real installation. What is written looks exactly as if the operations had written it.

mod cast;
mod company;
mod dice;
mod history;
mod live;
mod name;
mod partner;
mod policy;
mod qinghe;
mod story;
mod text;
mod visitors;

use std::{collections::BTreeMap, sync::Arc};

use guanxi_model::{audit::Head, corp, id::MemberId, member::Status, role::RoleGrant};
use guanxi_store::{self as store, Tx, person::Person};

pub use cast::{Guest, Text, guests};

use crate::{Env, Error, Result, audit, contact, live_code::visit::Note};
use company::Company;
use dice::Dice;
use name::Names;

/// Seed of everything that looks like chance.
const SEED: u64 = 20_417;

/// What the demo holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Whether it was written now; false if it was there before.
    pub is_new: bool,
    /// Whom a visitor can sign in as, the best first.
    pub guests: Vec<Guest>,
}

/// Everything that is written.
#[derive(Debug)]
struct World {
    companies: Vec<Company>,
    persons: Vec<Person>,
}

/// Fills the database with the demo, unless it is there already.
pub async fn fill(env: &Arc<Env>) -> Result<Summary> {
    let is_there = env.store.read(is_there).await?;
    let is_new = if is_there {
        false
    } else {
        let now_ms = env.clock.now_ms();
        let world = tokio::task::spawn_blocking(move || world(now_ms));
        let world = world
            .await
            .map_err(|error| Error::Internal(error.to_string()))?;
        let past = visitors::Past::of(env, SEED).await?;
        let written = env.store.write(move |tx| write(tx, &world, &past, now_ms));
        written.await?
    };
    Ok(Summary {
        is_new,
        guests: guests(),
    })
}

fn is_there(tx: &mut Tx<'_>) -> Result<bool> {
    let corpid = corp::corpid(qinghe::NUMBER);
    Ok(store::corp::find_by_corpid(tx, &corpid)?.is_some())
}

fn world(now_ms: i64) -> World {
    let (mut dice, names) = (Dice::new(SEED), Names::new());
    let mut qinghe = qinghe::build(&mut dice, &names, now_ms);
    policy::set(&mut qinghe, &mut dice, now_ms);
    story::tell(&mut qinghe, &mut dice, now_ms);
    let nanling = partner::nanling(&mut dice, &names, now_ms, &qinghe.persons);
    let northwind = partner::northwind(&mut dice, now_ms);
    let persons = partner::persons(&mut dice, now_ms);
    // After all others, so that what they are does not depend on it.
    live::set(&mut qinghe, &mut dice, now_ms);
    World {
        companies: vec![qinghe, nanling, northwind],
        persons,
    }
}

/// Writes everything in one transaction; false if another node was faster.
fn write(tx: &mut Tx<'_>, world: &World, past: &visitors::Past, now_ms: i64) -> Result<bool> {
    if is_there(tx)? {
        return Ok(false);
    }
    store::person::insert_many(tx, &world.persons)?;
    for company in &world.companies {
        write_company(tx, company)?;
    }
    if let Some(qinghe) = world.companies.first() {
        visitors::come(tx, past, qinghe, now_ms)?;
    }
    Ok(true)
}

fn write_company(tx: &mut Tx<'_>, company: &Company) -> Result<()> {
    let id = company.corp.id;
    store::corp::insert(tx, &company.corp)?;
    for department in &company.departments {
        if department.parent.is_some() {
            store::corp::take_department_number(tx, id)?;
        }
        store::department::insert(tx, id, department)?;
    }
    store::person::insert_many(tx, &company.persons)?;
    store::member::insert_many(tx, id, &company.members)?;
    for member in &company.members {
        if let (Status::Left, Some(left_ms)) = (member.status, member.left_at_ms) {
            store::member::set_status(tx, id, member.id, Status::Left, left_ms)?;
        }
    }
    write_rights(tx, company)?;
    write_past(tx, company)
}

fn write_rights(tx: &mut Tx<'_>, company: &Company) -> Result<()> {
    let id = company.corp.id;
    let mut roles: BTreeMap<MemberId, Vec<RoleGrant>> = BTreeMap::new();
    for (member, grant) in &company.roles {
        roles.entry(*member).or_default().push(*grant);
    }
    for (member, grants) in roles {
        store::role::replace(tx, id, member, &grants)?;
    }
    for rule in &company.rules {
        store::visibility::put_rule(tx, id, rule)?;
    }
    for grant in &company.grants {
        store::visibility::put_grant(tx, id, grant)?;
    }
    Ok(())
}

fn write_past(tx: &mut Tx<'_>, company: &Company) -> Result<()> {
    let id = company.corp.id;
    store::request::insert_many(tx, &company.requests)?;
    store::contact::insert_many(tx, &company.contacts)?;
    let settings = &company.corp.settings;
    let latest_ms = company
        .requests
        .iter()
        .map(|request| request.created_at_ms)
        .max();
    let today = settings.day(latest_ms.unwrap_or_default());
    for request in &company.requests {
        if settings.day(request.created_at_ms) == today {
            store::contact::budget_use(tx, request.sender, contact::pipeline::BUDGET, today)?;
        }
    }
    for (code, version) in &company.live_codes {
        store::live_code::insert(tx, id, code)?;
        store::live_code::insert_version(tx, id, code.id, version)?;
        let published = Note::Published {
            code: code.id,
            version: 1,
        };
        store::live_log::begin(tx, id)?;
        let body = serde_json::to_string(&published);
        let body = body.map_err(|error| Error::Internal(error.to_string()))?;
        store::live_log::put_in(tx, id, code.id.as_u128(), &body)?;
    }
    for ask in &company.asks {
        store::find_ask::insert(tx, id, ask)?;
        if let (Some(by), Some(at_ms)) = (ask.answered_by, ask.answered_at_ms) {
            store::find_ask::answer(tx, id, ask.id, &ask.answer, by, at_ms)?;
        }
    }
    let mut entries = company.audit.clone();
    entries.sort_by_key(|entry| entry.id);
    let (sealed, head) = audit::chain(Head::default(), entries);
    store::audit::insert_sealed(tx, &sealed)?;
    Ok(store::audit::put_head(tx, id, head)?)
}
