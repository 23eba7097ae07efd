//! Answering a request anew: another round of the workflow, after the one before has ended.

use serde::Serialize;

use super::action::Action;
use super::new_case::started;
use super::{Command, Context, Decision, Subject};
use crate::event::{CaseFact, Fact, Personal};
use crate::model::{Case, CaseId, CaseTypeVersion, ShortText, Stage, StageCategory, StreamId, Workflow};
use crate::rejection::{Blocker, Rejection};
use crate::store::LoadPlan;

/// Begins the next round of a case whose workflow has ended, and reopens the case if it is resolved or closed.
#[derive(Serialize)]
pub(crate) struct AnswerAnew {
    pub(crate) case: CaseId,
    pub(crate) reason: String,
}

impl Command for AnswerAnew {
    fn action(&self) -> &'static str {
        Action::AnswerAnew.code()
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Case(self.case))
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        let case = context.case_for(Action::AnswerAnew, self.case)?;
        context.unblocked(case, Action::AnswerAnew, None)?;
        let version = version_of(case, context)?;
        let stage = reopened_to(case, version);
        if let Some(blocker) = no_way_back(case, context, version) {
            return Err(Rejection::blocked(self.action(), blocker));
        }
        let reason = ShortText::parse("reason", &self.reason)?;
        let none = || Rejection::blocked(self.action(), Blocker::NoWorkflow);
        let workflow = next_workflow(case, context, version).ok_or_else(none)?;
        let mut decision = Decision::default();
        decision.builds_on_case(case, context)?;
        decision.relies_on(StreamId::Workflow(workflow.id), workflow.revision);
        if let Some(stage) = stage {
            let (from, to) = (case.stage.clone(), stage.id.clone());
            let (category, resolution) = (stage.category, None);
            let fact = CaseFact::StageChanged { from, to, category, reopened: true, resolution };
            let personal = Personal::because(Some(reason.clone()));
            decision.drafts.push(context.draft(Fact::Case(case.id, fact), personal));
        }
        let last = case.progress.as_deref().map_or(0, |progress| progress.round);
        let round = last.saturating_add(1);
        decision.drafts.extend(started(context, case.id, workflow, round, Some(reason)));
        Ok(decision)
    }
}

fn version_of<'a>(case: &Case, context: &Context<'a>) -> Result<&'a CaseTypeVersion, Rejection> {
    let own = context.case_type(case.case_type)?;
    own.version(case.type_version).ok_or_else(|| Rejection::not_found("case type", own.id))
}

/// The workflow of the next round: that of the case's type, and otherwise the one that the case went through before.
fn next_workflow<'a>(case: &Case, context: &Context<'a>, version: &CaseTypeVersion) -> Option<&'a Workflow> {
    let before = case.progress.as_deref().map(|progress| progress.workflow);
    let id = version.workflow.or(before)?;
    context.loaded.catalog.workflows.get(&id).map(AsRef::as_ref)
}

/// The stage in which a resolved or closed case is worked on again: the first active one if somebody holds the case,
/// otherwise the first open one, as far as the moves of the type allow it. `None` if the case stays where it is, or there
/// is no such stage.
pub(super) fn reopened_to<'a>(case: &Case, version: &'a CaseTypeVersion) -> Option<&'a Stage> {
    if !case.category.is_ended() {
        return None;
    }
    use StageCategory::{Active, Open, Waiting};
    let order = if case.holder.is_some() { [Active, Open, Waiting] } else { [Open, Active, Waiting] };
    let fits = |stage: &&Stage| stage.enabled && version.allows(&case.stage, &stage.id);
    order.iter().find_map(|wanted| version.stages.iter().filter(fits).find(|stage| stage.category == *wanted))
}

/// Why a resolved or closed case cannot be worked on again: its type has no move to a stage that is neither.
pub(super) fn no_way_back(case: &Case, context: &Context<'_>, version: &CaseTypeVersion) -> Option<Blocker> {
    if !case.category.is_ended() || reopened_to(case, version).is_some() {
        return None;
    }
    let label =
        |stage: &Stage| context.loaded.catalog.stage_label(case.case_type, &stage.id, context.language);
    let from = version.stage(&case.stage).map(label).unwrap_or_default();
    let to = version.stages.iter().find(|stage| stage.enabled && !stage.category.is_ended());
    Some(Blocker::MoveNotAllowed { from, to: to.map(label).unwrap_or_default() })
}
