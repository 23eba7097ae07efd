//! The catalog, kept parsed and compared by its generation.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use casekit_core::model::{Catalog, State, StreamKind};
use casekit_core::store::incomplete;

use crate::connection::Connection;
use crate::error::{Result, unreadable};
use crate::value::json;

/// The catalog that was parsed last, with its generation. The lock is held only to compare, copy or replace it, never
/// while definitions are parsed; two callers may then parse the same ones, which does no harm.
///
/// A connection that was made later may lead to a server that took the place of the one before, without its newest commits. There
/// the same generation can be of other definitions, so such a connection parses them anew.
#[derive(Default)]
pub(crate) struct CatalogCache(Mutex<Option<Parsed>>);

struct Parsed {
    generation: i64,
    /// The number of the connection by which it was read.
    connection: u64,
    catalog: Arc<Catalog>,
}

impl CatalogCache {
    /// The kept catalog, if it is of this generation, and was not read by an older connection.
    pub(crate) fn of(&self, connection: &Connection, generation: i64) -> Option<Arc<Catalog>> {
        let kept = self.lock();
        let is_it = |kept: &&Parsed| kept.generation == generation && connection.number() <= kept.connection;
        kept.as_ref().filter(is_it).map(|kept| Arc::clone(&kept.catalog))
    }

    /// Forgets the catalog when the store is suspended: it may be restored from a backup before it is resumed.
    pub(crate) fn forget(&self) {
        *self.lock() = None;
    }

    /// The catalog in the connection's transaction, in which the store has this generation.
    ///
    /// # Errors
    /// `Incomplete` while a copy is being written into the store, otherwise a fault.
    pub(crate) fn current(&self, connection: &Connection, generation: i64) -> Result<Arc<Catalog>> {
        if generation == INCOMPLETE {
            return Err(incomplete());
        }
        if let Some(catalog) = self.of(connection, generation) {
            return Ok(catalog);
        }
        let parsed = parse(connection)?;
        let mut kept = self.lock();
        // The same one if it is the same: by that callers see that names still mean what they meant.
        let is_same = |kept: &Parsed| kept.generation == generation && *kept.catalog == parsed;
        let catalog = match kept.take().filter(is_same) {
            Some(known) => known.catalog,
            None => Arc::new(parsed),
        };
        *kept = Some(Parsed { generation, connection: connection.number(), catalog: Arc::clone(&catalog) });
        Ok(catalog)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Parsed>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The generation while a copy is being written into the store. No other is negative.
pub(crate) const INCOMPLETE: i64 = -1;

/// The generation after this one. Beyond the greatest number it begins again: only that it is another one matters.
pub(crate) fn after(generation: i64) -> i64 {
    generation.checked_add(1).unwrap_or(1)
}

/// The kinds of streams of which the catalog is made.
const KINDS: [StreamKind; 5] =
    [StreamKind::Settings, StreamKind::Workflow, StreamKind::CaseType, StreamKind::Team, StreamKind::Tag];

/// Whether the catalog is made of streams of a kind.
pub(crate) fn is_of(kind: StreamKind) -> bool {
    KINDS.contains(&kind)
}

/// The catalog as the definitions have it.
pub(crate) fn parse(connection: &Connection) -> Result<Catalog> {
    let kinds: Vec<i64> = KINDS.into_iter().map(|kind| kind.code().into()).collect();
    let mut catalog = Catalog::default();
    for row in
        connection.query("SELECT body FROM org.streams WHERE kind = ANY($1::int2[])", [kinds.into()])?
    {
        match json(&row, 0)? {
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
            State::Ledger(_) | State::Customer(_) | State::Case(_) | State::Person(_) => {
                return Err(unreadable());
            }
        }
    }
    Ok(catalog)
}
