//! Values in PostgreSQL's binary form.

use std::error::Error;

use bytes::{BufMut, BytesMut};
use postgres_types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::value::Param;

/// A value and a column that do not fit.
#[derive(Debug, thiserror::Error)]
#[error("a value does not fit the type {0}")]
struct Unfit(Type);

impl ToSql for Param<'_> {
    fn to_sql(
        &self,
        wanted: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match *self {
            Param::Null => return Ok(IsNull::Yes),
            Param::Bool(value) if *wanted == Type::BOOL => out.put_u8(value.into()),
            Param::Int(value) if *wanted == Type::INT8 => out.put_i64(value),
            Param::Int(value) if *wanted == Type::INT4 => out.put_i32(value.try_into()?),
            Param::Int(value) if *wanted == Type::INT2 => out.put_i16(value.try_into()?),
            Param::Text(text) if <&str as ToSql>::accepts(wanted) => out.put_slice(text.as_bytes()),
            Param::Blob(bytes) if *wanted == Type::BYTEA => out.put_slice(bytes),
            Param::Id(id) if *wanted == Type::UUID => out.put_u128(id),
            _ => return Err(Unfit(wanted.clone()).into()),
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        // A null fits everywhere; the rest is checked with the value at hand.
        true
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Param<'a> {
    fn from_sql(given: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        match *given {
            Type::BOOL => FromSql::from_sql(given, raw).map(Param::Bool),
            Type::INT8 => FromSql::from_sql(given, raw).map(Param::Int),
            Type::INT4 => {
                <i32 as FromSql>::from_sql(given, raw).map(|value| Param::Int(value.into()))
            }
            Type::INT2 => {
                <i16 as FromSql>::from_sql(given, raw).map(|value| Param::Int(value.into()))
            }
            Type::BYTEA => Ok(Param::Blob(raw)),
            Type::UUID => Ok(Param::Id(u128::from_be_bytes(raw.try_into()?))),
            _ if <&str as FromSql>::accepts(given) => {
                FromSql::from_sql(given, raw).map(Param::Text)
            }
            _ => Err(Unfit(given.clone()).into()),
        }
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Param::Null)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
