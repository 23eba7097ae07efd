//! What a store answers, as data.

use std::sync::Arc;

use crate::commit::{Claim, Digest, Receipt};
use crate::model::{
    ActorId, Case, CaseId, CaseNumber, CaseTypeId, Catalog, Customer, CustomerId, Failure, Ledger, Name,
    Note, NoteId, Progress, Reference, StageCategory, StageId, State, Status, StreamId, Timestamp, Title,
    Visibility, WorkflowId,
};

/// What was loaded for a decision, all of one moment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Loaded {
    /// Settings, case types and workflows.
    pub catalog: Arc<Catalog>,
    /// The request, if it was carried out before.
    pub request: Option<SavedRequest>,
    /// The cases that were asked for by id, by number or by a note.
    pub cases: Vec<Case>,
    /// The notes.
    pub notes: Vec<Note>,
    /// The customers.
    pub customers: Vec<Customer>,
    /// The names that somebody has.
    pub claims: Vec<Located>,
    /// The ledger, if it was wanted; its revision is 0 if it has no event yet.
    pub ledger: Ledger,
}

/// Who has a name or reference.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Located {
    /// The name.
    pub claim: Claim,
    /// Who has it.
    pub stream: StreamId,
}

/// A request that was carried out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SavedRequest {
    /// The salt of its fingerprint.
    pub salt: Vec<u8>,
    /// Its fingerprint.
    pub fingerprint: Digest,
    /// What it left.
    pub receipt: Receipt,
}

/// A case in a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CaseRow {
    /// Its identity.
    pub id: CaseId,
    /// Its human reference.
    pub number: CaseNumber,
    /// Its type.
    pub case_type: CaseTypeId,
    /// Its stage.
    pub stage: StageId,
    /// The meaning of the stage.
    pub category: StageCategory,
    /// Its title.
    pub title: Title,
    /// Its customer.
    pub customer: Option<CustomerId>,
    /// The customer's name.
    pub customer_name: Option<Name>,
    /// Who holds it.
    pub holder: Option<ActorId>,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// When its newest event happened.
    pub updated_at: Timestamp,
    /// Its workflow.
    pub workflow: Option<WorkflowId>,
    /// How far it has come in it.
    pub status: Option<Arc<Status>>,
    /// What stands in its way.
    pub failure: Option<Box<Failure>>,
}

impl CaseRow {
    /// What lists show of a case, whose customer is called so now.
    #[must_use]
    pub fn of(case: &Case, customer: Option<&Name>) -> Self {
        let progress = case.progress.as_deref();
        Self {
            id: case.id,
            number: case.number.clone(),
            case_type: case.case_type,
            stage: case.stage.clone(),
            category: case.category,
            title: case.title.clone(),
            customer: case.customer,
            customer_name: customer.cloned(),
            holder: case.holder_id().cloned(),
            raised_at: case.raised_at,
            updated_at: case.updated_at,
            workflow: progress.map(|progress| progress.workflow),
            status: progress.map(Progress::status).map(Arc::new),
            failure: progress.and_then(Progress::present_failure).cloned().map(Box::new),
        }
    }
}

/// How many cases fail for one cause.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct FailureCount {
    /// The cause.
    pub code: String,
    /// The setting that is wrong, if one is.
    pub setting: Option<String>,
    /// How many cases.
    pub count: u64,
}

/// One group of cases and how many there are.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct CaseCount {
    /// The type, when grouped by type or by stage.
    pub case_type: Option<CaseTypeId>,
    /// The stage, when grouped by stage.
    pub stage: Option<StageId>,
    /// The category, when grouped by category or by stage.
    pub category: Option<StageCategory>,
    /// The holder, when grouped by holder; `None` there for the untaken.
    pub holder: Option<ActorId>,
    /// How many.
    pub count: u64,
}

/// A customer in a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CustomerRow {
    /// Its identity.
    pub id: CustomerId,
    /// The name.
    pub name: Name,
    /// What another system calls them.
    pub external_reference: Option<Reference>,
}

/// A case or a note that was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SearchRow {
    /// The place of the entry: greater is newer.
    pub entry: u64,
    /// The case, or that on which the note stands.
    pub case: CaseRow,
    /// The note, if a note was found.
    pub note: Option<NoteId>,
    /// Who can see the note.
    pub visibility: Option<Visibility>,
}

/// A stream as it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StreamRow {
    /// The stream.
    pub stream: StreamId,
    /// Its state.
    pub state: State,
    /// The hash of its newest event.
    pub hash: Digest,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::testing::{at, customer, held_by};

    #[test]
    fn a_row_says_what_lists_show_of_a_case() {
        let ada = customer("Ada Obi");
        let case = Case { customer: Some(ada.id), ..held_by("bola") };
        let row = CaseRow::of(&case, Some(&ada.profile.name));
        assert_eq!(
            row,
            CaseRow {
                id: case.id,
                number: CaseNumber { prefix: "C".into(), value: 1 },
                case_type: crate::decide::testing::SUPPORT,
                stage: StageId::parse("stage", "in_progress").unwrap(),
                category: StageCategory::Active,
                title: Title::parse("title", "Cannot log in").unwrap(),
                customer: Some(ada.id),
                customer_name: Some(ada.profile.name),
                holder: Some(ActorId::parse("holder", "bola").unwrap()),
                raised_at: at(),
                updated_at: at(),
                workflow: None,
                status: None,
                failure: None,
            }
        );
    }
}
