//! Integer keys for people, places, causes and streams, given out when each is first written.

use std::cell::RefCell;
use std::collections::HashMap;

use casekit_core::model::{ActorId, Case, CaseId, FieldId, FieldOwner, StreamId, StreamKind, TagId, limits};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use crate::error::{Result, damaged, fault, unreadable};
use crate::known::{Known, NOBODY, Place, PlaceKey, find_person};
use crate::value::priority_code;

/// Keys as a transaction sees them: those that are committed, and those that it gave out itself. The latter stay out of
/// the shared cache until the commit.
pub(crate) struct Keys<'a> {
    change: &'a Connection,
    known: &'a Known,
    own: RefCell<Own>,
}

#[derive(Default)]
struct Own {
    people: HashMap<ActorId, i64>,
    places: HashMap<Place, PlaceKey>,
    /// The tags for which ids stand. Not shared: they change when one is merged.
    tags: HashMap<TagId, i64>,
}

impl<'a> Keys<'a> {
    pub(crate) fn new(change: &'a Connection, known: &'a Known) -> Self {
        Self { change, known, own: RefCell::default() }
    }

    /// The key of a person, given out if they have none.
    pub(crate) fn person(&self, person: &ActorId) -> Result<i64> {
        const GIVE: &str = "INSERT INTO people (id) VALUES (?1) RETURNING key";
        let known = self.known.known_person(person);
        if let Some(key) = known.or_else(|| self.own.borrow().people.get(person).copied()) {
            return Ok(key);
        }
        let key = match find_person(self.change, person)? {
            Some(key) => key,
            None => {
                let mut give = self.change.prepare_cached(GIVE).map_err(fault)?;
                give.query_row([person.as_str()], |row| row.get(0)).map_err(fault)?
            }
        };
        self.own.borrow_mut().people.insert(person.clone(), key);
        Ok(key)
    }

    pub(crate) fn optional_person(&self, person: Option<&ActorId>) -> Result<Option<i64>> {
        person.map(|person| self.person(person)).transpose()
    }

    /// The key of a case's holder; `NOBODY` if it has none.
    pub(crate) fn holder(&self, case: &Case) -> Result<i64> {
        case.holder_id().map_or(Ok(NOBODY), |holder| self.person(holder))
    }

    /// The keys of a case's type, stage, category, team, priority and resolution, given out if they are new.
    pub(crate) fn place(&self, case: &Case) -> Result<PlaceKey> {
        const FIND: &str = "SELECT key, family FROM places
            WHERE case_type = ?1 AND stage = ?2 AND category = ?3 AND team = ?4 AND priority = ?5
            AND resolution = ?6";
        // The key of the first place of a type and a team is the family of all places of the two.
        const GIVE: &str = "INSERT INTO places (key, case_type, stage, category, team, priority, resolution, family)
            SELECT n, ?1, ?2, ?3, ?4, ?5, ?6, coalesce((SELECT min(key) FROM places WHERE case_type = ?1 AND team = ?4), n)
            FROM (SELECT coalesce(max(key), 0) + 1 AS n FROM places) RETURNING key, family";
        let place = Place::of(case);
        let known = self.known.known_place(&place);
        if let Some(keys) = known.or_else(|| self.own.borrow().places.get(&place).copied()) {
            return Ok(keys);
        }
        let (case_type, stage) = (place.case_type.0.as_bytes(), place.stage.as_str());
        let read = |row: &rusqlite::Row<'_>| Ok(PlaceKey { key: row.get(0)?, family: row.get(1)? });
        let one = |sql| {
            let mut statement = self.change.prepare_cached(sql)?;
            let (team, priority) = (place.team_bytes(), priority_code(place.priority));
            let of_case = params![case_type, stage, place.category, team, priority, place.resolution_text()];
            statement.query_row(of_case, read)
        };
        let keys = match one(FIND).optional().map_err(fault)? {
            Some(keys) => keys,
            None => one(GIVE).map_err(fault)?,
        };
        self.own.borrow_mut().places.insert(place, keys);
        Ok(keys)
    }

    /// The key of a failure's code and setting, given out if they are new.
    pub(crate) fn cause(&self, code: &str, setting: Option<&str>) -> Result<i64> {
        const FIND: &str = "SELECT key FROM causes WHERE code = ?1 AND setting IS ?2";
        const GIVE: &str = "INSERT INTO causes (code, setting) VALUES (?1, ?2) RETURNING key";
        let one = |sql| {
            let mut statement = self.change.prepare_cached(sql)?;
            statement.query_row(params![code, setting], |row| row.get::<_, i64>(0))
        };
        match one(FIND).optional().map_err(fault)? {
            Some(key) => Ok(key),
            None => one(GIVE).map_err(fault),
        }
    }

    /// The key of a field, given out if it is new.
    pub(crate) fn field(&self, owner: FieldOwner, field: &FieldId) -> Result<i64> {
        crate::fields::give_key(self.change, owner, field)
    }

    /// The key of the tag for which an id stands, given out if it is new: a case can come before the tags that its commit
    /// makes.
    pub(crate) fn tag(&self, tag: TagId) -> Result<i64> {
        if let Some(key) = self.own.borrow().tags.get(&tag) {
            return Ok(*key);
        }
        let key = match tag_in_use(self.change, tag)? {
            Some(key) => key,
            None => row_of(open(self.change, StreamId::Tag(tag), None)?),
        };
        self.own.borrow_mut().tags.insert(tag, key);
        Ok(key)
    }

    /// Forgets for which tags ids stand, since one was merged.
    pub(crate) fn forget_tags(&self) {
        self.own.borrow_mut().tags.clear();
    }

    /// The key of a case's customer, who must be in the file.
    pub(crate) fn customer(&self, case: &Case) -> Result<Option<i64>> {
        const SQL: &str = "SELECT key FROM customers WHERE id = ?1";
        let Some(customer) = case.customer else { return Ok(None) };
        let mut statement = self.change.prepare_cached(SQL).map_err(fault)?;
        let found = statement.query_row([customer.0.as_bytes()], |row| row.get(0)).optional();
        found.map_err(fault)?.ok_or_else(unreadable).map(Some)
    }

    /// Forgets the keys of this transaction after a savepoint was rolled back, since some of them may have been given
    /// out within it. Those that are left are looked up again.
    pub(crate) fn undo(&self) {
        *self.own.borrow_mut() = Own::default();
    }

    /// The keys of this transaction, to be published once it is committed.
    pub(crate) fn given(self) -> Given {
        Given(self.own.into_inner())
    }
}

/// The keys that a transaction gave out or looked up.
pub(crate) struct Given(Own);

impl Given {
    /// Puts the keys into the shared cache. To be called only after the commit.
    pub(crate) fn publish(self, known: &Known) {
        for (person, key) in self.0.people {
            known.keep_person(person, key);
        }
        for (place, keys) in self.0.places {
            known.keep_place(place, keys);
        }
    }
}

/// The key of a case's stream: four times its number. The two low bits of a stream's key tell kinds apart.
pub(crate) fn of_case(number: u64) -> i64 {
    crate::value::integer(number).saturating_mul(4)
}

/// The key of a person's stream, from that of the person.
pub(crate) fn of_person(key: i64) -> i64 {
    key.saturating_mul(4).saturating_add(3)
}

/// The key of a definition's stream, from that of the definition.
pub(crate) fn of_definition(key: i64) -> i64 {
    key.saturating_mul(4).saturating_add(2)
}

/// The key of a stream, given out if it is new. `key` is that of a case or a person, and `None` for other kinds.
///
/// A new key follows the greatest of all kinds, so that it is free. In a copy, events come before the states, so the
/// stream may have a key already.
pub(crate) fn open(change: &Connection, stream: StreamId, key: Option<i64>) -> Result<i64> {
    const GIVE: &str =
        "INSERT INTO streams (key, kind, id) VALUES (?1, ?2, ?3) ON CONFLICT (kind, id) DO NOTHING";
    const NEXT: &str = "SELECT coalesce(max(key), 0) / 4 + 1 FROM streams";
    let within = match stream.kind() {
        StreamKind::Case => 0,
        StreamKind::Customer => 1,
        StreamKind::Settings | StreamKind::Workflow | StreamKind::CaseType => 2,
        StreamKind::Ledger | StreamKind::Team | StreamKind::Tag => 2,
        StreamKind::Person => 3,
    };
    let key = match key {
        Some(key) => key,
        None => {
            let mut next = change.prepare_cached(NEXT).map_err(fault)?;
            let row = next.query_row((), |row| row.get::<_, i64>(0)).map_err(fault)?;
            row.checked_mul(4).and_then(|key| key.checked_add(within)).ok_or_else(|| damaged("streams"))?
        }
    };
    let mut give = change.prepare_cached(GIVE).map_err(fault)?;
    let id = stream.uuid();
    match give.execute(params![key, stream.kind().code(), id.as_bytes()]).map_err(fault)? {
        0 => find(change, stream),
        _ => Ok(key),
    }
}

/// The key of a stream that is in the file.
pub(crate) fn find(change: &Connection, stream: StreamId) -> Result<i64> {
    const SQL: &str = "SELECT key FROM streams WHERE kind = ?1 AND id = ?2";
    let mut statement = change.prepare_cached(SQL).map_err(fault)?;
    let id = stream.uuid();
    let found = statement.query_row(params![stream.kind().code(), id.as_bytes()], |row| row.get(0));
    found.optional().map_err(fault)?.ok_or_else(unreadable)
}

/// The key of the tag for which an id stands: the last of those into which it was merged. `None` if the file has no such tag.
///
/// While a copy is written, a stream can be there before its state: then it stands for itself as yet.
pub(crate) fn tag_in_use(connection: &Connection, tag: TagId) -> Result<Option<i64>> {
    const SQL: &str = "SELECT s.key, d.body ->> '$.tag.merged_into' FROM streams s
        LEFT JOIN definitions d ON d.key = s.key >> 2 WHERE s.kind = ?1 AND s.id = ?2";
    let mut statement = connection.prepare_cached(SQL).map_err(fault)?;
    let mut id = tag.0;
    // As often as there can be tags: a file that somebody forged can have a circle.
    for _ in 0..=limits::DEFINITIONS {
        let row = params![StreamKind::Tag.code(), id.as_bytes()];
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let found: Option<(i64, Option<String>)> =
            statement.query_row(row, read).optional().map_err(fault)?;
        match found {
            None => return Ok(None),
            Some((stream, None)) => return Ok(Some(row_of(stream))),
            Some((_, Some(into))) => id = Uuid::try_parse(&into).map_err(|_| unreadable())?,
        }
    }
    Err(unreadable())
}

/// The key of a stream's row: the number of a case, or the key of a customer, a definition or a person.
pub(crate) fn row_of(stream: i64) -> i64 {
    stream >> 2
}

/// The number of a case that is in the file.
pub(crate) fn number_of(change: &Connection, case: CaseId) -> Result<u64> {
    let stream = find(change, StreamId::Case(case))?;
    u64::try_from(row_of(stream)).map_err(|_| unreadable())
}
