//! The definitions, kept parsed and revalidated by their generation.

use std::sync::{Arc, Mutex, PoisonError};

use casekit_core::model::{Catalog, State};
use casekit_core::store::incomplete;
use rusqlite::Connection;

use crate::error::{Result, fault, unreadable};
use crate::value::json;

/// The catalog that was parsed last, with its generation.
#[derive(Default)]
pub(crate) struct CatalogCache(Mutex<Option<(i64, Arc<Catalog>)>>);

impl CatalogCache {
    /// The catalog of a generation, if that is the one that is kept.
    pub(crate) fn of(&self, generation: i64) -> Option<Arc<Catalog>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().filter(|(known, _)| *known == generation).map(|(_, catalog)| Arc::clone(catalog))
    }

    /// Forgets it: another file may be at the path by now.
    pub(crate) fn forget(&self) {
        self.keep(None);
    }

    fn keep(&self, kept: Option<(i64, Arc<Catalog>)>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = kept;
    }

    /// The catalog of the moment that the connection is in, in which the file has this generation.
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

/// The generation while a copy is being written into the file.
pub(crate) const INCOMPLETE: i64 = -1;

pub(crate) const GENERATION: &str = "SELECT generation FROM file";

pub(crate) fn generation(connection: &Connection) -> Result<i64> {
    let mut statement = connection.prepare_cached(GENERATION).map_err(fault)?;
    statement.query_row((), |row| row.get(0)).map_err(fault)
}

fn parse(connection: &Connection) -> Result<Catalog> {
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
            State::Ledger(_) => {}
            State::Customer(_) | State::Case(_) => return Err(unreadable()),
        }
    }
    Ok(catalog)
}
