//! Values on their way into a statement and out of a row, the same on both engines.
//!
//! | here | SQLite (STRICT) | PostgreSQL |
//! | --- | --- | --- |
//! | `Int` | INTEGER | BIGINT |
//! | `Bool` | INTEGER 0 or 1 | BOOLEAN |
//! | `Text`, JSON too | TEXT | TEXT |
//! | `Blob` | BLOB | BYTEA |
//! | `Id` | BLOB, 16 bytes big-endian | UUID |

use crate::error::{Error, Result};

/// One value, as a parameter or as a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Param<'a> {
    /// No value.
    Null,
    /// True or false.
    Bool(bool),
    /// A 64-bit integer.
    Int(i64),
    /// A text without NUL characters.
    Text(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
    /// A 128-bit identifier.
    Id(u128),
}

/// A value of its own, for a statement that travels later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kept {
    Null,
    Bool(bool),
    Int(i64),
    Text(String),
    Blob(Vec<u8>),
    Id(u128),
}

impl From<&Param<'_>> for Kept {
    fn from(param: &Param<'_>) -> Self {
        match *param {
            Param::Null => Self::Null,
            Param::Bool(value) => Self::Bool(value),
            Param::Int(value) => Self::Int(value),
            Param::Text(text) => Self::Text(text.to_owned()),
            Param::Blob(bytes) => Self::Blob(bytes.to_vec()),
            Param::Id(id) => Self::Id(id),
        }
    }
}

impl ToParam for Kept {
    fn to_param(&self) -> Param<'_> {
        match self {
            Self::Null => Param::Null,
            Self::Bool(value) => Param::Bool(*value),
            Self::Int(value) => Param::Int(*value),
            Self::Text(text) => Param::Text(text),
            Self::Blob(bytes) => Param::Blob(bytes),
            Self::Id(id) => Param::Id(*id),
        }
    }
}

/// A type that can be a parameter.
pub trait ToParam {
    /// Borrows the value as a parameter.
    fn to_param(&self) -> Param<'_>;
}

/// A type that can be read from a column.
pub trait FromColumn: Sized {
    /// Reads the value, `None` where the column holds something else.
    fn from_column(value: Param<'_>) -> Option<Self>;
}

/// Builds the parameters of a statement: `params![corp, name, remark]`. Takes each by reference.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        &[$($crate::ToParam::to_param(&$value)),*]
    };
}

impl<'a, T: ToParam + ?Sized> From<&'a T> for Param<'a> {
    fn from(value: &'a T) -> Self {
        value.to_param()
    }
}

impl<T: ToParam + ?Sized> ToParam for &T {
    fn to_param(&self) -> Param<'_> {
        (**self).to_param()
    }
}

impl<T: ToParam> ToParam for Option<T> {
    fn to_param(&self) -> Param<'_> {
        self.as_ref().map_or(Param::Null, T::to_param)
    }
}

impl<T: FromColumn> FromColumn for Option<T> {
    fn from_column(value: Param<'_>) -> Option<Self> {
        match value {
            Param::Null => Some(None),
            other => T::from_column(other).map(Some),
        }
    }
}

impl ToParam for Param<'_> {
    fn to_param(&self) -> Param<'_> {
        *self
    }
}

impl ToParam for bool {
    fn to_param(&self) -> Param<'_> {
        Param::Bool(*self)
    }
}

impl ToParam for str {
    fn to_param(&self) -> Param<'_> {
        Param::Text(self)
    }
}

impl ToParam for String {
    fn to_param(&self) -> Param<'_> {
        Param::Text(self)
    }
}

impl ToParam for [u8] {
    fn to_param(&self) -> Param<'_> {
        Param::Blob(self)
    }
}

impl ToParam for Vec<u8> {
    fn to_param(&self) -> Param<'_> {
        Param::Blob(self)
    }
}

impl<const N: usize> ToParam for [u8; N] {
    fn to_param(&self) -> Param<'_> {
        Param::Blob(self)
    }
}

impl ToParam for u128 {
    fn to_param(&self) -> Param<'_> {
        Param::Id(*self)
    }
}

impl FromColumn for bool {
    fn from_column(value: Param<'_>) -> Option<Self> {
        match value {
            Param::Bool(value) => Some(value),
            Param::Int(value @ 0..=1) => Some(value == 1),
            _ => None,
        }
    }
}

impl FromColumn for String {
    fn from_column(value: Param<'_>) -> Option<Self> {
        match value {
            Param::Text(text) => Some(text.to_owned()),
            _ => None,
        }
    }
}

impl FromColumn for Vec<u8> {
    fn from_column(value: Param<'_>) -> Option<Self> {
        match value {
            Param::Blob(bytes) => Some(bytes.to_vec()),
            _ => None,
        }
    }
}

impl<const N: usize> FromColumn for [u8; N] {
    fn from_column(value: Param<'_>) -> Option<Self> {
        match value {
            Param::Blob(bytes) => bytes.try_into().ok(),
            _ => None,
        }
    }
}

impl FromColumn for u128 {
    fn from_column(value: Param<'_>) -> Option<Self> {
        match value {
            Param::Id(id) => Some(id),
            Param::Blob(bytes) => bytes.try_into().ok().map(u128::from_be_bytes),
            _ => None,
        }
    }
}

/// Integers differ only in their width.
macro_rules! integers {
    ($($name:ident),*) => {$(
        impl ToParam for $name {
            fn to_param(&self) -> Param<'_> {
                Param::Int(i64::from(*self))
            }
        }

        impl From<$name> for Param<'_> {
            fn from(value: $name) -> Self {
                Param::Int(i64::from(value))
            }
        }

        impl FromColumn for $name {
            fn from_column(value: Param<'_>) -> Option<Self> {
                match value {
                    Param::Int(value) => value.try_into().ok(),
                    _ => None,
                }
            }
        }
    )*};
}

integers!(i64, i32, i16, u32, u16, u8);

/// Identifiers differ only in their noun.
macro_rules! ids {
    ($($name:ident),* $(,)?) => {$(
        impl ToParam for guanxi_model::id::$name {
            fn to_param(&self) -> Param<'_> {
                Param::Id(self.as_u128())
            }
        }

        impl From<guanxi_model::id::$name> for Param<'_> {
            fn from(value: guanxi_model::id::$name) -> Self {
                Param::Id(value.as_u128())
            }
        }

        impl FromColumn for guanxi_model::id::$name {
            fn from_column(value: Param<'_>) -> Option<Self> {
                u128::from_column(value).map(Self::from_u128)
            }
        }
    )*};
}

guanxi_model::for_each_id!(ids);

impl From<bool> for Param<'_> {
    fn from(value: bool) -> Self {
        Param::Bool(value)
    }
}

impl From<u128> for Param<'_> {
    fn from(value: u128) -> Self {
        Param::Id(value)
    }
}

impl<'a, T: Into<Param<'a>>> From<Option<T>> for Param<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Param::Null, Into::into)
    }
}

/// Refuses what only one engine would take.
pub(crate) fn check(params: &[Param<'_>]) -> Result<()> {
    let nul = params
        .iter()
        .any(|param| matches!(param, Param::Text(text) if text.as_bytes().contains(&0)));
    if nul { Err(Error::Nul) } else { Ok(()) }
}

/// One row of an answer; columns count from 0.
#[derive(Debug)]
pub struct Row<'a>(pub(crate) RawRow<'a>);

#[derive(Debug)]
pub(crate) enum RawRow<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a tokio_postgres::Row),
}

impl Row<'_> {
    /// Reads one column.
    pub fn get<T: FromColumn>(&self, column: usize) -> Result<T> {
        let mismatch = || Error::Mismatch {
            column,
            wanted: std::any::type_name::<T>(),
        };
        match &self.0 {
            RawRow::Sqlite(row) => {
                let value = row.get_ref(column).map_err(|_| mismatch())?;
                crate::engine::sqlite::column(value).and_then(T::from_column)
            }
            RawRow::Postgres(row) => {
                let value = row
                    .try_get::<_, Param<'_>>(column)
                    .map_err(|_| mismatch())?;
                T::from_column(value)
            }
        }
        .ok_or_else(mismatch)
    }
}
