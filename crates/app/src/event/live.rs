//! What happened to a live code, or to an alert of one, so that those outside learn what concerns them.

use guanxi_model::webhook::Kind;
use serde::{Deserialize, Serialize};

/// What happened to a live code.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeTurn {
    /// It was made or drafted; rows of earlier versions do not say what.
    #[default]
    Drafted,
    /// A version went live.
    Published,
    /// It serves nobody for a while.
    Paused,
    /// It serves again.
    Resumed,
    /// It was deleted.
    Deleted,
    /// The deletion was taken back.
    Restored,
}

impl CodeTurn {
    /// What an action of the audit log means for a code.
    pub(crate) fn of(action: &str) -> Self {
        match action {
            "live_code.published" => Self::Published,
            "live_code.paused" => Self::Paused,
            "live_code.resumed" => Self::Resumed,
            "live_code.deleted" => Self::Deleted,
            "live_code.restored" => Self::Restored,
            _ => Self::Drafted,
        }
    }

    /// What the outside is told, if anything.
    pub(crate) const fn told(self) -> Option<Kind> {
        match self {
            Self::Drafted => None,
            Self::Published => Some(Kind::LiveCodePublished),
            Self::Paused => Some(Kind::LiveCodePaused),
            Self::Resumed => Some(Kind::LiveCodeResumed),
            Self::Deleted => Some(Kind::LiveCodeDeleted),
            Self::Restored => Some(Kind::LiveCodeRestored),
        }
    }
}

/// What happened to an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertTurn {
    /// It opened.
    Opened,
    /// Somebody saw it, or its reason went or came back. Not told outside.
    Moved,
    /// It closed.
    Closed,
}
