//! Acts on contacts: remark, tags and star, removal and taking it back, lifting a block.

use axum::{extract::Path, http::StatusCode, response::Response};
use guanxi_app::{Error, contact};
use guanxi_model::id::MemberId;

use super::{Typed, back, note_page};
use crate::{
    auth::Posted,
    error::Failure,
    page::{Errors, Flash},
    reply,
};

/// Tags as people type them, with whatever comma is at hand; one more than can be kept is enough to refuse them.
pub(in crate::console) fn tags(typed: &str) -> Vec<String> {
    typed
        .split([',', '，', '、', ';', '；', '\n'])
        .filter(|tag| !tag.trim().is_empty())
        .take(contact::TAGS_MAX + 1)
        .map(str::to_owned)
        .collect()
}

/// `POST /contacts/{id}/note`
pub async fn note(
    Path(id): Path<MemberId>,
    Posted { actor, form }: Posted,
) -> Result<Response, Failure> {
    let typed = Typed {
        remark: form.text("remark").to_owned(),
        tags: form.text("tags").to_owned(),
        starred: form.is_on("starred"),
    };
    let new = typed.clone();
    let back = back(&actor, &form);
    match actor
        .write(move |tx, cx| contact::note(tx, cx, id, &new.remark, &tags(&new.tags), new.starred))
        .await
    {
        Ok(_) => {
            let flash = Flash::text(actor.l.t("contact-noted"));
            Ok(reply::see_other_with(&back, &flash, &actor.secret))
        }
        Err(Error::Invalid(fields)) => {
            let mut errors = Errors::default();
            for field in &fields {
                errors.refuse(field.field, actor.l, field);
            }
            note_page(
                &actor,
                id,
                StatusCode::UNPROCESSABLE_ENTITY,
                Some(typed),
                back,
                errors,
            )
            .await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /contacts/{id}/star`
pub async fn star(
    Path(id): Path<MemberId>,
    Posted { actor, form }: Posted,
) -> Result<Response, Failure> {
    let starred = form.text("starred") == "on";
    actor
        .write(move |tx, cx| contact::star(tx, cx, id, starred))
        .await?;
    Ok(reply::see_other(&back(&actor, &form)))
}

/// `POST /contacts/{id}/remove`
pub async fn remove(
    Path(id): Path<MemberId>,
    Posted { actor, .. }: Posted,
) -> Result<Response, Failure> {
    let name = actor
        .write(move |tx, cx| {
            contact::end(tx, cx, id)?;
            contact::name_of(tx, cx.account()?.0, id)
        })
        .await?;
    let text = actor.l.t1("contact-removed", "name", name);
    let flash = Flash::undo(text, format!("/contacts/{id}/restore"));
    Ok(reply::see_other_with("/contacts", &flash, &actor.secret))
}

/// `POST /contacts/{id}/restore`
pub async fn restore(
    Path(id): Path<MemberId>,
    Posted { actor, .. }: Posted,
) -> Result<Response, Failure> {
    actor
        .write(move |tx, cx| contact::restore(tx, cx, id))
        .await?;
    let flash = Flash::text(actor.l.t("contact-restored"));
    Ok(reply::see_other_with("/contacts", &flash, &actor.secret))
}

/// `POST /blocks/{id}/lift`
pub async fn lift_block(
    Path(id): Path<MemberId>,
    Posted { actor, .. }: Posted,
) -> Result<Response, Failure> {
    let name = actor
        .write(move |tx, cx| {
            contact::lift_block(tx, cx, id)?;
            contact::name_of(tx, cx.account()?.0, id)
        })
        .await?;
    let flash = Flash::text(actor.l.t1("contact-unblocked", "name", name));
    Ok(reply::see_other_with(
        "/contacts/blocks",
        &flash,
        &actor.secret,
    ))
}
