//! Raising a case.

use serde::Serialize;

use super::intake::starts_workflow;
use super::{Command, Context, Decision};
use crate::command::NewCase;
use crate::event::{CaseFact, Fact, OldNew, Personal};
use crate::language::Language;
use crate::model::{
    CaseId, CaseNumber, CaseType, CaseTypeVersion, Customer, LongText, Permission, Stage, StreamId, Title,
};
use crate::rejection::{FieldRule, Fields, Rejection};
use crate::store::LoadPlan;

/// Raises a case.
#[derive(Serialize)]
pub(crate) struct RaiseCase(pub(crate) NewCase);

impl Command for RaiseCase {
    fn action(&self) -> &'static str {
        "raise_case"
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan { customers: self.0.customer.into_iter().collect(), ..LoadPlan::default() })
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::RaiseCases, self.action())?;
        let settings = context.loaded.catalog.settings.as_ref();
        let settings = settings.ok_or_else(|| Rejection::not_found("settings", ""))?;
        let new = check(&self.0, context)?;

        let mut decision = Decision::default();
        let id = CaseId(context.fresh);
        decision.makes(StreamId::Case(id));
        decision.relies_on(StreamId::Settings, settings.revision);
        decision.relies_on(StreamId::CaseType(new.case_type.id), new.case_type.revision);
        if let Some(customer) = new.customer {
            decision.relies_on(StreamId::Customer(customer.id), customer.revision);
        }
        let (version, stage) = (new.version, new.stage);
        let (fact, personal) = new.into_event(&settings.number_prefix);
        decision.drafts.push(context.draft(Fact::Case(id, fact), personal));
        starts_workflow(&mut decision, context, id, version, stage);
        Ok(decision)
    }
}

/// A new case whose every field is right.
pub(crate) struct CheckedCase<'a> {
    pub(crate) case_type: &'a CaseType,
    pub(crate) version: &'a CaseTypeVersion,
    pub(crate) stage: &'a Stage,
    title: Title,
    description: Option<LongText>,
    customer: Option<&'a Customer>,
}

impl CheckedCase<'_> {
    /// The event by which it is raised; the number's value is assigned as it is written.
    pub(crate) fn into_event(self, prefix: &str) -> (CaseFact, Personal) {
        let fact = CaseFact::CaseRaised {
            number: CaseNumber { prefix: prefix.into(), value: 0 },
            case_type: self.case_type.id,
            type_version: self.version.version,
            stage: self.stage.id.clone(),
            category: self.stage.category,
            customer: self.customer.map(|customer| customer.id),
            reference: None,
        };
        let title = Some(OldNew::new(self.title));
        let description = self.description.map(OldNew::new);
        (fact, Personal { title, description, ..Personal::default() })
    }
}

/// Checks every field of a new case, so that a form can show all that is wrong before it is saved.
pub(crate) fn check<'a>(new: &NewCase, context: &Context<'a>) -> Result<CheckedCase<'a>, Rejection> {
    let mut fields = Fields::default();
    let title = fields.take(Title::parse("title", &new.title));
    let description = fields.take(LongText::parse_optional("description", new.description.as_deref()));
    let loaded = context.loaded;
    let customer = new.customer.map(|id| loaded.customers.iter().find(|customer| customer.id == id));
    if customer == Some(None) {
        fields.add("customer", FieldRule::Unknown);
    }
    let typed = type_and_stage(&mut fields, &new.case_type, new.stage.as_deref(), context);
    let checked =
        typed.zip(title.zip(description)).map(|((case_type, version, stage), (title, description))| {
            CheckedCase { case_type, version, stage, title, description, customer: customer.flatten() }
        });
    fields.finish(checked)
}

fn type_and_stage<'a>(
    fields: &mut Fields,
    case_type: &str,
    stage: Option<&str>,
    context: &Context<'a>,
) -> Option<(&'a CaseType, &'a CaseTypeVersion, &'a Stage)> {
    let case_type = usable_type(fields, case_type, context)?;
    let version = case_type.current()?;
    let stage = match stage {
        None => version.start(),
        Some(text) => usable_stage(fields, case_type, version, text, context.language),
    };
    stage.map(|stage| (case_type, version, stage))
}

/// The active case type that a caller means, if the actor may see it.
pub(crate) fn usable_type<'a>(
    fields: &mut Fields,
    text: &str,
    context: &Context<'a>,
) -> Option<&'a CaseType> {
    if text.trim().is_empty() {
        fields.add("case_type", FieldRule::Required);
        return None;
    }
    let found = context.loaded.catalog.find_case_type(text, context.language);
    let found = found.filter(|found| context.sees_type(found.id));
    match found {
        None => fields.add("case_type", FieldRule::Unknown),
        Some(found) if !found.active => fields.add("case_type", FieldRule::Inactive),
        Some(found) => return Some(found),
    }
    None
}

/// The enabled stage of a version that a caller means.
pub(crate) fn usable_stage<'a>(
    fields: &mut Fields,
    case_type: &CaseType,
    version: &'a CaseTypeVersion,
    text: &str,
    language: &Language,
) -> Option<&'a Stage> {
    match case_type.find_stage(version, text, language) {
        None => fields.add("stage", FieldRule::Unknown),
        Some(stage) if !stage.enabled => fields.add("stage", FieldRule::Inactive),
        Some(stage) => return Some(stage),
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commit::Expect;
    use crate::decide::testing::{Given, agent, case_facts, case_type, customer, nobody};
    use crate::model::{CustomerId, StageCategory};
    use crate::rejection::FieldError;
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
                    FieldError::new("customer", FieldRule::Unknown),
                    FieldError::new("case_type", FieldRule::Unknown),
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
            Err(Rejection::field("case_type", FieldRule::Unknown))
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
