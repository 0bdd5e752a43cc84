//! Pictures of members: the picture itself, and the pages on which a member or his administrator sets it or takes it off.

use askama::Template;
use axum::{
    body::Body,
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use guanxi_app::{Error, avatar};
use guanxi_model::{
    field::Invalid,
    id::{AvatarId, MemberId},
};

use crate::{
    auth::{Actor, Form, Posted},
    console,
    error::Failure,
    page::{Errors, Face, Flash, Place, Shell},
    picture, reply,
    upload::Uploaded,
};

#[derive(Template)]
#[template(path = "avatar.html")]
struct Page {
    shell: Shell,
    face: Face,
    name: String,
    is_own: bool,
    /// Where the member himself is shown.
    back: String,
    errors: Errors,
}

impl Page {
    fn has_picture(&self) -> bool {
        self.face.avatar.is_some()
    }

    fn path(&self) -> String {
        path(self.face.id, self.is_own)
    }
}

/// Address of the page; acts on the picture are below it.
fn path(id: MemberId, is_own: bool) -> String {
    if is_own {
        "/me/avatar".to_owned()
    } else {
        format!("/admin/people/{id}/avatar")
    }
}

fn named(Path(id): Path<String>) -> Result<MemberId, Failure> {
    id.parse().map_err(|_| Error::not_found("member").into())
}

fn own(actor: &Actor) -> Result<MemberId, Failure> {
    Ok(actor.cx.account()?.1)
}

/// `GET /avatars/{id}?v=`: the picture of a member; with the number of the one that he shows it may be kept for ever.
pub async fn picture(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    let id = named(id)?;
    let asked: Option<AvatarId> = Form::query(&actor.path).parse("v");
    let (shown, bytes) = actor.read(move |tx, cx| avatar::get(tx, cx, id)).await?;
    let kept = if asked == Some(shown) {
        "private, max-age=31536000, immutable"
    } else {
        "private, no-cache"
    };
    let mut response = Body::from(bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    Ok(response)
}

/// `GET /me/avatar`
pub async fn mine(actor: Actor) -> Result<Response, Failure> {
    let id = own(&actor)?;
    show(&actor, id, true, StatusCode::OK, Errors::default()).await
}

/// `GET /admin/people/{id}/avatar`
pub async fn theirs(actor: Actor, id: Path<String>) -> Result<Response, Failure> {
    show(&actor, named(id)?, false, StatusCode::OK, Errors::default()).await
}

async fn show(
    actor: &Actor,
    id: MemberId,
    is_own: bool,
    status: StatusCode,
    errors: Errors,
) -> Result<Response, Failure> {
    let (frame, member) = actor
        .read(move |tx, cx| {
            let frame = console::frame(tx, cx)?;
            let member = avatar::changeable(tx, &frame.me, id)?;
            Ok((frame, member))
        })
        .await?;
    let (place, back) = if is_own {
        (Place::Profile, "/me".to_owned())
    } else {
        (Place::People, format!("/admin/people/{id}"))
    };
    let page = Page {
        shell: frame.shell(actor, place),
        face: Face::of(&member),
        name: member.profile.name,
        is_own,
        back,
        errors,
    };
    Ok(reply::page_with(status, &page.shell, &page))
}

/// `POST /me/avatar`
pub async fn put_mine(sent: Uploaded) -> Result<Response, Failure> {
    let id = own(&sent.actor)?;
    put(sent, id, true).await
}

/// `POST /admin/people/{id}/avatar`
pub async fn put_theirs(id: Path<String>, sent: Uploaded) -> Result<Response, Failure> {
    put(sent, named(id)?, false).await
}

async fn put(sent: Uploaded, id: MemberId, is_own: bool) -> Result<Response, Failure> {
    let Uploaded { actor, file, .. } = sent;
    // Nobody's picture is decoded for one who may not show it.
    actor
        .read(move |tx, cx| {
            let me = cx.me(tx)?;
            avatar::changeable(tx, &me, id).map(drop)
        })
        .await?;
    let code = if file.is_empty() {
        "required"
    } else {
        match picture::square(file).await {
            Ok(made) => {
                actor
                    .write(move |tx, cx| avatar::put(tx, cx, id, &made))
                    .await?;
                return Ok(done(&actor, id, is_own, "avatar-saved", None));
            }
            Err(why) => why.code(),
        }
    };
    let mut errors = Errors::default();
    errors.refuse("picture", actor.l, &Invalid::new("picture", code));
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    show(&actor, id, is_own, status, errors).await
}

/// `POST /me/avatar/remove`
pub async fn remove_mine(Posted { actor, .. }: Posted) -> Result<Response, Failure> {
    let id = own(&actor)?;
    remove(actor, id, true).await
}

/// `POST /admin/people/{id}/avatar/remove`
pub async fn remove_theirs(
    id: Path<String>,
    Posted { actor, .. }: Posted,
) -> Result<Response, Failure> {
    remove(actor, named(id)?, false).await
}

async fn remove(actor: Actor, id: MemberId, is_own: bool) -> Result<Response, Failure> {
    actor
        .write(move |tx, cx| avatar::remove(tx, cx, id))
        .await?;
    Ok(done(&actor, id, is_own, "avatar-removed", Some("restore")))
}

/// `POST /me/avatar/restore`
pub async fn restore_mine(Posted { actor, .. }: Posted) -> Result<Response, Failure> {
    let id = own(&actor)?;
    restore(actor, id, true).await
}

/// `POST /admin/people/{id}/avatar/restore`
pub async fn restore_theirs(
    id: Path<String>,
    Posted { actor, .. }: Posted,
) -> Result<Response, Failure> {
    restore(actor, named(id)?, false).await
}

async fn restore(actor: Actor, id: MemberId, is_own: bool) -> Result<Response, Failure> {
    actor
        .write(move |tx, cx| avatar::restore(tx, cx, id))
        .await?;
    Ok(done(&actor, id, is_own, "avatar-restored", None))
}

/// Back to the page, with a word about what was done and how to take it back.
fn done(actor: &Actor, id: MemberId, is_own: bool, key: &str, undo: Option<&str>) -> Response {
    let (here, text) = (path(id, is_own), actor.l.t(key));
    let flash = match undo {
        Some(act) => Flash::undo(text, format!("{here}/{act}")),
        None => Flash::text(text),
    };
    reply::see_other_with(&here, &flash, &actor.secret)
}
