//! Which streams changed since a cursor: what tells an open screen whether it is concerned.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::Engine;
use crate::error::Error;
use crate::model::{StreamId, limits};
use crate::observer::{Subscription, Watch};
use crate::rejection::Rejection;
use crate::store::{Cursor, EventQuery, LoadPlan};

/// Which streams changed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct ChangedStreams {
    /// Up to where that is known: what the next question begins with.
    pub cursor: Cursor,
    /// The streams, each once; `None` if any may have changed, because too much did or nobody said since when.
    pub streams: Option<Vec<StreamId>>,
}

impl ChangedStreams {
    /// Whether something may have happened to a stream.
    #[must_use]
    pub fn concerns(&self, stream: StreamId) -> bool {
        self.streams.as_ref().is_none_or(|streams| streams.contains(&stream))
    }
}

impl Engine {
    /// Returns which streams changed since a cursor.
    ///
    /// # Errors
    /// `CursorNotOfThisStore` as for [`Desk::changes_since`](crate::Desk::changes_since); a fault of the store.
    pub fn changed_streams(&self, since: Option<&Cursor>) -> Result<ChangedStreams, Error> {
        // Before the events, as in `changes_since`.
        let newest = self.store.newest()?;
        let Some(since) = since else { return Ok(ChangedStreams { cursor: newest, streams: None }) };
        let after = self.goes_on(since, &newest)?;
        let stored = self.store.events(&EventQuery::All { after, limit: limits::PAGE })?;
        if stored.len() >= limits::PAGE as usize {
            return Ok(ChangedStreams { cursor: newest, streams: None });
        }
        let position = stored.last().map_or(after, |one| one.position);
        let streams: BTreeSet<StreamId> = stored.iter().map(|one| one.stream).collect();
        let cursor = Cursor { position, ..newest };
        Ok(ChangedStreams { cursor, streams: Some(streams.into_iter().collect()) })
    }

    /// Tells a closure which streams changed, after commits, until the subscription is dropped.
    pub fn observe_streams(
        self: &Arc<Self>,
        tell: impl Fn(&ChangedStreams) + Send + Sync + 'static,
    ) -> Subscription {
        // Not the engine itself: a subscription does not keep a kit open.
        let (engine, heard) = (Arc::downgrade(self), Mutex::new(Some(self.observers.heard())));
        self.observe(move |cursor: &Cursor| {
            let Some(engine) = engine.upgrade() else { return };
            let since = heard.lock().unwrap_or_else(PoisonError::into_inner).take();
            // A fault of the store, or another lineage: whoever is told reads everything anew, and learns of the fault there.
            let found = engine.changed_streams(since.as_ref());
            let changed = found.unwrap_or(ChangedStreams { cursor: *cursor, streams: None });
            *heard.lock().unwrap_or_else(PoisonError::into_inner) = Some(changed.cursor);
            // What another call has told of already.
            if changed.streams.as_ref().is_none_or(|streams| !streams.is_empty()) {
                tell(&changed);
            }
        })
    }

    /// What waits for commits without a thread.
    pub fn watch(&self) -> Watch {
        self.observers.watch(self.observers.heard())
    }

    /// The position after which reading continues.
    pub(crate) fn goes_on(&self, cursor: &Cursor, newest: &Cursor) -> Result<u64, Error> {
        if cursor.lineage != newest.lineage || cursor.position > newest.position {
            let plan = LoadPlan { ledger: true, ..LoadPlan::default() };
            let ledger = self.store.load(&plan)?.ledger;
            if !cursor.is_of(&ledger, newest.position) {
                return Err(Rejection::CursorNotOfThisStore.into());
            }
        }
        Ok(cursor.position)
    }
}
