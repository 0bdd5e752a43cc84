//! What happened in a conversation, so that those outside learn which of it concerns them.

use guanxi_model::id::MessageId;
use serde::{Deserialize, Serialize};

/// What happened in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Talk {
    /// It began, or began again.
    Opened,
    /// The customer said something.
    Asked(MessageId),
    /// The member said something.
    Answered(MessageId),
    /// One side has read.
    Read,
    /// It was settled.
    Resolved,
    /// It was taken up again.
    Reopened,
    /// A colleague has it now.
    HandedOver,
    /// The answer that was promised did not come in time.
    Missed,
}
