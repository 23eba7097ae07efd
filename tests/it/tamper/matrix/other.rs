//! Values that a column could hold as well: the way in which somebody alters a file who knows it.

use rusqlite::types::Value;
use serde_json::Value as Json;

use super::tables::Table;

/// Another value of the same kind.
pub(super) fn other(now: &Value, kind: &str) -> Value {
    match now {
        Value::Integer(number) => Value::Integer(number + 1),
        Value::Real(number) => Value::Real(number + 1.0),
        Value::Text(text) => Value::Text(next_text(text)),
        Value::Blob(bytes) => Value::Blob(flipped(bytes, bytes.len().saturating_sub(1))),
        Value::Null => match kind {
            "TEXT" => Value::Text("x".into()),
            "BLOB" => Value::Blob(vec![0; 16]),
            _ => Value::Integer(1),
        },
    }
}

/// How many values of one JSON are altered, each by itself: some from every part of it.
const LEAVES: usize = 12;

/// JSON with one of its values altered, once for each of some.
pub(super) fn altered(now: &Value) -> Vec<Value> {
    let Value::Text(text) = now else { return Vec::new() };
    let Ok(json @ (Json::Object(_) | Json::Array(_))) = serde_json::from_str::<Json>(text) else {
        return Vec::new();
    };
    let paths = leaves(&json, String::new());
    let alter = |path: String| {
        let mut json = json.clone();
        let leaf = json.pointer_mut(&path).unwrap();
        *leaf = next_leaf(leaf);
        Value::Text(json.to_string())
    };
    let step = paths.len().div_ceil(LEAVES).max(1);
    paths.into_iter().step_by(step).map(alter).collect()
}

fn leaves(json: &Json, path: String) -> Vec<String> {
    match json {
        Json::Object(fields) => fields
            .iter()
            .flat_map(|(name, value)| leaves(value, format!("{path}/{}", name.replace('/', "~1"))))
            .collect(),
        Json::Array(values) => values
            .iter()
            .enumerate()
            .flat_map(|(place, value)| leaves(value, format!("{path}/{place}")))
            .collect(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => vec![path],
    }
}

fn next_leaf(leaf: &Json) -> Json {
    match leaf {
        Json::Bool(yes) => Json::Bool(!yes),
        Json::Number(number) => Json::from(number.as_u64().unwrap_or_default() + 1),
        Json::String(text) => Json::String(next_text(text)),
        Json::Null | Json::Array(_) | Json::Object(_) => Json::from("x"),
    }
}

/// A text of the same form: an id stays an id.
fn next_text(text: &str) -> String {
    let mut all: Vec<char> = text.chars().collect();
    let Some(last) = all.iter_mut().rev().find(|one| one.is_ascii_alphanumeric()) else {
        return format!("{text}x");
    };
    *last = match *last {
        '9' => '0',
        'f' | 'z' => 'a',
        'F' | 'Z' => 'A',
        one => char::from(one as u8 + 1),
    };
    all.into_iter().collect()
}

pub(super) fn flipped(bytes: &[u8], place: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    match bytes.get_mut(place) {
        Some(byte) => *byte ^= 1,
        None => bytes.push(0),
    }
    bytes
}

/// A value that no row has in this column: after all of them.
pub(super) fn free(table: &Table, column: usize) -> Value {
    let greatest = table.rows.iter().map(|row| &row.values[column]).max_by(|one, other| compared(one, other));
    match greatest {
        Some(Value::Integer(number)) => Value::Integer(number + 1),
        Some(Value::Text(text)) => Value::Text(format!("{text}x")),
        Some(Value::Blob(bytes)) => {
            let mut after = bytes.clone();
            // Of the same length, so that an id stays an id.
            match after.iter_mut().rev().find(|byte| **byte < u8::MAX) {
                Some(byte) => *byte += 1,
                None => after.push(1),
            }
            Value::Blob(after)
        }
        Some(Value::Real(number)) => Value::Real(number + 1.0),
        Some(Value::Null) | None => Value::Integer(1),
    }
}

fn compared(one: &Value, other: &Value) -> std::cmp::Ordering {
    match (one, other) {
        (Value::Integer(one), Value::Integer(other)) => one.cmp(other),
        (Value::Text(one), Value::Text(other)) => one.cmp(other),
        (Value::Blob(one), Value::Blob(other)) => one.cmp(other),
        (Value::Null, Value::Null) => std::cmp::Ordering::Equal,
        (Value::Null, _) => std::cmp::Ordering::Less,
        _ => std::cmp::Ordering::Greater,
    }
}
