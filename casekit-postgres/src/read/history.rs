//! The history of a stream, for showing it.

use casekit_core::event::Event;
use casekit_core::store::{Defined, EventQuery, History, HistoryQuery, LoadPlan};

use super::at_one_moment;
use crate::connection::Connection;
use crate::error::{Result, unreadable};
use crate::read::catalog::CatalogCache;
use crate::read::{events, load};

/// Events of a stream after a revision, oldest first, with the case and the catalog of the same moment.
pub(crate) fn history(
    connection: &Connection,
    catalogs: &CatalogCache,
    query: &HistoryQuery,
) -> Result<Defined<History>> {
    let HistoryQuery { stream, after, limit } = *query;
    at_one_moment(connection, |connection, moment| {
        let catalog = catalogs.current(connection, moment.generation)?;
        let events = events::page(connection, &EventQuery::Stream { stream, after, limit })?;
        let events = events.iter().map(|event| event.open().map_err(|_| unreadable()));
        let events = events.collect::<Result<Vec<Event>>>()?;
        let case = match stream.case() {
            Some(id) => load::now(connection, &LoadPlan::case(id))?.cases.pop(),
            None => None,
        };
        Ok(Defined { answer: History { case, events }, catalog })
    })
}
