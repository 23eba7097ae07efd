//! Editing a case: type, stage, title, description, customer, team and priority.

use serde::Serialize;

use super::action::Action;
use super::blockers::{asked_for, blockers, text_asked_for};
use super::case_texts::EditedTexts;
use super::fields::{self, Giving, Settled};
use super::new_case::{starts_workflow, usable_stage, usable_type};
use super::received::received_at;
use super::resolution::{Ending, Said, kept, needed_at};
use super::steps::{approved, approved_after};
use super::team::usable_team;
use super::{Command, Context, Decision, Subject, not_changed_since};
use crate::command::{CaseEdit, GivenField};
use crate::event::{CaseFact, Draft, Fact, Personal};
use crate::language::Language;
use crate::model::{
    Case, CaseId, CaseType, CaseTypeVersion, FieldId, MaterialField, Permission, Priority, Progress, Stage,
    StageId, StepId, StreamId, Team, TeamId, Timestamp,
};
use crate::rejection::{Blocker, FieldRule, Fields, Rejection};
use crate::store::LoadPlan;
use crate::text::fold_name;

/// Edits a case: only the fields that are given, all in one commit.
#[derive(Serialize)]
pub(crate) struct EditCase {
    pub(crate) case: CaseId,
    pub(crate) edit: CaseEdit,
}

impl Command for EditCase {
    fn action(&self) -> &'static str {
        "edit_case"
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Case(self.case))
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        let customers = self.edit.customer.into_iter().collect();
        Ok(LoadPlan { cases: vec![self.case], customers, ..LoadPlan::default() })
    }

    fn names(&self, context: &Context<'_>) -> Option<LoadPlan> {
        let case = context.case(self.case).ok()?;
        let Some(text) = &self.edit.case_type else {
            return names_of_edit(case, &self.edit.fields, context);
        };
        let case_type = context.loaded.catalog.find_case_type(text, context.language)?;
        Giving::to_case(case, case_type, case_type.current()?, &self.edit.fields, context).names()
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::EditCases, self.action())?;
        let case = context.case(self.case)?;
        not_changed_since(self.edit.seen, case.revision)?;
        if self.edit.team.is_some() || self.edit.without_team || self.edit.priority.is_some() {
            context.beyond_one_customer(self.action())?;
        }
        self.edits(case, context)
    }
}

impl EditCase {
    /// What the edit of a case leads to, whoever may make it.
    pub(super) fn edits(&self, case: &Case, context: &Context<'_>) -> Result<Decision, Rejection> {
        let edit = self.check(case, context)?;
        let mut decision = Decision::default();
        decision.builds_on_case(case, context)?;
        if let Some((case_type, _)) = edit.new_type {
            decision.relies_on(StreamId::CaseType(case_type.id), case_type.revision);
        }
        if let Some(id) = self.edit.customer {
            decision.relies_on(StreamId::Customer(id), context.customer(id)?.revision);
        }
        if let Some(Some(team)) = edit.team {
            decision.relies_on(StreamId::Team(team.id), team.revision);
        }
        refused(self.action(), edit.blockers(case, context)?)?;
        edit.fields.iter().for_each(|fields| fields.relied_on(&mut decision));
        let new_type = edit.new_type;
        decision.drafts = edit.drafts(case, context)?;
        follow_workflow(&mut decision, case, context, new_type.map(|(_, version)| version));
        Ok(decision)
    }
}

/// What values for the fields of the version that a case keeps name; `None` for nothing.
pub(super) fn names_of_edit(case: &Case, given: &[GivenField], context: &Context<'_>) -> Option<LoadPlan> {
    if given.is_empty() {
        return None;
    }
    let own = context.case_type(case.case_type).ok()?;
    Giving::to_case(case, own, own.version(case.type_version)?, given, context).names()
}

/// An edit whose fields are each valid by themselves.
struct CheckedEdit<'a> {
    new_type: Option<(&'a CaseType, &'a CaseTypeVersion)>,
    stage: Option<&'a Stage>,
    texts: EditedTexts,
    customer: Option<Option<crate::model::CustomerId>>,
    team: Option<Option<&'a Team>>,
    received_at: Option<Timestamp>,
    priority: Option<Priority>,
    /// How the case ends, and why it is changed.
    ending: Ending,
    /// The values of its fields afterwards; `None` if they stay.
    fields: Option<Settled>,
}

impl EditCase {
    fn check<'a>(&self, case: &Case, context: &Context<'a>) -> Result<CheckedEdit<'a>, Rejection> {
        let edit = &self.edit;
        let mut fields = Fields::default();
        let texts = EditedTexts::parse(&mut fields, edit);
        let customer = match edit.customer {
            Some(_) if edit.without_customer => {
                let why = "given_and_taken_away".into();
                fields.add("customer", FieldRule::DoesNotFit { why });
                None
            }
            Some(id) if context.customer(id).is_err() => {
                fields.add("customer", FieldRule::unknown_id());
                None
            }
            Some(id) => Some(Some(id)),
            // Without its customer the actor would not see the case themselves.
            None if edit.without_customer && context.scope.customer.is_some() => {
                fields.add("customer", FieldRule::Required);
                None
            }
            None => edit.without_customer.then_some(None),
        };

        let (mut new_type, mut is_known) = (None, true);
        if let Some(text) = &edit.case_type {
            let found = usable_type(&mut fields, text, context);
            is_known = found.is_some();
            new_type = found
                .filter(|found| found.id != case.case_type)
                .and_then(|found| Some((found, found.current()?)));
        }
        let own_type = context.case_type(case.case_type)?;
        let own_version = own_type.version(case.type_version);
        let mut stage = None;
        if let Some(text) = &edit.stage {
            let within = new_type.or_else(|| Some((own_type, own_version?)));
            stage = within.and_then(|(case_type, version)| {
                usable_stage(&mut fields, case_type, version, text, context.language)
            });
        }
        let team = match &edit.team {
            Some(_) if edit.without_team => {
                let why = "given_and_taken_away".into();
                fields.add("team", FieldRule::DoesNotFit { why });
                None
            }
            Some(text) => usable_team(&mut fields, text, context).map(Some),
            None => edit.without_team.then_some(None),
        };
        let received_at = received_at(&mut fields, edit.received_at, context.now).flatten();
        // Where a stage or type was given and is wrong, nobody knows where the case would be.
        is_known &= edit.stage.is_some() == stage.is_some();
        let lands = match (new_type, stage) {
            (Some((case_type, version)), None) => fitting_stage(case, context, case_type, version)?,
            (_, stage) => stage,
        };
        let category = lands.map_or(case.category, |stage| stage.category);
        let said = Said {
            resolution: edit.resolution.as_deref(),
            reason: edit.reason.as_deref(),
            customer_reason: edit.customer_reason.as_deref(),
        };
        let version = new_type.map(|(_, version)| version).or(own_version).filter(|_| is_known);
        let ending = Ending::parse(&mut fields, said, version, is_known.then_some(category), context);
        // Values are about the version that the case has afterwards.
        let typed = new_type.or_else(|| Some((own_type, own_version?)));
        let touched = new_type.is_some() || !edit.fields.is_empty();
        let own = typed.filter(|_| touched).map(|(case_type, version)| {
            let giving = Giving::to_case(case, case_type, version, &edit.fields, context);
            giving.of_edited(&mut fields)
        });
        let checked = texts.zip(ending).map(|(texts, ending)| CheckedEdit {
            new_type,
            stage,
            texts,
            customer,
            team,
            received_at,
            priority: edit.priority,
            ending,
            fields: own,
        });
        fields.finish(checked)
    }
}

impl<'a> CheckedEdit<'a> {
    /// The stage in which the case would be: the chosen one, or the one of the new type that fits; `None` if none does.
    fn lands_in(&self, case: &Case, context: &Context<'a>) -> Result<Option<&'a Stage>, Rejection> {
        match (self.new_type, self.stage) {
            (Some((case_type, version)), None) => fitting_stage(case, context, case_type, version),
            (_, stage) => Ok(stage),
        }
    }

    /// Every reason why the edit is not possible now.
    fn blockers(&self, case: &Case, context: &Context<'a>) -> Result<Vec<Blocker>, Rejection> {
        let before = &case.fields;
        // The stage asks for values, which the edit itself may give.
        let with_values =
            self.fields.as_ref().map(|fields| Case { fields: fields.after.clone(), ..case.clone() });
        let case = with_values.as_ref().unwrap_or(case);
        let stage = self.lands_in(case, context)?;
        let has_reason = self.ending.reason.is_some();
        let mut found = match (self.new_type, stage) {
            (Some((case_type, version)), stage) => {
                type_blockers(case, context, (case_type, version), stage, has_reason)?
            }
            (None, Some(stage)) => stage_blockers(case, context, stage, has_reason)?,
            (None, None) => Vec::new(),
        };
        if self.ending.code.is_none()
            && let Some(stage) = stage
        {
            found.extend(resolution_blocker(case, context, self.new_type, stage)?);
        }
        // The new type has it among its own reasons already.
        if self.new_type.is_none() && self.customer.is_some_and(|customer| customer != case.customer) {
            found.extend(case.live().and_then(asked_for));
        }
        let covered = fields::touches_material(before, &case.fields);
        let asked = case.live().filter(|_| covered).and_then(asked_for);
        found.extend(asked.filter(|asked| !found.contains(asked)));
        found.extend(self.texts.changed(case).into_iter().find_map(|field| text_asked_for(case, field)));
        if self.new_team(case).is_some() {
            found.extend(blockers(case, Action::ChangeTeam, None, context.who()));
        }
        Ok(found)
    }

    /// The other team to which the case goes, or none; `None` if it stays where it is.
    fn new_team(&self, case: &Case) -> Option<Option<TeamId>> {
        self.team.map(|team| team.map(|team| team.id)).filter(|team| *team != case.team)
    }

    /// One event for each field whose value changes.
    fn drafts(self, case: &Case, context: &Context<'a>) -> Result<Vec<Draft>, Rejection> {
        let mut drafts = Vec::new();
        let team = self.new_team(case);
        let stage = self.lands_in(case, context)?;
        if let Some(((case_type, version), stage)) = self.new_type.zip(stage) {
            drafts.push(type_draft(case, context, (case_type, version), stage, self.ending));
        } else if let Some(stage) = stage.filter(|stage| stage.id != case.stage) {
            let fact = CaseFact::StageChanged {
                from: case.stage.clone(),
                to: stage.id.clone(),
                category: stage.category,
                reopened: is_reopened(case, stage),
                resolution: self.ending.code.clone(),
            };
            drafts.push(context.draft(Fact::Case(case.id, fact), self.ending.into_personal()));
        } else if let Some(to) = self.ending.code.clone() {
            let from = case.resolution_code().cloned();
            let has_reason = self.ending.reason.is_some() || self.ending.customer_reason.is_some();
            if from.as_ref() != Some(&to) || has_reason {
                let fact = CaseFact::ResolutionChanged { from, to };
                drafts.push(context.draft(Fact::Case(case.id, fact), self.ending.into_personal()));
            }
        }
        drafts.extend(self.fields.as_ref().and_then(|fields| fields.draft(case, context)));
        drafts.extend(self.texts.drafts(case, context));
        if let Some(customer) = self.customer.filter(|customer| *customer != case.customer) {
            let fact = CaseFact::CustomerChanged { from: case.customer, to: customer };
            drafts.push(context.draft(Fact::Case(case.id, fact), Personal::default()));
        }
        let from = case.received_at();
        if let Some(to) = self.received_at.filter(|to| *to != from) {
            let fact = CaseFact::ReceiptDated { from, to };
            drafts.push(context.draft(Fact::Case(case.id, fact), Personal::default()));
        }
        if let Some(to) = team {
            // Who holds it may not see the cases of the other team.
            let left = case.holder_id().filter(|_| case.team.is_some()).cloned();
            let returned = left.map(|from| CaseFact::CaseReturned { from });
            let facts = std::iter::once(CaseFact::TeamChanged { from: case.team, to }).chain(returned);
            drafts.extend(facts.map(|fact| context.draft(Fact::Case(case.id, fact), Personal::default())));
        }
        if let Some(to) = self.priority.filter(|to| *to != case.priority) {
            let fact = CaseFact::PriorityChanged { from: case.priority, to };
            drafts.push(context.draft(Fact::Case(case.id, fact), Personal::default()));
        }
        Ok(drafts)
    }
}

/// Whether the case is reopened by coming to a stage.
pub(super) fn is_reopened(case: &Case, stage: &Stage) -> bool {
    case.category.is_ended() && !stage.category.is_ended()
}

/// Every reason why a case cannot move to a stage of its own version now; none if it is there already.
pub(super) fn stage_blockers(
    case: &Case,
    context: &Context<'_>,
    stage: &Stage,
    has_reason: bool,
) -> Result<Vec<Blocker>, Rejection> {
    let mut found = Vec::new();
    if stage.id == case.stage {
        return Ok(found);
    }
    let case_type = context.case_type(case.case_type)?;
    let label = |stage: &StageId| case_type.label(stage, context.language).into_owned();
    if case_type.version(case.type_version).is_some_and(|version| !version.allows(&case.stage, &stage.id)) {
        found.push(Blocker::MoveNotAllowed { from: label(&case.stage), to: label(&stage.id) });
    }
    if case.live().is_some() && stage.category.is_ended() {
        found.push(Blocker::WorkflowLive);
    }
    if is_reopened(case, stage) && !has_reason {
        found.push(Blocker::ReasonNeeded { stage: label(&case.stage) });
    }
    let own = case_type.version(case.type_version).map(|version| (case_type, version));
    found.extend(own.and_then(|own| fields::stage_blocker(&case.fields, own, stage, false, context)));
    Ok(found)
}

/// That an edit says not how the case ends, and has to.
fn resolution_blocker(
    case: &Case,
    context: &Context<'_>,
    new_type: Option<(&CaseType, &CaseTypeVersion)>,
    stage: &Stage,
) -> Result<Option<Blocker>, Rejection> {
    let own = context.case_type(case.case_type)?;
    let typed = new_type.or_else(|| Some((own, own.version(case.type_version)?)));
    Ok(typed.and_then(|typed| needed_at(case, typed, stage, context)))
}

/// Every reason why a case cannot move to another type, or to a newer version of its type, and be in this stage then;
/// `None` for the stage if none of the version fits.
pub(super) fn type_blockers(
    case: &Case,
    context: &Context<'_>,
    (case_type, version): (&CaseType, &CaseTypeVersion),
    stage: Option<&Stage>,
    has_reason: bool,
) -> Result<Vec<Blocker>, Rejection> {
    let label = || -> Result<String, Rejection> {
        let own = context.case_type(case.case_type)?;
        Ok(own.label(&case.stage, context.language).into_owned())
    };
    let mut found = Vec::new();
    match stage {
        None => found.push(Blocker::StageDoesNotFit {
            case_type: case_type.name.said(context.language).into(),
            stage: label()?,
        }),
        Some(stage) if is_reopened(case, stage) && !has_reason => {
            found.push(Blocker::ReasonNeeded { stage: label()? });
        }
        Some(_) => {}
    }
    found.extend(fields::fit_blocker(
        case,
        context.case_type(case.case_type)?,
        (case_type, version),
        context,
    ));
    found.extend(
        stage.and_then(|stage| {
            fields::stage_blocker(&case.fields, (case_type, version), stage, true, context)
        }),
    );
    if let Some(progress) = case.live() {
        // A running workflow can be kept only if the new type has the same one.
        let other_workflow = version.workflow != Some(progress.workflow);
        if other_workflow || stage.is_some_and(|stage| stage.category.is_ended()) {
            found.push(Blocker::WorkflowLive);
        }
        // Another version of the same type leaves the case what it was.
        if case_type.id != case.case_type {
            found.extend(asked_for(progress));
        }
    }
    Ok(found)
}

/// Moves the case to a stage of another type, or of a newer version of its type.
fn type_draft(
    case: &Case,
    context: &Context<'_>,
    (case_type, version): (&CaseType, &CaseTypeVersion),
    stage: &Stage,
    ending: Ending,
) -> Draft {
    // Another version of its type leaves a case what was said of it.
    let kept = || kept(case, case_type, version, stage).filter(|_| case_type.id != case.case_type);
    let fact = CaseFact::TypeChanged {
        from: case.case_type,
        from_version: case.type_version,
        to: case_type.id,
        to_version: version.version,
        stage: stage.id.clone(),
        category: stage.category,
        reopened: is_reopened(case, stage),
        resolution: ending.code.clone().or_else(kept),
    };
    context.draft(Fact::Case(case.id, fact), ending.into_personal())
}

/// Refuses a command with every reason, if there is one.
fn refused(action: &str, blockers: Vec<Blocker>) -> Result<(), Rejection> {
    match blockers.is_empty() {
        true => Ok(()),
        false => Err(Rejection::Blocked { action: action.to_owned(), blockers }),
    }
}

/// The enabled stage with the same id; otherwise the one with the same label, in the caller's language or else in
/// English.
pub(super) fn fitting_stage<'a>(
    case: &Case,
    context: &Context<'_>,
    case_type: &CaseType,
    version: &'a CaseTypeVersion,
) -> Result<Option<&'a Stage>, Rejection> {
    let own = context.case_type(case.case_type)?;
    let enabled = || version.stages.iter().filter(|stage| stage.enabled);
    let called = |language: &Language| {
        let wanted = fold_name(&own.label(&case.stage, language));
        enabled().find(|stage| fold_name(&case_type.label(&stage.id, language)) == wanted)
    };
    let same = enabled().find(|stage| stage.id == case.stage);
    Ok(same.or_else(|| called(context.language)).or_else(|| called(Language::english())))
}

/// Adds what an edit means for the workflow. Approvals and collected data are about one customer and one type: if either
/// changes, the approvals lapse and the data is destroyed. If a text changes, the approvals that cover it lapse. A new
/// type may also start a workflow.
fn follow_workflow(
    decision: &mut Decision,
    case: &Case,
    context: &Context<'_>,
    new_version: Option<&CaseTypeVersion>,
) {
    if let Some(progress) = case.live() {
        let facts = || decision.drafts.iter().filter_map(|draft| draft.fact.of_case());
        let is_another = facts().any(CaseFact::changes_material);
        let texts: Vec<_> = facts().filter_map(CaseFact::changes_text).collect();
        // Every approval covers the fields that are material.
        let of_fields = decision.drafts.iter().any(|draft| fields::changes_material(&draft.personal));
        let steps = lapsing(progress, is_another || of_fields, &texts);
        decision.lapses(case, context, steps);
        if is_another {
            decision.drop_data(case, context);
        }
    } else if let Some(version) = new_version
        && case.progress.is_none()
    {
        let to = decision.drafts.iter().find_map(|draft| {
            if let Some(CaseFact::TypeChanged { stage, .. }) = draft.fact.of_case() {
                version.stage(stage)
            } else {
                None
            }
        });
        if let Some(stage) = to {
            starts_workflow(decision, context, case.id, version, stage);
        }
    }
}

/// The steps whose approvals no longer hold: all of them if the case is about something else now, otherwise those that
/// cover one of these texts, and what was approved after them.
fn lapsing(progress: &Progress, is_another: bool, texts: &[MaterialField]) -> Vec<StepId> {
    let covering = || texts.iter().flat_map(|field| progress.covering(*field)).map(|step| &step.id);
    let lapses = |step: &StepId| {
        is_another || covering().any(|other| other == step || approved_after(progress, other).contains(step))
    };
    approved(progress).into_iter().filter(lapses).collect()
}

/// Moves a case to the newest version of its type.
#[derive(Serialize)]
pub(crate) struct MigrateCase {
    pub(crate) case: CaseId,
    /// The ids of fields whose values go where the newest version has no place for them.
    pub(crate) give_up: Vec<String>,
}

impl MigrateCase {
    /// The case as it is migrated: without the values that are given up.
    fn lightened(&self, case: &Case, version: &CaseTypeVersion) -> Case {
        let gone = |id: &FieldId| self.give_up.iter().any(|given| given.trim() == id.as_str());
        let mut lighter = case.clone();
        for id in fields::unfit(&case.fields, version).filter(|id| gone(id)) {
            lighter.fields.remove(id);
        }
        lighter
    }
}

impl Command for MigrateCase {
    fn action(&self) -> &'static str {
        "migrate_case"
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Case(self.case))
    }

    fn load_plan(&self) -> Result<LoadPlan, Rejection> {
        Ok(LoadPlan::case(self.case))
    }

    fn names(&self, context: &Context<'_>) -> Option<LoadPlan> {
        let case = context.case(self.case).ok().filter(|case| !case.fields.is_empty())?;
        let case_type = context.case_type(case.case_type).ok()?;
        Giving::to_case(case, case_type, case_type.current()?, &[], context).names()
    }

    fn decide(&self, context: &Context<'_>) -> Result<Decision, Rejection> {
        context.require(Permission::EditCases, self.action())?;
        let case = context.case(self.case)?;
        let case_type = context.case_type(case.case_type)?;
        let mut decision = Decision::default();
        decision.builds_on_case(case, context)?;
        let newer = case_type.current().filter(|version| version.version != case.type_version);
        if let Some(version) = newer {
            let stage = fitting_stage(case, context, case_type, version)?;
            let lighter = self.lightened(case, version);
            let mut blockers = type_blockers(&lighter, context, (case_type, version), stage, false)?;
            let mut wrong = Fields::default();
            let values = Giving::to_case(&lighter, case_type, version, &[], context).of_edited(&mut wrong);
            // What approvals cover stays as it is while the answer that stands on them is asked for.
            let covered = fields::touches_material(&case.fields, &values.after);
            blockers.extend(case.live().filter(|_| covered).and_then(asked_for));
            refused(self.action(), blockers)?;
            let values = wrong.finish(Some(values))?;
            values.relied_on(&mut decision);
            let ending = Ending::default();
            let draft = stage.map(|stage| type_draft(case, context, (case_type, version), stage, ending));
            decision.drafts.extend(draft);
            decision.drafts.extend(values.draft(case, context));
            follow_workflow(&mut decision, case, context, None);
        }
        Ok(decision)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::testing::{Given, SUPPORT, agent, case, case_facts, case_type, nobody, other_type};
    use crate::model::{CustomerId, StageCategory, StageId, StageMove};

    fn edited(edit: CaseEdit, given: &Given) -> Result<Vec<CaseFact>, Rejection> {
        let decision = given.when(&EditCase { case: given.cases[0].id, edit })?;
        Ok(case_facts(&decision))
    }

    fn stage(text: &str) -> StageId {
        StageId::parse("stage", text).unwrap()
    }

    #[test]
    fn only_what_changes_leaves_an_event() {
        let given = Given::new().by(agent()).with_case(case());
        let same = CaseEdit::new().title("Cannot log in").stage("Open").case_type("Support");
        assert_eq!(edited(same, &given), Ok(Vec::new()));
        let facts =
            edited(CaseEdit::new().title("Refund").stage("In Progress").description("x"), &given).unwrap();
        assert_eq!(
            facts,
            [
                CaseFact::StageChanged {
                    from: stage("open"),
                    to: stage("in_progress"),
                    category: StageCategory::Active,
                    reopened: false,
                    resolution: None,
                },
                CaseFact::TitleChanged,
                CaseFact::DescriptionChanged
            ]
        );
    }

    #[test]
    fn reopening_asks_for_a_reason_and_is_counted() {
        let mut closed = case();
        (closed.stage, closed.category) = (stage("closed"), StageCategory::Closed);
        let given = Given::new().by(agent()).with_case(closed);
        assert_eq!(
            edited(CaseEdit::new().stage("Open"), &given),
            Err(Rejection::blocked("edit_case", Blocker::ReasonNeeded { stage: "Closed".into() }))
        );
        let facts = edited(CaseEdit::new().stage("Open").because("wrote again"), &given).unwrap();
        assert!(matches!(facts[0], CaseFact::StageChanged { reopened: true, .. }));
        let resolved = edited(CaseEdit::new().stage("Resolved"), &given).unwrap();
        assert!(
            matches!(resolved[0], CaseFact::StageChanged { reopened: false, .. }),
            "from closed to resolved it stays ended"
        );
    }

    #[test]
    fn a_type_may_restrict_the_moves() {
        let mut strict = case_type();
        strict.versions[0].moves = Some(vec![StageMove { from: stage("open"), to: stage("in_progress") }]);
        let given = Given::new().by(agent()).with_type(strict).with_case(case());
        assert!(edited(CaseEdit::new().stage("In Progress"), &given).is_ok());
        let blocker = Blocker::MoveNotAllowed { from: "Open".into(), to: "Closed".into() };
        assert_eq!(
            edited(CaseEdit::new().stage("Closed"), &given),
            Err(Rejection::blocked("edit_case", blocker))
        );
    }

    #[test]
    fn every_reason_is_given_at_once() {
        let mut strict = case_type();
        strict.versions[0].moves = Some(Vec::new());
        let mut closed = case();
        (closed.stage, closed.category) = (stage("closed"), StageCategory::Closed);
        let given = Given::new().by(agent()).with_type(strict).with_case(closed);
        let Err(Rejection::Blocked { blockers, .. }) = edited(CaseEdit::new().stage("Open"), &given) else {
            panic!()
        };
        assert_eq!(blockers.len(), 2);
    }

    #[test]
    fn a_new_type_takes_the_stage_along_by_id_then_by_name_or_says_what_does_not_fit() {
        let given = Given::new().by(agent()).with_type(other_type()).with_case(case());
        let facts = edited(CaseEdit::new().case_type("Refunds"), &given).unwrap();
        let CaseFact::TypeChanged { stage: fitted, .. } = &facts[0] else { panic!() };
        assert_eq!(fitted.as_str(), "new", "`new` is labelled `open`");

        let mut resolved = case();
        (resolved.stage, resolved.category) = (stage("resolved"), StageCategory::Resolved);
        let given = Given::new().by(agent()).with_type(other_type()).with_case(resolved);
        let blocker = Blocker::StageDoesNotFit { case_type: "Refunds".into(), stage: "Resolved".into() };
        assert_eq!(
            edited(CaseEdit::new().case_type("Refunds"), &given),
            Err(Rejection::blocked("edit_case", blocker))
        );
        assert!(edited(CaseEdit::new().case_type("Refunds").stage("Paid"), &given).is_ok());
    }

    #[test]
    fn a_stale_caller_gets_a_conflict() {
        let given = Given::new().by(agent()).with_case(case());
        let edit = CaseEdit::new().title("x").seen(7);
        assert_eq!(edited(edit, &given), Err(Rejection::Conflict { seen: 7, now: given.cases[0].revision }));
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let given = Given::new().by(agent()).with_case(case());
        let edit = CaseEdit::new().title("").description("\0").stage("Nowhere").case_type("Nothing");
        let rejection = edited(edit, &given).unwrap_err();
        let fields: Vec<&str> = rejection.fields().iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["title", "description", "case_type", "stage"]);
    }

    #[test]
    fn a_priority_changes_alone_and_only_if_it_is_another() {
        let given = Given::new().by(agent()).with_case(case());
        assert_eq!(edited(CaseEdit::new().priority(Priority::Normal), &given), Ok(Vec::new()));
        assert_eq!(
            edited(CaseEdit::new().priority(Priority::Urgent), &given),
            Ok(vec![CaseFact::PriorityChanged { from: Priority::Normal, to: Priority::Urgent }])
        );
        let mut of_one = given;
        of_one.scope.customer = Some(CustomerId(uuid::Uuid::from_u128(10)));
        of_one.cases[0].customer = of_one.scope.customer;
        let refused = edited(CaseEdit::new().priority(Priority::Urgent), &of_one);
        assert_eq!(refused, Err(Rejection::NotAllowedHere { action: "edit_case".into() }));
    }

    #[test]
    fn editing_needs_the_permission() {
        let given = Given::new().by(nobody()).with_case(case());
        assert_eq!(edited(CaseEdit::new().title("x"), &given).unwrap_err().code(), "forbidden");
    }

    #[test]
    fn migrating_brings_a_case_to_the_newest_version() {
        let mut newer = case_type();
        let mut second = newer.versions[0].clone();
        second.version = 2;
        newer.versions.push(second);
        let given = Given::new().by(agent()).with_type(newer).with_case(case());
        let decision = given.when(&MigrateCase { case: given.cases[0].id, give_up: Vec::new() }).unwrap();
        assert!(matches!(
            case_facts(&decision)[..],
            [CaseFact::TypeChanged { from: SUPPORT, from_version: 1, to: SUPPORT, to_version: 2, .. }]
        ));
    }
}
