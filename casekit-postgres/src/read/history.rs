//! The history of a stream, for showing it.

use casekit_core::event::Event;
use casekit_core::store::{EventQuery, History, HistoryQuery, LoadPlan};

use crate::connection::Connection;
use crate::error::{Result, unreadable};
use crate::read::{events, load};

/// Events of a stream after a revision, oldest first, with the case, in the connection's transaction.
pub(crate) fn history(connection: &Connection, query: &HistoryQuery) -> Result<History> {
    let HistoryQuery { stream, after, limit } = *query;
    let events = events::page(connection, &EventQuery::Stream { stream, after, limit })?;
    let events = events.iter().map(|event| event.open().map_err(|_| unreadable()));
    let events = events.collect::<Result<Vec<Event>>>()?;
    let case = match stream.case() {
        Some(id) => load::now(connection, &LoadPlan::case(id))?.cases.pop(),
        None => None,
    };
    Ok(History { case, events })
}
