//! What stands at the moment when a package is handed over, folded from the events alone: no state, no digest and no
//! rule of the library is asked.

use casekit::casekit_core::event::{ApprovedData, CaseFact, Fact};
use casekit::casekit_core::model::{NoDataFinding, Step, StepKind};
use casekit::casekit_core::store::HistoryQuery;
use casekit::{BlobId, CaseId, CaseTypeId, CustomerId, Store, StreamId};

/// What a case is about. An approval is of this.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Matter {
    customer: Option<CustomerId>,
    case_type: Option<CaseTypeId>,
}

struct Given {
    step: String,
    by: String,
    matter: Matter,
    data: Option<ApprovedData>,
}

#[derive(Default)]
struct Told {
    matter: Matter,
    steps: Vec<Step>,
    given: Vec<Given>,
    snapshot: Option<BlobId>,
    /// Whether the newest collection asked somebody, nobody failed, and nobody found a row.
    found_none: bool,
    denied: bool,
}

/// Why the package that is handed over now must not be; `None` if everything that it needs stands.
pub(super) fn why_not(store: &dyn Store, case: CaseId) -> Option<String> {
    let query = HistoryQuery { stream: StreamId::Case(case), after: 0, limit: 500 };
    let mut told = Told::default();
    for event in store.history(&query).unwrap().answer.events {
        let Fact::Case(_, fact) = event.fact else { continue };
        told.follow(fact, event.header.actor.as_str());
    }
    told.why_not()
}

impl Told {
    fn follow(&mut self, fact: CaseFact, by: &str) {
        match fact {
            CaseFact::CaseRaised { case_type, customer, .. } => {
                self.matter = Matter { customer, case_type: Some(case_type) };
            }
            CaseFact::CustomerChanged { to, .. } => self.matter.customer = to,
            CaseFact::TypeChanged { to, .. } => self.matter.case_type = Some(to),
            CaseFact::WorkflowStarted { steps, .. } => self.steps = steps,
            CaseFact::StepApproved { step, data, .. } => {
                let (step, by, matter) = (step.to_string(), by.to_owned(), self.matter.clone());
                self.given.push(Given { step, by, matter, data });
            }
            CaseFact::ApprovalRevoked { step, by } => {
                self.given.retain(|one| one.step != step.as_str() || one.by != by.as_str());
            }
            CaseFact::ApprovalsLapsed { steps, .. } => {
                self.given.retain(|one| steps.iter().all(|step| one.step != step.as_str()));
            }
            CaseFact::SourceAsked { failed: Some(_), .. } => self.found_none = false,
            CaseFact::SnapshotCollected { snapshot } => {
                self.snapshot = Some(snapshot.id);
                let is_empty = snapshot.tables.iter().all(|table| table.rows == 0);
                self.found_none = is_empty && snapshot.asked_any() && snapshot.failed().next().is_none();
            }
            CaseFact::StepDenied { .. } => self.denied = true,
            _ => {}
        }
    }

    fn why_not(&self) -> Option<String> {
        if self.denied {
            return None;
        }
        self.steps.iter().filter(|step| step.kind != StepKind::Release).find_map(|step| {
            let given: Vec<&Given> = self.given.iter().filter(|one| one.step == step.id.as_str()).collect();
            if given.len() < step.quorum as usize {
                return Some(format!("`{}` is not approved", step.id));
            }
            let other_matter = given.iter().any(|one| one.matter != self.matter);
            let other_data = given.iter().any(|one| match &one.data {
                Some(ApprovedData::Data { snapshot, .. }) => Some(*snapshot) != self.snapshot,
                Some(ApprovedData::NoData { finding: NoDataFinding::FoundNone }) => !self.found_none,
                Some(ApprovedData::NoData { .. }) | None => false,
            });
            (other_matter || other_data).then(|| format!("`{}` was approved of something else", step.id))
        })
    }
}
