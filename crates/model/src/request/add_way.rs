//! The doors that lead to a request.

use serde::{Deserialize, Serialize};

/// Channel (`add_way`): the door that led to the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddWay {
    /// Directory search or tree.
    Colleague,
    /// Many at once from the directory.
    Batch,
    /// A member's QR code.
    QrCode,
    /// A live code, which chose the member.
    LiveCode,
}

impl AddWay {
    /// Stored number.
    pub const fn number(self) -> i64 {
        match self {
            Self::Colleague => 1,
            Self::Batch => 2,
            Self::QrCode => 3,
            Self::LiveCode => 4,
        }
    }

    /// Reads the stored number; an unknown one is a colleague's request.
    pub const fn from_number(number: i64) -> Self {
        match number {
            2 => Self::Batch,
            3 => Self::QrCode,
            4 => Self::LiveCode,
            _ => Self::Colleague,
        }
    }

    /// Stable name, as in keys of texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Colleague => "colleague",
            Self::Batch => "batch",
            Self::QrCode => "qr_code",
            Self::LiveCode => "live_code",
        }
    }
}
