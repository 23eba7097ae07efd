//! Answers of a store, as data.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::commit::{Claim, Digest, Receipt};
use crate::model::{
    ActorId, Case, CaseField, CaseId, CaseNumber, CaseTypeId, Catalog, Customer, CustomerId, Failure,
    FieldId, FieldValue, Ledger, Name, Note, NoteId, Person, Priority, Progress, Reference, ResolutionCode,
    ShortText, StageCategory, StageId, State, Status, StepStates, StreamId, TagId, TeamId, Timestamp, Title,
    Visibility, WorkflowId,
};

/// What was loaded for a decision, as of one moment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Loaded {
    /// Settings, case types, workflows and teams.
    pub catalog: Arc<Catalog>,
    /// The request, if it was carried out before.
    pub request: Option<SavedRequest>,
    /// The cases that were asked for by id, by number or by a note.
    pub cases: Vec<Case>,
    /// The notes that were asked for by id.
    pub notes: Vec<Note>,
    /// The customers that were asked for by id, by a case or by a reference.
    pub customers: Vec<Customer>,
    /// The entries of the people who were asked for.
    pub people: Vec<Person>,
    /// Those of the requested names that a stream has.
    pub claims: Vec<Located>,
    /// The cases that were asked for by a reference. The actor may be unable to see them: they are for decisions only.
    pub claimed_cases: Vec<Case>,
    /// The ledger, if it was asked for; its revision is 0 if it has no event yet.
    pub ledger: Ledger,
}

/// A name or reference, and the stream that has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Located {
    /// The name or reference.
    pub claim: Claim,
    /// The stream that has it.
    pub stream: StreamId,
}

/// A request that was carried out, as a decision needs it: to see whether it was for the same command, and answer it
/// again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SavedRequest {
    /// The salt of its fingerprint.
    pub salt: Vec<u8>,
    /// The fingerprint of its command.
    pub fingerprint: Digest,
    /// The ids and positions of what it wrote.
    pub receipt: Receipt,
}

/// A case in a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CaseRow {
    /// The id of the case.
    pub id: CaseId,
    /// The number of events folded into it, as in [`Case`].
    pub revision: u64,
    /// The number by which people refer to the case.
    pub number: CaseNumber,
    /// The id of its type; `Defined` brings the name.
    pub case_type: CaseTypeId,
    /// The id of its stage within the type.
    pub stage: StageId,
    /// The category of its stage.
    pub category: StageCategory,
    /// The current title.
    pub title: Title,
    /// The customer that it is linked to.
    pub customer: Option<CustomerId>,
    /// The customer's current name.
    pub customer_name: Option<Name>,
    /// The name that the requester gave, if it came from the webform.
    pub requester: Option<Name>,
    /// The team with which it stands.
    pub team: Option<TeamId>,
    /// The ids of its tags, as in [`Case`]: `Defined` says for which each stands.
    pub tags: BTreeSet<TagId>,
    /// How soon it should be worked on.
    pub priority: Priority,
    /// How it ended; `None` if nobody said so, or it has not ended.
    pub resolution: Option<ResolutionCode>,
    /// The actor who holds it; `None` if it is untaken.
    pub holder: Option<ActorId>,
    /// The actor who raised it.
    pub raised_by: ActorId,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// When it came to its stage.
    pub stage_since: Timestamp,
    /// When its newest event happened.
    pub updated_at: Timestamp,
    /// When it was resolved, as in [`Case`].
    pub resolved_at: Option<Timestamp>,
    /// When it was closed, as in [`Case`].
    pub closed_at: Option<Timestamp>,
    /// When the first of its running deadlines ends; `None` if none runs.
    pub due_at: Option<Timestamp>,
    /// When the first warning about its running deadlines is for; `None` if there is none.
    pub warn_at: Option<Timestamp>,
    /// The values of its own fields that rows show; empty for most cases.
    pub fields: BTreeMap<FieldId, FieldValue>,
    /// The workflow that it is in, if any.
    pub workflow: Option<WorkflowId>,
    /// Its progress in that workflow.
    pub status: Option<Arc<Status>>,
    /// The states of the steps of that workflow; `None` without a workflow.
    pub steps: Option<StepStates>,
    /// The failure that has to be fixed before it can continue, if there is one.
    pub failure: Option<Box<Failure>>,
    /// Whether it is pending for the actor whose [`work`](crate::store::CaseFilter::work) was asked for; `false` if
    /// nobody's was.
    pub pending: bool,
}

impl CaseRow {
    /// The row of a case, given the current name of its customer.
    #[must_use]
    pub fn of(case: &Case, customer: Option<&Name>) -> Self {
        let progress = case.progress.as_deref();
        Self {
            id: case.id,
            revision: case.revision,
            number: case.number.clone(),
            case_type: case.case_type,
            stage: case.stage.clone(),
            category: case.category,
            title: case.title.clone(),
            customer: case.customer,
            customer_name: customer.cloned(),
            requester: case.request.as_ref().map(|request| request.requester.clone()),
            team: case.team,
            tags: case.tags.clone(),
            priority: case.priority,
            resolution: case.resolution_code().cloned(),
            holder: case.holder_id().cloned(),
            raised_by: case.raised_by.clone(),
            raised_at: case.raised_at,
            stage_since: case.stage_since,
            updated_at: case.updated_at,
            resolved_at: case.resolved_at,
            closed_at: case.closed_at,
            due_at: case.clock.due_at(),
            warn_at: case.clock.warn_at(),
            fields: case.in_rows(),
            workflow: progress.map(|progress| progress.workflow),
            status: progress.map(Progress::status).map(Arc::new),
            steps: progress.map(Progress::states),
            failure: progress.and_then(Progress::present_failure).cloned().map(Box::new),
            pending: false,
        }
    }
}

/// How many cases fail for one cause.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct FailureCount {
    /// The code of the failure.
    pub code: String,
    /// The setting that is wrong, if one is.
    pub setting: Option<String>,
    /// How many cases fail for it.
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
    /// The team, when grouped by team; `None` there for the cases without one.
    pub team: Option<TeamId>,
    /// The tag, when grouped by tag.
    pub tag: Option<TagId>,
    /// The priority, when grouped by priority.
    pub priority: Option<Priority>,
    /// The resolution, when grouped by resolution; `None` there for the cases without one.
    pub resolution: Option<ResolutionCode>,
    /// The holder, when grouped by holder; `None` there for the untaken.
    pub holder: Option<ActorId>,
    /// How many cases are in the group; never 0.
    pub count: u64,
}

/// A customer in a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CustomerRow {
    /// The id of the customer.
    pub id: CustomerId,
    /// The current name of the customer.
    pub name: Name,
    /// Their reference in another system.
    pub external_reference: Option<Reference>,
    /// Their e-mail address.
    pub email: Option<ShortText>,
    /// Their telephone number.
    pub phone: Option<ShortText>,
    /// The values of the organisation's own fields by which they are found: without those that are sensitive, and those of
    /// kinds that are in no search.
    pub fields: BTreeMap<FieldId, CaseField>,
}

impl CustomerRow {
    /// The row of a customer.
    #[must_use]
    pub fn of(customer: &Customer) -> Self {
        let Customer { id, profile, .. } = customer;
        Self {
            id: *id,
            name: profile.name.clone(),
            external_reference: profile.external_reference.clone(),
            email: profile.email.clone(),
            phone: profile.phone.clone(),
            fields: Self::found_by(customer),
        }
    }

    /// The values by which a customer is found.
    #[must_use]
    pub fn found_by(customer: &Customer) -> BTreeMap<FieldId, CaseField> {
        let found_by = customer.fields.iter().filter(|(_, kept)| kept.searched().is_some());
        found_by.map(|(id, kept)| (id.clone(), kept.clone())).collect()
    }
}

/// Somebody in the directory of people.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PersonRow {
    /// Their actor id.
    pub actor: ActorId,
    /// What they are called.
    pub name: Name,
    /// Whether somebody else in the directory has the very same name.
    pub shared: bool,
}

/// A case or a note that was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SearchRow {
    /// The entry; a greater one is newer.
    pub entry: u64,
    /// The case that was found, or the case of the note that was found.
    pub case: CaseRow,
    /// The note, if a note was found.
    pub note: Option<NoteId>,
    /// Who can see the note.
    pub visibility: Option<Visibility>,
}

/// The current state and head of a stream.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StreamRow {
    /// The id of the stream.
    pub stream: StreamId,
    /// The state after its newest event.
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
                revision: case.revision,
                number: CaseNumber { prefix: "C".into(), value: 1 },
                case_type: crate::decide::testing::SUPPORT,
                stage: StageId::parse("stage", "in_progress").unwrap(),
                category: StageCategory::Active,
                title: Title::parse("title", "Cannot log in").unwrap(),
                customer: Some(ada.id),
                customer_name: Some(ada.profile.name),
                requester: None,
                team: None,
                tags: BTreeSet::new(),
                priority: Priority::Normal,
                resolution: None,
                holder: Some(ActorId::parse("holder", "bola").unwrap()),
                raised_by: case.raised_by.clone(),
                raised_at: at(),
                stage_since: case.stage_since,
                updated_at: at(),
                resolved_at: None,
                closed_at: None,
                due_at: None,
                warn_at: None,
                fields: BTreeMap::new(),
                workflow: None,
                status: None,
                steps: None,
                failure: None,
                pending: false,
            }
        );
    }
}
