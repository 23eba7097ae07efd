//! Conditions on type, stage, category, team, priority and resolution, as keys of places. There are few places and all of them are cached, so those
//! that fit are found without asking the file, and SQLite is given their keys.

use casekit_core::model::{CaseTypeId, Priority, ResolutionCode, StageCategory, StageId, TeamId};
use casekit_core::store::CaseFilter;
use rusqlite::Connection;
use rusqlite::types::Value;

use super::part::{Part, key_list};
use crate::error::Result;
use crate::known::{Known, PlaceKey};
use crate::value::category_code;

/// The condition that a case `c` stands in a place that is not an end, as the index of such cases demands it.
pub(super) const NOT_OVER: &str = " AND c.resolved_at IS NULL AND c.closed_at IS NULL";

/// The most keys that are bound one by one. Each number of keys is a statement of its own in the cache, so longer lists
/// are bound as JSON.
const LISTED: usize = 64;

/// The places in which a case can be.
pub(super) enum Places {
    /// Every place, since there is no condition.
    All,
    /// The places that fit a condition, by key.
    Some(Vec<PlaceKey>),
}

/// Conditions on the place of a case. `None` is no condition.
#[derive(Clone, Copy, Default)]
pub(super) struct At<'a> {
    pub(super) types: Option<&'a [CaseTypeId]>,
    pub(super) stages: Option<&'a [StageId]>,
    pub(super) categories: Option<&'a [StageCategory]>,
    pub(super) teams: Option<&'a [Option<TeamId>]>,
    pub(super) priorities: Option<&'a [Priority]>,
    pub(super) resolutions: Option<&'a [Option<ResolutionCode>]>,
}

impl<'a> At<'a> {
    /// The conditions on places among those of a filter.
    pub(super) fn of(filter: &'a CaseFilter) -> Self {
        Self {
            types: filter.types.as_deref(),
            stages: filter.stages.as_deref(),
            categories: filter.categories.as_deref(),
            teams: filter.teams.as_deref(),
            priorities: filter.priorities.as_deref(),
            resolutions: filter.resolutions.as_deref(),
        }
    }

    /// Whether types and teams alone are demanded, by which places form families.
    pub(super) fn is_of_families(&self) -> bool {
        matches!(
            self,
            At { types: _, teams: _, stages: None, categories: None, priorities: None, resolutions: None }
        )
    }
}

impl Places {
    /// The places that meet every condition.
    pub(super) fn of(connection: &Connection, known: &Known, at: At<'_>) -> Result<Self> {
        let At { types, stages, categories, teams, priorities, resolutions } = at;
        if let At {
            types: None,
            stages: None,
            categories: None,
            teams: None,
            priorities: None,
            resolutions: None,
        } = at
        {
            return Ok(Self::All);
        }
        let codes = categories.map(|some| some.iter().map(|one| category_code(*one)).collect::<Vec<_>>());
        let places = known.places(connection, |place| {
            types.is_none_or(|types| types.contains(&place.case_type))
                && stages.is_none_or(|stages| stages.contains(&place.stage))
                && codes.as_ref().is_none_or(|codes| codes.contains(&place.category))
                && teams.is_none_or(|teams| teams.contains(&place.team))
                && priorities.is_none_or(|some| some.contains(&place.priority))
                && resolutions.is_none_or(|some| some.contains(&place.resolution))
        });
        places.map(Self::Some)
    }

    /// Whether there is no condition.
    pub(super) fn is_all(&self) -> bool {
        matches!(self, Self::All)
    }

    /// The places among these that have one of the keys. Their families are not known, and must not be asked for.
    pub(super) fn within(&self, keys: Vec<i64>) -> Self {
        let left = keys.into_iter().filter(|key| self.has(*key));
        // Anything but the family, which this function's caller does not use.
        Self::Some(left.map(|key| PlaceKey { key, family: key }).collect())
    }

    /// Whether the place with a key is among these.
    pub(super) fn has(&self, key: i64) -> bool {
        match self {
            Self::All => true,
            Self::Some(places) => places.iter().any(|place| place.key == key),
        }
    }

    /// Their keys, as the inside of `IN ( )`.
    pub(super) fn keys(&self) -> Part {
        match self {
            Self::All => Part::of("SELECT key FROM places"),
            Self::Some(places) => listed(places.iter().map(|place| place.key).collect()),
        }
    }

    /// The families of the places, as the inside of `IN ( )`.
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
        // Nothing equals `NULL`. With an empty list SQLite could not use the index that `INDEXED BY` demands.
        part.push("NULL");
    }
    for key in keys {
        part.bind(if part.values.is_empty() { "?" } else { ", ?" }, [Value::from(key)]);
    }
    part
}
