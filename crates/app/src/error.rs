//! The one error of the application, by cause. Web turns each into a page, a problem document or an errcode.

use guanxi_model::{field::Invalid, live_code::plan::check::Wrong, request::Refusal, role::Right};

/// Why an operation did not happen. Nothing was written in any case.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// There is no such thing, or the actor may not know of it.
    #[error("{noun} not found")]
    NotFound {
        /// What was looked for, for example `request`.
        noun: &'static str,
    },
    /// Nobody is signed in, or the session or account has ended.
    #[error("not signed in")]
    SignedOut,
    /// The actor lacks a right.
    #[error("the right {right:?} is missing")]
    Forbidden {
        /// What he would need.
        right: Right,
    },
    /// A rule of contact requests refuses.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// Something exists already or has changed meanwhile. The code is stable.
    #[error("conflict: {code}")]
    Conflict {
        /// For example `userid_taken`.
        code: &'static str,
    },
    /// Fields that do not hold what they must.
    #[error("invalid: {0:?}")]
    Invalid(Vec<Invalid>),
    /// What is wrong with a plan of a live code.
    #[error("invalid plan: {0:?}")]
    Plan(Vec<Wrong>),
    /// Too often; try again later. The code is stable.
    #[error("over limit: {code}")]
    OverLimit {
        /// For example `code_too_soon`.
        code: &'static str,
        /// When it may be tried again, in milliseconds UTC.
        retry_at_ms: i64,
    },
    /// The server has too much to do, or the database is away; try again soon.
    #[error("busy: {0}")]
    Busy(guanxi_store::Error),
    /// Unforeseen.
    #[error("internal: {0}")]
    Internal(String),
}

/// Result of an operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Names a thing that is not there.
    pub const fn not_found(noun: &'static str) -> Self {
        Self::NotFound { noun }
    }

    /// Names one refused field.
    pub fn invalid(field: &'static str, code: &'static str) -> Self {
        Self::Invalid(vec![Invalid::new(field, code)])
    }

    /// Stable code, for interfaces and keys of texts (`error-<code>`).
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "not_found",
            Self::SignedOut => "signed_out",
            Self::Forbidden { .. } => "forbidden",
            Self::Refused(refusal) => refusal.code(),
            Self::Conflict { code } | Self::OverLimit { code, .. } => code,
            Self::Invalid(_) | Self::Plan(_) => "invalid",
            Self::Busy(_) => "busy",
            Self::Internal(_) => "internal",
        }
    }
}

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(vec![invalid])
    }
}

impl From<Vec<Invalid>> for Error {
    fn from(invalid: Vec<Invalid>) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<guanxi_store::Error> for Error {
    fn from(error: guanxi_store::Error) -> Self {
        use guanxi_store::Error as Store;
        match error {
            Store::Busy | Store::Unavailable(_) | Store::DiskFull | Store::ReadOnly => {
                Self::Busy(error)
            }
            Store::Nul => Self::invalid("text", "control_character"),
            // A key that the operation did not foresee: somebody was faster.
            Store::Unique { .. } => Self::Conflict {
                code: "changed_meanwhile",
            },
            other => Self::Internal(other.to_string()),
        }
    }
}
