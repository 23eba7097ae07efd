//! What is, a command and its context: drafts of events, or a rejection. Pure.
//!
//! One file per family of commands. Each command says what it needs loaded ([`Command::load_plan`]) and decides on it
//! ([`Command::decide`]); the engine does the rest, the same for all of them.

pub(crate) mod blockers;
mod case_edit;
mod case_holder;
mod case_raise;
mod case_texts;
mod case_type;
mod case_type_parse;
mod collect;
mod customer;
mod customer_parse;
#[cfg(test)]
mod fingerprints;
mod import;
mod intake;
mod ledger;
mod names;
mod new_case;
mod note;
mod release;
mod restore;
mod settings;
mod steps;
#[cfg(test)]
pub(crate) mod testing;
mod workflow;
mod workflow_parse;

pub(crate) use case_edit::{EditCase, MigrateCase};
pub(crate) use case_holder::{AssignCase, ReturnCase, TakeCase, TakeOverCase};
pub(crate) use case_raise::RaiseCase;
pub(crate) use case_type::{CreateCaseType, EditCaseType, SetCaseTypeActive};
pub(crate) use collect::{MayPrepare, RecordCollection, SourceResult};
pub(crate) use customer::{CreateCustomer, UpdateCustomer};
pub(crate) use import::{ImportEntry, customer_claim};
pub(crate) use intake::{ReceiveRequest, intake_claim};
pub(crate) use ledger::{RecordExport, RecordImport, TakeCheckpoint};
pub(crate) use new_case::check as check_new_case;
pub(crate) use note::{AddNote, EditNote, NotePlace, RetractNote, ShowNote};
pub(crate) use release::{DestroyData, RecordMilestone, RequestRelease, SendAgain};
pub(crate) use restore::{LeaveToPerson, RecordRestore};
pub(crate) use settings::{ChangeSettings, SetUp};
pub(crate) use steps::{ApproveStep, Approving, DenyRequest, RevokeApproval, Withdraw, step_for};
pub(crate) use workflow::{CreateWorkflow, EditWorkflow, SetWorkflowActive};

use serde::Serialize;
use uuid::Uuid;

use crate::commit::{Claim, Expect, Salt};
use crate::event::{Draft, Fact, Header, Personal};
use crate::language::Language;
use crate::model::{
    Actor, ActorId, BlobId, Case, CaseType, CaseTypeId, Customer, Note, Permission, Redaction, Scope,
    Snapshot, State, StreamId, Timestamp,
};
use crate::rejection::Rejection;
use crate::store::{LoadPlan, Loaded};

/// A command as the engine carries it out.
pub(crate) trait Command: Serialize {
    /// The word for it in errors, permissions and blockers.
    fn action(&self) -> &'static str;

    /// What must be loaded to decide it.
    fn load_plan(&self) -> Result<LoadPlan, Rejection>;

    /// The data whose digest it needs to be decided, once nothing else stands in its way. Only an approval of data does.
    fn weighs<'a>(&'a self, _context: &Context<'a>) -> Result<Option<Weighed<'a>>, Rejection> {
        Ok(None)
    }

    /// The events that it leads to, or why it leads to none.
    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection>;
}

/// Data as it would be sent: a snapshot of a case, without what is hidden.
pub(crate) struct Weighed<'a> {
    pub(crate) case: &'a Case,
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) redactions: Vec<Redaction>,
}

/// Everything that a decision may look at besides its command.
pub(crate) struct Context<'a> {
    /// Who acts, and what they may do.
    pub(crate) actor: &'a Actor,
    /// Their id, parsed.
    pub(crate) by: &'a ActorId,
    /// For whom they act.
    pub(crate) on_behalf_of: Option<&'a ActorId>,
    /// In which they name and read things.
    pub(crate) language: &'a Language,
    /// That of the kit.
    pub(crate) kit_language: &'a Language,
    /// What the host's authorizer leaves them.
    pub(crate) scope: &'a Scope,
    /// When.
    pub(crate) now: Timestamp,
    /// An id that was never used.
    pub(crate) fresh: Uuid,
    /// Random bytes that nobody can guess.
    pub(crate) salt: Salt,
    /// What was loaded, without the cases that the actor may not see.
    pub(crate) loaded: &'a Loaded,
    /// The digest of the data that the command [weighs](Command::weighs), if it does.
    pub(crate) data: Option<&'a str>,
}

/// What a command leads to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Decision {
    /// What it relied on.
    pub(crate) expect: Vec<Expect>,
    /// The states that it builds on.
    pub(crate) read_set: Vec<State>,
    /// The notes that it builds on.
    pub(crate) read_notes: Vec<Note>,
    /// What happens; empty if the command changes nothing.
    pub(crate) drafts: Vec<Draft>,
    /// Blobs that the events refer to.
    pub(crate) keep_blobs: Vec<BlobId>,
    /// Blobs that are destroyed.
    pub(crate) drop_blobs: Vec<BlobId>,
}

impl Decision {
    /// It relies on a stream being as it was read.
    pub(crate) fn relies_on(&mut self, stream: StreamId, revision: u64) {
        self.expect.push(Expect::Revision(stream, revision));
    }

    /// It relies on a state being as it was read, and may change it.
    pub(crate) fn builds_on(&mut self, state: State) {
        self.relies_on(state.stream(), state.revision());
        self.read_set.push(state);
    }

    /// It changes a case; its type was read too.
    pub(crate) fn builds_on_case(&mut self, case: &Case, context: &Context<'_>) -> Result<(), Rejection> {
        let case_type = context.case_type(case.case_type)?;
        self.relies_on(StreamId::CaseType(case_type.id), case_type.revision);
        self.builds_on(State::Case(Box::new(case.clone())));
        Ok(())
    }

    /// It relies on a stream not being there.
    pub(crate) fn makes(&mut self, stream: StreamId) {
        self.expect.push(Expect::Absent(stream));
    }

    /// It relies on nobody having a name.
    pub(crate) fn claims(&mut self, claim: Claim) {
        self.expect.push(Expect::Unclaimed(claim));
    }
}

impl<'a> Context<'a> {
    /// An event by the actor, now.
    pub(crate) fn draft(&self, fact: Fact, personal: Personal) -> Draft {
        Draft {
            header: Header {
                at: self.now,
                actor: self.by.clone(),
                on_behalf_of: self.on_behalf_of.cloned(),
                imported_by: None,
            },
            fact,
            personal,
        }
    }

    /// The actor must be allowed to do it.
    pub(crate) fn require(&self, permission: Permission, action: &str) -> Result<(), Rejection> {
        if self.actor.may(permission) {
            return Ok(());
        }
        Err(Rejection::Forbidden { action: action.to_owned(), permission })
    }

    /// A case that was loaded, and that the actor may see.
    pub(crate) fn case(&self, id: crate::model::CaseId) -> Result<&'a Case, Rejection> {
        let found = self.loaded.cases.iter().find(|case| case.id == id);
        found.ok_or_else(|| Rejection::not_found("case", id))
    }

    /// A customer that was loaded.
    pub(crate) fn customer(&self, id: crate::model::CustomerId) -> Result<&'a Customer, Rejection> {
        let found = self.loaded.customers.iter().find(|customer| customer.id == id);
        found.ok_or_else(|| Rejection::not_found("customer", id))
    }

    /// A note that was loaded, with its case.
    pub(crate) fn note(&self, id: crate::model::NoteId) -> Result<(&'a Note, &'a Case), Rejection> {
        let missing = || Rejection::not_found("note", id);
        let note = self.loaded.notes.iter().find(|note| note.id == id).ok_or_else(missing)?;
        let hidden = note.visibility == crate::model::Visibility::Internal && !self.scope.internal_notes;
        if hidden {
            return Err(missing());
        }
        Ok((note, self.case(note.case).map_err(|_| missing())?))
    }

    /// A case type of the file.
    pub(crate) fn case_type(&self, id: CaseTypeId) -> Result<&'a CaseType, Rejection> {
        let found = self.loaded.catalog.case_types.get(&id);
        found.map(AsRef::as_ref).ok_or_else(|| Rejection::not_found("case type", id))
    }

    /// Whether the scope leaves the actor a case type.
    pub(crate) fn sees_type(&self, id: CaseTypeId) -> bool {
        self.scope.types.as_ref().is_none_or(|types| types.contains(&id))
    }
}

/// The caller's revision, if they named one, must be the present one.
pub(crate) fn not_changed_since(seen: Option<u64>, now: u64) -> Result<(), Rejection> {
    match seen {
        Some(seen) if seen != now => Err(Rejection::Conflict { seen, now }),
        Some(_) | None => Ok(()),
    }
}
