//! What a store on a server writes by itself: that it goes on somewhere else.

use super::{Commit, Expect};
use crate::event::{Draft, Fact, Header, LedgerFact, Personal};
use crate::model::{ActorId, Ledger, Lineage, State, StreamId};

impl Commit {
    /// The commit with which a store begins a lineage, in front of those that it was given, once it finds itself on another
    /// server than the one on which its newest event was written. That server may lack the newest commits, and would assign
    /// their positions again.
    ///
    /// `ledger` is what the store has now, `position` that of its newest event, and `lineage` a fresh random id.
    #[must_use]
    pub fn taken_over(ledger: Ledger, position: u64, lineage: Lineage, given: &[Commit]) -> Self {
        // As late as what it was given, by the clock of its host. What was imported tells of another time.
        let drafts = given.iter().flat_map(|commit| &commit.drafts).map(|draft| &draft.header);
        let at = drafts.filter(|header| header.imported_by.is_none()).map(|header| header.at).max();
        let header = Header {
            at: at.unwrap_or_default(),
            actor: ActorId::library(),
            on_behalf_of: None,
            imported_by: None,
        };
        let fact = Fact::Ledger(LedgerFact::TakenOver { position, lineage });
        Self {
            request: None,
            expect: vec![Expect::Revision(StreamId::Ledger, ledger.revision)],
            read_set: vec![State::Ledger(ledger)],
            read_notes: Vec::new(),
            drafts: vec![Draft { header, fact, personal: Personal::default() }],
            // Without a personal part there is nothing that it would protect.
            salts: vec![[0; 16]],
            keep_blobs: Vec::new(),
            drop_blobs: Vec::new(),
        }
    }
}
