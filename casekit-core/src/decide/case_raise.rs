//! Raising a case.

use serde::Serialize;

use super::new_case::{check, names_of, starts_workflow};
use super::resolution::needed_by_new;
use super::{Command, Context, Decision};
use crate::command::NewCase;
use crate::event::{Fact, Personal};
use crate::model::Permission;
use crate::rejection::Rejection;
use crate::store::LoadPlan;

/// Raises a case, as the actor and now.
#[derive(Serialize)]
pub(crate) struct RaiseCase(pub(crate) NewCase);

impl Command for RaiseCase {
    fn action(&self) -> &'static str {
        "raise_case"
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan { customers: self.0.customer.into_iter().collect(), ..LoadPlan::default() })
    }

    fn names(&self, context: &Context<'_>) -> Option<LoadPlan> {
        names_of(&self.0, context)
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::RaiseCases, self.action())?;
        if self.0.priority.is_some() || !self.0.tags.is_empty() {
            context.beyond_one_customer(self.action())?;
        }
        let mut new = check(&self.0, context)?;
        let (version, stage) = (new.version, new.stage);
        if new.ending.code.is_none()
            && let Some(blocker) = needed_by_new(new.case_type, version, stage, context)
        {
            return Err(Rejection::blocked(self.action(), blocker));
        }
        let tags = std::mem::take(&mut new.tags);
        let mut decision = Decision::default();
        let (id, fact, personal) = new.raise(&mut decision, context)?;
        decision.drafts.push(context.draft(Fact::Case(id, fact), personal));
        starts_workflow(&mut decision, context, id, version, stage);
        if let Some(fact) = tags.of_new(&mut decision, context, self.action())? {
            decision.drafts.push(context.draft(Fact::Case(id, fact), Personal::default()));
        }
        Ok(decision)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commit::Expect;
    use crate::decide::testing::{Given, agent, case_facts, case_type, customer, nobody};
    use crate::event::{CaseFact, OldNew};
    use crate::model::{CaseId, CustomerId, Priority, StageCategory, StreamId, Title};
    use crate::rejection::{FieldError, FieldRule};
    use uuid::Uuid;

    fn raised(new: NewCase, given: &Given) -> Result<Decision, Rejection> {
        given.when(&RaiseCase(new))
    }

    #[test]
    fn a_case_starts_in_the_first_open_stage_under_the_current_version() {
        let given = Given::new().by(agent());
        let decision = raised(NewCase::new(" support ", "Cannot log in"), &given).unwrap();
        let draft = &decision.drafts[0];
        let Some(CaseFact::CaseRaised { number, case_type, type_version, stage, category, .. }) =
            draft.fact.of_case()
        else {
            panic!()
        };
        assert_eq!((number.prefix.as_ref(), number.value), ("C", 0));
        assert_eq!((*case_type, *type_version), (crate::decide::testing::SUPPORT, 1));
        assert_eq!((stage.as_str(), *category), ("open", StageCategory::Open));
        assert_eq!(draft.personal.title, Some(OldNew::new(Title::parse("title", "Cannot log in").unwrap())));
    }

    #[test]
    fn a_call_already_dealt_with_is_logged_as_closed() {
        let decision =
            raised(NewCase::new("Support", "Done").in_stage("CLOSED"), &Given::new().by(agent())).unwrap();
        let CaseFact::CaseRaised { category, .. } = case_facts(&decision).remove(0) else { panic!() };
        assert_eq!(category, StageCategory::Closed);
    }

    #[test]
    fn a_case_has_the_priority_that_was_given_or_that_of_its_type() {
        let mut hasty = case_type();
        hasty.default_priority = Priority::High;
        let given = Given::new().by(agent()).with_type(hasty);
        let of = |new: NewCase| {
            let decision = raised(new, &given).unwrap();
            let CaseFact::CaseRaised { priority, .. } = case_facts(&decision).remove(0) else { panic!() };
            priority
        };
        assert_eq!(of(NewCase::new("Support", "x")), Priority::High);
        assert_eq!(of(NewCase::new("Support", "x").with_priority(Priority::Low)), Priority::Low);
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let new = NewCase {
            case_type: "Suport".into(),
            title: " ".into(),
            description: Some("\0".into()),
            customer: Some(CustomerId(Uuid::from_u128(99))),
            ..NewCase::default()
        };
        assert_eq!(
            raised(new, &Given::new().by(agent())),
            Err(Rejection::Invalid {
                fields: vec![
                    FieldError::new("title", FieldRule::Required),
                    FieldError::new("description", FieldRule::ControlCharacter),
                    FieldError::new("customer", FieldRule::unknown_id()),
                    FieldError::new("case_type", FieldRule::unknown("Suport", ["Support"])),
                ]
            })
        );
    }

    #[test]
    fn no_case_is_raised_under_an_inactive_type_or_in_a_disabled_stage() {
        let mut inactive = case_type();
        inactive.active = false;
        let given = Given::new().by(agent()).with_type(inactive);
        assert_eq!(
            raised(NewCase::new("Support", "x"), &given),
            Err(Rejection::field("case_type", FieldRule::Inactive))
        );

        let mut disabled = case_type();
        disabled.versions[0].stages[0].enabled = false;
        let given = Given::new().by(agent()).with_type(disabled);
        let new = NewCase::new("Support", "x").in_stage("open");
        assert_eq!(raised(new, &given), Err(Rejection::field("stage", FieldRule::Inactive)));
    }

    #[test]
    fn raising_needs_the_permission_and_the_type_in_scope() {
        let given = Given::new().by(nobody());
        assert_eq!(
            raised(NewCase::new("Support", "x"), &given),
            Err(Rejection::Forbidden { action: "raise_case".into(), permission: Permission::RaiseCases })
        );
        let mut given = Given::new().by(agent());
        given.scope.types = Some(Vec::new());
        assert_eq!(
            raised(NewCase::new("Support", "x"), &given),
            Err(Rejection::field("case_type", FieldRule::unknown_id())),
            "what is out of the scope is not named"
        );
    }

    #[test]
    fn the_decision_relies_on_everything_it_read() {
        let ada = customer("Ada Obi");
        let given = Given::new().by(agent()).with_customer(ada.clone());
        let decision = raised(NewCase::new("Support", "x").for_customer(ada.id), &given).unwrap();
        assert_eq!(
            decision.expect,
            [
                Expect::Absent(StreamId::Case(CaseId(Uuid::from_u128(77)))),
                Expect::Revision(StreamId::Settings, 1),
                Expect::Revision(StreamId::CaseType(crate::decide::testing::SUPPORT), 1),
                Expect::Revision(StreamId::Customer(ada.id), 1),
            ]
        );
    }
}
