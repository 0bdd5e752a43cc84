//! Identifiers: one newtype for each noun, from one list.
//!
//! All are 128 bits, the first 48 of them milliseconds since 1970, so that rows made together lie together in an index.
//! They are made by `Cx` in the application, never by a database. Integer ids that WeCom prescribes (departments) live
//! with their noun.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Calls a macro with the list of all identifier types, so that other layers implement their traits for each.
#[macro_export]
macro_rules! for_each_id {
    ($callback:ident) => {
        $callback!(
            CorpId,
            MemberId,
            PersonId,
            RequestId,
            SessionId,
            RuleId,
            AskId,
            AuditId,
            EventId,
            BatchId,
            CodeId,
            ScanId,
            HookId,
            DeliveryId,
            OnceId,
            BulkId,
            AvatarId,
            TokenId,
            LogoId,
            LiveCodeId,
            CreditId,
            WaitingId,
            ConversationId,
            MessageId,
            AnswerId,
            AlertId
        );
    };
}

/// A text that is no identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier of 32 hexadecimal digits")]
pub struct NotAnId;

macro_rules! ids {
    ($($name:ident),* $(,)?) => {$(
        /// Identifier of one noun; see the module for its shape.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(u128);

        impl $name {
            /// Wraps the number that a database or an id source gave.
            pub const fn from_u128(value: u128) -> Self {
                Self(value)
            }

            /// The number as stored.
            pub const fn as_u128(self) -> u128 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:032x}", self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({:032x})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                if text.len() != 32 || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
                    return Err(NotAnId);
                }
                u128::from_str_radix(text, 16).map(Self).map_err(|_| NotAnId)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(de::Error::custom)
            }
        }
    )*};
}

for_each_id!(ids);

/// Builds the number of an identifier from its time and 80 random bits.
pub const fn time_ordered(at_ms: i64, chance: u128) -> u128 {
    ((at_ms as u128 & 0xffff_ffff_ffff) << 80) | (chance & ((1 << 80) - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_from_its_text() {
        let id = MemberId::from_u128(time_ordered(1_790_000_000_000, 42));
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("+1".repeat(16).parse::<MemberId>(), Err(NotAnId));
        assert_eq!("ABCDEF".parse::<MemberId>(), Err(NotAnId));
    }

    #[test]
    fn later_ids_sort_later() {
        assert!(time_ordered(2, 0) > time_ordered(1, u128::MAX));
    }
}
