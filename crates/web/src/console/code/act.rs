//! Acts on a code: it lives longer, is revoked, and comes back.

use axum::{extract::Path, http::StatusCode, response::Response};
use guanxi_app::{Error, qr_code};

use super::{named, show};
use crate::{
    auth::{Form, Posted},
    error::Failure,
    page::{Errors, Flash},
    reply,
};

/// The page that an act was done on, should it be one of ours.
fn back(form: &Form, own: String) -> String {
    let given = form.find("back").filter(|path| reply::is_local(path));
    given.map_or(own, str::to_owned)
}

/// `POST /codes/{id}/extend`
pub async fn extend(id: Path<String>, Posted { actor, form }: Posted) -> Result<Response, Failure> {
    let id = named(id)?;
    // What is no number is outside every range, and 0 stands for ever.
    let days = form.parse("days").unwrap_or(u32::MAX);
    let days = (days != 0).then_some(days);
    let written = actor.write(move |tx, cx| qr_code::extend(tx, cx, id, days));
    match written.await {
        Ok(_) => {
            let flash = Flash::text(actor.l.t("code-extended"));
            Ok(reply::see_other_with(
                &format!("/codes/{id}"),
                &flash,
                &actor.secret,
            ))
        }
        Err(Error::Invalid(fields)) => {
            let mut errors = Errors::default();
            for field in &fields {
                errors.refuse(field.field, actor.l, field);
            }
            show(&actor, id, StatusCode::UNPROCESSABLE_ENTITY, errors).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /codes/{id}/revoke`
pub async fn revoke(id: Path<String>, Posted { actor, form }: Posted) -> Result<Response, Failure> {
    let id = named(id)?;
    actor
        .write(move |tx, cx| qr_code::revoke(tx, cx, id))
        .await?;
    let flash = Flash::undo(actor.l.t("code-revoked"), format!("/codes/{id}/restore"));
    let back = back(&form, format!("/codes/{id}"));
    Ok(reply::see_other_with(&back, &flash, &actor.secret))
}

/// `POST /codes/{id}/restore`
pub async fn restore(
    id: Path<String>,
    Posted { actor, form }: Posted,
) -> Result<Response, Failure> {
    let id = named(id)?;
    actor
        .write(move |tx, cx| qr_code::restore(tx, cx, id))
        .await?;
    let flash = Flash::text(actor.l.t("code-restored"));
    let back = back(&form, format!("/codes/{id}"));
    Ok(reply::see_other_with(&back, &flash, &actor.secret))
}
