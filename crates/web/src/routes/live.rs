//! Routes of those who read what live codes bring.

use guanxi_model::role::Right;

use super::{Route, read};
use crate::{auth::Access, console::live_report};

/// Who may read the figures.
const FIGURES: Access = Access::Right(Right::ReadLive);

/// The lines.
pub(super) fn table() -> Vec<Route> {
    vec![
        read("/admin/live", FIGURES, live_report::page),
        read("/admin/live/wall", FIGURES, live_report::wall),
        read("/admin/live/export.csv", FIGURES, live_report::csv),
        read("/admin/live/export.xlsx", FIGURES, live_report::xlsx),
    ]
}
