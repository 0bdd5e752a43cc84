//! Contacts: the member's list with his remarks, tags and stars, and those whom he has blocked.

pub(super) mod act;
mod blocks;
mod export;
mod list;

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use guanxi_app::{
    Result,
    contact::{Known, find_known},
};
use guanxi_model::id::MemberId;
use guanxi_search::Sound;

pub use act::{lift_block, note, remove, restore, star};
pub use blocks::{blocks, blocks_file};
pub use export::file;
pub use list::page;
pub(crate) use list::{Filter, sorted};

use crate::{
    auth::{Actor, Form},
    console::{self, Frame},
    error::Failure,
    page::{Errors, Place, Shell},
    reply,
};

/// Where an act on a contact leads: to the page that it was done on.
fn back(actor: &Actor, form: &Form) -> String {
    let query = Form::query(&actor.path);
    let given = form.find("back").or_else(|| query.find("back"));
    given
        .filter(|path| reply::is_local(path))
        .unwrap_or("/contacts")
        .to_owned()
}

async fn read_one(actor: &Actor, id: MemberId) -> Result<(Frame, Known)> {
    actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let known = find_known(tx, cx, &frame.me, id)?;
            Ok((frame, known))
        })
        .await
}

#[derive(Template)]
#[template(path = "contact.html")]
struct One {
    shell: Shell,
    known: Known,
    reading: String,
}

impl One {
    fn remove_path(&self) -> String {
        format!("/contacts/{}/remove", self.known.peer.id)
    }
}

/// `GET /contacts/{id}`
pub async fn one(Path(id): Path<MemberId>, actor: Actor) -> Result<Response, Failure> {
    let (frame, known) = read_one(&actor, id).await?;
    let reading = Sound::of(&known.peer.name).reading;
    let page = One {
        shell: frame.shell(&actor, Place::Contacts),
        known,
        reading,
    };
    Ok(reply::page(&page.shell, &page))
}

/// What was typed about a contact.
#[derive(Debug, Clone)]
struct Typed {
    remark: String,
    tags: String,
    starred: bool,
}

#[derive(Template)]
#[template(path = "contact-note.html")]
struct Note {
    shell: Shell,
    known: Known,
    typed: Typed,
    back: String,
    errors: Errors,
}

impl Note {
    fn path(&self) -> String {
        format!("/contacts/{}/note", self.known.peer.id)
    }
}

/// `GET /contacts/{id}/note`
pub async fn ask_note(Path(id): Path<MemberId>, actor: Actor) -> Result<Response, Failure> {
    let back = back(&actor, &Form::default());
    note_page(&actor, id, StatusCode::OK, None, back, Errors::default()).await
}

async fn note_page(
    actor: &Actor,
    id: MemberId,
    status: StatusCode,
    typed: Option<Typed>,
    back: String,
    errors: Errors,
) -> Result<Response, Failure> {
    let (frame, known) = read_one(actor, id).await?;
    let typed = typed.unwrap_or_else(|| Typed {
        remark: known.contact.remark.clone(),
        tags: known
            .contact
            .tags
            .join(if actor.l.tag() == "en" { ", " } else { "，" }),
        starred: known.contact.starred,
    });
    let page = Note {
        shell: frame.shell(actor, Place::Contacts),
        known,
        typed,
        back,
        errors,
    };
    Ok(reply::page_with(status, &page.shell, &page))
}
