//! The keys of places, given out under the writer's lock and never changed: so what was committed can be kept.

use std::collections::{BTreeSet, HashMap};

use casekit_core::model::CaseTypeId;

use crate::connection::{Connection, Query};
use crate::derived::{self, PLACES, Place, PlaceKeys};
use crate::error::{Result, unreadable};
use crate::value::{id, narrow, plain, signed};

/// Places whose keys are known.
#[derive(Clone, Default)]
pub(crate) struct Places {
    known: HashMap<Place, PlaceKeys>,
}

impl Places {
    /// The keys of a place, which must have been [met](Self::meet).
    pub(super) fn of(&self, place: &Place) -> Result<PlaceKeys> {
        self.known.get(place).copied().ok_or_else(unreadable)
    }

    /// Looks up the keys of places, and gives keys to those that have none. Returns what writes the new ones; until that is
    /// committed, nobody else may see them.
    pub(super) fn meet(&mut self, connection: &Connection, places: BTreeSet<Place>) -> Result<Option<Query>> {
        const SQL: &str = "SELECT key, case_type, stage, category, team, priority, resolution, family
            FROM org.places WHERE case_type = ANY($1::uuid[])";
        const GREATEST: &str = "SELECT coalesce(max(key), 0) FROM org.places";
        let unknown = |known: &HashMap<Place, PlaceKeys>| -> BTreeSet<Place> {
            places.iter().filter(|place| !known.contains_key(*place)).cloned().collect()
        };
        let missing = unknown(&self.known);
        if missing.is_empty() {
            return Ok(None);
        }
        let types: BTreeSet<CaseTypeId> = missing.iter().map(|place| place.case_type).collect();
        let types: Vec<_> = types.into_iter().map(|case_type| case_type.0).collect();
        let answers = connection.pipeline(vec![Query::new(SQL, [types.into()]), Query::new(GREATEST, [])])?;
        let [found, greatest] = answers.as_slice() else { return Err(unreadable()) };
        for row in &found.rows {
            let place = Place {
                case_type: id(row, 1)?,
                stage: plain(row, 2)?.to_owned(),
                category: narrow(row, 3)?,
                team: id(row, 4)?,
                priority: narrow(row, 5)?,
                resolution: plain(row, 6)?.to_owned(),
            };
            self.known.insert(place, PlaceKeys { key: signed(row, 0)?, family: signed(row, 7)? });
        }
        let mut key = signed(greatest.rows.first().ok_or_else(unreadable)?, 0)?;
        let mut made = Vec::new();
        for place in unknown(&self.known) {
            key += 1;
            let is_akin =
                |(one, _): &(&Place, &PlaceKeys)| one.case_type == place.case_type && one.team == place.team;
            let family = self.known.iter().filter(is_akin).map(|(_, keys)| keys.family).min().unwrap_or(key);
            let keys = PlaceKeys { key, family };
            made.push(derived::place(&place, keys));
            self.known.insert(place, keys);
        }
        PLACES.insert(made)
    }
}
