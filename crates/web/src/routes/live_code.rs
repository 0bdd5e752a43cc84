//! Routes of those who administer live codes.

use guanxi_model::role::Right;

use super::{Route, change, read};
use crate::{auth::Access, console::live_code};

/// Who may use these pages.
const CODES: Access = Access::Right(Right::EditCodes);

/// The lines.
#[expect(
    clippy::too_many_lines,
    reason = "one table, so that it can be read as a whole"
)]
pub(super) fn table() -> Vec<Route> {
    vec![
        read("/admin/live-codes", CODES, live_code::list),
        read("/admin/live-codes/export.csv", CODES, live_code::file),
        read("/admin/live-codes/export.xlsx", CODES, live_code::book),
        read("/admin/live-codes/new", CODES, live_code::new),
        change("/admin/live-codes/new", CODES, live_code::create),
        read("/admin/live-codes/{id}", CODES, live_code::page),
        read("/admin/live-codes/{id}/code.svg", CODES, live_code::svg),
        read("/admin/live-codes/{id}/code.png", CODES, live_code::png),
        read("/admin/live-codes/{id}/poster", CODES, live_code::poster),
        change("/admin/live-codes/{id}/pause", CODES, live_code::pause),
        change("/admin/live-codes/{id}/resume", CODES, live_code::resume),
        change(
            "/admin/live-codes/{id}/duplicate",
            CODES,
            live_code::duplicate,
        ),
        read(
            "/admin/live-codes/{id}/delete",
            CODES,
            live_code::ask_delete,
        ),
        change("/admin/live-codes/{id}/delete", CODES, live_code::delete),
        change("/admin/live-codes/{id}/restore", CODES, live_code::restore),
        read("/admin/live-codes/{id}/draft", CODES, live_code::draft_page),
        change(
            "/admin/live-codes/{id}/draft/publish",
            CODES,
            live_code::publish,
        ),
        change(
            "/admin/live-codes/{id}/draft/drop",
            CODES,
            live_code::drop_draft,
        ),
        read(
            "/admin/live-codes/{id}/draft/basics",
            CODES,
            live_code::basics,
        ),
        change(
            "/admin/live-codes/{id}/draft/basics",
            CODES,
            live_code::save_basics,
        ),
        change(
            "/admin/live-codes/{id}/draft/pools",
            CODES,
            live_code::new_pool,
        ),
        read(
            "/admin/live-codes/{id}/draft/pools/{pool}",
            CODES,
            live_code::pool,
        ),
        change(
            "/admin/live-codes/{id}/draft/pools/{pool}",
            CODES,
            live_code::save_pool,
        ),
        change(
            "/admin/live-codes/{id}/draft/pools/{pool}/add",
            CODES,
            live_code::add,
        ),
        change(
            "/admin/live-codes/{id}/draft/pools/{pool}/drop",
            CODES,
            live_code::drop_pool,
        ),
        read(
            "/admin/live-codes/{id}/draft/pools/{pool}/entries/{who}",
            CODES,
            live_code::entry,
        ),
        change(
            "/admin/live-codes/{id}/draft/pools/{pool}/entries/{who}",
            CODES,
            live_code::save_entry,
        ),
        read(
            "/admin/live-codes/{id}/draft/layers",
            CODES,
            live_code::layers,
        ),
        change(
            "/admin/live-codes/{id}/draft/layers",
            CODES,
            live_code::save_layers,
        ),
        read(
            "/admin/live-codes/{id}/history",
            CODES,
            live_code::history_list,
        ),
        read(
            "/admin/live-codes/{id}/history/{version}",
            CODES,
            live_code::version,
        ),
        change(
            "/admin/live-codes/{id}/history/{version}/bring-back",
            CODES,
            live_code::bring_back,
        ),
        read("/admin/live-codes/{id}/scans", CODES, live_code::scans),
        read(
            "/admin/live-codes/{id}/scans.csv",
            CODES,
            live_code::scans_file,
        ),
        read(
            "/admin/live-codes/{id}/scans.xlsx",
            CODES,
            live_code::scans_book,
        ),
        read(
            "/admin/live-codes/{id}/scans/{seq}",
            CODES,
            live_code::receipt,
        ),
        read("/admin/live-codes/{id}/what-if", CODES, live_code::what_if),
        read(
            "/admin/live-codes/{id}/what-if.csv",
            CODES,
            live_code::what_if_csv,
        ),
        read(
            "/admin/live-codes/{id}/what-if.xlsx",
            CODES,
            live_code::what_if_xlsx,
        ),
        read(
            "/admin/live-codes/{id}/what-if/day",
            CODES,
            live_code::day_page,
        ),
        read(
            "/admin/live-codes/{id}/what-if/day.csv",
            CODES,
            live_code::day_csv,
        ),
        read(
            "/admin/live-codes/{id}/what-if/day.xlsx",
            CODES,
            live_code::day_xlsx,
        ),
    ]
}
