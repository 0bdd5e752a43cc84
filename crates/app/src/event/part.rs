//! Parts of what is kept of a corp, so that those outside learn which one has changed.

use serde::{Deserialize, Serialize};

/// Which part of what is kept of a corp has changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Name, settings, or more than one of the others.
    #[default]
    Settings,
    /// Departments, and who leads them.
    Departments,
    /// Visibility rules and single permissions.
    Visibility,
    /// Roles.
    Roles,
}
