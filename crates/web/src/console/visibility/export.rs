//! Rules of visibility and single permissions as files, in the sentences of the pages.

use axum::response::Response;
use guanxi_app::{export, visibility};

use super::{directory_of, names_of, read};
use crate::{
    auth::Actor,
    csv::{self, Rows},
    error::Failure,
};

/// `GET /admin/visibility/export.csv`
pub async fn rules(actor: Actor) -> Result<Response, Failure> {
    let directory = directory_of(&actor).await?;
    let (frame, listing, impacts) = actor
        .write(|tx, cx| {
            export::announce(tx, cx, export::List::Rules, "")?;
            let (frame, listing) = read(tx, cx)?;
            let impacts = visibility::impacts(tx, &frame.me)?;
            Ok((frame, listing, impacts))
        })
        .await?;
    let names = names_of(&actor, &frame, &directory, listing.names);
    let l = actor.l;
    let mut head = Rows::default();
    let columns = ["rule", "exceptions", "note", "impact", "set_by"];
    head.push(columns.map(|name| l.t(&format!("list-column-{name}"))));
    let mut rows = Rows::default();
    for (rule, impact) in listing.rules.iter().zip(impacts) {
        rows.push([
            plain(&names.rule(rule)),
            plain(&names.exceptions(rule)),
            rule.note.clone(),
            names.impact(rule, impact),
            plain(&names.set_by(rule)),
        ]);
    }
    Ok(csv::whole(&l.t("list-file-rules"), head, rows))
}

/// `GET /admin/visibility/grants/export.csv`
pub async fn grants(actor: Actor) -> Result<Response, Failure> {
    let directory = directory_of(&actor).await?;
    let (frame, listing) = actor
        .write(|tx, cx| {
            export::announce(tx, cx, export::List::Grants, "")?;
            read(tx, cx)
        })
        .await?;
    let names = names_of(&actor, &frame, &directory, listing.names);
    let l = actor.l;
    let mut head = Rows::default();
    head.push(["grant", "until"].map(|name| l.t(&format!("list-column-{name}"))));
    let mut rows = Rows::default();
    for grant in &listing.grants {
        rows.push([plain(&names.grant(grant)), names.until(grant)]);
    }
    Ok(csv::whole(&l.t("list-file-grants"), head, rows))
}

/// A sentence without the marks that set its names apart.
fn plain(sentence: &str) -> String {
    let parts = super::words::parts(sentence).into_iter();
    parts.map(|(text, _)| text).collect()
}
