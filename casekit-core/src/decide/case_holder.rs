//! Taking a case and putting it back: in whose hands it is.

use serde::Serialize;

use super::{Command, Context, Decision};
use crate::event::{CaseFact, Fact, Personal};
use crate::model::{ActorId, Case, CaseId, CaseTypeVersion, Permission, ShortText, StageCategory, State};
use crate::rejection::{Blocker, Rejection};
use crate::store::LoadPlan;

/// Takes a case that nobody holds.
#[derive(Serialize)]
pub(crate) struct TakeCase {
    pub(crate) case: CaseId,
}

impl Command for TakeCase {
    fn action(&self) -> &'static str {
        "take_case"
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::TakeCases, self.action())?;
        let case = context.case(self.case)?;
        match case.holder_id() {
            Some(by) if by == context.by => {
                return Err(Rejection::blocked(self.action(), Blocker::HeldByYou));
            }
            Some(by) => return Err(Rejection::AlreadyTaken { by: by.to_string() }),
            None => {}
        }
        with_holder(case, context, CaseFact::CaseTaken, None)
    }
}

/// Puts a case back, so that anybody can take it.
#[derive(Serialize)]
pub(crate) struct ReturnCase {
    pub(crate) case: CaseId,
    pub(crate) reason: Option<String>,
}

impl Command for ReturnCase {
    fn action(&self) -> &'static str {
        "return_case"
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::TakeCases, self.action())?;
        let case = context.case(self.case)?;
        let reason = ShortText::parse_optional("reason", self.reason.as_deref())?;
        let Some(by) = case.holder_id() else {
            return Err(Rejection::blocked(self.action(), Blocker::NotTaken));
        };
        if by != context.by && !context.actor.may(Permission::AssignCases) {
            return Err(Rejection::blocked(self.action(), Blocker::HeldBy { by: by.to_string() }));
        }
        let mut decision = Decision::default();
        decision.builds_on(State::Case(Box::new(case.clone())));
        let fact = CaseFact::CaseReturned { from: by.clone() };
        decision.drafts.push(context.draft(Fact::Case(case.id, fact), Personal::because(reason)));
        Ok(decision)
    }
}

/// Puts a case in somebody's hands.
#[derive(Serialize)]
pub(crate) struct AssignCase {
    pub(crate) case: CaseId,
    pub(crate) to: String,
    pub(crate) reason: Option<String>,
}

impl Command for AssignCase {
    fn action(&self) -> &'static str {
        "assign_case"
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::AssignCases, self.action())?;
        let case = context.case(self.case)?;
        let to = ActorId::parse("to", &self.to)?;
        let reason = ShortText::parse_optional("reason", self.reason.as_deref())?;
        if case.holder_id() == Some(&to) {
            return Err(Rejection::AlreadyTaken { by: to.to_string() });
        }
        with_holder(case, context, CaseFact::CaseAssigned { from: case.holder_id().cloned(), to }, reason)
    }
}

/// Takes a case out of another's hands into one's own.
#[derive(Serialize)]
pub(crate) struct TakeOverCase {
    pub(crate) case: CaseId,
    pub(crate) reason: Option<String>,
}

impl Command for TakeOverCase {
    fn action(&self) -> &'static str {
        "take_over_case"
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::case(self.case))
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::TakeOverCases, self.action())?;
        let case = context.case(self.case)?;
        let reason = ShortText::parse_optional("reason", self.reason.as_deref())?;
        match case.holder_id() {
            None => Err(Rejection::blocked(self.action(), Blocker::NotTaken)),
            Some(by) if by == context.by => Err(Rejection::blocked(self.action(), Blocker::HeldByYou)),
            Some(by) => with_holder(case, context, CaseFact::CaseTakenOver { from: by.clone() }, reason),
        }
    }
}

/// A new holder; in somebody's hands an open case is in progress.
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

/// Taking a case moves it from an open stage to the first active one, where its type has one and lets it.
pub(super) fn taken_into_progress(case: &Case, version: &CaseTypeVersion) -> Option<CaseFact> {
    let active = version.first_of(StageCategory::Active).filter(|_| case.category == StageCategory::Open)?;
    let (from, to) = (case.stage.clone(), active.id.clone());
    version.allows(&from, &to).then_some(CaseFact::StageChanged {
        from,
        to,
        category: active.category,
        reopened: false,
    })
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
        assert_eq!(taken, Err(Rejection::AlreadyTaken { by: "bola".into() }));
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
        let blocker = Blocker::HeldBy { by: "bola".into() };
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
        let again = given.when(&AssignCase { case: id, to: "bola".into(), reason: None });
        assert_eq!(again, Err(Rejection::AlreadyTaken { by: "bola".into() }));
        let over = given.when(&TakeOverCase { case: id, reason: None });
        assert_eq!(facts(over), Ok(vec![CaseFact::CaseTakenOver { from: bola }]));
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
