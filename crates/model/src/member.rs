//! A member (成员): an account in a corp, its fields and its states.

use serde::{Deserialize, Serialize};

use crate::{
    department::{DepartmentId, PER_MEMBER_MAX},
    field::{self, Invalid},
    person::{Email, Phone},
};

/// State of an account, with the numbers that WeCom uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Has signed in and may work.
    Active,
    /// Switched off by an administrator.
    Disabled,
    /// Entered, but has not signed in yet.
    NotActivated,
    /// No longer with the corp.
    Left,
}

impl Status {
    /// All states, in the order in which pages list them.
    pub const ALL: [Self; 4] = [Self::Active, Self::NotActivated, Self::Disabled, Self::Left];

    /// Stored number: 1, 2, 4 or 5.
    pub const fn number(self) -> i64 {
        match self {
            Self::Active => 1,
            Self::Disabled => 2,
            Self::NotActivated => 4,
            Self::Left => 5,
        }
    }

    /// Reads the stored number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|status| status.number() == number)
    }

    /// Stable name, as in keys of texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::NotActivated => "not_activated",
            Self::Left => "left",
        }
    }

    /// Whether colleagues find the member and may ask him; one who has not signed in yet finds requests waiting.
    pub const fn is_listed(self) -> bool {
        matches!(self, Self::Active | Self::NotActivated)
    }

    /// State after an act of an administrator; None where the act makes no sense.
    pub const fn after(self, change: Change, has_signed_in: bool) -> Option<Self> {
        match (change, self) {
            (Change::Disable, Self::Active | Self::NotActivated) => Some(Self::Disabled),
            (Change::Leave, Self::Active | Self::NotActivated | Self::Disabled) => Some(Self::Left),
            (Change::Reactivate, Self::Disabled | Self::Left) => Some(if has_signed_in {
                Self::Active
            } else {
                Self::NotActivated
            }),
            _ => None,
        }
    }
}

/// Act of an administrator on an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Switch off; can be taken back.
    Disable,
    /// Mark as left: what product calls 离职.
    Leave,
    /// Bring back.
    Reactivate,
}

/// One department of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Where.
    pub department: DepartmentId,
    /// Whether he leads it.
    pub leads: bool,
    /// Larger comes first in the department's list.
    pub order: i64,
}

/// Everything about a member that an administrator or a sync sets. The first place is the main department.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Unique in the corp, ignoring case.
    pub userid: String,
    /// Shown name.
    pub name: String,
    /// Other name, or empty.
    pub alias: String,
    /// E.164.
    pub mobile: Option<Phone>,
    /// Unique in the corp.
    pub email: Option<Email>,
    /// Job title, or empty.
    pub position: String,
    /// Telephone extension, or empty.
    pub extension: String,
    /// Number in the HR system, or empty.
    pub employee_no: String,
    /// Departments, the main one first.
    pub places: Vec<Place>,
    /// Fields of the corp's own, in the corp's order.
    pub custom: Vec<(String, String)>,
}

impl Profile {
    /// Trims and checks all fields; every refused field is named, in the order of the form.
    pub fn checked(mut self) -> Result<Self, Vec<Invalid>> {
        let mut refused = Vec::new();
        let mut keep = |result: Result<String, Invalid>, into: &mut String| match result {
            Ok(value) => *into = value,
            Err(invalid) => refused.push(invalid),
        };
        keep(field::line("name", &self.name, 1, 64), &mut self.name);
        keep(userid(&self.userid), &mut self.userid);
        keep(field::line("alias", &self.alias, 0, 64), &mut self.alias);
        keep(
            field::line("position", &self.position, 0, 128),
            &mut self.position,
        );
        keep(extension(&self.extension), &mut self.extension);
        keep(
            field::line("employee_no", &self.employee_no, 0, 64),
            &mut self.employee_no,
        );
        if self.mobile.is_none() && self.email.is_none() {
            refused.push(Invalid::new("mobile", "mobile_or_email_required"));
        }
        if self.places.is_empty() {
            refused.push(Invalid::new("department", "required"));
        }
        if self.places.len() > PER_MEMBER_MAX {
            refused.push(Invalid::new("department", "too_many"));
        }
        let mut seen = rustc_hash::FxHashSet::default();
        self.places.retain(|place| seen.insert(place.department));
        if self.custom.len() > 20 {
            refused.push(Invalid::new("custom", "too_many"));
        }
        for (key, value) in &mut self.custom {
            let key_fits = field::line("custom", key, 1, 32);
            match key_fits.and_then(|k| Ok((k, field::line("custom", value, 0, 64)?))) {
                Ok(pair) => (*key, *value) = pair,
                Err(invalid) => refused.push(invalid),
            }
        }
        if refused.is_empty() {
            Ok(self)
        } else {
            Err(refused)
        }
    }

    /// The main department.
    pub fn main_department(&self) -> Option<DepartmentId> {
        self.places.first().map(|place| place.department)
    }
}

/// Checks a userid: 1 to 64 of letters, digits and `_ - @ .`, beginning with a letter or digit.
pub fn userid(value: &str) -> Result<String, Invalid> {
    let value = value.trim();
    if value.is_empty() {
        return Err(Invalid::new("userid", "required"));
    }
    if value.len() > 64 {
        return Err(Invalid::new("userid", "too_long"));
    }
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'@' | b'.');
    if !value.as_bytes()[0].is_ascii_alphanumeric() || !value.bytes().all(fits) {
        return Err(Invalid::new("userid", "userid_character"));
    }
    Ok(value.to_owned())
}

fn extension(value: &str) -> Result<String, Invalid> {
    let value = field::line("extension", value, 0, 32)?;
    if value
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b',' | b' '))
    {
        Ok(value)
    } else {
        Err(Invalid::new("extension", "extension_character"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refused_field_is_named() {
        let refused = Profile {
            userid: "-x".into(),
            extension: "八".into(),
            ..Profile::default()
        }
        .checked();
        let fields: Vec<_> = refused
            .expect_err("refused")
            .into_iter()
            .map(|i| (i.field, i.code))
            .collect();
        assert_eq!(
            fields,
            [
                ("name", "required"),
                ("userid", "userid_character"),
                ("extension", "extension_character"),
                ("mobile", "mobile_or_email_required"),
                ("department", "required"),
            ]
        );
    }

    #[test]
    fn states_change_only_where_it_makes_sense() {
        assert_eq!(
            Status::Active.after(Change::Leave, true),
            Some(Status::Left)
        );
        assert_eq!(Status::Left.after(Change::Disable, true), None);
        assert_eq!(
            Status::Left.after(Change::Reactivate, false),
            Some(Status::NotActivated)
        );
        assert_eq!(Status::Active.after(Change::Reactivate, true), None);
        for status in Status::ALL {
            assert_eq!(Status::from_number(status.number()), Some(status));
        }
    }
}
