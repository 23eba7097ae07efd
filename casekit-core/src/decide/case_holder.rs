//! Who holds a case: taking, returning, assigning and taking over.

use serde::Serialize;

use super::action::Action;
use super::blockers::permission_for;
use super::fields::lacking;
use super::{Command, Context, Decision, Subject};
use crate::event::{CaseFact, Fact, Personal};
use crate::model::{ActorId, Case, CaseId, CaseTypeVersion, ShortText, Stage, StageCategory, State};
use crate::rejection::{Blocker, Rejection};
use crate::store::LoadPlan;

/// Takes a case that nobody holds.
#[derive(Serialize)]
pub(crate) struct TakeCase {
    pub(crate) case: CaseId,
}

impl Command for TakeCase {
    fn action(&self) -> &'static str {
        Action::TakeCase.code()
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Case(self.case))
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        let case = context.case_to(Action::TakeCase, self.case)?;
        with_holder(case, context, CaseFact::CaseTaken, None)
    }
}

/// Gives a case up, so that anybody can take it.
#[derive(Serialize)]
pub(crate) struct ReturnCase {
    pub(crate) case: CaseId,
    pub(crate) reason: Option<String>,
}

impl Command for ReturnCase {
    fn action(&self) -> &'static str {
        Action::ReturnCase.code()
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Case(self.case))
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        let case = context.case_to(Action::ReturnCase, self.case)?;
        let reason = ShortText::parse_optional("reason", self.reason.as_deref())?;
        let mut decision = Decision::default();
        decision.builds_on(State::Case(Box::new(case.clone())));
        let fact = CaseFact::CaseReturned { from: holder(case, Action::ReturnCase)? };
        decision.drafts.push(context.draft(Fact::Case(case.id, fact), Personal::because(reason)));
        Ok(decision)
    }
}

/// Makes somebody the holder of a case; changes nothing if they hold it already.
#[derive(Serialize)]
pub(crate) struct AssignCase {
    pub(crate) case: CaseId,
    pub(crate) to: String,
    pub(crate) reason: Option<String>,
}

impl Command for AssignCase {
    fn action(&self) -> &'static str {
        Action::AssignCase.code()
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Case(self.case))
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        let case = context.case_to(Action::AssignCase, self.case)?;
        let to = ActorId::parse_person("to", &self.to)?;
        let reason = ShortText::parse_optional("reason", self.reason.as_deref())?;
        let from = case.holder_id().cloned();
        if from.as_ref() == Some(&to) {
            let mut decision = Decision::default();
            decision.builds_on(State::Case(Box::new(case.clone())));
            return Ok(decision);
        }
        with_holder(case, context, CaseFact::CaseAssigned { from, to }, reason)
    }
}

/// Makes the actor the holder of a case that somebody else holds.
#[derive(Serialize)]
pub(crate) struct TakeOverCase {
    pub(crate) case: CaseId,
    pub(crate) reason: Option<String>,
}

impl Command for TakeOverCase {
    fn action(&self) -> &'static str {
        Action::TakeOverCase.code()
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Case(self.case))
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        let case = context.case_to(Action::TakeOverCase, self.case)?;
        let reason = ShortText::parse_optional("reason", self.reason.as_deref())?;
        let from = holder(case, Action::TakeOverCase)?;
        with_holder(case, context, CaseFact::CaseTakenOver { from }, reason)
    }
}

impl<'a> Context<'a> {
    /// The case, if nothing prevents the change of its holder.
    fn case_to(&self, action: Action, id: CaseId) -> Result<&'a Case, Rejection> {
        self.require(permission_for(action, None), action.code())?;
        let case = self.case(id)?;
        self.unblocked(case, action, None).map_err(|rejection| match rejection.blockers() {
            // If several people take a case at the same time, those who come later are told who was first.
            [Blocker::HeldBy { by, .. }] if action == Action::TakeCase => Rejection::already_taken(by),
            _ => rejection,
        })?;
        Ok(case)
    }
}

/// Who holds the case; blocked by `NotTaken` if nobody does.
fn holder(case: &Case, action: Action) -> Result<ActorId, Rejection> {
    let nobody = || Rejection::blocked(action.code(), Blocker::NotTaken);
    case.holder_id().cloned().ok_or_else(nobody)
}

/// Records a new holder. A case that is still open moves to an active stage with it.
fn with_holder(
    case: &Case,
    context: &Context<'_>,
    fact: CaseFact,
    reason: Option<ShortText>,
) -> Result<Decision, Rejection> {
    let mut decision = Decision::default();
    decision.builds_on_case(case, context)?;
    decision.drafts.push(context.draft(Fact::Case(case.id, fact), Personal::because(reason)));
    let version = context.case_type(case.case_type)?.version(case.type_version);
    let moved = version.and_then(|version| taken_into_progress(case, version));
    decision.drafts.extend(moved.map(|fact| context.draft(Fact::Case(case.id, fact), Personal::default())));
    Ok(decision)
}

/// The move from an open stage to the first active one, which comes with a holder; `None` if the type has no such stage
/// or does not allow the move.
pub(super) fn taken_into_progress(case: &Case, version: &CaseTypeVersion) -> Option<CaseFact> {
    taken_to(case, version).map(|active| CaseFact::StageChanged {
        from: case.stage.clone(),
        to: active.id.clone(),
        category: active.category,
        reopened: false,
        resolution: None,
    })
}

/// The stage to which a case moves when somebody becomes its holder; `None` if it stays where it is.
pub(super) fn taken_to<'a>(case: &Case, version: &'a CaseTypeVersion) -> Option<&'a Stage> {
    let active = version.first_of(StageCategory::Active).filter(|_| case.category == StageCategory::Open)?;
    // What the stage asks for is still to be filled in: the case stays where it is until then.
    let is_ready = lacking(&case.fields, version, active, false).next().is_none();
    (version.allows(&case.stage, &active.id) && is_ready).then_some(active)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::testing::{
        Given, actor, agent, case, case_facts, case_type, held_by, manager, nobody,
    };
    use crate::model::StageId;

    fn facts(decision: Result<Decision, Rejection>) -> Result<Vec<CaseFact>, Rejection> {
        decision.map(|decision| case_facts(&decision))
    }

    fn into_progress() -> CaseFact {
        let stage = |text| StageId::parse("stage", text).unwrap();
        CaseFact::StageChanged {
            from: stage("open"),
            to: stage("in_progress"),
            category: StageCategory::Active,
            reopened: false,
            resolution: None,
        }
    }

    #[test]
    fn taking_a_case_moves_it_from_open_to_in_progress() {
        let given = Given::new().by(agent()).with_case(case());
        let taken = given.when(&TakeCase { case: given.cases[0].id });
        assert_eq!(facts(taken), Ok(vec![CaseFact::CaseTaken, into_progress()]));
    }

    #[test]
    fn a_type_that_lets_no_case_into_progress_keeps_it_where_it_is() {
        let mut strict = case_type();
        strict.versions[0].moves = Some(Vec::new());
        let given = Given::new().by(agent()).with_type(strict).with_case(case());
        assert_eq!(facts(given.when(&TakeCase { case: given.cases[0].id })), Ok(vec![CaseFact::CaseTaken]));
    }

    #[test]
    fn the_second_taker_learns_who_was_first() {
        let given = Given::new().by(agent()).with_case(held_by("bola"));
        let taken = given.when(&TakeCase { case: given.cases[0].id });
        assert_eq!(taken, Err(Rejection::already_taken("bola")));
    }

    #[test]
    fn nobody_takes_what_they_hold_or_takes_over_what_nobody_holds() {
        let mine = Given::new().by(manager()).with_case(held_by("mona"));
        let id = mine.cases[0].id;
        assert_eq!(
            mine.when(&TakeCase { case: id }),
            Err(Rejection::blocked("take_case", Blocker::HeldByYou))
        );
        let over = mine.when(&TakeOverCase { case: id, reason: None });
        assert_eq!(over, Err(Rejection::blocked("take_over_case", Blocker::HeldByYou)));
        let untaken = Given::new().by(manager()).with_case(case());
        let over = untaken.when(&TakeOverCase { case: id, reason: None });
        assert_eq!(over, Err(Rejection::blocked("take_over_case", Blocker::NotTaken)));
    }

    #[test]
    fn only_its_holder_or_one_who_assigns_returns_a_case() {
        let command = |given: &Given| given.when(&ReturnCase { case: given.cases[0].id, reason: None });
        let given = Given::new().by(agent()).with_case(held_by("bola"));
        let blocker = Blocker::held_by("bola");
        assert_eq!(command(&given), Err(Rejection::blocked("return_case", blocker)));
        let bola = ActorId::parse("actor", "bola").unwrap();
        let own = Given::new().by(actor("bola", crate::model::Role::Agent)).with_case(held_by("bola"));
        assert_eq!(facts(command(&own)), Ok(vec![CaseFact::CaseReturned { from: bola.clone() }]));
        let managed = Given::new().by(manager()).with_case(held_by("bola"));
        assert_eq!(facts(command(&managed)), Ok(vec![CaseFact::CaseReturned { from: bola }]));
        let untaken = Given::new().by(agent()).with_case(case());
        assert_eq!(command(&untaken), Err(Rejection::blocked("return_case", Blocker::NotTaken)));
    }

    #[test]
    fn assigning_and_taking_over_say_who_held_it() {
        let given = Given::new().by(manager()).with_case(held_by("bola"));
        let id = given.cases[0].id;
        let (bola, chi) = (ActorId::parse("a", "bola").unwrap(), ActorId::parse("a", "chi").unwrap());
        let assigned = given.when(&AssignCase { case: id, to: "chi".into(), reason: None });
        assert_eq!(facts(assigned), Ok(vec![CaseFact::CaseAssigned { from: Some(bola.clone()), to: chi }]));
        let over = given.when(&TakeOverCase { case: id, reason: None });
        assert_eq!(facts(over), Ok(vec![CaseFact::CaseTakenOver { from: bola }]));
    }

    #[test]
    fn assigning_to_the_present_holder_changes_nothing() {
        let given = Given::new().by(manager()).with_case(held_by("bola"));
        let again = given.when(&AssignCase { case: given.cases[0].id, to: "bola".into(), reason: None });
        assert_eq!(facts(again), Ok(Vec::new()));
    }

    #[test]
    fn nobody_gets_a_closed_case_and_its_holder_puts_it_back() {
        let closed = |holder: Case| {
            let stage = StageId::parse("stage", "closed").unwrap();
            Given::new().with_case(Case { stage, category: StageCategory::Closed, ..holder })
        };
        let blocked = |action| Err(Rejection::blocked(action, Blocker::Closed { stage: "Closed".into() }));
        let (untaken, held) = (closed(case()).by(manager()), closed(held_by("bola")).by(manager()));
        let id = untaken.cases[0].id;
        assert_eq!(untaken.when(&TakeCase { case: id }), blocked("take_case"));
        let assign = |to: &str| AssignCase { case: id, to: to.into(), reason: None };
        assert_eq!(held.when(&assign("chi")), blocked("assign_case"));
        assert_eq!(held.when(&TakeOverCase { case: id, reason: None }), blocked("take_over_case"));
        assert!(held.when(&ReturnCase { case: id, reason: None }).is_ok());
    }

    #[test]
    fn a_resolved_case_is_taken_so_that_its_answer_can_be_sent_again() {
        let resolved = StageId::parse("stage", "resolved").unwrap();
        let resolved = Case { stage: resolved, category: StageCategory::Resolved, ..case() };
        let given = Given::new().by(agent()).with_case(resolved);
        assert_eq!(facts(given.when(&TakeCase { case: given.cases[0].id })), Ok(vec![CaseFact::CaseTaken]));
    }

    #[test]
    fn taking_and_putting_back_need_the_permission() {
        let given = Given::new().by(nobody()).with_case(case());
        let id = given.cases[0].id;
        assert_eq!(given.when(&TakeCase { case: id }).unwrap_err().code(), "forbidden");
        assert_eq!(given.when(&ReturnCase { case: id, reason: None }).unwrap_err().code(), "forbidden");
    }

    #[test]
    fn an_agent_may_neither_assign_nor_take_over() {
        let given = Given::new().by(agent()).with_case(held_by("bola"));
        let id = given.cases[0].id;
        let assign = given.when(&AssignCase { case: id, to: "chi".into(), reason: None });
        assert_eq!(assign.unwrap_err().code(), "forbidden");
        assert_eq!(given.when(&TakeOverCase { case: id, reason: None }).unwrap_err().code(), "forbidden");
    }
}
