//! The tree of departments as a file: what the administrator may change of it.

use axum::response::Response;
use guanxi_app::{department, directory, export};
use guanxi_model::department::{DepartmentId, ROOT};

use super::led;
use crate::{
    auth::Actor,
    console::member::path,
    csv::{self, Rows},
    error::Failure,
};

const COLUMNS: [&str; 6] = ["id", "parent", "department", "path", "people", "leaders"];

/// `GET /admin/departments/export.csv`
pub async fn file(actor: Actor) -> Result<Response, Failure> {
    let written = actor.write(|tx, cx| {
        let me = export::announce(tx, cx, export::List::Departments, "")?;
        let editable = department::list(tx, cx)?;
        let all = editable.tree.all().iter().map(|department| department.id);
        let shown: Vec<DepartmentId> = all.filter(|id| editable.contains(*id)).collect();
        let leaders = department::leaders(tx, cx, &shown)?;
        Ok((me.corp_id, editable, shown, leaders))
    });
    let (corp, editable, shown, leaders) = written.await?;
    let (directory, _) = directory::open(&actor.app.env, corp).await?;
    let counts = directory.counts_of_all();
    let (l, tree) = (actor.l, &editable.tree);
    let mut head = Rows::default();
    head.push(COLUMNS.map(|name| l.t(&format!("list-column-{name}"))));
    let mut rows = Rows::default();
    for found in shown.iter().filter_map(|id| tree.find(*id)) {
        let id = found.id;
        let people = if id == ROOT {
            counts.total()
        } else {
            counts.below(id.0)
        };
        let names: Vec<String> = led(&leaders, id).into_iter().map(|one| one.name).collect();
        rows.push([
            id.0.to_string(),
            found.parent.map_or_else(String::new, |id| id.0.to_string()),
            found.name.clone(),
            path(tree, id),
            people.to_string(),
            names.join("; "),
        ]);
    }
    Ok(csv::whole(&l.t("list-file-departments"), head, rows))
}
