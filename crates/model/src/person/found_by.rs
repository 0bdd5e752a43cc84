//! Who may find a person by the number that he has proved.

use serde::{Deserialize, Serialize};

/// A person's own choice; a corp may close the search besides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundBy {
    /// Whoever knows the number.
    #[default]
    Everybody,
    /// Members of companies in which he has a contact.
    Known,
    /// Nobody; he is answered for like a number that nobody has.
    Nobody,
}

impl FoundBy {
    /// All choices, by their stored number.
    pub const ALL: [Self; 3] = [Self::Everybody, Self::Known, Self::Nobody];

    /// Stored number.
    pub const fn number(self) -> i64 {
        self as i64
    }

    /// Reads the stored number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.number() == number)
    }

    /// Stable name, as in forms and keys of texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Everybody => "everybody",
            Self::Known => "known",
            Self::Nobody => "nobody",
        }
    }

    /// Finds a choice by its name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_reads_back() {
        for one in FoundBy::ALL {
            assert_eq!(FoundBy::from_number(one.number()), Some(one));
            assert_eq!(FoundBy::named(one.name()), Some(one));
        }
        assert_eq!(FoundBy::from_number(3), None);
        assert_eq!(FoundBy::named("somebody"), None);
    }
}
