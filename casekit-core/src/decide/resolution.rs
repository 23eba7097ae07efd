//! How a case is said to end: which resolution, whether it fits, and with which reasons.

use super::Context;
use crate::event::Personal;
use crate::model::{
    Case, CaseType, CaseTypeVersion, Outcome, Resolution, ResolutionCode, ResolvedBy, ShortText, Stage,
    StageCategory,
};
use crate::rejection::{Blocker, FieldRule, Fields};

/// What a caller says about how a case ends.
#[derive(Clone, Copy)]
pub(super) struct Said<'a> {
    pub(super) resolution: Option<&'a str>,
    pub(super) reason: Option<&'a str>,
    pub(super) customer_reason: Option<&'a str>,
}

/// The same, parsed. The reason can also be that of another change, such as reopening a case.
#[derive(Clone, Default)]
pub(super) struct Ending {
    pub(super) code: Option<ResolutionCode>,
    pub(super) reason: Option<ShortText>,
    pub(super) customer_reason: Option<ShortText>,
}

impl Ending {
    /// Parses what a caller says of a case that will be in a stage of this category, in this version of its type. `None` for
    /// either where another field was wrong, so that it is not known.
    pub(super) fn parse(
        fields: &mut Fields,
        said: Said<'_>,
        version: Option<&CaseTypeVersion>,
        category: Option<StageCategory>,
        context: &Context<'_>,
    ) -> Option<Self> {
        let ending = Self::as_told(fields, said, version, category, context)?;
        let found = version.zip(ending.code.as_ref()).and_then(|(version, code)| version.resolution(code));
        if ending.reason.is_none() && found.is_some_and(|found| found.needs_reason) {
            fields.add("reason", FieldRule::Missing { why: "resolution_needs_reason".into() });
        }
        Some(ending)
    }

    /// The same of what happened elsewhere: whether a reason was needed there is not asked.
    pub(super) fn as_told(
        fields: &mut Fields,
        said: Said<'_>,
        version: Option<&CaseTypeVersion>,
        category: Option<StageCategory>,
        context: &Context<'_>,
    ) -> Option<Self> {
        let reason = fields.take(ShortText::parse_optional("reason", said.reason));
        let customer_reason = fields.take(ShortText::parse_optional("customer_reason", said.customer_reason));
        let wanted = said.resolution.filter(|text| !text.trim().is_empty());
        if wanted.is_none() && customer_reason.as_ref().is_some_and(Option::is_some) {
            fields.add("resolution", FieldRule::Missing { why: "reason_of_a_resolution".into() });
        }
        if wanted.is_some() && category.is_some_and(|category| !category.is_ended()) {
            fields.add("resolution", FieldRule::DoesNotFit { why: "stage_does_not_end".into() });
            return None;
        }
        let found = match wanted.zip(version) {
            Some((text, version)) => Some(chosen(fields, text, version, context)?),
            None => None,
        };
        let code = found.map(|found| found.code.clone());
        reason.zip(customer_reason).map(|(reason, customer_reason)| Self { code, reason, customer_reason })
    }

    /// The reasons, as the personal part of an event.
    pub(super) fn into_personal(self) -> Personal {
        Personal { customer_reason: self.customer_reason, ..Personal::because(self.reason) }
    }
}

fn chosen<'a>(
    fields: &mut Fields,
    text: &str,
    version: &'a CaseTypeVersion,
    context: &Context<'_>,
) -> Option<&'a Resolution> {
    let found = version.find_resolution(text, context.language);
    let found = found.filter(|one| is_offered(one, context));
    if found.is_none() {
        fields.add("resolution", FieldRule::unknown(text, codes(version, context)));
    }
    found
}

/// Whether the actor can choose a resolution: at the desk of a customer there is no decision of staff.
pub(crate) fn is_offered(resolution: &Resolution, context: &Context<'_>) -> bool {
    match resolution.by {
        ResolvedBy::Anyone | ResolvedBy::Person => true,
        ResolvedBy::Staff => context.scope.customer.is_none(),
    }
}

/// The codes of the resolutions that the actor can choose.
fn codes(version: &CaseTypeVersion, context: &Context<'_>) -> Vec<String> {
    let offered = version.resolutions.iter().filter(|one| is_offered(one, context));
    offered.map(|one| one.code.to_string()).collect()
}

/// That a new case cannot be in a stage without saying how it ended, if so.
pub(super) fn needed_by_new(
    case_type: &CaseType,
    version: &CaseTypeVersion,
    stage: &Stage,
    context: &Context<'_>,
) -> Option<Blocker> {
    stage.needs_resolution.then(|| Blocker::ResolutionNeeded {
        stage: case_type.label(&stage.id, context.language).into_owned(),
        resolutions: codes(version, context),
    })
}

/// That a case cannot come to a stage without saying how it ended, if so: it has no resolution that it would keep there. A
/// case that stays where it is, or comes to another version of its type, was said to end before.
pub(crate) fn needed_at(
    case: &Case,
    (case_type, version): (&CaseType, &CaseTypeVersion),
    stage: &Stage,
    context: &Context<'_>,
) -> Option<Blocker> {
    let is_same_type = case_type.id == case.case_type;
    let stays = is_same_type && (stage.id == case.stage || version.version != case.type_version);
    if (stays && case.category.is_ended()) || kept(case, case_type, version, stage).is_some() {
        return None;
    }
    needed_by_new(case_type, version, stage, context)
}

/// The resolution that a case keeps when it comes to a stage: the one that it has, if it stays ended and the type knows it.
pub(super) fn kept(
    case: &Case,
    case_type: &CaseType,
    version: &CaseTypeVersion,
    stage: &Stage,
) -> Option<ResolutionCode> {
    let own = case.resolution.as_ref().map(|resolution| &resolution.code)?;
    let is_known = case_type.id == case.case_type || version.resolution(own).is_some();
    (stage.category.is_ended() && is_known).then(|| own.clone())
}

/// How a case ends by the end of its workflow, if its type has such a resolution: withdrawn by the person, or done.
pub(super) fn of_outcome(outcome: &Outcome, version: &CaseTypeVersion) -> Option<ResolutionCode> {
    let code = match outcome {
        Outcome::Withdrawn => "withdrawn",
        Outcome::DataReleased
        | Outcome::PartlyReleased
        | Outcome::NoData
        | Outcome::Denied { .. }
        | Outcome::Approved => "done",
    };
    version.resolutions.iter().map(|one| &one.code).find(|one| one.as_str() == code).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{CaseEdit, NewCase};
    use crate::decide::case_edit::EditCase;
    use crate::decide::case_raise::RaiseCase;
    use crate::decide::testing::{Given, REFUNDS, agent, case, case_facts, case_type, other_type};
    use crate::event::CaseFact;
    use crate::model::{CaseResolution, CustomerId, StageId};
    use crate::rejection::{FieldError, Rejection};

    fn code(text: &str) -> ResolutionCode {
        ResolutionCode::parse("resolution", text).unwrap()
    }

    /// The type `Support`, whose stage `closed` needs a resolution.
    fn strict() -> CaseType {
        let mut strict = case_type();
        let needs = |stage: &mut Stage| stage.needs_resolution = stage.id.as_str() == "closed";
        strict.versions[0].stages.iter_mut().for_each(needs);
        strict
    }

    /// A case that was resolved as done.
    fn resolved() -> Case {
        let (at, by) = (crate::decide::testing::at(), case().raised_by);
        let resolution = CaseResolution { code: code("done"), at, by, reason: None, customer_reason: None };
        let stage = StageId::parse("stage", "resolved").unwrap();
        let category = StageCategory::Resolved;
        Case { stage, category, resolution: Some(Box::new(resolution)), ..case() }
    }

    fn edited(edit: CaseEdit, case: Case, typed: CaseType) -> Result<Vec<CaseFact>, Rejection> {
        let given = Given::new().by(agent()).with_type(typed).with_case(case);
        let decision = given.when(&EditCase { case: given.cases[0].id, edit })?;
        Ok(case_facts(&decision))
    }

    fn needed(action: &str) -> Rejection {
        let resolutions = ["done", "withdrawn", "cancelled", "duplicate", "no_answer"];
        let resolutions = resolutions.map(str::to_owned).to_vec();
        Rejection::blocked(action, Blocker::ResolutionNeeded { stage: "Closed".into(), resolutions })
    }

    fn wrong(fields: &[(&str, FieldRule)]) -> Rejection {
        let error = |(field, rule): &(&str, FieldRule)| FieldError::new(*field, rule.clone());
        Rejection::Invalid { fields: fields.iter().map(error).collect() }
    }

    #[test]
    fn a_stage_that_needs_a_resolution_names_those_that_there_are() {
        let refused = edited(CaseEdit::new().stage("Closed"), case(), strict());
        assert_eq!(refused, Err(needed("edit_case")));
        let closes = CaseEdit::new().stage("Closed").resolution("Done");
        let facts = edited(closes, case(), strict()).unwrap();
        let CaseFact::StageChanged { resolution, .. } = &facts[0] else { panic!("{facts:?}") };
        assert_eq!(resolution, &Some(code("done")), "a label is as good as a code");
        assert!(edited(CaseEdit::new().stage("Resolved"), case(), strict()).is_ok());
        let facts = edited(CaseEdit::new().stage("Closed"), resolved(), strict()).unwrap();
        assert!(
            matches!(&facts[..], [CaseFact::StageChanged { resolution: None, .. }]),
            "what was said before stays said: {facts:?}"
        );
        let given = Given::new().by(agent()).with_type(strict());
        let raised = given.when(&RaiseCase(NewCase::new("Support", "x").in_stage("Closed")));
        assert_eq!(raised.err(), Some(needed("raise_case")));
    }

    #[test]
    fn a_resolution_is_of_a_stage_that_ends_a_case_and_of_its_type() {
        let does_not_end = FieldRule::DoesNotFit { why: "stage_does_not_end".into() };
        let moves = CaseEdit::new().stage("In Progress").resolution("done");
        assert_eq!(edited(moves, case(), case_type()), Err(wrong(&[("resolution", does_not_end.clone())])));
        let stays = CaseEdit::new().resolution("done");
        assert_eq!(edited(stays, case(), case_type()), Err(wrong(&[("resolution", does_not_end)])));
        let all = ["done", "withdrawn", "cancelled", "duplicate", "no_answer"];
        let unknown = FieldRule::unknown("finished", all);
        let other = CaseEdit::new().stage("Closed").resolution("finished");
        assert_eq!(edited(other, case(), case_type()), Err(wrong(&[("resolution", unknown)])));
        let moves = CaseEdit::new().stage("Nowhere").resolution("done");
        let Err(Rejection::Invalid { fields }) = edited(moves, case(), case_type()) else { panic!() };
        assert_eq!(fields.iter().map(|one| one.field.as_str()).collect::<Vec<_>>(), ["stage"]);
    }

    #[test]
    fn a_resolution_that_needs_a_reason_has_one() {
        let cancels = || CaseEdit::new().stage("Closed").resolution("cancelled");
        let missing = FieldRule::Missing { why: "resolution_needs_reason".into() };
        assert_eq!(edited(cancels(), case(), case_type()), Err(wrong(&[("reason", missing)])));
        assert!(edited(cancels().because("out of stock"), case(), case_type()).is_ok());
        let missing = FieldRule::Missing { why: "reason_of_a_resolution".into() };
        let tells = CaseEdit::new().stage("Closed").telling("We are sorry");
        assert_eq!(edited(tells, case(), case_type()), Err(wrong(&[("resolution", missing)])));
    }

    #[test]
    fn how_a_case_ended_is_corrected_without_a_move() {
        let facts = edited(CaseEdit::new().resolution("duplicate"), resolved(), case_type()).unwrap();
        let (from, to) = (Some(code("done")), code("duplicate"));
        assert_eq!(facts, [CaseFact::ResolutionChanged { from, to }]);
        assert_eq!(edited(CaseEdit::new().resolution("done"), resolved(), case_type()), Ok(Vec::new()));
    }

    #[test]
    fn another_type_keeps_the_resolution_that_it_has_too() {
        let taken_along = |typed: CaseType| {
            let moves = CaseEdit::new().case_type("Refunds").stage("Paid");
            let facts = edited(moves, resolved(), typed).unwrap();
            let CaseFact::TypeChanged { to: REFUNDS, resolution, .. } = facts[0].clone() else { panic!() };
            resolution
        };
        assert_eq!(taken_along(other_type()), Some(code("done")));
        let mut without = other_type();
        without.versions[0].resolutions.clear();
        assert_eq!(taken_along(without), None);
    }

    #[test]
    fn a_customer_withdraws_and_does_not_cancel() {
        let customer = CustomerId(uuid::Uuid::from_u128(10));
        let of_one = |edit: CaseEdit| {
            let case = Case { customer: Some(customer), ..case() };
            let mut given = Given::new().by(agent()).with_case(case);
            given.scope.customer = Some(customer);
            given.when(&EditCase { case: given.cases[0].id, edit }).map(|decision| case_facts(&decision))
        };
        assert!(of_one(CaseEdit::new().stage("Closed").resolution("withdrawn")).is_ok());
        let unknown = FieldRule::unknown("cancelled", ["done", "withdrawn"]);
        let cancels = CaseEdit::new().stage("Closed").resolution("cancelled").because("mine");
        assert_eq!(of_one(cancels), Err(wrong(&[("resolution", unknown)])));
    }
}
