//! A cache of people and places by the integer keys that rows hold.
//!
//! A committed key stays for ever and never means anything else, so the cache never becomes stale; only unknown keys
//! are looked up. A writer must not put keys here before they are committed: after a rollback a key can be given to
//! something else.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use casekit_core::model::{
    ActorId, Case, CaseTypeId, Priority, ResolutionCode, StageCategory, StageId, TeamId,
};
use rusqlite::{Connection, OptionalExtension, Row};

use crate::error::{Result, damaged, fault, unreadable};
use crate::value::{category, category_code, id, priority, text};

/// The holder's key in the row of a case that nobody holds.
pub(crate) const NOBODY: i64 = 0;

/// Stands for no team in a place: `NULL` would be unlike itself, and a place be there twice.
const NO_TEAM: TeamId = TeamId(uuid::Uuid::nil());

/// The type, stage, category, team, priority and resolution of a case.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Place {
    pub(crate) case_type: CaseTypeId,
    pub(crate) stage: StageId,
    /// The category as `category_code` makes it, since the enum itself cannot be hashed.
    pub(crate) category: u8,
    pub(crate) team: Option<TeamId>,
    pub(crate) priority: Priority,
    pub(crate) resolution: Option<ResolutionCode>,
}

impl Place {
    /// The place of a case.
    pub(crate) fn of(case: &Case) -> Self {
        Self {
            case_type: case.case_type,
            stage: case.stage.clone(),
            category: category_code(case.category),
            team: case.team,
            priority: case.priority,
            resolution: case.resolution_code().cloned(),
        }
    }

    fn read(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            case_type: id(row, 0)?,
            stage: text(row, 1)?,
            category: category_code(category(row, 2)?),
            team: Some(id(row, 3)?).filter(|team| *team != NO_TEAM),
            priority: priority(row, 4)?,
            resolution: resolution(row, 5)?,
        })
    }

    /// The id of its team as the file has it.
    pub(crate) fn team_bytes(&self) -> &[u8] {
        self.team.as_ref().unwrap_or(&NO_TEAM).0.as_bytes()
    }

    /// The code of its resolution as the file has it.
    pub(crate) fn resolution_text(&self) -> &str {
        self.resolution.as_ref().map_or("", ResolutionCode::as_str)
    }

    pub(crate) fn category(&self) -> Result<StageCategory> {
        let is_it = |one: &StageCategory| category_code(*one) == self.category;
        StageCategory::ALL.into_iter().find(is_it).ok_or_else(unreadable)
    }
}

/// A resolution; `NULL` would be unlike itself, as for a team.
fn resolution(row: &Row<'_>, column: usize) -> Result<Option<ResolutionCode>> {
    let is_none = row.get_ref(column).map_err(fault)?.as_bytes().is_ok_and(<[u8]>::is_empty);
    if is_none { Ok(None) } else { text(row, column).map(Some) }
}

/// The integer keys of a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct PlaceKey {
    pub(crate) key: i64,
    /// The key of the first place of the same case type and team, which stands for the two.
    pub(crate) family: i64,
}

/// The cache. Readers share its lock; it is locked alone only to add an entry, since every row of a page looks here.
#[derive(Default)]
pub(crate) struct Known(RwLock<Keys>);

#[derive(Default)]
struct Keys {
    people: ByKey<ActorId>,
    person_keys: HashMap<ActorId, i64>,
    places: ByKey<(Arc<Place>, i64)>,
    /// Every place with a key up to this one is in `places`.
    every_place_to: i64,
    place_keys: HashMap<Arc<Place>, PlaceKey>,
}

type ByKey<T> = HashMap<i64, T, BuildHasherDefault<KeyHasher>>;

/// A hasher for integer keys. They are looked up for every row of a page, and casekit gives them out itself, one after
/// the other, so nobody can choose them to collide: spreading them is enough.
#[derive(Default)]
struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_i64(i64::from(*byte)));
    }

    fn write_i64(&mut self, key: i64) {
        self.0 = (self.0 ^ key.cast_unsigned()).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    fn finish(&self) -> u64 {
        // The hash table takes its index from the low bits and tells entries apart by the high ones. Multiplying leaves
        // the low bits weak, so the high ones are mixed in.
        self.0 ^ (self.0 >> 32)
    }
}

/// How many people are remembered: more than usually work on a file. Where every customer is an actor there can be
/// more, and then those seen lately are enough.
const PEOPLE: usize = 20_000;

impl Known {
    /// The person with a key. A key without a person is damage.
    pub(crate) fn person(&self, connection: &Connection, key: i64) -> Result<ActorId> {
        if let Some(person) = self.keys().people.get(&key) {
            return Ok(person.clone());
        }
        let mut statement =
            connection.prepare_cached("SELECT id FROM people WHERE key = ?1").map_err(fault)?;
        let found = statement.query_row([key], |row| Ok(text::<ActorId>(row, 0))).optional();
        let person = found.map_err(fault)?.ok_or_else(|| damaged("people"))??;
        self.keep_person(person.clone(), key);
        Ok(person)
    }

    /// The key of a person; `None` if they never did anything in this file.
    pub(crate) fn person_key(&self, connection: &Connection, person: &ActorId) -> Result<Option<i64>> {
        if let Some(key) = self.known_person(person) {
            return Ok(Some(key));
        }
        let found = find_person(connection, person)?;
        if let Some(key) = found {
            self.keep_person(person.clone(), key);
        }
        Ok(found)
    }

    /// The key of a person, if it is in the cache.
    pub(crate) fn known_person(&self, person: &ActorId) -> Option<i64> {
        self.keys().person_keys.get(person).copied()
    }

    /// The keys of a place, if they are in the cache.
    pub(crate) fn known_place(&self, place: &Place) -> Option<PlaceKey> {
        self.keys().place_keys.get(place).copied()
    }

    /// The place with a key, and its family. A key without a place is damage.
    pub(crate) fn place(&self, connection: &Connection, key: i64) -> Result<(Arc<Place>, i64)> {
        if let Some((place, family)) = self.keys().places.get(&key) {
            return Ok((Arc::clone(place), *family));
        }
        const SQL: &str = "SELECT case_type, stage, category, team, priority, resolution, family FROM places WHERE key = ?1";
        let mut statement = connection.prepare_cached(SQL).map_err(fault)?;
        let found = statement.query_row([key], |row| {
            Ok(Place::read(row).and_then(|place| Ok((place, row.get::<_, i64>(6).map_err(fault)?))))
        });
        let (place, family) = found.optional().map_err(fault)?.ok_or_else(|| damaged("places"))??;
        Ok((self.keep_place(place, PlaceKey { key, family }), family))
    }

    /// The places that fit, in order of their keys: all that the connection's transaction sees, and possibly some that
    /// are newer.
    pub(crate) fn places(
        &self,
        connection: &Connection,
        fits: impl Fn(&Place) -> bool,
    ) -> Result<Vec<PlaceKey>> {
        const NEWEST: &str = "SELECT coalesce(max(key), 0) FROM places";
        let mut newest = connection.prepare_cached(NEWEST).map_err(fault)?;
        let newest = newest.query_row((), |row| row.get(0)).map_err(fault)?;
        if self.keys().every_place_to < newest {
            self.know_places_to(connection, newest)?;
        }
        let kept = self.keys();
        let fitting = kept.places.iter().filter(|(_, (place, _))| fits(place));
        let mut keys: Vec<_> =
            fitting.map(|(key, (_, family))| PlaceKey { key: *key, family: *family }).collect();
        keys.sort_unstable_by_key(|keys| keys.key);
        Ok(keys)
    }

    /// Reads the places that are not in the cache yet. Keys are given out in order and never removed, so those above
    /// the last known one are enough.
    fn know_places_to(&self, connection: &Connection, newest: i64) -> Result<()> {
        const SQL: &str = "SELECT key FROM places WHERE key > ?1";
        let mut statement = connection.prepare_cached(SQL).map_err(fault)?;
        let mut rows = statement.query([self.keys().every_place_to]).map_err(fault)?;
        while let Some(row) = rows.next().map_err(fault)? {
            self.place(connection, row.get(0).map_err(fault)?)?;
        }
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        kept.every_place_to = kept.every_place_to.max(newest);
        Ok(())
    }

    /// Keeps what is committed.
    pub(crate) fn keep_person(&self, person: ActorId, key: i64) {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.people.len() >= PEOPLE {
            kept.people.clear();
            kept.person_keys.clear();
        }
        kept.people.insert(key, person.clone());
        kept.person_keys.insert(person, key);
    }

    /// Keeps what is committed.
    pub(crate) fn keep_place(&self, place: Place, keys: PlaceKey) -> Arc<Place> {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let place = Arc::new(place);
        kept.places.insert(keys.key, (Arc::clone(&place), keys.family));
        kept.place_keys.insert(Arc::clone(&place), keys);
        place
    }

    /// Empties the cache when the store is suspended: another file may be at the path when it is resumed.
    pub(crate) fn forget(&self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Keys::default();
    }

    fn keys(&self) -> RwLockReadGuard<'_, Keys> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks the key of a person up in the file.
pub(crate) fn find_person(connection: &Connection, person: &ActorId) -> Result<Option<i64>> {
    let mut statement = connection.prepare_cached("SELECT key FROM people WHERE id = ?1").map_err(fault)?;
    statement.query_row([person.as_str()], |row| row.get(0)).optional().map_err(fault)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema;

    #[test]
    fn every_place_is_known_whoever_gave_it_its_key() {
        let connection = Connection::open_in_memory().unwrap();
        schema::migrate(&connection, 0, schema::newest()).unwrap();
        let give = |key: i64, stage: &str| {
            let row = (key, [7_u8; 16], stage, 0, [0_u8; 16], 1, "", 1);
            connection.execute("INSERT INTO places VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", row).unwrap();
        };
        let known = Known::default();
        let keys = |stage: &str| {
            let fitting = known.places(&connection, |place| place.stage.as_str().starts_with(stage)).unwrap();
            fitting.iter().map(|keys| keys.key).collect::<Vec<_>>()
        };
        assert_eq!(keys(""), Vec::<i64>::new());
        for (key, stage) in [(1, "open"), (2, "closed"), (3, "opened_again")] {
            give(key, stage);
        }
        known.place(&connection, 3).unwrap();
        assert_eq!((keys("open"), keys("")), (vec![1, 3], vec![1, 2, 3]));
        give(4, "open_late");
        assert_eq!((keys("open"), keys("waiting")), (vec![1, 3, 4], vec![]));
    }
}
