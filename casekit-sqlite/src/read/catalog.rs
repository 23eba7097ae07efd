//! The catalog, kept parsed and compared by its generation.

use std::sync::{Arc, Mutex, PoisonError};

use casekit_core::model::{Catalog, State};
use casekit_core::store::incomplete;
use rusqlite::Connection;

use crate::error::{Result, fault, unreadable};
use crate::value::json;

/// Tells every process that its cached definitions are old. Beyond the greatest number it begins again: only that it is
/// another one matters, and a file in which somebody put that number must let itself be worked in.
pub(crate) const NEXT_GENERATION: &str =
    "UPDATE file SET generation = iif(generation = 9223372036854775807, 1, generation + 1)";

/// The generation that [`NEXT_GENERATION`] leaves.
pub(crate) fn after(generation: i64) -> i64 {
    generation.checked_add(1).unwrap_or(1)
}

/// The catalog that was parsed last, with its generation. The lock is held only to copy or replace the `Arc`, never
/// while definitions are parsed; two callers may then parse the same ones, which does no harm.
#[derive(Default)]
pub(crate) struct CatalogCache(Mutex<Option<(i64, Arc<Catalog>)>>);

impl CatalogCache {
    /// The kept catalog, if it is of this generation.
    pub(crate) fn of(&self, generation: i64) -> Option<Arc<Catalog>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().filter(|(known, _)| *known == generation).map(|(_, catalog)| Arc::clone(catalog))
    }

    /// Forgets the catalog when the store is suspended: another file may be at the path when it is resumed.
    pub(crate) fn forget(&self) {
        self.keep(None);
    }

    fn keep(&self, kept: Option<(i64, Arc<Catalog>)>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = kept;
    }

    /// The catalog in the connection's read transaction, in which the file has this generation.
    ///
    /// # Errors
    /// `Incomplete` while a copy is being written into the file, otherwise a fault.
    pub(crate) fn current(&self, connection: &Connection, generation: i64) -> Result<Arc<Catalog>> {
        if generation == INCOMPLETE {
            return Err(incomplete());
        }
        if let Some(catalog) = self.of(generation) {
            return Ok(catalog);
        }
        let catalog = Arc::new(parse(connection)?);
        self.keep(Some((generation, Arc::clone(&catalog))));
        Ok(catalog)
    }
}

/// The generation while a copy is being written into the file. No other is negative.
pub(crate) const INCOMPLETE: i64 = -1;

const GENERATION: &str = "SELECT generation FROM file";

pub(crate) fn generation(connection: &Connection) -> Result<i64> {
    let mut statement = connection.prepare_cached(GENERATION).map_err(fault)?;
    statement.query_row((), |row| row.get(0)).map_err(fault)
}

/// The catalog as the definitions have it.
pub(crate) fn parse(connection: &Connection) -> Result<Catalog> {
    const SQL: &str = "SELECT body FROM definitions";
    let mut catalog = Catalog::default();
    for state in crate::rows::rows(connection, SQL, &[], |row| json::<State>(row, 0))? {
        match state {
            State::Settings(settings) => catalog.settings = Some(Arc::new(settings)),
            State::CaseType(case_type) => {
                catalog.case_types.insert(case_type.id, Arc::new(case_type));
            }
            State::Workflow(workflow) => {
                catalog.workflows.insert(workflow.id, Arc::new(workflow));
            }
            State::Team(team) => {
                catalog.teams.insert(team.id, Arc::new(team));
            }
            State::Tag(tag) => {
                catalog.tags.insert(tag.id, Arc::new(tag));
            }
            State::Ledger(_) => {}
            State::Customer(_) | State::Case(_) | State::Person(_) => return Err(unreadable()),
        }
    }
    Ok(catalog)
}
