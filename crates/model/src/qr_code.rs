//! A member's QR code (二维码): the token printed in it, how long it lives, and what a scan of it comes to.

use data_encoding::BASE32_NOPAD;
use serde::{Deserialize, Serialize};

use crate::{
    corp::{DAY_MS, Settings},
    field::{self, Invalid},
    id::{CodeId, MemberId},
    member::Status,
};

/// Longest name that the owner gives a code, in characters.
pub const NAME_MAX: usize = 32;
/// Longest life that can be chosen, in days; what should live longer is permanent.
pub const DAYS_MAX: u32 = 3650;
/// Bytes of a token that name the code; the rest proves that the token was made here.
pub const SLUG_BYTES: usize = 10;
/// Bytes of the proof: one in 2^40 guesses passes, and then it still has to name a code.
pub const PROOF_BYTES: usize = 5;

/// The random name of a code, the first part of its token.
pub type Slug = [u8; SLUG_BYTES];
/// The proof that a token was made by this installation.
pub type Proof = [u8; PROOF_BYTES];

/// Writes the token of a code: 24 letters and digits in lower case.
pub fn token(slug: Slug, proof: Proof) -> String {
    let mut bytes = [0; SLUG_BYTES + PROOF_BYTES];
    bytes[..SLUG_BYTES].copy_from_slice(&slug);
    bytes[SLUG_BYTES..].copy_from_slice(&proof);
    BASE32_NOPAD.encode(&bytes).to_ascii_lowercase()
}

/// Reads a token, in whatever case; None if it has another form.
pub fn read_token(text: &str) -> Option<(Slug, Proof)> {
    if text.len() != (SLUG_BYTES + PROOF_BYTES) * 8 / 5 || !text.is_ascii() {
        return None;
    }
    let bytes = BASE32_NOPAD
        .decode(text.to_ascii_uppercase().as_bytes())
        .ok()?;
    let (slug, proof) = bytes.split_at_checked(SLUG_BYTES)?;
    Some((slug.try_into().ok()?, proof.try_into().ok()?))
}

/// What a code shows of its owner beside name, company and position.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Shown {
    /// The mobile number.
    pub mobile: bool,
    /// The e-mail address.
    pub email: bool,
    /// The employee number.
    pub employee_no: bool,
    /// Custom fields, by their names.
    pub custom: Vec<String>,
}

/// What the owner has chosen for a code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    /// What the owner calls it, or empty.
    pub name: String,
    /// Days until it expires; None for a permanent one.
    pub days: Option<u32>,
    /// It dies with the first contact that it makes.
    pub single_use: bool,
    /// The owner confirms each visitor instead of becoming a contact at once.
    pub confirm: bool,
    /// What it shows.
    pub shown: Shown,
}

impl Terms {
    /// Checks what the owner typed against what his corp allows.
    pub fn checked(mut self, settings: &Settings) -> Result<Self, Vec<Invalid>> {
        let mut refused = Vec::new();
        match field::line("name", &self.name, 0, NAME_MAX) {
            Ok(name) => self.name = name,
            Err(invalid) => refused.push(invalid),
        }
        match (self.days, settings.code_days_max) {
            (None, 1..) => refused.push(Invalid::new("days", "permanent_not_allowed")),
            (Some(days), max @ 1..) if days > max => {
                refused.push(Invalid::new("days", "longer_than_allowed"));
            }
            (Some(days), _) if !(1..=DAYS_MAX).contains(&days) => {
                refused.push(Invalid::new("days", "out_of_range"));
            }
            _ => {}
        }
        if refused.is_empty() {
            Ok(self)
        } else {
            Err(refused)
        }
    }
}

/// A code as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QrCode {
    /// Number.
    pub id: CodeId,
    /// Whose card it leads to.
    pub owner: MemberId,
    /// The random name in its token.
    pub slug: Slug,
    /// What the owner calls it, or empty.
    pub name: String,
    /// It dies with the first contact that it makes.
    pub single_use: bool,
    /// The owner confirms each visitor.
    pub confirm: bool,
    /// What it shows.
    pub shown: Shown,
    /// Name of the member whose code it was before it was handed over, or empty.
    pub handed_from: String,
    /// When it was made.
    pub created_at_ms: i64,
    /// When it expires; None for never.
    pub expires_at_ms: Option<i64>,
    /// When it was revoked.
    pub revoked_at_ms: Option<i64>,
    /// When a single-use code made its contact.
    pub used_at_ms: Option<i64>,
}

/// Why a code leads to nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Dead {
    /// Its owner or an administrator took it back.
    #[error("the code was revoked")]
    Revoked,
    /// It was for one visitor, who has come.
    #[error("the code was used")]
    Used,
    /// Its time is over.
    #[error("the code has expired")]
    Expired,
    /// The owner's account is switched off for now.
    #[error("the owner of the code is disabled")]
    OwnerDisabled,
    /// The owner has left the corp.
    #[error("the owner of the code has left")]
    OwnerLeft,
}

impl Dead {
    /// Stable code, for interfaces and keys of texts.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Revoked => "code_revoked",
            Self::Used => "code_used",
            Self::Expired => "code_expired",
            Self::OwnerDisabled => "code_owner_disabled",
            Self::OwnerLeft => "code_owner_left",
        }
    }
}

impl QrCode {
    /// When it expires, under the maximum that the corp has now; a code made before the maximum was set follows it too.
    pub fn expires_at(&self, settings: &Settings) -> Option<i64> {
        let forced = match settings.code_days_max {
            0 => None,
            days => Some(self.created_at_ms + i64::from(days) * DAY_MS),
        };
        match (self.expires_at_ms, forced) {
            (Some(own), Some(forced)) => Some(own.min(forced)),
            (own, forced) => own.or(forced),
        }
    }

    /// Whether it leads to its owner now, and why not. Order matters: what its owner decided is told before what time did,
    /// and that the owner has gone before everything, since then nobody else will come back.
    pub fn check(&self, owner: Status, settings: &Settings, now_ms: i64) -> Result<(), Dead> {
        match owner {
            Status::Left => return Err(Dead::OwnerLeft),
            Status::Disabled => return Err(Dead::OwnerDisabled),
            Status::Active | Status::NotActivated => {}
        }
        if self.revoked_at_ms.is_some() {
            return Err(Dead::Revoked);
        }
        if self.single_use && self.used_at_ms.is_some() {
            return Err(Dead::Used);
        }
        if self.expires_at(settings).is_some_and(|at| now_ms >= at) {
            return Err(Dead::Expired);
        }
        Ok(())
    }
}

/// What a scan came to; stored with every scan, refused ones too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The card was shown.
    Shown,
    /// The visitor became a contact.
    Added,
    /// The owner was asked.
    Asked,
    /// They were contacts, or the visitor had asked before.
    Known,
    /// The code leads to nobody.
    Dead(Dead),
    /// A rule of contact requests refused the visitor.
    Refused,
    /// Too many came from one network or device.
    Slowed,
}

impl Outcome {
    /// All outcomes, by their stored number.
    const ALL: [Self; 11] = [
        Self::Shown,
        Self::Added,
        Self::Asked,
        Self::Known,
        Self::Refused,
        Self::Dead(Dead::Revoked),
        Self::Dead(Dead::Used),
        Self::Dead(Dead::Expired),
        Self::Dead(Dead::OwnerDisabled),
        Self::Dead(Dead::OwnerLeft),
        Self::Slowed,
    ];

    /// Stored number.
    pub fn number(self) -> i64 {
        Self::ALL
            .iter()
            .position(|outcome| *outcome == self)
            .and_then(|at| i64::try_from(at).ok())
            .unwrap_or_default()
    }

    /// Reads the stored number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.get(usize::try_from(number).ok()?).copied()
    }

    /// Stable name, as in keys of texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::Added => "added",
            Self::Asked => "asked",
            Self::Known => "known",
            Self::Refused => "refused",
            Self::Slowed => "slowed",
            Self::Dead(dead) => dead.code(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code() -> QrCode {
        QrCode {
            id: CodeId::from_u128(1),
            owner: MemberId::from_u128(2),
            slug: [7; SLUG_BYTES],
            name: String::new(),
            single_use: false,
            confirm: false,
            shown: Shown::default(),
            handed_from: String::new(),
            created_at_ms: 0,
            expires_at_ms: None,
            revoked_at_ms: None,
            used_at_ms: None,
        }
    }

    #[test]
    fn a_permanent_code_lives_until_its_corp_sets_a_maximum() {
        let mut settings = Settings::default();
        let late = 400 * DAY_MS;
        assert_eq!(code().check(Status::Active, &settings, late), Ok(()));
        settings.code_days_max = 30;
        assert_eq!(
            code().check(Status::Active, &settings, late),
            Err(Dead::Expired)
        );
        assert_eq!(code().expires_at(&settings), Some(30 * DAY_MS));
    }

    #[test]
    fn that_the_owner_has_gone_is_told_first() {
        let settings = Settings::default();
        let dead = QrCode {
            revoked_at_ms: Some(1),
            ..code()
        };
        assert_eq!(dead.check(Status::Left, &settings, 2), Err(Dead::OwnerLeft));
        assert_eq!(dead.check(Status::Active, &settings, 2), Err(Dead::Revoked));
        let used = QrCode {
            single_use: true,
            used_at_ms: Some(1),
            expires_at_ms: Some(1),
            ..code()
        };
        assert_eq!(used.check(Status::Active, &settings, 2), Err(Dead::Used));
    }

    #[test]
    fn a_corp_can_forbid_permanent_codes() {
        let settings = Settings {
            code_days_max: 30,
            ..Settings::default()
        };
        let with = |days| Terms {
            days,
            ..Terms::default()
        };
        assert!(with(Some(30)).checked(&settings).is_ok());
        for days in [None, Some(31), Some(0)] {
            assert!(with(days).checked(&settings).is_err(), "{days:?}");
        }
        assert!(with(None).checked(&Settings::default()).is_ok());
    }

    #[test]
    fn every_outcome_reads_back() {
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::from_number(outcome.number()), Some(outcome));
        }
        assert_eq!(Outcome::from_number(-1), None);
        assert_eq!(Outcome::from_number(11), None);
    }

    proptest! {
        #[test]
        fn a_token_reads_back_in_any_case(slug: [u8; SLUG_BYTES], proof: [u8; PROOF_BYTES]) {
            let text = token(slug, proof);
            prop_assert_eq!(text.len(), 24);
            prop_assert_eq!(read_token(&text), Some((slug, proof)));
            prop_assert_eq!(read_token(&text.to_ascii_uppercase()), Some((slug, proof)));
        }

        #[test]
        fn no_text_upsets_the_reader(text in ".{0,40}") {
            let _ = read_token(&text);
        }
    }
}
