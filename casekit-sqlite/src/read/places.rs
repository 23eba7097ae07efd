//! Where cases must stand, as keys. Types, stages and categories are places; of these there are few, and all of them are
//! known, so which of them a filter leaves is found without asking the file, and SQLite is given their keys.

use casekit_core::model::{CaseTypeId, StageCategory, StageId};
use rusqlite::Connection;
use rusqlite::types::Value;

use super::part::{Part, key_list};
use crate::error::Result;
use crate::known::{Known, PlaceKey};
use crate::value::category_code;

/// How many keys stand in a statement by themselves, so that not too many statements are kept; more are a list.
const LISTED: usize = 64;

/// The places that are left.
pub(super) enum Places {
    /// Whatever there is.
    All,
    /// Those of a condition, by key.
    Some(Vec<PlaceKey>),
}

impl Places {
    /// Those of these types, this stage and this category, as far as they are given.
    pub(super) fn of(
        connection: &Connection,
        known: &Known,
        types: Option<&[CaseTypeId]>,
        stage: Option<&StageId>,
        category: Option<StageCategory>,
    ) -> Result<Self> {
        if types.is_none() && stage.is_none() && category.is_none() {
            return Ok(Self::All);
        }
        let category = category.map(category_code);
        let places = known.places(connection, |place| {
            types.is_none_or(|types| types.contains(&place.case_type))
                && stage.is_none_or(|stage| place.stage == *stage)
                && category.is_none_or(|category| place.category == category)
        });
        places.map(Self::Some)
    }

    /// Whether there is no condition.
    pub(super) fn is_all(&self) -> bool {
        matches!(self, Self::All)
    }

    /// Those of them with one of these keys.
    pub(super) fn within(&self, keys: Vec<i64>) -> Self {
        let is_left = |key: i64| match self {
            Self::All => true,
            Self::Some(places) => places.iter().any(|place| place.key == key),
        };
        let left = keys.into_iter().filter(|key| is_left(*key));
        // Whose family nobody asks for.
        Self::Some(left.map(|key| PlaceKey { key, family: key }).collect())
    }

    /// Their keys, as what stands within `IN ( )`.
    pub(super) fn keys(&self) -> Part {
        match self {
            Self::All => Part::of("SELECT key FROM places"),
            Self::Some(places) => listed(places.iter().map(|place| place.key).collect()),
        }
    }

    /// The keys of their types, likewise.
    pub(super) fn families(&self) -> Part {
        match self {
            Self::All => Part::of("SELECT family FROM places"),
            Self::Some(places) => {
                let mut families: Vec<i64> = places.iter().map(|place| place.family).collect();
                families.sort_unstable();
                families.dedup();
                listed(families)
            }
        }
    }
}

fn listed(keys: Vec<i64>) -> Part {
    let mut part = Part::default();
    if keys.len() > LISTED {
        part.bind("SELECT value FROM json_each(?)", [key_list(keys)]);
        return part;
    }
    if keys.is_empty() {
        // Which nothing is; an empty list would leave an index nothing to look for, and SQLite no way.
        part.push("NULL");
    }
    for key in keys {
        part.bind(if part.values.is_empty() { "?" } else { ", ?" }, [Value::from(key)]);
    }
    part
}
