//! Conversions between values of core and columns. Reading fails with `Corrupt` for a value that this version would not
//! have written.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use casekit_core::commit::Digest;
use casekit_core::model::{Priority, StageCategory, StreamId, Timestamp, Visibility};
use chrono::DateTime;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde::de::value::{Error as ValueError, StringDeserializer};
use tokio_postgres::Row;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type};
use uuid::Uuid;

use crate::error::{Result, unreadable};

/// A parameter of a statement. A list is an array: `= ANY($1)`, or `unnest($1)` for rows that are written at once.
#[derive(Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Integer(i64),
    Text(String),
    Bytes(Vec<u8>),
    Id(Uuid),
    Integers(Vec<Option<i64>>),
    Texts(Vec<Option<String>>),
    Blobs(Vec<Option<Vec<u8>>>),
    Ids(Vec<Option<Uuid>>),
}

/// What a value is read from: `Option` for a column that can be `NULL`.
macro_rules! from {
    ($($of:ty => |$value:ident| $made:expr,)*) => {
        $(impl From<$of> for Value {
            fn from($value: $of) -> Self {
                $made
            }
        })*
    };
}

from! {
    bool => |value| Self::Bool(value),
    i64 => |value| Self::Integer(value),
    i32 => |value| Self::Integer(value.into()),
    u32 => |value| Self::Integer(value.into()),
    u8 => |value| Self::Integer(value.into()),
    u64 => |value| Self::Integer(integer(value)),
    &str => |value| Self::Text(value.to_owned()),
    String => |value| Self::Text(value),
    &[u8] => |value| Self::Bytes(value.to_owned()),
    Vec<u8> => |value| Self::Bytes(value),
    Digest => |value| Self::Bytes(value.to_vec()),
    Uuid => |value| Self::Id(value),
    Timestamp => |value| Self::Integer(micros(value)),
    Vec<Uuid> => |value| Self::Ids(value.into_iter().map(Some).collect()),
    Vec<i64> => |value| Self::Integers(value.into_iter().map(Some).collect()),
    Vec<String> => |value| Self::Texts(value.into_iter().map(Some).collect()),
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl Value {
    /// Replaces what text of PostgreSQL cannot contain, `U+0000`, by something that is no character either.
    pub(crate) fn make_askable(&mut self) {
        let replace = |text: &mut String| {
            if text.contains('\0') {
                *text = text.replace('\0', "\u{FFFF}\u{FFFE}");
            }
        };
        match self {
            Self::Text(text) => replace(text),
            Self::Texts(texts) => texts.iter_mut().flatten().for_each(replace),
            _ => {}
        }
    }
}

impl fmt::Debug for Value {
    /// Says how long a value is and not what: the client logs the parameters of each statement, which are what people wrote.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, length) = match self {
            Self::Null => return f.write_str("Null"),
            Self::Bool(_) => return f.write_str("Bool"),
            Self::Integer(_) => return f.write_str("Integer"),
            Self::Id(_) => return f.write_str("Id"),
            Self::Text(text) => ("Text", text.len()),
            Self::Bytes(bytes) => ("Bytes", bytes.len()),
            Self::Integers(values) => ("Integers", values.len()),
            Self::Texts(values) => ("Texts", values.len()),
            Self::Blobs(values) => ("Blobs", values.len()),
            Self::Ids(values) => ("Ids", values.len()),
        };
        write!(f, "{kind}({length})")
    }
}

impl ToSql for Value {
    fn to_sql(&self, of: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Bool(value) => value.to_sql_checked(of, out),
            Self::Integer(value) => match *of {
                Type::INT2 => i16::try_from(*value)?.to_sql(of, out),
                Type::INT4 => i32::try_from(*value)?.to_sql(of, out),
                _ => value.to_sql_checked(of, out),
            },
            Self::Text(value) => value.to_sql_checked(of, out),
            Self::Bytes(value) => value.to_sql_checked(of, out),
            Self::Id(value) => value.to_sql_checked(of, out),
            Self::Integers(values) => match *of {
                Type::INT2_ARRAY => narrowed::<i16>(values)?.to_sql(of, out),
                Type::INT4_ARRAY => narrowed::<i32>(values)?.to_sql(of, out),
                _ => values.to_sql_checked(of, out),
            },
            Self::Texts(values) => values.to_sql_checked(of, out),
            Self::Blobs(values) => values.to_sql_checked(of, out),
            Self::Ids(values) => values.to_sql_checked(of, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    tokio_postgres::types::to_sql_checked!();
}

fn narrowed<T: TryFrom<i64>>(values: &[Option<i64>]) -> Result<Vec<Option<T>>, T::Error> {
    values.iter().map(|value| value.map(T::try_from).transpose()).collect()
}

/// An integer of whatever width the column has.
struct Whole(i64);

impl<'a> FromSql<'a> for Whole {
    fn from_sql(of: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(match *of {
            Type::INT2 => i16::from_sql(of, raw)?.into(),
            Type::INT4 => i32::from_sql(of, raw)?.into(),
            _ => i64::from_sql(of, raw)?,
        }))
    }

    fn accepts(of: &Type) -> bool {
        matches!(*of, Type::INT2 | Type::INT4 | Type::INT8)
    }
}

fn get<'a, T: FromSql<'a>>(row: &'a Row, column: usize) -> Result<T> {
    row.try_get(column).map_err(|_| unreadable())
}

/// An unsigned number for PostgreSQL. Positions, numbers and sizes stay far below its greatest integer, so one above it
/// becomes that, which matches no row.
pub(crate) fn integer(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

pub(crate) fn flag(row: &Row, column: usize) -> Result<bool> {
    get(row, column)
}

pub(crate) fn signed(row: &Row, column: usize) -> Result<i64> {
    optional_signed(row, column)?.ok_or_else(unreadable)
}

pub(crate) fn optional_signed(row: &Row, column: usize) -> Result<Option<i64>> {
    Ok(get::<Option<Whole>>(row, column)?.map(|Whole(value)| value))
}

pub(crate) fn unsigned(row: &Row, column: usize) -> Result<u64> {
    u64::try_from(signed(row, column)?).map_err(|_| unreadable())
}

/// An integer of a narrower type than the column's.
pub(crate) fn narrow<T: TryFrom<i64>>(row: &Row, column: usize) -> Result<T> {
    T::try_from(signed(row, column)?).map_err(|_| unreadable())
}

pub(crate) fn bytes(row: &Row, column: usize) -> Result<Vec<u8>> {
    get(row, column)
}

pub(crate) fn optional_bytes(row: &Row, column: usize) -> Result<Option<Vec<u8>>> {
    get(row, column)
}

pub(crate) fn id<T: From<Uuid>>(row: &Row, column: usize) -> Result<T> {
    optional_id(row, column)?.ok_or_else(unreadable)
}

pub(crate) fn optional_id<T: From<Uuid>>(row: &Row, column: usize) -> Result<Option<T>> {
    Ok(get::<Option<Uuid>>(row, column)?.map(T::from))
}

pub(crate) fn stream(row: &Row, kind: usize, id_column: usize) -> Result<StreamId> {
    StreamId::from_parts(narrow(row, kind)?, id(row, id_column)?).ok_or_else(unreadable)
}

pub(crate) fn digest(row: &Row, column: usize) -> Result<Digest> {
    optional_digest(row, column)?.ok_or_else(unreadable)
}

pub(crate) fn optional_digest(row: &Row, column: usize) -> Result<Option<Digest>> {
    let bytes: Option<&[u8]> = get(row, column)?;
    bytes.map(|bytes| bytes.try_into().map_err(|_| unreadable())).transpose()
}

pub(crate) fn micros(at: Timestamp) -> i64 {
    at.timestamp_micros()
}

pub(crate) fn instant(row: &Row, column: usize) -> Result<Timestamp> {
    optional_instant(row, column)?.ok_or_else(unreadable)
}

pub(crate) fn optional_instant(row: &Row, column: usize) -> Result<Option<Timestamp>> {
    let micros = optional_signed(row, column)?;
    micros.map(|micros| DateTime::from_timestamp_micros(micros).ok_or_else(unreadable)).transpose()
}

/// Text as it stands in the column.
pub(crate) fn plain(row: &Row, column: usize) -> Result<&str> {
    get(row, column)
}

pub(crate) fn optional_plain(row: &Row, column: usize) -> Result<Option<&str>> {
    get(row, column)
}

/// Text in an `Arc`, for values that are copied often.
pub(crate) fn shared(row: &Row, column: usize) -> Result<Arc<str>> {
    plain(row, column).map(Into::into)
}

/// A text newtype. The text was parsed when it came in, so it is not validated again.
pub(crate) fn text<T: for<'de> Deserialize<'de>>(row: &Row, column: usize) -> Result<T> {
    parsed(plain(row, column)?)
}

pub(crate) fn optional_text<T: for<'de> Deserialize<'de>>(row: &Row, column: usize) -> Result<Option<T>> {
    optional_plain(row, column)?.map(parsed).transpose()
}

/// A text newtype in a column where the empty text stands for none.
pub(crate) fn text_or_none<T: for<'de> Deserialize<'de>>(row: &Row, column: usize) -> Result<Option<T>> {
    Some(plain(row, column)?).filter(|text| !text.is_empty()).map(parsed).transpose()
}

fn parsed<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T> {
    T::deserialize(StringDeserializer::<ValueError>::new(text.to_owned())).map_err(|_| unreadable())
}

pub(crate) fn json<T: DeserializeOwned>(row: &Row, column: usize) -> Result<T> {
    serde_json::from_str(plain(row, column)?).map_err(|_| unreadable())
}

pub(crate) fn optional_json<T: DeserializeOwned>(row: &Row, column: usize) -> Result<Option<T>> {
    optional_plain(row, column)?.map(|text| serde_json::from_str(text).map_err(|_| unreadable())).transpose()
}

pub(crate) fn to_json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|_| unreadable())
}

pub(crate) fn category_code(category: StageCategory) -> u8 {
    match category {
        StageCategory::Open => 0,
        StageCategory::Active => 1,
        StageCategory::Waiting => 2,
        StageCategory::Resolved => 3,
        StageCategory::Closed => 4,
    }
}

pub(crate) fn category(row: &Row, column: usize) -> Result<StageCategory> {
    let code = narrow::<u8>(row, column)?;
    StageCategory::ALL.into_iter().find(|one| category_code(*one) == code).ok_or_else(unreadable)
}

pub(crate) fn priority_code(priority: Priority) -> u8 {
    match priority {
        Priority::Low => 0,
        Priority::Normal => 1,
        Priority::High => 2,
        Priority::Urgent => 3,
    }
}

pub(crate) fn priority(row: &Row, column: usize) -> Result<Priority> {
    let code = narrow::<u8>(row, column)?;
    Priority::ALL.into_iter().find(|one| priority_code(*one) == code).ok_or_else(unreadable)
}

pub(crate) fn visibility_code(visibility: Visibility) -> u8 {
    match visibility {
        Visibility::Internal => 0,
        Visibility::Customer => 1,
    }
}

pub(crate) fn optional_visibility(row: &Row, column: usize) -> Result<Option<Visibility>> {
    match optional_signed(row, column)? {
        None => Ok(None),
        Some(0) => Ok(Some(Visibility::Internal)),
        Some(1) => Ok(Some(Visibility::Customer)),
        Some(_) => Err(unreadable()),
    }
}

/// The path of a note as bytes whose order is the reading order.
pub(crate) fn path_bytes(path: &[u32]) -> Vec<u8> {
    path.iter().flat_map(|place| place.to_be_bytes()).collect()
}
