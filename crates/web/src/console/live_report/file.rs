//! Figures as a file: one table of all sums, for spreadsheets.

use axum::response::Response;
use guanxi_app::{export, live_report::Totals};

use super::{asked, figures::Figures, read};
use crate::{
    auth::Actor,
    csv,
    error::Failure,
    xlsx::{self, Cell},
};

const COLUMNS: [&str; 9] = [
    "report-column-what",
    "report-column-name",
    "report-scans",
    "report-outcome-nobody",
    "report-added",
    "report-kept",
    "report-broken",
    "report-turns",
    "report-due",
];

/// All rows, the head first.
fn table(f: &Figures) -> Vec<Vec<Cell>> {
    let l = f.l;
    let text = |text: &str| Cell::Text(text.to_owned());
    let number = |number: i64| Cell::Number(number as f64);
    let sums = |what: &str, name: String, totals: &Totals| {
        vec![
            text(&l.t(what)),
            Cell::Text(name),
            number(totals.scans),
            number(totals.nobody),
            number(totals.added),
            number(totals.kept),
            number(totals.broken),
        ]
    };
    let mut rows = vec![COLUMNS.map(|key| text(&l.t(key))).to_vec()];
    rows.push(sums("report-column-all", f.now_name(), &f.report.totals));
    rows.push(sums("report-column-all", f.before_name(), &f.report.before));
    for line in f.codes() {
        rows.push(sums("report-codes", line.name, &line.totals));
    }
    for line in f.states() {
        rows.push(sums("report-states", line.name, &line.totals));
    }
    for part in &f.report.by_member {
        let mut row = sums("report-members", f.member(part.member), &part.totals);
        row.push(number(part.turns));
        row.extend(
            part.due
                .map(|due| Cell::Number((due * 10.0).round() / 10.0)),
        );
        rows.push(row);
    }
    for (name, scans, _) in f.scans_steps() {
        let name = Cell::Text(name);
        rows.push(vec![
            text(&l.t("report-scans-chart")),
            name,
            number(scans.unwrap_or_default()),
        ]);
    }
    for (name, n) in f.outcomes() {
        rows.push(vec![text(&l.t("report-outcomes")), text(&name), number(n)]);
    }
    rows
}

async fn announced(actor: &Actor) -> Result<Figures, Failure> {
    let asked_for = actor
        .path
        .split_once('?')
        .map_or_else(String::new, |(_, query)| query.to_owned());
    actor
        .write(move |tx, cx| {
            export::announce(tx, cx, export::List::LiveReport, &asked_for).map(drop)
        })
        .await?;
    let (_, f, _) = read(actor, asked(&actor.path)).await?;
    Ok(f)
}

/// `GET /admin/live/export.csv`
pub async fn csv(actor: Actor) -> Result<Response, Failure> {
    let f = announced(&actor).await?;
    Ok(csv::table(&f.l.t("report-file"), table(&f)))
}

/// `GET /admin/live/export.xlsx`
pub async fn xlsx(actor: Actor) -> Result<Response, Failure> {
    let f = announced(&actor).await?;
    Ok(xlsx::file("guanxi-live.xlsx", &table(&f)))
}
