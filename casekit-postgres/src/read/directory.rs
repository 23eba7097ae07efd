//! The directory of people.

use casekit_core::model::ActorId;
use casekit_core::store::{PeopleQuery, PersonRow};

use super::part::Part;
use crate::connection::Connection;
use crate::error::Result;
use crate::value::{flag, text};

/// People who have a name, by the bytes of their actor ids.
pub(crate) fn find(connection: &Connection, query: &PeopleQuery) -> Result<Vec<PersonRow>> {
    let mut part = Part::of(
        "SELECT q.actor, q.name, EXISTS (SELECT 1 FROM org.people o WHERE o.name = q.name AND o.id <> q.id)",
    );
    part.push(" FROM org.people q WHERE q.name IS NOT NULL");
    match query {
        PeopleQuery::Those(ids) => {
            let ids: Vec<String> = ids.iter().map(|id| id.as_str().to_owned()).collect();
            part.bind(" AND q.actor = ANY(?) ORDER BY q.actor", ids);
        }
        PeopleQuery::All { after, limit } => {
            part.bind(" AND q.actor > ?", after.as_ref().map_or("", ActorId::as_str));
            part.bind(" ORDER BY q.actor LIMIT ?", i64::from(*limit));
        }
    }
    part.rows(connection, |row| {
        Ok(PersonRow { actor: text(row, 0)?, name: text(row, 1)?, shared: flag(row, 2)? })
    })
}
