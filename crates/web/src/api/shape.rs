//! Small types that many answers and requests share: ids, times, pages.

use std::{borrow::Cow, str::FromStr};

use data_encoding::BASE64URL_NOPAD;
use guanxi_app::{Error, Result};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Rows of a page where nothing else is said.
const LIMIT: u32 = 50;
/// Most rows of a page.
const LIMIT_MAX: u32 = 200;
/// Longest cursor that is read.
const CURSOR_MAX: usize = 256;

/// Nothing: an operation without a query, or without a body.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Empty {}

/// Any of the 128-bit ids, as 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Id(u128);

macro_rules! ids {
    ($($name:ident),* $(,)?) => {$(
        impl From<guanxi_model::id::$name> for Id {
            fn from(id: guanxi_model::id::$name) -> Self {
                Self(id.as_u128())
            }
        }

        impl From<Id> for guanxi_model::id::$name {
            fn from(id: Id) -> Self {
                Self::from_u128(id.0)
            }
        }
    )*};
}

guanxi_model::for_each_id!(ids);

impl Id {
    /// An id of whatever noun.
    pub(crate) const fn of(number: u128) -> Self {
        Self(number)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:032x}", self.0))
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let id: guanxi_model::id::MemberId = text.parse().map_err(de::Error::custom)?;
        Ok(Self(id.as_u128()))
    }
}

impl JsonSchema for Id {
    fn schema_name() -> Cow<'static, str> {
        "Id".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^[0-9a-f]{32}$",
            "description": "Number of one thing: 32 hexadecimal digits.",
        })
    }
}

/// A moment: milliseconds inside, RFC 3339 in UTC outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Time(pub(crate) i64);

impl Time {
    fn text(self) -> String {
        // Beyond the calendar there is nothing to name.
        jiff::Timestamp::from_millisecond(self.0)
            .unwrap_or(jiff::Timestamp::MAX)
            .strftime("%Y-%m-%dT%H:%M:%S%.3fZ")
            .to_string()
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let time: jiff::Timestamp = text.parse().map_err(de::Error::custom)?;
        Ok(Self(time.as_millisecond()))
    }
}

impl JsonSchema for Time {
    fn schema_name() -> Cow<'static, str> {
        "Time".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "format": "date-time",
            "description": "A moment after RFC 3339; answers give it in UTC with milliseconds.",
        })
    }
}

/// How many rows a page has at most.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit(u32);

impl Default for Limit {
    fn default() -> Self {
        Self(LIMIT)
    }
}

impl Limit {
    /// Rows to read: one more than are shown, which tells whether there is a next page.
    pub(crate) const fn ahead(self) -> i64 {
        self.0 as i64 + 1
    }

    /// Rows to show.
    pub(crate) const fn rows(self) -> usize {
        self.0 as usize
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let limit = u32::deserialize(deserializer)?;
        if (1..=LIMIT_MAX).contains(&limit) {
            Ok(Self(limit))
        } else {
            Err(de::Error::custom("from 1 to 200"))
        }
    }
}

impl JsonSchema for Limit {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Limit".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT,
            "description": "Most rows of the page.",
        })
    }
}

/// Where a page begins, as the page before gave it. Its inside is nobody's business.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Cursor(String);

impl Cursor {
    /// Writes a place.
    pub(crate) fn write(place: impl ToString) -> String {
        BASE64URL_NOPAD.encode(place.to_string().as_bytes())
    }

    /// Reads the place.
    pub(crate) fn read<T: FromStr>(&self) -> Result<T> {
        let malformed = Error::invalid("cursor", "malformed");
        if self.0.len() > CURSOR_MAX {
            return Err(malformed);
        }
        let bytes = BASE64URL_NOPAD.decode(self.0.as_bytes()).ok();
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        text.and_then(|text| text.parse().ok()).ok_or(malformed)
    }
}

impl JsonSchema for Cursor {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Cursor".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string", "maxLength": CURSOR_MAX,
            "description": "Where the page begins: take it from `next` of the page before.",
        })
    }
}

/// Reads the place of an optional cursor.
pub(crate) fn place<T: FromStr>(cursor: Option<&Cursor>) -> Result<Option<T>> {
    cursor.map(Cursor::read).transpose()
}

/// Declares the query of a list: cursor, limit, and what else may be asked for.
macro_rules! list_query {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, serde::Deserialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct $name {
            #[serde(default)]
            pub(crate) cursor: Option<$crate::api::shape::Cursor>,
            #[serde(default)]
            pub(crate) limit: $crate::api::shape::Limit,
            $($(#[$field_doc])* #[serde(default)] pub(crate) $field: Option<$kind>,)*
        }
    };
}

/// Declares words that stand for the cases of a type of the model.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident of $model:ty { $($(#[$case_doc:meta])* $case:ident,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub(crate) enum $name {
            $($(#[$case_doc])* $case,)*
        }

        impl From<$model> for $name {
            fn from(case: $model) -> Self {
                match case {
                    $(<$model>::$case => Self::$case,)*
                }
            }
        }

        impl From<$name> for $model {
            fn from(word: $name) -> Self {
                match word {
                    $($name::$case => Self::$case,)*
                }
            }
        }
    };
}

pub(crate) use list_query;
pub(crate) use words;

list_query! {
    /// A list without filters.
    ListQuery {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_read_back_and_nothing_else_does() {
        let cursor = Cursor(Cursor::write(42));
        assert_eq!(cursor.read::<u64>(), Ok(42));
        for text in ["", "!", "AAAA", &"A".repeat(300)] {
            assert!(Cursor(text.to_owned()).read::<u64>().is_err(), "{text}");
        }
    }

    #[test]
    fn times_are_written_in_utc() {
        assert_eq!(Time(1_790_000_000_123).text(), "2026-09-21T14:13:20.123Z");
        let read: Time = serde_json::from_str("\"2026-09-21T16:13:20.123+02:00\"").unwrap();
        assert_eq!(read, Time(1_790_000_000_123));
    }
}
