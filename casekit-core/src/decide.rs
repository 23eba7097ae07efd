//! Decides commands: from the current state, a command and its context to drafts of events, or to a rejection. Pure.
//!
//! One file per family of commands. Each command says what it needs loaded ([`Command::load_plan`]) and decides on it
//! ([`Command::decide`]). The engine does everything else, in the same way for all commands.

pub(crate) mod action;
mod approve;
mod bank_account;
pub(crate) mod blockers;
mod case_edit;
mod case_holder;
mod case_raise;
mod case_texts;
mod case_type;
mod case_type_parse;
pub(crate) mod clock;
mod collect;
mod customer;
mod customer_fields;
mod customer_parse;
mod deadline_parse;
mod deadlines;
mod field_definitions;
pub(crate) mod fields;
#[cfg(test)]
mod fingerprints;
mod import;
mod intake;
mod ledger;
mod mark;
mod message;
mod migrate_all;
mod names;
mod new_case;
mod next_of_kin;
mod note;
pub(crate) mod offered;
mod pbkdf2;
mod people;
pub(crate) mod policies;
mod received;
mod release;
mod request_edit;
pub(crate) mod resolution;
mod resolution_parse;
mod restore;
mod retry_all;
mod round;
mod settings;
mod steps;
mod tags;
pub(crate) mod team;
#[cfg(test)]
pub(crate) mod testing;
mod time_of_types;
mod workflow;
mod workflow_parse;

pub(crate) use approve::{ApproveStep, Approving};
pub(crate) use bank_account::{AddBankAccount, EditBankAccount, RemoveBankAccount};
pub(crate) use case_edit::{EditCase, MigrateCase};
pub(crate) use case_holder::{AssignCase, ReturnCase, TakeCase, TakeOverCase};
pub(crate) use case_raise::RaiseCase;
pub(crate) use case_type::{CreateCaseType, EditCaseType, SetCaseTypeActive};
pub(crate) use collect::{
    ClaimCollection, CollectedBy, CollectionBase, LeaveOutSource, MayPrepare, RecordCollection, data_step,
};
pub(crate) use customer::{CreateCustomer, UpdateCustomer};
pub(crate) use customer_fields::MigrateCustomer;
pub(crate) use deadlines::{
    ExtendDeadline, FollowUpCase, GiveDate, KeepClock, PauseDeadlines, RecordRecount, ResumeDeadlines,
};
pub(crate) use import::{ImportEntry, Past, folded};
pub(crate) use intake::{ReceiveRequest, intake_claim};
pub(crate) use ledger::{BeginExport, EndExport, RecordImport, TakeCheckpoint};
pub(crate) use mark::Mark;
pub(crate) use message::{
    ReceiveAnswer, RecordMessage, SendMessage, StopMessage, answer_claim, fingerprint, sent_with,
};
pub(crate) use migrate_all::MigrateAll;
pub(crate) use new_case::{check as check_new_case, names_of as names_of_new_case};
pub(crate) use next_of_kin::{AddNextOfKin, EditNextOfKin, RemoveNextOfKin};
pub(crate) use note::{AddNote, EditNote, NotePlace, RetractNote, ShowNote};
pub(crate) use people::{NamePeople, name_person};
pub(crate) use release::{ConfirmTarget, DestroyData, RecordMilestone, RequestRelease, SendAgain};
pub(crate) use request_edit::EditRequest;
pub(crate) use restore::{LeaveToPerson, RecordRestore};
pub(crate) use retry_all::RetryAll;
pub(crate) use round::AnswerAnew;
pub(crate) use settings::{ChangeSettings, SetUp};
pub(crate) use steps::{DenyRequest, RevokeApproval, Withdraw};
pub(crate) use tags::{MergeTags, RenameTag, TagCase};
pub(crate) use team::{CreateTeam, EditTeam, SetTeamActive};
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
use crate::rejection::{FieldRule, Rejection};
use crate::store::{LoadPlan, Loaded};

/// A command, as the engine carries it out.
pub(crate) trait Command: Serialize {
    /// The stable name of the action in errors, permissions and blockers.
    fn action(&self) -> &'static str;

    /// What has to be loaded before the command can be decided.
    fn load_plan(&self) -> Result<LoadPlan, Rejection>;

    /// The data whose digest the decision needs; `None` for every command except an approval of data. An error if the
    /// command would be refused for another reason, so that no digest is computed in vain.
    fn weighs<'a>(&'a self, _context: &Context<'a>) -> Result<Option<Weighed<'a>>, Rejection> {
        Ok(None)
    }

    /// What else has to be loaded, once the definitions and the case are known: what values of fields name. `None` for
    /// nothing.
    fn names(&self, _context: &Context<'_>) -> Option<LoadPlan> {
        None
    }

    /// The record that it changes, whose revision a caller may say they saw; `None` if there is no such record.
    fn subject(&self) -> Option<Subject> {
        None
    }

    /// Whether it records what has happened already, outside the library. Nobody can forbid that any more.
    fn records(&self) -> bool {
        false
    }

    /// The events that the command leads to, or why it is refused.
    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection>;
}

/// A record with a revision that callers see.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Subject {
    Case(crate::model::CaseId),
    /// The case of a note: its revision counts what happens to its notes too.
    Note(crate::model::NoteId),
    Customer(crate::model::CustomerId),
}

/// A snapshot of a case without its redacted parts: the data as it would be sent.
pub(crate) struct Weighed<'a> {
    pub(crate) case: &'a Case,
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) redactions: Vec<Redaction>,
}

/// Everything that a decision may use besides its command.
pub(crate) struct Context<'a> {
    /// Who acts, with their permissions.
    pub(crate) actor: &'a Actor,
    /// The actor's id, parsed.
    pub(crate) by: &'a ActorId,
    /// The person for whom the actor acts; `None` if they act for themselves.
    pub(crate) on_behalf_of: Option<&'a ActorId>,
    /// The language in which the actor gives and reads names.
    pub(crate) language: &'a Language,
    /// The language that the kit was opened with.
    pub(crate) kit_language: &'a Language,
    /// What the host's authorizer lets the actor see.
    pub(crate) scope: &'a Scope,
    /// The time of the command; it becomes the time of its events.
    pub(crate) now: Timestamp,
    /// A new id, for a record that the command creates.
    pub(crate) fresh: Uuid,
    /// Random bytes that nobody can guess.
    pub(crate) salt: Salt,
    /// What the load plan asked for, without the cases that the actor may not see.
    pub(crate) loaded: &'a Loaded,
    /// The digest of the data that the command [weighs](Command::weighs); `None` if it weighs none.
    pub(crate) data: Option<&'a str>,
    /// What the command [names](Command::names), without what the actor may not see; `None` if it names nothing.
    pub(crate) named: Option<&'a Loaded>,
}

/// What a command leads to: drafts of events, and what must still hold when they are written.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Decision {
    /// What the decision read and relies on.
    pub(crate) expect: Vec<Expect>,
    /// The states that the events change.
    pub(crate) read_set: Vec<State>,
    /// The notes that the events change.
    pub(crate) read_notes: Vec<Note>,
    /// The events to write; empty if the command changes nothing.
    pub(crate) drafts: Vec<Draft>,
    /// Blobs that the events refer to, and that are kept with the commit.
    pub(crate) keep_blobs: Vec<BlobId>,
    /// Blobs that are destroyed with the commit.
    pub(crate) drop_blobs: Vec<BlobId>,
}

impl Decision {
    /// Expects the stream to have this revision still when the commit is written.
    pub(crate) fn relies_on(&mut self, stream: StreamId, revision: u64) {
        self.expect.push(Expect::Revision(stream, revision));
    }

    /// Expects the state to be unchanged when the commit is written, and hands it over to be changed.
    pub(crate) fn builds_on(&mut self, state: State) {
        self.relies_on(state.stream(), state.revision());
        self.read_set.push(state);
    }

    /// A decision that holds only as long as the customer is as they are; it changes nothing yet.
    pub(crate) fn on_customer(customer: &Customer) -> Self {
        let mut decision = Self::default();
        decision.builds_on(State::Customer(customer.clone()));
        decision
    }

    /// Expects the case and its type to be unchanged when the commit is written: the decision read both.
    pub(crate) fn builds_on_case(&mut self, case: &Case, context: &Context<'_>) -> Result<(), Rejection> {
        let case_type = context.case_type(case.case_type)?;
        self.relies_on(StreamId::CaseType(case_type.id), case_type.revision);
        self.builds_on(State::Case(Box::new(case.clone())));
        Ok(())
    }

    /// Expects that the stream does not exist yet.
    pub(crate) fn makes(&mut self, stream: StreamId) {
        self.expect.push(Expect::Absent(stream));
    }

    /// Expects that no other stream has the claim.
    pub(crate) fn claims(&mut self, claim: Claim) {
        self.expect.push(Expect::Unclaimed(claim));
    }
}

impl<'a> Context<'a> {
    /// A draft of an event by the actor, at the time of the command.
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

    /// Refuses the command with `Forbidden` if the actor lacks the permission.
    pub(crate) fn require(&self, permission: Permission, action: &str) -> Result<(), Rejection> {
        if self.actor.may(permission) {
            return Ok(());
        }
        Err(Rejection::Forbidden { action: action.to_owned(), permission })
    }

    /// A case that was loaded. `NotFound` if there is none, or if the actor may not see it.
    pub(crate) fn case(&self, id: crate::model::CaseId) -> Result<&'a Case, Rejection> {
        let found = self.loaded.cases.iter().find(|case| case.id == id);
        found.ok_or_else(|| Rejection::not_found("case", id))
    }

    /// The case that has a claim, whether the actor may see it or not.
    pub(crate) fn located_case(&self, claim: &crate::commit::Claim) -> Option<&'a Case> {
        let found = self.loaded.claims.iter().find(|located| located.claim == *claim)?;
        self.loaded.claimed_cases.iter().find(|case| StreamId::Case(case.id) == found.stream)
    }

    /// A customer that was loaded. `NotFound` if there is none.
    pub(crate) fn customer(&self, id: crate::model::CustomerId) -> Result<&'a Customer, Rejection> {
        let found = self.loaded.customers.iter().find(|customer| customer.id == id);
        found.ok_or_else(|| Rejection::not_found("customer", id))
    }

    /// The one customer of the scope, whose cases all are that the actor raises; `None` if the scope has everybody's.
    pub(crate) fn own_customer(&self) -> Result<Option<&'a Customer>, Rejection> {
        let unknown = |_| Rejection::field("customer", FieldRule::unknown_id());
        self.scope.customer.map(|id| self.customer(id).map_err(unknown)).transpose()
    }

    /// Refuses what reaches beyond the one customer of the scope, if it has one.
    pub(crate) fn beyond_one_customer(&self, action: &str) -> Result<(), Rejection> {
        match self.scope.customer {
            None => Ok(()),
            Some(_) => Err(Rejection::NotAllowedHere { action: action.to_owned() }),
        }
    }

    /// A note that was loaded, with its case. `NotFound` if there is none, or if the actor may not see it or its case.
    pub(crate) fn note(&self, id: crate::model::NoteId) -> Result<(&'a Note, &'a Case), Rejection> {
        let note = self.seen_note(id)?;
        Ok((note, self.case(note.case).map_err(|_| Rejection::not_found("note", id))?))
    }

    /// A note that was loaded. `NotFound` if there is none, or if it is an internal one that the actor may not see.
    pub(crate) fn seen_note(&self, id: crate::model::NoteId) -> Result<&'a Note, Rejection> {
        let shown =
            |note: &Note| note.visibility != crate::model::Visibility::Internal || self.scope.internal_notes;
        let note = self.loaded.notes.iter().find(|note| note.id == id).filter(|note| shown(note));
        note.ok_or_else(|| Rejection::not_found("note", id))
    }

    /// Refuses a command with `Conflict` if the caller saw another revision of what it changes. What is not there has
    /// none: that is for the command to say.
    pub(crate) fn not_changed_since(
        &self,
        seen: Option<u64>,
        subject: Option<Subject>,
    ) -> Result<(), Rejection> {
        let now = match subject {
            None => None,
            Some(Subject::Case(id)) => self.case(id).ok().map(|case| case.revision),
            Some(Subject::Note(id)) => self.note(id).ok().map(|(_, case)| case.revision),
            Some(Subject::Customer(id)) => self.customer(id).ok().map(|customer| customer.revision),
        };
        now.map_or(Ok(()), |now| not_changed_since(seen, now))
    }

    /// A case type of the file. `NotFound` if there is none.
    pub(crate) fn case_type(&self, id: CaseTypeId) -> Result<&'a CaseType, Rejection> {
        let found = self.loaded.catalog.case_types.get(&id);
        found.map(AsRef::as_ref).ok_or_else(|| Rejection::not_found("case type", id))
    }

    /// A case type that the actor may see. `NotFound` if there is none, or if it is outside the scope.
    pub(crate) fn seen_case_type(&self, id: CaseTypeId) -> Result<&'a CaseType, Rejection> {
        if !self.sees_type(id) {
            return Err(Rejection::not_found("case type", id));
        }
        self.case_type(id)
    }

    /// Whether the scope lets the actor see cases of this type.
    pub(crate) fn sees_type(&self, id: CaseTypeId) -> bool {
        self.scope.has_type(id)
    }
}

/// The id of the entry with this number, from 1, of a record that has the fresh id.
fn id_within(fresh: Uuid, number: u128) -> Uuid {
    // INVARIANT: it is the fresh id with its low bits changed. It is unique, because the record itself has the unchanged
    // one, and each of its entries another number.
    Uuid::from_u128(fresh.as_u128() ^ number)
}

/// Refuses the command with `Conflict` if the caller named a revision and it is no longer the current one.
pub(crate) fn not_changed_since(seen: Option<u64>, now: u64) -> Result<(), Rejection> {
    match seen {
        Some(seen) if seen != now => Err(Rejection::Conflict { seen, now }),
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_that_changes_a_state_expects_it_to_be_as_it_was_read() {
        let state =
            State::Settings(crate::model::Settings { revision: 7, ..crate::model::Settings::shipped() });
        let mut decision = Decision::default();
        decision.builds_on(state.clone());
        assert_eq!(decision.expect, [Expect::Revision(StreamId::Settings, 7)]);
        assert_eq!(decision.read_set, [state]);
    }

    #[test]
    fn a_decision_that_changes_a_case_expects_it_and_its_type_to_be_as_they_were_read() {
        let case = testing::held_by("amara");
        let take = TakeOverCase { case: case.id, reason: None };
        let decision =
            testing::Given::new().with_case(case.clone()).by(testing::manager()).when(&take).unwrap();
        let case_type = StreamId::CaseType(case.case_type);
        let read = [Expect::Revision(case_type, 1), Expect::Revision(StreamId::Case(case.id), case.revision)];
        assert_eq!(decision.expect, read);
        assert_eq!(decision.read_set, [State::Case(Box::new(case))]);
    }
}
