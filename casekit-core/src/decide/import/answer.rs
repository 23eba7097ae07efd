//! The answer that an imported case was given in the other system.

use super::case::Importing;
use crate::decide::blockers::asked_for;
use crate::decide::new_case::started;
use crate::decide::steps::into_ended;
use crate::decide::workflow_parse::is_code;
use crate::event::{CaseFact, Personal};
use crate::model::{ActorId, Outcome, OutcomeKind, StageCategory, StreamId, Timestamp};
use crate::rejection::{FieldRule, Rejection};

impl Importing<'_> {
    /// The workflow of the case ended there. Its steps are not told: nobody did them here.
    pub(super) fn answered(
        &mut self,
        at: Timestamp,
        by: &ActorId,
        kind: OutcomeKind,
        denial_code: Option<&str>,
    ) -> Result<(), Rejection> {
        let outcome = outcome(kind, denial_code)?;
        let does_not_fit = |why: &str| Rejection::field("what", FieldRule::DoesNotFit { why: why.into() });
        let live = self.case.live().is_some();
        match self.case.progress.as_deref() {
            Some(progress) if live => {
                if let Some(blocker) = asked_for(progress) {
                    return Err(Rejection::blocked("import", blocker));
                }
            }
            Some(_) => return Err(does_not_fit("answered_already")),
            None => {
                let workflows = &self.context.loaded.catalog.workflows;
                let workflow = self.version.workflow.and_then(|id| workflows.get(&id));
                let workflow = workflow.ok_or_else(|| does_not_fit("type_without_workflow"))?;
                self.decision.relies_on(StreamId::Workflow(workflow.id), workflow.revision);
                let draft = started(self.context, self.case.id, workflow, 1, None);
                let draft = draft.ok_or_else(|| does_not_fit("type_without_workflow"))?;
                let Some(fact) = draft.fact.of_case().cloned() else {
                    return Err(does_not_fit("type_without_workflow"));
                };
                self.push(at, by.clone(), fact, draft.personal)?;
            }
        }
        let ended_as = match outcome {
            Outcome::Withdrawn => StageCategory::Closed,
            Outcome::DataReleased
            | Outcome::PartlyReleased
            | Outcome::NoData
            | Outcome::Denied { .. }
            | Outcome::Approved => StageCategory::Resolved,
        };
        let ended = CaseFact::WorkflowEnded { outcome: outcome.clone() };
        self.push(at, by.clone(), ended, Personal::default())?;
        let moved = into_ended(self.context, &self.case, ended_as, &outcome)?;
        if let Some(fact) = moved.and_then(|draft| draft.fact.of_case().cloned()) {
            self.push(at, by.clone(), fact, Personal::default())?;
        }
        if live {
            // What was collected here for the answer is no longer needed.
            let case = self.case.clone();
            self.decision.drop_data(&case, self.context);
        }
        Ok(())
    }
}

fn outcome(kind: OutcomeKind, denial_code: Option<&str>) -> Result<Outcome, Rejection> {
    let wrong = |rule| Rejection::field("denial_code", rule);
    match (kind, denial_code) {
        (OutcomeKind::Denied, None) => Err(wrong(FieldRule::Required)),
        (OutcomeKind::Denied, Some(code)) if is_code(code) => Ok(Outcome::Denied { code: code.to_owned() }),
        (OutcomeKind::Denied, Some(_)) => Err(wrong(FieldRule::Malformed { form: "denial_code".into() })),
        (_, Some(_)) => Err(wrong(FieldRule::DoesNotFit { why: "not_denied".into() })),
        (OutcomeKind::DataReleased, None) => Ok(Outcome::DataReleased),
        (OutcomeKind::PartlyReleased, None) => Ok(Outcome::PartlyReleased),
        (OutcomeKind::NoData, None) => Ok(Outcome::NoData),
        (OutcomeKind::Approved, None) => Ok(Outcome::Approved),
        (OutcomeKind::Withdrawn, None) => Ok(Outcome::Withdrawn),
    }
}
