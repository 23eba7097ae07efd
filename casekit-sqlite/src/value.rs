//! Conversions between values of core and columns. Reading fails with `Corrupt` for a value that this version would not
//! have written.

use std::sync::Arc;

use casekit_core::commit::Digest;
use casekit_core::model::{Priority, StageCategory, StreamId, Timestamp, Visibility};
use chrono::DateTime;
use rusqlite::Row;
use rusqlite::types::ValueRef;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde::de::value::{Error as ValueError, StringDeserializer};
use uuid::Uuid;

use crate::error::{Result, fault, unreadable};

/// An unsigned number for SQLite. Positions, numbers and sizes stay far below SQLite's greatest integer, so one above
/// it becomes that, which matches no row.
pub(crate) fn integer(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// An integer, without rusqlite's conversion: most columns of a page are integers.
pub(crate) fn signed(row: &Row<'_>, column: usize) -> Result<i64> {
    optional_signed(row, column)?.ok_or_else(unreadable)
}

pub(crate) fn optional_signed(row: &Row<'_>, column: usize) -> Result<Option<i64>> {
    match row.get_ref(column).map_err(fault)? {
        ValueRef::Integer(value) => Ok(Some(value)),
        ValueRef::Null => Ok(None),
        ValueRef::Real(_) | ValueRef::Text(_) | ValueRef::Blob(_) => Err(unreadable()),
    }
}

pub(crate) fn unsigned(row: &Row<'_>, column: usize) -> Result<u64> {
    u64::try_from(signed(row, column)?).map_err(|_| unreadable())
}

pub(crate) fn id<T: From<Uuid>>(row: &Row<'_>, column: usize) -> Result<T> {
    optional_id(row, column)?.ok_or_else(unreadable)
}

pub(crate) fn optional_id<T: From<Uuid>>(row: &Row<'_>, column: usize) -> Result<Option<T>> {
    match row.get_ref(column).map_err(fault)? {
        ValueRef::Null => Ok(None),
        ValueRef::Blob(bytes) => {
            Uuid::from_slice(bytes).map(|id| Some(T::from(id))).map_err(|_| unreadable())
        }
        ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Text(_) => Err(unreadable()),
    }
}

pub(crate) fn stream(row: &Row<'_>, kind: usize, id_column: usize) -> Result<StreamId> {
    let code = row.get::<_, u8>(kind).map_err(fault)?;
    StreamId::from_parts(code, id(row, id_column)?).ok_or_else(unreadable)
}

pub(crate) fn digest(row: &Row<'_>, column: usize) -> Result<Digest> {
    optional_digest(row, column)?.ok_or_else(unreadable)
}

pub(crate) fn optional_digest(row: &Row<'_>, column: usize) -> Result<Option<Digest>> {
    row.get(column).map_err(fault)
}

pub(crate) fn micros(at: Timestamp) -> i64 {
    at.timestamp_micros()
}

pub(crate) fn instant(row: &Row<'_>, column: usize) -> Result<Timestamp> {
    optional_instant(row, column)?.ok_or_else(unreadable)
}

pub(crate) fn optional_instant(row: &Row<'_>, column: usize) -> Result<Option<Timestamp>> {
    let micros = optional_signed(row, column)?;
    micros.map(|micros| DateTime::from_timestamp_micros(micros).ok_or_else(unreadable)).transpose()
}

/// Text in an `Arc`, for values that are copied often.
pub(crate) fn shared(row: &Row<'_>, column: usize) -> Result<Arc<str>> {
    let text = row.get_ref(column).map_err(fault)?.as_str().map_err(|_| unreadable())?;
    Ok(text.into())
}

/// A text newtype. The text was parsed when it came in, so it is not validated again.
pub(crate) fn text<T: for<'de> Deserialize<'de>>(row: &Row<'_>, column: usize) -> Result<T> {
    parsed(row.get(column).map_err(fault)?)
}

pub(crate) fn optional_text<T: for<'de> Deserialize<'de>>(row: &Row<'_>, column: usize) -> Result<Option<T>> {
    row.get::<_, Option<String>>(column).map_err(fault)?.map(parsed).transpose()
}

fn parsed<T: for<'de> Deserialize<'de>>(text: String) -> Result<T> {
    T::deserialize(StringDeserializer::<ValueError>::new(text)).map_err(|_| unreadable())
}

pub(crate) fn json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<T> {
    let text = row.get_ref(column).map_err(fault)?.as_str().map_err(|_| unreadable())?;
    serde_json::from_str(text).map_err(|_| unreadable())
}

pub(crate) fn optional_json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<Option<T>> {
    match row.get_ref(column).map_err(fault)? {
        ValueRef::Null => Ok(None),
        _ => json(row, column).map(Some),
    }
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

pub(crate) fn category(row: &Row<'_>, column: usize) -> Result<StageCategory> {
    let code = row.get::<_, u8>(column).map_err(fault)?;
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

pub(crate) fn priority(row: &Row<'_>, column: usize) -> Result<Priority> {
    let code = row.get::<_, u8>(column).map_err(fault)?;
    Priority::ALL.into_iter().find(|one| priority_code(*one) == code).ok_or_else(unreadable)
}

pub(crate) fn visibility_code(visibility: Visibility) -> u8 {
    match visibility {
        Visibility::Internal => 0,
        Visibility::Customer => 1,
    }
}

pub(crate) fn optional_visibility(row: &Row<'_>, column: usize) -> Result<Option<Visibility>> {
    match row.get::<_, Option<u8>>(column).map_err(fault)? {
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
