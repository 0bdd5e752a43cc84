//! The directory as the member sees it, as a file: the list of a department, or what a search has found.

use std::sync::Arc;

use axum::{extract::RawQuery, response::Response};
use guanxi_app::{
    directory::{Lens, Search},
    export,
};
use guanxi_model::department::{DepartmentId, ROOT};
use guanxi_search::Entry;

use super::{Sight, view::View};
use crate::{
    auth::Actor,
    csv::{self, Rows},
    error::Failure,
};

/// Rows that are written at once.
const STEP: usize = 500;
/// Most rows of a search in a file: what is ranked so far down is no answer any more.
const FOUND_MAX: usize = 10_000;
const COLUMNS: [&str; 7] = [
    "name",
    "alias",
    "department",
    "position",
    "extension",
    "employee_no",
    "email",
];

/// `GET /directory/export.csv?q=&department=`: without mobile numbers, which a card shows one by one.
pub async fn file(actor: Actor, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let sight = Arc::new(Sight::open(&actor).await?);
    let view = View::read(query.as_deref());
    let department = view
        .department
        .filter(|id| sight.lens.scope.sees_department(*id));
    let view = Arc::new(View { department, ..view });
    let filter = View {
        page: 0,
        ..view.without_member()
    };
    let filter = filter.query();
    actor
        .write(move |tx, cx| export::announce(tx, cx, export::List::Directory, &filter).map(drop))
        .await?;
    let l = actor.l;
    let mut head = Rows::default();
    head.push(COLUMNS.map(|name| l.t(&format!("list-column-{name}"))));
    let step = move |from: usize| {
        let (sight, view) = (Arc::clone(&sight), Arc::clone(&view));
        async move {
            let entries = page(&sight, &view, from);
            let mut rows = Rows::default();
            for entry in &entries {
                rows.push(cells(&sight.lens, entry));
            }
            Ok((rows, (entries.len() == STEP).then_some(from + STEP)))
        }
    };
    Ok(csv::download(&l.t("list-file-directory"), head, 0, step))
}

fn page(sight: &Sight, view: &View, from: usize) -> Vec<Entry> {
    if view.text.is_empty() {
        let department = sight.department(view);
        let listed = sight.directory.browse(&sight.lens, department, from, STEP);
        return listed.into_iter().map(|listed| listed.entry).collect();
    }
    if from >= FOUND_MAX {
        return Vec::new();
    }
    let wanted = Search {
        text: &view.text,
        department: view.department.filter(|id| *id != ROOT),
        offset: from,
        limit: STEP,
    };
    let found = sight.directory.search(&sight.lens, &wanted).found;
    found.into_iter().map(|found| found.entry).collect()
}

fn cells(lens: &Lens, entry: &Entry) -> [String; 7] {
    let paths = entry.departments.iter().map(|id| DepartmentId(*id));
    let paths: Vec<String> = paths.map(|id| lens.title(id)).collect();
    [
        entry.name.clone(),
        entry.alias.clone(),
        paths.join("; "),
        entry.position.clone(),
        entry.extension.clone(),
        entry.employee_no.clone(),
        entry.email.clone(),
    ]
}
