//! What earlier imports brought in of a case, so that an update brings in only what is new.

use std::collections::VecDeque;

use crate::event::{CaseFact, Header};
use crate::model::{ActorId, NoteId, Timestamp};

/// The changes of a case that were imported, oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Past {
    newest: Option<Timestamp>,
    told: Vec<Told>,
}

/// One change that was imported.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) at: Timestamp,
    pub(super) by: ActorId,
    /// What it was: `taken`, `returned`, `note`, `answered`, `stage` and the id of the stage, or `priority` and its code.
    pub(super) what: String,
    /// The note that it added, if any, with its path.
    pub(super) note: Option<(NoteId, Vec<u32>)>,
}

impl Past {
    /// The past of what is not there yet.
    pub(crate) fn none() -> &'static Self {
        static NONE: Past = Past { newest: None, told: Vec::new() };
        &NONE
    }

    /// Adds an event of the case, unless it was not imported, or is not what an item tells as a change.
    pub(crate) fn add(&mut self, header: &Header, fact: &CaseFact) {
        if header.imported_by.is_none() {
            return;
        }
        let told = if let CaseFact::StageChanged { to, .. } = fact {
            Some((format!("stage {to}"), None))
        } else if let CaseFact::NoteAdded { note, path, .. } = fact {
            Some(("note".to_owned(), Some((*note, path.clone()))))
        } else if let CaseFact::PriorityChanged { to, .. } = fact {
            Some((format!("priority {to}"), None))
        } else if matches!(fact, CaseFact::CaseTaken | CaseFact::CaseTakenOver { .. }) {
            Some(("taken".to_owned(), None))
        } else if matches!(fact, CaseFact::CaseReturned { .. }) {
            Some(("returned".to_owned(), None))
        } else if matches!(fact, CaseFact::WorkflowEnded { .. }) {
            Some(("answered".to_owned(), None))
        } else {
            None
        };
        if told.is_some() || matches!(fact, CaseFact::CaseRaised { .. }) {
            self.newest = self.newest.max(Some(header.at));
        }
        let entry = |(what, note)| Told { at: header.at, by: header.actor.clone(), what, note };
        self.told.extend(told.map(entry));
    }

    /// When the newest of them happened; `None` if nothing was imported.
    pub(super) fn newest(&self) -> Option<Timestamp> {
        self.newest
    }

    pub(super) fn told(&self) -> VecDeque<Told> {
        self.told.iter().cloned().collect()
    }
}
