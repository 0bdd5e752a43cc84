//! The list of members as a file.

use std::sync::Arc;

use axum::response::Response;
use guanxi_app::{Result, member};
use guanxi_model::{department::Tree, member::Profile};

use super::{list::Wish, path, status_key};
use crate::{
    auth::Actor,
    csv,
    error::Failure,
    locale::{Locale, machine_time},
};

/// Members read in one transaction.
const ROWS: i64 = 500;
/// Columns, in the order of the file.
const COLUMNS: [&str; 12] = [
    "userid",
    "name",
    "alias",
    "mobile",
    "email",
    "position",
    "extension",
    "employee_no",
    "departments",
    "leads",
    "status",
    "custom",
];

/// `GET /admin/people/export.csv`: what the list shows under the same filter.
pub async fn file(actor: Actor) -> Result<Response, Failure> {
    let wish = Wish::read(&actor.path);
    let mut filter = wish.filter(ROWS);
    (filter.after, filter.before) = (None, None);
    let wanted = filter.clone();
    let zone = actor
        .write(move |tx, cx| {
            // Says no before anything is sent.
            let me = cx.me(tx)?;
            member::count_by_status(tx, &me, &wanted)?;
            member::announce_export(tx, cx)?;
            Ok(me.corp.settings.zone())
        })
        .await?;
    let l = actor.l;
    let mut head = csv::Rows::default();
    head.push(COLUMNS.map(|name| l.t(&format!("people-column-{name}"))));
    let time = machine_time(actor.cx.now(), &zone);
    let day = time.split('T').next().unwrap_or_default();
    let name = format!("{}-{day}.csv", l.t("people-file"));
    let (app, cx) = (Arc::clone(&actor.app), actor.cx.clone());
    Ok(csv::download(&name, head, filter, move |filter| {
        let (app, cx) = (Arc::clone(&app), cx.clone());
        async move {
            let wanted = filter.clone();
            let read = app.env.store.read(move |tx| -> Result<_> {
                let me = cx.me(tx)?;
                let page = member::page(tx, &me, &wanted)?;
                let mut rows = csv::Rows::default();
                for row in &page.rows {
                    let status = l.t(&status_key(row.member.status));
                    rows.push(cells(l, me.corp.tree(), &row.member.profile, &status));
                }
                Ok((rows, page.next))
            });
            let (rows, next) = read.await?;
            let next = next.map(|after| member::Filter {
                after: Some(after),
                ..filter
            });
            Ok((rows, next))
        }
    }))
}

fn cells(l: Locale, tree: &Tree, profile: &Profile, status: &str) -> [String; 12] {
    let list = |only_led: bool| {
        let places = profile
            .places
            .iter()
            .filter(|place| place.leads || !only_led);
        let names: Vec<String> = places.map(|place| path(tree, place.department)).collect();
        names.join("; ")
    };
    let custom = profile.custom.iter();
    let custom: Vec<String> = custom
        .map(|(key, value)| {
            l.t2("people-custom-pair", "key", key, "value", value)
                .into_owned()
        })
        .collect();
    [
        profile.userid.clone(),
        profile.name.clone(),
        profile.alias.clone(),
        profile
            .mobile
            .map(|mobile| mobile.to_string())
            .unwrap_or_default(),
        profile
            .email
            .as_ref()
            .map(|email| email.as_str().to_owned())
            .unwrap_or_default(),
        profile.position.clone(),
        profile.extension.clone(),
        profile.employee_no.clone(),
        list(false),
        list(true),
        status.to_owned(),
        custom.join("; "),
    ]
}
