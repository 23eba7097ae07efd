//! The directory of people.

use std::collections::BTreeSet;

use casekit_core::model::{ActorId, Person};
use casekit_core::store::{PeopleQuery, PersonRow};
use rusqlite::{Connection, Row};

use crate::error::{Result, fault};
use crate::rows::rows;
use crate::value::{id, optional_text, text, unsigned};

/// People who have a name, by their actor ids.
pub(crate) fn find(connection: &Connection, query: &PeopleQuery) -> Result<Vec<PersonRow>> {
    const THAT: &str = "SELECT p.id, p.name,
        EXISTS (SELECT 1 FROM people q WHERE q.name = p.name AND q.key <> p.key)
        FROM people p WHERE p.id = ?1 AND p.name IS NOT NULL AND p.entry IS NOT NULL";
    // Named, since the other index on ids also has everybody without a name.
    const ALL: &str = "SELECT p.id, p.name,
        EXISTS (SELECT 1 FROM people q WHERE q.name = p.name AND q.key <> p.key)
        FROM people p INDEXED BY people_named
        WHERE p.name IS NOT NULL AND p.entry IS NOT NULL AND p.id > ?1 ORDER BY p.id LIMIT ?2";
    match query {
        PeopleQuery::All { after, limit } => {
            let after = after.as_ref().map_or("", ActorId::as_str);
            rows(connection, ALL, &[&after, limit], named)
        }
        PeopleQuery::Those(ids) => super::at_one_moment(connection, |_| {
            let mut found = Vec::new();
            for id in ids.iter().collect::<BTreeSet<_>>() {
                found.extend(rows(connection, THAT, &[&id.as_str()], named)?);
            }
            Ok(found)
        }),
    }
}

fn named(row: &Row<'_>) -> Result<PersonRow> {
    Ok(PersonRow { actor: text(row, 0)?, name: text(row, 1)?, shared: row.get(2).map_err(fault)? })
}

/// The entries of people by their actor ids, whether they still have a name or not.
pub(crate) fn entry(connection: &Connection, actor: &ActorId) -> Result<Option<Person>> {
    const SQL: &str = "SELECT entry, id, revision, name FROM people WHERE id = ?1 AND entry IS NOT NULL";
    Ok(rows(connection, SQL, &[&actor.as_str()], |row| person(row, 0))?.pop())
}

/// A person, from the columns `entry`, `id`, `revision` and `name`.
pub(crate) fn person(row: &Row<'_>, first: usize) -> Result<Person> {
    Ok(Person {
        id: id(row, first)?,
        actor: text(row, first + 1)?,
        revision: unsigned(row, first + 2)?,
        name: optional_text(row, first + 3)?,
    })
}
