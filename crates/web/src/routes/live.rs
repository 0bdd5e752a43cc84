//! Routes of those who read what live codes bring.

use guanxi_model::role::Right;

use super::{Route, change, read};
use crate::{
    auth::Access,
    console::{live_alert, live_report},
};

/// Who may read the figures.
const FIGURES: Access = Access::Right(Right::ReadLive);

/// The lines.
pub(super) fn table() -> Vec<Route> {
    vec![
        read("/admin/live", FIGURES, live_report::page),
        read("/admin/live/wall", FIGURES, live_report::wall),
        read("/admin/live/alerts", FIGURES, live_alert::list),
        change(
            "/admin/live/alerts/{id}/seen",
            Access::Right(Right::EditCodes),
            live_alert::see,
        ),
        read("/admin/live/export.csv", FIGURES, live_report::csv),
        read("/admin/live/export.xlsx", FIGURES, live_report::xlsx),
    ]
}
